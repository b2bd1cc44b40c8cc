//! SHA-256 of a file as Graph writes it: in hexadecimal where a node is read, in base64 in webhooks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The bytes of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileDigest(pub(crate) [u8; 32]);

impl FileDigest {
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
    let text = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    STANDARD_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn both_notations_are_the_same_hash() {
        // FIPS 180-2, appendix B.1.
        let hash = FileDigest::of("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").unwrap();
        assert_eq!(hash.0, Sha256::digest(b"abc").as_slice());
        assert_eq!(FileDigest::of("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), Some(hash));
        assert_eq!(FileDigest::of("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="), Some(hash));
        assert_eq!(FileDigest::of("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"), Some(hash));
    }

    #[test]
    fn what_is_no_hash_is_none() {
        let long = "z".repeat(64);
        for text in ["", "<HASH>", "ungWv48B", "é", long.as_str(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1="] {
            assert_eq!(FileDigest::of(text), None, "{text}");
        }
    }
}
