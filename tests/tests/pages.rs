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

/// Pages whose code spans name what others have: other platforms, the YAML of the spec, the inside of the generator.
const OF_OTHERS: [&str; 12] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/benchmarks.md",
    "docs/catalog.md",
    "docs/clients.md",
    "docs/coverage.md",
    "docs/errors.md",
    "docs/mutants.md",
    "docs/openapi.md",
    "docs/quirks.md",
    "docs/spec.md",
];

/// What may be called in a code span, and is not ours.
const FOREIGN: [&str; 5] = ["crypto", "default_provider", "handler", "install_default", "ring"];

/// The words that a page calls (`name(`) or takes from somewhere (`::name`) in its code spans; of tables that compare libraries, in the last column alone.
fn called(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        }
        if inside {
            continue;
        }
        let columns: Vec<&str> = line.split(" | ").collect();
        let line = if columns.len() == 5 { columns[4] } else { line };
        for span in line.split('`').skip(1).step_by(2) {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            for (at, _) in span.match_indices('(') {
                names.insert(span[..at].rsplit(|c| !is_name(c)).next().unwrap().to_owned());
            }
            for (at, _) in span.match_indices("::") {
                names.insert(span[at + 2..].split(|c| !is_name(c)).next().unwrap().to_owned());
            }
        }
    }
    names.retain(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
    names
}

/// Every word of these files, and of those below these folders.
fn words(places: &[&str]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut paths: Vec<PathBuf> = places.iter().map(|place| root().join(place)).collect();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = fs::read_to_string(path) {
            words.extend(text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned));
        }
    }
    words
}

/// Code in the text is not compiled, and a method that was renamed stays there unnoticed.
#[test]
fn what_the_text_calls_exists() {
    let known = words(&["docs/public-api", "mock/src", "templates/src", "flows-endpoint/src"]);
    let mut unknown = Vec::new();
    for page in markdown(&FOLDERS) {
        if OF_OTHERS.contains(&page.as_str()) {
            continue;
        }
        let names = called(&fs::read_to_string(root().join(&page)).unwrap());
        let is_unknown = |name: &String| !known.contains(name) && !FOREIGN.contains(&name.as_str());
        unknown.extend(names.into_iter().filter(is_unknown).map(|name| format!("{page}: `{name}`")));
    }
    assert!(unknown.is_empty(), "no public API has these; a renamed method has a new name in the text too:\n{}", unknown.join("\n"));
}

#[test]
fn a_planted_call_is_seen() {
    assert_eq!(
        called("Use `client.with_provider(..)` or `Inbox::lease`.\n```\nf(x)\n```\n"),
        ["lease".to_owned(), "with_provider".to_owned()].into()
    );
    assert_eq!(called("| a | `b()` | `c()` | `d()` | `e()` |"), ["e".to_owned()].into());
}
