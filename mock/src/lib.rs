//! A stand-in for Meta's Graph API and its `WhatsApp` Business Platform: for tests of Rust programs, and as a program for any language.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use graph_mock::Mock;
//! use whatsapp_graph::{ErrorKind, phone_number::RegisterPhoneNumber};
//!
//! let mock = Mock::start()?;
//! let client = mock.client()?;
//!
//! mock.on::<RegisterPhoneNumber>().fails(ErrorKind::PinMismatch).times(2);
//! let phone = client.phone_number("106540352242922");
//! assert_eq!(phone.register("212834").send().await.unwrap_err().kind(), Some(ErrorKind::PinMismatch));
//! assert_eq!(phone.register("212834").send().await.unwrap_err().kind(), Some(ErrorKind::PinMismatch));
//! phone.register("212834").send().await?;
//!
//! assert_eq!(mock.requests().len(), 3);
//! # Ok(())
//! # }
//! ```
//!
//! # What it is made of
//!
//! `tables` is the spec as static data, which `cargo xtask gen` writes: nothing is read at the start. `engine` takes one request to its answer:
//! the version (an expired one is served by the oldest, one that is not released is a part of the path), the operation (several may share a path: the
//! node of the object and the parameters decide), faults, the token, validation, the limits of the spec, and then behavior. `behavior` has what Graph
//! does over time, a file a node, each rule with its source; everything else has the ways of `behavior::generic`: what is created can be read,
//! changed, listed and deleted, and what is known of nothing is answered as an example of the spec shows. So an operation that is added to the spec
//! is answered without a line of Rust. The header `x-mock-answer` and the journal say where an answer came from: `state`, `example`, `error`
//! or `fault`.
//!
//! Any token and any well-formed identifier exist: objects are made on first use. A [strict](Builder::strict) stand-in knows only what was put in, and
//! answers requests that do not fit with Graph's error; one that is not answers them, and the [`Verdict`] is in the journal.
//!
//! Identifiers follow from a seed, and the clock can be set, stopped and advanced. Each stand-in has its own port, state and thread: tests
//! in parallel do not meet.

mod answers;
mod batch;
#[allow(clippy::unnecessary_wraps, reason = "all behaviors have one signature")]
mod behavior;
mod clock;
mod control;
mod delivery;
#[allow(dead_code, reason = "which parts occur is decided by the spec")]
mod description;
mod engine;
mod failure;
mod faults;
mod fields;
mod ids;
mod journal;
mod mock;
mod outbox;
mod request;
mod routes;
mod server;
#[allow(dead_code, reason = "which parts are reached is decided by the spec")]
#[allow(clippy::unreadable_literal, reason = "codes are written as Meta writes them")]
mod tables;
mod validate;
mod world;

pub use self::{
    faults::Times,
    journal::{Exchange, Origin, Verdict},
    mock::{Builder, Mock, On, Planned, StateError, TemplateOf, TokenOf, UnknownOperation, User},
    outbox::{Delivered, Deliveries},
};
