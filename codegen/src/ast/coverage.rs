//! What the spec covers of a platform.

use super::{Text, Version};
use crate::span::Span;

/// Operations that the spec leaves out.
#[derive(Debug)]
pub struct LeftOutDecl {
    /// Patterns of operations, `Node/edge GET`; `*` matches any characters.
    pub of: Vec<Text>,
    /// The page that has them, if no source of evidence does.
    pub page: Option<Text>,
    /// From when on no one has them.
    pub removed: Option<Text>,
    /// Why.
    pub why: Text,
}

/// The operations that a source of evidence has at the newest version that it is about.
#[derive(Debug)]
pub struct Published {
    /// The source, by its place in the list.
    pub source: usize,
    /// The version.
    pub version: Version,
    /// `Node/edge GET`, under the spec's name of the node, with the first line about it, and whether nothing but its name is known.
    pub operations: Vec<(String, Span, bool)>,
    /// What it had before, with the first line about it and the last version that has it.
    pub gone: Vec<(String, Span, Version)>,
}
