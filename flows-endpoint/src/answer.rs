//! What a flow is answered.

use graph_runtime::Value;
use graph_runtime::serde_json::{Map, json};

/// An answer before it is encrypted.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer(Value);

impl Answer {
    /// Shows a screen with this data. A member `error_message` of the data is shown above the screen, which may be the one that the user is on.
    pub fn screen(name: &str, data: impl Into<Value>) -> Self {
        Self(json!({"screen": name, "data": data.into()}))
    }

    /// Ends the flow. The members of `params` come back with the webhook of the message that the user then sends, beside the token.
    pub fn finish(flow_token: &str, params: Map<String, Value>) -> Self {
        let mut all = params;
        all.insert("flow_token".into(), flow_token.into());
        Self(json!({"screen": "SUCCESS", "data": {"extension_message_response": {"params": all}}}))
    }

    /// Something else.
    pub fn raw(value: Value) -> Self {
        Self(value)
    }

    pub(crate) fn pong() -> Self {
        Self(json!({"data": {"status": "active"}}))
    }

    pub(crate) fn acknowledged() -> Self {
        Self(json!({"data": {"acknowledged": true}}))
    }

    /// What is encrypted.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

/// An answer as HTTP sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The whole body.
    pub body: String,
}

impl Reply {
    pub(crate) fn encrypted(status: u16, body: String) -> Self {
        Self { status, content_type: "text/plain", body }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::encrypted(status, String::new())
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: body.to_string() }
    }
}
