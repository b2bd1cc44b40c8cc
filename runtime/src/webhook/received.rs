//! What a receiver hands out.

use std::ops::Deref;

use bytes::Bytes;

/// A notification that can be read from any body.
pub trait FromBody: Sized {
    /// Reads the body of a webhook. It cannot fail: what cannot be read is kept.
    fn from_body(body: &[u8]) -> Self;
}

/// A notification, with the bytes that it was read from. It is the notification where one is expected.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Received<N> {
    /// What the body says.
    pub notification: N,
    /// The bytes that came in, for those who store them before they do anything else, or hand them on: the signature is one of
    /// these bytes. Clones share them.
    pub body: Bytes,
    /// Which of the app secrets signed it, in the order in which the receiver was given them. `None` if the signature was not looked
    /// at.
    pub secret: Option<usize>,
}

impl<N: FromBody> Received<N> {
    pub(super) fn of(body: Bytes, secret: Option<usize>) -> Self {
        Self { notification: N::from_body(&body), body, secret }
    }
}

impl<N> Deref for Received<N> {
    type Target = N;

    fn deref(&self) -> &N {
        &self.notification
    }
}
