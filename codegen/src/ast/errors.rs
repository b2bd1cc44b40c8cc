//! The catalog of errors, and permissions.

use super::{At, Availability, Docs, Text};

/// A permission.
#[derive(Debug)]
pub struct PermissionDecl {
    /// Its name.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
}

/// An error of the catalog.
#[derive(Debug)]
pub struct ErrorDecl {
    /// The variant of `ErrorKind`.
    pub name: Text,
    /// The first code and, for a range, the last.
    pub code: At<(u32, Option<u32>)>,
    /// The subcode.
    pub subcode: Option<At<u32>>,
    /// The error that has the same numbers, for one of its cases.
    pub case_of: Option<Text>,
    /// Meta's title.
    pub title: Option<Text>,
    /// The category.
    pub category: Text,
    /// Other words that people search for.
    pub aliases: Vec<Text>,
    /// What went wrong.
    pub cause: Option<Text>,
    /// What to do.
    pub remedy: Option<Text>,
    /// Whether a retry can help.
    pub retry: Option<Text>,
    /// The base of the exponential backoff.
    pub backoff_base: Option<At<u32>>,
    /// Whether something was done.
    pub executed: Option<bool>,
    /// Where it arrives.
    pub arrives: Option<Text>,
    /// Whether the reported usage says something of the limit.
    pub in_usage: Option<bool>,
    /// HTTP statuses.
    pub statuses: Vec<u16>,
    /// Its wording is not known.
    pub unverified: bool,
    /// Its page.
    pub page: Option<Text>,
    /// Its presence.
    pub availability: Availability,
}
