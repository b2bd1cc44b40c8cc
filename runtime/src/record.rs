//! Lossless records: JSON objects with declared fields, which keep what was not declared.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::extra::Extra;
use crate::misfit::{Fit, Misfit};
use crate::presence::Presence;
use crate::wire::{Encoded, Wire};

/// A JSON object with declared fields. [`record!`](crate::record!) makes it decode and encode without loss.
///
/// A field that is absent or `null` is `None`. A field that is not declared, or whose value does not fit, is kept in
/// [`Extra`] under its name and encoded again. What is in `Extra` replaces a declared field of the same name.
pub trait Record: Default {
    /// The name of the Rust type, for errors.
    const NAME: &'static str;
    /// Fields without which the object is not a record of this type.
    const ALWAYS: &'static [&'static str];

    /// Takes the value of `key` from `map` with [`take`], [`take_always`] or [`take_const`], or answers [`Taken::Unknown`].
    ///
    /// # Errors
    /// Only what the source of the JSON reports.
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Taken, A::Error>;

    /// Writes the declared fields with [`put`], [`put_always`] and [`put_const`].
    ///
    /// # Errors
    /// What the serializer reports.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Takes the members of a spread union out of what was not declared, once everything is read.
    fn settle(&mut self) {}

    /// What was not declared.
    fn extra(&self) -> &Extra;

    /// What was not declared, to change.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// What became of one member of a JSON object.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// A field has it.
    Yes,
    /// It was `null`.
    Null,
    /// A field is declared, but the value does not fit.
    Misfit(Misfit),
    /// No such field is declared; the value has not been read.
    Unknown,
}

/// Reads the value of a field that may be absent.
///
/// # Errors
/// Only what the source of the JSON reports.
pub fn take<'de, T: Wire, A: MapAccess<'de>>(field: &mut Option<T>, map: &mut A) -> Result<Taken, A::Error> {
    *field = None;
    Ok(match map.next_value()? {
        Fit::Value(value) => {
            *field = Some(value);
            Taken::Yes
        }
        Fit::Null => Taken::Null,
        Fit::Misfit(misfit) => Taken::Misfit(misfit),
    })
}

/// Reads the value of a field that is always there.
///
/// # Errors
/// Only what the source of the JSON reports.
pub fn take_always<'de, T: Wire, A: MapAccess<'de>>(field: &mut T, map: &mut A) -> Result<Taken, A::Error> {
    Ok(match map.next_value()? {
        Fit::Value(value) => {
            *field = value;
            Taken::Yes
        }
        Fit::Null => Taken::Null,
        Fit::Misfit(misfit) => Taken::Misfit(misfit),
    })
}

/// Reads a field that has one value only: `expected` is taken, another value is kept as a misfit.
///
/// # Errors
/// Only what the source of the JSON reports.
pub fn take_const<'de, A: MapAccess<'de>>(expected: &str, map: &mut A) -> Result<Taken, A::Error> {
    Ok(match map.next_value()? {
        Value::Null => Taken::Null,
        Value::String(text) if text == expected => Taken::Yes,
        value => Taken::Misfit(Misfit { value, why: format!("expected \"{expected}\", found another value") }),
    })
}

/// Writes a field that may be absent.
///
/// # Errors
/// What the serializer reports.
pub fn put<T: Wire + Serialize, M: SerializeMap>(map: &mut M, name: &'static str, field: &Option<T>) -> Result<(), M::Error> {
    match field {
        Some(value) => put_always(map, name, value),
        None => Ok(()),
    }
}

/// Writes a field that is always there.
///
/// # Errors
/// What the serializer reports.
pub fn put_always<T: Wire + Serialize, M: SerializeMap>(map: &mut M, name: &'static str, field: &T) -> Result<(), M::Error> {
    map.serialize_entry(name, &Encoded(field))
}

/// Writes a field that has one value only.
///
/// # Errors
/// What the serializer reports.
pub fn put_const<M: SerializeMap>(map: &mut M, name: &'static str, value: &'static str) -> Result<(), M::Error> {
    map.serialize_entry(name, value)
}

/// Members of a record that are always there.
#[doc(hidden)]
pub mod always {
    pub use super::{put_always as put, take_always as take};
}

/// Members of a record that may be absent.
#[doc(hidden)]
pub mod maybe {
    pub use super::{put, take};
}

/// Members of a record that have one value only.
#[doc(hidden)]
pub mod constant {
    use serde_core::de::MapAccess;
    use serde_core::ser::SerializeMap;

    /// # Errors
    /// Only what the source of the JSON reports.
    pub fn take<'de, A: MapAccess<'de>>(expected: &mut &'static str, map: &mut A) -> Result<super::Taken, A::Error> {
        super::take_const(expected, map)
    }

    /// # Errors
    /// What the serializer reports.
    pub fn put<M: SerializeMap>(map: &mut M, name: &'static str, value: &&'static str) -> Result<(), M::Error> {
        super::put_const(map, name, value)
    }
}

