//! A request on its way out: path, query and body, before client and options have their say.

use std::borrow::Cow;
use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;

use crate::clock::BoxFuture;
use crate::description::info::{BodyKind, Method, OperationInfo, RuleInfo};
use crate::encoding::percent::{self, Pairs};
use crate::request::body::Pieces;
use crate::request::file::File;
use crate::request::given::Given;
use crate::request::headers::headers;
use crate::request::multipart::{content_type, multipart};
use crate::request::reference::is_reference;
use crate::values::extra::Extra;
use crate::values::id::is_digits;
use crate::values::json::Json;
use crate::values::opaque_id::{TextId, signatures};
use crate::values::record::{Record, each_member};
use crate::values::view::{Content, Name};

/// What [`Operation::encode`](crate::Operation::encode) fills: segments of the path in their order, then the parameters.
pub struct Outgoing {
    info: &'static OperationInfo,
    method: Method,
    path: String,
    placeholders: usize,
    bad_ids: Vec<BadId>,
    /// The query of an identifier, verbatim.
    id_query: String,
    /// Where each parameter travels, its name and its value.
    params: Vec<(ParamLocation, Cow<'static, str>, Given)>,
    files: Vec<(&'static str, File)>,
    /// What makes a body of files. Empty as long as there can be none: a program without such a call does not contain it.
    write_files: Option<WriteFiles>,
    fault: Option<String>,
    /// May an identifier be a reference to what an earlier request of a batch answers?
    references: bool,
}

/// A placeholder of the path whose value is no identifier.
pub(crate) struct BadId {
    pub(crate) name: String,
    pub(crate) why: String,
}

/// The body of a request.
pub(crate) struct Body {
    pub(crate) content_type: HeaderValue,
    pub(crate) content: reqwest::Body,
}

impl Body {
    fn of(content_type: &'static str, content: Vec<u8>) -> Self {
        Self { content_type: HeaderValue::from_static(content_type), content: content.into() }
    }

    pub(crate) fn put(self, request: &mut reqwest::Request) {
        request.headers_mut().insert(CONTENT_TYPE, self.content_type);
        *request.body_mut() = Some(self.content);
    }
}

type WriteFiles = for<'a> fn(&'a Outgoing) -> BoxFuture<'a, Result<Body, String>>;

/// A body of parts: texts, then files.
fn write_parts(outgoing: &Outgoing) -> BoxFuture<'_, Result<Body, String>> {
    Box::pin(async move {
        let (content_type, pieces) = multipart(outgoing.members(ParamLocation::Form), &outgoing.files).await?;
        Ok(Body { content_type, content: reqwest::Body::wrap(pieces) })
    })
}

/// A body that is one file.
fn write_file(outgoing: &Outgoing) -> BoxFuture<'_, Result<Body, String>> {
    Box::pin(async move {
        let (name, file) = outgoing.files.first().ok_or("there is no file to send")?;
        let content_type = content_type(name, file)?;
        let content = reqwest::Body::wrap(Pieces::new([file.open(name).await?]));
        Ok(Body { content_type, content })
    })
}

impl Outgoing {
    /// A request for the operation, still without path and parameters.
    pub fn new(info: &'static OperationInfo) -> Self {
        Self {
            info,
            method: info.method,
            path: String::with_capacity(info.path.len() + 32),
            placeholders: 0,
            bad_ids: Vec::new(),
            id_query: String::new(),
            params: Vec::new(),
            files: Vec::new(),
            write_files: None,
            fault: None,
            references: false,
        }
    }

    /// A request for the operation that will travel in a batch.
    pub(crate) fn batched(info: &'static OperationInfo) -> Self {
        Self { references: true, ..Self::new(info) }
    }

    /// Adds an identifier to the path. One that is not digits is refused.
    pub fn id(&mut self, id: &impl AsRef<str>) -> &mut Self {
        self.identifier(id.as_ref());
        self
    }

