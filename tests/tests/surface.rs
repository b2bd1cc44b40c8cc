//! The generator works for another surface than that of this repository: a spec alone gives a crate of another name.
//!
//! The spec is `tests/fixtures/page/spec`; the crate lies in `target/tmp/surface/`, for inspection.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

#[path = "drill/workspace.rs"]
mod workspace;

use std::{collections::BTreeMap, fs, path::PathBuf};

use graph_codegen::{emit, model::Api};

use crate::workspace::{Member, Workspace, api, put, read_below, root, scratch};

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
    let workspace = Workspace::new("surface", &[Member { folder: "page", api: &page, readme, stand_in: None }]);
    let (contract, said) = workspace.test(&["--workspace", "--test", "contract"], WHAT);
    assert!(matches!(contract[..], [(1..)]), "{contract:?} contract tests passed. {WHAT}");
    assert!(!said.contains("warning:"), "{WHAT} It does not compile without warnings.\n{said}");
    let (doctests, _) = workspace.test(&["--package", &page.surface.package, "--doc"], WHAT);
    assert!(doctests.iter().sum::<usize>() > 0, "{doctests:?} doctests passed. {WHAT}");
}

/// `fixtures/what_comes_and_goes` of the generator deprecates a whole operation and has removed another one. A program that uses them is warned; the crate
/// names them itself, and compiles without a warning.
#[test]
fn a_crate_is_not_warned_of_what_it_deprecates_itself() {
    const WHAT: &str = "This is the crate of codegen/tests/fixtures/what_comes_and_goes.";
    let mut spec = BTreeMap::new();
    for of in ["base", "what_comes_and_goes/spec"] {
        read_below(&root().join("codegen/tests/fixtures").join(of), "", &mut spec);
    }
    let folder = scratch("deprecated").join("spec");
    for (path, text) in &spec {
        put(&folder.join(path), text);
    }
    let api = api(&folder, WHAT);
    let workspace = Workspace::new("deprecated", &[Member { folder: "numbers", api: &api, readme: String::new(), stand_in: None }]);
    let source = fs::read_to_string(scratch("deprecated").join("numbers/generated/src/number/mood.rs")).unwrap();
    assert_eq!(source.matches("\n#[deprecated").count(), 2, "two requests are deprecated");
    // Not run: the oldest version of the fixtures has expired, and what has expired changes what is refused.
    let (_, said) = workspace.test(&["--workspace", "--test", "contract", "--no-run"], WHAT);
    assert!(!said.contains("warning:"), "{WHAT} It does not compile without warnings.\n{said}");
}
