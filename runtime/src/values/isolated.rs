//! Reading the parts of a JSON text one by one, after the whole could not be read: a number out of range, half of a surrogate pair, too many brackets.
//!
//! Each object and array is taken apart into the texts of its members and elements, and each of these is read on its own. What still cannot be read
//! fails the nearest element of a list that keeps such elements, and nothing around it.

use std::borrow::Cow;
use std::fmt;

use serde_core::Deserializer as _;
use serde_core::de::{Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::values::decode::{ReadOutcome, TypeMismatch};
use crate::values::token::{Elements, Later, Members, Token, read_text};
use crate::values::wire::Wire;

/// Brackets within brackets that are taken apart.
const DEEPEST: usize = 64;

/// An element that its list does not keep.
const UNREADABLE: &str = "an element of a list cannot be read";

/// Reads a text part by part.
///
/// # Errors
/// What could not be read is in no list that keeps it.
pub(crate) fn read_isolated(text: &str, into: &mut dyn Wire) -> Result<ReadOutcome, serde_json::Error> {
    read_within(text, into, DEEPEST)
}

fn read_within(text: &str, into: &mut dyn Wire, depth: usize) -> Result<ReadOutcome, serde_json::Error> {
    let error = match read_text(text, into) {
        Ok(outcome) => return Ok(outcome),
        Err(error) => error,
    };
    let Some(depth) = depth.checked_sub(1) else { return Err(error) };
    match text.trim_start().as_bytes().first() {
        Some(b'{') => {
            let mut source = ObjectText { members: members(text)?.into_iter(), value: "null", depth, fault: None };
            let outcome = into.read(Token::Object(&mut source));
            source.fault.map_or(Ok(outcome), Err)
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text)?;
            let mut source = ArrayText { elements: elements.into_iter(), depth, unreadable: None, fault: None };
            let outcome = into.read(Token::Array(&mut source));
            source.fault.map_or(Ok(outcome), Err)
        }
        _ => Err(error),
    }
}

fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, serde_json::Error> {
    struct Split;

    impl<'de> Visitor<'de> for Split {
        type Value = Vec<(Cow<'de, str>, &'de str)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                members.push((Cow::Owned(name), value.get()));
            }
            Ok(members)
        }
    }

    let mut source = serde_json::Deserializer::from_str(text);
    let members = (&mut source).deserialize_map(Split)?;
    // What follows the object would be lost.
    source.end()?;
    Ok(members)
}

struct ObjectText<'de> {
    members: std::vec::IntoIter<(Cow<'de, str>, &'de str)>,
    value: &'de str,
    depth: usize,
    fault: Option<serde_json::Error>,
}

impl<'de> Members<'de> for ObjectText<'de> {
    fn next_key(&mut self, take: &mut dyn FnMut(&str)) -> bool {
        let Some((name, value)) = self.members.next() else { return false };
        self.value = value;
        take(&name);
        true
    }

    fn value(&mut self, into: &mut dyn Wire) -> ReadOutcome {
        read_within(self.value, into, self.depth).unwrap_or_else(|error| {
            self.fault = Some(error);
            ReadOutcome::Null
        })
    }

    fn json(&mut self) -> Value {
        serde_json::from_str(self.value).unwrap_or_else(|error| {
            self.fault = Some(error);
            Value::Null
        })
    }

    fn later(&mut self) -> Later<'de> {
        Later::Text(Cow::Borrowed(self.value))
    }

    fn fail(&mut self, why: &dyn fmt::Display) {
        self.fault = Some(serde_json::Error::custom(why));
    }
}

struct ArrayText<'de> {
    elements: std::vec::IntoIter<&'de RawValue>,
    depth: usize,
    unreadable: Option<String>,
    fault: Option<serde_json::Error>,
}

impl Elements for ArrayText<'_> {
    fn next(&mut self, into: &mut dyn Wire) -> Option<ReadOutcome> {
        if self.unreadable.take().is_some() {
            self.fault = Some(serde_json::Error::custom(UNREADABLE));
            return None;
        }
        let text = self.elements.next()?.get();
        Some(read_within(text, into, self.depth).unwrap_or_else(|error| {
            self.unreadable = Some(text.to_owned());
            ReadOutcome::TypeMismatch(Box::new(TypeMismatch { value: Value::Null, why: error.to_string() }))
        }))
    }

    fn rest(&mut self) -> Vec<Value> {
        let mut values = Vec::new();
        self.fault = self.unreadable.take().map(|_| serde_json::Error::custom(UNREADABLE));
        for element in self.elements.by_ref() {
            match serde_json::from_str(element.get()) {
                Ok(value) => values.push(value),
                Err(error) => self.fault = Some(error),
            }
        }
        values
    }

    fn unreadable(&mut self) -> Option<String> {
        self.unreadable.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::json::tests::Order;
    use crate::values::list::List;

    #[test]
    fn what_cannot_be_read_fails_the_element_that_has_it() {
        let odd = ["1e999", r#""\ud83d""#, r#"{"a":[1e999]}"#];
        for odd in odd {
            // Declared, undeclared, a part of a union that is known by then, and one that is not yet.
            for member in [
                format!(r#""note":{odd}"#),
                format!(r#""new":{odd}"#),
                format!(r#""type":"text","body":{odd}"#),
                format!(r#""body":{odd},"type":"text""#),
            ] {
                let element = format!(r#"{{"id":"b",{member}}}"#);
                let text = format!(r#"[{{"id":"a"}},{element},{{"id":"c"}}]"#);
                let mut orders = List::<Order>::default();
                assert!(matches!(read_isolated(&text, &mut orders), Ok(ReadOutcome::Yes)), "{text}");
                assert_eq!(orders.len(), 2, "{text}");
                assert_eq!(orders.kept().map(crate::values::kept::Kept::text).collect::<Vec<_>>(), [element]);
                assert!(read_isolated(&text, &mut Vec::<Order>::new()).is_err(), "a list that keeps nothing fails as a whole: {text}");
            }
        }
    }
}
