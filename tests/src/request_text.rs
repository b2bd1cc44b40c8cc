//! The normal form of a request, read independently of the generator, and compared with what arrived.

use serde_json::Value;
use wiremock::Request;

/// A request as an example of the spec writes it.
#[derive(Debug)]
pub struct RequestText {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    form: Vec<(String, String)>,
    files: Vec<Part>,
    json: Option<Value>,
    bytes: Option<String>,
}

/// A file in a body of several parts.
#[derive(Debug, PartialEq)]
struct Part {
    name: String,
    file: String,
    content_type: String,
    text: String,
}

/// The path of a URL: every host is the server of the test.
fn without_host(path: &str) -> &str {
    path.strip_prefix("https://").map_or(path, |rest| rest.find('/').map_or("/", |at| &rest[at..]))
}

impl RequestText {
    /// Reads the normal form: method and path, `?name = value` and `name: value` lines, then `name = value` lines (a file is
    /// `name = @photo.png (image/png) "text"`), a JSON body, or `@ "text"` for a body of bytes.
    pub fn parse(text: &str) -> Self {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let (method, path) = first.split_once(' ').expect("the first line is method and path");
        let (method, path) = (method.to_owned(), without_host(path.trim()).to_owned());
        let mut request =
            Self { method, path, query: Vec::new(), headers: Vec::new(), form: Vec::new(), files: Vec::new(), json: None, bytes: None };
        let mut rest = rest.trim();
        while !rest.is_empty() {
            if rest.starts_with(['{', '[']) {
                request.json = Some(serde_json::from_str(rest).expect("the body is JSON"));
                break;
            }
            let (line, more) = rest.split_once('\n').unwrap_or((rest, ""));
            if let Some(text) = line.strip_prefix("@ ") {
                request.bytes = Some(serde_json::from_str(text).expect("bytes are a string in quotes"));
            } else if let Some((name, value)) = line.trim().split_once(" = ") {
                match (name.strip_prefix('?'), value.strip_prefix('@')) {
                    (Some(name), _) => request.query.push((name.into(), value.into())),
                    (None, Some(file)) => request.files.push(Part::shown(name, file)),
                    (None, None) => request.form.push((name.into(), value.into())),
                }
            } else {
                let (name, value) = line.split_once(": ").expect("a line is `name = value` or `name: value`");
                request.headers.push((name.into(), value.into()));
            }
            rest = more.trim_start();
        }
        request
    }

    /// The request as a client would send it: method, path with query, headers and body.
    pub fn on_the_wire(&self) -> (String, String, Vec<(String, String)>, Vec<u8>) {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        let target = if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) };
        let mut headers = self.headers.clone();
        let mut typed = |kind: &str, body: Vec<u8>| {
            headers.push(("content-type".into(), kind.into()));
            body
        };
        let body = if let Some(bytes) = &self.bytes {
            bytes.clone().into_bytes()
        } else if let Some(json) = &self.json {
            typed("application/json", json.to_string().into_bytes())
        } else if !self.files.is_empty() {
            let texts =
                self.form.iter().map(|(name, value)| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
            let files = self.files.iter().map(|Part { name, file, content_type, text }| {
                format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: {content_type}\r\n\r\n{text}\r\n")
            });
            typed("multipart/form-data; boundary=b", (texts.chain(files).collect::<String>() + "--b--\r\n").into_bytes())
        } else if self.form.is_empty() {
            Vec::new()
        } else {
            typed(
                "application/x-www-form-urlencoded",
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.form).finish().into_bytes(),
            )
        };
        (self.method.clone(), target, headers, body)
    }

    /// Compares method, path, query, headers and body with what arrived; `subject` is what this is about. What the request of the spec says is on
    /// the right of every comparison, and is the specification.
    pub fn matches(&self, request: &Request, subject: &str) {
        let operation = &format!("{subject}: left is what was sent, right the `request` of the spec");
        assert_eq!(request.method.as_str(), self.method, "{operation}");
        assert_eq!(request.url.path(), self.path, "{operation}");
        let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        assert_same(&query, &self.query, operation);
        for (name, value) in &self.headers {
            let sent = request.headers.get(name.as_str()).map(|value| value.to_str().unwrap());
            assert_eq!(sent, Some(value.as_str()), "{operation}: the header {name}");
        }
        let content = request.headers.get("content-type").map_or("", |value| value.to_str().unwrap());
        if let Some(bytes) = &self.bytes {
            assert_eq!(String::from_utf8_lossy(&request.body), *bytes, "{operation}: the bytes");
        } else if let Some(boundary) = content.strip_prefix("multipart/form-data; boundary=") {
            let (texts, files) = parts(std::str::from_utf8(&request.body).unwrap(), boundary.trim_matches('"'));
            assert_same(&texts, &self.form, operation);
            assert_eq!(files, self.files, "{operation}: the files");
        } else if let Some(json) = &self.json {
            assert!(content.starts_with("application/json"), "{operation}: a JSON body is sent as {content:?}");
            let sent: Value =
                serde_json::from_slice(&request.body).unwrap_or_else(|error| panic!("{operation}: the body is not JSON: {error}"));
            assert_eq!(&sent, json, "{operation}");
            let shown = keys(std::str::from_utf8(&request.body).unwrap());
            assert_eq!(shown, keys_of(json), "{operation}: the members of the body are in another order");
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

impl Part {
    /// From `photo.png (image/png) "text"`.
    fn shown(name: &str, text: &str) -> Self {
        let (file, rest) = text.split_once(" (").expect("a file has a media type");
        let (content_type, rest) = rest.split_once(") ").expect("a file has a `text`");
        let text = serde_json::from_str(rest).expect("the text of a file is in quotes");
        Self { name: name.into(), file: file.into(), content_type: content_type.into(), text }
    }
}

/// The parts of a body, text parts separate from files, by RFC 7578.
fn parts(body: &str, boundary: &str) -> (Vec<(String, String)>, Vec<Part>) {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    let body = body.strip_suffix(&format!("--{boundary}--\r\n")).expect("the last boundary ends the body");
    for part in body.split(&format!("--{boundary}\r\n")).skip(1) {
        let (head, text) = part.split_once("\r\n\r\n").expect("a part has a head");
        let text = text.strip_suffix("\r\n").expect("a part ends with a line").to_owned();
        let header = |wanted: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_owned())
        };
        let disposition = header("content-disposition").expect("a part has a disposition");
        let said = |wanted: &str| {
            let start = disposition.find(&format!("; {wanted}=\""))? + wanted.len() + 4;
            disposition[start..].split('"').next().map(str::to_owned)
        };
        let name = said("name").expect("a part has a name");
        match said("filename") {
            Some(file) => files.push(Part { name, file, content_type: header("content-type").unwrap_or_default(), text }),
            None => texts.push((name, text)),
        }
    }
    (texts, files)
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

/// The top-level member names of a JSON text, in their order.
fn keys(text: &str) -> Vec<String> {
    serde_json::from_str::<Value>(text).map(|value| keys_of(&value)).unwrap_or_default()
}

fn keys_of(value: &Value) -> Vec<String> {
    value.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
}
