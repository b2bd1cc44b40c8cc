//! Whether the spec agrees with what machine-readable files say, version by version, and whether what excuses a difference is needed.

mod compare;
mod ours;
mod sources;
mod types;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use compare::{Difference, Kind, Theirs, compare, under_our_name};
pub(crate) use ours::{described, exists, ours};
pub(crate) use words::{sentence, shown};

use self::{ours::Ours, sources::Found};
use crate::{
    ast::{EvidenceDecl, HabitDecl, QuirkDecl, Spec, Text, Version},
    diagnostic::{Code, Diagnostic},
    evidence::{Record, matches},
    parallel,
    parse::{Sources, Span, Tree},
};

/// Holds the spec against all evidence.
pub(super) fn check(spec: &Spec, sources: &Sources, problems: &mut Vec<Diagnostic>) {
    let window = spec.window();
    let mut records = sources::records(spec, sources, problems);
    sources::cover(spec, &window, &records, problems);
    // What cannot be read whole would be missed by the comparison.
    records.retain(|found| found.whole);
    let known = |version: &Version| records.iter().any(|found| found.record.versions().any(|known| known == *version));
    // What excuses a difference at a version that is retired stays needed: the spec still describes that version.
    let retired =
        records.iter().flat_map(|found| found.record.versions()).filter(|version| window.first().is_some_and(|first| version < first));
    let retired: BTreeSet<Version> = retired.collect();
    let known: Vec<Version> = retired.iter().copied().chain(window.iter().copied().filter(known)).collect();
    let described: BTreeSet<String> = records.iter().flat_map(|found| described(found.record.keys(), found.source)).collect();
    let by_version: BTreeMap<Version, Ours<'_>> =
        parallel::map(known, |version| (version, ours(spec, version, &described))).into_iter().collect();
    let mut excuses = Excuses::default();
    for Found { source, record, .. } in &records {
        let mut found: BTreeMap<Difference, Vec<Version>> = BTreeMap::new();
        let mut named: BTreeMap<String, (Span, Option<Span>, Vec<Version>)> = BTreeMap::new();
        record.each(|version, facts| {
            let Some(ours) = by_version.get(&version) else { return };
            let theirs: Theirs<'_> = facts.iter().map(|(key, (says, line))| (under_our_name(key, source), (*says, Some(*line)))).collect();
            excuses.names.extend(theirs_names(facts.keys().copied(), facts.values().map(|(says, _)| *says), source));
            let compared = compare(spec, ours, &theirs, source);
            excuses.agreed.extend(compared.agreed);
            for difference in compared.found {
                if !excuses.excused(spec, source, &difference, version) && !retired.contains(&version) {
                    // What is lacked may change from version to version, and is one thing to do.
                    let theirs = if difference.kind == Kind::Lacked { String::new() } else { difference.theirs.clone() };
                    found.entry(Difference { line: None, theirs, ..difference }).or_default().push(version);
                }
            }
            let by_name = compare::known_by_name(ours, &theirs).into_iter().filter(|_| !retired.contains(&version));
            for (key, span, line) in by_name {
                named.entry(key.to_owned()).or_insert((span, line, Vec::new())).2.push(version);
            }
        });
        problems.extend(found.into_iter().map(|(difference, versions)| {
            let elsewhere = elsewhere(&by_version, &difference);
            disagreement(source, &difference, &versions, record, elsewhere.as_ref())
        }));
        problems.extend(named.into_iter().map(|(key, (span, line, versions))| by_name(source, &key, span, line, &versions)));
    }
    let compared: Vec<&EvidenceDecl> =
        records.iter().filter(|found| found.record.versions().any(|version| window.contains(&version))).map(|found| found.source).collect();
    excuses.unused(&compared, problems);
    excuses.unneeded(spec, &compared, problems);
}

/// The names of nodes and types that a source uses.
fn theirs_names<'f>(
    keys: impl Iterator<Item = &'f str>,
    says: impl Iterator<Item = &'f str>,
    source: &EvidenceDecl,
) -> BTreeSet<(String, String)> {
    let subjects = keys.filter_map(|key| key.split([' ', '/']).next());
    let types = says.flat_map(|says| says.split([' ', '<', '>']));
    let all: BTreeSet<&str> = subjects.chain(types).collect();
    let known = source.names.iter().filter(|name| all.contains(name.theirs.as_str()));
    known.map(|name| (source.name.clone(), name.theirs.value.clone())).collect()
}

/// What excuses differences, and what of it was needed.
#[derive(Default)]
pub(crate) struct Excuses {
    names: BTreeSet<(String, String)>,
    /// The places of patterns.
    patterns: BTreeSet<Span>,
    quirks: BTreeSet<Span>,
    /// The places where the spec and a source were found to say the same.
    agreed: BTreeSet<String>,
    /// The quirks that name a source, by its name, by what their places begin with.
    named: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
}

