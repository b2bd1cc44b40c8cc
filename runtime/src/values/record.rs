//! Lossless records: JSON objects with declared fields, which keep what was not declared.
//!
//! How a record is decoded, and who calls whom:
//! 1. `serde_json` calls the record's `Deserialize`, which [`record!`](crate::record!) wrote: it calls `decode` (`decode.rs`).
//! 2. `decode` asks for any kind of value with a `Reading` (`decode_visitor.rs`), the one visitor of this crate. It passes each kind on to
//!    the type, a [`Wire`] (`wire_type.rs`): `from_str`, `from_i64`, …, or for an object `put_map`.
//! 3. The `put_map` of a record calls [`read_record`] here, which goes from key to key: the record's [`read`](Record::read), a `match`
//!    over names, has the [`Reader`] put the value of a declared key into its field (`required`, `optional`, `constant`).
//! 4. A field is read with a `Reading` of its own, as in 2. The outcome is a `ReadOutcome` (`decode.rs`): taken, null, or a mismatch.
//! 5. [`keep`](Reader::keep) puts what no field has taken into the [`Extra`], and `RequiredMembers` (`required_members.rs`) notes which
//!    of the fields in [`Record::REQUIRED`] are there. If one is missing, the object is no record of this type, and says why.
//!
//! Encoding is the way back: [`write`](Record::write) gives each field to a [`Writer`], and then the `Extra`. The writer makes JSON, or the
//! members of a request (`each_member`), or what `Debug` shows.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::values::decode::{ReadOutcome, TypeMismatch, short};
use crate::values::decode_visitor::{Reading, Scalar};
use crate::values::extra::Extra;
use crate::values::required_members::RequiredMembers;
use crate::values::wire_type::{Encoded, Wire};

/// A JSON object with declared fields. [`record!`](crate::record!) makes it decode and encode without loss.
///
/// A field that is absent or `null` is `None`. A field that is not declared, or whose value does not fit, is kept in
/// [`Extra`] under its name and encoded again. What is in `Extra` replaces a declared field of the same name.
pub trait Record: Default {
    /// Fields without which the object is not a record of this type.
    const REQUIRED: &'static [&'static str] = &[];

    /// Reads the value of `key` into its field, if it is declared, and has the reader [`keep`](Reader::keep) what is not.
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, from: &mut Reader<'de, A>);

    /// Writes the declared fields.
    fn write<W: Writer>(&self, to: &mut W);

    /// Takes the members of a spread union out of what was not declared, once everything is read.
    fn settle(&mut self) {}

    /// What was not declared.
    fn extra(&self) -> &Extra;
}

