//! The key of an event: the same however often and in whatever company it comes.

use serde_json::Value;

use crate::notification::facts::EventInfo;
use crate::notification::look_up::text_at;
use crate::values::wire::Wire;
use crate::webhook::EventKey;

/// What is around an item, as far as its key needs it.
pub(crate) struct Around<'a> {
    pub(crate) account: Option<&'a str>,
    pub(crate) field: Option<&'a str>,
    pub(crate) time: Option<&'a str>,
}

/// The key of an item. It is of the item alone, but for the account where several have the same content. Without the members that make it, it is of all
/// that the item has.
pub(crate) fn key(info: &EventInfo, item: &dyn Wire, content: Option<&str>, around: &Around<'_>) -> EventKey {
    let account = around.account.filter(|_| info.of_account);
    let mut parts: Vec<(String, String)> = account.map(|account| ("account".to_owned(), account.to_owned())).into_iter().collect();
    let own: Vec<_> = info.key.iter().filter_map(|path| Some((path.join("."), text_at(item, path)?.into_owned()))).collect();
    let first = info.key.first().map(|path| path.join("."));
    if own.first().is_some_and(|(name, _)| Some(name) == first.as_ref()) {
        parts.extend(own);
        parts.extend(content.map(|content| ("content".to_owned(), content.to_owned())));
        return EventKey::new(info.name, parts.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    }
    let mut value = item.view().into_json();
    if let Value::Object(members) = &mut value {
        info.without.iter().for_each(|name| _ = members.shift_remove(*name));
    }
    let mut canonical = String::new();
    for text in [account, around.field, around.time].into_iter().flatten() {
        canonical.push_str(text);
        canonical.push('\n');
    }
    write(&value, &mut canonical);
    EventKey::hashed(info.name, canonical.as_bytes())
}

/// Writes a value so that the order of members, and members that are `null`, make no difference.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.iter().filter(|(_, value)| !value.is_null()).collect();
            names.sort_by(|a, b| a.0.cmp(b.0));
            text.push('{');
            for (name, value) in names {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for element in elements.iter().filter(|element| !element.is_null()) {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}
