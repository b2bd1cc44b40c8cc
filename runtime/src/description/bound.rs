//! Where something begins or ends: at a version, or on a day.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::description::version::Version;

/// A day of the calendar in UTC: year, month from 1, day of the month from 1. Days compare as dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u16, pub u8, pub u8);

impl Day {
    /// The day of a moment. Before 1970 it is 1970-01-01.
    pub fn of(time: SystemTime) -> Self {
        let days = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
        Self::after_1970(days)
    }

    /// The day before; none before 1970-01-01.
    #[must_use]
    pub fn before(self) -> Self {
        Self::after_1970(self.since_1970().saturating_sub(1))
    }

    /// The day after.
    #[must_use]
    pub fn after(self) -> Self {
        Self::after_1970(self.since_1970() + 1)
    }

    /// The date of a number of days after 1970-01-01. Years are counted from March on, so that the leap day is the last of its year.
    fn after_1970(days: u64) -> Self {
        // 719_468 days lie between 0000-03-01 and 1970-01-01; 146_097 are in the 400 years after which the calendar repeats.
        let days = days + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        Self(u16::try_from(year).unwrap_or(u16::MAX), small(month), small(day))
    }

    fn since_1970(self) -> u64 {
        let (month, day) = (u64::from(self.1), u64::from(self.2));
        let year = u64::from(self.0) - u64::from(month <= 2);
        let (era, year_of_era) = (year / 400, year % 400);
        let from_march = (month + 9) % 12;
        let day_of_year = (153 * from_march + 2) / 5 + day.saturating_sub(1);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * 146_097 + day_of_era).saturating_sub(719_468)
    }

    /// `self <= other`, in constants.
    pub(crate) const fn at_most(self, other: Self) -> bool {
        self.0 < other.0 || (self.0 == other.0 && (self.1 < other.1 || (self.1 == other.1 && self.2 <= other.2)))
    }
}

/// `2026-06-15`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0, self.1, self.2)
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

impl Bound {
    /// The first version, where there is one.
    pub const fn version(self) -> Option<Version> {
        match self {
            Self::Version(version) | Self::Either(version, _) => Some(version),
            Self::Day(_) => None,
        }
    }

    /// The day, where there is one.
    pub const fn day(self) -> Option<Day> {
        match self {
            Self::Day(day) | Self::Either(_, day) => Some(day),
            Self::Version(_) => None,
        }
    }

    /// "v21.0", "2026-06-15", "v26.0, and since 2026-10-27 in every version": what follows "since".
    pub(crate) fn since(self) -> String {
        match self {
            Self::Version(version) => version.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Either(version, day) => format!("{version}, and since {day} in every version"),
        }
    }

    /// From when on version `v` is past it.
    const fn passed(self, v: Version) -> Passed {
        match (self.version(), self.day()) {
            (Some(first), _) if first.at_most(v) => Passed::Always,
            (_, Some(day)) => Passed::From(day),
            (_, None) => Passed::Never,
        }
    }

    /// Is version `v` past it on that day?
    pub const fn is_reached(self, v: Version, day: Day) -> bool {
        match self.passed(v) {
            Passed::Always => true,
            Passed::From(from) => from.at_most(day),
            Passed::Never => false,
        }
    }

    /// Is version `v` past it on some day?
    pub(crate) const fn is_ever_reached(self, v: Version) -> bool {
        !matches!(self.passed(v), Passed::Never)
    }

    /// Does the day decide whether version `v` is past it?
    pub(crate) const fn is_dated(self, v: Version) -> bool {
        matches!(self.passed(v), Passed::From(_))
    }

    /// Is there a day on which version `v` is not past it?
    pub(crate) const fn is_after_some_day(self, v: Version) -> bool {
        !matches!(self.passed(v), Passed::Always)
    }

    /// Is version `v` past it at some time when it is not yet past `other`?
    pub(crate) const fn is_before(self, other: Self, v: Version) -> bool {
        match (self.passed(v), other.passed(v)) {
            (Passed::Never, _) | (_, Passed::Always) => false,
            (Passed::From(first), Passed::From(second)) => !second.at_most(first),
            (Passed::Always, _) | (_, Passed::Never) => true,
        }
    }
}

/// "in v21.0", "on 2026-06-15", "in v26.0 and on 2026-10-27 in every version".
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "in {version}"),
            Self::Day(day) => write!(f, "on {day}"),
            Self::Either(version, day) => write!(f, "in {version} and on {day} in every version"),
        }
    }
}

/// From when on a bound is passed in one version.
enum Passed {
    Always,
    From(Day),
    Never,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::encoding::date::unix_of_iso;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, day) in [
            ("1970-01-01", Day(1970, 1, 1)),
            ("2000-02-29", Day(2000, 2, 29)),
            ("2026-03-01", Day(2026, 3, 1)),
            ("2026-12-31", Day(2026, 12, 31)),
            ("2100-03-01", Day(2100, 3, 1)),
        ] {
            let unix = u64::try_from(unix_of_iso(text).unwrap()).unwrap();
            assert_eq!(Day::of(UNIX_EPOCH + Duration::from_secs(unix)), day);
            assert_eq!(Day::of(UNIX_EPOCH + Duration::from_secs(unix + 86_399)), day, "the last second");
            assert_eq!(day.to_string(), text);
            assert_eq!(day.since_1970() * 86_400, unix);
        }
    }

    #[test]
    fn days_follow_each_other() {
        let mut day = Day(1996, 1, 1);
        while day < Day(2105, 1, 1) {
            let next = day.after();
            assert!(next > day && next.before() == day, "{day} and {next}");
            day = next;
        }
        assert_eq!(Day(2024, 3, 1).before(), Day(2024, 2, 29));
        assert_eq!(Day(1970, 1, 1).before(), Day(1970, 1, 1));
    }

    #[test]
    fn a_bound_is_reached_at_the_version_or_on_the_day() {
        let both = Bound::Either(Version(26, 0), Day(2026, 10, 27));
        assert!(both.is_reached(Version(26, 0), Day(2026, 7, 29)));
        assert!(!both.is_reached(Version(25, 0), Day(2026, 10, 26)));
        assert!(both.is_reached(Version(25, 0), Day(2026, 10, 27)));
        assert!(both.is_ever_reached(Version(25, 0)) && !Bound::Version(Version(26, 0)).is_ever_reached(Version(25, 0)));
        assert_eq!(both.to_string(), "in v26.0 and on 2026-10-27 in every version");
    }
}
