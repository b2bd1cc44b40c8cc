//! How much may be sent: the usage that Graph reports, the pace of calls, the limits that block.

pub(crate) mod governor;
pub(crate) mod hold;
pub mod ledger;
pub(crate) mod observed_rates;
pub(crate) mod rate_limit;
pub(crate) mod turns;
pub(crate) mod usage_store;
pub(crate) mod usage_tracker;
