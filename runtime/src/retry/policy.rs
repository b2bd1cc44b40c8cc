//! Whether a failed request is sent again, and when: decisions without any doing.

use std::time::Duration;

use crate::description::error_info::RetryClass;

/// How a client repeats requests that failed.
///
/// Reads and idempotent operations are repeated after lost connections, statuses of 500 and above, and errors that Graph
/// documents as passing or calls transient. A create or an action is repeated only if nothing of it was sent, since Graph
/// may have executed it otherwise; what Graph provably refused is repeated if
/// [`repeat_refused_writes`](Self::repeat_refused_writes) says so. Operations that are never to be repeated
/// ([`never_retry`](crate::OperationInfo::never_retry)) never are.
///
/// A pause is random between nothing and a bound that doubles from [`base_pause`](Self::base_pause) to
/// [`max_pause`](Self::max_pause), and no shorter than what Graph asks for. A client has a budget for repetitions, which
/// its clones and views share: when much fails, it stops to repeat rather than to add load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) base_pause: Duration,
    pub(crate) max_pause: Duration,
    pub(crate) refused_writes: bool,
}

/// Three attempts within 30 seconds, with pauses of up to 0.25 s, then 0.5 s; refused writes are not repeated.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            elapsed: Duration::from_secs(30),
            base_pause: Duration::from_millis(250),
            max_pause: Duration::from_secs(8),
            refused_writes: false,
        }
    }
}

impl RetryPolicy {
    /// The default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Repeats nothing.
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How often a request is sent at most, the first time included.
    #[must_use]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// How long after the first attempt began the last may begin. A pause that would lead beyond is not made: the error is
    /// returned at once. The time limit of the call bounds it too.
    #[must_use]
    pub const fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// The bound of the first pause.
    #[must_use]
    pub const fn base_pause(mut self, pause: Duration) -> Self {
        self.base_pause = pause;
        self
    }

    /// The bound of every pause, except where Graph asks for a longer one.
    #[must_use]
    pub const fn max_pause(mut self, pause: Duration) -> Self {
        self.max_pause = pause;
        self
    }

    /// Whether creates and actions are repeated when the error proves that Graph has not executed them
    /// ([`ErrorInfo::executed`](crate::ErrorInfo::executed)) and will do so later.
    #[must_use]
    pub const fn repeat_refused_writes(mut self, repeat: bool) -> Self {
        self.refused_writes = repeat;
        self
    }
}

impl RetryPolicy {
    /// What both allow.
    pub(crate) fn strictest(self, other: Self) -> Self {
        Self {
            attempts: self.attempts.min(other.attempts),
            elapsed: self.elapsed.min(other.elapsed),
            base_pause: self.base_pause.max(other.base_pause),
            max_pause: self.max_pause.max(other.max_pause),
            refused_writes: self.refused_writes && other.refused_writes,
        }
    }
}

/// What is known of an attempt that failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub(crate) effect: Effect,
    pub(crate) ending: Ending,
}

/// What a repetition of the operation would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The same as the first time, at most.
    Idempotent,
    /// A thing twice, if the first time was carried out.
    Twice,
    /// Harm, whatever the ending of the first.
    Never,
}

impl Effect {
    /// What repeating both would do.
    pub(crate) fn worst(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Twice, _) | (_, Self::Twice) => Self::Twice,
            (Self::Idempotent, Self::Idempotent) => Self::Idempotent,
        }
    }
}

/// How far the attempt came.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    /// Nothing left this machine.
    NotSent,
    /// Something was sent and no answer came.
    Unknown,
    /// An answer that says what it says.
    Answered(Answer),
    /// Sending the same again would end the same.
    Settled,
}

/// What an answer says about trying again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The class of the error, where it is known.
    pub(crate) class: Option<RetryClass>,
    pub(crate) executed: Option<bool>,
    pub(crate) transient: bool,
}

/// What to wait for before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// A random while.
    Backoff,
    /// The time that Graph names, and for nothing where it names none: calls made meanwhile are counted too.
    Window,
}

