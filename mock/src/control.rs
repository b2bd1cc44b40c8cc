//! The control API: everything that a test in Rust can do, for programs in any language, below `/_mock`.

mod page;
mod people;
mod state;

use std::time::Duration;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use whatsapp_graph::ApiVersion;

use crate::{
    behavior, clock,
    description::{Node, Operation, Segment},
    engine::{Answer, Engine, Inner, Usage},
    faults::{Effect, Fault, Times},
    journal::{Exchange, Verdict},
    outbox::{Callback, Delivered, Deliveries},
    request::Received,
    routes,
    tables::SPEC,
    world::Token,
};

/// The description of this API.
pub(crate) const OPENAPI: &str = include_str!("control/openapi.json");

/// Whether a path is of the control API and not of Graph.
pub(crate) fn is_control(path: &str) -> bool {
    path == "/_mock" || path.starts_with("/_mock/")
}

/// What went wrong, for people.
struct Wrong(u16, String);

type Answered = Result<Value, Wrong>;

fn wrong(why: impl Into<String>) -> Wrong {
    Wrong(400, why.into())
}

pub(crate) fn answer(engine: &Engine, received: &Received) -> Answer {
    let path = received.path().trim_start_matches("/_mock").trim_matches('/').to_owned();
    if path == "openapi.json" {
        return json_answer(200, Bytes::from_static(OPENAPI.as_bytes()));
    }
    if path.is_empty() && page::is_wanted(received) {
        return page::answer();
    }
    if page::is_foreign(received) {
        return json_answer(403, json!({"error": "a page of another site may not control the stand-in"}).to_string().into());
    }
    let body = if received.body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&received.body) };
    let mut inner = engine.lock();
    inner.settle();
    engine.wake.notify_one();
    let answered = match body {
        Ok(body) => route(&mut inner, &received.method, &path, received, &body),
        Err(error) => Err(wrong(format!("the body is no JSON: {error}"))),
    };
    match answered {
        Ok(value) => json_answer(200, serde_json::to_vec(&value).unwrap_or_default().into()),
        Err(Wrong(status, why)) => json_answer(status, json!({"error": why}).to_string().into()),
    }
}

fn json_answer(status: u16, body: Bytes) -> Answer {
    Answer { status, headers: vec![("content-type".into(), "application/json".into())], body }
}

