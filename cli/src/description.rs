//! What the emitted tables are made of: what the spec says of operations for those that read and write them.

use graph_runtime::Availability;

/// The whole spec.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Node by node.
    pub(crate) operations: &'static [&'static [Operation]],
    pub(crate) areas: &'static [Area],
    pub(crate) permissions: &'static [Permission],
    pub(crate) errors: &'static [ErrorWords],
    pub(crate) webhooks: Webhooks,
}

/// A part of the platform.
#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) name: &'static str,
    /// Hardly a program does without it.
    pub(crate) essential: bool,
}

/// What a token may be allowed.
#[derive(Debug)]
pub(crate) struct Permission {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
}

/// What people call an error beside its name and title.
#[derive(Debug)]
pub(crate) struct ErrorWords {
    pub(crate) name: &'static str,
    pub(crate) words: &'static [&'static str],
}

#[derive(Debug)]
pub(crate) struct Webhooks {
    /// What apps subscribe to.
    pub(crate) object: &'static str,
    pub(crate) fields: &'static [WebhookField],
}

/// A field of webhooks.
#[derive(Debug)]
pub(crate) struct WebhookField {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) permission: Option<&'static str>,
    pub(crate) subscribable: bool,
    /// Hardly a program does without it.
    pub(crate) essential: bool,
    pub(crate) availability: Availability,
}

/// What is said of an operation. What a call needs besides is in its `OperationInfo`.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) notes: &'static [&'static str],
    pub(crate) areas: &'static [&'static str],
    pub(crate) path: &'static [Segment],
    pub(crate) params: &'static [Param],
    /// It answers page by page.
    pub(crate) pages: bool,
    /// The members that lead to the list of a page, if that is not in `data`.
    pub(crate) list: Option<&'static [&'static str]>,
}

impl Operation {
    pub(crate) const EMPTY: Self = Self { id: "", doc: "", notes: &[], areas: &[], path: &[], params: &[], pages: false, list: None };
}

#[derive(Debug)]
pub(crate) enum Segment {
    Literal(&'static str),
    /// Digits.
    Id(&'static str),
    /// An identifier that is not digits.
    Text(&'static str),
    /// Any text.
    Value(&'static str),
}

impl Segment {
    /// The name of a placeholder.
    pub(crate) fn placeholder(&self) -> Option<&'static str> {
        match self {
            Self::Literal(_) => None,
            Self::Id(name) | Self::Text(name) | Self::Value(name) => Some(name),
        }
    }
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

#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) ty: Type,
    /// The values of its enum that it takes, if not all.
    pub(crate) only: Option<&'static [&'static str]>,
    pub(crate) location: Location,
    pub(crate) required: bool,
    /// Meta's sources disagree on whether it is required.
    pub(crate) contested: bool,
    /// Always sent with this value.
    pub(crate) constant: Option<&'static str>,
    /// What Graph assumes without it.
    pub(crate) default: Option<&'static str>,
    /// The members of its union are among the parameters.
    pub(crate) spread: bool,
    pub(crate) secret: bool,
    /// Characters that are no part of the value.
    pub(crate) strip: &'static str,
}

impl Param {
    pub(crate) const EMPTY: Self = Self {
        name: "",
        doc: "",
        ty: Type::Json,
        only: None,
        location: Location::Query,
        required: false,
        contested: false,
        constant: None,
        default: None,
        spread: false,
        secret: false,
        strip: "",
    };
}

/// A type with a name.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Enum(&'static [&'static str]),
    Object(&'static [Field]),
    Union {
        tag: &'static str,
        variants: &'static [Variant],
    },
    /// A value of one of several kinds.
    Several(&'static [Type]),
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) tag: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) content: Content,
}

/// What is next to a tag.
#[derive(Debug)]
pub(crate) enum Content {
    /// The members of this type.
    Members(Type),
    /// One member of this name.
    Payload(&'static str, Type),
    #[allow(dead_code, reason = "no union of a parameter has a bare tag now")]
    Nothing,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) ty: Type,
    pub(crate) only: Option<&'static [&'static str]>,
    /// An object is never without it: Graph always returns it, or no object can be made without it.
    pub(crate) always: bool,
    pub(crate) spread: bool,
    pub(crate) constant: Option<&'static str>,
}

impl Field {
    pub(crate) const EMPTY: Self = Self { name: "", doc: "", ty: Type::Json, only: None, always: false, spread: false, constant: None };
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    String,
    Digits,
    /// Masked everywhere.
    Secret,
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
    Named(&'static Named),
    IntString,
    File,
    /// A list of fields to read, separated by commas.
    Fields(&'static Named),
    Filters,
    Cursor,
}
