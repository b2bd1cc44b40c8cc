//! What is added, removed and changed with versions or on days.

use super::{Key, Object, TEXTS, ValueKind, may, must, operations::PERMISSION_SET};

/// A type, or tiles of types.
pub(super) const TYPES_OVER_TIME: ValueKind = ValueKind::Either(&[ValueKind::Type, ValueKind::List(&ValueKind::Object(&TYPE_TILE))]);

pub(crate) static TYPE_TILE: Object = Object { name: "a tile", keys: &[&[must("is", ValueKind::Type, "The type, up to `until`."), UNTIL]] };

pub(crate) static BOOL_TILE: Object =
    Object { name: "a tile", keys: &[&[must("is", ValueKind::Bool, "The value, up to `until`."), UNTIL]] };

pub(crate) static PERMISSION_TILE: Object =
    Object { name: "a tile", keys: &[&[must("is", ValueKind::Object(&PERMISSION_SET), "The value, up to `until`."), UNTIL]] };

pub(crate) static VALUES_TILE: Object = Object { name: "a tile", keys: &[&[must("is", TEXTS, "The values, up to `until`."), UNTIL]] };

/// `only` and `except`: the values of a shared enum that one place takes or has.
pub(super) static NARROWING: &[Key] = &[
    may("only", VALUES, "The values of a shared enum that it takes."),
    may("except", VALUES, "The values of a shared enum that it does not take."),
];

/// Values, or tiles of values.
const VALUES: ValueKind = ValueKind::Either(&[TEXTS, ValueKind::List(&ValueKind::Object(&VALUES_TILE))]);

const UNTIL: Key = may("until", BOUND, "The version or day from which the next tile applies; the last tile has none.");

/// A version, a day, or both: the version at once, and every other version on the day.
const BOUND: ValueKind = ValueKind::Either(&[ValueKind::Bound, ValueKind::Object(&BOTH)]);

/// What ends something: a bound alone, or with what replaces it.
const ENDING: ValueKind = ValueKind::Either(&[ValueKind::Bound, ValueKind::Object(&END)]);

/// Keys of everything that is added and removed with versions or on days, and that the server may enforce.
pub(super) static PRESENCE: &[Key] =
    &[SINCE, DEPRECATED, REMOVED, may("gated", ValueKind::Bool, "Meta says that the server enforces this; only then is a call refused.")];

/// Keys of what is added and removed without a caller doing anything: errors and permissions.
pub(super) static LIFETIME: &[Key] = &[SINCE, DEPRECATED, REMOVED];

const SINCE: Key = may("since", BOUND, "The first version or day that has it. By default the whole window.");
const DEPRECATED: Key = may("deprecated", ENDING, "The first version or day that deprecates it.");
const REMOVED: Key = may("removed", ENDING, "The first version or day that lacks it.");

const AT: Key = may("at", ValueKind::Version, "The first version.");
const ON: Key = may("on", ValueKind::Date, "The day, in UTC, from which it holds in every version.");

pub(crate) static BOTH: Object = Object { name: "a bound", keys: &[&[AT, ON]] };

pub(crate) static END: Object = Object {
    name: "a deprecation or removal",
    keys: &[&[
        AT,
        ON,
        may("back", BOUND, "The first version or day that has it again."),
        may("instead", ValueKind::Text, "What to use instead."),
    ]],
};
