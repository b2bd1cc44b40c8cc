//! Operations, with everything below them.

use super::{At, ExampleDecl, Item, RuleDecl, Text, TileDecl, ValueDecl};
use crate::parse::{Span, Tree};

/// An operation.
#[derive(Debug)]
pub struct OperationDecl {
    /// `Node.edge.verb`.
    pub id: String,
    /// Where it starts.
    pub span: Span,
    /// Description, page, presence.
    pub item: Item,
    /// The Rust name of the request.
    pub request: Option<Text>,
    /// Called on the handle itself.
    pub action: bool,
    /// The stated Rust method.
    pub rust_method: Option<Text>,
    /// All or any of these; of several tiles the newest.
    pub permissions: Option<PermissionSet>,
    /// The tiles of attributes that changed.
    pub tiles: Vec<TileDecl>,
    /// `none` or `oauth`, where it is not the bearer token.
    pub auth: Option<Text>,
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
    /// The type expression of what it returns.
    pub returns: Option<Text>,
    /// Rules between parameters.
    pub rules: Vec<RuleDecl>,
    /// Counted limits.
    pub limits: Vec<LimitDecl>,
    /// Where the answer has the URL of bytes.
    pub download: Option<DownloadDecl>,
    /// Documented errors.
    pub errors: Vec<ErrorHere>,
    /// What else a user must know.
    pub notes: Vec<Text>,
    /// Examples.
    pub examples: Vec<ExampleDecl>,
    /// The operation as written in the file, for quirks.
    pub tree: Tree,
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

/// Permissions that a token needs.
#[derive(Debug)]
pub struct PermissionSet {
    /// All of them, or one of them.
    pub all: bool,
    /// Which.
    pub names: Vec<Text>,
}

/// A parameter.
#[derive(Debug)]
pub struct ParamDecl {
    /// The name on the wire.
    pub name: Text,
    /// Description, page, presence.
    pub item: Item,
    /// The type expression; of several tiles the newest.
    pub ty: Text,
    /// The tiles of attributes that changed.
    pub tiles: Vec<TileDecl>,
    /// The values of a shared enum that it accepts, or does not accept.
    pub only: Option<Vec<Text>>,
    /// The values of a shared enum that it does not accept.
    pub except: Vec<Text>,
    /// Meta's page requires it; of several tiles the newest.
    pub required: bool,
    /// Always sent with this value.
    pub constant: Option<Text>,
    /// Masked.
    pub secret: bool,
    /// What Meta assumes.
    pub default: Option<Text>,
    /// How many digits.
    pub length: Option<At<u32>>,
    /// Refused if it is invalid.
    pub strict: Option<Span>,
    /// Removed before sending.
    pub strip: Option<Text>,
    /// A regular expression for documentation.
    pub pattern: Option<Text>,
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

/// A filter.
#[derive(Debug)]
pub struct FilterDecl {
    /// The field.
    pub field: Text,
    /// Description, page, presence.
    pub item: Item,
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
    pub item: Item,
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
pub struct ErrorHere {
    /// The error's name.
    pub name: Text,
    /// What it means here.
    pub cause: Option<Text>,
    /// What to do about it here.
    pub remedy: Option<Text>,
}
