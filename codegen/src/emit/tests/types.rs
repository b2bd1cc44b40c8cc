//! Tests of every type: enums are open, records lose nothing.

use serde_json::{Value, json};

use super::text::{pretty, raw};
use crate::{
    emit::{client::operations, placement::has_record},
    model::{Api, Field, Object, Type, TypeDef},
    naming::Places,
};

pub(super) fn tests(api: &Api, places: &Places) -> String {
    let mut text = String::from("use contract_tests::types::{is_lossless, is_open};\n\n#[test]\nfn every_enum_is_open() {\n");
    for ty in api.types.iter().filter(|ty| matches!(ty.def, TypeDef::Enum(_))) {
        text.push_str(&format!("    is_open::<{}>();\n", places.path(&ty.name)));
    }
    text.push_str("}\n\n#[test]\nfn every_record_is_lossless() {\n");
    for (name, least, fields) in records(api) {
        let least = raw(&pretty(&least));
        text.push_str(&format!("    is_lossless::<{}>({least}, &{fields:?});\n", places.path(&name)));
    }
    text.push_str("}\n");
    text
}

/// Every record, by name, with the least that an object of it holds and the names of its fields on the wire.
fn records(api: &Api) -> Vec<(String, Value, Vec<String>)> {
    // A constant has one value, and what is spread has no name.
    let on_the_wire = |field: &&Field| field.constant.is_none() && !field.spread && field.ty.newest != Type::File;
    let names = |fields: &[Field]| fields.iter().filter(on_the_wire).map(|field| field.name.clone()).collect();
    let mut records: Vec<(String, Value, Vec<String>)> = Vec::new();
    for ty in &api.types {
        if let TypeDef::Object(object) = &ty.def {
            records.push((ty.name.clone(), least_of(api, always(object), 8), names(&object.fields)));
        }
    }
    for node in api.nodes.iter().filter(|node| has_record(api, node)) {
        records.push((node.rust_name.clone(), least(api, &Type::Object(node.rust_name.clone()), 8), names(&node.fields)));
    }
    for operation in api.operations() {
        for sent in operations::sent(operation) {
            let fields = operations::record_fields(operation, &sent);
            let always = fields.iter().filter(|field| field.always);
            records.push((sent.name.clone(), least_of(api, always, 8), names(&fields)));
        }
    }
    records.sort_by(|a, b| a.0.cmp(&b.0));
    records
}

/// The least value of a type: of an object, only what is always there.
fn least(api: &Api, ty: &Type, depth: usize) -> Value {
    match ty {
        Type::String | Type::Secret { .. } | Type::Enum(_) | Type::Cursor | Type::Untagged(_) => json!("a"),
        Type::Digits | Type::Id(_) | Type::IntString => json!("1"),
        Type::Bool => json!(true),
        Type::Int | Type::Float | Type::Timestamp { .. } => json!(1),
        Type::List(_) | Type::Filters(_) => json!([]),
        Type::Fields(_) => json!("id"),
        Type::Page(_) => json!({"data": []}),
        Type::Json | Type::Map(_) | Type::Union(_) | Type::File => json!({}),
        Type::Object(_) if depth == 0 => json!({}),
        Type::Object(name) => match (api.named(name).map(|ty| &ty.def), api.nodes.iter().find(|node| node.rust_name == *name)) {
            (Some(TypeDef::Object(object)), _) => {
                // What is within another object comes back with its constants, so it has them from the start.
                let mut least = least_of(api, always(object), depth - 1);
                for field in &object.fields {
                    if let Some(constant) = &field.constant {
                        least[field.name.as_str()] = json!(constant);
                    }
                }
                least
            }
            (_, Some(node)) => least_of(api, node.fields.iter().filter(|field| field.always), depth - 1),
            _ => json!({}),
        },
    }
}

/// What an object always has, or cannot be made without.
fn always(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().enumerate().filter(|(index, field)| field.always || object.is_arg(*index)).map(|(_, field)| field)
}

fn least_of<'f>(api: &Api, fields: impl Iterator<Item = &'f Field>, depth: usize) -> Value {
    let named = fields.filter(|field| !field.spread && field.constant.is_none() && field.ty.newest != Type::File);
    named.map(|field| (field.name.clone(), least(api, field.ty.rust(), depth))).collect()
}
