//! What comes back with a value: status, usage, and the error that Graph writes.

pub(crate) mod graph_error;
pub(crate) mod info;
pub(crate) mod usage;
