//! How one JSON value becomes a Rust value: by its kind, without ever failing.

use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::{Deserialize, DeserializeSeed as _, Deserializer, MapAccess, SeqAccess};
use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Number, Value};

use crate::values::decode::{Fit, Misfit, Placed, map_misfit, object, seq_misfit, under};
use crate::values::decode_visitor::{Boxed, Place, Reading};

/// A type that is told the kind of a JSON value and says whether the value fits.
///
/// Every method has a default that refuses its kind, so a type says only what it accepts. Decode with
/// `Fit<T>`: it accepts every JSON value, and what does not fit comes back whole as a [`Misfit`].
pub trait Wire: Serialize + fmt::Debug + Sized {
    /// What the type accepts, for people: `a string`.
    const EXPECTS: &'static str = "an object";

    /// Is the value never an array and never an object? Such types are read by code that is compiled once for all of them.
    #[doc(hidden)]
    const IS_SCALAR: bool = false;

    /// Does the type say how it is read in [`put_map`](Self::put_map), and not in [`of_map`](Self::of_map)?
    #[doc(hidden)]
    const IS_PLACED: bool = false;

    /// From `true` or `false`.
    fn of_bool(_value: bool) -> Option<Self> {
        None
    }

    /// From a negative whole number.
    fn of_i64(_value: i64) -> Option<Self> {
        None
    }

    /// From a whole number that is not negative.
    fn of_u64(_value: u64) -> Option<Self> {
        None
    }

    /// From a number with a fraction or an exponent.
    fn of_f64(_value: f64) -> Option<Self> {
        None
    }

    /// From a string.
    fn of_str(_value: &str) -> Option<Self> {
        None
    }

    /// From an array.
    ///
    /// # Errors
    /// Only what the source of the JSON reports, such as a syntax error.
    fn of_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Fit<Self>, A::Error> {
        seq_misfit(Self::EXPECTS, seq).map(Fit::Misfit)
    }

    /// From an object.
    ///
    /// # Errors
    /// Only what the source of the JSON reports, such as a syntax error.
    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Fit<Self>, A::Error> {
        if !Self::IS_PLACED {
            return map_misfit(Self::EXPECTS, map).map(Fit::Misfit);
        }
        let mut place = None;
        let placed = Self::put_map(map, &mut place)?;
        Ok(placed.fit(place))
    }

    /// From an object, into a place: a wide one is read where it stays. If the object does not fit, the place may hold anything.
    #[doc(hidden)]
    fn put_map<'de, 'a, A: MapAccess<'de>>(map: A, place: impl Place<'a, Self>) -> Result<Placed, A::Error>
    where
        Self: 'a,
    {
        Ok(Self::of_map(map)?.put(place))
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

/// Serialises through [`Wire::encode`].
pub(crate) struct Encoded<'a, T>(pub(crate) &'a T);

impl<T: Wire> Serialize for Encoded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

impl<'de, T: Wire> Deserialize<'de> for Fit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut place = None;
        let placed = Reading::into(&mut place).deserialize(deserializer)?;
        Ok(placed.fit(place))
    }
}

impl Wire for String {
    const EXPECTS: &'static str = "a string";
    const IS_SCALAR: bool = true;

    fn of_str(value: &str) -> Option<Self> {
        Some(value.to_owned())
    }

    fn free(&self) -> Option<Value> {
        Some(self.as_str().into())
    }
}

impl Wire for bool {
    const EXPECTS: &'static str = "a boolean";
    const IS_SCALAR: bool = true;

    fn of_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Wire for i64 {
    const EXPECTS: &'static str = "a whole number";
    const IS_SCALAR: bool = true;

    fn of_i64(value: i64) -> Option<Self> {
        Some(value)
    }

    fn of_u64(value: u64) -> Option<Self> {
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
    fn of_i64(value: i64) -> Option<Self> {
        (value.unsigned_abs() <= EXACT).then_some(value as Self)
    }

    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
    fn of_u64(value: u64) -> Option<Self> {
        (value <= EXACT).then_some(value as Self)
    }

    fn of_f64(value: f64) -> Option<Self> {
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

    fn of_bool(value: bool) -> Option<Self> {
        Some(value.into())
    }

    fn of_i64(value: i64) -> Option<Self> {
        Some(value.into())
    }

    fn of_u64(value: u64) -> Option<Self> {
        Some(value.into())
    }

    fn of_f64(value: f64) -> Option<Self> {
        Number::from_f64(value).map(Self::Number)
    }

    fn of_str(value: &str) -> Option<Self> {
        Some(value.into())
    }

    fn of_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Fit<Self>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Fit::Value(Self::Array(list)))
    }

    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Fit<Self>, A::Error> {
        Ok(Fit::Value(Self::Object(object(map)?)))
    }
}

fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Elements that are `null` are dropped. One element that does not fit makes the whole list a misfit.
impl<T: Wire> Wire for Vec<T> {
    const EXPECTS: &'static str = "an array";

