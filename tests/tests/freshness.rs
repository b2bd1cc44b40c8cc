//! The spec, the crate and the contract tests are of one piece.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::{
    Report, check, emit, lower,
    model::{Api, Operation},
    parse::Sources,
    write,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn api() -> Api {
    graph_codegen::load(&root().join("spec")).unwrap_or_else(|report| panic!("{}", report.render("spec", false)))
}

#[test]
fn generated_files_are_what_the_spec_gives() {
    let changes = write::compare(&root(), &emit::emit(&api())).unwrap();
    assert!(changes.is_empty(), "run `cargo xtask gen` and commit what it writes: {changes:?}");
}

#[test]
fn the_order_of_files_changes_nothing() {
    let read = Sources::read(&root().join("spec"));
    let files: Vec<(String, String)> = read.iter().map(|(_, source)| (source.path.clone(), source.text.clone())).collect();
    let emitted = |files: &mut dyn Iterator<Item = &(String, String)>| {
        let sources = Sources::from_texts(files.map(|(path, text)| (path.as_str(), text.as_str())));
        let (spec, problems) = check::check(&sources);
        assert!(problems.iter().all(|problem| !problem.is_error()), "{}", Report::new(sources, problems).render("spec", false));
        emit::emit(&lower::lower(&spec))
    };
    assert_eq!(emitted(&mut files.iter()), emitted(&mut files.iter().rev()));
}

#[test]
fn every_operation_is_specified_emitted_and_tested() {
    let api = api();
    let specified: BTreeSet<String> = api.operations().map(|operation| operation.id.clone()).collect();
    let emitted: BTreeSet<String> = whatsapp_graph::description::OPERATIONS.iter().map(|operation| operation.id.to_owned()).collect();
    assert_eq!(specified, emitted);
    assert_eq!(whatsapp_graph::description::OPERATIONS.len(), specified.len(), "an operation is emitted twice");
    assert_eq!(tested(), specified);
}

/// The texts of the contract tests.
fn contract_tests() -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract")];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { texts.push(fs::read_to_string(path).unwrap()) }
        }
    }
    texts
}

/// The operations that a contract test sends with a request written by hand.
fn tested() -> BTreeSet<String> {
    let mut tested = BTreeSet::new();
    for text in contract_tests() {
        for test in text.split("#[tokio::test]").skip(1) {
            // A test that no request was written for, as of a refusal, does not count.
            if let (true, Some(rest)) = (test.contains(".answered("), test.split_once("Contract::new(")) {
                tested.extend(rest.1.split('"').nth(1).map(String::from));
            }
        }
    }
    tested
}

/// Only the file of ranges names versions, so that a new one changes no test.
#[test]
fn no_contract_test_names_a_version() {
    let texts = contract_tests();
    let setups = texts.iter().flat_map(|text| text.split("let contract = ").skip(1)).filter_map(|rest| rest.split_once(';'));
    let setups: Vec<&str> = setups.map(|(setup, _)| setup).collect();
    assert!(setups.len() > 300, "{}", setups.len());
    let names_version = |setup: &&&str| setup.split("\"v").skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    assert_eq!(setups.iter().find(names_version), None);
}

#[test]
fn every_example_that_a_served_version_runs_has_a_test() {
    let runs = |operation: &Operation| operation.examples.iter().filter(|example| !example.versions.is_empty()).count();
    let examples: usize = api().operations().map(runs).sum();
    let tests: usize =
        contract_tests().iter().map(|text| text.matches("#[tokio::test]").count() - text.matches(".knows_its_errors(").count()).sum();
    assert_eq!(tests, examples);
}

#[test]
fn the_crate_grows_with_changes_and_not_with_versions() {
    let whole = emit::client_crate(&api());
    let lines = |outputs: &[write::Output]| outputs.iter().map(|output| output.text.lines().count()).sum::<usize>();
    let mut one = api();
    let newest = one.newest();
    lower::only(&mut one, newest);
    let alone = lines(&emit::client_crate(&one));
    assert!(lines(&whole) * 100 < alone * 115, "all versions take {} lines, one takes {alone}", lines(&whole));
}
