//! The catalog of errors, and permissions.

use super::Availability;

/// An error of the catalog.
#[derive(Clone, Debug)]
pub struct ErrorInfo {
    /// The variant of `ErrorKind`.
    pub name: String,
    /// The code, or the first of a range.
    pub code: u32,
    /// The last of a range.
    pub code_end: Option<u32>,
    /// The subcode.
    pub subcode: Option<u32>,
    /// The error that has the same numbers, if it is one of its cases; its title distinguishes it.
    pub case_of: Option<String>,
    /// Other words that people search for.
    pub aliases: Vec<String>,
    /// Meta's title.
    pub title: Option<String>,
    /// The category.
    pub category: String,
    /// What went wrong.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// `none`, `backoff`, `after_window` or `reauth`.
    pub retry: String,
    /// The base of the exponential backoff: the nth pause, counted from 0, is at least this number of seconds to the power of n.
    pub backoff_base: Option<u32>,
    /// `Some(false)` if the answer proves that nothing was done.
    pub executed: Option<bool>,
    /// `answer`, `status` or `both`.
    pub arrives: String,
    /// Whether the usage that Graph reports for business objects says something of the limit.
    pub in_usage: bool,
    /// HTTP statuses, the most authoritative first.
    pub statuses: Vec<u16>,
    /// Its wording is not known.
    pub unverified: bool,
    /// Its page.
    pub page: String,
    /// Its presence.
    pub availability: Availability,
}

/// A permission.
#[derive(Clone, Debug)]
pub struct Permission {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its presence.
    pub availability: Availability,
}
