//! A ledger that outlives the process.

use std::path::Path;
use std::time::SystemTime;

use super::journal::Log;
use super::state::{Book, Entry};
use super::worker::Worker;
use super::{Ledger, LedgerError, Limit, LimitStatus, Observation, Outcome, Pending, Reservation, Reserved};

/// Counts in a file, so that restarts and crashes forget nothing and all processes of a machine count together.
///
/// A reservation is on the disk before it is answered. The file may be shared by any number of processes and of ledgers in
/// one process, but not over a network: its lock and its flushes are only as good as those of a local disk.
///
/// The work is a few short reads and writes for each call. It is done by a thread of the ledger's own, one after the other: while another
/// process holds the lock, only calls that need the ledger wait, each within its own time limit.
///
/// # The file
/// Text, one line after another, each written whole under an exclusive lock on a second file (`….lock`, always
/// empty) and flushed before anything relies on it:
/// ```text
/// graph-ledger 1 5d0c1e6a92f4b3c7
/// 2f0a71c3b4d5e6f7 [{"call":"90b1…","operation":"….register.create","subject":"16315551111","at":1763785200000,"window":259200000,"answered":false}]
/// ```
/// - The first line is the format, and a word that changes when the file is written anew.
/// - Every other line is a checksum (the first 8 bytes of the SHA-256 of the rest, in hexadecimal), a space, and a JSON array
///   of entries that take effect together: `call` (counts; a later one of the same id replaces it), `release` (a call that
///   does not count), `block` (Graph said that the limit is reached; closed until then), `clear`, `alias`.
///   Times are Unix milliseconds.
/// - A last line that is not whole was written by a process that died before it relied on it: it is ignored, and cut
///   off with the next write. A damaged line with whole ones behind it is an error that names the line.
/// - A file with many lines that no longer count is written anew as `….new`, flushed, and renamed.
///
/// It holds the names of what limits count by, such as ids and phone numbers, and no token, PIN or other secret.
#[derive(Clone, Debug)]
pub struct FileLedger(Worker);

impl FileLedger {
    /// The ledger in this file, which is made if there is none. Its folder must exist. It is read at once, which takes as
    /// long as the file is.
    ///
    /// # Errors
    /// A file that cannot be read, written or locked, or that is no ledger.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        Worker::start(Log::open(path.as_ref())?).map(Self)
    }

    async fn change(&self, entries: Vec<Entry>) -> Result<(), LedgerError> {
        self.0.finish(move |log| log.transact(|_| (entries, ()))).await?
    }

    /// Reserves, and releases the place if the answer is no longer awaited: then nothing will be sent.
    async fn place<T: MayHold>(&self, reserve: impl FnOnce(&Book) -> (Vec<Entry>, T) + Send + 'static) -> Result<T, LedgerError> {
        let worker = self.0.clone();
        let reserving = move |log: &mut Log| log.transact(reserve).map(|place| Unclaimed { worker, place: Some(place) });
        let undoing = |log: &mut Log, answer: Result<Unclaimed<T>, _>| {
            if let Some(release) = answer.ok().and_then(|mut unclaimed| unclaimed.release()) {
                released(log, release);
            }
        };
        let mut answer = self.0.answer(reserving, undoing).await??;
        answer.place.take().ok_or_else(|| LedgerError::new("a reservation was claimed twice"))
    }
}

impl Ledger for FileLedger {
    fn reserve<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reserved> {
        let limit = limit.clone();
        Box::pin(self.place(move |book| book.reserve(&limit, now)))
    }

    fn reserve_anyway<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reservation> {
        let limit = limit.clone();
        Box::pin(self.place(move |_| Book::reserve_anyway(&limit, now)))
    }

    fn commit(&self, reservation: Reservation, outcome: Outcome, now: SystemTime) -> Pending<'_, ()> {
        Box::pin(self.change(Book::commit(&reservation, outcome, now)))
    }

    fn release(&self, reservation: Reservation) -> Pending<'_, ()> {
        Box::pin(self.change(Book::release(&reservation)))
    }

    fn record<'a>(&'a self, limit: &'a Limit, observation: Observation) -> Pending<'a, ()> {
        Box::pin(self.change(Book::record(limit, observation)))
    }

    fn inspect<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, LimitStatus> {
        let limit = limit.clone();
        let looking = move |log: &mut Log| log.transact(|book| (Vec::new(), book.standing(&limit, now)));
        Box::pin(async { self.0.answer(looking, |_, _| {}).await? })
    }

    fn clear<'a>(&'a self, limit: &'a Limit) -> Pending<'a, ()> {
        Box::pin(self.change(Book::clear(limit)))
    }

    fn alias<'a>(&'a self, limit: &'a Limit, other: &'a str) -> Pending<'a, ()> {
        Box::pin(self.change(Book::alias(limit, other)))
    }
}

/// An answer that may hold a place.
trait MayHold: Send + 'static {
    fn reservation(&self) -> Option<&Reservation>;
}

impl MayHold for Reservation {
    fn reservation(&self) -> Option<&Reservation> {
        Some(self)
    }
}

impl MayHold for Reserved {
    fn reservation(&self) -> Option<&Reservation> {
        match self {
            Self::Open(reservation) => Some(reservation),
            Self::Closed(_) => None,
        }
    }
}

/// A place on its way to the call that asked for it.
struct Unclaimed<T: MayHold> {
    worker: Worker,
    place: Option<T>,
}

impl<T: MayHold> Unclaimed<T> {
    /// What releases the place, if there is one.
    fn release(&mut self) -> Option<Vec<Entry>> {
        self.place.take()?.reservation().map(Book::release)
    }
}

impl<T: MayHold> Drop for Unclaimed<T> {
    fn drop(&mut self) {
        if let Some(release) = self.release()
            && let Err(error) = self.worker.post(|log| released(log, release))
        {
            tracing::warn!("an unused place stays reserved: {error}");
        }
    }
}

fn released(log: &mut Log, release: Vec<Entry>) {
    // If even this fails the place stays taken, which is the safe side.
    if let Err(error) = log.transact(|_| (release, ())) {
        tracing::warn!("an unused place stays reserved: {error}");
    }
}
