//! SHA-256 as Graph writes it: in hexadecimal where a node is read, in base64 in webhooks.

/// The bytes of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sha256(pub(crate) [u8; 32]);

impl Sha256 {
    /// From either notation, `None` if it is neither.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let bytes = if text.len() == 64 { hex(text)? } else { base64(text)? };
        bytes.try_into().ok().map(Self)
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// With or without padding, in the alphabet for URLs too.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(33);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::*;

    #[test]
    fn both_notations_are_the_same_hash() {
        // FIPS 180-2, appendix B.1.
        let hash = Sha256::of("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").unwrap();
        assert_eq!(hash.0, digest(&SHA256, b"abc").as_ref());
        assert_eq!(Sha256::of("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), Some(hash));
        assert_eq!(Sha256::of("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="), Some(hash));
        assert_eq!(Sha256::of("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"), Some(hash));
    }

    #[test]
    fn what_is_no_hash_is_none() {
        let long = "z".repeat(64);
        for text in ["", "<HASH>", "ungWv48B", "é", long.as_str(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1="] {
            assert_eq!(Sha256::of(text), None, "{text}");
        }
    }
}
