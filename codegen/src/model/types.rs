//! Types, and what the named ones are made of.

use super::{Alternatives, Areas, Availability, Narrowing, Rule, Versioned};

/// A type as the spec writes it, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text.
    String,
    /// A string of digits.
    Digits,
    /// A string that is masked everywhere.
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
    /// A point in time, sent as a number or, if `text`, as a string.
    Timestamp {
        /// Sent as a string.
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
    /// A value of several JSON kinds, by name.
    Untagged(String),
    /// A whole number that is a string in some places, sent as a string.
    IntString,
    /// Uploaded bytes.
    File,
    /// The comma-separated list of fields, by the enum of the fields.
    Fields(String),
    /// A list of filters, by their type.
    Filters(String),
    /// A cursor of a page.
    Cursor,
}

/// The JSON kinds that types are made of.
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
            Self::Timestamp { .. } | Self::Json | Self::Untagged(_) | Self::IntString | Self::File => JsonKind::Any,
            Self::Bool => JsonKind::Bool,
            Self::Int | Self::Float => JsonKind::Number,
            Self::List(_) | Self::Filters(_) => JsonKind::List,
            Self::Map(_) | Self::Page(_) | Self::Object(_) | Self::Union(_) => JsonKind::Object,
        }
    }
}

impl Type {
    /// The name of the type that it is, or of the elements of its lists, maps and pages.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Enum(name) | Self::Object(name) | Self::Union(name) | Self::Untagged(name) => Some(name),
            Self::List(inner) | Self::Map(inner) | Self::Page(inner) => inner.name(),
            _ => None,
        }
    }
}

impl Versioned<Type> {
    /// The type in Rust: the newest, which also accepts the older ones' values; free JSON if the JSON kinds differ.
    pub fn rust(&self) -> &Type {
        let differs = self.earlier.iter().any(|(_, earlier)| earlier.kind() != self.newest.kind());
        if differs { &Type::Json } else { &self.newest }
    }
}

impl TypeDef {
    /// The types that it is made of.
    pub fn parts(&self) -> impl Iterator<Item = &Type> {
        let (fields, variants, shapes): (&[Field], &[Variant], &[UntaggedVariant]) = match self {
            Self::Enum(_) => (&[], &[], &[]),
            Self::Object(object) => (&object.fields, &[], &[]),
            Self::Union(union) => (&[], &union.variants, &[]),
            Self::Untagged(shapes) => (&[], &[], shapes),
        };
        let fields = fields.iter().map(|field| field.ty.rust());
        fields.chain(variants.iter().filter_map(|variant| variant.content.ty())).chain(shapes.iter().map(|shape| &shape.ty))
    }
}

/// A shared type, or one from a node or an operation.
#[derive(Clone, Debug)]
pub struct NamedType {
    /// The Rust name.
    pub name: String,
    /// The module that contains it.
    pub module: String,
    /// What it is.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// The areas of the operations that reach it.
    pub areas: Areas,
    /// What it is made of.
    pub def: TypeDef,
}

/// What a named type is made of.
#[derive(Clone, Debug)]
pub enum TypeDef {
    /// A string with known values.
    Enum(Vec<Value>),
    /// An object.
    Object(Object),
    /// Objects that are distinguished by a tag.
    Union(Union),
    /// JSON kinds for one value.
    Untagged(Vec<UntaggedVariant>),
}

/// An object of the spec.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Its fields.
    pub fields: Vec<Field>,
    /// The functions that construct one, if a request can contain it.
    pub constructors: Vec<Constructor>,
    /// A string converts to one, through the only argument of its only constructor.
    pub from_text: bool,
    /// Rules between its fields.
    pub rules: Vec<Rule>,
    /// Whether a request can contain it, so that it needs constructors and setters.
    pub sent: bool,
    /// The fields of which one is there.
    pub alternatives: Option<Alternatives>,
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

/// A function that constructs an object.
#[derive(Clone, Debug)]
pub struct Constructor {
    /// In Rust.
    pub name: String,
    /// Indices of the fields that are its arguments.
    pub args: Vec<usize>,
}

/// Objects that are distinguished by a tag.
#[derive(Clone, Debug)]
pub struct Union {
    /// The member that distinguishes them.
    pub tag: String,
    /// Tags decode in any case.
    pub any_case: bool,
    /// The variant that a string converts to.
    pub from_text: Option<usize>,
    /// The variants.
    pub variants: Vec<Variant>,
    /// Whether a request can contain it.
    pub sent: bool,
}

impl Union {
    /// Whether the members of its variants are next to the tag.
    pub fn has_members(&self) -> bool {
        self.variants.iter().any(|variant| matches!(variant.content, VariantContent::Members(_)))
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
    /// Its presence.
    pub availability: Availability,
    /// What is next to the tag.
    pub content: VariantContent,
}

/// What is next to the tag of a variant.
#[derive(Clone, Debug)]
pub enum VariantContent {
    /// The members of an object or union.
    Members(Type),
    /// One member of this name.
    Payload(String, Type),
    /// Nothing.
    Nothing,
}

impl VariantContent {
    /// The type of its value.
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Self::Members(ty) | Self::Payload(_, ty) => Some(ty),
            Self::Nothing => None,
        }
    }
}

/// A JSON kind for one value.
#[derive(Clone, Debug)]
pub struct UntaggedVariant {
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
    /// Its presence.
    pub availability: Availability,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// On the wire.
    pub name: String,
    /// Its other names on the wire.
    pub aliases: Vec<String>,
    /// In Rust.
    pub rust: String,
    /// What it holds.
    pub doc: String,
    /// Its page, where it differs from the type's.
    pub page: String,
    /// Its type.
    pub ty: Versioned<Type>,
    /// The values of its enum that it takes or has; nothing: all.
    pub only: Option<Narrowing>,
    /// Of a person, and shown only to who asks for it.
    pub personal: bool,
    /// Plain in Rust, not `Option`.
    pub always: bool,
    /// Behind a `Box`, because the type would contain itself, or because it seldom is there.
    pub boxed: bool,
    /// A list of which one bad element does not cost the others.
    pub isolated: bool,
    /// May be requested with `fields=`.
    pub selectable: bool,
    /// The members of its union are among the object's own.
    pub spread: bool,
    /// The edge whose read it expands to.
    pub expands: Option<String>,
    /// Always sent with this value.
    pub constant: Option<String>,
    /// Its presence.
    pub availability: Availability,
}
