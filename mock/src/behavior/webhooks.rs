//! What Graph tells an app: statuses of messages, messages of users, groups, templates, flows, usernames.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages`,
//! `…/webhooks/reference/message_template_status_update`, `…/webhooks/override`.

use serde_json::{Map, Value, json};
use whatsapp_graph::ErrorKind;

use super::users;
use crate::{
    clock::Millis,
    failure::Failure,
    world::{Event, Message, Notice, Object, World},
};

/// The account of a number that was made on first use.
const ACCOUNT: &str = "102290129340398";

/// The number that users write to where there is none yet.
const NUMBER: &str = "106540352242922";

fn text<'o>(object: Option<&'o Object>, name: &str) -> Option<&'o str> {
    object?.fields.get(name).and_then(Value::as_str)
}

pub(super) fn account_of(world: &World, id: &str) -> String {
    let account = world.object(id).and_then(|object| object.hidden.get("account")).and_then(Value::as_str);
    account.unwrap_or(ACCOUNT).to_owned()
}

/// Puts a webhook on its way, unless the app is not subscribed to the account.
pub(super) fn tell(world: &mut World, account: String, number: Option<&str>, field: &'static str, value: Value) {
    if !world.ended.contains(&account) {
        let heard = world.listening();
        world.tell(Notice { account, number: number.map(str::to_owned), field, value, heard });
    }
}

/// The beginning of every value about a number.
pub(super) fn messages(world: &World, number: &str) -> Map<String, Value> {
    let display = text(world.object(number), "display_phone_number").unwrap_or("15550783881");
    let digits: String = display.chars().filter(char::is_ascii_digit).collect();
    let mut value = Map::new();
    value.insert("messaging_product".into(), "whatsapp".into());
    value.insert("metadata".into(), json!({"display_phone_number": digits, "phone_number_id": number}));
    value
}

/// A message has another status. Its time is when the webhook was triggered. Contacts are there unless it failed, and a username not with `sent`.
pub(super) fn status(world: &mut World, message: &Message, participant: Option<&str>, now: Millis) {
    let mut status = json!({"id": message.id, "status": message.status, "timestamp": now.div_euclid(1000).to_string()});
    let to = if message.group { Some(message.to.clone()) } else { users::shown_number(world, &message.to) };
    if let Some(to) = to {
        status["recipient_id"] = to.into();
    }
    let failed = message.status == "failed";
    let person = participant.or((!message.group).then_some(message.to.as_str()));
    if message.group {
        status["recipient_type"] = "group".into();
    }
    if let Some(person) = person.filter(|_| !failed || users::is_user_id(&message.to)) {
        let prefix = if message.group { "recipient_participant" } else { "recipient" };
        if message.group
            && let Some(number) = users::shown_number(world, person)
        {
            status["recipient_participant_id"] = number.into();
        }
        if users::has_ids(now) {
            status[format!("{prefix}_user_id")] = users::id_of(world, person).into();
        }
    }
    if let Some(error) = &message.error {
        status["errors"] = json!([error]);
    }
    if let Some(data) = &message.callback_data {
        status["biz_opaque_callback_data"] = data.clone();
    }
    let mut value = messages(world, &message.from);
    if let Some(person) = person.filter(|_| !failed && users::has_ids(now)) {
        let mut contact = users::contact(world, person, now, true);
        if message.status == "sent"
            && let Some(Value::Object(profile)) = contact.get_mut("profile")
        {
            profile.shift_remove("username");
        }
        value.insert("contacts".into(), json!([contact]));
    }
    value.insert("statuses".into(), json!([status]));
    let account = account_of(world, &message.from);
    tell(world, account, Some(&message.from), "messages", value.into());
}

/// A user writes: any kind of message, with its members. The window to the user opens. What who is blocked writes does not come.
pub(crate) fn says(world: &mut World, id: &str, user: &str, number: Option<&str>, content: &Map<String, Value>, now: Millis) {
    let number = written_to(world, number);
    let (wa_id, _) = users::known(world, user);
    if super::block_list::has(world, &number, &wa_id) {
        return;
    }
    world.windows.insert((number.clone(), wa_id.clone()), now);
    // "Throughput counts inbound and outbound messages."
    // Source: `developers.facebook.com/documentation/business-messaging/whatsapp/throughput`.
    world.count(&super::messages::pace_of(&number), now, 1000, usize::MAX);
    if let Some(reply) = content.get("interactive").and_then(|interactive| interactive.get("call_permission_reply")) {
        super::calls::permits(world, &number, &wa_id, reply, now);
    }
    let unexplained = content.get("type").and_then(Value::as_str) == Some("unsupported") && !content.contains_key("errors");
    let explained = unexplained.then(|| unsupported(content, ErrorKind::UnsupportedMessageType));
    comes(world, id, &wa_id, &number, explained.as_ref().unwrap_or(content), now);
}

/// The number that a user writes to: the one that was named, else the first that is known.
pub(super) fn written_to(world: &World, number: Option<&str>) -> String {
    let known = world.objects.iter().filter(|(_, object)| object.node.name == "WhatsAppBusinessPhoneNumber" && !object.deleted);
    number.map(str::to_owned).or_else(|| known.map(|(id, _)| id.clone()).min()).unwrap_or_else(|| NUMBER.to_owned())
}

/// What an app cannot have, and why.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/unsupported`.
fn unsupported(content: &Map<String, Value>, why: ErrorKind) -> Map<String, Value> {
    let mut message = content.clone();
    message.insert("type".into(), "unsupported".into());
    message.insert("errors".into(), json!([super::messages::in_status(&Failure::of(why, None))]));
    message
}

