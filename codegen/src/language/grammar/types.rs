//! `types/*.yaml`.

use super::{
    ITEM, Object, TEXTS, ValueKind, may, must,
    operations::RULE,
    over_time::{NARROWING, PRESENCE, TYPES_OVER_TIME},
};

/// `types/*.yaml`.
pub static TYPES: Object = Object {
    name: "a file of types",
    keys: &[&[
        may("page", ValueKind::Url, "The page of these types."),
        must("types", ValueKind::Map("a type", &ValueKind::Object(&TYPE)), "Types by name."),
    ]],
};

/// A type.
pub static TYPE: Object = Object {
    name: "a type",
    keys: &[
        ITEM,
        &[
            may("enum", ValueKind::Map("a value", &ValueKind::Object(&VALUE)), "The values of a string; always open."),
            may("object", ValueKind::Map("a field", &ValueKind::Object(&FIELD)), "The fields of an object."),
            may("union", ValueKind::Object(&UNION), "Objects that are distinguished by a tag; always open."),
            may(
                "untagged",
                ValueKind::Map("an untagged variant", &ValueKind::Object(&UNTAGGED_VARIANT)),
                "JSON kinds that Meta shows for one value, by their Rust variant.",
            ),
            may(
                "alternatives",
                ValueKind::Object(&ALTERNATIVES),
                "Of several fields an object has one: which, for objects that are received.",
            ),
            may("args", TEXTS, "Fields that are arguments of `new`, for objects that are sent."),
            may(
                "constructors",
                ValueKind::Map("a constructor", &TEXTS),
                "Instead of `args`, if one of several fields is required: Rust functions and their fields.",
            ),
            may("from_text", ValueKind::Bool, "A string converts to the object, as the only argument of its constructor."),
            may("rules", ValueKind::List(&ValueKind::Object(&RULE)), "What fields require or exclude, for objects that are sent."),
        ],
    ],
};

static ALTERNATIVES: Object = Object {
    name: "a choice of fields",
    keys: &[&[
        must("name", ValueKind::Camel, "The Rust enum of the fields."),
        must("method", ValueKind::Snake, "The Rust method that gives it."),
        must("tag", ValueKind::Text, "The field, of an enum, whose values name the others. A value that no field is named like is alone."),
    ]],
};

pub(crate) static VALUE: Object = Object {
    name: "an enum value",
    keys: &[ITEM, PRESENCE, &[may("rust_name", ValueKind::Camel, "The Rust variant, if it is not derived from the wire value.")]],
};

pub(crate) static UNION: Object = Object {
    name: "a union",
    keys: &[&[
        must("tag", ValueKind::Text, "The member that distinguishes the variants."),
        must("variants", ValueKind::Map("a variant", &ValueKind::Object(&VARIANT)), "The variants, by their tag."),
        may("any_case", ValueKind::Bool, "Meta writes the tags in several cases; all decode, and are kept unchanged."),
        may("from_text", ValueKind::Text, "The variant that a string converts to."),
    ]],
};

pub(crate) static VARIANT: Object = Object {
    name: "a variant",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            may("members", ValueKind::Type, "The object or union whose members are next to the tag."),
            may("payload", ValueKind::Type, "What is next to the tag in a member named like it."),
            may("under", ValueKind::Text, "The name of the payload's member, if it is not the tag."),
            may("rust_name", ValueKind::Camel, "The Rust variant, if it is not derived from the tag."),
        ],
    ],
};

pub(crate) static UNTAGGED_VARIANT: Object =
    Object { name: "an untagged variant", keys: &[ITEM, &[must("type", ValueKind::Type, "The type; each has its own JSON kind.")]] };

pub(crate) static FIELD: Object = Object {
    name: "a field",
    keys: &[
        ITEM,
        PRESENCE,
        NARROWING,
        &[
            must("type", TYPES_OVER_TIME, "The field's type."),
            may("aliases", TEXTS, "Other names under which Graph sends it, or sent it."),
            may("always", ValueKind::Bool, "Graph always returns it: plain in Rust, where others are `Option`."),
            may("rare", ValueKind::Bool, "An object that seldom is there: boxed in Rust, so that those without it are small."),
            may("secret", ValueKind::Bool, "Masked everywhere."),
            may("personal", ValueKind::Bool, "A number, a name or a text of a person: errors show it only to who asks for personal data."),
            may("selectable", ValueKind::Bool, "`false`: part of responses, not of `fields=`."),
            may("const", ValueKind::Text, "Always this value: sent, and not a field in Rust."),
            may("spread", ValueKind::Bool, "The members of the union are among the object's own."),
            may("expands", ValueKind::Text, "The edge of the node that the field reads, with the arguments of that edge's read."),
            may("rust_name", ValueKind::Snake, "The Rust field, where the wire name is unsuitable."),
        ],
    ],
};
