//! What the emitted tables are made of: the spec as static data.

use graph_runtime::{Availability, Bound, Day, Version};

/// The whole spec.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) title: &'static str,
    pub(crate) base_url: &'static str,
    /// By name.
    pub(crate) errors: &'static [Error],
    pub(crate) nodes: &'static [&'static Node],
    /// Parameters and members that are secret somewhere.
    pub(crate) secrets: &'static [&'static str],
    /// What is reported to an app; nothing where the spec has no webhooks.
    pub(crate) webhooks: Option<Webhooks>,
}

/// The webhooks of the spec.
#[derive(Debug)]
pub(crate) struct Webhooks {
    /// What a notification says in `object`.
    pub(crate) object: &'static str,
    /// The fields that go to the callback of a number or an account, if one was set, in the place of the app's.
    pub(crate) overridden: &'static [&'static str],
}

impl Spec {
    pub(crate) fn error(&self, name: &str) -> Option<&'static Error> {
        self.errors.binary_search_by(|error| error.name.cmp(name)).ok().and_then(|at| self.errors.get(at))
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = (&'static Node, &'static Operation)> {
        self.nodes.iter().flat_map(|node| node.operations.iter().map(move |operation| (*node, operation)))
    }

    /// The node that types name so.
    pub(crate) fn node_of(&self, short: &str) -> Option<&'static Node> {
        self.nodes.iter().find(|node| node.short == short).copied()
    }

    /// The node of that name.
    pub(crate) fn node(&self, name: &str) -> Option<&'static Node> {
        self.nodes.iter().find(|node| node.name == name).copied()
    }
}

/// What a spec is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) version: Version,
    pub(crate) day: Day,
}

impl Moment {
    pub(crate) fn has(self, availability: &Availability) -> bool {
        availability.contains_on(self.version, self.day)
    }
}

/// A value over versions and days: the newest, and earlier ones, each until a bound.
#[derive(Debug)]
pub(crate) struct Versioned<T: 'static> {
    pub(crate) newest: T,
    pub(crate) earlier: &'static [(Bound, T)],
}

impl<T> Versioned<T> {
    pub(crate) const fn always(newest: T) -> Self {
        Self { newest, earlier: &[] }
    }

    pub(crate) fn at(&self, moment: Moment) -> &T {
        let earlier = self.earlier.iter().find(|(until, _)| !until.is_reached(moment.version, moment.day));
        earlier.map_or(&self.newest, |(_, is)| is)
    }
}

/// Where an error arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    Answer,
    Status,
    Both,
}

#[derive(Debug)]
pub(crate) struct Error {
    pub(crate) name: &'static str,
    pub(crate) code: u32,
    pub(crate) subcode: Option<u32>,
    pub(crate) title: Option<&'static str>,
    pub(crate) category: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) arrives: Arrival,
    pub(crate) statuses: &'static [u16],
    pub(crate) availability: Availability,
}

#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) shape: Shape,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Enum(&'static [Value]),
    Object {
        fields: &'static [Field],
        rules: &'static [Rule],
    },
    Union {
        tag: &'static str,
        any_case: bool,
        variants: &'static [Variant],
    },
    /// A value of one of several kinds.
    Several(&'static [Type]),
}

#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) value: &'static str,
    pub(crate) availability: Availability,
}

impl Value {
    pub(crate) const fn always(value: &'static str) -> Self {
        Self { value, availability: Availability::ALWAYS }
    }
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) tag: &'static str,
    pub(crate) availability: Availability,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// Members next to the tag.
    Members(Type),
    /// One member of this name.
    Payload(&'static str, Type),
    Nothing,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) ty: Versioned<Type>,
    pub(crate) only: Option<Narrowing>,
    pub(crate) always: bool,
    pub(crate) spread: bool,
    pub(crate) constant: Option<&'static str>,
    pub(crate) availability: Availability,
}

impl Field {
    pub(crate) const EMPTY: Self = Self {
        name: "",
        aliases: &[],
        ty: Versioned::always(Type::Json),
        only: None,
        always: false,
        spread: false,
        constant: None,
        availability: Availability::ALWAYS,
    };
}

