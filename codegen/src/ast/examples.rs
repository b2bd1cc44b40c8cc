//! Examples of operations.

use super::{At, Text, Version};
use crate::parse::{Span, Tree};

/// An example.
#[derive(Debug)]
pub struct ExampleDecl {
    /// Where it starts.
    pub span: Span,
    /// What it shows.
    pub title: Text,
    /// Only at these versions.
    pub versions: Vec<At<Version>>,
    /// Why only at these.
    pub why: Option<Text>,
    /// What the caller passes, by parameter.
    pub call: Vec<(Text, Tree)>,
    /// The request in normal form.
    pub request: Option<Text>,
    /// The answer.
    pub response: Option<ResponseDecl>,
    /// Which error the answer is.
    pub error: Option<Text>,
    /// The parameter because of which the call is refused.
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
