//! What is counted: a state, and the entries that change it. No clock, no file, no lock.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Limit, LimitStatus, Observation, Reservation, Reserved, RetryAt, RetryBasis, Settled};

/// Unix milliseconds.
pub(super) type Millis = u64;

/// Which counter an entry is about, and the window of the limit that the entry is made by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) operation: String,
    pub(super) subject: String,
    pub(super) window: Millis,
}

/// A change of the book. Replayed in their order, entries make the same book again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// One counter changes.
    Count { key: Key, change: Change },
    /// Two names of one subject.
    Alias { old: String, new: String },
}

/// A change of one counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// A call counts from this time on. One with a known id replaces the earlier: a commit needs no reservation to be
    /// remembered, so it counts even if the counter was cleared in between.
    Call(Call),
    /// The call with this id does not count.
    Release(u64),
    /// Graph said that the limit is reached: it is closed until then.
    Block(Millis),
    /// Nothing counts any more.
    Clear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) id: u64,
    pub(super) at: Millis,
    pub(super) answered: bool,
}

/// The calls of one operation for one subject.
#[derive(Clone, Debug, Default)]
struct Counter {
    calls: Vec<Call>,
    /// The longest window that a call was counted by: what is older is forgotten.
    window: Millis,
    blocked_until: Millis,
}

/// A name of what is counted by.
#[derive(Clone, Debug)]
struct Subject {
    name: Arc<str>,
    /// Another name of the same. Only a name that has none has counters.
    other: Option<u32>,
    /// By operation.
    counters: Vec<(u32, Counter)>,
}

/// An operation and a name, as positions in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    operation: u32,
    subject: u32,
}

/// Every counter, and which names are one subject.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    operations: Vec<String>,
    subjects: Vec<Subject>,
    names: HashMap<Arc<str>, u32>,
    recent: Recent,
}