/// The values of an enum that a place takes.
#[derive(Debug)]
pub(crate) struct Narrowing(pub(crate) Versioned<&'static [&'static str]>);

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) kind: RuleKind,
    pub(crate) doc: &'static str,
    pub(crate) availability: Availability,
}

#[derive(Debug)]
pub(crate) enum RuleKind {
    OneOf(&'static [&'static str]),
    AnyOf(&'static [&'static str]),
    Requires(&'static str, &'static [&'static str]),
    /// The others are needed where the first has this value.
    RequiresFor(&'static str, &'static str, &'static [&'static str]),
    Excludes(&'static [&'static str]),
    /// Of these the first that is given counts.
    FirstWins(&'static [&'static str]),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    String,
    Digits,
    Bool,
    Int,
    Float,
    /// The identifier of a node.
    Id(&'static str),
    Timestamp {
        text: bool,
    },
    Json,
    List(&'static Type),
    Map(&'static Type),
    Page(&'static Type),
    Named(&'static Named),
    IntString,
    File,
    /// The fields of what is read.
    Fields,
    Filters,
    Cursor,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: &'static str,
    /// As types name it.
    pub(crate) short: &'static str,
    pub(crate) root: bool,
    /// Its identifiers are not digits.
    pub(crate) text_id: bool,
    pub(crate) record: Option<Type>,
    pub(crate) operations: &'static [Operation],
}

impl Node {
    /// The fields of its record.
    pub(crate) fn fields(&self) -> &'static [Field] {
        match self.record {
            Some(ty) => ty.fields(),
            None => &[],
        }
    }
}

impl Type {
    /// The fields of an object; none of anything else.
    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Self::Named(Named { shape: Shape::Object { fields, .. }, .. }) => fields,
            _ => &[],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Method {
    Get,
    Post,
    Delete,
}

impl Method {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "GET" => Some(Self::Get),
            "POST" => Some(Self::Post),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

#[derive(Debug)]
pub(crate) enum Segment {
    Literal(&'static str),
    /// Digits.
    Id(&'static str),
    /// Not digits.
    Text(&'static str),
    /// Any text.
    Value(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Query,
    Json,
    Form,
    Multipart,
    Header,
    Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names, reason = "it is the word of the scheme")]
pub(crate) enum Auth {
    Token,
    OAuth,
    None,
}

#[derive(Debug)]
pub(crate) enum Permissions {
    None,
    All(&'static [&'static str]),
    Any(&'static [&'static str]),
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    /// The type of the request in Rust.
    pub(crate) request: &'static str,
    /// Empty on the node itself.
    pub(crate) edge: &'static str,
    pub(crate) verb: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static [Segment],
    pub(crate) doc: &'static str,
    pub(crate) page: &'static str,
    pub(crate) availability: Availability,
    pub(crate) permissions: Versioned<Permissions>,
    pub(crate) auth: Auth,
    /// Another host than the usual, and whether paths there begin with a version.
    pub(crate) host: Option<(&'static str, bool)>,
    pub(crate) body: Option<Location>,
    pub(crate) params: &'static [Param],
    pub(crate) returns: Versioned<Type>,
    /// The members that lead to the list of a page, if that is not in `data`; none: the answer is the list.
    pub(crate) list: Option<&'static [&'static str]>,
    pub(crate) filters: &'static [Filter],
    pub(crate) rules: &'static [Rule],
    pub(crate) limits: &'static [Limit],
    pub(crate) pace: Option<Pace>,
    pub(crate) download: Option<Download>,
    pub(crate) errors: &'static [Failure],
    pub(crate) examples: &'static [Example],
}

impl Operation {
    pub(crate) const EMPTY: Self = Self {
        id: "",
        request: "",
        edge: "",
        verb: "",
        method: Method::Get,
        path: &[],
        doc: "",
        page: "",
        availability: Availability::ALWAYS,
        permissions: Versioned::always(Permissions::None),
        auth: Auth::Token,
        host: None,
        body: None,
        params: &[],
        returns: Versioned::always(Type::Json),
        list: None,
        filters: &[],
        rules: &[],
        limits: &[],
        pace: None,
        download: None,
        errors: &[],
        examples: &[],
    };

    pub(crate) fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The type of the items of what it lists, or of what it returns.
    pub(crate) fn item(&self, moment: Moment) -> Type {
        match self.returns.at(moment) {
            Type::Page(item) | Type::List(item) => **item,
            other => *other,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) ty: Versioned<Type>,
    pub(crate) location: Location,
    pub(crate) only: Option<Narrowing>,
    pub(crate) required: Versioned<bool>,
    /// Sources disagree on whether it is required.
    pub(crate) contested: bool,
    pub(crate) constant: Option<&'static str>,
    /// The members of its union are among the parameters.
    pub(crate) spread: bool,
    /// How many digits.
    pub(crate) length: Option<u32>,
    /// Characters that are no part of the value.
    pub(crate) strip: Option<&'static str>,
    pub(crate) availability: Availability,
}

impl Param {
    pub(crate) const EMPTY: Self = Self {
        name: "",
        ty: Versioned::always(Type::Json),
        location: Location::Query,
        only: None,
        required: Versioned::always(false),
        contested: false,
        constant: None,
        spread: false,
        length: None,
        strip: None,
        availability: Availability::ALWAYS,
    };
}

#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) field: &'static str,
    pub(crate) ty: Type,
    pub(crate) operators: &'static [&'static str],
    pub(crate) availability: Availability,
}

/// So many calls in so many seconds.
#[derive(Debug)]
pub(crate) struct Limit {
    pub(crate) max: u32,
    pub(crate) window: u64,
    pub(crate) per: &'static str,
    /// Seconds of the block once the limit is passed.
    pub(crate) block: Option<u64>,
    pub(crate) error: &'static str,
    pub(crate) availability: Availability,
}

/// Names, one within the other.
type Names = &'static [&'static str];

/// How calls on one node are paced: by a field of the node, and per value of a parameter (its name, a burst, seconds each).
#[derive(Debug)]
pub(crate) struct Pace {
    pub(crate) rate: Option<(Names, &'static [(&'static str, u32)])>,
    pub(crate) pair: Option<(&'static str, u32, u64)>,
}

/// Where an answer has the URL of bytes.
#[derive(Debug)]
pub(crate) struct Download {
    pub(crate) url: &'static str,
    pub(crate) hash: Option<&'static str>,
    pub(crate) size: Option<&'static str>,
    /// Seconds.
    pub(crate) lasts: u64,
}

/// An error of an operation.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: &'static str,
    pub(crate) availability: Availability,
}

impl Failure {
    pub(crate) const fn always(error: &'static str) -> Self {
        Self { error, availability: Availability::ALWAYS }
    }
}

#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) range: Range,
    /// The day on which it holds, if not every day.
    pub(crate) day: Option<Day>,
    /// The values of the path's placeholders.
    pub(crate) ids: &'static [&'static str],
    /// In the normal form of the spec.
    pub(crate) request: Option<&'static str>,
    pub(crate) answer: Answer,
}

/// The versions that run an example.
#[derive(Debug)]
pub(crate) struct Range {
    pub(crate) since: Option<Version>,
    pub(crate) removed: Option<Version>,
    pub(crate) lacking: &'static [Version],
    pub(crate) only: &'static [Version],
}

impl Range {
    pub(crate) const ALL: Self = Self { since: None, removed: None, lacking: &[], only: &[] };

    pub(crate) fn contains(&self, version: Version) -> bool {
        self.since.is_none_or(|since| since <= version)
            && self.removed.is_none_or(|removed| version < removed)
            && !self.lacking.contains(&version)
            && (self.only.is_empty() || self.only.contains(&version))
    }
}

/// HTTP status and JSON, and the name of the error.
#[derive(Debug)]
pub(crate) enum Answer {
    Body(u16, &'static str),
    Error(u16, &'static str, &'static str),
    /// The client refuses the call.
    Refused,
}
