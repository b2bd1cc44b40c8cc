//! Graph's error envelope, read without ever failing.

use serde_json::{Map, Value};

use crate::values::redact::Masks;

/// The object under `error`. Its texts are masked.
#[derive(Debug, Default)]
pub(crate) struct GraphError {
    pub(crate) code: Option<u32>,
    pub(crate) subcode: Option<u32>,
    pub(crate) message: Option<String>,
    pub(crate) error_type: Option<String>,
    pub(crate) details: Option<String>,
    pub(crate) user_title: Option<String>,
    pub(crate) user_message: Option<String>,
    pub(crate) is_transient: bool,
    pub(crate) blame_fields: Vec<String>,
    pub(crate) fbtrace_id: Option<String>,
}

impl GraphError {
    pub(crate) fn of(error: &Map<String, Value>, masks: &Masks) -> Self {
        let text = |name: &str| error.get(name).and_then(|value| shown(value, masks));
        let mut read = Self {
            code: error.get("code").and_then(number),
            subcode: error.get("error_subcode").and_then(number),
            message: text("message"),
            error_type: text("type"),
            user_title: text("error_user_title"),
            user_message: text("error_user_msg"),
            is_transient: error.get("is_transient").is_some_and(truth),
            fbtrace_id: text("fbtrace_id"),
            ..Self::default()
        };
        if let Some(data) = error.get("error_data") {
            read.data(data, masks);
        }
        read
    }

    /// An object, an object as JSON in a string, or just a text.
    fn data(&mut self, data: &Value, masks: &Masks) {
        let parsed;
        let object = match data {
            Value::Object(object) => object,
            Value::String(text) => {
                let Ok(Value::Object(object)) = serde_json::from_str(text) else {
                    self.details = shown(data, masks);
                    return;
                };
                parsed = object;
                &parsed
            }
            _ => return,
        };
        self.details = object.get("details").and_then(|value| shown(value, masks));
        let specs = object.get("blame_field_specs").and_then(Value::as_array);
        for spec in specs.into_iter().flatten() {
            let path = match spec {
                Value::Array(path) => path.as_slice(),
                single => std::slice::from_ref(single),
            };
            let path: Vec<_> = path.iter().filter_map(|step| shown(step, masks)).collect();
            if !path.is_empty() {
                self.blame_fields.push(path.join("."));
            }
        }
    }
}

/// A number, or a string that holds one.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64()?.try_into().ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => matches!(text.as_str(), "true" | "1"),
        other => other.as_u64() == Some(1),
    }
}

/// A text, or the JSON of what is there instead.
fn shown(value: &Value, masks: &Masks) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => masks.text(text),
        other => masks.text(&other.to_string()),
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(error: &Value) -> GraphError {
        GraphError::of(error.as_object().unwrap(), &Masks::default())
    }

    #[test]
    fn error_data_is_read_in_every_shape() {
        let details = |data: Value| read(&json!({"error_data": data})).details;
        assert_eq!(details(json!({"details": "a"})).as_deref(), Some("a"));
        assert_eq!(details(json!(r#"{"details":"a"}"#)).as_deref(), Some("a"));
        assert_eq!(details(json!("plain")).as_deref(), Some("plain"));
        assert_eq!(details(json!([1])), None);
        let blamed = read(&json!({"error_data": {"blame_field_specs": [["a", "b"], ["c"], "d", []]}}));
        assert_eq!(blamed.blame_fields, ["a.b", "c", "d"]);
    }

    #[test]
    fn what_passes_is_said_in_several_ways() {
        for (said, transient) in
            [(json!(true), true), (json!(1), true), (json!("1"), true), (json!(0), false), (json!(2), false), (json!([]), false)]
        {
            assert_eq!(read(&json!({"is_transient": said})).is_transient, transient, "{said}");
        }
    }

    #[test]
    fn wrong_types_are_tolerated() {
        let error = read(&json!({
            "code": "100", "error_subcode": 33.5, "message": {"a": 1}, "type": null,
            "is_transient": "true", "fbtrace_id": 7, "error_user_title": ""
        }));
        assert_eq!((error.code, error.subcode), (Some(100), None));
        assert_eq!(error.message.as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(error.fbtrace_id.as_deref(), Some("7"));
        assert!(error.is_transient && error.error_type.is_none() && error.user_title.is_none());
    }
}
