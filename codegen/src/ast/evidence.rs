//! What is known of a source of evidence beside what it says.

use super::Text;

/// A source of evidence: how it names things, what it never says, and what the spec leaves out of it.
#[derive(Debug)]
pub struct EvidenceDecl {
    /// The name of its files, without the extension.
    pub name: String,
    /// As messages call it.
    pub title: Text,
    /// Where it is published; a quirk is about it whose sources name a page below.
    pub page: Text,
    /// Names of nodes, with `*`, whose operations are recorded whether or not the spec has the node.
    pub nodes: Vec<Text>,
    /// What it calls a node or type otherwise.
    pub names: Vec<NameDecl>,
    /// What it does not say, although it is so.
    pub silences: Vec<HabitDecl>,
    /// What it says, and the spec leaves out.
    pub omissions: Vec<HabitDecl>,
}

/// A name of a source.
#[derive(Debug)]
pub struct NameDecl {
    /// Theirs.
    pub theirs: Text,
    /// Ours.
    pub ours: Text,
}

/// Facts about which a source and the spec differ without contradicting each other.
#[derive(Debug)]
pub struct HabitDecl {
    /// Patterns of facts; `*` matches any characters.
    pub of: Vec<Text>,
    /// Why it is no contradiction.
    pub why: Text,
}

impl EvidenceDecl {
    /// What the spec calls something that the source calls by this name.
    pub fn known_as<'n>(&'n self, theirs: &'n str) -> &'n str {
        self.names.iter().find(|name| name.theirs.value == theirs).map_or(theirs, |name| name.ours.as_str())
    }
}
