//! Nodes: the record of their fields, the handle that leads to their operations and edges, and the edges.

use std::{iter, slice};

use proc_macro2::TokenStream;
use quote::quote;

use super::{operations, page::unsupported_text, types};
use crate::{
    emit::print::{
        rustdoc::{docs, introduced, item, prose},
        tokens::{Uses, ident},
    },
    model::{Api, Availability, Edge, EdgeItem, Node, Operation},
    naming,
};

/// What leads to a node: its handle, and the method of the client that makes it.
pub(crate) fn handle(node: &Node, uses: &Uses<'_>) -> Vec<TokenStream> {
    let (client, id) = (uses.own("Client"), uses.own(&naming::id_type(&node.rust_name)));
    let (name, method) = (ident(&naming::node_handle(&node.rust_name)), ident(&node.handle));
    let mut text =
        format!("One [`{}`]({}), by its identifier: what can be done with it.\n\n", node.rust_name, uses.places.within(&node.rust_name));
    text.push_str(&format!("{}\n\nMade by [`Client::{1}`](crate::Client::{1}).", prose(&node.doc), node.handle));
    if let Some(unsupported) = unsupported_text(&node.unsupported) {
        text.push_str(&format!("\n\n{unsupported}"));
    }
    let none = unsupported_edges(node);
    if !none.is_empty() {
        text.push_str(&format!("\n\n{none}"));
    }
    let (doc, method_doc) = (docs(&text), docs(&introduced(&format!("The {} of that identifier.", prose_name(node)), &node.doc)));
    let id_doc = docs("The identifier.");
    vec![
        quote! { #doc #[derive(Clone, Debug)] pub struct #name { pub(super) client: #client, pub(super) id: #id } },
        quote! { impl #client { #method_doc pub fn #method(&self, id: impl Into<#id>) -> #name { #name { client: self.clone(), id: id.into() } } } },
        quote! { impl #name { #id_doc pub fn id(&self) -> &#id { &self.id } } },
    ]
}

/// The record of a node's fields.
pub(crate) fn record(api: &Api, node: &Node, uses: &Uses<'_>) -> TokenStream {
    let doc = item(&node.doc, Some(&node.page), &Availability::default());
    let about = types::Struct { name: &node.rust_name, doc, page: &node.page, setters: false };
    types::object(api, &about, &node.fields, &[], uses)
}

/// The operations on a node itself.
pub(crate) fn own_operations(api: &Api, node: &Node, uses: &Uses<'_>) -> Vec<TokenStream> {
    let mut methods: Vec<_> = node.operations.iter().map(|operation| step(node, operation, uses)).collect();
    methods.extend(node.operations.iter().filter_map(|operation| download(operation, uses)));
    let mut items = vec![methods_of(node, &methods, uses)];
    items.extend(node.operations.iter().flat_map(|operation| operations::operation(api, operation, uses)));
    items
}

/// A method of a node's handle, or of the client for the root.
fn step(node: &Node, operation: &Operation, uses: &Uses<'_>) -> TokenStream {
    if node.root {
        operations::method(operation, &[], &quote!(self), uses)
    } else {
        operations::method(operation, &[quote!(self.id.clone())], &quote!(&self.client), uses)
    }
}

fn methods_of(node: &Node, methods: &[TokenStream], uses: &Uses<'_>) -> TokenStream {
    let handle = if node.root { uses.own("Client") } else { uses.own(&naming::node_handle(&node.rust_name)) };
    quote! { impl #handle { #(#methods)* } }
}

/// The method that reads and then downloads.
fn download(operation: &Operation, uses: &Uses<'_>) -> Option<TokenStream> {
    let (download, error) = (operation.download.as_ref()?, uses.own("Error"));
    let (read, method) = (ident(&operation.rust_name), ident(&download.rust_name));
    let (ty, request) = (uses.runtime("Download"), uses.own(&operation.request));
    let doc = docs(&operations::download_doc(operation, download));
    // Required parameters of the read are arguments here as well.
    let (parameters, arguments) = operations::arguments(operation, uses);
    Some(quote! { #doc pub fn #method(&self, #(#parameters),*) -> #ty<#request, #error> { self.#read(#(#arguments),*).#method() } })
}

/// What Meta does not support on edges without a module.
fn unsupported_edges(node: &Node) -> String {
    let lines: Vec<String> = node
        .edges
        .iter()
        .filter(|edge| edge.all_operations().next().is_none())
        .filter_map(|edge| Some(format!("- `{}`: {}", edge.name, unsupported_text(&edge.unsupported)?)))
        .collect();
    lines.join("\n")
}

fn prose_name(node: &Node) -> String {
    naming::snake(&node.rust_name).replace('_', " ")
}

fn has_handle(edge: &Edge) -> bool {
    edge.operations.iter().any(|operation| !operation.action) || edge.item.is_some()
}

/// An edge: the methods of its node that lead there, its handle, its operations, what is below it.
pub(crate) fn edge(api: &Api, node: &Node, edge: &Edge, uses: &Uses<'_>) -> Vec<TokenStream> {
    let mut methods: Vec<_> = edge.operations.iter().filter(|operation| operation.action).map(|action| step(node, action, uses)).collect();
    let mut items = Vec::new();
    if has_handle(edge) && !node.root {
        methods.push(lead(node, edge));
        items.extend(edge_items(node, edge, uses));
    }
    items.insert(0, methods_of(node, &methods, uses));
    if let Some(below) = &edge.item {
        items.extend(below_items(node, edge, below, uses));
    }
    items.extend(edge.all_operations().flat_map(|operation| operations::operation(api, operation, uses)));
    items
}

/// The method of a node's handle that leads to an edge.
fn lead(node: &Node, edge: &Edge) -> TokenStream {
    let (method, ty) = (ident(&edge.handle), ident(&naming::edge_handle(&node.rust_name, &edge.handle)));
    let id_member = ident(&naming::id_member(&node.rust_name));
    let doc = docs(&introduced(&format!("The edge `{}`:", edge.name), &edge.doc));
    quote! { #doc pub fn #method(&self) -> #ty { #ty { client: self.client.clone(), #id_member: self.id.clone() } } }
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
        .map(|operation| operations::method(operation, slice::from_ref(&id_argument), &client_field, uses));
    let item = edge.item.as_ref().map(|below| {
        let (method, ty) = (ident(&below.handle), ident(&naming::item_handle(&node.rust_name, &edge.handle)));
        let (parameters, members): (Vec<_>, Vec<_>) = below
            .placeholders
            .iter()
            .map(|placeholder| {
                let placeholder = ident(placeholder);
                let (argument, value) = uses.argument(&below.ty, &placeholder, None);
                (quote!(#placeholder: #argument), quote!(#placeholder: #value))
            })
            .unzip();
        let doc = docs(&prose(&below.doc));
        quote! { #doc pub fn #method(&self, #(#parameters),*) -> #ty { #ty { client: self.client.clone(), #id_member: self.#id_member.clone(), #(#members),* } } }
    });
    let words = format!("The edge `{}` of a [`{}`]({}).", edge.name, node.rust_name, uses.places.within(&node.rust_name));
    let mut text = introduced(&words, &edge.doc);
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
    let ty = uses.ty(&below.ty);
    let placeholders: Vec<_> = below.placeholders.iter().map(|placeholder| ident(placeholder)).collect();
    let client_field = quote!(&self.client);
    let path: Vec<_> = iter::once(&id_member).chain(&placeholders).map(|member| quote!(self.#member.clone())).collect();
    let methods = below.operations.iter().map(|operation| operations::method(operation, &path, &client_field, uses));
    let mut text = prose(&below.doc);
    if let Some(unsupported) = unsupported_text(&below.unsupported) {
        text.push_str(&format!("\n\n{unsupported}"));
    }
    let doc = docs(&text);
    [
        quote! { #doc #[derive(Clone, Debug)] pub struct #name { pub(crate) client: #client, pub(crate) #id_member: #id, #(pub(crate) #placeholders: #ty),* } },
        quote! { impl #name { #(#methods)* } },
    ]
}
