//! What is counted: a state, and the entries that change it. No clock, no file, no lock.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Limit, LimitStatus, Observation, Outcome, Reservation, Reserved, RetryAt, RetryBasis};

/// Unix milliseconds.
pub(super) type Millis = u64;

/// Which counter an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) operation: String,
    pub(super) subject: String,
}

/// A change of the book. Replayed in their order, entries make the same book again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A call counts from this time on. One with a known id replaces the earlier: a commit needs no reservation to be
    /// remembered, so it counts even if the counter was cleared in between.
    Call { key: Key, id: u64, at: Millis, window: Millis, answered: bool },
    /// A call does not count.
    Release { key: Key, id: u64 },
    /// Graph said that the limit is reached.
    Block { key: Key, until: Millis },
    /// Nothing counts any more.
    Clear { key: Key },
    /// Two names of one subject.
    Alias { old: String, new: String },
}

/// The calls of one operation for one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counter {
    calls: Vec<Counted>,
    /// The longest window that a call was counted by: what is older is forgotten.
    window: Millis,
    blocked_until: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    id: u64,
    at: Millis,
    answered: bool,
}

/// Every counter, and which names are one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Book {
    counters: BTreeMap<Key, Counter>,
    /// Each name leads to another; one that leads nowhere is what calls are counted by.
    names: BTreeMap<String, String>,
    /// The latest time that an entry has named.
    latest: Millis,
}

impl Book {
    /// The entries that a reservation takes, and its answer. They are not applied.
    pub(super) fn reserve(&self, limit: &Limit, now: SystemTime) -> (Vec<Entry>, Reserved) {
        let standing = self.standing(limit, now);
        if !standing.is_open() {
            return (Vec::new(), Reserved::Closed(standing));
        }
        let (entries, reservation) = Self::reserve_anyway(limit, now);
        (entries, Reserved::Open(reservation))
    }

    pub(super) fn reserve_anyway(limit: &Limit, now: SystemTime) -> (Vec<Entry>, Reservation) {
        let id = fresh_id();
        let entry = Entry::Call { key: key(limit), id, at: millis(now), window: length(limit.window), answered: false };
        (vec![entry], Reservation::new(id, limit.clone(), now))
    }

    pub(super) fn commit(reservation: &Reservation, outcome: Outcome, now: SystemTime) -> Vec<Entry> {
        let limit = &reservation.limit;
        // A clock that was set back meanwhile must not shorten what is counted.
        let at = millis(now).max(millis(reservation.at));
        let answered = outcome != Outcome::Unknown;
        let mut entries = vec![Entry::Call { key: key(limit), id: reservation.id, at, window: length(limit.window), answered }];
        if outcome == Outcome::LimitReached {
            entries.push(block(limit, at));
        }
        entries
    }

    pub(super) fn release(reservation: &Reservation) -> Vec<Entry> {
        vec![Entry::Release { key: key(&reservation.limit), id: reservation.id }]
    }

    pub(super) fn record(limit: &Limit, observation: Observation) -> Vec<Entry> {
        match observation {
            Observation::Calls { count, at } => {
                let call =
                    |_| Entry::Call { key: key(limit), id: fresh_id(), at: millis(at), window: length(limit.window), answered: true };
                // They leave the window together, so more than fill it change nothing.
                (0..count.min(limit.max)).map(call).collect()
            }
            Observation::LimitReached { at } => vec![block(limit, millis(at))],
        }
    }

    pub(super) fn clear(limit: &Limit) -> Vec<Entry> {
        vec![Entry::Clear { key: key(limit) }]
    }

    pub(super) fn alias(limit: &Limit, other: &str) -> Vec<Entry> {
        vec![Entry::Alias { old: limit.plain(&limit.subject), new: limit.plain(other) }]
    }

    pub(super) fn standing(&self, limit: &Limit, now: SystemTime) -> LimitStatus {
        let Some(counter) = self.counters.get(&self.found(&key(limit))) else {
            return LimitStatus::default();
        };
        let (now, window) = (millis(now), length(limit.window));
        // What lies ahead of a clock that was set back counts too.
        let mut calls: Vec<_> = counter.calls.iter().filter(|call| call.at.saturating_add(window) > now).collect();
        calls.sort_unstable_by_key(|call| call.at);
        // There is room when enough calls have left the window that fewer than `max` remain.
        let first_to_leave = usize::try_from(limit.max).ok().and_then(|max| calls.get(calls.len().checked_sub(max)?));
        let full_until = first_to_leave.map_or(0, |call| call.at.saturating_add(window));
        let retry_at = if counter.blocked_until > now && counter.blocked_until >= full_until {
            Some(RetryAt { at: time(counter.blocked_until), basis: RetryBasis::Observed })
        } else {
            (full_until > now).then(|| RetryAt { at: time(full_until), basis: RetryBasis::Estimated })
        };
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let unknown = calls.iter().filter(|call| !call.answered).count();
        LimitStatus::new(count(calls.len()), count(unknown), calls.first().map(|call| time(call.at)), retry_at)
    }

