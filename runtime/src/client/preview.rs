//! What a call would send, without sending it.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::client::Client;
use crate::client::transport::Attempt;
use crate::description::info::{BodyKind, Method};
use crate::error::Error;
use crate::request::operation::Operation;
use crate::request::parts::Outgoing;
use crate::values::redact::{MASK, Masks};
use crate::values::secret::Secret;

/// What a call would send: for dry runs, and to show a colleague. It holds no secret: tokens, proofs and secret parameters are masked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Preview {
    /// The verb.
    pub method: Method,
    /// The whole URL, with its query.
    pub url: String,
    /// The headers, in the order in which they are sent.
    pub headers: Vec<(String, String)>,
    /// Where the parameters of the body travel.
    pub body: BodyKind,
    /// The parameters of the body, by name.
    pub params: Map<String, Value>,
    /// The files of the body, which have not been opened.
    pub files: Vec<PreviewFile>,
}

/// A file that a call would send.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewFile {
    /// The parameter.
    pub param: &'static str,
    /// The name under which it is uploaded.
    pub name: String,
    /// Its media type.
    pub content_type: String,
}

impl Client {
    /// What [`send`](Self::send) would send, after the same validation. Neither a token provider nor the ledger, the governor or the pace is
    /// asked, so the call may be held back or refused for what these know.
    ///
    /// # Errors
    /// What [`send`](Self::send) says of a request that it does not send: a refusal, or a fault of the request.
    pub fn preview<O: Operation>(&self, request: &O) -> Result<Preview, Error> {
        let mut outgoing = Outgoing::new(request.info());
        request.encode(&mut outgoing);
        outgoing.merge(request.options().extra());
        let version = request.options().version().unwrap_or(self.version);
        // In the place of the token, so that neither it nor its proof is ever in what is shown.
        let attempt = Attempt::new(self, &outgoing, request.options(), version, Secret::from(MASK));
        self.validate(&attempt).map_err(|error| error.without(self.personal(&outgoing)))?;
        let masks = self.masks(&attempt);
        let sent = self.request(&attempt, Duration::ZERO, &mut String::new());
        let sent = sent.map_err(|fault| Error::config_of(&self.call(&attempt), fault))?;
        let mut headers: Vec<(String, String)> = Vec::new();
        for (name, value) in sent.headers() {
            headers.push((name.to_string(), masks.text(&String::from_utf8_lossy(value.as_bytes()))));
        }
        Ok(Preview {
            method: outgoing.method(),
            url: masks.text(sent.url().as_str()),
            headers,
            body: outgoing.info().body,
            params: outgoing.body_members().map(|(name, value)| (name.to_owned(), masked(value, &masks))).collect(),
            files: outgoing.files().iter().map(|(param, file)| PreviewFile::of(param, file)).collect(),
        })
    }
}

impl PreviewFile {
    fn of(param: &'static str, file: &crate::request::file::File) -> Self {
        Self { param, name: file.name().to_owned(), content_type: file.content_type().to_owned() }
    }
}

/// A request as HTTP writes it, with JSON in the place of forms and parts.
impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        if !self.params.is_empty() {
            let indented = serde_json::to_string_pretty(&self.params).map_err(|_| fmt::Error)?;
            writeln!(f, "\n{indented}")?;
        }
        for file in &self.files {
            writeln!(f, "\n{}: the file {:?}, {}", file.param, file.name, file.content_type)?;
        }
        Ok(())
    }
}

/// The value without secrets, at any depth. A number that is one becomes a text.
fn masked(value: &Value, masks: &Masks) -> Value {
    match value {
        Value::String(text) => masks.text(text).into(),
        Value::Number(number) => {
            let text = number.to_string();
            let shown = masks.text(&text);
            if shown == text { value.clone() } else { shown.into() }
        }
        Value::Array(items) => items.iter().map(|item| masked(item, masks)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), masked(value, masks))).collect(),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}
