//! An answer: classified by its body first and its status second.

use std::fmt;
use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem::Finder;
use serde_core::Deserialize;
use serde_core::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::description::error_catalog::ErrorCatalog;
use crate::error::Error;
use crate::request::context::CallContext;
use crate::response::graph_error::GraphError;
use crate::response::info::{Response, ResponseInfo};
use crate::values::decode::{short, under};

/// An answer that is no error, not decoded yet. In a box, as errors are: it is handed up through every layer of a call.
pub(crate) struct Reply(Box<Answer>);

struct Answer {
    call: CallContext,
    info: ResponseInfo,
    bytes: Bytes,
}

impl Reply {
    /// Takes an answer, or says what error it is. Graph's statuses contradict its bodies, so the body is asked first.
    pub(crate) fn accept(call: CallContext, info: ResponseInfo, bytes: Bytes, catalog: &'static ErrorCatalog) -> Result<Self, Error> {
        let success = info.is_success();
        if success && !may_be_an_error(&bytes) {
            return Ok(Self::of(call, info, bytes));
        }
        // As text, as answers are decoded: a reader of bytes would be one more in every program.
        let text = String::from_utf8_lossy(&bytes);
        let probe: Probe = serde_json::from_str(&text).unwrap_or_default();
        if let Some(error) = probe.error {
            let error = GraphError::of(&error, &call.masks);
            return Err(Error::graph(&call, info, &bytes, error, catalog));
        }
        if success {
            return if probe.unsuccessful { Err(Error::not_successful(&call, info, &bytes)) } else { Ok(Self::of(call, info, bytes)) };
        }
        if serde_json::from_str::<IgnoredAny>(&text).is_ok() {
            Err(Error::other_json(&call, info, &bytes))
        } else {
            Err(Error::not_json(&call, info, &bytes))
        }
    }

    fn of(call: CallContext, info: ResponseInfo, bytes: Bytes) -> Self {
        Self(Box::new(Answer { call, info, bytes }))
    }

