//! `quirks.yaml`.

use super::{Object, TEXTS, ValueKind, may, must};

/// `quirks.yaml`.
pub static QUIRKS: Object = Object {
    name: "quirks.yaml",
    keys: &[&[
        may("quirks", ValueKind::List(&ValueKind::Object(&QUIRK)), "Contradictions about an item of the spec."),
        may("notes", ValueKind::List(&ValueKind::Object(&NOTE)), "Contradictions about what the spec does not contain."),
    ]],
};

pub(crate) static QUIRK: Object = Object {
    name: "a quirk",
    keys: &[&[
        must("at", ValueKind::Text, "Where: an operation's id, a node, `types.X` or `errors.X`, followed by keys."),
        may("since", ValueKind::Version, "The first version that it is about. By default the whole window."),
        may("until", ValueKind::Version, "The first version that it is no longer about."),
        must("chosen", ValueKind::Any, "What the spec says, in full. A choice in prose is a note."),
        must("rejected", ValueKind::Any, "What another source says."),
        must("sources", ValueKind::Map("a side", &ValueKind::Either(&[ValueKind::Text, TEXTS])), "Who says which."),
        must("why", ValueKind::Text, "Why it was chosen."),
        must("date", ValueKind::Date, "When."),
    ]],
};

pub(crate) static NOTE: Object = Object {
    name: "a note",
    keys: &[&[
        must("topic", ValueKind::Text, "What it is about."),
        must("says", ValueKind::List(&ValueKind::Object(&CLAIM)), "Who says what."),
        may("why", ValueKind::Text, "The conclusion."),
        may("date", ValueKind::Date, "When it was noticed."),
    ]],
};

pub(crate) static CLAIM: Object =
    Object { name: "a claim", keys: &[&[must("page", ValueKind::Text, "Who says it."), must("claim", ValueKind::Text, "What is said.")]] };
