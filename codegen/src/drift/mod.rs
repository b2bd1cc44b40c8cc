//! What a machine-readable file says and the spec does not, and the reverse: found by the comparison that [`check`] makes, and written
//! into the spec where that is mechanical.

mod items;
mod place;
mod stub;
mod text;
mod trial;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    ast::{EvidenceDecl, Spec, Version},
    check::{
        self,
        evidence::{Difference, Excuses, Kind, Theirs, compare, described, ours, sentence, under_our_name},
    },
    evidence::{Facts, Record, recorded},
    parse::{FACTS, Sources, Span},
    write::Output,
};

/// How the spec differs from what a source says of a version.
#[derive(Debug)]
pub struct Drift {
    /// The version.
    pub version: Version,
    /// The source, as messages call it.
    pub title: String,
    /// The differences, by file and place.
    pub findings: Vec<Finding>,
    /// Operations that the spec lacks, and of which the evidence has the names: nothing new.
    pub lacked: Vec<String>,
}

/// A difference, and what to write.
#[derive(Debug)]
pub struct Finding {
    /// In a sentence.
    pub what: String,
    /// The facts that it is about.
    pub facts: Vec<String>,
    /// A file of the spec, below its folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The first version that has it, as far as evidence says; nothing: all of the window.
    pub since: Option<Version>,
    /// What to write: into which file, and the YAML.
    pub write: Option<(String, String)>,
    /// Whether it has been written.
    pub written: bool,
    /// Why it cannot be written mechanically.
    pub by_hand: Option<String>,
    edits: Vec<text::Edit>,
}

/// A spec with everything that the comparison needs.
pub(crate) struct Context<'c> {
    pub(crate) sources: &'c Sources,
    pub(crate) spec: &'c Spec,
    pub(crate) source: &'c EvidenceDecl,
    pub(crate) version: Version,
    /// All that the source says, under its own names.
    pub(crate) facts: &'c Facts,
    /// What is known of other versions.
    pub(crate) record: Record,
    new_types: items::NewTypes,
}

/// Compares a spec with all that a source says of a version.
pub fn drift(sources: &Sources, spec: &Spec, source: &EvidenceDecl, version: Version, facts: &Facts) -> Drift {
    let path = format!("evidence/{}{FACTS}", source.name);
    let record = sources.iter().find(|(_, file)| file.path == path).map(|(id, file)| Record::parse(id, &file.text).0).unwrap_or_default();
    let context = Context { sources, spec, source, version, facts, record, new_types: items::NewTypes::default() };
    let kept = recorded(facts, spec, source);
    let mut findings = context.differences(&kept);
    let (new, lacked) = context.lacked_operations(&kept);
    findings.extend(new);
    findings.sort_by(|a, b| (&a.file, a.line, &a.what).cmp(&(&b.file, b.line, &b.what)));
    Drift { version, title: source.title.value.clone(), findings, lacked }
}

/// Writes into the files of the spec what can be written so that nothing but places for `doc` is left to fill; says in the findings what was not.
/// The evidence of the version is recorded with it.
pub fn write(drift: &mut Drift, sources: &Sources, source: &EvidenceDecl, facts: &Facts) -> Vec<Output> {
    trial::write(drift, sources, source, facts)
}

