//! The documented errors and versions of an API.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::description::bound::Day;
use crate::description::error_info::ErrorInfo;
use crate::description::info::VersionInfo;
use crate::description::version::Version;
use crate::encoding::date::unix_of_iso;

/// What is documented about an API as a whole. A generator writes it once; a client carries it.
#[derive(Clone, Copy, Debug)]
pub struct ErrorCatalog {
    /// Every documented error, sorted by code and subcode.
    pub errors: &'static [&'static ErrorInfo],
    /// Every node, as Graph calls it.
    pub nodes: &'static [&'static str],
    /// Every known version, retired ones too.
    pub versions: &'static [VersionInfo],
    /// The newest day on which something of the API begins or ends, by what this catalog was made from. A clock that is before
    /// it is wrong, or tells of a time that was not written about: nothing is refused because of a day then.
    pub newest_day: Option<Day>,
    /// From which number on a code is also sent as the subcode of another code.
    pub codes_as_subcodes: Option<u32>,
}

impl ErrorCatalog {
    /// A catalog of nothing.
    pub const EMPTY: Self = Self { errors: &[], nodes: &[], versions: &[], newest_day: None, codes_as_subcodes: None };

    /// The documented error of a code and subcode: the pair, else a subcode that is a code itself, else the code alone, else a code that is documented
    /// as a subcode, else a range that holds the code.
    pub fn lookup(&self, code: u32, subcode: Option<u32>) -> Option<&'static ErrorInfo> {
        Some(self.by_numbers(code, subcode)?.0)
    }

    /// The documented error of a code and subcode, or the one of its cases that a text names, of texts the surest first.
    pub fn recognize(&self, code: u32, subcode: Option<u32>, texts: &[Option<&str>]) -> Option<&'static ErrorInfo> {
        let numbers = self.lookup(code, subcode)?;
        let named = || texts.iter().flatten().find_map(|text| self.case(numbers, text));
        Some(named().unwrap_or(numbers))
    }

    /// The case of a documented error that a text names; of several the one with the longest title.
    pub(crate) fn case(&self, numbers: &ErrorInfo, text: &str) -> Option<&'static ErrorInfo> {
        let same = |case: &&'static ErrorInfo| {
            case.case && (case.code, case.code_end, case.subcode) == (numbers.code, numbers.code_end, numbers.subcode)
        };
        let mut cases = self.errors.iter().copied().filter(same).peekable();
        cases.peek()?;
        let text = canonical(text);
        cases
            .filter(|case| case.title.is_some_and(|title| text.contains(&canonical(title))))
            .max_by_key(|case| case.title.map_or(0, str::len))
    }

    pub(crate) fn by_numbers(&self, code: u32, subcode: Option<u32>) -> Option<(&'static ErrorInfo, MatchedBy)> {
        let find = |fits: &dyn Fn(&ErrorInfo) -> bool| self.errors.iter().copied().find(|error| !error.case && fits(error));
        let single = |error: &ErrorInfo| error.code == code && error.code_end.is_none();
        let pair = find(&|error| single(error) && error.subcode.is_some() && error.subcode == subcode);
        let alone = || find(&|error| single(error) && error.subcode.is_none());
        let range = || find(&|error| error.code_end.is_some_and(|end| (error.code..=end).contains(&code)));
        let is_either = |number: u32| self.codes_as_subcodes.is_some_and(|from| number >= from);
        let subcode = || {
            let subcode = subcode.filter(|subcode| is_either(*subcode))?;
            find(&|error| error.code == subcode && error.code_end.is_none() && error.subcode.is_none())
        };
        let as_subcode = || find(&|error| is_either(code) && error.subcode == Some(code));
        let pair = pair.map(|error| (error, MatchedBy::Pair));
        pair.or_else(|| Some((subcode()?, MatchedBy::Subcode)))
            .or_else(|| Some((alone()?, MatchedBy::Code)))
            .or_else(|| Some((as_subcode()?, MatchedBy::Subcode)))
            .or_else(|| Some((range()?, MatchedBy::Range)))
    }

    /// The version that Graph will serve when `version` is asked for: an expired one is served as the oldest that can still be used.
    pub fn effective(&self, version: Version, now: SystemTime) -> Version {
        if self.expired(version, now).is_none() {
            return version;
        }
        let usable =
            self.versions.iter().map(|known| known.version).filter(|known| *known > version && self.expired(*known, now).is_none());
        usable.min().unwrap_or(version)
    }

    /// The day on which `version` stopped being served, if it has passed.
    pub(crate) fn expired(&self, version: Version, now: SystemTime) -> Option<&'static str> {
        let expires = self.versions.iter().find(|known| known.version == version)?.expires?;
        (end(expires)? <= now).then_some(expires)
    }

    /// When versions stop being served, and the day: what every call is asked, without reading dates for it.
    pub(crate) fn ends(&self) -> Vec<(Version, SystemTime, &'static str)> {
        let end = |day| Some((end(day)?, day));
        self.versions.iter().filter_map(|known| known.expires.and_then(end).map(|(end, day)| (known.version, end, day))).collect()
    }
}

/// Letter case and a full stop at the end are no part of a title.
fn canonical(text: &str) -> String {
    text.trim().trim_end_matches('.').to_lowercase()
}

