//! What holds for every schedule of repetitions: its bounds, its jitter, its budget, and what is never repeated.

use std::time::Duration;

use proptest::prelude::*;

use crate::description::info::RetryClass;
use crate::retry::budget::Budget;
use crate::retry::policy::{Answer, Effect, Failure, Outcome, RetryPolicy, Wait, decide, pause};

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

/// The bound of the pause after so many repetitions, reckoned another way.
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
    fn no_pause_is_shorter_than_graph_asks(policy in policy(), told in 0_u64..1 << 40, repeats in 0_u32..40, roll: u32) {
        let told = Duration::from_secs(told);
        let backoff = pause(&policy, Wait::Backoff, Some(told), repeats, roll).unwrap();
        prop_assert!(backoff >= told && backoff <= told.max(policy.max_pause));
        // Of those who wait for the same moment, each comes a little later.
        let window = pause(&policy, Wait::Window, Some(told), repeats, roll).unwrap();
        prop_assert!(window >= told && window <= told + policy.base_pause);
        prop_assert_eq!(pause(&policy, Wait::Window, None, repeats, roll), None);
    }

    #[test]
    fn a_write_is_never_repeated_when_graph_may_have_executed_it(policy in policy(), answer in answer()) {
        let decided = |effect, outcome| decide(Failure { effect, outcome }, &policy);
        let answered = Outcome::Answered(answer);
        if decided(Effect::Twice, answered).is_some() {
            prop_assert!(policy.refused_writes && answer.executed == Some(false) && answer.status < 500);
        }
        prop_assert_eq!(decided(Effect::Twice, Outcome::Unknown), None);
        for outcome in [answered, Outcome::Unknown, Outcome::NotSent, Outcome::Settled] {
            prop_assert_eq!(decided(Effect::Never, outcome), None);
        }
    }

    #[test]
    fn a_budget_is_never_overdrawn(successes in proptest::collection::vec(any::<bool>(), 0..2000)) {
        let (budget, mut earned, mut spent) = (Budget::default(), 0, 0);
        for success in successes {
            if success {
                budget.earn();
                earned += 1;
            } else if budget.spend() {
                spent += 1;
            }
            // A burst of fifty, then one repetition for ten successes.
            prop_assert!(spent <= 50 + earned / 10, "{spent} repetitions for {earned} successes");
        }
    }
}
