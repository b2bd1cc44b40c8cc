//! What most items have: a description, a page, a presence.

use super::{is_set, text, text_at};
use crate::{
    ast::{At, Availability, Bound, Day, Docs, End, Text, Version},
    language::scalar,
    parse::{Kind, Tree},
};

/// Description, page and presence of an item; the page is its own or the one above.
pub(super) fn docs(tree: &Tree, above: Option<&Text>) -> Docs {
    Docs { doc: doc(tree), page: page(tree, above), availability: availability(tree) }
}

/// A blank description counts as missing. What is not a mapping was reported as that; its description is not also reported as missing.
fn doc(tree: &Tree) -> Option<Text> {
    // A list of descriptions was reported as that.
    let is_read = tree.get("doc").is_none_or(|doc| matches!(doc.kind, Kind::Scalar { .. }));
    if let (Kind::Map(_), true) = (&tree.kind, is_read) {
        text_at(tree, "doc").filter(|doc| !doc.trim().is_empty())
    } else {
        Some(At { value: String::new(), span: tree.span })
    }
}

/// The page of an item: its own, or the one above.
pub(super) fn page(tree: &Tree, above: Option<&Text>) -> Option<Text> {
    text_at(tree, "page").or_else(|| above.cloned())
}

/// Since when, and until when, an item is there.
pub(super) fn availability(tree: &Tree) -> Availability {
    Availability {
        since: tree.get("since").and_then(bound),
        deprecated: tree.get("deprecated").and_then(end),
        removed: tree.get("removed").and_then(end),
        back: tree.get("removed").and_then(|removed| removed.get("back")).and_then(bound),
        gated: is_set(tree, "gated"),
    }
}

/// `v21.0`.
pub(super) fn version(tree: &Tree) -> Option<At<Version>> {
    let text = text(tree)?;
    Some(At { value: scalar::version(&text)?, span: text.span })
}

/// A version, a day, or a mapping with `at`, `on` or both; its place is that of the first. One with neither was reported.
pub(super) fn bound(tree: &Tree) -> Option<At<Bound>> {
    if let Some(text) = text(tree) {
        return Some(At { value: Bound::parse(&text)?, span: text.span });
    }
    let at = tree.get("at").and_then(version);
    let on = text_at(tree, "on").and_then(|on| Some(At { value: Day::parse(&on)?, span: on.span }));
    match (at, on) {
        (Some(at), Some(on)) => Some(At { value: Bound::Either(at.value, on.value), span: at.span }),
        (Some(at), None) => Some(At { value: Bound::Version(at.value), span: at.span }),
        (None, Some(on)) => Some(At { value: Bound::Day(on.value), span: on.span }),
        (None, None) => None,
    }
}

fn end(tree: &Tree) -> Option<End> {
    Some(End { at: bound(tree)?, instead: text_at(tree, "instead") })
}
