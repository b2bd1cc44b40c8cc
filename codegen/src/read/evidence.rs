//! evidence/*.yaml.

use super::{entries_at, items_at, name, text, text_at, texts_at};
use crate::{
    ast::{EvidenceDecl, HabitDecl, NameDecl},
    parse::Tree,
    read::File,
};

/// A source of evidence; nothing if the file lacks what identifies it, which was reported.
pub(super) fn source(file: &File) -> Option<EvidenceDecl> {
    let tree = &file.tree;
    let names = entries_at(tree, "names").iter();
    Some(EvidenceDecl {
        name: file.path.trim_start_matches("evidence/").trim_end_matches(".yaml").into(),
        title: text_at(tree, "title")?,
        page: text_at(tree, "page")?,
        nodes: texts_at(tree, "nodes"),
        names: names.filter_map(|entry| Some(NameDecl { theirs: name(entry), ours: text_at(&entry.value, "is")? })).collect(),
        silences: habits(tree, "silences"),
        omissions: habits(tree, "omissions"),
    })
}

fn habits(tree: &Tree, key: &str) -> Vec<HabitDecl> {
    let habit = |tree: &Tree| {
        let one = tree.get("of").and_then(text);
        let of = one.map_or_else(|| texts_at(tree, "of"), |one| vec![one]);
        Some(HabitDecl { of, why: text_at(tree, "why")? })
    };
    items_at(tree, key).iter().filter_map(habit).collect()
}
