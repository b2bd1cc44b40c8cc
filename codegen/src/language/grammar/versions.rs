//! `versions.yaml`.

use super::{Object, ValueKind, may, must};

/// `versions.yaml`.
pub static VERSIONS: Object = Object {
    name: "versions.yaml",
    keys: &[&[
        must("page", ValueKind::Url, "Meta's table of versions."),
        must("versions", ValueKind::Map("a version", &ValueKind::Object(&VERSION)), "The versions of the window."),
        may("retired", ValueKind::Map("a version", &ValueKind::Object(&VERSION)), "Versions that Graph no longer serves."),
        may("described_from", ValueKind::Version, "The oldest version of which the spec says what it has; without it that of the window."),
    ]],
};

/// A version.
pub static VERSION: Object = Object {
    name: "a version",
    keys: &[&[
        must("released", ValueKind::Date, "The day of release."),
        may("expires", ValueKind::Date, "The day until which it can be used, once Meta has said so."),
        may("evidence", ValueKind::Choice(&["none published"]), "That Meta published no machine-readable file about it."),
        may("unreviewed", ValueKind::Bool, "That no one has compared the spec with Meta's changelog of it yet."),
    ]],
};
