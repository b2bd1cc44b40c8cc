//! The spec as written: every item with its place, names not yet resolved.
//!
//! [`check`](crate::check) builds it from trees that fit the [`grammar`](crate::language::grammar), so building cannot fail; what a broken
//! file lacks is simply absent.

mod bounds;
mod coverage;
mod errors;
mod evidence;
mod examples;
mod nodes;
mod operations;
mod place;
mod quirks;
mod rules;
mod surface;
mod types;
mod versions;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

pub use coverage::{LeftOutDecl, Published};
pub use errors::{ErrorDecl, PermissionDecl};
pub use evidence::{EvidenceDecl, HabitDecl, NameDecl};
pub use examples::{ExampleDecl, ResponseDecl};
pub use nodes::{EdgeDecl, EdgeItemDecl, Home, NodeDecl, VerbSlot};
pub use operations::{
    ChoiceDecl, DownloadDecl, FieldChoice, FilterDecl, KeyDecl, KindDecl, LimitDecl, OperationDecl, OperationErrorDecl, PacedDecl,
    PairDecl, ParamDecl, PermissionSet, RateDecl, ResumeDecl, UnfitDecl,
};
pub use place::{At, Text};
pub use quirks::{NoteDecl, QuirkDecl};
pub use rules::{Rule, RuleDecl};
pub use surface::{AreaDecl, DeclaredName, DoctestsDecl, HostDecl, SubjectDecl, SurfaceDecl};
pub use types::{ConstructorDecl, FieldDecl, ObjectDecl, TypeDecl, TypeDefDecl, UnionDecl, UntaggedVariantDecl, ValueDecl, VariantDecl};
pub use versions::{Availability, End, Narrowing, Tile, VersionDecl, Versioned};
pub use webhooks::{
    AlternativesDecl, CauseDecl, ContactDecl, EntryWindowDecl, ErrorRoleDecl, EventDecl, IdDecl, IdentityDecl, MemberValues, PayloadDecl,
    PersonDecl, ProgressDecl, SectionDecl, WebhookDecl, WebhooksDecl, WindowDecl,
};

use crate::span::{FileId, Span};

use crate::language::type_expr::TypeExpr;
pub use crate::language::{
    bound::{Bound, Day, Moment, Passed},
    version::Version,
};

/// The whole spec.
#[derive(Debug, Default)]
pub struct Spec {
    /// What the whole crate says of itself; nothing if its file could not be read.
    pub surface: Option<SurfaceDecl>,
    /// The versions of the window and the retired ones.
    pub versions: Vec<VersionDecl>,
    /// The page of the versions.
    pub versions_page: Option<Text>,
    /// The oldest version of which the spec says what it has, if that is older than the window.
    pub described_from: Option<At<Version>>,
    /// Permissions.
    pub permissions: Vec<PermissionDecl>,
    /// The error catalog.
    pub errors: Vec<ErrorDecl>,
    /// From which number on codes are also sent as subcodes.
    pub codes_as_subcodes: Option<At<u32>>,
    /// Shared types.
    pub types: Vec<TypeDecl>,
    /// Nodes, with the edges of their own file and of others.
    pub nodes: Vec<NodeDecl>,
    /// What all webhooks share; nothing if the spec has none.
    pub webhooks: Option<WebhooksDecl>,
    /// The fields of webhooks.
    pub webhook_fields: Vec<WebhookDecl>,
    /// Sources of evidence.
    pub evidence: Vec<EvidenceDecl>,
    /// Where operations are that the spec leaves out; nothing if it claims no coverage.
    pub left_out: Option<Vec<LeftOutDecl>>,
    /// What each source of evidence has, at its newest version.
    pub published: Vec<Published>,
    /// Recorded contradictions.
    pub quirks: Vec<QuirkDecl>,
    /// Contradictions without a place in the spec.
    pub notes: Vec<NoteDecl>,
    /// The paths of the files below the spec's folder.
    pub paths: BTreeMap<FileId, String>,
    /// Where types, nodes and errors are in their lists.
    index: Index,
}

/// Where items are in their lists, by name; of two with one name, the first.
#[derive(Debug, Default)]
struct Index {
    types: BTreeMap<String, usize>,
    nodes: BTreeMap<String, usize>,
    errors: BTreeMap<String, usize>,
    /// Names of several types, or of a type and a node.
    ambiguous: BTreeSet<String>,
    /// Types that contain themselves with nothing in between.
    endless: BTreeSet<String>,
}

