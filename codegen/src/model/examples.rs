//! Examples of operations.

use super::Version;

/// An example.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// The versions at which it runs.
    pub versions: Vec<Version>,
    /// What the caller says, by parameter.
    pub call: Vec<(String, serde_json::Value)>,
    /// What stands for the path's placeholders.
    pub path: Vec<String>,
    /// The request in normal form.
    pub request: Option<String>,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of an example.
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
    /// The call is refused before the network, for this parameter.
    Refused {
        /// The parameter.
        param: String,
    },
}
