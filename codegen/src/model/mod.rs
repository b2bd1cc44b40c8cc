//! The API, resolved: what the emitter and the catalogue read. Plain data, sorted, total; no spans, no spec syntax.

pub use crate::ast::Version;

/// Everything the spec says.
#[derive(Clone, Debug)]
pub struct Api {
    /// Versions, oldest first, retired ones included.
    pub versions: Vec<VersionInfo>,
    /// The page of the versions.
    pub versions_page: String,
    /// Errors, by code and subcode, each before its cases.
    pub errors: Vec<ErrorInfo>,
    /// Permissions by name.
    pub permissions: Vec<Permission>,
    /// Shared types by name.
    pub types: Vec<NamedType>,
    /// Nodes by name.
    pub nodes: Vec<Node>,
    /// Contradictions, in the order of the file.
    pub quirks: Vec<Quirk>,
    /// Contradictions without a place in the spec.
    pub notes: Vec<Note>,
}

/// A version of Graph.
#[derive(Clone, Debug)]
pub struct VersionInfo {
    /// Which.
    pub version: Version,
    /// ISO date.
    pub released: String,
    /// ISO date.
    pub expires: Option<String>,
    /// No longer served.
    pub retired: bool,
}

/// Since when and until when an item exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// The first version that has it; nothing: the oldest of the window has.
    pub since: Option<Version>,
    /// The first version that deprecates it.
    pub deprecated: Option<Version>,
    /// The first version that lacks it.
    pub removed: Option<Version>,
    /// The first version that has it again.
    pub back: Option<Version>,
    /// The server enforces it.
    pub gated: bool,
    /// What to use instead.
    pub instead: Option<String>,
    /// The day on which the deprecation or removal hit every version.
    pub on: Option<String>,
}

impl Presence {
    /// Whether a version has the item.
    pub fn contains(&self, version: Version) -> bool {
        let gone = self.removed.is_some_and(|removed| version >= removed) && self.back.is_none_or(|back| version < back);
        self.since.is_none_or(|since| version >= since) && !gone
    }
}

/// An attribute over the versions: what it is in the newest, and what it was before, oldest first, each up to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverTime<T> {
    /// In the newest version.
    pub newest: T,
    /// Before: the first version for which the next one holds, and what holds until then.
    pub earlier: Vec<(Version, T)>,
}

impl<T> OverTime<T> {
    /// What never changed.
    pub fn always(newest: T) -> Self {
        Self { newest, earlier: Vec::new() }
    }

    /// What holds in a version.
    pub fn at(&self, version: Version) -> &T {
        self.earlier.iter().find(|(until, _)| version < *until).map_or(&self.newest, |(_, is)| is)
    }

    /// Leaves only what holds in a version.
    pub fn only(&mut self, version: Version)
    where
        T: Clone,
    {
        *self = Self::always(self.at(version).clone());
    }
}

impl OverTime<Type> {
    /// The type in Rust: the newest, which takes the older ones' values as well; free JSON where the kinds of JSON differ.
    pub fn rust(&self) -> &Type {
        let differs = self.earlier.iter().any(|(_, earlier)| earlier.kind() != self.newest.kind());
        if differs { &Type::Json } else { &self.newest }
    }
}

impl<T> std::ops::Deref for OverTime<T> {
    type Target = T;

    /// What holds in the newest version.
    fn deref(&self) -> &T {
        &self.newest
    }
}

/// An error of the catalogue.
#[derive(Clone, Debug)]
pub struct ErrorInfo {
    /// The variant of `ErrorKind`.
    pub name: String,
    /// The code, or the first of a range.
    pub code: u32,
    /// The last of a range.
    pub code_end: Option<u32>,
    /// The subcode.
    pub subcode: Option<u32>,
    /// The error whose numbers it has too, if it is one of its cases; its title tells it apart.
    pub case_of: Option<String>,
    /// Meta's title.
    pub title: Option<String>,
    /// The family.
    pub family: String,
    /// What went wrong.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// `none`, `backoff`, `after_window` or `reauth`.
    pub retry: String,
    /// The nth pause, counted from 0, is at least so many seconds to the power of n.
    pub backoff_base: Option<u32>,
    /// `Some(false)` where the answer proves that nothing was done.
    pub executed: Option<bool>,
    /// HTTP statuses, the most official first.
    pub statuses: Vec<u16>,
    /// Nobody has seen its wording.
    pub unverified: bool,
    /// Its page.
    pub page: String,
}

