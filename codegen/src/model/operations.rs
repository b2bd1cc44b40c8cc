//! Operations, with everything except examples.

use super::{Areas, Availability, Example, Host, Narrowing, Run, Type, Versioned};

/// HTTP methods of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Read.
    Get,
    /// Create and update.
    Post,
    /// Delete.
    Delete,
}

/// A segment of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Verbatim.
    Literal(String),
    /// An identifier of digits: the request's field and its type.
    Id {
        /// The placeholder and field.
        name: String,
        /// The type.
        ty: Type,
    },
    /// An identifier that is not digits, verbatim.
    Text {
        /// The placeholder and field.
        name: String,
        /// The type.
        ty: Type,
    },
    /// Any text, percent-encoded.
    Value {
        /// The placeholder and field.
        name: String,
        /// The type.
        ty: Type,
    },
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamLocation {
    /// The query.
    Query,
    /// The JSON body.
    Json,
    /// The form body.
    Form,
    /// A part of a multipart body.
    Multipart,
    /// A header.
    Header,
    /// The whole body.
    Bytes,
}

/// How the token of a call is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// As a bearer token.
    Token,
    /// With the scheme `OAuth`.
    OAuth,
    /// Not at all.
    None,
}

/// Where the answer of a read has the URL of bytes.
#[derive(Clone, Debug)]
pub struct Download {
    /// The field with the URL.
    pub url: String,
    /// The field with the hash.
    pub hash: Option<String>,
    /// The field with the number of bytes.
    pub size: Option<String>,
    /// The hosts that may see the token.
    pub hosts: Vec<String>,
    /// Seconds for which a URL can be used.
    pub lasts: u64,
    /// The method of the handle.
    pub rust_name: String,
    /// What is downloaded.
    pub doc: String,
}

/// How an upload goes on that broke off.
#[derive(Clone, Debug)]
pub struct Resume {
    /// The field of the node's read with the number of bytes that have arrived.
    pub arrived: String,
    /// The parameter with the number of the first byte.
    pub from: String,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `Node.edge.verb`.
    pub id: String,
    /// The file that describes it, below the spec's folder.
    pub file: String,
    /// read, create, update or delete.
    pub verb: String,
    /// The HTTP method.
    pub http_method: Method,
    /// The path without the version.
    pub path: Vec<Segment>,
    /// The Rust name of the request.
    pub request: String,
    /// The Rust method that makes the call.
    pub rust_name: String,
    /// Called on the handle itself.
    pub action: bool,
    /// What it does.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// The areas it is declared in, and those of the operations whose fields expand to it.
    pub areas: Areas,
    /// Its presence.
    pub availability: Availability,
    /// All or any of these; empty: none documented.
    pub permissions: Versioned<Permissions>,
    /// How the token is sent.
    pub auth: Auth,
    /// The host, if it is not that of the base URL.
    pub host: Option<Host>,
    /// Where the parameters are sent, if not in the query.
    pub body: Option<ParamLocation>,
    /// A repeated call has no further effect.
    pub idempotent: bool,
    /// Is sent only once, whatever the outcome.
    pub never_retry: bool,
    /// Calls on one node have a rate limit.
    pub paced: Option<Paced>,
    /// Parameters, in the order of the spec, then `fields`, `filtering`, `sort` and the cursors.
    pub params: Vec<Param>,
    /// Indices into `params` of the constructor arguments, in their order.
    pub args: Vec<usize>,
    /// What it returns.
    pub returns: Versioned<Type>,
    /// Setters that take one of several kinds of identifier.
    pub choices: Vec<Choice>,
    /// The members of an answer that lead to the list of a page, if that is not in `data`; none: the answer is the list.
    pub list: Option<Vec<String>>,
    /// What an answer may be instead of a page.
    pub list_or: Option<ListOr>,
    /// The type of its filters.
    pub filter: Option<FilterType>,
    /// Rules between parameters.
    pub rules: Vec<Rule>,
    /// Counted limits.
    pub limits: Vec<Limit>,
    /// Where the answer has the URL of bytes.
    pub download: Option<Download>,
    /// How an upload goes on that broke off.
    pub resume: Option<Resume>,
    /// Documented errors.
    pub errors: Vec<OperationError>,
    /// What else a user must know.
    pub notes: Vec<String>,
    /// Examples.
    pub examples: Vec<Example>,
}

/// Permissions that a token needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// None is documented.
    None,
    /// All of these.
    All(Vec<String>),
    /// One of these.
    Any(Vec<String>),
}

impl Permissions {
    /// The permissions that it names.
    pub fn names(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::All(names) | Self::Any(names) => names,
        }
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// On the wire.
    pub name: String,
    /// In Rust.
    pub rust: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its type; [`Type::Secret`] for secrets.
    pub ty: Versioned<Type>,
    /// The values of its enum that it accepts; nothing: all.
    pub only: Option<Narrowing>,
    /// Where it is sent.
    pub location: ParamLocation,
    /// Meta's page requires it.
    pub required: Versioned<bool>,
    /// Sources disagree on whether it is required, so it is never refused.
    pub contested: bool,
    /// Always sent with this value.
    pub constant: Option<String>,
    /// The members of its union are among the parameters.
    pub spread: bool,
    /// Masked.
    pub secret: bool,
    /// Of a person, and shown only to who asks for it.
    pub personal: bool,
    /// What Meta assumes by default.
    pub default: Versioned<Option<String>>,
    /// How many digits.
    pub length: Option<u32>,
    /// Refused if it is invalid.
    pub strict: bool,
    /// Characters removed before sending.
    pub strip: Option<String>,
    /// A regular expression for documentation.
    pub pattern: Option<String>,
    /// Values that Graph accepts and then drops.
    pub dropped: Option<Unfit>,
    /// Values that are sent with a warning; of a file, its media type.
    pub warned: Option<Unfit>,
    /// Its presence.
    pub availability: Availability,
}

