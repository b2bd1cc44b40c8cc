//! Examples, with the versions at which they run.

use percent_encoding::percent_decode_str;

use crate::{
    ast::{self, OperationDecl, Spec},
    check::Runs,
    language::request_text::RequestText,
    model::{Example, ExampleRange, Outcome, Segment, Version},
};

pub(super) fn examples(spec: &Spec, decl: &OperationDecl, path: &[Segment]) -> Vec<Example> {
    let window = spec.window();
    let requests: Vec<Option<RequestText>> =
        decl.examples.iter().map(|example| example.request.as_ref().and_then(|request| RequestText::parse(&request.value).ok())).collect();
    // A refused call shows no request; it is made with the identifiers of a sibling.
    let shown = requests.iter().flatten().next();
    decl.examples
        .iter()
        .zip(&requests)
        .map(|(example, request)| (example, request, runs(spec, decl, example, &window)))
        .map(|(example, request, Runs { versions, day })| Example {
            title: example.title.value.clone(),
            versions,
            range: range(spec, decl, example),
            day,
            call: example.call.iter().map(|(name, value)| (name.value.clone(), value.json())).collect(),
            path: request.as_ref().or(shown).map(|request| placeholders(path, &request.path)).unwrap_or_default(),
            request: example.request.as_ref().map(|request| request.value.clone()),
            outcome: outcome(example),
        })
        .collect()
}

/// Where an example runs: by what it uses, and at the versions of the window that it names, if it names some.
fn runs(spec: &Spec, decl: &OperationDecl, example: &ast::ExampleDecl, window: &[Version]) -> Runs {
    let is_named = |version: &&Version| example.versions.is_empty() || example.versions.iter().any(|named| named.value == **version);
    let served: Vec<Version> = window.iter().filter(is_named).copied().collect();
    Runs::of(spec, decl, example, &served)
}

/// The same, of every version that the spec lists, so that neither a new version nor one that is retired changes it.
fn range(spec: &Spec, decl: &OperationDecl, example: &ast::ExampleDecl) -> ExampleRange {
    if !example.versions.is_empty() {
        return ExampleRange { only: example.versions.iter().map(|version| version.value).collect(), ..ExampleRange::default() };
    }
    let mut every: Vec<Version> = spec.versions.iter().map(|decl| decl.version.value).collect();
    every.sort();
    let runs = Runs::of(spec, decl, example, &every).versions;
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return ExampleRange::default() };
    let between = every.iter().filter(|version| (first..=last).contains(version));
    ExampleRange {
        since: (every.first() != Some(first)).then_some(*first),
        removed: every.iter().find(|version| *version > last).copied(),
        lacking: between.filter(|version| !runs.contains(version)).copied().collect(),
        only: Vec::new(),
    }
}

/// The values in a path where the operation has placeholders.
pub(super) fn placeholders(path: &[Segment], text: &[String]) -> Vec<String> {
    let value = |(segment, text): (&Segment, &String)| match segment {
        Segment::Literal(_) => None,
        Segment::Id { .. } | Segment::Text { .. } => Some(text.clone()),
        Segment::Value { .. } => Some(percent_decode_str(text).decode_utf8_lossy().into_owned()),
    };
    path.iter().zip(text).filter_map(value).collect()
}

pub(super) fn outcome(example: &ast::ExampleDecl) -> Outcome {
    let (status, body) =
        example.response.as_ref().map_or((200, serde_json::Value::Null), |response| (response.status, response.body.json()));
    match (&example.refused, &example.error) {
        (Some(param), _) => Outcome::Refused { param: param.value.clone() },
        (None, Some(error)) => Outcome::Error { status, body, name: error.value.clone() },
        (None, None) => Outcome::Response { status, body },
    }
}
