//! The outcome of a call that failed.

use std::fmt;

/// The outcome of a call that failed, as far as it can be known: the one question to ask before anything is sent again.
///
/// ```
/// # use graph_runtime::{Error, Outcome};
/// # fn example(error: &Error) -> &'static str {
/// match error.outcome() {
///     Outcome::NotSent | Outcome::Rejected if error.is_retryable() => "keep it in the queue and send it again",
///     Outcome::NotSent | Outcome::Rejected => "nothing was done; the error says what to change",
///     Outcome::Unknown => "look first: it may have been carried out",
///     Outcome::Executed => "done; only the answer is missing",
/// }
/// # }
/// ```
///
/// It covers all attempts at the call: where one of them may have been carried out, a later one that was rejected proves nothing.
/// The order is that of certainty that something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing of it left this machine.
    NotSent,
    /// Graph answered that it was not carried out.
    Rejected,
    /// It may have been carried out, perhaps very likely: the answer was lost, cannot be read, or proves nothing.
    Unknown,
    /// It was carried out: Graph says so, or the answer was a success that could not be used here.
    Executed,
}

impl Outcome {
    /// Its name in lowercase, for logs and metrics: `not_sent`, `rejected`, `unknown`, `executed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Executed => "executed",
        }
    }

    /// Is it certain that nothing was done?
    pub(crate) fn is_harmless(self) -> bool {
        self <= Self::Rejected
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
