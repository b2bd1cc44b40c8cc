//! Claims in the memory of one process.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::claims::{Claim, Claims, Lease, StoreError};
use super::key::EventKey;
use crate::clock::{BoxFuture, Clock};

/// About 200 bytes each.
const CAPACITY: usize = 1_000_000;

/// Half of a hash of the key: what is kept of an event, however long its key is.
type Id = [u8; 16];

/// Claims of one process, for a million events if nothing else is said: some 200 MB when full. What has run out makes room. Where that is not enough, the
/// event that was handled longest ago is forgotten before its time, so that a repetition of it would be handled again;
/// [`forgotten`](Self::forgotten) counts those. An event that is being handled is never forgotten: if there are no others, no further one can be taken.
///
/// All is lost with the process: Graph repeats what was not answered, and what was handled just before is handled once more if its answer did
/// not arrive. Clones share the claims.
#[derive(Clone)]
pub struct MemoryClaims {
    kept: Arc<Mutex<Kept>>,
    clock: Time,
    capacity: usize,
}

#[derive(Clone)]
enum Time {
    System(Instant),
    Given(Arc<dyn Clock>),
}

#[derive(Default)]
struct Kept {
    entries: HashMap<Id, Entry>,
    /// By the moment at which they run out.
    leases: BTreeSet<(Duration, u64, Id)>,
    done: BTreeSet<(Duration, u64, Id)>,
    fences: u64,
    forgotten: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    until: Duration,
    fence: u64,
    done: bool,
}

impl Default for MemoryClaims {
    fn default() -> Self {
        Self { kept: Arc::default(), clock: Time::System(Instant::now()), capacity: CAPACITY }
    }
}

impl MemoryClaims {
    /// Claims of this process.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events are kept at most; at least one.
    #[must_use]
    pub fn capacity(mut self, events: usize) -> Self {
        self.capacity = events.max(1);
        self
    }

    /// The clock by which leases run out, for tests; by default the system's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Time::Given(clock);
        self
    }

    /// How many events were forgotten before their time, because there was no room. More than none: raise the capacity, or share a store.
    pub fn forgotten(&self) -> u64 {
        self.kept().forgotten
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        match &self.clock {
            Time::System(start) => start.elapsed(),
            Time::Given(clock) => clock.elapsed(),
        }
    }
}

impl Claims for MemoryClaims {
    fn take<'a>(&'a self, key: &'a EventKey, lease: Duration) -> BoxFuture<'a, Result<Claim, StoreError>> {
        Box::pin(async move { self.kept().take(key, lease, self.now(), self.capacity) })
    }

    fn done<'a>(&'a self, lease: &'a Lease, retention: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.kept().finish(lease, retention, self.now(), self.capacity)) })
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.kept().release(lease, self.now())) })
    }
}

impl Kept {
    fn take(&mut self, key: &EventKey, lease: Duration, now: Duration, capacity: usize) -> Result<Claim, StoreError> {
        self.sweep(now);
        let id = id(key);
        match self.entries.get(&id) {
            Some(entry) if entry.done => return Ok(Claim::Done),
            Some(entry) => return Ok(Claim::Held(entry.until.saturating_sub(now))),
            None => {}
        }
        if !self.make_room(capacity) {
            return Err(format!("all of the {capacity} events for which there is room are being handled").into());
        }
        self.fences += 1;
        self.put(id, Entry { until: now.saturating_add(lease), fence: self.fences, done: false });
        Ok(Claim::Taken(Lease::new(key.clone(), self.fences)))
    }

    fn finish(&mut self, lease: &Lease, retention: Duration, now: Duration, capacity: usize) -> bool {
        self.sweep(now);
        let id = id(lease.key());
        match self.entries.get(&id).copied() {
            Some(entry) if entry.fence != lease.fence() => return false,
            Some(_) => self.remove(id),
            // The lease has run out, and no one has taken the event since.
            None if !self.make_room(capacity) => {
                self.forgotten += 1;
                return true;
            }
            None => {}
        }
        self.put(id, Entry { until: now.saturating_add(retention), fence: lease.fence(), done: true });
        true
    }

    fn release(&mut self, lease: &Lease, now: Duration) -> bool {
        self.sweep(now);
        let id = id(lease.key());
        match self.entries.get(&id) {
            Some(entry) if entry.fence != lease.fence() || entry.done => false,
            Some(_) => {
                self.remove(id);
                true
            }
            None => true,
        }
    }

    fn put(&mut self, id: Id, entry: Entry) {
        let by_time = if entry.done { &mut self.done } else { &mut self.leases };
        by_time.insert((entry.until, entry.fence, id));
        self.entries.insert(id, entry);
    }

    fn remove(&mut self, id: Id) {
        if let Some(entry) = self.entries.remove(&id) {
            let by_time = if entry.done { &mut self.done } else { &mut self.leases };
            by_time.remove(&(entry.until, entry.fence, id));
        }
    }

    /// Removes what has run out.
    fn sweep(&mut self, now: Duration) {
        for by_time in [&mut self.leases, &mut self.done] {
            while let Some((_, _, id)) = by_time.first().copied().filter(|(until, ..)| *until <= now) {
                by_time.pop_first();
                self.entries.remove(&id);
            }
        }
    }

    /// Whether there is room for one more, if need be because the event that was handled longest ago is forgotten.
    fn make_room(&mut self, capacity: usize) -> bool {
        if self.entries.len() < capacity {
            return true;
        }
        let Some((_, _, id)) = self.done.pop_first() else { return false };
        self.entries.remove(&id);
        self.forgotten += 1;
        true
    }
}

fn id(key: &EventKey) -> Id {
    let hash: [u8; 32] = Sha256::digest(key.as_str()).into();
    let mut id = Id::default();
    id.copy_from_slice(&hash[..16]);
    id
}

impl fmt::Debug for MemoryClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept();
        f.debug_struct("MemoryClaims")
            .field("handling", &kept.leases.len())
            .field("handled", &kept.done.len())
            .field("capacity", &self.capacity)
            .field("forgotten", &kept.forgotten)
            .finish_non_exhaustive()
    }
}
