//! One page of a list, and the cursors to its neighbors.

use std::fmt;

use serde_core::de::{self, Deserialize, Deserializer};
use serde_core::ser::{Error as _, Serialize, Serializer};
use serde_json::{Error, Map, Value};

use crate::values::continuation::Continuation;
use crate::values::decode::ReadOutcome;
use crate::values::extra::Extra;
use crate::values::id::IdText;
use crate::values::record::{Label, Member, Record, Shape, give};
use crate::values::redacted_url::RedactedUrl;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::{Wire, decode};

/// One page of a list. It may be shorter than the limit, or empty, and still have a successor.
#[derive(Clone, PartialEq)]
pub struct Page<T> {
    /// What the page holds. Elements that Graph sends as `null` are left out.
    pub data: Vec<T>,
    /// Where the page is in its list.
    pub paging: Option<Paging>,
    /// What was asked for with the parameter `summary`: `{"total_count": 3}`.
    pub summary: Option<Value>,
    extra: Extra,
    /// Where the list was, and is written again.
    place: &'static [&'static str],
}

/// Where Graph's lists are, but for a few.
const USUAL: &[&str] = &["data"];

/// Where the list is of which the answer is the only item.
const ITEM: &[&str] = &[""];

impl<T> Page<T> {
    /// Is there a page after this one? Not when `data` is short, but when Graph names no next page, a list ends.
    pub fn has_next(&self) -> bool {
        self.paging.as_ref().is_some_and(Paging::has_next)
    }

    /// What to ask for the next page with. Nothing if there is none, or if Graph gives nothing to ask for it with.
    pub fn continuation(&self) -> Option<Continuation> {
        let paging = self.paging.as_ref().filter(|paging| paging.has_next())?;
        match self.next_cursor().filter(|cursor| !cursor.as_str().is_empty()) {
            Some(cursor) => Some(cursor.into()),
            None => Continuation::of_url(paging.next.as_ref()?.as_str()),
        }
    }

    /// The cursor to ask for the next page with, if there is a next page. Some lists have no cursors: [`continuation`](Self::continuation).
    pub fn next_cursor(&self) -> Option<&Cursor> {
        let paging = self.paging.as_ref().filter(|paging| paging.has_next())?;
        paging.cursors.as_ref()?.after.as_ref()
    }

    /// Members that this type does not declare, or whose value does not fit.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

/// The only page of a list.
impl<T> From<Vec<T>> for Page<T> {
    fn from(data: Vec<T>) -> Self {
        Self { data, paging: None, summary: None, extra: Extra::default(), place: USUAL }
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.data.into_iter()
    }
}

impl<T: Wire + Default> Record for Page<T> {
    fn shape(&self) -> &'static Shape {
        // `null` is an empty list, as some edges write it.
        const {
            &Shape::of(
                "Page",
                &[Member::List(Label(",\"data\":")), Member::Field(Label(",\"paging\":")), Member::Field(Label(",\"summary\":"))],
            )
        }
    }

    fn each<'a>(&'a self, to: &mut dyn FnMut(usize, &'a dyn Wire)) {
        give(&self.data, 0, to);
        give(&self.paging, 1, to);
        give(&self.summary, 2, to);
    }

    fn undeclared(&self) -> &Extra {
        &self.extra
    }

    fn place(&mut self, at: usize) -> &mut dyn Wire {
        match at {
            0 => &mut self.data,
            1 => &mut self.paging,
            2 => &mut self.summary,
            _ => &mut self.extra,
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data, paging, summary, extra, place: _ } = self;
        f.debug_struct("Page").field("data", data).field("paging", paging).field("summary", summary).field("extra", extra).finish()
    }
}

impl<T: Wire + Default> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.place {
            ["data"] => View::Record(self).serialize(serializer),
            [] => self.data.view().serialize(serializer),
            [""] => match &*self.data {
                [item] => item.view().serialize(serializer),
                _ => self.data.view().serialize(serializer),
            },
            place => elsewhere(self, place).map_err(S::Error::custom)?.serialize(serializer),
        }
    }
}

/// The page with its list where it was, among what was beside it.
fn elsewhere<T: Wire + Default>(page: &Page<T>, place: &[&str]) -> Result<Value, serde_json::Error> {
    let mut whole: Map<String, Value> = page.extra.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
    for (name, view) in [("paging", page.paging.present()), ("summary", page.summary.present())] {
        if let Some(value) = view {
            whole.insert(name.to_owned(), serde_json::to_value(value.view())?);
        }
    }
    let mut whole = Value::Object(whole);
    let mut at = &mut whole;
    for name in place {
        // `extra` is the caller's to change, and may have anything under the name.
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[*name];
    }
    *at = serde_json::to_value(page.data.view())?;
    Ok(whole)
}

