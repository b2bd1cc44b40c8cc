//! The files that people read: nodes and edges, requests, types, errors, versions.

pub(crate) mod errors;
pub(crate) mod example;
pub(crate) mod filters;
pub(crate) mod nodes;
pub(crate) mod operations;
pub(crate) mod types;
pub(crate) mod versions;