/// Reads one member after another of an object. A record says of which kind the field of a member is.
///
/// It remembers how reading the member ended and the error of the source, so that a record has nothing to pass on.
pub struct Reader<'de, A: MapAccess<'de>> {
    map: A,
    /// How reading the member ended; nothing if no such field is declared and its value has not been read.
    placed: Option<ReadOutcome>,
    required_members: RequiredMembers,
    error: Option<A::Error>,
    source: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> Reader<'de, A> {
    fn new(map: A, always: &'static [&'static str]) -> Self {
        Self { map, placed: None, required_members: RequiredMembers::new(always), error: None, source: PhantomData }
    }

    /// A field that may be absent.
    #[inline]
    pub fn optional<T: Wire>(&mut self, field: &mut Option<T>) {
        if T::IS_SCALAR {
            return self.scalar(field);
        }
        self.placed = self.next(Reading::into(&mut *field));
        if !matches!(self.placed, Some(ReadOutcome::Yes)) {
            *field = None;
        }
    }

    fn scalar(&mut self, field: &mut dyn Scalar) {
        self.placed = self.next(&mut *field);
        if !matches!(self.placed, Some(ReadOutcome::Yes)) {
            field.clear();
        }
    }

    /// A field that is always there.
    pub fn required<T: Wire>(&mut self, field: &mut T) {
        let mut value = None;
        self.optional(&mut value);
        if let Some(value) = value {
            *field = value;
        }
    }

    /// A field that has one value only: it is taken, another value is kept as a mismatch.
    pub fn constant(&mut self, expected: &mut &'static str) {
        self.placed = self.next(PhantomData).map(|value| match value {
            Value::Null => ReadOutcome::Null,
            Value::String(text) if text == *expected => ReadOutcome::Yes,
            value => {
                ReadOutcome::TypeMismatch(Box::new(TypeMismatch { value, why: format!("expected \"{expected}\", found another value") }))
            }
        });
    }

    /// A list of which `null` is an empty one.
    pub(crate) fn list<T: Wire>(&mut self, field: &mut Vec<T>) {
        self.required(field);
        if matches!(self.placed, Some(ReadOutcome::Null)) {
            field.clear();
            self.placed = Some(ReadOutcome::Yes);
        }
    }

    /// Keeps in `extra` what no field has taken: a member that is not declared, or whose value does not fit.
    #[inline]
    pub fn keep(&mut self, key: &str, extra: &mut Extra) {
        match self.placed.take() {
            Some(ReadOutcome::Yes) => self.required_members.took(key, extra),
            other => self.keep_other(other, key, extra),
        }
    }

    /// Apart from the members that a field has taken, which are most: what they need is little, and is inlined into `read`.
    #[inline(never)]
    fn keep_other(&mut self, placed: Option<ReadOutcome>, key: &str, extra: &mut Extra) {
        match placed {
            Some(ReadOutcome::Yes) => {}
            Some(ReadOutcome::Null) => self.required_members.missed(key, None, extra),
            Some(ReadOutcome::TypeMismatch(mismatch)) => self.required_members.missed(key, Some(*mismatch), extra),
            None => {
                if let Some(value) = self.next(PhantomData::<Value>) {
                    extra.insert(key, value);
                }
            }
        }
    }

    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Option<S::Value> {
        if self.error.is_some() {
            return None;
        }
        self.map.next_value_seed(seed).map_err(|error| self.error = Some(error)).ok()
    }
}

/// Where a record writes its members: into JSON, or for people. A writer remembers its first error, so that a record has none to pass on.
pub trait Writer {
    /// A member that is always there.
    fn required<T: Wire>(&mut self, name: &'static str, value: &T);

    /// A member that may be absent.
    fn optional<T: Wire>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// A member that has one value only.
    fn constant(&mut self, name: &'static str, value: &&'static str);

    /// A member that no type declares, verbatim.
    fn extra(&mut self, name: &str, value: &Value);
}

/// Makes a type a JSON object: [`Record`], [`Wire`], `Serialize`, `Deserialize`, `Debug`, and the method `extra`; `record!(Pin: sent, …)` has
/// `with_param` too.
///
/// ```
/// # use graph_runtime::Extra;
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Pin {
///     pub id: String,
///     pub pin: Option<String>,
///     extra: Extra,
/// }
///
/// graph_runtime::record!(Pin, it: ["id"] {
///     "product" => constant("graph"),
///     "id" => required(it.id),
///     "pin" => optional(it.pin),
/// });
/// ```
///
/// The list names the members without which the object is not a record of this type. `spread required(it.content) { … }` after the braces takes a
/// [`Union`](crate::Union) whose members are among the record's own, and what is written after them. `record!(Pin)` alone is for a type that
/// implements [`Record`] itself. `Debug` shows the members that are there, by their names in JSON; of those in [`Extra`] the names.
#[macro_export]
macro_rules! record {
    ($record:ident: sent, $($rest:tt)*) => {
        impl $record {
            /// Adds a field that this type does not declare, or replaces one that it does.
            #[must_use]
            pub fn with_param(mut self, name: impl Into<String>, value: impl Into<$crate::Value>) -> Self {
                self.extra.insert(name, value);
                self
            }
        }

        $crate::record!($record, $($rest)*);
    };
    ($record:ident, $it:ident: [$($required:literal),*] {
        $($wire:literal => $kind:ident($place:expr)),* $(,)?
    } $(spread $spread:ident($union:expr) { $($later:literal => $later_kind:ident($later_place:expr)),* $(,)? })?) => {
        impl $crate::Record for $record {
            $crate::record!(@required $($required),*);

            fn read<'de, A: $crate::MapAccess<'de>>(&mut self, key: &str, from: &mut $crate::Reader<'de, A>) {
                #[allow(unused_variables, reason = "a record may have no fields of its own")]
                let $it = &mut *self;
                match key {
                    $($wire => from.$kind(&mut $place),)*
                    $($($later => from.$later_kind(&mut $later_place),)*)?
                    _ => {}
                }
                from.keep(key, &mut self.extra);
            }

            fn write<W: $crate::Writer>(&self, to: &mut W) {
                #[allow(unused_variables, reason = "a record may have no fields of its own")]
                let $it = self;
                $(to.$kind($wire, &$place);)*
                $(
                    $crate::__private::spread::$spread::put(to, &$union);
                    $(to.$later_kind($later, &$later_place);)*
                )?
            }

            $(fn settle(&mut self) {
                let $it = self;
                $crate::__private::spread::$spread::settle(&mut $union, &mut $it.extra);
            })?

            fn extra(&self) -> &$crate::Extra {
                &self.extra
            }
        }

        $crate::record!($record);
    };
    (@required) => {};
    (@required $($required:literal),+) => {
        const REQUIRED: &'static [&'static str] = &[$($required),+];
    };
    ($record:ident) => {
        impl $record {
            /// Fields that this type does not declare, and fields whose value does not fit what it declares.
            pub fn extra(&self) -> &$crate::Extra {
                $crate::Record::extra(self)
            }
        }

        impl $crate::Wire for $record {
            const IS_PLACED: bool = true;

            fn put_map<'de, 'a, A: $crate::MapAccess<'de>>(
                map: A,
                place: impl $crate::__private::Slot<'a, Self>,
            ) -> Result<$crate::__private::ReadOutcome, A::Error> {
                $crate::__private::read_record($crate::__private::Slot::begin(place), map)
            }
        }

        impl $crate::Serialize for $record {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::__private::write_record(self, serializer)
            }
        }

