//! The spec language: which keys stand where, and what the texts in them are made of.

pub(crate) mod expansion;
pub mod grammar;
pub mod request_text;
pub(crate) mod scalar;
pub mod schema;
pub mod type_expr;
pub mod version;
