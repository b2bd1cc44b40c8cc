//! Webhooks on their way: callbacks, what goes to them, and what they answered.
//!
//! Source of the rules of delivery: `developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview` and
//! `developers.facebook.com/docs/graph-api/webhooks/getting-started`.

use std::{borrow::Cow, collections::VecDeque};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    clock::Millis,
    tables::SPEC,
    world::{Notice, WAITING},
};

/// An address that webhooks go to.
#[derive(Clone, Debug)]
pub(crate) struct Callback {
    pub(crate) url: String,
    /// What signs them; without one they are not signed.
    pub(crate) secret: Option<String>,
    pub(crate) verify_token: String,
    /// The handshake succeeded.
    pub(crate) verified: bool,
    /// Only these fields; nothing: all.
    pub(crate) fields: Option<Vec<String>>,
}

impl Callback {
    /// What of this goes there.
    pub(crate) fn takes<'n>(&self, notices: &'n [Notice]) -> Cow<'n, [Notice]> {
        match &self.fields {
            None => notices.into(),
            Some(fields) => notices.iter().filter(|notice| fields.iter().any(|field| field == notice.field)).cloned().collect(),
        }
    }
}

/// How webhooks are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deliveries {
    /// Each is delivered twice.
    pub twice: bool,
    /// Those that are due at one time are delivered in the opposite order.
    pub backwards: bool,
    /// At most so many are in one request.
    pub together: usize,
}

impl Default for Deliveries {
    fn default() -> Self {
        Self { twice: false, backwards: false, together: 1 }
    }
}

/// A request to a callback, or to be made to all.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) notices: Vec<Notice>,
    /// The callback of a number or an account; nothing: those of the app.
    pub(crate) to: Option<String>,
    /// From when on it is delivered.
    pub(crate) at: Millis,
    pub(crate) attempt: u32,
}

/// A webhook that was delivered, or was to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivered {
    /// From 1, in the order of delivery.
    pub number: u64,
    /// The callback; empty if there was none.
    pub url: String,
    /// From 1: how often it was tried; 0 if there was no callback.
    pub attempt: u32,
    /// What was sent.
    pub body: Bytes,
    /// The signature, as in `X-Hub-Signature-256`.
    pub signature: Option<String>,
    /// The HTTP status of the answer; 0 if there was none.
    pub status: u16,
    pub(crate) notices: Vec<Notice>,
    pub(crate) to: Option<String>,
}

/// How many deliveries are remembered.
const KEPT: usize = 1000;

/// How often a webhook is tried. Meta tries for 36 hours or 7 days: its pages disagree.
pub(crate) const ATTEMPTS: u32 = 8;

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) callbacks: Vec<Callback>,
    pub(crate) how: Deliveries,
    pub(crate) parcels: VecDeque<Parcel>,
    pub(crate) done: VecDeque<Delivered>,
    /// What signs webhooks to an address that was set by a call.
    pub(crate) secret: Option<String>,
    delivered: u64,
}

impl Outbox {
    /// Takes notices, each with its callback, as requests.
    pub(crate) fn take(&mut self, mut all: Vec<(Option<String>, Notice)>, now: Millis) {
        if self.how.backwards {
            all.reverse();
        }
        let mut parcels: Vec<Parcel> = Vec::new();
        for (to, notice) in all {
            match parcels.iter_mut().rfind(|parcel| parcel.to == to).filter(|parcel| parcel.notices.len() < self.how.together.max(1)) {
                Some(parcel) => parcel.notices.push(notice),
                None => parcels.push(Parcel { notices: vec![notice], to, at: now, attempt: 1 }),
            }
        }
        for parcel in parcels {
            if self.how.twice {
                self.parcels.push_back(parcel.clone());
            }
            self.parcels.push_back(parcel);
        }
        let too_many = self.parcels.len().saturating_sub(WAITING);
        self.parcels.drain(..too_many);
    }

    /// What signs webhooks to an address that was set by a call: the secret of the app, else that of its first callback.
    pub(crate) fn signing(&self) -> Option<String> {
        self.secret.clone().or_else(|| self.callbacks.iter().find_map(|callback| callback.secret.clone()))
    }

