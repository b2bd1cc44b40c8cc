//! Operations, each as if no other had its path.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    examples::{self, Shown},
    presence, put, put_presence,
    schemas::{Schemas, is_in_body},
    server, slug,
};
use crate::{
    export::catalog::{View, limit, paced, rule},
    model::{Auth, ErrorInfo, Operation, OperationError, Param, ParamLocation, Permissions, Segment, Site, Type},
    naming::Part,
};

/// An operation with what `OpenAPI` says of it.
pub(super) struct Written<'a> {
    pub(super) site: Site<'a>,
    pub(super) value: Value,
    /// The values that examples have for each placeholder.
    pub(super) path_examples: Vec<Vec<String>>,
}

impl Written<'_> {
    /// The `operationId`: `registerPhoneNumber`.
    pub(super) fn name(&self) -> String {
        name(self.site.operation)
    }
}

fn name(operation: &Operation) -> String {
    let mut letters = operation.request.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// Writes an operation, and the components that it refers to.
pub(super) fn operation<'a>(view: &View<'a>, schemas: &mut Schemas<'_, 'a>, site: Site<'a>) -> Written<'a> {
    let operation = site.operation;
    let shown = examples::of(view, operation);
    let present: Vec<&Param> = operation.params.iter().filter(|param| view.has(&param.availability)).collect();
    let rules: Vec<Value> = operation.rules.iter().filter(|known| view.has(&known.availability)).map(rule).collect();

    let mut value = json!({"operationId": name(operation), "summary": summary(&operation.doc)});
    put(
        &mut value,
        "description",
        std::iter::once(&operation.doc).chain(&operation.notes).map(String::as_str).collect::<Vec<_>>().join("\n\n").into(),
    );
    put(&mut value, "tags", json!([site.node.name]));
    if !operation.page.is_empty() {
        put(&mut value, "externalDocs", json!({"url": operation.page}));
    }
    if operation.host.is_some() {
        put(&mut value, "servers", json!([server(view, operation.host.as_ref())]));
    }
    let apart = present.iter().filter(|param| !is_in_body(param));
    put(&mut value, "parameters", apart.map(|param| parameter(view, schemas, param, &shown)).collect());
    let inside: Vec<&Param> = present.iter().copied().filter(|param| is_in_body(param)).collect();
    if !inside.is_empty() {
        put(&mut value, "requestBody", body(view, schemas, operation, &inside, &rules, &shown));
    }
    put(&mut value, "responses", responses(view, schemas, operation, &shown));
    if let Value::Object(members) = &mut value {
        members.insert("security".into(), security(view, operation));
    }
    put_presence(view, &mut value, &operation.availability);
    put(&mut value, "x-id", operation.id.clone().into());
    put(&mut value, "x-idempotent", operation.idempotent.into());
    if operation.never_retry {
        put(&mut value, "x-never-retry", true.into());
    }
    put(&mut value, "x-paced", operation.paced.as_ref().map(paced).into());
    put(&mut value, "x-limits", operation.limits.iter().filter(|known| view.has(&known.availability)).map(limit).collect());
    put(&mut value, "x-rules", rules.into());
    let placeholders = operation.path.iter().filter(|segment| !matches!(segment, Segment::Literal(_))).count();
    let path_examples = (0..placeholders).map(|index| examples::distinct(shown.iter().filter_map(|shown| shown.path.get(index).cloned())));
    Written { site, value, path_examples: path_examples.collect() }
}

/// The first sentence, without its period.
fn summary(doc: &str) -> String {
    let paragraph = doc.lines().next().unwrap_or_default();
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    paragraph[..end].trim_end_matches(['.', ':']).to_owned()
}

fn parameter(view: &View<'_>, schemas: &mut Schemas<'_, '_>, param: &Param, shown: &[Shown]) -> Value {
    let header = param.location == ParamLocation::Header;
    let mut value = json!({"name": param.name, "in": if header { "header" } else { "query" }});
    put(&mut value, "description", param.doc.clone().into());
    let required = (*param.required.at(view.moment()) && !param.contested) || param.constant.is_some();
    if required {
        put(&mut value, "required", true.into());
    }
    let schema = schemas.param(param);
    let seen = shown.iter().flat_map(|shown| if header { &shown.headers } else { &shown.query });
    let examples = numbered(seen.filter(|(name, _)| *name == param.name).map(|(_, value)| value.clone()));
    if matches!(param.ty.at(view.moment()), Type::Fields(_)) {
        // Names with commas between them; a name may be followed by the fields of what it holds, in braces.
        put(&mut value, "style", "form".into());
        put(&mut value, "explode", json!(false));
    }
    put(&mut value, "schema", schema);
    put(&mut value, "examples", examples);
    if param.contested {
        put(&mut value, "x-contested", true.into());
    }
    put_presence(view, &mut value, &param.availability);
    value
}

/// Distinct values, as `example-1` and so on.
fn numbered(values: impl Iterator<Item = Value>) -> Value {
    let values = (1..).zip(examples::distinct(values));
    values.map(|(number, value)| (format!("example-{number}"), json!({"value": value}))).collect::<Map<_, _>>().into()
}

fn body(
    view: &View<'_>,
    schemas: &mut Schemas<'_, '_>,
    operation: &Operation,
    params: &[&Param],
    rules: &[Value],
    shown: &[Shown],
) -> Value {
    let location = params[0].location;
    let media_type = match location {
        ParamLocation::Form => "application/x-www-form-urlencoded",
        ParamLocation::Multipart => "multipart/form-data",
        ParamLocation::Bytes => "application/octet-stream",
        _ => "application/json",
    };
    let schema = match location {
        ParamLocation::Bytes => schemas.param(params[0]),
        _ => schemas.body(&Part::Body.of(&operation.request), params, rules.to_vec()),
    };
    let mut media = json!({"schema": schema});
    let examples =
        shown.iter().filter_map(|shown| Some((slug(&shown.title), json!({"summary": shown.title, "value": shown.body.clone()?}))));
    put(&mut media, "examples", examples.collect::<Map<_, _>>().into());
    let mut value = json!({"content": {media_type: media}});
    let needed = |param: &&Param| (*param.required.at(view.moment()) && !param.contested) || param.constant.is_some();
    if params.iter().any(needed) || location == ParamLocation::Bytes {
        put(&mut value, "required", true.into());
    }
    value
}

fn responses(view: &View<'_>, schemas: &mut Schemas<'_, '_>, operation: &Operation, shown: &[Shown]) -> Value {
    let mut by_status: BTreeMap<String, Value> = BTreeMap::new();
    let returns = operation.returns.at(view.moment());
    let success: Vec<&Shown> = shown.iter().filter(|shown| shown.error.is_none()).collect();
    let mut statuses: Vec<u16> = success.iter().map(|shown| shown.status).collect();
    statuses.push(200);
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let mut media = json!({"schema": schemas.answer(returns, operation)});
        let examples = success.iter().filter(|shown| shown.status == status);
        let examples = examples.map(|shown| (slug(&shown.title), json!({"summary": shown.title, "value": shown.answer})));
        put(&mut media, "examples", examples.collect::<Map<_, _>>().into());
        by_status.insert(status.to_string(), json!({"description": "The answer.", "content": {"application/json": media}}));
    }
    let errors = operation.errors.iter().filter(|here| view.has(&here.availability));
    let errors = errors.filter_map(|here| Some((here, view.api.error(&here.name).filter(|error| view.has(&error.availability))?)));
    let mut failing: BTreeMap<String, Vec<(&OperationError, &ErrorInfo)>> = BTreeMap::from([("default".into(), Vec::new())]);
    for (here, error) in errors {
        if error.statuses.is_empty() {
            failing.entry("default".into()).or_default().push((here, error));
        }
        for status in &error.statuses {
            failing.entry(status.to_string()).or_default().push((here, error));
        }
    }
    for shown in shown.iter().filter(|shown| shown.error.is_some()) {
        failing.entry(shown.status.to_string()).or_default();
    }
    for (status, errors) in failing {
        // Graph answers some failures with a status of success.
        let (key, unusual) = if by_status.contains_key(&status) { ("default".to_owned(), true) } else { (status.clone(), false) };
        let examples = shown.iter().filter(|shown| shown.error.is_some() && (shown.status.to_string() == status));
        let examples: Map<String, Value> =
            examples.map(|shown| (slug(&shown.title), json!({"summary": shown.title, "value": shown.answer}))).collect();
        let listed: Vec<Value> = errors.iter().map(|(here, error)| error_here(here, error)).collect();
        let mut media = json!({"schema": schemas.error()});
        put(&mut media, "examples", if unusual { Value::Null } else { examples.into() });
        let lines: Vec<String> = errors.iter().map(|(here, error)| line(here, error)).collect();
        let heading = if status == "default" { "Any other error." } else { "An error." };
        let description = if lines.is_empty() { heading.to_owned() } else { format!("{heading} Documented are:\n\n{}", lines.join("\n")) };
        let mut response = json!({"description": description, "content": {"application/json": media}});
        put(&mut response, "x-errors", listed.into());
        super::merge::add_response(&mut by_status, key, response);
    }
    by_status.into_iter().collect::<Map<_, _>>().into()
}

