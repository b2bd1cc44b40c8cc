//! What is added, removed and changed with versions.

use super::{Key, Object, ValueKind, may, must, operations::PERMISSION_SET};

/// A type, or tiles of types.
pub(super) const TYPES_OVER_TIME: ValueKind = ValueKind::Either(&[ValueKind::Type, ValueKind::List(&ValueKind::Object(&TYPE_TILE))]);

pub(crate) static TYPE_TILE: Object = Object { name: "a tile", keys: &[&[must("is", ValueKind::Type, "The type, up to `until`."), UNTIL]] };

pub(crate) static BOOL_TILE: Object =
    Object { name: "a tile", keys: &[&[must("is", ValueKind::Bool, "The value, up to `until`."), UNTIL]] };

pub(crate) static PERMISSION_TILE: Object =
    Object { name: "a tile", keys: &[&[must("is", ValueKind::Object(&PERMISSION_SET), "The value, up to `until`."), UNTIL]] };

const UNTIL: Key = may("until", ValueKind::Version, "The first version to which the next tile applies; the last tile has none.");

/// Keys of everything that is added and removed with versions.
pub(super) static PRESENCE: &[Key] = &[
    may("since", ValueKind::Version, "The first version that has it. By default the whole window."),
    may("deprecated", ValueKind::Either(&[ValueKind::Version, ValueKind::Object(&END)]), "The first version that deprecates it."),
    may("removed", ValueKind::Either(&[ValueKind::Version, ValueKind::Object(&END)]), "The first version that lacks it."),
    may("gated", ValueKind::Bool, "Meta says that the server enforces this; only then is a call refused."),
];

pub(crate) static END: Object = Object {
    name: "a deprecation or removal",
    keys: &[&[
        must("at", ValueKind::Version, "The version."),
        may("back", ValueKind::Version, "The first version that has it again."),
        may("instead", ValueKind::Text, "What to use instead."),
        may("on", ValueKind::Date, "The day on which it affected every version."),
    ]],
};
