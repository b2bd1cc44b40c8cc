//! Constructor arguments against `args.lock`: changing them breaks every caller.

use crate::{
    ast::{Spec, Text, TypeDefDecl},
    diagnostic::{Code, Diagnostic},
    language::args_lock::{ArgsLock, FILE, breaking_part},
    parse::Span,
};

/// Warns of every constructor whose arguments are not those that `lock`, the text of `args.lock`, has; one that it lacks is new.
pub fn argument_stability(spec: &Spec, lock: &str) -> Vec<Diagnostic> {
    let lock = ArgsLock::parse(lock);
    if lock.release != breaking_part(env!("CARGO_PKG_VERSION")) {
        return Vec::new();
    }
    let requests = spec.operations().filter_map(|(_, operation)| {
        let request = operation.request.as_ref()?;
        changed(&lock, &format!("{request}::new"), &operation.args, request.span)
    });
    let objects = spec.types.iter().filter_map(|decl| match &decl.def {
        Some(TypeDefDecl::Object(object)) => Some((decl, object)),
        _ => None,
    });
    let objects = objects.flat_map(|(decl, object)| {
        object.constructors.iter().filter_map(|made| changed(&lock, &format!("{}::{}", decl.name, made.name), &made.args, made.name.span))
    });
    requests.chain(objects).collect()
}

fn changed(lock: &ArgsLock, constructor: &str, args: &[Text], otherwise: Span) -> Option<Diagnostic> {
    let locked = lock.args.get(constructor)?;
    let stated: Vec<&str> = args.iter().map(|arg| arg.value.as_str()).collect();
    if *locked == stated {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::ChangedArgs,
            args.first().map_or(otherwise, |arg| arg.span),
            format!("`{constructor}` takes ({}), and `args` of the spec says ({})", locked.join(", "), stated.join(", ")),
        )
        .label("this changes the constructor")
        .help("every caller breaks: leave `args` unchanged until the next breaking release, and make a new parameter a setter")
        .help(format!("in a breaking release, raise the version in Cargo.toml and run `cargo xtask gen`, which then renews {FILE}"))
        .help(format!("if nothing was released since the constructor came, delete its line of {FILE} and run `cargo xtask gen`")),
    )
}

#[cfg(test)]
mod tests {
    use super::argument_stability;
    use crate::{check::check, parse::Sources};

    const SPEC: &[(&str, &str)] = &[
        ("versions.yaml", "page: https://a.b\nversions: {v1.0: {released: 2024-01-01}}"),
        ("permissions.yaml", "permissions: {}"),
        ("errors.yaml", "errors: {}"),
        ("types/media.yaml", "types:\n  Media:\n    doc: Media.\n    object: {id: {type: string, doc: It.}}\n    args: [id]\n"),
        (
            "nodes/number.yaml",
            "node: GraphNumber\nshort: Number\nhandle: number\nfields: {}\nedges:\n  register:\n    create:\n      request: Register\n      args: [pin]\n      params: {pin: {type: string, required: true}, tier: {type: string}, media: {type: Media}}\n      returns: json\n",
        ),
    ];

    fn problems(lines: &str) -> Vec<String> {
        let (spec, _) = check(&Sources::from_texts(SPEC.iter().copied()));
        let release = super::breaking_part(env!("CARGO_PKG_VERSION"));
        let problems = argument_stability(&spec, &format!("release {release}\n{lines}"));
        problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn an_unchanged_constructor_is_fine() {
        assert!(problems("Register::new pin\nMedia::new id").is_empty());
        assert!(problems("Other::new").is_empty(), "a request that is not listed is new");
    }

    #[test]
    fn an_argument_that_came_or_went_is_reported() {
        for line in ["Register::new", "Register::new tier pin", "Register::new pin tier"] {
            let problems = problems(line);
            assert_eq!(problems.len(), 1, "{line}");
            assert!(problems[0].contains("`args` of the spec says (pin)"), "{problems:?}");
        }
    }

    #[test]
    fn constructors_of_types_are_compared_too() {
        assert_eq!(problems("Media::new id link"), ["`Media::new` takes (id, link), and `args` of the spec says (id)"]);
    }

    #[test]
    fn in_another_breaking_release_nothing_is_locked() {
        let (spec, _) = check(&Sources::from_texts(SPEC.iter().copied()));
        assert!(argument_stability(&spec, "release 99\nRegister::new\n").is_empty());
    }
}
