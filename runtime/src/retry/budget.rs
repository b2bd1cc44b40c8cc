//! How many repetitions a client can afford.

use std::sync::atomic::{AtomicU32, Ordering};

/// A bucket that each repetition takes from and each success adds to. It bounds the load that repetitions add to a Graph
/// that is down: after a burst, one repetition for ten successes.
pub(crate) struct Budget(AtomicU32);

const FULL: u32 = 500;
const REPETITION: u32 = 10;
const SUCCESS: u32 = 1;

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(FULL))
    }
}

impl Budget {
    /// Pays for a repetition, if there is enough left.
    pub(crate) fn spend(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(REPETITION)).is_ok()
    }

    /// An attempt has been answered.
    pub(crate) fn earn(&self) {
        // A full bucket takes no more, which is no failure.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| (left < FULL).then_some(left + SUCCESS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_burst_ten_successes_buy_a_repetition() {
        let budget = Budget::default();
        let burst = std::iter::repeat_with(|| budget.spend()).take_while(|paid| *paid).count();
        assert_eq!(burst, 50);
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend() && !budget.spend());
    }

    #[test]
    fn a_bucket_does_not_overflow() {
        let budget = Budget::default();
        (0..1000).for_each(|_| budget.earn());
        let burst = std::iter::repeat_with(|| budget.spend()).take_while(|paid| *paid).count();
        assert_eq!(burst, 50);
    }
}
