//! Many calls in one request.
//!
//! Source: `developers.facebook.com/docs/graph-api/batch-requests`. What an item does whose dependency failed is not documented: here it is null.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    engine::{Ending, Inner, Outcome},
    failure::Failure,
    journal::{Origin, Verdict},
    request::{Call, Part, Received},
};

/// How many items a batch may have.
const MOST: usize = 50;

impl Inner {
    pub(crate) fn batch(&mut self, received: &Received, call: &Call, items: &Value) -> Outcome {
        let mut whole = self.decide_nothing(call);
        whole.verdict = Verdict::Fits;
        let failure = match items {
            _ if call.token.is_none() => Some(Failure::of(whatsapp_graph::ErrorKind::AccessTokenMissing, None)),
            Value::Array(items) if items.len() > MOST => {
                Some(Failure::invalid(&format!("Too many requests in batch message. Maximum batch size is {MOST}")))
            }
            Value::Array(_) => None,
            _ => Some(Failure::invalid("Param batch must be an array.")),
        };
        if let Some(failure) = failure {
            self.fail(&mut whole, failure);
            return self.finish(received, whole);
        }
        let headers = call.text("include_headers") != Some("false");
        let mut named: HashMap<String, Option<Value>> = HashMap::new();
        let mut answers = Vec::new();
        for item in items.as_array().into_iter().flatten() {
            answers.push(self.item(item, received, call, headers, &mut named));
        }
        // Of an item that others refer to the answer is left out, unless it says otherwise.
        let text = items.to_string();
        for (item, answer) in items.as_array().into_iter().flatten().zip(&mut answers) {
            let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
            let referred = !name.is_empty() && text.contains(&format!("result={name}:"));
            let omitted = item.get("omit_response_on_success").map_or(referred, |omit| omit == &Value::Bool(true));
            if omitted && answer.get("code").and_then(Value::as_u64).is_some_and(|code| code < 400) {
                *answer = Value::Null;
            }
        }
        whole.body = answers.into();
        whole.origin = Origin::State;
        self.finish(received, whole)
    }

    fn item(&mut self, item: &Value, outer: &Received, call: &Call, headers: bool, named: &mut HashMap<String, Option<Value>>) -> Value {
        let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (Some(target), Some(body)) = (resolved(&text("relative_url"), named), resolved(&text("body"), named)) else {
            return Value::Null;
        };
        let depends = item.get("depends_on").and_then(Value::as_str);
        if depends.is_some_and(|name| named.get(name).is_none_or(Option::is_none)) {
            return Value::Null;
        }
        let files = text("attached_files");
        let wanted: Vec<&str> = files.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let is_json = body.trim_start().starts_with('{');
        let kind = if is_json { "application/json" } else { "application/x-www-form-urlencoded" };
        let parts = (!wanted.is_empty()).then(|| parts(&wanted, outer, &body));
        let received = Received {
            method: text("method").to_ascii_uppercase(),
            target: format!("/{}", target.trim_start_matches('/')),
            headers: vec![("content-type".into(), kind.into())],
            body: Bytes::from(body),
            parts,
            shaken: None,
        };
        let mut inner = Call::of(&received);
        inner.version = inner.version.or(call.version);
        if let (None, Some(token)) = (&inner.token, item.get("access_token").and_then(Value::as_str)) {
            inner.token = Some(("bearer".into(), token.to_owned()));
        }
        inner.token = inner.token.or_else(|| call.token.clone());
        let decided = self.decide(&inner);
        let outcome = self.finish(&received, decided);
        if outcome.ending != Ending::Whole {
            // An item that timed out.
            return Value::Null;
        }
        let name = text("name");
        if !name.is_empty() {
            let answered = (outcome.answer.status < 400).then(|| serde_json::from_slice(&outcome.answer.body).unwrap_or_default());
            named.insert(name, answered);
        }
        let mut answer = Map::new();
        answer.insert("code".into(), outcome.answer.status.into());
        if headers {
            let listed: Vec<Value> = outcome.answer.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
            answer.insert("headers".into(), listed.into());
        }
        answer.insert("body".into(), String::from_utf8_lossy(&outcome.answer.body).into_owned().into());
        answer.into()
    }
}

/// The files that an item has attached, and its parameters as parts.
fn parts(wanted: &[&str], outer: &Received, body: &str) -> Vec<Part> {
    let attached = outer.parts.iter().flatten().filter(|part| wanted.contains(&part.name.as_str()));
    let files = attached.map(|part| Part {
        name: "file".into(),
        file_name: part.file_name.clone().or_else(|| Some(part.name.clone())),
        ..part.clone()
    });
    let given = form_urlencoded::parse(body.as_bytes());
    let fields = given.map(|(name, value)| Part {
        name: name.into_owned(),
        file_name: None,
        content_type: None,
        bytes: Bytes::from(value.into_owned()),
    });
    files.chain(fields).collect()
}

/// The text with what it refers to: `{result=NAME:$.id}`. Nothing if that is not there.
fn resolved(text: &str, named: &HashMap<String, Option<Value>>) -> Option<String> {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{result=") {
        let (reference, more) = after.split_once('}')?;
        let (name, path) = reference.split_once(':')?;
        let found = select(named.get(name)?.as_ref()?, path.trim().strip_prefix('$')?);
        if found.is_empty() {
            return None;
        }
        whole.push_str(before);
        whole.push_str(&found.join(","));
        rest = more;
    }
    whole.push_str(rest);
    Some(whole)
}

/// What a path leads to: `.data.*.id`, `.data[0].id`.
fn select(value: &Value, path: &str) -> Vec<String> {
    let path = path.replace('[', ".").replace(']', "");
    let mut found = vec![value];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|value| -> Vec<&Value> {
                match (value, step) {
                    (Value::Array(items), "*") => items.iter().collect(),
                    (Value::Object(members), "*") => members.values().collect(),
                    (Value::Array(items), step) => step.parse::<usize>().ok().and_then(|at| items.get(at)).into_iter().collect(),
                    (value, step) => value.get(step).into_iter().collect(),
                }
            })
            .collect();
    }
    found.into_iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
}
