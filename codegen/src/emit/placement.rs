//! Which file of the crate holds what, and with which features it is compiled.
//!
//! A file is compiled with the areas of all that it holds, so that nothing within it needs a condition of its own. For that all operations of a file
//! have the same areas (see the areas of the model), and the types of a file of the spec are split where their areas differ.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    model::{Api, Areas, Edge, NamedType, Node},
    naming::{self, NODE_FIELDS, NODE_HANDLE, NODE_OPERATIONS, NODE_RECORD},
};

/// A file below a node's module. Its plumbing has a file of the same name.
pub(crate) struct NodeFile<'a> {
    pub(crate) module: &'a str,
    pub(crate) areas: Areas,
    pub(crate) content: Content<'a>,
}

/// What a file below a node's module holds.
pub(crate) enum Content<'a> {
    /// What leads to the node.
    Handle,
    /// The record of the node's fields.
    Record,
    /// The enum of the node's fields, with what those say that expand to an edge.
    Fields,
    /// The operations on the node itself.
    Operations,
    /// An edge with its operations.
    Edge(&'a Edge),
}

impl NodeFile<'_> {
    /// Whether anything in it is read or written.
    pub(crate) fn has_plumbing(&self) -> bool {
        !matches!(self.content, Content::Handle)
    }

    /// Whether a type that belongs to a node's module is in this file.
    pub(crate) fn holds(&self, node: &Node, ty: &NamedType) -> bool {
        let Some(below) = ty.module.strip_prefix(&node.module) else { return false };
        let is_field_enum = || ty.name == naming::field_enum(&node.rust_name);
        match self.content {
            Content::Handle | Content::Record => false,
            Content::Fields => below.is_empty() && is_field_enum(),
            // The order of a list that the node itself reads.
            Content::Operations => below.is_empty() && !is_field_enum(),
            Content::Edge(edge) => below.strip_prefix("::") == Some(&edge.module),
        }
    }
}

/// Whether a node has a record of its fields: one that is there only for its identifier has none.
pub(crate) fn has_record(api: &Api, node: &Node) -> bool {
    !node.root && (!node.record_areas.is_empty() || api.surface.areas.is_empty())
}

/// The files below a node's module.
pub(crate) fn node_files<'a>(api: &Api, node: &'a Node) -> Vec<NodeFile<'a>> {
    let mut files = Vec::new();
    if has_record(api, node) {
        files.push(NodeFile { module: NODE_RECORD, areas: node.record_areas.clone(), content: Content::Record });
    }
    if let Some(fields) = api.named(&naming::field_enum(&node.rust_name)).filter(|ty| ty.module == node.module) {
        files.push(NodeFile { module: NODE_FIELDS, areas: fields.areas.clone(), content: Content::Fields });
    }
    if !node.root && node.sites().next().is_some() {
        files.push(NodeFile { module: NODE_HANDLE, areas: node.areas.clone(), content: Content::Handle });
    }
    if !node.operations.is_empty() {
        let areas = node.operations.iter().flat_map(|operation| operation.areas.clone()).collect();
        files.push(NodeFile { module: NODE_OPERATIONS, areas, content: Content::Operations });
    }
    for edge in node.edges.iter().filter(|edge| edge.all_operations().next().is_some()) {
        files.push(NodeFile { module: &edge.module, areas: edge.areas.clone(), content: Content::Edge(edge) });
    }
    files.sort_by(|a, b| a.module.cmp(b.module));
    files
}

/// The areas of a node's module: of any of its files.
pub(crate) fn node_areas(files: &[NodeFile<'_>]) -> Areas {
    files.iter().flat_map(|file| file.areas.clone()).collect()
}

/// A file of shared types. Its plumbing has a file of the same name.
pub(crate) struct TypeFile<'a> {
    pub(crate) module: String,
    /// The file of the spec, without its folder.
    pub(crate) source: &'a str,
    pub(crate) areas: Areas,
    pub(crate) types: Vec<&'a NamedType>,
}

/// The files of shared types in a folder of the spec: one for each, or several where its types are of different areas.
pub(crate) fn type_files<'a>(api: &'a Api, folder: &str) -> Vec<TypeFile<'a>> {
    let mut sources: BTreeMap<&str, BTreeMap<&Areas, Vec<&NamedType>>> = BTreeMap::new();
    for ty in &api.types {
        if let Some(source) = ty.module.strip_prefix(folder).and_then(|below| below.strip_prefix("::")) {
            sources.entry(source).or_default().entry(&ty.areas).or_default().push(ty);
        }
    }
    let mut files = Vec::new();
    for (source, groups) in sources {
        let single = groups.len() == 1;
        for (areas, types) in groups {
            let module = if single { source.to_owned() } else { naming::types_of_areas(source, areas) };
            files.push(TypeFile { module, source, areas: areas.clone(), types });
        }
    }
    files
}

/// The condition under which an item of these areas is compiled; nothing for what always is.
pub(crate) fn condition(areas: &Areas) -> TokenStream {
    let features: Vec<TokenStream> = areas.iter().map(|area| quote!(feature = #area)).collect();
    match features.as_slice() {
        [] => TokenStream::new(),
        [one] => quote!(#[cfg(#one)]),
        many => quote!(#[cfg(any(#(#many),*))]),
    }
}

/// The condition of what calls Graph: its areas, each of which brings the client, or the client itself where the spec has no areas.
pub(crate) fn calling(areas: &Areas) -> TokenStream {
    if areas.is_empty() { quote!(#[cfg(feature = "client")]) } else { condition(areas) }
}