        impl<'de> $crate::Deserialize<'de> for $record {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::__private::decode(deserializer)
            }
        }

        impl ::core::fmt::Debug for $record {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::show_record(self, f)
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

/// Reads an object into a record that is empty.
#[doc(hidden)]
pub fn read_record<'de, T: Record, A: MapAccess<'de>>(record: &mut T, map: A) -> Result<ReadOutcome, A::Error> {
    read_object(record, T::REQUIRED, map)
}

/// A record without its type, so that what reads one is compiled once for all of them.
trait Object<'de, A: MapAccess<'de>> {
    fn read(&mut self, key: &str, from: &mut Reader<'de, A>);
    fn settle(&mut self);
    fn members(&self) -> Result<Map<String, Value>, serde_json::Error>;
}

impl<'de, T: Record, A: MapAccess<'de>> Object<'de, A> for T {
    fn read(&mut self, key: &str, from: &mut Reader<'de, A>) {
        Record::read(self, key, from);
    }

    fn settle(&mut self) {
        Record::settle(self);
    }

    fn members(&self) -> Result<Map<String, Value>, serde_json::Error> {
        members(self)
    }
}

fn read_object<'de, A: MapAccess<'de>>(
    record: &mut dyn Object<'de, A>,
    always: &'static [&'static str],
    map: A,
) -> Result<ReadOutcome, A::Error> {
    let mut from = Reader::new(map, always);
    while let Some(Key(key)) = from.map.next_key()? {
        record.read(&key, &mut from);
        if let Some(error) = from.error {
            return Err(error);
        }
    }
    record.settle();
    let required_members = from.required_members;
    Ok(match required_members.complaint() {
        None => ReadOutcome::Yes,
        Some(why) => {
            let value = required_members.as_it_came(record.members().map_or(Value::Null, Value::Object));
            ReadOutcome::TypeMismatch(Box::new(TypeMismatch { value, why }))
        }
    })
}

/// Writes the record `T` as an object.
#[doc(hidden)]
pub fn write_record<T: Record, S: Serializer>(record: &T, serializer: S) -> Result<S::Ok, S::Error> {
    object_of(serializer, |to| write_members(record, to))
}

/// Writes an object whose members `write` gives.
pub(crate) fn object_of<S: Serializer>(serializer: S, write: impl FnOnce(&mut Encoding<S::SerializeMap>)) -> Result<S::Ok, S::Error> {
    let mut to = Encoding { map: serializer.serialize_map(None)?, error: None };
    write(&mut to);
    match to.error {
        Some(error) => Err(error),
        None => to.map.end(),
    }
}

