//! The ledger: which calls count towards a limit whose overrun blocks further calls for a long time.
//!
//! Graph may accept ten calls about an object in a moving window of 72 hours, and block it for 72 more after the eleventh. Limits
//! like that are data of the operation ([`LimitInfo`](crate::LimitInfo) with a `block`). The client
//! reserves a place in the ledger before such a call leaves, and reports its outcome afterwards:
//!
//! - **It was answered, or its outcome is unknown.** [`commit`](Ledger::commit): the call counts. A timeout, a reset after sending
//!   and a 5xx are here, because Graph may have counted the call.
//! - **It never left, or Graph turned it away before it counted** (an error of the families `auth`, `permission` or
//!   `throttle` which the catalog marks as not executed). [`release`](Ledger::release): the place is free again.
//! - **Neither was said**: the future was dropped after the request had begun to leave, the process was killed. The call counts: a
//!   place that is reserved is taken until somebody says otherwise. A future that is dropped before, while it waits or connects, gives
//!   its place back.
//!
//! # What a ledger cannot see
//! Calls that other apps make about the same object, calls from other machines, calls of a partner or by hand in
//! Meta's tools, and calls that did not pass through a client with this ledger. The count is therefore an estimate
//! from below. Tell the ledger what you know of them with [`record`](Ledger::record). Graph's own answer that the limit
//! is reached is always believed: it closes the operation for that object, whatever was counted.

mod error;
mod file;
mod guard;
mod journal;
mod journal_contents;
mod journal_file;
mod journal_head;
mod journal_line;
mod limit;
mod memory;
mod refusal_text;
mod state;
mod status;
mod worker;

use std::fmt;
use std::pin::Pin;
use std::time::SystemTime;

pub use error::LedgerError;
pub use file::FileLedger;
pub use guard::OnLedgerError;
pub(crate) use guard::{Closed, ReservationGuard, Settlement, counted_as};
pub use limit::Limit;
pub(crate) use limit::those_that_block;
pub use memory::MemoryLedger;
pub use status::{LimitStatus, Observation, Reservation, Reserved, Settled};

pub use crate::error::retry_at::{RetryAt, RetryBasis};

/// What the methods of a [`Ledger`] return.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, LedgerError>> + Send + 'a>>;

/// Counts the calls of the operations that have a limit with a block.
///
/// Every operation has a counter of its own for everything that its limit counts by. Time is an argument, so a ledger holds no clock. One ledger
/// may serve many clients: [`ClientBuilder::ledger`](crate::ClientBuilder::ledger).
///
/// # Implementing it
/// `reserve` looks and counts in one step that nothing can come between, and answers only when the place is as durable as
/// the ledger promises. A future that is dropped before it answered must leave no place reserved, if that can be had.
pub trait Ledger: fmt::Debug + Send + Sync + 'static {
    /// Counts a call that is about to be made, if there is room for it.
    fn reserve<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reserved>;

    /// Counts a call that will be made whether there is room for it or not.
    fn reserve_anyway<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reservation>;

    /// The call was made, and Graph may have counted it.
    ///
    /// It counts from `now` on, not from when it was reserved: Graph counted it at some time in between, and the later
    /// one is on the safe side.
    fn commit(&self, reservation: Reservation, outcome: Settled, now: SystemTime) -> Pending<'_, ()>;

    /// Graph has certainly not counted the call.
    fn release(&self, reservation: Reservation) -> Pending<'_, ()>;

    /// Adds what was seen elsewhere: calls made, or Graph's answer that the limit is reached.
    fn record<'a>(&'a self, limit: &'a Limit, observation: Observation) -> Pending<'a, ()>;

    /// What is counted, and when the operation opens again if it is closed.
    fn inspect<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, LimitStatus>;

    /// Forgets the calls and the block of this operation and subject.
    fn clear<'a>(&'a self, limit: &'a Limit) -> Pending<'a, ()>;

    /// The subject of `limit` is also called `other`: the histories of both names become one, for every operation, and from now
    /// on each name finds it.
    ///
    /// A call names its object by an id. If the object has a name that lasts longer, such as a phone number, add it when it is
    /// known: then the count outlives an object that is deleted and added again under another id.
    fn alias<'a>(&'a self, limit: &'a Limit, other: &'a str) -> Pending<'a, ()>;
}
