//! Messages: taken, paced, sent, delivered, or failed later.

use serde_json::{Map, Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn};
use crate::{
    clock::Millis,
    failure::Failure,
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
    let to = turn.text("to");
    let user = turn.text("recipient").filter(|_| to.is_none());
    let input = to.clone().or_else(|| user.clone()).unwrap_or_default();
    let kind = turn.text("type").unwrap_or_else(|| "text".into());
    if turn.limited {
        paced(turn, &input)?;
    }
    if kind == "template" {
        super::templates::sendable(turn)?;
    }
    // Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids`: a user ID in `to` is answered with the
    // identifier of a message, and nothing is delivered.
    let is_ghost = to.as_deref().is_some_and(is_user_id);
    let group = turn.text("recipient_type").as_deref() == Some("group");
    let wa_id = if user.is_some() || group || is_ghost { input.clone() } else { whatsapp_id(&input) };
    let message = turn.ids.message(&wa_id);
    let answered = answer(&input, &wa_id, user.as_deref(), &message, &kind, group);
    let number = turn.world.remember(Message {
        id: message,
        from: id.clone(),
        to: wa_id.clone(),
        at: now,
        kind: kind.clone(),
        callback_data: turn.param("biz_opaque_callback_data"),
        status: "accepted",
        error: None,
    });
    if !is_ghost {
        let closed = match turn.world.windows.get(&(id, wa_id)) {
            Some(last) => now - last >= WINDOW,
            None => turn.strict,
        };
        let late = (closed && kind != "template" && !group).then(|| Failure::of(ErrorKind::ReEngagementMessage, None).in_status());
        let error = turn.world.failing.pop_front().or(late);
        if error.is_some() {
            turn.world.schedule(now + SENT, Event::Status { message: number, status: "failed", error });
        } else {
            turn.world.schedule(now + SENT, Event::Status { message: number, status: "sent", error: None });
            turn.world.schedule(now + DELIVERED, Event::Status { message: number, status: "delivered", error: None });
        }
    }
    Ok(Reply::of(answered))
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
        if !turn.world.count(&format!("pace/{id}"), now, 1000, usize::try_from(rate).unwrap_or(usize::MAX)) {
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

/// `US.13491208655302741918`.
fn is_user_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 3 && bytes.iter().take(2).all(u8::is_ascii_uppercase) && bytes.get(2) == Some(&b'.')
}

/// Whom a dialed number reaches: digits alone, without the 9 that Brazil added, with the 1 of Mexico and the 9 of Argentina.
/// Source: `github.com/chatwoot/chatwoot/issues/5840`, `/issues/14263`, `/issues/14926`.
pub(crate) fn whatsapp_id(dialed: &str) -> String {
    let digits: String = dialed.chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    match digits.len() {
        // Numbers of the area codes from 31 on kept eight digits in WhatsApp.
        13 if digits.starts_with("55") && part(4, 5) == "9" && part(2, 4) >= "31" => format!("{}{}", part(0, 4), part(5, 13)),
        12 if digits.starts_with("52") && part(2, 3) != "1" => format!("521{}", part(2, 12)),
        12 if digits.starts_with("54") && part(2, 3) != "9" => format!("549{}", part(2, 12)),
        _ => digits,
    }
}

/// A status comes: `failed` and `delivered` may come in either order, and the last counts.
pub(super) fn status(world: &mut World, now: Millis, number: u64, status: &'static str, error: Option<Value>) {
    if let Some(message) = world.message_mut(number) {
        message.status = status;
        message.error = error;
        let message = message.clone();
        super::webhooks::status(world, &message, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_that_is_dialed_is_not_the_identity() {
        for (dialed, wa_id) in [
            ("+55 51 99999-8888", "555199998888"),
            ("+55 11 99999-8888", "5511999998888"),
            ("+52 55 1234 5678", "5215512345678"),
            ("+54 11 2345-6789", "5491123456789"),
            ("+1 (650) 555-1234", "16505551234"),
        ] {
            assert_eq!(whatsapp_id(dialed), wa_id, "{dialed}");
        }
    }

    #[test]
    fn user_ids_are_recognized() {
        assert!(is_user_id("US.13491208655302741918"));
        assert!(!is_user_id("+16505551234") && !is_user_id("US"));
    }
}
