//! Examples: contract tests and documentation in one, so every part must match the operation and the other parts.

mod answer;
mod call;
pub mod meta_example;
pub(crate) mod presence;
mod request;
mod rules;
mod sent;
pub(super) mod value;

use std::collections::BTreeMap;

use presence::{Runs, uses};

use crate::{
    ast::{Bound, ExampleDecl, Home, OperationDecl, Spec, Version},
    diagnostic::{Code, Diagnostic},
    naming::snake,
    parallel,
    parse::Sources,
};

/// Looks at every example.
pub(super) fn check(spec: &Spec, sources: &Sources, problems: &mut Vec<Diagnostic>) {
    let found = parallel::map(spec.operations().collect(), |(home, operation)| Scene { spec, sources, home, operation }.check());
    problems.extend(found.into_iter().flatten());
}

/// What an example is checked against.
struct Scene<'s> {
    spec: &'s Spec,
    sources: &'s Sources,
    home: Home<'s>,
    operation: &'s OperationDecl,
}

impl Scene<'_> {
    fn check(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        self.coverage(&mut problems);
        for example in &self.operation.examples {
            Self::parts(example, &mut problems);
            self.versions(example, &mut problems);
            call::check(self, example, &mut problems);
            rules::check(self, example, &mut problems);
            request::check(self, example, &mut problems);
            answer::check(self, example, &mut problems);
        }
        problems
    }

    /// Whether there is an example of success, and whether titles distinguish examples.
    fn coverage(&self, problems: &mut Vec<Diagnostic>) {
        let operation = self.operation;
        let succeeds = |example: &ExampleDecl| {
            example.request.is_some() && example.response.is_some() && example.error.is_none() && example.refused.is_none()
        };
        if !operation.examples.iter().any(succeeds) {
            let label = if operation.examples.is_empty() { "no example" } else { "every example fails" };
            problems.push(
                Diagnostic::new(Code::NoExample, operation.span, format!("`{}` has no example that succeeds", operation.id))
                    .label(label)
                    .help("write one from Meta's page, with `call`, `request` and `response`: it becomes the contract test and the documentation"),
            );
        }
        let mut titles = BTreeMap::new();
        for example in operation.examples.iter().filter(|example| !example.title.is_empty()) {
            if snake(&example.title).is_empty() {
                problems.push(
                    Diagnostic::new(
                        Code::BadName,
                        example.title.span,
                        format!("no test can be called after the title \"{}\"", example.title),
                    )
                    .label("no letter and no digit in it")
                    .help("say in words what is special about the example; the contract test is named after it"),
                );
                continue;
            }
            let first: &ExampleDecl = titles.entry(snake(&example.title)).or_insert(example);
            if !std::ptr::eq(first, example) {
                problems.push(
                    Diagnostic::new(
                        Code::NameClash,
                        example.title.span,
                        format!("two examples of `{}` are called \"{}\"", operation.id, example.title),
                    )
                    .label("again")
                    .related(first.title.span, "first here")
                    .help("a title says what is special about the example; the contract test is named after it"),
                );
            }
        }
    }

    /// Whether an example says either what is sent and answered, or what is refused.
    fn parts(example: &ExampleDecl, problems: &mut Vec<Diagnostic>) {
        if let Some(version) = example.versions.first().filter(|_| example.why.is_none()) {
            problems.push(
                Diagnostic::new(Code::MissingKey, version.span, "an example that names versions must say `why`")
                    .label("why only there?")
                    .help("without `versions` it runs wherever all that it uses exists; write `why:` if it cannot"),
            );
        }
        let Some(refused) = &example.refused else {
            for (key, is_there) in [("request", example.request.is_some()), ("response", example.response.is_some())] {
                if !is_there {
                    problems.push(
                        Diagnostic::new(Code::MissingKey, example.span, format!("the example \"{}\" needs `{key}`", example.title))
                            .label(format!("`{key}` is missing here"))
                            .help("an example has `request` and `response`, or `refused:` with the parameter for which the client does not send it"),
                    );
                }
            }
            return;
        };
        let beside = [("request", example.request.is_some()), ("response", example.response.is_some()), ("error", example.error.is_some())];
        for (key, _) in beside.into_iter().filter(|(_, is_there)| *is_there) {
            problems.push(
                Diagnostic::new(
                    Code::Misplaced,
                    refused.span,
                    format!("the example \"{}\" is refused, so its `{key}` is never used", example.title),
                )
                .label("refused before sending")
                .help(format!("remove `{key}`, or `refused`")),
            );
        }
    }

    /// Whether the versions of an example follow from what it uses, so that a list of them is needless, or no version has all of it.
    fn versions(&self, example: &ExampleDecl, problems: &mut Vec<Diagnostic>) {
        let window = self.spec.window();
        let runs = Runs::of(self.spec, self.operation, example, &window).versions;
        let listed: Vec<Version> = example.versions.iter().map(|version| version.value).collect();
        // A version that is none was reported.
        let known = |version| self.spec.versions.iter().any(|decl| decl.version.value == version);
        let used = uses(self.spec, self.operation, example);
        let mut named = used.iter().flat_map(|used| used.presence.bounds()).filter_map(Bound::version);
        if !named.all(known) {
            return;
        }
        let uses = || {
            let bounds = used.iter().map(|used| format!("{} ({})", used.what, used.presence.words()));
            bounds.collect::<Vec<_>>().join(", ")
        };
        // What only retired versions had is still described, and its example runs nowhere.
        let every: Vec<Version> = self.spec.versions.iter().map(|decl| decl.version.value).collect();
        if Runs::of(self.spec, self.operation, example, &every).versions.is_empty() && !window.is_empty() {
            problems.push(
                Diagnostic::new(
                    Code::BadRange,
                    example.title.span,
                    format!("no version has all that the example \"{}\" uses", example.title),
                )
                .label("this can run nowhere")
                .help(format!("it uses {}; correct the call, or these `since` and `removed`", uses())),
            );
        } else if let (Some(first), true) =
            (example.versions.first(), runs.len() == listed.len() && runs.iter().all(|version| listed.contains(version)))
        {
            problems.push(
                Diagnostic::new(
                    Code::NeedlessVersions,
                    first.span,
                    format!("the versions of \"{}\" follow from what it uses", example.title),
                )
                .label("the list narrows nothing")
                .help("remove `versions` and `why`: the example then runs at new versions too"),
            );
        }
        for version in example.versions.iter().filter(|version| !runs.is_empty() && !runs.contains(&version.value)) {
            if window.contains(&version.value) && self.operation.docs.availability.contains(version.value) {
                problems.push(
                    Diagnostic::new(Code::BadRange, version.span, format!("the example \"{}\" uses what {version} lacks", example.title))
                        .label("outside the range of what it uses")
                        .help(format!("it uses {}; remove the version from the list", uses())),
                );
            }
        }
    }
}
