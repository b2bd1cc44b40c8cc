//! Writes what can be written: each edit is tried, and stays if afterwards nothing but places for `doc` is left to fill.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Drift, Finding, checked,
    text::{self, Edit, Texts},
};
use crate::{
    Diagnostic,
    ast::{EvidenceDecl, Spec, Version},
    diagnostic::Code,
    evidence::{Facts, Record, recorded, shows},
    parse::{FACTS, Sources},
    write::Output,
};

/// Writes the findings that can be written, and says of the others why not.
pub(super) fn write(drift: &mut Drift, sources: &Sources, source: &EvidenceDecl, facts: &Facts) -> Vec<Output> {
    let before = text::texts(sources);
    let lacked = drift.lacked.clone();
    let trial =
        Trial { before: &before, source: source.name.clone(), facts, version: drift.version, lacked: &lacked, known: BTreeSet::new() };
    let trial = Trial { known: Trial::problems(&trial.with(&[])).into_iter().collect(), ..trial };
    let candidates: Vec<usize> = (0..drift.findings.len()).filter(|index| !drift.findings[*index].edits.is_empty()).collect();
    let mut accepted = Vec::new();
    trial.accept(&mut drift.findings, &candidates, &mut accepted);
    for index in &accepted {
        drift.findings[*index].written = true;
    }
    let edits: Vec<&Finding> = accepted.iter().map(|index| &drift.findings[*index]).collect();
    let after = trial.with(&edits);
    let changed = after.into_iter().filter(|(path, text)| before.get(path) != Some(text));
    changed.map(|(path, text)| Output { path, text }).collect()
}

struct Trial<'t> {
    before: &'t Texts,
    source: String,
    facts: &'t Facts,
    version: Version,
    /// Operations that the spec lacks, and of which the evidence had the names.
    lacked: &'t [String],
    /// Problems that are there before anything is written.
    known: BTreeSet<String>,
}

impl Trial<'_> {
    /// Accepts all of the candidates, or finds those that cannot be.
    fn accept(&self, findings: &mut [Finding], candidates: &[usize], accepted: &mut Vec<usize>) {
        if candidates.is_empty() {
            return;
        }
        let all: Vec<usize> = accepted.iter().chain(candidates).copied().collect();
        let tried: Vec<&Finding> = all.iter().map(|index| &findings[*index]).collect();
        let new = Self::problems(&self.with(&tried)).into_iter().find(|problem| !self.known.contains(problem));
        match (new, candidates) {
            (None, _) => *accepted = all,
            (Some(problem), [one]) => findings[*one].by_hand = Some(format!("with it, `check` would say: {problem}")),
            (Some(_), _) => {
                let (first, second) = candidates.split_at(candidates.len() / 2);
                self.accept(findings, first, accepted);
                self.accept(findings, second, accepted);
            }
        }
    }

    /// The texts with the edits of some findings, and with the evidence recorded that belongs to them.
    fn with(&self, findings: &[&Finding]) -> Texts {
        // Two parameters may need the same value of the same enum.
        let mut edits: Vec<Edit> = Vec::new();
        for edit in findings.iter().flat_map(|finding| &finding.edits) {
            if !edits.contains(edit) {
                edits.push(edit.clone());
            }
        }
        let mut texts = text::apply(self.before, &edits);
        let (sources, spec, _) = checked(&texts);
        if let Some((path, text)) = self.evidence(&sources, &spec) {
            texts.insert(path, text);
        }
        texts
    }

    /// The file of the source's facts, with those of this version as they concern the spec.
    fn evidence(&self, sources: &Sources, spec: &Spec) -> Option<(String, String)> {
        let source = spec.evidence.iter().find(|source| source.name == self.source)?;
        let path = format!("evidence/{}{FACTS}", source.name);
        let mut versions = BTreeMap::new();
        let mut comment = format!("{}\n{}", source.title, source.page);
        if let Some((id, file)) = sources.iter().find(|(_, file)| file.path == path) {
            let (record, _) = Record::parse(id, &file.text);
            versions.extend(record.versions().filter_map(|version| Some((version, record.at(version)?))));
            let lines: Vec<&str> =
                file.text.lines().take_while(|line| line.starts_with("# ")).map(|line| line.trim_start_matches("# ")).collect();
            comment = lines.join("\n");
        }
        // What is new and was not written is not recorded as known: drift goes on to name it until somebody decides.
        let mut facts = recorded(self.facts, spec, source);
        facts.retain(|key, says| says != "named" || self.lacked.contains(key));
        versions.insert(self.version, facts);
        Some((path, shows(&comment, &versions)))
    }

    /// What check says, other than that places for `doc` are empty.
    fn problems(texts: &Texts) -> Vec<String> {
        let (_, _, problems) = checked(texts);
        problems.iter().filter(|problem| problem.is_error() && problem.code != Code::MissingDoc).map(in_words).collect()
    }
}

fn in_words(problem: &Diagnostic) -> String {
    format!("{} ({})", problem.message, problem.code.name())
}
