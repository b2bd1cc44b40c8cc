//! Decoding with the types of an operation, and encoding again.

use graph_runtime::{Method, Operation, OperationInfo};
use serde_core::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Decodes a value, and encodes what it became.
pub(crate) type Again = fn(Value) -> Result<Value, serde_json::Error>;

/// What an operation decodes.
pub(crate) struct Codec {
    pub(crate) info: &'static OperationInfo,
    /// Its body; nothing where it sends none.
    pub(crate) body: Option<Again>,
    /// Its answer.
    pub(crate) answer: Again,
}

impl Codec {
    /// Of an operation without a body.
    pub(crate) fn of<R: Operation<Response: Serialize>>() -> Self {
        Self { info: R::INFO, body: None, answer: answered::<R> }
    }

    /// Of an operation that sends `B`.
    pub(crate) fn sending<R: Operation<Response: Serialize>, B: Serialize + DeserializeOwned>() -> Self {
        Self { body: Some(again::<B>), ..Self::of::<R>() }
    }

    /// Whether a method and path of Meta's description are those of the operation: `/{Version}/{WABA-ID}/flows`.
    pub(crate) fn is_at(&self, method: &str, path: &str) -> bool {
        let verb = match self.info.method {
            Method::Get => "get",
            Method::Post => "post",
            Method::Delete => "delete",
        };
        let (ours, theirs) = (segments(self.info.path), segments(path.strip_prefix("/{Version}").unwrap_or(path)));
        verb == method && ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(ours, theirs)| same(ours, theirs))
    }
}

/// Through text, as it comes from the wire: a decoder may not lean on values that were parsed already.
fn again<T: Serialize + DeserializeOwned>(value: Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_str::<T>(&value.to_string())?)
}

/// As the client reads it.
fn answered<R: Operation<Response: Serialize>>(value: Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(R::decode(&value.to_string())?)
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

/// What Meta calls our identifiers; of others the name says the same.
const NAMES: &[(&str, &str)] = &[
    ("WABA-ID", "waba_id"),
    ("WhatsApp-Business-Account-ID", "waba_id"),
    ("TEMPLATE_ID", "message_template_id"),
    ("Pre-Verified-Phone-Number-ID", "preverified_number_id"),
    ("QR-Code-ID", "code"),
];

fn same(ours: &str, theirs: &str) -> bool {
    let name = |segment: &str| segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map(str::to_owned);
    match (name(ours), name(theirs)) {
        (Some(ours), Some(theirs)) => match NAMES.iter().find(|(info, _)| *info == theirs) {
            Some((_, name)) => *name == ours,
            None => theirs.to_lowercase().replace('-', "_") == ours,
        },
        (None, None) => ours == theirs,
        _ => false,
    }
}
