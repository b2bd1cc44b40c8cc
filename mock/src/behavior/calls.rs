//! Calls by voice: somebody calls, and the other side accepts, rejects or hangs up; and whether a user allows calls.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/calling/reference`, `…/calling/user-call-permissions`,
//! `…/calling/business-initiated-calls`.

use serde_json::{Map, Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, generic, messages, users, webhooks};
use crate::{
    clock::Millis,
    failure::Failure,
    ids::Ids,
    world::{Event, World},
};

const HOUR: Millis = 3600 * 1000;
const DAY: Millis = 24 * HOUR;

/// How long a temporary permission holds: "7 days".
const TEMPORARY: Millis = 7 * DAY;

/// How often a user can be asked: "once in 24 hours and twice in 7 days".
const ASKED: [(&str, Millis, usize); 2] = [("PT24H", DAY, 1), ("P7D", 7 * DAY, 2)];

/// How many calls with one user can be connected in 24 hours, and how many calls of a number can be in progress.
const CONNECTED: usize = 100;
const AT_ONCE: usize = 1000;

/// "Four unanswered calls revoke the permission."
const UNANSWERED: u64 = 4;

/// How long a call waits: "for 30 to 60 seconds". After how long the device of a user rings no page says.
const WAITS: Millis = 60 * 1000;
const RINGS: Millis = 200;

const CALLS: &str = "calls";
const PERMISSIONS: &str = "call_permissions";

/// A session description that is one, and leads nowhere.
const SDP: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// What a user does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Calls,
    Accepts,
    Rejects,
    HangsUp,
}

impl Doing {
    /// By the name that the action of a number has.
    pub(crate) fn of(name: &str) -> Result<Self, &'static str> {
        match name {
            "connect" => Ok(Self::Calls),
            "accept" => Ok(Self::Accepts),
            "reject" => Ok(Self::Rejects),
            "terminate" => Ok(Self::HangsUp),
            _ => Err("`action` is connect, accept, reject or terminate"),
        }
    }
}

/// The message of a user who allows calls, until that is taken back or for seven days, or does not.
pub(crate) fn reply(allows: bool, permanently: bool, now: Millis) -> Map<String, Value> {
    let mut reply = json!({"response": if allows { "accept" } else { "reject" }, "response_source": "user_action"});
    if permanently {
        reply["is_permanent"] = true.into();
    } else if allows {
        reply["expiration_timestamp"] = (now + TEMPORARY).div_euclid(1000).into();
    }
    let interactive = json!({"type": "call_permission_reply", "call_permission_reply": reply});
    Map::from_iter([("type".to_owned(), Value::from("interactive")), ("interactive".to_owned(), interactive)])
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn calls<'w>(world: &'w World, number: &str) -> Option<&'w Map<String, Value>> {
    world.documents.get(&(number.to_owned(), CALLS.to_owned()))?.as_object()
}

fn document<'w>(world: &'w mut World, number: &str, edge: &str) -> &'w mut Value {
    world.documents.entry((number.to_owned(), edge.to_owned())).or_insert_with(|| json!({}))
}

/// What a user said of calls from a number; nothing if nothing is known of it.
fn permission<'w>(world: &'w World, number: &str, user: &str) -> Option<&'w Value> {
    world.documents.get(&(number.to_owned(), PERMISSIONS.to_owned()))?.get(user)
}

/// `temporary`, `permanent` or `no_permission`, and until when.
fn standing(permission: Option<&Value>, now: Millis) -> (&'static str, Option<Millis>) {
    let until = permission.and_then(|permission| permission.get("until")).and_then(Value::as_i64);
    match permission.map(|permission| text(permission, "status")) {
        Some("permanent") => ("permanent", None),
        Some("temporary") if until.is_some_and(|until| now < until) => ("temporary", until),
        _ => ("no_permission", None),
    }
}

