//! A JSON value of any kind on its way into its place.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::values::decode::{ReadOutcome, TypeMismatch, map_mismatch, seq_mismatch};
use crate::values::wire_type::Wire;

/// Where a value is to stay.
#[doc(hidden)]
pub trait Slot<'a, T: 'a> {
    /// Puts a value there.
    fn put(self, value: T) -> &'a mut T;

    /// Makes an empty one there, to be filled.
    fn begin(self) -> &'a mut T
    where
        T: Default;
}

impl<'a, T> Slot<'a, T> for &'a mut Option<T> {
    fn put(self, value: T) -> &'a mut T {
        self.insert(value)
    }

    fn begin(self) -> &'a mut T
    where
        T: Default,
    {
        self.insert(T::default())
    }
}

/// At the end of the list.
impl<'a, T> Slot<'a, T> for &'a mut Vec<T> {
    fn put(self, value: T) -> &'a mut T {
        let at = self.len();
        self.push(value);
        &mut self[at]
    }

    fn begin(self) -> &'a mut T
    where
        T: Default,
    {
        // Wide records are many on a page, and moving four of them to make room costs more than the room.
        if self.is_empty() && size_of::<T>() >= 512 {
            self.reserve(8);
        }
        // A pushed one would be made elsewhere and moved.
        let at = self.len();
        self.resize_with(at + 1, T::default);
        &mut self[at]
    }
}

/// In a box that is in its place.
pub(crate) struct Boxed<P>(pub(crate) P);

impl<'a, T: 'a, P: Slot<'a, Box<T>>> Slot<'a, T> for Boxed<P> {
    fn put(self, value: T) -> &'a mut T {
        self.0.put(Box::new(value))
    }

    fn begin(self) -> &'a mut T
    where
        T: Default,
    {
        self.0.begin()
    }
}

/// Reads a value of any kind into its place.
pub(crate) struct Reading<T, P> {
    place: P,
    value: PhantomData<fn() -> T>,
}

impl<'a, T: Wire + 'a, P: Slot<'a, T>> Reading<T, P> {
    pub(crate) fn into(place: P) -> Self {
        Self { place, value: PhantomData }
    }

    fn take(self, value: Option<T>, wire: impl Into<Value>) -> ReadOutcome {
        let Some(value) = value else {
            return ReadOutcome::TypeMismatch(Box::new(TypeMismatch::kind(T::EXPECTS, wire.into())));
        };
        self.place.put(value);
        ReadOutcome::Yes
    }
}

impl<'de, 'a, T: Wire + 'a, P: Slot<'a, T>> DeserializeSeed<'de> for Reading<T, P> {
    type Value = ReadOutcome;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ReadOutcome, D::Error> {
        if T::IS_SCALAR {
            let mut value: Option<T> = None;
            let placed = (&mut value as &mut dyn Scalar).deserialize(deserializer)?;
            value.map(|value| self.place.put(value));
            Ok(placed)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de, 'a, T: Wire + 'a, P: Slot<'a, T>> Visitor<'de> for Reading<T, P> {
    type Value = ReadOutcome;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTS)
    }

    fn visit_bool<E>(self, value: bool) -> Result<ReadOutcome, E> {
        Ok(self.take(T::from_bool(value), value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ReadOutcome, E> {
        Ok(self.take(T::from_i64(value), value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ReadOutcome, E> {
        Ok(self.take(T::from_u64(value), value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<ReadOutcome, E> {
        Ok(self.take(T::from_f64(value), value))
    }

    fn visit_str<E>(self, value: &str) -> Result<ReadOutcome, E> {
        Ok(self.take(T::from_str(value), value))
    }

    fn visit_unit<E>(self) -> Result<ReadOutcome, E> {
        Ok(ReadOutcome::Null)
    }

    fn visit_none<E>(self) -> Result<ReadOutcome, E> {
        Ok(ReadOutcome::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ReadOutcome, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<ReadOutcome, A::Error> {
        Ok(T::from_seq(seq)?.put(self.place))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ReadOutcome, A::Error> {
        T::put_map(map, self.place)
    }
}

/// A place for a value that is neither array nor object, without its type. Each method says whether the value fits.
pub(crate) trait Scalar {
    fn expects(&self) -> &'static str;
    fn clear(&mut self);
    fn bool(&mut self, value: bool) -> bool;
    fn i64(&mut self, value: i64) -> bool;
    fn u64(&mut self, value: u64) -> bool;
    fn f64(&mut self, value: f64) -> bool;
    fn str(&mut self, value: &str) -> bool;
}

impl<T: Wire> Scalar for Option<T> {
    fn expects(&self) -> &'static str {
        T::EXPECTS
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn bool(&mut self, value: bool) -> bool {
        *self = T::from_bool(value);
        self.is_some()
    }

    fn i64(&mut self, value: i64) -> bool {
        *self = T::from_i64(value);
        self.is_some()
    }

    fn u64(&mut self, value: u64) -> bool {
        *self = T::from_u64(value);
        self.is_some()
    }

    fn f64(&mut self, value: f64) -> bool {
        *self = T::from_f64(value);
        self.is_some()
    }

    fn str(&mut self, value: &str) -> bool {
        *self = T::from_str(value);
        self.is_some()
    }
}

impl dyn Scalar + '_ {
    fn placed(&self, fits: bool, wire: impl Into<Value>) -> ReadOutcome {
        if fits { ReadOutcome::Yes } else { ReadOutcome::TypeMismatch(Box::new(TypeMismatch::kind(self.expects(), wire.into()))) }
    }
}

impl<'de> DeserializeSeed<'de> for &mut (dyn Scalar + '_) {
    type Value = ReadOutcome;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ReadOutcome, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut (dyn Scalar + '_) {
    type Value = ReadOutcome;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expects())
    }

    fn visit_bool<E>(self, value: bool) -> Result<ReadOutcome, E> {
        let fits = self.bool(value);
        Ok(self.placed(fits, value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ReadOutcome, E> {
        let fits = self.i64(value);
        Ok(self.placed(fits, value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ReadOutcome, E> {
        let fits = self.u64(value);
        Ok(self.placed(fits, value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<ReadOutcome, E> {
        let fits = self.f64(value);
        Ok(self.placed(fits, value))
    }

    fn visit_str<E>(self, value: &str) -> Result<ReadOutcome, E> {
        let fits = self.str(value);
        Ok(self.placed(fits, value))
    }

    fn visit_unit<E>(self) -> Result<ReadOutcome, E> {
        Ok(ReadOutcome::Null)
    }

    fn visit_none<E>(self) -> Result<ReadOutcome, E> {
        Ok(ReadOutcome::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ReadOutcome, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<ReadOutcome, A::Error> {
        seq_mismatch(self.expects(), seq).map(|mismatch| ReadOutcome::TypeMismatch(Box::new(mismatch)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ReadOutcome, A::Error> {
        map_mismatch(self.expects(), map).map(|mismatch| ReadOutcome::TypeMismatch(Box::new(mismatch)))
    }
}
