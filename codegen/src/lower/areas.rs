//! Which areas reach which types.
//!
//! An operation states its areas; a type belongs to those of every operation that reaches it, through parameters, answers, fields and variants. The enum
//! of a node's fields reaches the operations that its fields expand to, whose parameters its constructors take.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    model::{Api, Areas, Edge, Node, Operation, Type, TypeDef},
    naming,
};

/// What an area reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// An operation, by its id.
    Operation(String),
    /// A shared type, the record of a node's fields or an enum of fields, by its Rust name.
    Type(String),
}

/// A step from a thing to one that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What leads there.
    pub via: Via,
    /// What is reached.
    pub to: Thing,
}

/// What of a thing leads to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A parameter of the operation.
    Param(String),
    /// A filter of the operation.
    Filter(String),
    /// What the operation returns.
    Returns,
    /// A field of the type.
    Field(String),
    /// A variant of the union, by its tag.
    Variant(String),
    /// One of several kinds of JSON, by its Rust variant.
    Shape(String),
    /// A field that reads an edge.
    Expansion(String),
    /// The edge or node that both operations are on: they are in one file of the crate.
    Sibling,
}

/// Everything that operations and types need, step by step.
#[derive(Debug)]
pub struct Links(BTreeMap<Thing, Vec<Link>>);

impl Links {
    /// The links of a model.
    pub fn of(api: &Api) -> Self {
        let mut links = BTreeMap::new();
        for operation in api.operations() {
            links.insert(Thing::Operation(operation.id.clone()), needs(operation));
        }
        for node in &api.nodes {
            let together = [&node.operations].into_iter().map(|own| own.iter().collect::<Vec<_>>());
            let edges =
                node.edges.iter().map(|edge| edge.operations.iter().chain(edge.item.iter().flat_map(|item| &item.operations)).collect());
            for operations in together.chain(edges) {
                siblings(&operations, &mut links);
            }
            links.insert(Thing::Type(node.rust_name.clone()), fields(&node.fields));
            links.entry(Thing::Type(naming::field_enum(&node.rust_name))).or_default().extend(expansions(node));
        }
        for ty in &api.types {
            links.entry(Thing::Type(ty.name.clone())).or_default().extend(parts(&ty.def));
        }
        Self(links)
    }

    /// What is reached from some operations and webhooks, each with the thing and the link that lead to it first: the shortest way.
    pub fn reached(&self, from: impl IntoIterator<Item = Thing>) -> BTreeMap<Thing, Option<(Thing, Via)>> {
        let mut reached: BTreeMap<Thing, Option<(Thing, Via)>> = BTreeMap::new();
        let mut next: VecDeque<Thing> = from.into_iter().collect();
        reached.extend(next.iter().map(|thing| (thing.clone(), None)));
        while let Some(thing) = next.pop_front() {
            for link in self.0.get(&thing).into_iter().flatten() {
                if !reached.contains_key(&link.to) {
                    reached.insert(link.to.clone(), Some((thing.clone(), link.via.clone())));
                    next.push_back(link.to.clone());
                }
            }
        }
        reached
    }
}

fn needs(operation: &Operation) -> Vec<Link> {
    let mut links = Vec::new();
    for param in &operation.params {
        let via = || Via::Param(param.name.clone());
        let earlier = param.ty.earlier.iter().map(|(_, ty)| ty);
        links.extend(std::iter::once(&param.ty.newest).chain(earlier).filter_map(|ty| link(via(), ty)));
    }
    for filter in operation.filter.iter().flat_map(|filter| &filter.filters) {
        links.extend(link(Via::Filter(filter.field.clone()), &filter.ty));
    }
    let earlier = operation.returns.earlier.iter().map(|(_, ty)| ty);
    links.extend(std::iter::once(&operation.returns.newest).chain(earlier).filter_map(|ty| link(Via::Returns, ty)));
    links
}

fn siblings(operations: &[&Operation], links: &mut BTreeMap<Thing, Vec<Link>>) {
    for operation in operations {
        let others = operations.iter().filter(|other| other.id != operation.id);
        let others = others.map(|other| Link { via: Via::Sibling, to: Thing::Operation(other.id.clone()) });
        links.entry(Thing::Operation(operation.id.clone())).or_default().extend(others);
    }
}

