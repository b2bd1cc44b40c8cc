//! The error catalog: one entry for one meaning.

use std::collections::BTreeMap;

use crate::{
    ast::{ErrorDecl, OperationDecl, Spec},
    diagnostic::{Code, Diagnostic},
    read::UNREAD_CODE,
};

/// Looks for errors that are listed twice and for ranges that run backwards.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<_, &ErrorDecl> = BTreeMap::new();
    for error in spec.errors.iter().filter(|error| error.code.value.0 != UNREAD_CODE && error.case_of.is_none()) {
        backwards(error, problems);
        let key = (error.code.value, error.subcode.as_ref().map(|subcode| subcode.value));
        if let Some(first) = seen.get(&key) {
            problems.push(
                Diagnostic::new(Code::DuplicateError, error.code.span, format!("`{}` and `{}` are the same error", first.name, error.name))
                    .label(format!("{} again", pair(error)))
                    .related(first.code.span, format!("`{}` has it first", first.name))
                    .help(format!("keep one of them; if these numbers mean two things, write one under `cases` of `{}`", first.name)),
            );
        } else {
            seen.insert(key, error);
        }
    }
    cases(spec, problems);
    spec.operations().for_each(|(_, operation)| listed(spec, operation, problems));
    spec.errors.iter().for_each(|error| growth(error, problems));
    for error in spec.errors.iter().filter(|error| error.case_of.is_none()) {
        for status in error.statuses.iter().filter(|status| !(100..=599).contains(*status)) {
            problems.push(
                Diagnostic::new(
                    Code::WrongKind,
                    error.name.span,
                    format!("`{}` says the status {status}, which HTTP does not have", error.name),
                )
                .label("its `status` is 100 to 599")
                .help("write the status that Meta's page shows, or leave it out"),
            );
        }
    }
}

/// An operation lists an error once, and each that its limits end in.
fn listed(spec: &Spec, operation: &OperationDecl, problems: &mut Vec<Diagnostic>) {
    for (index, here) in operation.errors.iter().enumerate() {
        if let Some(first) = operation.errors[..index].iter().find(|first| first.name.value == here.name.value) {
            problems.push(
                Diagnostic::new(Code::DuplicateError, here.name.span, format!("`{}` lists the error `{}` twice", operation.id, here.name))
                    .label("again")
                    .related(first.name.span, "first here")
                    .help("keep the one that says more"),
            );
        }
    }
    // An error that the catalog lacks was reported as that.
    for limit in operation.limits.iter().filter(|limit| spec.error(&limit.error).is_some()) {
        if operation.errors.iter().all(|here| here.name.value != limit.error.value) && !operation.errors.is_empty() {
            problems.push(
                Diagnostic::new(
                    Code::BadError,
                    limit.error.span,
                    format!("a limit of `{}` ends in `{}`, which is not among its errors", operation.id, limit.error),
                )
                .label("not one of `errors`")
                .suggest(&limit.error, operation.errors.iter().map(|here| here.name.as_str()))
                .help("add it to the operation's `errors`, or name the error that Meta's page gives for the limit"),
            );
        }
    }
}

/// A backoff has a base only where there is a backoff, and the base makes it grow.
fn growth(error: &ErrorDecl, problems: &mut Vec<Diagnostic>) {
    let Some(base) = &error.backoff_base else { return };
    if error.retry.as_ref().is_none_or(|retry| retry.value != "backoff") {
        problems.push(
            Diagnostic::new(Code::Misplaced, base.span, format!("`{}` says `backoff_base`, but not `retry: backoff`", error.name))
                .label("no backoff that could grow")
                .help("write `retry: backoff`, or remove `backoff_base`"),
        );
    }
    if base.value < 2 {
        problems.push(
            Diagnostic::new(Code::WrongKind, base.span, format!("the powers of {} do not grow", base.value))
                .label("`backoff_base` takes 2 or more")
                .help("write the number whose powers Meta's page names: 4 for `4^X` seconds"),
        );
    }
}

/// Only the title distinguishes a case from the others of its error.
fn cases(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<_, &ErrorDecl> = BTreeMap::new();
    for case in &spec.errors {
        let (Some(error), Some(title)) = (&case.case_of, &case.title) else {
            continue;
        };
        let words = title.value.trim().trim_end_matches('.').to_lowercase();
        if words.is_empty() {
            problems.push(
                Diagnostic::new(
                    Code::DuplicateError,
                    title.span,
                    format!("nothing distinguishes `{}` from the other cases of `{error}`", case.name),
                )
                .label("the title of a case must not be empty")
                .help("write the user title, or the part of the message that is always the same"),
            );
        } else if let Some(first) = seen.insert((error.value.as_str(), words), case) {
            problems.push(
                Diagnostic::new(
                    Code::DuplicateError,
                    title.span,
                    format!("`{}` and `{}` are the same case of `{error}`", first.name, case.name),
                )
                .label("the same words again")
                .related(first.name.span, "first here")
                .help("keep one of them, or write the words that distinguish them"),
            );
        }
    }
}

fn backwards(error: &ErrorDecl, problems: &mut Vec<Diagnostic>) {
    if let (first, Some(last)) = error.code.value
        && last <= first
    {
        problems.push(
            Diagnostic::new(Code::BadRange, error.code.span, format!("the codes of `{}` end before they start", error.name))
                .label(format!("{last} does not follow {first}"))
                .help("a range is `first-last`; a single code is written alone"),
        );
    }
}

fn pair(error: &ErrorDecl) -> String {
    let code = match error.code.value {
        (first, None) => format!("code {first}"),
        (first, Some(last)) => format!("codes {first}-{last}"),
    };
    match &error.subcode {
        Some(subcode) => format!("{code} with subcode {subcode}"),
        None => format!("{code} without a subcode"),
    }
}
