//! types/*.yaml, and the fields of objects and nodes.

use super::{entries_at, is_set, item, name, text_at, texts_at, tiles, type_of};
use crate::{
    ast::{FieldDecl, Text, TypeDecl, TypeShape, ValueDecl},
    check::files::File,
    parse::{Entry, Tree},
};

/// The types of a file.
pub(super) fn types(file: &File) -> Vec<TypeDecl> {
    let page = text_at(&file.tree, "page");
    let stem = file.path.trim_start_matches("types/").trim_end_matches(".yaml");
    entries_at(&file.tree, "types")
        .iter()
        .map(|entry| {
            let item = item::item(&entry.value, page.as_ref());
            TypeDecl { name: name(entry), shape: shape(&entry.value, item.page.as_ref()), item, file: stem.into() }
        })
        .collect()
}

fn shape(tree: &Tree, page: Option<&Text>) -> Option<TypeShape> {
    match (tree.get("enum"), tree.get("object")) {
        (Some(_), None) => Some(TypeShape::Enum(values(tree, "enum", page))),
        (None, Some(_)) => Some(TypeShape::Object { fields: fields(tree, "object", page), args: texts_at(tree, "args") }),
        _ => None,
    }
}

/// The values of an enum under a key.
pub(super) fn values(tree: &Tree, key: &str, page: Option<&Text>) -> Vec<ValueDecl> {
    entries_at(tree, key)
        .iter()
        .map(|entry| ValueDecl { value: name(entry), item: item::item(&entry.value, page), name: text_at(&entry.value, "name") })
        .collect()
}

/// The fields under a key.
pub(super) fn fields(tree: &Tree, key: &str, page: Option<&Text>) -> Vec<FieldDecl> {
    entries_at(tree, key).iter().map(|entry| field(entry, page)).collect()
}

fn field(entry: &Entry, page: Option<&Text>) -> FieldDecl {
    let tree = &entry.value;
    FieldDecl {
        name: name(entry),
        item: item::item(tree, page),
        ty: type_of(entry),
        tiles: tiles::tiles(tree, &["type"]),
        always: is_set(tree, "always"),
        secret: is_set(tree, "secret"),
        selectable: tree.get("selectable").and_then(Tree::bool) != Some(false),
        rust: text_at(tree, "name"),
    }
}
