//! Shared types, and the fields of objects and nodes.

use super::{AlternativesDecl, Docs, Narrowing, RuleDecl, Text, Versioned};
use crate::parse::Span;

/// A shared type.
#[derive(Debug)]
pub struct TypeDecl {
    /// Its name.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// What it is; nothing if the file does not say.
    pub def: Option<TypeDefDecl>,
    /// Keys of objects on something that is not an object.
    pub unexpected_keys: Vec<Text>,
    /// The file in types/, without `.yaml`.
    pub file: String,
    /// It is declared with a webhook, and only webhooks have it.
    pub of_webhook: bool,
}

/// What a shared type is.
#[derive(Debug)]
pub enum TypeDefDecl {
    /// A string with known values.
    Enum(Vec<ValueDecl>),
    /// An object with known fields.
    Object(ObjectDecl),
    /// Objects that are distinguished by a tag.
    Union(UnionDecl),
    /// Kinds of JSON.
    Untagged(Vec<UntaggedVariantDecl>),
}

/// An object with known fields.
#[derive(Debug)]
pub struct ObjectDecl {
    /// Its fields.
    pub fields: Vec<FieldDecl>,
    /// Its constructors; none: a `new` without arguments.
    pub constructors: Vec<ConstructorDecl>,
    /// A string converts to one.
    pub from_text: Option<Span>,
    /// Rules between its fields.
    pub rules: Vec<RuleDecl>,
    /// The fields of which one is there.
    pub alternatives: Option<AlternativesDecl>,
}

impl ObjectDecl {
    /// Whether every constructor sets a field.
    pub fn is_arg(&self, field: &str) -> bool {
        !self.constructors.is_empty() && self.constructors.iter().all(|made| made.args.iter().any(|arg| arg.value == field))
    }

    /// The field from which alone an object is made, if there is one constructor and it takes one field.
    pub fn only_arg(&self) -> Option<&FieldDecl> {
        let [made] = self.constructors.as_slice() else { return None };
        let [arg] = made.args.as_slice() else { return None };
        self.fields.iter().find(|field| field.name.value == arg.value)
    }
}

/// A function that constructs an object.
#[derive(Debug)]
pub struct ConstructorDecl {
    /// Its Rust name.
    pub name: Text,
    /// The fields that it takes, in this order.
    pub args: Vec<Text>,
}

/// A union.
#[derive(Debug)]
pub struct UnionDecl {
    /// The member that distinguishes the variants.
    pub tag: Text,
    /// Tags decode in any case.
    pub any_case: bool,
    /// The variant that a string converts to.
    pub from_text: Option<Text>,
    /// Its variants.
    pub variants: Vec<VariantDecl>,
}

/// A variant of a union.
#[derive(Debug)]
pub struct VariantDecl {
    /// The tag.
    pub tag: Text,
    /// Description, page, presence.
    pub docs: Docs,
    /// The type expression of the members next to the tag.
    pub members: Option<Text>,
    /// The type expression of the payload.
    pub payload: Option<Text>,
    /// The name of the payload's member.
    pub under: Option<Text>,
    /// The stated Rust name.
    pub rust_name: Option<Text>,
}

/// A JSON kind for one value.
#[derive(Debug)]
pub struct UntaggedVariantDecl {
    /// The Rust variant.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// The type expression.
    pub ty: Text,
}

/// A value of an enum.
#[derive(Debug)]
pub struct ValueDecl {
    /// The value on the wire.
    pub value: Text,
    /// Description, page, presence.
    pub docs: Docs,
    /// The stated variant.
    pub rust_name: Option<Text>,
}

impl FieldDecl {
    /// Whether a member of that name is the field.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.value == name || self.aliases.iter().any(|alias| alias.value == name)
    }
}

/// A field of a node or an object.
#[derive(Debug)]
pub struct FieldDecl {
    /// The name on the wire.
    pub name: Text,
    /// Description, page, presence.
    pub docs: Docs,
    /// Its other names on the wire.
    pub aliases: Vec<Text>,
    /// The type expression.
    pub ty: Versioned<Text>,
    /// The values of a shared enum that it takes or has, if not all.
    pub narrowing: Narrowing,
    /// Always returned.
    pub always: bool,
    /// Boxed, because it seldom is there.
    pub rare: bool,
    /// Masked.
    pub secret: bool,
    /// Of a person, and shown only to who asks for it.
    pub personal: bool,
    /// May be requested with `fields=`.
    pub selectable: bool,
    /// The members of its union are among the object's own.
    pub spread: bool,
    /// The edge that it reads.
    pub expands: Option<Text>,
    /// Always this value.
    pub constant: Option<Text>,
    /// The stated Rust name.
    pub rust_name: Option<Text>,
}
