//! Whole numbers that Graph writes as text in some places.

use std::fmt;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::decode::ReadOutcome;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::{Wire, decode};

/// A whole number that Graph writes as a number in one place and as text in another: `0` and `"0"`.
///
/// It keeps the form in which it came, and is equal to another only if the form is the same too; compare numbers with [`IntString::get`].
/// One that is made of an `i64` is sent as text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IntString {
    value: i64,
    text: bool,
}

impl IntString {
    /// The number.
    pub fn get(self) -> i64 {
        self.value
    }
}

/// Zero, only so that a record can start empty.
impl Default for IntString {
    fn default() -> Self {
        Self::from(0)
    }
}

impl From<i64> for IntString {
    fn from(value: i64) -> Self {
        Self { value, text: true }
    }
}

impl fmt::Display for IntString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl fmt::Debug for IntString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text { write!(f, "{:?}", self.value.to_string()) } else { write!(f, "{}", self.value) }
    }
}

impl Wire for IntString {
    fn view(&self) -> View<'_> {
        if self.text { View::Text(self.value.to_string()) } else { View::I64(self.value) }
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        let number = match &token {
            Token::I64(value) => Some(Self { value: *value, text: false }),
            Token::U64(value) => i64::try_from(*value).ok().map(|value| Self { value, text: false }),
            Token::Str(text) => text.parse::<i64>().ok().map(Self::from).filter(|number: &Self| number.to_string() == *text),
            _ => None,
        };
        match number {
            Some(number) => ReadOutcome::put(self, number),
            None => token.mismatch("a whole number, or a text of one"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for IntString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for IntString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("IntString", deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_kept() {
        for text in ["7", "-1", r#""7""#, r#""0""#] {
            let number: IntString = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&number).unwrap(), text);
        }
        assert_eq!(serde_json::to_string(&IntString::from(5)).unwrap(), r#""5""#);
        assert_eq!(serde_json::from_str::<IntString>("12").unwrap().get(), 12);
    }

    #[test]
    fn what_would_be_written_otherwise_does_not_fit() {
        for text in [r#""007""#, r#""+1""#, r#""""#, "1.5", "[]", r#""99999999999999999999""#] {
            assert!(serde_json::from_str::<IntString>(text).is_err(), "{text}");
        }
    }
}
