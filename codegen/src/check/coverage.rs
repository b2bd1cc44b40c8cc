//! No operation that Meta publishes goes without a word.

use super::evidence::in_sentence;
use crate::{
    ast::Spec,
    diagnostic::{Code, Diagnostic},
    evidence::{
        coverage::{Here, Row, rows},
        matches,
    },
};

/// Looks at every operation of the evidence, and at every reason of coverage.yaml. A spec without that file claims nothing.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let Some(left_out) = &spec.left_out else { return };
    let rows = rows(spec);
    problems.extend(rows.iter().filter(|row| row.named && matches!(row.here, Here::Silent)).filter_map(|row| silent(spec, row)));

    for decl in left_out {
        for pattern in &decl.of {
            let fits: Vec<&Row<'_>> = rows.iter().filter(|row| matches(pattern, &row.operation)).collect();
            let covered = fits.iter().find_map(|row| match &row.here {
                Here::Covered(operations) => operations.first().map(|operation| (row, *operation)),
                _ => None,
            });
            if let Some((row, operation)) = covered {
                problems.push(
                    Diagnostic::new(Code::UnusedReason, pattern.span, format!("the spec has `{}`, which this leaves out", row.operation))
                        .label("it is not left out")
                        .related(operation.span, "it is here")
                        .help("delete it from coverage.yaml, or, if it has a `*`, make it narrower"),
                );
            } else if let (Some(removed), Some((source, line))) = (&decl.removed, fits.iter().find_map(|row| row.known_from.first())) {
                let title = spec.evidence.get(*source).map_or_else(String::new, |source| in_sentence(&source.title));
                problems.push(
                    Diagnostic::new(
                        Code::UnusedReason,
                        removed.span,
                        format!("`{pattern}` is said to be removed, and {title} still has it"),
                    )
                    .label("not removed there")
                    .related(*line, "the evidence")
                    .help("delete `removed`, or make the pattern narrower"),
                );
            } else if !fits.iter().any(|row| !row.known_from.is_empty() || decl.removed.is_some() && !row.gone.is_empty())
                && decl.page.is_none()
            {
                let whatever: [&str; 0] = [];
                problems.push(
                    Diagnostic::new(
                        Code::UnusedReason,
                        pattern.span,
                        format!("no source has `{pattern}` at the newest version that it is about"),
                    )
                    .label("no source has this")
                    .help("if it is misspelled, correct it; if only a page has it, name the page with `page`; otherwise delete it")
                    .absence_of(whatever),
                );
            } else if let Some((source, line)) = fits.iter().find_map(|row| row.known_from.first()).filter(|_| decl.page.is_some()) {
                let title = spec.evidence.get(*source).map_or_else(String::new, |source| in_sentence(&source.title));
                problems.push(
                    Diagnostic::new(
                        Code::UnusedReason,
                        pattern.span,
                        format!("`page` is for what no source has, and {title} has `{pattern}`"),
                    )
                    .label("has a page and a source")
                    .related(*line, "the evidence")
                    .help("delete `page`"),
                );
            }
        }
    }
}

fn silent(spec: &Spec, row: &Row<'_>) -> Option<Diagnostic> {
    let Some((source, line)) = row.known_from.first() else { return gone(spec, row) };
    let title = &spec.evidence.get(*source)?.title;
    let operation = &row.operation;
    let path = operation.split(' ').next().unwrap_or_default();
    Some(
        Diagnostic::new(Code::Uncovered, *line, format!("{title} has the operation `{operation}`, and the spec says nothing of it"))
            .label("neither described nor left out")
            .help("describe it: `cargo xtask new-edge` writes the file to start from")
            .help(format!("or add `{operation}` to `left_out` of coverage.yaml, with its reason"))
            .absence_of(path.split('/').filter(|name| *name != "*")),
    )
}

/// What a source had once, and has no more.
fn gone(spec: &Spec, row: &Row<'_>) -> Option<Diagnostic> {
    let (source, line, last) = row.gone.first()?;
    let title = &spec.evidence.get(*source)?.title;
    let operation = &row.operation;
    Some(
        Diagnostic::new(
            Code::Uncovered,
            *line,
            format!("{title} had the operation `{operation}` up to {last}, and the spec says nothing of it"),
        )
        .label("neither described nor left out")
        .help(format!("add `{operation}` to `left_out` of coverage.yaml, with `removed` and the reason"))
        .absence_of(operation.split(['/', ' ']).filter(|name| *name != "*")),
    )
}
