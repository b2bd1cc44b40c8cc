//! What was asked and answered, with a verdict on each request. The newest are kept: so many, and so many bytes of bodies.

use std::{collections::VecDeque, fmt, time::SystemTime};

use bytes::Bytes;
use graph_runtime::Version;

/// How many requests a journal keeps, and how many bytes of their bodies and answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) requests: usize,
    pub(crate) bytes: usize,
}

/// What the spec says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is as the spec has it.
    Fits,
    /// The spec does not know something in it, which Graph is not known to refuse.
    Noted(Vec<String>),
    /// Graph refuses it, for these reasons.
    Unfit(Vec<String>),
    /// The spec has no operation of this method and path.
    Unknown,
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// From what the stand-in knows: it was created, changed or counted.
    State,
    /// From an example of the spec: nothing behaves behind it.
    Example,
    /// It is an error.
    Error,
    /// A fault was asked for.
    Fault,
}

impl Origin {
    /// As the header `x-mock-answer` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Example => "example",
            Self::Error => "error",
            Self::Fault => "fault",
        }
    }
}

/// A request and its answer. Tokens and what is secret in a URL are masked; bodies are as they were sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// From 1, in the order of arrival.
    pub number: u64,
    /// When it arrived, by the stand-in's clock.
    pub at: SystemTime,
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The operation of the spec: `WhatsAppBusinessPhoneNumber.register.create`.
    pub operation: Option<&'static str>,
    /// The identifier in the path.
    pub id: Option<String>,
    /// What the spec says of it.
    pub verdict: Verdict,
    /// The HTTP status of the answer; 0 if the connection was closed without one.
    pub status: u16,
    /// Where the answer came from.
    pub origin: Origin,
    /// The version that answered.
    pub version: Version,
    /// The body of the request.
    pub body: Bytes,
    /// The body of the answer.
    pub answer: Bytes,
}

impl Exchange {
    /// The body of the request as JSON; null if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Without bodies, which may hold what is secret.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, method, target, operation, verdict, status, origin, .. } = self;
        write!(f, "#{number} {method} {target} ({}) -> {status} from {}, {verdict:?}", operation.unwrap_or("no operation"), origin.as_str())
    }
}

#[derive(Debug)]
pub(crate) struct Journal {
    bounds: Bounds,
    kept: VecDeque<Exchange>,
    bytes: usize,
    seen: u64,
}

impl Journal {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { bounds, kept: VecDeque::new(), bytes: 0, seen: 0 }
    }

    pub(crate) fn add(&mut self, mut exchange: Exchange) {
        self.seen += 1;
        exchange.number = self.seen;
        // A body is a part of what was read from the connection, and would hold all of it.
        for bytes in [&mut exchange.body, &mut exchange.answer] {
            *bytes = Bytes::copy_from_slice(bytes);
        }
        self.bytes += size(&exchange);
        self.kept.push_back(exchange);
        while self.kept.len() > self.bounds.requests || self.bytes > self.bounds.bytes {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= size(&oldest);
        }
    }

    pub(crate) fn kept(&self) -> impl Iterator<Item = &Exchange> {
        self.kept.iter()
    }

    /// How many were seen, and how many of them are no longer kept.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.seen, self.seen - u64::try_from(self.kept.len()).unwrap_or(u64::MAX).min(self.seen))
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.bounds);
    }
}

fn size(exchange: &Exchange) -> usize {
    let reasons = match &exchange.verdict {
        Verdict::Noted(reasons) | Verdict::Unfit(reasons) => reasons.iter().map(String::len).sum(),
        Verdict::Fits | Verdict::Unknown => 0,
    };
    exchange.body.len() + exchange.answer.len() + exchange.target.len() + reasons
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails should panic")]
mod tests {
    use super::*;

    fn exchange(body: Bytes) -> Exchange {
        Exchange {
            number: 0,
            at: SystemTime::UNIX_EPOCH,
            method: "POST".into(),
            target: "/".into(),
            operation: None,
            id: None,
            verdict: Verdict::Fits,
            status: 200,
            origin: Origin::State,
            version: Version(23, 0),
            body,
            answer: Bytes::new(),
        }
    }

    #[test]
    fn what_is_kept_holds_nothing_else() {
        let mut journal = Journal::new(Bounds { requests: 2, bytes: 100 });
        let read = Bytes::from(vec![1; 1 << 16]);
        journal.add(exchange(read.slice(..10)));
        let kept = journal.kept().next().unwrap();
        assert!(kept.body == read[..10] && kept.body.as_ptr() != read.as_ptr());
    }

    #[test]
    fn the_oldest_are_forgotten_and_counted() {
        let mut journal = Journal::new(Bounds { requests: 2, bytes: 100 });
        for length in [10, 20, 30] {
            journal.add(exchange(vec![0; length].into()));
        }
        assert_eq!((journal.kept().map(|kept| kept.number).collect::<Vec<_>>(), journal.counts()), (vec![2, 3], (3, 1)));
        journal.add(exchange(vec![0; 1000].into()));
        assert_eq!((journal.kept().count(), journal.counts()), (0, (4, 4)));
    }
}