    fn of_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Fit<Self>, A::Error> {
        let mut list = Self::new();
        let mut index = 0_usize;
        loop {
            let length = list.len();
            let Some(element) = seq.next_element_seed(Reading::into(&mut list))? else {
                return Ok(Fit::Value(list));
            };
            if let Placed::Misfit(misfit) = element {
                list.truncate(length);
                let mut whole: Vec<Value> = list.iter().map(|value| to_json(&Encoded(value))).collect();
                whole.push(misfit.value);
                while let Some(value) = seq.next_element()? {
                    whole.push(value);
                }
                return Ok(Fit::Misfit(Misfit { value: Value::Array(whole), why: under(&format!("[{index}]"), &misfit.why) }));
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

/// Members that are `null` are dropped. One member that does not fit makes the whole map a misfit.
impl<T: Wire> Wire for BTreeMap<String, T> {
    const EXPECTS: &'static str = "an object";

    fn of_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Fit<Self>, A::Error> {
        let mut members = Self::new();
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value::<Fit<T>>()? {
                Fit::Value(value) => {
                    members.insert(name, value);
                }
                Fit::Null => {
                    members.remove(&name);
                }
                Fit::Misfit(misfit) => {
                    let mut whole: serde_json::Map<String, Value> =
                        members.into_iter().map(|(name, value)| (name, to_json(&Encoded(&value)))).collect();
                    let why = under(&name, &misfit.why);
                    whole.insert(name, misfit.value);
                    whole.extend(object(map)?);
                    return Ok(Fit::Misfit(Misfit { value: Value::Object(whole), why }));
                }
            }
        }
        Ok(Fit::Value(members))
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

    fn of_bool(value: bool) -> Option<Self> {
        T::of_bool(value).map(Self::new)
    }

    fn of_i64(value: i64) -> Option<Self> {
        T::of_i64(value).map(Self::new)
    }

    fn of_u64(value: u64) -> Option<Self> {
        T::of_u64(value).map(Self::new)
    }

    fn of_f64(value: f64) -> Option<Self> {
        T::of_f64(value).map(Self::new)
    }

    fn of_str(value: &str) -> Option<Self> {
        T::of_str(value).map(Self::new)
    }

    fn of_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Fit<Self>, A::Error> {
        T::of_seq(seq).map(|fit| fit.map(Self::new))
    }

    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Fit<Self>, A::Error> {
        T::of_map(map).map(|fit| fit.map(Self::new))
    }

    fn put_map<'de, 'a, A: MapAccess<'de>>(map: A, place: impl Place<'a, Self>) -> Result<Placed, A::Error>
    where
        Self: 'a,
    {
        T::put_map(map, Boxed(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode<T: Wire>(json: &str) -> Fit<T> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_list_with_one_misfit_is_kept_whole() {
        let Fit::Misfit(misfit) = decode::<Vec<i64>>(r#"[1, null, "two", [3]]"#) else {
            panic!("must not fit");
        };
        assert_eq!(misfit.value, serde_json::json!([1, "two", [3]]));
        assert_eq!(misfit.why, "[2]: expected a whole number, found a string");
    }

    #[test]
    fn a_map_with_one_misfit_is_kept_whole() {
        let Fit::Misfit(misfit) = decode::<BTreeMap<String, Vec<i64>>>(r#"{"a":[1],"b":[true],"c":3}"#) else {
            panic!("must not fit");
        };
        assert_eq!(misfit.value, serde_json::json!({"a": [1], "b": [true], "c": 3}));
        assert_eq!(misfit.why, "b[0]: expected a whole number, found a boolean");
    }

    #[test]
    fn null_elements_are_dropped() {
        assert_eq!(decode::<Vec<String>>(r#"[null,"a",null]"#), Fit::Value(vec!["a".to_owned()]));
    }

    #[test]
    fn whole_numbers_stay_whole_in_a_float() {
        let Fit::Value(list) = decode::<Vec<f64>>("[5, -3, 2.5, 9007199254740992]") else {
            panic!("must fit");
        };
        assert_eq!(serde_json::to_string(&Encoded(&list)).unwrap(), "[5,-3,2.5,9007199254740992]");
    }

    #[test]
    fn a_whole_number_without_an_exact_float_is_kept() {
        assert!(matches!(decode::<f64>("9007199254740993"), Fit::Misfit(_)));
    }

    #[test]
    fn a_whole_number_type_takes_no_fraction() {
        assert!(matches!(decode::<i64>("5.0"), Fit::Misfit(_)));
        assert!(matches!(decode::<i64>("18446744073709551615"), Fit::Misfit(_)));
        assert_eq!(decode::<i64>("-5"), Fit::Value(-5));
    }

    #[test]
    fn a_box_takes_what_its_content_takes() {
        assert_eq!(decode::<Box<bool>>("true"), Fit::Value(Box::new(true)));
        assert_eq!(decode::<Box<String>>(r#""a""#), Fit::Value(Box::new("a".to_owned())));
        assert!(matches!(decode::<Box<bool>>("1"), Fit::Misfit(_)));
        for number in [-5, 5] {
            assert_eq!(decode::<Box<i64>>(&number.to_string()), Fit::Value(Box::new(number)));
        }
        assert_eq!(decode::<Box<f64>>("2.5"), Fit::Value(Box::new(2.5)));
        assert_eq!(decode::<Box<Vec<i64>>>("[5]"), Fit::Value(Box::new(vec![5])));
    }

    #[test]
    fn free_json_is_taken_as_it_is() {
        for json in ["true", "-5", "5", "2.5", r#""a""#, "[1,null,{}]", r#"{"a":[1],"b":null}"#] {
            let Fit::Value(value) = decode::<Value>(json) else { panic!("{json} must fit") };
            assert_eq!(value.to_string(), json);
        }
        assert_eq!(decode::<Value>("null"), Fit::Null);
    }
}
