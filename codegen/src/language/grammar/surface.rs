//! `surface.yaml`: what the whole crate says of itself.

use super::{ITEM, Key, Object, ValueKind, may, must};

/// `surface.yaml`.
pub static SURFACE: Object = Object {
    name: "surface.yaml",
    keys: &[&[
        must("crate", ValueKind::Text, "The name of the emitted package: `page-graph`. The library's has `_` for `-`."),
        must("title", ValueKind::Text, "The platform, as Meta calls it: `Messenger Platform`."),
        may("doc", ValueKind::Text, "What the crate's front page says of itself before anything else."),
        may("keywords", super::TEXTS, "The keywords of the package, five at most."),
        must("page", ValueKind::Url, "Meta's page of the platform; inherited by what the file declares."),
        must("base_url", ValueKind::Url, "The host that calls go to: `https://graph.facebook.com`."),
        may(
            "hosts",
            ValueKind::Map("a host", &ValueKind::Object(&HOST)),
            "The other hosts that operations name with `host`; a token goes to these and to that of `base_url` alone.",
        ),
        must(
            "categories",
            ValueKind::Map("a category", &ValueKind::Object(&DECLARED)),
            "What kinds of failure the errors of errors.yaml are.",
        ),
        may(
            "areas",
            ValueKind::Map("an area", &ValueKind::Object(&AREA_DECLARED)),
            "The areas that nodes and edges belong to; each is a feature of the crate.",
        ),
        may("subjects", ValueKind::Map("a subject", &ValueKind::Object(&SUBJECT)), "What limits count per: `number`."),
        may(
            "examples",
            ValueKind::Map("an example", &super::TEXTS),
            "The examples written by hand that need more than the default features, by the name of their file, each with those features.",
        ),
        may("doctests", ValueKind::Object(&DOCTESTS), "The operations whose examples the documentation of the client shows."),
    ]],
};

static HOST: Object = Object {
    name: "a host",
    keys: &[
        ITEM,
        &[
            must("url", ValueKind::Url, "Scheme and host: `https://api.facebook.com`."),
            may("versioned", ValueKind::Bool, "`false`: paths have no version there."),
        ],
    ],
};

static DECLARED: Object = Object { name: "a declared name", keys: &[ITEM] };

static AREA_DECLARED: Object = Object {
    name: "an area",
    keys: &[
        ITEM,
        &[may(
            "essential",
            ValueKind::Bool,
            "`true`: hardly a program does without it. Whoever looks at an account looks at this by default.",
        )],
    ],
};

static SUBJECT: Object = Object {
    name: "a subject",
    keys: &[
        ITEM,
        &[may(
            "spelling",
            ValueKind::Choice(SPELLINGS),
            "`phone`: what people write between the digits of a phone number makes no difference.",
        )],
    ],
};

/// How the names of a subject are compared.
pub const SPELLINGS: &[&str] = &["verbatim", "phone"];

static DOCTESTS: Object = Object {
    name: "a choice of doctests",
    keys: &[&[
        must("call", ValueKind::Text, "The id of an operation: the call of the front page."),
        must(
            "batch",
            ValueKind::List(&ValueKind::Text),
            "The ids of two operations that are sent together; the first is also sent for many at once.",
        ),
    ]],
};

/// `area: messages`, or a list of areas.
pub(super) static AREA: &[Key] = &[may(
    "area",
    ValueKind::Either(&[ValueKind::Snake, ValueKind::List(&ValueKind::Snake)]),
    "The area that the operations belong to, or several, from surface.yaml; inherited by the node's edges.",
)];