/// A permission.
#[derive(Clone, Debug)]
pub struct Permission {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub doc: String,
    /// Its page.
    pub page: String,
}

/// A type as the spec writes it, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text.
    String,
    /// A text of digits.
    Digits,
    /// A text that is masked everywhere.
    Secret {
        /// Of digits.
        digits: bool,
    },
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// The identifier of a node, by the node's `short`.
    Id(String),
    /// A moment, sent as a number or, if `text`, as text.
    Timestamp {
        /// Sent as text.
        text: bool,
    },
    /// Any JSON.
    Json,
    /// A list.
    List(Box<Type>),
    /// An object with any keys.
    Map(Box<Type>),
    /// A page of a list.
    Page(Box<Type>),
    /// An enum of the spec, by name.
    Enum(String),
    /// An object of the spec or a node's fields, by Rust name.
    Object(String),
    /// A union of the spec, by name.
    Union(String),
    /// A value of several kinds of JSON, by name.
    Shapes(String),
    /// A whole number that is text in some places, sent as text.
    IntText,
    /// Bytes that are uploaded.
    File,
    /// The comma-separated list of fields, by the enum of the fields.
    Fields(String),
    /// A list of filters, by their type.
    Filters(String),
    /// A cursor of a page.
    Cursor,
}

/// The kinds of JSON that types are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum JsonKind {
    Text,
    Number,
    Bool,
    List,
    Object,
    Any,
}

impl Type {
    fn kind(&self) -> JsonKind {
        match self {
            Self::String | Self::Digits | Self::Secret { .. } | Self::Id(_) | Self::Enum(_) | Self::Fields(_) | Self::Cursor => {
                JsonKind::Text
            }
            Self::Timestamp { .. } | Self::Json | Self::Shapes(_) | Self::IntText | Self::File => JsonKind::Any,
            Self::Bool => JsonKind::Bool,
            Self::Int | Self::Float => JsonKind::Number,
            Self::List(_) | Self::Filters(_) => JsonKind::List,
            Self::Map(_) | Self::Page(_) | Self::Object(_) | Self::Union(_) => JsonKind::Object,
        }
    }
}

impl Type {
    /// The name of the type that it is, or that its lists, maps and pages hold.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Enum(name) | Self::Object(name) | Self::Union(name) | Self::Shapes(name) => Some(name),
            Self::List(inner) | Self::Map(inner) | Self::Page(inner) => inner.name(),
            _ => None,
        }
    }
}

impl Shape {
    /// The types that it is made of.
    pub fn parts(&self) -> impl Iterator<Item = &Type> {
        let (fields, variants, shapes): (&[Field], &[Variant], &[ShapeOf]) = match self {
            Self::Enum(_) => (&[], &[], &[]),
            Self::Object(object) => (&object.fields, &[], &[]),
            Self::Union(union) => (&[], &union.variants, &[]),
            Self::Shapes(shapes) => (&[], &[], shapes),
        };
        let fields = fields.iter().map(|field| field.ty.rust());
        fields.chain(variants.iter().filter_map(|variant| variant.holds.ty())).chain(shapes.iter().map(|shape| &shape.ty))
    }
}

/// A shared type, or one that comes of a node or an operation.
#[derive(Clone, Debug)]
pub struct NamedType {
    /// The Rust name.
    pub name: String,
    /// The module that holds it.
    pub module: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// What it is made of.
    pub shape: Shape,
}

/// What a named type is made of.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A text with known values.
    Enum(Vec<Value>),
    /// An object.
    Object(Object),
    /// Objects that a tag tells apart.
    Union(Union),
    /// Kinds of JSON for one value.
    Shapes(Vec<ShapeOf>),
}

/// An object of the spec.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Its fields.
    pub fields: Vec<Field>,
    /// The functions that make one, where a request can hold it.
    pub constructors: Vec<Constructor>,
    /// A plain text makes one, through the only argument of its only constructor.
    pub from_text: bool,
    /// Rules between its fields.
    pub rules: Vec<Rule>,
    /// Whether a request can hold it, so that it needs constructors and setters.
    pub sent: bool,
}

