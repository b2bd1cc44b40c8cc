//! Whether and when a failed request is sent again.

pub(crate) mod budget;
pub(crate) mod jitter;
pub(crate) mod outcome;
pub(crate) mod policy;
#[cfg(test)]
mod properties;
pub(crate) mod schedule;
