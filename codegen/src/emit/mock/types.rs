//! Types as tables: one static each, which may lead back to itself.

use std::collections::BTreeSet;

use super::output;
use crate::{
    emit::tables::values::{availability, list, optional, optional_text, strings, versioned},
    model::{Api, Availability, Field, NamedType, Narrowing, Rule, RuleKind, Type, TypeDef, Value, Variant, VariantContent, Versioned},
    naming::snake,
    write::Output,
};

/// The static of a named type.
fn constant(name: &str) -> String {
    snake(name).to_uppercase()
}

/// Every type, and the record of every node.
pub(super) fn all(api: &Api) -> Output {
    let mut body = String::new();
    for node in api.nodes.iter().filter(|node| !node.root && !node.rust_name.is_empty()) {
        body.push_str(&named(&node.rust_name, &format!("Shape::Object {{ fields: {}, rules: &[] }}", list(node.fields.iter().map(field)))));
    }
    let reached = reached(api);
    let of_its_own = |ty: &&NamedType| reached.contains(ty.name.as_str()) && api.nodes.iter().all(|node| node.rust_name != ty.name);
    for ty in api.types.iter().filter(of_its_own) {
        body.push_str(&named(&ty.name, &shape(&ty.def)));
    }
    output("types", "Every type of the spec.", &body)
}

/// The types that requests and answers are made of: not the enums of fields that can be asked for, which the records have themselves.
fn reached(api: &Api) -> BTreeSet<&str> {
    let mut next: Vec<&Type> = Vec::new();
    for operation in api.operations() {
        next.extend(operation.params.iter().flat_map(|param| every(&param.ty)));
        next.extend(every(&operation.returns));
        next.extend(operation.filter.iter().flat_map(|filter| filter.filters.iter().map(|filter| &filter.ty)));
    }
    next.extend(api.nodes.iter().flat_map(|node| node.fields.iter().flat_map(|field| every(&field.ty))));
    let mut reached = BTreeSet::new();
    while let Some(ty) = next.pop() {
        let Some(name) = ty.name() else { continue };
        let Some(named) = api.named(name).filter(|_| reached.insert(name)) else { continue };
        match &named.def {
            TypeDef::Object(object) => next.extend(object.fields.iter().flat_map(|field| every(&field.ty))),
            TypeDef::Enum(_) | TypeDef::Union(_) | TypeDef::Untagged(_) => next.extend(named.def.parts()),
        }
    }
    reached
}

/// The types of a place, at all times.
fn every(ty: &Versioned<Type>) -> impl Iterator<Item = &Type> {
    std::iter::once(&ty.newest).chain(ty.earlier.iter().map(|(_, earlier)| earlier))
}

fn named(name: &str, shape: &str) -> String {
    format!("\npub(super) static {}: Named = Named {{ shape: {shape} }};\n", constant(name))
}

fn shape(def: &TypeDef) -> String {
    match def {
        TypeDef::Enum(values) => format!("Shape::Enum({})", list(values.iter().map(value))),
        TypeDef::Object(object) => {
            format!("Shape::Object {{ fields: {}, rules: {} }}", list(object.fields.iter().map(field)), list(object.rules.iter().map(rule)))
        }
        TypeDef::Union(union) => format!(
            "Shape::Union {{ tag: {:?}, any_case: {}, variants: {} }}",
            union.tag,
            union.any_case,
            list(union.variants.iter().map(variant))
        ),
        TypeDef::Untagged(shapes) => format!("Shape::Several({})", list(shapes.iter().map(|shape| ty(&shape.ty)))),
    }
}

fn value(value: &Value) -> String {
    if value.availability == Availability::default() {
        return format!("Value::always({:?})", value.value);
    }
    format!("Value {{ value: {:?}, availability: {} }}", value.value, availability(&value.availability))
}

fn variant(variant: &Variant) -> String {
    let content = match &variant.content {
        VariantContent::Members(of) => format!("Content::Members({})", ty(of)),
        VariantContent::Payload(name, of) => format!("Content::Payload({name:?}, {})", ty(of)),
        VariantContent::Nothing => "Content::Nothing".into(),
    };
    format!("Variant {{ tag: {:?}, availability: {}, content: {content} }}", variant.tag, availability(&variant.availability))
}

fn field(field: &Field) -> String {
    let mut members = vec![format!("name: {:?}", field.name), format!("ty: {}", versioned(&field.ty, ty))];
    let mut unless = |usual: bool, member: String| {
        if !usual {
            members.push(member);
        }
    };
    unless(field.aliases.is_empty(), format!("aliases: {}", strings(&field.aliases)));
    unless(field.only.is_none(), format!("only: {}", narrowing(field.only.as_ref())));
    unless(!field.always, "always: true".into());
    unless(!field.spread, "spread: true".into());
    unless(field.constant.is_none(), format!("constant: {}", optional_text(field.constant.as_deref())));
    unless(field.availability == Availability::default(), format!("availability: {}", availability(&field.availability)));
    members.push("..Field::EMPTY".into());
    format!("Field {{ {} }}", members.join(", "))
}

/// The values that a place takes.
pub(super) fn narrowing(only: Option<&Narrowing>) -> String {
    optional(only.map(|only| format!("Narrowing({})", versioned(&only.values, |values| strings(values)))))
}

pub(super) fn rule(rule: &Rule) -> String {
    let kind = match &rule.kind {
        RuleKind::OneOf(names) => format!("RuleKind::OneOf({})", strings(names)),
        RuleKind::AnyOf(names) => format!("RuleKind::AnyOf({})", strings(names)),
        RuleKind::Requires(name, needs) => format!("RuleKind::Requires({name:?}, {})", strings(needs)),
        RuleKind::RequiresFor(name, value, needs) => format!("RuleKind::RequiresFor({name:?}, {value:?}, {})", strings(needs)),
        RuleKind::Excludes(names) => format!("RuleKind::Excludes({})", strings(names)),
        RuleKind::FirstWins(names) => format!("RuleKind::FirstWins({})", strings(names)),
    };
    format!("Rule {{ kind: {kind}, doc: {:?}, availability: {} }}", rule.doc, availability(&rule.availability))
}

pub(super) fn ty(of: &Type) -> String {
    match of {
        Type::String | Type::Secret { digits: false } => "Type::String".into(),
        Type::Digits | Type::Secret { digits: true } => "Type::Digits".into(),
        Type::Bool => "Type::Bool".into(),
        Type::Int => "Type::Int".into(),
        Type::Float => "Type::Float".into(),
        Type::Id(node) => format!("Type::Id({node:?})"),
        Type::Timestamp { text } => format!("Type::Timestamp {{ text: {text} }}"),
        Type::Json => "Type::Json".into(),
        Type::List(inner) => format!("Type::List(&{})", ty(inner)),
        Type::Map(inner) => format!("Type::Map(&{})", ty(inner)),
        Type::Page(inner) => format!("Type::Page(&{})", ty(inner)),
        Type::Enum(name) | Type::Object(name) | Type::Union(name) | Type::Untagged(name) => {
            format!("Type::Named(&super::types::{})", constant(name))
        }
        Type::IntString => "Type::IntString".into(),
        Type::File => "Type::File".into(),
        Type::Fields(_) => "Type::Fields".into(),
        Type::Filters(_) => "Type::Filters".into(),
        Type::Cursor => "Type::Cursor".into(),
    }
}
