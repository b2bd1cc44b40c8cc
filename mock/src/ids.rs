//! Identifiers, which follow from the seed and from how many were drawn before: the same requests get the same answers.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

#[derive(Clone, Debug)]
pub(crate) struct Ids {
    seed: u64,
    drawn: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    pub(crate) fn drawn(&self) -> (u64, u64) {
        (self.seed, self.drawn)
    }

    pub(crate) fn resume(&mut self, seed: u64, drawn: u64) {
        *self = Self { seed, drawn };
    }

    /// `SplitMix64` (Steele, Lea, Flood 2014), as a function of the count.
    pub(crate) fn draw(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        let mut z = self.seed.wrapping_add(self.drawn.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.draw().to_le_bytes();
            chunk.copy_from_slice(drawn.get(..chunk.len()).unwrap_or_default());
        }
        bytes
    }

    /// The identifier of a new object: sixteen digits.
    pub(crate) fn digits(&mut self) -> String {
        (1_000_000_000_000_000 + self.draw() % 9_000_000_000_000_000).to_string()
    }

    /// Six digits.
    pub(crate) fn code(&mut self) -> String {
        format!("{:06}", self.draw() % 1_000_000)
    }

    /// `A` and 22 characters, as `fbtrace_id` has them.
    pub(crate) fn trace(&mut self) -> String {
        let mut text = String::with_capacity(23);
        text.push('A');
        URL_SAFE_NO_PAD.encode_string(self.bytes::<16>(), &mut text);
        text
    }

    /// A text that no one guesses, of letters, digits, `-` and `_`.
    pub(crate) fn opaque(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<24>())
    }

    /// So many hexadecimal digits, as capitals.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016X}", self.draw()));
        }
        text.truncate(digits);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same() {
        let (mut one, mut other) = (Ids::new(7), Ids::new(7));
        assert_eq!(one.digits(), other.digits());
        assert_eq!((one.hex(18), one.hex(1).len()), (other.hex(18), other.hex(1).len()));
        assert_ne!(one.trace(), one.trace());
        assert_ne!(Ids::new(8).digits(), Ids::new(7).digits());
        assert_eq!((one.digits().len(), one.trace().len()), (16, 23));
    }
}
