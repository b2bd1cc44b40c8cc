//! The spec as it is written: every item with its place, names not yet resolved.
//!
//! [`check`](crate::check) builds it from trees that fit the [`grammar`](crate::language::grammar), so building cannot fail; what a broken file left out is simply absent.

use std::fmt;

use crate::parse::{FileId, Span, Tree};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A text and where it stands.
pub type Text = At<String>;

impl<T> std::ops::Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// A Graph version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16, pub u16);

impl Version {
    /// Reads `v21.0`.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
        Some(Self(major.parse().ok()?, minor.parse().ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}", self.0, self.1)
    }
}

/// The whole spec.
#[derive(Debug, Default)]
pub struct Spec {
    /// The versions of the window and the retired ones.
    pub versions: Vec<VersionDecl>,
    /// The page of the versions.
    pub versions_page: Option<Text>,
    /// Permissions.
    pub permissions: Vec<PermissionDecl>,
    /// The error catalogue.
    pub errors: Vec<ErrorDecl>,
    /// Shared types.
    pub types: Vec<TypeDecl>,
    /// Nodes, with the edges of their own file and of others.
    pub nodes: Vec<NodeDecl>,
    /// Recorded contradictions.
    pub quirks: Vec<QuirkDecl>,
    /// Contradictions without a place in the spec.
    pub notes: Vec<NoteDecl>,
}

/// A version of Graph.
#[derive(Debug)]
pub struct VersionDecl {
    /// Which.
    pub version: At<Version>,
    /// ISO date.
    pub released: Text,
    /// ISO date.
    pub expires: Option<Text>,
    /// No longer served.
    pub retired: bool,
}

/// What most items have.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// The description.
    pub doc: Option<Text>,
    /// The page, its own or the nearest above.
    pub page: Option<Text>,
    /// Since when, until when.
    pub presence: Presence,
}

/// Since when and until when an item exists.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    /// The first version that has it.
    pub since: Option<At<Version>>,
    /// The first version that deprecates it.
    pub deprecated: Option<End>,
    /// The first version that lacks it.
    pub removed: Option<End>,
    /// The first version that has it again.
    pub back: Option<At<Version>>,
    /// Enforced by the server.
    pub gated: bool,
}

/// A deprecation or removal.
#[derive(Clone, Debug)]
pub struct End {
    /// The version.
    pub at: At<Version>,
    /// What to use instead.
    pub instead: Option<Text>,
    /// The day on which it hit every version.
    pub on: Option<Text>,
}

/// What an attribute is up to some version.
#[derive(Clone, Debug)]
pub struct TileDecl {
    /// The key of the attribute: `required`, `type`.
    pub attribute: &'static str,
    /// What holds.
    pub is: Tree,
    /// The first version for which the next tile holds; nothing for the last.
    pub until: Option<At<Version>>,
    /// Where the tile stands.
    pub span: Span,
}

/// A permission.
#[derive(Debug)]
pub struct PermissionDecl {
    /// Its name.
    pub name: Text,
    /// Description and page.
    pub item: Item,
}

/// An error of the catalogue.
#[derive(Debug)]
pub struct ErrorDecl {
    /// The variant of `ErrorKind`.
    pub name: Text,
    /// The first code and, for a range, the last.
    pub code: At<(u32, Option<u32>)>,
    /// The subcode.
    pub subcode: Option<At<u32>>,
    /// The error whose numbers it has too, for one of its cases.
    pub case_of: Option<Text>,
    /// Meta's title.
    pub title: Option<Text>,
    /// The family.
    pub family: Text,
    /// What went wrong.
    pub cause: Option<Text>,
    /// What to do.
    pub remedy: Option<Text>,
    /// Whether a repeat can help.
    pub retry: Option<Text>,
    /// The base of the pauses that grow.
    pub backoff_base: Option<At<u32>>,
    /// Whether something was done.
    pub executed: Option<bool>,
    /// HTTP statuses.
    pub statuses: Vec<u16>,
    /// Nobody has seen its wording.
    pub unverified: bool,
    /// Its page.
    pub page: Option<Text>,
}

/// A shared type.
#[derive(Debug)]
pub struct TypeDecl {
    /// Its name.
    pub name: Text,
    /// Description and page.
    pub item: Item,
    /// What it is; nothing if the file did not say.
    pub shape: Option<TypeShape>,
    /// Keys of objects on what is none.
    pub strays: Vec<Text>,
    /// The file below types/, without `.yaml`.
    pub file: String,
}

/// What a shared type is.
#[derive(Debug)]
pub enum TypeShape {
    /// A text with known values.
    Enum(Vec<ValueDecl>),
    /// An object with known fields.
    Object(ObjectDecl),
    /// Objects that a tag tells apart.
    Union(UnionDecl),
    /// Kinds of JSON.
    Shapes(Vec<ShapeDecl>),
}

/// An object with known fields.
#[derive(Debug)]
pub struct ObjectDecl {
    /// Its fields.
    pub fields: Vec<FieldDecl>,
    /// Its constructors; none: a `new` without arguments.
    pub constructors: Vec<ConstructorDecl>,
    /// A plain text makes one.
    pub from_text: Option<Span>,
    /// Rules between its fields.
    pub rules: Vec<RuleDecl>,
}