/// Whether the attempt may be followed by another; `None`: it may not.
pub(crate) fn decide(failure: Failure, policy: &RetryPolicy) -> Option<Wait> {
    match (failure.effect, failure.ending) {
        (Effect::Never, _) | (_, Ending::Settled) | (Effect::Twice, Ending::Unknown) => None,
        (_, Ending::NotSent) | (Effect::Idempotent, Ending::Unknown) => Some(Wait::Backoff),
        (Effect::Idempotent, Ending::Answered(answer)) => match answer.class {
            Some(RetryClass::Backoff) => Some(Wait::Backoff),
            Some(RetryClass::AfterWindow) => Some(Wait::Window),
            // What is documented counts more than a status, which Graph chooses loosely.
            Some(RetryClass::None | RetryClass::Reauth) => answer.transient.then_some(Wait::Backoff),
            None => (answer.transient || answer.status >= 500).then_some(Wait::Backoff),
        },
        (Effect::Twice, Ending::Answered(answer)) => {
            if !policy.refused_writes || answer.executed != Some(false) || answer.status >= 500 {
                return None;
            }
            match answer.class? {
                RetryClass::Backoff => Some(Wait::Backoff),
                RetryClass::AfterWindow => Some(Wait::Window),
                RetryClass::None | RetryClass::Reauth => None,
            }
        }
    }
}

/// How long to wait after `repeats` repetitions, if Graph asks to wait for `asked`. `roll` is random.
pub(crate) fn pause(policy: &RetryPolicy, wait: Wait, asked: Option<Duration>, repeats: u32, roll: u32) -> Option<Duration> {
    let bound = policy.base_pause.saturating_mul(2_u32.saturating_pow(repeats)).min(policy.max_pause);
    match wait {
        Wait::Backoff => Some(part(bound, roll).max(asked.unwrap_or_default())),
        // All who wait for the same moment should not come at the same moment.
        Wait::Window => Some(asked?.saturating_add(part(policy.base_pause, roll))),
    }
}

