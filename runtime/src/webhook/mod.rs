//! What an app that receives webhooks needs, whatever they say: the signature, the handshake, and claims.
//!
//! A [`Receiver`] verifies what came in and reads it, [`EventKey`] names an event, and [`Claims`] remember which events were handled.
//! What a notification is the emitted crate says ([`FromBody`]).

mod handshake;
mod key;
mod received;
mod receiver;
mod rejection;
mod signature;

pub use bytes::Bytes;

pub use crate::clock::{BoxFuture, Clock};

pub use self::key::EventKey;
pub use self::received::{FromBody, Received};
pub use self::receiver::{Receiver, ReceiverBuilder, ReceiverError};
pub use self::rejection::{HandshakeFault, Rejection};
pub use self::signature::{SIGNATURE_HEADER, sign};