impl Excuses {
    /// Whether a habit of the source or a quirk covers a difference; what does is noted as needed.
    pub(crate) fn excused(&mut self, spec: &Spec, source: &EvidenceDecl, difference: &Difference, version: Version) -> bool {
        let habits = if difference.kind == Kind::Lacked { &source.omissions } else { &source.silences };
        let text = difference.text();
        // That a source says nothing of something does not excuse what it says of it.
        let of_kind = |pattern: &&Text| match difference.kind {
            Kind::Required => pattern.ends_with(" required"),
            Kind::Type => pattern.ends_with(" type"),
            _ => true,
        };
        let patterns = habits.iter().flat_map(|habit| &habit.of).filter(of_kind).filter(|pattern| matches(pattern, &text));
        let patterns: Vec<Span> = patterns.map(|pattern| pattern.span).collect();
        let named = self.named.entry(source.name.clone()).or_insert_with(|| by_place(spec, source));
        let begin: BTreeSet<&str> = difference.at.iter().map(|at| begins_with(at)).chain(["*"]).collect();
        let quirks: Vec<Span> = begin
            .into_iter()
            .flat_map(|begin| named.get(begin).into_iter().flatten())
            .filter_map(|index| spec.quirks.get(*index))
            .filter(|quirk| quirk.holds_at(version) && difference.at.iter().any(|at| covers(quirk, at, difference)))
            .map(|quirk| quirk.span)
            .collect();
        let excused = !patterns.is_empty() || !quirks.is_empty();
        self.patterns.extend(patterns);
        self.quirks.extend(quirks);
        excused
    }

    /// Habits without which nothing would be reported.
    fn unused(&self, sources: &[&EvidenceDecl], problems: &mut Vec<Diagnostic>) {
        for source in sources {
            let names = source.names.iter().filter(|name| !self.names.contains(&(source.name.clone(), name.theirs.value.clone())));
            problems.extend(names.map(|name| {
                unused(&name.theirs, format!("{} says nothing of `{}` at any version of the window", source.title, name.theirs))
            }));
            let habits =
                source.silences.iter().map(|habit| ("silence", habit)).chain(source.omissions.iter().map(|habit| ("omission", habit)));
            for (what, HabitDecl { of, .. }) in habits {
                let of = of.iter().filter(|pattern| !self.patterns.contains(&pattern.span));
                problems.extend(of.map(|pattern| {
                    unused(
                        pattern,
                        format!("nothing needs this {what}: the spec and {} do not differ about `{pattern}`", in_sentence(&source.title)),
                    )
                }));
            }
        }
    }

    /// Quirks that reject a source which says what the spec says.
    fn unneeded(&self, spec: &Spec, sources: &[&EvidenceDecl], problems: &mut Vec<Diagnostic>) {
        for quirk in spec.quirks.iter().filter(|quirk| !self.quirks.contains(&quirk.span)) {
            let rejects = |source: &&&EvidenceDecl| rejected(quirk).any(|page| page.starts_with(source.page.as_str()));
            let Some(source) = sources.iter().find(rejects) else { continue };
            if self.agreed.contains(&quirk.at.value) {
                problems.push(
                    Diagnostic::new(
                        Code::UnneededQuirk,
                        quirk.at.span,
                        format!("{} says the same as the spec about `{}`, and the quirk says that it is rejected", source.title, quirk.at),
                    )
                    .label("the evidence of no version contradicts the spec here")
                    .related(quirk.rejected.span, "rejected, says the quirk")
                    .help("delete the quirk, or correct the page that it rejects")
                    .absence_of(quirk.at.split('.').take(2)),
                );
            }
        }
    }
}

fn unused(pattern: &Text, message: String) -> Diagnostic {
    // What the spec needs is only known once all of it is read.
    let whatever: [&str; 0] = [];
    Diagnostic::new(Code::UnusedHabit, pattern.span, message)
        .label("excuses nothing")
        .help("delete it; if it is misspelled, correct it")
        .absence_of(whatever)
}

/// A sentence's beginning within a sentence: a title may begin with a name, which keeps its letter.
pub(crate) fn in_sentence(title: &str) -> String {
    title.strip_prefix("The ").map_or_else(|| title.to_owned(), |rest| format!("the {rest}"))
}

/// Whether a quirk names a page of the source, on whichever side.
fn names(quirk: &QuirkDecl, source: &EvidenceDecl) -> bool {
    quirk.sources.iter().any(|(_, pages)| pages.iter().any(|page| page.starts_with(source.page.as_str())))
}

/// The quirks that name a source, by what their places begin with, so that a difference is compared with those of its own node only.
fn by_place(spec: &Spec, source: &EvidenceDecl) -> BTreeMap<String, Vec<usize>> {
    let mut by_place: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, quirk) in spec.quirks.iter().enumerate().filter(|(_, quirk)| names(quirk, source)) {
        by_place.entry(begins_with(&quirk.at).to_owned()).or_default().push(index);
    }
    by_place
}

