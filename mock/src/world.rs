//! What the stand-in knows: objects by their identifiers, lists of edges, messages, tokens, counts.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

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
    /// The error that it is answered with, by its name.
    pub(crate) ended: Option<String>,
}

/// How many messages are remembered: the oldest are forgotten first.
pub(crate) const MESSAGES: usize = 4096;

/// A message that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) from: String,
    /// The number that `WhatsApp` knows, a user ID or a group.
    pub(crate) to: String,
    pub(crate) group: bool,
    pub(crate) at: Millis,
    pub(crate) kind: String,
    /// What statuses repeat of the request.
    pub(crate) callback_data: Option<Value>,
    /// The last status.
    pub(crate) status: &'static str,
    /// Why it failed.
    pub(crate) error: Option<Value>,
}

/// A person.
#[derive(Clone, Debug)]
#[allow(clippy::struct_field_names, reason = "it is the word of webhooks")]
pub(crate) struct User {
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) username: Option<String>,
    /// Webhooks show the user ID alone.
    pub(crate) hides_number: bool,
    /// How often the user ID changed.
    pub(crate) changes: u32,
}

/// What a webhook reports.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) account: String,
    /// The number that it is about.
    pub(crate) number: Option<String>,
    pub(crate) field: &'static str,
    pub(crate) value: Value,
    /// There was an address to send it to.
    pub(crate) heard: bool,
}

/// Where an app gets the webhooks of an object.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) url: String,
    pub(crate) verify_token: String,
    pub(crate) fields: Vec<String>,
}

/// What happens later.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A template was reviewed.
    Reviewed(String),
    /// A template is no longer paused.
    Unpaused(String),
    /// Customers see the username of a number.
    UsernameApproved(String),
    /// A group exists.
    GroupMade(Value),
    /// A message comes that was reported before and could not be read then.
    Said(Value),
    /// A call rings, or no one answered it.
    Call(Value),
    /// The status of a message, in a group of a participant.
    Status { message: u64, status: &'static str, participant: Option<String>, error: Option<Value> },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) objects: HashMap<String, Object>,
    /// Those that were made on first use, the oldest first.
    untouched: VecDeque<String>,
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
    /// People by the number that `WhatsApp` knows, or by the user ID where no number is known.
    pub(crate) users: BTreeMap<String, User>,
    /// Numbers and user IDs that reach no one any more.
    pub(crate) gone: BTreeSet<String>,
    /// The callback of a number or an account, and its token.
    pub(crate) overrides: BTreeMap<String, (String, String)>,
    /// By app and object.
    pub(crate) subscriptions: BTreeMap<(String, String), Subscription>,
    /// The accounts that the app is no longer subscribed to.
    pub(crate) ended: BTreeSet<String>,
    /// When a user last wrote to a number.
    pub(crate) windows: HashMap<(String, String), Millis>,
    /// Whether the app has a callback, and the webhooks that are to be sent.
    pub(crate) has_callback: bool,
    pub(crate) outbox: VecDeque<Notice>,
    /// What the next messages fail with, after they were taken.
    pub(crate) failing: VecDeque<Value>,
    due: BTreeMap<(Millis, u64), Event>,
    scheduled: u64,
    /// How many messages are no longer kept.
    pub(crate) forgotten: u64,
    /// When the messages to a user are paid back.
    pub(crate) pairs: HashMap<String, Millis>,
}

/// How many webhooks wait for an address, and how many are kept for which there is none.
pub(crate) const WAITING: usize = 1 << 16;
const UNHEARD: usize = 1000;

/// How many objects are kept that were only looked at.
const UNTOUCHED: usize = 4096;

/// How many pairs are kept before those that are paid back are forgotten.
const PAIRS: usize = 1 << 16;

impl World {
    /// Whether there is someone to send webhooks to.
    pub(crate) fn listening(&self) -> bool {
        self.has_callback || !self.overrides.is_empty() || !self.subscriptions.is_empty()
    }

    /// Keeps a webhook that is to be sent, the newest of those that no one could take yet.
    pub(crate) fn tell(&mut self, notice: Notice) {
        if self.outbox.len() >= if notice.heard { WAITING } else { UNHEARD } {
            self.outbox.pop_front();
        }
        self.outbox.push_back(notice);
    }

    pub(crate) fn object(&self, id: &str) -> Option<&Object> {
        self.objects.get(id).filter(|object| !object.deleted)
    }

    pub(crate) fn object_mut(&mut self, id: &str) -> Option<&mut Object> {
        self.objects.get_mut(id).filter(|object| !object.deleted)
    }

    pub(crate) fn put(&mut self, id: &str, node: &'static Node, fields: Map<String, Value>, written: bool) -> &mut Object {
        let object = Object { node, fields, hidden: Map::new(), written, deleted: false };
        self.objects.insert(id.to_owned(), object);
        if !written {
            self.untouched.push_back(id.to_owned());
            self.forget_untouched();
        }
        self.objects.entry(id.to_owned()).or_insert_with(|| Object {
            node,
            fields: Map::new(),
            hidden: Map::new(),
            written,
            deleted: false,
        })
    }

    /// Forgets the oldest of many that were looked at and are as the examples have them: they are made again as they were.
    fn forget_untouched(&mut self) {
        if self.untouched.len() <= UNTOUCHED {
            return;
        }
        let Some(oldest) = self.untouched.pop_front() else { return };
        if self.objects.get(&oldest).is_some_and(|object| !object.written && !object.deleted && object.hidden.is_empty()) {
            self.objects.remove(&oldest);
        }
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

    /// What is scheduled, in its order.
    pub(crate) fn scheduled(&self) -> impl Iterator<Item = (Millis, &Event)> {
        self.due.iter().map(|((at, _), event)| (*at, event))
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

    /// The number of the oldest message that is kept.
    pub(crate) fn first_message(&self) -> u64 {
        self.forgotten
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