    /// Nothing was delivered, and nothing is to be. Callbacks stay.
    pub(crate) fn clear(&mut self) {
        (self.how, self.delivered) = (Deliveries::default(), 0);
        self.parcels.clear();
        self.done.clear();
    }

    /// The next that is due; one to the app only if a callback of it was verified.
    pub(crate) fn due(&mut self, now: Millis, verified: bool) -> Option<Parcel> {
        let at = self.parcels.iter().position(|parcel| parcel.at <= now && (verified || parcel.to.is_some()))?;
        self.parcels.remove(at)
    }

    /// Whether a callback of the app answered the handshake.
    pub(crate) fn is_verified(&self) -> bool {
        self.callbacks.iter().any(|callback| callback.verified)
    }

    /// It was not taken by all: "retries go to all apps subscribed". It is cut anew, one request for each notice.
    pub(crate) fn again(&mut self, parcel: Parcel, now: Millis) {
        if parcel.attempt >= ATTEMPTS {
            return;
        }
        let at = now + (1000 << parcel.attempt.min(20));
        for notice in parcel.notices {
            self.parcels.push_back(Parcel { notices: vec![notice], to: parcel.to.clone(), at, attempt: parcel.attempt + 1 });
        }
    }

    pub(crate) fn remember(&mut self, mut delivered: Delivered) {
        self.delivered += 1;
        delivered.number = self.delivered;
        if self.done.len() >= KEPT {
            self.done.pop_front();
        }
        self.done.push_back(delivered);
    }
}

/// The body of a request: an entry for each account, whose time is when it is sent.
pub(crate) fn body(notices: &[Notice], now: Millis) -> Bytes {
    let mut entries: Vec<(&str, Vec<Value>)> = Vec::new();
    for notice in notices {
        let change = json!({"value": notice.value, "field": notice.field});
        match entries.iter_mut().find(|(account, _)| *account == notice.account) {
            Some((_, changes)) => changes.push(change),
            None => entries.push((&notice.account, vec![change])),
        }
    }
    let time = now.div_euclid(1000);
    let entries: Vec<Value> =
        entries.into_iter().map(|(account, changes)| json!({"id": account, "time": time, "changes": changes})).collect();
    let object = SPEC.webhooks.as_ref().map_or("", |webhooks| webhooks.object);
    escaped(&json!({"object": object, "entry": entries}).to_string()).into()
}

/// As Graph writes JSON: what is not ASCII is `\uXXXX`, in lowercase.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(account: &str, text: &str) -> Notice {
        Notice { account: account.into(), number: None, field: "messages", value: json!({"a": text}), heard: true }
    }

    #[test]
    fn what_is_not_ascii_is_escaped() {
        let body = body(&[notice("1", "é😀")], 5000);
        assert_eq!(&body[..], br#"{"object":"whatsapp_business_account","entry":[{"id":"1","time":5,"changes":[{"value":{"a":"\u00e9\ud83d\ude00"},"field":"messages"}]}]}"#);
    }

    #[test]
    fn what_was_not_taken_is_cut_anew() {
        let mut outbox = Outbox { how: Deliveries { together: 2, ..Deliveries::default() }, ..Outbox::default() };
        outbox.callbacks.push(Callback { url: "http://a".into(), secret: None, verify_token: String::new(), verified: true, fields: None });
        outbox.take(vec![(None, notice("1", "a")), (None, notice("1", "b")), (None, notice("2", "c"))], 0);
        assert_eq!(outbox.parcels.len(), 2);
        if let Some(parcel) = outbox.due(0, true) {
            outbox.again(parcel, 0);
        }
        assert_eq!(
            outbox.parcels.iter().map(|parcel| (parcel.notices.len(), parcel.attempt)).collect::<Vec<_>>(),
            [(1, 1), (1, 2), (1, 2)]
        );
        assert!(outbox.due(0, true).is_some() && outbox.due(1999, true).is_none() && outbox.due(2000, true).is_some());
    }
}
