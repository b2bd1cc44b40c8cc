//! Versions of Graph, and what exists in which.

use super::{At, Bound, Moment, Text, Version};
use crate::{language::bound::Presence, parse::Span};

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
    /// No one has compared the spec with Meta's changelog of it yet.
    pub unreviewed: bool,
}

/// When an item exists.
#[derive(Clone, Debug, Default)]
pub struct Availability {
    /// From when on it is there.
    pub since: Option<At<Bound>>,
    /// From when on it is deprecated.
    pub deprecated: Option<End>,
    /// From when on it is gone.
    pub removed: Option<End>,
    /// From when on it is there again.
    pub back: Option<At<Bound>>,
    /// Enforced by the server.
    pub gated: bool,
}

impl Availability {
    /// The bounds between which the item is there.
    pub fn presence(&self) -> Presence {
        Presence {
            since: self.since.as_ref().map(|since| since.value),
            removed: self.removed.as_ref().map(|removed| removed.at.value),
            back: self.back.as_ref().map(|back| back.value),
        }
    }

    /// Whether a version has the item, on some day at least.
    pub fn contains(&self, version: Version) -> bool {
        self.presence().contains(version)
    }

    /// The bounds that it names.
    pub fn bounds(&self) -> impl Iterator<Item = &At<Bound>> {
        let ends = [&self.deprecated, &self.removed].into_iter().flatten().map(|end| &end.at);
        self.since.iter().chain(ends).chain(&self.back)
    }
}

/// A deprecation or removal.
#[derive(Clone, Debug)]
pub struct End {
    /// From when on.
    pub at: At<Bound>,
    /// What to use instead.
    pub instead: Option<Text>,
}

/// An attribute over versions and days.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// In the newest version, after every day.
    pub newest: T,
    /// Before, oldest first.
    pub earlier: Vec<Tile<T>>,
    /// Where the newest ends, which is a mistake: nothing says what holds then.
    pub ends: Option<At<Bound>>,
}

/// The values of a shared enum that a place takes or has: these only, or all but these.
#[derive(Clone, Debug, Default)]
pub struct Narrowing {
    /// These only.
    pub only: Option<Versioned<Vec<Text>>>,
    /// All but these.
    pub except: Option<Versioned<Vec<Text>>>,
}

impl Narrowing {
    /// Whether the place takes a value at a moment.
    pub fn takes(&self, value: &str, moment: Moment) -> bool {
        let lists = |list: &Versioned<Vec<Text>>| list.at(moment).iter().any(|listed| listed.value == value);
        self.only.as_ref().is_none_or(lists) && !self.except.as_ref().is_some_and(lists)
    }

    /// Whether the place takes a value at any time.
    pub fn ever_takes(&self, value: &str) -> bool {
        let lists = |list: &Vec<Text>| list.iter().any(|listed| listed.value == value);
        self.only.as_ref().is_none_or(|only| only.all().any(lists)) && self.except.as_ref().is_none_or(|except| !except.all().all(lists))
    }

    /// The tiles of both.
    pub fn tiles(&self) -> impl Iterator<Item = (&'static str, &Versioned<Vec<Text>>)> {
        let (only, except) = (self.only.iter().map(|tiles| ("only", tiles)), self.except.iter().map(|tiles| ("except", tiles)));
        only.chain(except)
    }

    /// Since when, and until when, a place that changed takes a value; nothing if that never changed, or more often than presence can say.
    pub fn presence(&self, value: &str) -> Option<Presence> {
        let (key, tiles) = self.tiles().find(|(_, tiles)| !tiles.earlier.is_empty())?;
        let takes = |list: &Vec<Text>| list.iter().any(|listed| listed.value == value) == (key == "only");
        let mut changes: Vec<Bound> = Vec::new();
        let mut before = takes(&tiles.earlier.first()?.is);
        let first = before;
        let states = tiles.earlier.iter().skip(1).map(|tile| takes(&tile.is)).chain([takes(&tiles.newest)]);
        for (until, now) in tiles.earlier.iter().filter_map(|tile| tile.until.as_ref()).zip(states) {
            if now != before {
                changes.push(until.value);
                before = now;
            }
        }
        match (first, changes.as_slice()) {
            (false, [since]) => Some(Presence { since: Some(*since), ..Presence::default() }),
            (true, [removed]) => Some(Presence { removed: Some(*removed), ..Presence::default() }),
            (false, [since, removed]) => Some(Presence { since: Some(*since), removed: Some(*removed), back: None }),
            (true, [removed, back]) => Some(Presence { since: None, removed: Some(*removed), back: Some(*back) }),
            _ => None,
        }
    }
}

/// What an attribute was up to some version or day.
#[derive(Clone, Debug)]
pub struct Tile<T> {
    /// What held.
    pub is: T,
    /// From when on the next tile holds; nothing is a mistake.
    pub until: Option<At<Bound>>,
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

    /// What holds at a moment.
    pub fn at(&self, moment: Moment) -> &T {
        let holds = |until: &At<Bound>| !until.is_reached(moment);
        self.earlier.iter().find(|tile| tile.until.as_ref().is_some_and(holds)).map_or(&self.newest, |tile| &tile.is)
    }

    /// The bounds that it names.
    pub fn bounds(&self) -> impl Iterator<Item = &At<Bound>> {
        self.earlier.iter().filter_map(|tile| tile.until.as_ref()).chain(&self.ends)
    }
}