    /// Adds an identifier that is not digits to the path: `upload:MTphd…?sig=ARZ…`. A `?` begins a query, whose pairs are
    /// sent verbatim. One that would lead elsewhere is refused.
    pub fn text_id(&mut self, id: &impl AsRef<str>) -> &mut Self {
        let id = id.as_ref();
        let at = self.placeholder();
        if self.is_reference(id) {
            self.push(id);
            return self;
        }
        match TextId::of(id) {
            Ok(id) => {
                self.push(id.segment);
                id.query.clone_into(&mut self.id_query);
            }
            Err(why) => {
                self.bad_id(at, why);
                // Encoded, it reaches no other path even if the refusal is overruled.
                self.push(id);
            }
        }
        self
    }

    /// Adds a literal to the path: `register`.
    pub fn segment(&mut self, literal: &str) -> &mut Self {
        self.push(literal);
        self
    }

    /// Adds a value to the path, whatever it holds.
    pub fn value(&mut self, value: &str) -> &mut Self {
        let at = self.placeholder();
        if value.is_empty() {
            self.bad_id(at, "it is empty, so that the path would be another one".to_owned());
        }
        self.push(value);
        self
    }

    /// Adds the members of a record to the query.
    pub fn query(&mut self, record: &dyn Record) -> &mut Self {
        self.add(ParamLocation::Query, record);
        self
    }

    /// Adds the members of a record to the JSON body. A body without members is not sent.
    pub fn json(&mut self, record: &dyn Record) -> &mut Self {
        self.add(ParamLocation::Json, record);
        self
    }

    /// Adds the members of a record to the form body.
    pub fn form(&mut self, record: &dyn Record) -> &mut Self {
        self.add(ParamLocation::Form, record);
        self
    }

    /// Adds the members of a record to the body as parts: strings as they are, the rest as JSON. They come before the files.
    pub fn multipart(&mut self, record: &dyn Record) -> &mut Self {
        self.write_files = Some(write_parts);
        self.form(record)
    }

    /// Adds a file to the body as the part `name`.
    pub fn part(&mut self, name: &'static str, file: Option<&File>) -> &mut Self {
        self.write_files = Some(write_parts);
        self.files.extend(file.map(|file| (name, file.clone())));
        self
    }

    /// Makes the file of the parameter `name` the whole body.
    pub fn bytes(&mut self, name: &'static str, file: Option<&File>) -> &mut Self {
        self.part(name, file);
        self.write_files = Some(write_file);
        self
    }

    /// Adds the members of a record as headers, under their names.
    pub fn headers(&mut self, record: &dyn Record) -> &mut Self {
        self.add(ParamLocation::Headers, record);
        self
    }

    /// It will travel alone after all, where a reference is none.
    pub(crate) fn leave_batch(&mut self) {
        self.references = false;
        let mut template = self.info.path.split('/').zip(self.path.split('/'));
        if template.any(|(part, given)| part.starts_with('{') && is_reference(&percent::decoded(given))) {
            self.set_fault("an identifier in its path refers to another request of a batch, and it is sent alone".to_owned());
        }
    }

    pub(crate) fn set_method(&mut self, method: Method) {
        self.method = method;
    }

    /// Adds a member to the form body.
    pub(crate) fn set_form(&mut self, name: &'static str, value: Value) {
        self.put(ParamLocation::Form, name.into(), Given::Value(value));
    }

    /// The request cannot be sent, for this reason.
    pub(crate) fn set_fault(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    pub(crate) fn info(&self) -> &'static OperationInfo {
        self.info
    }

    pub(crate) fn method(&self) -> Method {
        self.method
    }

