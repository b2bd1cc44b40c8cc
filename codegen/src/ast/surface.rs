//! `surface.yaml`: what the whole crate says of itself.

use super::{Docs, Text};

/// The surface.
#[derive(Debug)]
pub struct SurfaceDecl {
    /// The emitted package.
    pub package: Text,
    /// The platform, as Meta calls it.
    pub title: Text,
    /// Description and page.
    pub docs: Docs,
    /// The host that calls go to.
    pub base_url: Text,
    /// The other hosts.
    pub hosts: Vec<HostDecl>,
    /// The keywords of the package.
    pub keywords: Vec<Text>,
    /// The examples that need more than the default features, each with those.
    pub examples: Vec<(Text, Vec<Text>)>,
    /// The areas of nodes and edges.
    pub areas: Vec<AreaDecl>,
    /// The categories of errors; nothing if the file does not say.
    pub categories: Option<Vec<DeclaredName>>,
    /// What limits count per.
    pub subjects: Vec<SubjectDecl>,
    /// The operations whose examples the client's documentation shows.
    pub doctests: Option<DoctestsDecl>,
}

/// A name that other files may use.
#[derive(Debug)]
pub struct DeclaredName {
    /// The name.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
}

/// An area.
#[derive(Debug)]
pub struct AreaDecl {
    /// The name, and that of the feature.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// Whether hardly a program does without it.
    pub essential: bool,
}

/// What limits count per.
#[derive(Debug)]
pub struct SubjectDecl {
    /// The name that `per` takes.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// `verbatim` or `phone`.
    pub spelling: Option<Text>,
}

/// The operations whose examples the client's documentation shows, by their ids.
#[derive(Debug)]
pub struct DoctestsDecl {
    /// On the front page.
    pub call: Option<Text>,
    /// In a batch.
    pub batch: Vec<Text>,
}

/// A host besides that of the base URL.
#[derive(Debug)]
pub struct HostDecl {
    /// The name that operations give.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// Scheme and host.
    pub url: Text,
    /// Paths begin with a version.
    pub versioned: bool,
}
