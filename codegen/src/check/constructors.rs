//! Constructor arguments against the list of the public API: changing them breaks every caller.

use std::collections::HashMap;

use crate::{
    ast::{OperationDecl, Spec},
    diagnostic::{Code, Diagnostic},
};

/// Warns of every constructor whose arguments are not those that `listing` has; a request that it lacks is new.
///
/// `listing` is `docs/public-api/whatsapp-graph.txt`, with a line `fn whatsapp_graph::Request::new(name: Type, ...) -> Self` for each request.
pub fn constructors(spec: &Spec, listing: &str) -> Vec<Diagnostic> {
    let listed = listing.lines().filter_map(|line| line.strip_prefix("fn whatsapp_graph::")?.split_once("::new("));
    let listed: HashMap<&str, &str> = listed.collect();
    spec.operations().filter_map(|(_, operation)| changed(operation, &listed)).collect()
}

fn changed(operation: &OperationDecl, listed: &HashMap<&str, &str>) -> Option<Diagnostic> {
    let request = operation.request.as_ref()?;
    let line = listed.get(request.value.as_str())?;
    let listed: Vec<&str> = line.rsplit_once(") -> ")?.0.split(", ").filter_map(|argument| Some(argument.split_once(": ")?.0)).collect();
    let rust = |arg: &str| {
        let param = operation.params.iter().find(|param| param.name.value == arg);
        crate::naming::param(arg, param.and_then(|param| param.rust_name.as_deref()).map(String::as_str))
    };
    let stated: Vec<String> = operation.args.iter().map(|arg| rust(arg)).collect();
    // The identifiers of the path come before the arguments.
    if listed.ends_with(&stated.iter().map(String::as_str).collect::<Vec<_>>()) && listed.len() <= stated.len() + 2 {
        let before = &listed[..listed.len() - stated.len()];
        if before.iter().all(|name| operation.params.iter().all(|param| rust(&param.name) != *name)) {
            return None;
        }
    }
    let at = operation.args.first().map_or(request.span, |arg| arg.span);
    let was = listed.join(", ");
    Some(
        Diagnostic::new(
            Code::ChangedArgs,
            at,
            format!("`{request}::new` takes ({was}), and `args` of the spec says ({})", stated.join(", ")),
        )
        .label("this changes the constructor")
        .help("every caller breaks: leave `args` unchanged until the next breaking release, and make a new parameter a setter")
        .help("in a breaking release, raise the version in Cargo.toml, and run `cargo xtask gen` and `cargo xtask api`"),
    )
}

#[cfg(test)]
mod tests {
    use super::constructors;
    use crate::{check::check, parse::Sources};

    const SPEC: &[(&str, &str)] = &[
        ("versions.yaml", "page: https://a.b\nversions: {v1.0: {released: 2024-01-01}}"),
        ("permissions.yaml", "permissions: {}"),
        ("errors.yaml", "errors: {}"),
        (
            "nodes/number.yaml",
            "node: GraphNumber\nshort: Number\nhandle: number\nfields: {}\nedges:\n  register:\n    create:\n      request: Register\n      args: [pin]\n      params: {pin: {type: string, required: true}, tier: {type: string}}\n      returns: json\n",
        ),
    ];

    fn problems(listing: &str) -> Vec<String> {
        let (spec, _) = check(&Sources::from_texts(SPEC.iter().copied()));
        constructors(&spec, listing).into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_constructor_as_it_was_is_fine() {
        assert!(problems("fn whatsapp_graph::Register::new(number_id: impl Into<X>, pin: impl Into<Y>) -> Self").is_empty());
        assert!(problems("fn whatsapp_graph::Other::new() -> Self").is_empty(), "a request that is not listed is new");
    }

    #[test]
    fn an_argument_that_came_or_went_is_told() {
        for listing in [
            "fn whatsapp_graph::Register::new(number_id: impl Into<X>) -> Self",
            "fn whatsapp_graph::Register::new(number_id: impl Into<X>, tier: T, pin: impl Into<Y>) -> Self",
            "fn whatsapp_graph::Register::new(number_id: impl Into<X>, pin: impl Into<Y>, tier: T) -> Self",
        ] {
            let problems = problems(listing);
            assert_eq!(problems.len(), 1, "{listing}");
            assert!(problems[0].contains("`args` of the spec says (pin)"), "{problems:?}");
        }
    }
}
