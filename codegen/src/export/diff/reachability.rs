//! Which types the operations of two moments send and receive.

use std::collections::{BTreeMap, BTreeSet};

use super::{Step, operations::setter};
use crate::model::{Api, Field, Moment, Narrowing, Type, TypeDef};

/// What the operations lead to, before and after a move.
pub(super) struct Reach {
    /// Types that are sent or received in both moments. One that is reached in only one of them is added or removed with what leads to it.
    both: BTreeSet<String>,
    /// For each type that a call can send in both moments, the Rust items that take it.
    takers: BTreeMap<String, Vec<Taker>>,
    /// The enums of fields that can be requested.
    pub(super) field_enums: BTreeSet<String>,
}

/// A Rust item that takes a type.
struct Taker {
    rust: String,
    /// The values of the enum that it accepts, before or after; nothing: all.
    only: Option<Vec<String>>,
}

impl Reach {
    pub(super) fn both(api: &Api, step: &Step) -> Self {
        let (before, after) = (reached(api, step.from), reached(api, step.to));
        let fields = api.operations().flat_map(|operation| &operation.params);
        Self {
            both: before.intersection(&after).cloned().collect(),
            takers: takers(api, step),
            field_enums: fields
                .filter_map(|param| if let Type::Fields(name) = &param.ty.newest { Some(name.clone()) } else { None })
                .collect(),
        }
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.both.contains(name)
    }

    /// The Rust items that send the type; with a value, those that take this value.
    pub(super) fn takers(&self, name: &str, value: Option<&str>) -> Vec<&str> {
        let takes = |taker: &&Taker| match (&taker.only, value) {
            (Some(only), Some(value)) => only.iter().any(|taken| taken == value),
            _ => true,
        };
        self.takers.get(name).into_iter().flatten().filter(takes).map(|taker| taker.rust.as_str()).collect()
    }

    /// Whether anything sends the type, even if not every value of it.
    pub(super) fn is_sent(&self, name: &str) -> bool {
        self.takers.contains_key(name)
    }
}

fn reached(api: &Api, moment: Moment) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for operation in api.operations().filter(|operation| operation.availability.at(moment)) {
        walk(api, operation.returns.at(moment), &[moment], &mut found);
        for param in operation.params.iter().filter(|param| param.availability.at(moment)) {
            walk(api, param.ty.at(moment), &[moment], &mut found);
        }
        for filter in operation.filter.iter().flat_map(|filter| &filter.filters).filter(|filter| filter.availability.at(moment)) {
            walk(api, &filter.ty, &[moment], &mut found);
        }
    }
    for value in api.webhooks.iter().flat_map(|webhooks| &webhooks.fields).filter(|field| field.availability.at(moment)) {
        value.value.iter().for_each(|ty| walk(api, ty, &[moment], &mut found));
    }
    found
}

fn takers(api: &Api, step: &Step) -> BTreeMap<String, Vec<Taker>> {
    let moments = [step.from, step.to];
    let mut takers: BTreeMap<String, Vec<Taker>> = BTreeMap::new();
    let mut take = |ty: &Type, rust: &str, only: Option<&Vec<String>>| {
        let mut found = BTreeSet::new();
        walk(api, ty, &moments, &mut found);
        let own = enum_of(ty);
        for name in found {
            let only = only.filter(|_| own == Some(name.as_str())).cloned();
            takers.entry(name).or_default().push(Taker { rust: rust.to_owned(), only });
        }
    };
    let stays = |availability: &crate::model::Availability| moments.iter().all(|moment| availability.at(*moment));
    for operation in api.operations().filter(|operation| stays(&operation.availability)) {
        for param in operation.params.iter().filter(|param| param.constant.is_none() && stays(&param.availability)) {
            take(
                param.ty.at(step.to),
                &setter(operation, param, &step.places),
                param.only.as_ref().map(|only| accepted(only, step)).as_ref(),
            );
        }
        if let Some(filter) = &operation.filter {
            for entry in filter.filters.iter().filter(|entry| stays(&entry.availability)) {
                take(&entry.ty, &format!("{}::{}", step.places.path(&filter.name), entry.rust), None);
            }
        }
    }
    takers
}

/// The values that are accepted before or after.
fn accepted(only: &Narrowing, step: &Step) -> Vec<String> {
    [only.at(step.from), only.at(step.to)].concat()
}

/// The enum that a parameter takes, alone or in a list.
fn enum_of(ty: &Type) -> Option<&str> {
    match ty {
        Type::Enum(name) => Some(name),
        Type::List(inner) => enum_of(inner),
        _ => None,
    }
}

/// Adds the named types that a type leads to, through fields that are there at all the moments.
fn walk(api: &Api, ty: &Type, moments: &[Moment], found: &mut BTreeSet<String>) {
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Page(inner) => walk(api, inner, moments, found),
        Type::Enum(name) | Type::Fields(name) => {
            found.insert(name.clone());
        }
        Type::Union(name) | Type::Untagged(name) if found.insert(name.clone()) => {
            for inner in api.named(name).into_iter().flat_map(|ty| ty.def.parts()) {
                walk(api, inner, moments, found);
            }
        }
        Type::Object(name) if found.insert(name.clone()) => {
            let present = |field: &&Field| moments.iter().all(|moment| field.availability.at(*moment));
            for field in fields(api, name).iter().filter(present) {
                for moment in moments {
                    walk(api, field.ty.at(*moment), moments, found);
                }
            }
        }
        _ => {}
    }
}

/// The fields of an object or a node, by Rust name.
fn fields<'a>(api: &'a Api, name: &str) -> &'a [Field] {
    if let Some(node) = api.nodes.iter().find(|node| node.rust_name == name) {
        return &node.fields;
    }
    match api.named(name).map(|ty| &ty.def) {
        Some(TypeDef::Object(object)) => &object.fields,
        _ => &[],
    }
}
