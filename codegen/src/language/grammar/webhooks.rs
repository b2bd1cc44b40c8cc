//! `webhooks.yaml` and `webhooks/*.yaml`.

use super::{ITEM, Key, Object, TEXTS, ValueKind, may, must, over_time::PRESENCE, types::TYPE};

/// `webhooks.yaml`: what all webhooks share.
pub static WEBHOOKS: Object = Object {
    name: "webhooks.yaml",
    keys: &[&[
        must("page", ValueKind::Url, "Meta's page about webhooks; inherited by what the file declares."),
        must("doc", ValueKind::Text, "What a notification is, in a sentence or two."),
        may("area", ValueKind::Snake, "The area that webhooks belong to, from surface.yaml."),
        must("object", ValueKind::Text, "What a notification says in `object`."),
        must(
            "identities",
            ValueKind::Map("a kind of identifier", &ValueKind::Object(&IDENTITY)),
            "The kinds of identifiers that people have.",
        ),
        must("contact", ValueKind::Object(&CONTACT), "What a notification says of a person."),
        must("error", ValueKind::Object(&ERROR), "What tells of an error."),
        must("events", ValueKind::Map("a kind of event", &ValueKind::Object(&EVENT)), "The kinds of events, by their Rust variant."),
        may("progress", ValueKind::Object(&PROGRESS), "The order in which something goes through its states."),
        may("window", ValueKind::Object(&WINDOW), "How long an answer is free in form after what somebody did."),
        may("guide", ValueKind::List(&ValueKind::Object(&SECTION)), "What the page about webhooks says beside its tables."),
    ]],
};

static IDENTITY: Object = Object {
    name: "a kind of identifier",
    keys: &[ITEM, &[may("pattern", ValueKind::Text, "What such identifiers look like, if that tells them from others.")]],
};

const PATHS: ValueKind = ValueKind::Map("a kind of identifier", &ValueKind::Either(&[ValueKind::Text, TEXTS]));

static CONTACT: Object = Object {
    name: "a contact",
    keys: &[&[
        must("type", ValueKind::Type, "Its type."),
        must("ids", PATHS, "The members that identify the person, by the kind of identifier."),
    ]],
};

static ERROR: Object = Object {
    name: "what tells of an error",
    keys: &[&[
        must("type", ValueKind::Type, "Its type."),
        must("code", ValueKind::Text, "The member with the code, as errors.yaml has it."),
        may("texts", TEXTS, "The members with texts that can tell cases of a code apart, the surest first."),
    ]],
};

static EVENT: Object = Object {
    name: "a kind of event",
    keys: &[
        ITEM,
        &[
            may(
                "type",
                ValueKind::Type,
                "What an event of this kind has: a type, or `json`. With `instead_of` it is that of the other kind.",
            ),
            may(
                "instead_of",
                ValueKind::Camel,
                "The kind that an event would be without `when`. What that kind has, and this one does not say, it has from there.",
            ),
            may(
                "when",
                ValueKind::Map("a member", &TEXTS),
                "With `instead_of`: values of members, one of each of which an event of this kind has.",
            ),
            may("answerable", ValueKind::Bool, "`true`: somebody did this, now, to this app. A bot must answer nothing else."),
            may("key", TEXTS, "The members that make the key; the first is needed. Without: all that the event has."),
            may("without", TEXTS, "Members that are no part of a key of all that the event has."),
            may("account", ValueKind::Bool, "`true`: the key says which account the event is about."),
            may("time", ValueKind::Text, "The member that says when it happened."),
            may(
                "reply_to",
                ValueKind::Either(&[ValueKind::Text, TEXTS]),
                "The member that names what the event answers or is about; of several the first that is there.",
            ),
            may("people", ValueKind::Map("a role", &ValueKind::Object(&PERSON)), "Who it is about, the most important first."),
        ],
    ],
};

static PERSON: Object = Object {
    name: "a person",
    keys: &[&[
        must("ids", PATHS, "The members that identify the person, by the kind of identifier."),
        may("previous", PATHS, "Members with identifiers that were the person's before."),
        may(
            "newest_last",
            ValueKind::Bool,
            "`true`: of several identifiers of one kind in `ids` the last is the person's now, and the others were before.",
        ),
        may("each", ValueKind::Text, "The list of which each element is such a person."),
        may("unless", ValueKind::Map("a member", &TEXTS), "Values of members with which the others say nothing of this person."),
    ]],
};

