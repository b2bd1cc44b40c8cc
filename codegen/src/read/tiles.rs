//! Attributes that changed: a list of tiles instead of a value.

use super::item;
use crate::{
    ast::TileDecl,
    parse::{Kind, Tree},
};

/// The value of an attribute in the newest version: the last tile's, or the value itself.
pub(super) fn newest<'t>(tree: &'t Tree, key: &str) -> Option<&'t Tree> {
    let value = tree.get(key)?;
    if is_tiled(value) { value.items().last()?.get("is") } else { Some(value) }
}

/// Every tile of these attributes, each attribute's in the order of the file.
pub(super) fn tiles(tree: &Tree, keys: &[&'static str]) -> Vec<TileDecl> {
    let tiled = keys.iter().filter_map(|key| Some((*key, tree.get(key).filter(|value| is_tiled(value))?)));
    tiled
        .flat_map(|(attribute, value)| value.items().iter().map(move |tile| (attribute, tile)))
        .filter_map(|(attribute, tile)| {
            let is = tile.get("is")?.clone();
            Some(TileDecl { attribute, is, until: tile.get("until").and_then(item::version), span: tile.span })
        })
        .collect()
}

/// A list of mappings with `is`; any other list is a value.
fn is_tiled(value: &Tree) -> bool {
    matches!(&value.kind, Kind::List(items) if items.iter().any(|tile| tile.get("is").is_some()))
}
