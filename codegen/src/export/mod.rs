//! Views of the model other than Rust.

pub mod args_lock;
pub mod catalog;
pub mod diff;
pub mod openapi;
pub mod why_area;
