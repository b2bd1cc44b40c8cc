//! What reads have shown of how fast the calls about an object may be.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;

use crate::description::info::{Method, OperationInfo, RateInfo};

/// The members that lead to the field.
type Field = &'static [&'static str];

type Look = fn(&ObservedRates, &[&OperationInfo], &[u8]);

/// Calls a second by object and field, shared by a client, its clones and its views. Off until a pace depends on it, since
/// looking takes time.
#[derive(Default)]
pub(crate) struct ObservedRates {
    /// Looks at an answer. Empty while off: a program in which no pace depends on answers does not contain it.
    look: OnceLock<Look>,
    rates: Mutex<HashMap<(String, Field), u32>>,
}

impl ObservedRates {
    /// From now on answers are looked at.
    pub(crate) fn begin(&self) {
        self.look.get_or_init(|| Self::read);
    }

    pub(crate) fn rate(&self, id: &str, field: Field) -> Option<u32> {
        self.lock().get(&(id.to_owned(), field)).copied()
    }

    /// Looks at the answer of a read for what the paces of these operations depend on.
    pub(crate) fn learn(&self, operations: &[&OperationInfo], method: Method, answer: &[u8]) {
        if method == Method::Get
            && let Some(look) = self.look.get()
        {
            look(self, operations, answer);
        }
    }

    fn read(&self, operations: &[&OperationInfo], answer: &[u8]) {
        // Most answers hold none of the names, and are not read a second time.
        let text = String::from_utf8_lossy(answer);
        let named = |rate: &RateInfo| rate.field.first().is_some_and(|name| text.contains(&format!("\"{name}\"")));
        let rates: Vec<RateInfo> = rates(operations).into_iter().filter(named).collect();
        if !rates.is_empty()
            && let Ok(value) = serde_json::from_str(&text)
        {
            self.look(&value, &rates);
        }
    }

    /// Looks at the object and at every one within.
    fn look(&self, value: &Value, rates: &[RateInfo]) {
        match value {
            Value::Array(items) => {
                for item in items {
                    self.look(item, rates);
                }
            }
            Value::Object(members) => {
                if let Some(id) = members.get("id").and_then(identifier) {
                    for rate in rates {
                        self.note(&id, value, *rate);
                    }
                }
                for member in members.values() {
                    self.look(member, rates);
                }
            }
            _ => {}
        }
    }

    fn note(&self, id: &str, object: &Value, rate: RateInfo) {
        let level = rate.field.iter().try_fold(object, |object, name| object.get(name)).and_then(Value::as_str);
        let Some(level) = level else { return };
        let key = (id.to_owned(), rate.field);
        match rate_at(rate, level) {
            Some(calls) => self.lock().insert(key, calls),
            // An object that was fast and now has a value without a documented rate.
            None => self.lock().remove(&key),
        };
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, Field), u32>> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The documented rate for a value.
pub(crate) fn rate_at(rate: RateInfo, value: &str) -> Option<u32> {
    rate.per_second.iter().find(|(listed, _)| *listed == value).map(|(_, calls)| *calls)
}

/// Graph writes identifiers as texts, and a few as numbers.
fn identifier(value: &Value) -> Option<String> {
    match value {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// What the operations document, each once.
fn rates(operations: &[&OperationInfo]) -> Vec<RateInfo> {
    let mut rates: Vec<RateInfo> = Vec::new();
    for rate in operations.iter().filter_map(|operation| operation.paced?.rate) {
        if !rates.contains(&rate) {
            rates.push(rate);
        }
    }
    rates
}
