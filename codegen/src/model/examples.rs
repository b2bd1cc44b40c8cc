//! Examples of operations.

use super::{Day, Version};

/// An example.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// The versions of the window at which it runs.
    pub versions: Vec<Version>,
    /// The same without a window.
    pub range: ExampleRange,
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

/// Which versions run an example, whatever the window is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExampleRange {
    /// The first that does, unless all that are older do.
    pub since: Option<Version>,
    /// The first after it that does not, unless all that are newer do.
    pub removed: Option<Version>,
    /// Those in between that do not.
    pub lacking: Vec<Version>,
    /// Those that the spec lists; nothing: it lists none.
    pub only: Vec<Version>,
}

impl ExampleRange {
    /// Whether every version runs it.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }
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
