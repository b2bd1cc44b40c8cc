//! Nodes, edges, and the paths of their operations.

use super::{Scope, module, operations::operation, short, text, types::fields};
use crate::{
    ast::{EdgeDecl, EdgeItemDecl, NodeDecl, VerbSlot},
    model::{Areas, Edge, EdgeItem, Node, Operation},
    naming,
};

pub(super) fn nodes(scope: &Scope<'_>) -> Vec<Node> {
    scope
        .spec
        .nodes
        .iter()
        .map(|decl| Node {
            name: decl.name.value.clone(),
            rust_name: short(decl),
            handle: text(decl.handle.as_ref()),
            module: module(decl),
            root: decl.root,
            text_id: decl.text_id,
            doc: text(decl.docs.doc.as_ref()),
            page: text(decl.docs.page.as_ref()),
            areas: Areas::new(),
            record_areas: Areas::new(),
            fields: fields(scope, &decl.fields, &short(decl)),
            selectable: false,
            operations: operations(scope, decl, None, None, &decl.slots),
            unsupported: unsupported(&decl.slots),
            edges: decl.edges.iter().map(|edge| self::edge(scope, decl, edge)).collect(),
        })
        .collect()
}

pub(super) fn edge(scope: &Scope<'_>, node: &NodeDecl, decl: &EdgeDecl) -> Edge {
    Edge {
        name: decl.name.value.clone(),
        handle: naming::edge_method(&decl.name, decl.handle.as_deref().map(String::as_str)),
        module: naming::edge_module(&decl.name),
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        areas: Areas::new(),
        operations: operations(scope, node, Some(decl), None, &decl.slots),
        unsupported: unsupported(&decl.slots),
        item: decl.item.as_ref().map(|below| EdgeItem {
            placeholders: below.path.iter().map(|placeholder| placeholder.value.clone()).collect(),
            ty: scope.ty(&below.ty.value, &short(node)),
            handle: naming::item_method(below.handle.as_deref().map(String::as_str)),
            doc: text(below.docs.doc.as_ref()),
            page: text(below.docs.page.as_ref()),
            operations: operations(scope, node, Some(decl), Some(below), &below.slots),
            unsupported: unsupported(&below.slots),
        }),
    }
}

pub(super) fn unsupported(slots: &[VerbSlot]) -> Vec<String> {
    slots.iter().filter(|slot| slot.operation.is_none()).map(|slot| slot.verb.clone()).collect()
}

pub(super) fn operations(
    scope: &Scope<'_>,
    node: &NodeDecl,
    edge: Option<&EdgeDecl>,
    below: Option<&EdgeItemDecl>,
    slots: &[VerbSlot],
) -> Vec<Operation> {
    slots
        .iter()
        .filter_map(|slot| slot.operation.as_deref().map(|decl| (slot, decl)))
        .map(|(slot, decl)| operation(scope, node, edge, below, slot, decl))
        .collect()
}
