//! The normal form of a request on the wire, as examples write it.
//!
//! The first line is method and path, with `{version}` for the version; on another host than the API's own the path is a URL. Then one line `?name = value` for each query parameter, one line
//! `name = value` for each form field, or the JSON body. Values are decoded; the token is omitted. A header is a line `name: value`, a part
//! of a multipart body that is a file a line `name = @photo.png (image/png) "bytes as text"`, and a body of bytes alone a line
//! `@ "bytes as text"`.

use serde_json::Value;

/// A request in normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestText {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// Scheme and host, where they are stated: on another host than the API's own.
    pub host: Option<String>,
    /// The path begins with the version.
    pub versioned: bool,
    /// The segments of the path after the version.
    pub path: Vec<String>,
    /// Query parameters.
    pub query: Vec<(String, String)>,
    /// Form fields.
    pub form: Vec<(String, String)>,
    /// Files of a multipart body.
    pub files: Vec<(String, FileText)>,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The JSON body.
    pub json: Option<Value>,
    /// A body of bytes.
    pub bytes: Option<String>,
}

/// Why a text is no request in normal form.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The line, from 0.
    pub line: usize,
    /// The byte of the line without its indentation at which reading stopped, where that is known.
    pub column: Option<usize>,
    /// What is wrong.
    pub why: String,
}

/// A file as a part of a body.
#[derive(Clone, Debug, PartialEq)]
pub struct FileText {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its bytes.
    pub text: String,
}

impl FileText {
    /// Reads `@photo.png (image/png) "bytes as text"`.
    fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.strip_prefix('@')?.split_once(" (")?;
        let (content_type, rest) = rest.split_once(") ")?;
        Some(Self { name: name.into(), content_type: content_type.into(), text: serde_json::from_str(rest).ok()? })
    }
}

/// A text with the line, from 0, that it is of.
type Placed = (usize, String);

/// `https://host` and the path after it.
fn split_host(path: &str) -> (Option<&str>, &str) {
    let Some(rest) = path.strip_prefix("https://") else { return (None, path) };
    let end = rest.find('/').map_or(path.len(), |at| "https://".len() + at);
    (Some(&path[..end]), &path[end..])
}

impl RequestText {
    /// Reads the normal form.
    ///
    /// # Errors
    /// The line that is wrong, and why.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::read(text).map_err(|(line, why)| Fault { line, column: None, why }).and_then(|(mut request, body)| {
            if let Some((line, body)) = body {
                request.json = Some(serde_json::from_str(&body).map_err(|error| Fault {
                    line: line + error.line().saturating_sub(1),
                    column: Some(column(&body, &error)),
                    why: format!("the body is not JSON: {}", without_place(&error.to_string())),
                })?);
            }
            Ok(request)
        })
    }

    /// All but the JSON body, which is returned with its line.
    fn read(text: &str) -> Result<(Self, Option<Placed>), Placed> {
        let mut json = None;
        let mut lines = text.lines().enumerate();
        let (_, first) = lines.next().ok_or((0, String::from("the request is empty")))?;
        let (method, path) = first.trim().split_once(' ').ok_or((0, String::from("the first line is the method and the path")))?;
        if !matches!(method, "GET" | "POST" | "DELETE") {
            return Err((0, format!("`{method}` is not a method of Graph; it has GET, POST and DELETE")));
        }
        if path.trim().contains(char::is_whitespace) {
            return Err((
                0,
                String::from(
                    "the first line has more than the method and the path; what follows is on lines of its own, below `request: |`",
                ),
            ));
        }
        let (host, path) = split_host(path.trim());
        let (versioned, path) = match (path.strip_prefix("/{version}"), host) {
            (Some(path), _) => (true, path),
            (None, Some(_)) => (false, path),
            (None, None) => return Err((0, String::from("the path starts with `/{version}`"))),
        };
        let path = path.split('/').skip(1).map(String::from).collect();
        let mut request = Self { method: method.into(), host: host.map(String::from), versioned, path, ..Self::default() };
        while let Some((number, line)) = lines.next() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if line.starts_with('{') || line.starts_with('[') {
                let rest: Vec<&str> = std::iter::once(line).chain(lines.by_ref().map(|(_, line)| line)).collect();
                json = Some((number, rest.join("\n")));
                break;
            }
            if let Some(text) = line.strip_prefix("@ ") {
                let text = serde_json::from_str(text)
                    .map_err(|_| (number, String::from("bytes are a string in quotes: `@ \"bytes as text\"`")))?;
                request.bytes = Some(text);
                continue;
            }
            let Some((name, value)) = line.split_once(" = ") else {
                let header = line
                    .split_once(": ")
                    .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
                let (name, value) = header.ok_or((
                    number,
                    String::from("a line after the first is `?name = value` for the query, `name = value` for a form, `name: value` for a header, or starts the JSON body"),
                ))?;
                request.headers.push((name.into(), value.trim().into()));
                continue;
            };
            if value.trim_start().starts_with('@') && !name.starts_with('?') {
                let file = FileText::parse(value.trim())
                    .ok_or((number, String::from("a file is `name = @photo.png (image/png) \"bytes as text\"`")))?;
                request.files.push((name.trim().into(), file));
                continue;
            }
            match name.strip_prefix('?') {
                Some(name) => request.query.push((name.trim().into(), value.trim().into())),
                None => request.form.push((name.trim().into(), value.trim().into())),
            }
        }
        let parts = [json.is_some(), !request.form.is_empty() || !request.files.is_empty(), request.bytes.is_some()];
        if parts.iter().filter(|part| **part).count() > 1 {
            return Err((0, String::from("a request has one body: a form with or without files, JSON, or bytes")));
        }
        Ok((request, json))
    }
}

/// The byte of its line, without the indentation, at which the JSON parser stopped.
fn column(body: &str, error: &serde_json::Error) -> usize {
    let line = body.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    error.column().saturating_sub(1 + line.len() - line.trim_start().len())
}

/// The JSON parser counts lines from the body's first, which does not help a reader.
fn without_place(why: &str) -> &str {
    let why = why.split(" at line ").next().unwrap_or(why);
    if why.starts_with("EOF") { "it ends too early" } else { why }
}
