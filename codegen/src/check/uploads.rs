//! Uploads that go on where they broke off: whether the node says how much has arrived, and the operation where its bytes begin.

use super::scope::expression;
use crate::{
    ast::{Home, OperationDecl, ResumeDecl, Spec, Text},
    diagnostic::{Code, Diagnostic},
    language::type_expr::{Scalar, TypeExpr},
};

/// Looks at every `resume`.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    for (home, operation) in spec.operations() {
        let Some(resume) = &operation.resume else { continue };
        if operation.body.as_ref().map(|body| body.value.as_str()) != Some("bytes") {
            problems.push(
                Diagnostic::new(Code::BadResume, resume.from.span, format!("`{}` does not send the bytes of a file", operation.id))
                    .label("nothing here can go on at a byte")
                    .help("remove `resume`, or write `body: bytes` if Meta's page sends the file alone as the body"),
            );
        }
        arrived(spec, home, operation, resume, problems);
        from(operation, &resume.from, problems);
    }
}

/// The field of the read with the number of bytes.
fn arrived(spec: &Spec, home: Home<'_>, operation: &OperationDecl, resume: &ResumeDecl, problems: &mut Vec<Diagnostic>) {
    let name = &resume.arrived;
    let reads = |other: &&OperationDecl| other.id == format!("{}.read", home.node.name.value);
    let read = spec.operations().map(|(_, operation)| operation).find(reads);
    let Some((owner, fields)) = read.filter(|_| home.edge.is_none()).and_then(|read| spec.returned(read)) else {
        problems.push(
            Diagnostic::new(Code::BadResume, name.span, format!("nothing reads how much of the file of `{}` has arrived", operation.id))
                .label("the node has no read with fields")
                .help(
                    "move `resume` to an operation on the node itself, and add the `read` that Meta's page gives for an interrupted upload",
                ),
        );
        return;
    };
    match fields.iter().find(|field| field.name.value == name.value) {
        None => problems.push(
            Diagnostic::new(Code::BadResume, name.span, format!("`{name}` is not a field of `{owner}`, the answer of the read"))
                .label("the answer has no such field")
                .suggest(name, fields.iter().map(|field| field.name.as_str()))
                .help("`arrived` is the field that says how many bytes have arrived"),
        ),
        // What is no type, or has none, was reported.
        Some(field) if TypeExpr::parse(&field.ty.newest).is_some_and(|ty| !matches!(ty, TypeExpr::Scalar(Scalar::Int | Scalar::Json))) => {
            problems.push(
                Diagnostic::new(Code::BadResume, name.span, format!("the field `{name}` of `{owner}` is `{}`, not `int`", field.ty.newest))
                    .label("not a number of bytes")
                    .related(field.ty.newest.span, "the field's type")
                    .help("name the field that says how many bytes have arrived"),
            );
        }
        Some(_) => {}
    }
}

/// The parameter with the number of the first byte.
fn from(operation: &OperationDecl, name: &Text, problems: &mut Vec<Diagnostic>) {
    match operation.param(&name.value) {
        None => problems.push(
            Diagnostic::new(Code::BadResume, name.span, format!("`{name}` is not a parameter of `{}`", operation.id))
                .label("no such parameter")
                .suggest(name, operation.params.iter().map(|param| param.name.as_str()))
                .help("`from` is the parameter that says where in the file the bytes begin"),
        ),
        Some(param)
            if expression(&param.ty.newest) != TypeExpr::Scalar(Scalar::Int)
                || !operation.args.iter().any(|arg| arg.value == name.value) =>
        {
            problems.push(
                Diagnostic::new(Code::BadResume, name.span, format!("`{name}` of `{}` is not an `int` among its `args`", operation.id))
                    .label("an upload says in every call where its bytes begin")
                    .related(param.name.span, "the parameter")
                    .help(format!("give it the type `int` and `required: true`, and add it to `args`: `args: [{name}, …]`")),
            );
        }
        Some(_) => {}
    }
}
