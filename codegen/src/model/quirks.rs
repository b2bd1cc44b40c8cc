//! Where sources contradict each other.

use super::Version;

/// A recorded contradiction.
#[derive(Clone, Debug)]
pub struct Quirk {
    /// Where in the spec.
    pub at: String,
    /// The first version that it is about, if not the oldest.
    pub since: Option<Version>,
    /// The first version that it is no longer about.
    pub until: Option<Version>,
    /// What the spec says.
    pub chosen: serde_json::Value,
    /// What another source says.
    pub rejected: serde_json::Value,
    /// Who says which.
    pub sources: Vec<(String, Vec<String>)>,
    /// Why.
    pub why: String,
    /// When.
    pub date: String,
}

/// A contradiction without a place in the spec.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it is about.
    pub topic: String,
    /// Page and claim.
    pub says: Vec<(String, String)>,
    /// The conclusion.
    pub why: String,
}
