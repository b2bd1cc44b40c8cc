//! A value where there are only texts: queries, forms, headers.

use serde_json::Value;

/// The text of a value in a query or a form.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => json(other),
    }
}

/// The value as JSON. As its `Display`, which is compiled for indented text too.
pub(crate) fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
