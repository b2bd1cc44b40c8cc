//! Which of a record's fixed fields have been read, and what to say when one has not.

use serde_json::Value;

use crate::values::decode::{TypeMismatch, under};
use crate::values::extra::Extra;

/// The part of reading a record that does not depend on the record's type.
pub(crate) struct RequiredMembers {
    required: &'static [&'static str],
    /// One bit a fixed field. Fields beyond the 128th are not watched.
    read: u128,
    mismatches: Vec<(usize, String)>,
}

impl RequiredMembers {
    pub(crate) fn new(required: &'static [&'static str]) -> Self {
        Self { required, read: 0, mismatches: Vec::new() }
    }

    /// A field has the member `name`.
    #[inline]
    pub(crate) fn took(&mut self, name: &str, extra: &mut Extra) {
        // Of most members there is nothing to forget and nothing to remember.
        if extra.is_empty() && !self.required.contains(&name) {
            return;
        }
        if let Some(index) = self.forget(name, extra) {
            self.read |= 1 << index;
        }
    }

    /// No field has the member `name`.
    pub(crate) fn missed(&mut self, name: &str, mismatch: Option<TypeMismatch>, extra: &mut Extra) {
        let fixed = self.forget(name, extra);
        if let Some(TypeMismatch { value, why }) = mismatch {
            self.mismatches.extend(fixed.map(|index| (index, why)));
            extra.insert(name, value);
        }
    }

    /// Of a member that comes twice, the last one counts. Which fixed field it is.
    fn forget(&mut self, name: &str, extra: &mut Extra) -> Option<usize> {
        if !extra.is_empty() {
            extra.remove(name);
        }
        let index = self.required.iter().position(|required| *required == name).filter(|index| *index < 128)?;
        self.read &= !(1 << index);
        self.mismatches.retain(|(at, _)| *at != index);
        Some(index)
    }

    /// Why the record cannot be had, if it cannot.
    pub(crate) fn complaint(&self) -> Option<String> {
        if let Some((index, why)) = self.mismatches.first() {
            return Some(under(self.required[*index], why));
        }
        self.absent().next().map(|name| format!("{name} is missing"))
    }

    /// The record as Graph sent it: its JSON without the fixed fields that Rust filled with a default.
    pub(crate) fn as_it_came(&self, mut record: Value) -> Value {
        if let Value::Object(map) = &mut record {
            for name in self.absent() {
                map.shift_remove(name);
            }
        }
        record
    }

    fn absent(&self) -> impl Iterator<Item = &'static str> {
        let mismatch = |index: usize| self.mismatches.iter().any(|(at, _)| *at == index);
        self.required
            .iter()
            .enumerate()
            .take(128)
            .filter(move |(index, _)| self.read & (1 << index) == 0 && !mismatch(*index))
            .map(|(_, name)| *name)
    }
}
