//! Where in the files the parts of a spec are.

use crate::parse::{self, Entry, Sources, Tree};

/// A part of a file.
pub(super) struct Place {
    /// The file, below the spec's folder.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
    tree: Tree,
    keys: Vec<String>,
}

impl Place {
    /// The tree of the part.
    pub(super) fn tree(&self) -> Option<&Tree> {
        self.keys.iter().try_fold(&self.tree, |tree, key| tree.get(key))
    }

    /// A key of the part.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.tree()?.entries().iter().find(|entry| entry.key == key)
    }

    /// The whole file.
    pub(super) fn file(&self) -> &Tree {
        &self.tree
    }
}

/// A file that some test of its tree chooses, and the part of it below some keys.
fn find(sources: &Sources, folder: &str, name: &str, chosen: impl Fn(&Tree) -> Option<Vec<String>>) -> Option<Place> {
    // To look for the name in the text first spares parsing most files.
    let files = sources.iter().filter(|(_, source)| source.path.starts_with(folder) && source.text.contains(name));
    files.into_iter().find_map(|(id, source)| {
        let tree = parse::tree(id, source, &mut Vec::new())?;
        let keys = chosen(&tree)?;
        let place = Place { path: source.path.clone(), text: source.text.clone(), tree, keys };
        place.tree().is_some().then_some(place)
    })
}

fn says(tree: &Tree, key: &str, value: &str) -> bool {
    tree.get(key).and_then(Tree::text) == Some(value)
}

/// A shared type.
pub(super) fn shared_type(sources: &Sources, name: &str) -> Option<Place> {
    find(sources, "types/", name, |tree| tree.get("types")?.get(name).map(|_| vec!["types".into(), name.into()]))
}

/// A node's file.
pub(super) fn node(sources: &Sources, name: &str) -> Option<Place> {
    find(sources, "nodes/", name, |tree| (says(tree, "node", name) && tree.get("edge").is_none()).then(Vec::new))
}

/// An edge, in a file of its own or in that of its node.
pub(super) fn edge(sources: &Sources, node: &str, edge: &str) -> Option<Place> {
    find(sources, "nodes/", edge, |tree| {
        if !says(tree, "node", node) {
            return None;
        }
        if says(tree, "edge", edge) {
            return Some(Vec::new());
        }
        tree.get("edges")?.get(edge).map(|_| vec!["edges".into(), edge.into()])
    })
}

/// An operation by its id.
pub(super) fn operation(sources: &Sources, id: &str) -> Option<Place> {
    let names: Vec<&str> = id.split('.').collect();
    let (mut place, keys): (Place, Vec<&str>) = match names.as_slice() {
        [node, verb] => (self::node(sources, node)?, vec![verb]),
        [node, edge, "item", verb] => (self::edge(sources, node, edge)?, vec!["edge_item", verb]),
        [node, edge, name] => (self::edge(sources, node, edge)?, vec![name]),
        _ => return None,
    };
    let depth = place.keys.len();
    place.keys.extend(keys.iter().map(|key| (*key).to_owned()));
    if place.tree().is_none() {
        // A further operation on the path of another.
        place.keys.insert(depth, "operations".into());
    }
    place.tree().is_some().then_some(place)
}
