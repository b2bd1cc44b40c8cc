//! The contract of the runtime, held against a hand-written miniature of emitted code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

mod aliases;
mod answers;
mod batch;
mod bounds;
mod client;
mod days;
mod deadlines;
mod downloads;
mod envelopes;
mod errors;
mod given_client;
mod hosts;
mod ledger;
mod limits;
mod miniature;

mod observers;
mod offline;
mod outcomes;
mod paces;
mod pages;
mod personal;
mod prefetch;
mod previews;
mod properties;
mod records;
mod refusals;
mod requests;
mod retries;
mod secrets;
mod served;
mod server;
mod setup;
mod shown;
mod spans;
mod stores;
mod time;
mod tls;
mod tokens;
mod traffic;
mod unions;
mod uploads;
mod usage;
