//! Meta's OpenAPI file: its operations, and the examples anywhere in them.

use std::{env, fs, path::Path};

use graph_codegen::parse::{self, Sources, Tree};
use serde_json::{Map, Value, json};

/// The file, as the same tree that the spec is read into: quotes count, so that an identifier remains a string.
pub(crate) struct Document {
    root: Value,
}

/// An example, and where it is.
pub(crate) struct Example {
    /// `post /{Version}/{Phone-Number-ID}/messages`.
    pub(crate) at: String,
    /// The title of the example, or where its parts come from.
    pub(crate) title: String,
    /// What is asked, or the status that is answered.
    pub(crate) side: Side,
    pub(crate) value: Value,
    /// The schema that Meta gives for it.
    pub(crate) schema: Value,
    /// Put together from the examples of single properties, so it was never seen as a whole.
    pub(crate) assembled: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Answer(u16),
}

impl Document {
    /// The file that `OPENAPI_V23` names, or the one next to the repository.
    ///
    /// # Errors
    /// Where it was looked for, if it is not there.
    pub(crate) fn read() -> Result<Self, String> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/openapi-v23.yaml");
        let path = env::var_os("OPENAPI_V23").map_or(beside, Into::into);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|why| format!("{}: {why}", path.display()))
    }

    /// The text of such a file.
    ///
    /// # Errors
    /// Why it is not YAML.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let sources = Sources::from_texts([("openapi.yaml", text)]);
        let mut problems = Vec::new();
        let tree = sources.iter().find_map(|(file, source)| parse::tree(file, source, &mut problems));
        let root = tree.as_ref().map(Tree::json).ok_or("it is not YAML")?;
        Ok(Self { root })
    }

    /// Every method and path with its operation.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        self.root["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
            let verbs = ["get", "post", "delete"];
            verbs.into_iter().filter_map(move |verb| Some((verb, path.as_str(), item.get(verb)?)))
        })
    }

    /// The examples of an operation.
    pub(crate) fn examples(&self, method: &str, path: &str, operation: &Value) -> Vec<Example> {
        let mut found = Vec::new();
        let at = format!("{method} {path}");
        if let Some(body) = operation.get("requestBody") {
            self.content(body, &at, Side::Request, &mut found);
        }
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            if let Ok(status) = status.parse() {
                self.content(response, &at, Side::Answer(status), &mut found);
            }
        }
        found
    }

    fn content(&self, holder: &Value, at: &str, side: Side, found: &mut Vec<Example>) {
        for (kind, media) in self.resolved(holder)["content"].as_object().into_iter().flatten() {
            let schema = media.get("schema").cloned().unwrap_or(json!({}));
            let mut push = |title: &str, value: &Value, assembled: bool| {
                let value = if kind == "application/json" { value.clone() } else { parts(value) };
                found.push(Example { at: at.into(), title: title.into(), side, value, schema: schema.clone(), assembled });
            };
            if let Some(value) = media.get("example") {
                push("example", value, false);
            }
            for (title, example) in media["examples"].as_object().into_iter().flatten() {
                if let Some(value) = self.resolved(example).get("value") {
                    push(title, value, false);
                }
            }
            for value in self.stated(&schema) {
                push("schema", &value, false);
            }
            for (index, value) in self.assembled(&schema, 0).iter().enumerate().filter(|(_, value)| value.is_object()) {
                push(&format!("properties {index}"), value, true);
            }
        }
    }

    /// What a reference leads to.
    fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|to| self.root.pointer(to.strip_prefix('#')?));
        target.map_or(value, |target| self.resolved(target))
    }

    /// The examples that a schema states of itself.
    fn stated(&self, schema: &Value) -> Vec<Value> {
        let schema = self.resolved(schema);
        let listed = schema.get("examples").and_then(Value::as_array).into_iter().flatten();
        schema.get("example").into_iter().chain(listed).cloned().collect()
    }

    /// Values made of the examples, constants, defaults and first choices of a schema's parts, one for each alternative. The first has every property
    /// that says anything; each other has another alternative for one of them.
    fn assembled(&self, schema: &Value, depth: usize) -> Vec<Value> {
        const DEPTH: usize = 12;
        let schema = self.resolved(schema);
        let own = self.stated(schema);
        if !own.is_empty() && depth > 0 {
            return own;
        }
        if depth > DEPTH {
            return Vec::new();
        }
        if let Some(value) = schema.get("const").or_else(|| schema.get("default")).or_else(|| schema.pointer("/enum/0")) {
            return vec![value.clone()];
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(choices) = schema.get(choice).and_then(Value::as_array) {
                return choices.iter().flat_map(|choice| self.assembled(choice, depth + 1)).collect();
            }
        }
        if let Some(items) = schema.get("items") {
            return self.assembled(items, depth + 1).into_iter().map(|item| json!([item])).collect();
        }
        let mut parts: Vec<(String, Vec<Value>)> = Vec::new();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let alternatives = self.assembled(part, depth + 1).into_iter().filter(Value::is_object).collect();
            parts.push((String::new(), alternatives));
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            parts.push((name.clone(), self.assembled(property, depth + 1)));
        }
        parts.retain(|(_, alternatives)| !alternatives.is_empty());
        let choices: usize = parts.iter().map(|(_, alternatives)| alternatives.len() - 1).sum();
        if parts.is_empty() { Vec::new() } else { (0..=choices).map(|choice| whole(&parts, choice)).collect() }
    }

    /// What of a value is against its schema.
    pub(crate) fn contradictions(&self, example: &Example) -> Vec<String> {
        let mut schema = json!({"components": self.root["components"]});
        schema["allOf"] = json!([example.schema]);
        match jsonschema::options().build(&schema) {
            Ok(validator) => validator.iter_errors(&example.value).map(|error| format!("{}: {error}", error.instance_path())).collect(),
            Err(error) => vec![format!("the schema is none: {error}")],
        }
    }
}

/// A form, in which lists and objects are sent as JSON in a string.
fn parts(form: &Value) -> Value {
    let part = |value: &Value| match value.as_str().filter(|text| text.starts_with(['[', '{'])) {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        None => value.clone(),
    };
    match form {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), part(value))).collect(),
        other => other.clone(),
    }
}

/// The object in which the first parts have their first value, and the part that the number leads to has another.
fn whole(parts: &[(String, Vec<Value>)], mut choice: usize) -> Value {
    let mut object = Map::new();
    for (name, alternatives) in parts {
        let others = alternatives.len() - 1;
        let index = if (1..=others).contains(&choice) { choice } else { 0 };
        choice = if index > 0 { 0 } else { choice.saturating_sub(others) };
        match &alternatives[index] {
            Value::Object(members) if name.is_empty() => object.extend(members.clone()),
            value => {
                object.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(object)
}
