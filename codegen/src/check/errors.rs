//! The error catalogue: one entry for one meaning.

use std::collections::BTreeMap;

use super::read::UNREAD_CODE;
use crate::{
    ast::{ErrorDecl, Spec},
    diagnostic::{Code, Diagnostic},
};

/// Looks for errors that stand twice and for ranges that run backwards.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<_, &ErrorDecl> = BTreeMap::new();
    for error in spec.errors.iter().filter(|error| error.code.value.0 != UNREAD_CODE) {
        backwards(error, problems);
        let key =
            (error.code.value, error.subcode.as_ref().map(|subcode| subcode.value), error.case.as_ref().map(|case| case.value.as_str()));
        if let Some(first) = seen.get(&key) {
            problems.push(
                Diagnostic::new(Code::DuplicateError, error.code.span, format!("`{}` and `{}` are the same error", first.name, error.name))
                    .label(format!("{} again", pair(error)))
                    .related(first.code.span, format!("`{}` has it first", first.name))
                    .help("keep one of them; if one pair means two things, `case:` holds the user title that tells them apart"),
            );
        } else {
            seen.insert(key, error);
        }
    }
}

fn backwards(error: &ErrorDecl, problems: &mut Vec<Diagnostic>) {
    if let (first, Some(last)) = error.code.value
        && last <= first
    {
        problems.push(
            Diagnostic::new(Code::BadRange, error.code.span, format!("the codes of `{}` end before they begin", error.name))
                .label(format!("{last} does not follow {first}"))
                .help("a range is `first-last`; a single code stands alone"),
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
