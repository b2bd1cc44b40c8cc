//! How one JSON value becomes a Rust value: by its kind, without ever failing.

use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::{Deserialize, DeserializeSeed as _, Deserializer, MapAccess, SeqAccess};
use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Number, Value};

use crate::values::decode::{Decoded, ReadOutcome, TypeMismatch, map_mismatch, object, seq_mismatch, under};
use crate::values::decode_visitor::{Boxed, Reading, Slot};

/// A type that gets a JSON value by its kind and says whether it fits.
///
/// Every method has a default that refuses its kind, so a type says only what it accepts. Decode with
/// `Decoded<T>`: it accepts every JSON value, and what does not fit comes back whole as a [`TypeMismatch`].
pub trait Wire: Serialize + fmt::Debug + Sized {
    /// What the type accepts, for people: `a string`.
    const EXPECTS: &'static str = "an object";

    /// Is the value never an array and never an object? Such types are read by code that is compiled once for all of them.
    #[doc(hidden)]
    const IS_SCALAR: bool = false;

    /// Does the type say how it is read in [`put_map`](Self::put_map), and not in [`from_map`](Self::from_map)?
    #[doc(hidden)]
    const IS_PLACED: bool = false;

    /// From `true` or `false`.
    fn from_bool(_value: bool) -> Option<Self> {
        None
    }

    /// From a negative whole number.
    fn from_i64(_value: i64) -> Option<Self> {
        None
    }

    /// From a whole number that is not negative.
    fn from_u64(_value: u64) -> Option<Self> {
        None
    }

    /// From a number with a fraction or an exponent.
    fn from_f64(_value: f64) -> Option<Self> {
        None
    }

    /// From a string.
    fn from_str(_value: &str) -> Option<Self> {
        None
    }

    /// From an array.
    ///
    /// # Errors
    /// Only what the source of the JSON reports, such as a syntax error.
    fn from_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Decoded<Self>, A::Error> {
        seq_mismatch(Self::EXPECTS, seq).map(Decoded::TypeMismatch)
    }

    /// From an object.
    ///
    /// # Errors
    /// Only what the source of the JSON reports, such as a syntax error.
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Decoded<Self>, A::Error> {
        if !Self::IS_PLACED {
            return map_mismatch(Self::EXPECTS, map).map(Decoded::TypeMismatch);
        }
        let mut place = None;
        let placed = Self::put_map(map, &mut place)?;
        Ok(placed.fit(place))
    }

    /// From an object, into a place: a wide one is read where it stays. If the object does not fit, the place may hold anything.
    #[doc(hidden)]
    fn put_map<'de, 'a, A: MapAccess<'de>>(map: A, place: impl Slot<'a, Self>) -> Result<ReadOutcome, A::Error>
    where
        Self: 'a,
    {
        Ok(Self::from_map(map)?.put(place))
    }

    /// The value as free JSON, where that is had without writing text.
    #[doc(hidden)]
    fn free(&self) -> Option<Value> {
        None
    }

    /// Writes the value as a member of a record. The same as `Serialize`, except for numbers, where
    /// `5` must not become `5.0`.
    ///
    /// # Errors
    /// What the serializer reports.
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

/// Serializes through [`Wire::encode`].
pub(crate) struct Encoded<'a, T>(pub(crate) &'a T);

impl<T: Wire> Serialize for Encoded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

impl<'de, T: Wire> Deserialize<'de> for Decoded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut place = None;
        let placed = Reading::into(&mut place).deserialize(deserializer)?;
        Ok(placed.fit(place))
    }
}

impl Wire for String {
    const EXPECTS: &'static str = "a string";
    const IS_SCALAR: bool = true;

    fn from_str(value: &str) -> Option<Self> {
        Some(value.to_owned())
    }

    fn free(&self) -> Option<Value> {
        Some(self.as_str().into())
    }
}

impl Wire for bool {
    const EXPECTS: &'static str = "a boolean";
    const IS_SCALAR: bool = true;

    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Wire for i64 {
    const EXPECTS: &'static str = "a whole number";
    const IS_SCALAR: bool = true;

    fn from_i64(value: i64) -> Option<Self> {
        Some(value)
    }

    fn from_u64(value: u64) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn free(&self) -> Option<Value> {
        Some((*self).into())
    }
}

/// Whole numbers up to here, 2^53, have an exact `f64`; beyond it two of them share one.
const EXACT: u64 = 1 << 53;

/// Accepts whole numbers too, and writes a whole value as a whole number, as Graph does.
impl Wire for f64 {
    const EXPECTS: &'static str = "a number";
    const IS_SCALAR: bool = true;

    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
    fn from_i64(value: i64) -> Option<Self> {
        (value.unsigned_abs() <= EXACT).then_some(value as Self)
    }

    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
    fn from_u64(value: u64) -> Option<Self> {
        (value <= EXACT).then_some(value as Self)
    }

    fn from_f64(value: f64) -> Option<Self> {
        Some(value)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "2^53 is exact")]
        let exact = EXACT as Self;
        let negative_zero = *self == 0.0 && self.is_sign_negative();
        if self.fract() == 0.0 && self.abs() <= exact && !negative_zero {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            let whole = *self as i64;
            serializer.serialize_i64(whole)
        } else {
            serializer.serialize_f64(*self)
        }
    }
}

impl Wire for Value {
    const EXPECTS: &'static str = "a JSON value";

    fn from_bool(value: bool) -> Option<Self> {
        Some(value.into())
    }