/// The part of a time that a random number of 32 bits selects.
fn part(whole: Duration, roll: u32) -> Duration {
    let millis = (whole.as_millis() * u128::from(roll)) >> 32;
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFECTS: [Effect; 3] = [Effect::Idempotent, Effect::Twice, Effect::Never];

    fn answered(effect: Effect, status: u16, class: Option<RetryClass>, executed: Option<bool>) -> Failure {
        Failure { effect, ending: Ending::Answered(Answer { status, class, executed, transient: false }) }
    }

    fn daring() -> RetryPolicy {
        RetryPolicy::new().repeat_refused_writes(true)
    }

    #[test]
    fn what_one_policy_forbids_both_forbid() {
        let patient = RetryPolicy { attempts: 5, elapsed: Duration::from_mins(1), base_pause: Duration::from_secs(2), ..daring() };
        let hasty = RetryPolicy { attempts: 2, elapsed: Duration::from_secs(90), max_pause: Duration::from_secs(99), ..RetryPolicy::new() };
        for both in [patient.strictest(hasty), hasty.strictest(patient)] {
            assert_eq!((both.attempts, both.elapsed, both.refused_writes), (2, Duration::from_mins(1), false));
            assert_eq!((both.base_pause, both.max_pause), (Duration::from_secs(2), Duration::from_secs(99)));
        }
        assert!(daring().strictest(daring()).refused_writes);
    }

    #[test]
    fn what_was_not_sent_may_be_sent_unless_it_never_may() {
        let waits = EFFECTS.map(|effect| decide(Failure { effect, ending: Ending::NotSent }, &RetryPolicy::new()));
        assert_eq!(waits, [Some(Wait::Backoff), Some(Wait::Backoff), None]);
    }

    #[test]
    fn a_lost_answer_is_asked_for_again_only_where_that_does_nothing_twice() {
        let waits = EFFECTS.map(|effect| decide(Failure { effect, ending: Ending::Unknown }, &daring()));
        assert_eq!(waits, [Some(Wait::Backoff), None, None]);
    }

    #[test]
    fn a_write_is_repeated_only_if_proven_refused_passing_and_asked_for() {
        use RetryClass::{AfterWindow, Backoff, None as Lasting, Reauth};
        for executed in [None, Some(false), Some(true)] {
            for status in [200, 400, 429, 500, 503] {
                for class in [None, Some(Lasting), Some(Backoff), Some(AfterWindow), Some(Reauth)] {
                    let failure = answered(Effect::Twice, status, class, executed);
                    let safe = executed == Some(false) && status < 500;
                    let wait = match class {
                        Some(Backoff) if safe => Some(Wait::Backoff),
                        Some(AfterWindow) if safe => Some(Wait::Window),
                        _ => None,
                    };
                    assert_eq!(decide(failure, &daring()), wait, "{failure:?}");
                    assert_eq!(decide(failure, &RetryPolicy::new()), None, "{failure:?}");
                }
            }
        }
    }

    #[test]
    fn a_read_is_repeated_by_class_then_by_status() {
        let wait = |status, class| decide(answered(Effect::Idempotent, status, class, None), &RetryPolicy::new());
        assert_eq!(wait(400, Some(RetryClass::Backoff)), Some(Wait::Backoff));
        assert_eq!(wait(400, Some(RetryClass::AfterWindow)), Some(Wait::Window));
        assert_eq!(wait(500, Some(RetryClass::None)), None, "a documented error counts more than its status");
        assert_eq!(wait(401, Some(RetryClass::Reauth)), None);
        assert_eq!(wait(502, None), Some(Wait::Backoff));
        assert_eq!(wait(404, None), None);
    }

    #[test]
    fn what_graph_calls_transient_is_repeated_for_reads_alone() {
        let failure =
            |effect| Failure { effect, ending: Ending::Answered(Answer { status: 400, class: None, executed: None, transient: true }) };
        assert_eq!(EFFECTS.map(|effect| decide(failure(effect), &daring())), [Some(Wait::Backoff), None, None]);
    }

    #[test]
    fn what_lasts_by_its_code_is_repeated_if_this_answer_is_transient_and_nothing_can_happen_twice() {
        let decided = |effect, transient| {
            let answer = Answer { status: 400, class: Some(RetryClass::None), executed: Some(false), transient };
            decide(Failure { effect, ending: Ending::Answered(answer) }, &daring())
        };
        assert_eq!(EFFECTS.map(|effect| decided(effect, true)), [Some(Wait::Backoff), None, None]);
        assert_eq!(EFFECTS.map(|effect| decided(effect, false)), [None, None, None]);
    }

    #[test]
    fn what_would_end_the_same_is_not_repeated() {
        for effect in EFFECTS {
            assert_eq!(decide(Failure { effect, ending: Ending::Settled }, &daring()), None);
        }
    }

    #[test]
    fn pauses_double_up_to_a_bound_and_are_random_below_it() {
        let policy = RetryPolicy::new().base_pause(Duration::from_secs(1)).max_pause(Duration::from_secs(5));
        let most = |repeats| pause(&policy, Wait::Backoff, None, repeats, u32::MAX).unwrap().as_millis();
        assert_eq!([most(0), most(1), most(2), most(3), most(200)], [999, 1999, 3999, 4999, 4999]);
        assert_eq!(pause(&policy, Wait::Backoff, None, 2, 0), Some(Duration::ZERO));
        assert_eq!(pause(&policy, Wait::Backoff, None, 1, 1 << 31), Some(Duration::from_secs(1)));
    }

    #[test]
    fn graph_decides_how_long_at_least() {
        let policy = RetryPolicy::new().base_pause(Duration::from_secs(1));
        let asked = Some(Duration::from_mins(1));
        assert_eq!(pause(&policy, Wait::Backoff, asked, 0, u32::MAX), asked);
        assert_eq!(pause(&policy, Wait::Window, asked, 0, 0), asked);
        assert_eq!(pause(&policy, Wait::Window, None, 0, 0), None, "it is unknown how long");
    }

    proptest::proptest! {
        #[test]
        fn a_pause_is_never_longer_than_its_bound(base: u64, max: u64, repeats: u32, roll: u32) {
            let policy = RetryPolicy::new().base_pause(Duration::from_millis(base)).max_pause(Duration::from_millis(max));
            let pause = pause(&policy, Wait::Backoff, None, repeats, roll).unwrap();
            assert!(pause <= policy.max_pause);
            assert!(repeats > 0 || pause <= policy.base_pause);
        }
    }
}
