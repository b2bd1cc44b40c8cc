//! Which evidence there is: every file read, and every version of the window accounted for.

use crate::{
    ast::{EvidenceDecl, Spec, Version},
    diagnostic::{Code, Diagnostic},
    evidence::Record,
    parse::{FACTS, Sources},
};

/// A source with its facts.
pub(super) struct Found<'s> {
    pub(super) source: &'s EvidenceDecl,
    pub(super) record: Record,
    /// Every line could be read.
    pub(super) whole: bool,
}

/// The facts of each source that has both of its files.
pub(super) fn records<'s>(spec: &'s Spec, sources: &Sources, problems: &mut Vec<Diagnostic>) -> Vec<Found<'s>> {
    let name = |path: &str| path.strip_prefix("evidence/").and_then(|file| file.strip_suffix(FACTS)).map(String::from);
    let mut records = Vec::new();
    for (file, source) in sources.iter().filter(|(_, source)| source.path.ends_with(FACTS)) {
        let Some(name) = name(&source.path) else { continue };
        let (record, misfits) = Record::parse(file, &source.text);
        let whole = misfits.is_empty();
        problems.extend(
            misfits
                .into_iter()
                .map(|misfit| Diagnostic::new(Code::BadFact, misfit.span, misfit.why).label("this line").help(misfit.remedy)),
        );
        let has_yaml = sources.iter().any(|(_, other)| other.path == format!("evidence/{name}.yaml"));
        match spec.evidence.iter().find(|decl| decl.name == name) {
            Some(decl) => records.push(Found { source: decl, record, whole }),
            None if has_yaml => {}
            None => problems.push(
                Diagnostic::of_file(Code::BadFact, source.path.clone(), "nothing says where these facts are from")
                    .help(format!("write `title` and `page` of the source into evidence/{name}.yaml")),
            ),
        }
    }
    for decl in spec.evidence.iter().filter(|decl| records.iter().all(|other| other.source.name != decl.name)) {
        problems.push(
            Diagnostic::new(
                Code::BadFact,
                decl.title.span,
                format!("evidence/{}{FACTS} does not exist, so nothing is held against this source", decl.name),
            )
            .label("a source without facts")
            .help("`cargo xtask evidence` writes the file from what the source publishes; without any, delete this one"),
        );
    }
    records
}

/// Of each version of the window there is evidence, or versions.yaml says that there is none. A spec without any evidence claims nothing.
pub(super) fn cover(spec: &Spec, window: &[Version], records: &[Found<'_>], problems: &mut Vec<Diagnostic>) {
    if spec.evidence.is_empty() {
        return;
    }
    for decl in spec.versions.iter().filter(|decl| window.contains(&decl.version.value)) {
        let source = records.iter().find(|found| found.record.versions().any(|version| version == decl.version.value));
        match (source, decl.no_evidence) {
            (Some(Found { source, .. }), Some(span)) => problems.push(
                Diagnostic::new(Code::NoEvidence, span, format!("evidence/{}{FACTS} has facts about {}", source.name, decl.version))
                    .label("this says that there are none")
                    .help("delete `evidence` here"),
            ),
            (None, None) => problems.push(
                Diagnostic::new(Code::NoEvidence, decl.version.span, format!("nothing in evidence/ is about {}", decl.version))
                    .label("the spec is held against nothing at this version")
                    .help(format!("`cargo xtask evidence --sdk DIR --version {}` records what Meta published about it", decl.version))
                    .help("if Meta published nothing, say `evidence: none published` here")
                    .absence_of([decl.version.value.to_string()]),
            ),
            _ => {}
        }
    }
}
