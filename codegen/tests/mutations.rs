//! Whatever a hand slips to in a sound spec, `check` answers with problems and never fails itself; what it lets pass can be emitted.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;

use graph_codegen::{Report, check, diagnostic::Diagnostic, emit, lower, parse::Sources};

/// Sound specs, each over those before it; together they have every key of the language.
const SOUND: [&str; 4] =
    ["base", "a_sound_spec_has_no_problems/spec", "hard_shapes_of_messages/spec", "files_in_parts_and_whole_and_back/spec"];

/// The base and the sound specs over it: path and text.
fn sound() -> Vec<(String, String)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in SOUND {
        for (_, source) in Sources::read(&fixtures.join(folder)).iter() {
            files.retain(|(path, _)| *path != source.path);
            files.push((source.path.clone(), source.text.clone()));
        }
    }
    files
}

/// Checks the files with one of them replaced and renders the report.
fn problems(files: &[(String, String)], changed: usize, text: &str) -> String {
    let texts =
        files.iter().enumerate().map(|(index, (path, sound))| (path.as_str(), if index == changed { text } else { sound.as_str() }));
    let sources = Sources::from_texts(texts);
    let (_, problems) = check::check(&sources);
    Report::new(sources, problems).render("spec", false)
}

/// Applies a change at every so many lines of every file.
fn at_lines(step: usize, change: impl Fn(&mut Vec<&str>, usize)) {
    let files = sound();
    for (index, (path, text)) in files.iter().enumerate() {
        for line in (0..text.lines().count()).step_by(step) {
            let mut lines: Vec<&str> = text.lines().collect();
            change(&mut lines, line);
            let report = problems(&files, index, &lines.join("\n"));
            assert!(report.contains(" in the spec"), "{path}:{}", line + 1);
        }
    }
}

#[test]
fn any_line_may_be_missing() {
    at_lines(2, |lines, line| {
        lines.remove(line);
    });
}

#[test]
fn any_line_may_stand_twice() {
    at_lines(7, |lines, line| lines.insert(line, lines[line]));
}

#[test]
fn any_file_may_end_anywhere() {
    at_lines(3, |lines, line| lines.drain(line..).for_each(drop));
}

#[test]
fn any_line_may_say_something_else() {
    for other in [
        "",
        "- a",
        "{}",
        "[]: {}",
        "? [a]",
        "\u{feff}",
        "ключ: 值",
        "  a: !!map {b: *c}",
        "type: list<page<id>>",
        "at: GraphNumber..x.",
        "\t",
    ] {
        at_lines(11, |lines, line| lines[line] = other);
    }
}

#[test]
fn any_value_may_be_of_another_kind() {
    for other in ["~", "[]", "{}", "''", "99999999999999999999", "-1", "[[a]]", "{a: {b: c}}", "'ß'", "v1.0", "GraphNumber", "unsupported"]
    {
        let files = sound();
        for (index, (path, text)) in files.iter().enumerate() {
            for (at, _) in text.match_indices(": ").step_by(13) {
                let end = text[at..].find(['\n', ',', '}']).map_or(text.len(), |end| at + end);
                let report = problems(&files, index, &format!("{}: {other}{}", &text[..at], &text[end..]));
                assert!(report.contains(" in the spec"), "{path}");
            }
        }
    }
}

#[test]
fn a_spec_in_any_order_has_the_same_report() {
    let mut files = sound();
    files[0].1.push_str("\nunknown: 1\n");
    let text = files[0].1.clone();
    let one = problems(&files, 0, &text);
    files.reverse();
    assert_eq!(one, problems(&files, files.len(), ""));
}

#[test]
fn what_passes_can_be_emitted() {
    let files = sound();
    let mut emitted = 0;
    for (index, (_, text)) in files.iter().enumerate() {
        for line in (0..text.lines().count()).step_by(9) {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.remove(line);
            let changed = lines.join("\n");
            let texts = files
                .iter()
                .enumerate()
                .map(|(other, (path, sound))| (path.as_str(), if other == index { &changed } else { sound.as_str() }));
            let (spec, problems) = check::check(&Sources::from_texts(texts));
            if !problems.iter().any(Diagnostic::is_error) {
                assert!(!emit::emit(&lower::lower(&spec)).is_empty());
                emitted += 1;
            }
        }
    }
    assert!(emitted > 0, "no mutation left the spec sound");
}
