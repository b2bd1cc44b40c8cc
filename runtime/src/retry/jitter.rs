//! Random numbers, for pauses that should not coincide.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that need not be unpredictable: `SplitMix64`, from a seed that the standard library draws.
pub(crate) struct Jitter(AtomicU64);

impl Default for Jitter {
    fn default() -> Self {
        Self(AtomicU64::new(RandomState::new().build_hasher().finish()))
    }
}

impl Jitter {
    pub(crate) fn next(&self) -> u32 {
        let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolls_are_those_of_split_mix() {
        // The generator's published numbers for the seed 0, which it moves on before the first; their upper halves.
        let jitter = Jitter(AtomicU64::new(0x9e37_79b9_7f4a_7c15));
        assert_eq!([jitter.next(), jitter.next(), jitter.next()], [0xe220_a839, 0x6e78_9e6a, 0x06c4_5d18]);
    }

    #[test]
    fn rolls_fill_the_range_evenly() {
        let jitter = Jitter(AtomicU64::new(7));
        let mut quarters = [0; 4];
        for _ in 0..4000 {
            quarters[usize::try_from(jitter.next() >> 30).unwrap()] += 1;
        }
        assert!(quarters.iter().all(|count| (900..1100).contains(count)), "{quarters:?}");
    }
}
