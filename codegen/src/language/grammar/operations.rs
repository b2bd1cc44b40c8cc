//! Operations, with everything below them.

use super::{
    ITEM, Key, Object, Shape, TEXTS,
    examples::EXAMPLE,
    may, must,
    over_time::{BOOL_TILE, PERMISSION_TILE, PRESENCE, TYPES_OVER_TIME},
    types::VALUE,
};

pub(crate) static NAMED_OPERATION: Object = Object {
    name: "an operation",
    keys: &[&[must("verb", Shape::Choice(VERBS), "Read, create, update or delete.")], ITEM, PRESENCE, OPERATION_KEYS],
};

/// The verbs of operations.
pub const VERBS: &[&str] = &["read", "create", "update", "delete"];

/// An operation.
pub static OPERATION: Object = Object { name: "an operation", keys: &[ITEM, PRESENCE, OPERATION_KEYS] };

static OPERATION_KEYS: &[Key] = &[
    must("request", Shape::Camel, "The Rust name of the request: verb and noun."),
    may("action", Shape::Bool, "Called on the handle itself: `phone.register(pin)`."),
    may("rust_method", Shape::Snake, "The Rust method, where the verb (or an action's edge) does not do."),
    may(
        "permissions",
        Shape::Either(&[Shape::Object(&PERMISSION_SET), Shape::List(&Shape::Object(&PERMISSION_TILE))]),
        "The permissions that the token needs.",
    ),
    may(
        "auth",
        Shape::Choice(&["token", "oauth", "none"]),
        "`none`: the call gets no token; `oauth`: the scheme is `OAuth`, not `Bearer`.",
    ),
    may("body", Shape::Choice(&["json", "form", "multipart", "bytes"]), "How the parameters of a create, update or delete are sent."),
    may("idempotent", Shape::Bool, "Whether a repeated call has no further effect. Reads always are idempotent."),
    may("retries", Shape::Choice(&["never"]), "`never`: the client sends it only once, even if nothing left the machine the first time."),
    may("paced", Shape::Either(&[Shape::Bool, Shape::Object(&PACED)]), "Calls on one node have a rate limit."),
    may("args", TEXTS, "Required parameters that are constructor arguments, in this order."),
    may("params", Shape::Map("a parameter", &Shape::Object(&PARAM)), "The parameters."),
    may("fields", Shape::Either(&[Shape::Choice(&["all", "none"]), TEXTS]), "What can be requested with `fields=`."),
    may("read_after_write", Shape::Bool, "`fields` may be requested on a create; the answer is the new node."),
    may("filtering", Shape::Map("a filter", &Shape::Object(&FILTER)), "What can be filtered on."),
    may("filter_name", Shape::Camel, "The Rust name of the filter type."),
    may("sort", Shape::Map("a sort value", &Shape::Object(&VALUE)), "Values of the `sort` parameter."),
    may("sort_name", Shape::Camel, "The Rust name of the sort type."),
    may("paging", TEXTS, "The cursor parameters of a page, of `limit`, `after` and `before`."),
    must("returns", TYPES_OVER_TIME, "What the operation returns."),
    may("rules", Shape::List(&Shape::Object(&RULE)), "What parameters require or exclude."),
    may("limits", Shape::List(&Shape::Object(&LIMIT)), "Limits that are counted per object in a rolling window."),
    may("errors", Shape::List(&Shape::Either(&[Shape::Camel, Shape::Object(&ERROR_HERE)])), "The errors that Meta's page lists."),
    may("download", Shape::Object(&DOWNLOAD), "The answer of a read has the URL of bytes; a method of the handle fetches them."),
    may("notes", TEXTS, "What else a user must know, one sentence each."),
    may("examples", Shape::List(&Shape::Object(&EXAMPLE)), "Calls with their request and response."),
];

pub(crate) static DOWNLOAD: Object = Object {
    name: "a download",
    keys: &[&[
        must("url", Shape::Text, "The field of the answer with the URL."),
        may("hash", Shape::Text, "The field with the SHA-256 of the bytes."),
        may("size", Shape::Text, "The field with their number."),
        must("hosts", TEXTS, "The hosts that may see the token."),
        must("lasts", Shape::Window, "How long a URL can be used."),
        may("rust_method", Shape::Snake, "The Rust method; by default `download`."),
        may("doc", Shape::Text, "What is downloaded."),
    ]],
};

