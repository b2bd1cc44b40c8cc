//! Whether the call of an example keeps the rules of its operation.

use super::Scene;
use crate::{
    ast::{ExampleDecl, OperationDecl, Rule, RuleDecl},
    diagnostic::{Code, Diagnostic},
};

pub(super) fn check(scene: &Scene<'_>, example: &ExampleDecl, problems: &mut Vec<Diagnostic>) {
    if example.refused.is_some() {
        return;
    }
    for decl in &scene.operation.rules {
        if let Some(why) = breach(decl, &says(example), &is(example)) {
            problems.push(problem(decl, example, &why));
        }
    }
}

fn problem(decl: &RuleDecl, example: &ExampleDecl, why: &str) -> Diagnostic {
    let at = example.call.first().map_or(example.span, |(name, _)| name.span);
    Diagnostic::new(Code::BrokenRule, at, format!("the call of \"{}\" breaks a rule: {why}", example.title))
        .label("this call")
        .related(decl.span, "the rule")
        .help("correct the call, or the rule if Meta's sample shows that it is wrong; `refused:` says that the refusal is the purpose")
}

/// The rules that a call breaks.
pub(super) fn broken<'o>(operation: &'o OperationDecl, example: &'o ExampleDecl) -> impl Iterator<Item = &'o RuleDecl> {
    operation.rules.iter().filter(|rule| breach(rule, &says(example), &is(example)).is_some())
}

/// The parameters that a call has; an empty string counts for none.
fn says(example: &ExampleDecl) -> impl Fn(&str) -> bool + '_ {
    move |wanted| example.call.iter().any(|(name, value)| name.value == wanted && value.text() != Some(""))
}

/// Whether a parameter of a call has a value.
fn is(example: &ExampleDecl) -> impl Fn(&str, &str) -> bool + '_ {
    move |wanted, value| example.call.iter().any(|(name, given)| name.value == wanted && given.text() == Some(value))
}

/// How a call, or an object within it, breaks a rule; `says` knows its parameters or members, `is` their values.
pub(super) fn breach(decl: &RuleDecl, says: &dyn Fn(&str) -> bool, is: &dyn Fn(&str, &str) -> bool) -> Option<String> {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let all: Vec<&str> = decl.names().map(|name| name.as_str()).collect();
    let said: Vec<&str> = all.iter().copied().filter(|name| says(name)).collect();
    match decl.rule.as_ref()? {
        Rule::AnyOf(_) if said.is_empty() => Some(format!("it has none of {}, and one is required", quoted(&all))),
        Rule::OneOf(_) if said.is_empty() => Some(format!("it has none of {}, and exactly one is required", quoted(&all))),
        Rule::OneOf(_) if said.len() > 1 => Some(format!("it has {}, and exactly one of {} is allowed", quoted(&said), quoted(&all))),
        Rule::Excludes(_) if said.len() > 1 => Some(format!("it has {}, which exclude each other", quoted(&said))),
        Rule::Requires(name, needs) if says(name) => {
            let lacking: Vec<&str> = needs.iter().map(|need| need.as_str()).filter(|need| !says(need)).collect();
            (!lacking.is_empty()).then(|| format!("`{name}` needs {}", quoted(&lacking)))
        }
        Rule::RequiresFor(name, value, needs) if is(name, value) => {
            let lacking: Vec<&str> = needs.iter().map(|need| need.as_str()).filter(|need| !says(need)).collect();
            (!lacking.is_empty()).then(|| format!("`{name}` with the value `{value}` needs {}", quoted(&lacking)))
        }
        _ => None,
    }
}