    /// The answer, if the version that was asked for has given it.
    pub(crate) fn of_requested_version(self) -> Result<Self, Error> {
        match self.0.info.other_version() {
            None => Ok(self),
            Some(served) => Err(Error::version_mismatch(&self.0.call, self.0.info, &self.0.bytes, served)),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Can it be decoded at all?
    pub(crate) fn is_json(&self) -> bool {
        // As a value: what is nested too deeply can be skipped, but not decoded.
        std::str::from_utf8(&self.0.bytes).is_ok_and(|text| serde_json::from_str::<Value>(text).is_ok())
    }

    pub(crate) fn info(&self) -> &ResponseInfo {
        &self.0.info
    }

    pub(crate) fn status(&self) -> u16 {
        self.0.info.status
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.0.call.attempts
    }

    /// What an answer that leads somewhere else is needed for.
    pub(crate) fn into_parts(self) -> (CallContext, ResponseInfo, Bytes) {
        (self.0.call, self.0.info, self.0.bytes)
    }

    pub(crate) fn decode<T>(self, read: fn(&str) -> Result<T, serde_json::Error>) -> Result<Response<T>, Error> {
        // Of a text each string is one, which bytes would be asked for string by string. JSON is a text.
        let Ok(text) = std::str::from_utf8(&self.0.bytes) else {
            return Err(Error::not_json(&self.0.call, self.0.info, &self.0.bytes));
        };
        match read(text) {
            Ok(value) => Ok(Response { value, info: self.0.info }),
            Err(error) => Err(self.decode_error(std::any::type_name::<T>(), &error)),
        }
    }

    fn decode_error(self, target: &str, error: &serde_json::Error) -> Error {
        if error.is_data() {
            let (target, why) = (short(target), reason(error));
            let why = match index_at(&self.0.bytes, error.line(), error.column()) {
                Some(index) => at_index(&target, index, &why),
                None => why,
            };
            Error::decode(&self.0.call, self.0.info, &self.0.bytes, target, &why)
        } else {
            Error::not_json(&self.0.call, self.0.info, &self.0.bytes)
        }
    }
}

/// What is looked for in every answer.
static MEMBERS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [r#""error""#, r#""success""#].map(Finder::new));

/// Is there a member `error` or `success` anywhere, or something else that is worth a closer look?
fn may_be_an_error(bytes: &[u8]) -> bool {
    MEMBERS.iter().any(|member| member.find(bytes).is_some())
}

/// Which item of a bare list holds a position; serde says the position and no index.
fn index_at(bytes: &[u8], line: usize, column: usize) -> Option<usize> {
    if bytes.trim_ascii_start().first() != Some(&b'[') {
        return None;
    }
    let before: usize = bytes.split(|byte| *byte == b'\n').take(line.checked_sub(1)?).map(|line| line.len() + 1).sum();
    let (mut depth, mut quoted, mut escaped, mut index) = (0_usize, false, false, 0);
    for byte in bytes.iter().take((before + column).saturating_sub(1)) {
        match byte {
            _ if escaped => escaped = false,
            // Valid JSON has it in strings only.
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => index += 1,
            _ => {}
        }
    }
    Some(index)
}

/// The reason with the item's index instead of the item's type.
fn at_index(target: &str, index: usize, why: &str) -> String {
    let inner = target.split_once('<').map_or(target, |(_, inner)| inner.strip_suffix('>').unwrap_or(inner));
    let why = why.strip_prefix(inner).and_then(|why| why.strip_prefix(": ")).unwrap_or(why);
    if why.starts_with("invalid ") { format!("[{index}]: {why}") } else { under(&format!("[{index}]"), why) }
}

/// The reason without the position in the text, and without the value that serde quotes.
fn reason(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let reason = reason.strip_suffix(&position).unwrap_or(&reason);
    let heads = ["invalid type: string", "invalid value: string"];
    let unquoted = heads.iter().find_map(|head| {
        let (before, value) = reason.split_once(&format!("{head} \""))?;
        let (_, expected) = value.rsplit_once("\", expected")?;
        Some(format!("{before}{head}, expected{expected}"))
    });
    unquoted.unwrap_or_else(|| reason.to_owned())
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
    use proptest::collection::vec;
    use proptest::prelude::*;
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::description::info::OperationInfo;
    use crate::description::version::Version;

    fn accept(status: u16, body: &[u8]) -> Result<Reply, Error> {
        let version = Version(23, 0);
        let call = CallContext::example(&OperationInfo::EMPTY, version);
        let info = ResponseInfo::of(status, &HeaderMap::new(), &call);
        Reply::accept(call, info, Bytes::copy_from_slice(body), &ErrorCatalog::EMPTY)
    }

    /// Whatever the bytes are, the answer is a value or an error that holds status and body.
    fn keeps_what_came(status: u16, body: &[u8]) {
        let error = match accept(status, body).and_then(|reply| reply.decode(|text| serde_json::from_str::<Map<String, Value>>(text))) {
            Ok(answer) => return assert_eq!(answer.info.status, status),
            Err(error) => error,
        };
        assert_eq!((error.status(), error.body()), (Some(status), Some(body)));
        assert!(!error.to_string().contains(['\n', '\u{1b}']), "{error}");
        assert!(error.support_report().contains(&status.to_string()) && !format!("{error:?} {error:#}").is_empty());
        let _ = (error.is_auth(), error.is_permission(), error.is_rate_limited(), error.is_retryable(), error.nonexistent_field());
    }

    /// Envelopes that Graph has answered, to be broken.
    const ENVELOPES: [&str; 4] = [
        r#"{"error":{"message":"(#100) Tried accessing nonexisting field (x) on node type (Y)","type":"OAuthException","code":100,"fbtrace_id":"A"}}"#,
        r#"{"error":{"code":"131000","error_subcode":33,"error_data":"{\"details\":\"d\",\"blame_field_specs\":[[\"a\",\"b\"]]}","is_transient":true}}"#,
        r#"{"error":{"code":100,"error_data":{"product":"graph","details":"d"},"error_user_title":"t","error_user_msg":"m"}}"#,
        r#"{"success":false}"#,
    ];

    proptest! {
        #[test]
        fn any_bytes_keep_their_status(status in 100_u16..600, body in vec(any::<u8>(), 0..200)) {
            keeps_what_came(status, &body);
        }

        #[test]
        fn a_broken_envelope_keeps_its_status(
            status in 200_u16..600, which in 0..ENVELOPES.len(), end in 0_usize..200, at in 0_usize..200, byte: u8
        ) {
            let mut body = ENVELOPES[which].as_bytes().to_vec();
            let length = body.len();
            body[at % length] = byte;
            body.truncate(end.min(length));
            keeps_what_came(status, &body);
        }

        #[test]
        fn an_envelope_is_an_error_at_any_status(status in 200_u16..600, code: u32, subcode: Option<u32>, message: String) {
            let body = serde_json::json!({"error": {"code": code, "error_subcode": subcode, "message": message}}).to_string();
            let error = accept(status, body.as_bytes()).err().unwrap();
            prop_assert!(error.is_graph());
            prop_assert_eq!((error.code(), error.subcode(), error.status()), (Some(code), subcode, Some(status)));
            prop_assert_eq!(error.message().unwrap_or_default(), message);
        }
    }

    #[test]
    fn an_envelope_whose_text_is_cut_within_a_character_is_an_error_of_graph() {
        for status in [200, 400] {
            let error = accept(status, b"{\"error\":{\"code\":131026,\"message\":\"\xc3\"}}").err().unwrap();
            assert!(error.is_graph());
            assert_eq!((error.code(), error.message()), (Some(131_026), Some("\u{fffd}")));
        }
    }

    #[test]
    fn json_of_any_depth_keeps_its_status() {
        for (open, close) in [("[", "]"), (r#"{"error":"#, "}")] {
            let body = [open.repeat(100_000), close.repeat(100_000)].concat();
            keeps_what_came(400, body.as_bytes());
            keeps_what_came(200, body.as_bytes());
        }
    }

    #[test]
    fn the_item_of_a_bare_list_is_counted() {
        let list = br#" [{"a": [1, 2], "b": "x\",["},
            {"c": 1}, 3]"#;
        let at = |needle: &str| {
            let text = std::str::from_utf8(list).unwrap();
            let head = &text[..text.find(needle).unwrap()];
            (head.matches('\n').count() + 1, head.len() - head.rfind('\n').map_or(0, |end| end + 1) + 1)
        };
        for (needle, index) in [("\"a\"", 0), ("\"b\"", 0), ("{\"c\"", 1), ("1}, 3", 1), ("3]", 2)] {
            let (line, column) = at(needle);
            assert_eq!(index_at(list, line, column), Some(index), "{needle}");
        }
        assert_eq!(index_at(b"[\n1,\n2]", 3, 1), Some(1), "a position counts the ends of the lines before");
        assert_eq!(index_at(b"{}", 1, 1), None);
        assert_eq!(index_at(b"[", 0, 0), None);
        assert_eq!(at_index("Vec<PhoneNumber>", 3, "PhoneNumber: id is missing"), "[3].id is missing");
        assert_eq!(
            at_index("Vec<bool>", 0, "invalid type: integer `1`, expected a boolean"),
            "[0]: invalid type: integer `1`, expected a boolean"
        );
    }

    #[test]
    fn a_reason_quotes_no_value() {
        let error = serde_json::from_str::<u8>(r#""EAAG\", expected""#).unwrap_err();
        assert_eq!(reason(&error), "invalid type: string, expected u8");
        let error = serde_json::from_str::<u8>("[]").unwrap_err();
        assert_eq!(reason(&error), "invalid type: sequence, expected u8");
        let odd = "\"a\", expected invalid type: string \"b\"";
        let error = <serde_json::Error as serde_core::de::Error>::custom(odd);
        assert_eq!(reason(&error), odd, "nothing is taken from what has no end");
    }
}
