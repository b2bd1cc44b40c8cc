//! What the stand-in knows as one JSON document, out and in.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    engine::Inner,
    tables::SPEC,
    world::{Object, Token},
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
        .map(|(token, of)| (token.clone(), json!({"scopes": of.scopes, "expires": of.expires, "revoked": of.revoked})))
        .collect();
    let files: Map<String, Value> = world.files.iter().map(|(id, bytes)| (id.clone(), STANDARD.encode(bytes).into())).collect();
    let documents: Vec<Value> = world.documents.iter().map(|((id, edge), value)| json!([id, edge, value])).collect();
    let windows: Vec<Value> = world.windows.iter().map(|((number, user), at)| json!([number, user, at])).collect();
    let (seed, drawn) = inner.ids.drawn();
    json!({
        "form": FORM, "seed": seed, "drawn": drawn, "time": inner.clock.now(), "objects": objects, "edges": world.edges, "documents": documents,
        "tokens": tokens, "files": files, "windows": windows,
    })
}

/// Takes the place of everything that was known. Nothing is changed if the document is wrong.
pub(super) fn put(inner: &mut Inner, state: &Value) -> Result<(), String> {
    if state.get("form").is_some_and(|form| form.as_u64() != Some(FORM)) {
        return Err(format!("the state has a form other than {FORM}"));
    }
    let mut world = crate::world::World::default();
    for (id, shown) in state.get("objects").and_then(Value::as_object).into_iter().flatten() {
        let name = shown.get("node").and_then(Value::as_str).unwrap_or_default();
        let node = SPEC
            .node(name)
            .or_else(|| SPEC.node_of(name))
            .ok_or_else(|| format!("the object {id} is of no node that the spec has: `{name}`"))?;
        let members = |name: &str| shown.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let flag = |name: &str, usual: bool| shown.get(name).and_then(Value::as_bool).unwrap_or(usual);
        let mut fields = crate::behavior::fresh(node, id, &inner.url);
        fields.extend(members("fields"));
        let object = Object { node, fields, hidden: members("hidden"), written: flag("written", true), deleted: flag("deleted", false) };
        world.objects.insert(id.clone(), object);
    }
    for (parent, edges) in state.get("edges").and_then(Value::as_object).into_iter().flatten() {
        for (edge, children) in edges.as_object().into_iter().flatten() {
            for child in children.as_array().into_iter().flatten().filter_map(Value::as_str) {
                world.link(parent, edge, child);
            }
        }
    }
    for (token, of) in state.get("tokens").and_then(Value::as_object).into_iter().flatten() {
        let scopes =
            of.get("scopes").and_then(Value::as_array).map(|scopes| scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        let token_of =
            Token { scopes, expires: of.get("expires").and_then(Value::as_i64), revoked: of.get("revoked") == Some(&Value::Bool(true)) };
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
    world.listening = inner.world.listening;
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
