//! When a call may be tried again.

use std::time::SystemTime;

/// When to try again at the earliest, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAt {
    /// The time.
    pub at: SystemTime,
    /// How it is known.
    pub basis: RetryBasis,
}

/// How a time to try again is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryBasis {
    /// Graph answered that a limit is reached, and the time follows from that answer.
    Observed,
    /// It follows from the calls that were counted here. There may be others that were not.
    Estimated,
}
