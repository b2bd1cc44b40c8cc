//! From the checked spec to the model: names resolved, defaults filled in, everything sorted.
//!
//! The passes: `nodes` and `types` translate item by item, then `selectable` makes the enums of fields, `sent` finds the objects that
//! requests contain, `boxed` breaks types that would contain themselves, `areas` finds what each area reaches, and `sort` puts everything
//! into its final order.

mod areas;
mod catalogs;
mod coverage;
mod examples;
mod nodes;
mod operations;
mod params;
mod passes;
mod paths;
mod rules;
mod single_version;
mod surface;
mod types;
mod webhooks;

pub use areas::{Link, Links, Thing, Via, origins};
pub use single_version::only;

use crate::{
    ast::{self, NodeDecl, Spec, Text, TypeDefDecl},
    language::type_expr::{Scalar, TypeExpr},
    model::{Api, Availability, Type, Version, Versioned},
    naming,
};

/// Resolves a spec in which [`check`](crate::check) found no error.
pub fn lower(spec: &Spec) -> Api {
    let scope = Scope { spec };
    let mut api = Api {
        surface: surface::surface(spec.surface.as_ref()),
        versions: catalogs::versions(spec),
        codes_as_subcodes: spec.codes_as_subcodes.as_ref().map(|from| from.value),
        newest_day: spec.newest_day(),
        versions_page: text(spec.versions_page.as_ref()),
        described_from: spec
            .described_from
            .as_ref()
            .map(|version| version.value)
            .or(spec.window().first().copied())
            .unwrap_or(Version(0, 0)),
        errors: spec.errors.iter().map(catalogs::error).collect(),
        permissions: spec.permissions.iter().map(catalogs::permission).collect(),
        types: types::types(&scope),
        nodes: nodes::nodes(&scope),
        webhooks: webhooks::webhooks(&scope),
        coverage: coverage::coverage(spec),
        quirks: spec.quirks.iter().map(catalogs::quirk).collect(),
        notes: spec.notes.iter().map(catalogs::note).collect(),
    };
    let sorts = types::sorts(spec, &api.nodes);
    api.types.extend(sorts);
    passes::selectable(&mut api);
    // Types are found by their names from here on.
    passes::sort(&mut api);
    passes::sent(&mut api);
    passes::boxed(&mut api);
    areas::assign(&mut api);
    api
}

struct Scope<'s> {
    spec: &'s Spec,
}

impl Scope<'_> {
    /// The type of an expression; `own` is the node that a bare `id` means.
    fn ty(&self, expression: &str, own: &str) -> Type {
        TypeExpr::parse(expression).map_or(Type::Json, |expression| self.resolve(&expression, own))
    }

    fn resolve(&self, expression: &TypeExpr, own: &str) -> Type {
        match expression {
            TypeExpr::Scalar(scalar) => match scalar {
                Scalar::String => Type::String,
                Scalar::Digits => Type::Digits,
                Scalar::Bool => Type::Bool,
                Scalar::Int => Type::Int,
                Scalar::Float => Type::Float,
                Scalar::Timestamp => Type::Timestamp { text: false },
                Scalar::TimestampText => Type::Timestamp { text: true },
                Scalar::IntString => Type::IntString,
                Scalar::File => Type::File,
                Scalar::Json => Type::Json,
            },
            TypeExpr::OwnId => Type::Id(own.into()),
            TypeExpr::Id(node) => Type::Id(self.spec.node(node).map(short).unwrap_or_default()),
            TypeExpr::List(inner) => Type::List(Box::new(self.resolve(inner, own))),
            TypeExpr::Map(inner) => Type::Map(Box::new(self.resolve(inner, own))),
            TypeExpr::Page(inner) => Type::Page(Box::new(self.resolve(inner, own))),
            TypeExpr::Named(name) => match (self.spec.named_type(name), self.spec.node(name)) {
                (Some(decl), _) => match decl.def {
                    Some(TypeDefDecl::Enum(_)) => Type::Enum(name.clone()),
                    Some(TypeDefDecl::Union(_)) => Type::Union(name.clone()),
                    Some(TypeDefDecl::Untagged(_)) => Type::Untagged(name.clone()),
                    Some(TypeDefDecl::Object(_)) | None => Type::Object(name.clone()),
                },
                (None, Some(node)) => Type::Object(short(node)),
                (None, None) => Type::Json,
            },
        }
    }
}

fn text(text: Option<&Text>) -> String {
    text.map(|text| text.value.trim().to_owned()).unwrap_or_default()
}

/// A sentence or two, on one line however the file wrapped them.
fn sentence(text: &Text) -> String {
    text.value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short(node: &NodeDecl) -> String {
    text(node.short.as_ref())
}

/// The module of a node: the name of its handle, `root` for the root.
fn module(node: &NodeDecl) -> String {
    naming::node_module(&node.name, node.handle.as_deref().map(String::as_str))
}

fn availability(presence: &ast::Availability) -> Availability {
    let instead = |end: &Option<ast::End>| end.as_ref().and_then(|end| end.instead.as_ref()).map(sentence);
    Availability {
        since: presence.since.as_ref().map(|since| since.value),
        deprecated: presence.deprecated.as_ref().map(|end| end.at.value),
        removed: presence.removed.as_ref().map(|end| end.at.value),
        back: presence.back.as_ref().map(|back| back.value),
        gated: presence.gated,
        instead: instead(&presence.removed).or_else(|| instead(&presence.deprecated)),
    }
}

/// An attribute over the versions, each value resolved.
fn versioned<T, R>(attribute: &ast::Versioned<T>, resolve: impl Fn(&T) -> R) -> Versioned<R> {
    let earlier = attribute.earlier.iter().filter_map(|tile| Some((tile.until.as_ref()?.value, resolve(&tile.is))));
    Versioned { newest: resolve(&attribute.newest), earlier: earlier.collect() }
}

/// Secrets are strings that mask themselves.
fn mask(ty: Type, secret: bool) -> Type {
    match ty {
        Type::String | Type::Digits if secret => Type::Secret { digits: ty == Type::Digits },
        ty => ty,
    }
}
