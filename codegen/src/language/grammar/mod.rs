//! The spec language as data: which keys stand where and what they hold.
//!
//! One table serves three readers: [`check`](crate::check) walks every file with it, [`schema`](crate::language::schema) turns it into JSON Schema for editors, and
//! people read it beside `docs/spec.md`.

/// What a place of the spec takes.
#[derive(Debug)]
pub enum Shape {
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// `v21.0`.
    Version,
    /// `2024-01-23`.
    Date,
    /// An `https://` address.
    Url,
    /// A type expression: `list<QualityRating>`.
    Type,
    /// A Rust type or variant: `PhoneNumber`.
    Camel,
    /// A Rust field or method: `phone_number`.
    Snake,
    /// A length of time: `72h`.
    Window,
    /// An error code or a range of them: `100`, `200-299`.
    ErrorCode,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list.
    List(&'static Shape),
    /// A mapping from names, called what the text says, to values.
    Map(&'static str, &'static Shape),
    /// A mapping with these keys.
    Object(&'static Object),
    /// The first of these that has the value's kind.
    Either(&'static [Shape]),
    /// Any value.
    Any,
}

/// A mapping with known keys.
#[derive(Debug)]
pub struct Object {
    /// As messages call it: "an operation".
    pub name: &'static str,
    /// The keys.
    pub keys: &'static [&'static [Key]],
}

/// A key of an [`Object`].
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means, for editors.
    pub doc: &'static str,
}

impl Object {
    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

const fn may(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, doc }
}

const fn must(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, doc }
}

const TEXTS: Shape = Shape::List(&Shape::Text);

/// A type, or tiles of types.
const TYPES_OVER_TIME: Shape = Shape::Either(&[Shape::Type, Shape::List(&Shape::Object(&TYPE_TILE))]);

pub(crate) static TYPE_TILE: Object = Object { name: "a tile", keys: &[&[must("is", Shape::Type, "The type, up to `until`."), UNTIL]] };

pub(crate) static BOOL_TILE: Object = Object { name: "a tile", keys: &[&[must("is", Shape::Bool, "What holds, up to `until`."), UNTIL]] };

pub(crate) static PERMISSION_TILE: Object =
    Object { name: "a tile", keys: &[&[must("is", Shape::Object(&PERMISSION_SET), "What holds, up to `until`."), UNTIL]] };

const UNTIL: Key = may("until", Shape::Version, "The first version for which the next tile holds; the last tile has none.");

/// Keys that most items have.
static ITEM: &[Key] = &[
    may("doc", Shape::Text, "What it is, in our own words."),
    may("page", Shape::Url, "The public page these facts come from; inherited by everything beneath."),
];

/// Keys of whatever comes and goes with versions.
static PRESENCE: &[Key] = &[
    may("since", Shape::Version, "The first version that has it. Left out: the whole window."),
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
        may("on", Shape::Date, "The day on which it hit every version."),
    ]],
};

/// `versions.yaml`.
pub static VERSIONS: Object = Object {
    name: "versions.yaml",
    keys: &[&[
        must("page", Shape::Url, "Meta's table of versions."),
        must("versions", Shape::Map("a version", &Shape::Object(&VERSION)), "The versions of the window."),
        may("retired", Shape::Map("a version", &Shape::Object(&VERSION)), "Versions that Graph no longer serves."),
    ]],
};

/// A version.
pub static VERSION: Object = Object {
    name: "a version",
    keys: &[&[
        must("released", Shape::Date, "The day of release."),
        may("expires", Shape::Date, "The day until which it can be used, once Meta has said so."),
    ]],
};

/// `permissions.yaml`.
pub static PERMISSIONS: Object = Object {
    name: "permissions.yaml",
    keys: &[&[
        may("page", Shape::Url, "Meta's page of permissions."),
        must("permissions", Shape::Map("a permission", &Shape::Object(&PERMISSION)), "Permissions by name."),
    ]],
};

