//! What is covered of a platform.

use super::Version;

/// The operations of a platform, each described or left out.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// What is known of the platform: title, page, and the version of the operations.
    pub sources: Vec<(String, String, Version)>,
    /// The operations, by node.
    pub rows: Vec<CoverageRow>,
}

/// An operation of a platform.
#[derive(Clone, Debug)]
pub struct CoverageRow {
    /// `Node/edge GET`.
    pub operation: String,
    /// The sources that have it, by their place in the list.
    pub known_from: Vec<usize>,
    /// Whether it is described or left out.
    pub here: Covered,
}

/// Whether an operation is described or left out.
#[derive(Clone, Debug)]
pub enum Covered {
    /// The operations with this `id`.
    As(Vec<String>),
    /// It was left out.
    LeftOut {
        /// Why.
        why: String,
        /// The page that has it, if no source does.
        page: Option<String>,
        /// The version or the day from which no one has it.
        removed: Option<String>,
    },
}
