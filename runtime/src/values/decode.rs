//! A JSON value that does not fit a type is an outcome, not a failure.

use std::fmt;

use serde_json::Value;

/// The outcome of decoding one JSON value as `T`. See [`Wire`](crate::Wire).
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded<T> {
    /// It is a `T`.
    Value(T),
    /// It is `null`, which counts as absent.
    Null,
    /// It is something else.
    TypeMismatch(TypeMismatch),
}

/// The outcome of reading one JSON value into its place: a [`Decoded`] as small as it can be, since it is passed on for every value.
pub enum ReadOutcome {
    /// The place has it.
    Yes,
    /// It is `null`, which counts as absent.
    Null,
    /// It is something else.
    TypeMismatch(Box<TypeMismatch>),
}

impl ReadOutcome {
    /// Puts a value that fits into its place.
    pub fn put<T>(place: &mut T, value: T) -> Self {
        *place = value;
        Self::Yes
    }
}

/// A JSON value that does not fit the declared type, whole, and why it does not.
#[derive(Clone, PartialEq)]
pub struct TypeMismatch {
    /// The value, verbatim.
    pub value: Value,
    /// A JSON path, where it is not the value itself, and a reason: `[3].id is missing`. Quotes no value.
    pub why: String,
}

impl TypeMismatch {
    /// `value` is of another kind than `expects` says.
    pub(crate) fn kind(expects: &str, value: Value) -> Self {
        let why = format!("expected {expects}, found {}", kind(&value));
        Self { value, why }
    }
}

impl fmt::Debug for TypeMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value may be a secret.
        f.debug_struct("TypeMismatch").field("why", &self.why).finish_non_exhaustive()
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.is_empty() => "an empty string",
        Value::String(_) => "a string",
        Value::Array(list) if list.is_empty() => "an empty array",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Puts a step of a path before a reason: `data` and `[3].id is missing` make `data[3].id is missing`.
pub(crate) fn under(step: &str, why: &str) -> String {
    if why.starts_with('[') {
        format!("{step}{why}")
    } else if why.starts_with("expected ") && why != "expected is missing" {
        format!("{step}: {why}")
    } else {
        format!("{step}.{why}")
    }
}

/// `graph_runtime::page::Page<alloc::string::String>` is `Page<String>` to people.
pub(crate) fn short(type_name: &str) -> String {
    let mut short = String::new();
    for part in type_name.split_inclusive(['<', '>', ',', ' ', '(', ')', '[', ']', '&']) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{short, under};

    #[test]
    fn type_names_are_short() {
        assert_eq!(short("graph_runtime::page::Page<alloc::string::String>"), "Page<String>");
        assert_eq!(short("(a::B, c::D)"), "(B, D)");
        assert_eq!(short("bool"), "bool");
    }

    #[test]
    fn paths_read_like_json_paths() {
        assert_eq!(under("data", "[3].id is missing"), "data[3].id is missing");
        assert_eq!(under("[3]", "id is missing"), "[3].id is missing");
        assert_eq!(under("name", "expected a string, found null"), "name: expected a string, found null");
        assert_eq!(under("x", "expected is missing"), "x.expected is missing");
    }
}