fn route(inner: &mut Inner, method: &str, path: &str, received: &Received, body: &Value) -> Answered {
    let segments: Vec<_> = path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    match (method, segments.as_slice()) {
        ("GET", [""]) => Ok(about(inner)),
        ("GET", ["operations"]) => Ok(SPEC.operations().map(|(node, operation)| operation_shown(node, operation)).collect()),
        ("GET", ["requests"]) => Ok(requests(inner, received)),
        ("DELETE", ["requests"]) => {
            inner.journal.clear();
            Ok(json!({"success": true}))
        }
        ("GET", ["faults"]) => Ok(inner.faults.all().iter().map(fault_shown).collect()),
        ("POST", ["faults"]) => {
            let fault = fault(body)?;
            Ok(json!({"id": inner.faults.add(fault)}))
        }
        ("DELETE", ["faults"]) => {
            inner.faults.clear();
            Ok(json!({"success": true}))
        }
        ("DELETE", ["faults", number]) => {
            let removed = number.parse().is_ok_and(|number| inner.faults.remove(number));
            if removed { Ok(json!({"success": true})) } else { Err(Wrong(404, format!("there is no fault {number}"))) }
        }
        ("GET", ["clock"]) => Ok(clock_shown(inner)),
        ("PUT", ["clock"]) => Ok(set_clock(inner, body)),
        ("POST", ["clock", "advance"]) => {
            let seconds = body.get("seconds").and_then(Value::as_f64).ok_or_else(|| wrong("`seconds` is a number"))?;
            inner.clock.advance(millis(seconds));
            inner.settle();
            Ok(clock_shown(inner))
        }
        ("GET", ["usage"]) => Ok(json!({"app": inner.usage.app, "business": inner.usage.business, "minutes": inner.usage.regain})),
        ("PUT", ["usage"]) => {
            let percent = |name: &str| body.get(name).and_then(Value::as_u64).and_then(|percent| u8::try_from(percent).ok()).unwrap_or(0);
            let regain = body.get("minutes").and_then(Value::as_u64).and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or(0);
            inner.usage = Usage { app: percent("app"), business: percent("business"), regain };
            Ok(json!({"success": true}))
        }
        ("PUT", ["tokens", token]) => {
            inner.world.tokens.insert((*token).to_owned(), token_of(body)?);
            Ok(json!({"success": true}))
        }
        ("GET", ["objects"]) => Ok(page::objects(inner, received)),
        ("GET", ["objects", id]) => object_shown(inner, id),
        ("PATCH", ["objects", id]) => {
            let object = inner.world.object_mut(id).ok_or_else(|| Wrong(404, format!("there is no object {id}")))?;
            object.fields.extend(body.as_object().cloned().unwrap_or_default());
            object.written = true;
            Ok(json!({"success": true}))
        }
        ("POST", ["templates", id, "review"]) => page::review(inner, id, body),
        ("GET", ["messages"]) => Ok(messages(inner)),
        ("GET", ["webhooks"]) => {
            inner.keep_unheard();
            Ok(webhooks(inner))
        }
        ("POST", ["webhooks"]) => {
            let url = body.get("url").and_then(Value::as_str).filter(|url| url.starts_with("http://"));
            let url = url.ok_or_else(|| wrong("`url` begins with http://"))?.to_owned();
            let of = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
            inner.listen(Callback {
                url,
                secret: of("app_secret"),
                verify_token: of("verify_token").unwrap_or_default(),
                verified: false,
                fields: None,
            });
            Ok(json!({"success": true}))
        }
        ("POST", ["webhooks", number, "again"]) => page::again(inner, number),
        ("PUT", ["webhooks", "deliveries"]) => {
            let flag = |name: &str| body.get(name) == Some(&Value::Bool(true));
            let together = body.get("together").and_then(Value::as_u64).and_then(|together| usize::try_from(together).ok()).unwrap_or(1);
            inner.outbox.how = Deliveries { twice: flag("twice"), backwards: flag("backwards"), together };
            Ok(json!({"success": true}))
        }
        (_, ["users" | "templates", ..]) => people::route(inner, method, &segments, body),
        ("GET", ["state"]) => Ok(state::out(inner)),
        ("PUT", ["state"]) => {
            state::put(inner, body).map_err(wrong)?;
            Ok(json!({"success": true}))
        }
        ("POST", ["reset"]) => {
            inner.reset();
            Ok(json!({"success": true}))
        }
        _ => Err(nothing(method, path)),
    }
}

fn nothing(method: &str, path: &str) -> Wrong {
    Wrong(404, format!("/_mock has no {method} /{path}; GET /_mock/openapi.json lists what there is"))
}

fn operation_shown(node: &Node, operation: &Operation) -> Value {
    let segment = |segment: &Segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Id(name) | Segment::Text(name) | Segment::Value(name) => format!("/{{{name}}}"),
    };
    json!({
        "id": operation.id, "node": node.name, "request": operation.request, "method": operation.method.as_str(),
        "path": operation.path.iter().map(segment).collect::<String>(), "host": operation.host.map_or(SPEC.base_url, |(url, _)| url),
        "what": operation.doc, "page": operation.page, "behaves": behavior::of(operation.id).is_some(),
    })
}

pub(crate) fn state_out(inner: &Inner) -> Value {
    state::out(inner)
}

pub(crate) fn state_in(inner: &mut Inner, state: &Value) -> Result<(), String> {
    state::put(inner, state)
}

fn about(inner: &Inner) -> Value {
    let (seen, dropped) = inner.journal.counts();
    json!({
        "title": format!("A stand-in for Graph: {}", SPEC.title),
        "operations": SPEC.operations().count(),
        "versions": ApiVersion::known().map(|version| version.to_string()).collect::<Vec<_>>(),
        "requests": seen, "requests_dropped": dropped, "objects": inner.world.objects.len(), "faults": inner.faults.all().len(),
        "time": clock::iso(inner.clock.now()),
        "api": "/_mock/openapi.json",
    })
}

