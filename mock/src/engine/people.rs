//! What users do.

use serde_json::{Map, Value};

use super::Inner;
use crate::behavior::{
    calls::{self, Doing},
    group, messages, users, webhooks,
};

impl Inner {
    /// A user sends a message, whose identifier it returns.
    pub(crate) fn says(&mut self, user: &str, number: Option<&str>, content: &Map<String, Value>) -> String {
        let (wa_id, _) = users::known(&mut self.world, user);
        let (id, now) = (messages::new_id(&mut self.ids, &wa_id), self.clock.now());
        webhooks::says(&mut self.world, &id, user, number, content, now);
        id
    }

    /// A user sends a message that cannot be read at first, and then itself, under one identifier, which it returns.
    pub(crate) fn says_late(&mut self, user: &str, number: Option<&str>, content: &Map<String, Value>) -> String {
        let (wa_id, _) = users::known(&mut self.world, user);
        let (id, now) = (messages::new_id(&mut self.ids, &wa_id), self.clock.now());
        webhooks::says_late(&mut self.world, &id, user, number, content, now);
        id
    }

    /// A user calls a number; the identifier of the call.
    pub(crate) fn calls(&mut self, user: &str, number: Option<&str>, sdp: Option<&str>) -> String {
        let now = self.clock.now();
        calls::comes(&mut self.world, &mut self.ids, user, number, sdp, now)
    }

    /// A user does something with a call; whether that can be done.
    pub(crate) fn does(&mut self, user: &str, call: &str, doing: Doing, sdp: Option<&str>) -> bool {
        let now = self.clock.now();
        calls::does(&mut self.world, user, call, doing, sdp, now)
    }

    /// A user has another number, or only another user ID.
    pub(crate) fn changes(&mut self, user: &str, number: Option<&str>) {
        let (wa_id, _) = users::known(&mut self.world, user);
        let (id, now) = (messages::new_id(&mut self.ids, &wa_id), self.clock.now());
        users::changes(&mut self.world, user, number, &id, now);
    }

    /// A user opens the link of a group.
    pub(crate) fn joins(&mut self, group: &str, user: &str) -> bool {
        let now = self.clock.now();
        group::joins(&mut self.world, &mut self.ids, group, user, now)
    }
}
