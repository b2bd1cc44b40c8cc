//! Where a list goes on.

use std::fmt;
use std::str::FromStr;

use crate::encoding::percent::{Pairs, decoded};
use crate::values::page::Cursor;

/// By what lists go on, the best first. With a cursor nothing else is needed.
const PARAMS: [&str; 5] = ["after", "offset", "__after_id", "until", "since"];

/// What the next page of a list is asked for with: a cursor or, in lists that have none, an offset, the last element or a time.
///
/// As text it is `after=QVFIU…`, in which form it can be stored. Graph advises against storing it for long: an element may go, and its cursor
/// with it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Continuation(Vec<(&'static str, String)>);

impl Continuation {
    /// What the URL of the next page says. Of its query only the parameters by which lists go on are read: the URL holds a token.
    pub(crate) fn of_url(url: &str) -> Option<Self> {
        let (_, query) = url.split_once('?')?;
        Self::of_query(query.split('#').next()?)
    }

    fn of_query(query: &str) -> Option<Self> {
        let pairs: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decoded(name), value)).collect();
        let found = PARAMS.iter().filter_map(|param| {
            let (_, value) = pairs.iter().find(|(name, value)| name == param && !value.is_empty())?;
            Some((*param, decoded(value).into_owned()))
        });
        let mut found: Vec<_> = found.collect();
        if let Some(("after", _)) = found.first() {
            found.truncate(1);
        }
        (!found.is_empty()).then_some(Self(found))
    }

    /// The parameters and their values.
    pub fn params(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

impl From<Cursor> for Continuation {
    fn from(cursor: Cursor) -> Self {
        Self(vec![("after", cursor.as_str().to_owned())])
    }
}

impl From<&Cursor> for Continuation {
    fn from(cursor: &Cursor) -> Self {
        cursor.clone().into()
    }
}

/// The form in which it is stored.
impl fmt::Display for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        let mut pairs = Pairs::new(&mut text);
        self.params().for_each(|(name, value)| pairs.pair(name, value));
        f.pad(&text)
    }
}

/// Names only: some cursors hold more than a place.
impl fmt::Debug for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Continuation({})", self.0.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))
    }
}

impl FromStr for Continuation {
    type Err = ParseContinuationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::of_query(text).ok_or(ParseContinuationError)
    }
}

/// A text is no [`Continuation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseContinuationError;

impl fmt::Display for ParseContinuationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a continuation looks like `after=QVFIU`, with one of the parameters {}", PARAMS.join(", "))
    }
}

impl std::error::Error for ParseContinuationError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_url_only_the_place_is_taken() {
        for (url, expected) in [
            ("https://g.example/v1.0/1/x?access_token=EAAG&limit=25&offset=1", Some("offset=1")),
            ("https://g.example/1/x?access_token=EAAG&after=Q%3D%3D&offset=1&since=3", Some("after=Q%3D%3D")),
            ("/1/x?__after_id=enc_A&limit=1", Some("__after_id=enc_A")),
            ("/1/x?since=1&until=2#after=3", Some("until=2&since=1")),
            ("/1/x?after=&offset=5", Some("offset=5")),
            ("/1/x?access_token=EAAG&limit=25", None),
            ("/1/x?after", None),
            ("/1/x", None),
            ("", None),
        ] {
            let found = Continuation::of_url(url);
            assert_eq!(found.as_ref().map(ToString::to_string).as_deref(), expected, "{url}");
            assert_eq!(found.as_ref().map(|found| found.to_string().parse()), found.clone().map(Ok), "{url}");
        }
    }

    #[test]
    fn nothing_of_it_is_shown_by_accident() {
        assert_eq!(format!("{:?}", Continuation::from(Cursor::from("secret"))), "Continuation(after)");
    }

    #[test]
    fn a_text_that_is_none_is_refused() {
        for text in ["", "after=", "limit=5", "QVFIU"] {
            let error = text.parse::<Continuation>().unwrap_err();
            assert!(error.to_string().contains("after, offset, __after_id, until, since"), "{text}");
        }
    }
}
