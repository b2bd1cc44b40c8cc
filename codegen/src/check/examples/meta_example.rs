//! Whether a body from outside the spec belongs to an operation: what Meta's own descriptions show.

use serde_json::Value;

use super::{
    call::digits,
    value::{Judge, Misfit, Voice},
};
use crate::{
    ast::{OperationDecl, ParamDecl, Spec},
    check::scope,
    language::type_expr::{Scalar, TypeExpr},
    parse::{Kind, Tree},
};

/// Every place at which a body does not match the operation, in words: members that are not parameters, invalid values, missing parameters.
pub fn request(spec: &Spec, operation: &OperationDecl, body: &Value) -> Vec<String> {
    let body = &Tree::of(body, operation.span);
    let judge = Judge { spec, voice: Voice::Caller };
    let own = |name: &str| operation.params.iter().find(|param| !param.spread && param.name.value == name);
    let spread = operation.params.iter().find(|param| param.spread);
    let mut problems = Vec::new();
    let Kind::Map(entries) = &body.kind else { return vec!["the body must be an object".into()] };
    for entry in entries {
        match own(&entry.key) {
            Some(param) => problems.extend(value(&judge, param, &entry.value)),
            None if spread.is_some() => {}
            None => problems.push(format!("`{}` is not a parameter", entry.key)),
        }
    }
    if let Some(spread) = spread {
        let members = entries.iter().filter(|entry| own(&entry.key).is_none()).cloned().collect();
        let members = Tree { kind: Kind::Map(members), ..body.clone() };
        problems.extend(words(judge.judge(&members, &scope::expression(&spread.ty.newest), "")));
    }
    let is_sent = |param: &&ParamDecl| param.place.as_ref().is_none_or(|place| !matches!(place.value.as_str(), "query" | "header"));
    let is_needed = |param: &&ParamDecl| param.required.newest && !param.spread && !spec.contested(&operation.id, &param.name);
    for param in operation.params.iter().filter(is_sent).filter(is_needed).filter(|param| body.get(&param.name).is_none()) {
        problems.push(format!("`{}` is missing, which is required", param.name));
    }
    problems
}

/// Every place at which an answer is not what the operation returns, in words.
pub fn answer(spec: &Spec, operation: &OperationDecl, body: &Value) -> Vec<String> {
    let Some(returns) = operation.newest_returns() else { return Vec::new() };
    words(Judge { spec, voice: Voice::Graph }.answer(&Tree::of(body, operation.span), operation, &scope::expression(returns)))
}

fn value(judge: &Judge<'_>, param: &ParamDecl, value: &Tree) -> Vec<String> {
    if let Some(constant) = &param.constant {
        let is = value.text() == Some(constant.as_str());
        return if is { Vec::new() } else { vec![format!("`{}` is always `{constant}`", param.name)] };
    }
    words(match scope::expression(&param.ty.newest) {
        TypeExpr::Scalar(Scalar::Digits) if value.json().is_string() => digits(param, value, param.strip.as_ref()),
        ty => judge.judge(value, &ty, &param.name),
    })
}

fn words(misfits: Vec<Misfit>) -> Vec<String> {
    misfits.into_iter().map(|misfit| misfit.what).collect()
}
