//! Message templates: created, reviewed, listed, changed, deleted, and whether a message can be sent with one.

use serde_json::{Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, generic, webhooks};
use crate::{
    answers,
    clock::Millis,
    failure::Failure,
    fields,
    tables::SPEC,
    world::{Event, Object, World},
};

/// How long a review takes. Meta says "up to 24 hours" and mostly needs minutes.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-review`.
const REVIEW: Millis = 60 * 1000;

const HOUR: Millis = 3600 * 1000;
const DAY: Millis = 24 * HOUR;

fn is(object: &Object, field: &str, value: &str) -> bool {
    object.fields.get(field).and_then(Value::as_str).is_some_and(|known| known.eq_ignore_ascii_case(value))
}

/// Creates a template, which is reviewed.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview`.
pub(super) fn create(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let (name, language) = (turn.text("name").unwrap_or_default(), turn.text("language").unwrap_or_default());
    if name.is_empty() || name.len() > 512 || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Err(
            Failure::invalid("Invalid parameter").detailed("The name of a template has lowercase letters, digits and underscores alone")
        );
    }
    let here = turn.world.children(turn.id, turn.operation.edge).unwrap_or_default();
    if here.iter().any(|known| is(known, "name", &name) && is(known, "language", &language)) {
        return Err(Failure::of(ErrorKind::TemplateLanguageExists, Some(turn.operation)));
    }
    if turn.limited && here.len() >= TEMPLATES {
        return Err(Failure::of(ErrorKind::TemplateLimitExceeded, Some(turn.operation)));
    }
    // "The name of an approved template that was deleted cannot be used again for 30 days."
    let key = (turn.id.to_owned(), "deleted_templates".to_owned());
    let deleted = turn.world.documents.get(&key).and_then(|names| names.get(&name)).and_then(Value::as_i64);
    if deleted.is_some_and(|at| turn.now - at < 30 * DAY) {
        return Err(Failure::of(ErrorKind::Code100Subcode2388023, Some(turn.operation)));
    }
    // "100 creations an hour are allowed."
    // Source: `developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates`.
    if turn.limited && !turn.world.count(&format!("templates/{}", turn.id), turn.now, HOUR, 100) {
        return Err(Failure::of(ErrorKind::TemplateRateLimit, Some(turn.operation)));
    }
    let Some(node) = SPEC.node("MessageTemplate") else { return Ok(generic::example(turn)) };
    let id = turn.ids.digits();
    let mut fields = serde_json::Map::new();
    fields.insert("id".into(), id.clone().into());
    for (name, value) in turn.call.object() {
        if node.fields().iter().any(|field| field.name == name) {
            fields.insert(name, value);
        }
    }
    let category = turn.text("category").unwrap_or_default().to_ascii_uppercase();
    for (name, value) in [("category", json!(category)), ("status", json!("PENDING")), ("rejected_reason", json!("NONE"))] {
        fields.insert(name.into(), value);
    }
    let account = turn.id.to_owned();
    turn.world.put(&id, node, fields, true).hidden.insert("account".into(), account.into());
    turn.world.link(turn.id, turn.operation.edge, &id);
    turn.world.schedule(turn.now + REVIEW, Event::Reviewed(id.clone()));
    Ok(Reply::of(json!({"id": id, "status": "PENDING", "category": category})))
}

/// How many templates an account may have, unless its business is verified.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview`.
const TEMPLATES: usize = 250;

/// The templates of an account, those that fit what is asked for.
pub(super) fn list(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(all) = turn.world.children(turn.id, turn.operation.edge) else { return generic::answer(turn) };
    let given = |name: &str| turn.call.value(name).map(super::super::request::Given::read);
    let fits = |object: &&Object| {
        let one = |field: &str, wanted: Option<Value>| match wanted {
            Some(Value::Array(wanted)) => wanted.iter().filter_map(Value::as_str).any(|wanted| is(object, field, wanted)),
            Some(Value::String(wanted)) => is(object, field, &wanted),
            _ => true,
        };
        one("name", given("name"))
            && one("status", given("status"))
            && one("category", given("category"))
            && one("language", given("language"))
    };
    let wanted = turn.call.text("fields").map(fields::parse);
    let shown = |object: &Object| wanted.as_ref().map_or_else(|| object.fields.clone(), |wanted| fields::select(&object.fields, wanted));
    let here = all.len();
    let items: Vec<Value> = all.into_iter().filter(fits).map(|object| shown(object).into()).collect();
    let found = items.len();
    let mut page = answers::page(items, turn.operation, turn.call, turn.moment, turn.url)?;
    if let Some(wanted) = turn.call.text("summary") {
        let counts = [
            ("total_count", json!(found)),
            ("message_template_count", json!(here)),
            ("message_template_limit", json!(TEMPLATES)),
            ("are_translations_complete", json!(true)),
        ];
        page["summary"] = counts.into_iter().filter(|(name, _)| wanted == "true" || wanted.contains(name)).collect();
    }
    Ok(Reply::of(page))
}

