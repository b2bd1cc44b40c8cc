//! From files to spanned trees.

mod sources;
mod tree;

pub use sources::{FileId, Source, Sources, Span};
pub use tree::{Entry, Kind, Tree, tree};
