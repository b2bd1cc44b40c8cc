//! Everything that can be wrong with a spec, found in one run.
//!
//! A wrong spec gets every problem at once: files that cannot be read do not keep the others from being checked. What passes without an error can be
//! lowered and emitted without a way to fail.

mod argument_stability;
mod downloads;
mod errors;
pub(crate) mod evidence;
mod examples;
mod expansions;
mod follow_ups;
mod names;
mod objects;
mod operations;
mod paces;
mod prose;
mod quirks;
mod ranges;
mod references;
mod scope;
mod sources;
mod surface;
mod types;
mod unions;

pub use argument_stability::argument_stability;
pub use examples::meta_example;

use crate::{ast::Spec, diagnostic::Diagnostic, parse::Sources, read};

/// The spec that the files contain, as far as they match the language, and everything that is wrong with it.
pub fn check(sources: &Sources) -> (Spec, Vec<Diagnostic>) {
    let mut problems = sources.unreadable().to_vec();
    let mut files = read::files(sources, &mut problems);
    read::structure(&mut files, &mut problems);
    let spec = read::spec(&files, &mut problems);
    sources::check(&spec, &mut problems);
    prose::check(&files, sources, &mut problems);
    surface::check(&spec, &mut problems);
    types::check(&spec, &mut problems);
    unions::check(&spec, &mut problems);
    objects::check(&spec, &mut problems);
    expansions::check(&spec, &mut problems);
    downloads::check(&spec, &mut problems);
    paces::check(&spec, &mut problems);
    names::check(&spec, &mut problems);
    references::check(&spec, &mut problems);
    operations::check(&spec, &mut problems);
    errors::check(&spec, &mut problems);
    ranges::check(&spec, &mut problems);
    examples::check(&spec, sources, &mut problems);
    quirks::check(&spec, &files, &mut problems);
    evidence::check(&spec, sources, &mut problems);
    follow_ups::suppress_cascading(sources, &files, &mut problems);
    (spec, problems)
}
