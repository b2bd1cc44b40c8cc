//! The types of parameters as tables: one static each, which may lead back to itself.

use std::collections::BTreeSet;

use super::output;
use crate::{
    emit::tables::values::{list, optional, optional_text, strings},
    model::{Api, Field, NamedType, Narrowing, Type, TypeDef, Variant, VariantContent},
    naming::snake,
    write::Output,
};

/// The static of a named type.
fn constant(name: &str) -> String {
    snake(name).to_uppercase()
}

/// Every type that a parameter is made of.
pub(super) fn all(api: &Api) -> Output {
    let reached = reached(api);
    let mut body = String::new();
    for node in api.nodes.iter().filter(|node| reached.contains(node.rust_name.as_str())) {
        let fields = list(node.fields.iter().map(|of| field(of, of.always)));
        body.push_str(&named(&node.rust_name, &format!("Shape::Object({fields})")));
    }
    let of_its_own = |ty: &&NamedType| reached.contains(ty.name.as_str()) && api.nodes.iter().all(|node| node.rust_name != ty.name);
    for ty in api.types.iter().filter(of_its_own) {
        body.push_str(&named(&ty.name, &shape(&ty.def)));
    }
    output("types", "Every type of a parameter.", &body)
}

/// The types that parameters are made of.
fn reached(api: &Api) -> BTreeSet<&str> {
    let mut next: Vec<&Type> = api.operations().flat_map(|operation| &operation.params).map(|param| &param.ty.newest).collect();
    let mut reached = BTreeSet::new();
    while let Some(ty) = next.pop() {
        let Some(name) = name(ty).filter(|name| reached.insert(*name)) else { continue };
        if let Some(node) = api.nodes.iter().find(|node| node.rust_name == name) {
            next.extend(node.fields.iter().map(|field| &field.ty.newest));
        }
        match api.named(name).map(|named| &named.def) {
            Some(TypeDef::Object(object)) => next.extend(object.fields.iter().map(|field| &field.ty.newest)),
            Some(def) => next.extend(def.parts()),
            None => {}
        }
    }
    reached
}

/// The name of the table that a type has, or its elements.
fn name(ty: &Type) -> Option<&str> {
    match ty {
        Type::Fields(name) => Some(name),
        _ => ty.name(),
    }
}

fn named(name: &str, shape: &str) -> String {
    format!("\npub(super) static {}: Named = Named {{ name: {name:?}, shape: {shape} }};\n", constant(name))
}

fn shape(def: &TypeDef) -> String {
    match def {
        TypeDef::Enum(values) => format!("Shape::Enum({})", list(values.iter().map(|value| format!("{:?}", value.value)))),
        TypeDef::Object(object) => {
            let fields = object.fields.iter().enumerate().map(|(index, of)| field(of, of.always || object.is_arg(index)));
            format!("Shape::Object({})", list(fields))
        }
        TypeDef::Union(union) => {
            format!("Shape::Union {{ tag: {:?}, variants: {} }}", union.tag, list(union.variants.iter().map(variant)))
        }
        TypeDef::Untagged(shapes) => format!("Shape::Several({})", list(shapes.iter().map(|shape| ty(&shape.ty)))),
    }
}

fn variant(variant: &Variant) -> String {
    let content = match &variant.content {
        VariantContent::Members(of) => format!("Content::Members({})", ty(of)),
        VariantContent::Payload(name, of) => format!("Content::Payload({name:?}, {})", ty(of)),
        VariantContent::Nothing => "Content::Nothing".into(),
    };
    format!("Variant {{ tag: {:?}, doc: {:?}, content: {content} }}", variant.tag, variant.doc)
}

/// A field, and whether an object is never without it.
fn field(field: &Field, always: bool) -> String {
    let mut members = vec![format!("name: {:?}", field.name), format!("doc: {:?}", field.doc), format!("ty: {}", ty(&field.ty.newest))];
    let mut unless = |usual: bool, member: String| {
        if !usual {
            members.push(member);
        }
    };
    unless(field.only.is_none(), format!("only: {}", narrowing(field.only.as_ref())));
    unless(!always, "always: true".into());
    unless(!field.spread, "spread: true".into());
    unless(field.constant.is_none(), format!("constant: {}", optional_text(field.constant.as_deref())));
    members.push("..Field::EMPTY".into());
    format!("Field {{ {} }}", members.join(", "))
}

/// The values that a place takes.
pub(super) fn narrowing(only: Option<&Narrowing>) -> String {
    optional(only.map(|only| strings(&only.values.newest)))
}

pub(super) fn ty(of: &Type) -> String {
    match of {
        Type::String => "Type::String".into(),
        Type::Secret { .. } => "Type::Secret".into(),
        Type::Digits => "Type::Digits".into(),
        Type::Bool => "Type::Bool".into(),
        Type::Int => "Type::Int".into(),
        Type::Float => "Type::Float".into(),
        Type::Id(node) => format!("Type::Id({node:?})"),
        Type::Timestamp { text } => format!("Type::Timestamp {{ text: {text} }}"),
        Type::Json => "Type::Json".into(),
        Type::List(inner) | Type::Page(inner) => format!("Type::List(&{})", ty(inner)),
        Type::Map(inner) => format!("Type::Map(&{})", ty(inner)),
        Type::Enum(name) | Type::Object(name) | Type::Union(name) | Type::Untagged(name) => {
            format!("Type::Named(&super::types::{})", constant(name))
        }
        Type::IntString => "Type::IntString".into(),
        Type::File => "Type::File".into(),
        Type::Fields(name) => format!("Type::Fields(&super::types::{})", constant(name)),
        Type::Filters(_) => "Type::Filters".into(),
        Type::Cursor => "Type::Cursor".into(),
    }
}
