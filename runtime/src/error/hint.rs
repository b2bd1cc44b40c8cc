//! What was probably meant, where Graph's words leave it open.

use crate::description::error_catalog::ErrorCatalog;
use crate::error::Error;
use crate::request::context::CallContext;
use crate::response::graph_error::GraphError;

/// A field that does not exist, from `Tried accessing nonexisting field (x) on node type (Y)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonexistentField<'e> {
    /// The field as it was asked for.
    pub field: &'e str,
    /// The type of the node as Graph calls it, where the message says it.
    pub node: Option<&'e str>,
}

impl<'e> NonexistentField<'e> {
    fn of(message: &'e str) -> Option<Self> {
        let (_, rest) = message.split_once("nonexisting field")?;
        let (field, rest) = bracketed(rest)?;
        let node = rest.split_once("node type").and_then(|(_, rest)| bracketed(rest));
        Some(Self { field, node: node.map(|(node, _)| node) })
    }
}

/// What is in the brackets at the start of a text, and what follows them.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    text.trim_start().strip_prefix('(')?.split_once(')')
}

impl Error {
    /// The field that made the call fail, because it does not exist on the node or not in this version.
    ///
    /// One unknown name in `fields` fails the whole call (code 100). If it is the edge of the path, the identifier is that of a node of another
    /// kind: [`hint`](Error::hint) says so.
    pub fn nonexistent_field(&self) -> Option<NonexistentField<'_>> {
        NonexistentField::of(self.message()?)
    }

    /// What was probably wrong, where Graph's words leave it open: which kind of identifier was sent (100/33), which version was asked for
    /// (2500), which field to leave out (100), or that the node of the path has no such edge (100).
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

/// The hint about an answer, if there is one.
pub(crate) fn hint(call: &CallContext, error: &GraphError, catalog: &ErrorCatalog) -> Option<String> {
    match (error.code?, error.subcode) {
        (100, Some(33)) => identifier(call, catalog),
        (100, _) => field(call, error),
        (2500, _) => version(call, catalog),
        _ => None,
    }
}

/// Graph answers an identifier of another kind, one that does not exist and one that is out of reach with the same words.
fn identifier(call: &CallContext, catalog: &ErrorCatalog) -> Option<String> {
    let target = call.target();
    let id = target.split('/').nth(2)?.split('?').next()?;
    let kind = kind(call).map(|kind| format!(" as {kind}")).unwrap_or_default();
    let mut hint = format!("`{id}` was sent{kind}. Is it the identifier of something else");
    if !catalog.nodes.is_empty() {
        hint.push_str(&format!(" ({})", catalog.nodes.join(", ")));
    }
    hint.push_str("? If not, the token has no access to it, or it is gone");
    Some(hint)
}

fn field(call: &CallContext, error: &GraphError) -> Option<String> {
    let NonexistentField { field, node } = NonexistentField::of(error.message.as_deref()?)?;
    if let Some(hint) = edge(call, field, node) {
        return Some(hint);
    }
    let node = node.map(|node| format!(" on {node}")).unwrap_or_default();
    Some(format!("remove `{field}` from `fields`: it does not exist{node} in {}", call.version))
}

/// What Graph calls a field may be the edge of the path: then the identifier is that of a node of another kind.
fn edge(call: &CallContext, field: &str, node: Option<&str>) -> Option<String> {
    let target = call.target();
    let mut steps = target.split('?').next()?.split('/').skip(2);
    let (id, edge) = (steps.next()?, steps.next()?);
    if edge != field {
        return None;
    }
    let node = node.map_or("another kind of node".to_owned(), |node| format!("a node of the type {node}"));
    let kind = kind(call).map(|kind| format!("; this call takes a `{kind}`")).unwrap_or_default();
    Some(format!("`{id}` is the identifier of {node}, which has no edge `{edge}`{kind}"))
}

/// What the path calls the identifier in it.
fn kind(call: &CallContext) -> Option<&'static str> {
    call.operation.path.split('/').find_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
}

/// A version that does not exist is answered like a path that does not.
fn version(call: &CallContext, catalog: &ErrorCatalog) -> Option<String> {
    let versions = catalog.versions;
    if versions.iter().any(|known| known.version == call.version) {
        return None;
    }
    let (first, last) = (versions.first()?.version, versions.last()?.version);
    Some(format!("the call asked for {}, and versions are known from {first} to {last}: it may not exist", call.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::info::{OperationInfo, VersionInfo};
    use crate::description::version::Version;

    static ERROR_CATALOG: ErrorCatalog = ErrorCatalog {
        nodes: &["Business", "PhoneNumber"],
        versions: &[VersionInfo { version: Version(22, 0), released: "2025-01-21", expires: None }],
        ..ErrorCatalog::EMPTY
    };

    fn hint_for(version: Version, code: u32, subcode: Option<u32>, message: &str) -> Option<String> {
        static READ: OperationInfo = OperationInfo { path: "/{phone_number_id}/settings", ..OperationInfo::EMPTY };
        let call = CallContext::example(&READ, version);
        let error = GraphError { code: Some(code), subcode, message: Some(message.to_owned()), ..GraphError::default() };
        hint(&call, &error, &ERROR_CATALOG)
    }

    #[test]
    fn a_field_and_its_node_are_read() {
        let read = NonexistentField::of;
        let whole = read("(#100) Tried accessing nonexisting field (speed) on node type (PhoneNumber)");
        assert_eq!(whole, Some(NonexistentField { field: "speed", node: Some("PhoneNumber") }));
        assert_eq!(read("nonexisting field (a)"), Some(NonexistentField { field: "a", node: None }));
        for other in ["", "(#100) Invalid parameter", "nonexisting field", "nonexisting field (a", "nonexisting field a)"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn the_kind_of_identifier_is_named() {
        assert_eq!(
            hint_for(Version(22, 0), 100, Some(33), "Unsupported get request.").unwrap(),
            "`106` was sent as phone_number_id. Is it the identifier of something else (Business, PhoneNumber)? \
             If not, the token has no access to it, or it is gone"
        );
        assert_eq!(hint_for(Version(22, 0), 100, Some(34), "Unsupported get request."), None);
    }

    #[test]
    fn an_edge_that_the_node_lacks_is_no_field_to_leave_out() {
        let message = "(#100) Tried accessing nonexisting field (settings) on node type (Business)";
        let hint = hint_for(Version(22, 0), 100, None, message).unwrap();
        assert_eq!(
            hint,
            "`106` is the identifier of a node of the type Business, which has no edge `settings`; this call takes a `phone_number_id`"
        );
        let hint = hint_for(Version(22, 0), 100, None, "nonexisting field (settings)").unwrap();
        assert_eq!(
            hint,
            "`106` is the identifier of another kind of node, which has no edge `settings`; this call takes a `phone_number_id`"
        );
    }

    #[test]
    fn an_unknown_version_is_named() {
        let hint = hint_for(Version(99, 0), 2500, None, "Unknown path components: /106").unwrap();
        assert_eq!(hint, "the call asked for v99.0, and versions are known from v22.0 to v22.0: it may not exist");
        assert_eq!(hint_for(Version(22, 0), 2500, None, "Unknown path components: /106"), None);
    }

    #[test]
    fn a_field_to_leave_out_is_named() {
        let hint = hint_for(Version(22, 0), 100, None, "(#100) Tried accessing nonexisting field (speed) on node type (X)").unwrap();
        assert_eq!(hint, "remove `speed` from `fields`: it does not exist on X in v22.0");
        assert_eq!(hint_for(Version(22, 0), 100, None, "(#100) Invalid parameter"), None);
    }
}
