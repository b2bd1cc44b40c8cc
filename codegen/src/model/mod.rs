//! The API, resolved: what the emitter and the catalog read. Plain data, sorted, total; no spans, no spec syntax.

mod coverage;
mod errors;
mod examples;
mod nodes;
mod operations;
mod quirks;
mod surface;
mod types;
mod versions;
mod webhooks;

pub use coverage::{Coverage, CoverageRow, Covered};
pub use errors::{ErrorInfo, Permission};
pub use examples::{Example, ExampleRange, Outcome};
pub use nodes::{Edge, EdgeItem, Node, Site};
pub use operations::{
    Auth, Choice, Download, Filter, FilterType, Kind, Limit, ListOr, Method, Operation, OperationError, Paced, Pair, Param, ParamLocation,
    Permissions, Rate, Resume, Rule, RuleKind, Segment, Unfit,
};
pub use quirks::{Note, Quirk};
pub use surface::{Area, Areas, CrateExample, Doctests, ErrorCategory, Host, Spelling, Subject, Surface};
pub use types::{Constructor, Field, NamedType, Object, Type, TypeDef, Union, UntaggedVariant, Value, Variant, VariantContent};
pub use versions::{Availability, Narrowing, VersionInfo, Versioned};
pub use webhooks::{
    Alternatives, Cause, EntryWindow, Event, Identity, MemberValues, Path, Payload, Person, PersonId, Progress, WebhookField, Webhooks,
    Window,
};

pub use crate::language::{
    bound::{Bound, Day, Moment, Passed, When},
    pattern::Run,
    version::Version,
};

/// Everything the spec says.
#[derive(Clone, Debug)]
pub struct Api {
    /// What the whole crate says of itself.
    pub surface: Surface,
    /// Versions, oldest first, retired ones included.
    pub versions: Vec<VersionInfo>,
    /// From which number on codes are also sent as subcodes.
    pub codes_as_subcodes: Option<u32>,
    /// The newest day on which something begins, ends, changes or is released.
    pub newest_day: Option<Day>,
    /// The page of the versions.
    pub versions_page: String,
    /// The oldest version of which the spec says what it has; it may be retired.
    pub described_from: Version,
    /// Errors, by code and subcode, each before its cases.
    pub errors: Vec<ErrorInfo>,
    /// Permissions by name.
    pub permissions: Vec<Permission>,
    /// Shared types by name.
    pub types: Vec<NamedType>,
    /// Nodes by name.
    pub nodes: Vec<Node>,
    /// Webhooks, if the spec has them.
    pub webhooks: Option<Webhooks>,
    /// What is covered of the platform, if the spec says it.
    pub coverage: Option<Coverage>,
    /// Contradictions, in the order of the file.
    pub quirks: Vec<Quirk>,
    /// Contradictions without a place in the spec.
    pub notes: Vec<Note>,
}

impl Api {
    /// Whether a field of some node expands to the operation.
    pub fn expands_to(&self, operation: &Operation) -> bool {
        self.nodes.iter().any(|node| node.expanded().any(|(_, read)| read.id == operation.id))
    }

    /// The newest version of the window.
    pub fn newest(&self) -> Version {
        self.versions.iter().filter(|info| !info.retired).map(|info| info.version).max().unwrap_or(Version(0, 0))
    }

    /// The versions of the window, oldest first.
    pub fn window(&self) -> impl Iterator<Item = Version> + '_ {
        self.versions.iter().filter(|info| !info.retired).map(|info| info.version)
    }

    /// The versions of which the spec says what they have, oldest first: those of the window, and retired ones.
    pub fn described(&self) -> impl Iterator<Item = Version> + '_ {
        self.versions.iter().map(|info| info.version).filter(|version| *version >= self.described_from)
    }

    /// "v21.0 to v27.0".
    pub fn window_text(&self) -> String {
        match (self.window().next(), self.newest()) {
            (Some(oldest), newest) if oldest != newest => format!("{oldest} to {newest}"),
            (_, newest) => newest.to_string(),
        }
    }

    /// The named type of that Rust name.
    pub fn named(&self, name: &str) -> Option<&NamedType> {
        self.types.binary_search_by(|ty| ty.name.as_str().cmp(name)).ok().and_then(|index| self.types.get(index))
    }

    /// The error of that name.
    pub fn error(&self, name: &str) -> Option<&ErrorInfo> {
        self.errors.iter().find(|error| error.name == name)
    }

    /// Every operation.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.sites().map(|site| site.operation)
    }

    /// Every operation with where it lives.
    pub fn sites(&self) -> impl Iterator<Item = Site<'_>> {
        self.nodes.iter().flat_map(Node::sites)
    }
}
