//! JSON on its way in: what a value gets to read, and the sources it comes from.
//!
//! Everything that reads is behind `dyn`, so that it is compiled once and not for every type and source.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize as _, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::values::decode::{ReadOutcome, TypeMismatch};
use crate::values::text_reader;
use crate::values::wire::Wire;

/// One JSON value as it is read: a scalar, or something to take the rest from.
pub enum Token<'a, 'de> {
    /// `null`. Whoever reads members and elements handles it; a type says what it expected instead.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A negative whole number.
    I64(i64),
    /// A whole number that is not negative.
    U64(u64),
    /// A number with a fraction or an exponent.
    F64(f64),
    /// A string.
    Str(&'a str),
    /// An array.
    Array(&'a mut dyn Elements),
    /// An object.
    Object(&'a mut dyn Members<'de>),
    /// Members of an object that nothing else declares. A union takes those that are its own.
    Spread(&'a mut Undeclared<'de>),
    /// The payload of this variant of a union: the value of the member whose key was read last.
    Payload(usize, &'a mut dyn Members<'de>),
}

impl Token<'_, '_> {
    /// The value, verbatim.
    pub fn into_json(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => value.into(),
            Self::I64(value) => value.into(),
            Self::U64(value) => value.into(),
            Self::F64(value) => Number::from_f64(value).map_or(Value::Null, Value::Number),
            Self::Str(value) => value.into(),
            Self::Array(elements) => Value::Array(elements.rest()),
            Self::Object(members) => Value::Object(members.rest()),
            Self::Spread(members) => Value::Object(members.take_all()),
            Self::Payload(_, members) => members.json(),
        }
    }

    /// The same, of what is neither array nor object.
    pub fn scalar(&self) -> Option<Token<'_, 'static>> {
        match *self {
            Self::Null => Some(Token::Null),
            Self::Bool(value) => Some(Token::Bool(value)),
            Self::I64(value) => Some(Token::I64(value)),
            Self::U64(value) => Some(Token::U64(value)),
            Self::F64(value) => Some(Token::F64(value)),
            Self::Str(value) => Some(Token::Str(value)),
            Self::Array(_) | Self::Object(_) | Self::Spread(_) | Self::Payload(..) => None,
        }
    }

    /// The value does not fit a type that expects this.
    #[cold]
    pub fn mismatch(self, expects: &str) -> ReadOutcome {
        ReadOutcome::TypeMismatch(Box::new(TypeMismatch::kind(expects, self.into_json())))
    }
}

/// The elements of an array that are still to be read.
pub trait Elements {
    /// Reads the next one; nothing if there is none.
    fn next(&mut self, into: &mut dyn Wire) -> Option<ReadOutcome>;

    /// The others, verbatim.
    fn rest(&mut self) -> Vec<Value>;

    /// The text of the element that was read last, where the source has it and the element cannot be free JSON.
    fn unreadable(&mut self) -> Option<String> {
        None
    }
}

/// The members of an object that are still to be read, one after the other: first its key, then its value, in one way or another.
///
/// A fault of the source ends them. Who reads need not notice: the source reports it to whoever asked it for the whole value.
pub trait Members<'de> {
    /// Gives the key of the next member, if there is one.
    fn next_key(&mut self, take: &mut dyn FnMut(&str)) -> bool;

    /// The same, as a text of its own.
    fn next_name(&mut self) -> Option<String> {
        let mut name = None;
        self.next_key(&mut |key| name = Some(key.to_owned()));
        name
    }

    /// Reads its value.
    fn value(&mut self, into: &mut dyn Wire) -> ReadOutcome;

    /// Its value, verbatim.
    fn json(&mut self) -> Value;

    /// Its value, to be read later.
    fn later(&mut self) -> Later<'de>;

    /// As [`later`](Self::later), of a value that is read by a reader of its own: however deep it is, only that reader fails.
    fn apart(&mut self) -> Later<'de> {
        self.later()
    }

    /// What was to be read later is no JSON after all.
    fn fail(&mut self, why: &dyn fmt::Display);

    /// The members that are still to be read, verbatim.
    fn rest(&mut self) -> Map<String, Value> {
        let mut members = Map::new();
        while let Some(name) = self.next_name() {
            let value = self.json();
            members.insert(name, value);
        }
        members
    }
}

