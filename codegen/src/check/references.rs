//! Names of errors, permissions, versions, parameters and fields: whether they exist.

use std::collections::BTreeSet;

use super::{expansions, scope};
use crate::{
    ast::{At, ExampleDecl, FieldChoice, Home, OperationDecl, RuleDecl, Spec, Text, Version},
    diagnostic::{Code, Diagnostic},
    parse::{Span, Tree},
};

/// Looks every name up.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { spec, problems };
    for bound in spec.bounds() {
        bound.version().iter().for_each(|version| pass.version(*version, bound.span));
    }
    if let Some(from) = &spec.described_from {
        pass.version(from.value, from.span);
        pass.described(from);
    }
    for (home, operation) in spec.operations() {
        pass.errors(operation);
        pass.permissions(operation);
        pass.params(home, operation);
        pass.fields(home, operation);
        for example in &operation.examples {
            example.versions.iter().for_each(|version| pass.version(version.value, version.span));
        }
    }
    unused_permissions(spec, problems);
}

struct Pass<'s, 'p> {
    spec: &'s Spec,
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_, '_> {
    fn version(&mut self, version: Version, at: Span) {
        if self.spec.versions.iter().any(|decl| decl.version.value == version) {
            return;
        }
        let names: Vec<String> = self.spec.window().iter().map(ToString::to_string).collect();
        self.problems.push(
            Diagnostic::new(Code::UnknownVersion, at, format!("{version} is not a version of versions.yaml"))
                .label("an unknown version")
                .help(format!("the window has {}; `cargo xtask new-version` adds one", names.join(", ")))
                .absence_of([version.to_string()]),
        );
    }

    /// Whether at least the window is described.
    fn described(&mut self, from: &At<Version>) {
        let Some(oldest) = self.spec.window().first().copied().filter(|oldest| *oldest < from.value) else { return };
        self.problems.push(
            Diagnostic::new(Code::BadRange, from.span, format!("the window begins with {oldest}, before {from}"))
                .label("the spec describes at least the versions of the window")
                .help(format!("write {oldest}, or an older version; without the key it is {oldest}")),
        );
    }

    fn errors(&mut self, operation: &OperationDecl) {
        let listed = operation.errors.iter().map(|here| &here.name);
        let in_limits = operation.limits.iter().map(|limit| &limit.error);
        let in_examples = operation.examples.iter().filter_map(|example| example.error.as_ref());
        for name in listed.chain(in_limits).chain(in_examples) {
            if self.spec.error(name).is_none() {
                self.problems.push(
                    Diagnostic::new(Code::UnknownError, name.span, format!("there is no error `{name}` in errors.yaml"))
                        .label("an unknown error")
                        .suggest(name, self.spec.errors.iter().map(|error| error.name.as_str()))
                        .help("add the code to errors.yaml if it is new")
                        .absence_of([name.as_str()]),
                );
            }
        }
    }

    fn permissions(&mut self, operation: &OperationDecl) {
        for name in scope::permissions(operation) {
            if self.spec.permissions.iter().all(|decl| decl.name.value != name.value) {
                self.problems.push(
                    Diagnostic::new(Code::UnknownPermission, name.span, format!("there is no permission `{name}` in permissions.yaml"))
                        .label("an unknown permission")
                        .suggest(&name, self.spec.permissions.iter().map(|decl| decl.name.as_str()))
                        .help("add it to permissions.yaml, with what it allows")
                        .absence_of([name.as_str()]),
                );
            }
        }
    }

