//! The page at `/_mock/`, and what people decide on it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Answered, Wrong, wrong};
use crate::{
    behavior::templates,
    engine::{Answer, Inner},
    outbox::Parcel,
    request::Received,
};

const PAGE: &str = include_str!("page.html");

/// Whether a browser asks for the page, and not a program for JSON.
pub(super) fn is_wanted(received: &Received) -> bool {
    received.method == "GET" && received.header("accept").is_some_and(|accept| accept.contains("text/html"))
}

/// Whether a page of another site asks: browsers say so of each request that could change something.
pub(super) fn is_foreign(received: &Received) -> bool {
    received.header("origin").is_some_and(|origin| {
        let host = received.header("host").unwrap_or_default();
        origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) != Some(host)
    })
}

/// The page, whose policy allows its own script and style alone.
pub(super) fn answer() -> Answer {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash("<script>", "</script>"),
        hash("<style>", "</style>"),
    );
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", policy.as_str()),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Answer { status: 200, headers, body: Bytes::from_static(PAGE.as_bytes()) }
}

/// The hash of what is between two tags of the page.
fn hash(begin: &str, end: &str) -> String {
    let inside = PAGE.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(inside, _)| inside);
    format!("sha256-{}", STANDARD.encode(Sha256::digest(inside)))
}

/// The objects of a node, or all, by their identifiers.
pub(super) fn objects(inner: &Inner, received: &Received) -> Value {
    let query = received.target.split_once('?').map_or("", |(_, query)| query);
    let node = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "node").map(|(_, node)| node.into_owned());
    let known = inner.world.objects.iter().filter(|(_, object)| !object.deleted);
    let mut found: Vec<_> = known.filter(|(_, object)| node.as_ref().is_none_or(|node| *node == object.node.name)).collect();
    found.sort_by_key(|(id, _)| *id);
    let shown = |(id, object): (&String, &crate::world::Object)| json!({"id": id, "node": object.node.name, "fields": object.fields, "written": object.written});
    found.into_iter().map(shown).collect()
}

/// Ends the review of a template, or takes back how it ended.
pub(super) fn review(inner: &mut Inner, id: &str, body: &Value) -> Answered {
    let of = |name: &str| body.get(name).and_then(Value::as_str);
    let status = of("status").ok_or_else(|| wrong("`status` is APPROVED, REJECTED, PAUSED or DISABLED"))?;
    if !templates::decide(&mut inner.world, id, status, of("reason")).map_err(wrong)? {
        return Err(Wrong(404, format!("there is no template {id}")));
    }
    Ok(json!({"success": true}))
}

/// Delivers a webhook once more, to all callbacks, or to that of the number or account that it went to.
pub(super) fn again(inner: &mut Inner, number: &str) -> Answered {
    let number: Option<u64> = number.parse().ok();
    let found = inner.outbox.done.iter().find(|delivered| Some(delivered.number) == number);
    let (notices, attempt, to) = found
        .map(|delivered| (delivered.notices.clone(), delivered.attempt, delivered.to.clone()))
        .ok_or_else(|| Wrong(404, "there is no such webhook, or it is no longer kept".to_owned()))?;
    let at = inner.clock.now();
    inner.outbox.parcels.push_back(Parcel { notices, to, at, attempt: attempt.saturating_add(1) });
    Ok(json!({"success": true}))
}