impl Context<'_> {
    /// What the two say differently of operations and fields that both have.
    fn differences(&self, kept: &Facts) -> Vec<Finding> {
        let ours = ours(self.spec, self.version, &described(kept.keys().map(String::as_str), self.source));
        let theirs: Theirs<'_> = kept.iter().map(|(key, says)| (under_our_name(key, self.source), (says.as_str(), None))).collect();
        let mut excuses = Excuses::default();
        let found: Vec<Difference> = compare(self.spec, &ours, &theirs, self.source).found;
        let found: Vec<Difference> =
            found.into_iter().filter(|difference| !excuses.excused(self.spec, self.source, difference, self.version)).collect();
        let mut findings = Vec::new();
        for difference in &found {
            let mut facts = vec![difference.text()];
            if difference.kind == Kind::Lacked && !difference.key.contains(" = ") {
                let prefix = format!("{} = ", difference.key);
                facts.extend(theirs.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix)).map(|(key, _)| key.clone()));
            }
            let since = self.since(&difference.key, difference.kind, &difference.theirs);
            let mut finding = self.finding(sentence(difference, &self.source.title, &[self.version]), facts, difference.span, since);
            match items::edits(self, difference, &theirs, since) {
                Ok((write, edits)) => (finding.write, finding.edits) = (Some(write), edits),
                Err(why) => finding.by_hand = Some(why),
            }
            findings.push(finding);
        }
        findings
    }

    /// Operations that the spec lacks: those that are new, and those that the evidence has the names of.
    fn lacked_operations(&self, kept: &Facts) -> (Vec<Finding>, Vec<String>) {
        let known = self.known();
        let ours = ours(self.spec, self.version, &BTreeSet::new());
        let (mut new, mut lacked) = (Vec::new(), Vec::new());
        for (subject, _) in kept.iter().filter(|(_, says)| *says == "named") {
            if known.contains(subject) {
                lacked.push(subject.clone());
                continue;
            }
            let key = under_our_name(subject, self.source);
            let node = key.split([' ', '/']).next().unwrap_or_default();
            let top = self.sources.iter().find(|(_, source)| source.path == "versions.yaml").map(|(id, _)| Span::top(id));
            let Some(span) = ours.get(node).map(|said| said.span).or(top) else { continue };
            let since = self.since(&key, Kind::Lacked, "");
            let details = self.facts.range(format!("{subject} ")..).take_while(|(key, _)| key.starts_with(&format!("{subject} ")));
            let facts = std::iter::once(key.clone()).chain(details.map(|(key, _)| under_our_name(key, self.source))).collect();
            let what = format!("{} has the operation `{key}` at {}, and the spec does not", self.source.title, self.version);
            let mut finding = self.finding(what, facts, span, since);
            match stub::edits(self, subject, &key, since) {
                Ok((write, edits)) => (finding.write, finding.edits) = (Some(write), edits),
                Err(why) => finding.by_hand = Some(why),
            }
            new.push(finding);
        }
        (new, lacked)
    }

    /// The operations that the evidence names: of this version, or of the newest before it.
    fn known(&self) -> BTreeSet<String> {
        let newest = self.record.versions().filter(|version| *version <= self.version).max();
        let facts = newest.and_then(|version| self.record.at(version)).unwrap_or_default();
        facts.into_iter().filter(|(_, says)| says == "named").map(|(key, _)| key).collect()
    }

    /// The first version from which on, without a gap, a fact holds as it does now; nothing if it held in the oldest one that is known.
    fn since(&self, key: &str, kind: Kind, theirs: &str) -> Option<Version> {
        let window = self.spec.window();
        let mut before: Vec<Version> =
            self.record.versions().filter(|version| *version < self.version && window.contains(version)).collect();
        before.sort();
        let mut since = self.version;
        let oldest = before.first().copied()?;
        for version in before.into_iter().rev() {
            let facts: BTreeMap<String, String> = self.record.at(version).unwrap_or_default();
            let says = facts.iter().find(|(other, _)| {
                under_our_name(other, self.source) == key || under_our_name(other, self.source).starts_with(&format!("{key} "))
            });
            let holds = match kind {
                Kind::Alone => says.is_none(),
                Kind::Required => says.is_some_and(|(_, says)| says.ends_with(theirs)),
                Kind::Type => says.is_some_and(|(_, says)| says.starts_with(theirs)),
                _ => says.is_some(),
            };
            if !holds {
                return Some(since);
            }
            since = version;
        }
        (since != oldest).then_some(since)
    }

    fn finding(&self, what: String, facts: Vec<String>, span: Span, since: Option<Version>) -> Finding {
        let source = self.sources.file(span.file);
        let (line, column) = source.position(span.start);
        Finding {
            what,
            facts,
            file: source.path.clone(),
            line,
            column,
            since,
            write: None,
            written: false,
            by_hand: None,
            edits: Vec::new(),
        }
    }
}

/// A spec in memory, checked.
pub(crate) fn checked(texts: &text::Texts) -> (Sources, Spec, Vec<crate::Diagnostic>) {
    let sources = Sources::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (spec, problems) = check::check(&sources);
    (sources, spec, problems)
}
