//! Setters that take one of several kinds of identifier, and values that are unfit.

use super::scope;
use crate::{
    ast::{ChoiceDecl, OperationDecl, ParamDecl, Spec, Text, TypeDefDecl},
    diagnostic::{Code, Diagnostic},
    language::{
        pattern,
        type_expr::{Scalar, TypeExpr},
    },
};

/// Looks at every choice, and at every `dropped` and `warned`.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    for (_, operation) in spec.operations() {
        for param in &operation.params {
            unfit(param, problems);
        }
        for choice in &operation.choices {
            self::choice(spec, operation, choice, problems);
        }
    }
}

fn is_text(param: &ParamDecl) -> bool {
    matches!(scope::expression(&param.ty.newest), TypeExpr::Scalar(Scalar::String | Scalar::Digits))
}

/// Values that are compared with a pattern: of a string before it is dropped, and of whatever is written as one before it is warned of.
fn unfit(param: &ParamDecl, problems: &mut Vec<Diagnostic>) {
    let warned = is_text(param) || matches!(scope::expression(&param.ty.newest), TypeExpr::Named(_) | TypeExpr::Scalar(Scalar::File));
    for (key, unfit, fits, takes) in [
        ("dropped", &param.dropped, is_text(param), "`string`"),
        ("warned", &param.warned, warned, "`string`, an enum, or `file`, of which its media type is compared"),
    ] {
        let Some(unfit) = unfit else { continue };
        if !fits || param.constant.is_some() {
            problems.push(
                Diagnostic::new(Code::Misplaced, unfit.pattern.span, format!("`{key}` has no meaning on the parameter `{}`", param.name))
                    .label("this is compared with a string that a caller gives")
                    .help(format!("say it of a parameter whose type is {takes}")),
            );
        }
        if let Err(why) = pattern::runs(&unfit.pattern) {
            problems.push(
                Diagnostic::new(Code::BadPattern, unfit.pattern.span, format!("the pattern cannot be compared: {why}"))
                    .label("this pattern")
                    .help("write characters, sets and counts from `^` to `$`, such as `^[A-Z]{2}[0-9]{1,9}$`"),
            );
        }
    }
}

fn choice(spec: &Spec, operation: &OperationDecl, choice: &ChoiceDecl, problems: &mut Vec<Diagnostic>) {
    let param = |name: &Text| operation.param(name);
    let taken = choice.kinds.iter().filter_map(|kind| kind.param.as_ref());
    if param(&choice.param).is_some() && !taken.clone().any(|name| name.value == choice.param.value) {
        problems.push(
            Diagnostic::new(Code::BadChoice, choice.param.span, format!("no kind of the choice is sent in `{}`", choice.param))
                .label("a plain string would be of no kind")
                .help("name the choice after the parameter that takes what people give most often"),
        );
    }
    for name in taken {
        let Some(decl) = param(name) else { continue };
        let why = if decl.constant.is_some() {
            "always has the same value"
        } else if operation.args.iter().any(|arg| arg.value == name.value) {
            "is an argument of the constructor"
        } else if !is_text(decl) {
            "is not a string"
        } else if decl.place.is_some() {
            "is not sent where the others are"
        } else {
            continue;
        };
        problems.push(
            Diagnostic::new(Code::BadChoice, name.span, format!("`{name}` cannot be chosen: it {why}"))
                .label("a kind that cannot be set")
                .related(decl.name.span, "the parameter")
                .help("a choice sets optional strings of one part of the request"),
        );
    }
    for (name, value) in choice.kinds.iter().flat_map(|kind| &kind.with) {
        let Some(decl) = param(name) else { continue };
        // What its type is was reported as unknown.
        if scope::element(&decl.ty.newest).is_some_and(|ty| matches!(spec.named(&ty), scope::Named::Unknown)) {
            continue;
        }
        let values = match scope::element(&decl.ty.newest).and_then(|ty| spec.named_type(&ty)).and_then(|ty| ty.def.as_ref()) {
            Some(TypeDefDecl::Enum(values)) => values.as_slice(),
            _ if is_text(decl) && decl.constant.is_none() => continue,
            _ => &[],
        };
        if values.iter().all(|known| known.value.value != value.value) {
            problems.push(
                Diagnostic::new(Code::BadChoice, value.span, format!("`{name}` does not take `{value}`"))
                    .label("what would be sent along")
                    .related(decl.name.span, "the parameter")
                    .suggest(value, values.iter().map(|known| known.value.as_str()))
                    .help("`with` gives a string, or a value of the parameter's enum"),
            );
        }
    }
}
