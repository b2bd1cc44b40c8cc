//! The crate's root: what every program names, modules for the rest, and the front page of the documentation.

use proc_macro2::TokenStream;
use quote::quote;

use super::summary;
use crate::{
    emit::{
        lines,
        print::{
            layout::RustFile,
            rustdoc::docs,
            tokens::{braced, ident},
        },
    },
    model::{Api, Node, Operation},
    naming::{
        self, Places,
        reserved::{REEXPORTS, Reexport},
        version_constant,
    },
};

/// `lib.rs`.
pub(crate) fn library(api: &Api, places: &Places) -> RustFile {
    let mut modules: Vec<&str> = api.nodes.iter().map(|node| node.module.as_str()).collect();
    modules.sort_unstable();
    let nodes = modules.into_iter().map(ident);
    let private = ["client", "error", "error_catalog", "ids", "operations", "version"].map(ident);
    let head = vec![
        quote!(#(mod #private;)*),
        quote!(
            #[allow(deprecated, reason = "what Meta deprecates is still read and written")]
            mod wire;
        ),
        quote!(#(pub mod #nodes;)*),
        quote!(
            #[doc = " Types that several operations share."]
            pub mod types;
        ),
        quote!(
            pub use client::{Call, Client, Nested};
        ),
        quote!(
            pub use error::Error;
        ),
        quote!(
            pub use error_catalog::ErrorKind;
        ),
        REEXPORTS.iter().filter(|reexport| reexport.module.is_none()).filter_map(of_runtime).collect(),
        quote!(
            pub use ids::*;
        ),
        quote!(
            pub use version::{ApiVersion, Availability};
        ),
    ];
    RustFile {
        docs: lines(&front_page(api, places)),
        head, // Links name their target in full, whatever the file imports.
        attributes: vec!["#![allow(rustdoc::redundant_explicit_links)]".into()],
        items: REEXPORTS.iter().filter_map(reexport).collect(),
        ..RustFile::default()
    }
}

/// `pub use graph_runtime::{..};`
fn of_runtime(reexport: &Reexport) -> Option<TokenStream> {
    let names = reexport.names.iter().map(|name| (*name).to_owned()).collect();
    format!("pub use graph_runtime::{};", braced(names)?).parse().ok()
}

/// A module of what the runtime has on one subject.
fn reexport(reexport: &Reexport) -> Option<TokenStream> {
    let (module, names, doc) = (ident(reexport.module?), of_runtime(reexport)?, docs(reexport.doc));
    let own = (reexport.module == Some("description")).then(|| {
        quote!(
            pub use crate::error_catalog::category;
            pub use crate::operations::OPERATIONS;
        )
    });
    Some(quote! { #doc pub mod #module { #own #names } })
}

fn front_page(api: &Api, places: &Places) -> String {
    let versions: Vec<_> = api.window().map(|version| version.to_string()).collect();
    let range = match (versions.first(), versions.last()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no version".into(),
    };
    let library = places.library();
    let mut text = format!(
        "A typed client for Meta's WhatsApp Business Platform, for Graph {range}.\n\n\
         Everything begins with a [`Client`]: its methods lead to nodes, whose methods lead to edges and calls. A [`Call`] is sent, walked page by page, or \
         taken apart into the request it holds. What Graph answers and this crate does not know is kept: enums are open, every struct has `extra()`, and \
         [`ErrorKind::Other`] names codes that are not listed.\n\n\
         ```no_run\nuse {library}::{{ApiVersion, Client}};\n\n# async fn example() -> Result<(), {library}::Error> {{\n\
         let client = Client::builder(\"EAAJB...\", ApiVersion::{}).build()?;\n# let _ = client;\n# Ok(())\n# }}\n```\n\n\
         The root has the client, its calls and errors, identifiers and versions. The requests, handles and fields of a node are in a module of its own, and what \
         several nodes share is in [`types`]. What every call has in common is sorted by subject: [`auth`], [`batch`], [`download`], [`limits`], [`paging`], \
         [`request`], [`response`], [`retry`], [`values`]; [`description`] has what the spec says, as data.",
        version_constant(api.newest().0, api.newest().1)
    );
    for node in &api.nodes {
        text.push_str(&node_table(api, node, places));
    }
    text
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
