//! `permissions.yaml` and `errors.yaml`.

use super::{ITEM, Key, Object, ValueKind, may, must, over_time::LIFETIME};

/// `permissions.yaml`.
pub static PERMISSIONS: Object = Object {
    name: "permissions.yaml",
    keys: &[&[
        may("page", ValueKind::Url, "Meta's page of permissions."),
        must("permissions", ValueKind::Map("a permission", &ValueKind::Object(&PERMISSION)), "Permissions by name."),
    ]],
};

/// A permission.
pub static PERMISSION: Object = Object { name: "a permission", keys: &[ITEM, LIFETIME] };

/// `errors.yaml`.
pub static ERRORS: Object = Object {
    name: "errors.yaml",
    keys: &[&[
        may("page", ValueKind::Url, "Meta's page of error codes."),
        may("codes_as_subcodes", ValueKind::Int, "Codes from this number on are also sent as the subcode of another code."),
        must("errors", ValueKind::Map("an error", &ValueKind::Object(&ERROR)), "Errors by the name of their `ErrorKind` variant."),
    ]],
};

/// What an error means, and each of its cases in turn.
static MEANING: &[Key] = &[
    may("aliases", super::TEXTS, "Other words that people search for in the documentation: `opted out`."),
    may("cause", ValueKind::Text, "What went wrong."),
    may("remedy", ValueKind::Text, "What to do."),
    may("retry", ValueKind::Choice(RETRY), "Whether and when a retry can help."),
    may(
        "backoff_base",
        ValueKind::Int,
        "Exponential backoff: the nth pause, counted from 0, is at least this number of seconds to the power of n.",
    ),
    may("executed", ValueKind::Bool, "`false` if the answer proves that nothing was done."),
    may("arrives", ValueKind::Choice(ARRIVES), "Where it arrives: in the answer (the default), in a webhook about the status, or in both."),
    may("in_usage", ValueKind::Bool, "`false` if the usage that Graph reports for business objects says nothing of the limit."),
    may(
        "status",
        ValueKind::Either(&[ValueKind::Int, ValueKind::List(&ValueKind::Int)]),
        "The HTTP status that Meta's pages give; the most authoritative first.",
    ),
];

/// An error.
pub static ERROR: Object = Object {
    name: "an error",
    keys: &[
        LIFETIME,
        &[
            must("code", ValueKind::ErrorCode, "Graph's `code`, or a range of codes."),
            may("subcode", ValueKind::Int, "Graph's `error_subcode`, where it is part of the meaning."),
            may("title", ValueKind::Text, "Meta's title."),
            must("category", ValueKind::Snake, "What kind of failure it is: a category of surface.yaml."),
        ],
        MEANING,
        &[
            may("unverified", ValueKind::Bool, "A known code whose wording is not known."),
            may("page", ValueKind::Url, "The page of this error."),
            may(
                "cases",
                ValueKind::Map("a case", &ValueKind::Object(&CASE)),
                "The other meanings of these numbers, by the name of the `ErrorKind` variant; the error itself is the fallback.",
            ),
        ],
    ],
};

/// One of several meanings of the same numbers. What it omits is as for the error.
pub static CASE: Object = Object {
    name: "a case",
    keys: &[
        LIFETIME,
        &[
            must(
                "title",
                ValueKind::Text,
                "Meta's words that distinguish it from the others: the user title, or a part of the message or the details.",
            ),
            may("category", ValueKind::Snake, "The kind of failure, if it differs from the error's."),
        ],
        MEANING,
        &[may("page", ValueKind::Url, "The page of this case.")],
    ],
};

/// Where errors arrive.
const ARRIVES: &[&str] = &["answer", "status", "both"];

/// The retry classes of errors.
pub const RETRY: &[&str] = &["none", "backoff", "after_window", "reauth"];