/// A permission.
pub static PERMISSION: Object = Object { name: "a permission", keys: &[ITEM] };

/// `errors.yaml`.
pub static ERRORS: Object = Object {
    name: "errors.yaml",
    keys: &[&[
        may("page", Shape::Url, "Meta's page of error codes."),
        must("errors", Shape::Map("an error", &Shape::Object(&ERROR)), "Errors by the name of their `ErrorKind` variant."),
    ]],
};

/// An error.
pub static ERROR: Object = Object {
    name: "an error",
    keys: &[&[
        must("code", Shape::ErrorCode, "Graph's `code`, or a range of codes."),
        may("subcode", Shape::Int, "Graph's `error_subcode`, where it is part of the meaning."),
        may("title", Shape::Text, "Meta's title."),
        must("family", Shape::Choice(FAMILIES), "What kind of failure it is."),
        may("cause", Shape::Text, "What went wrong."),
        may("remedy", Shape::Text, "What to do."),
        may("retry", Shape::Choice(RETRY), "Whether and when a repeat can help."),
        may("backoff_base", Shape::Int, "Pauses grow: the nth, counted from 0, is at least so many seconds to the power of n."),
        may("executed", Shape::Bool, "`false` where the answer proves that nothing was done."),
        may(
            "status",
            Shape::Either(&[Shape::Int, Shape::List(&Shape::Int)]),
            "The HTTP status that Meta's pages give; the most official first.",
        ),
        may("unverified", Shape::Bool, "A known number whose wording nobody has seen."),
        may("page", Shape::Url, "The page of this error."),
        may(
            "cases",
            Shape::Map("a case", &Shape::Object(&CASE)),
            "What else these numbers mean, by the name of the `ErrorKind` variant; the error itself is what remains.",
        ),
    ]],
};

/// One of several meanings of the same numbers. What it leaves out is as for the error.
pub static CASE: Object = Object {
    name: "a case",
    keys: &[&[
        must("title", Shape::Text, "Meta's words that tell it from the others: the user title, or a part of the message or the details."),
        may("family", Shape::Choice(FAMILIES), "What kind of failure it is, where that differs from the error's."),
        may("cause", Shape::Text, "What went wrong."),
        may("remedy", Shape::Text, "What to do."),
        may("retry", Shape::Choice(RETRY), "Whether and when a repeat can help."),
        may("backoff_base", Shape::Int, "Pauses grow: the nth, counted from 0, is at least so many seconds to the power of n."),
        may("executed", Shape::Bool, "`false` where the answer proves that nothing was done."),
        may(
            "status",
            Shape::Either(&[Shape::Int, Shape::List(&Shape::Int)]),
            "The HTTP status that Meta's pages give; the most official first.",
        ),
        may("page", Shape::Url, "The page of this case."),
    ]],
};

/// The families of errors.
pub const FAMILIES: &[&str] = &[
    "auth",
    "permission",
    "parameter",
    "throttle",
    "registration",
    "template",
    "messaging",
    "media",
    "flow",
    "calling",
    "integrity",
    "server",
    "version",
    "webhook",
];

/// The retry classes of errors.
pub const RETRY: &[&str] = &["none", "backoff", "after_window", "reauth"];

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
            may("enum", Shape::Map("a value", &Shape::Object(&VALUE)), "The values of a text; always open."),
            may("object", Shape::Map("a field", &Shape::Object(&FIELD)), "The fields of an object."),
            may("union", Shape::Object(&UNION), "Objects that a tag tells apart; always open."),
            may(
                "shapes",
                Shape::Map("a shape", &Shape::Object(&SHAPE)),
                "Kinds of JSON that Meta shows for one value, by their Rust variant.",
            ),
            may("args", TEXTS, "Fields that are arguments of `new`, for objects that are sent."),
            may(
                "constructors",
                Shape::Map("a constructor", &TEXTS),
                "Instead of `args`, where one of several fields is needed: Rust functions and their fields.",
            ),
            may("from_text", Shape::Bool, "A plain text makes an object, as the only argument of its constructor."),
            may("rules", Shape::List(&Shape::Object(&RULE)), "What fields require or exclude, for objects that are sent."),
        ],
    ],
};

