//! What holds for every schedule of repetitions: its bounds, its jitter, its budget, and what is never repeated.

use std::time::Duration;

use proptest::prelude::*;

use crate::description::error_info::RetryClass;
use crate::retry::budget::RetryBudget;
use crate::retry::policy::{Answer, Effect, Ending, Failure, RetryPolicy, Wait, decide, pause};
use crate::retry::schedule::{After, Before, Schedule, Verdict};

fn policy() -> impl Strategy<Value = RetryPolicy> {
    (0_u64..1 << 40, 0_u64..1 << 40, any::<bool>()).prop_map(|(base, most, refused)| {
        RetryPolicy::new().base_pause(Duration::from_millis(base)).max_pause(Duration::from_millis(most)).repeat_refused_writes(refused)
    })
}

fn answer() -> impl Strategy<Value = Answer> {
    let class = prop_oneof![Just(RetryClass::None), Just(RetryClass::Backoff), Just(RetryClass::AfterWindow), Just(RetryClass::Reauth)];
    (100_u16..600, proptest::option::of(class), any::<Option<bool>>(), any::<bool>())
        .prop_map(|(status, class, executed, transient)| Answer { status, class, executed, transient })
}

/// The bound of the pause after this many repetitions, calculated another way.
fn bound(policy: &RetryPolicy, repeats: u32) -> Duration {
    let mut bound = policy.base_pause;
    for _ in 0..repeats {
        if bound >= policy.max_pause {
            break;
        }
        bound *= 2;
    }
    bound.min(policy.max_pause)
}

proptest! {
    #[test]
    fn jitter_is_full(policy in policy(), repeats in 0_u32..80, one: u32, other: u32) {
        let at = |roll| pause(&policy, Wait::Backoff, None, repeats, roll).unwrap();
        let bound = bound(&policy, repeats);
        prop_assert_eq!(at(0), Duration::ZERO);
        // The highest roll is one part in 2³² short of the bound; a pause is whole milliseconds.
        prop_assert!(at(u32::MAX) <= bound && at(u32::MAX) + bound / (1 << 31) + Duration::from_millis(1) >= bound);
        prop_assert!((at(one) <= at(other)) == (one <= other) || at(one) == at(other), "a higher roll is a longer pause");
        let half = at(1 << 31);
        prop_assert!(half <= bound / 2 && half + Duration::from_millis(1) >= bound / 2);
    }

    #[test]
    fn bounds_never_shrink_nor_pass_the_highest(policy in policy(), repeats in 0_u32..200) {
        let most = |repeats| pause(&policy, Wait::Backoff, None, repeats, u32::MAX).unwrap();
        prop_assert!(most(repeats) <= most(repeats + 1) && most(repeats + 1) <= policy.max_pause);
    }

    #[test]
    fn no_pause_is_shorter_than_graph_asks(policy in policy(), asked in 0_u64..1 << 40, repeats in 0_u32..40, roll: u32) {
        let asked = Duration::from_secs(asked);
        let backoff = pause(&policy, Wait::Backoff, Some(asked), repeats, roll).unwrap();
        prop_assert!(backoff >= asked && backoff <= asked.max(policy.max_pause));
        // Of those who wait for the same moment, each comes a little later.
        let window = pause(&policy, Wait::Window, Some(asked), repeats, roll).unwrap();
        prop_assert!(window >= asked && window <= asked + policy.base_pause);
        prop_assert_eq!(pause(&policy, Wait::Window, None, repeats, roll), None);
    }

    #[test]
    fn a_write_is_never_repeated_when_graph_may_have_executed_it(policy in policy(), answer in answer()) {
        let decided = |effect, ending| decide(Failure { effect, ending }, &policy);
        let answered = Ending::Answered(answer);
        if decided(Effect::Twice, answered).is_some() {
            prop_assert!(policy.refused_writes && answer.executed == Some(false) && answer.status < 500);
        }
        prop_assert_eq!(decided(Effect::Twice, Ending::Unknown), None);
        for ending in [answered, Ending::Unknown, Ending::NotSent, Ending::Settled] {
            prop_assert_eq!(decided(Effect::Never, ending), None);
        }
    }

    #[test]
    fn a_budget_is_never_overdrawn(successes in proptest::collection::vec(any::<bool>(), 0..2000)) {
        let (budget, mut earned, mut spent) = (RetryBudget::default(), 0, 0);
        for success in successes {
            if success {
                budget.deposit();
                earned += 1;
            } else if budget.withdraw() {
                spent += 1;
            }
            // A burst of fifty, then one repetition for ten successes.
            prop_assert!(spent <= 50 + earned / 10, "{spent} repetitions for {earned} successes");
        }
    }
}

