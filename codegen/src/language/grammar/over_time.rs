//! What is added, removed and changed with versions.

use super::{Key, Object, Shape, may, must, operations::PERMISSION_SET};

/// A type, or tiles of types.
pub(super) const TYPES_OVER_TIME: Shape = Shape::Either(&[Shape::Type, Shape::List(&Shape::Object(&TYPE_TILE))]);

pub(crate) static TYPE_TILE: Object = Object { name: "a tile", keys: &[&[must("is", Shape::Type, "The type, up to `until`."), UNTIL]] };

pub(crate) static BOOL_TILE: Object = Object { name: "a tile", keys: &[&[must("is", Shape::Bool, "The value, up to `until`."), UNTIL]] };

pub(crate) static PERMISSION_TILE: Object =
    Object { name: "a tile", keys: &[&[must("is", Shape::Object(&PERMISSION_SET), "The value, up to `until`."), UNTIL]] };

const UNTIL: Key = may("until", Shape::Version, "The first version to which the next tile applies; the last tile has none.");

/// Keys of everything that is added and removed with versions.
pub(super) static PRESENCE: &[Key] = &[
    may("since", Shape::Version, "The first version that has it. By default the whole window."),
    may("deprecated", Shape::Either(&[Shape::Version, Shape::Object(&END)]), "The first version that deprecates it."),
    may("removed", Shape::Either(&[Shape::Version, Shape::Object(&END)]), "The first version that lacks it."),
    may("gated", Shape::Bool, "Meta says that the server enforces this; only then is a call refused."),
];

pub(crate) static END: Object = Object {
    name: "a deprecation or removal",
    keys: &[&[
        must("at", Shape::Version, "The version."),
        may("back", Shape::Version, "The first version that has it again."),
        may("instead", Shape::Text, "What to use instead."),
        may("on", Shape::Date, "The day on which it affected every version."),
    ]],
};
