use std::fs;

use serde_json::Value;

use super::xtask;

fn explain(args: &[&str]) -> super::Called {
    xtask(&[&["--spec", "tests/spec", "explain"], args].concat())
}

#[test]
fn an_error_by_code_pair_name_and_range() {
    for (name, asked) in [
        ("code", "133016"),
        ("pair", "100/2388103"),
        ("name", "PinMismatch"),
        ("range", "250"),
        ("unseen", "80"),
        ("unknown_subcode", "100/4"),
    ] {
        let text = explain(&[asked]).success();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "wider than a terminal: {text}");
        insta::assert_snapshot!(format!("explain_{name}"), text);
    }
}

#[test]
fn a_code_alone_gives_every_pair_of_it() {
    let text = explain(&["100"]).success();
    for name in ["InvalidParameter", "MoveFailed", "MoveNotNeeded"] {
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn a_problem_of_the_spec_even_without_a_spec() {
    insta::assert_snapshot!("explain_problem", explain(&["E012"]).success());
    let without = xtask(&["--spec", "tests/no_such_folder", "explain", "e012"]).success();
    assert_eq!(without, explain(&["E012"]).success());
}

/// Of files that are not right yet nothing is said but their names.
#[test]
fn an_error_while_an_edge_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let spec = super::spec_copy(folder.path());
    let whole = xtask(&["--spec", spec.to_str().unwrap(), "explain", "133016"]).success();
    let edge =
        "# yaml-language-server: $schema=../../schema/edge.json\nedge: greet\nnode: GraphNumber\ndoc:\ncreate:\n  request: GreetNumber\n";
    fs::write(spec.join("nodes/number/greet.yaml"), edge).unwrap();
    let called = xtask(&["--spec", spec.to_str().unwrap(), "explain", "133016"]).success();
    let note = called.strip_prefix(&whole).unwrap().replace(spec.to_str().unwrap(), "spec");
    insta::assert_snapshot!("explain_half_written", note);
    fs::write(spec.join("nodes/number/greet.yaml"), "edge: [\n").unwrap();
    assert!(xtask(&["--spec", spec.to_str().unwrap(), "explain", "133016"]).success().starts_with(&whole));
    fs::write(spec.join("errors.yaml"), "errors: [\n").unwrap();
    assert!(xtask(&["--spec", spec.to_str().unwrap(), "explain", "133016"]).failure().contains("errors.yaml"));
}

#[test]
fn what_is_unknown_gets_the_forms_and_what_is_near() {
    for (name, asked) in [("name", "PinMissmatch"), ("code", "133017"), ("problem", "E999"), ("nothing", "what is this")] {
        insta::assert_snapshot!(format!("explain_unknown_{name}"), explain(&[asked]).failure());
    }
}

#[test]
fn the_same_for_programs() {
    let errors: Value = serde_json::from_str(&explain(&["133016", "--format", "json"]).success()).unwrap();
    assert_eq!(errors[0]["name"], "RegistrationLimitReached");
    assert_eq!(errors[0]["operations"][0]["id"], "GraphNumber.register.create");
    assert_eq!(errors[0]["operations"][0]["cause"], "This number was registered ten times.");
    let problems: Value = serde_json::from_str(&explain(&["W001", "--format", "json"]).success()).unwrap();
    assert_eq!((&problems[0]["code"], &problems[0]["severity"]), (&"W001".into(), &"warning".into()));
}

/// The words of the strings of a Rust file, without the breaks of its lines.
fn words(source: &str) -> String {
    let lines: Vec<&str> = source.lines().map(|line| line.trim().trim_end_matches('\\').trim_end()).collect();
    lines.join(" ").replace("\\\"", "\"")
}

#[test]
fn an_error_reads_the_same_in_the_documentation_of_the_crate() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let documented = words(&std::fs::read_to_string(root.join("generated/src/error_catalog.rs")).unwrap());
    let spec = root.join("spec");
    let explained = xtask(&["--spec", spec.to_str().unwrap(), "explain", "100/2388103", "--format", "json"]).success();
    let errors: Vec<Value> = serde_json::from_str(&explained).unwrap();
    assert_eq!(errors.len(), 10, "nine meanings and what remains");
    for error in errors {
        let text = |key: &str| error[key].as_str().unwrap().to_owned();
        assert!(documented.contains(&text("cause")) && documented.contains(&text("remedy")), "{error}");
        assert!(documented.contains(&format!("title: \"{}\"", text("title"))), "{error}");
    }
}
