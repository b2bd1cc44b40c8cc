//! Versions of Graph, and what exists in which.

use crate::language::version::Version;

/// A version of Graph.
#[derive(Clone, Debug)]
pub struct VersionInfo {
    /// Which.
    pub version: Version,
    /// ISO date.
    pub released: String,
    /// ISO date.
    pub expires: Option<String>,
    /// No longer served.
    pub retired: bool,
}

/// When an item exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Availability {
    /// The first version that has it; nothing: the oldest of the window has.
    pub since: Option<Version>,
    /// The first version that deprecates it.
    pub deprecated: Option<Version>,
    /// The first version that lacks it.
    pub removed: Option<Version>,
    /// The first version that has it again.
    pub back: Option<Version>,
    /// The server enforces it.
    pub gated: bool,
    /// What to use instead.
    pub instead: Option<String>,
    /// The day on which the deprecation or removal affected every version.
    pub on: Option<String>,
}

impl Availability {
    /// Whether a version has the item.
    pub fn contains(&self, version: Version) -> bool {
        let gone = self.removed.is_some_and(|removed| version >= removed) && self.back.is_none_or(|back| version < back);
        self.since.is_none_or(|since| version >= since) && !gone
    }
}

/// An attribute over the versions: its value in the newest, and its earlier values, oldest first, each up to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// In the newest version.
    pub newest: T,
    /// Before: the first version to which the next one applies, and the value until then.
    pub earlier: Vec<(Version, T)>,
}

impl<T> Versioned<T> {
    /// A value that never changed.
    pub fn always(newest: T) -> Self {
        Self { newest, earlier: Vec::new() }
    }

    /// The value in a version.
    pub fn at(&self, version: Version) -> &T {
        self.earlier.iter().find(|(until, _)| version < *until).map_or(&self.newest, |(_, is)| is)
    }

    /// Keeps only the value in a version.
    pub fn only(&mut self, version: Version)
    where
        T: Clone,
    {
        *self = Self::always(self.at(version).clone());
    }
}
