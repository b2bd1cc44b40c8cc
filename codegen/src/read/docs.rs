//! What most items have: a description, a page, a presence.

use super::{is_set, text, text_at};
use crate::{
    ast::{At, Availability, Docs, End, Text, Version},
    language::scalar,
    parse::{Kind, Tree},
};

/// Description, page and presence of an item; the page is its own or the one above.
pub(super) fn docs(tree: &Tree, above: Option<&Text>) -> Docs {
    Docs { doc: doc(tree), page: page(tree, above), availability: availability(tree) }
}

/// A blank description counts as missing. What is not a mapping was reported as that; its description is not also reported as missing.
fn doc(tree: &Tree) -> Option<Text> {
    if let Kind::Map(_) = &tree.kind {
        text_at(tree, "doc").filter(|doc| !doc.trim().is_empty())
    } else {
        Some(At { value: String::new(), span: tree.span })
    }
}

/// The page of an item: its own, or the one above.
pub(super) fn page(tree: &Tree, above: Option<&Text>) -> Option<Text> {
    text_at(tree, "page").or_else(|| above.cloned())
}

fn availability(tree: &Tree) -> Availability {
    Availability {
        since: tree.get("since").and_then(version),
        deprecated: tree.get("deprecated").and_then(end),
        removed: tree.get("removed").and_then(end),
        back: tree.get("removed").and_then(|removed| removed.get("back")).and_then(version),
        gated: is_set(tree, "gated"),
    }
}

/// `v21.0`.
pub(super) fn version(tree: &Tree) -> Option<At<Version>> {
    let text = text(tree)?;
    Some(At { value: scalar::version(&text)?, span: text.span })
}

fn end(tree: &Tree) -> Option<End> {
    match version(tree) {
        Some(at) => Some(End { at, instead: None, on: None }),
        None => Some(End { at: version(tree.get("at")?)?, instead: text_at(tree, "instead"), on: text_at(tree, "on") }),
    }
}
