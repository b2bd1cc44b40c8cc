//! JSON on its way out: what a value shows of itself, and how that is written.
//!
//! A value shows what it is, and code that is compiled once writes it: as JSON, as the members of a request, for people.

use std::fmt;

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::values::extra::Extra;
use crate::values::record::{Label, Record, each_member};
use crate::values::union::{Union, each_of_union};
use crate::values::wire::Wire;

/// A value as JSON sees it.
pub enum View<'a> {
    /// Not there: as a member, it is not written.
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A whole number that is not negative.
    U64(u64),
    /// A number. A whole one is written without a fraction, as Graph does.
    F64(f64),
    /// A string.
    Str(&'a str),
    /// A string that was put together.
    Text(String),
    /// Free JSON.
    Json(&'a Value),
    /// An array.
    Array(&'a dyn Array),
    /// An object with names of its own choice.
    Map(&'a dyn Mapping),
    /// An object with declared members.
    Record(&'a dyn Record),
    /// An object that a tag distinguishes.
    Union(&'a dyn Union),
    /// Members that nothing declares.
    Extra(&'a Extra),
    /// The JSON text of a value that could not be read.
    Raw(&'a str),
}

/// The elements of an array.
pub trait Array {
    /// How many.
    fn len(&self) -> usize;

    /// Is there none?
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at this position.
    fn at(&self, index: usize) -> Option<&dyn Wire>;
}

/// The members of an object with names of its own choice.
pub trait Mapping {
    /// Gives one after the other.
    fn each(&self, take: &mut dyn FnMut(Name<'_>, Content<'_>));
}

/// What is under the name of a member.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// A value.
    Wire(&'a dyn Wire),
    /// A text that is always the same.
    Constant(&'static str),
    /// What no type declares. It may be a secret.
    Undeclared(&'a Value),
}

impl<'a> Content<'a> {
    /// The content as JSON sees it.
    pub fn view(self) -> View<'a> {
        match self {
            Self::Wire(value) => value.view(),
            Self::Constant(text) => View::Str(text),
            Self::Undeclared(value) => View::Json(value),
        }
    }
}

/// For people.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(value) => value.show(f),
            Self::Constant(text) => fmt::Debug::fmt(text, f),
            Self::Undeclared(_) => f.write_str("…"),
        }
    }
}

/// The name of a member.
#[derive(Clone, Copy)]
pub enum Name<'a> {
    /// One of a table.
    Label(Label),
    /// Another declared one.
    Declared(&'static str),
    /// Another one.
    Other(&'a str),
}

impl<'a> Name<'a> {
    /// The name.
    #[expect(clippy::match_same_arms, reason = "the two have lifetimes of their own")]
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Label(label) => label.name(),
            Self::Declared(name) => name,
            Self::Other(name) => name,
        }
    }
}

/// Whole numbers up to here, 2^53, have an exact `f64`; beyond it two of them share one.
pub(crate) const EXACT: u64 = 1 << 53;

/// The whole number that a number is, where it is one.
pub(crate) fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "2^53 is exact")]
    let exact = EXACT as f64;
    let negative_zero = number == 0.0 && number.is_sign_negative();
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    (number.fract() == 0.0 && number.abs() <= exact && !negative_zero).then_some(number as i64)
}

impl View<'_> {
    /// Is it not there?
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Gives the members of an object one after the other; none of anything else.
    pub(crate) fn each(&self, take: &mut dyn FnMut(Name<'_>, Content<'_>)) {
        match self {
            Self::Record(record) => each_member(*record, take),
            Self::Union(union) => each_of_union(*union, take),
            Self::Map(map) => map.each(take),
            Self::Extra(extra) => extra.iter().for_each(|(name, value)| take(Name::Other(name), Content::Undeclared(value))),
            _ => {}
        }
    }

    /// The members of an object, verbatim.
    pub(crate) fn members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        self.each(&mut |name, content| _ = members.insert(name.as_str().to_owned(), content.view().into_json()));
        members
    }

    /// The value as free JSON.
    pub(crate) fn into_json(self) -> Value {
        match self {
            Self::Absent => Value::Null,
            Self::Bool(value) => value.into(),
            Self::I64(value) => value.into(),
            Self::U64(value) => value.into(),
            Self::F64(value) => whole(value).map_or_else(|| value.into(), Value::from),
            Self::Str(text) => text.into(),
            Self::Text(text) => text.into(),
            Self::Json(value) => value.clone(),
            Self::Raw(text) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
            Self::Array(array) => elements(array).map(|element| element.view().into_json()).collect(),
            object => Value::Object(object.members()),
        }
    }
}

/// The elements of an array, one after the other.
pub(crate) fn elements(array: &dyn Array) -> impl Iterator<Item = &dyn Wire> {
    (0..array.len()).filter_map(|index| array.at(index))
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            View::Absent => serializer.serialize_unit(),
            View::Bool(value) => serializer.serialize_bool(value),
            View::I64(value) => serializer.serialize_i64(value),
            View::U64(value) => serializer.serialize_u64(value),
            View::F64(value) => match whole(value) {
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_f64(value),
            },
            View::Str(text) => serializer.serialize_str(text),
            View::Text(ref text) => serializer.serialize_str(text),
            View::Json(value) => value.serialize(serializer),
            View::Raw(text) => match serde_json::from_str::<&RawValue>(text) {
                Ok(raw) => raw.serialize(serializer),
                Err(_) => serializer.serialize_str(text),
            },
            View::Array(array) => {
                let mut seq = serializer.serialize_seq(Some(array.len()))?;
                for element in elements(array) {
                    seq.serialize_element(&element.view())?;
                }
                seq.end()
            }
            View::Map(_) | View::Record(_) | View::Union(_) | View::Extra(_) => object(self, serializer),
        }
    }
}

fn object<S: Serializer>(view: &View<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let mut error = None;
    let mut write = |name: Name<'_>, content: Content<'_>| {
        if error.is_none() {
            error = map.serialize_entry(name.as_str(), &content.view()).err();
        }
    };
    match view {
        // Without `dyn`: most objects are records.
        View::Record(record) => each_member(*record, &mut write),
        other => other.each(&mut write),
    }
    error.map_or_else(|| map.end(), Err)
}
