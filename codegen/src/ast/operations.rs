//! Operations, with what stands below them.

use super::{At, ExampleDecl, Item, RuleDecl, Text, TileDecl, ValueDecl};
use crate::parse::{Span, Tree};

/// An operation.
#[derive(Debug)]
pub struct OperationDecl {
    /// `Node.edge.verb`.
    pub id: String,
    /// Where it begins.
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
    /// How parameters travel.
    pub body: Option<Text>,
    /// Whether a repeat has no second effect.
    pub idempotent: Option<bool>,
    /// Is sent once, whatever becomes of it.
    pub never_repeated: bool,
    /// Calls on one node follow each other only so fast.
    pub paced: Option<PacedDecl>,
    /// Constructor arguments.
    pub args: Vec<Text>,
    /// Parameters.
    pub params: Vec<ParamDecl>,
    /// What can be asked for.
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
    /// Where the answer says that bytes are.
    pub download: Option<DownloadDecl>,
    /// Documented errors.
    pub errors: Vec<ErrorHere>,
    /// What else a user must know.
    pub notes: Vec<Text>,
    /// Examples.
    pub examples: Vec<ExampleDecl>,
    /// The operation as it stands in the file, for quirks.
    pub tree: Tree,
}

/// What can be asked for with `fields=`.
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
    /// The values of a shared enum that it takes, or does not take.
    pub only: Option<Vec<Text>>,
    /// The values of a shared enum that it does not take.
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
    /// Refused where it does not fit.
    pub strict: Option<Span>,
    /// Taken out before sending.
    pub strip: Option<Text>,
    /// A regular expression for documentation.
    pub pattern: Option<Text>,
    /// Where it travels.
    pub place: Option<Text>,
    /// The members of its union stand among the parameters.
    pub spread: bool,
    /// The stated Rust name.
    pub rust_name: Option<Text>,
}

/// Where the answer of a read says that bytes are.
#[derive(Debug)]
pub struct DownloadDecl {
    /// The field with the address.
    pub url: Text,
    /// The field with the hash.
    pub hash: Option<Text>,
    /// The field with the number of bytes.
    pub size: Option<Text>,
    /// Who may see the token.
    pub hosts: Vec<Text>,
    /// Seconds for which an address can be used.
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
    /// The pace that calls with one value of a parameter have besides.
    pub pair: Option<PairDecl>,
}

/// How many calls a second, by a field of the node.
#[derive(Debug)]
pub struct RateDecl {
    /// The field, with dots within objects.
    pub field: Text,
    /// By the value of the field.
    pub per_second: Vec<(Text, At<u32>)>,
}

/// The pace of a pair: the node, and the value of a parameter.
#[derive(Debug)]
pub struct PairDecl {
    /// The parameter.
    pub param: Text,
    /// How many calls may come at once.
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
    /// Seconds of the moving window.
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
