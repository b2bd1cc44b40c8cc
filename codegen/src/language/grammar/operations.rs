//! Operations, with everything below them.

use super::{
    ITEM, Key, Object, TEXTS, ValueKind,
    examples::EXAMPLE,
    may, must,
    over_time::{BOOL_TILE, LIFETIME, NARROWING, PERMISSION_TILE, PRESENCE, TYPES_OVER_TIME},
    types::VALUE,
};

pub(crate) static NAMED_OPERATION: Object = Object {
    name: "an operation",
    keys: &[&[must("verb", ValueKind::Choice(VERBS), "Read, create, update or delete.")], ITEM, PRESENCE, OPERATION_KEYS],
};

/// The verbs of operations.
pub const VERBS: &[&str] = &["read", "create", "update", "delete"];

/// An operation.
pub static OPERATION: Object = Object { name: "an operation", keys: &[ITEM, PRESENCE, OPERATION_KEYS] };

static OPERATION_KEYS: &[Key] = &[
    must("request", ValueKind::Camel, "The Rust name of the request: verb and noun."),
    may("action", ValueKind::Bool, "Called on the handle itself: `phone.register(pin)`."),
    may("rust_method", ValueKind::Snake, "The Rust method, where the verb (or an action's edge) does not do."),
    may(
        "permissions",
        ValueKind::Either(&[ValueKind::Object(&PERMISSION_SET), ValueKind::List(&ValueKind::Object(&PERMISSION_TILE))]),
        "The permissions that the token needs.",
    ),
    may(
        "auth",
        ValueKind::Choice(&["token", "oauth", "none"]),
        "`none`: the call gets no token; `oauth`: the scheme is `OAuth`, not `Bearer`.",
    ),
    may("host", ValueKind::Snake, "The host, of those in surface.yaml, if it is not that of `base_url`."),
    may("body", ValueKind::Choice(&["json", "form", "multipart", "bytes"]), "How the parameters of a create, update or delete are sent."),
    may(
        "idempotent",
        ValueKind::Bool,
        "Whether a repeated call has no further effect. Of reads, only `false` is stated: for those that use something up, such as a code.",
    ),
    may(
        "retries",
        ValueKind::Choice(&["never"]),
        "`never`: the client sends it only once, even if nothing left the machine the first time.",
    ),
    may("paced", ValueKind::Either(&[ValueKind::Bool, ValueKind::Object(&PACED)]), "Calls on one node have a rate limit."),
    may("args", TEXTS, "Required parameters that are constructor arguments, in this order."),
    may("params", ValueKind::Map("a parameter", &ValueKind::Object(&PARAM)), "The parameters."),
    may("fields", ValueKind::Either(&[ValueKind::Choice(&["all", "none"]), TEXTS]), "What can be requested with `fields=`."),
    may("read_after_write", ValueKind::Bool, "`fields` may be requested on a create; the answer is the new node."),
    may("filtering", ValueKind::Map("a filter", &ValueKind::Object(&FILTER)), "What can be filtered on."),
    may("filter_name", ValueKind::Camel, "The Rust name of the filter type."),
    may("sort", ValueKind::Map("a sort value", &ValueKind::Object(&VALUE)), "Values of the `sort` parameter."),
    may("sort_name", ValueKind::Camel, "The Rust name of the sort type."),
    may("paging", TEXTS, "The cursor parameters of a page, of `limit`, `after` and `before`."),
    may("list", ValueKind::Text, "Where the list of a page is in the answer, if not in `data`: `data.groups`, or `bare`."),
    may(
        "list_or",
        ValueKind::Choice(&["bare", "item"]),
        "What an answer may be instead, where sources differ: the `bare` list, or the only `item` of it.",
    ),
    must("returns", TYPES_OVER_TIME, "What the operation returns."),
    may("rules", ValueKind::List(&ValueKind::Object(&RULE)), "What parameters require or exclude."),
    may(
        "choices",
        ValueKind::Map("a choice", &ValueKind::Object(&CHOICE)),
        "Setters that take one of several kinds of identifier, by the parameter that a plain string sets.",
    ),
    may("limits", ValueKind::List(&ValueKind::Object(&LIMIT)), "Limits that are counted per object in a rolling window."),
    may(
        "errors",
        ValueKind::List(&ValueKind::Either(&[ValueKind::Camel, ValueKind::Object(&ERROR_HERE)])),
        "The errors that Meta's page lists.",
    ),
    may("download", ValueKind::Object(&DOWNLOAD), "The answer of a read has the URL of bytes; a method of the handle fetches them."),
    may("resume", ValueKind::Object(&RESUME), "An upload that broke off goes on where the node's read says."),
    may("notes", TEXTS, "What else a user must know, one sentence each."),
    may("examples", ValueKind::List(&ValueKind::Object(&EXAMPLE)), "Calls with their request and response."),
];

