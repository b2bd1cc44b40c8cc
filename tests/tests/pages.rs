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

/// The blocks of Rust: the words after the fence, and the code.
fn rust_blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let (mut inside, mut is_rust) = (false, false);
    for line in text.lines() {
        if let Some(fence) = line.trim_start().strip_prefix("```") {
            is_rust = !inside && fence.starts_with("rust");
            inside = !inside;
            blocks.extend(is_rust.then(|| (fence.to_owned(), String::new())));
        } else if let Some((_, code)) = blocks.last_mut().filter(|_| inside && is_rust) {
            code.push_str(line);
            code.push('\n');
        }
    }
    blocks
}

/// The programs that CI compiles and runs, of which a page may show parts.
fn examples() -> String {
    let entries = fs::read_dir(root().join("generated/examples")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|kind| kind == "rs")).map(|path| fs::read_to_string(path).unwrap()).collect()
}

const FOLDERS: [&str; 10] = [".", "docs", "docs/book", "generated", "runtime", "cli", "fleet", "flows-endpoint", "mock", "templates"];

#[test]
fn every_block_of_rust_is_compiled() {
    let examples = examples();
    let compiled = include_str!("../src/pages.rs");
    for page in markdown(&FOLDERS).into_iter().chain(markdown(&["docs/decisions"])) {
        let text = fs::read_to_string(root().join(&page)).unwrap();
        // A decision shows what was thought of then, and is not edited.
        if page.starts_with("docs/decisions/") {
            continue;
        }
        for (fence, code) in rust_blocks(&text) {
            if fence == "rust,ignore" {
                // A part of a program does not compile alone; it is compiled there.
                assert!(examples.contains(&code), "{page} shows code that is neither compiled nor a part of an example:\n{code}");
                continue;
            }
            assert!(compiled.contains(&format!(": \"{page}\",")), "{page} has Rust, and tests/src/pages.rs does not name it");
            assert!(
                ["rust", "rust,no_run"].contains(&fence.as_str()),
                "{page}: a block is `{fence}`, which is not compiled as a user would"
            );
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
