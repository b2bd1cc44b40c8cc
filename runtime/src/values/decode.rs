//! A JSON value that does not fit a type is an outcome, not a failure.

use std::any::type_name;
use std::fmt;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess};
use serde_json::{Map, Value};

use crate::values::decode_visitor::Slot;
use crate::values::wire_type::Wire;

/// The outcome of decoding one JSON value as `T`. See [`Wire`].
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded<T> {
    /// It is a `T`.
    Value(T),
    /// It is `null`, which counts as absent.
    Null,
    /// It is something else.
    TypeMismatch(TypeMismatch),
}

impl<T> Decoded<T> {
    pub(crate) fn map<U>(self, into: impl FnOnce(T) -> U) -> Decoded<U> {
        match self {
            Self::Value(value) => Decoded::Value(into(value)),
            Self::Null => Decoded::Null,
            Self::TypeMismatch(mismatch) => Decoded::TypeMismatch(mismatch),
        }
    }

    /// Puts the value into its place.
    pub(crate) fn put<'a>(self, place: impl Slot<'a, T>) -> ReadOutcome
    where
        T: 'a,
    {
        match self {
            Self::Value(value) => {
                place.put(value);
                ReadOutcome::Yes
            }
            Self::Null => ReadOutcome::Null,
            Self::TypeMismatch(mismatch) => ReadOutcome::TypeMismatch(Box::new(mismatch)),
        }
    }
}

/// The outcome of reading one JSON value into its place: a [`Decoded`] as small as it can be, since it is passed on for every value.
#[doc(hidden)]
pub enum ReadOutcome {
    Yes,
    Null,
    TypeMismatch(Box<TypeMismatch>),
}

impl ReadOutcome {
    /// What the place holds.
    pub(crate) fn fit<T>(self, place: Option<T>) -> Decoded<T> {
        match (self, place) {
            (Self::Yes, Some(value)) => Decoded::Value(value),
            (Self::TypeMismatch(mismatch), _) => Decoded::TypeMismatch(*mismatch),
            _ => Decoded::Null,
        }
    }
}

impl<T> Decoded<T> {
    /// A value that is kept either way: as what it fits, or verbatim.
    #[doc(hidden)]
    pub fn either<U>(self, fits: impl FnOnce(T) -> U, other: impl FnOnce(Value) -> U) -> Decoded<U> {
        match self {
            Self::Value(value) => Decoded::Value(fits(value)),
            Self::Null => Decoded::Null,
            Self::TypeMismatch(mismatch) => Decoded::Value(other(mismatch.value)),
        }
    }
}

/// Keeps an array verbatim.
#[doc(hidden)]
pub fn unlisted_seq<'de, T, A: SeqAccess<'de>>(seq: A, keep: impl FnOnce(Value) -> T) -> Result<Decoded<T>, A::Error> {
    seq_mismatch("", seq).map(|mismatch| Decoded::Value(keep(mismatch.value)))
}

/// Keeps an object verbatim.
#[doc(hidden)]
pub fn unlisted_map<'de, T, A: MapAccess<'de>>(map: A, keep: impl FnOnce(Value) -> T) -> Result<Decoded<T>, A::Error> {
    object(map).map(|members| Decoded::Value(keep(Value::Object(members))))
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

pub(crate) fn seq_mismatch<'de, A: SeqAccess<'de>>(expects: &str, mut seq: A) -> Result<TypeMismatch, A::Error> {
    let mut list = Vec::new();
    while let Some(value) = seq.next_element()? {
        list.push(value);
    }
    Ok(TypeMismatch::kind(expects, Value::Array(list)))
}

pub(crate) fn map_mismatch<'de, A: MapAccess<'de>>(expects: &str, map: A) -> Result<TypeMismatch, A::Error> {
    Ok(TypeMismatch::kind(expects, Value::Object(object(map)?)))
}

pub(crate) fn object<'de, A: MapAccess<'de>>(mut map: A) -> Result<Map<String, Value>, A::Error> {
    let mut object = Map::new();
    while let Some((name, value)) = map.next_entry()? {
        object.insert(name, value);
    }
    Ok(object)
}

/// Decodes what must be there: anything else is an error that names the type and why.
#[doc(hidden)]
pub fn decode<'de, T: Wire, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    require(&short(type_name::<T>()), Decoded::deserialize(deserializer)?)
}

/// `graph_runtime::page::Page<alloc::string::String>` is `Page<String>` to people.
pub(crate) fn short(type_name: &str) -> String {
    let mut short = String::new();
    for part in type_name.split_inclusive(['<', '>', ',', ' ', '(', ')', '[', ']', '&']) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}

/// A value that must be there: anything else is an error that names the type and why.
pub(crate) fn require<T: Wire, E: serde_core::de::Error>(name: &str, fit: Decoded<T>) -> Result<T, E> {
    let why = match fit {
        Decoded::Value(value) => return Ok(value),
        Decoded::Null => format!("expected {}, found null", T::EXPECTS),
        Decoded::TypeMismatch(mismatch) => mismatch.why,
    };
    Err(E::custom(format_args!("{name}: {why}")))
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
