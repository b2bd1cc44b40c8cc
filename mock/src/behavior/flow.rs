//! Flows: a draft is published, and what is published is deprecated.
//!
//! Source: `developers.facebook.com/docs/whatsapp/flows/reference/flowsapi`, `…/flows/reference/error-codes`.

use bytes::Bytes;
use serde_json::{Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, fresh, generic, media, webhooks};
use crate::{answers, failure::Failure, tables::SPEC};

const EDGE: &str = "flows";

impl Turn<'_> {
    /// The status of the flow, if somebody created it.
    fn flow_status(&mut self) -> Option<String> {
        let flow = self.object();
        flow.written.then(|| flow.fields.get("status").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Whether another flow of the account has this name.
    fn is_taken(&self, account: &str, name: &str) -> bool {
        let all = self.world.children(account, EDGE).unwrap_or_default();
        let has = |field: &str, flow: &crate::world::Object| flow.fields.get(field).and_then(Value::as_str).map(str::to_owned);
        all.into_iter().any(|flow| has("name", flow).as_deref() == Some(name) && has("id", flow).as_deref() != Some(self.id))
    }

    fn becomes(&mut self, status: &str) {
        let old = self.object().fields.insert("status".into(), status.into()).unwrap_or_default();
        webhooks::flow(self.world, self.id, &old, status);
    }
}

/// What is wrong with the JSON of a flow: whether it is some, and has a version and screens.
fn errors_in(json: &[u8]) -> Vec<Value> {
    let error = |kind: &str, message: String, line: usize, column: usize| json!({"error": kind, "error_type": "JSON_SCHEMA_ERROR", "message": message, "line_start": line, "line_end": line, "column_start": column, "column_end": column});
    match serde_json::from_slice::<Value>(json) {
        Err(wrong) => vec![error("INVALID_JSON", wrong.to_string(), wrong.line(), wrong.column())],
        Ok(flow) => ["version", "screens"]
            .into_iter()
            .filter(|name| flow.get(name).is_none())
            .map(|name| error("REQUIRED_PROPERTY_MISSING", format!("The property {name:?} is required at \"$root\"."), 1, 1))
            .collect(),
    }
}

/// Creates a draft, with JSON or a copy of another's, and publishes it if that is asked for.
pub(super) fn create(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let name = turn.text("name").unwrap_or_default();
    if turn.is_taken(turn.id, &name) {
        return Err(Failure::invalid("Invalid parameter").detailed("Another flow of the account has this name"));
    }
    let cloned = turn.text("clone_flow_id");
    if cloned.as_ref().is_some_and(|id| turn.world.objects.get(id).map_or(turn.strict, |flow| flow.deleted)) {
        return Err(Failure::invalid("Invalid parameter").detailed("There is no flow to copy"));
    }
    let json = turn.text("flow_json").map(Bytes::from).or_else(|| turn.world.files.get(&cloned?).cloned());
    let Some(node) = SPEC.node("WhatsAppFlow") else { return Ok(generic::example(turn)) };
    let errors = json.as_deref().map(errors_in).unwrap_or_default();
    let publish = turn.param("publish") == Some(true.into());
    if publish && (json.is_none() || !errors.is_empty()) {
        return Err(Failure::of(ErrorKind::FlowNotPublishable, Some(turn.operation)));
    }
    let id = turn.ids.digits();
    let mut fields = fresh(node, &id, turn.url);
    for (name, value) in turn.call.object() {
        if name != "id" && node.fields().iter().any(|field| field.name == name) {
            fields.insert(name, value);
        }
    }
    fields.insert("status".into(), if publish { "PUBLISHED" } else { "DRAFT" }.into());
    fields.insert("validation_errors".into(), errors.clone().into());
    let account = turn.id.to_owned();
    turn.world.put(&id, node, fields, true).hidden.insert("account".into(), account.into());
    turn.world.link(turn.id, EDGE, &id);
    if let Some(json) = json {
        turn.world.files.insert(id.clone(), json);
    }
    let mut answer = json!({"id": id});
    if turn.call.value("flow_json").is_some() {
        answer["success"] = true.into();
        answer["validation_errors"] = errors.into();
    }
    Ok(Reply::of(answer))
}

/// Changes a draft; what is published "can't be updated".
pub(super) fn update(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(status) = turn.flow_status() else { return generic::answer(turn) };
    if status != "DRAFT" {
        return Err(Failure::of(ErrorKind::FlowNotUpdatable, Some(turn.operation)));
    }
    if turn.param("categories").is_some_and(|categories| categories.as_array().is_some_and(Vec::is_empty)) {
        return Err(Failure::invalid("Invalid parameter").detailed("A flow has at least one category"));
    }
    let account = turn.object().hidden.get("account").and_then(Value::as_str).map(str::to_owned);
    if let (Some(account), Some(name)) = (account, turn.text("name"))
        && turn.is_taken(&account, &name)
    {
        return Err(Failure::invalid("Invalid parameter").detailed("Another flow of the account has this name"));
    }
    generic::write(turn);
    Ok(Reply::success())
}

/// Takes JSON with errors too: the answer lists them.
pub(super) fn upload(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(status) = turn.flow_status() else { return Ok(generic::example(turn)) };
    if status != "DRAFT" {
        return Err(Failure::of(ErrorKind::FlowNotUpdatable, Some(turn.operation)));
    }
    let Some(file) = turn.call.uploads.iter().find(|upload| upload.param == "file").map(|upload| upload.bytes.clone()) else {
        return Err(Failure::invalid("The parameter file is required."));
    };
    let errors = errors_in(&file);
    turn.object().fields.insert("validation_errors".into(), errors.clone().into());
    turn.world.files.insert(turn.id.to_owned(), file);
    Ok(Reply::of(json!({"success": true, "validation_errors": errors})))
}

/// The JSON of a flow, and where it is.
pub(super) fn assets(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if turn.flow_status().is_none() {
        return Ok(generic::example(turn));
    }
    let mut items = Vec::new();
    if turn.world.files.contains_key(turn.id) {
        turn.object().hidden.insert("mime_type".into(), "application/json".into());
        let url = media::address(turn);
        items.push(json!({"name": "flow.json", "asset_type": "FLOW_JSON", "download_url": url}));
    }
    Ok(Reply::of(answers::page(items, turn.operation, turn.call, turn.moment, turn.url)?))
}

/// Publishes a draft that has JSON without errors.
pub(super) fn publish(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(status) = turn.flow_status() else { return Ok(generic::example(turn)) };
    let sound = turn.object().fields.get("validation_errors").and_then(Value::as_array).is_none_or(Vec::is_empty);
    if status != "DRAFT" || !sound || !turn.world.files.contains_key(turn.id) {
        return Err(Failure::of(ErrorKind::FlowNotPublishable, Some(turn.operation)));
    }
    turn.becomes("PUBLISHED");
    Ok(Reply::success())
}

pub(super) fn deprecate(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(status) = turn.flow_status() else { return Ok(generic::example(turn)) };
    if !matches!(status.as_str(), "PUBLISHED" | "THROTTLED" | "BLOCKED") {
        return Err(Failure::of(ErrorKind::FlowNotDeprecatable, Some(turn.operation)));
    }
    turn.becomes("DEPRECATED");
    Ok(Reply::success())
}

pub(super) fn delete(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if turn.flow_status().is_some_and(|status| status != "DRAFT") {
        return Err(Failure::of(ErrorKind::FlowNotDeletable, Some(turn.operation)));
    }
    turn.object().deleted = true;
    Ok(Reply::success())
}
