//! Paces: whether the node has the fields that they depend on.

use super::scope;
use crate::{
    ast::{At, FieldDecl, RateDecl, Spec, Text, TypeDefDecl, ValueDecl},
    diagnostic::{Code, Diagnostic},
    language::type_expr::TypeExpr,
};

/// Looks at every `paced`.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    for (home, operation) in spec.operations() {
        let Some(paced) = &operation.paced else { continue };
        if let Some(rate) = paced.rate.as_ref().filter(|_| !home.node.is_stub) {
            match values(spec, &home.node.name, &home.node.fields, &rate.field) {
                Ok(values) => rates(rate, values, problems),
                Err(problem) => problems.push(*problem),
            }
        }
        if let Some(pair) = paced.pair.as_ref().filter(|pair| pair.burst.value == 0) {
            problems.push(nothing_passes(&pair.burst, "a burst of 0 calls allows none", "write how large a burst may be, at least 1"));
        }
    }
}

/// The values of the enum of a field of the node; nothing where they are not known.
fn values<'s>(spec: &'s Spec, owner: &str, fields: &'s [FieldDecl], path: &Text) -> Result<Option<&'s [ValueDecl]>, Box<Diagnostic>> {
    let (mut owner, mut fields) = (owner, fields);
    let mut steps = path.value.split('.').peekable();
    while let Some(step) = steps.next() {
        let Some(field) = fields.iter().find(|field| field.name.value == step) else {
            let problem = Diagnostic::new(Code::BadPace, path.span, format!("`{step}` is not a field of `{owner}`"))
                .label("no field gives the rate")
                .suggest(step, fields.iter().map(|field| field.name.as_str()))
                .help("name a field of the node, with dots for nested objects: `throughput.level`");
            return Err(Box::new(problem));
        };
        let TypeExpr::Named(name) = scope::expression(&field.ty.newest) else { return Err(no_values(path, step, field)) };
        // Which was reported.
        if matches!(spec.named(&name), scope::Named::Unknown) {
            return Ok(None);
        }
        match spec.named_type(&name).and_then(|decl| decl.def.as_ref()) {
            Some(TypeDefDecl::Enum(values)) if steps.peek().is_none() => return Ok(Some(values)),
            _ => (owner, fields) = spec.fields_of(&name).filter(|_| steps.peek().is_some()).ok_or_else(|| no_values(path, step, field))?,
        }
    }
    Ok(None)
}

fn no_values(path: &Text, step: &str, field: &FieldDecl) -> Box<Diagnostic> {
    let message = format!("the field `{step}` is `{}`, and a pace needs an enum at the end of the path", field.ty.newest);
    let problem = Diagnostic::new(Code::BadPace, path.span, message)
        .label("no values to distinguish rates")
        .related(field.ty.newest.span, "the field's type")
        .help("name the field for whose values Meta's page gives rates");
    Box::new(problem)
}

/// Each rate belongs to a listed value, and is not zero.
fn rates(rate: &RateDecl, values: Option<&[ValueDecl]>, problems: &mut Vec<Diagnostic>) {
    for (value, per_second) in &rate.per_second {
        if let Some(values) = values.filter(|values| values.iter().all(|listed| listed.value.value != value.value)) {
            problems.push(
                Diagnostic::new(Code::BadPace, value.span, format!("`{value}` is not a value of `{}`", rate.field))
                    .label("nothing has this rate")
                    .suggest(value, values.iter().map(|listed| listed.value.as_str()))
                    .help("name values of the enum, as Graph writes them"),
            );
        }
        if per_second.value == 0 {
            problems.push(nothing_passes(per_second, "a rate of 0 calls a second allows none", "omit the value if it has no rate"));
        }
    }
}

fn nothing_passes(number: &At<u32>, message: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::BadPace, number.span, message).label("nothing passes").help(help)
}
