//! Reads within reads: a field of `fields` that asks for an edge, with the arguments and fields of that edge's read.

use std::fmt::Write as _;

use serde_json::Value;

use crate::request::operation::Operation;
use crate::request::parts::Outgoing;
use crate::values::text::{json, text};

/// The field `field` with what a read of its edge says: `phone_numbers.limit(50){id,quality_rating}`.
///
/// What the request has in its query becomes an argument, in the same order; its `fields` go into braces. Path, options and body do not matter here.
pub fn expansion<O: Operation>(field: &str, request: &O) -> String {
    let mut outgoing = Outgoing::new(request.info());
    request.encode(&mut outgoing);
    let mut expansion = field.to_owned();
    let mut fields = None;
    for (name, value) in outgoing.params().filter(|(_, value)| !value.is_null()) {
        if name == "fields" {
            fields = Some(text(value));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(expansion, ".{name}({})", argument(value));
        }
    }
    if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
        let _ = write!(expansion, "{{{fields}}}");
    }
    expansion
}

/// A text is unchanged, unless it holds what would end the argument: then it is quoted.
fn argument(value: &Value) -> String {
    match value {
        Value::String(plain) if plain.chars().any(|c| matches!(c, '(' | ')' | '{' | '}' | '"' | '\\') || c.is_control()) => json(value),
        value => text(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::argument;

    #[test]
    fn an_argument_cannot_end_before_its_time() {
        assert_eq!(argument(&json!("DAILY")), "DAILY");
        assert_eq!(argument(&json!(50)), "50");
        assert_eq!(argument(&json!(["a", "b"])), r#"["a","b"]"#);
        assert_eq!(argument(&json!("a){id}")), r#""a){id}""#);
    }
}
