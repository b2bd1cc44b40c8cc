//! Which operations a platform has, and whether a spec describes each or leaves it out.

use std::collections::{BTreeMap, BTreeSet};

use super::{Record, matches, path_of};
use crate::{
    ast::{LeftOutDecl, OperationDecl, Published, Spec, Text, Version},
    parse::{FACTS, Sources, Span},
};

/// The operations that each source of evidence has at its newest version.
pub(crate) fn published(spec: &Spec, sources: &Sources) -> Vec<Published> {
    let of_source = |(index, decl): (usize, &crate::ast::EvidenceDecl)| {
        let path = format!("evidence/{}{FACTS}", decl.name);
        let (file, source) = sources.iter().find(|(_, source)| source.path == path)?;
        let (record, _) = Record::parse(file, &source.text);
        let mut newest = None;
        let mut seen: BTreeMap<String, (Span, Version)> = BTreeMap::new();
        record.each(|version, facts| {
            let mut operations: BTreeMap<String, (Span, bool)> = BTreeMap::new();
            for (key, (says, line)) in facts {
                let Some((path, rest)) = key.split_once(' ') else { continue };
                let method = rest.split(' ').next().unwrap_or_default();
                if method == "field" {
                    continue;
                }
                let (node, below) = path.find('/').map_or((path, ""), |slash| path.split_at(slash));
                let operation = format!("{}{below} {method}", decl.known_as(node));
                seen.entry(operation.clone()).and_modify(|(_, last)| *last = version).or_insert((*line, version));
                operations.entry(operation).or_insert((*line, *says == "named"));
            }
            newest = Some((version, operations));
        });
        let (version, operations) = newest?;
        seen.retain(|operation, _| !operations.contains_key(operation));
        let gone = seen.into_iter().map(|(operation, (line, last))| (operation, line, last)).collect();
        let operations = operations.into_iter().map(|(operation, (line, named))| (operation, line, named)).collect();
        Some(Published { source: index, version, operations, gone })
    };
    spec.evidence.iter().enumerate().filter_map(of_source).collect()
}

/// An operation of a platform.
pub(crate) struct Row<'s> {
    /// `Node/edge GET`.
    pub(crate) operation: String,
    /// The sources that have it, by their place in the list, with their first line about it.
    pub(crate) known_from: Vec<(usize, Span)>,
    /// The sources that had it before, with their first line about it and the last version that has it.
    pub(crate) gone: Vec<(usize, Span, Version)>,
    /// Whether the sources know no more than its name.
    pub(crate) named: bool,
    /// Whether it is described or left out.
    pub(crate) here: Here<'s>,
}

/// What a spec says of an operation.
pub(crate) enum Here<'s> {
    /// It has it: as these, where several share method and path.
    Covered(Vec<&'s OperationDecl>),
    /// It says why not, and for what only a page has, which.
    LeftOut { why: &'s Text, page: Option<&'s Text>, removed: Option<&'s Text> },
    /// Nothing.
    Silent,
}

/// Every operation that a source or a spec has, or that the spec leaves out, by node.
pub(crate) fn rows(spec: &Spec) -> Vec<Row<'_>> {
    let mut ours: BTreeMap<String, Vec<&OperationDecl>> = BTreeMap::new();
    for (home, operation) in spec.operations() {
        ours.entry(path_of(home)).or_default().push(operation);
    }
    let mut known: BTreeMap<&str, Vec<(usize, Span, bool)>> = BTreeMap::new();
    let mut gone: BTreeMap<&str, Vec<(usize, Span, Version)>> = BTreeMap::new();
    for published in &spec.published {
        for (operation, line, last) in &published.gone {
            gone.entry(operation.as_str()).or_default().push((published.source, *line, *last));
        }
        for (operation, line, named) in &published.operations {
            known.entry(operation.as_str()).or_default().push((published.source, *line, *named));
        }
    }
    let left_out = spec.left_out.as_deref().unwrap_or_default();
    let of_pages = left_out.iter().filter(|decl| decl.page.is_some()).flat_map(|decl| &decl.of).map(|of| of.value.as_str());
    let operations: BTreeSet<&str> =
        ours.keys().map(String::as_str).chain(known.keys().copied()).chain(gone.keys().copied()).chain(of_pages).collect();
    operations
        .into_iter()
        .map(|operation| {
            let known_from = known.get(operation).map(Vec::as_slice).unwrap_or_default();
            let here = match ours.get(operation) {
                Some(covered) => Here::Covered(covered.clone()),
                None => match reason(spec, left_out, operation, known_from) {
                    Some((why, page, removed)) => Here::LeftOut { why, page, removed },
                    None => Here::Silent,
                },
            };
            Row {
                operation: operation.to_owned(),
                known_from: known_from.iter().map(|(source, line, _)| (*source, *line)).collect(),
                gone: gone.get(operation).cloned().unwrap_or_default(),
                named: known_from.iter().all(|(_, _, named)| *named),
                here,
            }
        })
        .collect()
}

/// Why an operation is left out: coverage.yaml says it, or a source that has more than the name lists it among its omissions.
fn reason<'s>(
    spec: &'s Spec,
    left_out: &'s [LeftOutDecl],
    operation: &str,
    known_from: &[(usize, Span, bool)],
) -> Option<(&'s Text, Option<&'s Text>, Option<&'s Text>)> {
    let of = |patterns: &[Text]| patterns.iter().any(|pattern| matches(pattern, operation));
    if let Some(decl) = left_out.iter().find(|decl| of(&decl.of)) {
        return Some((&decl.why, decl.page.as_ref(), decl.removed.as_ref()));
    }
    let omitted = known_from.iter().filter_map(|(source, ..)| spec.evidence.get(*source)).flat_map(|source| &source.omissions);
    omitted.into_iter().find(|habit| of(&habit.of)).map(|habit| (&habit.why, None, None))
}
