//! Shared types, fields, and the enums of `sort` parameters.

use super::{Scope, mask, presence, text, types_over_time};
use crate::{
    ast::{self, FieldDecl, Spec, TypeShape},
    model::{Field, NamedType, Node, Shape, Value},
    names::{camel, snake},
};

pub(super) fn types(scope: &Scope<'_>) -> Vec<NamedType> {
    let shape = |decl: &ast::TypeDecl| match &decl.shape {
        Some(TypeShape::Object { fields: decls, args }) => {
            let fields = fields(scope, decls, "");
            let args = args.iter().filter_map(|arg| decls.iter().position(|field| field.name.value == arg.value)).collect();
            Shape::Object { fields, args, sent: false }
        }
        Some(TypeShape::Enum(values)) => Shape::Enum(self::values(values)),
        None => Shape::Enum(Vec::new()),
    };
    scope
        .spec
        .types
        .iter()
        .map(|decl| NamedType {
            name: decl.name.value.clone(),
            module: format!("types::{}", snake(&decl.file)),
            doc: text(decl.item.doc.as_ref()),
            page: text(decl.item.page.as_ref()),
            shape: shape(decl),
        })
        .collect()
}

pub(super) fn values(decls: &[ast::ValueDecl]) -> Vec<Value> {
    decls
        .iter()
        .map(|decl| Value {
            value: decl.value.value.clone(),
            variant: decl.name.as_ref().map_or_else(|| camel(&decl.value.value), |name| name.value.clone()),
            doc: text(decl.item.doc.as_ref()),
            presence: presence(&decl.item.presence),
        })
        .collect()
}

pub(super) fn fields(scope: &Scope<'_>, decls: &[FieldDecl], own: &str) -> Vec<Field> {
    decls
        .iter()
        .map(|decl| Field {
            name: decl.name.value.clone(),
            rust: decl.rust.as_ref().map_or_else(|| snake(&decl.name.value), |name| name.value.clone()),
            doc: text(decl.item.doc.as_ref()),
            page: text(decl.item.page.as_ref()),
            ty: types_over_time(&decl.ty, &decl.tiles, "type", |ty| mask(scope.ty(ty, own), decl.secret)),
            always: decl.always,
            boxed: false,
            selectable: decl.selectable,
            presence: presence(&decl.item.presence),
        })
        .collect()
}

/// The enums of `sort` parameters, each in the module of its operation.
pub(super) fn sorts(spec: &Spec, nodes: &[Node]) -> Vec<NamedType> {
    spec.operations()
        .filter_map(|(home, operation)| {
            let name = operation.sort_name.as_ref()?;
            let node = nodes.iter().find(|node| node.name == home.node.name.value)?;
            let module = match home.edge {
                Some(edge) => format!("{}::{}", node.module, snake(&edge.name.value)),
                None => node.module.clone(),
            };
            Some(NamedType {
                name: name.value.clone(),
                module,
                doc: format!("An order of the items of `{}`.", text(operation.request.as_ref())),
                page: text(operation.item.page.as_ref()),
                shape: Shape::Enum(values(&operation.sort)),
            })
        })
        .collect()
}