/// How many counted calls were made in a time, and when the first of them is over.
fn used(world: &World, subject: &str, now: Millis, window: Millis) -> (usize, Option<Millis>) {
    let mut times = world.calls.get(subject).into_iter().flatten().filter(|at| **at > now - window).peekable();
    let first = times.peek().map(|at| **at + window);
    (times.count(), first)
}

fn asked_of(number: &str, user: &str, span: &str) -> String {
    format!("call_requests/{number}/{user}/{span}")
}

fn connected_with(number: &str, user: &str) -> String {
    format!("connected/{number}/{user}")
}

/// A message asks the user for permission.
pub(super) fn asks(turn: &mut Turn<'_>, user: &str) -> Result<(), Failure> {
    let (now, limited) = (turn.now, turn.limited);
    if standing(permission(turn.world, turn.id, user), now).0 == "permanent" {
        return Err(Failure::of(ErrorKind::CallPermissionExists, Some(turn.operation)));
    }
    let subjects = ASKED.map(|(span, window, most)| (asked_of(turn.id, user, span), window, most));
    if limited && subjects.iter().any(|(subject, window, most)| used(turn.world, subject, now, *window).0 >= *most) {
        return Err(Failure::of(ErrorKind::CallPermissionRequestLimit, Some(turn.operation)));
    }
    for (subject, window, _) in &subjects {
        turn.world.count(subject, now, *window, usize::MAX);
    }
    let known = document(turn.world, turn.id, PERMISSIONS);
    if known.get(user).is_none() {
        known[user] = json!({"status": "asked"});
    }
    Ok(())
}

/// The user answers whether the number may call: a message with `call_permission_reply`.
pub(super) fn permits(world: &mut World, number: &str, user: &str, reply: &Value, now: Millis) {
    let given = reply.get("expiration_timestamp").and_then(|at| at.as_i64().or_else(|| at.as_str()?.parse().ok()));
    let until = given.map_or(now + TEMPORARY, |at| at.saturating_mul(1000));
    let permission = match (text(reply, "response"), reply.get("is_permanent")) {
        ("accept", Some(Value::Bool(true))) => json!({"status": "permanent"}),
        ("accept", _) => json!({"status": "temporary", "until": until}),
        _ => json!({"status": "no_permission"}),
    };
    document(world, number, PERMISSIONS)[user] = permission;
}

/// What a number may do; of a user of whom nothing is known as the example shows. "A user who cannot be called has the status `no_permission`."
pub(super) fn permissions(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let input = turn.text("user_wa_id").or_else(|| turn.text("recipient")).unwrap_or_default();
    let user = users::reached(turn.world, &input);
    let known = permission(turn.world, turn.id, &user);
    if known.is_none() && !turn.strict {
        return Ok(generic::example(turn));
    }
    let now = turn.now;
    let (status, until) = standing(known, now);
    let limit = |span: &str, most: usize, (count, until): (usize, Option<Millis>)| {
        let mut limit = json!({"time_period": span, "max_allowed": most, "current_usage": count});
        if let Some(until) = until.filter(|_| count >= most) {
            limit["limit_expiration_time"] = until.div_euclid(1000).into();
        }
        limit
    };
    let asked = ASKED.map(|(span, window, most)| (span, most, used(turn.world, &asked_of(turn.id, &user, span), now, window)));
    let can_ask = status != "permanent" && asked.iter().all(|(_, most, (count, _))| count < most);
    let asked: Vec<Value> = asked.into_iter().map(|(span, most, used)| limit(span, most, used)).collect();
    let connected = used(turn.world, &connected_with(turn.id, &user), now, DAY);
    let (allowed, can_call) = (status != "no_permission", connected.0 < CONNECTED);
    let mut start = json!({"action_name": "start_call", "can_perform_action": allowed && can_call});
    if allowed {
        start["limits"] = json!([limit("PT24H", CONNECTED, connected)]);
    }
    let mut permission = json!({"status": status});
    if let Some(until) = until {
        permission["expiration_time"] = until.div_euclid(1000).into();
    }
    let ask = json!({"action_name": "send_call_permission_request", "can_perform_action": can_ask, "limits": asked});
    Ok(Reply::of(json!({"messaging_product": "whatsapp", "permission": permission, "actions": [ask, start]})))
}

