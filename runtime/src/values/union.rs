//! Unions: objects that a tag distinguishes, and which keep those whose tag is not listed.

use serde_core::de::MapAccess;
use serde_core::ser::Serializer;
use serde_json::{Map, Value};

use crate::values::decode::{Decoded, object};
use crate::values::extra::Extra;
use crate::values::record::{Record, Writer, object_of, write_members};
use crate::values::wire_type::Wire;

/// An enum of objects that a member, the tag, distinguishes. [`union!`](crate::union!) implements it.
///
/// An object whose tag is not listed, or whose members do not fit what the tag promises, is kept whole and encoded again unchanged.
pub trait Union: Sized + Default {
    /// The member that distinguishes the variants.
    const TAG: &'static str;
    /// Every listed tag.
    const TAGS: &'static [&'static str];
    /// Does the letter case of a tag not count?
    const ANY_CASE: bool = false;

    /// Takes the members of a union out of an object; nothing, and takes nothing, if they are not there.
    fn take(members: &mut Extra) -> Option<Self>;

    /// Writes tag and members.
    fn write<W: Writer>(&self, to: &mut W);

    /// The listed tag that a tag is.
    #[doc(hidden)]
    fn listed(tag: &str) -> Option<&'static str> {
        let is = |listed: &&&'static str| **listed == tag || (Self::ANY_CASE && listed.eq_ignore_ascii_case(tag));
        Self::TAGS.iter().find(is).copied()
    }
}

/// What can accompany a tag: the members of a record, or of a union whose variants have members.
pub trait Members: Sized {
    /// Of these members; gives them back if they do not fit.
    ///
    /// # Errors
    /// The members, if they do not fit.
    fn of_members(members: Map<String, Value>) -> Result<Self, Map<String, Value>>;

    /// Writes the members.
    fn put_members<W: Writer>(&self, to: &mut W);

    /// Is the member kept verbatim, so that nothing else may write it?
    fn keeps(&self, name: &str) -> bool;
}

impl<T: Record + Wire> Members for T {
    fn of_members(members: Map<String, Value>) -> Result<Self, Map<String, Value>> {
        let members = Value::Object(members);
        match (again(&members), members) {
            (Some(record), _) => Ok(record),
            (None, Value::Object(members)) => Err(members),
            (None, _) => Err(Map::new()),
        }
    }

    fn put_members<W: Writer>(&self, to: &mut W) {
        write_members(self, to);
    }

    fn keeps(&self, name: &str) -> bool {
        self.extra().get(name).is_some()
    }
}

/// Reads a value that was read as free JSON once more. It goes through text, so that a type's `read` is compiled for one source and not for two.
fn again<T: Wire>(value: &Value) -> Option<T> {
    let text = serde_json::to_vec(value).ok()?;
    match serde_json::from_slice(&text) {
        Ok(Decoded::Value(value)) => Some(value),
        _ => None,
    }
}

