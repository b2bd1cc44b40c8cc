//! What the stand-in knows as one JSON document, out and in.

use std::collections::{HashMap, VecDeque};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    clock::Millis,
    engine::Inner,
    tables::SPEC,
    world::{Event, Message, Object, Subscription, Token, World},
};

/// The form of the document.
const FORM: u64 = 1;

pub(super) fn out(inner: &Inner) -> Value {
    let world = &inner.world;
    let mut objects: Vec<(&String, &Object)> = world.objects.iter().collect();
    objects.sort_by_key(|(id, _)| *id);
    let objects: Map<String, Value> = objects
        .into_iter()
        .map(|(id, object)| {
            let shown = json!({"node": object.node.name, "fields": object.fields, "hidden": object.hidden, "written": object.written, "deleted": object.deleted});
            (id.clone(), shown)
        })
        .collect();
    let tokens: Map<String, Value> = world
        .tokens
        .iter()
        .map(|(token, of)| (token.clone(), json!({"scopes": of.scopes, "expires": of.expires, "error": of.ended})))
        .collect();
    let files: Map<String, Value> = world.files.iter().map(|(id, bytes)| (id.clone(), STANDARD.encode(bytes).into())).collect();
    let documents: Vec<Value> = world.documents.iter().map(|((id, edge), value)| json!([id, edge, value])).collect();
    let windows: Vec<Value> = world.windows.iter().map(|((number, user), at)| json!([number, user, at])).collect();
    let users: Map<String, Value> = world
        .users
        .iter()
        .map(|(user, of)| {
            let shown = json!({"user_id": of.user_id, "name": of.name, "username": of.username, "hides_number": of.hides_number, "changes": of.changes});
            (user.clone(), shown)
        })
        .collect();
    let messages: Vec<Value> = world
        .messages
        .iter()
        .map(|of| {
            json!({
                "id": of.id, "from": of.from, "to": of.to, "group": of.group, "at": of.at, "type": of.kind, "callback_data": of.callback_data,
                "status": of.status, "error": of.error,
            })
        })
        .collect();
    let due: Vec<Value> = world.scheduled().map(|(at, event)| json!([at, event_out(event)])).collect();
    let subscribed = |((app, object), of): (&(String, String), &Subscription)| json!([app, object, of.url, of.verify_token, of.fields]);
    let subscriptions: Vec<Value> = world.subscriptions.iter().map(subscribed).collect();
    let (seed, drawn) = inner.ids.drawn();
    json!({
        "form": FORM, "seed": seed, "drawn": drawn, "time": inner.clock.now(), "objects": objects, "edges": world.edges, "documents": sorted(documents),
        "tokens": sorted_by_name(tokens), "files": sorted_by_name(files), "windows": sorted(windows), "users": users, "gone": world.gone,
        "overrides": world.overrides, "app_callbacks": subscriptions, "unsubscribed": world.ended, "forgotten": world.forgotten, "messages": messages, "due": due,
        "failing": world.failing, "calls": of_maps(&world.calls), "blocked": of_maps(&world.blocked), "pairs": of_maps(&world.pairs),
    })
}

/// In an order that does not depend on how a map was filled.
fn sorted(mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by_cached_key(ToString::to_string);
    rows
}

fn sorted_by_name(members: Map<String, Value>) -> Map<String, Value> {
    let mut members: Vec<(String, Value)> = members.into_iter().collect();
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    members.into_iter().collect()
}

fn of_maps<T: Clone + Into<Counted>>(map: &HashMap<String, T>) -> Map<String, Value> {
    sorted_by_name(map.iter().map(|(name, value)| (name.clone(), value.clone().into().0)).collect())
}

/// One time, or several.
struct Counted(Value);

impl From<Millis> for Counted {
    fn from(at: Millis) -> Self {
        Self(at.into())
    }
}

impl From<VecDeque<Millis>> for Counted {
    fn from(all: VecDeque<Millis>) -> Self {
        Self(all.into_iter().collect())
    }
}