/// ``- 133016 `RegistrationLimitReached`: the cause.``
fn line(here: &OperationError, error: &ErrorInfo) -> String {
    let end = error.code_end.map(|end| format!("-{end}")).unwrap_or_default();
    let subcode = error.subcode.map(|subcode| format!("/{subcode}")).unwrap_or_default();
    let cause = if here.cause.is_empty() { &error.cause } else { &here.cause };
    format!("- {}{end}{subcode} `{}`: {cause}", error.code, error.name).trim_end_matches([':', ' ']).to_owned()
}

fn error_here(here: &OperationError, error: &ErrorInfo) -> Value {
    let mut value = json!({"name": error.name, "code": error.code});
    put(&mut value, "code_end", error.code_end.into());
    put(&mut value, "subcode", error.subcode.into());
    if here.remedy != error.remedy {
        put(&mut value, "remedy", here.remedy.clone().into());
    }
    put(&mut value, "presence", presence(&here.availability));
    value
}

fn security(view: &View<'_>, operation: &Operation) -> Value {
    let scheme = match operation.auth {
        Auth::Token => "token",
        Auth::OAuth => "oauth",
        Auth::None => return json!([]),
    };
    match operation.permissions.at(view.moment()) {
        Permissions::None => json!([{scheme: []}]),
        Permissions::All(names) => json!([{scheme: names}]),
        Permissions::Any(names) => names.iter().map(|name| json!({scheme: [name]})).collect(),
    }
}
