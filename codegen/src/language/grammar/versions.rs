//! `versions.yaml`.

use super::{Object, Shape, may, must};

/// `versions.yaml`.
pub static VERSIONS: Object = Object {
    name: "versions.yaml",
    keys: &[&[
        must("page", Shape::Url, "Meta's table of versions."),
        must("versions", Shape::Map("a version", &Shape::Object(&VERSION)), "The versions of the window."),
        may("retired", Shape::Map("a version", &Shape::Object(&VERSION)), "Versions that Graph no longer serves."),
    ]],
};

/// A version.
pub static VERSION: Object = Object {
    name: "a version",
    keys: &[&[
        must("released", Shape::Date, "The day of release."),
        may("expires", Shape::Date, "The day until which it can be used, once Meta has said so."),
    ]],
};
