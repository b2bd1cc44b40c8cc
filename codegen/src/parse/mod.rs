//! From files to spanned trees.

mod faults;
mod sources;
mod tree;

pub(crate) use faults::unseen;
pub use sources::{FACTS, Source, Sources};
pub use tree::{Entry, Kind, Tree, tree};

pub use crate::span::{FileId, Span};