impl ObjectDecl {
    /// Whether every constructor sets a field.
    pub fn is_arg(&self, field: &str) -> bool {
        !self.constructors.is_empty() && self.constructors.iter().all(|made| made.args.iter().any(|arg| arg.value == field))
    }

    /// The field that alone makes an object, if there is one constructor and it takes one field.
    pub fn only_arg(&self) -> Option<&FieldDecl> {
        let [made] = self.constructors.as_slice() else { return None };
        let [arg] = made.args.as_slice() else { return None };
        self.fields.iter().find(|field| field.name.value == arg.value)
    }
}

/// A function that makes an object.
#[derive(Debug)]
pub struct ConstructorDecl {
    /// Its Rust name.
    pub name: Text,
    /// The fields that it takes, in this order.
    pub args: Vec<Text>,
}

/// A union.
#[derive(Debug)]
pub struct UnionDecl {
    /// The member that tells the variants apart.
    pub tag: Text,
    /// Tags decode in any case.
    pub any_case: bool,
    /// The variant that a plain text makes.
    pub from_text: Option<Text>,
    /// Its variants.
    pub variants: Vec<VariantDecl>,
}

/// A variant of a union.
#[derive(Debug)]
pub struct VariantDecl {
    /// The tag.
    pub tag: Text,
    /// Description, page, presence.
    pub item: Item,
    /// The type expression of the members beside the tag.
    pub members: Option<Text>,
    /// The type expression of the payload.
    pub payload: Option<Text>,
    /// The name of the payload's member.
    pub under: Option<Text>,
    /// The stated Rust name.
    pub name: Option<Text>,
}

/// A kind of JSON for one value.
#[derive(Debug)]
pub struct ShapeDecl {
    /// The Rust variant.
    pub name: Text,
    /// Description and page.
    pub item: Item,
    /// The type expression.
    pub ty: Text,
}

/// A value of an enum.
#[derive(Debug)]
pub struct ValueDecl {
    /// The value on the wire.
    pub value: Text,
    /// Description, page, presence.
    pub item: Item,
    /// The stated variant.
    pub name: Option<Text>,
}

/// A field of a node or an object.
#[derive(Debug)]
pub struct FieldDecl {
    /// The name on the wire.
    pub name: Text,
    /// Description, page, presence.
    pub item: Item,
    /// The type expression; of several tiles the newest.
    pub ty: Text,
    /// The tiles of attributes that changed.
    pub tiles: Vec<TileDecl>,
    /// Always returned.
    pub always: bool,
    /// Masked.
    pub secret: bool,
    /// May be asked for with `fields=`.
    pub selectable: bool,
    /// The members of its union stand among the object's own.
    pub spread: bool,
    /// The edge that it reads.
    pub expands: Option<Text>,
    /// Always this value.
    pub constant: Option<Text>,
    /// The stated Rust name.
    pub rust: Option<Text>,
}

/// A node.
#[derive(Debug)]
pub struct NodeDecl {
    /// As Meta names it.
    pub name: Text,
    /// As Rust names it.
    pub short: Option<Text>,
    /// The method of the client.
    pub handle: Option<Text>,
    /// The node without an identifier.
    pub root: bool,
    /// Its identifiers are not digits.
    pub text_id: bool,
    /// Description and page.
    pub item: Item,
    /// Its fields.
    pub fields: Vec<FieldDecl>,
    /// Operations on the node itself.
    pub slots: Vec<Slot>,
    /// Its edges.
    pub edges: Vec<EdgeDecl>,
    /// The file.
    pub file: FileId,
}

/// An edge.
#[derive(Debug)]
pub struct EdgeDecl {
    /// The name in the path.
    pub name: Text,
    /// Description and page.
    pub item: Item,
    /// The stated Rust method.
    pub handle: Option<Text>,
    /// Its operations.
    pub slots: Vec<Slot>,
    /// What lies below.
    pub below: Option<BelowDecl>,
}

/// What lies below an edge.
#[derive(Debug)]
pub struct BelowDecl {
    /// The placeholder.
    pub path: Text,
    /// The type expression of what is put there.
    pub ty: Text,
    /// The Rust method.
    pub handle: Option<Text>,
    /// Description and page.
    pub item: Item,
    /// Its operations.
    pub slots: Vec<Slot>,
}

/// The place of an operation.
#[derive(Debug)]
pub struct Slot {
    /// The operation's name: its verb, or its own.
    pub name: Text,
    /// Read, create, update or delete.
    pub verb: String,
    /// The operation, or nothing where Meta says that it is unsupported.
    pub operation: Option<Box<OperationDecl>>,
}

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
    pub method: Option<Text>,
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
    pub rust: Option<Text>,
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
    pub method: Option<Text>,
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

/// A rule between parameters.
#[derive(Debug)]
pub struct RuleDecl {
    /// Where it stands.
    pub span: Span,
    /// Description and page.
    pub item: Item,
    /// What it says; nothing if the file did not.
    pub rule: Option<Rule>,
}

