//! What a caller has to know when moving from one version to another, and what changed under their feet between two days. Plain data;
//! `docs/versions.md` explains it.

mod catalogs;
mod change;
mod operations;
mod reachability;
mod substitutes;
mod types;

use std::fmt;

pub use change::{Change, Kind, Release};

use crate::{
    model::{Api, Availability, Day, Moment, Version, When},
    naming::Places,
};
use reachability::Reach;

/// Everything that differs between two versions, two days, or two versions on two days.
#[derive(Clone, Debug)]
pub struct Diff {
    /// Where the caller was.
    pub from: Side,
    /// Where the caller is then.
    pub to: Side,
    /// What differs: first what breaks callers, then the rest, each by its place in the spec.
    pub changes: Vec<Change>,
}

/// One side of a comparison: a version, a day, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The version; nothing: each of the window, compared with itself.
    pub version: Option<Version>,
    /// The day; nothing: versions alone are compared.
    pub day: Option<Day>,
}

impl From<Moment> for Side {
    fn from(moment: Moment) -> Self {
        let day = if let When::On(day) = moment.day { Some(day) } else { None };
        Self { version: Some(moment.version), day }
    }
}

/// "v22.0", "2026-06-01", "v22.0 on 2026-06-01".
impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.version, self.day) {
            (Some(version), Some(day)) => write!(f, "{version} on {day}"),
            (Some(version), None) => version.fmt(f),
            (None, Some(day)) => day.fmt(f),
            (None, None) => f.write_str("any version"),
        }
    }
}

impl Diff {
    /// How many changes break callers.
    pub fn breaking(&self) -> usize {
        self.changes.iter().filter(|change| change.breaking).count()
    }

    /// How many changes announce an end and break no caller yet.
    pub fn deprecations(&self) -> usize {
        self.changes.iter().filter(|change| change.kind.is_deprecation() && !change.kind.is_of_errors()).count()
    }

    /// The versions after the older side, up to the newer, that no one has compared with Meta's changelog: what they change may be missing.
    pub fn unreviewed(&self, api: &Api) -> Vec<Version> {
        let (Some(from), Some(to)) = (self.from.version, self.to.version) else { return Vec::new() };
        let (older, newer) = (from.min(to), from.max(to));
        let is_between = |version: Version| older < version && version <= newer;
        api.versions.iter().filter(|info| info.unreviewed && is_between(info.version)).map(|info| info.version).collect()
    }

    /// The release that the spec edits of all the changes needed together; nothing where nothing differs.
    pub fn release(&self) -> Option<Release> {
        self.changes.iter().map(|change| change.release).max()
    }
}

/// Compares two versions of the window, each on a day if both have one; `from` may be the newer one. Without days, what changed in every
/// version on a day is on both sides, and what changed in a version at once goes by the version.
pub fn diff(api: &Api, from: impl Into<Moment>, to: impl Into<Moment>) -> Diff {
    let (from, to) = (from.into(), to.into());
    let step = Step { from, to, places: Places::of(api) };
    let mut changes = Vec::new();
    for operation in api.operations() {
        operations::compare(api, operation, &step, &mut changes);
    }
    types::compare(api, &step, &Reach::both(api, &step), &mut changes);
    catalogs::compare(api, &step, &mut changes);
    substitutes::find(api, &step.places, &mut changes);
    sort(&mut changes);
    Diff { from: from.into(), to: to.into(), changes }
}

/// What changed between two days for callers who stayed with their version, whichever it is. A change of some versions alone names them.
pub fn diff_days(api: &Api, from: Day, to: Day) -> Diff {
    let mut changes: Vec<Change> = Vec::new();
    for version in api.window() {
        for change in diff(api, Moment::on(version, from), Moment::on(version, to)).changes {
            let is_it = |known: &&mut Change| Change { versions: Vec::new(), ..(*known).clone() } == change;
            match changes.iter_mut().find(is_it) {
                Some(known) => known.versions.push(version),
                None => changes.push(Change { versions: vec![version], ..change }),
            }
        }
    }
    let window = api.window().count();
    for change in changes.iter_mut().filter(|change| change.versions.len() == window) {
        change.versions.clear();
    }
    sort(&mut changes);
    let side = |day| Side { version: None, day: Some(day) };
    Diff { from: side(from), to: side(to), changes }
}

fn sort(changes: &mut [Change]) {
    changes.sort_by(|a, b| (!a.breaking, a.kind, &a.at, &a.versions).cmp(&(!b.breaking, b.kind, &b.at, &b.versions)));
}

/// The move from one moment to another.
struct Step {
    from: Moment,
    to: Moment,
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
        match (availability.at(self.from), availability.at(self.to)) {
            (false, true) => Fate::Added,
            (true, false) => Fate::Removed,
            (true, true) if availability.is_deprecated(self.to) && !availability.is_deprecated(self.from) => Fate::Deprecated,
            (true, true) => Fate::Stays,
            (false, false) => Fate::Absent,
        }
    }

    /// A side, named by what differs.
    fn name(&self, moment: Moment) -> String {
        match moment.day {
            When::On(day) if self.from.version == self.to.version => day.to_string(),
            _ => moment.version.to_string(),
        }
    }

    /// Since when the item is as it is after the move: "gone since v22.0".
    fn story(&self, availability: &Availability, fate: &Fate) -> String {
        let went = availability.removed.filter(|removed| removed.is_reached(self.to));
        match (fate, availability.since, availability.removed, availability.back, went) {
            (Fate::Added, _, Some(removed), Some(back), _) if back.is_reached(self.to) => {
                format!("gone from {removed} on, back since {}", back.since())
            }
            (Fate::Added, Some(since), None, ..) => format!("first {}", since.when()),
            (Fate::Added, Some(since), Some(_), _, None) if !since.is_reached(self.from) => format!("first {}", since.when()),
            (Fate::Added, _, Some(removed), ..) => format!("gone since {}, so {} has it", removed.since(), self.name(self.to)),
            (Fate::Removed, _, _, Some(back), Some(removed)) if back.is_reached(self.from) => {
                format!("gone from {removed} on, back since {} only", back.since())
            }
            (Fate::Removed, _, _, _, Some(removed)) => format!("gone since {}", removed.since()),
            (Fate::Removed, Some(since), ..) => format!("first {}, so {} lacks it", since.when(), self.name(self.to)),
            (Fate::Deprecated, ..) => {
                availability.deprecated.map_or_else(|| "still there".into(), |deprecated| format!("since {}", deprecated.since()))
            }
            _ => format!("in {} but not in {}", self.name(self.to), self.name(self.from)),
        }
    }

    /// What to use once the item is removed or deprecated. What a newer version added has no substitute in an older one.
    fn instead(&self, availability: &Availability, fate: &Fate) -> Option<String> {
        let applies = match fate {
            Fate::Removed => availability.removed.is_some_and(|removed| removed.is_reached(self.to)),
            Fate::Deprecated => true,
            _ => false,
        };
        availability.instead.clone().filter(|_| applies)
    }
}

#[cfg(test)]
mod tests;
