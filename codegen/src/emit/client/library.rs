//! The crate's root: what every program names, modules for the rest, and the front page of the documentation.

use proc_macro2::TokenStream;
use quote::quote;

use super::{example, optional::optional, summary};
use crate::{
    emit::{
        lines,
        placement::{self, calling, condition},
        print::{
            layout::{self, RustFile},
            rustdoc::{cell, docs, prose},
            tokens::{braced, ident},
        },
    },
    model::{Api, Areas, Node, Operation},
    naming::{
        self, Places,
        reserved::{REEXPORTS, Reexport, WEBHOOKS},
        version_constant,
    },
};

/// `lib.rs`.
pub(crate) fn library(api: &Api, places: &Places) -> RustFile {
    let mut nodes: Vec<&Node> = api.nodes.iter().collect();
    nodes.sort_by(|a, b| a.module.cmp(&b.module));
    let nodes = nodes.into_iter().filter_map(|node| {
        let (files, module) = (placement::node_files(api, node), ident(&node.module));
        let condition = calling(&placement::node_areas(&files));
        (!files.is_empty()).then(|| quote!(#condition pub mod #module;))
    });
    let (calls, always) = (["client", "error", "operations"].map(ident), ["error_catalog", "ids", "version"].map(ident));
    let optional = optional(api);
    let declared = optional.iter().map(|optional| {
        let (condition, module) = (calling(&optional.areas), ident(optional.module));
        quote!(#condition mod #module;)
    });
    let shown = optional.iter().filter_map(|optional| {
        let (condition, module, name) = (calling(&optional.areas), ident(optional.module), ident(optional.shows?));
        Some(quote!(#condition pub use #module::#name;))
    });
    let head = vec![
        quote!(#(mod #always;)* #(#[cfg(feature = "client")] mod #calls;)* #(#declared)*),
        quote!(
            #[allow(deprecated, reason = "what Meta deprecates is still read and written")]
            mod wire;
        ),
        quote!(#(#nodes)*),
        quote!(
            #[doc = " Types that several operations share."]
            pub mod types;
        ),
        api.webhooks.iter().map(|webhooks| webhooks_module(&webhooks.areas)).collect(),
        quote!(
            #[cfg(feature = "client")]
            pub use client::{Call, Client};
        ),
        quote!(
            #[cfg(feature = "client")]
            pub use error::Error;
        ),
        quote!(
            pub use error_catalog::ErrorKind;
        ),
        REEXPORTS.iter().filter(|reexport| reexport.module.is_none()).filter_map(of_runtime).collect(),
        quote!(
            pub use ids::*;
        ),
        quote!(#(#shown)*),
        quote!(
            pub use version::{ApiVersion, Availability};
        ),
    ];
    let attributes = [
        "#![cfg_attr(docsrs, feature(doc_cfg))]",
        // Links name their target in full, whatever the file imports.
        "#![allow(rustdoc::redundant_explicit_links)]",
    ];
    RustFile {
        docs: lines(&front_page(api, places)),
        head,
        attributes: attributes.map(String::from).to_vec(),
        items: REEXPORTS.iter().filter_map(reexport).collect(),
        ..RustFile::default()
    }
}

fn webhooks_module(areas: &Areas) -> TokenStream {
    let (condition, name) = (condition(areas), ident(WEBHOOKS));
    quote!(#condition pub mod #name;)
}

/// `pub use graph_runtime::{..};`
fn of_runtime(reexport: &Reexport) -> Option<TokenStream> {
    let names = reexport.names.iter().map(|name| (*name).to_owned()).collect();
    let (names, condition): (TokenStream, _) = (braced(names)?.parse().ok()?, on_client(reexport).filter(|_| reexport.module.is_none()));
    Some(quote!(#condition pub use graph_runtime::#names;))
}

/// The condition of what only a client needs.
fn on_client(reexport: &Reexport) -> Option<TokenStream> {
    reexport.client.then(|| quote!(#[cfg(feature = "client")]))
}

/// A module of what the runtime has on one subject.
fn reexport(reexport: &Reexport) -> Option<TokenStream> {
    let (module, names, doc) = (ident(reexport.module?), of_runtime(reexport)?, docs(reexport.doc));
    let own = (reexport.module == Some("description")).then(|| {
        quote!(
            pub use crate::error_catalog::category;
            #[cfg(feature = "client")]
            pub use crate::operations::OPERATIONS;
        )
    });
    let condition = on_client(reexport);
    Some(quote! { #doc #condition pub mod #module { #own #names } })
}

fn front_page(api: &Api, places: &Places) -> String {
    let range = api.window_text();
    let (library, title) = (places.library(), &api.surface.title);
    let id = api.surface.doctests.as_ref().map(|doctests| doctests.call.clone());
    let calls = example::calls(api, places, id.as_slice());
    let imports = calls.first().map_or_else(String::new, example::Call::imports);
    let first = calls.first().map_or_else(String::new, |call| {
        format!("{}\n", layout::statements(&format!("let answer = {}.send().await?; println!(\"{{answer:?}}\");", call.text())))
    });
    let about = if api.surface.doc.is_empty() { String::new() } else { format!("{}\n\n", prose(&api.surface.doc)) };
    let mut text = format!(
        "A typed client for Meta's {title}, for Graph {range}.\n\n{about}\
         Everything begins with a [`Client`]: its methods lead to nodes, whose methods lead to edges and calls. A [`Call`] is sent, walked page by page, or \
         taken apart into the request it holds. What Graph answers and this crate does not know is kept: enums are open, every struct has `extra()`, and \
         [`ErrorKind::Other`] names codes that are not listed.\n\n\
         ```no_run\nuse {library}::{{ApiVersion, Client}};\n{imports}\n# async fn example() -> Result<(), {library}::Error> {{\n\
         let client = Client::builder(\"EAAJB...\", ApiVersion::{}).build()?;\n{first}# let _ = client;\n# Ok(())\n# }}\n```\n\n\
         The root has the client, its calls and errors, identifiers and versions. The requests, handles and fields of a node are in a module of its own, and what \
         several nodes share is in [`types`]. What every call has in common is sorted by subject: [`auth`], [`batch`], [`download`], [`limits`], [`paging`], \
         [`request`], [`response`], [`retry`], [`values`]; [`description`] has what the spec says, as data.",
        version_constant(api.newest().0, api.newest().1)
    );
    if !api.surface.areas.is_empty() {
        text.push_str(&areas(api));
    }
    for node in &api.nodes {
        text.push_str(&node_table(api, node, places));
    }
    text
}

/// The areas, each a feature.
fn areas(api: &Api) -> String {
    let mut table = String::from(
        "\n\n# Areas\n\nEach area is a feature; all are on by default. A program that needs one of them compiles faster without the others: \
         `default-features = false`, and the areas and the TLS that it wants.\n\n| feature | what it has |\n| --- | --- |",
    );
    for area in &api.surface.areas {
        table.push_str(&format!("\n| `{}` | {} |", area.name, cell(&area.doc)));
    }
    table
}

/// A node's calls, each with what it does.
fn node_table(api: &Api, node: &Node, places: &Places) -> String {
    let operations: Vec<&Operation> = node.sites().map(|site| site.operation).collect();
    if operations.is_empty() {
        return String::new();
    }
    let entry = if node.root { "client".to_owned() } else { format!("client.{}(id)", node.handle) };
    let mut table = format!("\n\n# `{entry}`\n\nModule [`{0}`].\n\n| call | what it does |\n| --- | --- |", node.module);
    for operation in operations {
        let (path, method) = naming::call_path(api, operation, None);
        let below = path.strip_prefix(&entry).unwrap_or(&path).trim_start_matches('.');
        let call = if below.is_empty() { format!("{method}(..)") } else { format!("{below}.{method}(..)") };
        table.push_str(&format!("\n| [`{call}`]({}) | {} |", places.below(&operation.request), summary(operation).replace('|', "\\|")));
    }
    table
}
