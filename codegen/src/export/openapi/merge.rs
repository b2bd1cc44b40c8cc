//! Operations that `OpenAPI` cannot tell apart, as one: they have the same method, and the same path but for the names of its placeholders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{examples::distinct, operations::Written, put};
use crate::{model::Segment, naming::upper_camel};

/// A placeholder of a path that several operations share.
#[derive(Default)]
pub(super) struct Placeholder {
    pub(super) name: String,
    names: Vec<String>,
    examples: Vec<String>,
    ids: Vec<String>,
    digits: bool,
}

impl Placeholder {
    /// As a parameter of the path.
    pub(super) fn parameter(&self) -> Value {
        let mut schema = json!({"type": "string"});
        if self.digits {
            put(&mut schema, "pattern", "^[0-9]+$".into());
        }
        put(&mut schema, "x-id-of", self.ids.clone().into());
        let mut value = json!({"name": self.name, "in": "path", "required": true});
        let ids: Vec<String> = self.ids.iter().map(|id| format!("`{id}`")).collect();
        let said = match ids.as_slice() {
            [] => String::new(),
            [one] => format!("The identifier of a node {one}."),
            many => format!("The identifier of one of these nodes: {}.", many.join(", ")),
        };
        put(&mut value, "description", said.into());
        put(&mut value, "schema", schema);
        if let Some(example) = self.examples.first() {
            put(&mut value, "example", example.clone().into());
        }
        value
    }
}

/// The placeholders of one path; where operations name one differently it is `id`.
pub(super) fn placeholders<'w, 'a: 'w>(written: impl Iterator<Item = &'w Written<'a>>) -> Vec<Placeholder> {
    let mut found: Vec<Placeholder> = Vec::new();
    for Written { site, path_examples, .. } in written {
        let segments = site.operation.path.iter().filter(|segment| !matches!(segment, Segment::Literal(_)));
        for (index, segment) in segments.enumerate() {
            let (Segment::Id { name, .. } | Segment::Text { name, .. } | Segment::Value { name, .. }) = segment else { continue };
            if found.len() <= index {
                found.push(Placeholder { digits: true, ..Placeholder::default() });
            }
            let place = &mut found[index];
            place.digits &= matches!(segment, Segment::Id { .. });
            place.names.push(name.clone());
            if index == 0 {
                place.ids.push(site.node.name.clone());
            }
            place.examples.extend(path_examples.get(index).into_iter().flatten().cloned());
        }
    }
    for place in &mut found {
        place.ids = distinct(place.ids.drain(..));
        place.names = distinct(place.names.drain(..));
        place.name = if let [one] = place.names.as_slice() { one.clone() } else { "id".into() };
    }
    found
}

/// The one operation of a method and path.
pub(super) fn one(method: &str, segments: &[Option<String>], mut written: Vec<Written<'_>>, taken: &mut BTreeSet<String>) -> Value {
    if written.len() == 1 {
        return written.remove(0).value;
    }
    let mut name = format!("{method}{}", upper_camel(&segments.iter().flatten().cloned().collect::<Vec<_>>().join("_").replace('/', "_")));
    if segments.iter().all(Option::is_none) {
        name.push_str("Node");
    }
    while !taken.insert(name.clone()) {
        name.push_str("Any");
    }
    let values: Vec<&Value> = written.iter().map(|written| &written.value).collect();
    let all = |key: &str| values.iter().map(|value| value[key].clone()).collect::<Vec<Value>>();
    let joined = |key: &str, between: &str| all(key).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(between);
    let lines: Vec<String> =
        values.iter().map(|value| format!("- `{}`: {}", text(&value["operationId"]), text(&value["summary"]))).collect();

    let mut merged = json!({"operationId": name, "summary": joined("summary", " / ")});
    put(&mut merged, "description", format!("One of several operations that share this path:\n\n{}", lines.join("\n")).into());
    put(&mut merged, "tags", distinct(all("tags").into_iter().flat_map(items)).into());
    if values.iter().any(|value| value.get("servers").is_some()) {
        put(&mut merged, "servers", distinct(all("servers").into_iter().flat_map(items)).into());
    }
    put(&mut merged, "parameters", parameters(&values));
    put(&mut merged, "requestBody", bodies(&values));
    let mut responses = BTreeMap::new();
    for value in &values {
        for (status, response) in value["responses"].as_object().into_iter().flatten() {
            add_response(&mut responses, status.clone(), response.clone());
        }
    }
    put(&mut merged, "responses", responses.into_iter().collect::<Map<_, _>>().into());
    put(&mut merged, "security", distinct(all("security").into_iter().flat_map(items)).into());
    if values.iter().all(|value| value["deprecated"] == true) {
        put(&mut merged, "deprecated", true.into());
    }
    let apart = values.iter().map(|value| {
        let own = value.as_object().into_iter().flatten().filter(|(key, _)| {
            key.starts_with("x-") || matches!(key.as_str(), "operationId" | "description" | "externalDocs" | "security")
        });
        own.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>()
    });
    put(&mut merged, "x-operations", apart.map(Value::Object).collect());
    merged
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: Value) -> Vec<Value> {
    if let Value::Array(items) = value { items } else { Vec::new() }
}

