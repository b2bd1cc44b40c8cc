//! Examples of operations.

use super::{Object, Shape, may, must};

pub(crate) static EXAMPLE: Object = Object {
    name: "an example",
    keys: &[&[
        must("title", Shape::Text, "What it shows; unique in its operation."),
        may("versions", Shape::List(&Shape::Version), "Only at these versions, for the reason in `why`."),
        may("why", Shape::Text, "Why only these versions."),
        may("call", Shape::Map("a parameter", &Shape::Any), "What the Rust caller passes, by parameter."),
        may("request", Shape::Text, "The request on the wire, in normal form, from Meta's page."),
        may("response", Shape::Object(&RESPONSE), "The answer."),
        may("error", Shape::Camel, "Which error of the operation the answer is."),
        may("refused", Shape::Text, "The parameter because of which the call is refused before sending."),
        may("page", Shape::Url, "The page of the example."),
    ]],
};

pub(crate) static RESPONSE: Object = Object {
    name: "a response",
    keys: &[&[may("status", Shape::Int, "The HTTP status; 200 by default."), must("body", Shape::Any, "The body.")]],
};
