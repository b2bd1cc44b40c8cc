//! A ledger that lasts as long as the process.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::state::{Book, Entry};
use super::{Ledger, Limit, LimitStatus, Observation, Pending, Reservation, Reserved, Settled};

/// Counts in memory: what a client has unless it is given another ledger.
///
/// Clones share what they count. It forgets with the process; [`FileLedger`](super::FileLedger) does not.
#[derive(Clone, Debug, Default)]
pub struct MemoryLedger(Arc<Mutex<Book>>);

impl MemoryLedger {
    fn transact<'a, T>(&'a self, change: impl FnOnce(&Book) -> (Vec<Entry>, T) + Send + 'a) -> Pending<'a, T> {
        // Nothing waits in here: a future that is polled once has the answer, and one that never is has changed nothing.
        Box::pin(async move {
            let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (entries, answer) = change(&book);
            for entry in &entries {
                book.apply(entry);
            }
            Ok(answer)
        })
    }
}

impl Ledger for MemoryLedger {
    fn reserve<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reserved> {
        self.transact(move |book| book.reserve(limit, now))
    }

    fn reserve_anyway<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reservation> {
        self.transact(move |_| Book::reserve_anyway(limit, now))
    }

    fn commit(&self, reservation: Reservation, outcome: Settled, now: SystemTime) -> Pending<'_, ()> {
        self.transact(move |_| (Book::commit(&reservation, outcome, now), ()))
    }

    fn release(&self, reservation: Reservation) -> Pending<'_, ()> {
        self.transact(move |_| (Book::release(&reservation), ()))
    }

    fn record<'a>(&'a self, limit: &'a Limit, observation: Observation) -> Pending<'a, ()> {
        self.transact(move |_| (Book::record(limit, observation), ()))
    }

    fn inspect<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, LimitStatus> {
        self.transact(move |book| (Vec::new(), book.standing(limit, now)))
    }

    fn clear<'a>(&'a self, limit: &'a Limit) -> Pending<'a, ()> {
        self.transact(move |_| (Book::clear(limit), ()))
    }

    fn alias<'a>(&'a self, limit: &'a Limit, other: &'a str) -> Pending<'a, ()> {
        self.transact(move |_| (Book::alias(limit, other), ()))
    }
}
