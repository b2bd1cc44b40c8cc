//! The examples of an operation, without what is secret in them.

use serde_json::{Map, Value};

use super::{
    MASK,
    schemas::{is_in_body, is_text_of_json},
};
use crate::{
    export::catalog::View,
    language::request_text::RequestText,
    model::{Field, Operation, Outcome, Param, Type, TypeDef, VariantContent},
};

/// An example that is sent.
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, Value)>,
    pub(super) headers: Vec<(String, Value)>,
    pub(super) body: Option<Value>,
    pub(super) status: u16,
    pub(super) answer: Value,
    /// The error's name, if it is answered with one.
    pub(super) error: Option<String>,
}

/// The examples that a version runs; on a day, only those that run on any.
pub(super) fn of(view: &View<'_>, operation: &Operation) -> Vec<Shown> {
    let run = operation
        .examples
        .iter()
        .filter(|example| example.versions.contains(&view.version) && (view.day.is_none() || example.day.is_none()));
    run.filter_map(|example| {
        let (status, answer, error) = match &example.outcome {
            Outcome::Response { status, body } => (*status, masked(view, operation.returns.at(view.moment()), body.clone()), None),
            Outcome::Error { status, body, name } => (*status, body.clone(), Some(name.clone())),
            Outcome::Refused { .. } => return None,
        };
        let request = example.request.as_deref().and_then(|text| RequestText::parse(text).ok()).unwrap_or_default();
        let pairs = |pairs: &[(String, String)]| -> Vec<(String, Value)> {
            pairs.iter().map(|(name, text)| (name.clone(), of_text(view, operation, name, text))).collect()
        };
        Some(Shown {
            title: example.title.clone(),
            path: example.path.iter().map(|text| without_signatures(text)).collect(),
            query: pairs(&request.query),
            headers: pairs(&request.headers),
            body: body(view, operation, &request),
            status,
            answer: unsigned(answer),
            error,
        })
    })
    .collect()
}

/// Each value once, in their order.
pub(super) fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut kept = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

fn body(view: &View<'_>, operation: &Operation, request: &RequestText) -> Option<Value> {
    if let Some(bytes) = &request.bytes {
        return Some(bytes.clone().into());
    }
    let params: Vec<&Param> = operation.params.iter().filter(|param| is_in_body(param)).collect();
    if let Some(json) = &request.json {
        return Some(unsigned(params.iter().fold(json.clone(), |body, param| masked_param(view, param, body))));
    }
    let parts = request.form.iter().map(|(name, text)| (name.clone(), of_text(view, operation, name, text)));
    let files = request.files.iter().map(|(name, file)| (name.clone(), file.text.clone().into()));
    let members: Map<String, Value> = parts.chain(files).collect();
    (!members.is_empty()).then(|| members.into())
}

fn masked_param(view: &View<'_>, param: &Param, mut body: Value) -> Value {
    let ty = param.ty.at(view.moment());
    if param.spread {
        return masked(view, ty, body);
    }
    if let Some(value) = body.get_mut(&param.name) {
        *value = if param.secret { MASK.into() } else { masked(view, ty, value.take()) };
    }
    body
}

/// The value that a text in a query, a form or a header is.
fn of_text(view: &View<'_>, operation: &Operation, name: &str, text: &str) -> Value {
    let Some(param) = operation.params.iter().find(|param| param.name == name) else { return text.into() };
    if param.secret {
        return MASK.into();
    }
    match param.ty.at(view.moment()) {
        Type::Fields(_) => fields(text),
        ty if is_text_of_json(param, ty) => match serde_json::from_str(text) {
            Ok(value) => unsigned(masked(view, ty, value)).to_string().into(),
            Err(_) => text.into(),
        },
        Type::Int | Type::Float | Type::Bool | Type::Timestamp { text: false } => {
            serde_json::from_str(text).unwrap_or_else(|_| text.into())
        }
        _ => without_signatures(text).into(),
    }
}

/// Splits at the commas that are in no braces.
fn fields(text: &str) -> Value {
    let (mut depth, mut names) = (0_usize, vec![String::new()]);
    for c in text.chars() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match names.last_mut() {
            Some(name) if c != ',' || depth > 0 => name.push(c),
            _ => names.push(String::new()),
        }
    }
    names.into()
}

/// A value without its secrets, which its type names.
fn masked(view: &View<'_>, ty: &Type, value: Value) -> Value {
    match (ty, value) {
        (Type::Secret { .. }, Value::String(_) | Value::Number(_)) => MASK.into(),
        (Type::List(inner), Value::Array(items)) => items.into_iter().map(|item| masked(view, inner, item)).collect(),
        (Type::Map(inner), Value::Object(members)) => {
            members.into_iter().map(|(key, value)| (key, masked(view, inner, value))).collect::<Map<_, _>>().into()
        }
        (Type::Page(inner), Value::Object(mut members)) => {
            if let Some(Value::Array(items)) = members.get_mut("data") {
                *items = std::mem::take(items).into_iter().map(|item| masked(view, inner, item)).collect();
            }
            members.into()
        }
        (Type::Object(name) | Type::Union(name) | Type::Untagged(name), value) => masked_named(view, name, value),
        (_, value) => value,
    }
}

fn masked_named(view: &View<'_>, name: &str, value: Value) -> Value {
    if let Some(node) = view.api.nodes.iter().find(|node| node.rust_name == name) {
        return masked_fields(view, &node.fields, value);
    }
    match view.api.named(name).map(|named| &named.def) {
        Some(TypeDef::Object(object)) => masked_fields(view, &object.fields, value),
        Some(TypeDef::Untagged(shapes)) => shapes.iter().fold(value, |value, shape| masked(view, &shape.ty, value)),
        Some(TypeDef::Union(union)) => {
            let Some(tag) = value.get(&union.tag).and_then(Value::as_str).map(str::to_lowercase) else { return value };
            let variants = union.variants.iter().filter(|variant| variant.tag.to_lowercase() == tag);
            variants.fold(value, |mut value, variant| match &variant.content {
                VariantContent::Members(ty) => masked(view, ty, value),
                VariantContent::Payload(key, ty) => {
                    if let Some(payload) = value.get_mut(key) {
                        *payload = masked(view, ty, payload.take());
                    }
                    value
                }
                VariantContent::Nothing => value,
            })
        }
        _ => value,
    }
}

fn masked_fields(view: &View<'_>, fields: &[Field], value: Value) -> Value {
    fields.iter().fold(value, |mut value, field| {
        let ty = field.ty.at(view.moment());
        if field.spread {
            return masked(view, ty, value);
        }
        for name in std::iter::once(&field.name).chain(&field.aliases) {
            if let Some(member) = value.get_mut(name) {
                *member = masked(view, ty, member.take());
            }
        }
        value
    })
}

/// A value whose URLs carry neither tokens nor signatures.
fn unsigned(value: Value) -> Value {
    match value {
        Value::String(text) => without_signatures(&text).into(),
        Value::Array(items) => items.into_iter().map(unsigned).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, unsigned(value))).collect::<Map<_, _>>().into(),
        value => value,
    }
}

/// What a URL of Graph names its secrets.
const SIGNATURES: [&str; 4] = ["access_token=", "sig=", "signature=", "hash="];

fn without_signatures(text: &str) -> String {
    let mut text = text.to_owned();
    for name in SIGNATURES {
        for start in [format!("?{name}"), format!("&{name}")] {
            if let Some(at) = text.find(&start) {
                let from = at + start.len();
                let to = text[from..].find('&').map_or(text.len(), |end| from + end);
                text.replace_range(from..to, MASK);
            }
        }
    }
    text
}
