//! What parameters or fields require and exclude.

use super::{Docs, Text};
use crate::parse::Span;

/// A rule between parameters.
#[derive(Debug)]
pub struct RuleDecl {
    /// Its position.
    pub span: Span,
    /// Description and page.
    pub docs: Docs,
    /// What it says; nothing if the file has nothing.
    pub rule: Option<Rule>,
}

/// What a rule says.
#[derive(Debug)]
pub enum Rule {
    /// Exactly one of these.
    OneOf(Vec<Text>),
    /// At least one of these.
    AnyOf(Vec<Text>),
    /// The parameter requires these.
    Requires(Text, Vec<Text>),
    /// The parameter, where it has this value, requires these.
    RequiresFor(Text, Text, Vec<Text>),
    /// At most one of these.
    Excludes(Vec<Text>),
    /// Of these the first that is given counts.
    FirstWins(Vec<Text>),
}

impl RuleDecl {
    /// The parameters or fields that it is about.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        let (one, all): (Option<&Text>, &[Text]) = match &self.rule {
            Some(Rule::OneOf(names) | Rule::AnyOf(names) | Rule::Excludes(names) | Rule::FirstWins(names)) => (None, names),
            Some(Rule::Requires(name, needs) | Rule::RequiresFor(name, _, needs)) => (Some(name), needs),
            None => (None, &[]),
        };
        one.into_iter().chain(all)
    }
}