/// Values that Graph accepts, and of which not what was meant comes.
#[derive(Clone, Debug)]
pub struct Unfit {
    /// Which.
    pub pattern: Vec<Run>,
    /// Their outcome, in a sentence.
    pub doc: String,
    /// The page that says so.
    pub page: String,
}

/// A setter that takes one of several kinds of identifier.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The Rust name of what it takes.
    pub name: String,
    /// The parameter whose setter it is, and which a plain string sets.
    pub param: String,
    /// What is chosen.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// The kinds.
    pub kinds: Vec<Kind>,
}

/// A kind of identifier.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The Rust function.
    pub rust: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// The parameter that is sent.
    pub param: String,
    /// Values of other parameters that are sent with it.
    pub with: Vec<(String, String)>,
}

impl Choice {
    /// The parameters that it sets, each once, in the order of the kinds.
    pub fn params(&self) -> Vec<&str> {
        let mut params: Vec<&str> = Vec::new();
        let sent = self.kinds.iter().map(|kind| kind.param.as_str());
        for name in sent.chain(self.companions()) {
            if !params.contains(&name) {
                params.push(name);
            }
        }
        params
    }

    /// The parameters that some kind sends with its own.
    pub fn companions(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().flat_map(|kind| kind.with.iter().map(|(name, _)| name.as_str()))
    }
}

/// The filters of an operation.
#[derive(Clone, Debug)]
pub struct FilterType {
    /// The Rust name.
    pub name: String,
    /// What can be filtered on.
    pub filters: Vec<Filter>,
}

/// A field that can be filtered on.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The field on the wire.
    pub field: String,
    /// The Rust method.
    pub rust: String,
    /// What it is.
    pub doc: String,
    /// The type of the value.
    pub ty: Type,
    /// `EQUAL`, `IN`, ...
    pub operators: Vec<String>,
    /// Its presence.
    pub availability: Availability,
}

/// What an answer may be instead of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOr {
    /// The list itself.
    Bare,
    /// The only item of the list.
    Item,
}

/// A rule between parameters.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it says.
    pub kind: RuleKind,
    /// In words.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its presence.
    pub availability: Availability,
}

/// What a rule says.
#[derive(Clone, Debug)]
pub enum RuleKind {
    /// Exactly one of these.
    OneOf(Vec<String>),
    /// At least one of these.
    AnyOf(Vec<String>),
    /// The parameter requires these.
    Requires(String, Vec<String>),
    /// The parameter, where it has this value, requires these.
    RequiresFor(String, String, Vec<String>),
    /// At most one of these.
    Excludes(Vec<String>),
    /// Of these the first that is given counts.
    FirstWins(Vec<String>),
}

/// How calls are paced.
#[derive(Clone, Debug)]
pub struct Paced {
    /// The placeholder of the node.
    pub id: String,
    /// How fast they may be.
    pub rate: Option<Rate>,
    /// The additional pace of calls with the same value of a parameter.
    pub pair: Option<Pair>,
}

/// How many calls a second, by a field of the node.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The members that lead to the field.
    pub field: Vec<String>,
    /// By the value of the field, in the order of the spec.
    pub per_second: Vec<(String, u32)>,
    /// What counts besides calls; nothing for nothing.
    pub counts_too: Option<String>,
}

/// The pace of a pair: the node, and the value of a parameter.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The parameter.
    pub param: String,
    /// How large a burst of calls may be.
    pub burst: u32,
    /// Seconds that each takes to be paid back.
    pub every: u64,
}

/// A counted limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many calls.
    pub max: u32,
    /// Seconds of the rolling window.
    pub window: u64,
    /// Per what.
    pub per: String,
    /// Seconds of the block once the limit is passed.
    pub block: Option<u64>,
    /// The error's name.
    pub error: String,
    /// In words.
    pub doc: String,
    /// Its presence: a limit that changed is two.
    pub availability: Availability,
}

/// An error of an operation.
#[derive(Clone, Debug)]
pub struct OperationError {
    /// The error's name.
    pub name: String,
    /// What it means here.
    pub cause: String,
    /// What to do about it here.
    pub remedy: String,
    /// From when on, and until when, the operation answers with it.
    pub availability: Availability,
}

impl Operation {
    /// Whether a parameter is a constructor argument.
    pub fn is_arg(&self, param: &Param) -> bool {
        self.args.iter().any(|&arg| self.params[arg].name == param.name)
    }

    /// `/{waba_id}/phone_numbers`.
    pub fn path_text(&self) -> String {
        self.path
            .iter()
            .map(|segment| match segment {
                Segment::Literal(text) => format!("/{text}"),
                Segment::Id { name, .. } | Segment::Text { name, .. } | Segment::Value { name, .. } => format!("/{{{name}}}"),
            })
            .collect()
    }

    /// Whether it returns a page that can be walked.
    pub fn page_of(&self) -> Option<&Type> {
        if let Type::Page(item) = &self.returns.newest { Some(item) } else { None }
    }

    /// The node that a read expanded within another node's `fields` takes: the type of its items, or of its answer.
    pub fn item(&self) -> &Type {
        self.page_of().unwrap_or(&self.returns.newest)
    }
}
