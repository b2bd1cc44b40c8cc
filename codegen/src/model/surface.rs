//! What the whole crate says of itself.

use std::collections::BTreeSet;

/// The names of areas, sorted.
///
/// Of an operation those it is declared in; of a type those of all operations that reach it. Empty: no operation reaches the type, or the surface
/// declares no areas. What belongs to none depends on no feature.
pub type Areas = BTreeSet<String>;

/// The surface.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// The name of the emitted package: `page-graph`.
    pub package: String,
    /// The platform, as Meta calls it.
    pub title: String,
    /// What the front page says before anything else, in Markdown.
    pub doc: String,
    /// Meta's page of the platform.
    pub page: String,
    /// The host that calls go to, without a `/` at its end.
    pub base_url: String,
    /// The other hosts, in the order of the file.
    pub hosts: Vec<Host>,
    /// The keywords of the package.
    pub keywords: Vec<String>,
    /// The examples that need more than the default features.
    pub examples: Vec<CrateExample>,
    /// The areas, in the order of the file.
    pub areas: Vec<Area>,
    /// The categories of errors, in the order of the file.
    pub categories: Vec<ErrorCategory>,
    /// What limits count per, in the order of the file.
    pub subjects: Vec<Subject>,
    /// The operations whose examples the client's documentation shows.
    pub doctests: Option<Doctests>,
}

/// A host besides that of the base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Scheme and host, without a `/` at the end.
    pub url: String,
    /// Paths begin with a version.
    pub versioned: bool,
    /// What is there.
    pub doc: String,
}

/// A part of the platform, and a feature of the crate.
#[derive(Clone, Debug)]
pub struct Area {
    /// The name, and that of the feature.
    pub name: String,
    /// What it holds.
    pub doc: String,
    /// Whether hardly a program does without it.
    pub essential: bool,
}

/// An example of the crate, written by hand.
#[derive(Clone, Debug)]
pub struct CrateExample {
    /// The name of its file.
    pub name: String,
    /// The features that it needs.
    pub features: Vec<String>,
}

/// A kind of failure.
#[derive(Clone, Debug)]
pub struct ErrorCategory {
    /// The name in the spec.
    pub name: String,
    /// Which errors are of it.
    pub doc: String,
    /// Its page.
    pub page: String,
}

/// What limits count per.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The name that a limit's `per` has.
    pub name: String,
    /// What it is.
    pub doc: String,
    /// How its names are compared.
    pub spelling: Spelling,
}

/// How names of one subject are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Character by character.
    Verbatim,
    /// Without what people write between the digits of a phone number.
    Phone,
}

/// The operations whose examples the client's documentation shows, by their ids.
///
/// Each has an example with a response; the first of those is meant, as on the operation's own page.
#[derive(Clone, Debug)]
pub struct Doctests {
    /// On the front page.
    pub call: String,
    /// Two that are sent together; the first is also the one that is sent for many at once.
    pub batch: [String; 2],
}

impl Surface {
    /// The name of the emitted library: `page_graph`.
    pub fn library(&self) -> String {
        self.package.replace('-', "_")
    }

    /// The subject of that name.
    pub fn subject(&self, name: &str) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.name == name)
    }

    /// The area of that name.
    pub fn area(&self, name: &str) -> Option<&Area> {
        self.areas.iter().find(|area| area.name == name)
    }
}
