//! What is said to a ledger, and what it says.

use std::time::SystemTime;

use super::Limit;
use crate::error::retry_at::RetryAt;

/// A place that is reserved for one call.
///
/// Its holder returns it to the ledger with [`commit`](super::Ledger::commit) or
/// [`release`](super::Ledger::release). To drop it is to say that the call may have been sent: it stays counted.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a reservation that is dropped counts as a call"]
pub struct Reservation {
    pub(super) id: u64,
    pub(super) limit: Limit,
    pub(super) at: SystemTime,
}

impl Reservation {
    /// A reservation with an id of the ledger's choice, made at this time.
    pub fn new(id: u64, limit: Limit, at: SystemTime) -> Self {
        Self { id, limit, at }
    }

    /// The id that the ledger chose.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The limit that the call counts towards.
    pub fn limit(&self) -> &Limit {
        &self.limit
    }

    /// When it was made.
    pub fn at(&self) -> SystemTime {
        self.at
    }
}

/// The answer to [`reserve`](super::Ledger::reserve).
#[derive(Debug, PartialEq, Eq)]
pub enum Reserved {
    /// There is room, and this is the place.
    Open(Reservation),
    /// There is none; nothing was counted. The status says when there will be.
    Closed(LimitStatus),
}

/// How a call ended that may have counted, as [`commit`](super::Ledger::commit) reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Settled {
    /// Graph answered.
    Answered,
    /// It is unknown whether Graph accepted the call: no answer came, or none that says so.
    Unknown,
    /// Graph answered that the limit is reached: the operation is closed for as long as the limit blocks.
    LimitReached,
}

/// What was seen elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Observation {
    /// This many calls were made, the last of them at this time.
    Calls {
        /// How many.
        count: u32,
        /// When the last one was made; all are counted from then.
        at: SystemTime,
    },
    /// Graph answered at this time that the limit is reached.
    LimitReached {
        /// When.
        at: SystemTime,
    },
}

/// How much of a limit is used, and when it opens again if it is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimitStatus {
    /// How many calls are counted in the window that ends now.
    pub counted: u32,
    /// How many of them Graph may not have accepted: those under way, those whose outcome is unknown, and those that were reserved and
    /// never committed, because the call was dropped or the process ended.
    pub unknown: u32,
    /// When the first of them was made.
    pub since: Option<SystemTime>,
    /// When the next call may be made; `None`: now.
    pub retry_at: Option<RetryAt>,
}

impl LimitStatus {
    /// May a call be made now?
    pub fn is_open(&self) -> bool {
        self.retry_at.is_none()
    }

    /// A status with this many calls, for your own ledgers.
    #[must_use]
    pub fn new(counted: u32, unknown: u32, since: Option<SystemTime>, retry_at: Option<RetryAt>) -> Self {
        Self { counted, unknown, since, retry_at }
    }
}
