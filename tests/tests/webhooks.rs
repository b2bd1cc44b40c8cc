//! Webhooks: whatever a member becomes, the others arrive and nothing is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

#[path = "webhooks/events.rs"]
mod events;
#[path = "webhooks/isolation.rs"]
mod isolation;
#[path = "webhooks/payloads.rs"]
mod payloads;
#[path = "webhooks/scenarios.rs"]
mod scenarios;
#[path = "webhooks/seen.rs"]
mod seen;
