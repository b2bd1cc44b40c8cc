//! coverage.yaml.

use super::{items_at, text, text_at, texts_at};
use crate::{ast::LeftOutDecl, parse::Tree};

/// What the spec leaves out.
pub(super) fn left_out(tree: &Tree) -> Vec<LeftOutDecl> {
    let left_out = |tree: &Tree| {
        let one = tree.get("of").and_then(text);
        let of = one.map_or_else(|| texts_at(tree, "of"), |one| vec![one]);
        Some(LeftOutDecl { of, page: text_at(tree, "page"), removed: text_at(tree, "removed"), why: text_at(tree, "why")? })
    };
    items_at(tree, "left_out").iter().filter_map(left_out).collect()
}
