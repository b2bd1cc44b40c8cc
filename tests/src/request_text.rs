//! The normal form of a request, read independently of the generator, and compared with what arrived.

use serde_json::Value;
use wiremock::Request;

/// A request as an example of the spec writes it.
#[derive(Debug)]
pub struct RequestText {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    json: Option<Value>,
}

impl RequestText {
    /// Reads the normal form: method and path, `?name = value` lines, then `name = value` lines or a JSON body.
    pub fn parse(text: &str) -> Self {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let (method, path) = first.split_once(' ').expect("the first line is method and path");
        let mut request = Self { method: method.into(), path: path.trim().into(), query: Vec::new(), form: Vec::new(), json: None };
        let mut rest = rest.trim();
        while !rest.is_empty() {
            if rest.starts_with(['{', '[']) {
                request.json = Some(serde_json::from_str(rest).expect("the body is JSON"));
                break;
            }
            let (line, more) = rest.split_once('\n').unwrap_or((rest, ""));
            let (name, value) = line.trim().split_once(" = ").expect("a line is `name = value`");
            match name.strip_prefix('?') {
                Some(name) => request.query.push((name.into(), value.into())),
                None => request.form.push((name.into(), value.into())),
            }
            rest = more.trim_start();
        }
        request
    }

    /// Compares method, path, query, headers and body with what arrived.
    pub fn matches(&self, request: &Request, operation: &str) {
        assert_eq!(request.method.as_str(), self.method, "{operation}");
        assert_eq!(request.url.path(), self.path, "{operation}");
        let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        assert_same(&query, &self.query, operation);
        let content = request.headers.get("content-type").map_or("", |value| value.to_str().unwrap());
        if let Some(json) = &self.json {
            assert!(content.starts_with("application/json"), "{operation}: a JSON body is sent as {content:?}");
            let sent: Value =
                serde_json::from_slice(&request.body).unwrap_or_else(|error| panic!("{operation}: the body is not JSON: {error}"));
            assert_eq!(&sent, json, "{operation}");
            let shown = keys(std::str::from_utf8(&request.body).unwrap());
            assert_eq!(shown, keys_of(json), "{operation}: the members of the body stand in another order");
        } else if self.form.is_empty() {
            assert!(
                request.body.is_empty(),
                "{operation}: {:?} was sent where the page shows no body",
                String::from_utf8_lossy(&request.body)
            );
        } else {
            assert!(content.starts_with("application/x-www-form-urlencoded"), "{operation}: a form is sent as {content:?}");
            let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
            assert_same(&form, &self.form, operation);
        }
    }
}

/// Names and values are the same in any order; values that are JSON are compared as values.
fn assert_same(sent: &[(String, String)], shown: &[(String, String)], operation: &str) {
    let sorted = |pairs: &[(String, String)]| {
        let mut pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.clone(), comparable(value))).collect();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs
    };
    assert_eq!(sorted(sent), sorted(shown), "{operation}");
}

fn comparable(value: &str) -> Value {
    match serde_json::from_str(value) {
        Ok(json @ (Value::Array(_) | Value::Object(_))) => json,
        _ => Value::String(value.into()),
    }
}

/// The top-level member names of a JSON text, in the order in which they stand there.
fn keys(text: &str) -> Vec<String> {
    serde_json::from_str::<Value>(text).map(|value| keys_of(&value)).unwrap_or_default()
}

fn keys_of(value: &Value) -> Vec<String> {
    value.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
}
