//! How a Rust value is read from JSON and shown as JSON: by its kind, without ever failing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::{self, Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::values::decode::{Decoded, ReadOutcome, TypeMismatch, under};
use crate::values::extra::Extra;
use crate::values::kept::Kept;
#[cfg(feature = "client")]
use crate::values::record::Record;
#[cfg(feature = "client")]
use crate::values::text_reader;
use crate::values::token::{Elements, Seed, Token};
use crate::values::view::{Array, Content, EXACT, Mapping, Name, View, elements};

/// A value that travels as JSON. A type says how it reads and what it shows; everything else is done by code that is compiled once.
///
/// Decode with `Decoded<T>`: it accepts every JSON value, and what does not fit comes back whole as a [`TypeMismatch`].
pub trait Wire: Send + Sync + 'static {
    /// What it is in JSON.
    fn view(&self) -> View<'_>;

    /// What there is to show: nothing of a value that may be absent and is.
    fn present(&self) -> Option<&dyn Wire>
    where
        Self: Sized,
    {
        Some(self)
    }

    /// Takes a value that fits, and gives others back: [`Token::mismatch`]. What it holds in that case does not matter.
    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome;

    /// Shows it to people.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Gives what could not be read of the lists within it.
    #[doc(hidden)]
    fn each_kept<'a>(&'a self, give: &mut dyn FnMut(&'a Kept)) {
        let _ = give;
    }

    /// What a record does not declare, if this is it.
    #[doc(hidden)]
    fn as_extra(&mut self) -> Option<&mut Extra> {
        None
    }
}

impl<'de, T: Wire + Default> Deserialize<'de> for Decoded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = T::default();
        Ok(match deserializer.deserialize_any(Seed(&mut value))? {
            ReadOutcome::Yes => Self::Value(value),
            ReadOutcome::Null => Self::Null,
            ReadOutcome::TypeMismatch(mismatch) => Self::TypeMismatch(*mismatch),
        })
    }
}

/// Reads what must be there: anything else is an error that names the type and why.
#[doc(hidden)]
pub fn decode<'de, T: Wire + Default, D: Deserializer<'de>>(name: &str, deserializer: D) -> Result<T, D::Error> {
    let mut value = T::default();
    decode_into(name, &mut value, deserializer)?;
    Ok(value)
}

/// Reads the text of a record as its `Deserialize` does.
#[cfg(feature = "client")]
pub(crate) fn read_record_of<T: Record>(text: &str, record: &mut T) -> Result<(), serde_json::Error> {
    read_whole(text, record.shape().name(), record)
}

#[cfg(feature = "client")]
fn read_whole(text: &str, name: &str, value: &mut dyn Wire) -> Result<(), serde_json::Error> {
    if let Some(outcome) = text_reader::read(text, value) {
        return expect(name, value, outcome);
    }
    let mut source = serde_json::Deserializer::from_str(text);
    decode_into(name, value, &mut source)?;
    source.end()
}

fn decode_into<'de, D: Deserializer<'de>>(name: &str, value: &mut dyn Wire, deserializer: D) -> Result<(), D::Error> {
    let outcome = deserializer.deserialize_any(Seed(value))?;
    expect(name, value, outcome)
}

fn expect<E: de::Error>(name: &str, value: &mut dyn Wire, outcome: ReadOutcome) -> Result<(), E> {
    let outcome = match outcome {
        ReadOutcome::Null => value.read(Token::Null),
        other => other,
    };
    match outcome {
        ReadOutcome::TypeMismatch(mismatch) => Err(E::custom(format_args!("{name}: {}", mismatch.why))),
        ReadOutcome::Yes | ReadOutcome::Null => Ok(()),
    }
}

impl Wire for String {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn view(&self) -> View<'_> {
        View::Str(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::Str(text) => ReadOutcome::put(self, text.to_owned()),
            other => other.mismatch("a string"),
        }
    }
}

