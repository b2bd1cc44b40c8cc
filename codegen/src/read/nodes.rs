//! nodes/*.yaml and the edges in separate files.

use super::{docs, entries_at, is_set, name, one_or_many, operations, surface, text_at, types};
use crate::{
    ast::{At, Docs, EdgeDecl, EdgeItemDecl, NodeDecl, Spec, Text, VerbSlot},
    diagnostic::{Code, Diagnostic},
    language::grammar::VERBS,
    parse::{Entry, Tree},
    read::{File, FileKind},
};

/// A node with the edges of its own file; nothing if the file does not say which node.
pub(super) fn node(file: &File) -> Option<NodeDecl> {
    let tree = &file.tree;
    let node = text_at(tree, "node")?;
    let docs = docs::docs(tree, None);
    let page = docs.page.clone();
    let mut decl = NodeDecl {
        short: text_at(tree, "short"),
        handle: text_at(tree, "handle"),
        root: is_set(tree, "root"),
        under: text_at(tree, "under"),
        text_id: tree.get("id").and_then(Tree::text) == Some("text"),
        areas: surface::areas(tree),
        host: text_at(tree, "host"),
        fields: types::fields(tree, "fields", page.as_ref()),
        slots: all_slots(tree, &node, page.as_ref()),
        edges: entries_at(tree, "edges").iter().map(|entry| edge(name(entry), &entry.value, &node, page.as_ref())).collect(),
        name: node,
        docs,
        file: file.id,
        is_stub: false,
    };
    let host = decl.host.clone();
    decl.slots.iter_mut().for_each(|slot| inherit(slot, host.as_ref()));
    decl.edges.iter_mut().for_each(|edge| edge_on(edge, host.as_ref()));
    Some(decl)
}

/// Adds the edge of a file to its node.
pub(super) fn attach_edge(file: &File, spec: &mut Spec, problems: &mut Vec<Diagnostic>) {
    let (Some(edge), Some(owner)) = (text_at(&file.tree, "edge"), text_at(&file.tree, "node")) else {
        return;
    };
    let position = spec.nodes.iter().position(|node| node.name.value == owner.value).unwrap_or_else(|| {
        spec.nodes.push(stub(owner.clone(), file));
        spec.nodes.len() - 1
    });
    if spec.nodes[position].is_stub {
        problems.push(
            Diagnostic::new(Code::UnknownNode, owner.span, format!("the edge `{edge}` belongs to a node that no file describes"))
                .label(format!("no file in nodes/ has `node: {owner}`"))
                .suggest(&owner, spec.nodes.iter().filter(|node| !node.is_stub).map(|node| node.name.as_str()))
                .help("describe the node in nodes/<node>.yaml, even if it has only an `id`")
                .absence_of([owner.as_str()]),
        );
    }
    let node = &mut spec.nodes[position];
    if let Some(first) = node.edges.iter().find(|other| other.name.value == edge.value) {
        problems.push(
            Diagnostic::new(Code::DuplicateKey, edge.span, format!("the edge `{edge}` of {owner} is described in two places"))
                .label("again")
                .related(first.name.span, "first here")
                .help("keep one of the two: in the node's file, or in a separate file"),
        );
        return;
    }
    let mut decl = self::edge(edge, &file.tree, &node.name, node.docs.page.as_ref());
    edge_on(&mut decl, node.host.as_ref());
    node.edges.push(decl);
}

/// A node that no file describes, so that its edges are looked at nevertheless. What is not known of it is not missed.
fn stub(name: Text, file: &File) -> NodeDecl {
    let docs = Docs { page: Some(name.clone()), doc: Some(name.clone()), ..Docs::default() };
    NodeDecl {
        short: None,
        handle: None,
        root: false,
        under: None,
        text_id: true,
        areas: Vec::new(),
        host: None,
        fields: Vec::new(),
        slots: Vec::new(),
        edges: Vec::new(),
        name,
        docs,
        file: file.id,
        is_stub: true,
    }
}

fn edge(name: Text, tree: &Tree, node: &str, above: Option<&Text>) -> EdgeDecl {
    let docs = docs::docs(tree, above);
    let base = format!("{node}.{name}");
    let slots = all_slots(tree, &base, docs.page.as_ref());
    EdgeDecl {
        item: tree.get("edge_item").and_then(|below| self::below(below, &base, docs.page.as_ref())),
        areas: surface::areas(tree),
        host: text_at(tree, "host"),
        handle: text_at(tree, "handle"),
        slots,
        name,
        docs,
    }
}

