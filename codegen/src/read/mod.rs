//! From trees to the [`Spec`]: what matches the grammar is read, what does not was reported by the pass before.

mod catalogs;
mod coverage;
mod docs;
mod evidence;
mod examples;
mod files;
mod names;
mod nodes;
mod operations;
mod quirks;
mod slips;
mod structure;
mod surface;
mod tiles;
mod types;
mod webhooks;

pub(crate) use catalogs::UNREAD_CODE;
pub(crate) use files::{File, FileKind, parse as files};
pub(crate) use nodes::operation_trees;
pub(crate) use structure::check as structure;

use crate::{
    ast::{At, Spec, Text, Versioned},
    diagnostic::Diagnostic,
    parse::{Entry, Tree},
};

/// The spec that the files hold.
pub(crate) fn spec(files: &[File], problems: &mut Vec<Diagnostic>) -> Spec {
    let mut spec = Spec::default();
    spec.paths = files.iter().map(|file| (file.id, file.path.clone())).collect();
    for file in files {
        match file.kind {
            FileKind::Surface => spec.surface = Some(surface::surface(&file.tree)),
            FileKind::Versions => catalogs::versions(&file.tree, &mut spec, problems),
            FileKind::Permissions => spec.permissions = catalogs::permissions(&file.tree),
            FileKind::Errors => {
                spec.errors = catalogs::errors(&file.tree);
                spec.codes_as_subcodes = number_at(&file.tree, "codes_as_subcodes");
            }
            FileKind::Quirks => quirks::read(&file.tree, &mut spec),
            FileKind::Coverage => spec.left_out = Some(coverage::left_out(&file.tree)),
            FileKind::Evidence => spec.evidence.extend(evidence::source(file)),
            FileKind::Types => spec.types.extend(types::types(file)),
            FileKind::Webhooks => spec.webhooks = Some(webhooks::webhooks(file)),
            FileKind::Webhook => {
                spec.types.extend(types::types(file));
                spec.webhook_fields.extend(webhooks::webhook(file));
            }
            FileKind::Node => spec.nodes.extend(nodes::node(file)),
            FileKind::Edge => {}
        }
    }
    for file in files.iter().filter(|file| file.kind == FileKind::Edge) {
        nodes::attach_edge(file, &mut spec, problems);
    }
    spec.indexed()
}

/// The text of a scalar that is not null.
fn text(tree: &Tree) -> Option<Text> {
    let value = tree.text().filter(|_| !tree.is_null())?;
    Some(At { value: value.into(), span: tree.span })
}

/// The text under a key.
fn text_at(tree: &Tree, key: &str) -> Option<Text> {
    text(tree.get(key)?)
}

/// The strings of a list under a key.
fn texts_at(tree: &Tree, key: &str) -> Vec<Text> {
    tree.get(key).map(texts).unwrap_or_default()
}

fn texts(list: &Tree) -> Vec<Text> {
    list.items().iter().filter_map(text).collect()
}

/// A text, or a list of them.
fn one_or_many(tree: &Tree) -> Vec<Text> {
    text(tree).map_or_else(|| texts(tree), |one| vec![one])
}

/// Whether a key says `true`.
fn is_set(tree: &Tree, key: &str) -> bool {
    tree.get(key).and_then(Tree::bool) == Some(true)
}

/// A number under a key.
fn number_at(tree: &Tree, key: &str) -> Option<At<u32>> {
    whole(tree.get(key)?)
}

fn whole(tree: &Tree) -> Option<At<u32>> {
    Some(At { value: u32::try_from(tree.int()?).ok()?, span: tree.span })
}

/// The entries of the mapping under a key.
fn entries_at<'t>(tree: &'t Tree, key: &str) -> &'t [Entry] {
    tree.get(key).map_or(&[], Tree::entries)
}

/// The elements of the list under a key.
fn items_at<'t>(tree: &'t Tree, key: &str) -> &'t [Tree] {
    tree.get(key).map_or(&[], Tree::items)
}

/// The key of an entry as a name.
fn name(entry: &Entry) -> Text {
    At { value: entry.key.clone(), span: entry.at }
}

/// The type expression of an entry; a missing one was reported, and anything would match it.
fn type_of(entry: &Entry) -> Text {
    text_at(&entry.value, "type").unwrap_or_else(|| any(entry))
}

/// The type expression of an entry over the versions.
fn types_of(entry: &Entry) -> Versioned<Text> {
    tiles::versioned(&entry.value, "type", text).unwrap_or_else(|| Versioned::always(any(entry)))
}

fn any(entry: &Entry) -> Text {
    At { value: "json".into(), span: entry.at }
}
