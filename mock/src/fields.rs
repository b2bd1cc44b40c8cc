//! `fields=`: what of an object is asked for, with nesting, arguments and other names.
//!
//! Source: `developers.facebook.com/docs/graph-api/guides/field-expansion`.

use serde_json::{Map, Value};

/// A field that is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    /// `limit(5)` as a name and its text.
    pub(crate) arguments: Vec<(String, String)>,
    pub(crate) within: Vec<Wanted>,
}

/// How deep fields are read within fields; no answer is as deep.
const DEEPEST: usize = 32;

/// Reads `id,name.limit(5){a,b}`.
pub(crate) fn parse(text: &str) -> Vec<Wanted> {
    parse_within(text, DEEPEST)
}

fn parse_within(text: &str, left: usize) -> Vec<Wanted> {
    split(text, b',').into_iter().filter_map(|text| one(text, left)).collect()
}

fn one(text: &str, left: usize) -> Option<Wanted> {
    let text = text.trim();
    let (outer, within) = match text.find('{') {
        Some(at) if left == 0 => (text.get(..at)?, Vec::new()),
        Some(at) => (text.get(..at)?, parse_within(text.get(at + 1..)?.strip_suffix('}').unwrap_or(text.get(at + 1..)?), left - 1)),
        None => (text, Vec::new()),
    };
    let mut parts = split(outer, b'.').into_iter();
    let mut wanted = Wanted { name: parts.next()?.trim().to_owned(), within, ..Wanted::default() };
    if wanted.name.is_empty() {
        return None;
    }
    for part in parts {
        let (name, value) = part.split_once('(').unwrap_or((part, ""));
        let value = value.trim_end_matches(')');
        if name == "as" {
            wanted.alias = Some(value.to_owned());
        } else {
            wanted.arguments.push((name.to_owned(), value.to_owned()));
        }
    }
    Some(wanted)
}

/// Splits outside of brackets.
fn split(text: &str, at: u8) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'{' | b'[' => depth += 1,
            b')' | b'}' | b']' => depth = depth.saturating_sub(1),
            byte if byte == at && depth == 0 => {
                parts.extend(text.get(from..index));
                from = index + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// What is asked for of an object, in the order of the question, and always its `id`. What it has not is left out, as Graph does.
pub(crate) fn select(object: &Map<String, Value>, wanted: &[Wanted]) -> Map<String, Value> {
    let mut selected = Map::new();
    for field in wanted {
        if let Some(value) = object.get(&field.name) {
            let value = if field.within.is_empty() { value.clone() } else { within(value, &field.within) };
            selected.insert(field.alias.clone().unwrap_or_else(|| field.name.clone()), value);
        }
    }
    if let (Some(id), false) = (object.get("id"), selected.contains_key("id")) {
        selected.insert("id".into(), id.clone());
    }
    selected
}

fn within(value: &Value, wanted: &[Wanted]) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| within(item, wanted)).collect(),
        Value::Object(object) => match object.get("data") {
            Some(Value::Array(items)) => {
                let mut page = object.clone();
                page.insert("data".into(), items.iter().map(|item| within(item, wanted)).collect());
                page.into()
            }
            _ => select(object, wanted).into(),
        },
        other => other.clone(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails should panic")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_fields_arguments_and_other_names_are_read() {
        let wanted = parse("id, phone_numbers.limit(5){id,throughput{level}},health_status.as(health)");
        assert_eq!(wanted.len(), 3);
        assert_eq!(wanted[1].arguments, [("limit".to_owned(), "5".to_owned())]);
        assert_eq!(wanted[1].within[1].within[0].name, "level");
        assert_eq!(wanted[2].alias.as_deref(), Some("health"));
        assert_eq!(parse("{,}}((").len(), 0);
        assert_eq!(parse(&"a{".repeat(50_000)).len(), 1, "however deep it is");
    }

    #[test]
    fn an_object_answers_with_what_is_asked_for_and_its_id() {
        let object = json!({"id": "1", "a": {"b": 1, "c": 2}, "d": {"data": [{"e": 1, "f": 2}]}});
        let selected = select(object.as_object().unwrap(), &parse("a{c},d{f},g"));
        assert_eq!(Value::Object(selected), json!({"a": {"c": 2}, "d": {"data": [{"f": 2}]}, "id": "1"}));
    }
}
