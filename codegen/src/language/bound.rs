//! Bounds: from which version, or from which day, something holds.

use std::fmt;

use super::{scalar, version::Version};

/// A day of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Day {
    /// Reads `2026-06-15`, a day that the calendar has.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').filter(|_| scalar::is_date(text));
        Some(Self { year: parts.next()?.parse().ok()?, month: parts.next()?.parse().ok()?, day: parts.next()?.parse().ok()? })
    }
}

impl Day {
    /// The day before.
    #[must_use]
    pub fn before(self) -> Self {
        let Self { year, month, day } = self;
        match (month, day) {
            (1, 1) => Self { year: year.saturating_sub(1), month: 12, day: 31 },
            (month, 1) => Self { year, month: month - 1, day: scalar::days(year, month - 1) },
            (month, day) => Self { year, month, day: day - 1 },
        }
    }

    /// The day after.
    #[must_use]
    pub fn after(self) -> Self {
        let Self { year, month, day } = self;
        match (month, day) {
            (12, 31) => Self { year: year + 1, month: 1, day: 1 },
            (month, day) if day >= scalar::days(year, month) => Self { year, month: month + 1, day: 1 },
            (month, day) => Self { year, month, day: day + 1 },
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Where something begins or ends: at a version, on a day in every version, or at whichever of the two comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// The first version.
    Version(Version),
    /// The day, in every version.
    Day(Day),
    /// The version at once, every other version on the day.
    Either(Version, Day),
}

/// From when on a bound is passed in one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passed {
    /// On every day.
    Always,
    /// From this day on.
    From(Day),
    /// On no day.
    Never,
}

/// What a spec is asked about: a version, and the day if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The version.
    pub version: Version,
    /// The day.
    pub day: When,
}

/// The day on which a spec is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Versions are compared, whatever the day: what has a version and a day goes by the version, and what has only a day has happened.
    AnyDay,
    /// This day.
    On(Day),
    /// After every day that the spec names.
    End,
}

/// The bounds between which something is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// From when on it is there; nothing: always was.
    pub since: Option<Bound>,
    /// From when on it is gone.
    pub removed: Option<Bound>,
    /// From when on it is there again.
    pub back: Option<Bound>,
}

impl Presence {
    /// Its bounds.
    pub fn bounds(self) -> impl Iterator<Item = Bound> {
        [self.since, self.removed, self.back].into_iter().flatten()
    }

    /// "since v21.0, removed on 2026-03-27".
    pub fn words(self) -> String {
        let since = self.since.map(|since| format!("since {}", since.since()));
        let removed = self.removed.map(|removed| format!("removed {}", removed.when()));
        let back = self.back.map(|back| format!("back {}", back.when()));
        let parts: Vec<String> = since.into_iter().chain(removed).chain(back).collect();
        if parts.is_empty() { "in every version".into() } else { parts.join(", ") }
    }

    /// Whether a version has it, on some day at least.
    pub fn contains(self, version: Version) -> bool {
        !self.days(version).is_empty()
    }

    /// The days on which a version has it: from the one of each pair up to the other.
    pub fn days(self, version: Version) -> Vec<(Passed, Passed)> {
        let passed = |bound: Option<Bound>, none: Passed| bound.map_or(none, |bound| bound.passed(version));
        let since = passed(self.since, Passed::Always);
        let (removed, back) = (passed(self.removed, Passed::Never), passed(self.back, Passed::Never));
        let again = (since.max(back), Passed::Never);
        [(since, removed), again].into_iter().filter(|(from, to)| from < to).collect()
    }

    /// Whether it is there at a moment.
    pub fn at(self, moment: Moment) -> bool {
        let reached = |bound: Option<Bound>| bound.is_some_and(|bound| bound.is_reached(moment));
        (self.since.is_none() || reached(self.since)) && (!reached(self.removed) || reached(self.back))
    }
}

impl Bound {
    /// Reads `v21.0` or `2026-06-15`.
    pub fn parse(text: &str) -> Option<Self> {
        scalar::version(text).map(Self::Version).or_else(|| Day::parse(text).map(Self::Day))
    }

    /// The first version, if the bound has one.
    pub fn version(self) -> Option<Version> {
        match self {
            Self::Version(version) | Self::Either(version, _) => Some(version),
            Self::Day(_) => None,
        }
    }

    /// The day, if the bound has one.
    pub fn day(self) -> Option<Day> {
        match self {
            Self::Day(day) | Self::Either(_, day) => Some(day),
            Self::Version(_) => None,
        }
    }

