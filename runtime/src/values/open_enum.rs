//! Open enums: strings of which some are listed, and which keep those that are not.

use std::fmt;

/// An enum over strings that Graph may extend at any time. [`open_enum!`](crate::open_enum!) implements it.
pub trait OpenEnum: Send + Sync + Clone + fmt::Debug + 'static {
    /// Every listed value.
    const KNOWN: &'static [Self];

    /// What they are on the wire, in the same order.
    const VALUES: &'static [&'static str];

    /// The value on the wire.
    fn as_str(&self) -> &str;

    /// A value that is not listed.
    #[doc(hidden)]
    fn unlisted(value: Unlisted) -> Self;

    /// The variant of a listed value, or the value itself. Letter case counts.
    fn of(value: &str) -> Self {
        match position(Self::VALUES, value).and_then(|at| Self::KNOWN.get(at)) {
            Some(listed) => listed.clone(),
            None => Self::unlisted(Unlisted::of(value)),
        }
    }
}

fn position(values: &[&str], value: &str) -> Option<usize> {
    values.iter().position(|listed| *listed == value)
}

/// Shows a value to people by what is on the wire: `QualityRating("GREEN")`, `QualityRating::Unlisted("BLUE")`.
#[doc(hidden)]
pub fn show_value(name: &str, values: &[&str], value: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match position(values, value) {
        Some(_) => f.debug_tuple(name).field(&value).finish(),
        None => f.debug_tuple(&format!("{name}::Unlisted")).field(&value).finish(),
    }
}

/// A value that an enum does not list. Only an enum makes one, so a listed value is never `Unlisted`.
///
/// In a box of its own, so that enums are small: a record holds many, and values that are not listed are rare. The empty one, with which each value
/// begins that is read, has no box.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unlisted(Option<Box<Box<str>>>);

impl Unlisted {
    fn of(value: &str) -> Self {
        Self((!value.is_empty()).then(|| Box::new(value.into())))
    }

    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", |text| text)
    }
}

impl fmt::Debug for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Makes `enum T { A, B, Unlisted(Unlisted) }` an [`OpenEnum`]: `open_enum!(T { A = "a", B = "b" });`.
///
/// It implements [`OpenEnum`], [`Wire`](crate::Wire), `Serialize`, `Deserialize`, `Debug`, `Display`, `FromStr`, `Default` (an
/// empty unlisted value), `From<&str>`, `From<String>`, `From<&String>` and `as_str`.
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
            const VALUES: &'static [&'static str] = &[$($value),*];

            fn as_str(&self) -> &str {
                self.as_str()
            }

            fn unlisted(value: $crate::Unlisted) -> Self {
                Self::Unlisted(value)
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codec::show_value(::core::stringify!($name), <Self as $crate::OpenEnum>::VALUES, self.as_str(), f)
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

        impl From<&String> for $name {
            fn from(value: &String) -> Self {
                $crate::OpenEnum::of(value)
            }
        }

        impl $crate::Wire for $name {
            fn view(&self) -> $crate::codec::View<'_> {
                $crate::codec::View::Str(self.as_str())
            }

            fn read(&mut self, token: $crate::codec::Token<'_, '_>) -> $crate::codec::ReadOutcome {
                match token {
                    $crate::codec::Token::Str(text) => $crate::codec::ReadOutcome::put(self, $crate::OpenEnum::of(text)),
                    other => other.mismatch("a string"),
                }
            }

            fn show(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self, f)
            }
        }

        impl $crate::Serialize for $name {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::Deserialize<'de> for $name {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::decode(::core::stringify!($name), deserializer)
            }
        }
    };
}
