//! Slowing down before Graph throttles.

use std::time::Duration;

use crate::error::held::Held;
use crate::error::retry_at::RetryBasis;
use crate::limits::hold::Hold;
use crate::limits::usage_tracker::{Level, UsageTracker, WINDOW};
use crate::values::line::line;
use crate::values::personal::shortened;

/// Holds calls back as the usage that Graph reports nears the point where it throttles, for the app and for each business
/// object separately. All clones and views of a client share what is known.
///
/// From [`slow_from`](Self::slow_from) percent on calls wait, the longer the nearer usage is to
/// [`refuse_from`](Self::refuse_from); from there on they are refused, unless the wait until usage is below again is short.
/// When that will be is Graph's word where it gives one, and otherwise an estimate: usage is of a rolling hour, so what was
/// reported is taken to fade evenly within one. What is refused is held back ([`Error::is_held_back`](crate::Error::is_held_back)), has a
/// [`retry_at`](crate::Error::retry_at), and is sent all the same with [`Traffic::Off`](crate::Traffic::Off).
///
/// Which business objects a call counts for is learnt from the answers: the first call about an object is never held back
/// for them. Which kind of call it is Graph does not say beforehand, so that a call waits for every kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governor {
    slow_from: u32,
    refuse_from: u32,
    /// None: the default, or the time limit of a call where that is less.
    max_wait: Option<Duration>,
}

/// Slows from 80 %, refuses from 95 %, waits for 5 seconds at most.
impl Default for Governor {
    fn default() -> Self {
        Self { slow_from: 80, refuse_from: 95, max_wait: None }
    }
}

impl Governor {
    /// The default.
    pub fn new() -> Self {
        Self::default()
    }

    /// The percentage from which on calls wait.
    #[must_use]
    pub const fn slow_from(mut self, percent: u32) -> Self {
        self.slow_from = percent;
        self
    }

    /// The percentage from which on calls are refused.
    #[must_use]
    pub const fn refuse_from(mut self, percent: u32) -> Self {
        self.refuse_from = percent;
        self
    }

    /// How long a call waits at most; by default 5 seconds. Longer than the time limit of a call is refused when the client is built.
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

    /// How long a call must wait that counts for this usage, and whether it is over the threshold.
    fn wait(&self, level: &Level<'_>) -> (Duration, bool) {
        let blocked = level.regain_access.map(|regain| regain.saturating_sub(level.age));
        if let Some(left) = blocked {
            return (left, !left.is_zero());
        }
        let percent = f64::from(level.percent);
        let now = percent * (1.0 - level.age.as_secs_f64() / WINDOW.as_secs_f64());
        let (slow, refuse) = (f64::from(self.slow_from), f64::from(self.refuse_from));
        if level.percent > 0 && now >= refuse {
            // Until it has faded below the threshold, and no less than a moment.
            let left = WINDOW.as_secs_f64() * (now - refuse) / percent;
            (Duration::try_from_secs_f64(left).unwrap_or(WINDOW).max(Duration::from_secs(1)), true)
        } else if now >= slow && refuse > slow {
            let share = (now - slow) / (refuse - slow);
            (Duration::try_from_secs_f64(self.longest_wait().as_secs_f64() * share).unwrap_or(self.longest_wait()), false)
        } else {
            (Duration::ZERO, false)
        }
    }
}

impl Governor {
    /// What the usage that a call counts for has against it: the longest that any of it holds the call back. `left` is the
    /// time that the call has left.
    pub(crate) fn hold<'a>(
        &self,
        tracker: &UsageTracker,
        ids: impl Iterator<Item = &'a str>,
        now: Duration,
        left: impl Fn() -> Duration,
    ) -> Option<Hold> {
        let strain = self.strain(tracker, ids, now)?;
        let bound = self.longest_wait().min(left());
        if strain.over && strain.wait > bound {
            return Some(Hold { wait: strain.wait, held: Some(strain.held(self, bound)), basis: RetryBasis::Observed });
        }
        let wait = strain.wait.min(bound);
        if !wait.is_zero() {
            tracing::info!(?wait, "held back: {} is at {} %", strain.what, strain.percent);
        }
        Some(Hold { wait, held: None, basis: RetryBasis::Observed })
    }

    fn strain<'a>(&self, tracker: &UsageTracker, ids: impl Iterator<Item = &'a str>, now: Duration) -> Option<Strain> {
        let mut longest: Option<Strain> = None;
        tracker.levels(ids, now, |level| {
            let (wait, over) = self.wait(&level);
            let longer = longest.as_ref().is_none_or(|strain| (over, wait) > (strain.over, strain.wait));
            if longer && !wait.is_zero() {
                let what = match level.object {
                    None => "the usage of the app".to_owned(),
                    Some((id, "")) => format!("the usage of {}", shortened(id)),
                    Some((id, kind)) => line(&format!("the usage of {} for {kind}", shortened(id)), 200),
                };
                longest = Some(Strain { wait, over, what, percent: level.percent });
            }
        });
        longest
    }
}

