//! What Graph has retired of its protocol: pretty answers, debugging, formats of dates, several objects in one read and conditional reads since
//! 2026-10-27; another method, other names for fields, functions around answers and asynchronous batches for new apps since 2026-11-04; and
//! metadata since 2026-05-19. No request may use any of it.

use serde_json::Value;
use url::form_urlencoded;
use wiremock::Request;

/// Parameters of every kind of call.
const PARAMETERS: [(&str, &str); 6] = [
    ("pretty", "indented answers"),
    ("debug", "debugging in answers"),
    ("date_format", "formats of dates"),
    ("ids", "several objects in one read"),
    ("method", "another method than that of the request"),
    ("callback", "a function around the answer"),
];

/// Headers.
const HEADERS: [(&str, &str); 3] = [
    ("if-none-match", "conditional reads"),
    ("if-modified-since", "conditional reads"),
    ("x-http-method-override", "another method than that of the request"),
];

/// Which of it a request uses.
pub fn uses(request: &Request) -> Vec<&'static str> {
    let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    let mut found = of(request.url.path(), &query);
    let content = request.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content.starts_with("application/x-www-form-urlencoded") {
        let form: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
        found.extend(parameters(form.iter().map(|(name, _)| name.as_str())));
        let batch = form.iter().find(|(name, _)| name == "batch");
        found.extend(batch.map(|(_, items)| in_batch(items)).unwrap_or_default());
    } else if content.starts_with("application/json") {
        let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        found.extend(parameters(body.as_object().into_iter().flatten().map(|(name, _)| name.as_str())));
    }
    found.extend(HEADERS.iter().filter(|(name, _)| request.headers.contains_key(*name)).map(|(_, feature)| *feature));
    found
}

/// What a path and its query use.
fn of(path: &str, query: &[(String, String)]) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = parameters(query.iter().map(|(name, _)| name.as_str())).collect();
    if query.iter().any(|(name, _)| name == "metadata") {
        found.push("metadata");
    }
    if query.iter().any(|(name, value)| name == "fields" && value.contains(".as(")) {
        found.push("other names for fields");
    }
    if path.split('/').any(|step| step.starts_with("async")) || query.iter().any(|(name, _)| name.starts_with("async")) {
        found.push("asynchronous batches");
    }
    found
}

fn parameters<'r>(names: impl Iterator<Item = &'r str>) -> impl Iterator<Item = &'static str> {
    names.filter_map(|name| PARAMETERS.iter().find(|(retired, _)| *retired == name).map(|(_, feature)| *feature))
}

/// What the requests of a batch use.
fn in_batch(items: &str) -> Vec<&'static str> {
    let items: Vec<Value> = serde_json::from_str(items).unwrap_or_default();
    let mut found = Vec::new();
    for item in &items {
        let (path, query) = item["relative_url"].as_str().unwrap_or_default().split_once('?').unwrap_or_default();
        let pairs = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
        found.extend(of(path, &pairs(query)));
        let body = pairs(item["body"].as_str().unwrap_or_default());
        found.extend(parameters(body.iter().map(|(name, _)| name.as_str())));
    }
    found
}
