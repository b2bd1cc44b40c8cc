//! Specifications in the format of `OpenAPI` 3: paths with parameters, bodies and answers, and schemas that these refer to.

use crate::{
    evidence::Facts,
    parse::{self, Source, Tree},
    span::FileId,
};

/// Reads a file, which is YAML or JSON. Paths without a placeholder for the version are of something else than Graph, and left out.
///
/// # Errors
/// Why it is not such a file.
pub fn read(path: &str, text: &str) -> Result<Facts, String> {
    let mut problems = Vec::new();
    let source = Source { path: path.into(), text: text.into() };
    let root = parse::tree(FileId(0), &source, &mut problems);
    let Some(root) = root.filter(|root| root.get("paths").is_some()) else {
        let why = problems.first().map_or_else(|| "it has no `paths`".into(), |problem| problem.message.clone());
        return Err(format!("{path} is not an OpenAPI specification: {why}"));
    };
    let mut file = File { root: &root, facts: Facts::new() };
    for path in root.get("paths").map(Tree::entries).unwrap_or_default() {
        let Some(subject) = subject(&path.key) else { continue };
        for method in ["get", "post", "delete"] {
            if let Some(operation) = path.value.get(method) {
                file.operation(&format!("{subject} {}", method.to_uppercase()), &path.value, operation);
            }
        }
    }
    Ok(file.facts)
}

/// `/{Version}/{Account}/templates/{Code}` is `{Account}/templates/*`: whose path it is, and the edges.
fn subject(path: &str) -> Option<String> {
    let mut segments = path.trim_matches('/').split('/');
    let version = segments.next().filter(|first| first.starts_with('{') && first.to_lowercase().contains("version"));
    version?;
    let mut subject = String::new();
    for segment in segments {
        match (subject.is_empty(), segment.starts_with('{')) {
            (true, true) => subject.push_str(segment),
            (_, true) => subject.push_str("/*"),
            (_, false) => subject.push_str(&format!("/{segment}")),
        }
    }
    (!subject.is_empty()).then_some(subject)
}

/// Schemas that refer to themselves end here.
const DEPTH: usize = 12;

struct File<'t> {
    root: &'t Tree,
    facts: Facts,
}

/// What a schema has, with all that it is composed of.
#[derive(Default)]
struct Members<'t> {
    properties: Vec<(&'t str, &'t Tree)>,
    required: Vec<&'t str>,
}

impl<'t> File<'t> {
    fn operation(&mut self, subject: &str, path: &'t Tree, operation: &'t Tree) {
        for holder in [path, operation] {
            for param in holder.get("parameters").map(Tree::items).unwrap_or_default() {
                let param = self.resolve(param);
                let (Some(name), Some("query")) = (text(param, "name"), text(param, "in")) else { continue };
                let required = param.get("required").and_then(Tree::bool) == Some(true);
                if let Some(schema) = param.get("schema") {
                    self.typed(&format!("{subject} param {name}"), schema, if required { "required" } else { "optional" });
                }
            }
        }
        if let Some(content) = operation.get("requestBody").and_then(|body| self.resolve(body).get("content")) {
            self.body(subject, content);
        }
        let answers = operation.get("responses").map(Tree::entries).unwrap_or_default();
        let answer = answers.iter().find(|answer| answer.key.starts_with('2'));
        let schema = answer
            .and_then(|answer| self.resolve(&answer.value).get("content"))
            .and_then(|content| content.get("application/json")?.get("schema"));
        self.answer(subject, schema);
    }

    fn body(&mut self, subject: &str, content: &'t Tree) {
        let Some(first) = content.entries().first() else { return };
        let form = match first.key.as_str() {
            "application/json" => "json",
            "application/x-www-form-urlencoded" => "form",
            "multipart/form-data" => "multipart",
            _ => "bytes",
        };
        self.facts.insert(format!("{subject} body"), form.into());
        let Some(schema) = first.value.get("schema") else { return };
        let members = self.members(schema, DEPTH);
        for (name, schema) in members.properties {
            let required = if members.required.contains(&name) { "required" } else { "optional" };
            self.typed(&format!("{subject} param {name}"), schema, required);
        }
    }

