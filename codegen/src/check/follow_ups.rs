//! Problems that may only follow from a file that could not be read.
//!
//! If errors.yaml has a syntax error, every error named elsewhere is unknown. Reporting hundreds of those would bury the one problem there is.

use std::path::Path;

use crate::{
    diagnostic::{Code, Diagnostic, Place},
    parse::{FACTS, Sources},
    read::{File, FileKind},
};

/// Removes what may disappear as soon as the broken files are fixed.
pub(super) fn suppress_cascading(sources: &Sources, files: &[File], problems: &mut Vec<Diagnostic>) {
    let mut doubtful: Vec<Code> = Vec::new();
    for path in broken(sources, files) {
        doubtful.extend(depending_on(&path));
    }
    problems.retain(|problem| !doubtful.contains(&problem.code));
    behind_aliases(problems);
}

/// An alias has no value, which is then missing where it is used.
fn behind_aliases(problems: &mut Vec<Diagnostic>) {
    let span = |problem: &Diagnostic| if let Place::Span(span) = problem.at { Some(span) } else { None };
    let aliases: Vec<_> = problems.iter().filter(|problem| problem.code == Code::Anchor).filter_map(span).collect();
    problems.retain(|problem| problem.code == Code::Anchor || span(problem).is_none_or(|at| !aliases.contains(&at)));
}

/// The files without a tree, or without the mapping that contains their items.
fn broken(sources: &Sources, files: &[File]) -> Vec<String> {
    let unread = sources.unreadable().iter().filter_map(|problem| match &problem.at {
        Place::File(path) => Some(path.clone()),
        Place::Span(_) => None,
    });
    let unparsed = sources
        .iter()
        .filter(|(id, source)| !source.path.ends_with(FACTS) && files.iter().all(|file| file.id != *id))
        .map(|(_, source)| source.path.clone());
    let hollow = files.iter().filter(|file| is_hollow(file)).map(|file| file.path.clone());
    unread.chain(unparsed).chain(hollow).collect()
}

fn is_hollow(file: &File) -> bool {
    let key = match file.kind {
        FileKind::Surface => "crate",
        FileKind::Versions => "versions",
        FileKind::Permissions => "permissions",
        FileKind::Errors => "errors",
        FileKind::Types => "types",
        FileKind::Node | FileKind::Edge => "node",
        FileKind::Quirks | FileKind::Evidence => return false,
    };
    file.tree.get(key).is_none_or(|tree| tree.entries().is_empty() && tree.text().is_none())
}

/// The codes of problems that a missing file of this path can cause elsewhere.
fn depending_on(path: &str) -> &'static [Code] {
    match path.split('/').next() {
        Some("surface.yaml") => &[Code::Undeclared, Code::NoArea],
        Some("versions.yaml") => &[Code::UnknownVersion],
        Some("permissions.yaml") => &[Code::UnknownPermission],
        Some("errors.yaml") => &[Code::UnknownError, Code::BadError, Code::StaleQuirk],
        Some("types" | "nodes") => &[
            Code::UnknownType,
            Code::UnknownNode,
            Code::UnusedType,
            Code::UnknownField,
            Code::StaleQuirk,
            Code::UnusedPermission,
            Code::UnusedArea,
            Code::BadResponse,
            Code::Disagrees,
            Code::UnusedHabit,
            Code::UnneededQuirk,
            Code::KnownByName,
        ],
        Some("quirks.yaml") => &[Code::Disagrees],
        Some("evidence") if Path::new(path).extension().is_some_and(|extension| extension == "yaml") => &[Code::BadFact, Code::NoEvidence],
        Some("") => &[Code::UnknownVersion, Code::UnknownPermission, Code::UnknownError],
        _ => &[],
    }
}
