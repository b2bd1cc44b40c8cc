//! What a flow asks, decrypted.

use graph_runtime::Value;

/// What came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Meta's health check. [`Exchange::acknowledge`](crate::Exchange::acknowledge) answers it.
    Ping,
    /// The client could not use an earlier answer, and says why. [`Exchange::acknowledge`](crate::Exchange::acknowledge) answers it.
    Failure(Failure),
    /// A flow wants to know what to show.
    Request(Request),
}

/// What a flow asks. All that came is in [`payload`](Self::payload).
#[derive(Clone, Debug, PartialEq)]
pub struct Request(Value);

/// An error notification.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure(Value);

impl Content {
    pub(crate) fn of(payload: Value) -> Self {
        if text(&payload, "action").is_some_and(|action| action.eq_ignore_ascii_case("ping")) {
            return Self::Ping;
        }
        match payload["data"].get("error") {
            Some(error) if !error.is_null() => Self::Failure(Failure(payload)),
            _ => Self::Request(Request(payload)),
        }
    }
}

impl Request {
    /// Why the flow asks: `INIT` as it opens, `data_exchange` as a screen is submitted, `BACK` as the user goes back; others may be added.
    pub fn action(&self) -> Option<&str> {
        text(&self.0, "action")
    }

    /// The screen that is left. Absent when the flow opens.
    pub fn screen(&self) -> Option<&str> {
        text(&self.0, "screen").filter(|screen| !screen.is_empty())
    }

    /// What the screen sends; `null` if nothing.
    pub fn data(&self) -> &Value {
        &self.0["data"]
    }

    /// What the business has sent with the flow, to know the conversation by. Users can read it, so it is to be one that cannot be guessed:
    /// [`FlowTokens`](crate::FlowTokens).
    pub fn flow_token(&self) -> Option<&str> {
        text(&self.0, "flow_token")
    }

    /// The version of the data exchange: `3.0`.
    pub fn version(&self) -> Option<&str> {
        text(&self.0, "version")
    }

    /// All that came.
    pub fn payload(&self) -> &Value {
        &self.0
    }
}

impl Failure {
    /// The name of the error.
    pub fn error(&self) -> Option<&str> {
        text(&self.0["data"], "error").or_else(|| text(&self.0["data"], "error_key"))
    }

    /// What is wrong.
    pub fn message(&self) -> Option<&str> {
        text(&self.0["data"], "error_message")
    }

    /// The token of the flow.
    pub fn flow_token(&self) -> Option<&str> {
        text(&self.0, "flow_token")
    }

    /// All that came.
    pub fn payload(&self) -> &Value {
        &self.0
    }
}

fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str()
}
