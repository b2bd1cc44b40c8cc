//! Examples of operations.

use super::{Day, Version};

/// An example.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// The versions at which it runs.
    pub versions: Vec<Version>,
    /// The day on which it runs, if what it uses is not there on every day.
    pub day: Option<Day>,
    /// What the caller passes, by parameter.
    pub call: Vec<(String, serde_json::Value)>,
    /// The values of the path's placeholders.
    pub path: Vec<String>,
    /// The request in normal form.
    pub request: Option<String>,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcome of an example.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// An answer that decodes.
    Response {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: serde_json::Value,
    },
    /// An error of the operation.
    Error {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: serde_json::Value,
        /// The error's name.
        name: String,
    },
    /// The call is refused before sending, because of this parameter.
    Refused {
        /// The parameter.
        param: String,
    },
}