pub(crate) static DOWNLOAD: Object = Object {
    name: "a download",
    keys: &[&[
        must("url", ValueKind::Text, "The field of the answer with the URL."),
        may("hash", ValueKind::Text, "The field with the SHA-256 of the bytes."),
        may("size", ValueKind::Text, "The field with their number."),
        must("hosts", TEXTS, "The hosts that may see the token."),
        must("lasts", ValueKind::Window, "How long a URL can be used."),
        may("rust_method", ValueKind::Snake, "The Rust method; by default `download`."),
        may("doc", ValueKind::Text, "What is downloaded."),
    ]],
};

pub(crate) static RESUME: Object = Object {
    name: "a resumption",
    keys: &[&[
        must("arrived", ValueKind::Text, "The field of the node's read that says how many bytes have arrived."),
        must("from", ValueKind::Text, "The parameter that says where in the file the bytes begin."),
    ]],
};

pub(crate) static PERMISSION_SET: Object =
    Object { name: "a set of permissions", keys: &[&[may("all", TEXTS, "All of these."), may("any", TEXTS, "One of these.")]] };

pub(crate) static PARAM: Object = Object {
    name: "a parameter",
    keys: &[
        ITEM,
        PRESENCE,
        NARROWING,
        &[
            must("type", TYPES_OVER_TIME, "The parameter's type."),
            may(
                "required",
                ValueKind::Either(&[ValueKind::Bool, ValueKind::List(&ValueKind::Object(&BOOL_TILE))]),
                "Meta's page requires it.",
            ),
            may("const", ValueKind::Text, "Always sent with this value."),
            may("secret", ValueKind::Bool, "Masked everywhere."),
            may("personal", ValueKind::Bool, "A number, a name or a text of a person: errors show it only to who asks for personal data."),
            may("default", ValueKind::Any, "What Meta assumes by default."),
            may("length", ValueKind::Int, "How many digits it has."),
            may("strict", ValueKind::Bool, "The client refuses an invalid value; only if every source agrees."),
            may("strip", ValueKind::Text, "Characters that are removed before sending."),
            may("pattern", ValueKind::Text, "A regular expression, for documentation; it refuses nothing."),
            may("dropped", ValueKind::Object(&UNFIT), "Values that Graph accepts and then drops."),
            may("warned", ValueKind::Object(&UNFIT), "Values that are sent with a warning; of a file, its media type."),
            may(
                "in",
                ValueKind::Choice(&["query", "json", "form", "multipart", "header", "body"]),
                "Where it is sent, if not where verb and body put it; `body`: it is the whole body.",
            ),
            may("spread", ValueKind::Bool, "The members of the union are among the parameters."),
            may("rust_name", ValueKind::Snake, "The Rust name, where the wire name is unsuitable."),
        ],
    ],
};

pub(crate) static CHOICE: Object = Object {
    name: "a choice",
    keys: &[
        ITEM,
        &[
            must("type", ValueKind::Camel, "The Rust name of what the setter takes."),
            must("kinds", ValueKind::Map("a kind", &ValueKind::Object(&KIND)), "What it may be, by the Rust function that makes it."),
        ],
    ],
};

