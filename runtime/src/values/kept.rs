//! What could not be read, alone: its JSON text, and why.

use std::fmt;

use serde_core::ser::{Serialize, Serializer};

use crate::values::decode::{ReadOutcome, TypeMismatch};
use crate::values::text::json;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::Wire;

/// A JSON value that could not be read as what belongs in its place: its text, and why. It is encoded again unchanged.
///
/// `Debug` shows the reason and not the text, which may hold what people wrote.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Kept {
    reason: Box<str>,
    text: Box<str>,
}

impl Kept {
    /// Keeps a text for a reason.
    pub fn new(reason: impl Into<String>, text: impl Into<String>) -> Self {
        Self { reason: reason.into().into(), text: text.into().into() }
    }

    pub(crate) fn of(mismatch: TypeMismatch) -> Self {
        Self::new(mismatch.why, json(&mismatch.value))
    }

    /// Why it could not be read: a JSON path, where it is not the value itself, and a reason. It quotes no value.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The JSON text; of a body that is no JSON, its text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("reason", &self.reason).field("bytes", &self.text.len()).finish()
    }
}

impl Wire for Kept {
    fn view(&self) -> View<'_> {
        View::Raw(&self.text)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        let text = json(&token.into_json());
        ReadOutcome::put(self, Self::new("", text))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_kept_has_its_text_and_shows_its_reason_only() {
        let kept = Kept::of(TypeMismatch { value: json!({"a": "Ana"}), why: "a: expected a number, found a string".to_owned() });
        assert_eq!((kept.reason(), kept.text()), ("a: expected a number, found a string", r#"{"a":"Ana"}"#));
        assert_eq!(format!("{kept:?}"), r#"Kept { reason: "a: expected a number, found a string", bytes: 11 }"#);
        assert_eq!(serde_json::to_string(&kept).unwrap(), r#"{"a":"Ana"}"#);
    }
}