/// A value that is read later: the text that it has in its source, without a copy where that is possible.
///
/// Sources other than JSON texts have none; their values are read as free JSON.
pub enum Later<'de> {
    /// Its text.
    Text(Cow<'de, str>),
    /// The value.
    Json(Value),
}

impl Later<'_> {
    /// Reads it now.
    ///
    /// # Errors
    /// What was skipped as JSON can be none for all that: a number out of range, too many brackets.
    pub(crate) fn read(self, into: &mut dyn Wire) -> Result<ReadOutcome, serde_json::Error> {
        match self {
            Self::Text(text) => read_text(&text, into),
            Self::Json(value) => Seed(into).deserialize(value),
        }
    }

    /// The value, verbatim.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub(crate) fn into_json(self) -> Result<Value, serde_json::Error> {
        match self {
            Self::Text(text) => serde_json::from_str(&text),
            Self::Json(value) => Ok(value),
        }
    }

    /// The value, if it is a string.
    pub(crate) fn as_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) if text.starts_with('"') => serde_json::from_str(text).ok().map(Cow::Owned),
            Self::Json(Value::String(text)) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }
}

/// Reads the text of one JSON value.
pub(crate) fn read_text(text: &str, into: &mut dyn Wire) -> Result<ReadOutcome, serde_json::Error> {
    if let Some(outcome) = text_reader::read(text, into) {
        return Ok(outcome);
    }
    let mut source = serde_json::Deserializer::from_str(text);
    let outcome = Seed(into).deserialize(&mut source)?;
    source.end()?;
    Ok(outcome)
}

/// Members of an object that nothing declares, until it is known whose they are. Of a name that comes twice, the last value counts.
#[derive(Default)]
pub struct Undeclared<'de> {
    members: Vec<(String, Later<'de>)>,
    fault: Option<serde_json::Error>,
}

impl<'de> Undeclared<'de> {
    pub(crate) fn keep(&mut self, name: String, value: Later<'de>) {
        // Earlier ones of the name stay until one is taken: to look for them each time would be quadratic.
        self.members.push((name, value));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Later<'de>> {
        self.members.iter().rfind(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Later<'de>> {
        let at = self.members.iter().rposition(|(known, _)| known == name)?;
        let (_, value) = self.members.remove(at);
        self.members.retain(|(known, _)| known != name);
        Some(value)
    }

    /// Reads a value that was kept.
    pub(crate) fn read(&mut self, value: Later<'de>, into: &mut dyn Wire) -> ReadOutcome {
        value.read(into).unwrap_or_else(|error| {
            self.fault = Some(error);
            ReadOutcome::Null
        })
    }

    /// Nothing but a fault, which is not lost.
    pub(crate) fn of_fault(fault: Option<serde_json::Error>) -> Self {
        Self { members: Vec::new(), fault }
    }

    pub(crate) fn into_fault(self) -> Option<serde_json::Error> {
        self.fault
    }

    /// Takes everything, verbatim.
    pub(crate) fn take_all(&mut self) -> Map<String, Value> {
        let mut members = Map::new();
        for (name, value) in std::mem::take(&mut self.members) {
            match value.into_json() {
                Ok(value) => _ = members.insert(name, value),
                Err(error) => self.fault = Some(error),
            }
        }
        members
    }

    /// Everything, and then the members of the object that are still to be read.
    pub(crate) fn then<'a>(self, rest: Option<&'a mut dyn Members<'de>>) -> Chain<'a, 'de> {
        Chain { first: self.members.into_iter(), value: None, rest, fault: self.fault }
    }
}

/// Members that were kept, and then those that are still to be read.
pub(crate) struct Chain<'a, 'de> {
    first: std::vec::IntoIter<(String, Later<'de>)>,
    value: Option<Later<'de>>,
    rest: Option<&'a mut dyn Members<'de>>,
    pub(crate) fault: Option<serde_json::Error>,
}

impl<'de> Members<'de> for Chain<'_, 'de> {
    fn next_key(&mut self, take: &mut dyn FnMut(&str)) -> bool {
        match self.first.next() {
            Some((name, value)) => {
                self.value = Some(value);
                take(&name);
                true
            }
            None => self.rest.as_mut().is_some_and(|rest| rest.next_key(take)),
        }
    }

