//! Being the user, and the reviewer of templates.

use serde_json::{Value, json};

use super::{Answered, Wrong, nothing, wrong};
use crate::{
    behavior::{calls::Doing, messages, templates, users},
    engine::Inner,
};

pub(super) fn route(inner: &mut Inner, method: &str, segments: &[&str], body: &Value) -> Answered {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let now = inner.clock.now();
    match (method, segments) {
        ("GET", ["users"]) => Ok(inner.world.users.keys().map(|user| shown(inner, user)).collect()),
        ("GET", ["users", user]) => {
            let (wa_id, _) = users::known(&mut inner.world, user);
            Ok(shown(inner, &wa_id))
        }
        ("PUT", ["users", user]) => {
            let (wa_id, known) = users::known(&mut inner.world, user);
            if let Some(name) = text("name") {
                name.clone_into(&mut known.name);
            }
            if let Some(username) = body.get("username") {
                known.username = username.as_str().map(str::to_owned);
            }
            if let Some(hides) = body.get("hides_number").and_then(Value::as_bool) {
                known.hides_number = hides;
            }
            Ok(shown(inner, &wa_id))
        }
        ("POST", ["users", user, "messages"]) => {
            let mut content = body.as_object().ok_or_else(|| wrong("a message is an object with a `type`"))?.clone();
            let number = content.shift_remove("to").and_then(|to| to.as_str().map(str::to_owned));
            if let Some(Value::String(name)) = content.shift_remove("name") {
                users::known(&mut inner.world, user).1.name = name;
            }
            let ghost = content.shift_remove("ghost") == Some(Value::Bool(true));
            let id = if ghost { inner.says_late(user, number.as_deref(), &content) } else { inner.says(user, number.as_deref(), &content) };
            Ok(json!({"id": id}))
        }
        ("POST", ["users", user, "calls"]) => call(inner, user, body),
        ("POST", ["users", user, "reads"]) => Ok(json!({"read": messages::reads(&mut inner.world, user, now)})),
        ("POST", ["users", user, "changes"]) => {
            inner.changes(user, text("number"));
            let now_called = text("number").unwrap_or(user);
            let (wa_id, _) = users::known(&mut inner.world, now_called);
            Ok(shown(inner, &wa_id))
        }
        ("POST", ["users", user, "joins"]) => Ok(json!({"success": inner.joins(text("group").unwrap_or_default(), user)})),
        ("POST", ["templates", id, "quality"]) => {
            let quality = text("quality").ok_or_else(|| wrong("`quality` is GREEN, YELLOW or RED"))?;
            there(templates::rated(&mut inner.world, id, quality, now), id)
        }
        _ => Err(nothing(method, &segments.join("/"))),
    }
}

/// A user calls, or does something with a call: what it is has the names that the edge `calls` has.
fn call(inner: &mut Inner, user: &str, body: &Value) -> Answered {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let doing = text("action").map_or(Ok(Doing::Calls), Doing::of).map_err(wrong)?;
    if doing == Doing::Calls {
        return Ok(json!({"id": inner.calls(user, text("to"), text("sdp"))}));
    }
    let id = text("call_id").ok_or_else(|| wrong("`call_id` is the identifier of a call"))?;
    let done = inner.does(user, id, doing, text("sdp"));
    if done { Ok(json!({"success": true})) } else { Err(Wrong(404, format!("the user has no call {id} of which that can be done"))) }
}

fn there(is: bool, id: &str) -> Answered {
    if is { Ok(json!({"success": true})) } else { Err(Wrong(404, format!("there is no template {id}"))) }
}

fn shown(inner: &Inner, wa_id: &str) -> Value {
    let Some(user) = inner.world.users.get(wa_id) else { return Value::Null };
    json!({"number": wa_id, "user_id": user.user_id, "name": user.name, "username": user.username, "hides_number": user.hides_number})
}
