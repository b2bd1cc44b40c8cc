//! Types and modules: names that the whole crate shares.

use super::{Namespace, snake, upper_camel};
use crate::{
    ast::{NodeDecl, ObjectDecl, Spec, Text, TypeDefDecl},
    diagnostic::{Code, Diagnostic},
    naming::{self, Part, reserved},
    parse::{Sources, Span},
};

pub(super) fn check(spec: &Spec, sources: &Sources, problems: &mut Vec<Diagnostic>) {
    types(spec, problems);
    modules(spec, problems);
    type_expressions(spec, sources, problems);
    error_kinds(spec, problems);
    webhooks(spec, problems);
}

/// The names beside which types of webhooks are, the kinds of events, and the fields.
fn webhooks(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let help = "state another name; it is ours to choose";
    let mut beside = Namespace::new(help).reserve(reserved::WEBHOOK_TYPES.iter().copied(), "a type of every crate with webhooks");
    for decl in spec.types.iter().filter(|decl| decl.of_webhook) {
        beside.claim(decl.name.value.clone(), decl.name.span, format!("the type `{}`", decl.name), problems);
    }
    let mut events = Namespace::new(help).reserve(["Other", "Empty", "Changed", "Unread"], "an event of every crate with webhooks");
    for event in spec.webhooks.iter().flat_map(|webhooks| &webhooks.events) {
        let name = &event.name;
        if upper_camel(name, name.span, "a kind of event", help, problems) {
            events.claim(name.value.clone(), name.span, format!("the event `{name}`"), problems);
        }
    }
    let mut fields = Namespace::new("fields of webhooks are as Meta names them; report that two have one name in Rust");
    for (index, decl) in spec.webhook_fields.iter().enumerate() {
        let name = &decl.field;
        let again = spec.webhook_fields[..index].iter().any(|first| first.field.value == name.value);
        if !again && snake(name, name.span, "the module of a field", "write the field as it is subscribed", problems) {
            fields.claim(naming::upper_camel(name), name.span, format!("the field `{name}`"), problems);
        }
    }
}

struct Types<'p> {
    space: Namespace,
    problems: &'p mut Vec<Diagnostic>,
}

impl Types<'_> {
    /// Takes a name that the spec states; returns whether it is valid, so that names derived from it are worth checking.
    fn stated(&mut self, name: &Text, what: &str) -> bool {
        upper_camel(name, name.span, "the name of a type", "state another name", self.problems)
            && self.space.claim(name.value.clone(), name.span, what.to_owned(), self.problems)
    }

    /// Takes a name that is made of others.
    fn derived(&mut self, name: String, at: Span, what: String) {
        self.space.claim(name, at, what, self.problems);
    }
}

fn types(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let space =
        Namespace::new("rename one of them: `short`, `request`, `filter_name`, `sort_name` and the names of types are ours to choose")
            .reserve(reserved::types(), "a type that every crate has")
            .reserve(reserved::STD.iter().copied(), "a name of Rust's own, which the crate uses")
            .reserve(reserved::GENERICS.iter().copied(), "a type parameter in the macros that the crate is made with");
    let mut types = Types { space, problems };
    // What is declared twice is reported as that.
    for (index, decl) in spec.types.iter().enumerate() {
        if spec.types[..index].iter().all(|first| first.name.value != decl.name.value) {
            types.stated(&decl.name, &format!("the type `{}`", decl.name));
            if let Some(TypeDefDecl::Object(ObjectDecl { alternatives: Some(alternatives), .. })) = &decl.def {
                types.stated(&alternatives.name, &format!("what a `{}` is about", decl.name));
            }
        }
    }
    for (index, node) in spec.nodes.iter().enumerate() {
        if spec.nodes[..index].iter().all(|first| first.name.value != node.name.value) {
            node_types(node, &mut types);
        }
    }
    for (home, operation) in spec.operations() {
        let id = &operation.id;
        if let Some(request) = &operation.request
            && types.stated(request, &format!("the request of `{id}`"))
        {
            for part in Part::ALL {
                types.derived(part.of(request), request.span, format!("the {} of `{request}`", part.member()));
            }
        }
        if let Some(name) = &operation.filter_name {
            types.stated(name, &format!("the filter of `{id}`"));
            for filter in &operation.filtering {
                types.derived(
                    naming::filter_builder(name, &filter.field),
                    filter.field.span,
                    format!("the filter `{}` of `{id}`", filter.field),
                );
            }
        }
        for choice in &operation.choices {
            if let Some(name) = &choice.ty {
                types.stated(name, &format!("what `{}` of `{id}` takes", choice.param));
            }
            for kind in &choice.kinds {
                snake(&kind.name, kind.name.span, "the function that makes a kind", "name the kind in snake_case", types.problems);
            }
        }
        if let Some(name) = &operation.sort_name {
            types.stated(name, &format!("the sort of `{id}`"));
        }
        if let (Some((owner, _)), Some(_)) = (spec.returned(operation), spec.selectable(home, operation)) {
            field_enum(spec, owner, &mut types);
        }
    }
}