impl<T: Wire + Default> Page<T> {
    /// Reads a page whose list is not in `data`: the members of the answer that lead to it, none if the answer is the list. A list that is
    /// found on the way is taken for it, as Graph writes an object without members.
    ///
    /// # Errors
    /// Those of serde: a text that is no JSON, an answer without the list, an item that does not fit.
    #[doc(hidden)]
    pub fn read_at(text: &str, place: &'static [&'static str]) -> Result<Self, serde_json::Error> {
        Self::read_at_or(text, place, &[])
    }

    /// The same; with `or` not empty, an object without the first of the members is the only item.
    ///
    /// # Errors
    /// As above.
    #[doc(hidden)]
    pub fn read_at_or(text: &str, place: &'static [&'static str], or: &[&str]) -> Result<Self, serde_json::Error> {
        let mut whole: Value = serde_json::from_str(text)?;
        let is_item = |members: &Map<String, Value>| !or.is_empty() && place.first().is_some_and(|first| !members.contains_key(*first));
        if whole.as_object().is_some_and(is_item) {
            let page = Map::from_iter([("data".to_owned(), Value::Array(vec![whole]))]);
            return Ok(Self { place: ITEM, ..Self::deserialize(Value::Object(page))? });
        }
        let (list, place) = taken(&mut whole, place).ok_or_else(|| wrong(&format!("{} is missing", place.join("."))))?;
        let mut usual = Map::from_iter([("data".to_owned(), list)]);
        let rest = if let Value::Object(rest) = whole { rest } else { Map::new() };
        // What is beside the list, under a name that the page has for it.
        let mut beside = None;
        for (name, value) in rest {
            if name == "data" {
                beside = Some(value);
            } else {
                usual.insert(name, value);
            }
        }
        let mut page = Self::deserialize(Value::Object(usual)).map_err(|error| {
            let why = error.to_string();
            match why.strip_prefix("Page: data") {
                Some(rest) => wrong(&format!("{}{rest}", place.join("."))),
                None => error,
            }
        })?;
        if let Some(beside) = beside.filter(|beside| beside.as_object().is_none_or(|members| !members.is_empty())) {
            page.extra.insert("data", beside);
        }
        page.place = place;
        Ok(page)
    }
}

/// Takes the list at the end of a path, or on the way there, and says where it was.
fn taken(whole: &mut Value, place: &'static [&'static str]) -> Option<(Value, &'static [&'static str])> {
    if whole.is_array() {
        return Some((whole.take(), &[]));
    }
    let mut at = whole;
    for (index, name) in place.iter().enumerate() {
        let members = at.as_object_mut()?;
        if index + 1 == place.len() || members.get(*name)?.is_array() {
            return Some((members.shift_remove(*name)?, place.get(..=index)?));
        }
        at = members.get_mut(*name)?;
    }
    // The answer was to be the list, and is none: that is for its reader to say.
    Some((at.take(), place))
}

/// An answer that is no page.
fn wrong(why: &str) -> Error {
    de::Error::custom(format_args!("Page: {why}"))
}

impl<'de, T: Wire + Default> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("Page", deserializer)
    }
}

/// Where a page is in its list.
#[derive(Clone, Default, PartialEq)]
pub struct Paging {
    /// The page's ends.
    pub cursors: Option<Cursors>,
    /// There is a page after this one. The URL is for show: it is never followed, and holds no token.
    pub next: Option<RedactedUrl>,
    /// There is a page before this one.
    pub previous: Option<RedactedUrl>,
    extra: Extra,
}

impl Paging {
    /// Is there a page after this one?
    pub fn has_next(&self) -> bool {
        self.next.as_ref().is_some_and(|next| !next.as_str().is_empty())
    }
}

crate::record!(Paging { 0 Field("cursors") => cursors, 1 Field("next") => next, 2 Field("previous") => previous });

/// The ends of a page.
#[derive(Clone, Default, PartialEq)]
pub struct Cursors {
    /// Ask for the page before this one with it.
    pub before: Option<Cursor>,
    /// Ask for the page after this one with it.
    pub after: Option<Cursor>,
    extra: Extra,
}

crate::record!(Cursors { 0 Field("before") => before, 1 Field("after") => after });

/// An opaque place in a list. Graph advises against storing cursors: an element may go, and its cursor with it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Cursor(IdText);

impl Cursor {
    /// The cursor as it travels.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Self {
        Self(IdText::text(text))
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(IdText::text(text))
    }
}

impl From<&Cursor> for Cursor {
    fn from(cursor: &Cursor) -> Self {
        cursor.clone()
    }
}

impl AsRef<str> for Cursor {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// Its length only: some cursors hold more than a place.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor([{} chars])", self.as_str().chars().count())
    }
}

