//! What is not shown of calls, by their verb and path: for raw requests, and for parameters that a caller adds by name.

use crate::description::info::Method;

/// The names of what is secret and of what is personal in the calls to one path, whatever operation they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskInfo {
    /// Their verb.
    pub method: Method,
    /// Their path without version: `/{phone_number_id}/register`.
    pub path: &'static str,
    /// The members, at any depth of what is sent or answered, that are masked everywhere.
    pub secrets: &'static [&'static str],
    /// The members, at any depth of what is sent, whose values errors do not repeat unless they are asked to: numbers, names and texts of people.
    /// `address.name` is a `name` directly within an `address`.
    pub personal: &'static [&'static str],
}
