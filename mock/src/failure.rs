//! Graph's errors: the envelope, the wording, the HTTP status.
//!
//! The shape is that of Meta's pages of error codes (`developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes`) and of error handling
//! (`developers.facebook.com/docs/graph-api/guides/error-handling`). An error that the spec shows in an example is worded as there.

use std::{ops::Range, sync::OnceLock};

use graph_runtime::Version;
use serde_json::{Map, Value, json};
use whatsapp_graph::ErrorKind;

use crate::{
    description::{Answer, Error, Operation, Spec},
    tables::SPEC,
};

/// An answer that is an error.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    /// The name of the spec; none of what is no documented error.
    pub(crate) name: Option<&'static str>,
    /// The member `error`, without the trace.
    pub(crate) error: Map<String, Value>,
}

/// What Graph says of an object that is not there.
pub(crate) const MISSING: &str = "does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api";

/// The codes of one platform, which say more in `error_data`; smaller ones are those of every Graph API, and larger ones are subcodes that Meta
/// prints without a code.
const PLATFORM: Range<u32> = 100_000..1_000_000;

/// What is beside the details of an error, as the examples of the spec have it.
fn data() -> &'static Map<String, Value> {
    static DATA: OnceLock<Map<String, Value>> = OnceLock::new();
    DATA.get_or_init(|| {
        let examples = SPEC.operations().flat_map(|(_, operation)| operation.examples);
        let data = examples.filter_map(|example| {
            let Answer::Error(_, body, _) = example.answer else { return None };
            let body: Value = serde_json::from_str(body).ok()?;
            let data = body.get("error")?.get("error_data")?.as_object()?;
            (data.len() > 1 && data.contains_key("details")).then(|| data.clone())
        });
        data.max_by_key(Map::len).unwrap_or_default()
    })
}

impl Failure {
    /// An error by its kind, as an operation answers it.
    pub(crate) fn of(kind: ErrorKind, operation: Option<&Operation>) -> Self {
        match kind.info().and_then(|info| SPEC.error(info.name)) {
            Some(error) => Self::documented(error, operation),
            None => Self::numbered(kind),
        }
    }

    /// An error by its name in the spec, worded as an example of the operation, else of another, else as its title.
    pub(crate) fn documented(error: &'static Error, operation: Option<&Operation>) -> Self {
        let of = |operation: &Operation| operation.examples.iter().find_map(|example| shown(&example.answer, error.name));
        operation.and_then(of).or_else(|| SPEC.operations().find_map(|(_, operation)| of(operation))).unwrap_or_else(|| Self::titled(error))
    }

    fn numbered(kind: ErrorKind) -> Self {
        let ErrorKind::Other { code, subcode } = kind else { return Self::worded(400, 1, None, "An unknown error has occurred.") };
        Self::worded(400, code, subcode, &format!("(#{code}) An error that the spec does not list"))
    }

    /// Made from the catalog alone.
    fn titled(error: &'static Error) -> Self {
        let title = error.title.unwrap_or("An error whose wording is not published");
        let mut failure = Self::worded(error.status(), error.code, error.subcode, &format!("(#{}) {title}", error.code));
        failure.name = Some(error.name);
        if error.subcode.is_some() {
            failure.error.insert("error_user_title".into(), title.into());
            failure.error.insert("error_user_msg".into(), title.into());
        } else if PLATFORM.contains(&error.code) {
            failure = failure.detailed(title);
        }
        if error.retry == "backoff" && error.category == "server" {
            failure.error.insert("is_transient".into(), true.into());
        }
        failure
    }

    /// An error in these words.
    pub(crate) fn worded(status: u16, code: u32, subcode: Option<u32>, message: &str) -> Self {
        let mut error = Map::new();
        error.insert("message".into(), message.into());
        error.insert("type".into(), "OAuthException".into());
        error.insert("code".into(), code.into());
        if let Some(subcode) = subcode {
            error.insert("error_subcode".into(), subcode.into());
        }
        Self { status, name: None, error }
    }

    /// A parameter that does not fit: code 100.
    pub(crate) fn invalid(message: &str) -> Self {
        let mut failure = Self::worded(400, 100, None, &format!("(#100) {message}"));
        failure.name = Some("InvalidParameter");
        failure
    }

    /// An object that is not there, or does not have what was asked of it.
    pub(crate) fn missing(method: &str, id: &str) -> Self {
        let mut failure = Self::worded(
            400,
            100,
            Some(33),
            &format!("Unsupported {} request. Object with ID '{id}' {MISSING}", method.to_ascii_lowercase()),
        );
        failure.error.insert("type".into(), "GraphMethodException".into());
        failure.name = Some("ObjectNotFound");
        failure
    }

    /// A path that is none. A version that is not released is read as a part of it.
    pub(crate) fn unknown_path(path: &str) -> Self {
        let mut failure = Self::worded(400, 2500, None, &format!("Unknown path components: /{path}"));
        failure.name = Some("UnknownPathComponents");
        failure
    }

    /// A field that the node does not have.
    pub(crate) fn no_field(field: &str, node: &str) -> Self {
        let mut failure = Self::invalid(&format!("Tried accessing nonexisting field ({field}) on node type ({node})"));
        failure.name = Some("NonexistentField");
        failure
    }

    /// What a version no longer has.
    pub(crate) fn deprecated(since: Option<Version>) -> Self {
        let since = since.map_or_else(|| "all versions".into(), |since| format!("versions {since} or higher"));
        let mut failure = Self::worded(400, 12, None, &format!("(#12) Deprecated for {since}"));
        failure.name = Some("DeprecatedInVersion");
        failure
    }

    /// With details, where Graph writes what is wrong with a value.
    pub(crate) fn detailed(mut self, details: &str) -> Self {
        let mut data = data().clone();
        data.insert("details".into(), details.into());
        self.error.insert("error_data".into(), data.into());
        self
    }

    pub(crate) fn message(&self) -> &str {
        self.error.get("message").and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> u64 {
        self.error.get("code").and_then(Value::as_u64).unwrap_or_default()
    }

    /// The body, with the trace.
    pub(crate) fn body(mut self, trace: &str) -> Value {
        self.error.insert("fbtrace_id".into(), trace.into());
        json!({"error": self.error})
    }
}

fn shown(answer: &Answer, wanted: &str) -> Option<Failure> {
    let &Answer::Error(status, body, name) = answer else { return None };
    if name != wanted {
        return None;
    }
    let body: Value = serde_json::from_str(body).ok()?;
    let mut error = body.get("error")?.as_object()?.clone();
    error.shift_remove("fbtrace_id");
    Some(Failure { status, name: Some(name), error })
}

impl Error {
    /// The most authoritative HTTP status; where none is published, that of its category.
    pub(crate) fn status(&self) -> u16 {
        self.statuses.first().copied().unwrap_or(match self.category {
            "auth" => 401,
            "permission" => 403,
            "server" => 500,
            _ => 400,
        })
    }
}

impl Spec {
    /// An error as people name it: `PinMismatch`, `133005`, `100/33`.
    pub(crate) fn error_called(&self, text: &str) -> Option<&'static Error> {
        if let Some(error) = self.error(text) {
            return Some(error);
        }
        let (code, subcode) = text.split_once('/').map_or((text, None), |(code, subcode)| (code, Some(subcode)));
        let (code, subcode) = (code.parse().ok()?, subcode.map(str::parse).transpose().ok()?);
        ErrorKind::lookup(code, subcode).info().and_then(|info| self.error(info.name))
    }
}
