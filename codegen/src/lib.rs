//! From a YAML spec of Graph API edges to the source of a typed Rust client.
//!
//! The data flows through the modules in this order: [`parse`] reads files into spanned trees, [`check`] finds every problem and builds
//! the [`ast`], [`lower`] resolves it into the [`model`], [`emit`] turns the model into token streams, [`format`](mod@format) prints them, and [`write`](mod@write)
//! puts on disk what changed. [`catalog`] and [`diff`] are other views of the model. Nothing after [`check`] can fail on account of the spec.
#![forbid(unsafe_code)]

pub mod ast;
pub mod catalog;
pub mod check;
pub mod diagnostic;
pub mod diff;
pub mod emit;
mod expansion;
pub mod explain;
pub mod format;
pub mod grammar;
pub mod lower;
pub mod model;
pub mod names;
mod parallel;
pub mod parse;
pub mod request_text;
pub mod schema;
pub mod type_expr;
pub mod write;

use std::path::Path;

pub use diagnostic::{Diagnostic, Report};

/// Reads and checks the spec below `dir`.
///
/// # Errors
/// The report of every problem that was found, warnings included. A spec that is fine but for warnings is an `Ok`.
pub fn load(dir: &Path) -> Result<model::Api, Report> {
    let sources = parse::Sources::read(dir);
    let (spec, problems) = check::check(&sources);
    if problems.iter().any(Diagnostic::is_error) {
        return Err(Report::new(sources, problems));
    }
    Ok(lower::lower(&spec))
}