/// A counter with this many calls is looked through for some that have left their window.
const MANY: usize = 64;

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
        let entry = count(limit, Change::Call(Call { id, at: millis(now), answered: false }));
        (vec![entry], Reservation::new(id, limit.clone(), now))
    }

    pub(super) fn commit(reservation: &Reservation, outcome: Settled, now: SystemTime) -> Vec<Entry> {
        let limit = &reservation.limit;
        // A clock that was set back meanwhile must not shorten what is counted.
        let at = millis(now).max(millis(reservation.at));
        let answered = outcome != Settled::Unknown;
        let mut entries = vec![count(limit, Change::Call(Call { id: reservation.id, at, answered }))];
        if outcome == Settled::LimitReached {
            entries.push(block(limit, at));
        }
        entries
    }

    pub(super) fn release(reservation: &Reservation) -> Vec<Entry> {
        vec![count(&reservation.limit, Change::Release(reservation.id))]
    }

    pub(super) fn record(limit: &Limit, observation: Observation) -> Vec<Entry> {
        match observation {
            Observation::Calls { count: calls, at } => {
                let call = |_| count(limit, Change::Call(Call { id: fresh_id(), at: millis(at), answered: true }));
                // They leave the window together, so more than fill it change nothing.
                (0..calls.min(limit.max)).map(call).collect()
            }
            Observation::LimitReached { at } => vec![block(limit, millis(at))],
        }
    }

    pub(super) fn clear(limit: &Limit) -> Vec<Entry> {
        vec![count(limit, Change::Clear)]
    }

    pub(super) fn alias(limit: &Limit, other: &str) -> Vec<Entry> {
        vec![Entry::Alias { old: limit.plain(&limit.subject), new: limit.plain(other) }]
    }

    pub(super) fn standing(&self, limit: &Limit, now: SystemTime) -> LimitStatus {
        let Some(counter) = self.counter(limit.operation, &limit.plain(&limit.subject)) else {
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
            Entry::Count { key, change } => {
                let place = self.place(&key.operation, &key.subject);
                self.change(place, key.window, *change);
            }
            Entry::Alias { old, new } => self.join(old, new),
        }
    }

    /// Where the counter of this operation and name is; a place is made for one that is new.
    pub(super) fn place(&mut self, operation: &str, subject: &str) -> Place {
        let known = self.operations.iter().position(|known| known == operation);
        let operation = position(known.unwrap_or_else(|| {
            self.operations.push(operation.to_owned());
            self.operations.len() - 1
        }));
        Place { operation, subject: self.subject(subject) }
    }

    pub(super) fn change(&mut self, place: Place, window: Millis, change: Change) {
        let root = self.root(place.subject);
        let Some(subject) = self.subjects.get_mut(index(root)) else { return };
        if change == Change::Clear {
            subject.counters.retain(|(operation, _)| *operation != place.operation);
            return;
        }
        let at = subject.counters.iter().position(|(operation, _)| *operation == place.operation).unwrap_or_else(|| {
            subject.counters.push((place.operation, Counter::default()));
            subject.counters.len() - 1
        });
        let Some((_, counter)) = subject.counters.get_mut(at) else { return };
        match change {
            Change::Call(call) => {
                self.recent.note(call.at);
                counter.window = counter.window.max(window);
                match counter.calls.iter_mut().rev().find(|known| known.id == call.id) {
                    Some(known) => *known = call,
                    None => counter.calls.push(call),
                }
                if counter.calls.len() >= MANY {
                    let past = self.recent.certain();
                    counter.calls.retain(|call| counts(call, counter.window, past));
                }
            }
            Change::Release(id) => counter.calls.retain(|call| call.id != id),
            // Graph does not say whether a call within a block prolongs it: the later end is on the safe side.
            Change::Block(until) => counter.blocked_until = counter.blocked_until.max(until),
            Change::Clear => {}
        }
    }

    /// The fewest entries that make this book, in groups that belong together. What has certainly left its window is left out.
    pub(super) fn entries(&self) -> impl Iterator<Item = Vec<Entry>> {
        let past = self.recent.certain();
        let counters = self.counters().map(move |(operation, subject, counter)| {
            let key = Key { operation: operation.to_owned(), subject: subject.to_owned(), window: counter.window };
            let calls = counter.calls.iter().filter(|call| counts(call, counter.window, past)).map(|call| Change::Call(*call));
            let blocked = (counter.blocked_until > past).then_some(Change::Block(counter.blocked_until));
            calls.chain(blocked).map(|change| Entry::Count { key: key.clone(), change }).collect::<Vec<_>>()
        });
        self.aliases().map(|alias| vec![alias]).chain(counters).filter(|entries| !entries.is_empty())
    }

    /// How many entries make this book.
    pub(super) fn size(&self) -> usize {
        let past = self.recent.certain();
        let of = |counter: &Counter| {
            let calls = counter.calls.iter().filter(|call| counts(call, counter.window, past)).count();
            let changes = calls + usize::from(counter.blocked_until > past);
            changes + usize::from(changes > 0)
        };
        self.aliases().count() + self.counters().map(|(_, _, counter)| of(counter)).sum::<usize>()
    }

    /// Is there nothing in it?
    pub(super) fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// What this book knows and the other does not. A call that the other has released counts again, which is the safe side.
    pub(super) fn missing_from(&self, other: &Self) -> Vec<Entry> {
        let mut other = other.clone();
        let mut missing: Vec<Entry> = self.aliases().collect();
        missing.retain(|alias| match alias {
            Entry::Alias { old, new } => other.root_of(old).is_none_or(|root| Some(root) != other.root_of(new)),
            Entry::Count { .. } => true,
        });
        for alias in &missing {
            other.apply(alias);
        }
        for entry in self.entries().flatten() {
            let Entry::Count { key, change } = &entry else { continue };
            let there = other.counter(&key.operation, &key.subject);
            let known = there.is_some_and(|there| match change {
                Change::Call(call) => {
                    there.calls.iter().any(|known| known.id == call.id && known.at >= call.at && known.answered >= call.answered)
                }
                Change::Block(until) => there.blocked_until >= *until,
                Change::Release(_) | Change::Clear => true,
            });
            if !known {
                missing.push(entry);
            }
        }
        missing
    }

    fn aliases(&self) -> impl Iterator<Item = Entry> {
        self.subjects.iter().filter_map(|subject| {
            let other = self.subjects.get(index(self.root(subject.other?)))?;
            Some(Entry::Alias { old: subject.name.to_string(), new: other.name.to_string() })
        })
    }

    fn counters<'a>(&'a self) -> impl Iterator<Item = (&'a str, &'a str, &'a Counter)> {
        self.subjects.iter().flat_map(|subject| {
            let named = |(operation, counter): &'a (u32, Counter)| {
                Some((self.operations.get(index(*operation))?.as_str(), &*subject.name, counter))
            };
            subject.counters.iter().filter_map(named)
        })
    }

    /// The counter by which calls are counted.
    fn counter(&self, operation: &str, subject: &str) -> Option<&Counter> {
        let operation = position(self.operations.iter().position(|known| known == operation)?);
        let subject = self.subjects.get(index(self.root_of(subject)?))?;
        subject.counters.iter().find(|(known, _)| *known == operation).map(|(_, counter)| counter)
    }

    fn root_of(&self, name: &str) -> Option<u32> {
        self.names.get(name).map(|subject| self.root(*subject))
    }

    fn root(&self, subject: u32) -> u32 {
        let mut subject = subject;
        while let Some(other) = self.subjects.get(index(subject)).and_then(|subject| subject.other) {
            subject = other;
        }
        subject
    }

    fn subject(&mut self, name: &str) -> u32 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let (name, at): (Arc<str>, _) = (name.into(), position(self.subjects.len()));
        self.names.insert(name.clone(), at);
        self.subjects.push(Subject { name, other: None, counters: Vec::new() });
        at
    }

    /// Only names that have no other are given one, so that no names lead in a circle.
    pub(super) fn join(&mut self, old: &str, new: &str) {
        let (old, new) = (self.subject(old), self.subject(new));
        let (old, new) = (self.root(old), self.root(new));
        if old == new {
            return;
        }
        let Some(joining) = self.subjects.get_mut(index(old)) else { return };
        joining.other = Some(new);
        let moving = std::mem::take(&mut joining.counters);
        let Some(joined) = self.subjects.get_mut(index(new)) else { return };
        for (operation, counter) in moving {
            match joined.counters.iter_mut().find(|(known, _)| *known == operation) {
                Some((_, joined)) => {
                    joined.calls.extend(counter.calls);
                    joined.window = joined.window.max(counter.window);
                    joined.blocked_until = joined.blocked_until.max(counter.blocked_until);
                }
                None => joined.counters.push((operation, counter)),
            }
        }
    }
}

