//! Where the secrets of an operation are: names of members, at any depth.

use std::collections::BTreeSet;

use crate::model::{Api, Field, Operation, Type, TypeDef};

/// The members of what a type holds that are secret.
pub(crate) fn within(api: &Api, ty: &Type) -> BTreeSet<String> {
    let mut walk = Walk { api, seen: BTreeSet::new(), secrets: BTreeSet::new() };
    walk.ty(ty);
    walk.secrets
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

struct Walk<'a> {
    api: &'a Api,
    seen: BTreeSet<&'a str>,
    secrets: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn ty(&mut self, ty: &'a Type) {
        match ty {
            Type::List(inner) | Type::Map(inner) | Type::Page(inner) => self.ty(inner),
            Type::Object(name) | Type::Union(name) | Type::Untagged(name) if self.seen.insert(name) => self.named(name),
            _ => {}
        }
    }

    fn named(&mut self, name: &str) {
        let api = self.api;
        match api.named(name).map(|ty| &ty.def) {
            Some(TypeDef::Object(object)) => self.fields(&object.fields),
            Some(shape) => {
                for ty in shape.parts() {
                    self.ty(ty);
                }
            }
            None => {
                if let Some(node) = api.nodes.iter().find(|node| node.rust_name == name) {
                    self.fields(&node.fields);
                }
            }
        }
    }

    fn fields(&mut self, fields: &'a [Field]) {
        for field in fields {
            if matches!(field.ty.rust(), Type::Secret { .. }) {
                self.secrets.insert(field.name.clone());
                self.secrets.extend(field.aliases.iter().cloned());
            }
            self.ty(field.ty.rust());
        }
    }
}