impl Wire for Cow<'static, str> {
    fn view(&self) -> View<'_> {
        View::Str(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::Str(text) => ReadOutcome::put(self, Self::Owned(text.to_owned())),
            other => other.mismatch("a string"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Wire for bool {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn view(&self) -> View<'_> {
        View::Bool(*self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::Bool(value) => ReadOutcome::put(self, value),
            other => other.mismatch("a boolean"),
        }
    }
}

impl Wire for i64 {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn view(&self) -> View<'_> {
        View::I64(*self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::I64(value) => ReadOutcome::put(self, value),
            Token::U64(value) if Self::try_from(value).is_ok() => ReadOutcome::put(self, Self::try_from(value).unwrap_or_default()),
            other => other.mismatch("a whole number"),
        }
    }
}

/// Accepts whole numbers too, and writes a whole value as a whole number, as Graph does.
impl Wire for f64 {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn view(&self) -> View<'_> {
        View::F64(*self)
    }

    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::I64(value) if value.unsigned_abs() <= EXACT => ReadOutcome::put(self, value as Self),
            Token::U64(value) if value <= EXACT => ReadOutcome::put(self, value as Self),
            Token::F64(value) => ReadOutcome::put(self, value),
            other => other.mismatch("a number"),
        }
    }
}

impl Wire for Value {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn view(&self) -> View<'_> {
        View::Json(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::F64(value) if Number::from_f64(value).is_none() => token.mismatch("a JSON value"),
            Token::Null => token.mismatch("a JSON value"),
            value => ReadOutcome::put(self, value.into_json()),
        }
    }
}

impl<T: Wire + Default> Wire for Option<T> {
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Absent,
        }
    }

    fn present(&self) -> Option<&dyn Wire> {
        self.as_ref().map(|value| value as &dyn Wire)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        *self = Some(T::default());
        let outcome = match (token, &mut *self) {
            (Token::Null, _) | (_, None) => ReadOutcome::Null,
            (token, Some(value)) => value.read(token),
        };
        if !matches!(outcome, ReadOutcome::Yes) {
            *self = None;
        }
        outcome
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.show(f),
            None => Ok(()),
        }
    }

    fn each_kept<'a>(&'a self, give: &mut dyn FnMut(&'a Kept)) {
        if let Some(value) = self {
            value.each_kept(give);
        }
    }
}

/// From how many bytes on it costs time to move a value.
const WIDE: usize = 512;

/// A list without the type of its elements.
trait List: Array {
    /// Makes room for one more at its end.
    fn grow(&mut self) -> &mut dyn Wire;

    /// Drops the last one.
    fn shrink(&mut self);
}

impl<T: Wire> Array for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> Option<&dyn Wire> {
        self.get(index).map(|element| element as &dyn Wire)
    }
}

impl<T: Wire + Default> List for Vec<T> {
    fn grow(&mut self) -> &mut dyn Wire {
        let at = self.len();
        if const { size_of::<T>() >= WIDE } {
            // Wide records are many on a page, and moving four of them to make room costs more than the room.
            if at == 0 {
                self.reserve(8);
            }
            // A pushed one would be made elsewhere and moved.
            self.resize_with(at + 1, T::default);
        } else {
            self.push(T::default());
        }
        &mut self[at]
    }

    fn shrink(&mut self) {
        self.pop();
    }
}

