//! The paths of operations.

use super::{Scope, short};
use crate::{
    ast::{EdgeDecl, EdgeItemDecl, NodeDecl},
    model::{Segment, Type},
    naming,
};

/// The path of an operation of a node, an edge, or an item below it.
pub(super) fn path(scope: &Scope<'_>, node: &NodeDecl, edge: Option<&EdgeDecl>, below: Option<&EdgeItemDecl>) -> Vec<Segment> {
    let mut path = Vec::new();
    path.extend(node.under.iter().flat_map(|under| under.value.split('/')).map(|segment| Segment::Literal(segment.into())));
    if !node.root {
        let (name, ty) = (naming::id_member(&short(node)), Type::Id(short(node)));
        path.push(if node.text_id { Segment::Text { name, ty } } else { Segment::Id { name, ty } });
    }
    if let Some(edge) = edge {
        path.extend(edge.name.value.split('/').map(|segment| Segment::Literal(segment.into())));
    }
    path.extend(below.into_iter().flat_map(|below| {
        below.path.iter().map(|placeholder| {
            let (name, ty) = (placeholder.value.clone(), scope.ty(&below.ty.value, &short(node)));
            if matches!(ty, Type::Id(_)) { Segment::Id { name, ty } } else { Segment::Value { name, ty } }
        })
    }));
    path
}
