//! One bad part never costs the others.

use serde_json::{Value, json};
use whatsapp_graph::webhooks::{Event, Notification, WebhookMessageContent};

use super::payloads::{PAYLOADS, change, members, notification, text, without_nulls};

/// What is beside what is broken, and has to arrive.
const HEALTHY: &str = "the healthy one";

fn texts(notification: &Notification) -> Vec<&str> {
    let texts = notification.events().filter_map(|event| match event {
        Event::Message(message) => match message.get().content() {
            WebhookMessageContent::Text(text) => text.body.as_deref(),
            _ => None,
        },
        _ => None,
    });
    texts.collect()
}

fn comes_back(what: &str, value: &Value) -> Notification {
    let notification = Notification::from_slice(value.to_string().as_bytes());
    let again = serde_json::to_value(&notification).unwrap();
    assert_eq!(without_nulls(again), without_nulls(value.clone()), "{what}");
    assert!(notification.events().count() >= 1, "{what}: no event");
    for event in notification.events() {
        let _ = (event.key(), event.person(), event.placed().people(), event.placed().state(), format!("{event:?}"));
    }
    notification
}

/// Each payload with each of its members removed, `null`, of another kind, or beside an unknown one; a healthy change is before and after.
#[test]
fn whatever_a_member_becomes_the_others_arrive() {
    let kinds = [json!(true), json!(7), json!(-1.5), json!("odd"), json!([]), json!({}), json!([1, {"odd": []}]), json!({"odd": 1})];
    let mut count = 0_usize;
    for (name, payload) in PAYLOADS.iter() {
        let changes = payload["entry"][0]["changes"].as_array().unwrap();
        for path in members(&payload["entry"][0]) {
            let mut mutants = Vec::new();
            let (parent, last) = path.rsplit_once('/').unwrap();
            let mut entry = payload["entry"][0].clone();
            let original = entry.pointer(&path).unwrap().clone();
            for kind in kinds.iter().chain([&Value::Null]).filter(|kind| **kind != original) {
                *entry.pointer_mut(&path).unwrap() = kind.clone();
                mutants.push(entry.clone());
            }
            *entry.pointer_mut(&path).unwrap() = original;
            match entry.pointer_mut(parent).unwrap() {
                Value::Object(members) => {
                    members.insert("a_member_of_tomorrow".into(), json!({"nested": [1, "two", {"three": 3.5}]}));
                    let mut removed = members.clone();
                    removed.shift_remove(last);
                    mutants.push(entry.clone());
                    *entry.pointer_mut(parent).unwrap() = removed.into();
                    mutants.push(entry);
                }
                Value::Array(elements) => {
                    elements.push(json!({"a_member_of_tomorrow": 1}));
                    mutants.push(entry);
                }
                _ => {}
            }
            for mutant in mutants {
                let healthy = json!({"id": "1", "changes": [text("wamid.healthy", HEALTHY)]});
                let whole = json!({"entry": [healthy, mutant, healthy], "object": "whatsapp_business_account"});
                let what = format!("{name}, {path}");
                let notification = comes_back(&what, &whole);
                assert_eq!(texts(&notification).iter().filter(|text| **text == HEALTHY).count(), 2, "{what}: a healthy one is missing");
                count += 1;
            }
        }
        assert!(!changes.is_empty(), "{name}");
    }
    assert!(count > 20_000, "only {count} mutants");
}

/// The same with what `serde_json` cannot read at all: the smallest part around it is kept, with its text.
#[test]
fn what_is_no_json_value_is_kept_with_its_text() {
    for (name, payload) in PAYLOADS.iter() {
        for path in members(&payload["entry"][0]["changes"]) {
            let mut changes = payload["entry"][0]["changes"].clone();
            *changes.pointer_mut(&path).unwrap() = json!("@@");
            for broken in ["1e999", r#""\ud800""#, "[[[[1e999]]]]"] {
                let healthy = text("wamid.healthy", HEALTHY);
                let whole = json!({"entry": [{"id": "1", "changes": [healthy]}, {"id": "2", "changes": changes}, {"id": "3", "changes": [healthy]}]});
                let whole = whole.to_string().replace("\"@@\"", broken);
                let notification = Notification::from_slice(whole.as_bytes());
                let what = format!("{name}, {path}, {broken}");
                assert_eq!(texts(&notification).iter().filter(|text| **text == HEALTHY).count(), 2, "{what}");
                let unread: Vec<_> = notification.events().filter(|event| matches!(event, Event::Unread(_))).collect();
                assert!(!unread.is_empty(), "{what}: nothing was kept");
                let again = serde_json::to_string(&notification).unwrap();
                assert!(again.contains(broken), "{what}: lost in {again}");
            }
        }
    }
}

#[test]
fn of_five_changes_with_one_broken_there_are_five_events_and_one_error() {
    let broken = [
        json!({"field": "messages", "value": "no object"}),
        json!({"field": "messages", "value": {"messages": ["no message"]}}),
        json!({"field": "messages", "value": {"messages": {"no": "list"}}}),
        json!("no change"),
    ];
    for broken in broken {
        let changes = [text("a", "1"), text("b", "2"), broken.clone(), text("c", "3"), text("d", "4")];
        let notification = comes_back("five", &notification(&changes));
        assert_eq!(notification.events().count(), 5, "{broken}");
        let kept: Vec<_> =
            notification.events().filter_map(|event| if let Event::Unread(kept) = event { Some(kept.get()) } else { None }).collect();
        let [kept] = kept.as_slice() else { panic!("{broken}: {kept:?}") };
        assert!(!kept.reason().is_empty() && !kept.reason().contains("no message"), "{}", kept.reason());
        assert!(broken.to_string().contains(kept.text()), "{}", kept.text());
        assert_eq!(texts(&notification).len(), 4);
    }
}

