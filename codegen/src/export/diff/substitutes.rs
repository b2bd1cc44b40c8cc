//! What to use instead, by its name in Rust.

use super::{Change, operations::setter};
use crate::{
    model::{Api, Field, Operation, TypeDef},
    naming::Places,
};

/// Finds the Rust items of the names in `instead`: those of what belongs to the same operation, type or node.
pub(super) fn find(api: &Api, places: &Places, changes: &mut [Change]) {
    for change in changes {
        let names = change.instead.as_deref().map(names).unwrap_or_default();
        let found = names.into_iter().filter_map(|name| Some((name.to_owned(), resolved(api, places, &change.at, name)?)));
        change.substitutes = found.collect();
    }
}

/// The whole text, if it is a name, else what is in backticks.
fn names(text: &str) -> Vec<&str> {
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '.'));
    if is_name(text) { vec![text] } else { text.split('`').skip(1).step_by(2).filter(|name| is_name(name)).collect() }
}

fn resolved(api: &Api, places: &Places, at: &str, name: &str) -> Option<String> {
    let is_of = |operation: &&Operation| at == operation.id || at.strip_prefix(&operation.id).is_some_and(|rest| rest.starts_with('.'));
    match api.operations().find(is_of) {
        Some(operation) if at == operation.id => another(api, places, operation, name),
        Some(operation) => part(places, operation, name).or_else(|| another(api, places, operation, name)),
        None => member(api, places, at, name),
    }
}

/// A parameter or a filter of the operation.
fn part(places: &Places, operation: &Operation, name: &str) -> Option<String> {
    let of_filter = || {
        let filter = operation.filter.as_ref()?;
        let entry = filter.filters.iter().find(|entry| entry.field == name)?;
        Some(format!("{}::{}", places.path(&filter.name), entry.rust))
    };
    let param = operation.params.iter().find(|param| param.name == name && param.constant.is_none());
    param.map(|param| setter(operation, param, places)).or_else(of_filter)
}

/// Another operation: by its identifier, by the rest of it after the node, or by the name of an edge that has one of the same verb.
fn another(api: &Api, places: &Places, operation: &Operation, name: &str) -> Option<String> {
    let node = operation.id.split('.').next()?;
    let verb = operation.id.rsplit('.').next()?;
    let ids = [name.to_owned(), format!("{node}.{name}"), format!("{node}.{name}.{verb}")];
    let found = api.operations().find(|other| ids.contains(&other.id))?;
    Some(places.path(&found.request))
}

/// A value or variant of the same type, or a field of the same node or object.
fn member(api: &Api, places: &Places, at: &str, name: &str) -> Option<String> {
    let owner = at.split('.').next()?;
    let of = |rust: &str, fields: &[Field]| {
        let field = fields.iter().find(|field| field.name == name)?;
        Some(format!("{}.{}", places.path(rust), field.rust))
    };
    if let Some(node) = api.nodes.iter().find(|node| node.name == owner) {
        return of(&node.rust_name, &node.fields);
    }
    let variant = |variant: &str| format!("{}::{variant}", places.path(owner));
    match &api.named(owner)?.def {
        TypeDef::Enum(values) => values.iter().find(|value| value.value == name).map(|value| variant(&value.variant)),
        TypeDef::Union(union) => union.variants.iter().find(|of| of.tag == name).map(|of| variant(&of.variant)),
        TypeDef::Object(object) => of(owner, &object.fields),
        TypeDef::Untagged(_) => None,
    }
}
