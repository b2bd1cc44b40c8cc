//! Names as keys of Redis, and contents that only this fleet can read.

use aes_gcm::aead::{Aead as _, Nonce, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use graph_runtime::Secret;
use hmac::{Hmac, Mac as _};
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;

/// The shortest secret. Shorter ones can be guessed from what is in Redis.
pub(crate) const SHORTEST_SECRET: usize = 16;

/// 12 bytes: what AES-GCM begins with.
const NONCE: usize = 12;

/// Makes keys of names. No name is in a key: telephone numbers have so few digits that a plain hash of one can be found by trying all.
pub(crate) struct Names {
    prefix: String,
    hashing: Hmac<Sha256>,
    sealing: Aes256Gcm,
}

impl Names {
    pub(crate) fn new(prefix: String, secret: &Secret) -> Self {
        let hashing = keyed(secret.expose().as_bytes(), b"names");
        let sealing = keyed(secret.expose().as_bytes(), b"contents");
        let sealing = Zeroizing::new(<[u8; 32]>::from(sealing.finalize().into_bytes()));
        let hashing = Zeroizing::new(<[u8; 32]>::from(hashing.finalize().into_bytes()));
        Self { prefix, hashing: keyed(&*hashing, b""), sealing: Aes256Gcm::new(&(*sealing).into()) }
    }

    /// The name of a thing of a kind, as 22 characters.
    pub(crate) fn tag(&self, kind: &str, name: &str) -> String {
        let mut mac = self.hashing.clone();
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(name.as_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..16])
    }

    /// The key of a tag. What is in braces says to a cluster where it is kept, so all keys of a tag are together.
    pub(crate) fn key(&self, kind: &str, tag: &str) -> String {
        format!("{}:{kind}:{{{tag}}}", self.prefix)
    }

    /// The key of another tag beside this one.
    pub(crate) fn key_beside(&self, kind: &str, tag: &str, other: &str) -> String {
        format!("{}:{kind}:{{{tag}}}:{other}", self.prefix)
    }

    /// The key where a fleet leaves its mark.
    pub(crate) fn mark_key(&self) -> String {
        format!("{}:secret", self.prefix)
    }

    /// Encrypts a content for the place where it is kept.
    pub(crate) fn seal(&self, place: &str, content: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let sealed = self.sealing.encrypt(&Nonce::<Aes256Gcm>::from(nonce), Payload { msg: content, aad: place.as_bytes() }).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// What was sealed for this place; nothing if it was not.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        Some(Zeroizing::new(self.sealing.decrypt(&Nonce::<Aes256Gcm>::from(*nonce), payload).ok()?))
    }
}

fn keyed(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    // HMAC takes a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
    mac.update(message);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(secret: &str) -> Names {
        Names::new("wa".into(), &secret.into())
    }

    #[test]
    fn a_key_says_nothing_of_its_name_and_is_the_same_on_every_machine() {
        let (one, other) = (names("0123456789abcdef"), names("0123456789abcdef"));
        let key = one.key("ledger", &one.tag("subject", "16315551111"));
        assert_eq!(key, other.key("ledger", &other.tag("subject", "16315551111")));
        assert!(key.starts_with("wa:ledger:{") && key.len() == 34 && !key.contains("5551111"), "{key}");
        assert_ne!(one.tag("subject", "1"), one.tag("event", "1"), "kinds are apart");
        assert_ne!(one.tag("subject", "1"), names("0123456789abcdeF").tag("subject", "1"));
    }

    #[test]
    fn what_is_sealed_is_read_with_the_same_secret_at_the_same_place_alone() {
        let one = names("0123456789abcdef");
        let sealed = one.seal("here", b"EAAG").unwrap();
        assert!(!sealed.windows(4).any(|part| part == b"EAAG"));
        assert_ne!(one.seal("here", b"EAAG").unwrap(), sealed, "no two are alike");
        assert_eq!(one.open("here", &sealed).unwrap().as_slice(), b"EAAG");
        assert!(one.open("there", &sealed).is_none());
        assert!(names("0123456789abcdeF").open("here", &sealed).is_none());
        assert!(one.open("here", &sealed[..11]).is_none() && one.open("here", b"").is_none());
    }
}
