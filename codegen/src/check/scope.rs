//! What names in the spec refer to, for the passes that look them up.

use std::collections::BTreeSet;

use crate::{
    ast::{
        FieldChoice, FieldDecl, Home, OperationDecl, ParamDecl, PermissionSet, Spec, Text, TypeDefDecl, UnionDecl, UntaggedVariantDecl,
        ValueDecl, VariantDecl, Versioned,
    },
    language::type_expr::{Scalar, TypeExpr},
};

/// What a name in a type expression refers to.
pub(super) enum Named<'s> {
    /// A string with known values.
    Enum,
    /// A type or node with these fields, by the name that a reader of the spec knows.
    Fields(&'s str, &'s [FieldDecl]),
    /// Objects that are distinguished by a tag.
    Union(&'s UnionDecl),
    /// Kinds of JSON.
    Untagged(&'s [UntaggedVariantDecl]),
    /// Nothing, several things, or something that was not described in full.
    Unknown,
}

impl Spec {
    /// What a name in a type expression refers to.
    pub(super) fn named<'s>(&'s self, name: &str) -> Named<'s> {
        if self.is_ambiguous(name) || self.is_endless(name) {
            return Named::Unknown;
        }
        match (self.named_type(name), self.node(name)) {
            (Some(decl), _) => match &decl.def {
                Some(TypeDefDecl::Enum(_)) => Named::Enum,
                Some(TypeDefDecl::Object(object)) => Named::Fields(&decl.name, &object.fields),
                Some(TypeDefDecl::Union(union)) => Named::Union(union),
                Some(TypeDefDecl::Untagged(shapes)) => Named::Untagged(shapes),
                None => Named::Unknown,
            },
            (None, Some(node)) if node.is_stub => Named::Unknown,
            (None, Some(node)) => Named::Fields(&node.name, &node.fields),
            (None, None) => Named::Unknown,
        }
    }

    /// Name and fields of what an operation returns one of, or a page of.
    pub(super) fn returned<'s>(&'s self, operation: &OperationDecl) -> Option<(&'s str, &'s [FieldDecl])> {
        let expression = operation.newest_returns().map(expression)?;
        match if let TypeExpr::Page(inner) = &expression { inner.as_ref() } else { &expression } {
            TypeExpr::Named(name) => self.fields_of(name),
            _ => None,
        }
    }

    /// Whether nothing is known about what an operation returns: its type is not described, which was reported.
    pub(super) fn returns_unknown(&self, operation: &OperationDecl) -> bool {
        let name = operation.newest_returns().and_then(|returns| element_of(&expression(returns)));
        name.is_some_and(|name| matches!(self.named(&name), Named::Unknown))
    }

    /// Whether a string makes a value of a type, through constructors and variants that end in a string.
    pub(super) fn is_made_of_text(&self, ty: &Text) -> bool {
        let mut ty = ty;
        // A chain that is longer than the list of types is a cycle.
        for _ in 0..=self.types.len() {
            let name = match expression(ty) {
                TypeExpr::Scalar(Scalar::String | Scalar::Digits) => return true,
                TypeExpr::Named(name) => name,
                _ => return false,
            };
            let next = match self.named_type(&name).and_then(|decl| decl.def.as_ref()) {
                Some(TypeDefDecl::Enum(_)) => return true,
                Some(TypeDefDecl::Object(object)) => object.only_arg().filter(|_| object.from_text.is_some()).map(|field| &field.ty.newest),
                Some(TypeDefDecl::Union(union)) => {
                    let tag = union.from_text.as_ref();
                    let variant = tag.and_then(|tag| union.variants.iter().find(|variant| variant.tag.value == tag.value));
                    variant.and_then(|variant| variant.payload.as_ref().or(variant.members.as_ref()))
                }
                Some(TypeDefDecl::Untagged(_)) | None => None,
            };
            match next {
                Some(next) => ty = next,
                None => return false,
            }
        }
        false
    }

    /// Name and fields of an object or a node.
    pub(super) fn fields_of<'s>(&'s self, name: &str) -> Option<(&'s str, &'s [FieldDecl])> {
        if let Named::Fields(name, fields) = self.named(name) { Some((name, fields)) } else { None }
    }

    /// The fields that can be requested from an operation; nothing if it has no `fields` parameter.
    pub(super) fn selectable(&self, home: Home<'_>, operation: &OperationDecl) -> Option<BTreeSet<&str>> {
        let (_, fields) = self.returned(operation)?;
        let selectable = fields.iter().filter(|field| field.selectable).map(|field| field.name.as_str());
        match &operation.fields {
            FieldChoice::Some(names) => Some(selectable.filter(|name| names.iter().any(|listed| listed.value == *name)).collect()),
            FieldChoice::All if home.slot.verb == "read" => Some(selectable.collect()),
            FieldChoice::All | FieldChoice::None => operation.read_after_write.map(|_| selectable.collect()),
        }
    }

    /// The parameters that Graph's conventions give an operation: `fields`, `filtering`, `sort` and the cursors.
    pub(super) fn implied(&self, home: Home<'_>, operation: &OperationDecl) -> Vec<&'static str> {
        let mut implied = Vec::new();
        let may_be_selected = match operation.fields {
            FieldChoice::Some(_) => true,
            FieldChoice::All => home.slot.verb == "read" || operation.read_after_write.is_some(),
            FieldChoice::None => operation.read_after_write.is_some(),
        };
        let may_be_selected = may_be_selected && self.returns_unknown(operation);
        if may_be_selected || self.selectable(home, operation).is_some() {
            implied.push("fields");
        }
        if !operation.filtering.is_empty() {
            implied.push("filtering");
        }
        if !operation.sort.is_empty() {
            implied.push("sort");
        }
        if returns_page(operation) {
            implied.extend(CURSORS.iter().filter(|name| match &operation.paging {
                None => true,
                Some(paging) => paging.iter().any(|documented| documented.value == **name),
            }));
        }
        implied.retain(|name| operation.param(name).is_none());
        implied
    }
}

