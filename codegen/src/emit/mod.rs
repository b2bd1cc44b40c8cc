//! From the model to the files of the client crate and of its contract tests. Cannot fail.

mod client;
pub mod print;
mod quirks;
mod tests;
mod wire;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use self::{
    client::{errors, ids::ids, library::library, nodes, page, types, versions},
    print::{
        layout::{self, RustFile},
        rustdoc as docs,
        tokens::{Uses, ident},
    },
    tests::{codecs, contract},
};
use crate::{
    model::{Api, Node},
    naming::{Places, version_constant},
    parallel,
    write::Output,
};

/// Every file that the spec gives, by path below the workspace.
pub fn emit(api: &Api) -> Vec<Output> {
    let places = Places::of(api);
    let mut jobs = crate_jobs(api, &places);
    jobs.extend(contract::jobs(api, &places));
    jobs.push(Box::new(|| vec![codecs::table(api, &places)]));
    jobs.push(Box::new(|| quirks::pages(api)));
    run(jobs)
}

/// The client crate alone.
pub fn client_crate(api: &Api) -> Vec<Output> {
    let places = Places::of(api);
    run(crate_jobs(api, &places))
}

/// A piece of work that gives files, and depends on no other.
type Job<'a> = Box<dyn FnOnce() -> Vec<Output> + Send + 'a>;

/// The files of all jobs, by path.
fn run(jobs: Vec<Job<'_>>) -> Vec<Output> {
    let mut outputs = parallel::map(jobs, |job| job()).concat();
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    outputs
}

fn crate_jobs<'a>(api: &'a Api, places: &'a Places) -> Vec<Job<'a>> {
    // The largest first, so that no processor is left with one of them at the end.
    let mut jobs: Vec<Job<'a>> = Vec::new();
    for node in &api.nodes {
        jobs.push(Box::new(|| node_files(api, node, places)));
        jobs.push(Box::new(|| vec![file(&format!("generated/src/wire/{}.rs", node.module), &wire_node(api, node, places))]));
    }
    jobs.push(Box::new(|| vec![file("generated/src/wire/types.rs", &wire_types(api, places))]));
    jobs.extend(type_jobs(api, places));
    jobs.push(Box::new(|| {
        vec![
            file("generated/src/lib.rs", &library(api, places)),
            file("generated/src/client.rs", &fixed(&at_newest(api, include_str!("templates/client.rs")))),
            file("generated/src/error.rs", &fixed(include_str!("templates/error.rs"))),
            file("generated/src/version.rs", &version(api, places)),
            file("generated/src/operations.rs", &operations(api, places)),
            file("generated/src/ids.rs", &ids(api, places)),
            file("generated/src/error_catalog.rs", &catalog(api)),
            file("generated/src/wire/mod.rs", &wire_modules(api)),
        ]
    }));
    jobs
}

fn file(path: &str, file: &RustFile) -> Output {
    Output { path: path.into(), text: layout::rust(file) }
}

/// Fixed text whose examples name the newest version.
fn at_newest(api: &Api, text: &str) -> String {
    text.replace("V_NEWEST", &version_constant(api.newest().0, api.newest().1)).replace("{{base_url}}", &api.surface.base_url)
}

/// A file whose text is the same for every spec.
fn fixed(text: &str) -> RustFile {
    let (docs, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("//!"));
    RustFile {
        docs: docs.iter().map(|line| line.trim_start_matches("//!").trim_start().to_owned()).collect(),
        fixed: rest.join("\n").trim_start().to_owned(),
        ..RustFile::default()
    }
}

fn lines(markdown: &str) -> Vec<String> {
    docs::lines(markdown)
}

/// What a file's items define, so that it does not import itself.
fn defined(items: &[TokenStream]) -> Vec<String> {
    let mut names = Vec::new();
    for item in items {
        let mut trees = item.clone().into_iter().peekable();
        while let Some(tree) = trees.next() {
            let defines = matches!(&tree, TokenTree::Ident(word) if matches!(word.to_string().as_str(), "struct" | "enum" | "static"));
            if let (true, Some(TokenTree::Ident(name))) = (defines, trees.peek()) {
                names.push(name.to_string());
            }
        }
    }
    names
}

/// A file of items with the `use` lines that they need.
fn with_uses(docs: Vec<String>, uses: &Uses<'_>, items: Vec<TokenStream>) -> RustFile {
    RustFile { docs, head: uses.lines(&defined(&items)), items, ..RustFile::default() }
}

fn type_modules(api: &Api) -> Vec<String> {
    let mut modules: Vec<String> = api.types.iter().filter_map(|ty| ty.module.strip_prefix("types::")).map(String::from).collect();
    modules.sort();
    modules.dedup();
    modules
}

