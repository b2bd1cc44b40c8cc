//! From the model to the files of the client crate, of its contract tests, of the stand-in and of the command line. Cannot fail.

mod cli;
mod client;
mod coverage;
mod errors_page;
mod manifest;
mod mock;
mod placement;
pub mod print;
mod quirks;
mod secrets;
mod tables;
mod tests;
mod webhooks_page;
mod wire;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use self::{
    client::{nodes, operations, page, root, types},
    placement::{Content, NodeFile, calling, condition},
    print::{
        layout::{self, RustFile},
        rustdoc as docs,
        tokens::{Uses, ident},
    },
    tests::{codecs, contract},
};
use crate::{
    model::{Api, Areas, Node, Operation, Webhooks},
    naming::{Places, reserved::WEBHOOKS},
    parallel,
    write::Output,
};

/// Every file that the spec gives, by path below the workspace.
pub fn emit(api: &Api) -> Vec<Output> {
    let places = Places::of(api);
    let mut jobs = crate_jobs(api, &places);
    jobs.extend(contract::jobs(api, &places));
    jobs.extend(api.webhooks.iter().flat_map(|webhooks| tests::webhooks::jobs(api, webhooks, &places)));
    jobs.push(Box::new(|| vec![codecs::table(api, &places)]));
    jobs.extend(mock::jobs(api));
    jobs.extend(cli::jobs(api));
    jobs.push(Box::new(|| quirks::pages(api)));
    jobs.push(Box::new(|| coverage::pages(api)));
    jobs.push(Box::new(|| errors_page::pages(api)));
    jobs.push(Box::new(|| webhooks_page::pages(api, &places)));
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
        jobs.extend(node_jobs(api, node, places));
    }
    jobs.extend(type_jobs(api, places));
    if let Some(webhooks) = &api.webhooks {
        jobs.extend(webhook_jobs(api, webhooks, places));
    }
    jobs.push(Box::new(|| root::files(api, places)));
    jobs
}

fn file(path: &str, file: &RustFile) -> Output {
    Output { path: path.into(), text: layout::rust(file) }
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

/// The attribute of a file that names operations of its own crate, if one of them is deprecated: the warning is for those who call it.
fn allows_deprecated<'o>(api: &Api, mut operations: impl Iterator<Item = &'o Operation>) -> Vec<String> {
    let any = operations.any(|operation| docs::is_deprecated(api, &operation.availability));
    let allow = "#![allow(deprecated, reason = \"the crate has what Meta deprecates, and warns those who call it\")]";
    if any { vec![allow.to_owned()] } else { Vec::new() }
}

fn node_jobs<'a>(api: &'a Api, node: &'a Node, places: &'a Places) -> Vec<Job<'a>> {
    let files = placement::node_files(api, node);
    if files.is_empty() {
        return Vec::new();
    }
    let index = node_index(node, &files);
    let mut jobs: Vec<Job<'a>> = vec![Box::new(move || index)];
    for part in files {
        jobs.push(Box::new(move || {
            let name = format!("{}/{}.rs", node.module, part.module);
            let mut files = vec![file(&format!("generated/src/{name}"), &node_file(api, node, &part, places))];
            if part.has_plumbing() {
                files.push(file(&format!("generated/src/wire/{name}"), &node_plumbing(api, node, &part, places)));
            }
            files
        }));
    }
    jobs
}

