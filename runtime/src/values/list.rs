//! Lists of which one bad element does not cost the others.

use std::fmt;
use std::ops::Deref;
use std::slice;

use serde_json::Value;

use crate::values::decode::ReadOutcome;
use crate::values::kept::Kept;
use crate::values::token::{Elements, Token};
use crate::values::view::{Array, Content, View, elements};
use crate::values::wire::Wire;

/// Elements of one list that are kept one by one; of more than this the list is kept whole.
const MOST_KEPT: usize = 256;

/// A list of what could be read, as a slice, and of what could not, each element [kept](Self::kept) with its reason.
///
/// It is encoded unchanged: every element in its place. A value that is no list at all is kept too.
#[derive(Clone)]
pub struct List<T> {
    read: Vec<T>,
    /// Was there a list, an empty one perhaps?
    came: bool,
    kept: Option<Box<Misfits>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Misfits {
    /// By their position in the list, in its order.
    elements: Vec<(usize, Kept)>,
    /// What is in place of a list.
    whole: Option<Kept>,
}

impl<T> List<T> {
    /// What could not be read, in its order.
    pub fn kept(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter().flat_map(|kept| kept.whole.iter().chain(kept.elements.iter().map(|(_, kept)| kept)))
    }

    /// Was there a list, or something in its place?
    pub fn is_present(&self) -> bool {
        self.came
    }

    /// What could be read, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.read
    }

    /// What could be read and what could not.
    pub(crate) fn into_parts(self) -> (Vec<T>, Vec<Kept>) {
        let Misfits { elements, whole } = self.kept.map_or_else(Misfits::default, |kept| *kept);
        (self.read, whole.into_iter().chain(elements.into_iter().map(|(_, kept)| kept)).collect())
    }

    /// A list of both, what could not be read last.
    pub(crate) fn from_parts(read: Vec<T>, kept: Vec<Kept>) -> Self {
        let first = read.len();
        let elements: Vec<_> = kept.into_iter().enumerate().map(|(at, kept)| (first + at, kept)).collect();
        Self { read, came: true, kept: (!elements.is_empty()).then(|| Box::new(Misfits { elements, whole: None })) }
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { read: Vec::new(), came: false, kept: None }
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.read == other.read && self.kept == other.kept
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(read: Vec<T>) -> Self {
        Self { read, came: true, kept: None }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.read
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.read.iter()
    }
}

impl<T: Wire> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(elements(self).map(Content::Wire)).finish()
    }
}

impl<T: Wire> Array for List<T> {
    fn len(&self) -> usize {
        self.read.len() + self.kept.as_ref().map_or(0, |kept| kept.elements.len())
    }

    fn at(&self, index: usize) -> Option<&dyn Wire> {
        let Some(kept) = &self.kept else { return self.read.get(index).map(|element| element as &dyn Wire) };
        match kept.elements.binary_search_by_key(&index, |(at, _)| *at) {
            Ok(found) => kept.elements.get(found).map(|(_, kept)| kept as &dyn Wire),
            Err(before) => self.read.get(index - before).map(|element| element as &dyn Wire),
        }
    }
}

impl<T: Wire> List<T> {
    fn keep_whole(&mut self, kept: Kept) {
        self.read.clear();
        self.kept = Some(Box::new(Misfits { elements: Vec::new(), whole: Some(kept) }));
    }
}

/// A list without the type of its elements.
trait Growing: Array {
    fn grow(&mut self) -> &mut dyn Wire;
    fn shrink(&mut self);
    fn keep(&mut self, at: usize, kept: Kept) -> usize;
    fn give_up(&mut self, kept: Kept);
}

impl<T: Wire + Default> Growing for List<T> {
    fn grow(&mut self) -> &mut dyn Wire {
        let at = self.read.len();
        self.read.push(T::default());
        &mut self.read[at]
    }

    fn shrink(&mut self) {
        self.read.pop();
    }

    fn keep(&mut self, at: usize, kept: Kept) -> usize {
        let misfits = self.kept.get_or_insert_default();
        misfits.elements.push((at, kept));
        misfits.elements.len()
    }

    fn give_up(&mut self, kept: Kept) {
        self.keep_whole(kept);
    }
}

fn read_each(list: &mut dyn Growing, source: &mut dyn Elements) {
    let mut index = 0_usize;
    loop {
        let next = source.next(list.grow());
        if !matches!(next, Some(ReadOutcome::Yes)) {
            list.shrink();
        }
        match next {
            None => return,
            // Dropped: a `null` is nothing.
            Some(ReadOutcome::Null) => {}
            Some(ReadOutcome::Yes) => index += 1,
            Some(ReadOutcome::TypeMismatch(mismatch)) => {
                let kept = match source.unreadable() {
                    Some(text) => Kept::new(mismatch.why, text),
                    None => Kept::of(*mismatch),
                };
                if list.keep(index, kept) > MOST_KEPT {
                    let read = elements(list).map(|element| serde_json::to_string(&element.view()).unwrap_or_default());
                    let mut whole: Vec<String> = read.collect();
                    whole.extend(source.rest().iter().map(Value::to_string));
                    list.give_up(Kept::new(format!("more than {MOST_KEPT} elements could not be read"), format!("[{}]", whole.join(","))));
                    return;
                }
                index += 1;
            }
        }
    }
}

