//! The payloads of the spec, and what is done to them.

use std::{path::Path, sync::LazyLock};

use graph_codegen::load;
use serde_json::{Value, json};

/// Every payload of the spec, under its field and title.
pub(crate) static PAYLOADS: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let api = load(&spec).unwrap_or_else(|report| panic!("{}", report.render("spec", false)));
    let fields = api.webhooks.expect("the spec has webhooks").fields;
    let named = fields.into_iter().flat_map(|field| {
        field.payloads.into_iter().map(move |payload| (format!("{}: {}", field.name, payload.title), payload.json)).collect::<Vec<_>>()
    });
    named.collect()
});

/// The payload of that field and title.
pub(crate) fn payload(name: &str) -> Value {
    PAYLOADS.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no payload {name}")).1.clone()
}

/// A notification of one entry with these changes.
pub(crate) fn notification(changes: &[Value]) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "301177550032914", "changes": changes}]})
}

/// A change of a field.
pub(crate) fn change(field: &str, value: &Value) -> Value {
    json!({"value": value, "field": field})
}

/// A change with one message.
pub(crate) fn text(id: &str, body: &str) -> Value {
    change(
        "messages",
        &json!({"messaging_product": "whatsapp", "messages": [{"from": "15550100123", "id": id, "timestamp": "1779100000", "type": "text", "text": {"body": body}}]}),
    )
}

/// A member that is `null` counts as absent, and an element that is as well.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(elements) => elements.into_iter().filter(|element| !element.is_null()).map(without_nulls).collect(),
        scalar => scalar,
    }
}

/// The pointers to every member of every object, at any depth.
pub(crate) fn members(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                    found.push(path.clone());
                    walk(member, &path, found);
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let path = format!("{path}/{index}");
                    found.push(path.clone());
                    walk(element, &path, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}
