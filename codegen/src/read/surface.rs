//! surface.yaml, and the areas of nodes and edges.

use super::{docs, entries_at, is_set, name, one_or_many, text_at, texts, texts_at};
use crate::{
    ast::{AreaDecl, At, DeclaredName, DoctestsDecl, HostDecl, SubjectDecl, SurfaceDecl, Text},
    parse::{Span, Tree},
};

/// The surface; what it lacks was reported.
pub(super) fn surface(tree: &Tree) -> SurfaceDecl {
    let missing = || At { value: String::new(), span: Span { end: tree.span.start, ..tree.span } };
    let page = text_at(tree, "page");
    SurfaceDecl {
        package: text_at(tree, "crate").unwrap_or_else(missing),
        title: text_at(tree, "title").unwrap_or_else(missing),
        docs: docs::docs(tree, None),
        keywords: texts_at(tree, "keywords"),
        examples: entries_at(tree, "examples").iter().map(|entry| (name(entry), texts(&entry.value))).collect(),
        base_url: text_at(tree, "base_url").unwrap_or_else(missing),
        hosts: entries_at(tree, "hosts")
            .iter()
            .map(|entry| HostDecl {
                name: name(entry),
                docs: docs::docs(&entry.value, page.as_ref()),
                url: text_at(&entry.value, "url").unwrap_or_else(missing),
                versioned: entry.value.get("versioned").and_then(Tree::bool) != Some(false),
            })
            .collect(),
        areas: entries_at(tree, "areas")
            .iter()
            .map(|entry| AreaDecl {
                name: name(entry),
                docs: docs::docs(&entry.value, page.as_ref()),
                essential: is_set(&entry.value, "essential"),
            })
            .collect(),
        categories: tree.get("categories").map(|_| declared(tree, "categories", page.as_ref())),
        subjects: entries_at(tree, "subjects")
            .iter()
            .map(|entry| SubjectDecl {
                name: name(entry),
                docs: docs::docs(&entry.value, page.as_ref()),
                spelling: text_at(&entry.value, "spelling"),
            })
            .collect(),
        doctests: tree.get("doctests").map(|doctests| DoctestsDecl { call: text_at(doctests, "call"), batch: texts_at(doctests, "batch") }),
    }
}

fn declared(tree: &Tree, key: &str, page: Option<&Text>) -> Vec<DeclaredName> {
    entries_at(tree, key).iter().map(|entry| DeclaredName { name: name(entry), docs: docs::docs(&entry.value, page) }).collect()
}

/// The areas of a node or an edge: one, or a list.
pub(super) fn areas(tree: &Tree) -> Vec<Text> {
    tree.get("area").map(one_or_many).unwrap_or_default()
}
