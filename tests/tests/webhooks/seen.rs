//! Payloads as they were seen or published from 2021 on: old forms and new ones, each in as few members as show it, with values of our own.
//!
//! A line of `tests/fixtures/webhooks/seen.jsonl` is a payload. `message` and `status` are in a change of `messages` of their own; `value` is in one of
//! `field`, with the number of the business beside it unless it is `flat`; `body` is the whole. `sees` are the events, `undeclared` what no page declares.

use serde_json::{Value, json};
use whatsapp_graph::webhooks::Notification;

use super::payloads::{change, notification, without_nulls};

const SEEN: &str = include_str!("../../fixtures/webhooks/seen.jsonl");

/// The body of a line.
fn body(line: &Value) -> Value {
    if let Some(body) = line.get("body") {
        return body.clone();
    }
    let mut value = match (line.get("message"), line.get("status"), line.get("value")) {
        (Some(message), _, _) => json!({"contacts": [{"profile": {"name": "Ana"}, "wa_id": "15550100123"}], "messages": [message]}),
        (_, Some(status), _) => json!({"statuses": [status]}),
        (_, _, value) => value.expect("a line has a payload").clone(),
    };
    if line["flat"] != true {
        value["messaging_product"] = json!("whatsapp");
        if value.get("metadata").is_none() && line["field"] != "messaging_handovers" {
            value["metadata"] = json!({"display_phone_number": "15550190077", "phone_number_id": "408812660917735"});
        }
    }
    notification(&[change(line["field"].as_str().unwrap_or("messages"), &value)])
}

fn texts(line: &Value, name: &str) -> Vec<String> {
    line[name].as_array().map(|texts| texts.iter().map(|text| text.as_str().unwrap().to_owned()).collect()).unwrap_or_default()
}

/// What is wrong with how a line is read.
fn problems(line: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let body = body(line);
    let notification = Notification::from_slice(body.to_string().replace('/', "\\/").as_bytes());
    let sees: Vec<String> = notification
        .events()
        .map(|event| {
            let kind = event.placed().kind();
            event.placed().content_kind().map_or_else(|| kind.to_owned(), |content| format!("{kind} {content}"))
        })
        .collect();
    if sees != texts(line, "sees") {
        problems.push(format!("sees {sees:?}"));
    }
    let undeclared: Vec<String> = texts(line, "undeclared")
        .iter()
        .map(|path| match path.strip_prefix("entry.") {
            Some(path) => format!("entry[0].{path}"),
            None => format!("entry[0].changes[0].value.{path}"),
        })
        .collect();
    let (mut found, mut expected) = (notification.undeclared(), undeclared);
    found.sort();
    expected.sort();
    if found != expected {
        problems.push(format!("undeclared: {found:?}"));
    }
    let again = serde_json::to_value(&notification).unwrap();
    if without_nulls(again.clone()) != without_nulls(body.clone()) {
        problems.push(format!("comes back as {again}"));
    }
    let text = serde_json::to_string(&notification).unwrap();
    if Notification::from_slice(text.as_bytes()) != notification {
        problems.push("what was encoded is not what was read".into());
    }
    problems
}

#[test]
fn what_was_seen_is_typed_and_comes_back() {
    let lines: Vec<Value> = SEEN.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 150, "only {} payloads", lines.len());
    let problems: Vec<String> = lines
        .iter()
        .flat_map(|line| problems(line).into_iter().map(move |problem| format!("{}: {problem}", line["shows"].as_str().unwrap())))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A key, so that a repetition is not taken for another event.
#[test]
fn of_all_that_was_seen_no_two_events_have_one_key() {
    let mut seen = std::collections::BTreeMap::new();
    for line in SEEN.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let name = line["shows"].as_str().unwrap().to_owned();
        for event in Notification::from_slice(body(&line).to_string().as_bytes()).events() {
            if let Some(other) = seen.insert(event.key(), name.clone()) {
                panic!("`{name}` and `{other}` have the key {}", event.key());
            }
        }
    }
}
