//! What Graph does over time, by hand: a file a node, each rule with its source. What nothing is written for has the ways of
//! [`generic`]: what is created can be read, changed, listed and deleted.

pub(crate) mod account;
mod application;
mod block_list;
pub(crate) mod calls;
mod flow;
pub(crate) mod generic;
pub(crate) mod group;
pub(crate) mod media;
pub(crate) mod messages;
mod phone_number;
mod qr_code;
mod root;
pub(crate) mod templates;
mod username;
pub(crate) mod users;
pub(crate) mod webhooks;

use serde_json::{Map, Value, json};

use crate::{
    answers,
    clock::Millis,
    description::{Error, Moment, Node, Operation},
    failure::Failure,
    ids::Ids,
    journal::Origin,
    request::Call,
    world::{Event, Object, World},
};

/// One call, and everything that it can touch.
pub(crate) struct Turn<'t> {
    pub(crate) node: &'static Node,
    pub(crate) operation: &'static Operation,
    /// The identifier in the path; empty where there is none.
    pub(crate) id: &'t str,
    pub(crate) call: &'t Call,
    pub(crate) moment: Moment,
    pub(crate) now: Millis,
    pub(crate) world: &'t mut World,
    pub(crate) ids: &'t mut Ids,
    /// Where the stand-in can be reached.
    pub(crate) url: &'t str,
    pub(crate) limited: bool,
    /// Only what was put in exists.
    pub(crate) strict: bool,
}

/// What a call is answered with.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) origin: Origin,
}

impl Reply {
    pub(crate) fn of(body: Value) -> Self {
        Self { status: 200, body, origin: Origin::State }
    }

    pub(crate) fn success() -> Self {
        Self::of(json!({"success": true}))
    }
}

