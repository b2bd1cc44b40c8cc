//! The catalogue of errors, and permissions.

use super::{At, Item, Text};

/// A permission.
#[derive(Debug)]
pub struct PermissionDecl {
    /// Its name.
    pub name: Text,
    /// Description and page.
    pub item: Item,
}

/// An error of the catalogue.
#[derive(Debug)]
pub struct ErrorDecl {
    /// The variant of `ErrorKind`.
    pub name: Text,
    /// The first code and, for a range, the last.
    pub code: At<(u32, Option<u32>)>,
    /// The subcode.
    pub subcode: Option<At<u32>>,
    /// The error whose numbers it has too, for one of its cases.
    pub case_of: Option<Text>,
    /// Meta's title.
    pub title: Option<Text>,
    /// The family.
    pub family: Text,
    /// What went wrong.
    pub cause: Option<Text>,
    /// What to do.
    pub remedy: Option<Text>,
    /// Whether a repeat can help.
    pub retry: Option<Text>,
    /// The base of the pauses that grow.
    pub backoff_base: Option<At<u32>>,
    /// Whether something was done.
    pub executed: Option<bool>,
    /// HTTP statuses.
    pub statuses: Vec<u16>,
    /// Nobody has seen its wording.
    pub unverified: bool,
    /// Its page.
    pub page: Option<Text>,
}
