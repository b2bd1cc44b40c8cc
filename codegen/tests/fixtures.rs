//! Specs in `tests/fixtures`, one folder per behavior, and the result for each.
//!
//! `<behavior>/spec` holds only the files that matter; the others come from `base`, which is a small sound spec. `expected.err` is the report of `check`,
//! `expected.rs` the emitted source without the tables of the stand-in and of the command line, and, where they are, `expected.stand_in.rs` and
//! `expected.command_line.rs` those tables and `expected.catalog.json` what the catalog has of it. `UPDATE_EXPECTED=1 cargo test -p graph-codegen` writes what is expected anew.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod overlay;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::{Report, catalog::catalog, check, diagnostic::Code, emit, load, parse::Sources, write::Output};
use serde_json::{Value, json};

use crate::overlay::{fixtures, spec};

/// The folders of behaviors, by name.
fn behaviors() -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures()).expect("tests/fixtures is a folder");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).filter(|path| path.join("spec").is_dir()).collect();
    folders.sort();
    folders
}

fn sources(behavior: &Path) -> Sources {
    Sources::read(spec(behavior).path())
}

/// The report of `check`, as a person reads it.
fn report(behavior: &Path) -> String {
    let sources = sources(behavior);
    let (_, problems) = check::check(&sources);
    Report::new(sources, problems).render("spec", false)
}

/// Whose tables files are.
#[derive(Clone, Copy, PartialEq)]
enum Tables {
    /// Those of the crate and of its contract tests.
    Crate,
    StandIn,
    CommandLine,
}

impl Tables {
    fn of(path: &str) -> Self {
        if path.starts_with("mock/") {
            Self::StandIn
        } else if path.starts_with("cli/") {
            Self::CommandLine
        } else {
            Self::Crate
        }
    }
}

/// The emitted files of a kind that the base does not give, each under its path, without the crate's table of contents.
fn emitted(behavior: &Path, tables: Tables) -> String {
    let emit = |folder: &Path| {
        let api = load(folder).unwrap_or_else(|report| panic!("{}", report.render("spec", false)));
        emit::emit(&api)
    };
    let base = emit(&fixtures().join("base"));
    let outputs = emit(spec(behavior).path());
    let shown = |output: &&Output| Tables::of(&output.path) == tables && output.path != "generated/src/lib.rs";
    let differs = outputs.iter().filter(shown).filter(|output| !base.contains(output));
    differs.map(|output| format!("// ---- {}\n\n{}\n", output.path, output.text)).collect()
}

/// Operations and types in the catalogs of a behavior, version by version, the newest first: those that neither the base has nor a newer version.
fn catalogs(behavior: &Path) -> String {
    let load = |folder: &Path| load(folder).unwrap_or_else(|report| panic!("{}", report.render("spec", false)));
    let (base, api) = (load(&fixtures().join("base")), load(spec(behavior).path()));
    let mut window: Vec<_> = api.window().collect();
    window.reverse();
    let mut seen: Vec<Value> = window.iter().map(|version| catalog(&base, *version)).collect();
    let mut shown = serde_json::Map::new();
    for version in window {
        let whole = catalog(&api, version);
        let (mut operations, mut types) = (whole["operations"].clone(), whole["types"].clone());
        let operations_of = |seen: &Value, operation: &Value| seen["operations"].as_array().is_some_and(|list| list.contains(operation));
        operations.as_array_mut().expect("a list").retain(|operation| !seen.iter().any(|seen| operations_of(seen, operation)));
        types.as_object_mut().expect("an object").retain(|name, ty| !seen.iter().any(|seen| seen["types"].get(name.as_str()) == Some(ty)));
        shown.insert(version.to_string(), json!({"operations": operations, "types": types}));
        seen.push(whole);
    }
    serde_json::to_string_pretty(&shown).expect("JSON is text") + "\n"
}

/// Compares with the file, or writes it; says what differs.
fn compare(file: &Path, actual: &str) -> Option<String> {
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(file, actual).expect("what is expected can be written");
        return None;
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == actual {
        return None;
    }
    let diff = similar::TextDiff::from_lines(expected.as_str(), actual).unified_diff().header("expected", "actual").to_string();
    Some(format!("{} is not what came out:\n{diff}", file.display()))
}

#[test]
fn every_behavior_is_as_expected() {
    let mut differences = Vec::new();
    for behavior in behaviors() {
        let (err, rs) = (behavior.join("expected.err"), behavior.join("expected.rs"));
        if rs.exists() {
            differences.extend(compare(&rs, &emitted(&behavior, Tables::Crate)));
            for (name, tables) in [("expected.stand_in.rs", Tables::StandIn), ("expected.command_line.rs", Tables::CommandLine)] {
                let file = behavior.join(name);
                if file.exists() {
                    differences.extend(compare(&file, &emitted(&behavior, tables)));
                }
            }
            let catalog = behavior.join("expected.catalog.json");
            if catalog.exists() {
                differences.extend(compare(&catalog, &catalogs(&behavior)));
            }
        } else {
            differences.extend(compare(&err, &report(&behavior)));
        }
    }
    assert!(
        differences.is_empty(),
        "{}\n{} of the fixtures differ. Read the differences; if they are meant, run `UPDATE_EXPECTED=1 cargo test -p graph-codegen` and review them with git",
        differences.join("\n"),
        differences.len()
    );
}

#[test]
fn every_code_has_a_fixture() {
    // What no fixture folder can hold is in tests/unreadable.rs; W002 compares with args.lock, in check/argument_stability.rs.
    let elsewhere = ["E001", "E002", "E003", "W002"];
    let seen: BTreeSet<String> = behaviors()
        .iter()
        .filter_map(|behavior| fs::read_to_string(behavior.join("expected.err")).ok())
        .flat_map(|text| {
            let codes = text.lines().filter_map(|line| line.split_once('[')?.1.split_once(']')).map(|(code, _)| code.to_owned());
            codes.collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<&str> =
        Code::ALL.iter().map(|code| code.name()).filter(|code| !seen.contains(*code) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "no fixture reports {missing:?}; add a folder below codegen/tests/fixtures whose spec has the problem");
}

#[test]
fn the_base_is_sound() {
    let base = Sources::read(&fixtures().join("base"));
    let (_, problems) = check::check(&base);
    assert!(problems.is_empty(), "{}", Report::new(base, problems).render("base", false));
}

#[test]
fn every_problem_says_what_to_do_or_where() {
    for behavior in behaviors() {
        let sources = sources(&behavior);
        let (_, problems) = check::check(&sources);
        for problem in problems {
            assert!(!problem.message.is_empty() && !problem.message.ends_with('.'), "{}: {}", behavior.display(), problem.message);
            // A message that says what a place takes has said what to write.
            let says_what = problem.message.contains(" takes ") || !problem.help.is_empty() || !problem.related.is_empty();
            assert!(says_what, "{}: `{}` leaves its reader alone", behavior.display(), problem.message);
        }
    }
}
