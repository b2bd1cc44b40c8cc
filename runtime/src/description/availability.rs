//! When something is there: versions and days, as constants.

use crate::description::bound::{Bound, Day};
use crate::description::version::Version;

/// The versions that have something, and the days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability {
    /// From when on it is there; `None`: since before the oldest version that is known.
    pub since: Option<Bound>,
    /// From when on it is deprecated.
    pub deprecated: Option<Bound>,
    /// From when on it is gone.
    pub removed: Option<Bound>,
    /// From when on it is there once more, after it was removed.
    pub back: Option<Bound>,
    /// Does Meta say that the server enforces it? Only then is a call refused.
    pub gated: bool,
    /// What to use in its place.
    pub instead: Option<&'static str>,
}

impl Availability {
    /// In every version, on every day.
    pub const ALWAYS: Self = Self { since: None, deprecated: None, removed: None, back: None, gated: false, instead: None };

    /// Does version `v` have it, on some day at least?
    pub const fn contains(&self, v: Version) -> bool {
        let back = match self.back {
            Some(back) => back.is_ever_reached(v),
            None => false,
        };
        match (self.since, self.removed) {
            (None, None) => true,
            (Some(since), None) => since.is_ever_reached(v),
            (None, Some(removed)) => removed.is_after_some_day(v) || back,
            (Some(since), Some(removed)) => since.is_before(removed, v) || (since.is_ever_reached(v) && back),
        }
    }

    /// Does version `v` have it on that day?
    pub const fn contains_on(&self, v: Version, day: Day) -> bool {
        let begun = match self.since {
            Some(since) => since.is_reached(v, day),
            None => true,
        };
        let ended = match self.removed {
            Some(removed) => removed.is_reached(v, day),
            None => false,
        };
        let back = match self.back {
            Some(back) => back.is_reached(v, day),
            None => false,
        };
        begun && (!ended || back)
    }

    /// Does the day decide whether version `v` has it?
    pub(crate) fn is_dated(&self, v: Version) -> bool {
        [self.since, self.removed, self.back].into_iter().flatten().any(|bound| bound.is_dated(v))
    }

    /// Does version `v` have it, but deprecated, on some day at least?
    pub const fn is_deprecated(&self, v: Version) -> bool {
        match self.deprecated {
            Some(deprecated) => deprecated.is_ever_reached(v) && self.contains(v),
            None => false,
        }
    }

    /// Does version `v` have it on that day, but deprecated?
    pub const fn is_deprecated_on(&self, v: Version, day: Day) -> bool {
        match self.deprecated {
            Some(deprecated) => deprecated.is_reached(v, day) && self.contains_on(v, day),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_version_is_the_first_that_lacks_it() {
        let range = Availability {
            since: Some(Bound::Version(Version(20, 0))),
            removed: Some(Bound::Version(Version(22, 0))),
            ..Availability::ALWAYS
        };
        let has: Vec<_> = (19..=23).filter(|major| range.contains(Version(*major, 0))).collect();
        assert_eq!(has, [20, 21]);
        assert!(Availability::ALWAYS.contains(Version(1, 0)));
    }

    #[test]
    fn a_day_is_one_of_every_version() {
        let day = |day| Day(2026, 10, day);
        let range = Availability {
            since: Some(Bound::Version(Version(20, 0))),
            removed: Some(Bound::Either(Version(26, 0), day(27))),
            ..Availability::ALWAYS
        };
        let has = |major, day| range.contains_on(Version(major, 0), day);
        assert!(has(25, day(26)) && !has(25, day(27)) && !has(26, day(26)) && !has(19, day(26)));
        let ever: Vec<_> = (19..=27).filter(|major| range.contains(Version(*major, 0))).collect();
        assert_eq!(ever, (20..=25).collect::<Vec<_>>());
    }

    #[test]
    fn what_begins_after_it_ends_is_nowhere() {
        let range = Availability {
            since: Some(Bound::Day(Day(2026, 5, 1))),
            removed: Some(Bound::Either(Version(26, 0), Day(2026, 4, 1))),
            ..Availability::ALWAYS
        };
        assert!(!range.contains(Version(25, 0)) && !range.contains(Version(26, 0)));
        let back = Availability { back: Some(Bound::Version(Version(26, 0))), ..range };
        assert!(!back.contains(Version(25, 0)) && back.contains(Version(26, 0)));
    }
}
