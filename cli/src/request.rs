//! A request of any operation, which is sent by the same client as a typed one: validation, masks, limits and repetition are those of the operation.

use graph_runtime::{Extra, File, Operation as _, OperationInfo, Outgoing, RequestOptions, Value, record};

use crate::catalog::{Known, slots};
use crate::description::{Location, Segment};
use crate::values::Filled;

/// Parameters that travel in one place.
#[derive(Clone, Default, PartialEq)]
struct Members {
    extra: Extra,
}

record!(Members {});

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    known: Known,
    path: Vec<String>,
    query: Members,
    body: Members,
    headers: Members,
    files: Vec<(&'static str, File)>,
    pub(crate) options: RequestOptions,
}

impl Request {
    pub(crate) fn new(known: Known, filled: Filled) -> Self {
        let mut request = Self {
            known,
            path: filled.path,
            query: Members::default(),
            body: Members::default(),
            headers: Members::default(),
            files: filled.files,
            options: RequestOptions::default(),
        };
        let slots = slots(known.operation);
        // In the order of the spec, as a typed request writes them.
        for slot in &slots {
            let Some(value) = filled.params.get(slot.name) else { continue };
            let place = match slot.param.map(|param| param.location) {
                Some(Location::Json | Location::Form | Location::Multipart) => &mut request.body,
                Some(Location::Header) => &mut request.headers,
                Some(Location::Query | Location::Bytes) | None => &mut request.query,
            };
            place.extra.insert(slot.name, value.clone());
        }
        for (name, value) in filled.extras {
            request.options.set_param(name, value);
        }
        request
    }
}

static ANY: OperationInfo = OperationInfo { id: "any", request: "Request", path: "/…", ..OperationInfo::EMPTY };

impl graph_runtime::Operation for Request {
    const INFO: &'static OperationInfo = &ANY;

    type Response = Value;

    fn info(&self) -> &'static OperationInfo {
        self.known.info
    }

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        let mut values = self.path.iter();
        for segment in self.known.operation.path {
            match segment {
                Segment::Literal(text) => to.segment(text),
                Segment::Id(_) => to.id(values.next().unwrap_or(&String::new())),
                Segment::Text(_) => to.text_id(values.next().unwrap_or(&String::new())),
                Segment::Value(_) => to.value(values.next().map_or("", String::as_str)),
            };
        }
        to.query(&self.query).headers(&self.headers);
        let has = |location| self.known.operation.params.iter().any(|param| param.location == location);
        if has(Location::Json) {
            to.json(&self.body);
        } else if has(Location::Form) {
            to.form(&self.body);
        } else {
            to.multipart(&self.body);
        }
        for (name, file) in &self.files {
            if has(Location::Bytes) {
                to.bytes(name, Some(file));
            } else {
                to.part(name, Some(file));
            }
        }
    }
}

impl Request {
    /// What is known of the operation.
    pub(crate) fn known(&self) -> Known {
        debug_assert_eq!(self.info().id, self.known.operation.id);
        self.known
    }
}