pub(crate) static PERMISSION_SET: Object =
    Object { name: "a set of permissions", keys: &[&[may("all", TEXTS, "All of these."), may("any", TEXTS, "One of these.")]] };

pub(crate) static PARAM: Object = Object {
    name: "a parameter",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            must("type", TYPES_OVER_TIME, "The parameter's type."),
            may("required", Shape::Either(&[Shape::Bool, Shape::List(&Shape::Object(&BOOL_TILE))]), "Meta's page requires it."),
            may("only", TEXTS, "The values of a shared enum that it accepts."),
            may("except", TEXTS, "The values of a shared enum that it does not accept."),
            may("const", Shape::Text, "Always sent with this value."),
            may("secret", Shape::Bool, "Masked everywhere."),
            may("default", Shape::Any, "What Meta assumes by default."),
            may("length", Shape::Int, "How many digits it has."),
            may("strict", Shape::Bool, "The client refuses an invalid value; only if every source agrees."),
            may("strip", Shape::Text, "Characters that are removed before sending."),
            may("pattern", Shape::Text, "A regular expression, for documentation; it refuses nothing."),
            may(
                "in",
                Shape::Choice(&["query", "json", "form", "multipart", "header", "body"]),
                "Where it is sent, if not where verb and body put it; `body`: it is the whole body.",
            ),
            may("spread", Shape::Bool, "The members of the union are among the parameters."),
            may("rust_name", Shape::Snake, "The Rust name, where the wire name is unsuitable."),
        ],
    ],
};

pub(crate) static FILTER: Object = Object {
    name: "a filter",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            must("type", Shape::Type, "The type of the value."),
            must("operators", Shape::List(&Shape::Choice(OPERATORS)), "The operators that Meta documents."),
        ],
    ],
};

/// The operators of Graph's `filtering`.
pub const OPERATORS: &[&str] = &["EQUAL", "NOT_EQUAL", "IN", "NOT_IN", "GREATER_THAN", "LESS_THAN", "IN_RANGE", "CONTAIN"];

pub(crate) static RULE: Object = Object {
    name: "a rule",
    keys: &[
        ITEM,
        &[
            may("one_of", TEXTS, "Exactly one of these parameters."),
            may("any_of", TEXTS, "At least one of these."),
            may("requires", Shape::Map("a parameter", &TEXTS), "The parameter requires these."),
            may("excludes", TEXTS, "At most one of these."),
        ],
    ],
};

pub(crate) static PACED: Object = Object {
    name: "a pace",
    keys: &[&[
        may("rate", Shape::Object(&RATE), "How many calls a second the page allows, by a field of the node."),
        may("pair", Shape::Object(&PAIR), "Calls with the same value of a parameter have an additional pace: one recipient."),
    ]],
};

pub(crate) static RATE: Object = Object {
    name: "a rate",
    keys: &[&[
        must("field", Shape::Text, "The field of the node that determines it, with dots for nested objects: `throughput.level`."),
        must("per_second", Shape::Map("a rate", &Shape::Int), "How many calls a second, by the value of the field."),
    ]],
};

pub(crate) static PAIR: Object = Object {
    name: "the pace of a pair",
    keys: &[&[
        must("param", Shape::Text, "The parameter whose values are counted: the recipient."),
        must("burst", Shape::Int, "How large a burst of calls may be."),
        must("every", Shape::Window, "How long each call of the burst takes to be paid back."),
    ]],
};

pub(crate) static LIMIT: Object = Object {
    name: "a limit",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            must("max", Shape::Int, "How many calls."),
            must("window", Shape::Window, "The length of the rolling window."),
            must("per", Shape::Snake, "Per what: a subject of surface.yaml."),
            may("block", Shape::Window, "How long calls are blocked once the limit is passed."),
            must("error", Shape::Camel, "The error that Graph then answers."),
        ],
    ],
};

pub(crate) static ERROR_HERE: Object = Object {
    name: "an error of the operation",
    keys: &[&[
        must("error", Shape::Camel, "The error's name in errors.yaml."),
        may("cause", Shape::Text, "What it means for this operation."),
        may("remedy", Shape::Text, "What to do about it for this operation."),
    ]],
};
