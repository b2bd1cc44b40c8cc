//! Which of several members an object is about: the one that came, which the tag confirms.

use crate::notification::look_up::{member, str_at};
use crate::values::record::Record;

/// The name of the alternative that an object has: of those that came the one that the tag names, else the first. Nothing: none came.
///
/// `names` are the members, in the order of the spec.
pub fn alternative(record: &dyn Record, tag: &str, names: &'static [&'static str]) -> Option<&'static str> {
    let tagged = member(record, tag).and_then(|tag| str_at(tag, &[]));
    let named = tagged.and_then(|tag| names.iter().copied().find(|name| *name == tag)).filter(|name| member(record, name).is_some());
    named.or_else(|| names.iter().copied().find(|name| member(record, name).is_some()))
}