/// What an attempt that failed says, and how long it took.
fn attempt() -> impl Strategy<Value = (Verdict, Duration)> {
    let ending = prop_oneof![Just(Ending::NotSent), Just(Ending::Unknown), Just(Ending::Settled), answer().prop_map(Ending::Answered)];
    let verdict = (ending, prop::bool::weighted(0.2), prop::option::of(0_u64..20), prop::option::of(0_u32..4)).prop_map(
        |(ending, rejects_token, asked, backoff_base)| Verdict {
            ending,
            rejects_token,
            asked: asked.map(Duration::from_secs),
            backoff_base,
        },
    );
    (verdict, (0_u64..9000).prop_map(Duration::from_millis))
}

/// A call whose attempts all fail: when each was sent, what it said, and whether another token followed.
struct Course {
    sent: Vec<(Duration, Verdict, bool)>,
    end: Duration,
}

fn course(policy: RetryPolicy, effect: Effect, limit: Duration, attempts: &[(Verdict, Duration)], another: bool, roll: u32) -> Course {
    let mut schedule = Schedule::new(policy, effect, limit, Duration::ZERO);
    let mut course = Course { sent: Vec::new(), end: Duration::ZERO };
    for (verdict, took) in attempts {
        let Before::Send(left) = schedule.before(course.end) else { break };
        let began = course.end;
        course.end += (*took).min(left);
        let mut after = schedule.after(course.end, *verdict, roll);
        let refreshed = after == After::Refresh && another;
        course.sent.push((began, *verdict, refreshed));
        assert_eq!(usize::try_from(schedule.sent()).unwrap(), course.sent.len());
        if after == After::Refresh && !another {
            after = schedule.without_token(course.end, roll);
        }
        match after {
            After::Refresh => {}
            After::Wait(pause) => {
                assert!(course.end + pause < limit.min(policy.elapsed), "a pause that leads beyond the end");
                course.end += pause;
            }
            After::RefreshOnly | After::Stop => break,
        }
    }
    course
}

proptest! {
    #[test]
    fn what_must_not_be_repeated_is_sent_once(
        policy in policy(), attempts in proptest::collection::vec(attempt(), 1..12), limit in 1_u64..60_000, another: bool, roll: u32
    ) {
        let limit = Duration::from_millis(limit);
        let never = course(policy.max_attempts(9), Effect::Never, limit, &attempts, another, roll);
        prop_assert!(never.sent.len() <= 1);

        let twice = course(policy.max_attempts(9), Effect::Twice, limit, &attempts, another, roll);
        for (_, verdict, refreshed) in twice.sent.iter().rev().skip(1) {
            let proven = match verdict.ending {
                Ending::NotSent => true,
                Ending::Answered(answer) => policy.refused_writes && answer.executed == Some(false),
                Ending::Unknown | Ending::Settled => false,
            };
            prop_assert!(proven || *refreshed, "sent again after {:?}", verdict);
        }
    }

    #[test]
    fn a_call_ends_within_its_bounds(
        policy in policy(), attempts in proptest::collection::vec(attempt(), 1..12), most in 0_u32..5, limit in 1_u64..60_000, another: bool, roll: u32
    ) {
        let limit = Duration::from_millis(limit);
        let course = course(policy.max_attempts(most), Effect::Idempotent, limit, &attempts, another, roll);
        let refreshed = course.sent.iter().filter(|(.., refreshed)| *refreshed).count();
        prop_assert!(refreshed <= 1);
        prop_assert!(course.sent.len() <= usize::try_from(most.max(1)).unwrap() + refreshed);
        prop_assert!(course.end <= limit && course.sent.iter().all(|(began, ..)| *began < limit));
    }
}
