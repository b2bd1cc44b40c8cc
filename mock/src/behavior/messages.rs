//! Messages: taken, paced, sent, delivered, or failed later.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Map, Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, block_list, users};
use crate::{
    clock::Millis,
    failure::Failure,
    ids::Ids,
    world::{Event, Message, World},
};

/// For how long a user can be written to after they wrote: 24 hours.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages`.
const WINDOW: Millis = 24 * 3600 * 1000;

/// When the statuses of a message come, in milliseconds after it was taken. Meta publishes no figure.
const SENT: Millis = 200;
const DELIVERED: Millis = 600;

/// Takes a message. What is wrong with the recipient, or with the time, comes as a status.
pub(super) fn send(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let (id, now) = (turn.id.to_owned(), turn.now);
    // Source: `developers.facebook.com/docs/whatsapp/cloud-api/reference/registration`: registered before messages can be sent.
    if turn.object().hidden.get("registered") == Some(&false.into()) {
        return Err(Failure::of(ErrorKind::PhoneNumberNotRegistered, Some(turn.operation)));
    }
    // "If both are there, `to` counts."
    let to = turn.text("to");
    let user = turn.text("recipient").filter(|_| to.is_none());
    let input = to.clone().or_else(|| user.clone()).unwrap_or_default();
    let kind = turn.text("type").unwrap_or_else(|| "text".into());
    // Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids`: a user ID in `to` is answered with the
    // identifier of a message, and nothing is delivered.
    let is_ghost = to.as_deref().is_some_and(users::is_user_id);
    let group = turn.text("recipient_type").as_deref() == Some("group");
    let reached = if group || is_ghost { input.clone() } else { users::reached(turn.world, &input) };
    if !group && !is_ghost && turn.own_number().is_some_and(|own| own == reached) {
        return Err(Failure::of(ErrorKind::RecipientIsSender, Some(turn.operation)));
    }
    if block_list::has(turn.world, &id, &reached) {
        return Err(Failure::of(ErrorKind::BusinessBlockedUser, Some(turn.operation)));
    }
    if turn.limited {
        paced(turn, &reached)?;
    }
    if kind == "template" {
        super::templates::sendable(turn, user.is_some())?;
    }
    if group {
        super::group::sendable(turn, &input)?;
    }
    if kind == "interactive" {
        let interactive = turn.param("interactive").unwrap_or_default();
        if interactive.get("type").and_then(Value::as_str) == Some("call_permission_request") {
            super::calls::asks(turn, &reached)?;
        }
    }
    let message = new_id(turn.ids, &reached);
    let answered = answer(&input, &reached, user.as_deref(), &message, &kind, group);
    let number = turn.world.remember(Message {
        id: message,
        from: id.clone(),
        to: reached.clone(),
        group,
        at: now,
        kind: kind.clone(),
        callback_data: turn.param("biz_opaque_callback_data"),
        status: "accepted",
        error: None,
    });
    if is_ghost {
        return Ok(Reply::of(answered));
    }
    let late = if turn.world.gone.contains(&reached) {
        Some(ErrorKind::MessageUndeliverable)
    } else {
        (kind != "template" && !group && is_closed(turn.world, &id, &reached, now, turn.strict)).then_some(ErrorKind::ReEngagementMessage)
    };
    let error = turn.world.failing.pop_front().or_else(|| Some(in_status(&Failure::of(late?, None))));
    let status = |status: &'static str, participant: Option<String>, error: Option<Value>| Event::Status {
        message: number,
        status,
        participant,
        error,
    };
    if error.is_some() {
        turn.world.schedule(now + SENT, status("failed", None, error));
        return Ok(Reply::of(answered));
    }
    turn.world.schedule(now + SENT, status("sent", None, None));
    let members = if group { super::group::members(turn.world, &input) } else { Vec::new() };
    if members.is_empty() {
        turn.world.schedule(now + DELIVERED, status("delivered", None, None));
    }
    // "Groups: one identifier, one status, many people."
    for member in members {
        turn.world.schedule(now + DELIVERED, status("delivered", Some(member), None));
    }
    Ok(Reply::of(answered))
}

/// Whether a user can be written to with a template alone: the user wrote longer ago than the window, or never, as far as that is known.
pub(super) fn is_closed(world: &World, number: &str, user: &str, now: Millis, strict: bool) -> bool {
    world.windows.get(&(number.to_owned(), user.to_owned())).map_or(strict, |last| now - last >= WINDOW)
}

