//! What is known only once every item is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{Api, Field, NamedType, Shape, Type, Value},
    naming::camel,
};

/// Gives an enum of its fields to every node and object whose fields some operation asks for.
pub(super) fn selectable(api: &mut Api) {
    let asked: BTreeSet<String> = api
        .operations()
        .flat_map(|(_, _, _, operation)| &operation.params)
        .filter_map(|param| if let Type::Fields(name) = &*param.ty { name.strip_suffix("Field").map(String::from) } else { None })
        .collect();
    let mut enums = Vec::new();
    for node in api.nodes.iter_mut().filter(|node| asked.contains(&node.short)) {
        node.selectable = true;
        enums.push(field_enum(&node.short, &node.module, &node.page, &node.fields));
    }
    for ty in &api.types {
        if let (true, Shape::Object(object)) = (asked.contains(&ty.name), &ty.shape) {
            enums.push(field_enum(&ty.name, &ty.module, &ty.page, &object.fields));
        }
    }
    api.types.extend(enums);
}

pub(super) fn field_enum(owner: &str, module: &str, page: &str, fields: &[Field]) -> NamedType {
    let values = fields
        .iter()
        .filter(|field| field.selectable)
        .map(|field| Value {
            value: field.name.clone(),
            variant: camel(&field.rust),
            doc: field.doc.clone(),
            presence: field.presence.clone(),
        })
        .collect();
    NamedType {
        name: format!("{owner}Field"),
        module: module.into(),
        doc: format!("A field of `{owner}` that can be asked for."),
        page: page.into(),
        shape: Shape::Enum(values),
    }
}

/// Marks the objects and unions that a parameter can hold, directly or through others.
pub(super) fn sent(api: &mut Api) {
    let mut held: Vec<String> = Vec::new();
    for (_, _, _, operation) in api.operations() {
        for param in &operation.params {
            held.extend(param.ty.name().map(String::from));
        }
    }
    let mut done = BTreeSet::new();
    while let Some(name) = held.pop() {
        if done.insert(name.clone()) {
            held.extend(api.named(&name).into_iter().flat_map(|ty| ty.shape.parts()).filter_map(Type::name).map(String::from));
        }
    }
    for ty in &mut api.types {
        match &mut ty.shape {
            Shape::Object(object) => object.sent = done.contains(&ty.name),
            Shape::Union(union) => union.sent = done.contains(&ty.name),
            Shape::Enum(_) | Shape::Shapes(_) => {}
        }
    }
}

/// Puts a `Box` around fields through which a type would contain itself; lists and maps are on the heap anyway.
pub(super) fn boxed(api: &mut Api) {
    let mut direct: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let direct_of =
        |ty: &Type| if let Type::Object(name) | Type::Union(name) | Type::Shapes(name) = ty { Some(name.clone()) } else { None };
    for node in &api.nodes {
        direct.insert(node.short.clone(), node.fields.iter().filter_map(|field| direct_of(&field.ty)).collect());
    }
    for ty in &api.types {
        direct.insert(ty.name.clone(), ty.shape.parts().filter_map(direct_of).collect());
    }
    let reaches = |from: &str, to: &str| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(name) = next.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name.clone()) {
                next.extend(direct.get(&name).into_iter().flatten().cloned());
            }
        }
        false
    };
    let mark = |owner: &str, fields: &mut [Field]| {
        for field in fields {
            if let Type::Object(name) | Type::Union(name) | Type::Shapes(name) = &*field.ty {
                field.boxed = reaches(name, owner);
            }
        }
    };
    for node in &mut api.nodes {
        mark(&node.short, &mut node.fields);
    }
    for ty in &mut api.types {
        if let Shape::Object(object) = &mut ty.shape {
            mark(&ty.name, &mut object.fields);
        }
    }
}

/// The order of everything that has none of its own; fields, values and parameters keep the order of the page.
pub(super) fn sort(api: &mut Api) {
    api.errors
        .sort_by(|a, b| (a.code, a.code_end, a.subcode, &a.case_of, &a.name).cmp(&(b.code, b.code_end, b.subcode, &b.case_of, &b.name)));
    api.permissions.sort_by(|a, b| a.name.cmp(&b.name));
    api.types.sort_by(|a, b| a.name.cmp(&b.name));
    api.nodes.sort_by(|a, b| a.name.cmp(&b.name));
    for node in &mut api.nodes {
        node.edges.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