impl Object {
    /// Whether every constructor sets the field of that index, so that it is plain in Rust.
    pub fn is_arg(&self, index: usize) -> bool {
        !self.constructors.is_empty() && self.constructors.iter().all(|made| made.args.contains(&index))
    }

    /// Whether a setter sets the field of that index: constructors do not.
    pub fn has_setter(&self, index: usize) -> bool {
        self.constructors.iter().all(|made| !made.args.contains(&index))
    }
}

/// A function that makes an object.
#[derive(Clone, Debug)]
pub struct Constructor {
    /// In Rust.
    pub name: String,
    /// Indices of the fields that are its arguments.
    pub args: Vec<usize>,
}

/// Objects that a tag tells apart.
#[derive(Clone, Debug)]
pub struct Union {
    /// The member that tells them apart.
    pub tag: String,
    /// Tags decode in any case.
    pub any_case: bool,
    /// The variant that a plain text makes.
    pub from_text: Option<usize>,
    /// The variants.
    pub variants: Vec<Variant>,
    /// Whether a request can hold it.
    pub sent: bool,
}

impl Union {
    /// Whether the members of its variants stand beside the tag.
    pub fn has_members(&self) -> bool {
        self.variants.iter().any(|variant| matches!(variant.holds, Holds::Members(_)))
    }
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The tag on the wire.
    pub tag: String,
    /// In Rust.
    pub variant: String,
    /// What it means.
    pub doc: String,
    /// Since when, until when.
    pub presence: Presence,
    /// What stands beside the tag.
    pub holds: Holds,
}

/// What stands beside the tag of a variant.
#[derive(Clone, Debug)]
pub enum Holds {
    /// The members of an object or union.
    Members(Type),
    /// One member of this name.
    Payload(String, Type),
    /// Nothing.
    Nothing,
}

impl Holds {
    /// The type of what stands there.
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Self::Members(ty) | Self::Payload(_, ty) => Some(ty),
            Self::Nothing => None,
        }
    }
}

/// A kind of JSON for one value.
#[derive(Clone, Debug)]
pub struct ShapeOf {
    /// The Rust variant.
    pub variant: String,
    /// What it means.
    pub doc: String,
    /// Its type.
    pub ty: Type,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct Value {
    /// On the wire.
    pub value: String,
    /// The Rust variant.
    pub variant: String,
    /// What it means.
    pub doc: String,
    /// Since when, until when.
    pub presence: Presence,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// On the wire.
    pub name: String,
    /// In Rust.
    pub rust: String,
    /// What it holds.
    pub doc: String,
    /// Its page, where it differs from the type's.
    pub page: String,
    /// Its type.
    pub ty: OverTime<Type>,
    /// Plain in Rust, not `Option`.
    pub always: bool,
    /// Behind a `Box`, because the type would contain itself.
    pub boxed: bool,
    /// May be asked for with `fields=`.
    pub selectable: bool,
    /// The members of its union stand among the object's own.
    pub spread: bool,
    /// The edge whose read it expands to.
    pub expands: Option<String>,
    /// Always sent with this value.
    pub constant: Option<String>,
    /// Since when, until when.
    pub presence: Presence,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// As Meta names it.
    pub name: String,
    /// As Rust names it; empty for the root.
    pub short: String,
    /// The method of the client; empty for the root.
    pub handle: String,
    /// The module.
    pub module: String,
    /// Whether it is the root.
    pub root: bool,
    /// Its identifiers are not digits.
    pub text_id: bool,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Whether some operation asks for its fields, so that it has an enum of them.
    pub selectable: bool,
    /// Operations on the node itself.
    pub operations: Vec<Operation>,
    /// Verbs that Meta says are unsupported on the node itself.
    pub unsupported: Vec<String>,
    /// Its edges by name.
    pub edges: Vec<Edge>,
}

/// An edge.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The name in the path.
    pub name: String,
    /// The Rust method that leads to it.
    pub handle: String,
    /// The module within the node's.
    pub module: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its operations, actions included.
    pub operations: Vec<Operation>,
    /// Verbs that Meta says are unsupported.
    pub unsupported: Vec<String>,
    /// What lies below.
    pub below: Option<Below>,
}

/// What lies below an edge.
#[derive(Clone, Debug)]
pub struct Below {
    /// The placeholder.
    pub placeholder: String,
    /// The type of what is put there.
    pub ty: Type,
    /// The Rust method that leads to it.
    pub handle: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its operations.
    pub operations: Vec<Operation>,
    /// Verbs that Meta says are unsupported.
    pub unsupported: Vec<String>,
}