    fn answer(&mut self, subject: &str, schema: Option<&'t Tree>) {
        let members = schema.map(|schema| self.members(schema, DEPTH)).unwrap_or_default();
        let data = members.properties.iter().find(|(name, _)| *name == "data").map(|(_, schema)| self.resolve(schema));
        let items = data.and_then(|data| data.get("items"));
        self.facts.insert(format!("{subject} returns"), if items.is_some() { "list" } else { "object" }.into());
        let members = match items {
            Some(items) => self.members(items, DEPTH),
            None => members,
        };
        for (name, schema) in members.properties {
            self.typed(&format!("{subject} field {name}"), schema, "");
        }
    }

    fn typed(&mut self, key: &str, schema: &'t Tree, attribute: &str) {
        let mut values = Vec::new();
        let ty = self.type_of(schema, &mut values, DEPTH);
        self.facts.extend(values.iter().map(|value| (format!("{key} = {value}"), String::new())));
        self.facts.insert(key.into(), format!("{ty} {attribute}").trim_end().into());
    }

    fn type_of(&self, schema: &'t Tree, values: &mut Vec<String>, depth: usize) -> String {
        let schema = self.resolve(schema);
        let listed = schema.get("enum").map(Tree::items).unwrap_or_default();
        let listed: Vec<&str> =
            listed.iter().filter(|value| !value.is_null()).filter_map(Tree::text).filter(|value| !value.is_empty()).collect();
        let all_text = text(schema, "type").is_none_or(|ty| ty == "string");
        if all_text && (!listed.is_empty() || schema.get("const").is_some()) {
            values.extend(listed.into_iter().chain(text(schema, "const")).map(String::from));
            return "enum".into();
        }
        let Some(depth) = depth.checked_sub(1) else { return "any".into() };
        for composed in ["allOf", "oneOf", "anyOf"] {
            if let Some(parts) = schema.get(composed) {
                let mut types: Vec<String> = parts.items().iter().map(|part| self.type_of(part, values, depth)).collect();
                types.dedup();
                return if let [one] = types.as_slice() { one.clone() } else { "any".into() };
            }
        }
        match text(schema, "type") {
            Some("array") => {
                let items = schema.get("items").map_or_else(|| "any".into(), |items| self.type_of(items, values, depth));
                format!("list<{items}>")
            }
            Some("string") => match text(schema, "format") {
                Some("date-time") => "date-time".into(),
                Some("binary") => "file".into(),
                _ => "string".into(),
            },
            Some(ty) => ty.into(),
            None if schema.get("properties").is_some() => "object".into(),
            None => "any".into(),
        }
    }

    fn members(&self, schema: &'t Tree, depth: usize) -> Members<'t> {
        let mut members = Members::default();
        let Some(depth) = depth.checked_sub(1) else { return members };
        let schema = self.resolve(schema);
        members
            .properties
            .extend(schema.get("properties").map(Tree::entries).unwrap_or_default().iter().map(|entry| (entry.key.as_str(), &entry.value)));
        members.required.extend(schema.get("required").map(Tree::items).unwrap_or_default().iter().filter_map(Tree::text));
        for part in schema.get("allOf").map(Tree::items).unwrap_or_default() {
            let part = self.members(part, depth);
            members.properties.extend(part.properties);
            members.required.extend(part.required);
        }
        for choice in ["oneOf", "anyOf"] {
            let parts: Vec<Members<'t>> =
                schema.get(choice).map(Tree::items).unwrap_or_default().iter().map(|part| self.members(part, depth)).collect();
            if let Some((first, others)) = parts.split_first() {
                members.required.extend(first.required.iter().filter(|name| others.iter().all(|other| other.required.contains(name))));
            }
            members.properties.extend(parts.into_iter().flat_map(|part| part.properties));
        }
        members
    }

    /// What `$ref` refers to, or the value itself.
    fn resolve(&self, value: &'t Tree) -> &'t Tree {
        let mut value = value;
        for _ in 0..DEPTH {
            let Some(reference) = text(value, "$ref").and_then(|reference| reference.strip_prefix("#/")) else { break };
            match reference.split('/').try_fold(self.root, |tree, key| tree.get(&key.replace("~1", "/").replace("~0", "~"))) {
                Some(found) => value = found,
                None => break,
            }
        }
        value
    }
}

fn text<'t>(tree: &'t Tree, key: &str) -> Option<&'t str> {
    tree.get(key).and_then(Tree::text)
}
