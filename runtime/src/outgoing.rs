//! A request on its way out: path, query and body, before client and options have their say.

use std::fmt;

use serde_json::{Map, Value};

use crate::extra::Extra;
use crate::id::is_digits;
use crate::meta::{BodyKind, Method, OperationMeta};
use crate::percent;
use crate::record::{Record, members};

/// What [`Operation::encode`](crate::Operation::encode) fills: segments of the path in their order, then the parameters.
pub struct Outgoing {
    meta: &'static OperationMeta,
    method: Method,
    path: String,
    placeholders: usize,
    bad_ids: Vec<BadId>,
    query: Map<String, Value>,
    form: Map<String, Value>,
    json: Map<String, Value>,
    fault: Option<String>,
}

/// A placeholder of the path whose value is no identifier.
pub(crate) struct BadId {
    pub(crate) name: String,
    pub(crate) why: String,
}

/// The body of a request.
pub(crate) struct Body {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Outgoing {
    /// A request for the operation, still without path and parameters.
    pub fn new(meta: &'static OperationMeta) -> Self {
        Self {
            meta,
            method: meta.method,
            path: String::new(),
            placeholders: 0,
            bad_ids: Vec::new(),
            query: Map::new(),
            form: Map::new(),
            json: Map::new(),
            fault: None,
        }
    }

    /// Adds an identifier to the path. One that is not digits is refused.
    pub fn id(&mut self, id: &impl AsRef<str>) -> &mut Self {
        self.identifier(id.as_ref());
        self
    }

    /// Adds a literal to the path: `register`.
    pub fn segment(&mut self, literal: &str) -> &mut Self {
        self.push(literal);
        self
    }

    /// Adds a value to the path, whatever it holds.
    pub fn value(&mut self, value: &str) -> &mut Self {
        let name = self.placeholder();
        if value.is_empty() {
            let why = "it is empty, so that the path would be another one".to_owned();
            self.bad_ids.push(BadId { name, why });
        }
        self.push(value);
        self
    }

    /// Adds the members of a record to the query.
    pub fn query(&mut self, record: &impl Record) -> &mut Self {
        self.add(Place::Query, members(record));
        self
    }

    /// Adds the members of a record to the JSON body. A body without members is not sent.
    pub fn json(&mut self, record: &impl Record) -> &mut Self {
        self.add(Place::Json, members(record));
        self
    }

    /// Adds the members of a record to the form body.
    pub fn form(&mut self, record: &impl Record) -> &mut Self {
        self.add(Place::Form, members(record));
        self
    }

    pub(crate) fn set_method(&mut self, method: Method) {
        self.method = method;
    }

    /// The request cannot be sent, for this reason.
    pub(crate) fn set_fault(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    pub(crate) fn meta(&self) -> &'static OperationMeta {
        self.meta
    }

    pub(crate) fn method(&self) -> Method {
        self.method
    }

    /// The path without version, encoded, with a slash at its head.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The identifiers in the path.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter(|segment| is_digits(segment))
    }

    /// What stands in the path in place of a placeholder.
    pub(crate) fn placeholder_value(&self, name: &str) -> Option<&str> {
        let mut template = self.meta.path.split('/');
        let at = template.position(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) == Some(name))?;
        self.path.split('/').nth(at)
    }

    pub(crate) fn bad_ids(&self) -> &[BadId] {
        &self.bad_ids
    }

    pub(crate) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// The value of a top-level parameter, wherever it travels.
    pub(crate) fn param(&self, name: &str) -> Option<&Value> {
        [&self.query, &self.form, &self.json].into_iter().find_map(|place| place.get(name))
    }

    /// Every top-level parameter.
    pub(crate) fn params(&self) -> impl Iterator<Item = (&str, &Value)> {
        [&self.query, &self.form, &self.json].into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// Puts parameters where one of that name is, or else where the operation's parameters travel.
    pub(crate) fn merge(&mut self, extra: &Extra) {
        for (name, value) in extra.iter() {
            let place = if self.json.contains_key(name) {
                Place::Json
            } else if self.form.contains_key(name) {
                Place::Form
            } else if self.query.contains_key(name) {
                Place::Query
            } else {
                self.home()
            };
            self.members(place).insert(name.to_owned(), value.clone());
        }
    }

    /// The query, encoded, with `more` at its end; empty if there is none.
    pub(crate) fn encoded_query(&self, more: &[(&str, &str)]) -> String {
        encoded(&self.query, more)
    }

    /// The body, if there is anything to send in one.
    pub(crate) fn body(&self) -> Option<Body> {
        if !self.json.is_empty() {
            return Some(Body { content_type: "application/json", bytes: serde_json::to_vec(&self.json).unwrap_or_default() });
        }
        (!self.form.is_empty())
            .then(|| Body { content_type: "application/x-www-form-urlencoded", bytes: encoded(&self.form, &[]).into_bytes() })
    }

    fn identifier(&mut self, id: &str) {
        let name = self.placeholder();
        if !is_digits(id) {
            // Whoever mixes up two arguments may have put a token here: one character is enough to find the mistake.
            let why = match id.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
                Some((at, odd)) => format!("an identifier is digits only, and this one has {odd:?} at position {}", at + 1),
                None => "an identifier is digits only, and this one is empty".to_owned(),
            };
            self.bad_ids.push(BadId { name, why });
        }
        self.push(id);
    }

    fn push(&mut self, segment: &str) {
        // Encoding does not help: URL parsers take `%2e%2e` for a step upwards too.
        if matches!(segment, "." | "..") {
            self.set_fault(format!("{segment:?} cannot stand in a path"));
        }
        self.path.push('/');
        self.path.push_str(&percent::segment(segment));
    }

    /// The name of the next placeholder of the path.
    fn placeholder(&mut self) -> String {
        let mut names = self.meta.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let name = names.nth(self.placeholders).unwrap_or("id").to_owned();
        self.placeholders += 1;
        name
    }

    fn add(&mut self, place: Place, members: Result<Map<String, Value>, serde_json::Error>) {
        match members {
            Ok(members) => self.members(place).extend(members),
            // The error is about the kind of a value and quotes none.
            Err(error) => self.set_fault(format!("the parameters cannot be written: {error}")),
        }
    }

    fn home(&self) -> Place {
        match (self.method, self.meta.body) {
            (Method::Post, BodyKind::Json) => Place::Json,
            (Method::Post, BodyKind::Form | BodyKind::Multipart) => Place::Form,
            _ => Place::Query,
        }
    }

    fn members(&mut self, place: Place) -> &mut Map<String, Value> {
        match place {
            Place::Query => &mut self.query,
            Place::Form => &mut self.form,
            Place::Json => &mut self.json,
        }
    }
}

/// Names only: any value may be a secret.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation", &self.meta.id)
            .field("params", &self.params().map(|(name, _)| name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum Place {
    Query,
    Form,
    Json,
}

/// Pairs of names and texts: strings as they are, numbers and booleans as text, the rest as JSON. `null` is not sent.
fn encoded(members: &Map<String, Value>, more: &[(&str, &str)]) -> String {
    let texts: Vec<(&str, String)> =
        members.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.as_str(), text(value))).collect();
    let pairs = texts.iter().map(|(name, value)| (*name, value.as_str()));
    percent::pairs(pairs.chain(more.iter().copied()))
}

/// The text of a value in a query or a form.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
