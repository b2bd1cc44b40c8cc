//! A maximum of calls per second, for each object separately.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::description::info::{OperationInfo, Paced, RateInfo};
use crate::error::retry_at::RetryBasis;
use crate::limits::hold::Hold;
use crate::limits::observed_rates::{ObservedRates, rate_at};
use crate::request::parts::Outgoing;
use crate::request::preflight::Refusal;
use crate::values::text::text;

/// How fast calls may follow each other where Graph limits them for each object.
/// Which operations these are, and which object they count for, the API's description says
/// ([`OperationInfo::paced`](crate::OperationInfo::paced)).
///
/// Calls wait for their turn, evenly spaced, and are refused where the wait would be longer than
/// [`max_wait`](Self::max_wait). A call that is dropped while it waits gives its turn back.
///
/// How fast an object may be, the caller says ([`per_second`](Self::per_second)), or Graph does
/// ([`documented`](Self::documented)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    rate: Rate,
    pair: Option<Pair>,
    /// None: the default, or the time limit of a call where that is less.
    max_wait: Option<Duration>,
}

/// How long after a call about an object the next may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rate {
    Given(Duration),
    Documented,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pair {
    Given(u32, Duration),
    Documented,
}

impl Pace {
    /// This many calls per second for each object; 0 counts as 1. It waits for 5 seconds at most.
    pub fn per_second(calls: u32) -> Self {
        Self::of(Rate::Given(interval(calls)))
    }

    /// As many calls in a second as the API documents for each object, by a field of it. Every read through the client, a
    /// clone or a view of it that asks for this field teaches how fast the object may be, in lists and within other objects
    /// too; ask again when it may have changed. Before that, and where the field has a value without a documented rate, an
    /// object has the slowest. It waits for 5 seconds at most.
    ///
    /// What the field does not tell, only the caller can ([`Client::set_pace`](crate::Client::set_pace)).
    pub fn documented() -> Self {
        Self::of(Rate::Documented)
    }

    /// As many calls in a second as the API documents for an object whose field has this value, for those who have it from
    /// elsewhere; `None` if the API documents none for it.
    pub fn at_level(operation: &OperationInfo, value: &str) -> Option<Self> {
        rate_at(operation.paced?.rate?, value).map(Self::per_second)
    }

    fn of(rate: Rate) -> Self {
        Self { rate, pair: None, max_wait: None }
    }

    /// In addition, for each object and each value of a parameter that the API names: a burst of this many calls, and then one for each `interval`.
    #[must_use]
    pub const fn pair(mut self, burst: u32, interval: Duration) -> Self {
        self.pair = Some(Pair::Given(burst, interval));
        self
    }

    /// In addition, the burst and the interval that the API documents for each object and each value of a parameter.
    #[must_use]
    pub const fn documented_pair(mut self) -> Self {
        self.pair = Some(Pair::Documented);
        self
    }

    /// How long a call waits for its turn at most; by default 5 seconds. Longer than the time limit of a call is refused when the client
    /// is built.
    #[must_use]
    pub const fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = Some(wait);
        self
    }

    /// How long a call may wait, if it was said.
    pub(crate) fn said_wait(&self) -> Option<Duration> {
        self.max_wait
    }

    fn longest_wait(&self) -> Duration {
        self.max_wait.unwrap_or(Duration::from_secs(5))
    }

    /// Does it depend on what reads have shown?
    pub(crate) fn learns(&self) -> bool {
        self.rate == Rate::Documented
    }

    /// What a call is counted by: the object, and its partner. None if nothing is known of how fast they may be.
    fn lanes(&self, paced: Paced, id: &str, partner: Option<&Value>, observed: Option<u32>) -> Vec<Lane> {
        let object = match self.rate {
            Rate::Given(interval) => Some(interval),
            Rate::Documented => observed.or_else(|| slowest(paced.rate?)).map(interval),
        };
        let pair = match self.pair {
            Some(Pair::Given(burst, interval)) => Some((burst, interval)),
            Some(Pair::Documented) => paced.pair.map(|pair| (pair.burst, pair.every)),
            None => None,
        };
        let object = object.map(|interval| Lane { key: id.to_owned(), interval, ahead: Duration::ZERO });
        let pair = pair.zip(partner).map(|((burst, interval), partner)| {
            // No identifier holds a slash, so that no two pairs share a key.
            let key = format!("{id}/{}", text(partner));
            Lane { key, interval, ahead: interval.saturating_mul(burst.saturating_sub(1)) }
        });
        object.into_iter().chain(pair).collect()
    }
}

fn interval(calls: u32) -> Duration {
    Duration::from_secs(1) / calls.max(1)
}

fn slowest(rate: RateInfo) -> Option<u32> {
    rate.per_second.iter().map(|(_, calls)| *calls).min()
}

/// Whose turn is when, shared by a client, its clones and its views.
#[derive(Default)]
pub(crate) struct Turns(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    /// The pace of single objects.
    paces: HashMap<String, Pace>,
    /// By what is counted: when the calls that were let through will have been paid for.
    paid: HashMap<String, Duration>,
    /// How many there may be before those that are paid for are removed.
    room: usize,
}

/// What is counted, and how.
struct Lane {
    key: String,
    interval: Duration,
    /// How far ahead of its payment a call may go.
    ahead: Duration,
}

/// A turn that was given. Unless it is taken, it goes back.
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    lanes: Vec<Lane>,
    pub(crate) hold: Hold,
}

impl Turns {
    pub(crate) fn set(&self, id: &str, pace: Pace) {
        self.lock().paces.insert(id.to_owned(), pace);
    }

