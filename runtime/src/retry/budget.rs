//! How many repetitions a client can afford.

use std::sync::atomic::{AtomicU32, Ordering};

/// A bucket that each repetition takes from and each success adds to. It bounds the load that repetitions add to a Graph
/// that is down: after a burst, one repetition for ten successes.
pub(crate) struct RetryBudget(AtomicU32);

const FULL: u32 = 500;
const REPETITION: u32 = 10;
const SUCCESS: u32 = 1;

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(FULL))
    }
}

impl RetryBudget {
    /// Pays for a repetition, if there is enough left.
    pub(crate) fn withdraw(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(REPETITION)).is_ok()
    }

    /// An attempt has been answered.
    pub(crate) fn deposit(&self) {
        // A full bucket takes no more, which is no failure.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| (left < FULL).then_some(left + SUCCESS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_burst_ten_successes_buy_a_repetition() {
        let budget = RetryBudget::default();
        let burst = std::iter::repeat_with(|| budget.withdraw()).take_while(|paid| *paid).count();
        assert_eq!(burst, 50);
        for _ in 0..9 {
            budget.deposit();
        }
        assert!(!budget.withdraw());
        budget.deposit();
        assert!(budget.withdraw() && !budget.withdraw());
    }

    #[test]
    fn a_bucket_does_not_overflow() {
        let budget = RetryBudget::default();
        (0..1000).for_each(|_| budget.deposit());
        let burst = std::iter::repeat_with(|| budget.withdraw()).take_while(|paid| *paid).count();
        assert_eq!(burst, 50);
    }
}
