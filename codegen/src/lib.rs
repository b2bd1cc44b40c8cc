//! From a YAML spec of Graph API edges to the source of a typed Rust client.
//!
//! The data flows through the modules in this order: [`parse`] reads files into spanned trees, `read` builds the [`ast`] from them as far
//! as they match the [`language`], [`check`] finds every problem of it, [`lower`] resolves it into the [`model`], [`emit`] turns the model
//! into token streams, [`emit::print`] prints them, and [`write`](mod@write) puts on disk what changed. [`catalog`], [`diff`] and
//! [`openapi`] are other views of the model. Nothing after [`check`] can fail on account of the spec.
#![forbid(unsafe_code)]

pub mod ast;
pub mod check;
pub mod diagnostic;
pub mod drift;
pub mod emit;
pub mod evidence;
pub mod export;
pub mod language;
pub mod lower;
pub mod model;
pub mod naming;
mod parallel;
pub mod parse;
mod read;
pub mod report;
pub mod span;
pub mod write;

use std::path::Path;

pub use diagnostic::Diagnostic;
pub use export::{catalog, diff, openapi};
pub use language::{grammar, request_text, schema};
pub use report::Report;

/// Reads and checks the spec below `dir`.
///
/// # Errors
/// The report of every problem that was found, warnings included. A spec with only warnings is an `Ok`.
pub fn load(dir: &Path) -> Result<model::Api, Report> {
    let sources = parse::Sources::read(dir);
    let (spec, problems) = check::check(&sources);
    if problems.iter().any(Diagnostic::is_error) {
        return Err(Report::new(sources, problems));
    }
    Ok(lower::lower(&spec))
}
