//! The `fields` parameter: what a read asks for.

use std::fmt;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::values::decode::require;
use crate::values::open_enum::OpenEnum;
use crate::values::wire_type::Wire;

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
    const EXPECTS: &'static str = "a comma-separated string";
    const IS_SCALAR: bool = true;

    fn free(&self) -> Option<Value> {
        let mut text = String::with_capacity(self.0.iter().map(|field| field.as_str().len() + 1).sum());
        for (at, field) in self.0.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(field.as_str());
        }
        Some(text.into())
    }

    fn from_str(value: &str) -> Option<Self> {
        Some(split(value).into_iter().map(F::of).collect())
    }
}

impl<F: OpenEnum> Serialize for Fields<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Joined(&self.0))
    }
}

struct Joined<'a, F>(&'a [F]);

impl<F: OpenEnum> fmt::Display for Joined<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            f.write_str(field.as_str())?;
        }
        Ok(())
    }
}

impl<'de, F: OpenEnum> Deserialize<'de> for Fields<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        require("Fields", Deserialize::deserialize(deserializer)?)
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
