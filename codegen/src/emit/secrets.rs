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
    let mut walk = Walk::new(api, true, |field| field.personal);
    for param in &operation.params {
        walk.name(param.personal, "", &param.name);
        walk.ty(param.ty.rust(), &param.name);
    }
    let Walk { found, others, .. } = walk;
    let shown = |(within, name): (&str, &str)| {
        if others.contains(name) && !within.is_empty() { format!("{within}.{name}") } else { name.to_owned() }
    };
    found.into_iter().map(shown).collect()
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
    let mut walk = Walk::new(api, false, has_mark);
    types.into_iter().for_each(|ty| walk.ty(ty, ""));
    walk.found.into_iter().map(|(_, name)| name.to_owned()).collect()
}

struct Walk<'a> {
    api: &'a Api,
    /// Whether it makes a difference which member something is in.
    by_holder: bool,
    /// The types and the members that led to them.
    seen: BTreeSet<(&'a str, &'a str)>,
    /// The members that have the mark, each with the member that it is in.
    found: BTreeSet<(&'a str, &'a str)>,
    /// Those that have not.
    others: BTreeSet<&'a str>,
    has_mark: fn(&Field) -> bool,
}

impl<'a> Walk<'a> {
    fn new(api: &'a Api, by_holder: bool, has_mark: fn(&Field) -> bool) -> Self {
        Self { api, by_holder, seen: BTreeSet::new(), found: BTreeSet::new(), others: BTreeSet::new(), has_mark }
    }

    fn name(&mut self, is_marked: bool, within: &'a str, name: &'a str) {
        if is_marked {
            self.found.insert((within, name));
        } else if self.by_holder {
            self.others.insert(name);
        }
    }

    /// What is in the member of this name.
    fn member(&mut self, ty: &'a Type, name: &'a str) {
        self.ty(ty, if self.by_holder { name } else { "" });
    }

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
                        VariantContent::Payload(name, ty) => self.member(ty, name),
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

    fn fields(&mut self, fields: &'a [Field], within: &'a str) {
        for field in fields {
            let is_marked = (self.has_mark)(field);
            for name in std::iter::once(&field.name).chain(&field.aliases) {
                self.name(is_marked, within, name);
            }
            self.member(field.ty.rust(), &field.name);
        }
    }
}
