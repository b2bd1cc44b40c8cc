//! Rules between parameters or fields.

use super::{availability, sentence, text};
use crate::{
    ast::{self, Text},
    model::{Rule, RuleKind},
};

/// A rule; nothing if the file does not say which.
pub(super) fn rule(decl: &ast::RuleDecl) -> Option<Rule> {
    let names = |names: &[Text]| names.iter().map(|name| name.value.clone()).collect();
    let kind = match decl.rule.as_ref()? {
        ast::Rule::OneOf(params) => RuleKind::OneOf(names(params)),
        ast::Rule::AnyOf(params) => RuleKind::AnyOf(names(params)),
        ast::Rule::Requires(param, needs) => RuleKind::Requires(param.value.clone(), names(needs)),
        ast::Rule::RequiresFor(param, value, needs) => RuleKind::RequiresFor(param.value.clone(), value.value.clone(), names(needs)),
        ast::Rule::Excludes(params) => RuleKind::Excludes(names(params)),
        ast::Rule::FirstWins(params) => RuleKind::FirstWins(names(params)),
    };
    Some(Rule {
        kind,
        doc: decl.docs.doc.as_ref().map(sentence).unwrap_or_default(),
        page: text(decl.docs.page.as_ref()),
        availability: availability(&decl.docs.availability),
    })
}