/// Deletes by name, by name and identifier, or by identifiers: "If one of them is wrong, none is deleted."
pub(super) fn delete(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let edge = turn.operation.edge;
    if turn.world.children(turn.id, edge).is_none() {
        return Ok(generic::example(turn));
    }
    let (name, one) = (turn.text("name"), turn.text("hsm_id"));
    let many: Option<Vec<String>> = turn.param("hsm_ids").map(|ids| {
        let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        ids.as_array().map(|ids| ids.iter().map(text).collect()).unwrap_or_default()
    });
    let ids: Vec<String> = turn.world.edges.get(turn.id).and_then(|edges| edges.get(edge)).cloned().unwrap_or_default();
    let wanted = |id: &String| {
        let Some(object) = turn.world.object(id) else { return false };
        match (&many, &one) {
            (Some(many), _) => many.contains(id),
            (None, Some(one)) => one == id,
            (None, None) => name.as_deref().is_some_and(|name| is(object, "name", name)),
        }
    };
    let found: Vec<String> = ids.into_iter().filter(wanted).collect();
    if found.is_empty() || many.is_some_and(|many| many.len() != found.len()) {
        return Err(Failure::invalid("Invalid parameter").detailed("No template has this name or identifier"));
    }
    // "A disabled one cannot be deleted."
    if found.iter().any(|id| turn.world.object(id).is_some_and(|object| is(object, "status", "DISABLED"))) {
        return Err(Failure::invalid("Invalid parameter").detailed("A disabled template cannot be deleted"));
    }
    for id in found {
        let Some(object) = turn.world.object_mut(&id) else { continue };
        object.deleted = true;
        if is(object, "status", "APPROVED") {
            let name = object.fields.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let names = turn.world.documents.entry((turn.id.to_owned(), "deleted_templates".to_owned())).or_insert_with(|| json!({}));
            if let Value::Object(names) = names {
                names.insert(name, turn.now.into());
            }
        }
    }
    Ok(Reply::success())
}

/// Changes a template: an approved one once in 24 hours and ten times in 30 days, and not its category; it is reviewed again.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management`.
pub(super) fn update(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.object().written {
        return generic::answer(turn);
    }
    let (id, now) = (turn.id.to_owned(), turn.now);
    let refused = |turn: &Turn<'_>| Failure::of(ErrorKind::TemplateStatusNotEditable, Some(turn.operation));
    let status = turn.object().fields.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !matches!(status.as_str(), "APPROVED" | "REJECTED" | "PAUSED") {
        return Err(refused(turn));
    }
    if status == "APPROVED" {
        let other = turn.text("category").is_some_and(|category| !is(turn.object(), "category", &category));
        if other {
            return Err(Failure::invalid("Invalid parameter").detailed("An approved template cannot change its category"));
        }
        let daily = !turn.limited || turn.world.count(&format!("edits/{id}/day"), now, DAY, 1);
        if !daily || (turn.limited && !turn.world.count(&format!("edits/{id}/month"), now, 30 * DAY, 10)) {
            return Err(refused(turn));
        }
    }
    generic::write(turn);
    turn.object().fields.insert("status".into(), "PENDING".into());
    turn.world.schedule(now + REVIEW, Event::Reviewed(id));
    Ok(Reply::success())
}

fn set(world: &mut World, id: &str, status: &str, title: Option<&str>) {
    if let Some(template) = world.object_mut(id) {
        template.fields.insert("status".into(), status.into());
        super::webhooks::template_status(world, id, title);
    }
}

/// A review ends: it is approved, unless something else happened to the template meanwhile.
pub(super) fn reviewed(world: &mut World, id: &str) {
    if world.object(id).is_some_and(|template| is(template, "status", "PENDING")) {
        set(world, id, "APPROVED", None);
    }
}

