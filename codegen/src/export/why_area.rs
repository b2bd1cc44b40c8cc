//! Why a type belongs to its areas, with the places of the spec that say so.

use std::collections::BTreeMap;

use crate::{
    ast::{OperationDecl, Spec, TypeDefDecl},
    lower::{Links, Thing, Via},
    model::Api,
    naming,
    parse::Span,
};

/// The shortest way from an operation of an area to a type.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The area.
    pub area: String,
    /// The steps, an operation first and the type last.
    pub steps: Vec<Step>,
}

/// A step of the way.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is: "the operation `X`", "its field `y` holds `Z`".
    pub what: String,
    /// Where the spec says it; nothing for what Graph's conventions bring.
    pub at: Option<Span>,
}

/// The Rust name of the type that a person means by a name: its own, or that of the node that Meta calls so.
pub fn type_name<'a>(api: &'a Api, name: &str) -> Option<&'a str> {
    let node = api.nodes.iter().find(|node| !node.root && (node.rust_name == name || node.name == name));
    node.map(|node| node.rust_name.as_str()).or_else(|| api.named(name).map(|ty| ty.name.as_str()))
}

/// One way for each area that the type of that Rust name belongs to, by area.
pub fn why_area(spec: &Spec, api: &Api, name: &str) -> Vec<Reason> {
    let mut operations: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (home, operation) in spec.operations() {
        for area in home.areas() {
            operations.entry(&area.value).or_default().push(operation.id.clone());
        }
    }
    let links = Links::of(api);
    let target = Thing::Type(name.to_owned());
    let mut reasons = Vec::new();
    for (area, from) in operations {
        let reached = links.reached(from.into_iter().map(Thing::Operation));
        let mut steps = Vec::new();
        let mut thing = &target;
        while let Some(Some((from, via))) = reached.get(thing) {
            steps.push(step(spec, from, via, thing));
            thing = from;
        }
        if let (Thing::Operation(id), false) = (thing, steps.is_empty()) {
            steps.push(Step { what: format!("the operation `{id}`"), at: operation(spec, id).map(|decl| decl.span) });
            steps.reverse();
            reasons.push(Reason { area: area.to_owned(), steps });
        }
    }
    for area in api.webhooks.iter().flat_map(|webhooks| &webhooks.areas) {
        let reached = links.reached(crate::lower::origins(api, area));
        let mut steps = Vec::new();
        let mut thing = &target;
        while let Some(Some((from, via))) = reached.get(thing) {
            steps.push(step(spec, from, via, thing));
            thing = from;
        }
        if let (Thing::Type(name), true) =
            (thing, reached.contains_key(thing) && reasons.iter().all(|reason: &Reason| reason.area != *area))
        {
            let at = spec.webhooks.as_ref().map(|webhooks| webhooks.at);
            steps.push(Step { what: format!("webhooks have `{name}`"), at });
            steps.reverse();
            reasons.push(Reason { area: area.clone(), steps });
        }
    }
    reasons.sort_by(|a, b| a.area.cmp(&b.area));
    reasons
}

fn step(spec: &Spec, from: &Thing, via: &Via, to: &Thing) -> Step {
    let (Thing::Operation(name) | Thing::Type(name)) = to;
    let what = match via {
        Via::Param(param) => format!("its parameter `{param}` takes `{name}`"),
        Via::Filter(filter) => format!("its filter `{filter}` takes `{name}`"),
        Via::Returns => format!("it returns `{name}`"),
        Via::Field(field) => format!("its field `{field}` holds `{name}`"),
        Via::Variant(tag) => format!("its variant `{tag}` holds `{name}`"),
        Via::Shape(shape) => format!("its shape `{shape}` is `{name}`"),
        Via::Expansion(field) => format!("its field `{field}` takes the parameters of `{name}`"),
        Via::Sibling => format!("`{name}` is on the same edge, and so in the same file of the crate"),
    };
    Step { what, at: place(spec, from, via) }
}

fn place(spec: &Spec, from: &Thing, via: &Via) -> Option<Span> {
    match from {
        Thing::Operation(id) => of_operation(operation(spec, id)?, via),
        Thing::Type(name) => of_type(spec, name, via),
    }
}

fn operation<'s>(spec: &'s Spec, id: &str) -> Option<&'s OperationDecl> {
    spec.operations().map(|(_, decl)| decl).find(|decl| decl.id == id)
}

fn of_operation(decl: &OperationDecl, via: &Via) -> Option<Span> {
    match via {
        Via::Param(name) if name == "sort" => Some(decl.sort_name.as_ref()?.span),
        Via::Param(name) => Some(decl.params.iter().find(|param| param.name.value == *name)?.name.span),
        Via::Filter(name) => Some(decl.filtering.iter().find(|filter| filter.field.value == *name)?.field.span),
        Via::Returns => Some(decl.newest_returns()?.span),
        Via::Sibling => Some(decl.span),
        Via::Field(_) | Via::Variant(_) | Via::Shape(_) | Via::Expansion(_) => None,
    }
}

fn of_type(spec: &Spec, name: &str, via: &Via) -> Option<Span> {
    if let Via::Expansion(field) = via {
        let mut nodes = spec.nodes.iter();
        let owner = nodes.find(|node| node.short.as_ref().is_some_and(|short| naming::field_enum(short) == name))?;
        return owner.fields.iter().find(|decl| decl.name.value == *field)?.expands.as_ref().map(|edge| edge.span);
    }
    let shape = spec.named_type(name).and_then(|decl| decl.def.as_ref());
    let node = spec.nodes.iter().find(|node| node.short.as_ref().is_some_and(|short| short.value == name));
    match (via, shape) {
        (Via::Field(field), Some(TypeDefDecl::Object(object))) => {
            object.fields.iter().find(|decl| decl.name.value == *field).map(|decl| decl.name.span)
        }
        (Via::Field(field), None) => node?.fields.iter().find(|decl| decl.name.value == *field).map(|decl| decl.name.span),
        (Via::Variant(tag), Some(TypeDefDecl::Union(union))) => {
            union.variants.iter().find(|decl| decl.tag.value == *tag).map(|decl| decl.tag.span)
        }
        (Via::Shape(name), Some(TypeDefDecl::Untagged(shapes))) => {
            shapes.iter().find(|decl| decl.name.value == *name).map(|decl| decl.name.span)
        }
        _ => None,
    }
}
