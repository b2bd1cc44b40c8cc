//! Edits of YAML as text: lines are added and values replaced, and everything else stays as its author wrote it.

use std::collections::BTreeMap;

use crate::parse::{Entry, Kind, Sources, Tree};

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    /// Below the spec's folder.
    pub(super) path: String,
    /// From this byte
    pub(super) start: usize,
    /// to before this one
    pub(super) end: usize,
    /// there is this instead.
    pub(super) text: String,
}

/// The texts of a spec by path.
pub(super) type Texts = BTreeMap<String, String>;

/// The texts of all files.
pub(super) fn texts(sources: &Sources) -> Texts {
    sources.iter().map(|(_, source)| (source.path.clone(), source.text.clone())).collect()
}

/// Applies edits, whose places are those of the texts before any of them; a file that does not exist is made.
pub(super) fn apply(texts: &Texts, edits: &[Edit]) -> Texts {
    let mut changed = texts.clone();
    let mut edits: Vec<(usize, &Edit)> = edits.iter().enumerate().collect();
    // From the end, so that places before stay valid. Of several at one place that what is deeper comes first in the text, because it belongs
    // to what is above; then the first.
    let depth = |edit: &Edit| edit.text.len() - edit.text.trim_start_matches(' ').len();
    edits.sort_by(|(a, one), (b, other)| (&other.path, other.start, depth(one), b).cmp(&(&one.path, one.start, depth(other), a)));
    for (_, edit) in edits {
        let text = changed.entry(edit.path.clone()).or_default();
        let (start, end) = (edit.start.min(text.len()), edit.end.min(text.len()));
        text.replace_range(start..end, &edit.text);
    }
    changed
}

/// An item to be written: its name, and its keys in order.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) keys: Vec<(String, String)>,
    /// What is written below the keys, already in lines that are indented by two as the keys are.
    pub(super) below: Vec<String>,
}

impl Item {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), keys: Vec::new(), below: Vec::new() }
    }

    /// With a key; an empty value is a place to be filled.
    pub(super) fn key(mut self, key: &str, value: impl Into<String>) -> Self {
        self.keys.push((key.into(), value.into()));
        self
    }

    /// In lines, the first without indentation.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{}:", scalar(&self.name))];
        let key = |(key, value): &(String, String)| if value.is_empty() { format!("  {key}:") } else { format!("  {key}: {value}") };
        lines.extend(self.keys.iter().map(key));
        lines.extend(self.below.iter().map(|line| format!("  {line}")));
        lines
    }

    /// Within braces.
    fn flow(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        format!("{}: {{{}}}", scalar(&self.name), keys.join(", "))
    }
}

/// A text as YAML writes it where it is a value or a key.
pub(super) fn scalar(text: &str) -> String {
    let word = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let plain = word
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if plain { text.into() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Adds an item to a mapping, as its last entry.
pub(super) fn add(path: &str, text: &str, map: &Tree, item: &Item) -> Option<Edit> {
    let Kind::Map(entries) = &map.kind else { return None };
    let at = |start, text| Some(Edit { path: path.into(), start, end: start, text });
    if is_flow(text, map) {
        let close = map.span.end.checked_sub(1)?;
        let comma = if entries.is_empty() { "" } else { ", " };
        return at(close, format!("{comma}{}", item.flow()));
    }
    let last = entries.last()?;
    let indent = " ".repeat(column(text, entries.first()?.at.start));
    let after = line_after(text, end(text, &last.value).max(last.at.end));
    let lines: String = item.lines().iter().map(|line| format!("{indent}{line}\n")).collect();
    let newline = if text[..after].ends_with('\n') { "" } else { "\n" };
    at(after, format!("{newline}{lines}"))
}

/// Adds a key with items below it to a mapping in lines, before another key.
pub(super) fn add_section(path: &str, text: &str, map: &Tree, section: &str, before: &str, item: &Item) -> Option<Edit> {
    if is_flow(text, map) {
        return None;
    }
    let entry = map.entries().iter().find(|entry| entry.key == before)?;
    let start = text[..entry.at.start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = " ".repeat(column(text, entry.at.start));
    let lines: String = item.lines().iter().map(|line| format!("{indent}  {line}\n")).collect();
    Some(Edit { path: path.into(), start, end: start, text: format!("{indent}{section}:\n{lines}") })
}

/// Adds a key to an item.
pub(super) fn add_key(path: &str, text: &str, item: &Tree, key: &str, value: &str) -> Option<Edit> {
    let Kind::Map(entries) = &item.kind else { return None };
    if is_flow(text, item) {
        let close = item.span.end.checked_sub(1)?;
        let comma = if entries.is_empty() { "" } else { ", " };
        return Some(Edit { path: path.into(), start: close, end: close, text: format!("{comma}{key}: {value}") });
    }
    let first = entries.first()?;
    let start = text[..first.at.start].rfind('\n').map_or(0, |newline| newline + 1);
    // The mapping may begin on the line of its list's dash.
    if !text[start..first.at.start].trim().is_empty() {
        return None;
    }
    let indent = &text[start..first.at.start];
    let after = line_after(text, end(text, &first.value).max(first.at.end));
    Some(Edit { path: path.into(), start: after, end: after, text: format!("{indent}{key}: {value}\n") })
}

/// Replaces the value of a key.
pub(super) fn replace(path: &str, entry: &Entry, value: &str) -> Edit {
    Edit { path: path.into(), start: entry.value.span.start, end: entry.value.span.end, text: value.into() }
}

/// Whether a collection is written within brackets.
fn is_flow(text: &str, tree: &Tree) -> bool {
    text[tree.span.start..].starts_with(['{', '['])
}

/// Where a value ends, without the empty lines and comments after it.
fn end(text: &str, tree: &Tree) -> usize {
    match &tree.kind {
        _ if is_flow(text, tree) => tree.span.end,
        Kind::Map(entries) => entries.last().map_or(tree.span.end, |entry| end(text, &entry.value).max(entry.at.end)),
        Kind::List(items) => items.last().map_or(tree.span.end, |item| end(text, item)),
        Kind::Scalar { .. } => tree.span.start + text[tree.span.start..tree.span.end.max(tree.span.start)].trim_end().len(),
    }
}

fn line_after(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}
