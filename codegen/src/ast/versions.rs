//! Versions of Graph, and what exists in which.

use super::{At, Text, Version};
use crate::parse::{Span, Tree};

/// A version of Graph.
#[derive(Debug)]
pub struct VersionDecl {
    /// Which.
    pub version: At<Version>,
    /// ISO date.
    pub released: Text,
    /// ISO date.
    pub expires: Option<Text>,
    /// No longer served.
    pub retired: bool,
}

/// When an item exists.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    /// The first version that has it.
    pub since: Option<At<Version>>,
    /// The first version that deprecates it.
    pub deprecated: Option<End>,
    /// The first version that lacks it.
    pub removed: Option<End>,
    /// The first version that has it again.
    pub back: Option<At<Version>>,
    /// Enforced by the server.
    pub gated: bool,
}

/// A deprecation or removal.
#[derive(Clone, Debug)]
pub struct End {
    /// The version.
    pub at: At<Version>,
    /// What to use instead.
    pub instead: Option<Text>,
    /// The day on which it affected every version.
    pub on: Option<Text>,
}

/// What an attribute is up to some version.
#[derive(Clone, Debug)]
pub struct TileDecl {
    /// The key of the attribute: `required`, `type`.
    pub attribute: &'static str,
    /// What holds.
    pub is: Tree,
    /// The first version to which the next tile applies; nothing for the last.
    pub until: Option<At<Version>>,
    /// Where the tile is.
    pub span: Span,
}
