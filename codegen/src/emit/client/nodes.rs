//! Nodes: the struct of their fields, and the handle that leads to their operations and edges.

use proc_macro2::TokenStream;
use quote::quote;

use super::{operations, page::unsupported_text, types};
use crate::{
    emit::print::{
        rustdoc::{docs, item, prose},
        tokens::{Uses, ident},
    },
    model::{Api, Availability, Edge, EdgeItem, Node, Operation},
    naming,
};

/// The items of a node's own module: fields, handle, operations on the node itself.
pub(crate) fn node(api: &Api, node: &Node, uses: &Uses<'_>) -> Vec<TokenStream> {
    let mut items = Vec::new();
    if node.root {
        items.extend(root(node, uses));
    } else {
        let doc = item(&node.doc, Some(&node.page), &Availability::default());
        let about = types::Struct { name: &node.rust_name, doc, page: &node.page, setters: false };
        items.push(types::object(api, &about, &node.fields, &[], uses));
        items.extend(operations::expansions(node, uses));
        if leads_somewhere(node) {
            items.extend(handle(node, uses));
        }
    }
    for operation in &node.operations {
        items.extend(operations::operation(api, operation, uses));
    }
    items
}

/// The methods of the client that replace the handle which the root does not have.
fn root(node: &Node, uses: &Uses<'_>) -> Option<TokenStream> {
    let client = uses.own("Client");
    let methods: Vec<_> = steps(node).map(|operation| operations::method(operation, None, None, &quote!(self), uses)).collect();
    (!methods.is_empty()).then(|| quote! { impl #client { #(#methods)* } })
}

/// The operations that are called on the handle itself.
fn steps(node: &Node) -> impl Iterator<Item = &Operation> {
    node.operations.iter().chain(node.edges.iter().flat_map(|edge| edge.operations.iter().filter(|operation| operation.action)))
}

/// Whether a node has operations; some are there only for their identifiers.
fn leads_somewhere(node: &Node) -> bool {
    !node.operations.is_empty() || node.edges.iter().any(|edge| operations_of(edge).next().is_some())
}

fn handle(node: &Node, uses: &Uses<'_>) -> Vec<TokenStream> {
    let (client, id) = (uses.own("Client"), uses.own(&naming::id_type(&node.rust_name)));
    let (name, method) = (ident(&naming::node_handle(&node.rust_name)), ident(&node.handle));
    let client_field = quote!(&self.client);
    let id_argument = quote!(self.id.clone());
    let actions = steps(node).map(|operation| operations::method(operation, Some(&id_argument), None, &client_field, uses));
    let downloads = node.operations.iter().filter_map(|operation| {
        let (download, error) = (operation.download.as_ref()?, uses.own("Error"));
        let (read, method) = (ident(&operation.rust_name), ident(&download.rust_name));
        let (ty, request) = (uses.runtime("Download"), uses.own(&operation.request));
        let doc = docs(&operations::download_doc(operation, download));
        // Required parameters of the read are arguments here as well.
        let (parameters, arguments) = operations::arguments(operation, uses);
        Some(quote! { #doc pub fn #method(&self, #(#parameters),*) -> #ty<#request, #error> { self.#read(#(#arguments),*).#method() } })
    });
    let edges = node.edges.iter().filter(|edge| has_handle(edge)).map(|edge| {
        let (method, ty) = (ident(&edge.handle), uses.own(&naming::edge_handle(&node.rust_name, &edge.handle)));
        let id_member = ident(&naming::id_member(&node.rust_name));
        let doc = docs(&format!("The edge `{}`: {}", edge.name, prose(&edge.doc)));
        quote! { #doc pub fn #method(&self) -> #ty { #ty { client: self.client.clone(), #id_member: self.id.clone() } } }
    });
    let mut text = format!("One [`{}`], by its identifier: what can be done with it.\n\n{}", node.rust_name, prose(&node.doc));
    text.push_str(&format!("\n\nMade by [`Client::{}`](crate::Client::{}).", node.handle, node.handle));
    if let Some(unsupported) = unsupported_text(&node.unsupported) {
        text.push_str(&format!("\n\n{unsupported}"));
    }
    let none = unsupported_edges(node);
    if !none.is_empty() {
        text.push_str(&format!("\n\n{none}"));
    }
    let (doc, method_doc) = (docs(&text), docs(&format!("The {} of that identifier. {}", prose_name(node), prose(&node.doc))));
    let id_doc = docs("The identifier.");
    vec![
        quote! { #doc #[derive(Clone, Debug)] pub struct #name { client: #client, id: #id } },
        quote! { impl #client { #method_doc pub fn #method(&self, id: impl Into<#id>) -> #name { #name { client: self.clone(), id: id.into() } } } },
        quote! { impl #name { #id_doc pub fn id(&self) -> &#id { &self.id } #(#actions)* #(#downloads)* #(#edges)* } },
    ]
}

/// What Meta does not support on edges without a module.
fn unsupported_edges(node: &Node) -> String {
    let lines: Vec<String> = node
        .edges
        .iter()
        .filter(|edge| operations_of(edge).next().is_none())
        .filter_map(|edge| Some(format!("- `{}`: {}", edge.name, unsupported_text(&edge.unsupported)?)))
        .collect();
    lines.join("\n")
}

fn prose_name(node: &Node) -> String {
    naming::snake(&node.rust_name).replace('_', " ")
}

/// Every operation of an edge and of what lies below it.
pub(crate) fn operations_of(edge: &Edge) -> impl Iterator<Item = &Operation> {
    edge.operations.iter().chain(edge.item.iter().flat_map(|below| &below.operations))
}

fn has_handle(edge: &Edge) -> bool {
    edge.operations.iter().any(|operation| !operation.action) || edge.item.is_some()
}

/// The items of an edge's module: its handle, its operations, what lies below.
pub(crate) fn edge(api: &Api, node: &Node, edge: &Edge, uses: &Uses<'_>) -> Vec<TokenStream> {
    let mut items = Vec::new();
    if has_handle(edge) && !node.root {
        items.extend(edge_items(node, edge, uses));
    }
    if let Some(below) = &edge.item {
        items.extend(below_items(node, edge, below, uses));
    }
    for operation in operations_of(edge) {
        items.extend(operations::operation(api, operation, uses));
    }
    items.extend(
        api.types.iter().filter(|ty| ty.module == format!("{}::{}", node.module, edge.module)).flat_map(|ty| types::named(api, ty, uses)),
    );
    items
}

fn edge_items(node: &Node, edge: &Edge, uses: &Uses<'_>) -> [TokenStream; 2] {
    let client = uses.own("Client");
    let (name, id) = (ident(&naming::edge_handle(&node.rust_name, &edge.handle)), uses.own(&naming::id_type(&node.rust_name)));
    let id_member = ident(&naming::id_member(&node.rust_name));
    let (client_field, id_argument) = (quote!(&self.client), quote!(self.#id_member.clone()));
    let methods = edge
        .operations
        .iter()
        .filter(|operation| !operation.action)
        .map(|operation| operations::method(operation, Some(&id_argument), None, &client_field, uses));
    let item = edge.item.as_ref().map(|below| {
        let (method, ty, placeholder) = (ident(&below.handle), ident(&naming::item_handle(&node.rust_name, &edge.handle)), ident(&below.placeholder));
        let (argument, value) = uses.argument(&below.ty, &placeholder, None);
        let doc = docs(&prose(&below.doc));
        quote! { #doc pub fn #method(&self, #placeholder: #argument) -> #ty { #ty { client: self.client.clone(), #id_member: self.#id_member.clone(), #placeholder: #value } } }
    });
    let mut text =
        format!("The edge `{}` of a [`{}`]({}). {}", edge.name, node.rust_name, uses.places.within(&node.rust_name), prose(&edge.doc));
    if let Some(unsupported) = unsupported_text(&edge.unsupported) {
        text.push_str(&format!("\n\n{unsupported}"));
    }
    let doc = docs(&text);
    [
        quote! { #doc #[derive(Clone, Debug)] pub struct #name { pub(crate) client: #client, pub(crate) #id_member: #id } },
        quote! { impl #name { #(#methods)* #item } },
    ]
}

fn below_items(node: &Node, edge: &Edge, below: &EdgeItem, uses: &Uses<'_>) -> [TokenStream; 2] {
    let client = uses.own("Client");
    let (name, id) = (ident(&naming::item_handle(&node.rust_name, &edge.handle)), uses.own(&naming::id_type(&node.rust_name)));
    let id_member = ident(&naming::id_member(&node.rust_name));
    let (placeholder, ty) = (ident(&below.placeholder), uses.ty(&below.ty));
    let (client_field, id_argument, below_argument) =
        (quote!(&self.client), quote!(self.#id_member.clone()), quote!(self.#placeholder.clone()));
    let methods = below
        .operations
        .iter()
        .map(|operation| operations::method(operation, Some(&id_argument), Some(&below_argument), &client_field, uses));
    let mut text = prose(&below.doc);
    if let Some(unsupported) = unsupported_text(&below.unsupported) {
        text.push_str(&format!("\n\n{unsupported}"));
    }
    let doc = docs(&text);
    [
        quote! { #doc #[derive(Clone, Debug)] pub struct #name { pub(crate) client: #client, pub(crate) #id_member: #id, pub(crate) #placeholder: #ty } },
        quote! { impl #name { #(#methods)* } },
    ]
}