/// HTTP methods of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// As it stands.
    Literal(String),
    /// An identifier of digits: the request's field and its type.
    Id {
        /// The placeholder and field.
        name: String,
        /// The type.
        ty: Type,
    },
    /// An identifier that is not digits, as it stands.
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

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum In {
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

/// How the token of a call travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// As a bearer token.
    Token,
    /// With the scheme `OAuth`.
    OAuth,
    /// Not at all.
    None,
}

/// Where the answer of a read says that bytes are.
#[derive(Clone, Debug)]
pub struct Download {
    /// The field with the address.
    pub url: String,
    /// The field with the hash.
    pub hash: Option<String>,
    /// The field with the number of bytes.
    pub size: Option<String>,
    /// Who may see the token.
    pub hosts: Vec<String>,
    /// Seconds for which an address can be used.
    pub lasts: u64,
    /// The method of the handle.
    pub method: String,
    /// What is downloaded.
    pub doc: String,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `Node.edge.verb`.
    pub id: String,
    /// read, create, update or delete.
    pub verb: String,
    /// The HTTP method.
    pub method: Method,
    /// The path without the version.
    pub path: Vec<Segment>,
    /// The Rust name of the request.
    pub request: String,
    /// The Rust method that makes the call.
    pub call: String,
    /// Called on the handle itself.
    pub action: bool,
    /// What it does.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Since when, until when.
    pub presence: Presence,
    /// All or any of these; empty: none documented.
    pub permissions: OverTime<Permissions>,
    /// How the token travels.
    pub auth: Auth,
    /// Where the parameters travel, if not in the query.
    pub body: Option<In>,
    /// A repeat has no second effect.
    pub idempotent: bool,
    /// Is sent once, whatever becomes of it.
    pub never_repeated: bool,
    /// Calls on one node follow each other only so fast.
    pub paced: Option<Paced>,
    /// Parameters, in the order of the spec, then `fields`, `filtering`, `sort` and the cursors.
    pub params: Vec<Param>,
    /// Indices into `params` of the constructor arguments, in their order.
    pub args: Vec<usize>,
    /// What it returns.
    pub returns: OverTime<Type>,
    /// The type of its filters.
    pub filter: Option<FilterType>,
    /// Rules between parameters.
    pub rules: Vec<Rule>,
    /// Counted limits.
    pub limits: Vec<Limit>,
    /// Where the answer says that bytes are.
    pub download: Option<Download>,
    /// Documented errors.
    pub errors: Vec<ErrorHere>,
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
    pub ty: OverTime<Type>,
    /// The values of its enum that it takes; nothing: all.
    pub only: Option<Vec<String>>,
    /// Where it travels.
    pub place: In,
    /// Meta's page requires it.
    pub required: OverTime<bool>,
    /// Sources disagree on whether it is required, so it is never refused.
    pub contested: bool,
    /// Always sent with this value.
    pub constant: Option<String>,
    /// The members of its union stand among the parameters.
    pub spread: bool,
    /// Masked.
    pub secret: bool,
    /// What Meta assumes when it is left out.
    pub default: OverTime<Option<String>>,
    /// How many digits.
    pub length: Option<u32>,
    /// Refused where it does not fit.
    pub strict: bool,
    /// Characters taken out before sending.
    pub strip: Option<String>,
    /// A regular expression for documentation.
    pub pattern: Option<String>,
    /// Since when, until when.
    pub presence: Presence,
}

/// The filters of an operation.
#[derive(Clone, Debug)]
pub struct FilterType {
    /// The Rust name.
    pub name: String,
    /// What can be filtered on.
    pub filters: Vec<Filter>,
}

/// Something that can be filtered on.
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
    /// Since when, until when.
    pub presence: Presence,
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
}

/// What a rule says.
#[derive(Clone, Debug)]
pub enum RuleKind {
    /// Exactly one of these.
    OneOf(Vec<String>),
    /// At least one of these.
    AnyOf(Vec<String>),
    /// The parameter needs these.
    Requires(String, Vec<String>),
    /// At most one of these.
    Excludes(Vec<String>),
}

