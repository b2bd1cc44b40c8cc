//! A maximum of calls per second, for each object separately.

use std::time::Duration;

use serde_json::Value;

use crate::description::info::{OperationInfo, Paced, RateInfo};
use crate::limits::observed_rates::rate_at;
use crate::limits::turns::Lane;
use crate::values::text::text;

/// How fast calls may follow each other where Graph limits them for each object.
/// Which operations these are, and which object they count for, the API's description says
/// ([`OperationInfo::paced`](crate::OperationInfo::paced)).
///
/// Calls wait for their turn, evenly spaced and in the order in which they ask. One whose turn would come after its time is over, or later
/// than [`max_wait`](Self::max_wait), takes none and ends at once, in an error that says how long it would take
/// ([`Error::turn_in`](crate::Error::turn_in)). A call that is dropped while it waits gives its turn back, and the next that asks gets it.
///
/// It is no refusal: [`Traffic`](crate::Traffic) is its switch.
///
/// How fast an object may be, the caller says ([`per_second`](Self::per_second)), or Graph does
/// ([`documented`](Self::documented)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    rate: Rate,
    pair: Option<Pair>,
    /// In percent. None: the default.
    room: Option<u32>,
    /// None: as long as the call has time.
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
    /// This many calls per second for each object; 0 counts as 1.
    pub fn per_second(calls: u32) -> Self {
        Self::of(Rate::Given(interval(calls)))
    }

    /// As many calls in a second as the API documents for each object, by a field of it. Every read through the client, a
    /// clone or a view of it that asks for this field teaches how fast the object may be, in lists and within other objects
    /// too; ask again when it may have changed. Before that, and where the field has a value without a documented rate, an
    /// object has the slowest.
    ///
    /// Where the API counts more than calls towards that number, messages that arrive for example
    /// ([`RateInfo::counts_too`](crate::RateInfo::counts_too)), a fifth of it is left for them; [`leave_room`](Self::leave_room) says how much.
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
        Self { rate, pair: None, room: None, max_wait: None }
    }

    /// How many percent of the rate are left for what else counts towards it. By default 20 where the rate is
    /// [`documented`](Self::documented) and the API counts something else too, and none otherwise. With 0 all of it is for calls: for
    /// numbers to which no one writes, or where what arrives is counted with [`Client::count_arrivals`](crate::Client::count_arrivals).
    #[must_use]
    pub const fn leave_room(mut self, percent: u32) -> Self {
        self.room = Some(percent);
        self
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

    /// How long a call waits for its turn at most; by default as long as its time limit leaves. Longer than the time limit of the client is
    /// refused when it is built.
    #[must_use]
    pub const fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = Some(wait);
        self
    }

    /// How long a call may wait, if it was said.
    pub(crate) fn said_wait(&self) -> Option<Duration> {
        self.max_wait
    }

    /// How long a call may wait that has this much time left. A timer may be late, and a call that is out of time when it wakes has waited for nothing.
    pub(crate) fn longest_wait(&self, left: Duration) -> Duration {
        let left = left.saturating_sub((left / 10).min(LATE));
        self.max_wait.map_or(left, |wait| wait.min(left))
    }

    /// Does it depend on what reads have shown?
    pub(crate) fn learns(&self) -> bool {
        self.rate == Rate::Documented
    }

    /// What a call is counted by: the object, and its partner. None if nothing is known of how fast they may be.
    pub(crate) fn lanes(&self, paced: Paced, id: &str, partner: Option<&Value>, observed: Option<u32>) -> Vec<Lane> {
        let shared = self.learns() && paced.rate.is_some_and(|rate| !rate.counts_too.is_empty());
        let room = self.room.unwrap_or(if shared { ROOM } else { 0 }).min(99);
        let object = match self.rate {
            Rate::Given(interval) => Some(interval),
            Rate::Documented => observed.or_else(|| slowest(paced.rate?)).map(interval),
        };
        let object = object.map(|interval| interval * 100 / (100 - room));
        let pair = match self.pair {
            Some(Pair::Given(burst, interval)) => Some((burst, interval)),
            Some(Pair::Documented) => paced.pair.map(|pair| (pair.burst, pair.every)),
            None => None,
        };
        let object = object.map(|interval| Lane::new(id.to_owned(), interval, Duration::ZERO));
        let pair = pair.zip(partner).map(|((burst, interval), partner)| {
            // No identifier holds a slash, so that no two pairs share a key.
            let key = format!("{id}/{}", text(partner));
            Lane::new(key, interval, interval.saturating_mul(burst.saturating_sub(1)))
        });
        object.into_iter().chain(pair).collect()
    }
}

/// What is left of a documented rate for what else counts, in percent.
const ROOM: u32 = 20;

/// How late a timer is on a busy machine.
const LATE: Duration = Duration::from_millis(50);

fn interval(calls: u32) -> Duration {
    Duration::from_secs(1) / calls.max(1)
}

fn slowest(rate: RateInfo) -> Option<u32> {
    rate.per_second.iter().map(|(_, calls)| *calls).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_waits_for_its_turn_keeps_time_for_a_timer_that_is_late() {
        let longest = |pace: Pace, left| pace.longest_wait(Duration::from_millis(left)).as_millis();
        let pace = Pace::per_second(1);
        assert_eq!([100, 500, 60_000].map(|left| longest(pace, left)), [90, 450, 59_950]);
        let patient = pace.max_wait(Duration::from_secs(1));
        assert_eq!([100, 60_000].map(|left| longest(patient, left)), [90, 1000]);
    }
}
