//! A request as it arrived: method, version, path, token, and parameters wherever they came.

use bytes::Bytes;
use graph_runtime::Version;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::{
    description::{Location, Method},
    tables::SPEC,
};

/// What is secret in a URL of any Graph API.
const EVERYWHERE: [&str; 3] = ["access_token", "appsecret_proof", "appsecret_time"];

/// What a server reads of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// As it was sent, with the query.
    pub(crate) target: String,
    /// Names in lowercase.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// The parts of a body of several.
    pub(crate) parts: Option<Vec<Part>>,
    /// Whether the callback that it sets answered the handshake; nothing if there was none.
    pub(crate) shaken: Option<bool>,
}

/// A part of a body of several.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The target without what is secret in it, for people to read.
    pub(crate) fn shown(&self) -> String {
        let Some((path, query)) = self.target.split_once('?') else { return self.target.clone() };
        let masked = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if EVERYWHERE.contains(&name) || SPEC.secrets.contains(&name) => format!("{name}=********"),
            _ => pair.to_owned(),
        };
        format!("{path}?{}", query.split('&').map(masked).collect::<Vec<_>>().join("&"))
    }
}

/// A value that was sent, and how.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) value: Value,
    /// It came as text, so that a list or a number is written in it.
    pub(crate) text: bool,
    pub(crate) from: Location,
}

/// A file that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) param: String,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

/// A request, understood as far as it can be without knowing the operation.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// None of another method than Graph's three.
    pub(crate) method: Option<Method>,
    pub(crate) version: Option<Version>,
    /// What follows the version, decoded.
    pub(crate) segments: Vec<String>,
    /// Its scheme in lower case and the token; a token of the query has the scheme of the others.
    pub(crate) token: Option<(String, String)>,
    pub(crate) given: Vec<(String, Given)>,
    pub(crate) uploads: Vec<Upload>,
    /// The body was said to be JSON, or looks like it, and is none.
    pub(crate) broken: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) content_type: String,
    /// Names in lowercase.
    pub(crate) headers: Vec<(String, Given)>,
    pub(crate) shaken: Option<bool>,
}

impl Call {
    pub(crate) fn of(received: &Received) -> Self {
        let mut segments: Vec<String> = received
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let version = segments.first().and_then(|first| version(first));
        if version.is_some() {
            segments.remove(0);
        }
        let content_type = received.header("content-type").unwrap_or_default().to_owned();
        let mut call = Self {
            method: Method::parse(&received.method),
            version,
            segments,
            token: None,
            given: Vec::new(),
            uploads: Vec::new(),
            broken: None,
            body: received.body.clone(),
            content_type,
            shaken: received.shaken,
            headers: received
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), Given { value: value.as_str().into(), text: true, from: Location::Header }))
                .collect(),
        };
        for (name, value) in form_urlencoded::parse(received.query().as_bytes()) {
            call.give(&name, Value::String(value.into_owned()), true, Location::Query);
        }
        call.read_body(received);
        if let Some((scheme, token)) = received.header("authorization").and_then(|value| value.trim().split_once(' ')) {
            call.token = Some((scheme.to_ascii_lowercase(), token.trim().to_owned()));
        }
        call
    }

    fn read_body(&mut self, received: &Received) {
        if let Some(parts) = &received.parts {
            for part in parts {
                match &part.file_name {
                    Some(_) => self.uploads.push(Upload {
                        param: part.name.clone(),
                        content_type: part.content_type.clone(),
                        bytes: part.bytes.clone(),
                    }),
                    None => {
                        let text = String::from_utf8_lossy(&part.bytes).into_owned();
                        self.give(&part.name, Value::String(text), true, Location::Multipart);
                    }
                }
            }
            return;
        }
        let body = &received.body;
        let kind = self.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let begins = body.iter().find(|byte| !byte.is_ascii_whitespace());
        if kind.ends_with("json") || (begins == Some(&b'{') && kind != "application/octet-stream") {
            match serde_json::from_slice::<Value>(body) {
                Ok(Value::Object(members)) => {
                    for (name, value) in members {
                        self.give(&name, value, false, Location::Json);
                    }
                }
                Ok(_) => self.broken = Some("the body is JSON and no object".into()),
                Err(_) if body.is_empty() => {}
                Err(error) => self.broken = Some(error.to_string()),
            }
        } else if kind == "application/x-www-form-urlencoded" {
            for (name, value) in form_urlencoded::parse(body) {
                self.give(&name, Value::String(value.into_owned()), true, Location::Form);
            }
        }
    }

    fn give(&mut self, name: &str, value: Value, text: bool, from: Location) {
        if name == "access_token" {
            if let Value::String(token) = value {
                self.token = Some(("bearer".into(), token));
            }
            return;
        }
        self.given.push((name.to_owned(), Given { value, text, from }));
    }

    /// The last value of that name, as Graph takes it.
    pub(crate) fn value(&self, name: &str) -> Option<&Given> {
        self.given.iter().rev().find(|(known, _)| known == name).map(|(_, given)| given)
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&Given> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, given)| given)
    }

    /// The value as text, if it is one.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.value.as_str()
    }

    /// What was sent as one object, values that came as text read where they are JSON.
    pub(crate) fn object(&self) -> Map<String, Value> {
        self.given.iter().map(|(name, given)| (name.clone(), given.read())).collect()
    }
}

impl Given {
    /// The value; a list or an object that came as text is read.
    pub(crate) fn read(&self) -> Value {
        match &self.value {
            Value::String(text) if self.text && text.starts_with(['{', '[']) => {
                serde_json::from_str(text).unwrap_or_else(|_| self.value.clone())
            }
            other => other.clone(),
        }
    }
}

/// `v23.0`.
pub(crate) fn version(text: &str) -> Option<Version> {
    let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(major) && digits(minor) { Some(Version(major.parse().ok()?, minor.parse().ok()?)) } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails should panic")]
mod tests {
    use super::*;

    fn received(method: &str, target: &str, kind: &str, body: &str) -> Received {
        Received {
            method: method.into(),
            target: target.into(),
            headers: vec![("content-type".into(), kind.into()), ("authorization".into(), "Bearer EAAB".into())],
            body: Bytes::copy_from_slice(body.as_bytes()),
            parts: None,
            shaken: None,
        }
    }

    #[test]
    fn parameters_are_read_wherever_they_came() {
        let call = Call::of(&received("POST", "/v23.0/12/messages?b=%5B1%5D", "application/json; charset=utf-8", r#"{"a":{"c":1}}"#));
        assert_eq!((call.version, call.segments.join("/").as_str()), (Some(Version(23, 0)), "12/messages"));
        assert_eq!(serde_json::to_string(&call.object()).unwrap(), r#"{"b":[1],"a":{"c":1}}"#);
        assert_eq!(call.token.unwrap().1, "EAAB");
        let call = Call::of(&received("POST", "/12", "application/x-www-form-urlencoded", "a=1+2&access_token=EAAC"));
        assert_eq!((call.text("a"), call.version), (Some("1 2"), None));
    }

    #[test]
    fn secrets_of_a_query_are_not_shown() {
        let received = received("GET", "/v23.0/debug_token?input_token=EAAB&access_token=EAAC&fields=id", "", "");
        assert_eq!(received.shown(), "/v23.0/debug_token?input_token=********&access_token=********&fields=id");
    }
}
