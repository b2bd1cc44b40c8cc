//! The generator works for another surface than that of this repository: a spec alone gives a crate of another name.
//!
//! The spec is `tests/fixtures/page/spec`; the crate lies in `target/tmp/surface/`, for inspection.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

#[path = "drill/workspace.rs"]
mod workspace;

use std::{fs, path::PathBuf};

use graph_codegen::{emit, model::Api};

use crate::workspace::{Member, Workspace, api, root};

const WHAT: &str = "This is the crate of tests/fixtures/page/spec.";

fn fixture() -> PathBuf {
    root().join("tests/fixtures/page")
}

fn page() -> Api {
    api(&fixture().join("spec"), WHAT)
}

#[test]
fn nothing_in_it_names_another_surface() {
    let emitted = emit::emit(&page());
    let manifest = emitted.iter().find(|file| file.path == "generated/Cargo.toml").expect("the crate has a manifest");
    assert!(manifest.text.contains("\nname = \"page-graph\"\n"), "{}", manifest.text);
    let mut naming = Vec::new();
    for file in &emitted {
        let lines = (1..).zip(file.text.lines()).filter(|(_, line)| line.to_lowercase().contains("whatsapp"));
        naming.extend(lines.map(|(number, line)| format!("{}:{number}: {line}", file.path)));
        assert!(!file.path.to_lowercase().contains("whatsapp"), "{}", file.path);
    }
    assert!(naming.is_empty(), "{WHAT} It says WhatsApp:\n{}", naming.join("\n"));
}

#[test]
fn it_compiles_and_passes_its_doctests_and_contract_tests() {
    let page = page();
    let readme = fs::read_to_string(fixture().join("README.md")).unwrap();
    let workspace = Workspace::new("surface", &[Member { folder: "page", api: &page, readme }]);
    let (contract, said) = workspace.test(&["--workspace", "--test", "contract"], WHAT);
    assert!(matches!(contract[..], [(1..)]), "{contract:?} contract tests passed. {WHAT}");
    assert!(!said.contains("warning:"), "{WHAT} It does not compile without warnings.\n{said}");
    let (doctests, _) = workspace.test(&["--package", &page.surface.package, "--doc"], WHAT);
    assert!(doctests.iter().sum::<usize>() > 0, "{doctests:?} doctests passed. {WHAT}");
}