pub(crate) static VALUE: Object = Object {
    name: "an enum value",
    keys: &[ITEM, PRESENCE, &[may("name", Shape::Camel, "The Rust variant, where the wire value does not give it.")]],
};

pub(crate) static UNION: Object = Object {
    name: "a union",
    keys: &[&[
        must("tag", Shape::Text, "The member that tells the variants apart."),
        must("variants", Shape::Map("a variant", &Shape::Object(&VARIANT)), "The variants, by their tag."),
        may("any_case", Shape::Bool, "Meta writes the tags in several cases; all decode, and are kept as they came."),
        may("from_text", Shape::Text, "The variant that a plain text makes."),
    ]],
};

pub(crate) static VARIANT: Object = Object {
    name: "a variant",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            may("members", Shape::Type, "The object or union whose members stand beside the tag."),
            may("payload", Shape::Type, "What stands beside the tag in a member named like it."),
            may("under", Shape::Text, "The name of the payload's member, where it is not the tag."),
            may("name", Shape::Camel, "The Rust variant, where the tag does not give it."),
        ],
    ],
};

pub(crate) static SHAPE: Object =
    Object { name: "a shape", keys: &[ITEM, &[must("type", Shape::Type, "The type; each has its own kind of JSON.")]] };

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
            may("const", Shape::Text, "Always this value: sent, and no field in Rust."),
            may("spread", Shape::Bool, "The members of the union stand among the object's own."),
            may("expands", Shape::Text, "The edge of the node that the field reads, with the arguments of that edge's read."),
            may("name", Shape::Snake, "The Rust field, where the wire name does not do."),
        ],
    ],
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
        &[
            may("fields", Shape::Map("a field", &Shape::Object(&FIELD)), "What can be read of the node."),
            may("read", SLOT, "Reading the node."),
            may("update", SLOT, "Updating the node."),
            may("delete", SLOT, "Deleting the node."),
            may("edges", Shape::Map("an edge", &Shape::Object(&EDGE)), "The node's edges, by their name in the path."),
        ],
    ],
};

/// What stands under an edge's name.
pub static EDGE: Object = Object { name: "an edge", keys: &[ITEM, EDGE_KEYS] };

/// `nodes/<node>/<edge>.yaml`.
pub static EDGE_FILE: Object = Object {
    name: "an edge",
    keys: &[
        &[must("edge", Shape::Text, "The edge's name in the path."), must("node", Shape::Camel, "The node it belongs to.")],
        ITEM,
        EDGE_KEYS,
    ],
};

static EDGE_KEYS: &[Key] = &[
    may("handle", Shape::Snake, "The Rust method, where the edge's name does not do."),
    may("read", SLOT, "Reading the edge."),
    may("create", SLOT, "Creating on the edge."),
    may("update", SLOT, "Updating the edge."),
    may("delete", SLOT, "Deleting from the edge."),
    may("operations", Shape::Map("an operation", &Shape::Object(&NAMED_OPERATION)), "Further operations on the same path."),
    may("item", Shape::Object(&ITEM_BELOW), "What lies below the edge: `/{id}/edge/{code}`."),
];

pub(crate) static ITEM_BELOW: Object = Object {
    name: "an item",
    keys: &[
        ITEM,
        &[
            must("path", Shape::Snake, "The placeholder in the path."),
            must("type", Shape::Type, "The type of what is put there."),
            may("handle", Shape::Snake, "The Rust method that leads to it; `item` if left out."),
            may("read", SLOT, "Reading the item."),
            may("update", SLOT, "Updating the item."),
            may("delete", SLOT, "Deleting the item."),
        ],
    ],
};