/// When the day begins on which a version stops being served.
fn end(expires: &str) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(unix_of_iso(expires)?).ok()?))
}

/// What decided which documented error an answer is, from the surest to the vaguest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MatchedBy {
    /// Its numbers mean several things, and the user title names this one.
    UserTitle,
    /// Its numbers mean several things, and the message names this one.
    Message,
    /// Its numbers mean several things, and the details name this one.
    Details,
    /// Its numbers mean several things, and the message for users names this one.
    UserMessage,
    /// Its code and subcode.
    Pair,
    /// One number, which is documented as a code and came as a subcode, or the other way round.
    Subcode,
    /// Its code; the subcode is missing, or not documented.
    Code,
    /// The range that its code lies in.
    Range,
}

impl fmt::Display for MatchedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::UserTitle => "user title",
            Self::Message => "message",
            Self::Details => "details",
            Self::UserMessage => "user message",
            Self::Pair => "code and subcode",
            Self::Subcode => "subcode",
            Self::Code => "code",
            Self::Range => "range of codes",
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const fn error(name: &'static str, code: u32, subcode: Option<u32>) -> ErrorInfo {
        ErrorInfo { name, code, subcode, ..ErrorInfo::EMPTY }
    }

    pub(crate) static ERROR_CATALOG: ErrorCatalog = ErrorCatalog {
        errors: &[
            &error("Bare", 100, None),
            &error("Pair", 100, Some(33)),
            &ErrorInfo { case: true, title: Some("Cannot migrate phone number."), ..error("Case", 100, Some(33)) },
            &ErrorInfo { case: true, title: Some("Cannot migrate"), ..error("Shorter", 100, Some(33)) },
            &ErrorInfo { case: true, title: Some("Nonexisting field"), ..error("CaseOfBare", 100, None) },
            &ErrorInfo { code_end: Some(299), ..error("Range", 200, None) },
            &error("Inside", 250, None),
            &error("Own", 1_500, None),
            &error("Under", 100, Some(2_000)),
        ],
        nodes: &[],
        versions: &[
            VersionInfo { version: Version(19, 0), released: "2024-01-23", expires: Some("2026-05-21") },
            VersionInfo { version: Version(20, 0), released: "2024-05-21", expires: Some("2026-09-24") },
            VersionInfo { version: Version(21, 0), released: "2024-10-02", expires: Some("2027-01-21") },
            VersionInfo { version: Version(22, 0), released: "2025-01-21", expires: None },
        ],
        newest_day: None,
        codes_as_subcodes: Some(1_000),
    };

    fn name(code: u32, subcode: Option<u32>) -> Option<&'static str> {
        Some(ERROR_CATALOG.lookup(code, subcode)?.name)
    }

    #[test]
    fn numbers_mean_the_pair_then_the_code_then_the_range() {
        assert_eq!(name(100, Some(33)), Some("Pair"));
        assert_eq!(name(100, Some(1)), Some("Bare"));
        assert_eq!(name(100, None), Some("Bare"));
        assert_eq!(name(250, Some(33)), Some("Inside"));
        assert_eq!(name(299, Some(4)), Some("Range"));
        assert_eq!((name(199, None), name(300, None)), (None, None));
    }

    #[test]
    fn a_number_is_found_in_the_other_place_too() {
        assert_eq!(name(100, Some(1_500)), Some("Own"));
        assert_eq!(name(7, Some(1_500)), Some("Own"));
        assert_eq!(name(100, Some(2_000)), Some("Under"));
        assert_eq!(name(2_000, None), Some("Under"));
        assert_eq!(name(100, Some(250)), Some("Bare"), "a small subcode is none of the codes");
        assert_eq!(name(33, None), None);
        assert_eq!(ERROR_CATALOG.by_numbers(100, Some(1_500)).unwrap().1, MatchedBy::Subcode);
        assert_eq!(ERROR_CATALOG.by_numbers(2_000, None).unwrap().1, MatchedBy::Subcode);
    }

    #[test]
    fn an_expired_version_is_served_as_the_oldest_usable() {
        let day = |unix| UNIX_EPOCH + Duration::from_secs(unix);
        let (before, between, later) = (day(1_790_207_999), day(1_790_208_000), day(1_900_000_000));
        assert_eq!(ERROR_CATALOG.effective(Version(20, 0), before), Version(20, 0));
        assert_eq!(ERROR_CATALOG.effective(Version(19, 0), before), Version(20, 0));
        assert_eq!(ERROR_CATALOG.effective(Version(19, 0), between), Version(21, 0));
        assert_eq!(ERROR_CATALOG.effective(Version(19, 0), later), Version(22, 0));
        assert_eq!(ERROR_CATALOG.effective(Version(99, 0), later), Version(99, 0));
    }

    #[test]
    fn a_version_expires_on_its_day() {
        let day = |unix| UNIX_EPOCH + Duration::from_secs(unix);
        let version = Version(20, 0);
        assert_eq!(ERROR_CATALOG.expired(version, day(1_790_207_999)), None);
        assert_eq!(ERROR_CATALOG.expired(version, day(1_790_208_000)), Some("2026-09-24"));
        assert_eq!(ERROR_CATALOG.expired(Version(99, 0), day(1_790_208_000)), None);
    }
}