#[test]
fn an_element_of_a_list_is_kept_alone() {
    let value = json!({"messages": [{"id": "a", "text": {"body": "1"}}, 7, {"id": "b", "text": {"body": "2"}}, [1]], "statuses": [{"id": "c"}, "odd"]});
    let notification = comes_back("elements", &notification(&[change("messages", &value)]));
    assert_eq!(texts(&notification), ["1", "2"]);
    let kinds: Vec<_> = notification.events().map(|event| event.placed().kind()).collect();
    assert_eq!(kinds, ["Message", "Message", "Status", "Unread", "Unread", "Unread"]);
    let undeclared = notification.undeclared();
    assert_eq!(
        undeclared,
        ["[1]", "[3]"]
            .map(|at| format!("entry[0].changes[0].value.messages{at}"))
            .into_iter()
            .chain(["entry[0].changes[0].value.statuses[1]".to_owned()])
            .collect::<Vec<_>>()
    );
}

#[test]
fn any_bytes_are_a_notification() {
    for body in [
        &b""[..],
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"{\"entry\": 1}",
        b"{}",
        b"7",
        "\u{feff}{}".as_bytes(),
        b"{\"entry\":[{}]}",
        b"{\"entry\":[{\"changes\":[{}]}]}",
    ] {
        let notification = Notification::from_slice(body);
        let text = String::from_utf8_lossy(body);
        assert_eq!(notification.events().count(), 1, "{text}");
        let event = notification.events().next().unwrap();
        assert!(matches!(event, Event::Unread(_) | Event::Empty(_)), "{text}: {event:?}");
        let _ = event.key();
        serde_json::to_string(&notification).unwrap();
    }
    let deep = format!(
        "{{\"entry\":[{{\"changes\":[{{\"field\":\"messages\",\"value\":{{\"messages\":[{}{},{{\"text\":{{\"body\":\"x\"}}}}]}}}}]}}]}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let notification = Notification::from_slice(deep.as_bytes());
    assert_eq!(texts(&notification), ["x"]);
    let deep = "[".repeat(1_000_000);
    assert!(Notification::from_slice(deep.as_bytes()).kept().is_some());
    let many = format!(
        "{{\"entry\":[{{\"changes\":[{{\"field\":\"messages\",\"value\":{{\"messages\":[{}]}}}}]}}]}}",
        vec!["1"; 200_000].join(",")
    );
    let notification = Notification::from_slice(many.as_bytes());
    assert!(notification.events().count() < 300);
    assert_eq!(serde_json::to_string(&notification).unwrap().matches('1').count(), 200_000);
}

#[test]
fn a_field_may_stand_after_its_value_and_names_may_come_in_place_of_values() {
    let sent =
        r#"{"entry":[{"changes":[{"value":{"messages":[{"id":"a","text":{"body":"1"}}]},"field":"messages"}],"id":"1"}],"object":"x"}"#;
    assert_eq!(texts(&Notification::from_slice(sent.as_bytes())), ["1"]);
    let named = json!({"object": "x", "entry": [{"id": "1", "time": 7, "changed_fields": ["messages", "flows"]}]});
    let notification = comes_back("names", &named);
    let names: Vec<_> =
        notification.events().filter_map(|event| if let Event::Changed(name) = event { Some(name.get().as_str()) } else { None }).collect();
    assert_eq!(names, ["messages", "flows"]);
    let unknown = comes_back("unknown", &notification_of_tomorrow());
    assert!(matches!(unknown.events().next().unwrap(), Event::Other(_)));
}

fn notification_of_tomorrow() -> Value {
    notification(&[change("a_field_of_tomorrow", &json!({"a": [1]}))])
}

/// JSON leaves open what a member means that is there twice. Here, as for `serde_json`, the last counts, and nothing is left of the first.
#[test]
fn of_a_member_that_comes_twice_the_last_counts() {
    let message =
        r#"{"messages":[{"from":"15550100123","id":"wamid.1","timestamp":"1779100000","type":"text","text":{"body":"the healthy one"}}]}"#;
    for (field, read) in [
        (r#""field":{"odd":1},"field":"messages""#, true),
        (r#""field":"odd","field":"messages""#, true),
        (r#""field":"messages","field":{"odd":1}"#, false),
        (r#""field":"messages","field":"odd""#, false),
    ] {
        let body = format!(r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{{field},"value":{message}}}]}}]}}"#);
        let notification = Notification::from_slice(body.as_bytes());
        assert_eq!(texts(&notification), if read { vec![HEALTHY] } else { Vec::new() }, "{field}");
        comes_back(field, &serde_json::from_str(&body).unwrap());
        let text = serde_json::to_string(&notification).unwrap();
        assert_eq!(text.matches(r#""field":"#).count(), 1, "{text}");
        assert_eq!(Notification::from_slice(text.as_bytes()), notification, "{field}");
    }
}
