//! Versions of Graph, and what exists in which, and when.

use crate::language::{
    bound::{Bound, Moment, Presence},
    version::Version,
};

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
    /// Meta published no machine-readable file about it.
    pub no_evidence: bool,
    /// No one has compared the spec with Meta's changelog of it yet.
    pub unreviewed: bool,
}

/// When an item exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Availability {
    /// From when on; nothing: the oldest version of the window has it.
    pub since: Option<Bound>,
    /// From when on it is deprecated.
    pub deprecated: Option<Bound>,
    /// From when on it is gone.
    pub removed: Option<Bound>,
    /// From when on it is there again.
    pub back: Option<Bound>,
    /// The server enforces it.
    pub gated: bool,
    /// What to use instead.
    pub instead: Option<String>,
}

impl Availability {
    /// The bounds between which the item is there.
    pub fn presence(&self) -> Presence {
        Presence { since: self.since, removed: self.removed, back: self.back }
    }

    /// Whether a version has the item, on some day at least.
    pub fn contains(&self, version: Version) -> bool {
        self.presence().contains(version)
    }

    /// Whether the item is there at a moment.
    pub fn at(&self, moment: impl Into<Moment>) -> bool {
        self.presence().at(moment.into())
    }

    /// Whether it is deprecated at a moment, if it is there.
    pub fn is_deprecated(&self, moment: impl Into<Moment>) -> bool {
        let moment = moment.into();
        self.deprecated.is_some_and(|bound| bound.is_reached(moment))
    }
}

/// An attribute over versions and days: its newest value, and its earlier ones, oldest first, each up to a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// In the newest version, after every day.
    pub newest: T,
    /// Before: from when on the next one applies, and the value until then.
    pub earlier: Vec<(Bound, T)>,
}

impl<T> Versioned<T> {
    /// A value that never changed.
    pub fn always(newest: T) -> Self {
        Self { newest, earlier: Vec::new() }
    }

    /// The value at a moment.
    pub fn at(&self, moment: impl Into<Moment>) -> &T {
        let moment = moment.into();
        self.earlier.iter().find(|(until, _)| !until.is_reached(moment)).map_or(&self.newest, |(_, is)| is)
    }

    /// Keeps only the value in a version.
    pub fn only(&mut self, version: Version)
    where
        T: Clone,
    {
        *self = Self::always(self.at(version).clone());
    }
}

/// The values of a shared enum that a place takes or has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowing {
    /// Which, over versions and days.
    pub values: Versioned<Vec<String>>,
    /// Since when, and until when, the place takes those that it did not always take, or no longer takes.
    pub changes: Vec<(String, Availability)>,
}

impl Narrowing {
    /// The values at a moment.
    pub fn at(&self, moment: impl Into<Moment>) -> &[String] {
        self.values.at(moment)
    }
}
