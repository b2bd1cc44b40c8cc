//! Many machines as one client: what a client counts, paces and claims, kept in a Redis that all of them share.
//!
//! A client by itself counts on its machine and paces in its process. Give each machine the stores of a [`Fleet`], and they keep one pace, one ledger,
//! one refresh of each token, and one claim of each event together.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use graph_fleet::Fleet;
//! use graph_runtime::{Client, Pace, Version};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fleet = Fleet::builder("redis://127.0.0.1:6379/", std::env::var("FLEET_SECRET")?).build()?;
//! let client: Client = Client::builder("EAAG…", Version(23, 0))
//!     .ledger(Arc::new(fleet.ledger()))
//!     .pace(Pace::per_second(80))
//!     .turns(Arc::new(fleet.turns()))
//!     .usage_store(Arc::new(fleet.usage("my app")))
//!     .build()?;
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic"))]

mod builder;
#[cfg(feature = "webhooks")]
mod claims;
mod fleet;
mod ledger;
mod link;
mod mark;
mod names;
mod tokens;
mod turns;
mod usage;

pub use builder::{FleetBuilder, FleetError};
#[cfg(feature = "webhooks")]
pub use claims::RedisClaims;
pub use fleet::Fleet;
pub use ledger::RedisLedger;
pub use tokens::RedisTokens;
pub use turns::{PaceAway, RedisTurns};
pub use usage::RedisUsage;
