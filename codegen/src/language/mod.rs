//! The spec language: which keys are allowed where, and the syntax of their values.

pub mod args_lock;
pub mod bound;
pub(crate) mod expansion;
pub mod grammar;
pub(crate) mod markdown;
pub(crate) mod pattern;
pub mod request_text;
pub(crate) mod scalar;
pub mod schema;
pub mod type_expr;
pub mod version;