fn requests(inner: &Inner, received: &Received) -> Value {
    let number = |name: &str| received.target.split_once(name).and_then(|(_, rest)| rest.split('&').next()?.parse::<u64>().ok());
    let (seen, dropped) = inner.journal.counts();
    // The newest, so many at most.
    let after = number("after=").unwrap_or(0).max(seen.saturating_sub(number("limit=").unwrap_or(seen)));
    let shown: Vec<Value> = inner.journal.kept().filter(|exchange| exchange.number > after).map(exchange_shown).collect();
    json!({"requests": shown, "seen": seen, "dropped": dropped})
}

/// How much of a body is shown.
const SHOWN: usize = 16 << 10;

fn exchange_shown(exchange: &Exchange) -> Value {
    let (verdict, reasons) = match &exchange.verdict {
        Verdict::Fits => ("fits", &[][..]),
        Verdict::Noted(reasons) => ("noted", reasons.as_slice()),
        Verdict::Unfit(reasons) => ("unfit", reasons.as_slice()),
        Verdict::Unknown => ("unknown", &[][..]),
    };
    let text = |bytes: &Bytes| String::from_utf8_lossy(bytes.get(..bytes.len().min(SHOWN)).unwrap_or_default()).into_owned();
    json!({
        "number": exchange.number, "at": clock::iso(clock::since_1970(exchange.at)), "method": exchange.method, "target": exchange.target,
        "operation": exchange.operation, "id": exchange.id, "verdict": verdict, "reasons": reasons, "status": exchange.status,
        "origin": exchange.origin.as_str(), "version": exchange.version.to_string(), "body": text(&exchange.body), "answer": text(&exchange.answer),
    })
}

fn clock_shown(inner: &Inner) -> Value {
    let now = inner.clock.now();
    json!({"time": clock::iso(now), "unix": now.div_euclid(1000), "stopped": inner.clock.is_stopped()})
}

#[expect(clippy::cast_possible_truncation, reason = "a number of seconds that is out of range saturates")]
fn millis(seconds: f64) -> i64 {
    ((seconds * 1000.0) as i64).clamp(-1_000_000_000_000_000, 1_000_000_000_000_000)
}

fn set_clock(inner: &mut Inner, body: &Value) -> Value {
    if let Some(unix) = body.get("unix").and_then(Value::as_f64) {
        inner.clock.set(millis(unix));
    }
    match body.get("stopped").and_then(Value::as_bool) {
        Some(true) => inner.clock.stop(),
        Some(false) => inner.clock.go_on(),
        None => {}
    }
    inner.settle();
    clock_shown(inner)
}

fn token_of(body: &Value) -> Result<Token, Wrong> {
    let scopes = match body.get("scopes") {
        None | Some(Value::Null) => None,
        Some(Value::Array(scopes)) => Some(scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        Some(_) => return Err(wrong("`scopes` is a list")),
    };
    let expires = body.get("expires").and_then(Value::as_f64).map(millis);
    let ended = match body.get("error").and_then(Value::as_str) {
        Some(name) => Some(SPEC.error_called(name).ok_or_else(|| wrong(format!("the spec has no error `{name}`")))?.name.to_owned()),
        None => (body.get("revoked") == Some(&Value::Bool(true))).then(|| "TokenRevoked".to_owned()),
    };
    Ok(Token { scopes, expires, ended })
}

fn object_shown(inner: &Inner, id: &str) -> Answered {
    let object = inner.world.object(id).ok_or_else(|| Wrong(404, format!("there is no object {id}")))?;
    Ok(json!({"node": object.node.name, "fields": object.fields, "hidden": object.hidden, "written": object.written}))
}

fn webhooks(inner: &Inner) -> Value {
    let callbacks: Vec<Value> = inner
        .outbox
        .callbacks
        .iter()
        .map(|callback| json!({"url": callback.url, "signed": callback.secret.is_some(), "verified": callback.verified}))
        .collect();
    let delivered = |of: &Delivered| json!({"number": of.number, "url": of.url, "attempt": of.attempt, "status": of.status, "signature": of.signature, "body": String::from_utf8_lossy(&of.body)});
    let delivered: Vec<Value> = inner.outbox.done.iter().map(delivered).collect();
    json!({"callbacks": callbacks, "delivered": delivered, "waiting": inner.outbox.parcels.len()})
}

fn messages(inner: &Inner) -> Value {
    let shown = |message: &crate::world::Message| json!({"id": message.id, "from": message.from, "to": message.to, "type": message.kind, "at": clock::iso(message.at), "status": message.status, "error": message.error});
    inner.world.messages.iter().map(shown).collect()
}

/// Reads a fault as JSON has it.
fn fault(body: &Value) -> Result<Fault, Wrong> {
    const KNOWN: [&str; 9] = ["operation", "id", "error", "answer", "then", "delay_ms", "next", "every", "always"];
    let members = body.as_object().ok_or_else(|| wrong("a fault is an object"))?;
    // One that is not understood would happen more often than it was asked for.
    if let Some(unknown) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(wrong(format!("a fault has no `{unknown}`: it has {}", KNOWN.join(", "))));
    }
    let operations = match body.get("operation").and_then(Value::as_str) {
        None => Vec::new(),
        Some(name) => {
            let sites = routes::named(name);
            if sites.is_empty() {
                return Err(wrong(format!("no operation is called `{name}`; its id, the name of its request or its edge would do")));
            }
            sites.iter().map(|(_, operation)| operation.id).collect()
        }
    };
    let number = |name: &str| body.get(name).and_then(Value::as_u64);
    if let Some(name) = ["next", "every"].into_iter().find(|name| members.contains_key(*name) && number(name).is_none()) {
        return Err(wrong(format!("`{name}` is a number")));
    }
    let times = match (number("next"), number("every")) {
        (Some(next), _) => Times::Next(next),
        (None, Some(nth)) => Times::Every(nth),
        (None, None) => Times::Always,
    };
    let delay = Duration::from_millis(number("delay_ms").unwrap_or(0).min(3_600_000));
    let id = body.get("id").and_then(|id| id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|id| id.to_string())));
    Ok(Fault { number: 0, operations, id, times, effect: effect(body)?, delay, seen: 0, hits: 0 })
}

