//! A webhook of any bytes: a notification, of which nothing is lost, and which has an event.

use graph_runtime::Value;
use whatsapp_graph::webhooks::{Event, Notification};

/// Any bytes are read. What is JSON is encoded as it was, and has the same events when it is read again.
pub fn holds(input: &[u8]) {
    let notification = Notification::from_slice(input);
    let mut events = 0_usize;
    for event in notification.events() {
        events += 1;
        let placed = event.placed();
        let _ =
            (event.key(), placed.people(), placed.state(), placed.reply_to(), placed.unix_time(), placed.number(), format!("{event:?}"));
        if let Event::Unread(kept) = event {
            assert!(!kept.get().reason().is_empty() || kept.get().text().is_empty(), "kept for no reason");
        }
    }
    assert!(events > 0, "a notification without an event");
    let text = serde_json::to_string(&notification).expect("a notification can be encoded");
    let again = Notification::from_slice(text.as_bytes());
    if notification.kept().is_some() {
        return;
    }
    assert!(again == notification, "what is encoded is another notification");
    assert!(notification.events().map(|event| event.key()).eq(again.events().map(|event| event.key())), "other keys");
    if let Ok(came) = serde_json::from_slice::<Value>(input) {
        let encoded: Value = serde_json::from_str(&text).expect("what is encoded is JSON");
        assert_eq!(normal(encoded), normal(came), "the notification is not encoded as it was read");
    }
}

/// Null and absent mean the same, and so do 1 and 1.0.
fn normal(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, normal(value))).collect()
        }
        Value::Array(items) => items.into_iter().filter(|item| !item.is_null()).map(normal).collect(),
        Value::Number(number) => number.as_f64().map_or(Value::Number(number), Value::from),
        other => other,
    }
}
