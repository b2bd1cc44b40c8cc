//! What concerns a spec: everything about its operations, and of the others their names.

use std::collections::{BTreeMap, BTreeSet};

use super::Facts;
use crate::{
    ast::{EvidenceDecl, Home, Spec, TypeDefDecl, Versioned},
    language::type_expr::TypeExpr,
};

/// The path and method of an operation, as facts name it.
pub fn path_of(home: Home<'_>) -> String {
    let method = match home.slot.verb.as_str() {
        "read" => "GET",
        "delete" => "DELETE",
        _ => "POST",
    };
    let node = if home.node.root { "" } else { home.node.name.as_str() };
    let edge = home.edge.map(|edge| format!("/{}", edge.name)).unwrap_or_default();
    let item = "/*".repeat(home.item.map_or(0, |item| item.path.len()));
    format!("{node}{edge}{item} {method}")
}

/// What is kept of the facts of a file: all that concerns the spec's operations and what they return, and the names of operations that it lacks.
pub fn recorded(facts: &Facts, spec: &Spec, source: &EvidenceDecl) -> Facts {
    let ours: BTreeSet<String> = spec.operations().map(|(home, _)| path_of(home)).collect();
    let returned = returned(spec);
    let nodes: BTreeSet<&str> = spec.nodes.iter().map(|node| node.name.as_str()).collect();
    let objects = spec.types.iter().filter(|decl| matches!(decl.def, Some(TypeDefDecl::Object(_)))).map(|decl| decl.name.as_str());
    let described: BTreeSet<&str> = objects.chain(returned.iter().map(String::as_str)).collect();
    let of_platform = |node: &str| source.nodes.iter().any(|pattern| matches(&pattern.value, node));
    let mut kept = Facts::new();
    // What an operation that we lack returns says whether it is about one of our nodes.
    let mut lacked: BTreeMap<String, bool> = BTreeMap::new();
    for (key, says) in facts {
        let Some((path, rest)) = key.split_once(' ') else { continue };
        let (node, below) = path.split_once('/').map_or((path, ""), |(node, below)| (node, below));
        let known = source.known_as(node);
        if rest.starts_with("field ") {
            if described.contains(known) {
                kept.insert(key.clone(), says.clone());
            }
            continue;
        }
        let Some((method, what)) = rest.split_once(' ') else { continue };
        let slash = if path.contains('/') { "/" } else { "" };
        if ours.contains(&format!("{known}{slash}{below} {method}")) {
            kept.insert(key.clone(), says.clone());
            continue;
        }
        let about_ours = nodes.contains(known) || of_platform(node) || (what == "returns" && nodes.contains(source.known_as(says)));
        *lacked.entry(format!("{path} {method}")).or_default() |= about_ours;
    }
    kept.extend(lacked.into_iter().filter(|(_, about_ours)| *about_ours).map(|(subject, _)| (subject, "named".into())));
    kept
}

/// The nodes that an operation of the spec returns, one or a page of them.
fn returned(spec: &Spec) -> BTreeSet<String> {
    let types = spec.operations().flat_map(|(_, operation)| operation.returns.iter().flat_map(Versioned::all));
    types
        .filter_map(|ty| match TypeExpr::parse(ty)? {
            TypeExpr::Named(name) => Some(name),
            TypeExpr::Page(inner) | TypeExpr::List(inner) => match *inner {
                TypeExpr::Named(name) => Some(name),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Whether a text is as a pattern says; `*` matches any characters.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_characters() {
        for (pattern, text) in [("a", "a"), ("a*", "a"), ("* GET param *", "A/b GET param limit"), ("*x*", "axb"), ("a*b*c", "a1b2b3c")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a*b", "a"), ("* GET param *", "A/b POST param limit"), ("ab*b", "ab"), ("a*b*c", "acb")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
