//! The specifications that Meta's SDKs are generated from: a JSON file a node, with `apis` and `fields`, and one with all enums.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::Facts;

/// Reads the files of a folder: the root of the repository, or the folder in it that has them.
///
/// # Errors
/// What cannot be read, and why.
pub fn read(dir: &Path) -> Result<Facts, String> {
    let nested = dir.join("api_specs").join("specs");
    let dir = if nested.is_dir() { nested } else { dir.to_path_buf() };
    let entries = fs::read_dir(&dir).map_err(|error| format!("{} cannot be read: {error}", dir.display()))?;
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        return Err(format!("{} has no JSON files; name the root of Meta's repository, or its `api_specs/specs`", dir.display()));
    }
    let parse = |file: &Path| -> Result<Value, String> {
        let text = fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{} is not JSON: {error}", file.display()))
    };
    let mut enums = BTreeMap::new();
    let mut nodes = Vec::new();
    for file in &files {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let value = parse(file)?;
        match &value {
            Value::Array(types) => enums.extend(types.iter().filter_map(values)),
            _ => nodes.push((name, value)),
        }
    }
    let mut facts = Facts::new();
    for (name, value) in &nodes {
        node(name, value, &enums, &mut facts);
    }
    Ok(facts)
}

/// The values of enums by the name that types have for them.
type Enums = BTreeMap<String, Vec<String>>;

fn values(entry: &Value) -> Option<(String, Vec<String>)> {
    let values = entry.get("values")?.as_array()?;
    Some((entry.get("name")?.as_str()?.into(), values.iter().filter_map(Value::as_str).map(String::from).collect()))
}

fn node(name: &str, value: &Value, enums: &Enums, facts: &mut Facts) {
    for api in list(value, "apis") {
        let Some(method) = api.get("method").and_then(Value::as_str) else { continue };
        let subject = match api.get("endpoint").and_then(Value::as_str) {
            Some(edge) => format!("{name}/{} {method}", edge.trim_matches('/')),
            None => format!("{name} {method}"),
        };
        let returns = api.get("return").and_then(Value::as_str).unwrap_or("Object");
        facts.insert(format!("{subject} returns"), returns.into());
        for param in list(api, "params") {
            let required = if param.get("required").and_then(Value::as_bool) == Some(true) { "required" } else { "optional" };
            typed(&format!("{subject} param"), param, required, enums, facts);
        }
    }
    for field in list(value, "fields") {
        typed(&format!("{name} field"), field, "", enums, facts);
    }
}

fn typed(subject: &str, item: &Value, attribute: &str, enums: &Enums, facts: &mut Facts) {
    let (Some(name), Some(ty)) = (item.get("name").and_then(Value::as_str), item.get("type").and_then(Value::as_str)) else { return };
    let innermost = ty.rsplit('<').next().unwrap_or(ty).trim_end_matches('>');
    let key = format!("{subject} {name}");
    let ty = match enums.get(innermost) {
        None => ty.to_owned(),
        Some(values) => {
            facts.extend(values.iter().map(|value| (format!("{key} = {value}"), String::new())));
            ty.replace(innermost, "enum")
        }
    };
    facts.insert(key, format!("{ty} {attribute}").trim_end().into());
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
