//! The pages that people read: each block of Rust in them is compiled, and nothing is left out of the book.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The Markdown files of these folders, by their paths below the workspace.
fn markdown(folders: &[&str]) -> BTreeSet<String> {
    let named = |folder: &&str| {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        entries
            .filter(|name| name.ends_with(".md"))
            .map(|name| format!("{folder}/{name}").trim_start_matches("./").to_owned())
            .collect::<Vec<_>>()
    };
    folders.iter().flat_map(named).collect()
}

/// The words after the fence that begins a block of code, for each block of Rust.
fn rust_blocks(text: &str) -> Vec<&str> {
    let (mut blocks, mut inside) = (Vec::new(), false);
    for fence in text.lines().filter_map(|line| line.trim_start().strip_prefix("```")) {
        if !inside && fence.starts_with("rust") {
            blocks.push(fence);
        }
        inside = !inside;
    }
    blocks
}

const FOLDERS: [&str; 5] = [".", "docs", "docs/book", "generated", "runtime"];

#[test]
fn every_block_of_rust_is_compiled() {
    let compiled = include_str!("../src/pages.rs");
    for page in markdown(&FOLDERS).into_iter().chain(markdown(&["docs/decisions"])) {
        let text = fs::read_to_string(root().join(&page)).unwrap();
        let blocks = rust_blocks(&text);
        // A decision shows what was thought of then, and is not edited.
        if blocks.is_empty() || page.starts_with("docs/decisions/") {
            continue;
        }
        assert!(compiled.contains(&format!(": \"{page}\",")), "{page} has Rust, and tests/src/pages.rs does not name it");
        for block in blocks {
            assert!(["rust", "rust,no_run"].contains(&block), "{page}: a block is `{block}`, which is not compiled as a user would");
        }
    }
}

#[test]
fn every_page_is_in_the_book() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for page in markdown(&["docs", "docs/book"]) {
        let path = page.strip_prefix("docs/").unwrap();
        assert!(path == "SUMMARY.md" || summary.contains(&format!("]({path})")), "docs/SUMMARY.md does not list {path}");
    }
}