const SLOT: Shape = Shape::Either(&[Shape::Choice(&["unsupported"]), Shape::Object(&OPERATION)]);

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
    may("method", Shape::Snake, "The Rust method, where the verb (or an action's edge) does not do."),
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
    may("body", Shape::Choice(&["json", "form", "multipart", "bytes"]), "How the parameters of a create, update or delete travel."),
    may("idempotent", Shape::Bool, "Whether a repeat has no second effect. Reads are."),
    may("retry", Shape::Choice(&["never"]), "`never`: the client sends it once, even when the first time nothing left the machine."),
    may("paced", Shape::Either(&[Shape::Bool, Shape::Object(&PACED)]), "Calls on one node may follow each other only so fast."),
    may("args", TEXTS, "Required parameters that are constructor arguments, in this order."),
    may("params", Shape::Map("a parameter", &Shape::Object(&PARAM)), "The parameters."),
    may("fields", Shape::Either(&[Shape::Choice(&["all", "none"]), TEXTS]), "What can be asked for with `fields=`."),
    may("read_after_write", Shape::Bool, "`fields` may be asked for on a create; the answer is the new node."),
    may("filtering", Shape::Map("a filter", &Shape::Object(&FILTER)), "What can be filtered on."),
    may("filter_name", Shape::Camel, "The Rust name of the filter type."),
    may("sort", Shape::Map("a sort value", &Shape::Object(&VALUE)), "Values of the `sort` parameter."),
    may("sort_name", Shape::Camel, "The Rust name of the sort type."),
    may("paging", TEXTS, "The cursor parameters of a page, of `limit`, `after` and `before`."),
    must("returns", TYPES_OVER_TIME, "What the operation returns."),
    may("rules", Shape::List(&Shape::Object(&RULE)), "What parameters require or exclude."),
    may("limits", Shape::List(&Shape::Object(&LIMIT)), "Limits that are counted per object in a moving window."),
    may("errors", Shape::List(&Shape::Either(&[Shape::Camel, Shape::Object(&ERROR_HERE)])), "The errors that Meta's page lists."),
    may("download", Shape::Object(&DOWNLOAD), "The answer of a read tells where bytes are; a method of the handle fetches them."),
    may("notes", TEXTS, "What a user must know besides, a sentence each."),
    may("examples", Shape::List(&Shape::Object(&EXAMPLE)), "Calls with their request and response."),
];

pub(crate) static DOWNLOAD: Object = Object {
    name: "a download",
    keys: &[&[
        must("url", Shape::Text, "The field of the answer that holds the address."),
        may("hash", Shape::Text, "The field that holds the SHA-256 of the bytes."),
        may("size", Shape::Text, "The field that holds their number."),
        must("hosts", TEXTS, "The hosts that may see the token."),
        must("lasts", Shape::Window, "How long an address can be used."),
        may("method", Shape::Snake, "The Rust method; `download` if left out."),
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
            may("only", TEXTS, "The values of a shared enum that it takes."),
            may("except", TEXTS, "The values of a shared enum that it does not take."),
            may("const", Shape::Text, "Always sent with this value."),
            may("secret", Shape::Bool, "Masked everywhere."),
            may("default", Shape::Any, "What Meta assumes when it is left out."),
            may("length", Shape::Int, "How many digits it has."),
            may("strict", Shape::Bool, "The client refuses a value that does not fit; only where every source agrees."),
            may("strip", Shape::Text, "Characters that are taken out before sending."),
            may("pattern", Shape::Text, "A regular expression, for documentation; it refuses nothing."),
            may(
                "in",
                Shape::Choice(&["query", "json", "form", "multipart", "header", "body"]),
                "Where it travels, if not where verb and body put it; `body`: it is the whole body.",
            ),
            may("spread", Shape::Bool, "The members of the union stand among the parameters."),
            may("name", Shape::Snake, "The Rust name, where the wire name does not do."),
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
            may("requires", Shape::Map("a parameter", &TEXTS), "The parameter needs these."),
            may("excludes", TEXTS, "At most one of these."),
        ],
    ],
};