    fn params(&mut self, home: Home<'_>, operation: &OperationDecl) {
        let implied = self.spec.implied(home, operation);
        for arg in &operation.args {
            self.param(operation, &[], arg);
        }
        for pair in operation.paced.iter().filter_map(|paced| paced.pair.as_ref()) {
            self.param(operation, &[], &pair.param);
        }
        for choice in &operation.choices {
            self.param(operation, &[], &choice.param);
            for kind in &choice.kinds {
                kind.param.iter().chain(kind.with.iter().map(|(name, _)| name)).for_each(|name| self.param(operation, &[], name));
            }
        }
        for name in operation.rules.iter().flat_map(RuleDecl::names) {
            self.param(operation, &implied, name);
        }
        for example in &operation.examples {
            for name in example.call.iter().map(|(name, _)| name).chain(&example.refused) {
                self.param(operation, &implied, name);
            }
        }
    }

    fn param(&mut self, operation: &OperationDecl, implied: &[&'static str], name: &Text) {
        if operation.param(name).is_some() || implied.contains(&name.as_str()) {
            return;
        }
        let known = operation
            .params
            .iter()
            .filter(|param| param.constant.is_none())
            .map(|param| param.name.as_str())
            .chain(implied.iter().copied());
        let listed: Vec<String> = known.clone().map(|name| format!("`{name}`")).collect();
        let problem = Diagnostic::new(Code::UnknownParam, name.span, format!("`{name}` is not a parameter of `{}`", operation.id))
            .label("an unknown parameter")
            .suggest(name, known)
            .absence_of([name.as_str()]);
        self.problems.push(if listed.is_empty() {
            problem.help("the operation has no parameters")
        } else {
            problem.help(format!("its parameters are {}", listed.join(", ")))
        });
    }

    fn fields(&mut self, home: Home<'_>, operation: &OperationDecl) {
        if let (FieldChoice::Some(names), Some((owner, fields))) = (&operation.fields, self.spec.returned(operation)) {
            let known: BTreeSet<&str> = fields.iter().filter(|field| field.selectable).map(|field| field.name.as_str()).collect();
            names.iter().filter(|name| !known.contains(name.as_str())).for_each(|name| self.unknown_field(owner, &known, name));
        }
        if let (Some(known), Some((owner, fields))) = (self.spec.selectable(home, operation), self.spec.returned(operation)) {
            for name in operation.examples.iter().flat_map(asked) {
                let bare = name.value.split(['.', '{']).next().unwrap_or_default();
                if !known.contains(bare) {
                    self.unknown_field(owner, &known, &name);
                } else if let Some(why) = expansions::asked(self.spec, owner, fields, &name) {
                    self.problems.push(
                        Diagnostic::new(Code::BadExpansion, name.span, why)
                            .label("Graph would not accept this")
                            .help("a field that reads an edge takes the parameters of that edge's read: `phone_numbers.limit(50){id}`"),
                    );
                }
            }
        }
    }

    fn unknown_field(&mut self, owner: &str, known: &BTreeSet<&str>, name: &Text) {
        self.problems.push(
            Diagnostic::new(Code::UnknownField, name.span, format!("`{name}` is not a field of `{owner}` that can be requested here"))
                .label("an unknown field")
                .suggest(name, known.iter().copied())
                .help(format!("add it to the fields of `{owner}`; `selectable: false` and the operation's `fields:` exclude fields"))
                .absence_of([name.as_str()]),
        );
    }
}

/// The fields that an example requests.
fn asked(example: &ExampleDecl) -> Vec<Text> {
    let lists = example.call.iter().filter(|(name, _)| name.value == "fields").map(|(_, value)| value);
    lists.flat_map(Tree::items).filter_map(|name| Some(At { value: name.text()?.to_owned(), span: name.span })).collect()
}

fn unused_permissions(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let used: BTreeSet<String> =
        spec.operations().flat_map(|(_, operation)| scope::permissions(operation)).map(|name| name.value).collect();
    for decl in spec.permissions.iter().filter(|decl| !used.contains(decl.name.as_str())) {
        problems.push(
            Diagnostic::new(Code::UnusedPermission, decl.name.span, format!("no operation needs the permission `{}`", decl.name))
                .label("never used")
                .help("name it in `permissions:` of the operations that need it, or delete it")
                .absence_of([decl.name.as_str()]),
        );
    }
}