fn event_out(event: &Event) -> Value {
    match event {
        Event::Reviewed(id) => json!({"what": "reviewed", "of": id}),
        Event::Unpaused(id) => json!({"what": "unpaused", "of": id}),
        Event::UsernameApproved(id) => json!({"what": "username", "of": id}),
        Event::GroupMade(group) => json!({"what": "group", "of": group}),
        Event::Said(said) => json!({"what": "said", "of": said}),
        Event::Call(call) => json!({"what": "call", "of": call}),
        Event::Status { message, status, participant, error } => {
            json!({"what": "status", "of": message, "status": status, "participant": participant, "error": error})
        }
    }
}

fn event_in(event: &Value) -> Option<Event> {
    let of = event.get("of")?;
    let id = of.as_str().map(str::to_owned);
    Some(match event.get("what")?.as_str()? {
        "reviewed" => Event::Reviewed(id?),
        "unpaused" => Event::Unpaused(id?),
        "username" => Event::UsernameApproved(id?),
        "group" => Event::GroupMade(of.clone()),
        "said" => Event::Said(of.clone()),
        "call" => Event::Call(of.clone()),
        "status" => Event::Status {
            message: of.as_u64()?,
            status: status(event.get("status")?)?,
            participant: event.get("participant").and_then(Value::as_str).map(str::to_owned),
            error: event.get("error").filter(|error| !error.is_null()).cloned(),
        },
        _ => return None,
    })
}

fn status(of: &Value) -> Option<&'static str> {
    ["accepted", "sent", "delivered", "read", "failed"].into_iter().find(|known| of.as_str() == Some(known))
}

