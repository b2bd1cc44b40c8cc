//! Names in Rust: identifiers that can be written, and one thing for each.

mod crate_names;
mod items;
mod methods;

use std::collections::BTreeMap;

use crate::{
    ast::Spec,
    diagnostic::{Code, Diagnostic},
    naming,
    parse::{Sources, Span},
};

/// Looks at every name that Rust will see.
pub(super) fn check(spec: &Spec, sources: &Sources, problems: &mut Vec<Diagnostic>) {
    crate_names::check(spec, sources, problems);
    methods::check(spec, problems);
    items::check(spec, problems);
}

/// The names that may be used once in a place of the emitted crate.
struct Namespace {
    /// What to do about a clash.
    help: &'static str,
    taken: BTreeMap<String, Holder>,
}

/// What has a name.
struct Holder {
    what: String,
    at: Option<Span>,
}

impl Namespace {
    fn new(help: &'static str) -> Self {
        Self { help, taken: BTreeMap::new() }
    }

    /// Reserves names that every emitted crate has; `what` says what they are.
    fn reserve<'n>(mut self, names: impl IntoIterator<Item = &'n str>, what: &str) -> Self {
        for name in names {
            self.taken.insert(name.into(), Holder { what: what.into(), at: None });
        }
        self
    }

    /// Takes a name for `what`, or reports what has it; returns whether it was free.
    fn claim(&mut self, name: String, at: Span, what: String, problems: &mut Vec<Diagnostic>) -> bool {
        let Some(first) = self.taken.get(&name) else {
            self.taken.insert(name, Holder { what, at: Some(at) });
            return true;
        };
        let problem = Diagnostic::new(Code::NameClash, at, format!("`{name}` would be two things in Rust: {}, and {what}", first.what))
            .label("this becomes it too");
        let problem = match first.at {
            Some(first) if first != at => problem.related(first, "this becomes it first"),
            _ => problem,
        };
        problems.push(problem.help(self.help));
        false
    }
}

/// Reports a name that is not a type or variant in Rust.
fn upper_camel(name: &str, at: Span, what: &str, help: &str, problems: &mut Vec<Diagnostic>) -> bool {
    judge(naming::is_upper_camel(name), name, at, what, "a name in UpperCamelCase", help, problems)
}

/// Reports a name that is not a method or field in Rust.
fn snake(name: &str, at: Span, what: &str, help: &str, problems: &mut Vec<Diagnostic>) -> bool {
    judge(naming::is_snake(name), name, at, what, "a name in snake_case", help, problems)
}

fn judge(fine: bool, name: &str, at: Span, what: &str, takes: &str, help: &str, problems: &mut Vec<Diagnostic>) -> bool {
    if !fine {
        let why = if naming::is_keyword(name) {
            format!("`{name}` is a keyword of Rust, and cannot be {what}")
        } else if name.is_empty() {
            format!("no part of this name could be {what} in Rust")
        } else {
            format!("`{name}` cannot be {what} in Rust, which takes {takes}")
        };
        problems.push(Diagnostic::new(Code::BadName, at, why).label("not a Rust name").help(help));
    }
    fine
}
