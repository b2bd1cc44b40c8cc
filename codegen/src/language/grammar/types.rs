//! `types/*.yaml`.

use super::{
    ITEM, Object, Shape, TEXTS, may, must,
    operations::RULE,
    over_time::{PRESENCE, TYPES_OVER_TIME},
};

/// `types/*.yaml`.
pub static TYPES: Object = Object {
    name: "a file of types",
    keys: &[&[
        may("page", Shape::Url, "The page of these types."),
        must("types", Shape::Map("a type", &Shape::Object(&TYPE)), "Types by name."),
    ]],
};

/// A type.
pub static TYPE: Object = Object {
    name: "a type",
    keys: &[
        ITEM,
        &[
            may("enum", Shape::Map("a value", &Shape::Object(&VALUE)), "The values of a string; always open."),
            may("object", Shape::Map("a field", &Shape::Object(&FIELD)), "The fields of an object."),
            may("union", Shape::Object(&UNION), "Objects that are distinguished by a tag; always open."),
            may(
                "untagged",
                Shape::Map("an untagged variant", &Shape::Object(&UNTAGGED_VARIANT)),
                "JSON kinds that Meta shows for one value, by their Rust variant.",
            ),
            may("args", TEXTS, "Fields that are arguments of `new`, for objects that are sent."),
            may(
                "constructors",
                Shape::Map("a constructor", &TEXTS),
                "Instead of `args`, if one of several fields is required: Rust functions and their fields.",
            ),
            may("from_text", Shape::Bool, "A string converts to the object, as the only argument of its constructor."),
            may("rules", Shape::List(&Shape::Object(&RULE)), "What fields require or exclude, for objects that are sent."),
        ],
    ],
};

pub(crate) static VALUE: Object = Object {
    name: "an enum value",
    keys: &[ITEM, PRESENCE, &[may("rust_name", Shape::Camel, "The Rust variant, if it is not derived from the wire value.")]],
};

pub(crate) static UNION: Object = Object {
    name: "a union",
    keys: &[&[
        must("tag", Shape::Text, "The member that distinguishes the variants."),
        must("variants", Shape::Map("a variant", &Shape::Object(&VARIANT)), "The variants, by their tag."),
        may("any_case", Shape::Bool, "Meta writes the tags in several cases; all decode, and are kept unchanged."),
        may("from_text", Shape::Text, "The variant that a string converts to."),
    ]],
};

pub(crate) static VARIANT: Object = Object {
    name: "a variant",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            may("members", Shape::Type, "The object or union whose members are next to the tag."),
            may("payload", Shape::Type, "What is next to the tag in a member named like it."),
            may("under", Shape::Text, "The name of the payload's member, if it is not the tag."),
            may("rust_name", Shape::Camel, "The Rust variant, if it is not derived from the tag."),
        ],
    ],
};

pub(crate) static UNTAGGED_VARIANT: Object =
    Object { name: "an untagged variant", keys: &[ITEM, &[must("type", Shape::Type, "The type; each has its own JSON kind.")]] };

pub(crate) static FIELD: Object = Object {
    name: "a field",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            must("type", TYPES_OVER_TIME, "The field's type."),
            may("always", Shape::Bool, "Graph always returns it: plain in Rust, where others are `Option`."),
            may("secret", Shape::Bool, "Masked everywhere."),
            may("selectable", Shape::Bool, "`false`: part of responses, not of `fields=`."),
            may("const", Shape::Text, "Always this value: sent, and not a field in Rust."),
            may("spread", Shape::Bool, "The members of the union are among the object's own."),
            may("expands", Shape::Text, "The edge of the node that the field reads, with the arguments of that edge's read."),
            may("rust_name", Shape::Snake, "The Rust field, where the wire name is unsuitable."),
        ],
    ],
};
