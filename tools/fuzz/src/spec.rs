//! A spec of any text: every problem is reported, the same on every run, within the file; a spec without problems can be emitted.
//!
//! An input is files over a small sound spec, each below a line `== nodes/number.yaml`.

use graph_codegen::{
    Report, check,
    diagnostic::{Diagnostic, Place},
    emit, lower,
    parse::{Sources, Span},
};

/// The spec below the files of an input.
const BASE: [(&str, &str); 6] = [
    ("errors.yaml", include_str!("../../../codegen/tests/fixtures/base/errors.yaml")),
    ("nodes/number.yaml", include_str!("../../../codegen/tests/fixtures/base/nodes/number.yaml")),
    ("permissions.yaml", include_str!("../../../codegen/tests/fixtures/base/permissions.yaml")),
    ("types/common.yaml", include_str!("../../../codegen/tests/fixtures/base/types/common.yaml")),
    ("surface.yaml", include_str!("../../../codegen/tests/fixtures/base/surface.yaml")),
    ("versions.yaml", include_str!("../../../codegen/tests/fixtures/base/versions.yaml")),
];

/// `check` answers with problems and never fails itself.
pub fn holds(input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else { return };
    let files = files(input);
    let sources = Sources::from_texts(files.iter().copied());
    let (spec, problems) = check::check(&sources);
    for problem in &problems {
        is_placed(&sources, problem);
    }
    let sound = !problems.iter().any(Diagnostic::is_error);
    let report = Report::new(sources, problems);
    let reported = report.render("spec", false);
    let listed = report.to_json();
    assert_eq!(listed.as_array().map(Vec::len), Some(report.problems().len()));

    let again = Sources::from_texts(files.iter().rev().copied());
    let (_, problems) = check::check(&again);
    let again = Report::new(again, problems);
    assert_eq!(again.render("spec", false), reported, "a second check says something else");
    if sound {
        assert!(!emit::emit(&lower::lower(&spec)).is_empty());
    }
}

/// The base with the files of an input instead of its own. Each path occurs once.
fn files(input: &str) -> Vec<(&str, &str)> {
    let mut files = BASE.to_vec();
    for part in input.split("== ").skip(1) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        files.retain(|(other, _)| *other != path.trim());
        files.push((path.trim(), text));
    }
    files
}

fn is_placed(sources: &Sources, problem: &Diagnostic) {
    assert!(!problem.message.is_empty());
    if let Place::Span(span) = &problem.at {
        is_within(sources, *span);
    }
    for (span, _) in &problem.related {
        is_within(sources, *span);
    }
}

fn is_within(sources: &Sources, span: Span) {
    let source = sources.file(span.file);
    assert!(span.start <= span.end && span.start <= source.text.len(), "{span:?} is outside of {}", source.path);
    let shown = source.visible(span);
    assert!(source.text.get(shown).is_some(), "{span:?} cuts a character in {}", source.path);
    let (line, column) = source.position(span.start);
    assert!(line >= 1 && column >= 1 && line <= source.text.matches('\n').count() + 1);
}