/// What a rule says.
#[derive(Debug)]
pub enum Rule {
    /// Exactly one of these.
    OneOf(Vec<Text>),
    /// At least one of these.
    AnyOf(Vec<Text>),
    /// The parameter needs these.
    Requires(Text, Vec<Text>),
    /// At most one of these.
    Excludes(Vec<Text>),
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

impl RuleDecl {
    /// The parameters or fields that it is about.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        let (one, all): (Option<&Text>, &[Text]) = match &self.rule {
            Some(Rule::OneOf(names) | Rule::AnyOf(names) | Rule::Excludes(names)) => (None, names),
            Some(Rule::Requires(name, needs)) => (Some(name), needs),
            None => (None, &[]),
        };
        one.into_iter().chain(all)
    }
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

/// An example.
#[derive(Debug)]
pub struct ExampleDecl {
    /// Where it begins.
    pub span: Span,
    /// What it shows.
    pub title: Text,
    /// Only at these versions.
    pub versions: Vec<At<Version>>,
    /// Why only at these.
    pub why: Option<Text>,
    /// What the caller says, by parameter.
    pub call: Vec<(Text, Tree)>,
    /// The request in normal form.
    pub request: Option<Text>,
    /// The answer.
    pub response: Option<ResponseDecl>,
    /// Which error the answer is.
    pub error: Option<Text>,
    /// The parameter for which the call is refused.
    pub refused: Option<Text>,
}

/// An answer.
#[derive(Debug)]
pub struct ResponseDecl {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Tree,
}

/// A recorded contradiction.
#[derive(Debug)]
pub struct QuirkDecl {
    /// Where it begins.
    pub span: Span,
    /// Where in the spec.
    pub at: Text,
    /// What the spec says.
    pub chosen: Tree,
    /// What another source says.
    pub rejected: Tree,
    /// Who says which.
    pub sources: Vec<(String, Vec<String>)>,
    /// Why.
    pub why: Text,
    /// When.
    pub date: Text,
}

/// A contradiction without a place in the spec.
#[derive(Debug)]
pub struct NoteDecl {
    /// What it is about.
    pub topic: Text,
    /// Page and claim.
    pub says: Vec<(String, String)>,
    /// What to make of it.
    pub why: Option<Text>,
}

impl Spec {
    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<&NodeDecl> {
        self.nodes.iter().find(|node| node.name.value == name)
    }

    /// The type of that name.
    pub fn named_type(&self, name: &str) -> Option<&TypeDecl> {
        self.types.iter().find(|ty| ty.name.value == name)
    }

    /// The error of that name.
    pub fn error(&self, name: &str) -> Option<&ErrorDecl> {
        self.errors.iter().find(|error| error.name.value == name)
    }

    /// The versions of the window, oldest first.
    pub fn window(&self) -> Vec<Version> {
        let mut window: Vec<_> = self.versions.iter().filter(|decl| !decl.retired).map(|decl| decl.version.value).collect();
        window.sort();
        window
    }

    /// Every operation with where it lives.
    pub fn operations(&self) -> impl Iterator<Item = (Home<'_>, &OperationDecl)> {
        self.nodes.iter().flat_map(NodeDecl::operations)
    }

    /// Whether a quirk records that sources disagree on whether a parameter is required. Then its absence refuses nothing.
    pub fn contested(&self, operation: &str, param: &str) -> bool {
        let at = || operation.split('.').chain(["params", param, "required"]);
        let fits = |pattern: &str| {
            let mut names = at();
            pattern.split('.').all(|part| names.next().is_some_and(|name| part == "*" || part == name)) && names.next().is_none()
        };
        self.quirks.iter().any(|quirk| fits(&quirk.at.value))
    }
}

/// Where an operation lives.
#[derive(Clone, Copy, Debug)]
pub struct Home<'s> {
    /// On this node,
    pub node: &'s NodeDecl,
    /// this edge,
    pub edge: Option<&'s EdgeDecl>,
    /// this item below it,
    pub below: Option<&'s BelowDecl>,
    /// in this slot.
    pub slot: &'s Slot,
}

impl NodeDecl {
    /// Every operation of the node with where it lives.
    pub fn operations(&self) -> impl Iterator<Item = (Home<'_>, &OperationDecl)> {
        self.slots().filter_map(|home| home.slot.operation.as_deref().map(|operation| (home, operation)))
    }

    /// Every slot of the node, unsupported ones too.
    pub fn slots(&self) -> impl Iterator<Item = Home<'_>> {
        let own = self.slots.iter().map(|slot| Home { node: self, edge: None, below: None, slot });
        let edges = self.edges.iter().flat_map(move |edge| {
            let on = edge.slots.iter().map(move |slot| Home { node: self, edge: Some(edge), below: None, slot });
            let below = edge
                .below
                .iter()
                .flat_map(move |below| below.slots.iter().map(move |slot| Home { node: self, edge: Some(edge), below: Some(below), slot }));
            on.chain(below)
        });
        own.chain(edges)
    }
}
