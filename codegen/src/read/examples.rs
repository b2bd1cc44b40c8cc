//! Examples of operations.

use super::{docs, entries_at, items_at, name, text_at};
use crate::{
    ast::{At, ExampleDecl, ResponseDecl},
    parse::{Span, Tree},
};

/// An example; one without a title was reported.
pub(super) fn example(tree: &Tree) -> ExampleDecl {
    let top = tree.entries().first().map_or(tree.span, |entry| entry.at);
    ExampleDecl {
        span: top,
        title: text_at(tree, "title").unwrap_or(At { value: String::new(), span: Span { end: top.start, ..top } }),
        versions: items_at(tree, "versions").iter().filter_map(docs::version).collect(),
        why: text_at(tree, "why"),
        call: entries_at(tree, "call").iter().map(|entry| (name(entry), entry.value.clone())).collect(),
        request: text_at(tree, "request"),
        response: tree.get("response").and_then(response),
        error: text_at(tree, "error"),
        refused: text_at(tree, "refused"),
    }
}

fn response(tree: &Tree) -> Option<ResponseDecl> {
    let status = tree.get("status").and_then(Tree::int).and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
    Some(ResponseDecl { status, body: tree.get("body")?.clone() })
}
