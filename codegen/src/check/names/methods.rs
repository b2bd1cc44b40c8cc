//! Methods: of the client, of the handles of nodes, edges and items.

use super::{Namespace, snake};
use crate::{
    ast::{EdgeDecl, NodeDecl, OperationDecl, Spec, VerbSlot},
    diagnostic::{Code, Diagnostic},
    naming,
    parse::Span,
};

/// The methods of the client that do not come from the spec.
const CLIENT: &[&str] =
    &["builder", "at_version", "with_token", "with_refusals", "send", "send_full", "raw", "version", "clone", "from", "into"];

pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut client = Namespace::new("state another `handle:`, or another `rust_method:` for an operation of the root")
        .reserve(CLIENT.iter().copied(), "a method of the client");
    for node in &spec.nodes {
        if node.root {
            root(node, &mut client, problems);
        } else {
            named(node, &mut client, problems);
            handle(node, problems);
        }
    }
}

/// The root's operations are methods of the client; it has no name and no handle.
fn root(node: &NodeDecl, client: &mut Namespace, problems: &mut Vec<Diagnostic>) {
    if node.text_id {
        problems.push(
            Diagnostic::new(Code::Misplaced, node.name.span, "the root has no identifiers that could be strings")
                .label("says `id: text`")
                .help("remove `id`, or `root: true` if the node has an identifier"),
        );
    }
    if let Some(under) = &node.under {
        problems.push(
            Diagnostic::new(Code::Misplaced, under.span, "the root has no identifier, so nothing is before it")
                .label("is before nothing")
                .help("remove `under`, and put it before the name of each edge: `signups/limits`; or remove `root: true` if the node has an identifier"),
        );
    }
    for (key, stated) in [("short", &node.short), ("handle", &node.handle)] {
        if let Some(stated) = stated {
            problems.push(
                Diagnostic::new(Code::Misplaced, stated.span, format!("the root has no `{key}`: its operations are methods of the client"))
                    .label("this would name nothing")
                    .help(format!("remove `{key}`, or `root: true` if the node has an identifier")),
            );
        }
    }
    for home in node.slots() {
        let Some(operation) = home.slot.operation.as_deref() else { continue };
        if home.edge.is_some() && !operation.action {
            problems.push(
                Diagnostic::new(Code::MissingKey, operation.span, format!("`{}` must say `action: true`", operation.id))
                    .label("`action` is missing here")
                    .help("operations of the root are methods of the client: no handle leads to them"),
            );
        }
        method(home.slot, operation, home.edge, client, problems);
    }
}

/// A node with an identifier has a name and a method of the client.
fn named(node: &NodeDecl, client: &mut Namespace, problems: &mut Vec<Diagnostic>) {
    for (key, stated, example) in [("short", &node.short, "short: PhoneNumber"), ("handle", &node.handle, "handle: phone_number")] {
        if stated.is_none() {
            problems.push(
                Diagnostic::new(Code::MissingKey, node.name.span, format!("the node `{}` needs `{key}`", node.name))
                    .label(format!("`{key}` is missing here"))
                    .help(format!(
                        "names that users type are stated, never guessed: `{example}`; a node without an identifier says `root: true`"
                    )),
            );
        }
    }
    if let Some(handle) = &node.handle
        && snake(handle, handle.span, "a method of the client", "state another `handle:`", problems)
    {
        client.claim(handle.value.clone(), handle.span, format!("what leads to the node `{}`", node.name), problems);
    }
}