/// Calls a user, who must have allowed it; of one of whom nothing is known it is taken that they did.
pub(super) fn connect(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let (number, now) = (turn.id.to_owned(), turn.now);
    let refused = |turn: &Turn<'_>, kind| Err(Failure::of(kind, Some(turn.operation)));
    let user = users::reached(turn.world, &turn.text("to").or_else(|| turn.text("recipient")).unwrap_or_default());
    let known = permission(turn.world, &number, &user);
    if (known.is_some() || turn.strict) && standing(known, now).0 == "no_permission" {
        return refused(turn, ErrorKind::CallPermissionMissing);
    }
    if turn.world.gone.contains(&user) {
        return refused(turn, ErrorKind::ReceiverUncallable);
    }
    let here = calls(turn.world, &number);
    if here.is_some_and(|calls| calls.values().any(|call| text(call, "user") == user)) {
        return refused(turn, ErrorKind::DuplicateCall);
    }
    if turn.limited && here.is_some_and(|calls| calls.len() >= AT_ONCE) {
        return refused(turn, ErrorKind::ConcurrentCallLimit);
    }
    if turn.limited && used(turn.world, &connected_with(&number, &user), now, DAY).0 >= CONNECTED {
        return refused(turn, ErrorKind::BusinessCallLimitHit);
    }
    let id = new_id(turn.ids, &user);
    let call = json!({"user": user, "direction": "BUSINESS_INITIATED", "state": "waiting", "data": turn.param("biz_opaque_callback_data")});
    document(turn.world, &number, CALLS)[&id] = call;
    for (after, what) in [(RINGS, "rings"), (WAITS, "unanswered")] {
        turn.world.schedule(now + after, Event::Call(json!({"number": number, "call": id, "what": what})));
    }
    Ok(Reply::of(json!({"messaging_product": "whatsapp", "calls": [{"id": id}]})))
}

fn new_id(ids: &mut Ids, user: &str) -> String {
    messages::new_id(ids, user).replacen("wamid.", "wacid.", 1)
}

/// A user calls; the webhook has the offer.
pub(crate) fn comes(world: &mut World, ids: &mut Ids, user: &str, number: Option<&str>, sdp: Option<&str>, now: Millis) -> String {
    let number = webhooks::written_to(world, number);
    let user = users::known(world, user).0;
    let id = new_id(ids, &user);
    if super::block_list::has(world, &number, &user) {
        return id;
    }
    // "24 hours after the customer's last message or call."
    // Source: `developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages`.
    world.windows.insert((number.clone(), user.clone()), now);
    document(world, &number, CALLS)[&id] = json!({"user": user, "direction": "USER_INITIATED", "state": "waiting"});
    let session = json!({"sdp_type": "offer", "sdp": sdp.unwrap_or(SDP)});
    event(world, &number, &id, "connect", json!({"session": session}), now);
    world.schedule(now + WAITS, Event::Call(json!({"number": number, "call": id, "what": "unanswered"})));
    id
}

/// The call that is meant, which came in or did not; nothing where no call was ever made.
fn meant(turn: &Turn<'_>, incoming: bool) -> Result<Option<(String, Value)>, Failure> {
    let Some(calls) = calls(turn.world, turn.id) else { return Ok(None) };
    let id = turn.text("call_id").unwrap_or_default();
    let call = calls.get(&id).filter(|call| !incoming || text(call, "direction") == "USER_INITIATED");
    let missing = || Failure::of(ErrorKind::InvalidParameter, Some(turn.operation)).detailed("There is no such call, or it has ended");
    call.map(|call| Some((id, call.clone()))).ok_or_else(missing)
}

fn done() -> Reply {
    Reply::of(json!({"messaging_product": "whatsapp", "success": true}))
}

