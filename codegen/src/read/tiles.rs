//! Attributes that changed: a list of tiles instead of a value.

use super::{docs, text};
use crate::{
    ast::{Narrowing, Tile, Versioned},
    parse::{Kind, Tree},
};

/// The attribute under a key; nothing if its newest value cannot be read, which was reported.
pub(super) fn versioned<T>(tree: &Tree, key: &str, read: impl Fn(&Tree) -> Option<T>) -> Option<Versioned<T>> {
    let value = tree.get(key)?;
    if !is_tiled(value) {
        return read(value).map(Versioned::always);
    }
    let (newest, before) = value.items().split_last()?;
    let until = |tile: &Tree| tile.get("until").and_then(docs::bound);
    let earlier = before.iter().filter_map(|tile| Some(Tile { is: read(tile.get("is")?)?, until: until(tile), span: tile.span }));
    Some(Versioned { newest: read(newest.get("is")?)?, earlier: earlier.collect(), ends: until(newest) })
}

/// `only` and `except`.
pub(super) fn narrowing(tree: &Tree) -> Narrowing {
    let values = |tree: &Tree| Some(tree.items().iter().filter_map(text).collect());
    Narrowing { only: versioned(tree, "only", values), except: versioned(tree, "except", values) }
}

/// A list of mappings with `is`; any other list is a value.
fn is_tiled(value: &Tree) -> bool {
    matches!(&value.kind, Kind::List(items) if items.iter().any(|tile| tile.get("is").is_some()))
}