/// Gives the operations of an edge that name no host the edge's, or the node's.
fn edge_on(edge: &mut EdgeDecl, node: Option<&Text>) {
    let host = edge.host.clone().or_else(|| node.cloned());
    let below = edge.item.iter_mut().flat_map(|item| &mut item.slots);
    edge.slots.iter_mut().chain(below).for_each(|slot| inherit(slot, host.as_ref()));
}

fn inherit(slot: &mut VerbSlot, host: Option<&Text>) {
    if let Some(operation) = slot.operation.as_mut().filter(|operation| operation.host.is_none()) {
        operation.host = host.cloned();
    }
}

fn below(tree: &Tree, base: &str, above: Option<&Text>) -> Option<EdgeItemDecl> {
    let docs = docs::docs(tree, above);
    let path = one_or_many(tree.get("path")?);
    Some(EdgeItemDecl {
        ty: text_at(tree, "type").unwrap_or(At { value: "string".into(), span: tree.span }),
        path,
        span: tree.span,
        handle: text_at(tree, "handle"),
        slots: slots(tree, &format!("{base}.item"), docs.page.as_ref()),
        docs,
    })
}

/// The operations under the verbs, and those under names of their own.
fn all_slots(tree: &Tree, base: &str, page: Option<&Text>) -> Vec<VerbSlot> {
    let mut slots = slots(tree, base, page);
    slots.extend(entries_at(tree, "operations").iter().map(|entry| named(entry, base, page)));
    slots
}

/// The operations under the verbs.
fn slots(tree: &Tree, base: &str, page: Option<&Text>) -> Vec<VerbSlot> {
    VERBS
        .iter()
        .filter_map(|verb| tree.entries().iter().find(|entry| entry.key == *verb))
        .filter_map(|entry| slot(entry, base, page))
        .collect()
}

/// Every operation of a file as it is written, by its id: a quirk may be about any value within it.
pub(crate) fn operation_trees(file: &File) -> Vec<(String, &Tree)> {
    let text = |key: &str| file.tree.get(key).and_then(Tree::text).unwrap_or_default();
    let mut found = Vec::new();
    match file.kind {
        FileKind::Node => {
            found.extend(of_verbs(&file.tree, text("node")));
            found.extend(of_names(&file.tree, text("node")));
            for edge in entries_at(&file.tree, "edges") {
                of_edge(&edge.value, &format!("{}.{}", text("node"), edge.key), &mut found);
            }
        }
        FileKind::Edge => of_edge(&file.tree, &format!("{}.{}", text("node"), text("edge")), &mut found),
        _ => {}
    }
    found
}

fn of_edge<'t>(tree: &'t Tree, base: &str, found: &mut Vec<(String, &'t Tree)>) {
    found.extend(of_verbs(tree, base));
    found.extend(of_names(tree, base));
    if let Some(item) = tree.get("edge_item") {
        found.extend(of_verbs(item, &format!("{base}.item")));
    }
}

fn of_verbs<'t>(tree: &'t Tree, base: &str) -> impl Iterator<Item = (String, &'t Tree)> {
    let entries = tree.entries().iter().filter(|entry| VERBS.contains(&entry.key.as_str()) && !entry.value.entries().is_empty());
    entries.map(move |entry| (format!("{base}.{}", entry.key), &entry.value))
}

fn of_names<'t>(tree: &'t Tree, base: &str) -> impl Iterator<Item = (String, &'t Tree)> {
    entries_at(tree, "operations").iter().map(move |entry| (format!("{base}.{}", entry.key), &entry.value))
}

fn slot(entry: &Entry, base: &str, page: Option<&Text>) -> Option<VerbSlot> {
    let operation = if entry.value.text() == Some("unsupported") {
        None
    } else if entry.value.entries().is_empty() {
        return None;
    } else {
        Some(Box::new(operations::operation(&entry.value, entry.at, format!("{base}.{}", entry.key), page)))
    };
    Some(VerbSlot { name: name(entry), verb: entry.key.clone(), operation })
}

/// An operation under its own name.
fn named(entry: &Entry, base: &str, page: Option<&Text>) -> VerbSlot {
    let operation = operations::operation(&entry.value, entry.at, format!("{base}.{}", entry.key), page);
    let verb = text_at(&entry.value, "verb").map(|verb| verb.value).unwrap_or_default();
    VerbSlot { name: name(entry), verb, operation: Some(Box::new(operation)) }
}
