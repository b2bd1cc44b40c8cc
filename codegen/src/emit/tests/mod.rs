//! Tests that come from the spec.

pub(crate) mod codecs;
pub(crate) mod contract;
mod text;
mod types;
pub(super) mod webhooks;
