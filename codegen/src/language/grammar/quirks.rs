//! `quirks.yaml`.

use super::{Object, Shape, TEXTS, may, must};

/// `quirks.yaml`.
pub static QUIRKS: Object = Object {
    name: "quirks.yaml",
    keys: &[&[
        may("quirks", Shape::List(&Shape::Object(&QUIRK)), "Contradictions about an item of the spec."),
        may("notes", Shape::List(&Shape::Object(&NOTE)), "Contradictions about what the spec does not contain."),
    ]],
};

pub(crate) static QUIRK: Object = Object {
    name: "a quirk",
    keys: &[&[
        must("at", Shape::Text, "Where: an operation's id, a node, `types.X` or `errors.X`, followed by keys."),
        must("chosen", Shape::Any, "What the spec says."),
        must("rejected", Shape::Any, "What another source says."),
        must("sources", Shape::Map("a side", &Shape::Either(&[Shape::Text, TEXTS])), "Who says which."),
        must("why", Shape::Text, "Why it was chosen."),
        must("date", Shape::Date, "When."),
    ]],
};

pub(crate) static NOTE: Object = Object {
    name: "a note",
    keys: &[&[
        must("topic", Shape::Text, "What it is about."),
        must("says", Shape::List(&Shape::Object(&CLAIM)), "Who says what."),
        may("why", Shape::Text, "The conclusion."),
        may("date", Shape::Date, "When it was noticed."),
    ]],
};

pub(crate) static CLAIM: Object =
    Object { name: "a claim", keys: &[&[must("page", Shape::Text, "Who says it."), must("claim", Shape::Text, "What is said.")]] };