fn effect(body: &Value) -> Result<Effect, Wrong> {
    if let Some(error) = body.get("error") {
        let name = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
        let error = SPEC
            .error_called(&name)
            .ok_or_else(|| wrong(format!("the spec has no error `{name}`; its name, its code or code/subcode would do")))?;
        return Ok(Effect::Fails(error));
    }
    if let Some(answer) = body.get("answer") {
        let status = answer.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
        let headers = answer.get("headers").and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut headers: Vec<(String, String)> = headers.iter().map(|(name, value)| (name.to_lowercase(), text(value))).collect();
        let is_json = answer.get("body").is_some_and(|body| !body.is_string());
        if is_json && !headers.iter().any(|(name, _)| name == "content-type") {
            headers.push(("content-type".into(), "application/json; charset=UTF-8".into()));
        }
        let body = match answer.get("body") {
            None => Bytes::new(),
            Some(Value::String(text)) => Bytes::from(text.clone()),
            Some(json) => Bytes::from(json.to_string()),
        };
        return Ok(Effect::Answers(status, headers, body));
    }
    match body.get("then").and_then(Value::as_str) {
        Some("close_before") => Ok(Effect::ClosesUnread),
        Some("close_after") => Ok(Effect::ClosesAfter),
        Some("half") => Ok(Effect::Halves),
        Some("expired_token") => Ok(Effect::Expires),
        Some(other) => Err(wrong(format!("`then` is close_before, close_after, half or expired_token, and not `{other}`"))),
        None if body.get("delay_ms").is_some() => Ok(Effect::Delays),
        None => Err(wrong("a fault has `error`, `answer`, `then` or `delay_ms`")),
    }
}

fn fault_shown(fault: &Fault) -> Value {
    let what = match &fault.effect {
        Effect::Fails(error) => error.name.to_owned(),
        Effect::Answers(status, ..) => format!("answer {status}"),
        Effect::ClosesUnread => "close_before".into(),
        Effect::ClosesAfter => "close_after".into(),
        Effect::Halves => "half".into(),
        Effect::Expires => "expired_token".into(),
        Effect::Delays => "delay".into(),
    };
    let times = match fault.times {
        Times::Next(count) => format!("next {count}"),
        Times::Every(nth) => format!("every {nth}"),
        Times::Always => "always".into(),
    };
    json!({"id": fault.number, "operations": fault.operations, "object": fault.id, "what": what, "times": times, "seen": fault.seen, "hits": fault.hits})
}
