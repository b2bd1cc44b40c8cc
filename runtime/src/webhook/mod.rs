//! What an app that receives webhooks needs, whatever they say: the signature, the handshake, and claims.
//!
//! A [`Receiver`] verifies what came in and reads it, [`EventKey`] names an event, and [`Inbox`] handles each event once, by [`Claims`] that
//! remember which were handled.
//! What a notification is the emitted crate says ([`FromBody`]).

#[cfg(feature = "axum")]
pub mod axum;
mod claims;
mod handshake;
mod inbox;
mod key;
mod memory;
mod received;
mod receiver;
mod rejection;
mod signature;
#[cfg(test)]
mod tests;

pub use bytes::Bytes;

pub use crate::clock::{BoxFuture, Clock};

pub use self::claims::{Claim, Claims, Lease, StoreError};
pub use self::inbox::{Inbox, Keyed, NotAll, Once, Tally, Unhandled};
pub use self::key::EventKey;
pub use self::memory::MemoryClaims;
pub use self::received::{FromBody, Received};
pub use self::receiver::{Receiver, ReceiverBuilder, ReceiverError};
pub use self::rejection::{HandshakeFault, Rejection};
pub use self::signature::{SIGNATURE_HEADER, sign};
