//! The contract of the runtime, held against a hand-written miniature of emitted code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

mod client;
mod errors;
mod ledger;
mod miniature;
mod pages;
mod properties;
mod records;
mod refusals;
mod requests;
mod secrets;
mod server;