/// The parameters of a page.
pub(super) const CURSORS: &[&str] = &["limit", "after", "before"];

impl OperationDecl {
    /// The parameter of that name.
    pub(super) fn param(&self, name: &str) -> Option<&ParamDecl> {
        self.params.iter().find(|param| param.name.value == name)
    }
}

/// Whether an operation returns a page of a list.
pub(super) fn returns_page(operation: &OperationDecl) -> bool {
    operation.newest_returns().is_some_and(|returns| matches!(expression(returns), TypeExpr::Page(_)))
}

/// A type expression; a malformed one was reported, and anything matches it.
pub(super) fn expression(text: &Text) -> TypeExpr {
    TypeExpr::parse(text).unwrap_or(TypeExpr::Scalar(Scalar::Json))
}

/// Every field of the spec with what it belongs to: "the type `X`", "the node `Y`".
pub(super) fn fields(spec: &Spec) -> impl Iterator<Item = (String, &FieldDecl)> {
    let of_types = spec.types.iter().flat_map(|decl| {
        let fields: &[FieldDecl] = if let Some(TypeDefDecl::Object(object)) = &decl.def { &object.fields } else { &[] };
        fields.iter().map(move |field| (format!("the type `{}`", decl.name), field))
    });
    let of_nodes = spec.nodes.iter().flat_map(|node| node.fields.iter().map(move |field| (format!("the node `{}`", node.name), field)));
    of_types.chain(of_nodes)
}

/// The types that some expressions name, and those that these contain.
pub(super) fn reached<'t>(spec: &Spec, from: impl Iterator<Item = &'t Text>) -> BTreeSet<String> {
    reached_from(spec, from.flat_map(named_in).collect())
}

/// The types and nodes that an expression names, but for those whose identifiers it names.
fn named_in(ty: &Text) -> Vec<String> {
    expression(ty).names().into_iter().filter(|(_, in_id)| !in_id).map(|(name, _)| name.to_owned()).collect()
}

/// These types, and those that they contain.
pub(super) fn reached_from(spec: &Spec, names: Vec<String>) -> BTreeSet<String> {
    let mut next = names;
    let mut reached = BTreeSet::new();
    while let Some(name) = next.pop() {
        if !reached.insert(name.clone()) {
            continue;
        }
        match spec.named_type(&name).and_then(|decl| decl.def.as_ref()) {
            Some(TypeDefDecl::Object(object)) => next.extend(object.fields.iter().flat_map(|field| field.ty.all()).flat_map(named_in)),
            Some(TypeDefDecl::Union(union)) => {
                next.extend(union.variants.iter().flat_map(|variant| variant.members.iter().chain(&variant.payload)).flat_map(named_in));
            }
            Some(TypeDefDecl::Untagged(shapes)) => next.extend(shapes.iter().flat_map(|shape| named_in(&shape.ty))),
            Some(TypeDefDecl::Enum(_)) | None => {}
        }
    }
    reached
}

/// Every variant of a union, with the union's name.
pub(super) fn variants(spec: &Spec) -> impl Iterator<Item = (&Text, &VariantDecl)> {
    spec.types.iter().flat_map(|decl| {
        let variants: &[VariantDecl] = if let Some(TypeDefDecl::Union(union)) = &decl.def { &union.variants } else { &[] };
        variants.iter().map(move |variant| (&decl.name, variant))
    })
}

/// Every list of values of the spec, with what it belongs to.
pub(super) fn values(spec: &Spec) -> impl Iterator<Item = (String, &[ValueDecl])> {
    let of_types = spec.types.iter().filter_map(|decl| match &decl.def {
        Some(TypeDefDecl::Enum(values)) => Some((format!("the type `{}`", decl.name), values.as_slice())),
        _ => None,
    });
    let of_sorts = spec
        .operations()
        .filter(|(_, operation)| !operation.sort.is_empty())
        .map(|(_, operation)| (format!("`sort` of `{}`", operation.id), operation.sort.as_slice()));
    of_types.chain(of_sorts)
}

/// The name of a type, or of the elements of its list.
pub(super) fn element(ty: &Text) -> Option<String> {
    match expression(ty) {
        TypeExpr::Named(name) => Some(name),
        TypeExpr::List(inner) => match *inner {
            TypeExpr::Named(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The name of what an expression is, or of the elements of its lists and pages.
pub(super) fn element_of(expression: &TypeExpr) -> Option<String> {
    match expression {
        TypeExpr::Named(name) => Some(name.clone()),
        TypeExpr::List(inner) | TypeExpr::Page(inner) => element_of(inner),
        _ => None,
    }
}

/// Every permission that an operation needs in some version.
pub(super) fn permissions(operation: &OperationDecl) -> Vec<Text> {
    operation.permissions.iter().flat_map(Versioned::all).flat_map(PermissionSet::names).cloned().collect()
}