/// Reads a union of members: by its tag, or as an unlisted one.
#[doc(hidden)]
pub fn read_members<T: Union>(
    mut members: Map<String, Value>,
    open: impl FnOnce(&'static str, Map<String, Value>) -> Result<T, Map<String, Value>>,
    unlisted: impl FnOnce(Extra) -> T,
) -> T {
    let tag = members.get(T::TAG).and_then(Value::as_str).map(str::to_owned);
    let Some((tag, listed)) = tag.and_then(|tag| T::listed(&tag).map(|listed| (tag, listed))) else {
        return unlisted(members.into());
    };
    // A tag in another letter case stays a member, so that it is encoded again unchanged.
    let plain = tag == listed;
    if plain {
        members.shift_remove(T::TAG);
    }
    open(listed, members).unwrap_or_else(|mut members| {
        if plain {
            members.insert(T::TAG.to_owned(), tag.into());
        }
        unlisted(members.into())
    })
}

/// Takes a union of members out of an object: everything that the object does not declare.
#[doc(hidden)]
pub fn take_members<T: Union + Members>(members: &mut Extra) -> Option<T> {
    members.get(T::TAG)?;
    T::of_members(members.take()).ok()
}

/// Takes a union of payloads out of an object: its tag and, where there is one, the payload.
#[doc(hidden)]
pub fn take_payload<T: Union>(
    members: &mut Extra,
    open: impl FnOnce(&'static str, &mut Extra) -> Option<T>,
    unlisted: impl FnOnce(Extra) -> T,
) -> Option<T> {
    let tag = members.get(T::TAG)?.as_str()?.to_owned();
    let Some(listed) = T::listed(&tag) else {
        let mut own = Map::new();
        for name in [T::TAG, &tag] {
            own.extend(members.remove(name).map(|value| (name.to_owned(), value)));
        }
        return Some(unlisted(own.into()));
    };
    let opened = open(listed, members)?;
    if tag == listed {
        members.remove(T::TAG);
    }
    Some(opened)
}

/// Takes the payload under a name, if it fits.
#[doc(hidden)]
pub fn payload<T: Wire>(members: &mut Extra, name: &str) -> Option<T> {
    let value = again(members.get(name)?)?;
    members.remove(name);
    Some(value)
}

/// Writes tag and members of a variant.
#[doc(hidden)]
pub fn put_tagged<W: Writer>(to: &mut W, tag: &'static str, value: &'static str, members: &impl Members) {
    if !members.keeps(tag) {
        to.constant(tag, &value);
    }
    members.put_members(to);
}

/// Writes the members that an unlisted variant keeps.
#[doc(hidden)]
pub fn put_unlisted<W: Writer>(to: &mut W, members: &Extra) {
    members.iter().for_each(|(name, value)| to.extra(name, value));
}

/// Reads a whole object for a union of members.
#[doc(hidden)]
pub fn read_union<'de, T: Members, A: MapAccess<'de>>(map: A) -> Result<Decoded<T>, A::Error> {
    Ok(match T::of_members(object(map)?) {
        Ok(union) => Decoded::Value(union),
        Err(members) => Decoded::TypeMismatch(crate::values::decode::TypeMismatch::kind("an object", Value::Object(members))),
    })
}

/// Writes a union as an object of its own.
///
/// # Errors
/// What the serializer reports.
#[doc(hidden)]
pub fn write_union<T: Union, S: Serializer>(union: &T, serializer: S) -> Result<S::Ok, S::Error> {
    object_of(serializer, |to| union.write(to))
}

/// Unions whose members are among those of a record.
#[doc(hidden)]
pub mod spread {
    /// One that is always there.
    pub mod required {
        use super::super::{Extra, Union, Writer};

        pub fn settle<T: Union>(union: &mut T, members: &mut Extra) {
            if let Some(taken) = T::take(members) {
                *union = taken;
            }
        }

        pub fn put<T: Union, W: Writer>(to: &mut W, union: &T) {
            union.write(to);
        }
    }

    /// One that may be absent.
    pub mod optional {
        use super::super::{Extra, Union, Writer};

        pub fn settle<T: Union>(union: &mut Option<T>, members: &mut Extra) {
            *union = T::take(members);
        }

        pub fn put<T: Union, W: Writer>(to: &mut W, union: &Option<T>) {
            if let Some(union) = union {
                union.write(to);
            }
        }
    }
}

/// Makes an enum with a variant `Unlisted(Extra)` a [`Union`].
///
/// `union!(Header, "type", exact, members { Text = "TEXT" })` is for objects whose members are next to the tag,
/// `union!(Content, "type", exact, payload { Text = "text" in "text" } alone { Typing = "typing" })` for a payload in a member of its own, and
/// tags without one. `any_case` instead of `exact`: the letter case of tags does not count.
#[macro_export]
macro_rules! union {
    ($union:ident, $tag:literal, $case:ident, members { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $crate::Union for $union {
            const TAG: &'static str = $tag;
            const TAGS: &'static [&'static str] = &[$($value),*];
            $crate::union!(@$case);

            fn take(members: &mut $crate::Extra) -> Option<Self> {
                $crate::__private::take_members(members)
            }

            fn write<W: $crate::Writer>(&self, to: &mut W) {
                match self {
                    $(Self::$variant(members) => $crate::__private::put_tagged(to, $tag, $value, members),)*
                    Self::Unlisted(members) => $crate::__private::put_unlisted(to, members),
                }
            }
        }

        impl $crate::Members for $union {
            fn of_members(members: $crate::__private::JsonMap) -> Result<Self, $crate::__private::JsonMap> {
                let open = |tag: &'static str, members| match tag {
                    $($value => $crate::Members::of_members(members).map(Self::$variant),)*
                    _ => Err(members),
                };
                Ok($crate::__private::read_members(members, open, Self::Unlisted))
            }

            fn put_members<W: $crate::Writer>(&self, to: &mut W) {
                $crate::Union::write(self, to);
            }

            fn keeps(&self, name: &str) -> bool {
                match self {
                    $(Self::$variant(members) => $crate::Members::keeps(members, name),)*
                    Self::Unlisted(members) => members.get(name).is_some(),
                }
            }
        }

        impl $crate::Wire for $union {
            fn from_map<'de, A: $crate::MapAccess<'de>>(map: A) -> Result<$crate::Decoded<Self>, A::Error> {
                $crate::__private::read_union(map)
            }
        }

        impl<'de> $crate::Deserialize<'de> for $union {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::__private::decode(deserializer)
            }
        }

        $crate::union!(@common $union);
    };
    (
        $union:ident, $tag:literal, $case:ident,
        payload { $($variant:ident = $value:literal in $name:literal),* $(,)? } $(alone { $($bare:ident = $alone:literal),* $(,)? })?
    ) => {
        impl $crate::Union for $union {
            const TAG: &'static str = $tag;
            const TAGS: &'static [&'static str] = &[$($value,)* $($($alone),*)?];
            $crate::union!(@$case);

            fn take(members: &mut $crate::Extra) -> Option<Self> {
                let open = |tag: &'static str, members: &mut $crate::Extra| match tag {
                    $($value => $crate::__private::payload(members, $name).map(Self::$variant),)*
                    $($($alone => Some(Self::$bare),)*)?
                    _ => None,
                };
                $crate::__private::take_payload(members, open, Self::Unlisted)
            }

            fn write<W: $crate::Writer>(&self, to: &mut W) {
                match self {
                    $(Self::$variant(payload) => {
                        to.constant($tag, &$value);
                        to.required($name, payload);
                    })*
                    $($(Self::$bare => to.constant($tag, &$alone),)*)?
                    Self::Unlisted(members) => $crate::__private::put_unlisted(to, members),
                }
            }
        }

        $crate::union!(@common $union);
    };
    (@common $union:ident) => {
        /// One of no tag and no members; only so that a record can start empty.
        impl Default for $union {
            fn default() -> Self {
                Self::Unlisted($crate::Extra::default())
            }
        }

        impl $crate::Serialize for $union {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::__private::write_union(self, serializer)
            }
        }
    };
    (@exact) => {};
    (@any_case) => {
        const ANY_CASE: bool = true;
    };
}

/// Makes a type of a plain text: `from_text!(Body, |text| Self::new(text));` gives `From<&str>` and `From<String>`.
#[macro_export]
macro_rules! from_text {
    ($name:ident, |$text:ident| $make:expr) => {
        impl From<&str> for $name {
            fn from($text: &str) -> Self {
                $make
            }
        }

        impl From<String> for $name {
            #[allow(clippy::useless_conversion, reason = "what is made of a `&str` may be the text itself")]
            fn from($text: String) -> Self {
                $make
            }
        }
    };
}

/// Makes a union of what its variants hold: `made_of!(Content { Text(Words) });` gives `From<Words>`.
#[macro_export]
macro_rules! made_of {
    ($name:ident { $($variant:ident($held:ty)),* $(,)? }) => {
        $(impl From<$held> for $name {
            fn from(held: $held) -> Self {
                Self::$variant(held.into())
            }
        })*
    };
}