    fn from_i64(value: i64) -> Option<Self> {
        Some(value.into())
    }

    fn from_u64(value: u64) -> Option<Self> {
        Some(value.into())
    }

    fn from_f64(value: f64) -> Option<Self> {
        Number::from_f64(value).map(Self::Number)
    }

    fn from_str(value: &str) -> Option<Self> {
        Some(value.into())
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Decoded<Self>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Decoded::Value(Self::Array(list)))
    }

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Decoded<Self>, A::Error> {
        Ok(Decoded::Value(Self::Object(object(map)?)))
    }
}

fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Elements that are `null` are dropped. One element that does not fit makes the whole list a mismatch.
impl<T: Wire> Wire for Vec<T> {
    const EXPECTS: &'static str = "an array";

    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Decoded<Self>, A::Error> {
        let mut list = Self::new();
        let mut index = 0_usize;
        loop {
            let length = list.len();
            let Some(element) = seq.next_element_seed(Reading::into(&mut list))? else {
                return Ok(Decoded::Value(list));
            };
            if let ReadOutcome::TypeMismatch(mismatch) = element {
                list.truncate(length);
                let mut whole: Vec<Value> = list.iter().map(|value| to_json(&Encoded(value))).collect();
                whole.push(mismatch.value);
                while let Some(value) = seq.next_element()? {
                    whole.push(value);
                }
                return Ok(Decoded::TypeMismatch(TypeMismatch {
                    value: Value::Array(whole),
                    why: under(&format!("[{index}]"), &mismatch.why),
                }));
            }
            index += 1;
        }
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.len()))?;
        for value in self {
            seq.serialize_element(&Encoded(value))?;
        }
        seq.end()
    }
}

/// Members that are `null` are dropped. One member that does not fit makes the whole map a mismatch.
impl<T: Wire> Wire for BTreeMap<String, T> {
    const EXPECTS: &'static str = "an object";

    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Decoded<Self>, A::Error> {
        let mut members = Self::new();
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value::<Decoded<T>>()? {
                Decoded::Value(value) => {
                    members.insert(name, value);
                }
                Decoded::Null => {
                    members.remove(&name);
                }
                Decoded::TypeMismatch(mismatch) => {
                    let mut whole: serde_json::Map<String, Value> =
                        members.into_iter().map(|(name, value)| (name, to_json(&Encoded(&value)))).collect();
                    let why = under(&name, &mismatch.why);
                    whole.insert(name, mismatch.value);
                    whole.extend(object(map)?);
                    return Ok(Decoded::TypeMismatch(TypeMismatch { value: Value::Object(whole), why }));
                }
            }
        }
        Ok(Decoded::Value(members))
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self {
            map.serialize_entry(name, &Encoded(value))?;
        }
        map.end()
    }
}

impl<T: Wire> Wire for Box<T> {
    const EXPECTS: &'static str = T::EXPECTS;
    const IS_SCALAR: bool = T::IS_SCALAR;

    fn from_bool(value: bool) -> Option<Self> {
        T::from_bool(value).map(Self::new)
    }

    fn from_i64(value: i64) -> Option<Self> {
        T::from_i64(value).map(Self::new)
    }

    fn from_u64(value: u64) -> Option<Self> {
        T::from_u64(value).map(Self::new)
    }

    fn from_f64(value: f64) -> Option<Self> {
        T::from_f64(value).map(Self::new)
    }

    fn from_str(value: &str) -> Option<Self> {
        T::from_str(value).map(Self::new)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Decoded<Self>, A::Error> {
        T::from_seq(seq).map(|fit| fit.map(Self::new))
    }

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Decoded<Self>, A::Error> {
        T::from_map(map).map(|fit| fit.map(Self::new))
    }

    fn put_map<'de, 'a, A: MapAccess<'de>>(map: A, place: impl Slot<'a, Self>) -> Result<ReadOutcome, A::Error>
    where
        Self: 'a,
    {
        T::put_map(map, Boxed(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode<T: Wire>(json: &str) -> Decoded<T> {
        serde_json::from_str(json).unwrap()
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
        assert_eq!(serde_json::to_string(&Encoded(&list)).unwrap(), "[5,-3,2.5,9007199254740992]");
    }

    #[test]
    fn a_whole_number_without_an_exact_float_is_kept() {
        assert!(matches!(decode::<f64>("9007199254740993"), Decoded::TypeMismatch(_)));
    }

    #[test]
    fn a_whole_number_type_takes_no_fraction() {
        assert!(matches!(decode::<i64>("5.0"), Decoded::TypeMismatch(_)));
        assert!(matches!(decode::<i64>("18446744073709551615"), Decoded::TypeMismatch(_)));
        assert_eq!(decode::<i64>("-5"), Decoded::Value(-5));
    }

    #[test]
    fn a_box_takes_what_its_content_takes() {
        assert_eq!(decode::<Box<bool>>("true"), Decoded::Value(Box::new(true)));
        assert_eq!(decode::<Box<String>>(r#""a""#), Decoded::Value(Box::new("a".to_owned())));
        assert!(matches!(decode::<Box<bool>>("1"), Decoded::TypeMismatch(_)));
        for number in [-5, 5] {
            assert_eq!(decode::<Box<i64>>(&number.to_string()), Decoded::Value(Box::new(number)));
        }
        assert_eq!(decode::<Box<f64>>("2.5"), Decoded::Value(Box::new(2.5)));
        assert_eq!(decode::<Box<Vec<i64>>>("[5]"), Decoded::Value(Box::new(vec![5])));
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
