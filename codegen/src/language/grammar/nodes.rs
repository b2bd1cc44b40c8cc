//! `nodes/*.yaml` and `nodes/*/*.yaml`.

use super::{
    ITEM, Key, Object, ValueKind, may, must,
    operations::{NAMED_OPERATION, OPERATION},
    surface::AREA,
    types::FIELD,
};

/// `nodes/<node>.yaml`.
pub static NODE: Object = Object {
    name: "a node",
    keys: &[
        &[
            must("node", ValueKind::Camel, "The node's name, as Meta has it."),
            may("short", ValueKind::Camel, "The node's name in Rust."),
            may("handle", ValueKind::Snake, "The method of the client that leads to it."),
            may("root", ValueKind::Bool, "The node without an identifier."),
            may("under", ValueKind::Text, "What is before the identifier in the path: `signups` of `/signups/{signup_id}`."),
            may("id", ValueKind::Choice(&["digits", "text"]), "`text`: identifiers of the node are not digits."),
        ],
        ITEM,
        AREA,
        HOST,
        &[
            may("fields", ValueKind::Map("a field", &ValueKind::Object(&FIELD)), "What can be read from the node."),
            may("read", SLOT, "Reading the node."),
            may("update", SLOT, "Updating the node."),
            may("delete", SLOT, "Deleting the node."),
            may("operations", FURTHER, "Further operations on the node itself."),
            may("edges", ValueKind::Map("an edge", &ValueKind::Object(&EDGE)), "The node's edges, by their name in the path."),
        ],
    ],
};

/// What is under an edge's name.
pub static EDGE: Object = Object { name: "an edge", keys: &[ITEM, AREA, HOST, EDGE_KEYS] };

/// `nodes/<node>/<edge>.yaml`.
pub static EDGE_FILE: Object = Object {
    name: "an edge",
    keys: &[
        &[must("edge", ValueKind::Text, "The edge's name in the path."), must("node", ValueKind::Camel, "The node it belongs to.")],
        ITEM,
        AREA,
        HOST,
        EDGE_KEYS,
    ],
};

static HOST: &[Key] = &[may("host", ValueKind::Snake, "The host of the operations below that name none, of those in surface.yaml.")];

static EDGE_KEYS: &[Key] = &[
    may("handle", ValueKind::Snake, "The Rust method, where the edge's name is unsuitable."),
    may("read", SLOT, "Reading the edge."),
    may("create", SLOT, "Creating on the edge."),
    may("update", SLOT, "Updating the edge."),
    may("delete", SLOT, "Deleting from the edge."),
    may("operations", FURTHER, "Further operations on the same path."),
    may("edge_item", ValueKind::Object(&EDGE_ITEM), "The item below the edge: `/{id}/edge/{code}`."),
];

pub(crate) static EDGE_ITEM: Object = Object {
    name: "an item",
    keys: &[
        ITEM,
        &[
            must("path", PLACEHOLDERS, "The placeholder in the path, or several, one for each segment."),
            must("type", ValueKind::Type, "The type of their values."),
            may("handle", ValueKind::Snake, "The Rust method that leads to it; by default `item`."),
            may("read", SLOT, "Reading the item."),
            may("update", SLOT, "Updating the item."),
            may("delete", SLOT, "Deleting the item."),
        ],
    ],
};

const PLACEHOLDERS: ValueKind = ValueKind::Either(&[ValueKind::Snake, ValueKind::List(&ValueKind::Snake)]);
const FURTHER: ValueKind = ValueKind::Map("an operation", &ValueKind::Object(&NAMED_OPERATION));
const SLOT: ValueKind = ValueKind::Either(&[ValueKind::Choice(&["unsupported"]), ValueKind::Object(&OPERATION)]);
