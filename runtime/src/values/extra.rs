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
///
/// A declared member that came under another spelling of its name is not in here, but the spelling is remembered and used again.
#[derive(Clone, Default)]
pub struct Extra(Option<Box<Kept>>);

#[derive(Clone, Default)]
struct Kept {
    members: Map<String, Value>,
    /// Declared members that came under another name: the declared name, and that name.
    spellings: Vec<(&'static str, &'static str)>,
}

/// How a member was spelled makes no difference.
impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        let members = |extra: &Self| extra.0.as_ref().map(|kept| &kept.members).filter(|members| !members.is_empty()).cloned();
        members(self) == members(other)
    }
}

impl Extra {
    /// The value kept under `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.members.get(name)
    }

    /// Keeps `value` under `name`, instead of what was there.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.keep(name.into(), value.into());
    }

    /// Names and values in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|kept| kept.members.iter().map(|(name, value)| (name.as_str(), value)))
    }

    /// Is nothing kept, and no spelling remembered?
    pub(crate) fn is_nothing(&self) -> bool {
        self.0.is_none()
    }

    /// Is nothing kept?
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|kept| kept.members.is_empty())
    }

    /// How many members are kept.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |kept| kept.members.len())
    }

    fn keep(&mut self, name: String, value: Value) {
        self.0.get_or_insert_default().members.insert(name, value);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        let removed = self.0.as_mut()?.members.shift_remove(name);
        self.forget_nothing();
        removed
    }

    /// Without room for nothing.
    fn forget_nothing(&mut self) {
        if self.0.as_ref().is_some_and(|kept| kept.members.is_empty() && kept.spellings.is_empty()) {
            self.0 = None;
        }
    }

    /// Remembers that a declared member came under another spelling of its name, or that it did not.
    pub(crate) fn spell(&mut self, name: &'static str, spelling: Option<&'static str>) {
        if spelling.is_none() && self.spelling(name).is_none() {
            return;
        }
        let kept = self.0.get_or_insert_default();
        kept.spellings.retain(|(declared, _)| *declared != name);
        kept.spellings.extend(spelling.map(|spelling| (name, spelling)));
        self.forget_nothing();
    }

    /// The spelling under which a declared member came, if it is not the declared one.
    pub(crate) fn spelling(&self, name: &str) -> Option<&'static str> {
        self.0.as_ref()?.spellings.iter().find(|(declared, _)| *declared == name).map(|(_, spelling)| *spelling)
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(members: Map<String, Value>) -> Self {
        Self((!members.is_empty()).then(|| Box::new(Kept { members, spellings: Vec::new() })))
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
        assert!(extra.is_nothing() && extra.is_empty());
        assert_eq!(extra.remove("pin"), None);
    }

    #[test]
    fn what_is_kept_tells_two_apart_and_how_it_is_spelled_does_not() {
        let of = |value: i64| Extra::from(Map::from_iter([("pin".to_owned(), value.into())]));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_ne!(of(1), Extra::default());
        let mut spelled = of(1);
        spelled.spell("id", Some("number"));
        assert_eq!(spelled, of(1));
        assert!(!spelled.is_nothing());
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
