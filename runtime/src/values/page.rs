//! One page of a list, and the cursors to its neighbors.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::values::continuation::Continuation;
use crate::values::decode::ReadOutcome;
use crate::values::extra::Extra;
use crate::values::id::IdText;
use crate::values::record::{Member, Record, Shape};
use crate::values::redacted_url::RedactedUrl;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::{Wire, decode};

/// One page of a list. It may be shorter than the limit, or empty, and still have a successor.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What the page holds. Elements that Graph sends as `null` are left out.
    pub data: Vec<T>,
    /// Where the page is in its list.
    pub paging: Option<Paging>,
    /// What was asked for with the parameter `summary`: `{"total_count": 3}`.
    pub summary: Option<Value>,
    extra: Extra,
}

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
        Self { data, paging: None, summary: None, extra: Extra::default() }
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
        const { &Shape::of("Page", &[Member::List("data"), Member::Field("paging"), Member::Field("summary")]) }
    }

    fn member(&self, at: usize) -> Option<&dyn Wire> {
        match at {
            0 => self.data.present(),
            1 => self.paging.present(),
            2 => self.summary.present(),
            _ => Some(&self.extra),
        }
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

impl<T: Wire + Default> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        View::Record(self).serialize(serializer)
    }
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
}