pub(crate) type Behavior = fn(&mut Turn<'_>) -> Result<Reply, Failure>;

/// The kind of limits in `X-Business-Use-Case-Usage`.
/// Source: `github.com/botpress/messaging/pull/676`; Meta's list has no kind for `WhatsApp`.
pub(crate) const USAGE: &str = "whatsapp";

/// What something is written for.
const WRITTEN: [(&str, Behavior); 64] = [
    ("Application.subscriptions.create", application::subscribe),
    ("Application.subscriptions.delete", application::unsubscribe),
    ("Application.subscriptions.read", application::subscriptions),
    ("Group.delete", group::delete),
    ("Group.invite_link.create", group::reset_link),
    ("Group.invite_link.delete", group::delete_link),
    ("Group.invite_link.read", group::read_link),
    ("Group.join_requests.create", group::approve),
    ("Group.join_requests.delete", group::reject),
    ("Group.join_requests.read", group::list_requests),
    ("Group.participants.delete", group::remove),
    ("Group.read", group::read),
    ("Group.update", group::update),
    ("Media.read", media::read),
    ("MessageTemplate.unpause.create", templates::unpause),
    ("MessageTemplate.update", templates::update),
    ("Root.debug_token.read", root::debug_token),
    ("UploadSession.read", media::read_session),
    ("UploadSession.update", media::send_session),
    ("WhatsAppBusinessAccount.flows.create", flow::create),
    ("WhatsAppBusinessAccount.message_templates.create", templates::create),
    ("WhatsAppBusinessAccount.message_templates.delete", templates::delete),
    ("WhatsAppBusinessAccount.message_templates.read", templates::list),
    ("WhatsAppBusinessAccount.phone_numbers.create", phone_number::create),
    ("WhatsAppBusinessAccount.subscribed_apps.create", account::subscribe),
    ("WhatsAppBusinessAccount.subscribed_apps.delete", account::unsubscribe),
    ("WhatsAppBusinessAccount.subscribed_apps.read", account::subscribed),
    ("WhatsAppBusinessPhoneNumber.block_users.create", block_list::block),
    ("WhatsAppBusinessPhoneNumber.block_users.delete", block_list::unblock),
    ("WhatsAppBusinessPhoneNumber.block_users.read", block_list::read),
    ("WhatsAppBusinessPhoneNumber.call_permissions.read", calls::permissions),
    ("WhatsAppBusinessPhoneNumber.calls.accept", calls::accept),
    ("WhatsAppBusinessPhoneNumber.calls.connect", calls::connect),
    ("WhatsAppBusinessPhoneNumber.calls.pre_accept", calls::pre_accept),
    ("WhatsAppBusinessPhoneNumber.calls.reject", calls::reject),
    ("WhatsAppBusinessPhoneNumber.calls.terminate", calls::terminate),
    ("WhatsAppBusinessPhoneNumber.contact_book.delete", users::forget),
    ("WhatsAppBusinessPhoneNumber.deregister.create", phone_number::deregister),
    ("WhatsAppBusinessPhoneNumber.groups.create", group::create),
    ("WhatsAppBusinessPhoneNumber.groups.read", group::list),
    ("WhatsAppBusinessPhoneNumber.marketing_messages.create", messages::send),
    ("WhatsAppBusinessPhoneNumber.media.create", media::upload),
    ("WhatsAppBusinessPhoneNumber.message_qrdls.create", qr_code::create),
    ("WhatsAppBusinessPhoneNumber.message_qrdls.item.delete", qr_code::delete),
    ("WhatsAppBusinessPhoneNumber.message_qrdls.item.read", qr_code::list),
    ("WhatsAppBusinessPhoneNumber.message_qrdls.read", qr_code::list),
    ("WhatsAppBusinessPhoneNumber.message_qrdls.update", qr_code::update),
    ("WhatsAppBusinessPhoneNumber.messages.create", messages::send),
    ("WhatsAppBusinessPhoneNumber.read", phone_number::read),
    ("WhatsAppBusinessPhoneNumber.register.create", phone_number::register),
    ("WhatsAppBusinessPhoneNumber.request_code.create", phone_number::request_code),
    ("WhatsAppBusinessPhoneNumber.update", phone_number::update),
    ("WhatsAppBusinessPhoneNumber.username.create", username::set),
    ("WhatsAppBusinessPhoneNumber.username.delete", username::delete),
    ("WhatsAppBusinessPhoneNumber.username.read", username::read),
    ("WhatsAppBusinessPhoneNumber.verify_code.create", phone_number::verify_code),
    ("WhatsAppBusinessPhoneNumber.whatsapp_business_profile.read", phone_number::read_profile),
    ("WhatsAppBusinessPhoneNumber.whatsapp_business_profile.update", phone_number::update_profile),
    ("WhatsAppFlow.assets.create", flow::upload),
    ("WhatsAppFlow.assets.read", flow::assets),
    ("WhatsAppFlow.delete", flow::delete),
    ("WhatsAppFlow.deprecate.create", flow::deprecate),
    ("WhatsAppFlow.publish.create", flow::publish),
    ("WhatsAppFlow.update", flow::update),
];

/// The behavior of an operation that something is written for.
pub(crate) fn of(operation: &str) -> Option<Behavior> {
    let at = WRITTEN.binary_search_by(|(id, _)| (*id).cmp(operation)).ok()?;
    WRITTEN.get(at).map(|(_, behavior)| *behavior)
}

/// Whether an error that comes with a status is of messages that the operation sends, and what the status then says.
pub(crate) fn fails_later(error: &'static Error, operation: Option<&Operation>) -> Option<Value> {
    const SENDING: [&str; 2] = ["WhatsAppBusinessPhoneNumber.marketing_messages.create", "WhatsAppBusinessPhoneNumber.messages.create"];
    let sends = operation.is_some_and(|operation| SENDING.contains(&operation.id));
    sends.then(|| messages::in_status(&Failure::documented(error, operation)))
}

/// Something that was due happens.
pub(crate) fn happens(world: &mut World, now: Millis, event: Event) {
    match event {
        Event::Reviewed(id) => templates::reviewed(world, &id),
        Event::Unpaused(id) => templates::unpaused(world, &id),
        Event::UsernameApproved(id) => username::approved(world, &id),
        Event::GroupMade(made) => group::made(world, &made, now),
        Event::Said(said) => webhooks::said(world, &said, now),
        Event::Call(call) => calls::happens(world, &call, now),
        Event::Status { message, status, participant, error } => {
            messages::status(world, now, message, status, participant.as_deref(), error);
        }
    }
}

/// What is answered about an object that was deleted, or was never there.
pub(crate) fn gone(node: &Node, method: &str, id: &str) -> Failure {
    if node.name == "Group" { group::unknown() } else { Failure::missing(method, id) }
}

impl Turn<'_> {
    /// The object of the path, made on first use.
    pub(crate) fn object(&mut self) -> &mut Object {
        let (id, node) = (self.id, self.node);
        if !self.world.objects.contains_key(id) {
            let fields = fresh(node, id, self.url);
            return self.world.put(id, node, fields, false);
        }
        self.world.objects.entry(id.to_owned()).or_insert_with(|| Object {
            node,
            fields: Map::new(),
            hidden: Map::new(),
            written: false,
            deleted: false,
        })
    }

    /// A parameter, read.
    pub(crate) fn param(&self, name: &str) -> Option<Value> {
        self.call.value(name).map(crate::request::Given::read)
    }

    /// A parameter as text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.param(name)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// The record of an object that no one created: as the examples show one.
pub(crate) fn fresh(node: &'static Node, id: &str, url: &str) -> Map<String, Value> {
    let mut record = Value::Object(answers::record(node));
    let shown: Vec<&str> =
        node.operations.iter().flat_map(|operation| operation.examples).filter_map(|example| example.ids.first().copied()).collect();
    answers::replace(&mut record, &shown, id, url);
    let mut fields = if let Value::Object(fields) = record { fields } else { Map::new() };
    if node.fields().iter().any(|field| field.name == "id") {
        fields.insert("id".into(), id.into());
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::SPEC;

    #[test]
    fn what_something_is_written_for_is_in_the_spec_and_sorted() {
        assert!(WRITTEN.is_sorted_by_key(|(id, _)| *id));
        for (id, _) in WRITTEN {
            assert!(SPEC.operations().any(|(_, operation)| operation.id == id), "the spec has no {id}");
        }
    }
}