/// The node or type of a place; `*` if it may be any.
fn begins_with(place: &str) -> &str {
    let names = if place.starts_with("types.") { 2 } else { 1 };
    let end = place.match_indices('.').nth(names - 1).map_or(place.len(), |(end, _)| end);
    if place[..end].contains('*') { "*" } else { &place[..end] }
}

fn rejected(quirk: &QuirkDecl) -> impl Iterator<Item = &str> {
    quirk.sources.iter().filter(|(side, _)| side == "rejected").flat_map(|(_, pages)| pages.iter().map(String::as_str))
}

/// Whether the `at` of a quirk leads to a place, or to what the place lies in; `*` is any one name.
pub(super) fn leads_to(pattern: &str, place: &str) -> bool {
    let mut names = place.split('.');
    pattern.split('.').all(|part| names.next().is_some_and(|name| part == "*" || part == name))
}

/// Whether a quirk at a place is about a difference. What a parameter accepts of an enum is about the values that the quirk names.
fn covers(quirk: &QuirkDecl, at: &str, difference: &Difference) -> bool {
    if !leads_to(&quirk.at, at) {
        return false;
    }
    let of_values = matches!(at.rsplit('.').next(), Some("only" | "except"));
    let value = difference.key.split_once(" = ").map_or("", |(_, value)| value);
    let says = |tree: &Tree| tree.text() == Some(value) || tree.items().iter().any(|item| item.text() == Some(value));
    !of_values || says(&quirk.chosen) || says(&quirk.rejected)
}

/// Where the spec has what it lacks, and the versions at which it has it: then a version is wrong, and nothing is missing.
fn elsewhere(by_version: &BTreeMap<Version, Ours<'_>>, difference: &Difference) -> Option<(Span, String)> {
    let said = by_version.iter().filter_map(|(version, ours)| Some((*version, ours.get(&difference.key)?.span)));
    let (versions, spans): (Vec<Version>, Vec<Span>) = said.unzip();
    let lacked = difference.kind == Kind::Lacked;
    spans.first().filter(|_| lacked).map(|span| (*span, shown(&versions)))
}

fn disagreement(
    source: &EvidenceDecl,
    difference: &Difference,
    versions: &[Version],
    record: &Record,
    elsewhere: Option<&(Span, String)>,
) -> Diagnostic {
    let said = sentence(difference, &source.title, versions);
    let mut problem = match elsewhere {
        Some((span, at)) => Diagnostic::new(Code::Disagrees, *span, said)
            .label(format!("the spec has this at {at} alone: compare its `since` and `removed`")),
        None => Diagnostic::new(Code::Disagrees, difference.span, said).label(match difference.kind {
            Kind::Lacked => String::from("it would be here"),
            Kind::Alone => String::from("only the spec has this"),
            _ => format!("the spec says `{}`", difference.ours),
        }),
    };
    let line = versions.first().and_then(|version| record.line(*version, &difference.key, |key| under_our_name(key, source)));
    if let Some(line) = line {
        problem = problem.related(line, format!("the evidence of {}", versions[0]));
    }
    let list = if difference.kind == Kind::Lacked { "omissions" } else { "silences" };
    problem = problem.help("correct the spec; what holds from a version on, or until one, says so with `since`, `removed` or tiles");
    if let Some(at) = difference.at.first() {
        problem = problem
            .help(format!("or, if Meta's sources contradict each other, add a quirk at `{at}` whose `sources` name {}", source.page));
    }
    for at in &difference.at {
        problem = problem.absence_of(at.split('.'));
    }
    if difference.kind == Kind::Lacked {
        problem = problem.absence_of(lacked(&difference.key));
    }
    problem.help(format!(
        "or, if it is a habit of the source, add `{}` to `{list}` of evidence/{}.yaml, with its reason",
        difference.text(),
        source.name
    ))
}

/// The names of what the spec lacks: node and edge of an operation, otherwise the last name.
fn lacked(key: &str) -> Vec<&str> {
    let (path, rest) = key.split_once(' ').unwrap_or((key, ""));
    match rest.rsplit_once(' ') {
        Some((_, name)) => vec![name],
        None => path.split('/').filter(|name| *name != "*").collect(),
    }
}

fn by_name(source: &EvidenceDecl, key: &str, span: Span, line: Option<Span>, versions: &[Version]) -> Diagnostic {
    let problem =
        Diagnostic::new(Code::KnownByName, span, format!("of `{key}` the evidence has no more than the name, at {}", shown(versions)))
            .label("nothing below this is compared")
            .help(format!(
                "record it again with the operation in the spec: `cargo xtask evidence`, with what {} publishes for the version",
                in_sentence(&source.title)
            ));
    match line {
        Some(line) => problem.related(line, "all that the evidence has"),
        None => problem,
    }
}
