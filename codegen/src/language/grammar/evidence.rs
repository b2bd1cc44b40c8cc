//! `evidence/*.yaml`.

use super::{Object, TEXTS, ValueKind, may, must};

/// `evidence/*.yaml`.
pub static EVIDENCE: Object = Object {
    name: "a source of evidence",
    keys: &[&[
        must("title", ValueKind::Text, "As messages call the source: Meta's SDK specification."),
        must("page", ValueKind::Url, "Where it is published. A quirk is about it whose sources name a page below."),
        may("nodes", TEXTS, "Names of nodes, `*` for any characters, whose operations are recorded whether or not the spec has the node."),
        may("names", ValueKind::Map("the name in the spec", &ValueKind::Object(&NAME)), "What the source calls otherwise."),
        may("silences", ValueKind::List(&ValueKind::Object(&HABIT)), "What the source does not say, although it is so."),
        may("omissions", ValueKind::List(&ValueKind::Object(&HABIT)), "What the source says, and the spec leaves out."),
    ]],
};

pub(crate) static NAME: Object = Object {
    name: "a name",
    keys: &[&[must("is", ValueKind::Text, "The node or type of the spec."), must("why", ValueKind::Text, "Why the two are one.")]],
};

pub(crate) static HABIT: Object = Object {
    name: "a habit",
    keys: &[&[
        must("of", ValueKind::Either(&[ValueKind::Text, TEXTS]), "The facts, by what they are about; `*` for any characters."),
        must("why", ValueKind::Text, "Why it is no contradiction."),
    ]],
};