static PROGRESS: Object = Object {
    name: "an order of states",
    keys: &[&[
        must("event", ValueKind::Camel, "The kind of event that tells of a state."),
        must("state", ValueKind::Text, "The member with the state."),
        must("of", TEXTS, "The members that say what has the state, the first of which is needed."),
        may("unless", ValueKind::Map("a member", &TEXTS), "Values of members with which the state is one of another order."),
        must("after", ValueKind::Map("a state", &TEXTS), "For each state those that come before it."),
        may("page", ValueKind::Url, "The page that says so."),
    ]],
};

static WINDOW: Object = Object {
    name: "a window",
    keys: &[&[
        must("lasts", ValueKind::Window, "How long it lasts."),
        must("opened_by", ValueKind::List(&ValueKind::Object(&CAUSE)), "What opens it, or opens it anew."),
        may("entry", ValueKind::Object(&ENTRY), "A longer one, for what somebody came from."),
        may("doc", ValueKind::Text, "What is free within it."),
        may("page", ValueKind::Url, "The page that says so."),
    ]],
};

static CAUSE: Object = Object { name: "what opens a window", keys: &[CAUSE_KEYS] };

static CAUSE_KEYS: &[Key] = &[
    must("event", ValueKind::Camel, "A kind of event."),
    may("when", ValueKind::Map("a member", &TEXTS), "Values of members, one of each of which it needs."),
    may("unless", ValueKind::Map("a member", &TEXTS), "Values of members with which it does not; `'*'` is any value."),
];

static ENTRY: Object = Object {
    name: "a longer window",
    keys: &[&[
        must("event", ValueKind::Camel, "The kind of event with which somebody comes."),
        must("from", ValueKind::Text, "The member that says where from."),
        must("within", ValueKind::Window, "How soon there must be an answer."),
        must("answer", ValueKind::Object(&CAUSE), "The event that tells of an answer."),
        must("lasts", ValueKind::Window, "How long the window lasts, from the answer on."),
        may("until", ValueKind::Text, "The member of the answer that says until when, where it does."),
    ]],
};

static SECTION: Object = Object {
    name: "a section",
    keys: &[&[
        must("title", ValueKind::Text, "Its heading."),
        must("text", ValueKind::Text, "Markdown."),
        may("page", ValueKind::Url, "The page that it is from."),
    ]],
};

/// `webhooks/<field>.yaml`.
pub static WEBHOOK: Object = Object {
    name: "a webhook",
    keys: &[
        &[must("field", ValueKind::Text, "The field's name, as it is subscribed.")],
        ITEM,
        PRESENCE,
        &[
            may("aliases", TEXTS, "Other names under which Graph sends the field, or sent it."),
            may("permission", ValueKind::Text, "The permission that the app needs."),
            must("override", ValueKind::Bool, "Whether the callback of an account or a number takes it from the app's callback."),
            may("subscribable", ValueKind::Bool, "`false`: it arrives without a subscription of its own, or no longer."),
            may("essential", ValueKind::Bool, "`true`: hardly a program that receives does without it, as in surface.yaml."),
            must("entry_id", ValueKind::Choice(ENTRY_IDS), "What `id` of the entry names."),
            may("value", ValueKind::Type, "The type of `value`; without it that is free JSON, because no page shows it."),
            may("contacts", ValueKind::Text, "The list of contacts within the value."),
            may("number", ValueKind::Text, "The member with the identifier of the business's number."),
            may("event", ValueKind::Camel, "The kind of event that the value is as a whole."),
            may(
                "events",
                ValueKind::Map("a list within the value", &ValueKind::Camel),
                "The kinds of events that lists within the value are of: `messages: Message`.",
            ),
            may("types", ValueKind::Map("a type", &ValueKind::Object(&TYPE)), "Types that only webhooks have."),
            may("examples", ValueKind::List(&ValueKind::Object(&EXAMPLE)), "Payloads, with what Rust sees of them."),
        ],
    ],
};

/// What `id` of an entry can name.
pub const ENTRY_IDS: &[&str] = &["account", "business", "none"];

static EXAMPLE: Object = Object {
    name: "a payload",
    keys: &[&[
        must("title", ValueKind::Text, "What it shows."),
        may("page", ValueKind::Url, "The page that it is from."),
        must("payload", ValueKind::Any, "The notification."),
        must(
            "sees",
            TEXTS,
            "The events that Rust sees, in order: the kind, and the kind of content where there are several: `Message text`.",
        ),
        may("undeclared", TEXTS, "The paths of members that no page documents."),
    ]],
};
