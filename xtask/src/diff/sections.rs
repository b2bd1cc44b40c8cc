//! The changes as a reader wants them: what breaks, what will end, what else there is, and what failed calls are answered with. Changes of
//! several values of one enum, or several errors, that differ in nothing else are one entry.

use graph_codegen::diff::{Change, Diff};

/// Entries with one heading.
pub(super) struct Section {
    /// For a terminal in capitals.
    pub(super) heading: &'static str,
    pub(super) entries: Vec<Entry>,
}

/// One or several changes.
pub(super) struct Entry {
    /// `graph_numbers::types::Tone::{Loud, Silent}`.
    pub(super) rust: String,
    /// "values removed".
    pub(super) kind: String,
    /// "`LOUD`, `SILENT`: gone since v2.0".
    pub(super) what: String,
    /// The versions that it is about, where it is not about all: "v21.0, v22.0".
    pub(super) versions: Option<String>,
    /// What to use instead, with its path in Rust.
    pub(super) instead: Option<String>,
    /// Meta says that the server enforces it.
    pub(super) enforced: bool,
    /// Meta's page.
    pub(super) page: String,
}

/// A heading, and which changes belong below it.
type Heading = (&'static str, fn(&Change) -> bool);

/// The sections that have something in them.
pub(super) fn sections(diff: &Diff) -> Vec<Section> {
    let kinds: [Heading; 4] = [
        ("Breaking", |change| change.breaking),
        ("Deprecated", |change| !change.breaking && change.kind.is_deprecation() && !change.kind.is_of_errors()),
        ("Not breaking", |change| !change.breaking && !change.kind.is_deprecation() && !change.kind.is_of_errors()),
        ("Errors", |change| !change.breaking && change.kind.is_of_errors()),
    ];
    let section = |(heading, belongs): Heading| {
        let mut groups: Vec<Vec<&Change>> = Vec::new();
        for change in diff.changes.iter().filter(|change| belongs(change)) {
            match groups.iter_mut().find(|group| is_one(group[0], change)) {
                Some(group) => group.push(change),
                None => groups.push(vec![change]),
            }
        }
        Section { heading, entries: groups.iter().map(|group| entry(group)).collect() }
    };
    kinds.into_iter().map(section).filter(|section| !section.entries.is_empty()).collect()
}

/// Whether two changes differ in their items alone.
fn is_one(one: &Change, other: &Change) -> bool {
    let alike = |change: &Change| {
        (owner(change).to_owned(), story(change).to_owned(), change.page.clone(), change.instead.clone(), change.versions.clone())
    };
    one.item.is_some() && other.item.is_some() && (one.kind, one.gated) == (other.kind, other.gated) && alike(one) == alike(other)
}

/// The path of the enum.
fn owner(change: &Change) -> &str {
    change.rust.rsplit_once("::").map_or("", |(owner, _)| owner)
}

/// What happened, without the item.
fn story(change: &Change) -> &str {
    let rest = change.item.as_deref().and_then(|item| change.what.strip_prefix(item));
    rest.map_or(change.what.as_str(), |rest| rest.trim_start_matches(", "))
}

fn entry(group: &[&Change]) -> Entry {
    let first = group[0];
    let joined = |parts: Vec<&str>| parts.join(", ");
    let (rust, kind, what) = if group.len() == 1 {
        (first.rust.clone(), first.kind.words(), first.what.clone())
    } else {
        let variants = group.iter().filter_map(|change| change.rust.rsplit("::").next()).collect();
        let items = group.iter().filter_map(|change| change.item.as_deref()).collect();
        let words = first.kind.words();
        let kind = words.split_once(' ').map_or_else(|| words.clone(), |(noun, verb)| format!("{noun}s {verb}"));
        (format!("{}::{{{}}}", owner(first), joined(variants)), kind, format!("{}, {}", joined(items), story(first)))
    };
    let versions: Vec<String> = first.versions.iter().map(ToString::to_string).collect();
    Entry {
        rust,
        kind,
        what,
        versions: (!versions.is_empty()).then(|| versions.join(", ")),
        instead: instead(first),
        enforced: first.gated,
        page: first.page.clone(),
    }
}

/// What Meta says to use, each name followed by its path in Rust, or replaced by it if nothing else is said.
fn instead(change: &Change) -> Option<String> {
    let mut text = change.instead.clone()?;
    for (name, rust) in &change.substitutes {
        text = if text == *name { format!("`{rust}`") } else { text.replace(&format!("`{name}`"), &format!("`{name}` (`{rust}`)")) };
    }
    Some(text)
}
