//! `nodes/*.yaml` and `nodes/*/*.yaml`.

use super::{
    ITEM, Key, Object, Shape, may, must,
    operations::{NAMED_OPERATION, OPERATION},
    surface::AREA,
    types::FIELD,
};

/// `nodes/<node>.yaml`.
pub static NODE: Object = Object {
    name: "a node",
    keys: &[
        &[
            must("node", Shape::Camel, "The node's name, as Meta has it."),
            may("short", Shape::Camel, "The node's name in Rust."),
            may("handle", Shape::Snake, "The method of the client that leads to it."),
            may("root", Shape::Bool, "The node without an identifier."),
            may("id", Shape::Choice(&["digits", "text"]), "`text`: identifiers of the node are not digits."),
        ],
        ITEM,
        AREA,
        &[
            may("fields", Shape::Map("a field", &Shape::Object(&FIELD)), "What can be read from the node."),
            may("read", SLOT, "Reading the node."),
            may("update", SLOT, "Updating the node."),
            may("delete", SLOT, "Deleting the node."),
            may("edges", Shape::Map("an edge", &Shape::Object(&EDGE)), "The node's edges, by their name in the path."),
        ],
    ],
};

/// What is under an edge's name.
pub static EDGE: Object = Object { name: "an edge", keys: &[ITEM, AREA, EDGE_KEYS] };

/// `nodes/<node>/<edge>.yaml`.
pub static EDGE_FILE: Object = Object {
    name: "an edge",
    keys: &[
        &[must("edge", Shape::Text, "The edge's name in the path."), must("node", Shape::Camel, "The node it belongs to.")],
        ITEM,
        AREA,
        EDGE_KEYS,
    ],
};

static EDGE_KEYS: &[Key] = &[
    may("handle", Shape::Snake, "The Rust method, where the edge's name is unsuitable."),
    may("read", SLOT, "Reading the edge."),
    may("create", SLOT, "Creating on the edge."),
    may("update", SLOT, "Updating the edge."),
    may("delete", SLOT, "Deleting from the edge."),
    may("operations", Shape::Map("an operation", &Shape::Object(&NAMED_OPERATION)), "Further operations on the same path."),
    may("edge_item", Shape::Object(&EDGE_ITEM), "The item below the edge: `/{id}/edge/{code}`."),
];

pub(crate) static EDGE_ITEM: Object = Object {
    name: "an item",
    keys: &[
        ITEM,
        &[
            must("path", Shape::Snake, "The placeholder in the path."),
            must("type", Shape::Type, "The type of its value."),
            may("handle", Shape::Snake, "The Rust method that leads to it; by default `item`."),
            may("read", SLOT, "Reading the item."),
            may("update", SLOT, "Updating the item."),
            may("delete", SLOT, "Deleting the item."),
        ],
    ],
};

const SLOT: Shape = Shape::Either(&[Shape::Choice(&["unsupported"]), Shape::Object(&OPERATION)]);
