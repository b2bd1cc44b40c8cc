//! Versions of Graph, and what exists in which.

use super::{At, Text, Version};
use crate::parse::Span;

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
    /// Says that no source published anything about it.
    pub no_evidence: Option<Span>,
}

/// When an item exists.
#[derive(Clone, Debug, Default)]
pub struct Availability {
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

/// An attribute over the versions.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// In the newest version.
    pub newest: T,
    /// Before, oldest first.
    pub earlier: Vec<Tile<T>>,
    /// Where the newest ends, which is a mistake: nothing says what holds then.
    pub ends: Option<At<Version>>,
}

/// What an attribute was up to some version.
#[derive(Clone, Debug)]
pub struct Tile<T> {
    /// What held.
    pub is: T,
    /// The first version for which the next tile holds; nothing is a mistake.
    pub until: Option<At<Version>>,
    /// Where the tile is.
    pub span: Span,
}

impl<T> Versioned<T> {
    /// What never changed.
    pub fn always(newest: T) -> Self {
        Self { newest, earlier: Vec::new(), ends: None }
    }

    /// What holds in the versions, the newest first.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.newest).chain(self.earlier.iter().map(|tile| &tile.is))
    }

    /// The versions that it names.
    pub fn bounds(&self) -> impl Iterator<Item = &At<Version>> {
        self.earlier.iter().filter_map(|tile| tile.until.as_ref()).chain(&self.ends)
    }
}