/// How long after its ghost a message comes. No one publishes a figure.
const GHOST: Millis = 1000;

/// A user writes, and the message cannot be read yet: its ghost comes first, as `unsupported` with code 131060, and then the message itself, under
/// the same identifier. Two code bases report it of messages that come from advertisements; no page of Meta does.
pub(crate) fn says_late(world: &mut World, id: &str, user: &str, number: Option<&str>, content: &Map<String, Value>, now: Millis) {
    let number = written_to(world, number);
    says(world, id, user, Some(&number), &unsupported(&Map::new(), ErrorKind::Code131060), now);
    world.schedule(now + GHOST, Event::Said(json!({"id": id, "user": user, "number": number, "content": content})));
}

/// What could not be read before comes.
pub(super) fn said(world: &mut World, said: &Value, now: Millis) {
    let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default();
    let content = said.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
    says(world, text("id"), text("user"), Some(text("number")), &content, now);
}

/// A message of a user, or about one.
pub(super) fn comes(world: &mut World, id: &str, wa_id: &str, number: &str, content: &Map<String, Value>, now: Millis) {
    let mut message = Map::new();
    if let Some(from) = users::shown_number(world, wa_id) {
        message.insert("from".into(), from.into());
    }
    if users::has_ids(now) {
        message.insert("from_user_id".into(), users::id_of(world, wa_id).into());
    }
    message.insert("id".into(), id.into());
    message.insert("timestamp".into(), now.div_euclid(1000).to_string().into());
    message.extend(content.clone());
    let mut value = messages(world, number);
    value.insert("contacts".into(), json!([users::contact(world, wa_id, now, true)]));
    value.insert("messages".into(), json!([message]));
    let account = account_of(world, number);
    tell(world, account, Some(number), "messages", value.into());
}

/// Something happened to a group of a number.
pub(super) fn group(world: &mut World, number: &str, field: &'static str, id: &str, told: Map<String, Value>, now: Millis) {
    let mut event =
        Map::from_iter([("timestamp".to_owned(), Value::from(now.div_euclid(1000).to_string())), ("group_id".to_owned(), id.into())]);
    event.extend(told);
    let mut value = messages(world, number);
    value.insert("groups".into(), json!([event]));
    let account = account_of(world, number);
    tell(world, account, Some(number), field, value.into());
}

fn template(world: &World, id: &str) -> Option<(String, Map<String, Value>)> {
    let template = world.object(id)?;
    let account = template.hidden.get("account").and_then(Value::as_str).unwrap_or(ACCOUNT).to_owned();
    let of = |name: &str| template.fields.get(name).cloned().unwrap_or_default();
    let number = id.parse::<u64>().map_or_else(|_| id.into(), Value::from);
    let told = [("message_template_id", number), ("message_template_name", of("name")), ("message_template_language", of("language"))];
    Some((account, told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}

/// A template has another status; of pauses and ends there is a title.
pub(super) fn template_status(world: &mut World, id: &str, title: Option<&str>) {
    let Some((account, told)) = template(world, id) else { return };
    let of = |name: &str| world.object(id).and_then(|template| template.fields.get(name)).cloned().unwrap_or_default();
    let mut value = Map::from_iter([("event".to_owned(), of("status"))]);
    value.extend(told);
    value.insert("reason".into(), of("rejected_reason"));
    value.insert("message_template_category".into(), of("category"));
    if let Some(title) = title {
        value.insert("other_info".into(), json!({"title": title, "description": "How users rate what is sent with the template."}));
    }
    tell(world, account, None, "message_template_status_update", value.into());
}

/// A template has another quality.
pub(super) fn template_quality(world: &mut World, id: &str, before: &str, now: &str) {
    let Some((account, told)) = template(world, id) else { return };
    let mut value =
        Map::from_iter([("previous_quality_score".to_owned(), Value::from(before)), ("new_quality_score".to_owned(), Value::from(now))]);
    value.extend(told);
    tell(world, account, None, "message_template_quality_update", value.into());
}

/// A flow has another status.
pub(super) fn flow(world: &mut World, id: &str, before: &Value, now: &str) {
    let name = text(world.object(id), "name").unwrap_or_default();
    let before = before.as_str().unwrap_or_default();
    let value = json!({
        "event": "FLOW_STATUS_CHANGE", "message": format!("Flow {name} changed status from {before} to {now}"), "flow_id": id,
        "old_status": before, "new_status": now,
    });
    let account = account_of(world, id);
    tell(world, account, None, "flows", value);
}

/// The username of a number has another status; "absent if deleted".
pub(super) fn username(world: &mut World, number: &str, status: &str) {
    let display = text(world.object(number), "display_phone_number").unwrap_or_default();
    let digits: String = display.chars().filter(char::is_ascii_digit).collect();
    let mut value = json!({"display_phone_number": digits, "status": status});
    if let Some(name) = world.object(number).and_then(|object| object.hidden.get("username")) {
        value["username"] = name.clone();
    }
    let account = account_of(world, number);
    tell(world, account, None, "business_username_updates", value);
}

/// Where a notice goes in the place of the app's callbacks: to that of the number, else of the account.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override`.
pub(crate) fn override_of<'w>(world: &'w World, notice: &Notice) -> Option<&'w str> {
    let overridden = crate::tables::SPEC.webhooks.as_ref().is_some_and(|webhooks| webhooks.overridden.contains(&notice.field));
    let of = |id: &str| world.overrides.get(id).map(|(url, _)| url.as_str());
    if overridden { notice.number.as_deref().and_then(of).or_else(|| of(&notice.account)) } else { None }
}