fn link(via: Via, ty: &Type) -> Option<Link> {
    let name = match ty {
        Type::Fields(name) => name,
        ty => ty.name()?,
    };
    Some(Link { via, to: Thing::Type(name.to_owned()) })
}

fn fields(fields: &[crate::model::Field]) -> Vec<Link> {
    let types = |field: &crate::model::Field| {
        let earlier = field.ty.earlier.iter().map(|(_, ty)| ty.clone());
        std::iter::once(field.ty.newest.clone()).chain(earlier).collect::<Vec<_>>()
    };
    fields.iter().flat_map(|field| types(field).into_iter().filter_map(|ty| link(Via::Field(field.name.clone()), &ty))).collect()
}

fn expansions(node: &Node) -> Vec<Link> {
    let read = |edge: &str| {
        let edge = node.edges.iter().find(|candidate| candidate.name == edge)?;
        edge.operations.iter().find(|operation| operation.id == format!("{}.{}.read", node.name, edge.name))
    };
    let expanding = node.fields.iter().filter_map(|field| Some((field, read(field.expands.as_ref()?)?)));
    expanding.map(|(field, read)| Link { via: Via::Expansion(field.name.clone()), to: Thing::Operation(read.id.clone()) }).collect()
}

fn parts(def: &TypeDef) -> Vec<Link> {
    match def {
        TypeDef::Enum(_) => Vec::new(),
        TypeDef::Object(object) => fields(&object.fields),
        TypeDef::Union(union) => {
            union.variants.iter().filter_map(|variant| link(Via::Variant(variant.tag.clone()), variant.content.ty()?)).collect()
        }
        TypeDef::Untagged(shapes) => shapes.iter().filter_map(|shape| link(Via::Shape(shape.variant.clone()), &shape.ty)).collect(),
    }
}

/// The operations and the types of webhooks that are declared in an area.
pub fn origins(api: &Api, area: &str) -> Vec<Thing> {
    let operations = api.operations().filter(|operation| operation.areas.contains(area));
    let mut origins: Vec<Thing> = operations.map(|operation| Thing::Operation(operation.id.clone())).collect();
    if let Some(webhooks) = api.webhooks.as_ref().filter(|webhooks| webhooks.areas.contains(area)) {
        let values = webhooks.fields.iter().filter_map(|field| field.value.as_ref());
        let types = values.chain(webhooks.events.iter().map(|event| &event.ty)).chain([&webhooks.contact, &webhooks.error]);
        origins.extend(types.filter_map(Type::name).map(|name| Thing::Type(name.to_owned())));
    }
    origins
}

/// Gives every operation and every type the areas that reach it, and nodes and edges those of their operations.
pub(super) fn assign(api: &mut Api) {
    let links = Links::of(api);
    let of_webhooks = api.webhooks.iter().flat_map(|webhooks| webhooks.areas.clone());
    let stated: BTreeSet<String> = api.operations().flat_map(|operation| operation.areas.clone()).chain(of_webhooks).collect();
    let mut areas: BTreeMap<Thing, Areas> = BTreeMap::new();
    for area in stated {
        let from = origins(api, &area);
        for thing in links.reached(from).into_keys() {
            areas.entry(thing).or_default().insert(area.clone());
        }
    }
    let of_type = |name: &str| areas.get(&Thing::Type(name.to_owned())).cloned().unwrap_or_default();
    let of_operation = |operation: &mut Operation| {
        operation.areas = areas.get(&Thing::Operation(operation.id.clone())).cloned().unwrap_or_default();
    };
    for ty in &mut api.types {
        ty.areas = of_type(&ty.name);
    }
    for node in &mut api.nodes {
        node.record_areas = of_type(&node.rust_name);
        node.operations.iter_mut().for_each(of_operation);
        for edge in &mut node.edges {
            edge.operations.iter_mut().chain(edge.item.iter_mut().flat_map(|below| &mut below.operations)).for_each(of_operation);
            edge.areas = of_edge(edge);
        }
        let own = node.operations.iter().flat_map(|operation| operation.areas.clone());
        node.areas = own.chain(node.edges.iter().flat_map(|edge| edge.areas.clone())).collect();
    }
}

fn of_edge(edge: &Edge) -> Areas {
    let below = edge.item.iter().flat_map(|below| &below.operations);
    edge.operations.iter().chain(below).flat_map(|operation| operation.areas.clone()).collect()
}
