//! Examples of operations.

use super::{Object, ValueKind, may, must};

pub(crate) static EXAMPLE: Object = Object {
    name: "an example",
    keys: &[&[
        must("title", ValueKind::Text, "What it shows; unique in its operation."),
        may("versions", ValueKind::List(&ValueKind::Version), "Only at these versions, for the reason in `why`."),
        may("why", ValueKind::Text, "Why only these versions."),
        may("call", ValueKind::Map("a parameter", &ValueKind::Any), "What the Rust caller passes, by parameter."),
        may("request", ValueKind::Text, "The request on the wire, in normal form, from Meta's page."),
        may("response", ValueKind::Object(&RESPONSE), "The answer."),
        may("error", ValueKind::Camel, "Which error of the operation the answer is."),
        may("refused", ValueKind::Text, "The parameter because of which the call is refused before sending."),
        may("page", ValueKind::Url, "The page of the example."),
    ]],
};

pub(crate) static RESPONSE: Object = Object {
    name: "a response",
    keys: &[&[may("status", ValueKind::Int, "The HTTP status; 200 by default."), must("body", ValueKind::Any, "The body.")]],
};
