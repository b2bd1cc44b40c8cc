//! Values of several kinds of JSON: `"a"` here and `["a"]` there.

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
            const EXPECTS: &'static str = "any value";

            $crate::untagged!(@scalar from_bool bool [$($scalar($scalar_ty)),*]);
            $crate::untagged!(@scalar from_i64 i64 [$($scalar($scalar_ty)),*]);
            $crate::untagged!(@scalar from_u64 u64 [$($scalar($scalar_ty)),*]);
            $crate::untagged!(@scalar from_f64 f64 [$($scalar($scalar_ty)),*]);
            $crate::untagged!(@scalar from_str &str [$($scalar($scalar_ty)),*]);

            fn from_seq<'de, A: $crate::__private::SeqAccess<'de>>(seq: A) -> Result<$crate::Decoded<Self>, A::Error> {
                $(if true {
                    return Result::map(<$list_ty as $crate::Wire>::from_seq(seq), |fit| fit.either(Self::$list, Self::Unlisted));
                })?
                #[allow(unreachable_code, reason = "not every one of these has a list")]
                $crate::__private::unlisted_seq(seq, Self::Unlisted)
            }

            fn from_map<'de, A: $crate::MapAccess<'de>>(map: A) -> Result<$crate::Decoded<Self>, A::Error> {
                $(if true {
                    return Result::map(<$object_ty as $crate::Wire>::from_map(map), |fit| fit.either(Self::$object, Self::Unlisted));
                })?
                #[allow(unreachable_code, reason = "not every one of these has an object")]
                $crate::__private::unlisted_map(map, Self::Unlisted)
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
                match self {
                    $(Self::$scalar(value) => $crate::Wire::encode(value, serializer),)*
                    $(Self::$list(value) => $crate::Wire::encode(value, serializer),)?
                    $(Self::$object(value) => $crate::Wire::encode(value, serializer),)?
                    Self::Unlisted(value) => $crate::Serialize::serialize(value, serializer),
                }
            }
        }

        impl<'de> $crate::Deserialize<'de> for $name {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::__private::decode(deserializer)
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
    (@scalar $of:ident $ty:ty [$($scalar:ident($scalar_ty:ty)),*]) => {
        fn $of(value: $ty) -> Option<Self> {
            $(if let Some(value) = <$scalar_ty as $crate::Wire>::$of(value) {
                return Some(Self::$scalar(value));
            })*
            Some(Self::Unlisted(value.into()))
        }
    };
}