/// The types that lead back to themselves through variants alone. No value of one could ever be read to its end.
fn endless(types: &[TypeDecl]) -> BTreeSet<String> {
    let held: BTreeMap<&str, Vec<String>> = types
        .iter()
        .map(|decl| {
            let of: Vec<&Text> = match &decl.def {
                Some(TypeDefDecl::Union(union)) => {
                    union.variants.iter().flat_map(|variant| variant.members.iter().chain(&variant.payload)).collect()
                }
                Some(TypeDefDecl::Untagged(shapes)) => shapes.iter().map(|shape| &shape.ty).collect(),
                Some(TypeDefDecl::Enum(_) | TypeDefDecl::Object(_)) | None => Vec::new(),
            };
            let named = |ty: &Text| if let Some(TypeExpr::Named(name)) = TypeExpr::parse(ty) { Some(name) } else { None };
            (decl.name.as_str(), of.into_iter().filter_map(named).collect())
        })
        .collect();
    let leads_back = |name: &str| {
        let (mut seen, mut next) = (BTreeSet::new(), held.get(name).cloned().unwrap_or_default());
        while let Some(other) = next.pop() {
            if other == name {
                return true;
            }
            next.extend(held.get(other.as_str()).into_iter().flatten().filter(|further| !seen.contains(further.as_str())).cloned());
            seen.insert(other);
        }
        false
    };
    held.keys().filter(|name| leads_back(name)).map(|name| (*name).to_owned()).collect()
}

fn positions<'n>(names: impl Iterator<Item = &'n str>) -> BTreeMap<String, usize> {
    let mut positions = BTreeMap::new();
    for (position, name) in names.enumerate() {
        positions.entry(name.to_owned()).or_insert(position);
    }
    positions
}

/// What most items have.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    /// The description.
    pub doc: Option<Text>,
    /// The page, its own or the nearest above.
    pub page: Option<Text>,
    /// Its presence.
    pub availability: Availability,
}

impl Spec {
    /// Notes where items are, once all are there: without it none is found by name.
    pub(crate) fn indexed(mut self) -> Self {
        let mut named = BTreeSet::new();
        let names = self.types.iter().map(|ty| &ty.name).chain(self.nodes.iter().map(|node| &node.name));
        self.index = Index {
            ambiguous: names.filter(|name| !named.insert(name.as_str())).map(|name| name.value.clone()).collect(),
            endless: endless(&self.types),
            types: positions(self.types.iter().map(|ty| ty.name.as_str())),
            nodes: positions(self.nodes.iter().map(|node| node.name.as_str())),
            errors: positions(self.errors.iter().map(|error| error.name.as_str())),
        };
        self
    }

    /// The file in which something is, below the spec's folder.
    pub fn path(&self, of: Span) -> &str {
        self.paths.get(&of.file).map_or("", String::as_str)
    }

    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<&NodeDecl> {
        self.nodes.get(*self.index.nodes.get(name)?)
    }

    /// The type of that name.
    pub fn named_type(&self, name: &str) -> Option<&TypeDecl> {
        self.types.get(*self.index.types.get(name)?)
    }

    /// Whether several types and nodes have a name, which is reported: it is not known which is meant.
    pub(crate) fn is_ambiguous(&self, name: &str) -> bool {
        self.index.ambiguous.contains(name)
    }

    /// Whether a type contains itself with nothing in between, which is reported.
    pub(crate) fn is_endless(&self, name: &str) -> bool {
        self.index.endless.contains(name)
    }

    /// The error of that name.
    pub fn error(&self, name: &str) -> Option<&ErrorDecl> {
        self.errors.get(*self.index.errors.get(name)?)
    }

    /// The host of an operation, if it is not that of the base URL; one that is not declared was reported.
    pub fn host(&self, operation: &OperationDecl) -> Option<&HostDecl> {
        let name = operation.host.as_ref()?;
        self.surface.iter().flat_map(|surface| &surface.hosts).find(|host| host.name.value == name.value)
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
        // Most quirks are about something else.
        self.quirks.iter().any(|quirk| quirk.at.value.ends_with(['d', '*']) && fits(&quirk.at.value))
    }
}
