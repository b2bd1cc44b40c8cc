//! The emitted crate has no name that the generator does not know: every `use` is held against the lists in `naming::reserved`.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use graph_codegen::{
    emit, load,
    model::{Api, Site},
    naming::{self, Part, reserved},
};
use syn::{Item, UseTree};

fn api() -> Api {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    load(&spec).unwrap_or_else(|report| panic!("{}", report.render("spec", false)))
}

/// A name that a `use` brings in: the crate it comes from, the name itself, the module of the file in which the `use` is.
struct Used {
    from: String,
    name: String,
    module: Option<String>,
}

/// The names of every `use` and `pub use` of a file, those in modules within it too.
fn used(text: &str) -> Vec<Used> {
    let mut all = Vec::new();
    items(&syn::parse_file(text).expect("what is emitted is Rust").items, None, &mut all);
    all
}

fn items(items: &[Item], module: Option<&str>, all: &mut Vec<Used>) {
    for item in items {
        match item {
            Item::Use(line) => leaves(&line.tree, None, module, all),
            Item::Mod(within) => {
                let content = within.content.as_ref().map_or(&[][..], |(_, content)| content);
                self::items(content, Some(&within.ident.to_string()), all);
            }
            _ => {}
        }
    }
}

fn leaves(tree: &UseTree, from: Option<&str>, module: Option<&str>, all: &mut Vec<Used>) {
    let mut leaf = |name: String| {
        all.push(Used { from: from.unwrap_or_default().to_owned(), name, module: module.map(str::to_owned) });
    };
    match tree {
        UseTree::Path(path) => leaves(&path.tree, Some(from.unwrap_or(&path.ident.to_string())), module, all),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, from, module, all)),
        UseTree::Name(name) => leaf(name.ident.to_string()),
        UseTree::Rename(renamed) => leaf(renamed.rename.to_string()),
        // What it brings in is in another emitted file.
        UseTree::Glob(_) => {}
    }
}

/// The types that the spec names, those that derive from them, and the modules of nodes.
fn of_the_spec(api: &Api) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = api.types.iter().map(|ty| ty.name.clone()).collect();
    for node in &api.nodes {
        let short = &node.rust_name;
        names.extend([short.clone(), node.module.clone(), naming::id_type(short), naming::field_enum(short), naming::node_handle(short)]);
        for edge in &node.edges {
            names.extend([naming::edge_handle(short, &edge.handle), naming::item_handle(short, &edge.handle)]);
        }
    }
    for Site { operation, .. } in api.sites() {
        names.insert(operation.request.clone());
        names.extend(Part::ALL.map(|part| part.of(&operation.request)));
        if let Some(filter) = &operation.filter {
            names.insert(filter.name.clone());
            names.extend(filter.filters.iter().map(|field| naming::filter_builder(&filter.name, &field.field)));
        }
    }
    names
}

#[test]
fn every_emitted_use_is_known() {
    let api = api();
    let spec = of_the_spec(&api);
    let known: BTreeSet<&str> = reserved::types().chain(reserved::modules()).chain(reserved::WEBHOOK_TYPES.iter().copied()).collect();
    let mut unknown = Vec::new();
    for file in emit::client_crate(&api).iter().filter(|file| Path::new(&file.path).extension().is_some_and(|extension| extension == "rs"))
    {
        for Used { from, name, .. } in used(&file.text) {
            // A type cannot have the name of a module, a function or a static.
            let is_type = naming::is_upper_camel(&name) && name.contains(|character: char| character.is_ascii_lowercase());
            let is_judged = match from.as_str() {
                "graph_runtime" => true,
                "std" => is_type,
                "crate" => is_type || naming::is_snake(&name),
                _ => false,
            };
            if is_judged && !known.contains(name.as_str()) && !spec.contains(&name) {
                unknown.push(format!("{}: `{name}` of {from}", file.path));
            }
        }
    }
    assert!(unknown.is_empty(), "add these to codegen/src/naming/reserved.rs, so that no spec takes them:\n{}", unknown.join("\n"));
}

#[test]
fn the_root_reexports_what_the_list_says() {
    let outputs = emit::client_crate(&api());
    let root = outputs.iter().find(|file| file.path == "generated/src/lib.rs").expect("a crate has a root");
    let mut emitted: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    for Used { name, module, .. } in used(&root.text).into_iter().filter(|used| used.from == "graph_runtime") {
        emitted.entry(module).or_default().insert(name);
    }
    let mut listed: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    for reexport in reserved::REEXPORTS {
        listed.entry(reexport.module.map(str::to_owned)).or_default().extend(reexport.names.iter().map(|name| (*name).to_owned()));
    }
    assert_eq!(emitted, listed);
}
