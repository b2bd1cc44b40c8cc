//! From a method and a path to the operations that have them.

use std::{collections::HashMap, sync::OnceLock};

use crate::{
    description::{Method, Node, Operation, Segment},
    tables::SPEC,
};

/// An operation with its node.
pub(crate) type Site = (&'static Node, &'static Operation);

/// By method, number of segments and the first that is verbatim.
type Routes = HashMap<(Method, usize, &'static str), Vec<Site>>;

static ROUTES: OnceLock<Routes> = OnceLock::new();

fn routes() -> &'static Routes {
    ROUTES.get_or_init(|| {
        let mut routes = Routes::new();
        for (node, operation) in SPEC.operations() {
            let first = operation.path.iter().find_map(|segment| if let Segment::Literal(text) = segment { Some(*text) } else { None });
            routes.entry((operation.method, operation.path.len(), first.unwrap_or_default())).or_default().push((node, operation));
        }
        routes
    })
}

/// Every operation that the path can be of; those of one node next to each other.
pub(crate) fn find(method: Method, segments: &[String]) -> Vec<Site> {
    let mut found = Vec::new();
    for literal in segments.iter().map(String::as_str).chain([""]) {
        let sites = routes().get(&(method, segments.len(), literal)).map_or(&[][..], Vec::as_slice);
        found.extend(sites.iter().filter(|(node, operation)| fits(node, operation, segments)));
        if !found.is_empty() {
            break;
        }
    }
    found
}

fn fits(node: &Node, operation: &Operation, segments: &[String]) -> bool {
    operation.path.iter().zip(segments).all(|(wanted, given)| match wanted {
        Segment::Literal(text) => text == given,
        Segment::Id(..) => is_digits(given),
        Segment::Text(..) => !is_digits(given) && looks_like(node, given),
        Segment::Value(..) => true,
    })
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an identifier that is not digits begins as those of the examples do: `upload:`, or the beginning of an encoded word.
fn looks_like(node: &Node, given: &str) -> bool {
    let mut ids = node.operations.iter().flat_map(|operation| operation.examples).filter_map(|example| example.ids.first()).peekable();
    let beginning = |text: &str| text.chars().take(4).collect::<String>();
    ids.peek().is_none() || ids.any(|id| beginning(id) == beginning(given))
}

/// The place of the identifier of the node in the path.
pub(crate) fn id_of<'s>(operation: &Operation, segments: &'s [String]) -> Option<&'s str> {
    let at = operation.path.iter().position(|segment| !matches!(segment, Segment::Literal(_)))?;
    segments.get(at).map(String::as_str)
}

static IN_EXAMPLES: OnceLock<HashMap<&'static str, &'static Node>> = OnceLock::new();

/// The node of an identifier that the spec's examples have.
pub(crate) fn node_in_examples(id: &str) -> Option<&'static Node> {
    let known = IN_EXAMPLES.get_or_init(|| {
        let sites = SPEC.operations().filter(|(node, _)| !node.root);
        let ids =
            sites.flat_map(|(node, operation)| operation.examples.iter().filter_map(move |example| Some((*example.ids.first()?, node))));
        // Meta's pages use some identifiers for several things: that of the most operations counts.
        let mut counted: HashMap<&'static str, HashMap<&'static str, (usize, &'static Node)>> = HashMap::new();
        for (id, node) in ids {
            counted.entry(id).or_default().entry(node.name).or_insert((0, node)).0 += 1;
        }
        let most = |of: HashMap<&'static str, (usize, &'static Node)>| {
            of.into_values().max_by_key(|(count, node)| (*count, node.operations.len(), node.name)).map(|(_, node)| node)
        };
        counted.into_iter().filter_map(|(id, of)| Some((id, most(of)?))).collect()
    });
    known.get(id).copied()
}

/// An operation as people name it: its id, the Rust name of its request, the edge where that has one operation, or the last words of its id.
pub(crate) fn named(name: &str) -> Vec<Site> {
    let find = |fits: &dyn Fn(&Operation) -> bool| -> Vec<Site> { SPEC.operations().filter(|(_, operation)| fits(operation)).collect() };
    let exact = find(&|operation| operation.id == name || operation.request == name);
    if !exact.is_empty() {
        return exact;
    }
    let ending = find(&|operation| operation.id.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')));
    if !ending.is_empty() {
        return ending;
    }
    find(&|operation| !operation.edge.is_empty() && operation.edge == name)
}
