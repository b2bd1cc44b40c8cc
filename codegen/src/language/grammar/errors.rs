//! `permissions.yaml` and `errors.yaml`.

use super::{ITEM, Object, Shape, may, must};

/// `permissions.yaml`.
pub static PERMISSIONS: Object = Object {
    name: "permissions.yaml",
    keys: &[&[
        may("page", Shape::Url, "Meta's page of permissions."),
        must("permissions", Shape::Map("a permission", &Shape::Object(&PERMISSION)), "Permissions by name."),
    ]],
};

/// A permission.
pub static PERMISSION: Object = Object { name: "a permission", keys: &[ITEM] };

/// `errors.yaml`.
pub static ERRORS: Object = Object {
    name: "errors.yaml",
    keys: &[&[
        may("page", Shape::Url, "Meta's page of error codes."),
        must("errors", Shape::Map("an error", &Shape::Object(&ERROR)), "Errors by the name of their `ErrorKind` variant."),
    ]],
};

/// An error.
pub static ERROR: Object = Object {
    name: "an error",
    keys: &[&[
        must("code", Shape::ErrorCode, "Graph's `code`, or a range of codes."),
        may("subcode", Shape::Int, "Graph's `error_subcode`, where it is part of the meaning."),
        may("title", Shape::Text, "Meta's title."),
        must("family", Shape::Snake, "What kind of failure it is: a category of surface.yaml."),
        may("cause", Shape::Text, "What went wrong."),
        may("remedy", Shape::Text, "What to do."),
        may("retry", Shape::Choice(RETRY), "Whether and when a retry can help."),
        may(
            "backoff_base",
            Shape::Int,
            "Exponential backoff: the nth pause, counted from 0, is at least this number of seconds to the power of n.",
        ),
        may("executed", Shape::Bool, "`false` if the answer proves that nothing was done."),
        may(
            "status",
            Shape::Either(&[Shape::Int, Shape::List(&Shape::Int)]),
            "The HTTP status that Meta's pages give; the most authoritative first.",
        ),
        may("unverified", Shape::Bool, "A known code whose wording is not known."),
        may("page", Shape::Url, "The page of this error."),
        may(
            "cases",
            Shape::Map("a case", &Shape::Object(&CASE)),
            "The other meanings of these numbers, by the name of the `ErrorKind` variant; the error itself is the fallback.",
        ),
    ]],
};

/// One of several meanings of the same numbers. What it omits is as for the error.
pub static CASE: Object = Object {
    name: "a case",
    keys: &[&[
        must(
            "title",
            Shape::Text,
            "Meta's words that distinguish it from the others: the user title, or a part of the message or the details.",
        ),
        may("family", Shape::Snake, "The kind of failure, if it differs from the error's."),
        may("cause", Shape::Text, "What went wrong."),
        may("remedy", Shape::Text, "What to do."),
        may("retry", Shape::Choice(RETRY), "Whether and when a retry can help."),
        may(
            "backoff_base",
            Shape::Int,
            "Exponential backoff: the nth pause, counted from 0, is at least this number of seconds to the power of n.",
        ),
        may("executed", Shape::Bool, "`false` if the answer proves that nothing was done."),
        may(
            "status",
            Shape::Either(&[Shape::Int, Shape::List(&Shape::Int)]),
            "The HTTP status that Meta's pages give; the most authoritative first.",
        ),
        may("page", Shape::Url, "The page of this case."),
    ]],
};

/// The retry classes of errors.
pub const RETRY: &[&str] = &["none", "backoff", "after_window", "reauth"];
