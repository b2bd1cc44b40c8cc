//! Groups: asked for, and there when the webhook says so; users join with the link, or ask to.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/groups/reference`.

use serde_json::{Map, Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, generic, users, webhooks};
use crate::{
    answers,
    clock::Millis,
    failure::Failure,
    ids::Ids,
    tables::SPEC,
    world::{Event, World},
};

/// How long it takes until a group exists. Meta publishes no figure.
const MADE: Millis = 500;

/// How many participants a group has besides the business, and how many groups a number.
const PARTICIPANTS: usize = 8;
const GROUPS: usize = 10_000;

const EDGE: &str = "groups";

impl Turn<'_> {
    /// Whether somebody created the group, or it is as the examples have it.
    fn is_made(&mut self) -> bool {
        self.object().written
    }

    fn usable(&mut self) -> Result<(), Failure> {
        if self.object().fields.get("suspended") == Some(&true.into()) {
            return Err(Failure::of(ErrorKind::GroupSuspended, Some(self.operation)));
        }
        Ok(())
    }

    fn number_of_group(&mut self) -> String {
        self.object().hidden.get("number").and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// What a group that is gone is answered with: it is unknown, and not missing.
pub(super) fn unknown() -> Failure {
    Failure::of(ErrorKind::GroupUnknown, None)
}

fn link(ids: &mut Ids) -> String {
    format!("https://chat.whatsapp.com/{}", ids.hex(22))
}

fn texts_fit(turn: &Turn<'_>) -> Result<(), Failure> {
    let length = |name: &str| turn.text(name).map(|text| text.trim().chars().count());
    if length("subject").is_some_and(|length| length == 0 || length > 128) || length("description").is_some_and(|length| length > 2048) {
        return Err(Failure::invalid("Invalid parameter").detailed("A subject has 1 to 128 characters, a description at most 2,048"));
    }
    Ok(())
}

/// Takes the request: "the group exists when the webhook reports it".
pub(super) fn create(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    texts_fit(turn)?;
    if turn.limited && turn.world.children(turn.id, EDGE).is_some_and(|groups| groups.len() >= GROUPS) {
        return Err(Failure::of(ErrorKind::GroupCreateLimitReached, Some(turn.operation)));
    }
    // The edge has been written to, so that the list is no example.
    turn.world.edges.entry(turn.id.to_owned()).or_default().entry(EDGE.to_owned()).or_default();
    let request = turn.ids.hex(16).to_lowercase();
    let mut group = Map::new();
    group.insert("id".into(), format!("Y2FwaV9ncm91cDo{}", turn.ids.opaque()).into());
    group.insert("subject".into(), turn.text("subject").unwrap_or_default().trim().into());
    if let Some(description) = turn.text("description") {
        group.insert("description".into(), description.into());
    }
    group.insert("join_approval_mode".into(), turn.text("join_approval_mode").unwrap_or_else(|| "auto_approve".into()).into());
    let made = json!({"number": turn.id, "request": request, "group": group, "link": link(turn.ids)});
    turn.world.schedule(turn.now + MADE, Event::GroupMade(made));
    Ok(Reply::of(json!({"messaging_product": "whatsapp", "request_id": request})))
}

/// The group exists.
pub(super) fn made(world: &mut World, made: &Value, now: Millis) {
    let Some(node) = SPEC.node("Group") else { return };
    let text = |name: &str| made.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut fields = made.get("group").and_then(Value::as_object).cloned().unwrap_or_default();
    let id = fields.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut told = Map::from_iter([("type".to_owned(), Value::from("group_create")), ("request_id".to_owned(), text("request").into())]);
    for name in ["subject", "description", "join_approval_mode"] {
        if let Some(value) = fields.get(name) {
            told.insert(name.into(), value.clone());
        }
    }
    told.insert("invite_link".into(), text("link").into());
    for (name, value) in [
        ("messaging_product", json!("whatsapp")),
        ("suspended", json!(false)),
        ("creation_timestamp", json!(now.div_euclid(1000))),
        ("participants", json!([])),
        ("total_participant_count", json!(0)),
    ] {
        fields.insert(name.into(), value);
    }
    let group = world.put(&id, node, fields, true);
    for (name, value) in
        [("number", json!(text("number"))), ("link", json!(text("link"))), ("participants", json!([])), ("requests", json!([]))]
    {
        group.hidden.insert(name.into(), value);
    }
    world.link(&text("number"), EDGE, &id);
    webhooks::group(world, &text("number"), "group_lifecycle_update", &id, told, now);
}

/// The groups of a number, in `data.groups`.
pub(super) fn list(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(groups) = turn.world.children(turn.id, EDGE) else { return Ok(generic::example(turn)) };
    let shown = |group: &crate::world::Object| {
        let of = |name: &str| group.fields.get(name).cloned().unwrap_or_default();
        json!({"id": of("id"), "subject": of("subject"), "created_at": of("creation_timestamp").to_string()})
    };
    let items = groups.into_iter().map(shown).collect();
    let mut page = answers::page(items, turn.operation, turn.call, turn.moment, turn.url)?;
    page["data"] = json!({"groups": page["data"]});
    Ok(Reply::of(page))
}

/// What is asked for, and always `messaging_product`. Without `fields` the identifier alone.
pub(super) fn read(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.is_made() {
        return generic::answer(turn);
    }
    let wanted = turn.call.text("fields").map(crate::fields::parse).unwrap_or_default();
    let mut shown = crate::fields::select(&turn.object().fields, &wanted);
    shown.insert("messaging_product".into(), "whatsapp".into());
    Ok(Reply::of(shown.into()))
}

/// Changes subject and description; the webhook says whether it succeeded.
pub(super) fn update(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.is_made() {
        return generic::answer(turn);
    }
    turn.usable()?;
    texts_fit(turn)?;
    let mut told = Map::from_iter([
        ("type".to_owned(), Value::from("group_settings_update")),
        ("request_id".to_owned(), turn.ids.hex(16).to_lowercase().into()),
    ]);
    for (name, change) in [("subject", "group_subject"), ("description", "group_description")] {
        if let Some(text) = turn.text(name) {
            turn.object().fields.insert(name.into(), text.trim().into());
            told.insert(change.into(), json!({"text": text.trim(), "update_successful": true}));
        }
    }
    let number = turn.number_of_group();
    webhooks::group(turn.world, &number, "group_settings_update", turn.id, told, turn.now);
    Ok(Reply::success())
}

pub(super) fn delete(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let (made, number) = (turn.is_made(), turn.number_of_group());
    turn.object().deleted = true;
    if made {
        let told = Map::from_iter([
            ("type".to_owned(), Value::from("group_delete")),
            ("request_id".to_owned(), turn.ids.hex(16).to_lowercase().into()),
        ]);
        webhooks::group(turn.world, &number, "group_lifecycle_update", turn.id, told, turn.now);
    }
    Ok(Reply::success())
}

/// The link: a group has one at a time.
pub(super) fn read_link(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.is_made() {
        return Ok(generic::example(turn));
    }
    turn.usable()?;
    let link = turn.object().hidden.get("link").cloned().unwrap_or_default();
    if link.is_null() {
        return Err(Failure::invalid("Invalid parameter").detailed("The group has no link"));
    }
    Ok(Reply::of(json!({"messaging_product": "whatsapp", "invite_link": link})))
}

/// "All earlier links become invalid at once."
pub(super) fn reset_link(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if turn.is_made() {
        turn.usable()?;
        let link = link(turn.ids);
        turn.object().hidden.insert("link".into(), link.into());
    }
    read_link(turn)
}

pub(super) fn delete_link(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.is_made() {
        return Ok(generic::example(turn));
    }
    turn.usable()?;
    turn.object().hidden.insert("link".into(), Value::Null);
    Ok(Reply::of(json!({"messaging_product": "whatsapp", "success": "true"})))
}

/// The open requests to join.
pub(super) fn list_requests(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.is_made() {
        return Ok(generic::example(turn));
    }
    turn.usable()?;
    let requests = turn.object().hidden.get("requests").and_then(Value::as_array).cloned().unwrap_or_default();
    let shown = |request: &Value| {
        let mut shown = Map::new();
        shown.insert("join_request_id".into(), request.get("id").cloned().unwrap_or_default());
        shown.extend(person(turn.world, request.get("user").and_then(Value::as_str).unwrap_or_default(), turn.now));
        shown.insert("creation_timestamp".into(), request.get("at").cloned().unwrap_or_default());
        Value::Object(shown)
    };
    let items = requests.iter().map(shown).collect();
    Ok(Reply::of(answers::page(items, turn.operation, turn.call, turn.moment, turn.url)?))
}

/// Approves requests, each on its own.
pub(super) fn approve(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    answer_requests(turn, "approved_join_requests", true)
}

/// Rejects requests: "No webhook reports it", and the user can ask again.
pub(super) fn reject(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    answer_requests(turn, "rejected_join_requests", false)
}

fn answer_requests(turn: &mut Turn<'_>, done: &str, joins: bool) -> Result<Reply, Failure> {
    if !turn.is_made() {
        return Ok(generic::example(turn));
    }
    turn.usable()?;
    let asked = turn.param("join_requests").and_then(|asked| asked.as_array().cloned()).unwrap_or_default();
    let (mut changed, mut failed) = (Vec::new(), Vec::new());
    for id in &asked {
        let requests = turn.object().hidden.get("requests").and_then(Value::as_array).cloned().unwrap_or_default();
        let found = requests.iter().find(|request| request.get("id") == Some(id)).cloned();
        let full = joins && members(turn.world, turn.id).len() >= PARTICIPANTS;
        let kind = match &found {
            None => Some(ErrorKind::JoinRequestNotFound),
            Some(_) if full => Some(ErrorKind::TooManyParticipants),
            Some(_) => None,
        };
        if let Some(kind) = kind {
            let error = super::messages::in_status(&Failure::of(kind, Some(turn.operation)));
            let of = |name: &str| error.get(name).cloned().unwrap_or_default();
            let error = json!({"code": of("code"), "message": of("message"), "title": of("title"), "error_data": of("error_data")});
            failed.push((kind, json!({"join_request_id": id, "errors": [error]})));
            continue;
        }
        let left: Vec<Value> = requests.into_iter().filter(|request| request.get("id") != Some(id)).collect();
        turn.object().hidden.insert("requests".into(), left.into());
        changed.push(id.clone());
        if let Some(user) = found.filter(|_| joins).as_ref().and_then(|request| request.get("user")?.as_str()) {
            enter(turn.world, turn.id, user, turn.now);
        }
    }
    if let (true, Some((kind, _))) = (changed.is_empty(), failed.first()) {
        return Err(Failure::of(*kind, Some(turn.operation)));
    }
    let mut answer = Map::from_iter([("messaging_product".to_owned(), Value::from("whatsapp")), (done.to_owned(), changed.into())]);
    if !failed.is_empty() {
        let errors: Vec<Value> = failed.iter().filter_map(|(_, failed)| failed.get("errors")?.get(0).cloned()).collect();
        answer.insert("failed_join_requests".into(), failed.into_iter().map(|(_, failed)| failed).collect());
        answer.insert("errors".into(), errors.into());
    }
    Ok(Reply::of(answer.into()))
}

/// Removes participants, each on its own: "They cannot join again with an invitation link."
pub(super) fn remove(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.is_made() {
        return Ok(generic::example(turn));
    }
    turn.usable()?;
    let asked = turn.param("participants").and_then(|asked| asked.as_array().cloned()).unwrap_or_default();
    if asked.is_empty() || asked.len() > PARTICIPANTS {
        return Err(Failure::invalid("Invalid parameter").detailed("1 to 8 participants"));
    }
    let input = |user: &Value| user.get("user").or(user.get("user_id")).and_then(Value::as_str).unwrap_or_default().to_owned();
    let named: Vec<(String, String)> = asked.iter().map(|user| (input(user), users::reached(turn.world, &input(user)))).collect();
    if named.iter().enumerate().any(|(at, (_, user))| named.iter().take(at).any(|(_, before)| before == user)) {
        return Err(Failure::of(ErrorKind::DuplicateParticipant, Some(turn.operation)));
    }
    let mut all = members(turn.world, turn.id);
    let (mut removed, mut failed) = (Vec::new(), Vec::new());
    for (input, user) in named {
        if let Some(at) = all.iter().position(|known| *known == user) {
            all.remove(at);
            removed.push((input, user));
        } else {
            failed.push(input);
        }
    }
    if removed.is_empty() {
        return Err(Failure::of(ErrorKind::NotGroupParticipant, Some(turn.operation)));
    }
    let shut = turn.object().hidden.entry("removed").or_insert_with(|| json!([]));
    if let Value::Array(shut) = shut {
        shut.extend(removed.iter().map(|(_, user)| Value::from(user.as_str())));
    }
    keep(turn.world, turn.id, &all, turn.now);
    let mut told = Map::from_iter([
        ("type".to_owned(), Value::from("group_participants_remove")),
        ("request_id".to_owned(), turn.ids.hex(16).to_lowercase().into()),
        ("initiated_by".to_owned(), "business".into()),
        ("removed_participants".to_owned(), removed.iter().map(|(input, _)| json!({"input": input})).collect()),
    ]);
    if !failed.is_empty() {
        let error = super::messages::in_status(&Failure::of(ErrorKind::NotGroupParticipant, None));
        let of = |name: &str| error.get(name).cloned().unwrap_or_default();
        let error = json!({"code": of("code"), "message": of("message"), "title": of("title"), "error_data": of("error_data")});
        told.insert("failed_participants".into(), failed.iter().map(|input| json!({"input": input, "errors": [error]})).collect());
    }
    let number = turn.number_of_group();
    webhooks::group(turn.world, &number, "group_participants_update", turn.id, told, turn.now);
    Ok(Reply::success())
}

/// A user opens the link: is in the group, or asks to be. Whether there is such a group, and the user may.
pub(crate) fn joins(world: &mut World, ids: &mut Ids, group: &str, user: &str, now: Millis) -> bool {
    let (wa_id, _) = users::known(world, user);
    let Some(object) = world.object(group).filter(|object| object.node.name == "Group" && object.written) else { return false };
    let has = |list: &str| {
        object.hidden.get(list).and_then(Value::as_array).is_some_and(|list| list.iter().any(|known| known.as_str() == Some(&wa_id)))
    };
    let full = object.hidden.get("participants").and_then(Value::as_array).is_some_and(|all| all.len() >= PARTICIPANTS);
    if has("participants") || has("removed") || object.hidden.get("link").is_none_or(Value::is_null) {
        return false;
    }
    if object.fields.get("join_approval_mode").and_then(Value::as_str) != Some("approval_required") {
        if !full {
            enter(world, group, &wa_id, now);
        }
        return !full;
    }
    let (request, number) = (ids.opaque(), object.hidden.get("number").and_then(Value::as_str).unwrap_or_default().to_owned());
    if let Some(Value::Array(requests)) = world.object_mut(group).and_then(|object| object.hidden.get_mut("requests")) {
        requests.push(json!({"id": request, "user": wa_id, "at": now.div_euclid(1000)}));
    }
    let mut told =
        Map::from_iter([("type".to_owned(), Value::from("group_join_request_created")), ("join_request_id".to_owned(), request.into())]);
    told.extend(person(world, &wa_id, now));
    webhooks::group(world, &number, "group_participants_update", group, told, now);
    true
}

/// How a group names a person: number, user ID, username.
fn person(world: &World, wa_id: &str, now: Millis) -> Map<String, Value> {
    let mut person = users::contact(world, wa_id, now, false);
    if let Some(username) = world.users.get(wa_id).and_then(|user| user.username.as_ref()) {
        person.insert("username".into(), username.as_str().into());
    }
    person
}

/// Who is in a group, by the numbers that `WhatsApp` knows them by.
pub(super) fn members(world: &World, group: &str) -> Vec<String> {
    let hidden = world.object(group).and_then(|object| object.hidden.get("participants")).and_then(Value::as_array);
    hidden.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn keep(world: &mut World, group: &str, all: &[String], now: Millis) {
    let shown: Vec<Value> = all.iter().map(|user| Value::Object(person(world, user, now))).collect();
    if let Some(object) = world.object_mut(group) {
        object.hidden.insert("participants".into(), all.into());
        object.fields.insert("total_participant_count".into(), shown.len().into());
        object.fields.insert("participants".into(), shown.into());
    }
}

fn enter(world: &mut World, group: &str, user: &str, now: Millis) {
    let mut all = members(world, group);
    all.push(user.to_owned());
    keep(world, group, &all, now);
    let number = world.object(group).and_then(|object| object.hidden.get("number")).and_then(Value::as_str).unwrap_or_default().to_owned();
    let told = Map::from_iter([
        ("type".to_owned(), Value::from("group_participants_add")),
        ("initiated_by".to_owned(), "participant".into()),
        ("added_participants".to_owned(), json!([person(world, user, now)])),
    ]);
    webhooks::group(world, &number, "group_participants_update", group, told, now);
}

/// Whether a message can be sent to a group. One that no one created takes everything.
pub(super) fn sendable(turn: &Turn<'_>, group: &str) -> Result<(), Failure> {
    let Some(object) = turn.world.objects.get(group) else {
        return if turn.strict { Err(unknown()) } else { Ok(()) };
    };
    let of_other = object.hidden.get("number").and_then(Value::as_str).is_some_and(|number| number != turn.id);
    if object.deleted || of_other {
        return Err(Failure::of(ErrorKind::GroupUnknown, Some(turn.operation)));
    }
    if object.fields.get("suspended") == Some(&true.into()) {
        return Err(Failure::of(ErrorKind::GroupSuspended, Some(turn.operation)));
    }
    Ok(())
}
