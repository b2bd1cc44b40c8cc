//! Values by the names that lead to them, whatever type holds them.

use std::borrow::Cow;

use crate::values::record::{self, Record};
use crate::values::view::View;
use crate::values::wire::Wire;

/// The declared member at a path, if it is there.
pub(crate) fn at<'a>(mut value: &'a dyn Wire, path: &[&str]) -> Option<&'a dyn Wire> {
    for name in path {
        let View::Record(record) = value.view() else { return None };
        value = member(record, name)?;
    }
    Some(value)
}

/// A declared member of a record, if it is there.
pub(crate) fn member<'a>(record: &'a dyn Record, name: &str) -> Option<&'a dyn Wire> {
    record::member(record, record.shape().position(name)?)
}

/// The text at a path; of a number its digits.
pub(crate) fn text_at<'a>(value: &'a dyn Wire, path: &[&str]) -> Option<Cow<'a, str>> {
    match at(value, path)?.view() {
        View::Str(text) => Some(Cow::Borrowed(text)),
        View::Text(text) => Some(Cow::Owned(text)),
        View::I64(number) => Some(Cow::Owned(number.to_string())),
        View::U64(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// The text at a path, where it is one.
pub(crate) fn str_at<'a>(value: &'a dyn Wire, path: &[&str]) -> Option<&'a str> {
    match at(value, path)?.view() {
        View::Str(text) => Some(text),
        _ => None,
    }
}

/// Unix seconds at a path, sent as a number or as a text.
pub(crate) fn seconds_at(value: &dyn Wire, path: &[&str]) -> Option<i64> {
    text_at(value, path)?.parse().ok()
}

/// Does what an event has have one of the values of each member? `*` is any value.
#[doc(hidden)]
pub fn fits(item: &dyn Wire, when: &[(&[&str], &[&str])]) -> bool {
    when.iter().all(|(path, values)| is_one_of(item, path, values))
}

/// Does a member have one of these values? `*` is any value.
pub(crate) fn is_one_of(value: &dyn Wire, path: &[&str], values: &[&str]) -> bool {
    match text_at(value, path) {
        Some(text) => values.iter().any(|one| *one == "*" || *one == text),
        None => values.contains(&"*") && at(value, path).is_some(),
    }
}
