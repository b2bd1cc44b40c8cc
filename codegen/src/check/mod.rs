//! Everything that can be wrong with a spec, found in one run.
//!
//! A wrong spec gets every problem at once: files that cannot be read do not keep the others from being checked. What passes without an error can be
//! lowered and emitted without a way to fail.

mod argument_stability;
mod choices;
mod coverage;
mod downloads;
mod errors;
pub(crate) mod evidence;
mod examples;
mod expansions;
mod follow_ups;
mod misnamed;
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
mod uploads;
mod webhooks;
mod window;

pub use argument_stability::argument_stability;
pub use examples::meta_example;
pub(crate) use examples::presence::Runs;

use crate::{ast::Spec, diagnostic::Diagnostic, parallel, parse::Sources, read};

/// The spec that the files contain, as far as they match the language, and everything that is wrong with it.
pub fn check(sources: &Sources) -> (Spec, Vec<Diagnostic>) {
    let mut problems = sources.unreadable().to_vec();
    let mut files = read::files(sources, &mut problems);
    let unread = read::structure(&mut files, &mut problems);
    let found = problems.len();
    let mut spec = read::spec(&files, &mut problems);
    spec.published = crate::evidence::coverage::published(&spec, sources);
    problems.extend(passes(&spec, &files, sources));
    follow_ups::suppress(&spec, sources, &files, &unread, found, &mut problems);
    misnamed::fold(&spec, sources, &files, &mut problems);
    (spec, problems)
}

/// What the passes find, in their order. Each reads the whole spec and depends on no other.
fn passes(spec: &Spec, files: &[read::File], sources: &Sources) -> Vec<Diagnostic> {
    type Pass<'a> = &'a (dyn Fn(&mut Vec<Diagnostic>) + Sync);
    let passes: [Pass<'_>; 22] = [
        &|problems| sources::check(spec, problems),
        &|problems| prose::check(files, sources, problems),
        &|problems| surface::check(spec, problems),
        &|problems| types::check(spec, problems),
        &|problems| unions::check(spec, problems),
        &|problems| objects::check(spec, problems),
        &|problems| expansions::check(spec, problems),
        &|problems| downloads::check(spec, problems),
        &|problems| uploads::check(spec, problems),
        &|problems| paces::check(spec, problems),
        &|problems| choices::check(spec, problems),
        &|problems| webhooks::check(spec, problems),
        &|problems| names::check(spec, sources, problems),
        &|problems| references::check(spec, problems),
        &|problems| operations::check(spec, problems),
        &|problems| errors::check(spec, problems),
        &|problems| window::check(spec, problems),
        &|problems| ranges::check(spec, problems),
        &|problems| examples::check(spec, sources, problems),
        &|problems| quirks::check(spec, files, problems),
        &|problems| coverage::check(spec, problems),
        &|problems| evidence::check(spec, sources, problems),
    ];
    // From the last, because that takes the longest.
    let found = parallel::map(passes.into_iter().rev().collect(), |pass| {
        let mut problems = Vec::new();
        pass(&mut problems);
        problems
    });
    found.into_iter().rev().flatten().collect()
}
