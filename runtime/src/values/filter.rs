//! One entry of the `filtering` parameter.

use std::borrow::Cow;
use std::fmt;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::values::decode::{ReadOutcome, TypeMismatch};
use crate::values::token::Token;
use crate::values::view::{Content, Mapping, Name, View};
use crate::values::wire::{Wire, decode};

/// A condition on what a read returns: `{"field": …, "operator": …, "value": …}`. Several conditions must all hold.
#[derive(Clone, Debug, Default, PartialEq)]
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

impl Mapping for Filter {
    fn each(&self, take: &mut dyn FnMut(Name<'_>, Content<'_>)) {
        take(Name::Declared("field"), Content::Wire(&self.field));
        take(Name::Declared("operator"), Content::Wire(&self.operator));
        take(Name::Declared("value"), Content::Wire(&self.value));
    }
}

impl Wire for Filter {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        const EXPECTS: &str = "a filter: field, operator and value";
        let mut members = match token {
            Token::Object(members) => members.rest(),
            other => return other.mismatch(EXPECTS),
        };
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        match (text("field"), text("operator"), members.contains_key("value")) {
            (Some(field), Some(operator), true) if members.len() == 3 => {
                let value = members.shift_remove("value").unwrap_or_default();
                ReadOutcome::put(self, Self::new(field, operator, value))
            }
            _ => ReadOutcome::TypeMismatch(Box::new(TypeMismatch::kind(EXPECTS, Value::Object(members)))),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("Filter", deserializer)
    }
}

/// Makes `struct T(Filter)` a filter of its own: [`Wire`](crate::Wire), `Serialize` and `Deserialize`, as [`Filter`] has them.
#[macro_export]
macro_rules! filter {
    ($name:ident) => {
        impl $crate::Wire for $name {
            fn view(&self) -> $crate::codec::View<'_> {
                $crate::Wire::view(&self.0)
            }

            fn read(&mut self, token: $crate::codec::Token<'_, '_>) -> $crate::codec::ReadOutcome {
                $crate::Wire::read(&mut self.0, token)
            }

            fn show(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self, f)
            }
        }

        /// One that compares nothing; only so that a list can be read.
        impl Default for $name {
            fn default() -> Self {
                Self($crate::Filter::default())
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
    use crate::values::decode::Decoded;

    #[test]
    fn a_filter_round_trips_and_an_odd_one_is_kept() {
        let text = r#"{"field":"creation_time","operator":"IN_RANGE","value":["1","2"]}"#;
        let filter: Filter = serde_json::from_str(text).unwrap();
        assert_eq!(filter, Filter::new("creation_time", "IN_RANGE", json(&["1", "2"])));
        assert_eq!(serde_json::to_string(&filter).unwrap(), text);
        assert!(format!("{:?}", crate::values::view::Content::Wire(&filter)).contains("IN_RANGE"));

        let odd = r#"{"field":"a","operator":"EQUAL","value":1,"more":2}"#;
        let Decoded::TypeMismatch(mismatch) = serde_json::from_str::<Decoded<Filter>>(odd).unwrap() else {
            panic!("must not fit");
        };
        assert_eq!(mismatch.value.to_string(), odd);
    }
}