/// Shows the record `T` to people.
#[doc(hidden)]
pub fn show_record<T: Record>(record: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_struct(&short(type_name::<T>()));
    write_members(record, &mut Showing(&mut shown));
    shown.finish()
}

/// Writes the members of a record.
pub(crate) fn write_members<T: Record, W: Writer>(record: &T, to: &mut W) {
    let extra = record.extra();
    record.write(&mut Declared { to, extra });
    // A loop: as a closure it would be folded through three adapters for every type.
    for (name, value) in extra.iter() {
        to.extra(name, value);
    }
}

/// The members of the record `T`, in the order in which it writes them.
///
/// It goes through text, so that a record's `write` is compiled for one serializer and not for two.
fn members<T: Record>(record: &T) -> Result<Map<String, Value>, serde_json::Error> {
    let mut text = Vec::with_capacity(256);
    write_record(record, &mut serde_json::Serializer::new(&mut text))?;
    serde_json::from_slice(&text)
}

/// Takes the members of the record `T`, in the order in which it writes them.
pub(crate) fn each_member<T: Record>(record: &T, take: impl FnMut(Cow<'static, str>, Value)) -> Result<(), serde_json::Error> {
    let mut to = Taking { take, error: None };
    write_members(record, &mut to);
    to.error.map_or(Ok(()), Err)
}

/// Makes values of members.
struct Taking<F> {
    take: F,
    error: Option<serde_json::Error>,
}

impl<F: FnMut(Cow<'static, str>, Value)> Writer for Taking<F> {
    fn required<T: Wire>(&mut self, name: &'static str, value: &T) {
        match value.free().map_or_else(|| free(&Encoded(value)), Ok) {
            Ok(value) => (self.take)(name.into(), value),
            Err(error) => self.error = Some(error),
        }
    }

    fn constant(&mut self, name: &'static str, value: &&'static str) {
        (self.take)(name.into(), Value::from(*value));
    }

    fn extra(&mut self, name: &str, value: &Value) {
        (self.take)(name.to_owned().into(), value.clone());
    }
}

/// It goes through text, so that a record's `write` is compiled for one serializer and not for two.
fn free(value: &impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(&serde_json::to_vec(value)?)
}

/// Writes JSON.
pub(crate) struct Encoding<M: SerializeMap> {
    map: M,
    error: Option<M::Error>,
}

impl<M: SerializeMap> Encoding<M> {
    fn entry(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        if self.error.is_none() {
            self.error = self.map.serialize_entry(name, value).err();
        }
    }
}

impl<M: SerializeMap> Writer for Encoding<M> {
    fn required<T: Wire>(&mut self, name: &'static str, value: &T) {
        self.entry(name, &Encoded(value));
    }

    fn constant(&mut self, name: &'static str, value: &&'static str) {
        self.entry(name, *value);
    }

    fn extra(&mut self, name: &str, value: &Value) {
        self.entry(name, value);
    }
}

/// Writes for people.
struct Showing<'a, 'b, 'c>(&'a mut fmt::DebugStruct<'b, 'c>);

impl Writer for Showing<'_, '_, '_> {
    fn required<T: Wire>(&mut self, name: &'static str, value: &T) {
        self.0.field(name, value);
    }

    fn constant(&mut self, name: &'static str, value: &&'static str) {
        self.0.field(name, value);
    }

    fn extra(&mut self, name: &str, _: &Value) {
        // It may be a secret.
        self.0.field(name, &format_args!("…"));
    }
}

/// Passes declared fields on, except those that [`Extra`] replaces.
struct Declared<'a, W> {
    to: &'a mut W,
    extra: &'a Extra,
}

impl<W: Writer> Writer for Declared<'_, W> {
    fn required<T: Wire>(&mut self, name: &'static str, value: &T) {
        if self.extra.get(name).is_none() {
            self.to.required(name, value);
        }
    }

    fn constant(&mut self, name: &'static str, value: &&'static str) {
        if self.extra.get(name).is_none() {
            self.to.constant(name, value);
        }
    }

    fn extra(&mut self, name: &str, value: &Value) {
        if self.extra.get(name).is_none() {
            self.to.extra(name, value);
        }
    }
}
