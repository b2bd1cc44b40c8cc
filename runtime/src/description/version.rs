//! A version of the Graph API, as a value.

use std::fmt;
use std::str::FromStr;

/// A version of the Graph API, major and minor number: `v23.0`. Versions compare as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16, pub u16);

impl Version {
    /// The version `v{major}.{minor}`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self(major, minor)
    }

    /// Digit by digit: it is part of every URL, and formatting numbers takes ten times as long.
    pub(crate) fn write(self, to: &mut impl fmt::Write) -> fmt::Result {
        fn number(value: u16, to: &mut impl fmt::Write) -> fmt::Result {
            if value >= 10 {
                number(value / 10, to)?;
            }
            to.write_char(char::from_digit(u32::from(value % 10), 10).unwrap_or_default())
        }
        to.write_char('v')?;
        number(self.0, to)?;
        to.write_char('.')?;
        number(self.1, to)
    }

    /// `self <= other`, in constants.
    pub(crate) const fn at_most(self, other: Self) -> bool {
        self.0 < other.0 || (self.0 == other.0 && self.1 <= other.1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

/// A text that is not a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseVersionError(String);

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a Graph API version: write a major and a minor number, such as v23.0", self.0)
    }
}

impl std::error::Error for ParseVersionError {}

/// From `v23.0` or `23.0`.
impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        let number = |digits: &str| {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|_| plain)
        };
        text.strip_prefix('v')
            .unwrap_or(text)
            .split_once('.')
            .and_then(|(major, minor)| Some(Self(number(major)?, number(minor)?)))
            .ok_or_else(|| ParseVersionError(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(Version::new(9, 0) < Version::new(10, 0));
        assert!(Version(9, 0).at_most(Version(10, 0)) && !Version(10, 0).at_most(Version(9, 1)));
    }

    #[test]
    fn versions_parse_what_they_print() {
        assert_eq!("v23.0".parse(), Ok(Version(23, 0)));
        assert_eq!("23.0".parse(), Ok(Version(23, 0)));
        assert_eq!(Version(23, 0).to_string(), "v23.0");
    }

    #[test]
    fn a_bad_version_says_how_to_write_one() {
        for text in ["", "v23", "v23.", "23.0.1", "v+23.0", "latest"] {
            let error = text.parse::<Version>().unwrap_err().to_string();
            assert!(error.ends_with("such as v23.0"), "{error}");
        }
    }
}