pub(crate) static PACED: Object = Object {
    name: "a pace",
    keys: &[&[
        may("rate", Shape::Object(&RATE), "How many calls a second the page allows, by a field of the node."),
        may("pair", Shape::Object(&PAIR), "Calls with one value of a parameter have a pace of their own besides: one recipient."),
    ]],
};

pub(crate) static RATE: Object = Object {
    name: "a rate",
    keys: &[&[
        must("field", Shape::Text, "The field of the node that tells, with dots within objects: `throughput.level`."),
        must("per_second", Shape::Map("a rate", &Shape::Int), "How many calls a second, by the value of the field."),
    ]],
};

pub(crate) static PAIR: Object = Object {
    name: "the pace of a pair",
    keys: &[&[
        must("param", Shape::Text, "The parameter whose values are counted: the recipient."),
        must("burst", Shape::Int, "How many calls may come at once."),
        must("every", Shape::Window, "How long each of them takes to be paid back."),
    ]],
};

pub(crate) static LIMIT: Object = Object {
    name: "a limit",
    keys: &[
        ITEM,
        PRESENCE,
        &[
            must("max", Shape::Int, "How many calls."),
            must("window", Shape::Window, "In which moving window."),
            must("per", Shape::Text, "Per what: `number`."),
            may("block", Shape::Window, "How long calls are blocked once the limit is passed."),
            must("error", Shape::Camel, "The error that Graph answers then."),
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

pub(crate) static EXAMPLE: Object = Object {
    name: "an example",
    keys: &[&[
        must("title", Shape::Text, "What it shows; unique in its operation."),
        may("versions", Shape::List(&Shape::Version), "Only at these versions, for the reason in `why`."),
        may("why", Shape::Text, "Why only these versions."),
        may("call", Shape::Map("a parameter", &Shape::Any), "What the Rust caller says, by parameter."),
        may("request", Shape::Text, "The request on the wire, in normal form, from Meta's page."),
        may("response", Shape::Object(&RESPONSE), "The answer."),
        may("error", Shape::Camel, "Which error of the operation the answer is."),
        may("refused", Shape::Text, "The parameter for which the call is refused before the network."),
        may("page", Shape::Url, "The page of the example."),
    ]],
};

pub(crate) static RESPONSE: Object = Object {
    name: "a response",
    keys: &[&[may("status", Shape::Int, "The HTTP status; 200 if left out."), must("body", Shape::Any, "The body.")]],
};

/// `quirks.yaml`.
pub static QUIRKS: Object = Object {
    name: "quirks.yaml",
    keys: &[&[
        may("quirks", Shape::List(&Shape::Object(&QUIRK)), "Contradictions about an item of the spec."),
        may("notes", Shape::List(&Shape::Object(&NOTE)), "Contradictions about what the spec does not hold."),
    ]],
};

pub(crate) static QUIRK: Object = Object {
    name: "a quirk",
    keys: &[&[
        must("at", Shape::Text, "Where: an operation's id, a node, `types.X` or `errors.X`, followed by keys."),
        must("chosen", Shape::Any, "What the spec says."),
        must("rejected", Shape::Any, "What another source says."),
        must("sources", Shape::Map("a side", &Shape::Either(&[Shape::Text, TEXTS])), "Who says which."),
        must("why", Shape::Text, "Why it was chosen."),
        must("date", Shape::Date, "When."),
    ]],
};

pub(crate) static NOTE: Object = Object {
    name: "a note",
    keys: &[&[
        must("topic", Shape::Text, "What it is about."),
        must("says", Shape::List(&Shape::Object(&CLAIM)), "Who says what."),
        may("why", Shape::Text, "What to make of it."),
        may("date", Shape::Date, "When it was noticed."),
    ]],
};

pub(crate) static CLAIM: Object =
    Object { name: "a claim", keys: &[&[must("page", Shape::Text, "Who says it."), must("claim", Shape::Text, "What is said.")]] };
