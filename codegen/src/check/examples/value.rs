//! Whether a value fits a type expression: said by a caller, or answered by Graph.

use serde_json::Value;

use crate::{
    ast::{FieldDecl, Spec, TypeShape},
    check::scope::{self, Named},
    parse::{Kind, Span, Tree},
    type_expr::{Scalar, TypeExpr},
};

/// Where a value does not fit, and what it should be.
pub(super) struct Misfit {
    pub(super) at: Span,
    /// "`data[0].id` has to be ..., and is ...".
    pub(super) what: String,
    /// Names of which one may have been meant.
    pub(super) instead: Option<(String, Vec<String>)>,
}

/// Who says a value: a caller stays within the spec's types, Graph also answers null, and is free in enums.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    Caller,
    Graph,
}

/// Judges values of one example.
pub(super) struct Judge<'s> {
    pub(super) spec: &'s Spec,
    pub(super) voice: Voice,
}

impl Judge<'_> {
    /// Every place at which a value does not fit.
    pub(super) fn judge(&self, tree: &Tree, ty: &TypeExpr, path: &str) -> Vec<Misfit> {
        if tree.is_null() {
            return if self.voice == Voice::Graph { Vec::new() } else { vec![misfit(tree, path, "a value")] };
        }
        match (ty, &tree.kind) {
            (TypeExpr::Scalar(scalar), _) => self.scalar(tree, *scalar, path),
            (TypeExpr::Id(_) | TypeExpr::OwnId, Kind::Scalar { text, .. }) if is_digits(text) => Vec::new(),
            (TypeExpr::Id(_) | TypeExpr::OwnId, _) => vec![misfit(tree, path, "an identifier, a text or number of digits")],
            (TypeExpr::List(inner), Kind::List(items)) => {
                items.iter().enumerate().flat_map(|(index, item)| self.judge(item, inner, &format!("{path}[{index}]"))).collect()
            }
            (TypeExpr::List(_), _) => vec![misfit(tree, path, "a list")],
            (TypeExpr::Map(inner), Kind::Map(entries)) => {
                entries.iter().flat_map(|entry| self.judge(&entry.value, inner, &below(path, &entry.key))).collect()
            }
            (TypeExpr::Page(inner), Kind::Map(_)) => self.page(tree, inner, path),
            (TypeExpr::Map(_) | TypeExpr::Page(_), _) => vec![misfit(tree, path, "an object")],
            (TypeExpr::Named(name), _) => self.named(tree, name, path),
        }
    }

    fn scalar(&self, tree: &Tree, scalar: Scalar, path: &str) -> Vec<Misfit> {
        let value = tree.json();
        let (fits, takes) = match scalar {
            Scalar::Json => (true, "anything"),
            Scalar::String => (value.is_string(), "a text"),
            Scalar::Digits => (value.as_str().is_some_and(is_digits), "a text of digits"),
            Scalar::Bool => (value.is_boolean(), "`true` or `false`"),
            Scalar::Int => (value.is_i64() || value.is_u64(), "a whole number"),
            Scalar::Float => (value.is_number(), "a number"),
            Scalar::Timestamp | Scalar::TimestampText => match self.voice {
                Voice::Caller => (tree.text().is_some_and(is_digits), "Unix seconds, as a number or a text"),
                Voice::Graph => (tree.text().is_some_and(is_moment), "Unix seconds, or a time such as `2024-01-15T10:30:00+0000`"),
            },
        };
        if fits { Vec::new() } else { vec![misfit(tree, path, takes)] }
    }

    fn named(&self, tree: &Tree, name: &str, path: &str) -> Vec<Misfit> {
        match (self.spec.named(name), &tree.kind) {
            (Named::Unknown, _) => Vec::new(),
            (Named::Enum, Kind::Scalar { .. }) if tree.json().is_string() => Vec::new(),
            (Named::Enum, _) => vec![misfit(tree, path, &format!("a text, one of `{name}`"))],
            (Named::Fields(_, fields), Kind::Map(_)) => self.object(tree, name, fields, path),
            (Named::Fields(..), _) => vec![misfit(tree, path, &format!("an object, a `{name}`"))],
        }
    }

    fn object(&self, tree: &Tree, name: &str, fields: &[FieldDecl], path: &str) -> Vec<Misfit> {
        let mut misfits: Vec<Misfit> = Vec::new();
        for entry in tree.entries() {
            match fields.iter().find(|field| field.name.value == entry.key) {
                Some(field) => misfits.extend(self.judge(&entry.value, &scope::expression(&field.ty), &below(path, &entry.key))),
                None => misfits.push(Misfit {
                    at: entry.at,
                    what: format!("{} is not a field of `{name}`", shown(&below(path, &entry.key))),
                    instead: Some((entry.key.clone(), fields.iter().map(|field| field.name.value.clone()).collect())),
                }),
            }
        }
        for field in self.needed(name, fields).into_iter().filter(|field| tree.get(field).is_none()) {
            misfits.push(missing(tree, path, field, name));
        }
        misfits
    }

    /// The fields without which an object does not decode or cannot be made.
    fn needed<'f>(&self, name: &str, fields: &'f [FieldDecl]) -> Vec<&'f str> {
        let args = match self.spec.named_type(name).and_then(|decl| decl.shape.as_ref()) {
            Some(TypeShape::Object { args, .. }) => args.as_slice(),
            _ => &[],
        };
        let is_arg = |field: &FieldDecl| args.iter().any(|arg| arg.value == field.name.value);
        let is_needed = |field: &&FieldDecl| is_arg(field) || (field.always && self.voice == Voice::Graph);
        fields.iter().filter(is_needed).map(|field| field.name.as_str()).collect()
    }

    fn page(&self, tree: &Tree, inner: &TypeExpr, path: &str) -> Vec<Misfit> {
        let mut misfits: Vec<Misfit> = Vec::new();
        for entry in tree.entries() {
            let path = below(path, &entry.key);
            match (entry.key.as_str(), &entry.value.kind) {
                ("data", Kind::List(items)) => {
                    misfits.extend(items.iter().enumerate().flat_map(|(index, item)| self.judge(item, inner, &format!("{path}[{index}]"))));
                }
                ("data", _) if !entry.value.is_null() => misfits.push(misfit(&entry.value, &path, "a list")),
                ("paging", Kind::Scalar { .. } | Kind::List(_)) if !entry.value.is_null() => {
                    misfits.push(misfit(&entry.value, &path, "an object"));
                }
                ("data" | "paging" | "summary", _) => {}
                _ => misfits.push(Misfit { at: entry.at, what: format!("{} is not part of a page", shown(&path)), instead: None }),
            }
        }
        if tree.get("data").is_none() {
            misfits.push(missing(tree, path, "data", "page"));
        }
        misfits
    }
}