    /// From when on a version is past the bound.
    pub fn passed(self, version: Version) -> Passed {
        match (self.version(), self.day()) {
            (Some(first), _) if version >= first => Passed::Always,
            (_, Some(day)) => Passed::From(day),
            (_, None) => Passed::Never,
        }
    }

    /// Whether the moment is past the bound.
    pub fn is_reached(self, moment: Moment) -> bool {
        match (self.passed(moment.version), moment.day) {
            (Passed::Always, _) | (Passed::From(_), When::End) => true,
            (Passed::Never, _) => false,
            (Passed::From(_), When::AnyDay) => self.version().is_none(),
            (Passed::From(day), When::On(today)) => today >= day,
        }
    }

    /// As the keys of a mapping: `at: v26.0, on: 2026-10-27`.
    pub fn keys(self) -> String {
        let at = self.version().map(|version| format!("at: {version}"));
        let on = self.day().map(|day| format!("on: {day}"));
        at.into_iter().chain(on).collect::<Vec<_>>().join(", ")
    }

    /// "v21.0", "2026-06-15", "v26.0, and since 2026-10-27 in every version": what follows "since".
    pub fn since(self) -> String {
        match self {
            Self::Version(version) => version.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Either(version, day) => format!("{version}, and since {day} in every version"),
        }
    }

    /// "in v21.0", "on 2026-06-15", "in v26.0 and on 2026-10-27 in every version".
    pub fn when(self) -> String {
        match self {
            Self::Version(version) => format!("in {version}"),
            Self::Day(day) => format!("on {day}"),
            Self::Either(version, day) => format!("in {version} and on {day} in every version"),
        }
    }
}

/// "v21.0", "2026-06-15", "v26.0, or 2026-10-27 in every version".
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => version.fmt(f),
            Self::Day(day) => day.fmt(f),
            Self::Either(version, day) => write!(f, "{version}, or {day} in every version"),
        }
    }
}

impl Moment {
    /// A version on a day.
    pub fn on(version: Version, day: Day) -> Self {
        Self { version, day: When::On(day) }
    }

    /// A version after every day that the spec names.
    pub fn end(version: Version) -> Self {
        Self { version, day: When::End }
    }
}

impl From<Version> for Moment {
    fn from(version: Version) -> Self {
        Self { version, day: When::AnyDay }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Day, Moment, Passed};
    use crate::language::version::Version;

    const OLD: Version = Version(25, 0);
    const NEW: Version = Version(26, 0);

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap_or(Day { year: 0, month: 0, day: 0 })
    }

    #[test]
    fn days_are_read_as_they_are_printed_and_compare_as_dates() {
        assert_eq!(day("2026-06-15").to_string(), "2026-06-15");
        assert!(day("2026-06-15") < day("2026-10-01"));
        assert!(["2026-6-15", "2026-02-30", "v21.0", ""].iter().all(|text| Day::parse(text).is_none()));
    }

    #[test]
    fn days_follow_each_other() {
        for (one, next) in
            [("2024-02-28", "2024-02-29"), ("2023-02-28", "2023-03-01"), ("2025-12-31", "2026-01-01"), ("2026-06-14", "2026-06-15")]
        {
            assert_eq!((day(one).after(), day(next).before()), (day(next), day(one)));
        }
    }

    #[test]
    fn a_bound_is_reached_at_the_version_or_on_the_day() {
        let both = Bound::Either(NEW, day("2026-10-27"));
        assert_eq!((both.passed(NEW), both.passed(OLD)), (Passed::Always, Passed::From(day("2026-10-27"))));
        assert!(both.is_reached(Moment::on(NEW, day("2026-07-29"))));
        assert!(!both.is_reached(Moment::on(OLD, day("2026-10-26"))));
        assert!(both.is_reached(Moment::on(OLD, day("2026-10-27"))));
        assert!(both.is_reached(Moment::end(OLD)) && !both.is_reached(Moment::from(OLD)));
        assert_eq!(Bound::Version(NEW).passed(OLD), Passed::Never);
        assert!(Bound::Day(day("2026-10-27")).is_reached(Moment::from(OLD)));
    }

    #[test]
    fn a_bound_is_written_as_it_is_read() {
        assert_eq!(Bound::parse("v26.0"), Some(Bound::Version(NEW)));
        assert_eq!(Bound::parse("2026-10-27"), Some(Bound::Day(day("2026-10-27"))));
        assert_eq!(Bound::Either(NEW, day("2026-10-27")).keys(), "at: v26.0, on: 2026-10-27");
    }
}