/// Takes the place of everything that was known. Nothing is changed if the document is wrong.
pub(super) fn put(inner: &mut Inner, state: &Value) -> Result<(), String> {
    let Some(members) = state.as_object() else { return Err("the state is no object".to_owned()) };
    if state.get("form").is_some_and(|form| form.as_u64() != Some(FORM)) {
        return Err(format!("the state has a form other than {FORM}"));
    }
    for (name, value) in members {
        let (fits, kind) = match name.as_str() {
            "objects" | "edges" | "tokens" | "files" | "users" | "overrides" | "calls" | "blocked" | "pairs" => {
                (value.is_object(), "object")
            }
            "documents" | "windows" | "gone" | "app_callbacks" | "unsubscribed" | "messages" | "due" | "failing" => {
                (value.is_array(), "list")
            }
            _ => (true, ""),
        };
        if !fits {
            return Err(format!("`{name}` of the state is no {kind}"));
        }
    }
    let mut world = World::default();
    for (id, shown) in state.get("objects").and_then(Value::as_object).into_iter().flatten() {
        let name = shown.get("node").and_then(Value::as_str).unwrap_or_default();
        let node = SPEC
            .node(name)
            .or_else(|| SPEC.node_of(name))
            .ok_or_else(|| format!("the object {id} is of no node that the spec has: `{name}`"))?;
        let members = |name: &str| shown.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let flag = |name: &str, usual: bool| shown.get(name).and_then(Value::as_bool).unwrap_or(usual);
        // What this stand-in wrote is whole; what people write has the fields that matter to them.
        let mut fields = if shown.get("hidden").is_some() { Map::new() } else { crate::behavior::fresh(node, id, &inner.url) };
        fields.extend(members("fields"));
        let object = Object { node, fields, hidden: members("hidden"), written: flag("written", true), deleted: flag("deleted", false) };
        world.objects.insert(id.clone(), object);
    }
    for (parent, edges) in state.get("edges").and_then(Value::as_object).into_iter().flatten() {
        for (edge, children) in edges.as_object().into_iter().flatten() {
            world.edges.entry(parent.clone()).or_default().entry(edge.clone()).or_default();
            for child in children.as_array().into_iter().flatten().filter_map(Value::as_str) {
                world.link(parent, edge, child);
            }
        }
    }
    for (token, of) in state.get("tokens").and_then(Value::as_object).into_iter().flatten() {
        let scopes =
            of.get("scopes").and_then(Value::as_array).map(|scopes| scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        let ended = of.get("error").and_then(Value::as_str).map(str::to_owned);
        let token_of = Token { scopes, expires: of.get("expires").and_then(Value::as_i64), ended };
        world.tokens.insert(token.clone(), token_of);
    }
    for (id, text) in state.get("files").and_then(Value::as_object).into_iter().flatten() {
        let bytes = STANDARD.decode(text.as_str().unwrap_or_default()).map_err(|error| format!("the file {id} is not base64: {error}"))?;
        world.files.insert(id.clone(), bytes.into());
    }
    let rows = |name: &str| state.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for row in rows("documents") {
        if let [Value::String(id), Value::String(edge), value] = row.as_array().map_or(&[][..], Vec::as_slice) {
            world.documents.insert((id.clone(), edge.clone()), value.clone());
        }
    }
    for row in rows("windows") {
        if let [Value::String(number), Value::String(user), at] = row.as_array().map_or(&[][..], Vec::as_slice) {
            world.windows.insert((number.clone(), user.clone()), at.as_i64().unwrap_or(0));
        }
    }
    people_in(&mut world, state);
    passing_in(&mut world, state)?;
    world.has_callback = inner.world.has_callback;
    inner.world = world;
    let number = |name: &str| state.get(name).and_then(Value::as_u64);
    if let (Some(seed), Some(drawn)) = (number("seed"), number("drawn")) {
        inner.ids.resume(seed, drawn);
    }
    if let Some(time) = state.get("time").and_then(Value::as_i64) {
        inner.clock.set(time);
    }
    Ok(())
}

fn texts(state: &Value, name: &str) -> Vec<String> {
    state.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn people_in(world: &mut World, state: &Value) {
    for (wa_id, of) in state.get("users").and_then(Value::as_object).into_iter().flatten() {
        // Who is not described is as one who was not known before.
        let known = crate::behavior::users::known(world, wa_id).1;
        let text = |name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
        known.user_id = text("user_id").unwrap_or_else(|| known.user_id.clone());
        known.name = text("name").unwrap_or_else(|| known.name.clone());
        known.username = text("username");
        known.hides_number = of.get("hides_number") == Some(&Value::Bool(true));
        known.changes = of.get("changes").and_then(Value::as_u64).and_then(|changes| u32::try_from(changes).ok()).unwrap_or(0);
    }
    world.gone.extend(texts(state, "gone"));
    world.ended.extend(texts(state, "unsubscribed"));
    for (id, of) in state.get("overrides").and_then(Value::as_object).into_iter().flatten() {
        let text = |at: usize| of.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        world.overrides.insert(id.clone(), (text(0), text(1)));
    }
    for row in state.get("app_callbacks").and_then(Value::as_array).into_iter().flatten() {
        let text = |at: usize| row.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let fields = row.get(4).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        world.subscriptions.insert((text(0), text(1)), Subscription { url: text(2), verify_token: text(3), fields });
    }
}

/// What is counted and what is still to come.
fn passing_in(world: &mut World, state: &Value) -> Result<(), String> {
    let rows = |name: &str| state.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let members = |name: &str| state.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    world.forgotten = state.get("forgotten").and_then(Value::as_u64).unwrap_or(0);
    for of in rows("messages") {
        let text = |name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let given = |name: &str| of.get(name).filter(|value| !value.is_null()).cloned();
        world.messages.push_back(Message {
            id: text("id"),
            from: text("from"),
            to: text("to"),
            group: of.get("group") == Some(&Value::Bool(true)),
            at: of.get("at").and_then(Value::as_i64).unwrap_or(0),
            kind: text("type"),
            callback_data: given("callback_data"),
            status: of.get("status").and_then(status).ok_or_else(|| format!("the message {} has no status that there is", text("id")))?,
            error: given("error"),
        });
    }
    for row in rows("due") {
        let at = row.get(0).and_then(Value::as_i64);
        let event = row.get(1).and_then(event_in);
        let (Some(at), Some(event)) = (at, event) else { return Err(format!("what is due is not a time and an event: {row}")) };
        world.schedule(at, event);
    }
    world.failing.extend(rows("failing"));
    for (subject, times) in members("calls") {
        world.calls.insert(subject, times.as_array().into_iter().flatten().filter_map(Value::as_i64).collect());
    }
    world.blocked.extend(members("blocked").into_iter().filter_map(|(subject, until)| Some((subject, until.as_i64()?))));
    world.pairs.extend(members("pairs").into_iter().filter_map(|(pair, until)| Some((pair, until.as_i64()?))));
    Ok(())
}
