//! Open enums: strings of which some are listed, and which keep those that are not.

use std::fmt;

/// An enum over strings that Graph may extend at any time. [`open_enum!`](crate::open_enum!) implements it.
pub trait OpenEnum: Sized + Clone {
    /// The name of the Rust type.
    const NAME: &'static str;
    /// Every listed value as it stands on the wire.
    const VALUES: &'static [&'static str];

    /// The value as it stands on the wire.
    fn as_str(&self) -> &str;

    /// The variant of a listed value, or the value itself. Letter case counts.
    fn of(value: &str) -> Self;
}

/// A value that an enum does not list. Only an enum makes one, so a listed value is never `Unlisted`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unlisted(Box<str>);

impl Unlisted {
    #[doc(hidden)]
    pub fn of(value: &str) -> Self {
        Self(value.into())
    }

    /// The value as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes `enum T { A, B, Unlisted(Unlisted) }` an [`OpenEnum`]: `open_enum!(T { A = "a", B = "b" });`.
///
/// It implements [`OpenEnum`], [`Wire`](crate::Wire), `Serialize`, `Deserialize`, `Debug`, `Display`, `FromStr`, `Default` (an
/// empty unlisted value), `From<&str>`, `From<String>` and `as_str`.
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $name {
            /// The value as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unlisted(value) => value.as_str(),
                }
            }
        }

        impl $crate::OpenEnum for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const VALUES: &'static [&'static str] = &[$($value),*];

            fn as_str(&self) -> &str {
                self.as_str()
            }

            fn of(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unlisted($crate::Unlisted::of(value)),
                }
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str(::core::stringify!($variant)),)*
                    Self::Unlisted(value) => f.debug_tuple("Unlisted").field(value).finish(),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                <Self as $crate::OpenEnum>::of("")
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(value: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(<Self as $crate::OpenEnum>::of(value))
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                <Self as $crate::OpenEnum>::of(value)
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                <Self as $crate::OpenEnum>::of(&value)
            }
        }

        impl $crate::Wire for $name {
            const EXPECTS: &'static str = "a string";

            fn of_str(value: &str) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(<Self as $crate::OpenEnum>::of(value))
            }
        }

        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let fit = $crate::__private::Deserialize::deserialize(deserializer)?;
                $crate::__private::require(<Self as $crate::OpenEnum>::NAME, fit)
            }
        }
    };
}