/// The usage that holds a call back longest.
struct Strain {
    wait: Duration,
    over: bool,
    /// In words, which usage it is.
    what: String,
    percent: u32,
}

impl Strain {
    fn held(&self, governor: &Governor, longest: Duration) -> Held {
        let reason = format!(
            "{} was at {} % of what Graph allows when it last said so, and the governor sends nothing from {} % on",
            self.what, self.percent, governor.refuse_from,
        );
        Held { rule: "governor", reason, wait: self.wait, longest }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::response::usage::{Usage, UseCaseUsage};

    fn wait(percent: u32, age: Duration) -> (Duration, bool) {
        Governor::new().wait(&Level { object: None, percent, regain_access: None, age })
    }

    #[test]
    fn waits_grow_towards_the_threshold() {
        assert_eq!(wait(79, Duration::ZERO), (Duration::ZERO, false));
        assert_eq!(wait(80, Duration::ZERO), (Duration::ZERO, false));
        assert_eq!(wait(86, Duration::ZERO), (Duration::from_secs(2), false));
        assert!(wait(94, Duration::ZERO).0 < Duration::from_secs(5));
        assert_eq!(wait(100, Duration::ZERO), (Duration::from_mins(3), true), "5 of 100 % fade in a twentieth of an hour");
    }

    #[test]
    fn a_governor_without_a_slow_range_refuses_from_its_threshold() {
        let governor = Governor::new().slow_from(90).refuse_from(90);
        let wait = |percent| governor.wait(&Level { object: None, percent, regain_access: None, age: Duration::ZERO });
        assert_eq!(wait(89), (Duration::ZERO, false));
        assert_eq!(wait(90), (Duration::from_secs(1), true));
        let all = Governor::new().slow_from(0).refuse_from(0);
        assert_eq!(all.wait(&Level { object: None, percent: 0, regain_access: None, age: Duration::ZERO }), (Duration::ZERO, false));
    }

    #[test]
    fn usage_fades_within_an_hour() {
        assert_eq!(wait(100, Duration::from_mins(2)), (Duration::from_mins(1), true));
        assert!(!wait(100, Duration::from_mins(4)).1);
        assert_eq!(wait(100, Duration::from_mins(30)), (Duration::ZERO, false));
        assert_eq!(wait(u32::MAX, Duration::from_hours(2)), (Duration::ZERO, false));
    }

    #[test]
    fn what_graph_says_counts_more_than_percentages() {
        let wait = |age| {
            let regain_access = Some(Duration::from_mins(10));
            Governor::new().wait(&Level { object: None, percent: 100, regain_access, age })
        };
        assert_eq!(wait(Duration::from_mins(4)), (Duration::from_mins(6), true));
        assert_eq!(wait(Duration::from_mins(10)), (Duration::ZERO, false));
    }

    #[test]
    fn a_call_waits_for_as_long_as_it_may_and_not_a_moment_longer() {
        let tracker = UsageTracker::default();
        let blocked = UseCaseUsage { regain_access: Some(Duration::from_mins(1)), ..UseCaseUsage::default() };
        let usage = Usage { business: BTreeMap::from([("102".to_owned(), vec![blocked])]), ..Usage::default() };
        tracker.note([].into_iter(), &usage, || Duration::ZERO);
        let hold = |most, left| {
            let governor = Governor::new().max_wait(Duration::from_secs(most));
            governor.hold(&tracker, ["102"].into_iter(), Duration::ZERO, || Duration::from_secs(left)).unwrap()
        };
        for (most, left, is_held) in [(60, 60, false), (59, 60, true), (60, 59, true)] {
            let hold = hold(most, left);
            assert_eq!((hold.wait, hold.held.is_some()), (Duration::from_mins(1), is_held), "{most} {left}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_usage_panics(percent: u32, age: u64, slow: u32, refuse: u32, most: u64) {
            let governor = Governor::new().slow_from(slow).refuse_from(refuse).max_wait(Duration::from_secs(most));
            let (wait, over) = governor.wait(&Level { object: None, percent, regain_access: None, age: Duration::from_millis(age) });
            assert!(wait <= if over { WINDOW } else { Duration::from_secs(most) });
        }
    }
}
