//! Which events are being handled, and which were.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::key::EventKey;
use crate::clock::BoxFuture;

/// Why a store of claims could not do its work.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// Remembers which events were handled, and who is handling which: [`MemoryClaims`](super::MemoryClaims) for one process, or a store that
/// many machines share. [`Inbox`](super::Inbox) uses it.
///
/// # Implementing it
/// An entry for each key: nothing, a lease until a moment, or done until a moment. [`take`](Self::take) looks and writes in one step that
/// nothing can come between, and so do the others, which do nothing unless the entry still has the fence of their lease. In Redis: `SET key
/// fence NX PX lease` with a fence from `INCR`, and a script that compares before it sets or deletes. A store of many machines goes by its
/// own clock.
pub trait Claims: fmt::Debug + Send + Sync + 'static {
    /// Takes an event that no one has, or whose lease has run out. The lease is to be longer than handling can take.
    fn take<'a>(&'a self, key: &'a EventKey, lease: Duration) -> BoxFuture<'a, Result<Claim, StoreError>>;

    /// The event was handled: it is not given to anyone for the time of `retention`. `false` if the lease ran out and another has taken the
    /// event since: it may be handled twice then.
    fn done<'a>(&'a self, lease: &'a Lease, retention: Duration) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// The event was not handled: the next who asks may take it. `false` if the lease ran out and another has taken the event since.
    fn release<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<bool, StoreError>>;
}

/// The answer to [`Claims::take`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The event is the caller's until the lease runs out.
    Taken(Lease),
    /// Another has it, for this long at most.
    Held(Duration),
    /// It was handled.
    Done,
}

/// The right to handle an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    key: EventKey,
    fence: u64,
}

impl Lease {
    /// A lease, as a store gives it. The fence is larger than that of every earlier lease of the same event.
    pub fn new(key: EventKey, fence: u64) -> Self {
        Self { key, fence }
    }

    /// The event.
    pub fn key(&self) -> &EventKey {
        &self.key
    }

    /// Tells this lease from every other of the event, and later ones from earlier ones: a database that is handed it with each write can refuse
    /// those of a holder whose lease has run out.
    pub fn fence(&self) -> u64 {
        self.fence
    }
}

impl<C: Claims + ?Sized> Claims for Arc<C> {
    fn take<'a>(&'a self, key: &'a EventKey, lease: Duration) -> BoxFuture<'a, Result<Claim, StoreError>> {
        (**self).take(key, lease)
    }

    fn done<'a>(&'a self, lease: &'a Lease, retention: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).done(lease, retention)
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).release(lease)
    }
}