/// Elements that are `null` are dropped. One element that does not fit makes the whole list a mismatch.
impl<T: Wire + Default> Wire for Vec<T> {
    fn view(&self) -> View<'_> {
        View::Array(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        self.clear();
        match token {
            Token::Array(elements) => read_list(self, elements),
            other => other.mismatch("an array"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_array(self, f)
    }
}

fn show_array(array: &dyn Array, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_list().entries(elements(array).map(Content::Wire)).finish()
}

fn read_list(list: &mut dyn List, elements: &mut dyn Elements) -> ReadOutcome {
    let mut index = 0_usize;
    loop {
        let next = elements.next(list.grow());
        if !matches!(next, Some(ReadOutcome::Yes)) {
            list.shrink();
        }
        match next {
            None => return ReadOutcome::Yes,
            Some(ReadOutcome::TypeMismatch(mismatch)) => {
                let mut whole: Vec<_> = self::elements(list).map(|element| element.view().into_json()).collect();
                whole.push(mismatch.value);
                whole.extend(elements.rest());
                let why = under(&format!("[{index}]"), &mismatch.why);
                return ReadOutcome::TypeMismatch(Box::new(TypeMismatch { value: Value::Array(whole), why }));
            }
            Some(_) => index += 1,
        }
    }
}

impl<T: Wire> Mapping for BTreeMap<String, T> {
    fn each(&self, take: &mut dyn FnMut(Name<'_>, Content<'_>)) {
        for (name, value) in self {
            take(Name::Other(name), Content::Wire(value));
        }
    }
}

/// Members that are `null` are dropped. One member that does not fit makes the whole map a mismatch.
impl<T: Wire + Default> Wire for BTreeMap<String, T> {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        self.clear();
        let members = match token {
            Token::Object(members) => members,
            other => return other.mismatch("an object"),
        };
        while let Some(name) = members.next_name() {
            let mut value = T::default();
            match members.value(&mut value) {
                ReadOutcome::Yes => _ = self.insert(name, value),
                ReadOutcome::Null => _ = self.remove(&name),
                ReadOutcome::TypeMismatch(mismatch) => {
                    let why = under(&name, &mismatch.why);
                    let mut whole = self.view().members();
                    whole.insert(name, mismatch.value);
                    whole.extend(members.rest());
                    return ReadOutcome::TypeMismatch(Box::new(TypeMismatch { value: Value::Object(whole), why }));
                }
            }
        }
        ReadOutcome::Yes
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, Content::Wire(value)))).finish()
    }
}

