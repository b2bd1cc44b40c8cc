//! A token, ready to be sent, with its proof.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;
use sha2::{Digest as _, Sha256};

use crate::description::info::Auth;
use crate::values::secret::Secret;

/// The secret of an app, and how tokens are proven with it.
#[derive(Clone)]
pub(crate) struct AppSecret {
    pub(crate) secret: Secret,
    /// Does the proof hold the time, and so expire?
    pub(crate) timed: bool,
    /// Signs a message with it. A pointer: a program that gives no client an app secret does not contain HMAC.
    pub(crate) sign: fn(&Secret, &Secret) -> Secret,
}

impl AppSecret {
    pub(crate) fn new(secret: Secret) -> Self {
        Self { secret, timed: false, sign }
    }
}

/// A token, and its proof where an app secret is known.
#[derive(Clone)]
pub(crate) struct Credential {
    token: Secret,
    proof: Option<Proof>,
}

/// What shows that the sender of a token knows the app's secret.
#[derive(Clone)]
pub(crate) struct Proof {
    /// `appsecret_proof`.
    pub(crate) proof: Secret,
    /// `appsecret_time`: Unix seconds. Graph takes the proof for five minutes.
    pub(crate) time: Option<String>,
}

impl Credential {
    pub(crate) fn new(token: Secret, app_secret: Option<&AppSecret>, now: impl Fn() -> SystemTime) -> Self {
        let proof = app_secret.map(|app| {
            let time = app.timed.then(|| now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string());
            let message = match &time {
                Some(time) => [token.expose(), "|", time].concat().into(),
                None => token.clone(),
            };
            Proof { proof: (app.sign)(&app.secret, &message), time }
        });
        Self { token, proof }
    }

    pub(crate) fn token(&self) -> &Secret {
        &self.token
    }

    pub(crate) fn proof(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }

    /// The value of `Authorization` for an operation that authenticates so, or why there is none.
    pub(crate) fn header(&self, auth: Auth) -> Result<HeaderValue, &'static str> {
        if auth == Auth::OAuth { authorization("OAuth", &self.token) } else { bearer(&self.token) }
    }
}

/// The value of `Authorization` for a token, or why there is none.
pub(crate) fn bearer(token: &Secret) -> Result<HeaderValue, &'static str> {
    token.sent_as(|| authorization("Bearer", token))
}

/// Why the token can never be sent, if it cannot. One that is empty is not: a call may bring its own, or need none.
pub(crate) fn fault(token: &Secret) -> Option<&'static str> {
    bearer(token).err().filter(|_| !token.is_empty())
}

fn authorization(scheme: &str, token: &Secret) -> Result<HeaderValue, &'static str> {
    if token.is_empty() {
        return Err("the access token is empty, and this operation needs one");
    }
    if token.expose().contains(char::is_whitespace) {
        return Err(SPACED);
    }
    // Erased with the last of its clones, as the token is.
    let text = Bytes::from_owner(Zeroizing::new([scheme, " ", token.expose()].concat().into_bytes()));
    let mut header = HeaderValue::from_maybe_shared(text).map_err(|_| UNSENDABLE)?;
    header.set_sensitive(true);
    Ok(header)
}

impl Proof {
    /// The parameters that carry it.
    pub(crate) fn params(&self) -> Vec<(&'static str, &str)> {
        let time = self.time.as_deref().map(|time| ("appsecret_time", time));
        std::iter::once(("appsecret_proof", self.proof.expose())).chain(time).collect()
    }
}

const UNSENDABLE: &str = "the access token holds a character that no HTTP header may hold";

const SPACED: &str = "the access token holds white space, which no token does; often it is a line break or a blank at an end, left from a \
     file or a variable, or the word `Bearer` before it";

/// Lowercase hexadecimal HMAC-SHA256 with the app secret as key: Meta's `appsecret_proof`.
fn sign(app_secret: &Secret, message: &Secret) -> Secret {
    let mut mac = Hmac::<Sha256>::new((&*key(app_secret)).into());
    mac.update(message.expose().as_bytes());
    let tag = mac.finalize().into_bytes();
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    // As long as it will be: a text that grows or shrinks leaves copies behind.
    let mut hex = String::with_capacity(2 * tag.len());
    hex.extend(tag.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten());
    hex.into()
}

/// A secret as a key of HMAC (RFC 2104): as long as a block, and hashed if it is longer.
fn key(secret: &Secret) -> Zeroizing<[u8; 64]> {
    let mut key = Zeroizing::new([0; 64]);
    let secret = secret.expose().as_bytes();
    match key.get_mut(..secret.len()) {
        Some(head) => head.copy_from_slice(secret),
        None => key.iter_mut().zip(Sha256::digest(secret)).for_each(|(byte, digest)| *byte = digest),
    }
    key
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_proof_is_hmac_sha256_in_lowercase_hex() {
        // RFC 4231, test case 2.
        let proof = sign(&"Jefe".into(), &"what do ya want for nothing?".into());
        assert_eq!(proof.expose(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_key_may_be_longer_than_a_block() {
        // By Python's `hmac`; a block has 64 bytes.
        for (length, expected) in [
            (63, "e90b3d9d391d2255cbc3a2bd0969eaa702f60b949bbecd9a648095f2414dd392"),
            (64, "3b42479588f637a327cc9763c55251f78963b99fe206c5f20319d1f33ff0d78e"),
            (65, "f9ae3d0335ac36768b5cb8db0f34b1106e779d9b26d060593d0a3e72e8cd9ca6"),
            (200, "527471658ab9fa6e352de15d91d5c2d8ea3290f7a6f1c5bc0194568499b25c96"),
        ] {
            assert_eq!(sign(&"k".repeat(length).into(), &"EAAG".into()).expose(), expected, "{length}");
        }
    }

    #[test]
    fn a_timed_proof_signs_token_and_seconds() {
        let app = AppSecret { timed: true, ..AppSecret::new("secret".into()) };
        let now = UNIX_EPOCH + Duration::from_millis(1_700_000_000_900);
        let credential = Credential::new("EAAG".into(), Some(&app), || now);
        let params = credential.proof().unwrap().params();
        let expected = sign(&"secret".into(), &"EAAG|1700000000".into());
        assert_eq!(params, [("appsecret_proof", expected.expose()), ("appsecret_time", "1700000000")]);
    }

    #[test]
    fn a_token_that_no_header_may_hold_is_found() {
        for spaced in ["EAAG\n", " EAAG", "EAAG ", "Bearer EAAG", "EA\tAG"] {
            assert!(fault(&spaced.into()).is_some_and(|fault| fault.contains("white space")), "{spaced:?}");
        }
        assert!(fault(&"EAAG\u{7f}".into()).is_some());
        assert!(fault(&"EAAG\n".into()).is_some() && bearer(&"EAAG\n".into()).is_err());
        assert!(fault(&"".into()).is_none() && bearer(&"".into()).is_err());
        assert!(fault(&"EAAG".into()).is_none() && bearer(&"EAAG".into()).unwrap().is_sensitive());
    }
}
