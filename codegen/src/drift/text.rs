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
        let lines = if text.contains("\r\n") { edit.text.replace('\n', "\r\n") } else { edit.text.clone() };
        text.replace_range(start..end, &lines);
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
        return if item.below.is_empty() { at(close, format!("{comma}{}", item.flow())) } else { None };
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{Edit, Item, Texts, add, add_key, add_section, apply, replace, scalar};
    use crate::{
        parse::{self, Source, Tree},
        span::FileId,
    };

    const FILE: &str = "a.yaml";

    fn tree(text: &str) -> Tree {
        parse::tree(FileId(0), &Source { path: FILE.into(), text: text.into() }, &mut Vec::new()).unwrap()
    }

    fn applied(text: &str, edits: &[Edit]) -> String {
        apply(&Texts::from([(FILE.into(), text.into())]), edits)[FILE].clone()
    }

    fn item(name: &str) -> Item {
        Item::new(name).key("type", "string").key("doc", "")
    }

    #[test]
    fn an_entry_comes_after_the_last_one_and_before_what_follows() {
        let text = "top:\n  # The first.\n  a: {doc: One.}\n  b:\n    doc: >-\n      Two\n      lines.  # no comment\n\n# After.\nend: 1\n";
        let edit = add(FILE, text, tree(text).get("top").unwrap(), &item("c")).unwrap();
        let after = text.replace("no comment\n", "no comment\n  c:\n    type: string\n    doc:\n");
        assert_eq!(applied(text, &[edit]), after);
    }

    #[test]
    fn within_braces_an_entry_is_within_braces() {
        for (text, after) in [
            ("top: {a: {doc: One.}}\n", "top: {a: {doc: One.}, c: {type: string, doc: }}\n"),
            ("top: {}\n", "top: {c: {type: string, doc: }}\n"),
        ] {
            let edit = add(FILE, text, tree(text).get("top").unwrap(), &item("c")).unwrap();
            assert_eq!(applied(text, &[edit]), after);
            let mut deeper = item("c");
            deeper.below.push("enum:".into());
            assert_eq!(add(FILE, text, tree(text).get("top").unwrap(), &deeper), None);
        }
    }

    #[test]
    fn what_is_deeper_comes_first_where_two_edits_meet() {
        let text = "types:\n  A:\n    enum:\n      X: {doc: One.}";
        let root = tree(text);
        let types = root.get("types").unwrap();
        let of_type = add(FILE, text, types, &item("B")).unwrap();
        let of_enum = add(FILE, text, types.get("A").unwrap().get("enum").unwrap(), &item("Z")).unwrap();
        let text = format!("{text}\n");
        let (of_type, of_enum) = (Edit { text: of_type.text[1..].into(), ..of_type }, Edit { text: of_enum.text[1..].into(), ..of_enum });
        let at_end = |edit: Edit| Edit { start: text.len(), end: text.len(), ..edit };
        let after = applied(&text, &[at_end(of_type), at_end(of_enum)]);
        assert_eq!(after, format!("{text}      Z:\n        type: string\n        doc:\n  B:\n    type: string\n    doc:\n"));
    }

    #[test]
    fn sections_keys_and_values_keep_their_neighbors() {
        let text = "create:\n  doc: One.  # as it is\n  returns: A\n";
        let root = tree(text);
        let create = root.get("create").unwrap();
        let section = add_section(FILE, text, create, "params", "returns", &item("p")).unwrap();
        let key = add_key(FILE, text, create, "since", "v2.0").unwrap();
        let entry = create.entries().iter().find(|entry| entry.key == "returns").unwrap();
        let value = replace(FILE, entry, "B");
        let after = applied(text, &[section, key, value]);
        assert!(
            after.contains("  doc: One.  # as it is\n") && after.contains("  since: v2.0\n") && after.ends_with("  returns: B\n"),
            "{after}"
        );
        assert!(after.contains("  params:\n    p:\n      type: string\n      doc:\n"), "{after}");
        assert!(tree(&after).get("create").unwrap().get("params").unwrap().get("p").is_some(), "{after}");
    }

    #[test]
    fn lines_end_as_those_of_the_file_do() {
        let text = "top:\r\n  a: {doc: One.}\r\n";
        let edit = add(FILE, text, tree(text).get("top").unwrap(), &item("c")).unwrap();
        assert_eq!(applied(text, &[edit]), "top:\r\n  a: {doc: One.}\r\n  c:\r\n    type: string\r\n    doc:\r\n");
    }

    #[test]
    fn names_are_quoted_where_yaml_would_read_something_else() {
        for (text, written) in [("A_B", "A_B"), ("no", "'no'"), ("1A", "'1A'"), ("a b", "'a b'"), ("it's", "'it''s'"), ("", "''")] {
            assert_eq!(scalar(text), written);
        }
    }
}