/// Every operation, as data.
fn operations(api: &Api, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let (info, operation) = (uses.runtime("OperationInfo"), uses.runtime("Operation"));
    let requests: Vec<_> = api.operations().map(|operation| uses.own(&operation.request)).collect();
    let doc = docs::docs(
        "Every operation of the crate, by id.\n\nWhat rustdoc says of an operation, as data: method, path, permissions, limits, errors.",
    );
    let items = vec![quote! {
        #doc
        pub static OPERATIONS: &[&#info] = &[#(<#requests as #operation>::INFO),*];
    }];
    with_uses(lines("Every operation, as data."), &uses, items)
}

fn catalog(api: &Api) -> RustFile {
    RustFile {
        docs: lines("The errors and the versions that the spec knows."),
        head: vec![quote!(
            use graph_runtime::{ErrorCatalog, ErrorInfo, Version, VersionInfo};
        )],
        fixed: [errors::catalog(api), include_str!("templates/error_catalog.rs").to_owned(), errors::table(api)].join("\n"),
        ..RustFile::default()
    }
}

fn version(api: &Api, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let constants = versions::constants(api, &uses);
    let docs = format!("Versions of the Graph API.\n\n[Meta's table]({})", api.versions_page);
    RustFile {
        docs: lines(&docs),
        head: vec![
            quote!(
                use std::{fmt, str::FromStr};
            ),
            quote!(
                use graph_runtime::{Version, VersionInfo};
            ),
            quote!(
                use crate::error_catalog;
            ),
        ],
        fixed: at_newest(api, include_str!("templates/version.rs")),
        items: vec![constants],
        ..RustFile::default()
    }
}

fn node_files(api: &Api, node: &Node, places: &Places) -> Vec<Output> {
    let edges: Vec<_> = node.edges.iter().filter(|edge| nodes::operations_of(edge).next().is_some()).collect();
    let mut outputs = Vec::new();
    let mut elsewhere = Vec::new();
    for edge in &edges {
        let uses = Uses::of(api, places);
        let items = nodes::edge(api, node, edge, &uses);
        elsewhere.extend(defined(&items));
        let operations: Vec<_> = nodes::operations_of(edge).collect();
        let path = operations.first().map(|operation| operation.path_text()).unwrap_or_default();
        let docs = page::edge_module(&path, &operations, &edge.doc, &edge.page, &edge.unsupported);
        outputs.push(file(&format!("generated/src/{}/{}.rs", node.module, edge.module), &with_uses(lines(&docs), &uses, items)));
    }
    let uses = Uses::of(api, places);
    let mut items = nodes::node(api, node, &uses);
    items.extend(api.types.iter().filter(|ty| ty.module == node.module).flat_map(|ty| types::named(api, ty, &uses)));
    let mut docs = docs::prose(&node.doc);
    if !node.page.is_empty() {
        docs.push_str(&format!("\n\n[Meta's page]({})", node.page));
    }
    // What the edges' modules define comes with their globs; importing it as well would hide it from users.
    let mut here = defined(&items);
    here.extend(elsewhere);
    let names: Vec<_> = edges.iter().map(|edge| ident(&edge.module)).collect();
    let mut head: Vec<_> = names.iter().map(|name| quote!(mod #name;)).collect();
    head.extend(uses.lines(&here));
    head.extend(names.iter().map(|name| quote!(pub use #name::*;)));
    let module = RustFile { docs: lines(&docs), head, items, ..RustFile::default() };
    outputs.push(file(&format!("generated/src/{}/mod.rs", node.module), &module));
    outputs
}

fn type_jobs<'a>(api: &'a Api, places: &'a Places) -> Vec<Job<'a>> {
    let modules = type_modules(api);
    let names = modules.clone();
    let mut jobs: Vec<Job<'a>> = vec![Box::new(move || vec![types_index(&names)])];
    for module in modules {
        jobs.push(Box::new(move || {
            let uses = Uses::of(api, places);
            let of_module = api.types.iter().filter(|ty| ty.module == format!("types::{module}"));
            let items = of_module.flat_map(|ty| types::named(api, ty, &uses)).collect();
            let docs = format!("Types of `spec/types/{module}.yaml`.");
            vec![file(&format!("generated/src/types/{module}.rs"), &with_uses(lines(&docs), &uses, items))]
        }));
    }
    jobs
}

fn types_index(modules: &[String]) -> Output {
    let names: Vec<_> = modules.iter().map(|module| ident(module)).collect();
    let mut head: Vec<_> = names.iter().map(|name| quote!(mod #name;)).collect();
    head.extend(names.iter().map(|name| quote!(pub use #name::*;)));
    let index = RustFile { docs: lines("Types that several operations share."), head, ..RustFile::default() };
    file("generated/src/types/mod.rs", &index)
}

fn wire_modules(api: &Api) -> RustFile {
    let mut names: Vec<String> = api.nodes.iter().map(|node| node.module.clone()).collect();
    names.push("types".into());
    names.sort();
    let names = names.iter().map(|name| ident(name));
    RustFile {
        docs: lines("Plumbing: how types are read and written, and what operations are on the wire. Nothing here is public."),
        head: names.map(|name| quote!(mod #name;)).collect(),
        ..RustFile::default()
    }
}

fn wire_types(api: &Api, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let texts = api.types.iter().filter(|ty| ty.module.starts_with("types::")).map(|ty| wire::named(api, ty, &uses)).collect::<Vec<_>>();
    plumbing("Plumbing of the shared types.", &uses, &texts)
}

fn wire_node(api: &Api, node: &Node, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let mut texts = Vec::new();
    if !node.root {
        texts.push(wire::node(node, &uses));
    }
    let below = format!("{}::", node.module);
    let types = api.types.iter().filter(|ty| ty.module == node.module || ty.module.starts_with(&below));
    texts.extend(types.map(|ty| wire::named(api, ty, &uses)));
    for operation in node.sites().map(|site| site.operation) {
        texts.push(wire::operation(api, operation, &uses));
    }
    plumbing(&format!("Plumbing of `{}`.", node.name), &uses, &texts)
}

fn plumbing(docs: &str, uses: &Uses<'_>, texts: &[String]) -> RustFile {
    RustFile { docs: lines(docs), head: uses.lines(&[]), fixed: texts.join("\n"), ..RustFile::default() }
}
