//! Nodes, edges, and where an operation lives.

use super::{Docs, FieldDecl, OperationDecl, Text};
use crate::parse::{FileId, Span};

/// A node.
#[derive(Debug)]
pub struct NodeDecl {
    /// As Meta names it.
    pub name: Text,
    /// As Rust names it.
    pub short: Option<Text>,
    /// The method of the client.
    pub handle: Option<Text>,
    /// The node without an identifier.
    pub root: bool,
    /// What is before the identifier in the path.
    pub under: Option<Text>,
    /// Its identifiers are not digits.
    pub text_id: bool,
    /// Description and page.
    pub docs: Docs,
    /// The areas of its operations, and of the edges that state none.
    pub areas: Vec<Text>,
    /// The host of its operations, and of the edges that name none.
    pub host: Option<Text>,
    /// Its fields.
    pub fields: Vec<FieldDecl>,
    /// Operations on the node itself.
    pub slots: Vec<VerbSlot>,
    /// Its edges.
    pub edges: Vec<EdgeDecl>,
    /// The file.
    pub file: FileId,
    /// No file describes it that could be read, and it is here for its edges.
    pub is_stub: bool,
}

/// An edge.
#[derive(Debug)]
pub struct EdgeDecl {
    /// The name in the path.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// The areas of its operations; none: those of the node.
    pub areas: Vec<Text>,
    /// The host of its operations; none: that of the node.
    pub host: Option<Text>,
    /// The stated Rust method.
    pub handle: Option<Text>,
    /// Its operations.
    pub slots: Vec<VerbSlot>,
    /// The item below.
    pub item: Option<EdgeItemDecl>,
}

/// The item below an edge.
#[derive(Debug)]
pub struct EdgeItemDecl {
    /// The placeholders, one for each segment below the edge.
    pub path: Vec<Text>,
    /// The type expression of their values.
    pub ty: Text,
    /// Where it is.
    pub span: Span,
    /// The Rust method.
    pub handle: Option<Text>,
    /// Description and page.
    pub docs: Docs,
    /// Its operations.
    pub slots: Vec<VerbSlot>,
}

/// The place of an operation.
#[derive(Debug)]
pub struct VerbSlot {
    /// The operation's name: its verb, or its own.
    pub name: Text,
    /// Read, create, update or delete.
    pub verb: String,
    /// The operation, or nothing where Meta says that it is unsupported.
    pub operation: Option<Box<OperationDecl>>,
}

/// Where an operation lives.
#[derive(Clone, Copy, Debug)]
pub struct Home<'s> {
    /// On this node,
    pub node: &'s NodeDecl,
    /// this edge,
    pub edge: Option<&'s EdgeDecl>,
    /// this item below it,
    pub item: Option<&'s EdgeItemDecl>,
    /// in this slot.
    pub slot: &'s VerbSlot,
}

impl<'s> Home<'s> {
    /// The areas that the operation belongs to: those of its edge, or of its node.
    pub fn areas(self) -> &'s [Text] {
        match self.edge {
            Some(edge) if !edge.areas.is_empty() => &edge.areas,
            _ => &self.node.areas,
        }
    }
}

impl NodeDecl {
    /// Every operation of the node with where it lives.
    pub fn operations(&self) -> impl Iterator<Item = (Home<'_>, &OperationDecl)> {
        self.slots().filter_map(|home| home.slot.operation.as_deref().map(|operation| (home, operation)))
    }

    /// Every slot of the node, unsupported ones too.
    pub fn slots(&self) -> impl Iterator<Item = Home<'_>> {
        let own = self.slots.iter().map(|slot| Home { node: self, edge: None, item: None, slot });
        let edges = self.edges.iter().flat_map(move |edge| {
            let on = edge.slots.iter().map(move |slot| Home { node: self, edge: Some(edge), item: None, slot });
            let below = edge
                .item
                .iter()
                .flat_map(move |below| below.slots.iter().map(move |slot| Home { node: self, edge: Some(edge), item: Some(below), slot }));
            on.chain(below)
        });
        own.chain(edges)
    }
}