/// Is the call in its window at that time, or ahead of it?
fn counts(call: &Call, window: Millis, past: Millis) -> bool {
    call.at.saturating_add(window) > past
}

/// The times of the calls that were counted last. A clock that is ahead for some of them must not have others forgotten, so what is past
/// is what was past for all.
#[derive(Clone, Debug, Default)]
struct Recent {
    times: [Millis; 32],
    next: usize,
}

impl Recent {
    fn note(&mut self, at: Millis) {
        if let Some(time) = self.times.get_mut(self.next) {
            *time = at;
        }
        self.next = (self.next + 1) % self.times.len();
    }

    /// A time that has certainly passed.
    fn certain(&self) -> Millis {
        self.times.iter().copied().min().unwrap_or(0)
    }
}

fn count(limit: &Limit, change: Change) -> Entry {
    let key = Key { operation: limit.operation.to_owned(), subject: limit.plain(&limit.subject), window: length(limit.window) };
    Entry::Count { key, change }
}

fn block(limit: &Limit, at: Millis) -> Entry {
    count(limit, Change::Block(at.saturating_add(length(limit.block))))
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn index(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn book(changes: &[Change]) -> Book {
        let mut book = Book::default();
        for change in changes {
            let key = Key { operation: "register".to_owned(), subject: "106".to_owned(), window: 1000 };
            book.apply(&Entry::Count { key, change: *change });
        }
        book
    }

    fn call(id: u64, at: Millis, answered: bool) -> Change {
        Change::Call(Call { id, at, answered })
    }

    #[test]
    fn what_another_book_knows_later_or_surer_is_not_missing_from_it() {
        let one = book(&[call(1, 50, true), Change::Block(90)]);
        for (other, missing) in [
            (&[][..], 2),
            (&[call(1, 50, true), Change::Block(90)], 0),
            (&[call(1, 60, true), Change::Block(95)], 0),
            (&[call(1, 50, false), Change::Block(90)], 1),
            (&[call(1, 40, true), Change::Block(90)], 1),
            (&[call(2, 50, true), Change::Block(90)], 1),
            (&[call(1, 50, true), Change::Block(80)], 1),
            (&[call(1, 50, true)], 1),
        ] {
            assert_eq!(one.missing_from(&book(other)).len(), missing, "{other:?}");
        }
        let unanswered = book(&[call(1, 50, false)]);
        assert!(unanswered.missing_from(&book(&[call(1, 50, true)])).is_empty());
    }

    #[test]
    fn calls_that_have_left_their_window_are_forgotten_once_there_are_many() {
        let mut calls: Vec<_> = (1..64).map(|at| call(at, 1000 * at, true)).collect();
        let kept = |calls: &[Change]| book(calls).counters().map(|(_, _, counter)| counter.calls.len()).sum::<usize>();
        assert_eq!(kept(&calls), 63);
        calls.push(call(64, 64_000, true));
        assert_eq!(kept(&calls), 32, "those since the earliest of the last times");
    }

    #[test]
    fn names_of_one_are_missing_where_they_are_two() {
        let joined = |names: &[(&str, &str)]| {
            let mut book = Book::default();
            for (old, new) in names {
                book.join(old, new);
            }
            book
        };
        let one = joined(&[("a", "b")]);
        for (other, missing) in [(&[][..], 1), (&[("a", "b")], 0), (&[("b", "a")], 0), (&[("a", "c")], 1), (&[("a", "c"), ("b", "c")], 0)] {
            assert_eq!(one.missing_from(&joined(other)).len(), missing, "{other:?}");
        }
    }
}
