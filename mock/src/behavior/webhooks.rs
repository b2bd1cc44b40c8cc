//! What Graph tells an app: statuses of messages, messages of users, reviews of templates.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages` and
//! `…/webhooks/reference/message_template_status_update`.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::messages::whatsapp_id;
use crate::{
    clock::Millis,
    world::{Message, Notice, Object, World},
};

/// The account of a number that was made on first use.
const ACCOUNT: &str = "102290129340398";

/// The number that users write to where there is none yet.
const NUMBER: &str = "106540352242922";

fn text<'o>(object: Option<&'o Object>, name: &str) -> Option<&'o str> {
    object?.fields.get(name).and_then(Value::as_str)
}

fn account_of(world: &World, number: &str) -> String {
    let account = world.object(number).and_then(|object| object.hidden.get("account")).and_then(Value::as_str);
    account.unwrap_or(ACCOUNT).to_owned()
}

/// The beginning of every value of the field `messages`.
fn messages(world: &World, number: &str) -> Map<String, Value> {
    let display = text(world.object(number), "display_phone_number").unwrap_or("15550783881");
    let digits: String = display.chars().filter(char::is_ascii_digit).collect();
    let mut value = Map::new();
    value.insert("messaging_product".into(), "whatsapp".into());
    value.insert("metadata".into(), json!({"display_phone_number": digits, "phone_number_id": number}));
    value
}

/// The user ID of a phone number: always the same. "Two letters for the country, a dot", and digits; the country is always the same here.
///
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids`.
fn user_id(wa_id: &str) -> String {
    let digits: String = Sha256::digest(wa_id).iter().take(16).map(|byte| char::from(b'0' + byte % 10)).collect();
    format!("US.{digits}")
}

/// A message has another status. Its time is when the webhook was triggered. "Contacts are left out of a message that failed", and so is the
/// user ID if it was sent to a phone number.
pub(super) fn status(world: &mut World, message: &Message, now: Millis) {
    if !world.listening {
        return;
    }
    let mut status =
        json!({"id": message.id, "status": message.status, "timestamp": now.div_euclid(1000).to_string(), "recipient_id": message.to});
    if let Some(error) = &message.error {
        status["errors"] = json!([error]);
    }
    if let Some(data) = &message.callback_data {
        status["biz_opaque_callback_data"] = data.clone();
    }
    let mut value = messages(world, &message.from);
    if message.error.is_none() && message.to.bytes().all(|byte| byte.is_ascii_digit()) {
        let user_id = user_id(&message.to);
        status["recipient_user_id"] = user_id.clone().into();
        value.insert("contacts".into(), json!([{"profile": {"name": "User"}, "wa_id": message.to, "user_id": user_id}]));
    }
    value.insert("statuses".into(), json!([status]));
    let account = account_of(world, &message.from);
    world.outbox.push_back(Notice { account, field: "messages", value: value.into() });
}

/// A user writes: any kind of message, with its members. The window to the user opens.
pub(crate) fn says(world: &mut World, id: String, user: &str, name: &str, number: Option<&str>, content: &Map<String, Value>, now: Millis) {
    let known = world.objects.iter().filter(|(_, object)| object.node.name == "WhatsAppBusinessPhoneNumber" && !object.deleted);
    let number = number.map(str::to_owned).or_else(|| known.map(|(id, _)| id.clone()).min()).unwrap_or_else(|| NUMBER.to_owned());
    let wa_id = whatsapp_id(user);
    world.windows.insert((number.clone(), wa_id.clone()), now);
    if !world.listening {
        return;
    }
    let user_id = user_id(&wa_id);
    let mut message = Map::new();
    message.insert("from".into(), wa_id.clone().into());
    message.insert("from_user_id".into(), user_id.clone().into());
    message.insert("id".into(), id.into());
    message.insert("timestamp".into(), now.div_euclid(1000).to_string().into());
    message.extend(content.clone());
    let mut value = messages(world, &number);
    value.insert("contacts".into(), json!([{"profile": {"name": name}, "wa_id": wa_id, "user_id": user_id}]));
    value.insert("messages".into(), json!([message]));
    let account = account_of(world, &number);
    world.outbox.push_back(Notice { account, field: "messages", value: value.into() });
}

/// A template was reviewed.
pub(super) fn reviewed(world: &mut World, id: &str) {
    let Some(template) = world.object(id).filter(|_| world.listening) else { return };
    let of = |name: &str| template.fields.get(name).cloned().unwrap_or_default();
    let account = template.hidden.get("account").and_then(Value::as_str).unwrap_or(ACCOUNT).to_owned();
    let number = id.parse::<u64>().map_or_else(|_| id.into(), Value::from);
    let value = json!({
        "event": of("status"), "message_template_id": number, "message_template_name": of("name"), "message_template_language": of("language"),
        "reason": of("rejected_reason"), "message_template_category": of("category"),
    });
    world.outbox.push_back(Notice { account, field: "message_template_status_update", value });
}
