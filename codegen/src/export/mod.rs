//! Other views of the model than Rust.

pub mod catalog;
pub mod diff;
pub mod why_area;