/// A node's module and that of its plumbing: what leads to the node, and the other files.
fn node_index(node: &Node, files: &[NodeFile<'_>]) -> Vec<Output> {
    let mut docs = docs::prose(&node.doc);
    if !node.page.is_empty() {
        docs.push_str(&format!("\n\n[Meta's page]({})", node.page));
    }
    let whole = placement::node_areas(files);
    let modules: Vec<_> = files.iter().map(|file| (file.module.to_owned(), file.areas.clone())).collect();
    let (declared, shown) = modules_of(&modules, &whole);
    let module = RustFile { docs: lines(&docs), head: declared.into_iter().chain(shown).collect(), ..RustFile::default() };
    let plumbed: Vec<_> =
        files.iter().filter(|file| file.has_plumbing()).map(|file| (file.module.to_owned(), file.areas.clone())).collect();
    let plumbing =
        RustFile { docs: lines(&format!("Plumbing of `{}`.", node.name)), head: modules_of(&plumbed, &whole).0, ..RustFile::default() };
    vec![
        file(&format!("generated/src/{}/mod.rs", node.module), &module),
        file(&format!("generated/src/wire/{}/mod.rs", node.module), &plumbing),
    ]
}

/// Modules, and what is shown of them, each on the condition that the module around them does not imply.
fn modules_of(modules: &[(String, Areas)], around: &Areas) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let one = |(module, areas): &(String, Areas)| {
        let (name, condition) = (ident(module), if areas == around { TokenStream::new() } else { condition(areas) });
        (quote!(#condition mod #name;), quote!(#condition pub use #name::*;))
    };
    modules.iter().map(one).unzip()
}

fn node_file(api: &Api, node: &Node, part: &NodeFile<'_>, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let (docs, mut items) = match part.content {
        Content::Handle => (format!("What leads to {}.", types::a(&node.name)), nodes::handle(node, &uses)),
        Content::Record => (format!("The record of {}.", types::a(&node.name)), vec![nodes::record(api, node, &uses)]),
        Content::Fields => {
            (format!("The fields of {}, to ask for.", types::a(&node.name)), operations::expansions(node, &uses).into_iter().collect())
        }
        Content::Operations => (page::node_module(node), nodes::own_operations(api, node, &uses)),
        Content::Edge(edge) => (page::edge_module(edge), nodes::edge(api, node, edge, &uses)),
    };
    items.splice(0..0, api.types.iter().filter(|ty| part.holds(node, ty)).flat_map(|ty| types::named(api, ty, &uses)));
    let attributes = match part.content {
        Content::Fields => allows_deprecated(api, node.expanded().map(|(_, read)| read)),
        _ => allows_deprecated(api, operations_of(node, part).into_iter()),
    };
    RustFile { attributes, ..with_uses(lines(&docs), &uses, items) }
}

/// The operations of a file.
fn operations_of<'a>(node: &'a Node, part: &NodeFile<'a>) -> Vec<&'a Operation> {
    match part.content {
        Content::Handle | Content::Record | Content::Fields => Vec::new(),
        Content::Operations => node.operations.iter().collect(),
        Content::Edge(edge) => edge.all_operations().collect(),
    }
}

fn node_plumbing(api: &Api, node: &Node, part: &NodeFile<'_>, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let mut texts = Vec::new();
    if matches!(part.content, Content::Record) {
        texts.push(wire::node(node, &uses));
    }
    texts.extend(api.types.iter().filter(|ty| part.holds(node, ty)).map(|ty| wire::named(api, ty, &uses)));
    texts.extend(operations_of(node, part).into_iter().map(|operation| wire::operation(api, operation, &uses)));
    plumbing(&format!("Plumbing of `{}`, `{}`.", node.name, part.module), &uses, &texts)
}

fn type_jobs<'a>(api: &'a Api, places: &'a Places) -> Vec<Job<'a>> {
    let files = placement::type_files(api, "types");
    let modules: Vec<_> = files.iter().map(|file| (file.module.clone(), file.areas.clone())).collect();
    let mut jobs: Vec<Job<'a>> = vec![Box::new(move || types_index(&modules))];
    jobs.extend(files.into_iter().map(|part| type_job(api, places, part, "types")));
    jobs
}

/// The types of a file of the spec, and their plumbing.
fn type_job<'a>(api: &'a Api, places: &'a Places, part: placement::TypeFile<'a>, folder: &'static str) -> Job<'a> {
    Box::new(move || {
        let (readable, plumbed) = (Uses::of(api, places), Uses::of(api, places));
        let items = part.types.iter().flat_map(|ty| types::named(api, ty, &readable)).collect();
        let texts: Vec<String> = part.types.iter().map(|ty| wire::named(api, ty, &plumbed)).collect();
        let (docs, name) = (format!("Types of `spec/{folder}/{}.yaml`.", part.source), &part.module);
        vec![
            file(&format!("generated/src/{folder}/{name}.rs"), &with_uses(lines(&docs), &readable, items)),
            file(
                &format!("generated/src/wire/{folder}/{name}.rs"),
                &plumbing(&format!("Plumbing of `{folder}/{name}`."), &plumbed, &texts),
            ),
        ]
    })
}

/// The module of webhooks: what people read of events, the types that only webhooks have, and their plumbing.
fn webhook_jobs<'a>(api: &'a Api, webhooks: &'a Webhooks, places: &'a Places) -> Vec<Job<'a>> {
    let files = placement::type_files(api, WEBHOOKS);
    let modules: Vec<_> = files.iter().map(|file| (file.module.clone(), file.areas.clone())).collect();
    let index = move || {
        let (declared, shown) = modules_of(&modules, &webhooks.areas);
        let plumbing = RustFile { docs: lines("Plumbing of webhooks."), head: declared.clone(), ..RustFile::default() };
        let mut module = client::webhooks::module(api, webhooks, places);
        module.head.splice(0..0, declared.into_iter().chain(shown));
        vec![file("generated/src/webhooks/mod.rs", &module), file("generated/src/wire/webhooks/mod.rs", &plumbing)]
    };
    let mut jobs: Vec<Job<'a>> = vec![Box::new(index)];
    jobs.extend(files.into_iter().map(|part| type_job(api, places, part, WEBHOOKS)));
    jobs
}

fn types_index(modules: &[(String, Areas)]) -> Vec<Output> {
    let (declared, shown) = modules_of(modules, &Areas::new());
    let head = declared.iter().cloned().chain(shown).collect();
    let index = RustFile { docs: lines("Types that several operations share."), head, ..RustFile::default() };
    let plumbing = RustFile { docs: lines("Plumbing of the shared types."), head: declared, ..RustFile::default() };
    vec![file("generated/src/types/mod.rs", &index), file("generated/src/wire/types/mod.rs", &plumbing)]
}

fn wire_modules(api: &Api) -> RustFile {
    let mut modules: Vec<(String, TokenStream)> = api
        .nodes
        .iter()
        .map(|node| (node.module.clone(), placement::node_files(api, node)))
        .filter(|(_, files)| !files.is_empty())
        .map(|(module, files)| (module, calling(&placement::node_areas(&files))))
        .collect();
    modules.push(("types".into(), TokenStream::new()));
    modules.extend(api.webhooks.iter().map(|webhooks| (WEBHOOKS.to_owned(), condition(&webhooks.areas))));
    modules.sort_by(|a, b| a.0.cmp(&b.0));
    let declared = modules.iter().map(|(module, condition)| {
        let module = ident(module);
        quote!(#condition mod #module;)
    });
    RustFile { docs: lines(include_str!("templates/wire.md")), head: declared.collect(), ..RustFile::default() }
}

fn plumbing(docs: &str, uses: &Uses<'_>, texts: &[String]) -> RustFile {
    RustFile { docs: lines(docs), head: uses.lines(&[]), fixed: texts.join("\n"), ..RustFile::default() }
}
