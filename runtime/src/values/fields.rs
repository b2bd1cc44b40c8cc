//! The `fields` parameter: what a read asks for.

use std::fmt;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::decode::ReadOutcome;
use crate::values::open_enum::OpenEnum;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::{Wire, decode};

/// Fields to read, sent as one comma-separated text: `id,name,owner{id}`.
///
/// A field may carry modifiers and fields of its own: `F::from("phone_numbers.limit(5){id}")`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fields<F>(Vec<F>);

impl<F> Fields<F> {
    /// Asks for one more field.
    pub fn push(&mut self, field: F) {
        self.0.push(field);
    }

    /// The fields one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, F> {
        self.0.iter()
    }

    /// The fields in the order in which they are asked for.
    pub fn as_slice(&self) -> &[F] {
        &self.0
    }
}

impl<F> Default for Fields<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F> From<Vec<F>> for Fields<F> {
    fn from(fields: Vec<F>) -> Self {
        Self(fields)
    }
}

impl<F, const N: usize> From<[F; N]> for Fields<F> {
    fn from(fields: [F; N]) -> Self {
        Self(fields.into())
    }
}

impl<F> FromIterator<F> for Fields<F> {
    fn from_iter<I: IntoIterator<Item = F>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl<F> Extend<F> for Fields<F> {
    fn extend<I: IntoIterator<Item = F>>(&mut self, fields: I) {
        self.0.extend(fields);
    }
}

impl<F> IntoIterator for Fields<F> {
    type Item = F;
    type IntoIter = std::vec::IntoIter<F>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, F> IntoIterator for &'a Fields<F> {
    type Item = &'a F;
    type IntoIter = std::slice::Iter<'a, F>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<F: OpenEnum> Wire for Fields<F> {
    fn view(&self) -> View<'_> {
        // Most names have less than 24 letters.
        let mut text = String::with_capacity(self.0.len() * 24);
        let mut separator = "";
        for field in &self.0 {
            text.push_str(separator);
            text.push_str(field.as_str());
            separator = ",";
        }
        View::Text(text)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::Str(text) => {
                self.0.clear();
                for part in split(text) {
                    self.0.push(F::of(part));
                }
                ReadOutcome::Yes
            }
            other => other.mismatch("a comma-separated string"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<F: OpenEnum> Serialize for Fields<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

impl<'de, F: OpenEnum> Deserialize<'de> for Fields<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("Fields", deserializer)
    }
}

/// Splits at commas outside braces and parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    if text.is_empty() {
        return parts;
    }
    let (mut start, mut depth) = (0, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::{Fields, split};

    #[test]
    fn fields_are_walked_in_their_order() {
        let fields = Fields::from(["id", "name"]);
        assert_eq!((&fields).into_iter().collect::<Vec<_>>(), [&"id", &"name"]);
        assert_eq!(fields.into_iter().collect::<Vec<_>>(), ["id", "name"]);
    }

    #[test]
    fn only_top_level_commas_separate_fields() {
        assert_eq!(split("id,owner{id,name},numbers.limit(5,6){a{b,c}},é"), ["id", "owner{id,name}", "numbers.limit(5,6){a{b,c}}", "é"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn odd_lists_come_back_as_they_were() {
        for text in [",", "a,,b", "}a,b", "a{b,c", "a,"] {
            assert_eq!(split(text).join(","), text);
        }
    }
}
