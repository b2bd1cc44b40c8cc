//! Values of several kinds of JSON: `"a"` here and `["a"]` there.

use serde_json::Value;

use crate::values::decode::ReadOutcome;
use crate::values::token::Token;
use crate::values::wire::Wire;

/// Reads a value that is kept either way: as what it fits, or verbatim.
#[doc(hidden)]
pub fn read_shape<T, V: Wire + Default>(
    place: &mut T,
    token: Token<'_, '_>,
    fits: impl FnOnce(V) -> T,
    other: impl FnOnce(Value) -> T,
) -> ReadOutcome {
    let mut value = V::default();
    match value.read(token) {
        ReadOutcome::Yes => ReadOutcome::put(place, fits(value)),
        ReadOutcome::Null => ReadOutcome::Null,
        ReadOutcome::TypeMismatch(mismatch) => ReadOutcome::put(place, other(mismatch.value)),
    }
}

/// Makes an enum with a variant `Unlisted(Value)` decode by kind of JSON: [`Wire`](crate::Wire), `Serialize`, `Deserialize`, and `From` for what
/// its variants hold.
///
/// ```
/// # use graph_runtime::Value;
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum Example {
///     One(String),
///     Many(Vec<String>),
///     Unlisted(Value),
/// }
///
/// graph_runtime::untagged!(Example { One(String) } list { Many(Vec<String>) } object {});
/// ```
///
/// A value that fits no variant is kept unchanged.
#[macro_export]
macro_rules! untagged {
    (
        $name:ident { $($scalar:ident($scalar_ty:ty)),* }
        list { $($list:ident($list_ty:ty))? } object { $($object:ident($object_ty:ty))? }
    ) => {
        impl $crate::Wire for $name {
            fn view(&self) -> $crate::codec::View<'_> {
                match self {
                    $(Self::$scalar(value) => $crate::Wire::view(value),)*
                    $(Self::$list(value) => $crate::Wire::view(value),)?
                    $(Self::$object(value) => $crate::Wire::view(value),)?
                    Self::Unlisted(value) => $crate::Wire::view(value),
                }
            }

            fn read(&mut self, token: $crate::codec::Token<'_, '_>) -> $crate::codec::ReadOutcome {
                let token = match token {
                    $($crate::codec::Token::Array(elements) => {
                        return $crate::codec::read_shape(self, $crate::codec::Token::Array(elements), Self::$list, Self::Unlisted);
                    })?
                    $($crate::codec::Token::Object(members) => {
                        return $crate::codec::read_shape(self, $crate::codec::Token::Object(members), Self::$object, Self::Unlisted);
                    })?
                    token => token,
                };
                $(if let Some(token) = token.scalar() {
                    let mut value = <$scalar_ty>::default();
                    if let $crate::codec::ReadOutcome::Yes = $crate::Wire::read(&mut value, token) {
                        return $crate::codec::ReadOutcome::put(self, Self::$scalar(value));
                    }
                })*
                $crate::codec::ReadOutcome::put(self, Self::Unlisted(token.into_json()))
            }

            fn show(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self, f)
            }
        }

        /// `null`, only so that a record can start empty.
        impl Default for $name {
            fn default() -> Self {
                Self::Unlisted($crate::Value::Null)
            }
        }

        impl $crate::Serialize for $name {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::Wire::view(self).serialize(serializer)
            }
        }

        impl<'de> $crate::Deserialize<'de> for $name {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::decode(::core::stringify!($name), deserializer)
            }
        }

        $(impl From<$scalar_ty> for $name {
            fn from(value: $scalar_ty) -> Self {
                Self::$scalar(value)
            }
        })*

        $(impl From<$list_ty> for $name {
            fn from(value: $list_ty) -> Self {
                Self::$list(value)
            }
        })?

        $(impl From<$object_ty> for $name {
            fn from(value: $object_ty) -> Self {
                Self::$object(value)
            }
        })?
    };
}