/// Makes a type a JSON object: [`Record`], [`Wire`], `Serialize`, `Deserialize`, and the methods `extra` and `with_param`.
///
/// ```
/// # use graph_runtime::Extra;
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Pin {
///     pub id: String,
///     pub pin: Option<String>,
///     extra: Extra,
/// }
///
/// graph_runtime::record!(Pin, it: ["id"] {
///     "messaging_product" => constant("whatsapp"),
///     "id" => always(it.id),
///     "pin" => maybe(it.pin),
/// });
/// ```
///
/// The list names the members without which the object is not a record of this type. `spread always(it.content) { … }` after the braces takes a
/// [`Union`](crate::Union) whose members stand among the record's own, and what is written after them. `record!(Pin)` alone is for a type that
/// implements [`Record`] itself.
#[macro_export]
macro_rules! record {
    ($record:ident, $it:ident: [$($always:literal),*] {
        $($wire:literal => $kind:ident($place:expr)),* $(,)?
    } $(spread $spread:ident($union:expr) { $($later:literal => $later_kind:ident($later_place:expr)),* $(,)? })?) => {
        impl $crate::Record for $record {
            const NAME: &'static str = ::core::stringify!($record);
            const ALWAYS: &'static [&'static str] = &[$($always),*];

            fn read<'de, A: $crate::__private::MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
            ) -> ::core::result::Result<$crate::Taken, A::Error> {
                #[allow(unused_variables, reason = "a record may have no fields of its own")]
                let ($it, map) = (self, map);
                match key {
                    $($wire => $crate::__private::$kind::take(&mut $place, map),)*
                    $($($later => $crate::__private::$later_kind::take(&mut $later_place, map),)*)?
                    _ => ::core::result::Result::Ok($crate::Taken::Unknown),
                }
            }

            fn write<M: $crate::__private::SerializeMap>(&self, map: &mut M) -> ::core::result::Result<(), M::Error> {
                #[allow(unused_variables, reason = "a record may have no fields of its own")]
                let ($it, map) = (self, map);
                $($crate::__private::$kind::put(map, $wire, &$place)?;)*
                $(
                    $crate::__private::spread::$spread::put(map, &$union)?;
                    $($crate::__private::$later_kind::put(map, $later, &$later_place)?;)*
                )?
                ::core::result::Result::Ok(())
            }

            $(fn settle(&mut self) {
                let $it = self;
                $crate::__private::spread::$spread::settle(&mut $union, &mut $it.extra);
            })?

            fn extra(&self) -> &$crate::Extra {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut $crate::Extra {
                &mut self.extra
            }
        }

        $crate::record!($record);
    };
    ($record:ident) => {
        impl $record {
            /// Fields that this type does not declare, and fields whose value does not fit what it declares.
            pub fn extra(&self) -> &$crate::Extra {
                $crate::Record::extra(self)
            }

            /// Adds a field that this type does not declare, or replaces one that it does.
            #[must_use]
            pub fn with_param(
                mut self,
                name: impl ::core::convert::Into<::std::string::String>,
                value: impl ::core::convert::Into<$crate::serde_json::Value>,
            ) -> Self {
                $crate::Record::extra_mut(&mut self).insert(name, value);
                self
            }
        }

        impl $crate::Wire for $record {
            const EXPECTS: &'static str = "an object";

            fn of_map<'de, A: $crate::__private::MapAccess<'de>>(map: A) -> ::core::result::Result<$crate::Fit<Self>, A::Error> {
                $crate::__private::read_record(map)
            }
        }

        impl $crate::__private::Serialize for $record {
            fn serialize<S: $crate::__private::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::write_record(self, serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $record {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                let fit = $crate::__private::Deserialize::deserialize(deserializer)?;
                $crate::__private::require(<Self as $crate::Record>::NAME, fit)
            }
        }
    };
}

/// A key of a JSON object, borrowed where the source allows it.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

/// Reads an object as the record `T`.
#[doc(hidden)]
pub fn read_record<'de, T: Record, A: MapAccess<'de>>(mut map: A) -> Result<Fit<T>, A::Error> {
    let mut record = T::default();
    let mut presence = Presence::new(T::ALWAYS);
    while let Some(Key(key)) = map.next_key()? {
        match record.read(&key, &mut map)? {
            Taken::Unknown => {
                let value: Value = map.next_value()?;
                record.extra_mut().insert(key, value);
            }
            taken => presence.note(&key, taken, record.extra_mut()),
        }
    }
    record.settle();
    Ok(match presence.complaint() {
        None => Fit::Value(record),
        Some(why) => Fit::Misfit(Misfit { value: presence.as_it_came(members(&record).map_or(Value::Null, Value::Object)), why }),
    })
}

/// Writes the record `T` as an object.
#[doc(hidden)]
pub fn write_record<T: Record, S: Serializer>(record: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    write_members(record, &mut map)?;
    map.end()
}

/// Writes the members of a record into a map.
pub(crate) fn write_members<T: Record, M: SerializeMap>(record: &T, map: &mut M) -> Result<(), M::Error> {
    let extra = record.extra();
    record.write(&mut Declared { map: &mut *map, extra, skipped: false })?;
    extra.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}

/// The members of the record `T`, in the order in which it writes them.
///
/// It goes through text, so that a record's `write` is compiled for one serializer and not for two.
pub(crate) fn members<T: Record>(record: &T) -> Result<Map<String, Value>, serde_json::Error> {
    let mut text = Vec::with_capacity(256);
    write_record(record, &mut serde_json::Serializer::new(&mut text))?;
    serde_json::from_slice(&text)
}

/// Passes declared fields on to a map, except those that [`Extra`] replaces.
struct Declared<'a, M> {
    map: &'a mut M,
    extra: &'a Extra,
    skipped: bool,
}

impl<M: SerializeMap> SerializeMap for Declared<'_, M> {
    type Ok = ();
    type Error = M::Error;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), M::Error> {
        self.skipped = self.extra.holds(key);
        if self.skipped {
            return Ok(());
        }
        self.map.serialize_key(key)
    }

    fn serialize_value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), M::Error> {
        if self.skipped {
            return Ok(());
        }
        self.map.serialize_value(value)
    }

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(&mut self, key: &K, value: &V) -> Result<(), M::Error> {
        if self.extra.holds(key) {
            return Ok(());
        }
        self.map.serialize_entry(key, value)
    }

    fn end(self) -> Result<(), M::Error> {
        Ok(())
    }
}