/// Somebody decides about a template, in the place of the review; whether there is one. A webhook says so.
pub(crate) fn decide(world: &mut World, id: &str, status: &str, reason: Option<&str>) -> Result<bool, &'static str> {
    if !matches!(status, "APPROVED" | "REJECTED" | "PAUSED" | "DISABLED") {
        return Err("`status` is APPROVED, REJECTED, PAUSED or DISABLED");
    }
    let Some(template) = world.object_mut(id).filter(|object| object.node.name == "MessageTemplate") else { return Ok(false) };
    let why = if status == "REJECTED" { reason.unwrap_or("INVALID_FORMAT") } else { "NONE" };
    for (name, value) in [("status", status), ("rejected_reason", why)] {
        template.fields.insert(name.into(), value.into());
    }
    template.written = true;
    webhooks::template_status(world, id, None);
    Ok(true)
}

/// For how long a template is paused whose quality is low: the first time, the second; the third time it is disabled.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-pausing`.
const PAUSES: [(Millis, &str); 2] = [(3 * HOUR, "FIRST_PAUSE"), (6 * HOUR, "SECOND_PAUSE")];

/// Users rate what is sent with a template: `GREEN`, `YELLOW`, `RED`. Whether there is such a template.
pub(crate) fn rated(world: &mut World, id: &str, quality: &str, now: Millis) -> bool {
    let Some(template) = world.object_mut(id).filter(|object| object.node.name == "MessageTemplate") else { return false };
    template.written = true;
    let score = json!({"score": quality, "date": now.div_euclid(1000)});
    let before = template.fields.insert("quality_score".into(), score);
    let before = before.and_then(|before| before.get("score")?.as_str().map(str::to_owned)).unwrap_or_else(|| "UNKNOWN".into());
    let approved = is(template, "status", "APPROVED");
    let pauses = template.hidden.get("pauses").and_then(Value::as_u64).unwrap_or(0);
    let low = quality == "RED" && approved;
    if low {
        template.hidden.insert("pauses".into(), (pauses + 1).into());
    }
    super::webhooks::template_quality(world, id, &before, quality);
    if low {
        match usize::try_from(pauses).ok().and_then(|pauses| PAUSES.get(pauses)) {
            Some((lasts, title)) => {
                set(world, id, "PAUSED", Some(title));
                world.schedule(now + lasts, Event::Unpaused(id.to_owned()));
            }
            None => set(world, id, "DISABLED", Some("DISABLED")),
        }
    }
    true
}

/// A pause ends.
pub(super) fn unpaused(world: &mut World, id: &str) {
    if world.object(id).is_some_and(|template| is(template, "status", "PAUSED")) {
        set(world, id, "APPROVED", Some("UNPAUSE"));
    }
}

/// Ends a pause before its time.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-pausing`.
pub(super) fn unpause(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.object().written {
        return Ok(generic::example(turn));
    }
    unpaused(turn.world, turn.id);
    Ok(generic::example(turn))
}

/// Whether a message can be sent with the template that it names. Of an account whose templates no one wrote every template exists.
/// Source: `developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes` (132001, 132015, 132016).
/// To a user ID no template of authentication is sent (131062).
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids`.
pub(super) fn sendable(turn: &mut Turn<'_>, to_user_id: bool) -> Result<(), Failure> {
    let Some(account) = turn.object().hidden.get("account").and_then(Value::as_str).map(str::to_owned) else { return Ok(()) };
    let Some(all) = turn.world.children(&account, "message_templates") else { return Ok(()) };
    let template = turn.param("template").unwrap_or_default();
    let name = template.get("name").and_then(Value::as_str).unwrap_or_default();
    let language = template.get("language").and_then(|language| language.get("code")).and_then(Value::as_str).unwrap_or_default();
    let found = all.into_iter().find(|known| is(known, "name", name) && is(known, "language", language));
    if to_user_id && found.is_some_and(|found| is(found, "category", "AUTHENTICATION")) {
        return Err(Failure::of(ErrorKind::RecipientIdentifierUnsupported, Some(turn.operation)));
    }
    let kind = match found.and_then(|found| found.fields.get("status")).and_then(Value::as_str) {
        Some("APPROVED") => return Ok(()),
        Some("PAUSED") => ErrorKind::TemplatePaused,
        Some("DISABLED") => ErrorKind::TemplateDisabled,
        _ => ErrorKind::TemplateNotFound,
    };
    Err(Failure::of(kind, Some(turn.operation)))
}
