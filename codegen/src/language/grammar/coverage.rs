//! Keys of coverage.yaml.

use super::{Object, TEXTS, ValueKind, may, must};

/// What the spec leaves out.
pub static COVERAGE: Object = Object {
    name: "the coverage",
    keys: &[&[may("left_out", ValueKind::List(&ValueKind::Object(&LEFT_OUT)), "Operations that Meta has and the spec leaves out.")]],
};

pub(crate) static LEFT_OUT: Object = Object {
    name: "what is left out",
    keys: &[&[
        must(
            "of",
            ValueKind::Either(&[ValueKind::Text, TEXTS]),
            "The operations: `Node/edge GET`, under the spec's name of the node; `*` for any characters.",
        ),
        may("page", ValueKind::Url, "The page that has the operations, if no file of evidence/ has them."),
        may("removed", ValueKind::Bound, "The version or the day from which Meta no longer has them."),
        must("why", ValueKind::Text, "Why the spec goes without it."),
    ]],
};
