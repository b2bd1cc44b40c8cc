//! The normal form of a request on the wire, as examples write it.
//!
//! The first line is method and path, with `{version}` for the version. Then one line `?name = value` for each query parameter, one line `name = value`
//! for each form field, or the JSON body. Values are decoded; the token is left out.

use serde_json::Value;

/// A request in normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestText {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The segments of the path after the version.
    pub path: Vec<String>,
    /// Query parameters.
    pub query: Vec<(String, String)>,
    /// Form fields.
    pub form: Vec<(String, String)>,
    /// The JSON body.
    pub json: Option<Value>,
}

impl RequestText {
    /// Reads the normal form.
    ///
    /// # Errors
    /// The line, from 0, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut lines = text.lines().enumerate();
        let (_, first) = lines.next().ok_or((0, String::from("the request is empty")))?;
        let (method, path) = first.trim().split_once(' ').ok_or((0, String::from("the first line is the method and the path")))?;
        if !matches!(method, "GET" | "POST" | "DELETE") {
            return Err((0, format!("`{method}` is no method of Graph; it has GET, POST and DELETE")));
        }
        let path = path.trim().strip_prefix("/{version}").ok_or((0, String::from("the path begins with `/{version}`")))?;
        let path = path.split('/').skip(1).map(String::from).collect();
        let mut request = Self { method: method.into(), path, ..Self::default() };
        while let Some((number, line)) = lines.next() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if line.starts_with('{') || line.starts_with('[') {
                let rest: Vec<&str> = std::iter::once(line).chain(lines.by_ref().map(|(_, line)| line)).collect();
                let body = serde_json::from_str(&rest.join("\n"))
                    .map_err(|error| (number + error.line() - 1, format!("the body is not JSON: {error}")))?;
                request.json = Some(body);
                break;
            }
            let (name, value) = line.split_once(" = ").ok_or((
                number,
                String::from("a line after the first is `?name = value` for the query, `name = value` for a form, or begins the JSON body"),
            ))?;
            match name.strip_prefix('?') {
                Some(name) => request.query.push((name.trim().into(), value.trim().into())),
                None => request.form.push((name.trim().into(), value.trim().into())),
            }
        }
        if request.json.is_some() && !request.form.is_empty() {
            return Err((0, String::from("a request has a form or a JSON body, not both")));
        }
        Ok(request)
    }
}
