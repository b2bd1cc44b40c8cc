//! One version of the model.

use crate::model::{Api, Availability, ExampleRange, Narrowing, Object, Operation, TypeDef, Version};

/// Keeps only what one version has, as if the window were that version alone.
pub fn only(api: &mut Api, version: Version) {
    let has = |availability: &Availability| availability.contains(version);
    api.versions.retain(|info| info.version == version);
    for ty in &mut api.types {
        match &mut ty.def {
            TypeDef::Enum(values) => values.retain(|value| has(&value.availability)),
            TypeDef::Union(union) => {
                let text = union.from_text.map(|index| union.variants[index].tag.clone());
                union.variants.retain(|variant| has(&variant.availability));
                union.from_text = text.and_then(|tag| union.variants.iter().position(|variant| variant.tag == tag));
            }
            TypeDef::Untagged(_) => {}
            TypeDef::Object(Object { fields, constructors, .. }) => {
                for field in fields.iter_mut() {
                    field.ty.only(version);
                    narrow(field.only.as_mut(), version);
                }
                let kept: Vec<usize> = (0..fields.len()).filter(|&index| has(&fields[index].availability)).collect();
                fields.retain(|field| has(&field.availability));
                for made in constructors {
                    made.args = made.args.iter().filter_map(|arg| kept.iter().position(|index| index == arg)).collect();
                }
            }
        }
    }
    for node in &mut api.nodes {
        node.fields.retain(|field| has(&field.availability));
        for field in &mut node.fields {
            field.ty.only(version);
            narrow(field.only.as_mut(), version);
        }
        operations_at(&mut node.operations, version);
        for edge in &mut node.edges {
            operations_at(&mut edge.operations, version);
            if let Some(below) = &mut edge.item {
                operations_at(&mut below.operations, version);
            }
        }
    }
}

pub(super) fn operations_at(operations: &mut Vec<Operation>, version: Version) {
    operations.retain(|operation| operation.availability.contains(version));
    for operation in operations {
        let args: Vec<String> = operation.args.iter().map(|&arg| operation.params[arg].name.clone()).collect();
        operation.params.retain(|param| param.availability.contains(version));
        operation.limits.retain(|limit| limit.availability.contains(version));
        operation.returns.only(version);
        operation.permissions.only(version);
        for param in &mut operation.params {
            param.ty.only(version);
            narrow(param.only.as_mut(), version);
            param.required.only(version);
            param.default.only(version);
        }
        operation.args = args.iter().filter_map(|name| operation.params.iter().position(|param| param.name == *name)).collect();
        operation.examples.retain(|example| example.versions.contains(&version));
        for example in &mut operation.examples {
            example.versions = vec![version];
            example.range = ExampleRange::default();
        }
    }
}

fn narrow(narrowing: Option<&mut Narrowing>, version: Version) {
    if let Some(narrowing) = narrowing {
        narrowing.values.only(version);
        narrowing.changes.clear();
    }
}