    pub(super) fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Call { key, id, at, window, answered } => {
                self.latest = self.latest.max(*at);
                let counter = self.counter(key);
                counter.window = counter.window.max(*window);
                let kept = at.saturating_sub(counter.window);
                counter.calls.retain(|call| call.id != *id && call.at > kept);
                counter.calls.push(Counted { id: *id, at: *at, answered: *answered });
            }
            Entry::Release { key, id } => self.counter(key).calls.retain(|call| call.id != *id),
            Entry::Block { key, until } => {
                // Graph does not say whether a call within a block prolongs it: the later end is on the safe side.
                let counter = self.counter(key);
                counter.blocked_until = counter.blocked_until.max(*until);
            }
            Entry::Clear { key } => {
                self.counters.remove(&self.found(key));
            }
            Entry::Alias { old, new } => self.join(old, new),
        }
    }

    /// The fewest entries that make this book, in groups that belong together. What has left its window is left out.
    pub(super) fn entries(&self) -> impl Iterator<Item = Vec<Entry>> {
        let aliases = self.names.iter().map(|(old, new)| vec![Entry::Alias { old: old.clone(), new: new.clone() }]);
        let counters = self.counters.iter().map(|(key, counter)| {
            let counts = |call: &&Counted| call.at.saturating_add(counter.window) > self.latest;
            let calls = counter.calls.iter().filter(counts).map(|call| Entry::Call {
                key: key.clone(),
                id: call.id,
                at: call.at,
                window: counter.window,
                answered: call.answered,
            });
            let blocked = (counter.blocked_until > self.latest).then_some(counter.blocked_until);
            calls.chain(blocked.map(|until| Entry::Block { key: key.clone(), until })).collect::<Vec<_>>()
        });
        aliases.chain(counters).filter(|entries| !entries.is_empty())
    }

    fn counter(&mut self, key: &Key) -> &mut Counter {
        self.counters.entry(self.found(key)).or_default()
    }

    /// The key by which calls are counted.
    fn found(&self, key: &Key) -> Key {
        Key { operation: key.operation.clone(), subject: self.root(&key.subject).to_owned() }
    }

    fn root<'a>(&'a self, name: &'a str) -> &'a str {
        let mut name = name;
        while let Some(next) = self.names.get(name) {
            name = next;
        }
        name
    }

    /// Only names that lead nowhere are made to lead somewhere, so that no names lead in a circle.
    fn join(&mut self, old: &str, new: &str) {
        let (old, new) = (self.root(old).to_owned(), self.root(new).to_owned());
        if old == new {
            return;
        }
        let moving: Vec<Key> = self.counters.keys().filter(|key| key.subject == old).cloned().collect();
        for key in moving {
            if let Some(counter) = self.counters.remove(&key) {
                let joined = self.counters.entry(Key { subject: new.clone(), ..key }).or_default();
                joined.calls.extend(counter.calls);
                joined.window = joined.window.max(counter.window);
                joined.blocked_until = joined.blocked_until.max(counter.blocked_until);
            }
        }
        self.names.insert(old, new);
    }
}

fn key(limit: &Limit) -> Key {
    Key { operation: limit.operation.to_owned(), subject: limit.plain(&limit.subject) }
}

fn block(limit: &Limit, at: Millis) -> Entry {
    Entry::Block { key: key(limit), until: at.saturating_add(length(limit.block)) }
}

fn millis(time: SystemTime) -> Millis {
    time.duration_since(UNIX_EPOCH).map_or(0, length)
}

fn length(duration: Duration) -> Millis {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The end of the year 9999 is as good as never, and every system has a date for it.
const NEVER: Millis = 253_402_300_799_000;

fn time(millis: Millis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis.min(NEVER))
}

/// An id that no other process has: the standard library seeds its hashers at random.
pub(super) fn fresh_id() -> u64 {
    RandomState::new().build_hasher().finish()
}