    /// The turn of a call, if its object has a pace: that of its own, or else `pace`. `left` is the time that the call has left.
    pub(crate) fn turn(
        &self,
        pace: Option<Pace>,
        rates: &ObservedRates,
        outgoing: &Outgoing,
        now: Duration,
        left: impl Fn() -> Duration,
    ) -> Option<Turn<'_>> {
        let paced = outgoing.info().paced?;
        let id = outgoing.placeholder_value(paced.id)?;
        let pace = self.pace(id).or(pace)?;
        let partner = paced.pair.and_then(|pair| outgoing.param(pair.param));
        let observed = paced.rate.filter(|_| pace.learns()).and_then(|rate| rates.rate(id, rate.field));
        let mut turn = self.take(pace.lanes(paced, id, partner, observed), now);
        let longest = pace.longest_wait().min(left());
        if turn.hold.wait > longest {
            turn.hold.refusal = Some(Refusal {
                rule: "pace",
                operation: outgoing.info().id,
                item: paced.id.to_owned(),
                reason: format!(
                    "has as many calls waiting as its pace lets through in {} ms, and a call waits for {} ms at most",
                    turn.hold.wait.as_millis(),
                    longest.as_millis()
                ),
                page: "",
            });
        }
        Some(turn)
    }

    fn pace(&self, id: &str) -> Option<Pace> {
        self.lock().paces.get(id).copied()
    }

    /// Takes a turn in each lane.
    fn take(&self, lanes: Vec<Lane>, now: Duration) -> Turn<'_> {
        let mut queue = self.lock();
        let mut wait = Duration::ZERO;
        for lane in &lanes {
            let paid = queue.paid.entry(lane.key.clone()).or_default();
            let start = (*paid).max(now);
            wait = wait.max(start.saturating_sub(now).saturating_sub(lane.ahead));
            *paid = start.saturating_add(lane.interval);
        }
        queue.tidy(now);
        Turn { turns: self, lanes, hold: Hold { wait, refusal: None, basis: RetryBasis::Estimated } }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn tidy(&mut self, now: Duration) {
        if self.paid.len() > self.room.max(1024) {
            self.paid.retain(|_, paid| *paid > now);
            self.room = self.paid.len() * 2;
        }
    }
}

impl Turn<'_> {
    pub(crate) fn used(mut self) {
        self.lanes.clear();
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queue = self.turns.lock();
        for lane in &self.lanes {
            if let Some(paid) = queue.paid.get_mut(&lane.key) {
                *paid = paid.saturating_sub(lane.interval);
            }
        }
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The keys hold values of parameters.
        f.write_str("Turns")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(interval: u64, ahead: u64) -> Vec<Lane> {
        vec![Lane { key: "106".into(), interval: Duration::from_millis(interval), ahead: Duration::from_millis(ahead) }]
    }

    /// How many milliseconds a call waits that comes at a millisecond.
    fn wait(turns: &Turns, lanes: Vec<Lane>, at: u64) -> u128 {
        let turn = turns.take(lanes, Duration::from_millis(at));
        let wait = turn.hold.wait.as_millis();
        turn.used();
        wait
    }

    #[test]
    fn calls_are_spaced_evenly() {
        let turns = Turns::default();
        assert_eq!([0, 0, 0, 40, 100].map(|at| wait(&turns, lane(10, 0), at)), [0, 10, 20, 0, 0]);
    }

    #[test]
    fn a_burst_is_paid_back() {
        let turns = Turns::default();
        let waits = [0, 0, 0, 0, 10_000, 18_000].map(|at| wait(&turns, lane(6000, 2 * 6000), at));
        assert_eq!(waits, [0, 0, 0, 6000, 2000, 0]);
    }

    #[test]
    fn a_turn_that_is_dropped_goes_back() {
        let turns = Turns::default();
        assert_eq!(wait(&turns, lane(10, 0), 0), 0);
        drop(turns.take(lane(10, 0), Duration::ZERO));
        assert_eq!(wait(&turns, lane(10, 0), 0), 10);
    }

    #[test]
    fn what_is_paid_for_is_forgotten_once_there_is_much() {
        let turns = Turns::default();
        let long = Duration::from_hours(1);
        let owed = || vec![Lane { key: "owed".into(), interval: long, ahead: Duration::ZERO }];
        turns.take(owed(), Duration::ZERO).used();
        for id in 0..5000_u64 {
            let lanes = vec![Lane { key: id.to_string(), interval: Duration::from_millis(1), ahead: Duration::ZERO }];
            turns.take(lanes, Duration::from_millis(id * 10)).used();
        }
        assert!(turns.lock().paid.len() <= 1026);
        assert_eq!(turns.take(owed(), Duration::ZERO).hold.wait, long, "what is owed is not");
    }

    proptest::proptest! {
        /// In any second at most as many calls begin as the pace says.
        #[test]
        fn no_second_has_too_many(gaps in proptest::collection::vec(0_u64..40, 1..200), rate in 1_u32..100) {
            let turns = Turns::default();
            let interval = interval(rate);
            let mut now = Duration::ZERO;
            let mut begun = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                let turn = turns.take(vec![Lane { key: String::new(), interval, ahead: Duration::ZERO }], now);
                begun.push(now + turn.hold.wait);
                turn.used();
            }
            for (at, start) in begun.iter().enumerate() {
                // An interval is rounded to nanoseconds.
                let second = *start + Duration::from_micros(999_999);
                let within = begun[at..].iter().filter(|begin| **begin < second).count();
                assert!(within <= usize::try_from(rate).unwrap(), "{within}");
            }
        }
    }
}
