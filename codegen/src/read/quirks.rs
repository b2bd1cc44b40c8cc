//! quirks.yaml.

use super::{docs, entries_at, items_at, text_at};
use crate::{
    ast::{NoteDecl, QuirkDecl, Spec},
    parse::Tree,
};

/// The quirks and notes.
pub(super) fn read(tree: &Tree, spec: &mut Spec) {
    spec.quirks = items_at(tree, "quirks").iter().filter_map(quirk).collect();
    spec.notes = items_at(tree, "notes").iter().filter_map(note).collect();
}

fn quirk(tree: &Tree) -> Option<QuirkDecl> {
    let at = text_at(tree, "at")?;
    let sources = entries_at(tree, "sources").iter().map(|entry| (entry.key.clone(), one_or_more(&entry.value))).collect();
    Some(QuirkDecl {
        span: at.span,
        at,
        since: tree.get("since").and_then(docs::version),
        until: tree.get("until").and_then(docs::version),
        chosen: tree.get("chosen")?.clone(),
        rejected: tree.get("rejected")?.clone(),
        sources,
        why: text_at(tree, "why")?,
        date: text_at(tree, "date")?,
    })
}

fn one_or_more(tree: &Tree) -> Vec<String> {
    let all = if tree.items().is_empty() { std::slice::from_ref(tree) } else { tree.items() };
    all.iter().filter_map(Tree::text).map(String::from).collect()
}

fn note(tree: &Tree) -> Option<NoteDecl> {
    let claim = |tree: &Tree| Some((text_at(tree, "page")?.value, text_at(tree, "claim")?.value));
    Some(NoteDecl {
        topic: text_at(tree, "topic")?,
        says: items_at(tree, "says").iter().filter_map(claim).collect(),
        why: text_at(tree, "why"),
    })
}