    fn value(&mut self, into: &mut dyn Wire) -> ReadOutcome {
        match (self.value.take(), &mut self.rest) {
            (Some(value), _) => value.read(into).unwrap_or_else(|error| {
                self.fail(&error);
                ReadOutcome::Null
            }),
            (None, Some(rest)) => rest.value(into),
            (None, None) => ReadOutcome::Null,
        }
    }

    fn json(&mut self) -> Value {
        match (self.value.take(), &mut self.rest) {
            (Some(value), _) => value.into_json().unwrap_or_else(|error| {
                self.fail(&error);
                Value::Null
            }),
            (None, Some(rest)) => rest.json(),
            (None, None) => Value::Null,
        }
    }

    fn later(&mut self) -> Later<'de> {
        match (self.value.take(), &mut self.rest) {
            (Some(value), _) => value,
            (None, Some(rest)) => rest.later(),
            (None, None) => Later::Json(Value::Null),
        }
    }

    fn fail(&mut self, why: &dyn fmt::Display) {
        match &mut self.rest {
            Some(rest) => rest.fail(why),
            None => self.fault = Some(serde_json::Error::custom(why)),
        }
    }
}

/// Reads a value of any kind into its place.
pub(crate) struct Seed<'a>(pub(crate) &'a mut dyn Wire);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ReadOutcome;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ReadOutcome, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ReadOutcome;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<ReadOutcome, E> {
        Ok(self.0.read(Token::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ReadOutcome, E> {
        // Some sources know signed numbers only.
        Ok(self.0.read(u64::try_from(value).map_or(Token::I64(value), Token::U64)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ReadOutcome, E> {
        Ok(self.0.read(Token::U64(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<ReadOutcome, E> {
        Ok(self.0.read(Token::F64(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<ReadOutcome, E> {
        Ok(self.0.read(Token::Str(value)))
    }

    fn visit_unit<E>(self) -> Result<ReadOutcome, E> {
        Ok(ReadOutcome::Null)
    }

    fn visit_none<E>(self) -> Result<ReadOutcome, E> {
        Ok(ReadOutcome::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ReadOutcome, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<ReadOutcome, A::Error> {
        let mut source = Source { access: seq, error: None, lifetime: PhantomData };
        let outcome = self.0.read(Token::Array(&mut source));
        source.error.map_or(Ok(outcome), Err)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ReadOutcome, A::Error> {
        let mut source = Source { access: map, error: None, lifetime: PhantomData };
        let outcome = self.0.read(Token::Object(&mut source));
        source.error.map_or(Ok(outcome), Err)
    }
}

/// An array or object of any serde format. It remembers its first error, and has nothing more from then on.
struct Source<'de, A, E> {
    access: A,
    error: Option<E>,
    lifetime: PhantomData<&'de ()>,
}

impl<A, E> Source<'_, A, E> {
    fn ok<T>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.error = Some(error)).ok()
    }
}

impl<'de, A: SeqAccess<'de>> Elements for Source<'de, A, A::Error> {
    fn next(&mut self, into: &mut dyn Wire) -> Option<ReadOutcome> {
        if self.error.is_some() {
            return None;
        }
        let next = self.access.next_element_seed(Seed(into));
        self.ok(next)?
    }

    fn rest(&mut self) -> Vec<Value> {
        let mut elements = Vec::new();
        while self.error.is_none() {
            let next = self.access.next_element();
            match self.ok(next) {
                Some(Some(element)) => elements.push(element),
                _ => break,
            }
        }
        elements
    }
}

impl<'de, A: MapAccess<'de>> Members<'de> for Source<'de, A, A::Error> {
    fn next_key(&mut self, take: &mut dyn FnMut(&str)) -> bool {
        if self.error.is_some() {
            return false;
        }
        match self.access.next_key_seed(KeySeed(take)) {
            Ok(next) => next.is_some(),
            Err(error) => {
                self.error = Some(error);
                false
            }
        }
    }

    fn value(&mut self, into: &mut dyn Wire) -> ReadOutcome {
        let value = self.access.next_value_seed(Seed(into));
        self.ok(value).unwrap_or(ReadOutcome::Null)
    }

    fn json(&mut self) -> Value {
        let value = self.access.next_value();
        self.ok(value).unwrap_or_default()
    }

    fn later(&mut self) -> Later<'de> {
        let value = self.access.next_value_seed(LaterSeed { bounded: true });
        self.ok(value).unwrap_or(Later::Json(Value::Null))
    }

    fn apart(&mut self) -> Later<'de> {
        let value = self.access.next_value_seed(LaterSeed { bounded: false });
        self.ok(value).unwrap_or(Later::Json(Value::Null))
    }

    fn fail(&mut self, why: &dyn fmt::Display) {
        self.error = Some(A::Error::custom(why));
    }
}

struct KeySeed<'a>(&'a mut dyn FnMut(&str));

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<(), E> {
        (self.0)(key);
        Ok(())
    }
}

/// The name under which `serde_json` gives the text of a value, and takes one; no other format does. Should it change, values are read as
/// free JSON, which costs time but is right.
const RAW: &str = "$serde_json::private::RawValue";

/// Brackets within brackets that `serde_json` reads.
pub(crate) const DEEPEST: usize = 127;

struct LaterSeed {
    /// Is a text refused that is too deep to be a part of one that is read whole?
    bounded: bool,
}

/// A value of any format, to be read later.
pub(crate) fn later<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Later<'de>, D::Error> {
    LaterSeed { bounded: false }.deserialize(deserializer)
}

impl<'de> DeserializeSeed<'de> for LaterSeed {
    type Value = Later<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Later<'de>, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, self)
    }
}

impl<'de> Visitor<'de> for LaterSeed {
    type Value = Later<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Later<'de>, D::Error> {
        Value::deserialize(deserializer).map(Later::Json)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Later<'de>, A::Error> {
        let _ = map.next_key_seed(KeySeed(&mut |_| {}))?;
        let text = map.next_value_seed(TextSeed)?;
        // Each text is read by a reader of its own, which does not know how deep in the whole it is.
        if self.bounded && depth(&text) > DEEPEST {
            return Err(A::Error::custom("recursion limit exceeded"));
        }
        Ok(Later::Text(text))
    }
}

pub(crate) fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

struct TextSeed;

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for TextSeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text of a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Probe;

    impl<'de> Visitor<'de> for Probe {
        type Value = Vec<Later<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let mut source = Source { access: map, error: None, lifetime: PhantomData };
            let mut values = Vec::new();
            while source.next_key(&mut |_| {}) {
                values.push(source.later());
            }
            source.error.map_or(Ok(values), Err)
        }
    }

    #[test]
    fn what_is_read_later_stays_the_text_of_its_source() {
        let text = r#"{"a": {"b" : 1e999}, "c": "d"}"#;
        let values = serde_json::Deserializer::from_str(text).deserialize_any(Probe).unwrap();
        let [Later::Text(Cow::Borrowed(a)), Later::Text(Cow::Borrowed(c))] = values.as_slice() else { panic!("a copy was made") };
        assert_eq!((*a, *c), (r#"{"b" : 1e999}"#, r#""d""#));
        assert_eq!(values[1].as_text().as_deref(), Some("d"));
        assert!(values[0].as_text().is_none());
        let values = serde_json::Deserializer::from_reader(text.as_bytes()).deserialize_any(Probe).unwrap();
        assert!(matches!(&values[0], Later::Text(text) if text == r#"{"b" : 1e999}"#));
        let values = serde_json::json!({"a": [1]}).deserialize_any(Probe).unwrap();
        // A value has no text; this one is written for it.
        assert!(values.into_iter().all(|value| value.into_json().unwrap() == serde_json::json!([1])));
    }

    #[test]
    fn deep_texts_are_refused() {
        assert_eq!(depth(r#"[{"a]}\"[[":[1]},[]]"#), 3);
        assert_eq!(depth(r#"["[[\\", "[[\"[[", {}]"#), 2);
        let deep = |levels: usize| format!(r#"{{"a":{}1{}}}"#, "[".repeat(levels), "]".repeat(levels));
        assert!(serde_json::Deserializer::from_str(&deep(DEEPEST)).deserialize_any(Probe).is_ok());
        let error = serde_json::Deserializer::from_str(&deep(DEEPEST + 1)).deserialize_any(Probe).err().unwrap();
        assert!(error.to_string().starts_with("recursion limit exceeded"), "{error}");
    }
}
