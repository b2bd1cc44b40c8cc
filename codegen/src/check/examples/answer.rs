//! The answer of an example: a body that decodes, or Graph's error envelope.

use super::{
    Scene,
    value::{Judge, Voice},
};
use crate::{
    ast::{ErrorDecl, ExampleDecl, ResponseDecl, Text},
    check::scope,
    diagnostic::{Code, Diagnostic},
    parse::{Kind, Span, Tree},
    read::UNREAD_CODE,
};

pub(super) fn check(scene: &Scene<'_>, example: &ExampleDecl, problems: &mut Vec<Diagnostic>) {
    let Some(response) = &example.response else { return };
    match &example.error {
        Some(name) => envelope(scene, response, name, problems),
        None if (200..300).contains(&response.status) => body(scene, response, problems),
        None => problems.push(
            Diagnostic::new(
                Code::BadError,
                first(&response.body),
                format!("an answer with status {} must say which error it is", response.status),
            )
            .label("no `error:` next to this")
            .help("write `error: Name` next to `response`, one of the operation's `errors`"),
        ),
    }
}

fn body(scene: &Scene<'_>, response: &ResponseDecl, problems: &mut Vec<Diagnostic>) {
    let Some(returns) = scene.operation.newest_returns() else { return };
    let judge = Judge { spec: scene.spec, voice: Voice::Graph };
    if response.body.is_null() {
        problems.push(bad_body(response.body.span, returns, "the body is empty"));
    }
    for misfit in judge.answer(&response.body, scene.operation, &scope::expression(returns)) {
        let problem = bad_body(misfit.at, returns, &misfit.what);
        problems.push(match misfit.instead {
            Some((wrong, names)) => problem
                .suggest(&wrong, names.iter().map(String::as_str))
                .help("add the field to the type if Meta's sample shows it")
                .absence_of([wrong]),
            None => {
                problem.help("correct the type, or the example if it differs from Meta's page; strings that look like numbers need quotes")
            }
        });
    }
}

fn bad_body(at: Span, returns: &Text, why: &str) -> Diagnostic {
    Diagnostic::new(Code::BadResponse, at, format!("the answer is not a `{returns}`: {why}"))
        .label("this does not match")
        .related(returns.span, "what the operation returns")
}

fn envelope(scene: &Scene<'_>, response: &ResponseDecl, name: &Text, problems: &mut Vec<Diagnostic>) {
    let operation = scene.operation;
    let Some(error) = scene.spec.error(name).filter(|error| error.code.value.0 != UNREAD_CODE) else { return };
    if operation.errors.iter().all(|here| here.name.value != name.value) {
        problems.push(
            Diagnostic::new(
                Code::BadError,
                name.span,
                format!("the example ends in `{name}`, which is not among the errors of `{}`", operation.id),
            )
            .label("not one of `errors`")
            .suggest(name, operation.errors.iter().map(|here| here.name.as_str()))
            .help("add it to the operation's `errors`"),
        );
    }
    if (200..300).contains(&response.status) {
        problems.push(
            Diagnostic::new(
                Code::BadError,
                name.span,
                format!("the example ends in `{name}`, and its answer has the status {}, a success", response.status),
            )
            .label("an error")
            .help("write the `status` that Meta's page shows beside `body`; without one it is 200"),
        );
    }
    if let Some(arrives) = error.arrives.as_ref().filter(|arrives| arrives.value == "status") {
        problems.push(
            Diagnostic::new(Code::BadError, name.span, format!("`{name}` arrives in a webhook, and no call ends in it"))
                .label("not an answer")
                .related(arrives.span, "where it arrives")
                .help("show the answer to the call, which has succeeded; or say `arrives: both` in errors.yaml if Meta answers with it as well"),
        );
    }
    let code = response.body.get("error").and_then(|error| error.get("code"));
    let Some((code, number)) = code.and_then(|code| Some((code, code.int()?))) else {
        problems.push(
            Diagnostic::new(
                Code::BadError,
                first(&response.body),
                "the body of an error is Graph's envelope, an object `error` with a numeric `code`",
            )
            .label("no `error.code` in here")
            .help("`{error: {message: ..., type: OAuthException, code: 100, fbtrace_id: ...}}`"),
        );
        return;
    };
    let subcode = response.body.get("error").and_then(|error| error.get("error_subcode"));
    compare(scene, error, (code, number), subcode, problems);
}

fn compare(scene: &Scene<'_>, error: &ErrorDecl, (code, number): (&Tree, i64), subcode: Option<&Tree>, problems: &mut Vec<Diagnostic>) {
    let (low, high) = (i64::from(error.code.value.0), error.code.value.1.map(i64::from));
    if !(low..=high.unwrap_or(low)).contains(&number) {
        let wanted = high.map_or_else(|| low.to_string(), |high| format!("{low} to {high}"));
        problems.push(
            Diagnostic::new(Code::BadError, code.span, format!("the code of `{}` is {wanted}, and the body has {number}", error.name))
                .label("another code")
                .related(error.code.span, "the error's code")
                .help("name the error that the body is, or correct the body"),
        );
        return;
    }
    let given = subcode.and_then(Tree::int);
    if let Some(wanted) = error.subcode.as_ref().filter(|wanted| given != Some(i64::from(wanted.value))) {
        let has = given.map_or_else(|| String::from("no subcode"), |given| given.to_string());
        problems.push(
            Diagnostic::new(
                Code::BadError,
                subcode.map_or(code.span, |subcode| subcode.span),
                format!("the subcode of `{}` is {wanted}, and the body has {has}", error.name),
            )
            .label("another subcode")
            .related(wanted.span, "the error's subcode")
            .help("name the error that the body is, or correct the body"),
        );
    } else if let (None, Some(subcode), Some(given)) = (&error.subcode, subcode, given) {
        let exact = |other: &&ErrorDecl| {
            other.subcode.as_ref().is_some_and(|own| i64::from(own.value) == given) && i64::from(other.code.value.0) == number
        };
        if let Some(other) = scene.spec.errors.iter().find(exact) {
            problems.push(
                Diagnostic::new(
                    Code::BadError,
                    subcode.span,
                    format!("the code {number} with subcode {given} is `{}`, not `{}`", other.name, error.name),
                )
                .label("this subcode has a separate entry")
                .related(other.name.span, "in the catalog")
                .help(format!("write `error: {}`", other.name)),
            );
        }
    }
}

/// Where a body starts: its first key, because a block has no bracket to point at.
fn first(tree: &Tree) -> Span {
    match &tree.kind {
        Kind::Map(entries) => entries.first().map_or(tree.span, |entry| entry.at),
        _ => tree.span,
    }
}
