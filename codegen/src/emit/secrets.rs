//! What is not shown of an operation: names of members, at any depth, that are secret or personal.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, Field, Method, Operation, Type, TypeDef, VariantContent};

/// The members of what a type holds that are secret.
pub(crate) fn within(api: &Api, ty: &Type) -> BTreeSet<String> {
    marked(api, [ty], |field| matches!(field.ty.rust(), Type::Secret { .. }))
}

/// The secret parameters of an operation, and the secret members of what it sends and answers.
pub(crate) fn of(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let mut secrets: BTreeSet<String> = operation.params.iter().filter(|param| param.secret).map(|param| param.name.clone()).collect();
    for param in &operation.params {
        secrets.extend(within(api, param.ty.rust()));
    }
    secrets.extend(within(api, operation.returns.rust()));
    secrets
}

/// The parameters of an operation that are of a person, and the members of what it sends. A name that something else has too is given with
/// that of the object it is in: `address.name`.
fn personal(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let mut walk = Walk { api, seen: BTreeSet::new(), found: BTreeSet::new(), others: BTreeSet::new(), has_mark: |field| field.personal };
    for param in &operation.params {
        let names = if param.personal { &mut walk.found } else { &mut walk.others };
        names.insert((String::new(), param.name.clone()));
        walk.ty(param.ty.rust(), &param.name);
    }
    let Walk { found, others, .. } = walk;
    let is_other = |name: &str| others.iter().any(|(_, other)| other == name);
    found.into_iter().map(|(within, name)| if is_other(&name) && !within.is_empty() { format!("{within}.{name}") } else { name }).collect()
}

/// What is not shown of the calls to one path.
#[derive(Default)]
pub(crate) struct Mask {
    pub(crate) secrets: BTreeSet<String>,
    pub(crate) personal: BTreeSet<String>,
}

/// What is not shown, by path and verb: several operations may share both.
pub(crate) fn masks(api: &Api) -> BTreeMap<(String, Method), Mask> {
    let mut masks: BTreeMap<(String, Method), Mask> = BTreeMap::new();
    for operation in api.operations() {
        let (secrets, personal) = (of(api, operation), personal(api, operation));
        if !secrets.is_empty() || !personal.is_empty() {
            let mask = masks.entry((operation.path_text(), operation.http_method)).or_default();
            mask.secrets.extend(secrets);
            mask.personal.extend(personal);
        }
    }
    masks
}

/// The members within types that have a mark.
fn marked<'a>(api: &'a Api, types: impl IntoIterator<Item = &'a Type>, has_mark: fn(&Field) -> bool) -> BTreeSet<String> {
    let mut walk = Walk { api, seen: BTreeSet::new(), found: BTreeSet::new(), others: BTreeSet::new(), has_mark };
    types.into_iter().for_each(|ty| walk.ty(ty, ""));
    walk.found.into_iter().map(|(_, name)| name).collect()
}

struct Walk<'a> {
    api: &'a Api,
    /// The types and the members that led to them.
    seen: BTreeSet<(&'a str, &'a str)>,
    /// The members that have the mark, each with the member that it is in.
    found: BTreeSet<(String, String)>,
    /// Those that have not.
    others: BTreeSet<(String, String)>,
    has_mark: fn(&Field) -> bool,
}

impl<'a> Walk<'a> {
    fn ty(&mut self, ty: &'a Type, within: &'a str) {
        match ty {
            Type::List(inner) | Type::Map(inner) | Type::Page(inner) => self.ty(inner, within),
            Type::Object(name) | Type::Union(name) | Type::Untagged(name) if self.seen.insert((name, within)) => self.named(name, within),
            _ => {}
        }
    }

    fn named(&mut self, name: &str, within: &'a str) {
        let api = self.api;
        match api.named(name).map(|ty| &ty.def) {
            Some(TypeDef::Object(object)) => self.fields(&object.fields, within),
            Some(TypeDef::Union(union)) => {
                for variant in &union.variants {
                    match &variant.content {
                        VariantContent::Payload(name, ty) => self.ty(ty, name),
                        content => content.ty().into_iter().for_each(|ty| self.ty(ty, within)),
                    }
                }
            }
            Some(shape) => {
                for ty in shape.parts() {
                    self.ty(ty, within);
                }
            }
            None => {
                if let Some(node) = api.nodes.iter().find(|node| node.rust_name == name) {
                    self.fields(&node.fields, within);
                }
            }
        }
    }

    fn fields(&mut self, fields: &'a [Field], within: &str) {
        for field in fields {
            let names = if (self.has_mark)(field) { &mut self.found } else { &mut self.others };
            names.insert((within.to_owned(), field.name.clone()));
            names.extend(field.aliases.iter().map(|alias| (within.to_owned(), alias.clone())));
            self.ty(field.ty.rust(), &field.name);
        }
    }
}
