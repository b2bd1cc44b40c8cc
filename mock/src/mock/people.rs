//! People: who write to numbers, read, change and join, and who review and rate templates.

use serde_json::{Value, json};

use super::Mock;
use crate::{
    behavior::{
        calls::{self, Doing},
        messages, templates, users,
    },
    world,
};

/// A user of `WhatsApp`.
#[derive(Debug)]
#[must_use = "the user has done nothing yet"]
pub struct User<'m> {
    mock: &'m Mock,
    number: String,
    to: Option<String>,
}

impl<'m> User<'m> {
    pub(super) fn new(mock: &'m Mock, number: &str) -> Self {
        Self { mock, number: number.to_owned(), to: None }
    }

    fn is(self, change: impl FnOnce(&mut world::User)) -> Self {
        change(users::known(&mut self.mock.engine.lock().world, &self.number).1);
        self
    }

    /// The name in the profile.
    pub fn named(self, name: &str) -> Self {
        self.is(|user| name.clone_into(&mut user.name))
    }

    /// The username, which webhooks show.
    pub fn username(self, username: &str) -> Self {
        self.is(|user| user.username = Some(username.to_owned()))
    }

    /// Webhooks show the user ID alone, and not the number.
    pub fn hides_number(self) -> Self {
        self.is(|user| user.hides_number = true)
    }

    /// Whom the user writes to, by the identifier of the number; else to the first number that is known.
    pub fn to(mut self, number: &str) -> Self {
        self.to = Some(number.to_owned());
        self
    }

    /// The user writes a text. The service window opens, and a webhook is sent. Returns the identifier of the message.
    pub fn says(self, text: &str) -> String {
        self.sends(&json!({"type": "text", "text": {"body": text}}))
    }

    /// The user sends a message of any kind, which has the members of an object: `{"type": "reaction", "reaction": {…}}`. Returns its identifier.
    pub fn sends(self, content: &Value) -> String {
        let content = content.as_object().cloned().unwrap_or_default();
        self.mock.engine.lock().says(&self.number, self.to.as_deref(), &content)
    }

    /// The user writes a text that cannot be read at first: it comes as `unsupported` with code 131060, and a second later itself, under the same
    /// identifier, which it returns.
    pub fn says_late(self, text: &str) -> String {
        let content = json!({"type": "text", "text": {"body": text}});
        let content = content.as_object().cloned().unwrap_or_default();
        self.mock.engine.lock().says_late(&self.number, self.to.as_deref(), &content)
    }

    /// The user allows calls, for seven days or until that is taken back. Returns the identifier of the message that says so.
    pub fn allows_calls(self, permanently: bool) -> String {
        self.replies(true, permanently)
    }

    /// The user does not allow calls, or no longer. Returns the identifier of the message that says so.
    pub fn refuses_calls(self) -> String {
        self.replies(false, false)
    }

    fn replies(self, allows: bool, permanently: bool) -> String {
        let mut inner = self.mock.engine.lock();
        let content = calls::reply(allows, permanently, inner.clock.now());
        inner.says(&self.number, self.to.as_deref(), &content)
    }

    /// The user calls. Returns the identifier of the call, `wacid.…`.
    pub fn calls(self) -> String {
        self.mock.engine.lock().calls(&self.number, self.to.as_deref(), None)
    }

    /// The user accepts a call of the business. Whether there is such a call, and it can be; as below.
    #[expect(clippy::must_use_candidate, reason = "it is done for its effect")]
    pub fn accepts_call(self, id: &str) -> bool {
        self.does(id, Doing::Accepts)
    }

    /// The user rejects a call of the business.
    #[expect(clippy::must_use_candidate, reason = "it is done for its effect")]
    pub fn rejects_call(self, id: &str) -> bool {
        self.does(id, Doing::Rejects)
    }

    /// The user ends a call.
    #[expect(clippy::must_use_candidate, reason = "it is done for its effect")]
    pub fn hangs_up(self, id: &str) -> bool {
        self.does(id, Doing::HangsUp)
    }

    fn does(self, id: &str, doing: Doing) -> bool {
        self.mock.engine.lock().does(&self.number, id, doing, None)
    }

    /// The user reads every message that was sent to them; how many there were.
    #[expect(clippy::must_use_candidate, reason = "it is done for its effect")]
    pub fn reads(self) -> usize {
        let mut inner = self.mock.engine.lock();
        let now = inner.clock.now();
        messages::reads(&mut inner.world, &self.number, now)
    }

    /// The user has another number, and with it another user ID: what is sent to those of before fails later. Whom the user wrote to gets a message of
    /// the type `system`.
    pub fn changes_number(self, number: &str) {
        self.mock.engine.lock().changes(&self.number, Some(number));
    }

    /// The user has another user ID, and the same number.
    pub fn changes_user_id(self) {
        self.mock.engine.lock().changes(&self.number, None);
    }

    /// The user opens the link of a group: is in it, or asks to be. Whether there is such a group, and the user may.
    #[expect(clippy::must_use_candidate, reason = "it is done for its effect")]
    pub fn joins(self, group: &str) -> bool {
        self.mock.engine.lock().joins(group, &self.number)
    }

    /// The user ID.
    pub fn user_id(self) -> String {
        users::known(&mut self.mock.engine.lock().world, &self.number).1.user_id.clone()
    }
}

/// A template.
#[derive(Debug)]
#[must_use = "nothing happened to the template yet"]
pub struct TemplateOf<'m> {
    pub(super) mock: &'m Mock,
    pub(super) id: String,
}

#[expect(clippy::must_use_candidate, reason = "it is done for its effect")]
impl TemplateOf<'_> {
    /// It is approved now. Whether there is such a template, as below.
    pub fn approve(self) -> bool {
        templates::decide(&mut self.mock.engine.lock().world, &self.id, "APPROVED", None).unwrap_or(false)
    }

    /// It is rejected, for a reason such as `INVALID_FORMAT`.
    pub fn reject(self, reason: &str) -> bool {
        templates::decide(&mut self.mock.engine.lock().world, &self.id, "REJECTED", Some(reason)).unwrap_or(false)
    }

    /// Users rate it: `GREEN`, `YELLOW` or `RED`. A red one is paused for three hours, the next time for six, and then disabled.
    pub fn rate(self, quality: &str) -> bool {
        let mut inner = self.mock.engine.lock();
        let now = inner.clock.now();
        templates::rated(&mut inner.world, &self.id, quality, now)
    }
}
