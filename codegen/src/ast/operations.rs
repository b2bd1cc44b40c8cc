//! Operations, with everything below them.

use super::{At, Availability, Docs, ExampleDecl, Narrowing, RuleDecl, Text, ValueDecl, Versioned};
use crate::parse::Span;

/// An operation.
#[derive(Debug)]
pub struct OperationDecl {
    /// `Node.edge.verb`.
    pub id: String,
    /// Where it starts.
    pub span: Span,
    /// Description, page, presence.
    pub docs: Docs,
    /// The Rust name of the request.
    pub request: Option<Text>,
    /// Called on the handle itself.
    pub action: bool,
    /// The stated Rust method.
    pub rust_method: Option<Text>,
    /// The permissions that the token needs, if any are documented.
    pub permissions: Option<Versioned<PermissionSet>>,
    /// `none` or `oauth`, where it is not the bearer token.
    pub auth: Option<Text>,
    /// The host, its own or that of its edge or node, if it is not that of the base URL.
    pub host: Option<Text>,
    /// How parameters are sent.
    pub body: Option<Text>,
    /// Whether a repeated call has no further effect.
    pub idempotent: Option<bool>,
    /// Is sent only once, whatever the outcome.
    pub never_retry: bool,
    /// Calls on one node have a rate limit.
    pub paced: Option<PacedDecl>,
    /// Constructor arguments.
    pub args: Vec<Text>,
    /// Parameters.
    pub params: Vec<ParamDecl>,
    /// What can be requested.
    pub fields: FieldChoice,
    /// Answers with the new node.
    pub read_after_write: Option<Span>,
    /// Setters that take one of several kinds of identifier.
    pub choices: Vec<ChoiceDecl>,
    /// Filters.
    pub filtering: Vec<FilterDecl>,
    /// The Rust name of the filter type.
    pub filter_name: Option<Text>,
    /// Values of `sort`.
    pub sort: Vec<ValueDecl>,
    /// The Rust name of the sort type.
    pub sort_name: Option<Text>,
    /// Cursor parameters.
    pub paging: Option<Vec<Text>>,
    /// Where the list of a page is, if not in `data`: members with dots, or `bare`.
    pub list: Option<Text>,
    /// What an answer may be instead of a page: the bare list, or its only item.
    pub list_or: Option<Text>,
    /// The type expression of what it returns.
    pub returns: Option<Versioned<Text>>,
    /// Rules between parameters.
    pub rules: Vec<RuleDecl>,
    /// Counted limits.
    pub limits: Vec<LimitDecl>,
    /// Where the answer has the URL of bytes.
    pub download: Option<DownloadDecl>,
    /// How an upload goes on that broke off.
    pub resume: Option<ResumeDecl>,
    /// Documented errors.
    pub errors: Vec<OperationErrorDecl>,
    /// What else a user must know.
    pub notes: Vec<Text>,
    /// Examples.
    pub examples: Vec<ExampleDecl>,
    /// The keys that the file has, whatever is under them.
    pub keys: Vec<KeyDecl>,
}

/// A setter that takes one of several kinds of identifier.
#[derive(Debug)]
pub struct ChoiceDecl {
    /// The parameter whose setter it is.
    pub param: Text,
    /// Description and page.
    pub docs: Docs,
    /// The Rust name of what it takes.
    pub ty: Option<Text>,
    /// The kinds.
    pub kinds: Vec<KindDecl>,
}

/// A kind of identifier.
#[derive(Debug)]
pub struct KindDecl {
    /// The Rust function.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// The parameter that is sent.
    pub param: Option<Text>,
    /// Values of other parameters.
    pub with: Vec<(Text, Text)>,
}

/// Values that Graph accepts, and of which not what was meant comes.
#[derive(Debug)]
pub struct UnfitDecl {
    /// Which.
    pub pattern: Text,
    /// Their outcome.
    pub doc: Text,
    /// The page that says so.
    pub page: Option<Text>,
}

/// What can be requested with `fields=`.
#[derive(Debug)]
pub enum FieldChoice {
    /// Every field of what is returned.
    All,
    /// The parameter is not documented.
    None,
    /// These.
    Some(Vec<Text>),
}

/// Permissions that a token needs, as the file says it: either of the two.
#[derive(Clone, Debug)]
pub struct PermissionSet {
    /// Where it is.
    pub span: Span,
    /// All of these.
    pub all: Option<Vec<Text>>,
    /// One of these.
    pub any: Option<Vec<Text>>,
    /// Whether it has keys that are none of the language, which was reported.
    pub has_unexpected_keys: bool,
}

impl PermissionSet {
    /// The permissions that it names.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        self.all.iter().chain(&self.any).flatten()
    }
}

impl OperationDecl {
    /// The type expression of what it returns in the newest version.
    pub fn newest_returns(&self) -> Option<&Text> {
        self.returns.as_ref().map(|returns| &returns.newest)
    }

