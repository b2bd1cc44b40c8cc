//! Open enums: strings of which some are listed, and which keep those that are not.

use std::any::type_name;
use std::fmt;

use crate::values::decode::short;

/// An enum over strings that Graph may extend at any time. [`open_enum!`](crate::open_enum!) implements it.
pub trait OpenEnum: Clone + fmt::Debug + 'static {
    /// Every listed value.
    const KNOWN: &'static [Self];

    /// The value on the wire.
    fn as_str(&self) -> &str;

    /// A value that is not listed.
    #[doc(hidden)]
    fn unlisted(value: Unlisted) -> Self;

    /// The variant of a listed value, or the value itself. Letter case counts.
    fn of(value: &str) -> Self {
        let listed = Self::KNOWN.iter().find(|listed| listed.as_str() == value);
        listed.cloned().unwrap_or_else(|| Self::unlisted(Unlisted(Box::new(value.into()))))
    }
}

/// Shows a value to people by what is on the wire: `QualityRating("GREEN")`, `QualityRating::Unlisted("BLUE")`.
#[doc(hidden)]
pub fn show_value<T: OpenEnum>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut name = short(type_name::<T>());
    if T::KNOWN.iter().all(|listed| listed.as_str() != value.as_str()) {
        name.push_str("::Unlisted");
    }
    f.debug_tuple(&name).field(&value.as_str()).finish()
}

/// A value that an enum does not list. Only an enum makes one, so a listed value is never `Unlisted`.
///
/// In a box of its own, so that enums are small: a record holds many, and values that are not listed are rare.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unlisted(Box<Box<str>>);

impl Unlisted {
    /// The value on the wire.
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
            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unlisted(value) => value.as_str(),
                }
            }
        }

        impl $crate::OpenEnum for $name {
            const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            fn as_str(&self) -> &str {
                self.as_str()
            }

            fn unlisted(value: $crate::Unlisted) -> Self {
                Self::Unlisted(value)
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::show_value(self, f)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                $crate::OpenEnum::of("")
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok($crate::OpenEnum::of(value))
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                $crate::OpenEnum::of(value)
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                $crate::OpenEnum::of(&value)
            }
        }

        impl $crate::Wire for $name {
            const EXPECTS: &'static str = "a string";
            const IS_SCALAR: bool = true;

            fn from_str(value: &str) -> Option<Self> {
                Some($crate::OpenEnum::of(value))
            }
        }

        impl $crate::Serialize for $name {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::Deserialize<'de> for $name {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::__private::decode(deserializer)
            }
        }
    };
}