/// The methods of a node's handle, and of the handles of its edges and items.
fn handle(node: &NodeDecl, problems: &mut Vec<Diagnostic>) {
    let help = "state another `handle:` for the edge or `rust_method:` for the operation";
    let mut on_node = Namespace::new(help).reserve(["id", "clone", "into"], "a method that every handle has");
    for slot in &node.slots {
        if let Some(operation) = slot.operation.as_deref() {
            method(slot, operation, None, &mut on_node, problems);
            if let Some(download) = &operation.download {
                let at = download.rust_method.as_ref().map_or(download.url.span, |method| method.span);
                claim(
                    naming::download_method(download.rust_method.as_deref().map(String::as_str)),
                    at,
                    format!("the download of `{}`", operation.id),
                    &mut on_node,
                    problems,
                );
            }
        }
    }
    for edge in &node.edges {
        let mut on_edge = Namespace::new(help).reserve(["clone", "into"], "a method that every handle has");
        for slot in &edge.slots {
            if let Some(operation) = slot.operation.as_deref() {
                let space = if operation.action { &mut on_node } else { &mut on_edge };
                method(slot, operation, Some(edge), space, problems);
            }
        }
        if edge.item.is_some() || edge.slots.iter().any(|slot| slot.operation.as_deref().is_some_and(|operation| !operation.action)) {
            let at = edge.handle.as_ref().map_or(edge.name.span, |handle| handle.span);
            claim(edge_method(edge), at, format!("what leads to the edge `{}`", edge.name), &mut on_node, problems);
        }
        item(node, edge, &mut on_edge, problems);
    }
}

fn item(node: &NodeDecl, edge: &EdgeDecl, on_edge: &mut Namespace, problems: &mut Vec<Diagnostic>) {
    let Some(below) = &edge.item else { return };
    let at = below.handle.as_ref().map_or(below.span, |handle| handle.span);
    claim(
        naming::item_method(below.handle.as_deref().map(String::as_str)),
        at,
        format!("what leads to the item below `{}`", edge.name),
        on_edge,
        problems,
    );
    let mut path =
        Namespace::new("state another `path:`").reserve(["client", "query", "body", "options"], "a member of handles or requests");
    if let Some(short) = &node.short {
        path = path.reserve([naming::id_member(short).as_str()], "the identifier in the path");
    }
    if below.path.is_empty() {
        problems.push(
            Diagnostic::new(Code::WrongKind, below.span, format!("the item below `{}` has no name in its path", edge.name))
                .label("what is it called?")
                .help("state one in `path:`, such as `path: code`; it is what the documentation shows in braces"),
        );
    }
    for (index, placeholder) in below.path.iter().enumerate() {
        let help = "state another `path:`; it is what the documentation shows in braces";
        if snake(placeholder, placeholder.span, "a placeholder", help, problems) {
            path.claim(placeholder.value.clone(), placeholder.span, format!("segment {} below the edge", index + 1), problems);
        }
    }
    let mut on_item = Namespace::new("state another `rust_method:`").reserve(["clone", "into"], "a method that every handle has");
    for slot in &below.slots {
        if let Some(operation) = slot.operation.as_deref() {
            method(slot, operation, None, &mut on_item, problems);
            if operation.action {
                problems.push(
                    Diagnostic::new(
                        Code::Misplaced,
                        operation.span,
                        format!("`{}` cannot be an action: it needs the item below the edge", operation.id),
                    )
                    .label("says `action: true`")
                    .help("remove `action`; `rust_method:` gives the operation another name"),
                );
            }
        }
    }
}

/// The method of an operation: stated, the edge of an action, or the verb.
fn method(slot: &VerbSlot, operation: &OperationDecl, edge: Option<&EdgeDecl>, space: &mut Namespace, problems: &mut Vec<Diagnostic>) {
    let own_name = slot.name.value != slot.verb;
    let of_edge = edge.filter(|_| operation.action && !own_name).map(edge_method);
    let at = match (&operation.rust_method, &of_edge) {
        (Some(method), _) => method.span,
        (None, Some(_)) => operation.span,
        (None, None) => slot.name.span,
    };
    let name = naming::operation_method(operation.rust_method.as_deref().map(String::as_str), &slot.name, of_edge);
    claim(name, at, format!("the operation `{}`", operation.id), space, problems);
}

fn edge_method(edge: &EdgeDecl) -> String {
    naming::edge_method(&edge.name, edge.handle.as_deref().map(String::as_str))
}

fn claim(name: String, at: Span, what: String, space: &mut Namespace, problems: &mut Vec<Diagnostic>) {
    if snake(&name, at, "a method", "`handle:` and `rust_method:` state another name", problems) {
        space.claim(name, at, what, problems);
    }
}
