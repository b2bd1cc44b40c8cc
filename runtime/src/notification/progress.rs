//! States that follow each other, though their events come in any order.

use std::cmp::Ordering;

use crate::notification::event::{Placed, Webhooks};
use crate::notification::facts::ProgressInfo;
use crate::notification::look_up::{is_one_of, str_at};

/// The state that an event tells of, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State<'a> {
    /// What is in the state: a message, and in a group who of it.
    pub of: String,
    /// The state.
    pub state: &'a str,
}

/// What an event adds to what is known of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// It is the first, or the next: what was known is behind it.
    Forward,
    /// It was known.
    Repeated,
    /// It came late: what is known is further.
    Late,
    /// It and what is known exclude each other: there is no order between them.
    Conflict,
    /// It is in no order.
    Unordered,
}

/// The states of one thing, as far as events said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    seen: Vec<Box<str>>,
}

impl ProgressInfo {
    /// The order of two states: `None` where there is none, or one of them is not listed.
    pub fn compare(&self, one: &str, other: &str) -> Option<Ordering> {
        if one == other {
            return Some(Ordering::Equal);
        }
        if self.before(other)?.contains(&one) {
            Some(Ordering::Less)
        } else {
            self.before(one)?.contains(&other).then_some(Ordering::Greater)
        }
    }

    fn before(&self, state: &str) -> Option<&'static [&'static str]> {
        self.after.iter().find(|(known, _)| *known == state).map(|(_, before)| *before)
    }
}

impl Progress {
    /// Takes a state, and says what it adds.
    pub fn observe(&mut self, info: &ProgressInfo, state: &str) -> Step {
        if self.seen.iter().any(|seen| **seen == *state) {
            return Step::Repeated;
        }
        let known: Vec<Option<Ordering>> = self.seen.iter().map(|seen| info.compare(seen, state)).collect();
        self.seen.push(state.into());
        if info.before(state).is_none() {
            Step::Unordered
        } else if self.seen.iter().zip(&known).any(|(seen, order)| order.is_none() && info.before(seen).is_some()) {
            Step::Conflict
        } else if known.contains(&Some(Ordering::Greater)) {
            Step::Late
        } else {
            Step::Forward
        }
    }

    /// The states that no other known one is behind: one, or several that exclude each other.
    pub fn latest<'s>(&'s self, info: &'s ProgressInfo) -> impl Iterator<Item = &'s str> {
        let is_last = |state: &&str| self.seen.iter().all(|other| info.compare(state, other) != Some(Ordering::Less));
        self.seen.iter().map(|state| &**state).filter(is_last)
    }
}

impl<'a, F: Webhooks> Placed<'a, F> {
    /// The state that the event tells of, if it tells of one.
    pub fn state(&self) -> Option<State<'a>> {
        let info = F::INFO.progress.filter(|info| info.event == self.kind())?;
        if info.unless.iter().any(|(path, values)| is_one_of(self.item(), path, values)) {
            return None;
        }
        let (first, rest) = info.of.split_first()?;
        let mut of = str_at(self.item(), first)?.to_owned();
        for path in rest {
            if let Some(text) = str_at(self.item(), path) {
                of.push('/');
                of.push_str(text);
            }
        }
        Some(State { of, state: str_at(self.item(), info.state)? })
    }
}