/// How calls are paced.
#[derive(Clone, Debug)]
pub struct Paced {
    /// The placeholder of the node.
    pub id: String,
    /// How fast they may be.
    pub rate: Option<Rate>,
    /// The pace that calls with one value of a parameter have besides.
    pub pair: Option<Pair>,
}

/// How many calls a second, by a field of the node.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The members that lead to the field.
    pub field: Vec<String>,
    /// By the value of the field, in the order of the spec.
    pub per_second: Vec<(String, u32)>,
}

/// The pace of a pair: the node, and the value of a parameter.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The parameter.
    pub param: String,
    /// How many calls may come at once.
    pub burst: u32,
    /// Seconds that each takes to be paid back.
    pub every: u64,
}

/// A counted limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many calls.
    pub max: u32,
    /// Seconds of the moving window.
    pub window: u64,
    /// Per what.
    pub per: String,
    /// Seconds of the block once the limit is passed.
    pub block: Option<u64>,
    /// The error's name.
    pub error: String,
    /// In words.
    pub doc: String,
    /// Since when, until when: a limit that changed is two.
    pub presence: Presence,
}

/// An error of an operation.
#[derive(Clone, Debug)]
pub struct ErrorHere {
    /// The error's name.
    pub name: String,
    /// What it means here.
    pub cause: String,
    /// What to do about it here.
    pub remedy: String,
}

/// An example.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// The versions at which it runs.
    pub versions: Vec<Version>,
    /// What the caller says, by parameter.
    pub call: Vec<(String, serde_json::Value)>,
    /// What stands for the path's placeholders.
    pub path: Vec<String>,
    /// The request in normal form.
    pub request: Option<String>,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of an example.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// An answer that decodes.
    Response {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: serde_json::Value,
    },
    /// An error of the operation.
    Error {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: serde_json::Value,
        /// The error's name.
        name: String,
    },
    /// The call is refused before the network, for this parameter.
    Refused {
        /// The parameter.
        param: String,
    },
}

/// A recorded contradiction.
#[derive(Clone, Debug)]
pub struct Quirk {
    /// Where in the spec.
    pub at: String,
    /// What the spec says.
    pub chosen: serde_json::Value,
    /// What another source says.
    pub rejected: serde_json::Value,
    /// Who says which.
    pub sources: Vec<(String, Vec<String>)>,
    /// Why.
    pub why: String,
    /// When.
    pub date: String,
}

/// A contradiction without a place in the spec.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it is about.
    pub topic: String,
    /// Page and claim.
    pub says: Vec<(String, String)>,
    /// What to make of it.
    pub why: String,
}

impl Api {
    /// The newest version of the window.
    pub fn newest(&self) -> Version {
        self.versions.iter().filter(|info| !info.retired).map(|info| info.version).max().unwrap_or(Version(0, 0))
    }

    /// The versions of the window, oldest first.
    pub fn window(&self) -> impl Iterator<Item = Version> + '_ {
        self.versions.iter().filter(|info| !info.retired).map(|info| info.version)
    }

    /// The named type of that Rust name.
    pub fn named(&self, name: &str) -> Option<&NamedType> {
        self.types.iter().find(|ty| ty.name == name)
    }

    /// The error of that name.
    pub fn error(&self, name: &str) -> Option<&ErrorInfo> {
        self.errors.iter().find(|error| error.name == name)
    }

    /// Every operation, with the node, edge and item it lives on.
    pub fn operations(&self) -> impl Iterator<Item = (&Node, Option<&Edge>, Option<&Below>, &Operation)> {
        self.nodes.iter().flat_map(|node| {
            let own = node.operations.iter().map(move |operation| (node, None, None, operation));
            let edges = node.edges.iter().flat_map(move |edge| {
                let on = edge.operations.iter().map(move |operation| (node, Some(edge), None, operation));
                let below = edge
                    .below
                    .iter()
                    .flat_map(move |below| below.operations.iter().map(move |operation| (node, Some(edge), Some(below), operation)));
                on.chain(below)
            });
            own.chain(edges)
        })
    }
}

impl Operation {
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
        if let Type::Page(item) = &*self.returns { Some(item) } else { None }
    }

    /// The node that a read expanded within another node's `fields` takes: the type of its items, or of its answer.
    pub fn item(&self) -> &Type {
        self.page_of().unwrap_or(&self.returns)
    }
}
