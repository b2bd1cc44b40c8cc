//! Circles among the rooms of a folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crate::imports::{Crate, Import};

/// From and to, with what makes the arrow.
type Arrows<'c> = BTreeMap<(&'c str, &'c str), Vec<&'c Import>>;

impl Crate {
    /// Folders that have rooms, the crate's root first: each as a path of modules.
    pub fn folders(&self) -> BTreeSet<&[String]> {
        self.modules.iter().filter_map(|module| module.split_last()).map(|(_, folder)| folder).collect()
    }

    /// Whether a room has rooms itself.
    pub fn is_folder(&self, folder: &[String], room: &str) -> bool {
        self.modules.iter().any(|module| module.len() > folder.len() + 1 && module.starts_with(folder) && module[folder.len()] == room)
    }

    /// What the rooms of a folder import from one another. A file or folder is a room; `lib.rs` or `mod.rs` is the folder itself.
    fn arrows(&self, folder: &[String]) -> Arrows<'_> {
        let mut arrows = Arrows::new();
        for import in &self.imports {
            let room = |path: &'_ [String]| {
                let is_room = path.len() > folder.len() && path.starts_with(folder) && self.modules.contains(&path[..=folder.len()]);
                is_room.then_some(folder.len())
            };
            let (Some(from), Some(to)) = (room(&import.from), room(&import.to)) else { continue };
            let (from, to) = (import.from[from].as_str(), import.to[to].as_str());
            if from != to {
                arrows.entry((from, to)).or_default().push(import);
            }
        }
        arrows
    }

    /// The circles of a folder: for each the rooms in it and, arrow by arrow, what imports what.
    pub fn circles(&self, folder: &[String]) -> Vec<(Vec<&str>, String)> {
        let arrows = self.arrows(folder);
        let rooms: BTreeSet<&str> = arrows.keys().flat_map(|(from, to)| [*from, *to]).collect();
        let reached: BTreeMap<&str, BTreeSet<&str>> = rooms.iter().map(|room| (*room, reachable(&arrows, room))).collect();
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for room in &rooms {
            let circle: Vec<&str> = reached[room].iter().filter(|other| reached[*other].contains(room)).copied().collect();
            if circle.is_empty() || !seen.insert(circle.clone()) {
                continue;
            }
            let mut text = format!("{} import one another:\n", circle.join(", "));
            for ((from, to), imports) in &arrows {
                if circle.contains(from) && circle.contains(to) {
                    let _ = writeln!(text, "  {from} -> {to}");
                    for import in imports {
                        let _ = writeln!(text, "    {}:{}: crate::{}", import.file, import.line, import.to.join("::"));
                    }
                }
            }
            circles.push((circle, text));
        }
        circles
    }
}

/// The rooms that a room leads to, itself only if it is in a circle.
fn reachable<'c>(arrows: &Arrows<'c>, from: &str) -> BTreeSet<&'c str> {
    let next = |room: &str| arrows.keys().filter(move |(from, _)| *from == room).map(|(_, to)| *to).collect::<Vec<_>>();
    let (mut reached, mut open) = (BTreeSet::new(), next(from));
    while let Some(room) = open.pop() {
        if reached.insert(room) {
            open.extend(next(room));
        }
    }
    reached
}
