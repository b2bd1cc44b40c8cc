//! What a generator writes down about errors: plain data for constants.

use std::fmt;

/// A documented error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorInfo {
    /// Its Rust name: `RegistrationLimitReached`.
    pub name: &'static str,
    /// Its code, or the first of a range.
    pub code: u32,
    /// The last code of a range.
    pub code_end: Option<u32>,
    /// Its subcode, where that is part of the meaning.
    pub subcode: Option<u32>,
    /// Is it one of several meanings of these numbers? Then its title, in the user title, the message or the details, distinguishes it
    /// from the others.
    pub case: bool,
    /// Meta's title for it.
    pub title: Option<&'static str>,
    /// What it is about.
    pub category: ErrorCategory,
    /// What went wrong.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// When to try again.
    pub retry: RetryClass,
    /// The base of Graph's exponential backoff, where it asks for one: the nth pause, counted from 0, is at least this many seconds to the power of n.
    pub backoff_base: Option<u32>,
    /// Has the operation been carried out all the same, where the error proves it either way?
    pub executed: Option<bool>,
    /// Where it arrives.
    pub arrives: Arrival,
    /// Does the usage that Graph reports for business objects tell when the limit has capacity again? Not of a limit that is counted by something else.
    pub in_usage: bool,
    /// The page about it.
    pub page: &'static str,
}

impl ErrorInfo {
    /// An error of which nothing is known, to build on: `ErrorInfo { name: "…", code: 1, ..ErrorInfo::EMPTY }`.
    pub const EMPTY: Self = Self {
        name: "",
        code: 0,
        code_end: None,
        subcode: None,
        case: false,
        title: None,
        category: ErrorCategory::SERVER,
        cause: "",
        remedy: "",
        retry: RetryClass::None,
        backoff_base: None,
        executed: None,
        arrives: Arrival::Answer,
        in_usage: true,
        page: "",
    };
}

/// What an error is about, in the word that the API's description has for it. The list is open: the constants are the categories
/// that this crate goes by, and an API has more of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCategory(&'static str);

impl ErrorCategory {
    /// The access token or the app is not accepted.
    pub const AUTH: Self = Self("auth");
    /// The token lacks a permission.
    pub const PERMISSION: Self = Self("permission");
    /// A parameter is missing, malformed or names nothing.
    pub const PARAMETER: Self = Self("parameter");
    /// Calls come too fast, or there were too many of them.
    pub const THROTTLE: Self = Self("throttle");
    /// Graph failed, or is down.
    pub const SERVER: Self = Self("server");

    /// The category of this name.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ErrorCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for ErrorCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCategory({})", self.0)
    }
}

/// Where an error arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// In the answer to the call.
    #[default]
    Answer,
    /// In a webhook about the status of what was sent, after the call has succeeded.
    Status,
    /// In either.
    Both,
}

/// When a failed call may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryClass {
    /// Not as it is.
    None,
    /// Soon, with exponential backoff.
    Backoff,
    /// When a window has passed; earlier calls make it worse.
    AfterWindow,
    /// With another token.
    Reauth,
}

/// What an error means for one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorDoc {
    /// The error.
    pub error: &'static ErrorInfo,
    /// What went wrong when this operation answers with it.
    pub cause: &'static str,
    /// What to do then.
    pub remedy: &'static str,
}

impl ErrorDoc {
    /// An error that means to the operation what it means everywhere.
    pub const fn of(error: &'static ErrorInfo) -> Self {
        Self { error, cause: error.cause, remedy: error.remedy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_reads_as_its_name() {
        assert_eq!(format!("{:>6}|{:?}", ErrorCategory::AUTH, ErrorCategory::new("template")), "  auth|ErrorCategory(template)");
    }
}