fn misfit(tree: &Tree, path: &str, takes: &str) -> Misfit {
    let is = match tree.json() {
        Value::Null => String::from("nothing stands there"),
        Value::Bool(value) => format!("it is {value}"),
        Value::Number(number) => format!("it is the number {number}"),
        Value::String(text) if text.chars().count() > 40 => String::from("it is another text"),
        Value::String(text) => format!("it is the text \"{}\"", text.trim_end()),
        Value::Array(_) => String::from("it is a list"),
        Value::Object(_) => String::from("it is an object"),
    };
    Misfit { at: tree.span, what: format!("{} has to be {takes}; {is}", shown(path)), instead: None }
}

fn missing(tree: &Tree, path: &str, field: &str, name: &str) -> Misfit {
    let at = tree.entries().first().map_or(tree.span, |entry| entry.at);
    Misfit { at, what: format!("{} is missing, which a `{name}` always has", shown(&below(path, field))), instead: None }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.into() } else { format!("{path}.{key}") }
}

fn shown(path: &str) -> String {
    if path.is_empty() { "the body".into() } else { format!("`{path}`") }
}

/// Whether a text is nothing but ASCII digits.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Unix seconds or ISO 8601, as far as Graph writes it.
fn is_moment(text: &str) -> bool {
    let is_date = text.get(..10).is_some_and(crate::check::scalar::is_date);
    is_digits(text) || (is_date && (text.len() == 10 || text[10..].starts_with('T')))
}