/// Establishes the connection of media before the call is accepted.
pub(super) fn pre_accept(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some((id, mut call)) = meant(turn, true)? else { return Ok(generic::example(turn)) };
    if text(&call, "state") == "accepted" {
        return Err(Failure::of(ErrorKind::InvalidParameter, Some(turn.operation)).detailed("The call was answered before"));
    }
    call["sdp"] = turn.param("session").unwrap_or_default().get("sdp").cloned().unwrap_or_default();
    document(turn.world, turn.id, CALLS)[&id] = call;
    Ok(done())
}

/// Accepts a call. "After `pre_accept` it must be the same one again."
pub(super) fn accept(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some((id, call)) = meant(turn, true)? else { return Ok(generic::example(turn)) };
    let sdp = turn.param("session").unwrap_or_default().get("sdp").cloned().unwrap_or_default();
    let other = call.get("sdp").is_some_and(|before| *before != sdp);
    if other || text(&call, "state") == "accepted" {
        let why = if other { "The session description is not that of pre_accept" } else { "The call was answered before" };
        return Err(Failure::of(ErrorKind::InvalidParameter, Some(turn.operation)).detailed(why));
    }
    let data = turn.param("biz_opaque_callback_data");
    accepted(turn.world, turn.id, &id, call, data, turn.now);
    Ok(done())
}

/// Rejects a call that was not accepted; its end is reported.
pub(super) fn reject(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some((id, call)) = meant(turn, true)? else { return Ok(generic::example(turn)) };
    if text(&call, "state") == "accepted" {
        return Err(Failure::of(ErrorKind::InvalidParameter, Some(turn.operation)).detailed("The call was accepted before"));
    }
    ends(turn.world, turn.id, &id, turn.now);
    Ok(done())
}

pub(super) fn terminate(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some((id, _)) = meant(turn, false)? else { return Ok(generic::example(turn)) };
    ends(turn.world, turn.id, &id, turn.now);
    Ok(done())
}

/// A user accepts or rejects a call of the business, or ends any. Whether there is such a call, and it can be done.
pub(crate) fn does(world: &mut World, user: &str, id: &str, doing: Doing, sdp: Option<&str>, now: Millis) -> bool {
    let user = users::reached(world, user);
    let of = |((number, edge), calls): (&(String, String), &Value)| {
        let call = calls.get(id).filter(|call| edge == CALLS && text(call, "user") == user)?;
        Some((number.clone(), call.clone()))
    };
    let Some((number, call)) = world.documents.iter().find_map(of) else { return false };
    let waits = text(&call, "direction") == "BUSINESS_INITIATED" && text(&call, "state") != "accepted";
    match doing {
        Doing::HangsUp => {}
        Doing::Calls => return false,
        _ if !waits => return false,
        Doing::Accepts => {
            accepted(world, &number, id, call, None, now);
            status(world, &number, id, "ACCEPTED", now);
            let session = json!({"sdp_type": "answer", "sdp": sdp.unwrap_or(SDP)});
            event(world, &number, id, "connect", json!({"session": session}), now);
            return true;
        }
        Doing::Rejects => status(world, &number, id, "REJECTED", now),
    }
    ends(world, &number, id, now);
    true
}

fn accepted(world: &mut World, number: &str, id: &str, mut call: Value, data: Option<Value>, now: Millis) {
    let user = text(&call, "user").to_owned();
    call["state"] = "accepted".into();
    call["since"] = now.into();
    if let Some(data) = data {
        call["data"] = data;
    }
    if text(&call, "direction") == "BUSINESS_INITIATED" {
        world.count(&connected_with(number, &user), now, DAY, usize::MAX);
        world.windows.insert((number.to_owned(), user.clone()), now);
    }
    document(world, number, CALLS)[id] = call;
    if let Some(Value::Object(permission)) = document(world, number, PERMISSIONS).get_mut(&user) {
        permission.shift_remove("unanswered");
    }
}

