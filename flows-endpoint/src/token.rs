//! Tokens of flows that no one else can make.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use graph_runtime::Secret;

/// Makes and reads flow tokens that say whom and what a flow is for, until when, and are signed: a store is not needed to know a token, nor can
/// a user make one for someone else. What a token is about can be read by whoever has it.
#[derive(Clone)]
pub struct FlowTokens(hmac::Key);

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// It was not made with this secret.
    Forged,
    /// Its time is over. The endpoint answers with [`Exchange::expired`](crate::Exchange::expired).
    Expired,
}

impl FlowTokens {
    /// With a secret of one's own, of at least 16 bytes.
    ///
    /// # Errors
    /// The secret is shorter, so that it could be guessed.
    pub fn new(secret: impl Into<Secret>) -> Result<Self, ShortSecret> {
        let secret = secret.into();
        if secret.expose().trim().len() < 16 {
            return Err(ShortSecret);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes())))
    }

    /// A token about something, such as an order and the user who may change it, for a time from `now` on.
    pub fn issue(&self, about: &str, valid: Duration, now: SystemTime) -> String {
        let until = unix(now).saturating_add(valid.as_secs());
        let signed = format!("{}.{until:x}", URL_SAFE_NO_PAD.encode(about));
        let tag = hmac::sign(&self.0, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// What a token is about.
    ///
    /// # Errors
    /// It was not made with this secret, or its time is over.
    pub fn read(&self, token: &str, now: SystemTime) -> Result<String, TokenFault> {
        let (signed, tag) = token.rsplit_once('.').ok_or(TokenFault::Forged)?;
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| TokenFault::Forged)?;
        hmac::verify(&self.0, signed.as_bytes(), &tag).map_err(|_| TokenFault::Forged)?;
        let (about, until) = signed.split_once('.').ok_or(TokenFault::Forged)?;
        let until = u64::from_str_radix(until, 16).map_err(|_| TokenFault::Forged)?;
        if unix(now) >= until {
            return Err(TokenFault::Expired);
        }
        URL_SAFE_NO_PAD.decode(about).ok().and_then(|about| String::from_utf8(about).ok()).ok_or(TokenFault::Forged)
    }
}

fn unix(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl fmt::Debug for FlowTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlowTokens([masked])")
    }
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forged => "the flow token was not made with this secret",
            Self::Expired => "the flow token is no longer valid",
        })
    }
}

impl std::error::Error for TokenFault {}

/// A secret that could be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortSecret;

impl fmt::Display for ShortSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the secret of flow tokens has less than 16 bytes")
    }
}

impl std::error::Error for ShortSecret {}