/// The names of a node: its fields, identifier, handle, and the handles of its edges.
fn node_types(node: &NodeDecl, types: &mut Types<'_>) {
    let Some(short) = node.short.as_ref().filter(|_| !node.root) else {
        return;
    };
    // What derives from a name that is taken is taken too.
    if !types.stated(short, &format!("the node `{}`", node.name)) {
        return;
    }
    let derived =
        [(naming::id_type(short), "the identifier"), (naming::field_enum(short), "the fields"), (naming::node_handle(short), "the handle")];
    for (name, what) in derived {
        types.derived(name, short.span, format!("{what} of the node `{}`", node.name));
    }
    for edge in &node.edges {
        let method = naming::edge_method(&edge.name, edge.handle.as_deref().map(String::as_str));
        types.derived(naming::edge_handle(short, &method), edge.name.span, format!("the handle of the edge `{}`", edge.name));
        if edge.item.is_some() {
            types.derived(naming::item_handle(short, &method), edge.name.span, format!("the item below the edge `{}`", edge.name));
        }
    }
}

/// The enum of the fields of a type that some operation requests; a node has its own.
fn field_enum(spec: &Spec, owner: &str, types: &mut Types<'_>) {
    if let Some(decl) = spec.named_type(owner) {
        let what = format!("the fields of the type `{owner}`");
        let name = naming::field_enum(owner);
        if types.space.taken.get(&name).is_none_or(|holder| holder.what != what) {
            types.derived(name, decl.name.span, what);
        }
    }
}

fn modules(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let help = "rename a file in types/, or state another `handle:` for a node; the module of an edge is the edge's name";
    let mut top = Namespace::new(help).reserve(reserved::modules(), "a module that every crate has");
    for node in &spec.nodes {
        let module = naming::node_module(&node.name, node.handle.as_deref().map(String::as_str));
        let at = node.handle.as_ref().unwrap_or(&node.name).span;
        // Two nodes of one handle are reported where the client's methods are.
        if node.root || reserved::modules().any(|own| own == module) {
            top.claim(module, at, format!("the module of the node `{}`", node.name), problems);
        }
        let own = [naming::NODE_FIELDS, naming::NODE_HANDLE, naming::NODE_OPERATIONS, naming::NODE_RECORD];
        let mut within = Namespace::new(help).reserve(own, "a module that every node has");
        for edge in &node.edges {
            let module = naming::edge_module(&edge.name);
            if snake(
                &module,
                edge.name.span,
                "the module of an edge",
                "the name of an edge is Meta's; report this to the maintainer of the generator",
                problems,
            ) {
                within.claim(module, edge.name.span, format!("the module of the edge `{}`", edge.name), problems);
            }
        }
    }
    let mut types = Namespace::new(help);
    let mut file = None;
    for decl in spec.types.iter().filter(|decl| file.replace(decl.file.as_str()) != Some(decl.file.as_str())) {
        let module = naming::type_module(&decl.file);
        if snake(&module, decl.name.span, "the module of a file of types", "rename the file", problems) {
            types.claim(module, decl.name.span, format!("the module of types/{}.yaml", decl.file), problems);
        }
    }
}

/// In a type expression types and nodes are distinguished only by their names.
fn type_expressions(spec: &Spec, sources: &Sources, problems: &mut Vec<Diagnostic>) {
    let types = spec.types.iter().map(|decl| ("type", &decl.name));
    let named: Vec<(&str, &Text)> = types.chain(spec.nodes.iter().map(|node| ("node", &node.name))).collect();
    for (index, (what, name)) in named.iter().enumerate() {
        let Some((first_what, first)) = named[..index].iter().find(|(_, first)| first.value == name.value) else { continue };
        let source = sources.file(first.span.file);
        let at = format!("{}:{}", source.path, source.position(first.span.start).0);
        let message = if what == first_what {
            format!("the {what} `{name}` is already declared at {at}")
        } else {
            format!("the {what} `{name}` has the name of a {first_what}, declared at {at}")
        };
        problems.push(
            Diagnostic::new(Code::NameClash, name.span, message).label("declared again").related(first.span, "first declared here").help(
                if *what == "type" {
                    "keep one of the two, or give one of them a name of its own"
                } else {
                    "a node is described in one file, and has the name that Meta gives it: rename the type, or join the files"
                },
            ),
        );
    }
    for node in &spec.nodes {
        upper_camel(&node.name, node.name.span, "a node's name", "write it as Meta does, `BusinessAccount`", problems);
    }
    let mut roots = spec.nodes.iter().filter(|node| node.root);
    let first = roots.next();
    for (second, first) in roots.filter_map(|second| Some((second, first?))) {
        problems.push(
            Diagnostic::new(Code::NameClash, second.name.span, "the spec has two roots")
                .label("the second")
                .related(first.name.span, "the first")
                .help("there is one path without an identifier; put its edges into one file"),
        );
    }
}

fn error_kinds(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let help = "state another name; it is ours to choose";
    let mut variants = Namespace::new(help).reserve(["Other"], "the kind of every error that the spec does not list");
    let mut statics = Namespace::new(help);
    for error in &spec.errors {
        let what = match &error.case_of {
            Some(whole) => format!("the case `{}` of `{whole}`", error.name),
            None => format!("the error `{}`", error.name),
        };
        let is_free = upper_camel(&error.name, error.name.span, "a variant of `ErrorKind`", help, problems)
            && variants.claim(error.name.value.clone(), error.name.span, what, problems);
        if is_free {
            statics.claim(
                naming::error_static(&error.name),
                error.name.span,
                format!("the entry of `{}` in the catalog", error.name),
                problems,
            );
        }
    }
}
