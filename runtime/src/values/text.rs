//! A value where there are only texts: queries, forms, headers.

use serde_json::Value;

/// The text of a value in a query or a form.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