/// A call rings, or no one answered it.
pub(super) fn happens(world: &mut World, event: &Value, now: Millis) {
    let (number, id) = (text(event, "number").to_owned(), text(event, "call").to_owned());
    let Some(call) = calls(world, &number).and_then(|calls| calls.get(&id)).filter(|call| text(call, "state") == "waiting").cloned() else {
        return;
    };
    if text(event, "what") == "rings" {
        return status(world, &number, &id, "RINGING", now);
    }
    if text(&call, "direction") == "BUSINESS_INITIATED"
        && let Some(permission) = document(world, &number, PERMISSIONS).get_mut(text(&call, "user"))
    {
        let unanswered = permission.get("unanswered").and_then(Value::as_u64).unwrap_or(0) + 1;
        permission["unanswered"] = unanswered.into();
        if unanswered >= UNANSWERED {
            *permission = json!({"status": "no_permission"});
        }
    }
    ends(world, &number, &id, now);
}

/// A call ends: with its duration, if it was answered.
fn ends(world: &mut World, number: &str, id: &str, now: Millis) {
    let since = calls(world, number).and_then(|calls| calls.get(id)?.get("since")?.as_i64());
    let seconds = |at: Millis| at.div_euclid(1000);
    let more = match since {
        Some(since) => json!({
            "status": "COMPLETED", "start_time": seconds(since).to_string(), "end_time": seconds(now).to_string(),
            "duration": seconds(now) - seconds(since),
        }),
        None => json!({"status": "FAILED"}),
    };
    event(world, number, id, "terminate", more, now);
    if let Value::Object(calls) = document(world, number, CALLS) {
        calls.shift_remove(id);
    }
}

/// Something happened to a call.
fn event(world: &mut World, number: &str, id: &str, what: &str, more: Value, now: Millis) {
    let Some(call) = calls(world, number).and_then(|calls| calls.get(id)).cloned() else { return };
    let (user, direction) = (text(&call, "user"), text(&call, "direction"));
    let mut value = webhooks::messages(world, number);
    let own = value.get("metadata").map(|metadata| text(metadata, "display_phone_number").to_owned()).unwrap_or_default();
    let mut told = Map::from_iter([("id".to_owned(), Value::from(id)), ("event".to_owned(), what.into())]);
    told.insert("timestamp".into(), now.div_euclid(1000).to_string().into());
    told.insert("direction".into(), direction.into());
    let (theirs, ours) = if direction == "USER_INITIATED" { ("from", "to") } else { ("to", "from") };
    if let Some(shown) = users::shown_number(world, user) {
        told.insert(theirs.into(), shown.into());
    }
    if users::has_ids(now) {
        told.insert(format!("{theirs}_user_id"), users::id_of(world, user).into());
    }
    told.insert(ours.into(), own.into());
    if let Some(data) = call.get("data").filter(|data| !data.is_null()) {
        told.insert("biz_opaque_callback_data".into(), data.clone());
    }
    if let Value::Object(more) = more {
        told.extend(more);
    }
    value.insert("contacts".into(), json!([users::contact(world, user, now, true)]));
    value.insert("calls".into(), json!([told]));
    let account = webhooks::account_of(world, number);
    webhooks::tell(world, account, Some(number), "calls", value.into());
}

/// The outcome of a call of the business before somebody speaks.
fn status(world: &mut World, number: &str, id: &str, status: &str, now: Millis) {
    let Some(call) = calls(world, number).and_then(|calls| calls.get(id)).cloned() else { return };
    let user = text(&call, "user");
    let mut told = json!({"id": id, "type": "call", "status": status, "timestamp": now.div_euclid(1000).to_string()});
    if let Some(shown) = users::shown_number(world, user) {
        told["recipient_id"] = shown.into();
    }
    if users::has_ids(now) {
        told["recipient_user_id"] = users::id_of(world, user).into();
    }
    if let Some(data) = call.get("data").filter(|data| !data.is_null()) {
        told["biz_opaque_callback_data"] = data.clone();
    }
    let mut value = webhooks::messages(world, number);
    value.insert("statuses".into(), json!([told]));
    let account = webhooks::account_of(world, number);
    webhooks::tell(world, account, Some(number), "calls", value.into());
}
