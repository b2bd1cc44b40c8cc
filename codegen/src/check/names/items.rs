//! Fields, variants, parameters, filters: names within one type.

use super::{Namespace, snake, upper_camel};
use crate::{
    ast::{FieldDecl, Home, ObjectDecl, OperationDecl, Spec, Text, TypeDefDecl},
    check::scope,
    diagnostic::{Code, Diagnostic},
    naming,
    parse::Span,
};

/// The methods of a call that do not come from the spec.
const CALL: &[&str] = &[
    "send",
    "send_full",
    "send_resuming",
    "into_request",
    "with_version",
    "with_token",
    "with_refusals",
    "with_timeout",
    "with_param",
    "pages",
    "items",
    "request",
    "clone",
    "into",
    "maybe",
    "with_token_provider",
    "with_retries",
    "with_traffic",
];

const NAME: &str = "state another with `rust_name:`";

pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    for decl in &spec.types {
        let owner = format!("the type `{}`", decl.name);
        match &decl.def {
            Some(TypeDefDecl::Object(object)) => {
                self::fields(&owner, &object.fields, problems);
                constructors(&owner, object, problems);
            }
            Some(TypeDefDecl::Union(union)) => {
                variants(&owner, union.variants.iter().map(|variant| (&variant.tag, variant.rust_name.as_ref())), problems);
            }
            Some(TypeDefDecl::Untagged(shapes)) => variants(&owner, shapes.iter().map(|shape| (&shape.name, Some(&shape.name))), problems),
            Some(TypeDefDecl::Enum(_)) | None => {}
        }
    }
    for node in &spec.nodes {
        fields(&format!("the node `{}`", node.name), &node.fields, problems);
    }
    for (owner, values) in scope::values(spec) {
        variants(&owner, values.iter().map(|value| (&value.value, value.rust_name.as_ref())), problems);
    }
    for (home, operation) in spec.operations() {
        params(spec, home, operation, problems);
        filters(operation, problems);
    }
}

fn fields(owner: &str, fields: &[FieldDecl], problems: &mut Vec<Diagnostic>) {
    let mut members = Namespace::new(NAME).reserve(naming::reserved::OBJECT.iter().copied(), "what every object has");
    let mut variants = Namespace::new(NAME);
    for field in fields {
        let (name, at) = (naming::param(&field.name, text(field.rust_name.as_ref())), place(field.rust_name.as_ref(), &field.name));
        if snake(&name, at, "a field", NAME, problems) {
            let before = problems.len();
            members.claim(name.clone(), at, format!("the field `{}` of {owner}", field.name), problems);
            if problems.len() == before && field.selectable {
                variants.claim(naming::variant(&name, None), at, format!("the field `{}` of {owner}", field.name), problems);
            }
        }
    }
}

/// Constructors share names with setters; fields that constructors set have no setter.
fn constructors(owner: &str, object: &ObjectDecl, problems: &mut Vec<Diagnostic>) {
    let made = || object.constructors.iter().filter(|made| made.name.value != "new");
    let mut space = Namespace::new("name the constructor otherwise, such as `from_id`")
        .reserve(naming::reserved::OBJECT.iter().copied(), "what every object has");
    let is_set = |field: &&FieldDecl| object.constructors.iter().all(|made| made.args.iter().all(|arg| arg.value != field.name.value));
    for field in object.fields.iter().filter(is_set).filter(|_| made().next().is_some()) {
        let (name, at) = (naming::param(&field.name, text(field.rust_name.as_ref())), place(field.rust_name.as_ref(), &field.name));
        space.claim(name, at, format!("the setter of the field `{}` of {owner}", field.name), problems);
    }
    for made in made() {
        if snake(&made.name, made.name.span, "a constructor", "start it with a lowercase letter", problems) {
            space.claim(made.name.value.clone(), made.name.span, format!("a constructor of {owner}"), problems);
        }
    }
}

fn variants<'s>(owner: &str, values: impl Iterator<Item = (&'s Text, Option<&'s Text>)>, problems: &mut Vec<Diagnostic>) {
    let mut space = Namespace::new(NAME);
    for (value, stated) in values {
        let (name, at) = (naming::variant(value, text(stated)), place(stated, value));
        if name == "Unlisted" {
            problems.push(
                Diagnostic::new(
                    Code::BadName,
                    at,
                    format!("`Unlisted` of {owner} is reserved: it holds the values that the spec does not list"),
                )
                .label("this would become `Unlisted`")
                .help(NAME),
            );
        } else if upper_camel(&name, at, "a variant", NAME, problems) {
            space.claim(name, at, format!("the value `{value}` of {owner}"), problems);
        }
    }
}

/// Parameters are setters of the call and members of the request, next to those of the path.
fn params(spec: &Spec, home: Home<'_>, operation: &OperationDecl, problems: &mut Vec<Diagnostic>) {
    let mut space = Namespace::new("state another with `rust_name:`; what is sent keeps its name")
        .reserve(CALL.iter().copied(), "a method of every call");
    space = space.reserve(["extra", "extra_mut", "options"], "what every request has");
    if let Some(short) = home.node.short.as_ref().filter(|_| !home.node.root) {
        space = space.reserve([naming::id_member(short).as_str()], "the identifier in the path");
    }
    if let Some(below) = home.item {
        space = space.reserve(below.path.iter().map(|placeholder| placeholder.as_str()), "a placeholder of the path");
    }
    let mut implied = spec.implied(home, operation);
    if implied.contains(&"filtering") {
        implied.push("filter");
    }
    space = space.reserve(implied.iter().copied(), "a parameter that the operation has by Graph's conventions");
    // A constant is sent, and not visible to users.
    for param in operation.params.iter().filter(|param| param.constant.is_none()) {
        let (name, at) = (naming::param(&param.name, text(param.rust_name.as_ref())), place(param.rust_name.as_ref(), &param.name));
        if snake(&name, at, "a parameter", NAME, problems) {
            space.claim(name, at, format!("the parameter `{}` of `{}`", param.name, operation.id), problems);
        }
    }
}

fn filters(operation: &OperationDecl, problems: &mut Vec<Diagnostic>) {
    let mut space = Namespace::new("remove one of them").reserve(["raw"], "a method of every filter");
    for filter in &operation.filtering {
        let name = naming::filter_method(&filter.field);
        if snake(&name, filter.field.span, "a method of the filter", "filters are named after fields; this one must be omitted", problems) {
            space.claim(name, filter.field.span, format!("the filter `{}` of `{}`", filter.field, operation.id), problems);
        }
    }
}

fn text(stated: Option<&Text>) -> Option<&str> {
    stated.map(|stated| stated.value.as_str())
}

/// Where to point for a name that is stated, or made of the name on the wire.
fn place(stated: Option<&Text>, wire: &Text) -> Span {
    stated.unwrap_or(wire).span
}

#[cfg(test)]
mod tests {
    use super::CALL;

    #[test]
    fn every_method_of_a_call_is_reserved() {
        let template = include_str!("../../emit/templates/client.rs");
        let blocks = template
            .split("\nimpl")
            .filter(|block| block.starts_with("<R") && block.lines().next().is_some_and(|line| line.ends_with("> Call<R> {")));
        let methods = blocks.flat_map(|block| block.lines()).filter_map(|line| {
            let line = line.trim().strip_prefix("pub ")?;
            line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?.split(['(', '<']).next()
        });
        let missing: Vec<_> = methods.filter(|method| !CALL.contains(method)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