    /// The path without version, encoded, with a slash at its head.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The identifiers in the path.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.path.split('/').filter(|segment| is_digits(segment))
    }

    /// The value of a placeholder of the path.
    pub(crate) fn placeholder_value(&self, name: &str) -> Option<&str> {
        let mut template = self.info.path.split('/');
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
        self.find(name).map(Given::json)
    }

    fn find(&self, name: &str) -> Option<&Given> {
        self.params.iter().find(|(_, known, _)| *known == name).map(|(.., value)| value)
    }

    /// Is a top-level parameter an empty text?
    pub(crate) fn is_empty_text(&self, name: &str) -> bool {
        self.find(name).is_some_and(Given::is_empty_text)
    }

    /// Where a parameter breaks a rule about its parts.
    pub(crate) fn breaches(&self, name: &str, rule: &RuleInfo) -> Vec<(String, String)> {
        let at = self.info.rules.iter().position(|known| std::ptr::eq(known, rule));
        self.find(name).zip(at).map(|(given, at)| given.breaches(name, at, rule)).unwrap_or_default()
    }

    /// A top-level parameter that is a string, or the media type of the file of this name.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        let file = || self.files.iter().find(|(file, _)| *file == name).map(|(_, file)| file.content_type());
        self.param(name).map_or_else(file, Value::as_str)
    }

    /// Is there a top-level parameter of this name, a value or a file?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some() || self.files.iter().any(|(file, _)| *file == name)
    }

    /// Every top-level parameter.
    pub(crate) fn params(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.params.iter().map(|(_, name, value)| (&**name, value.json()))
    }

    /// Every top-level parameter as it is held.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.params.iter().map(|(_, name, value)| (&**name, value))
    }

    /// Is it a call with this verb to a path like `/{id}/register`?
    pub(crate) fn is_at(&self, method: Method, template: &str) -> bool {
        let fits = |(part, given): (&str, &str)| part == given || part.starts_with('{');
        let length = || template.split('/').count() == self.path.split('/').count();
        self.method == method && length() && template.split('/').zip(self.path.split('/')).all(fits)
    }

    /// What signs the identifiers of the path.
    pub(crate) fn signatures(&self) -> impl Iterator<Item = &str> {
        signatures(&self.id_query)
    }

    /// Can it be sent more than once? A stream cannot.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.files.iter().all(|(_, file)| file.is_repeatable())
    }

    /// Puts parameters where one of that name is, or else where the operation's parameters travel.
    pub(crate) fn merge(&mut self, extra: &Extra) {
        for (name, value) in extra.iter() {
            let places = [ParamLocation::Json, ParamLocation::Form, ParamLocation::Query, ParamLocation::Headers];
            let there = places.into_iter().find(|place| self.members(*place).any(|(known, _)| known == name));
            let place = there.unwrap_or_else(|| self.home());
            self.put(place, name.to_owned().into(), Given::Value(value.clone()));
        }
    }

    /// Adds the query to a URL, encoded, with `more` at its end; nothing if there is none.
    pub(crate) fn write_query(&self, more: &[(&str, &str)], url: &mut String) {
        let length = url.len();
        url.push('?');
        let mut pairs = Pairs::new(url);
        pairs.encoded(&self.id_query);
        encode(self.members(ParamLocation::Query), &mut pairs);
        for (name, value) in more {
            pairs.pair(name, value);
        }
        if url.len() == length + 1 {
            url.truncate(length);
        }
    }

    /// What travels in the body, as a form: texts as they are, the rest as JSON. Empty if nothing does.
    pub(crate) fn encoded_form(&self) -> String {
        let mut form = String::new();
        let mut pairs = Pairs::new(&mut form);
        encode(self.members(ParamLocation::Form), &mut pairs);
        encode(self.members(ParamLocation::Json), &mut pairs);
        form
    }

    /// Are there parameters that travel as headers?
    pub(crate) fn has_headers(&self) -> bool {
        self.has_any(ParamLocation::Headers)
    }

    /// The headers among the parameters, or why they cannot be sent.
    pub(crate) fn header_map(&self) -> Result<HeaderMap, String> {
        headers(self.members(ParamLocation::Headers))
    }

    /// What travels in the body besides files: names and values.
    pub(crate) fn body_members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members(ParamLocation::Json).chain(self.members(ParamLocation::Form))
    }

    /// The files of the body, each with the name of its parameter.
    pub(crate) fn files(&self) -> &[(&'static str, File)] {
        &self.files
    }

    /// Does the body have files, which have to be opened?
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// The body, if there is anything to send in one, or why it cannot be. It opens files, and consumes a stream.
    pub(crate) async fn body(&self) -> Result<Option<Body>, String> {
        match (self.info.body, self.write_files) {
            (BodyKind::Multipart, Some(write)) if self.has_any(ParamLocation::Form) || !self.files.is_empty() => {
                return write(self).await.map(Some);
            }
            (BodyKind::Bytes, Some(write)) if !self.files.is_empty() => return write(self).await.map(Some),
            _ => {}
        }
        if self.has_any(ParamLocation::Json) {
            let mut json = Json::default();
            json.put(b"{");
            self.params.iter().filter(|(at, ..)| *at == ParamLocation::Json).for_each(|(_, name, value)| value.write(name, &mut json));
            json.put(b"}");
            return Ok(Some(Body::of("application/json", json.into_bytes())));
        }
        if !self.has_any(ParamLocation::Form) {
            return Ok(None);
        }
        let mut form = String::new();
        encode(self.members(ParamLocation::Form), &mut Pairs::new(&mut form));
        Ok(Some(Body::of("application/x-www-form-urlencoded", form.into_bytes())))
    }

    fn identifier(&mut self, id: &str) {
        let at = self.placeholder();
        if !is_digits(id) && !self.is_reference(id) {
            // If two arguments were mixed up, this may be a token: one character is enough to find the mistake.
            let why = match id.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
                Some((odd_at, odd)) => format!("an identifier is digits only, and this one has {odd:?} at position {}", odd_at + 1),
                None => "an identifier is digits only, and this one is empty".to_owned(),
            };
            self.bad_id(at, why);
        }
        self.push(id);
    }

    fn is_reference(&self, id: &str) -> bool {
        self.references && is_reference(id)
    }

    fn push(&mut self, segment: &str) {
        // Encoding does not help: URL parsers take `%2e%2e` for a step upwards too.
        if matches!(segment, "." | "..") {
            self.set_fault(format!("{segment:?} cannot be part of a path"));
        }
        self.path.push('/');
        percent::segment(segment, &mut self.path);
    }

    /// Which placeholder of the path is the next.
    fn placeholder(&mut self) -> usize {
        self.placeholders += 1;
        self.placeholders - 1
    }

    /// What was given for a placeholder is no identifier.
    fn bad_id(&mut self, placeholder: usize, why: String) {
        let mut names = self.info.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let name = names.nth(placeholder).unwrap_or("id").to_owned();
        self.bad_ids.push(BadId { name, why });
    }

    fn add(&mut self, place: ParamLocation, record: &dyn Record) {
        let rules = self.info.rules;
        each_member(record, &mut |name, content| {
            let name = match name {
                Name::Label(label) => Cow::Borrowed(label.name()),
                Name::Declared(name) => Cow::Borrowed(name),
                Name::Other(name) => Cow::Owned(name.to_owned()),
            };
            let value = match content {
                Content::Wire(value) if place == ParamLocation::Json => Given::written(&name, value.view(), rules),
                content => Given::Value(content.view().into_json()),
            };
            self.put(place, name, value);
        });
    }

    fn home(&self) -> ParamLocation {
        match (self.method, self.info.body) {
            (Method::Post, BodyKind::Json) => ParamLocation::Json,
            // Few deletes have a body. That of a raw request has none, whatever its other verbs do.
            (Method::Delete, BodyKind::Json) if self.info.method == Method::Delete => ParamLocation::Json,
            (Method::Post, BodyKind::Form | BodyKind::Multipart) => ParamLocation::Form,
            _ => ParamLocation::Query,
        }
    }

    fn members(&self, place: ParamLocation) -> impl Iterator<Item = (&str, &Value)> {
        self.params.iter().filter(move |(at, ..)| *at == place).map(|(_, name, value)| (&**name, value.json()))
    }

    fn has_any(&self, place: ParamLocation) -> bool {
        self.params.iter().any(|(at, ..)| *at == place)
    }

    fn put(&mut self, place: ParamLocation, name: Cow<'static, str>, value: Given) {
        match self.params.iter_mut().find(|(at, known, _)| *at == place && *known == name) {
            Some((.., known)) => *known = value,
            None => self.params.push((place, name, value)),
        }
    }
}

/// Names only: any value may be a secret.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation", &self.info.id)
            .field("params", &self.given().map(|(name, _)| name).chain(self.files.iter().map(|(name, _)| *name)).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum ParamLocation {
    Query,
    Headers,
    Form,
    Json,
}

/// Pairs of names and texts: strings as they are, numbers and booleans as text, the rest as JSON. `null` is not sent.
fn encode<'a>(members: impl Iterator<Item = (&'a str, &'a Value)>, to: &mut Pairs<'_>) {
    for (name, value) in members.filter(|(_, value)| !value.is_null()) {
        match value {
            Value::String(text) => to.pair(name, text),
            other => to.pair(name, other),
        }
    }
}
