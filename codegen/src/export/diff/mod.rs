//! What a caller has to know when moving from one version to another. Plain data; `docs/versions.md` explains it.

mod change;
mod operations;
mod reachability;
mod types;

pub use change::{Change, Kind, Release};

use crate::{
    model::{Api, Availability, Version},
    naming::Places,
};
use reachability::Reach;

/// Everything that differs between two versions.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The version that the caller moves from.
    pub from: Version,
    /// The version that the caller moves to.
    pub to: Version,
    /// What differs: first what breaks callers, then the rest, each by its place in the spec.
    pub changes: Vec<Change>,
}

impl Diff {
    /// How many changes break callers.
    pub fn breaking(&self) -> usize {
        self.changes.iter().filter(|change| change.breaking).count()
    }

    /// The release that the spec edits of all the changes needed together; nothing where nothing differs.
    pub fn release(&self) -> Option<Release> {
        self.changes.iter().map(|change| change.release).max()
    }
}

/// Compares two versions of the window; `from` may be the newer one.
pub fn diff(api: &Api, from: Version, to: Version) -> Diff {
    let step = Step { from, to, places: Places::of(api) };
    let mut changes = Vec::new();
    for operation in api.operations() {
        operations::compare(operation, &step, &mut changes);
    }
    types::compare(api, &step, &Reach::both(api, &step), &mut changes);
    changes.sort_by(|a, b| (!a.breaking, a.kind, &a.at).cmp(&(!b.breaking, b.kind, &b.at)));
    Diff { from, to, changes }
}

/// The move from one version to another.
struct Step {
    from: Version,
    to: Version,
    places: Places,
}

/// What happens to an item.
enum Fate {
    Added,
    Removed,
    Deprecated,
    Stays,
    Absent,
}

impl Step {
    fn fate(&self, availability: &Availability) -> Fate {
        let deprecated = |version: Version| availability.deprecated.is_some_and(|deprecated| version >= deprecated);
        match (availability.contains(self.from), availability.contains(self.to)) {
            (false, true) => Fate::Added,
            (true, false) => Fate::Removed,
            (true, true) if deprecated(self.to) && !deprecated(self.from) => Fate::Deprecated,
            (true, true) => Fate::Stays,
            (false, false) => Fate::Absent,
        }
    }

    /// Since when the item is as it is after the move: "gone since v22.0".
    fn story(&self, availability: &Availability, fate: &Fate) -> String {
        let went = availability.removed.filter(|removed| *removed <= self.to);
        match (fate, availability.since, availability.removed, availability.back, went) {
            (Fate::Added, _, Some(removed), Some(back), _) if back <= self.to => format!("gone from {removed} on, back since {back}"),
            (Fate::Added, Some(since), None, ..) => format!("first in {since}"),
            (Fate::Added, _, Some(removed), ..) => format!("gone since {removed}, so {} has it", self.to),
            (Fate::Removed, _, _, Some(back), Some(removed)) if back <= self.from => {
                format!("gone from {removed} on, back since {back} only")
            }
            (Fate::Removed, _, _, _, Some(removed)) => format!("gone since {removed}"),
            (Fate::Removed, Some(since), ..) => format!("first in {since}, so {} lacks it", self.to),
            (Fate::Deprecated, ..) => {
                availability.deprecated.map_or_else(|| "still there".into(), |deprecated| format!("since {deprecated}"))
            }
            _ => format!("in {} but not in {}", self.to, self.from),
        }
    }

    /// What to use once the item is removed or deprecated. What a newer version added has no substitute in an older one.
    fn instead(&self, availability: &Availability, fate: &Fate) -> Option<String> {
        let applies = match fate {
            Fate::Removed => availability.removed.is_some_and(|removed| removed <= self.to),
            Fate::Deprecated => true,
            _ => false,
        };
        availability.instead.clone().filter(|_| applies)
    }
}

#[cfg(test)]
mod tests;
