//! types/*.yaml, and the fields of objects and nodes.

use super::{docs, entries_at, is_set, items_at, name, operations, text, text_at, texts_at, tiles, type_of, types_of};
use crate::{
    ast::{
        AlternativesDecl, ConstructorDecl, FieldDecl, ObjectDecl, Text, TypeDecl, TypeDefDecl, UnionDecl, UntaggedVariantDecl, ValueDecl,
        VariantDecl,
    },
    parse::{Entry, Tree},
    read::{File, FileKind},
};

/// The types of a file.
pub(super) fn types(file: &File) -> Vec<TypeDecl> {
    let page = text_at(&file.tree, "page");
    let stem = file.path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    entries_at(&file.tree, "types")
        .iter()
        .map(|entry| {
            let docs = docs::docs(&entry.value, page.as_ref());
            let def = def(&entry.value, docs.page.as_ref());
            let unexpected_keys =
                if matches!(def, Some(TypeDefDecl::Object(_)) | None) { Vec::new() } else { unexpected_keys(&entry.value) };
            TypeDecl { name: name(entry), def, unexpected_keys, docs, file: stem.into(), of_webhook: file.kind == FileKind::Webhook }
        })
        .collect()
}

fn def(tree: &Tree, page: Option<&Text>) -> Option<TypeDefDecl> {
    let said: Vec<&Entry> =
        tree.entries().iter().filter(|entry| matches!(entry.key.as_str(), "enum" | "object" | "union" | "untagged")).collect();
    let [entry] = said.as_slice() else { return None };
    Some(match entry.key.as_str() {
        "enum" => TypeDefDecl::Enum(values(tree, "enum", page)),
        "object" => TypeDefDecl::Object(object(tree, page)),
        "union" => TypeDefDecl::Union(union(entry, page)),
        _ => TypeDefDecl::Untagged(
            entries_at(tree, "untagged")
                .iter()
                .map(|entry| UntaggedVariantDecl { name: name(entry), docs: docs::docs(&entry.value, page), ty: type_of(entry) })
                .collect(),
        ),
    })
}

/// The keys that say how an object is constructed.
fn unexpected_keys(tree: &Tree) -> Vec<Text> {
    tree.entries()
        .iter()
        .filter(|entry| matches!(entry.key.as_str(), "args" | "constructors" | "from_text" | "rules" | "alternatives"))
        .map(name)
        .collect()
}

fn object(tree: &Tree, page: Option<&Text>) -> ObjectDecl {
    let new =
        tree.get("args").map(|args| ConstructorDecl { name: Text { value: "new".into(), span: args.span }, args: texts_at(tree, "args") });
    let named = entries_at(tree, "constructors")
        .iter()
        .map(|entry| ConstructorDecl { name: name(entry), args: entry.value.items().iter().filter_map(text).collect() });
    ObjectDecl {
        fields: fields(tree, "object", page),
        constructors: new.into_iter().chain(named).collect(),
        from_text: tree.get("from_text").filter(|tree| tree.bool() == Some(true)).map(|tree| tree.span),
        rules: items_at(tree, "rules").iter().flat_map(|tree| operations::rules(tree, page)).collect(),
        alternatives: tree.get("alternatives").and_then(|tree| {
            Some(AlternativesDecl { name: text_at(tree, "name")?, method: text_at(tree, "method")?, tag: text_at(tree, "tag")? })
        }),
    }
}

fn union(entry: &Entry, page: Option<&Text>) -> UnionDecl {
    let tree = &entry.value;
    let variant = |entry: &Entry| VariantDecl {
        tag: name(entry),
        docs: docs::docs(&entry.value, page),
        members: text_at(&entry.value, "members"),
        payload: text_at(&entry.value, "payload"),
        under: text_at(&entry.value, "under"),
        rust_name: text_at(&entry.value, "rust_name"),
    };
    UnionDecl {
        tag: text_at(tree, "tag").unwrap_or_else(|| Text { value: "type".into(), span: entry.at }),
        any_case: is_set(tree, "any_case"),
        from_text: text_at(tree, "from_text"),
        variants: entries_at(tree, "variants").iter().map(variant).collect(),
    }
}

/// The values of an enum under a key.
pub(super) fn values(tree: &Tree, key: &str, page: Option<&Text>) -> Vec<ValueDecl> {
    entries_at(tree, key)
        .iter()
        .map(|entry| ValueDecl { value: name(entry), docs: docs::docs(&entry.value, page), rust_name: text_at(&entry.value, "rust_name") })
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
        docs: docs::docs(tree, page),
        aliases: texts_at(tree, "aliases"),
        ty: types_of(entry),
        narrowing: tiles::narrowing(tree),
        always: is_set(tree, "always"),
        rare: is_set(tree, "rare"),
        secret: is_set(tree, "secret"),
        personal: is_set(tree, "personal"),
        selectable: tree.get("selectable").and_then(Tree::bool) != Some(false),
        spread: is_set(tree, "spread"),
        expands: text_at(tree, "expands"),
        constant: text_at(tree, "const"),
        rust_name: text_at(tree, "rust_name"),
    }
}
