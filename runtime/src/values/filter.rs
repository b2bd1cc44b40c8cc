//! One entry of the `filtering` parameter.

use std::borrow::Cow;

use serde_core::de::MapAccess;
use serde_core::ser::SerializeMap;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::values::decode::{Decoded, TypeMismatch, object, require};
use crate::values::wire_type::Wire;

/// A condition on what a read returns: `{"field": …, "operator": …, "value": …}`. Several conditions must all hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The field that is compared.
    pub field: Cow<'static, str>,
    /// How it is compared: `EQUAL`, `IN`, `IN_RANGE`.
    pub operator: Cow<'static, str>,
    /// What it is compared with.
    pub value: Value,
}

impl Filter {
    /// The condition `field operator value`.
    pub fn new(field: impl Into<Cow<'static, str>>, operator: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        Self { field: field.into(), operator: operator.into(), value: value.into() }
    }
}

/// The JSON of a value; `null` for what JSON cannot hold.
pub fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl Wire for Filter {
    const EXPECTS: &'static str = "a filter: field, operator and value";

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Decoded<Self>, A::Error> {
        let mut members = object(map)?;
        let whole = members.len() == 3;
        match (members.get("field").and_then(Value::as_str), members.get("operator").and_then(Value::as_str), members.contains_key("value"))
        {
            (Some(field), Some(operator), true) if whole => {
                let (field, operator) = (field.to_owned(), operator.to_owned());
                let value = members.shift_remove("value").unwrap_or_default();
                Ok(Decoded::Value(Self::new(field, operator, value)))
            }
            _ => Ok(Decoded::TypeMismatch(TypeMismatch::kind(Self::EXPECTS, Value::Object(members)))),
        }
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("field", &self.field)?;
        map.serialize_entry("operator", &self.operator)?;
        map.serialize_entry("value", &self.value)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        require("Filter", Deserialize::deserialize(deserializer)?)
    }
}

/// Makes `struct T(Filter)` a filter of its own: [`Wire`](crate::Wire), `Serialize` and `Deserialize`, as [`Filter`] has them.
#[macro_export]
macro_rules! filter {
    ($name:ident) => {
        impl $crate::Wire for $name {
            const EXPECTS: &'static str = <$crate::Filter as $crate::Wire>::EXPECTS;

            fn from_map<'de, A: $crate::MapAccess<'de>>(map: A) -> Result<$crate::Decoded<Self>, A::Error> {
                Ok(match <$crate::Filter as $crate::Wire>::from_map(map)? {
                    $crate::Decoded::Value(filter) => $crate::Decoded::Value(Self(filter)),
                    $crate::Decoded::Null => $crate::Decoded::Null,
                    $crate::Decoded::TypeMismatch(mismatch) => $crate::Decoded::TypeMismatch(mismatch),
                })
            }
        }

        impl $crate::Serialize for $name {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::Deserialize<'de> for $name {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Result::map(<$crate::Filter as $crate::Deserialize>::deserialize(deserializer), Self)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_round_trips_and_an_odd_one_is_kept() {
        let text = r#"{"field":"creation_time","operator":"IN_RANGE","value":["1","2"]}"#;
        let filter: Filter = serde_json::from_str(text).unwrap();
        assert_eq!(filter, Filter::new("creation_time", "IN_RANGE", json(&["1", "2"])));
        assert_eq!(serde_json::to_string(&filter).unwrap(), text);

        let odd = r#"{"field":"a","operator":"EQUAL","value":1,"more":2}"#;
        let Decoded::TypeMismatch(mismatch) = serde_json::from_str::<Decoded<Filter>>(odd).unwrap() else {
            panic!("must not fit");
        };
        assert_eq!(mismatch.value.to_string(), odd);
    }
}