/// Each parameter once, required if every operation requires it.
fn parameters(values: &[&Value]) -> Value {
    let mut found: Vec<Value> = Vec::new();
    for value in values {
        for parameter in value["parameters"].as_array().into_iter().flatten() {
            match found.iter_mut().find(|known| known["name"] == parameter["name"] && known["in"] == parameter["in"]) {
                None => found.push(parameter.clone()),
                Some(known) => same_parameter(known, parameter),
            }
        }
    }
    let required = |parameter: &Value| {
        values.iter().all(|value| {
            let own = value["parameters"].as_array().into_iter().flatten();
            own.into_iter().any(|own| own["name"] == parameter["name"] && own["in"] == parameter["in"] && own["required"] == true)
        })
    };
    for parameter in &mut found {
        let is_required = required(parameter);
        if let (false, Value::Object(members)) = (is_required, parameter) {
            members.shift_remove("required");
        }
    }
    found.into()
}

fn same_parameter(known: &mut Value, other: &Value) {
    if known["schema"] != other["schema"] {
        known["schema"] = either(known["schema"].take(), other["schema"].clone());
    }
    if let (Some(known), Value::Object(other)) = (known.as_object_mut(), &other) {
        for (key, value) in other {
            match known.get(key) {
                None if key.starts_with("x-") => {
                    known.insert(key.clone(), value.clone());
                }
                Some(Value::Object(_)) if key == "examples" => {
                    known.shift_remove(key);
                }
                _ => {}
            }
        }
    }
}

/// A schema that both match. Of two lists it is a list of what is in either.
fn either(first: Value, second: Value) -> Value {
    if first == second || first.is_null() {
        return second;
    }
    if second.is_null() {
        return first;
    }
    if first["type"] == "array" && second["type"] == "array" {
        let mut list = first.clone();
        list["items"] = either(first["items"].clone(), second["items"].clone());
        return list;
    }
    let known = |schema: &Value| items(schema["x-extensible-enum"].clone());
    if first["type"] == "string" && second["type"] == "string" && first.get("x-extensible-enum").is_some() {
        let mut text = first.clone();
        put(&mut text, "x-extensible-enum", distinct(known(&first).into_iter().chain(known(&second))).into());
        return text;
    }
    let mut schemas = match first {
        Value::Object(ref members) if members.len() == 1 && members.contains_key("anyOf") => items(first["anyOf"].clone()),
        first => vec![first],
    };
    if !schemas.contains(&second) {
        schemas.push(second);
    }
    json!({"anyOf": schemas})
}

fn bodies(values: &[&Value]) -> Value {
    let with: Vec<&Value> = values.iter().filter_map(|value| value.get("requestBody")).collect();
    let mut content: Map<String, Value> = Map::new();
    for body in &with {
        for (media_type, media) in body["content"].as_object().into_iter().flatten() {
            match content.get_mut(media_type) {
                None => drop(content.insert(media_type.clone(), media.clone())),
                Some(known) => add_media(known, media),
            }
        }
    }
    let mut body = Value::Object(Map::new());
    put(&mut body, "content", content.into());
    if with.len() == values.len() && with.iter().all(|body| body["required"] == true) {
        put(&mut body, "required", true.into());
    }
    body
}

/// Adds what else a body or an answer may be.
fn add_media(known: &mut Value, other: &Value) {
    known["schema"] = either(known["schema"].take(), other["schema"].clone());
    let mut all = known["examples"].as_object().cloned().unwrap_or_default();
    for (name, value) in other["examples"].as_object().into_iter().flatten() {
        let mut name = name.clone();
        while all.get(&name).is_some_and(|known| known != value) {
            name.push_str("-also");
        }
        all.insert(name, value.clone());
    }
    put(known, "examples", all.into());
}

/// Adds what else is answered with a status.
pub(super) fn add_response(responses: &mut BTreeMap<String, Value>, status: String, response: Value) {
    let Some(known) = responses.get_mut(&status) else {
        responses.insert(status, response);
        return;
    };
    let (mut lines, more) = (text(&known["description"]).to_owned(), text(&response["description"]).to_owned());
    for line in more.lines().filter(|line| line.starts_with("- ")) {
        if !lines.lines().any(|known| known == line) {
            if !lines.contains("Documented are:") {
                lines.push_str(" Documented are:\n");
            }
            lines = format!("{lines}\n{line}");
        }
    }
    known["description"] = lines.into();
    let media = response["content"]["application/json"].clone();
    add_media(&mut known["content"]["application/json"], &media);
    let listed = [&*known, &response].map(|response| items(response["x-errors"].clone())).concat();
    put(known, "x-errors", distinct(listed.into_iter()).into());
}
