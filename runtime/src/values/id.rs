//! Identifiers of nodes: text of digits, which Graph sends as a string or as a number.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::values::decode::ReadOutcome;
use crate::values::token::Token;
use crate::values::view::View;

/// What every identifier type holds: the digits, and whether they came as a JSON number.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct IdText {
    // Shared: a node handle, its requests and their clones hold the same identifier.
    text: Arc<str>,
    number: bool,
}

impl IdText {
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), number: false }
    }

    pub fn number(number: u64) -> Self {
        Self { text: number.to_string().into(), number: true }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_valid(&self) -> bool {
        is_digits(&self.text)
    }
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

// The form on the wire is no part of what an identifier is: `"106"` and `106` name the same node.
impl PartialEq for IdText {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for IdText {}

impl PartialOrd for IdText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IdText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for IdText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl IdText {
    /// As a number where it came as one.
    pub fn view(&self) -> View<'_> {
        match self.number.then(|| self.text.parse()) {
            Some(Ok(number)) => View::U64(number),
            _ => View::Str(&self.text),
        }
    }

    /// Reads text or number.
    pub fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::U64(number) => ReadOutcome::put(self, Self::number(number)),
            Token::Str(text) => ReadOutcome::put(self, Self::text(text)),
            other => other.mismatch("an identifier"),
        }
    }
}

/// Declares the identifier of a node: `id!(/** Identifies a phone number. */ PhoneNumberId);`.
///
/// Text of digits, never judged by its length. It decodes from a string or a number and encodes in the form in which it came.
/// Two identifiers are equal when their digits are; they sort as text.
#[macro_export]
macro_rules! id {
    ($(#[$info:meta])* $name:ident) => {
        $(#[$info])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::__private::IdText);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// Is it what Graph takes for an identifier: ASCII digits only, and at least one?
            pub fn is_valid(&self) -> bool {
                self.0.is_valid()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self($crate::__private::IdText::text(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self($crate::__private::IdText::text(text))
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self($crate::__private::IdText::text(text.as_str()))
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self($crate::__private::IdText::text(
                    number.to_string(),
                ))
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(::core::stringify!($name)).field(&self.as_str()).finish()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::Wire for $name {
            fn view(&self) -> $crate::codec::View<'_> {
                self.0.view()
            }

            fn read(&mut self, token: $crate::codec::Token<'_, '_>) -> $crate::codec::ReadOutcome {
                self.0.read(token)
            }

            fn show(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self, f)
            }
        }

        impl $crate::Serialize for $name {
            fn serialize<S: $crate::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                self.0.view().serialize(serializer)
            }
        }

        impl<'de> $crate::Deserialize<'de> for $name {
            fn deserialize<D: $crate::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::codec::decode(::core::stringify!($name), deserializer)
            }
        }
    };
}
