//! What a record holds beyond its declared fields.

use std::fmt;

use serde_json::{Map, Value};

use crate::values::decode::ReadOutcome;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::Wire;

/// Members of a JSON object that its Rust type does not declare, or whose value does not fit the declared type.
///
/// They are kept and encoded again unchanged. `Debug` prints their names only, since any value may be a secret.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Map<String, Value>>>);

impl Extra {
    /// The value kept under `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Keeps `value` under `name`, instead of what was there.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.keep(name.into(), value.into());
    }

    /// Names and values in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|map| map.iter().map(|(name, value)| (name.as_str(), value)))
    }

    /// Is nothing kept?
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|map| map.is_empty())
    }

    /// How many members are kept.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |map| map.len())
    }

    fn keep(&mut self, name: String, value: Value) {
        self.0.get_or_insert_default().insert(name, value);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        let removed = self.0.as_mut()?.shift_remove(name);
        // Nothing kept is one value, so that records are equal whatever happened to them on the way.
        if self.is_empty() {
            self.0 = None;
        }
        removed
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(members: Map<String, Value>) -> Self {
        Self((!members.is_empty()).then(|| Box::new(members)))
    }
}

impl Wire for Extra {
    fn view(&self) -> View<'_> {
        View::Extra(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::Object(members) => ReadOutcome::put(self, members.rest().into()),
            other => other.mismatch("an object"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn as_extra(&mut self) -> Option<&mut Self> {
        Some(self)
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_names_only() {
        let mut extra = Extra::default();
        extra.insert("pin", "212834");
        assert_eq!(format!("{extra:?}"), r#"{"pin"}"#);
    }

    #[test]
    fn what_is_emptied_is_equal_to_what_was_always_empty() {
        let mut extra = Extra::default();
        extra.insert("pin", "212834");
        assert_eq!(extra.remove("pin"), Some("212834".into()));
        assert_eq!(extra, Extra::default());
        assert_eq!(extra.remove("pin"), None);
    }

    #[test]
    fn members_stay_in_order() {
        let mut extra = Extra::default();
        extra.insert("b", 1);
        extra.insert("a", 2);
        extra.insert("c", 3);
        extra.remove("b");
        let names: Vec<_> = extra.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "c"]);
        assert_eq!(extra.len(), 2);
        assert!(extra.get("a").is_some() && extra.get("b").is_none());
    }
}
