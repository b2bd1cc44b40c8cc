//! A ledger that outlives the process.

use std::path::Path;
use std::time::SystemTime;

use super::journal::Log;
use super::state::{Book, Entry};
use super::worker::Worker;
use super::{Ledger, LedgerError, Limit, LimitStatus, Observation, Pending, Reservation, Reserved, Settled};

/// Counts in a file, so that restarts and crashes forget nothing and all processes of a machine count together.
///
/// A reservation is on the disk before it is answered. The file may be shared by any number of processes and of ledgers in
/// one process, under any of its names, but not over a network: its lock and its flushes are only as good as those of a local disk.
///
/// The work is a few short reads and writes for each call. It is done by a thread of the ledger's own, one after the other: while another
/// process holds the lock, only calls that need the ledger wait, each within its own time limit.
///
/// # When something happens to the file
/// - The lock is on the file itself, so it does not matter by which name, link or mount a process has it open.
/// - A file that was deleted, moved away or replaced is restored from what the processes that have it open know, with their next call or
///   half a second later. If it cannot be restored, because its folder is gone or the disk is full, calls that it counts are refused.
/// - A file that was emptied or cut is restored too. What one process wrote last another may not have read, so the first call that finds
///   this waits 1.5 seconds for all of them to add what they know.
/// - An empty file is no ledger: when no process is left that knows its counts, it is refused, and the error says what to do.
///   A file that is deleted while no process has it open is forgotten. To forget on purpose call [`clear`](Ledger::clear).
/// - What happened but could not be written, such as Graph's answer that the limit is reached, is believed by the process that saw it, and
///   written as soon as it can be.
///
/// On Windows the file cannot be deleted, moved or replaced while a process has it open.
///
/// # The file
/// Text, one line after another, each written whole under the lock and flushed before anything relies on it:
/// ```text
/// graph-ledger 2
/// 5f0c7d21 5d0c1e6a92f4b3c7 00000000 000000000089 000000000089
/// ------------------------------------------------------------
/// 9b2e01c4 k 0 259200000 GraphNumber.register.create 106540352242922;c 0 90b1a2c3d4e5f607 1763785200000
/// 07d1e5aa a 0 90b1a2c3d4e5f607 1763785201310
/// ```
/// - The first line is the format. The next two say where the lines begin that count; of two that are whole the later counts: a
///   checksum, a word that differs from file to file, how often the lines were written anew, where they begin, and how far they were written
///   then. Numbers are hexadecimal.
/// - Every other line is a checksum (CRC-32, which begins with the one of the word and the second number), a space, and entries that take
///   effect together: `k` (a number for an operation, with its window, and a name), `c` (a call counts, and its outcome is unknown),
///   `a` (it was answered; a later entry of the same id replaces an earlier), `r` (a call does not count), `b` (Graph said that the limit is
///   reached; closed until then), `x` (clear), `n` (two names of one). Times are Unix milliseconds, and windows milliseconds.
/// - A last line that is not whole was written by a process that died before it relied on it: it is ignored, and cut
///   off with the next write. A damaged line with whole ones behind it is an error that names the line.
/// - In a file with many entries that no longer count the others are written once more, at the end or in the room that has become
///   free at the front, and then the second or third line is made to lead there. The file stays the same one.
///
/// It holds the names of what limits count by, such as ids and phone numbers, and no token, PIN or other secret.
#[derive(Clone, Debug)]
pub struct FileLedger(Worker);

impl FileLedger {
    /// The ledger in this file, which is made if there is none. Its folder must exist. It is read at once, which takes as
    /// long as the file is.
    ///
    /// # Errors
    /// A file that cannot be read, written or locked, or that is no ledger, as an empty one is none.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        Worker::start(Log::open(path.as_ref())?).map(Self)
    }

    /// Writes what is wanted, or nothing.
    async fn change(&self, entries: Vec<Entry>) -> Result<(), LedgerError> {
        self.0.finish(move |log| log.transact(|_| (entries, ()))).await?
    }

    /// Writes what has happened. It is believed even if it cannot be written.
    async fn note(&self, entries: Vec<Entry>) -> Result<(), LedgerError> {
        self.0.finish(move |log| log.note(entries)).await?
    }

    /// Reserves, and releases the place if the answer is no longer awaited: then nothing will be sent.
    async fn place<T: MayHold>(&self, reserve: impl FnOnce(&mut Log) -> Result<T, LedgerError> + Send + 'static) -> Result<T, LedgerError> {
        let worker = self.0.clone();
        let reserving = move |log: &mut Log| reserve(log).map(|place| Unclaimed { worker, place: Some(place) });
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
        Box::pin(self.place(move |log| {
            log.transact(|book| book.reserve(&limit, now)).or_else(|error| match log.remembered(|book| book.standing(&limit, now)) {
                // What is known to be closed needs no file.
                Some(standing) if !standing.is_open() => Ok(Reserved::Closed(standing)),
                _ => Err(error),
            })
        }))
    }

    fn reserve_anyway<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reservation> {
        let limit = limit.clone();
        Box::pin(self.place(move |log| log.transact(|_| Book::reserve_anyway(&limit, now))))
    }

    fn commit(&self, reservation: Reservation, outcome: Settled, now: SystemTime) -> Pending<'_, ()> {
        Box::pin(self.note(Book::commit(&reservation, outcome, now)))
    }

    fn release(&self, reservation: Reservation) -> Pending<'_, ()> {
        Box::pin(self.note(Book::release(&reservation)))
    }

    fn record<'a>(&'a self, limit: &'a Limit, observation: Observation) -> Pending<'a, ()> {
        Box::pin(self.note(Book::record(limit, observation)))
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
    if let Err(error) = log.note(release) {
        tracing::warn!("an unused place stays reserved: {error}");
    }
}
