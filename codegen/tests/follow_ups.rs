//! One mistake, one problem: what only follows from something that could not be read is not reported, and whatever else is wrong is.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;

use graph_codegen::{
    Report, check,
    diagnostic::Code,
    parse::{FACTS, Sources},
};

/// The paths and texts of a spec.
type Files = Vec<(String, String)>;

/// Sound specs, each over those before it.
const SOUND: [&str; 4] =
    ["base", "a_sound_spec_has_no_problems/spec", "hard_shapes_of_messages/spec", "files_in_parts_and_whole_and_back/spec"];

/// The sound specs of the fixtures as one.
fn sound() -> Files {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files = Files::new();
    for folder in SOUND {
        for (path, text) in read(&fixtures.join(folder)) {
            files.retain(|(other, _)| *other != path);
            files.push((path, text));
        }
    }
    files
}

fn read(folder: &Path) -> Files {
    Sources::read(folder).iter().map(|(_, source)| (source.path.clone(), source.text.clone())).collect()
}

/// The real spec: it has what depends on evidence and quirks.
fn real() -> Files {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"))
}

/// The codes of a spec's problems, and the report.
fn problems(files: &Files) -> (Vec<Code>, String) {
    let sources = Sources::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (_, problems) = check::check(&sources);
    // One of the sound specs has a list of versions that it needs not.
    let codes = problems.iter().map(|problem| problem.code).filter(|code| *code != Code::NeedlessVersions).collect();
    (codes, Report::new(sources, problems).render("spec", false))
}

/// The files with a change in one of them.
fn with(files: &Files, path: &str, change: impl Fn(&str) -> String) -> Files {
    let mut files = files.clone();
    let (_, text) = files.iter_mut().find(|(other, _)| other == path).expect("the file exists");
    *text = change(text);
    files
}

/// Every file in turn gets a line that is not YAML.
fn every_file_broken(files: &Files) {
    for (path, _) in files.iter().filter(|(path, _)| !path.ends_with(FACTS)) {
        let (codes, report) = problems(&with(files, path, |text| format!("{text}\n]: [\n")));
        assert_eq!(codes, [Code::Syntax], "{path}\n{report}");
    }
}

#[test]
fn a_file_that_is_not_yaml_is_the_only_problem() {
    every_file_broken(&sound());
}

#[test]
fn a_file_of_the_real_spec_that_is_not_yaml_is_the_only_problem() {
    every_file_broken(&real());
}

/// Keys whose last two letters change places.
const OF_THE_LANGUAGE: [&str; 10] =
    ["returns", "params", "examples", "errors", "object", "fields", "response", "request", "permissions", "edges"];

#[test]
fn a_slip_in_a_key_is_the_only_problem() {
    let files = sound();
    for (path, text) in files.iter().filter(|(path, _)| !path.ends_with(FACTS)) {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#')) {
            let Some((before, value)) = line.split_once(':') else { continue };
            let key = before.trim_start_matches([' ', '-']);
            if !OF_THE_LANGUAGE.contains(&key) {
                continue;
            }
            let (start, end) = key.split_at(key.len() - 2);
            let indent = &before[..before.len() - key.len()];
            let slipped = format!("{indent}{start}{}:{value}", end.chars().rev().collect::<String>());
            let changed = with(&files, path, |text| {
                let lines = text.lines().enumerate().map(|(at, line)| if at == number { slipped.as_str() } else { line });
                lines.map(|line| format!("{line}\n")).collect()
            });
            let (codes, report) = problems(&changed);
            assert!(codes.len() <= 1 && codes.iter().all(|code| *code == Code::UnknownKey), "{path}: {slipped}\n{report}");
        }
    }
}

/// A mistake in one file beside another file that cannot be read: path, what is written, what is written instead, and the problem.
const BESIDE: [(&str, &str, &str, &str, Code); 8] = [
    ("errors.yaml", "nodes/number.yaml", "errors: [WrongPin", "errors: [WrongPim", Code::UnknownError),
    ("permissions.yaml", "nodes/number.yaml", "permissions: {all: [manage]}", "permissions: {all: [manege]}", Code::UnknownPermission),
    ("types/common.yaml", "nodes/number.yaml", "returns: Success", "returns: Succes", Code::UnknownType),
    ("errors.yaml", "nodes/number.yaml", "args: [pin]", "args: [pim]", Code::UnknownParam),
    ("types/common.yaml", "nodes/number.yaml", "call: {fields: [id, name]}", "call: {fields: [id, nome]}", Code::UnknownField),
    ("types/common.yaml", "errors.yaml", "category: throttle", "category: throtle", Code::Undeclared),
    (
        "surface.yaml",
        "nodes/number.yaml",
        "rank: {type: int, doc: A rank.",
        "rank: {type: int, since: v7.0, doc: A rank.",
        Code::UnknownVersion,
    ),
    ("nodes/number.yaml", "permissions.yaml", "permissions:", "permissions:\n  idle: {doc: Nobody needs it.}", Code::UnusedPermission),
];

#[test]
fn two_mistakes_in_two_files_are_both_reported() {
    let base = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/base"));
    for (broken, path, written, instead, code) in BESIDE {
        let slipped = with(&base, path, |text| {
            assert!(text.contains(written), "{path} has `{written}`");
            text.replacen(written, instead, 1)
        });
        let (alone, report) = problems(&slipped);
        assert!(alone.contains(&code), "{instead}\n{report}");
        let (codes, report) = problems(&with(&slipped, broken, |text| format!("{text}\n]: [\n")));
        assert!(codes.contains(&Code::Syntax) && codes.contains(&code), "{broken}, {instead}\n{report}");
    }
}
