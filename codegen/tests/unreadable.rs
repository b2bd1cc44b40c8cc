//! What cannot be read: every case has one clear error, and none floods the reader.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    fs::{self, File},
    path::Path,
};

use graph_codegen::{
    Report, check,
    diagnostic::{Code, Diagnostic},
    parse::Sources,
};

/// A folder with the base spec.
fn spec() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/base");
    for file in ["surface.yaml", "versions.yaml", "permissions.yaml", "errors.yaml", "types/common.yaml", "nodes/number.yaml"] {
        let target = folder.path().join(file);
        fs::create_dir_all(target.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::copy(base.join(file), target).expect("a file can be copied");
    }
    folder
}

/// The problems of a spec; the report stays short whatever the spec holds.
fn problems(dir: &Path) -> Vec<Diagnostic> {
    let sources = Sources::read(dir);
    let (_, problems) = check::check(&sources);
    let report = Report::new(sources, problems.clone()).render("spec", false);
    assert!(report.len() < 20_000, "the report is flooded:\n{report}");
    problems
}

/// The only problem is the one of that code, and its message holds the text.
fn only(dir: &Path, code: Code, message: &str) {
    let problems = problems(dir);
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [code], "{problems:#?}");
    assert!(problems[0].message.contains(message), "{}", problems[0].message);
}

#[test]
fn a_spec_that_does_not_exist() {
    only(Path::new("/nowhere/spec"), Code::Unreadable, "does not exist");
}

#[test]
fn a_spec_that_is_a_file() {
    let folder = spec();
    only(&folder.path().join("errors.yaml"), Code::Unreadable, "this is a file");
}

#[test]
fn an_empty_folder_lacks_the_four_files() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let codes: Vec<Code> = problems(folder.path()).iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::Unreadable; 4]);
}

#[test]
fn a_missing_catalog_is_one_problem() {
    let folder = spec();
    fs::remove_file(folder.path().join("errors.yaml")).expect("a file can be removed");
    only(folder.path(), Code::Unreadable, "does not exist");
}

#[test]
fn a_missing_types_folder_is_reported_by_who_needs_it() {
    let folder = spec();
    fs::remove_dir_all(folder.path().join("types")).expect("a folder can be removed");
    assert!(problems(folder.path()).iter().all(|problem| problem.code == Code::UnknownType));
}

#[test]
fn a_folder_where_a_file_belongs() {
    let folder = spec();
    fs::remove_file(folder.path().join("errors.yaml")).expect("a file can be removed");
    fs::create_dir(folder.path().join("errors.yaml")).expect("a folder can be made");
    only(folder.path(), Code::Unreadable, "this is a folder");
}

#[test]
fn a_file_where_a_folder_belongs() {
    let folder = spec();
    fs::remove_dir_all(folder.path().join("types")).expect("a folder can be removed");
    fs::write(folder.path().join("types"), "types: {}").expect("a file can be written");
    only(folder.path(), Code::Unreadable, "cannot be read");
}

#[test]
fn a_file_that_is_not_utf8() {
    let folder = spec();
    fs::write(folder.path().join("types/bad.yaml"), b"page: a\ntypes: \xff\xfe").expect("a file can be written");
    only(folder.path(), Code::NotUtf8, "on line 2");
}

#[test]
fn a_file_of_100_megabytes_is_not_read() {
    let folder = spec();
    let file = File::create(folder.path().join("types/huge.yaml")).expect("a file can be made");
    file.set_len(100 << 20).expect("a file can be sparse");
    only(folder.path(), Code::TooLarge, "100 MiB");
}

#[test]
fn a_file_of_brackets_is_not_followed() {
    let folder = spec();
    for (name, text) in [("flow", "[".repeat(1 << 20)), ("block", "- ".repeat(1 << 16)), ("maps", "{a: ".repeat(1 << 18))] {
        fs::write(folder.path().join("types/deep.yaml"), format!("# yaml-language-server: $schema=../schema/types.json\n{text}"))
            .expect("a file can be written");
        let problems = problems(folder.path());
        assert!(
            problems.iter().all(|problem| matches!(problem.code, Code::TooDeep | Code::Syntax)) && problems.len() == 1,
            "{name}: {problems:#?}"
        );
    }
}

#[test]
fn aliases_do_not_expand() {
    let folder = spec();
    let mut text = String::from("# yaml-language-server: $schema=../schema/types.json\npage: https://example.com\nx0: &x0 [lol]\n");
    for level in 1..40 {
        let before = format!("*x{}", level - 1);
        let list = vec![before; 9].join(",");
        text.extend([format!("x{level}: &x{level} [{list}]\n")]);
    }
    text.push_str("types: {}\n");
    fs::write(folder.path().join("types/bomb.yaml"), text).expect("a file can be written");
    let sources = Sources::read(folder.path());
    let (_, problems) = check::check(&sources);
    assert!(problems.iter().any(|problem| problem.code == Code::Anchor));
}

#[test]
fn binary_and_control_characters_are_an_error() {
    let folder = spec();
    fs::write(folder.path().join("types/zero.yaml"), "page: \0\0\0\ntypes: {}\n").expect("a file can be written");
    assert!(!problems(folder.path()).is_empty());
}