/// What the messages of a number are counted by.
pub(super) fn pace_of(number: &str) -> String {
    format!("pace/{number}")
}

/// The identifier of a message from or to a number: in a binary form it has the number, and eighteen hexadecimal digits.
/// Source: the identifiers of `developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages`.
pub(crate) fn new_id(ids: &mut Ids, number: &str) -> String {
    let mut bytes = vec![0x1d, 0x06, 0x0b];
    bytes.extend_from_slice(number.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, 0x11, 0x18, 0x12]);
    bytes.extend_from_slice(ids.hex(18).as_bytes());
    bytes.push(0);
    format!("wamid.{}", STANDARD_NO_PAD.encode(bytes))
}

/// What a status says of an error.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status`.
pub(super) fn in_status(failure: &Failure) -> Value {
    let title = failure.error.get("error_user_title").and_then(Value::as_str);
    let message = failure.message();
    let message = message.strip_prefix(&format!("(#{}) ", failure.code())).unwrap_or(message);
    let details = failure.error.get("error_data").and_then(|data| data.get("details")).and_then(Value::as_str).unwrap_or(message);
    json!({
        "code": failure.code(), "title": title.unwrap_or(message), "message": title.unwrap_or(message), "error_data": {"details": details},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}

fn answer(input: &str, wa_id: &str, user: Option<&str>, message: &str, kind: &str, group: bool) -> Value {
    let mut contact = Map::new();
    contact.insert("input".into(), input.into());
    match user {
        Some(user) => contact.insert("user_id".into(), user.into()),
        None => contact.insert("wa_id".into(), wa_id.into()),
    };
    let mut sent = Map::new();
    sent.insert("id".into(), message.into());
    if kind == "template" {
        sent.insert("message_status".into(), "accepted".into());
    }
    if group {
        sent.insert("group_id".into(), input.into());
    }
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]})
}

/// So many messages a second from a number, and to one user a burst that is paid back; the figures are those of the spec.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/throughput` and `…/about-the-platform`.
fn paced(turn: &mut Turn<'_>, to: &str) -> Result<(), Failure> {
    let (operation, id, now) = (turn.operation, turn.id, turn.now);
    let Some(pace) = &operation.pace else { return Ok(()) };
    if let Some((field, rates)) = pace.rate {
        let object = turn.object();
        let level =
            field.iter().try_fold(None::<&Value>, |at, name| Some(Some(at.map_or_else(|| object.fields.get(*name), |at| at.get(*name))?)));
        let level = level.flatten().and_then(Value::as_str).unwrap_or_default();
        let rate = rates.iter().find(|(value, _)| *value == level).or(rates.first()).map_or(u32::MAX, |(_, rate)| *rate);
        if !turn.world.count(&pace_of(id), now, 1000, usize::try_from(rate).unwrap_or(usize::MAX)) {
            return Err(Failure::of(ErrorKind::ThroughputLimitReached, Some(operation)));
        }
    }
    if let Some((_, burst, every)) = pace.pair {
        let every = Millis::try_from(every).unwrap_or(0) * 1000;
        if !turn.world.pair(&format!("{id}/{to}"), now, every, burst) {
            return Err(Failure::of(ErrorKind::PairLimitHit, Some(operation)));
        }
    }
    Ok(())
}

/// A status comes: `failed` and `delivered` may come in either order, and the last counts. After `read` nothing is less.
pub(super) fn status(world: &mut World, now: Millis, number: u64, status: &'static str, participant: Option<&str>, error: Option<Value>) {
    let Some(message) = world.message_mut(number) else { return };
    if message.status == "read" && error.is_none() {
        return;
    }
    message.status = status;
    message.error = error;
    let message = message.clone();
    super::webhooks::status(world, &message, participant, now);
}

/// A user reads what came. `delivered` does not come any more if it has not yet: "it may be missing when the message is read at once".
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status`.
pub(crate) fn reads(world: &mut World, user: &str, now: Millis) -> usize {
    let wa_id = users::reached(world, user);
    let first = world.first_message();
    let unread: Vec<u64> = (first..)
        .zip(&world.messages)
        .filter(|(_, message)| {
            message.to == wa_id && matches!(message.status, "accepted" | "sent" | "delivered") && !users::is_user_id(&message.to)
        })
        .map(|(number, _)| number)
        .collect();
    for number in &unread {
        status(world, now, *number, "read", None, None);
    }
    unread.len()
}
