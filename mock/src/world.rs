//! What the stand-in knows: objects by their identifiers, lists of edges, messages, tokens, counts.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::{clock::Millis, description::Node};

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) node: &'static Node,
    /// What can be read of it.
    pub(crate) fields: Map<String, Value>,
    /// What cannot: PINs, codes, times.
    pub(crate) hidden: Map<String, Value>,
    /// Somebody created or changed it; else it is as the examples have it.
    pub(crate) written: bool,
    pub(crate) deleted: bool,
}

/// What a token may do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Token {
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) expires: Option<Millis>,
    pub(crate) revoked: bool,
}

/// How many messages are remembered: the oldest are forgotten first.
pub(crate) const MESSAGES: usize = 4096;

/// A message that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) at: Millis,
    pub(crate) kind: String,
    /// What statuses repeat of the request.
    pub(crate) callback_data: Option<Value>,
    /// The last status.
    pub(crate) status: &'static str,
    /// Why it failed.
    pub(crate) error: Option<Value>,
}

/// What a webhook reports.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) account: String,
    pub(crate) field: &'static str,
    pub(crate) value: Value,
}

/// What happens later.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A template was reviewed.
    Reviewed(String),
    /// The status of a message.
    Status { message: u64, status: &'static str, error: Option<Value> },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) objects: HashMap<String, Object>,
    /// By parent and edge, in the order of creation.
    pub(crate) edges: HashMap<String, BTreeMap<String, Vec<String>>>,
    /// What was written to an edge that has no objects of its own.
    pub(crate) documents: HashMap<(String, String), Value>,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) messages: VecDeque<Message>,
    /// Files by the identifier of the medium or session.
    pub(crate) files: HashMap<String, Bytes>,
    /// When counted calls were made, and until when a subject is blocked.
    pub(crate) calls: HashMap<String, VecDeque<Millis>>,
    pub(crate) blocked: HashMap<String, Millis>,
    /// When a user last wrote to a number.
    pub(crate) windows: HashMap<(String, String), Millis>,
    /// Whether there is someone to send webhooks to, and those that are to be sent.
    pub(crate) listening: bool,
    pub(crate) outbox: VecDeque<Notice>,
    /// What the next messages fail with, after they were taken.
    pub(crate) failing: VecDeque<Value>,
    due: BTreeMap<(Millis, u64), Event>,
    scheduled: u64,
    /// How many messages are no longer kept.
    forgotten: u64,
    /// When the messages to a user are paid back.
    pairs: HashMap<String, Millis>,
}

/// How many pairs are kept before those that are paid back are forgotten.
const PAIRS: usize = 1 << 16;

impl World {
    pub(crate) fn object(&self, id: &str) -> Option<&Object> {
        self.objects.get(id).filter(|object| !object.deleted)
    }

    pub(crate) fn object_mut(&mut self, id: &str) -> Option<&mut Object> {
        self.objects.get_mut(id).filter(|object| !object.deleted)
    }

    pub(crate) fn put(&mut self, id: &str, node: &'static Node, fields: Map<String, Value>, written: bool) -> &mut Object {
        let object = Object { node, fields, hidden: Map::new(), written, deleted: false };
        self.objects.insert(id.to_owned(), object);
        self.objects.entry(id.to_owned()).or_insert_with(|| Object {
            node,
            fields: Map::new(),
            hidden: Map::new(),
            written,
            deleted: false,
        })
    }

    pub(crate) fn link(&mut self, parent: &str, edge: &str, child: &str) {
        self.edges.entry(parent.to_owned()).or_default().entry(edge.to_owned()).or_default().push(child.to_owned());
    }

    /// What is on an edge and not deleted; nothing if nothing was ever written to it.
    pub(crate) fn children(&self, parent: &str, edge: &str) -> Option<Vec<&Object>> {
        let ids = self.edges.get(parent)?.get(edge)?;
        Some(ids.iter().filter_map(|id| self.object(id)).collect())
    }

    pub(crate) fn schedule(&mut self, at: Millis, event: Event) {
        self.scheduled += 1;
        self.due.insert((at, self.scheduled), event);
    }

    /// What is due, in its order.
    pub(crate) fn take_due(&mut self, now: Millis) -> Vec<Event> {
        let mut taken = Vec::new();
        while let Some(first) = self.due.first_entry().filter(|first| first.key().0 <= now) {
            taken.push(first.remove());
        }
        taken
    }

    /// Keeps a message, whose number it returns.
    pub(crate) fn remember(&mut self, message: Message) -> u64 {
        if self.messages.len() >= MESSAGES {
            self.messages.pop_front();
            self.forgotten += 1;
        }
        self.messages.push_back(message);
        self.forgotten + u64::try_from(self.messages.len()).unwrap_or(0) - 1
    }

    pub(crate) fn message_mut(&mut self, number: u64) -> Option<&mut Message> {
        let at = usize::try_from(number.checked_sub(self.forgotten)?).ok()?;
        self.messages.get_mut(at)
    }

    /// Whether one more fits into the pace of a pair: a burst, each of which takes so long to be paid back.
    pub(crate) fn pair(&mut self, pair: &str, now: Millis, every: Millis, burst: u32) -> bool {
        if self.pairs.len() >= PAIRS {
            self.pairs.retain(|_, paid| *paid > now);
        }
        let paid = self.pairs.get(pair).copied().unwrap_or(now).max(now);
        if paid - now > every * Millis::from(burst.saturating_sub(1)) {
            return false;
        }
        self.pairs.insert(pair.to_owned(), paid + every);
        true
    }

    /// Counts a call, unless there were `max` of them in the window.
    pub(crate) fn count(&mut self, subject: &str, now: Millis, window: Millis, max: usize) -> bool {
        let calls = self.calls.entry(subject.to_owned()).or_default();
        while calls.front().is_some_and(|at| *at <= now - window) {
            calls.pop_front();
        }
        if calls.len() >= max {
            return false;
        }
        calls.push_back(now);
        true
    }
}
