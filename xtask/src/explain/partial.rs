//! The spec without the files that are not right yet: errors are looked up while an edge is half written.

use std::{collections::BTreeSet, io::IsTerminal as _, path::Path};

use graph_codegen::{Diagnostic, Report, check, diagnostic::Place, lower, model::Api, parse::Sources};

use crate::{Failure, workspace::spec_dir};

/// Without these there is nothing to look up.
const NEEDED: [&str; 3] = ["errors.yaml", "versions.yaml", "surface.yaml"];

/// The spec, and the files that were left out.
pub(super) struct Partial {
    pub(super) api: Api,
    pub(super) left_out: BTreeSet<String>,
}

/// Reads the spec. Files with an error are left out, and then those that cannot do without them, until the rest is right.
pub(super) fn load(spec: &Path) -> Result<Partial, Failure> {
    let whole = Sources::read(&spec_dir(spec));
    let (read, problems) = check::check(&whole);
    if files_of(&whole, &problems).is_empty() {
        return Ok(Partial { api: lower::lower(&read), left_out: BTreeSet::new() });
    }
    // What the spec is held against may be about what is left out.
    let is_needless = |path: &str| path.starts_with("evidence/") || path == "quirks.yaml";
    let mut left_out = BTreeSet::new();
    loop {
        let kept = whole.iter().map(|(_, source)| source).filter(|source| !is_needless(&source.path) && !left_out.contains(&source.path));
        let rest = Sources::from_texts(kept.map(|source| (source.path.as_str(), source.text.as_str())));
        let (read, of_rest) = check::check(&rest);
        let wrong = files_of(&rest, &of_rest);
        if wrong.is_empty() {
            return Ok(Partial { api: lower::lower(&read), left_out });
        }
        if wrong.iter().any(|path| NEEDED.contains(&path.as_str())) {
            return Err(Failure(Report::new(whole, problems).render(&spec.display().to_string(), std::io::stderr().is_terminal())));
        }
        left_out.extend(wrong);
    }
}

/// The files in which errors are.
fn files_of(sources: &Sources, problems: &[Diagnostic]) -> BTreeSet<String> {
    let file = |problem: &Diagnostic| match &problem.at {
        Place::File(path) => path.clone(),
        Place::Span(span) => sources.file(span.file).path.clone(),
    };
    problems.iter().filter(|problem| problem.is_error()).map(file).collect()
}
