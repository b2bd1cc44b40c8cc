//! How things are printed: tokens of types and names, documentation, and the layout of a file.

pub mod layout;
pub(crate) mod markdown;
pub(crate) mod rustdoc;
pub(crate) mod table;
pub(crate) mod tokens;
