//! Nodes and edges.

use super::{Areas, Field, Operation, Type};

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// As Meta names it.
    pub name: String,
    /// As Rust names it; empty for the root.
    pub rust_name: String,
    /// The method of the client; empty for the root.
    pub handle: String,
    /// The module.
    pub module: String,
    /// Whether it is the root.
    pub root: bool,
    /// Its identifiers are not digits.
    pub text_id: bool,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// The areas of the operations on it and on its edges: where its handle is needed.
    pub areas: Areas,
    /// The areas of the operations that reach the record of its fields.
    pub record_areas: Areas,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Whether some operation requests its fields, so that it has an enum of them.
    pub selectable: bool,
    /// Operations on the node itself.
    pub operations: Vec<Operation>,
    /// Verbs that Meta says are unsupported on the node itself.
    pub unsupported: Vec<String>,
    /// Its edges by name.
    pub edges: Vec<Edge>,
}

/// An edge.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The name in the path.
    pub name: String,
    /// The Rust method that leads to it.
    pub handle: String,
    /// The module within the node's.
    pub module: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// The areas of its operations.
    pub areas: Areas,
    /// Its operations, actions included.
    pub operations: Vec<Operation>,
    /// Verbs that Meta says are unsupported.
    pub unsupported: Vec<String>,
    /// The item below.
    pub item: Option<EdgeItem>,
}

/// The item below an edge.
#[derive(Clone, Debug)]
pub struct EdgeItem {
    /// The placeholders, one for each segment below the edge.
    pub placeholders: Vec<String>,
    /// The type of what is put there.
    pub ty: Type,
    /// The Rust method that leads to it.
    pub handle: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its operations.
    pub operations: Vec<Operation>,
    /// Verbs that Meta says are unsupported.
    pub unsupported: Vec<String>,
}

/// Where an operation lives.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The node.
    pub node: &'a Node,
    /// The edge, unless the operation is on the node itself.
    pub edge: Option<&'a Edge>,
    /// What lies below the edge, if the operation is on that.
    pub item: Option<&'a EdgeItem>,
    /// The operation.
    pub operation: &'a Operation,
}

impl Edge {
    /// Every operation of the edge and of what is below it.
    pub fn all_operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().chain(self.item.iter().flat_map(|item| &item.operations))
    }
}

impl Node {
    /// The fields that expand to an edge, with the read of that edge.
    pub fn expanded(&self) -> impl Iterator<Item = (&Field, &Operation)> {
        let read = move |edge: &str| {
            let edge = self.edges.iter().find(|other| other.name == edge)?;
            edge.operations.iter().find(|operation| operation.verb == "read" && operation.rust_name == "read")
        };
        let asked = self.fields.iter().filter(|field| self.selectable && field.selectable);
        asked.filter_map(move |field| Some((field, read(field.expands.as_deref()?)?)))
    }

    /// Every operation of the node, its edges and what lies below them.
    pub fn sites(&self) -> impl Iterator<Item = Site<'_>> {
        let own = self.operations.iter().map(move |operation| Site { node: self, edge: None, item: None, operation });
        let edges = self.edges.iter().flat_map(move |edge| {
            let on = edge.operations.iter().map(move |operation| Site { node: self, edge: Some(edge), item: None, operation });
            let below = edge.item.iter().flat_map(move |item| {
                item.operations.iter().map(move |operation| Site { node: self, edge: Some(edge), item: Some(item), operation })
            });
            on.chain(below)
        });
        own.chain(edges)
    }
}