/// Makes boxes of a record members of others, so that it can hold itself: `boxed!(Profile);`.
#[macro_export]
macro_rules! boxed {
    ($name:ident) => {
        impl $crate::Wire for Box<$name> {
            fn view(&self) -> $crate::codec::View<'_> {
                $crate::Wire::view(&**self)
            }

            fn read(&mut self, token: $crate::codec::Token<'_, '_>) -> $crate::codec::ReadOutcome {
                $crate::Wire::read(&mut **self, token)
            }

            fn show(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::Wire::show(&**self, f)
            }

            fn each_kept<'a>(&'a self, give: &mut dyn ::core::ops::FnMut(&'a $crate::Kept)) {
                $crate::Wire::each_kept(&**self, give);
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::int_string::IntString;
    use crate::values::list::List;
    use crate::values::page::Cursor;
    use crate::values::redacted_url::RedactedUrl;
    use crate::values::timestamp::Timestamp;

    fn decode<T: Wire + Default>(json: &str) -> Decoded<T> {
        serde_json::from_str(json).unwrap()
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_text_that_is_no_record_is_an_error_that_names_it() {
        use crate::values::json::tests::Order;

        let read = |text: &str| read_record_of(text, &mut Order::default()).map_err(|error| error.to_string());
        assert_eq!(read(r#" {"id":"a"} "#), Ok(()));
        for (text, why) in [
            ("{}", "Order: id is missing"),
            ("null", "Order: expected an object, found null"),
            ("[]", "Order: expected an object, found an empty array"),
            ("{", "EOF while parsing an object at line 1 column 1"),
            (r#"{"id":"a"}x"#, "trailing characters at line 1 column 11"),
        ] {
            assert_eq!(read(text), Err(why.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_list_with_one_misfit_is_kept_whole() {
        let Decoded::TypeMismatch(mismatch) = decode::<Vec<i64>>(r#"[1, null, "two", [3]]"#) else {
            panic!("must not fit");
        };
        assert_eq!(mismatch.value, serde_json::json!([1, "two", [3]]));
        assert_eq!(mismatch.why, "[2]: expected a whole number, found a string");
    }

    #[test]
    fn a_map_with_one_misfit_is_kept_whole() {
        let Decoded::TypeMismatch(mismatch) = decode::<BTreeMap<String, Vec<i64>>>(r#"{"a":[1],"b":[true],"c":3}"#) else {
            panic!("must not fit");
        };
        assert_eq!(mismatch.value, serde_json::json!({"a": [1], "b": [true], "c": 3}));
        assert_eq!(mismatch.why, "b[0]: expected a whole number, found a boolean");
    }

    #[test]
    fn null_elements_are_dropped() {
        assert_eq!(decode::<Vec<String>>(r#"[null,"a",null]"#), Decoded::Value(vec!["a".to_owned()]));
    }

    #[test]
    fn whole_numbers_stay_whole_in_a_float() {
        let Decoded::Value(list) = decode::<Vec<f64>>("[5, -3, 2.5, 9007199254740992]") else {
            panic!("must fit");
        };
        assert_eq!(serde_json::to_string(&list.view()).unwrap(), "[5,-3,2.5,9007199254740992]");
    }

    #[test]
    fn a_whole_number_without_an_exact_float_is_kept() {
        for beyond in ["9007199254740993", "-9007199254740993"] {
            assert!(matches!(decode::<f64>(beyond), Decoded::TypeMismatch(_)), "{beyond}");
        }
    }

    #[test]
    fn a_whole_number_type_takes_no_fraction() {
        assert!(matches!(decode::<i64>("5.0"), Decoded::TypeMismatch(_)));
        assert!(matches!(decode::<i64>("18446744073709551615"), Decoded::TypeMismatch(_)));
        assert_eq!(decode::<i64>("-5"), Decoded::Value(-5));
    }

    #[test]
    fn people_are_shown_what_a_value_is() {
        struct Shown<'a>(&'a dyn Wire);
        impl fmt::Debug for Shown<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.show(f)
            }
        }
        let secret = serde_json::Map::from_iter([("pin".to_owned(), "212834".into())]);
        let cases: [(&dyn Wire, &str); 17] = [
            (&"a".to_owned(), r#""a""#),
            (&Cow::Borrowed("a"), r#""a""#),
            (&true, "true"),
            (&-5_i64, "-5"),
            (&2.5, "2.5"),
            (&Value::from(1), "Number(1)"),
            (&Some(5_i64), "5"),
            (&None::<i64>, ""),
            (&vec![1_i64, 2], "[1, 2]"),
            (&BTreeMap::from([("a".to_owned(), 1_i64)]), r#"{"a": 1}"#),
            (&Kept::new("why", "Ana"), r#"Kept { reason: "why", bytes: 3 }"#),
            (&Extra::from(secret), r#"{"pin"}"#),
            (&List::from(vec![true]), "[true]"),
            (&serde_json::from_str::<Timestamp>("1569783261").unwrap(), "Timestamp(1569783261)"),
            (&serde_json::from_str::<IntString>("12").unwrap(), "12"),
            (&serde_json::from_str::<RedactedUrl>(r#""https://a/?access_token=b""#).unwrap(), r#""https://a/?access_token=[masked]""#),
            (&Cursor::from("QVFIU"), "Cursor([5 chars])"),
        ];
        for (value, text) in cases {
            assert_eq!(format!("{:?}", Shown(value)), text);
        }
    }

    #[test]
    fn free_json_is_taken_as_it_is() {
        for json in ["true", "-5", "5", "2.5", r#""a""#, "[1,null,{}]", r#"{"a":[1],"b":null}"#] {
            let Decoded::Value(value) = decode::<Value>(json) else { panic!("{json} must fit") };
            assert_eq!(value.to_string(), json);
        }
        assert_eq!(decode::<Value>("null"), Decoded::Null);
    }
}
