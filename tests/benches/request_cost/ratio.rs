//! The ratio of two sides over many pairs of rounds, and how sure it is.

/// The ratios of the pairs.
pub struct Ratio(Vec<f64>);

impl Ratio {
    pub fn of(mut ratios: Vec<f64>) -> Self {
        assert!(!ratios.is_empty(), "no round, no ratio");
        ratios.sort_by(f64::total_cmp);
        Self(ratios)
    }

    pub fn median(&self) -> f64 {
        middle(&self.0)
    }

    /// `95 %: 0.981–0.992, of 60 pairs`: between them lies the median of 95 of 100 samples that are drawn from the pairs again and again.
    pub fn spread(&self) -> String {
        const SAMPLES: usize = 10_000;
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        let pairs = self.0.len();
        let mut medians: Vec<f64> = (0..SAMPLES)
            .map(|_| {
                let mut sample: Vec<f64> = (0..pairs).map(|_| self.0[dice.roll(pairs)]).collect();
                sample.sort_by(f64::total_cmp);
                middle(&sample)
            })
            .collect();
        medians.sort_by(f64::total_cmp);
        format!("95 %: {:.3}–{:.3}, of {pairs} pairs", medians[SAMPLES / 40], medians[SAMPLES - SAMPLES / 40])
    }
}

fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
}

/// Marsaglia's xorshift: the same samples in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % sides
    }
}