impl Wire for Cursor {
    fn view(&self) -> View<'_> {
        self.0.view()
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::U64(_) | Token::Str(_) => self.0.read(token),
            other => other.mismatch("a cursor"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.view().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("Cursor", deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(json: &str) -> Result<Page<String>, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn null_data_is_an_empty_page_and_missing_data_is_an_error() {
        assert_eq!(page(r#"{"data":null}"#).unwrap().data, Vec::<String>::new());
        assert!(page("{}").unwrap_err().starts_with("Page: data is missing"));
        assert!(page("[]").unwrap_err().starts_with("Page: expected an object, found an empty array"));
    }

    #[test]
    fn an_element_that_does_not_fit_is_named() {
        let error = page(r#"{"data":["a",null,3]}"#).unwrap_err();
        assert!(error.starts_with("Page: data[2]: expected a string, found a number"), "{error}");
    }

    #[test]
    fn a_list_ends_where_no_next_page_is_named() {
        let last = page(r#"{"data":["a"],"paging":{"cursors":{"after":"Q"}}}"#).unwrap();
        assert!(!last.has_next() && last.next_cursor().is_none());
        let middle = r#"{"data":[],"paging":{"cursors":{"after":12},"next":"https://x/?access_token=EAAG"},"new":[1]}"#;
        let middle = page(middle).unwrap();
        assert_eq!(middle.next_cursor().unwrap().as_str(), "12");
        assert_eq!(
            serde_json::to_string(&middle).unwrap(),
            r#"{"data":[],"paging":{"cursors":{"after":12},"next":"https://x/?access_token=[masked]"},"new":[1]}"#
        );
    }

    #[test]
    fn a_cursor_shows_its_length_only() {
        assert_eq!(format!("{:?}", Cursor::from("QVFIUmx1WTBp")), "Cursor([12 chars])");
    }

    const NESTED: &[&str] = &["data", "groups"];

    fn at(place: &'static [&'static str], json: &str) -> Result<Page<String>, String> {
        Page::read_at(json, place).map_err(|error| error.to_string())
    }

    #[test]
    fn an_answer_may_be_the_only_item() {
        let read = |json: &str| Page::<Paging>::read_at_or(json, USUAL, &["item"]).map_err(|error| error.to_string());
        for json in [r#"{"next":"https://x/"}"#, r#"{"data":[{"next":"https://x/"}]}"#, r#"{"data":[]}"#, r#"[{"next":"https://x/"}]"#] {
            assert_eq!(serde_json::to_value(read(json).unwrap()).unwrap(), serde_json::from_str::<Value>(json).unwrap(), "{json}");
        }
        let mut page = read(r#"{"next":"https://x/"}"#).unwrap();
        assert_eq!((page.data.len(), page.has_next(), page.extra().len()), (1, false, 0));
        page.data.push(Paging::default());
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"[{"next":"https://x/"},{}]"#, "more than one item is a list");
        assert!(read("3").is_err());
        assert_eq!(read(r#"{"data":{}}"#).unwrap_err(), "Page: data: expected an array, found an object");
    }

    #[test]
    fn a_list_elsewhere_is_written_where_it_was() {
        for (place, json) in [
            (NESTED, r#"{"paging":{"cursors":{"after":"Q"},"next":"https://x/?after=Q"},"data":{"groups":["a","b"]}}"#),
            (NESTED, r#"{"data":{"total":2,"groups":["a"]},"more":1}"#),
            (NESTED, r#"{"data":["a"]}"#),
            (NESTED, r#"["a"]"#),
            (&["participants"], r#"{"data":3,"participants":["a"]}"#),
            (&["participants"], r#"{"participants":[]}"#),
            (&[], r#"["a","b"]"#),
        ] {
            let page = at(place, json).unwrap();
            let written: Value = serde_json::to_value(&page).unwrap();
            assert_eq!(written, serde_json::from_str::<Value>(json).unwrap(), "{json}");
        }
    }

    #[test]
    fn what_is_beside_a_list_elsewhere_is_kept() {
        let page = at(NESTED, r#"{"data":{"total":2,"groups":["a"]},"more":1}"#).unwrap();
        assert_eq!(page.data, ["a"]);
        assert_eq!(page.extra().get("data"), Some(&serde_json::json!({"total": 2})));
        assert_eq!(page.extra().len(), 2);
        for empty in [r#"{"data":{"groups":[]}}"#, r#"{"data":{"groups":null}}"#] {
            let page = at(NESTED, empty).unwrap();
            assert!(page.data.is_empty() && page.extra().is_empty(), "{empty}");
        }
    }

    #[test]
    fn what_was_put_in_the_way_of_a_list_gives_way() {
        let mut page = at(NESTED, r#"{"data":{"groups":["a"]}}"#).unwrap();
        page.extra.insert("data", 3);
        assert_eq!(serde_json::to_value(&page).unwrap(), serde_json::json!({"data": {"groups": ["a"]}}));
    }

    #[test]
    fn what_is_wrong_in_a_list_elsewhere_is_named_by_its_place() {
        for (place, json, expected) in [
            (NESTED, r#"{"data":{}}"#, "Page: data.groups is missing"),
            (NESTED, "{}", "Page: data.groups is missing"),
            (NESTED, r#"{"data":{"groups":["a",3]}}"#, "Page: data.groups[1]: expected a string, found a number"),
            (&["participants"], r#"{"participants":[3]}"#, "Page: participants[0]: expected a string, found a number"),
            (&[], "[3]", "Page: [0]: expected a string, found a number"),
        ] {
            assert_eq!(at(place, json).unwrap_err(), expected, "{json}");
        }
        assert!(at(&[], r#"{"a":1}"#).is_err());
        assert!(at(NESTED, "[").is_err());
    }
}