impl<T: Wire + Default> Wire for List<T> {
    fn view(&self) -> View<'_> {
        match &self.kept {
            Some(kept) if kept.whole.is_some() => kept.whole.as_ref().map_or(View::Absent, Wire::view),
            _ if self.came => View::Array(self),
            _ => View::Absent,
        }
    }

    fn present(&self) -> Option<&dyn Wire> {
        self.came.then_some(self as &dyn Wire)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        *self = Self { came: true, ..Self::default() };
        match token {
            Token::Array(source) => read_each(self, source),
            Token::Null => {
                self.came = false;
                return ReadOutcome::Null;
            }
            other => {
                if let ReadOutcome::TypeMismatch(mismatch) = other.mismatch("an array") {
                    self.keep_whole(Kept::of(*mismatch));
                }
            }
        }
        ReadOutcome::Yes
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn each_kept<'a>(&'a self, give: &mut dyn FnMut(&'a Kept)) {
        self.kept().for_each(&mut *give);
        self.read.iter().for_each(|element| element.each_kept(give));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::values::decode::Decoded;

    fn list(json: &str) -> List<i64> {
        match serde_json::from_str(json).unwrap() {
            Decoded::Value(list) => list,
            Decoded::Null => List::default(),
            Decoded::TypeMismatch(mismatch) => panic!("{}", mismatch.why),
        }
    }

    fn written(list: &List<i64>) -> Option<String> {
        list.present().map(|list| serde_json::to_string(&list.view()).unwrap())
    }

    #[test]
    fn an_element_that_does_not_fit_is_kept_in_its_place() {
        let list = list(r#"[1,"two",null,3,{"a":4}]"#);
        assert_eq!(*list, [1, 3]);
        let kept: Vec<_> = list.kept().map(|kept| (kept.reason(), kept.text())).collect();
        assert_eq!(
            kept,
            [("expected a whole number, found a string", "\"two\""), ("expected a whole number, found an object", r#"{"a":4}"#)]
        );
        assert_eq!(written(&list).unwrap(), r#"[1,"two",3,{"a":4}]"#);
        assert_eq!(format!("{:?}", List::from(vec![1, 3])), "[1, 3]");
    }

    #[test]
    fn what_is_no_list_is_kept_whole_and_what_did_not_come_is_not_written() {
        let odd = list(r#"{"a":1}"#);
        assert!(odd.is_present() && odd.is_empty());
        assert_eq!(written(&odd).unwrap(), r#"{"a":1}"#);
        assert_eq!(written(&list("[]")).unwrap(), "[]");
        let absent = list("null");
        assert!(!absent.is_present() && matches!(absent.view(), View::Absent));
        assert_eq!(written(&absent), None);
    }

    #[test]
    fn of_many_that_do_not_fit_the_list_is_kept_whole() {
        for (odd, whole) in [(MOST_KEPT, false), (MOST_KEPT + 1, true)] {
            let json = format!("[1,{}2]", r#""odd","#.repeat(odd));
            let list = list(&json);
            assert_eq!((list.kept().count() == 1, list.is_empty()), (whole, whole), "{odd}");
            assert_eq!(written(&list).unwrap(), json);
        }
    }

    #[test]
    fn what_is_kept_is_found_within_what_may_be_absent() {
        let (mut found, some) = (Vec::new(), Some(list(r#"[1,"a"]"#)));
        some.each_kept(&mut |kept| found.push(kept.text()));
        assert_eq!(found, [r#""a""#]);
        None::<List<i64>>.each_kept(&mut |kept| panic!("{kept:?}"));
    }

    #[test]
    fn lists_are_equal_by_all_that_they_hold() {
        assert_eq!(list("[1,2]"), List::from(vec![1, 2]));
        assert_ne!(list("[1,2]"), list("[1,3]"));
        assert_ne!(list(r#"[1,"a"]"#), list("[1]"));
        assert_ne!(list(r#"[1,"a"]"#), list(r#"[1,"b"]"#));
    }

    #[test]
    fn what_is_taken_apart_is_put_together_with_what_did_not_fit_last() {
        let (read, kept) = list(r#"["a",1,"b",2]"#).into_parts();
        assert_eq!((read.as_slice(), kept.len()), ([1, 2].as_slice(), 2));
        let mut list = List::from_parts(read, kept);
        list.as_mut_slice()[0] = 7;
        assert_eq!(written(&list).unwrap(), r#"[7,2,"a","b"]"#);
        assert_eq!(serde_json::to_value(list.view()).unwrap(), json!([7, 2, "a", "b"]));
    }
}
