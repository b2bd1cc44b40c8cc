//! Bytes that an answer leads to.

pub(crate) mod request;
pub(crate) mod stream;
