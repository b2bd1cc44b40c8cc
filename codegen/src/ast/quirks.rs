//! Where sources contradict each other.

use super::{At, Text, Version};
use crate::parse::{Span, Tree};

/// A recorded contradiction.
#[derive(Debug)]
pub struct QuirkDecl {
    /// Where it starts.
    pub span: Span,
    /// Where in the spec.
    pub at: Text,
    /// The first version that it is about; by default the oldest.
    pub since: Option<At<Version>>,
    /// The first version that it is no longer about.
    pub until: Option<At<Version>>,
    /// What the spec says.
    pub chosen: Tree,
    /// What another source says.
    pub rejected: Tree,
    /// Who says which.
    pub sources: Vec<(String, Vec<String>)>,
    /// Why.
    pub why: Text,
    /// When.
    pub date: Text,
}

impl QuirkDecl {
    /// Whether it is about a version.
    pub fn holds_at(&self, version: Version) -> bool {
        self.since.as_ref().is_none_or(|since| version >= since.value) && self.until.as_ref().is_none_or(|until| version < until.value)
    }
}

/// A contradiction without a place in the spec.
#[derive(Debug)]
pub struct NoteDecl {
    /// What it is about.
    pub topic: Text,
    /// Page and claim.
    pub says: Vec<(String, String)>,
    /// The conclusion.
    pub why: Option<Text>,
}
