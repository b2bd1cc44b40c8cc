//! Tokens, and how a request proves that it may use one.

pub(crate) mod credential;
pub(crate) mod token;