pub(crate) static KIND: Object = Object {
    name: "a kind",
    keys: &[
        ITEM,
        &[
            must("param", ValueKind::Text, "The parameter that is sent."),
            may("with", ValueKind::Map("a value", &ValueKind::Text), "Values of other parameters that are sent with it."),
        ],
    ],
};

pub(crate) static UNFIT: Object = Object {
    name: "values that are unfit",
    keys: &[&[
        must("pattern", ValueKind::Text, "Which values: a regular expression of characters, sets of them and counts."),
        must("doc", ValueKind::Text, "The outcome, and what to send in their place."),
        may("page", ValueKind::Url, "The page that says so."),
    ]],
};

pub(crate) static FILTER: Object = Object {
    name: "a filter",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            must("type", ValueKind::Type, "The type of the value."),
            must("operators", ValueKind::List(&ValueKind::Choice(OPERATORS)), "The operators that Meta documents."),
        ],
    ],
};

/// The operators of Graph's `filtering`.
pub const OPERATORS: &[&str] = &["EQUAL", "NOT_EQUAL", "IN", "NOT_IN", "GREATER_THAN", "LESS_THAN", "IN_RANGE", "CONTAIN"];

const NEEDS: ValueKind = ValueKind::Either(&[TEXTS, ValueKind::Map("a value", &TEXTS)]);

pub(crate) static RULE: Object = Object {
    name: "a rule",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            may("one_of", TEXTS, "Exactly one of these parameters."),
            may("any_of", TEXTS, "At least one of these."),
            may("requires", ValueKind::Map("a parameter", &NEEDS), "The parameter requires these, or one of its values does."),
            may("excludes", TEXTS, "At most one of these."),
            may("first_wins", TEXTS, "Of these Graph takes the first that is given, and ignores the others."),
        ],
    ],
};

pub(crate) static PACED: Object = Object {
    name: "a pace",
    keys: &[&[
        may("rate", ValueKind::Object(&RATE), "How many calls a second the page allows, by a field of the node."),
        may("pair", ValueKind::Object(&PAIR), "Calls with the same value of a parameter have an additional pace: one recipient."),
    ]],
};

pub(crate) static RATE: Object = Object {
    name: "a rate",
    keys: &[&[
        must("field", ValueKind::Text, "The field of the node that determines it, with dots for nested objects: `throughput.level`."),
        must("per_second", ValueKind::Map("a rate", &ValueKind::Int), "How many calls a second, by the value of the field."),
        may("counts_too", ValueKind::Text, "What counts towards the rate besides calls: `messages that arrive`."),
    ]],
};

pub(crate) static PAIR: Object = Object {
    name: "the pace of a pair",
    keys: &[&[
        must("param", ValueKind::Text, "The parameter whose values are counted: the recipient."),
        must("burst", ValueKind::Int, "How large a burst of calls may be."),
        must("every", ValueKind::Window, "How long each call of the burst takes to be paid back."),
    ]],
};

pub(crate) static LIMIT: Object = Object {
    name: "a limit",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            must("max", ValueKind::Int, "How many calls."),
            must("window", ValueKind::Window, "The length of the rolling window."),
            must("per", ValueKind::Snake, "Per what: a subject of surface.yaml."),
            may("block", ValueKind::Window, "How long calls are blocked once the limit is passed."),
            must("error", ValueKind::Camel, "The error that Graph then answers."),
        ],
    ],
};

pub(crate) static ERROR_HERE: Object = Object {
    name: "an error of the operation",
    keys: &[
        LIFETIME,
        &[
            must("error", ValueKind::Camel, "The error's name in errors.yaml."),
            may("cause", ValueKind::Text, "What it means for this operation."),
            may("remedy", ValueKind::Text, "What to do about it for this operation."),
        ],
    ],
};
