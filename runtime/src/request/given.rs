//! The value of a parameter as it is held until it is sent.

use std::sync::OnceLock;

use serde_json::Value;

use crate::description::info::RuleInfo;
use crate::request::rules::broken_within;
use crate::values::json::Json;
use crate::values::view::View;

/// The value of a parameter.
pub(crate) enum Given {
    /// As free JSON.
    Value(Value),
    /// Written as it will be sent. Few look into it.
    Written(Box<Written>),
}

/// A value that is not free JSON before somebody asks for it.
pub(crate) struct Written {
    text: Vec<u8>,
    value: OnceLock<Value>,
    /// The rules that it breaks, by their places among those of the operation: the names, and how.
    breaches: Vec<(usize, Vec<(String, String)>)>,
}

impl Given {
    /// Writes what has parts; the rest is small.
    pub(crate) fn written(name: &str, view: View<'_>, rules: &[RuleInfo]) -> Self {
        if !matches!(view, View::Array(_) | View::Record(_) | View::Union(_) | View::Map(_)) {
            return Self::Value(view.into_json());
        }
        let broken = |(at, rule): (usize, &RuleInfo)| Some((at, broken_within(name, &view, rule))).filter(|(_, broken)| !broken.is_empty());
        let breaches = rules.iter().enumerate().filter_map(broken).collect();
        let mut json = Json::default();
        json.view(&view);
        Self::Written(Box::new(Written { text: json.into_bytes(), value: OnceLock::new(), breaches }))
    }

    /// The value as free JSON.
    pub(crate) fn json(&self) -> &Value {
        match self {
            Self::Value(value) => value,
            // It was written here, and is JSON.
            Self::Written(written) => written.value.get_or_init(|| serde_json::from_slice(&written.text).unwrap_or_default()),
        }
    }

    pub(crate) fn is_empty_text(&self) -> bool {
        matches!(self, Self::Value(value) if value.as_str() == Some(""))
    }

    /// Where it breaks a rule about its parts, which is at this place among the operation's.
    pub(crate) fn breaches(&self, name: &str, at: usize, rule: &RuleInfo) -> Vec<(String, String)> {
        match self {
            Self::Value(value) => broken_within(name, &View::Json(value), rule),
            Self::Written(written) => {
                written.breaches.iter().find(|(known, _)| *known == at).map(|(_, broken)| broken.clone()).unwrap_or_default()
            }
        }
    }

    /// Writes it as the member of an object.
    pub(crate) fn write(&self, name: &str, to: &mut Json) {
        match self {
            Self::Value(value) => to.named(name, &View::Json(value)),
            Self::Written(written) => to.written(name, &written.text),
        }
    }
}
