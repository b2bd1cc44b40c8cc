//! Faults on demand: which requests, how often, and what happens to them.

use std::time::Duration;

use bytes::Bytes;

use crate::{description::Error, routes::Site};

/// How often a fault happens to the requests that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Times {
    /// To the next so many.
    Next(u64),
    /// To each so-manieth: 3 is the third, the sixth, and so on.
    Every(u64),
    /// To all.
    Always,
}

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// An error of the spec.
    Fails(&'static Error),
    /// Any HTTP answer.
    Answers(u16, Vec<(String, String)>, Bytes),
    /// The connection is closed before the body of the request is read, so that nothing was done.
    ClosesUnread,
    /// The connection is closed after the request was carried out.
    ClosesAfter,
    /// The answer ends in its middle.
    Halves,
    /// The token has expired.
    Expires,
    /// Nothing but the delay.
    Delays,
}

#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) number: u64,
    /// Empty: every operation.
    pub(crate) operations: Vec<&'static str>,
    /// The identifier in the path.
    pub(crate) id: Option<String>,
    pub(crate) times: Times,
    pub(crate) effect: Effect,
    pub(crate) delay: Duration,
    /// How many requests it was for, and to how many it happened.
    pub(crate) seen: u64,
    pub(crate) hits: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    all: Vec<Fault>,
    numbered: u64,
}

/// What happens to one request.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) effect: Effect,
    pub(crate) delay: Duration,
}

impl Faults {
    pub(crate) fn add(&mut self, mut fault: Fault) -> u64 {
        self.numbered += 1;
        fault.number = self.numbered;
        self.all.push(fault);
        self.numbered
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.all
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut Fault> {
        self.all.iter_mut().find(|fault| fault.number == number)
    }

    pub(crate) fn remove(&mut self, number: u64) -> bool {
        let before = self.all.len();
        self.all.retain(|fault| fault.number != number);
        self.all.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.all.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The first fault that happens to a request of one of these operations; `unread` asks for those before the body is read alone, else for the others.
    pub(crate) fn hit(&mut self, sites: &[Site], id: Option<&str>, unread: bool) -> Option<Hit> {
        for fault in &mut self.all {
            let of = |name: &&str| sites.iter().any(|(_, operation)| operation.id == *name);
            let is_for = (fault.operations.is_empty() || fault.operations.iter().any(of))
                && fault.id.as_deref().is_none_or(|wanted| id == Some(wanted));
            if !is_for || matches!(fault.effect, Effect::ClosesUnread) != unread {
                continue;
            }
            fault.seen += 1;
            let happens = match fault.times {
                Times::Next(count) => fault.hits < count,
                Times::Every(nth) => nth > 0 && fault.seen.is_multiple_of(nth),
                Times::Always => true,
            };
            if happens {
                fault.hits += 1;
                return Some(Hit { effect: fault.effect.clone(), delay: fault.delay });
            }
        }
        None
    }
}
