//! Where sources contradict each other.

use super::Text;
use crate::parse::{Span, Tree};

/// A recorded contradiction.
#[derive(Debug)]
pub struct QuirkDecl {
    /// Where it starts.
    pub span: Span,
    /// Where in the spec.
    pub at: Text,
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
