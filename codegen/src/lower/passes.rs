//! What is known only once every item is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{Api, Areas, Field, NamedType, Type, TypeDef, Value},
    naming,
};

/// Adds an enum of its fields to every node and object whose fields some operation requests.
pub(super) fn selectable(api: &mut Api) {
    let asked: BTreeSet<String> = api
        .operations()
        .flat_map(|operation| &operation.params)
        .filter_map(|param| if let Type::Fields(name) = &param.ty.newest { name.strip_suffix("Field").map(String::from) } else { None })
        .collect();
    let mut enums = Vec::new();
    for node in api.nodes.iter_mut().filter(|node| asked.contains(&node.rust_name)) {
        node.selectable = true;
        enums.push(field_enum(&node.rust_name, &node.module, &node.page, &node.fields));
    }
    for ty in &api.types {
        if let (true, TypeDef::Object(object)) = (asked.contains(&ty.name), &ty.def) {
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
            variant: naming::variant(&field.rust, None),
            doc: field.doc.clone(),
            availability: field.availability.clone(),
        })
        .collect();
    NamedType {
        name: naming::field_enum(owner),
        module: module.into(),
        doc: format!("A field of `{owner}` that can be requested."),
        page: page.into(),
        areas: Areas::new(),
        def: TypeDef::Enum(values),
    }
}

/// Marks the objects and unions that a parameter can contain, directly or through others.
pub(super) fn sent(api: &mut Api) {
    let mut held: Vec<String> = Vec::new();
    for operation in api.operations() {
        for param in &operation.params {
            held.extend(param.ty.newest.name().map(String::from));
        }
    }
    let mut done = BTreeSet::new();
    while let Some(name) = held.pop() {
        if done.insert(name.clone()) {
            held.extend(api.named(&name).into_iter().flat_map(|ty| ty.def.parts()).filter_map(Type::name).map(String::from));
        }
    }
    for ty in &mut api.types {
        match &mut ty.def {
            TypeDef::Object(object) => object.sent = done.contains(&ty.name),
            TypeDef::Union(union) => union.sent = done.contains(&ty.name),
            TypeDef::Enum(_) | TypeDef::Untagged(_) => {}
        }
    }
}

/// Puts a `Box` around fields through which a type would contain itself; lists and maps are on the heap anyway.
pub(super) fn boxed(api: &mut Api) {
    let mut direct: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let direct_of =
        |ty: &Type| if let Type::Object(name) | Type::Union(name) | Type::Untagged(name) = ty { Some(name.clone()) } else { None };
    for node in &api.nodes {
        direct.insert(node.rust_name.clone(), node.fields.iter().filter_map(|field| direct_of(&field.ty.newest)).collect());
    }
    for ty in &api.types {
        direct.insert(ty.name.clone(), ty.def.parts().filter_map(direct_of).collect());
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
            if let Type::Object(name) | Type::Union(name) | Type::Untagged(name) = &field.ty.newest {
                field.boxed |= reaches(name, owner);
            }
        }
    };
    for node in &mut api.nodes {
        mark(&node.rust_name, &mut node.fields);
    }
    for ty in &mut api.types {
        if let TypeDef::Object(object) = &mut ty.def {
            mark(&ty.name, &mut object.fields);
        }
    }
}

/// Sorts everything that has no order of its own; fields, values and parameters keep the order of the page.
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
