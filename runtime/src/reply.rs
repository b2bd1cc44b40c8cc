//! An answer: told apart by its body first and its status second.

use std::fmt;

use bytes::Bytes;
use serde_core::Deserialize;
use serde_core::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::catalogue::Catalogue;
use crate::error::{Call, Error};
use crate::graph_error::GraphError;
use crate::response::{Response, ResponseMeta};

/// An answer that is no error, not decoded yet.
pub(crate) struct Reply {
    call: Call,
    meta: ResponseMeta,
    bytes: Bytes,
}

impl Reply {
    /// Takes an answer, or says what error it is. Graph's statuses contradict its bodies, so the body is asked first.
    pub(crate) fn accept(call: Call, meta: ResponseMeta, bytes: Bytes, catalogue: &'static Catalogue) -> Result<Self, Error> {
        let success = meta.is_success();
        let suspicious = !success || holds(&bytes, b"\"error\"") || holds(&bytes, b"\"success\"");
        if !suspicious {
            return Ok(Self { call, meta, bytes });
        }
        let probe: Probe = serde_json::from_slice(&bytes).unwrap_or_default();
        if let Some(error) = probe.error {
            let error = GraphError::of(&error, &call.masks);
            return Err(Error::graph(&call, meta, &bytes, error, catalogue));
        }
        if success {
            return if probe.unsuccessful { Err(Error::not_successful(&call, meta, &bytes)) } else { Ok(Self { call, meta, bytes }) };
        }
        if serde_json::from_slice::<IgnoredAny>(&bytes).is_ok() {
            Err(Error::other_json(&call, meta, &bytes))
        } else {
            Err(Error::not_json(&call, meta, &bytes))
        }
    }

    /// The answer, if the version that was asked for has given it.
    pub(crate) fn of_requested_version(self) -> Result<Self, Error> {
        match self.meta.other_version() {
            None => Ok(self),
            Some(served) => Err(Error::version_mismatch(&self.call, self.meta, &self.bytes, served)),
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.meta.status
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.call.attempts
    }

    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        match serde_json::from_slice(&self.bytes) {
            Ok(value) => Ok(Response { value, meta: self.meta }),
            Err(error) => Err(self.misread(std::any::type_name::<T>(), &error)),
        }
    }

    fn misread(self, target: &str, error: &serde_json::Error) -> Error {
        if error.is_data() {
            Error::decode(&self.call, self.meta, &self.bytes, short(target), &reason(error))
        } else {
            Error::not_json(&self.call, self.meta, &self.bytes)
        }
    }
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// `graph_runtime::page::Page<alloc::string::String>` is `Page<String>` to people.
fn short(type_name: &str) -> String {
    let mut short = String::new();
    for part in type_name.split_inclusive(['<', '>', ',', ' ', '(', ')', '[', ']', '&']) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}

/// The reason without the position in the text, and without the value that serde quotes.
fn reason(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let reason = reason.strip_suffix(&position).unwrap_or(&reason);
    let quoted =
        ["invalid type: string \"", "invalid value: string \""].iter().find_map(|head| reason.find(head).map(|at| at + head.len() - 2));
    match (quoted, reason.rfind("\", expected")) {
        (Some(from), Some(to)) if from < to => {
            format!("{}{}", &reason[..from], &reason[to + 1..])
        }
        _ => reason.to_owned(),
    }
}

/// The top-level members that make an answer an error.
#[derive(Default)]
struct Probe {
    error: Option<Map<String, Value>>,
    unsuccessful: bool,
}

impl<'de> Deserialize<'de> for Probe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ProbeVisitor)
    }
}

struct ProbeVisitor;

impl<'de> Visitor<'de> for ProbeVisitor {
    type Value = Probe;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Probe, A::Error> {
        let mut probe = Probe::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "error" => {
                    probe.error = match map.next_value()? {
                        Value::Object(error) => Some(error),
                        _ => None,
                    };
                }
                "success" => {
                    probe.unsuccessful = map.next_value::<Value>()? == Value::Bool(false);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(probe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_are_short() {
        assert_eq!(short("graph_runtime::page::Page<alloc::string::String>"), "Page<String>");
        assert_eq!(short("(a::B, c::D)"), "(B, D)");
        assert_eq!(short("bool"), "bool");
    }

    #[test]
    fn a_reason_quotes_no_value() {
        let error = serde_json::from_str::<u8>(r#""EAAG\", expected""#).unwrap_err();
        assert_eq!(reason(&error), "invalid type: string, expected u8");
        let error = serde_json::from_str::<u8>("[]").unwrap_err();
        assert_eq!(reason(&error), "invalid type: sequence, expected u8");
    }
}
