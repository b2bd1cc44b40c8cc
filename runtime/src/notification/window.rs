//! How long what is sent is free in form: a pure function over events.

use crate::notification::event::{Placed, Webhooks};
use crate::notification::facts::{Cause, EntryWindowInfo, WindowInfo};
use crate::notification::look_up::{at, fits, is_one_of, seconds_at};

/// What the events of a conversation say of how long what is sent is free in form. Times are Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// When it was last opened.
    pub opened: Option<i64>,
    /// Until when it is open, not included.
    pub until: Option<i64>,
    /// Until when an answer opens the other window, of price, if somebody came from where that is so and had no answer yet.
    pub answer_by: Option<i64>,
    /// Until when that one is open, not included. It makes nothing free in form.
    pub entry_until: Option<i64>,
}

impl Window {
    /// The window that the events of one person with one number leave, in whatever order they come. What is about somebody else is to be left out before
    /// ([`Placed::is_about`]).
    pub fn after<'a, F: Webhooks>(events: impl IntoIterator<Item = Placed<'a, F>>) -> Self {
        let Some(info) = F::INFO.window else { return Self::default() };
        let events: Vec<(Placed<'a, F>, i64)> =
            events.into_iter().filter_map(|event| event.unix_time().map(|time| (event, time))).collect();
        let mut window = Self::of_causes(info, &events);
        if let Some(entry) = &info.entry {
            window.take_entry(entry, &events);
        }
        window
    }

    fn of_causes<F: Webhooks>(info: &WindowInfo, events: &[(Placed<'_, F>, i64)]) -> Self {
        let opening = events.iter().filter(|(event, _)| info.opened_by.iter().any(|cause| is(event, cause)));
        let opened = opening.map(|(_, time)| *time).max();
        Self { opened, until: opened.and_then(|opened| plus(opened, info.lasts)), ..Self::default() }
    }

    fn take_entry<F: Webhooks>(&mut self, info: &EntryWindowInfo, events: &[(Placed<'_, F>, i64)]) {
        for (_, came) in events.iter().filter(|(event, _)| event.kind() == info.event && at(event.item(), info.from).is_some()) {
            let by = plus(*came, info.within);
            let answers = events.iter().filter(|(event, time)| is(event, &info.answer) && time >= came && Some(*time) <= by);
            match answers.min_by_key(|(_, time)| *time) {
                Some((answer, time)) => {
                    let stated = info.until.and_then(|path| seconds_at(answer.item(), path));
                    self.entry_until = self.entry_until.max(stated.or_else(|| plus(*time, info.lasts)));
                }
                None => self.answer_by = self.answer_by.max(by),
            }
        }
    }

    /// Is it open at that time, so that a message may be free in form?
    pub fn is_open_at(&self, unix: i64) -> bool {
        self.until.is_some_and(|until| unix < until)
    }
}

fn plus(unix: i64, seconds: u64) -> Option<i64> {
    unix.checked_add(i64::try_from(seconds).ok()?)
}

fn is<F: Webhooks>(event: &Placed<'_, F>, cause: &Cause) -> bool {
    event.kind() == cause.event
        && fits(event.item(), cause.when)
        && !cause.unless.iter().any(|(path, values)| is_one_of(event.item(), path, values))
}
