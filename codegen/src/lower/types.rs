//! Shared types, fields, and the enums of `sort` parameters.

use naming::reserved::WEBHOOKS;

use super::{Scope, availability, mask, params::narrowed, rules, text, versioned};
use crate::{
    ast::{self, FieldDecl, Spec, TypeDefDecl},
    model::{
        Alternatives, Areas, Constructor, Field, NamedType, Node, Object, Type, TypeDef, Union, UntaggedVariant, Value, Variant,
        VariantContent,
    },
    naming,
};

pub(super) fn types(scope: &Scope<'_>) -> Vec<NamedType> {
    let def = |decl: &ast::TypeDecl| match &decl.def {
        Some(TypeDefDecl::Object(object)) => TypeDef::Object(self::object(scope, object, decl.of_webhook)),
        Some(TypeDefDecl::Enum(values)) => TypeDef::Enum(self::values(values)),
        Some(TypeDefDecl::Union(decl)) => TypeDef::Union(union(scope, decl)),
        Some(TypeDefDecl::Untagged(shapes)) => TypeDef::Untagged(shapes.iter().map(|decl| untagged(scope, decl)).collect()),
        None => TypeDef::Enum(Vec::new()),
    };
    scope
        .spec
        .types
        .iter()
        .map(|decl| NamedType {
            name: decl.name.value.clone(),
            module: format!("{}::{}", if decl.of_webhook { WEBHOOKS } else { "types" }, naming::type_module(&decl.file)),
            doc: text(decl.docs.doc.as_ref()),
            page: text(decl.docs.page.as_ref()),
            areas: Areas::new(),
            def: def(decl),
        })
        .collect()
}

fn object(scope: &Scope<'_>, decl: &ast::ObjectDecl, of_webhook: bool) -> Object {
    let index = |name: &ast::Text| decl.fields.iter().position(|field| field.name.value == name.value);
    let mut fields = fields(scope, &decl.fields, "");
    let alternatives = decl.alternatives.as_ref().and_then(|alternatives| alternatives_of(scope, alternatives, &fields));
    for field in &mut fields {
        field.isolated = of_webhook && matches!(&field.ty.newest, Type::List(inner) if matches!(**inner, Type::Object(_)));
    }
    for index in alternatives.iter().flat_map(|alternatives| alternatives.variants.iter().filter_map(|(_, _, field)| *field)) {
        fields[index].boxed = matches!(fields[index].ty.newest, Type::Object(_));
    }
    Object {
        fields,
        constructors: decl
            .constructors
            .iter()
            .map(|made| Constructor { name: made.name.value.clone(), args: made.args.iter().filter_map(index).collect() })
            .collect(),
        from_text: decl.from_text.is_some(),
        rules: decl.rules.iter().filter_map(rules::rule).collect(),
        sent: false,
        alternatives,
    }
}

/// The values of a tag, each with the field that is named like it.
fn alternatives_of(scope: &Scope<'_>, decl: &ast::AlternativesDecl, fields: &[Field]) -> Option<Alternatives> {
    let tag = fields.iter().position(|field| field.name == decl.tag.value)?;
    let Type::Enum(name) = &fields[tag].ty.newest else { return None };
    let Some(TypeDefDecl::Enum(values)) = scope.spec.named_type(name).and_then(|decl| decl.def.as_ref()) else { return None };
    let variant = |value: Value| {
        let field = fields.iter().position(|field| field.name == value.value);
        (value.value, value.variant, field)
    };
    let variants = self::values(values).into_iter().map(variant).collect();
    Some(Alternatives { name: decl.name.value.clone(), method: decl.method.value.clone(), tag, variants })
}

fn union(scope: &Scope<'_>, decl: &ast::UnionDecl) -> Union {
    let content = |variant: &ast::VariantDecl| match (&variant.members, &variant.payload) {
        (Some(members), _) => VariantContent::Members(scope.ty(members, "")),
        (None, Some(payload)) => {
            VariantContent::Payload(variant.under.as_ref().unwrap_or(&variant.tag).value.clone(), scope.ty(payload, ""))
        }
        (None, None) => VariantContent::Nothing,
    };
    Union {
        tag: decl.tag.value.clone(),
        any_case: decl.any_case,
        from_text: decl.from_text.as_ref().and_then(|text| decl.variants.iter().position(|variant| variant.tag.value == text.value)),
        variants: decl
            .variants
            .iter()
            .map(|variant| Variant {
                tag: variant.tag.value.clone(),
                variant: naming::variant(&variant.tag, variant.rust_name.as_deref().map(String::as_str)),
                doc: text(variant.docs.doc.as_ref()),
                availability: availability(&variant.docs.availability),
                content: content(variant),
            })
            .collect(),
        sent: false,
    }
}

fn untagged(scope: &Scope<'_>, decl: &ast::UntaggedVariantDecl) -> UntaggedVariant {
    UntaggedVariant { variant: decl.name.value.clone(), doc: text(decl.docs.doc.as_ref()), ty: scope.ty(&decl.ty, "") }
}

pub(super) fn values(decls: &[ast::ValueDecl]) -> Vec<Value> {
    decls
        .iter()
        .map(|decl| Value {
            value: decl.value.value.clone(),
            variant: naming::variant(&decl.value, decl.rust_name.as_deref().map(String::as_str)),
            doc: text(decl.docs.doc.as_ref()),
            availability: availability(&decl.docs.availability),
        })
        .collect()
}

pub(super) fn fields(scope: &Scope<'_>, decls: &[FieldDecl], own: &str) -> Vec<Field> {
    decls
        .iter()
        .map(|decl| Field {
            name: decl.name.value.clone(),
            aliases: decl.aliases.iter().map(|alias| alias.value.clone()).collect(),
            rust: naming::param(&decl.name, decl.rust_name.as_deref().map(String::as_str)),
            doc: text(decl.docs.doc.as_ref()),
            page: text(decl.docs.page.as_ref()),
            ty: versioned(&decl.ty, |ty| mask(scope.ty(ty, own), decl.secret)),
            only: narrowed(scope, &decl.ty, &decl.narrowing),
            personal: decl.personal,
            always: decl.always,
            boxed: decl.rare,
            isolated: false,
            selectable: decl.selectable,
            spread: decl.spread,
            constant: decl.constant.as_ref().map(|constant| constant.value.clone()),
            expands: decl.expands.as_ref().map(|edge| edge.value.clone()),
            availability: availability(&decl.docs.availability),
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
                Some(edge) => format!("{}::{}", node.module, naming::edge_module(&edge.name)),
                None => node.module.clone(),
            };
            Some(NamedType {
                name: name.value.clone(),
                module,
                doc: format!("An order of the items of `{}`.", text(operation.request.as_ref())),
                page: text(operation.docs.page.as_ref()),
                areas: Areas::new(),
                def: TypeDef::Enum(values(&operation.sort)),
            })
        })
        .collect()
}