    /// The members of an answer that lead to the list of a page; none if the answer is the list.
    pub fn list_path(&self) -> Vec<&str> {
        match self.list.as_ref().map(|list| list.value.as_str()) {
            None => vec!["data"],
            Some("bare") => Vec::new(),
            Some(path) => path.split('.').collect(),
        }
    }

    /// The key of that name, if the file has it.
    pub fn key(&self, name: &str) -> Option<&KeyDecl> {
        self.keys.iter().find(|key| key.name.value == name)
    }
}

/// A key of an operation.
#[derive(Debug)]
pub struct KeyDecl {
    /// The key.
    pub name: Text,
    /// Whether there is a mapping without entries under it.
    pub is_empty: bool,
}

/// A parameter.
#[derive(Debug)]
pub struct ParamDecl {
    /// The name on the wire.
    pub name: Text,
    /// Description, page, presence.
    pub docs: Docs,
    /// The type expression.
    pub ty: Versioned<Text>,
    /// The values of a shared enum that it takes, if not all.
    pub narrowing: Narrowing,
    /// Meta's page requires it.
    pub required: Versioned<bool>,
    /// Always sent with this value.
    pub constant: Option<Text>,
    /// Masked.
    pub secret: bool,
    /// Of a person, and shown only to who asks for it.
    pub personal: bool,
    /// What Meta assumes.
    pub default: Option<Versioned<Text>>,
    /// How many digits.
    pub length: Option<At<u32>>,
    /// Refused if it is invalid.
    pub strict: Option<Span>,
    /// Removed before sending.
    pub strip: Option<Text>,
    /// A regular expression for documentation.
    pub pattern: Option<Text>,
    /// Values that Graph accepts and then drops.
    pub dropped: Option<UnfitDecl>,
    /// Values that are sent with a warning.
    pub warned: Option<UnfitDecl>,
    /// Where it is sent.
    pub place: Option<Text>,
    /// The members of its union are among the parameters.
    pub spread: bool,
    /// The stated Rust name.
    pub rust_name: Option<Text>,
}

/// Where the answer of a read has the URL of bytes.
#[derive(Debug)]
pub struct DownloadDecl {
    /// The field with the URL.
    pub url: Text,
    /// The field with the hash.
    pub hash: Option<Text>,
    /// The field with the number of bytes.
    pub size: Option<Text>,
    /// The hosts that may see the token.
    pub hosts: Vec<Text>,
    /// Seconds for which a URL can be used.
    pub lasts: u64,
    /// The stated Rust method.
    pub rust_method: Option<Text>,
    /// What is downloaded.
    pub doc: Option<Text>,
}

/// How an upload goes on that broke off.
#[derive(Debug)]
pub struct ResumeDecl {
    /// The field of the node's read with the number of bytes that have arrived.
    pub arrived: Text,
    /// The parameter with the number of the first byte.
    pub from: Text,
}

/// A filter.
#[derive(Debug)]
pub struct FilterDecl {
    /// The field.
    pub field: Text,
    /// Description, page, presence.
    pub docs: Docs,
    /// The type expression of the value.
    pub ty: Text,
    /// The operators.
    pub operators: Vec<Text>,
}

/// How calls are paced.
#[derive(Debug)]
pub struct PacedDecl {
    /// How fast they may be.
    pub rate: Option<RateDecl>,
    /// The additional pace of calls with the same value of a parameter.
    pub pair: Option<PairDecl>,
}

/// How many calls a second, by a field of the node.
#[derive(Debug)]
pub struct RateDecl {
    /// The field, with dots for nested objects.
    pub field: Text,
    /// By the value of the field.
    pub per_second: Vec<(Text, At<u32>)>,
    /// What counts besides calls.
    pub counts_too: Option<Text>,
}

/// The pace of a pair: the node, and the value of a parameter.
#[derive(Debug)]
pub struct PairDecl {
    /// The parameter.
    pub param: Text,
    /// How large a burst of calls may be.
    pub burst: At<u32>,
    /// Seconds that each takes to be paid back.
    pub every: u64,
}

/// A counted limit.
#[derive(Debug)]
pub struct LimitDecl {
    /// Description and page.
    pub docs: Docs,
    /// How many calls.
    pub max: u32,
    /// Seconds of the rolling window.
    pub window: u64,
    /// Per what.
    pub per: Text,
    /// Seconds of the block.
    pub block: Option<u64>,
    /// The error's name.
    pub error: Text,
}

/// An error of an operation.
#[derive(Debug)]
pub struct OperationErrorDecl {
    /// The error's name.
    pub name: Text,
    /// What it means here.
    pub cause: Option<Text>,
    /// What to do about it here.
    pub remedy: Option<Text>,
    /// From when on, and until when, the operation answers with it.
    pub availability: Availability,
}
