use {{library}}::webhooks::Notification;
use serde_json::Value;

/// Reads a payload as it is sent: without white space, `/` and everything outside ASCII escaped. Nothing is lost, and nothing is undeclared but what the
/// spec says.
fn read(json: &str, undeclared: &[&str]) -> Notification {
    let payload: Value = serde_json::from_str(json).expect("JSON");
    let notification = Notification::from_slice(sent(&payload).as_bytes());
    assert_eq!(notification.undeclared(), undeclared);
    let text = serde_json::to_string(&notification).expect("a notification is JSON");
    assert_eq!(without_nulls(serde_json::from_str(&text).expect("JSON")), without_nulls(payload.clone()), "what was read is not what was sent");
    let again: Notification = serde_json::from_str(&text).expect("a notification");
    assert!(again == notification, "what was encoded is not what was read");
    let from_value: Notification = serde_json::from_value(payload).expect("a notification");
    assert!(from_value == notification, "a value is not read as its text");
    let keys: Vec<_> = notification.events().map(|event| event.key()).collect();
    let keys_again: Vec<_> = again.events().map(|event| event.key()).collect();
    assert_eq!(keys, keys_again);
    notification
}

/// As Graph writes JSON.
fn sent(json: &Value) -> String {
    let mut text = String::new();
    for character in json.to_string().chars() {
        match character {
            '/' => text.push_str("\\/"),
            character if character.is_ascii() => text.push(character),
            character => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text
}

/// A member that is `null` counts as absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(elements) => elements.into_iter().filter(|element| !element.is_null()).map(without_nulls).collect(),
        scalar => scalar,
    }
}
