//! The documented errors and versions of an API.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::meta::{ErrorMeta, VersionMeta};
use crate::timestamp::unix_of_iso;
use crate::version::Version;

/// What is documented about an API as a whole. A generator writes it once; a client carries it.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// Every documented error, sorted by code and subcode.
    pub errors: &'static [&'static ErrorMeta],
    /// Every known version, retired ones too.
    pub versions: &'static [VersionMeta],
}

impl Catalogue {
    /// A catalogue of nothing.
    pub const EMPTY: Self = Self { errors: &[], versions: &[] };

    /// The documented error that an answer means, most special first: one whose case the user title or the
    /// details name, one with this code and subcode, one with this code, one whose range holds the code.
    pub fn lookup(&self, code: u32, subcode: Option<u32>, title: Option<&str>, details: Option<&str>) -> Option<&'static ErrorMeta> {
        let find = |fits: &dyn Fn(&ErrorMeta) -> bool| self.errors.iter().copied().find(|error| fits(error));
        let plain = |error: &ErrorMeta| error.case.is_none() && error.code_end.is_none();
        let named = |case: &str| {
            title.is_some_and(|title| canonical(title) == canonical(case))
                || details.is_some_and(|details| canonical(details).contains(&canonical(case)))
        };
        find(&|error| error.code == code && (error.subcode.is_none() || error.subcode == subcode) && error.case.is_some_and(named))
            .or_else(|| find(&|error| error.code == code && error.subcode.is_some() && error.subcode == subcode && plain(error)))
            .or_else(|| find(&|error| error.code == code && error.subcode.is_none() && plain(error)))
            .or_else(|| find(&|error| error.code_end.is_some_and(|end| (error.code..=end).contains(&code))))
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
        let known = self.versions.iter().find(|known| known.version == version)?;
        let expires = known.expires?;
        let now = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let end = u64::try_from(unix_of_iso(expires)?).ok()?;
        (end <= now).then_some(expires)
    }
}

/// Letter case and a full stop at the end are no part of a title.
fn canonical(text: &str) -> String {
    text.trim().trim_end_matches('.').to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::meta::{Family, RetryClass};

    const fn error(name: &'static str, code: u32, subcode: Option<u32>) -> ErrorMeta {
        ErrorMeta {
            name,
            code,
            code_end: None,
            subcode,
            case: None,
            title: None,
            family: Family::Server,
            cause: "",
            remedy: "",
            retry: RetryClass::None,
            backoff_base: None,
            executed: None,
            page: "",
        }
    }

    static CATALOGUE: Catalogue = Catalogue {
        errors: &[
            &error("Bare", 100, None),
            &error("Pair", 100, Some(33)),
            &ErrorMeta { case: Some("Cannot migrate phone number."), ..error("Case", 100, Some(33)) },
            &ErrorMeta { code_end: Some(299), ..error("Range", 200, None) },
            &error("Inside", 250, None),
        ],
        versions: &[
            VersionMeta { version: Version(19, 0), released: "2024-01-23", expires: Some("2026-05-21") },
            VersionMeta { version: Version(20, 0), released: "2024-05-21", expires: Some("2026-09-24") },
            VersionMeta { version: Version(21, 0), released: "2024-10-02", expires: Some("2027-01-21") },
            VersionMeta { version: Version(22, 0), released: "2025-01-21", expires: None },
        ],
    };

    fn name(code: u32, subcode: Option<u32>, title: Option<&str>) -> Option<&'static str> {
        Some(CATALOGUE.lookup(code, subcode, title, None)?.name)
    }

    #[test]
    fn the_most_special_error_is_found() {
        assert_eq!(name(100, Some(33), Some("cannot migrate phone number")), Some("Case"));
        assert_eq!(name(100, Some(33), Some("Something else")), Some("Pair"));
        assert_eq!(name(100, Some(1), None), Some("Bare"));
        assert_eq!(name(250, None, None), Some("Inside"));
        assert_eq!(name(299, Some(4), None), Some("Range"));
        assert_eq!(name(300, None, None), None);
        let details = Some("Sorry: cannot migrate phone number. Try later.");
        let found = CATALOGUE.lookup(100, Some(33), None, details).unwrap();
        assert_eq!(found.name, "Case");
    }

    #[test]
    fn an_expired_version_is_served_as_the_oldest_usable() {
        let day = |unix| UNIX_EPOCH + Duration::from_secs(unix);
        let (before, between, later) = (day(1_790_207_999), day(1_790_208_000), day(1_900_000_000));
        assert_eq!(CATALOGUE.effective(Version(20, 0), before), Version(20, 0));
        assert_eq!(CATALOGUE.effective(Version(19, 0), before), Version(20, 0));
        assert_eq!(CATALOGUE.effective(Version(19, 0), between), Version(21, 0));
        assert_eq!(CATALOGUE.effective(Version(19, 0), later), Version(22, 0));
        assert_eq!(CATALOGUE.effective(Version(99, 0), later), Version(99, 0));
    }

    #[test]
    fn a_version_expires_on_its_day() {
        let day = |unix| UNIX_EPOCH + Duration::from_secs(unix);
        let version = Version(20, 0);
        assert_eq!(CATALOGUE.expired(version, day(1_790_207_999)), None);
        assert_eq!(CATALOGUE.expired(version, day(1_790_208_000)), Some("2026-09-24"));
        assert_eq!(CATALOGUE.expired(Version(99, 0), day(1_790_208_000)), None);
    }
}
