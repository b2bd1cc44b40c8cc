//! The answer to a batch: a list with an answer for each request.

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

/// What the list holds for one request.
#[derive(Debug)]
pub(super) enum Part {
    /// An answer, as HTTP would have brought it, but perhaps without a status.
    Answer { status: Option<u16>, headers: HeaderMap, body: Bytes },
    /// No answer, for this reason; and what is there instead.
    Nothing { why: String, place: Bytes },
}

/// Takes an answer apart; `None` if it is no list.
pub(super) fn parts(bytes: &[u8]) -> Option<Vec<Part>> {
    let list: Vec<Value> = serde_json::from_slice(bytes).ok()?;
    Some(list.iter().map(part).collect())
}

fn part(value: &Value) -> Part {
    let nothing = |why: &str| Part::Nothing { why: why.to_owned(), place: value.to_string().into() };
    let object = match value {
        Value::Object(object) => object,
        Value::Null => {
            return nothing("Graph says `null`, which it does for what it did not get to within its time");
        }
        _ => return nothing("there is no object where its answer should be"),
    };
    let (status, body) = (object.get("code").and_then(status), body(object.get("body")));
    if status.is_none() && body.is_empty() {
        return nothing("its answer has neither a status in `code` nor a `body`");
    }
    Part::Answer { status, headers: headers(object), body }
}

/// A number, or a text that holds one.
fn status(code: &Value) -> Option<u16> {
    let code = code.as_u64().or_else(|| code.as_str()?.trim().parse().ok())?;
    u16::try_from(code).ok().filter(|code| (100..1000).contains(code))
}

/// A list of names and values, or an object of them. What is no header is left out.
fn headers(object: &Map<String, Value>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    };
    match object.get("headers") {
        Some(Value::Array(list)) => {
            for header in list {
                if let (Some(name), Some(value)) = (header["name"].as_str(), header["value"].as_str()) {
                    put(name, value);
                }
            }
        }
        Some(Value::Object(members)) => {
            for (name, value) in members.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
                put(name, value);
            }
        }
        _ => {}
    }
    headers
}

/// JSON in a string. Anything else is taken verbatim.
fn body(body: Option<&Value>) -> Bytes {
    match body {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) => text.clone().into(),
        Some(other) => other.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Part {
        let mut parts = parts(format!("[{text}]").as_bytes()).unwrap();
        assert_eq!(parts.len(), 1);
        parts.remove(0)
    }

    #[test]
    fn an_answer_is_status_headers_and_json_in_a_string() {
        let Part::Answer { status, headers, body } = one(
            r#"{"code":200,"headers":[{"name":"X-App-Usage","value":"{}"},{"name":"no name","value":"x"},{"name":7},null],"body":"{\"id\":\"1\"}"}"#,
        ) else {
            panic!("an answer")
        };
        assert_eq!((status, &body[..]), (Some(200), &b"{\"id\":\"1\"}"[..]));
        assert_eq!((headers.len(), headers["x-app-usage"].as_bytes()), (1, &b"{}"[..]));
    }

    #[test]
    fn odd_answers_are_read_as_far_as_they_go() {
        for (text, expected) in [
            (r#"{"code":"404","body":{"error":{"code":803}}}"#, (Some(404), r#"{"error":{"code":803}}"#)),
            (r#"{"code":200,"headers":{"x":"y"},"body":null}"#, (Some(200), "")),
            (r#"{"code":"x","body":"{}"}"#, (None, "{}")),
            (r#"{"code":200,"body":true}"#, (Some(200), "true")),
        ] {
            let Part::Answer { status, body, .. } = one(text) else { panic!("an answer: {text}") };
            assert_eq!((status, std::str::from_utf8(&body).unwrap()), expected);
        }
    }

    #[test]
    fn what_is_no_answer_says_so_and_is_kept() {
        for (text, part_of_why) in [
            ("null", "`null`"),
            ("7", "no object"),
            ("[]", "no object"),
            ("{}", "neither a status"),
            (r#"{"code":"x"}"#, "neither a status"),
            (r#"{"code":70000}"#, "neither a status"),
        ] {
            let Part::Nothing { why, place } = one(text) else { panic!("no answer: {text}") };
            assert!(why.contains(part_of_why), "{why}");
            assert_eq!(place, text.as_bytes());
        }
        assert!(parts(b"{}").is_none() && parts(b"null").is_none() && parts(b"[").is_none());
        assert!(parts(b"[]").unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn no_answer_panics(text in r#"\[(null|\{|\}|"code"|"body"|"headers"|:|,|\[|\]|200|"x"){0,20}\]"#) {
            let _ = parts(text.as_bytes());
        }
    }
}
