//! Names in Rust.

mod case;

pub use case::{camel, is_camel, is_keyword, is_snake, snake};
