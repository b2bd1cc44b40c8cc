//! From a request of anyone to a notification of Meta.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;

use super::handshake;
use super::received::{FromBody, Received};
use super::rejection::Rejection;
use super::signature::{self, Key};
use crate::values::secret::Secret;

/// 4 MiB. Meta sends up to 3 MB.
const BODY_LIMIT: usize = 4 << 20;

/// Verifies webhooks and reads them. Clones share the secrets.
///
/// It does no I/O: a server of any kind gives it the query of a GET, or the header and the bytes of a POST, and answers what it says.
pub struct Receiver<N> {
    kept: Arc<Kept>,
    reads: PhantomData<fn() -> N>,
}

struct Kept {
    keys: Vec<Key>,
    verify_token: Option<Secret>,
    body_limit: usize,
}

impl<N> Receiver<N> {
    /// Begins a receiver. It needs an app secret; for the handshake also a verify token.
    pub fn builder() -> ReceiverBuilder<N> {
        ReceiverBuilder { secrets: Vec::new(), verify_token: None, body_limit: BODY_LIMIT, reads: PhantomData }
    }

    /// The answer to the handshake, for the query of the GET: the challenge, unchanged, to be sent as the whole body with status 200.
    ///
    /// # Errors
    /// [`Rejection::Handshake`], to be answered with 403, unless `hub.mode` is `subscribe`, the verify token is the one that the
    /// receiver was given, and there is a challenge. Names with underscores, as PHP writes them, are read too.
    pub fn handshake(&self, query: &str) -> Result<String, Rejection> {
        Ok(handshake::challenge(query, self.kept.verify_token.as_ref())?)
    }

    /// Checks the signature of a body, and tells which of the app secrets signed it: their index, in the order in which they were
    /// given. The body is the bytes that came in; what was parsed and written again is something else.
    ///
    /// # Errors
    /// The body is too large (413), or the header is missing, malformed or wrong (401).
    pub fn verify(&self, body: impl AsRef<[u8]>, header: Option<&[u8]>) -> Result<usize, Rejection> {
        let body = body.as_ref();
        if body.len() > self.kept.body_limit {
            return Err(Rejection::TooLarge { limit: self.kept.body_limit });
        }
        signature::signer(&self.kept.keys, body, header)
    }

    /// How many bytes of a body are to be read: 4 MiB if nothing else was said.
    pub fn body_limit(&self) -> usize {
        self.kept.body_limit
    }
}

impl<N: FromBody> Receiver<N> {
    /// Verifies a webhook and reads it. Once the signature is right it cannot fail: what cannot be read is kept in the notification.
    /// Answering anything but 200 for it would only have Graph repeat it.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify): nothing of such a body has been read.
    pub fn receive(&self, body: impl Into<Bytes>, header: Option<&[u8]>) -> Result<Received<N>, Rejection> {
        let body = body.into();
        let secret = self.verify(&body, header)?;
        Ok(Received::of(body, Some(secret)))
    }

    /// Reads a body **without looking at its signature**: one that was verified when it came in, and was stored. What has not been
    /// verified can say anything about anyone.
    pub fn replay_unverified(body: impl Into<Bytes>) -> Received<N> {
        Received::of(body.into(), None)
    }
}

impl<N> Clone for Receiver<N> {
    fn clone(&self) -> Self {
        Self { kept: Arc::clone(&self.kept), reads: PhantomData }
    }
}

impl<N> fmt::Debug for Receiver<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("app_secrets", &self.kept.keys.len())
            .field("verify_token", &self.kept.verify_token)
            .field("body_limit", &self.kept.body_limit)
            .finish()
    }
}

/// Makes a [`Receiver`].
#[must_use]
pub struct ReceiverBuilder<N> {
    secrets: Vec<Secret>,
    verify_token: Option<Secret>,
    body_limit: usize,
    reads: PhantomData<fn() -> N>,
}

impl<N> ReceiverBuilder<N> {
    /// Adds an app secret: of a further app, or the new one while a secret is being replaced. Each is tried.
    pub fn app_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// The verify token, which the dashboard or the call that subscribes was given.
    pub fn verify_token(mut self, token: impl Into<Secret>) -> Self {
        self.verify_token = Some(token.into());
        self
    }

    /// How many bytes a body may have; by default 4 MiB. Meta sends up to 3 MB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The receiver.
    ///
    /// # Errors
    /// There is no app secret, one is blank or has white space around it, or the verify token is blank.
    pub fn build(self) -> Result<Receiver<N>, ReceiverError> {
        if self.secrets.is_empty() {
            return Err(ReceiverError::NoAppSecret);
        }
        for (index, secret) in self.secrets.iter().enumerate() {
            let text = secret.expose();
            if text.trim().is_empty() {
                return Err(ReceiverError::BlankAppSecret { index });
            }
            if text.trim().len() != text.len() {
                return Err(ReceiverError::SpacedAppSecret { index });
            }
        }
        if self.verify_token.as_ref().is_some_and(|token| token.expose().trim().is_empty()) {
            return Err(ReceiverError::BlankVerifyToken);
        }
        let keys = self.secrets.iter().map(Key::of).collect();
        let kept = Kept { keys, verify_token: self.verify_token, body_limit: self.body_limit };
        Ok(Receiver { kept: Arc::new(kept), reads: PhantomData })
    }
}

impl<N> fmt::Debug for ReceiverBuilder<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiverBuilder")
            .field("app_secrets", &self.secrets.len())
            .field("verify_token", &self.verify_token)
            .field("body_limit", &self.body_limit)
            .finish()
    }
}

/// Why there is no receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiverError {
    /// No app secret was given.
    NoAppSecret,
    /// An app secret is empty or white space: anyone could sign with it.
    BlankAppSecret {
        /// Which one, counted from zero.
        index: usize,
    },
    /// An app secret has white space around it.
    SpacedAppSecret {
        /// Which one, counted from zero.
        index: usize,
    },
    /// The verify token is empty or white space: anyone could pass the handshake.
    BlankVerifyToken,
}

impl fmt::Display for ReceiverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAppSecret => f.write_str("a receiver needs an app secret: without one no signature can be verified"),
            Self::BlankAppSecret { index } => {
                write!(
                    f,
                    "the app secret at index {index} is blank, and anyone could sign with it; often it is a variable that was not set"
                )
            }
            Self::SpacedAppSecret { index } => {
                write!(
                    f,
                    "the app secret at index {index} has white space around it, which no app secret has; often it is a line break, left from a file"
                )
            }
            Self::BlankVerifyToken => f.write_str("the verify token is blank, and anyone could pass the handshake with it"),
        }
    }
}

impl std::error::Error for ReceiverError {}
