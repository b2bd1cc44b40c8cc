//! The spec language as data: which keys are allowed where and what they contain.
//!
//! One table serves three readers: [`check`](crate::check) walks every file with it, [`schema`](crate::language::schema) turns it into JSON
//! Schema for editors, and people read it along with `docs/spec.md`.

mod coverage;
mod errors;
mod evidence;
mod examples;
mod nodes;
mod operations;
mod over_time;
mod quirks;
mod surface;
mod types;
mod versions;
mod webhooks;

pub use coverage::COVERAGE;
pub use errors::{CASE, ERROR, ERRORS, PERMISSION, PERMISSIONS, RETRY};
pub use evidence::EVIDENCE;
pub use nodes::{EDGE, EDGE_FILE, NODE};
pub use operations::{OPERATION, OPERATORS, VERBS};
pub use quirks::QUIRKS;
pub use surface::{SPELLINGS, SURFACE};
pub use types::{TYPE, TYPES};
pub use versions::{VERSION, VERSIONS};
pub use webhooks::{ENTRY_IDS, WEBHOOK, WEBHOOKS};

/// What a place of the spec takes.
#[derive(Debug)]
pub enum ValueKind {
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
    /// A version or a day: `v21.0`, `2026-06-15`.
    Bound,
    /// An `https://` URL.
    Url,
    /// A type expression: `list<QualityRating>`.
    Type,
    /// A Rust type or variant: `PhoneNumber`.
    Camel,
    /// A Rust field or method: `phone_number`.
    Snake,
    /// A duration: `72h`.
    Window,
    /// An error code or a range of them: `100`, `200-299`.
    ErrorCode,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list.
    List(&'static ValueKind),
    /// A mapping from names, described by the text, to values.
    Map(&'static str, &'static ValueKind),
    /// A mapping with these keys.
    Object(&'static Object),
    /// The first of these that has the value's kind.
    Either(&'static [ValueKind]),
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
    pub kind: ValueKind,
    /// Whether it is required.
    pub required: bool,
    /// What it means, for editors.
    pub doc: &'static str,
}

/// Keys that have another name now: a file from before still says the old one, which is too far from the new one to be taken for a slip.
const RENAMED: &[(&str, &str)] = &[
    ("method", "rust_method"),
    ("name", "rust_name"),
    ("item", "edge_item"),
    ("retry", "retries"),
    ("shapes", "untagged"),
    ("family", "category"),
];

impl Object {
    /// Keys of which one at least is required.
    pub fn any_of(&self) -> &'static [&'static str] {
        if [&over_time::END, &over_time::BOTH].into_iter().any(|bound| std::ptr::eq(self, bound)) { &["at", "on"] } else { &[] }
    }

    /// What a key that it does not have is called now.
    pub fn renamed(&self, old: &str) -> Option<&'static str> {
        RENAMED.iter().find(|(was, now)| *was == old && self.key(now).is_some()).map(|(_, now)| *now)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

const fn may(name: &'static str, kind: ValueKind, doc: &'static str) -> Key {
    Key { name, kind, required: false, doc }
}

const fn must(name: &'static str, kind: ValueKind, doc: &'static str) -> Key {
    Key { name, kind, required: true, doc }
}

const TEXTS: ValueKind = ValueKind::List(&ValueKind::Text);

/// Keys that most items have.
static ITEM: &[Key] = &[
    may("doc", ValueKind::Text, "A description in our own words."),
    may("page", ValueKind::Url, "The public page that these facts come from; inherited by everything below."),
];
