//! The files that people read: nodes and edges, requests, types, errors, versions.

pub(crate) mod choices;
pub(crate) mod errors;
pub(crate) mod example;
pub(crate) mod filters;
pub(crate) mod ids;
pub(crate) mod library;
pub(crate) mod nodes;
pub(crate) mod operations;
pub(crate) mod optional;
pub(crate) mod page;
pub(crate) mod root;
pub(crate) mod types;
pub(crate) mod versions;
pub(crate) mod webhooks;

use super::print::rustdoc;
use crate::model::Operation;

/// The first sentence of what an operation does, on one line.
pub(crate) fn summary(operation: &Operation) -> String {
    let sentence = operation.doc.split_inclusive('.').next().unwrap_or(&operation.doc);
    rustdoc::prose(sentence).split_whitespace().collect::<Vec<_>>().join(" ")
}
