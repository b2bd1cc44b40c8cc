//! Whether a value matches a type expression: passed by a caller, or answered by Graph.

use serde_json::Value;

use super::rules;
use crate::{
    ast::{FieldDecl, Narrowing, OperationDecl, Spec, TypeDefDecl, UnionDecl, UntaggedVariantDecl, VariantDecl},
    check::scope::{self, Named},
    language::type_expr::{Scalar, TypeExpr},
    parse::{Entry, Kind, Span, Tree},
};

/// Where a value does not match, and what it should be.
pub(in crate::check) struct Misfit {
    pub(in crate::check) at: Span,
    /// "`data[0].id` must be ..., and is ...".
    pub(in crate::check) what: String,
    /// Names of which one may have been meant.
    pub(in crate::check) instead: Option<(String, Vec<String>)>,
}

/// Where a value comes from: a caller stays within the spec's types, Graph also answers null, and may use any value in enums.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Voice {
    Caller,
    Graph,
}

/// Checks values of one example.
pub(in crate::check) struct Judge<'s> {
    pub(in crate::check) spec: &'s Spec,
    pub(in crate::check) voice: Voice,
}

/// Where a page has its list, but for a few.
const USUAL: &[&str] = &["data"];

impl Judge<'_> {
    /// Every place at which an answer is not what the operation returns.
    pub(super) fn answer(&self, tree: &Tree, operation: &OperationDecl, returns: &TypeExpr) -> Vec<Misfit> {
        match returns {
            TypeExpr::Page(inner) if !tree.is_null() => {
                let path = operation.list_path();
                match (operation.list_or.as_ref().map(|or| or.value.as_str()), &tree.kind) {
                    (Some("bare"), Kind::List(_)) => self.page(tree, inner, &[], "", true),
                    (Some("item"), Kind::Map(_)) if path.first().is_some_and(|first| tree.get(first).is_none()) => {
                        self.judge(tree, inner, "")
                    }
                    _ => self.page(tree, inner, &path, "", true),
                }
            }
            returns => self.judge(tree, returns, ""),
        }
    }

    /// Every place at which a value does not match.
    pub(in crate::check) fn judge(&self, tree: &Tree, ty: &TypeExpr, path: &str) -> Vec<Misfit> {
        if tree.is_null() {
            return if self.voice == Voice::Graph { Vec::new() } else { vec![misfit(tree, path, "a value")] };
        }
        match (ty, &tree.kind) {
            (TypeExpr::Scalar(scalar), _) => self.scalar(tree, *scalar, path),
            (TypeExpr::Id(node), Kind::Scalar { .. })
                if self.spec.node(node).is_none_or(|node| node.text_id) && tree.json().is_string() =>
            {
                Vec::new()
            }
            (TypeExpr::Id(_) | TypeExpr::OwnId, Kind::Scalar { text, .. }) if is_digits(text) => Vec::new(),
            (TypeExpr::Id(_) | TypeExpr::OwnId, _) => vec![misfit(tree, path, "an identifier, a string or number of digits")],
            (TypeExpr::List(inner), Kind::List(items)) => {
                items.iter().enumerate().flat_map(|(index, item)| self.judge(item, inner, &format!("{path}[{index}]"))).collect()
            }
            (TypeExpr::List(_), _) => vec![misfit(tree, path, "a list")],
            (TypeExpr::Map(inner), Kind::Map(entries)) => {
                entries.iter().flat_map(|entry| self.judge(&entry.value, inner, &below(path, &entry.key))).collect()
            }
            (TypeExpr::Page(inner), _) => self.page(tree, inner, USUAL, path, true),
            (TypeExpr::Map(_), _) => vec![misfit(tree, path, "an object")],
            (TypeExpr::Named(name), _) => self.named(tree, name, path),
        }
    }

    /// The values of shared enums that their places take at no version, each with what the place says; values of the wrong kind are left out.
    pub(super) fn untaken<'n>(&'n self, tree: &Tree, ty: &TypeExpr, narrowing: &'n Narrowing, path: &str) -> Vec<(Misfit, &'n Narrowing)> {
        match (ty, &tree.kind) {
            (TypeExpr::List(inner), Kind::List(items)) => {
                let each = |(index, item): (usize, &Tree)| self.untaken(item, inner, narrowing, &format!("{path}[{index}]"));
                items.iter().enumerate().flat_map(each).collect()
            }
            (TypeExpr::Named(name), Kind::Scalar { text, .. })
                if matches!(self.spec.named(name), Named::Enum) && !narrowing.ever_takes(text) =>
            {
                let takes: Vec<String> = match self.spec.named_type(name).and_then(|decl| decl.def.as_ref()) {
                    Some(TypeDefDecl::Enum(values)) => values.iter().map(|value| value.value.value.clone()).collect(),
                    _ => Vec::new(),
                };
                let takes: Vec<String> = takes.into_iter().filter(|value| narrowing.ever_takes(value)).collect();
                let shown: Vec<String> = takes.iter().map(|value| format!("`{value}`")).collect();
                let what = format!("{} does not take `{text}` of `{name}` at any version, only {}", self::shown(path), shown.join(", "));
                vec![(Misfit { at: tree.span, what, instead: None }, narrowing)]
            }
            (TypeExpr::Named(name), Kind::Map(_)) => match self.spec.named(name) {
                Named::Fields(_, fields) => {
                    let each = |field: &'n FieldDecl| {
                        let value = tree.get(&field.name).filter(|_| !field.spread)?;
                        Some(self.untaken(value, &scope::expression(&field.ty.newest), &field.narrowing, &below(path, &field.name)))
                    };
                    fields.iter().filter_map(each).flatten().collect()
                }
                Named::Union(union) => {
                    let tag = tree.get(&union.tag).and_then(Tree::text).unwrap_or_default();
                    let Some(variant) = union.variants.iter().find(|variant| variant.tag.value == tag) else { return Vec::new() };
                    let key = variant.under.as_ref().unwrap_or(&variant.tag);
                    match (&variant.members, &variant.payload, tree.get(key)) {
                        (Some(members), _, _) => self.untaken(tree, &scope::expression(members), narrowing, path),
                        (None, Some(payload), Some(value)) => {
                            self.untaken(value, &scope::expression(payload), narrowing, &below(path, key))
                        }
                        _ => Vec::new(),
                    }
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn scalar(&self, tree: &Tree, scalar: Scalar, path: &str) -> Vec<Misfit> {
        let value = tree.json();
        let (fits, takes) = match scalar {
            Scalar::Json => (true, "anything"),
            Scalar::String => (value.is_string(), "a string"),
            Scalar::Digits => (value.as_str().is_some_and(is_digits), "a string of digits"),
            Scalar::Bool => (value.is_boolean(), "`true` or `false`"),
            Scalar::Int => (value.is_i64() || value.is_u64(), "a whole number"),
            Scalar::Float => (value.is_number(), "a number"),
            Scalar::IntString => (tree.text().is_some_and(is_whole), "a whole number, or a string with one"),
            Scalar::File => (is_file(tree), "a file: `{name: photo.png, type: image/png, text: …}`, of which `name` is optional"),
            Scalar::Timestamp | Scalar::TimestampText => match self.voice {
                Voice::Caller => (tree.text().is_some_and(is_digits), "Unix seconds, as a number or a string"),
                Voice::Graph => (tree.text().is_some_and(is_moment), "Unix seconds, or a time such as `2024-01-15T10:30:00+0000`"),
            },
        };
        if fits { Vec::new() } else { vec![misfit(tree, path, takes)] }
    }

    fn named(&self, tree: &Tree, name: &str, path: &str) -> Vec<Misfit> {
        match (self.spec.named(name), &tree.kind) {
            (Named::Unknown, _) => Vec::new(),
            (Named::Enum, Kind::Scalar { .. }) if tree.json().is_string() => Vec::new(),
            (Named::Enum, _) => vec![misfit(tree, path, &format!("a string, one of `{name}`"))],
            (Named::Fields(_, fields), Kind::Map(_)) => self.object(tree, name, fields, path),
            (Named::Union(union), Kind::Map(_)) => self.union(tree, name, union, path),
            (Named::Untagged(shapes), _) => self.shapes(tree, name, shapes, path),
            (Named::Fields(..) | Named::Union(_), _) => vec![misfit(tree, path, &format!("an object, a `{name}`"))],
        }
    }

    fn object(&self, tree: &Tree, name: &str, fields: &[FieldDecl], path: &str) -> Vec<Misfit> {
        let mut misfits: Vec<Misfit> = Vec::new();
        let spread = fields.iter().find(|field| field.spread);
        if let Some(spread) = spread {
            // What the object does not declare are the members of the union.
            let own = |entry: &Entry| fields.iter().any(|field| !field.spread && field.is_named(&entry.key));
            let members = without(tree, own);
            let is_needed = self.needed(name, fields).contains(&spread.name.as_str());
            if is_needed || !members.entries().is_empty() {
                misfits.extend(self.judge(&members, &scope::expression(&spread.ty.newest), path));
            }
        }
        for entry in tree.entries() {
            match fields.iter().find(|field| !field.spread && field.is_named(&entry.key)) {
                None if spread.is_some() => {}
                Some(field) => {
                    let ty = match scope::expression(&field.ty.newest) {
                        TypeExpr::OwnId => TypeExpr::Id(name.to_owned()),
                        ty => ty,
                    };
                    misfits.extend(self.judge(&entry.value, &ty, &below(path, &entry.key)));
                }
                None => misfits.push(Misfit {
                    at: entry.at,
                    what: format!("{} is not a field of `{name}`", shown(&below(path, &entry.key))),
                    instead: Some((entry.key.clone(), fields.iter().map(|field| field.name.value.clone()).collect())),
                }),
            }
        }
        let constants = fields.iter().filter_map(|field| Some((field, field.constant.as_ref()?)));
        for (field, constant) in constants {
            match tree.get(&field.name) {
                Some(value) if value.text() != Some(constant.as_str()) => {
                    misfits.push(misfit(value, &below(path, &field.name), &format!("`{constant}`, a constant")));
                }
                Some(_) => {}
                None => misfits.push(missing(tree, path, &field.name, name)),
            }
        }
        misfits.extend(self.broken(tree, name, path));
        let is_spread = |name: &str| spread.is_some_and(|field| field.name.value == name);
        // Under any of its names.
        let has = |name: &str| {
            tree.get(name).is_some()
                || fields.iter().any(|field| field.name.value == name && field.aliases.iter().any(|alias| tree.get(alias).is_some()))
        };
        for field in self.needed(name, fields).into_iter().filter(|field| !has(field) && !is_spread(field)) {
            misfits.push(missing(tree, path, field, name));
        }
        misfits
    }

    /// The rules of an object that a caller breaks.
    fn broken(&self, tree: &Tree, name: &str, path: &str) -> Vec<Misfit> {
        let decl = self.spec.named_type(name).filter(|_| self.voice == Voice::Caller);
        let Some(TypeDefDecl::Object(object)) = decl.and_then(|decl| decl.def.as_ref()) else { return Vec::new() };
        // A spread union has no member with its own name.
        let own = |key: &str| object.fields.iter().any(|field| !field.spread && field.name.value == key);
        let spread = |wanted: &str| object.fields.iter().any(|field| field.spread && field.name.value == wanted);
        let says = |wanted: &str| {
            if spread(wanted) { tree.entries().iter().any(|entry| !own(&entry.key)) } else { tree.get(wanted).is_some() }
        };
        let is = |wanted: &str, value: &str| tree.get(wanted).and_then(Tree::text) == Some(value);
        let breaches = object.rules.iter().filter_map(|rule| rules::breach(rule, &says, &is));
        let misfit = |why| Misfit { at: tree.span, what: format!("{} breaks a rule of `{name}`: {why}", shown(path)), instead: None };
        breaches.map(misfit).collect()
    }

    fn union(&self, tree: &Tree, name: &str, union: &UnionDecl, path: &str) -> Vec<Misfit> {
        let at = below(path, &union.tag);
        let Some(tag) = tree.get(&union.tag) else { return vec![missing(tree, path, &union.tag, name)] };
        let Some(text) = tag.text().filter(|_| tag.json().is_string()) else {
            return vec![misfit(tag, &at, &format!("a string, a tag of `{name}`"))];
        };
        let is = |variant: &&VariantDecl| variant.tag.value == text || (union.any_case && variant.tag.value.eq_ignore_ascii_case(text));
        let Some(variant) = union.variants.iter().find(is) else {
            let tags = union.variants.iter().map(|variant| variant.tag.value.clone()).collect();
            let what = format!("`{at}` is not a variant of `{name}`: `{text}`");
            return vec![Misfit { at: tag.span, what, instead: Some((text.to_owned(), tags)) }];
        };
        let rest = without(tree, |entry| entry.key == union.tag.value);
        if let Some(members) = &variant.members {
            return self.judge(&rest, &scope::expression(members), path);
        }
        let key = variant.payload.as_ref().map(|_| variant.under.as_ref().unwrap_or(&variant.tag).value.clone());
        let mut misfits = Vec::new();
        for entry in rest.entries() {
            match (&variant.payload, &key) {
                (Some(payload), Some(key)) if *key == entry.key => {
                    misfits.extend(self.judge(&entry.value, &scope::expression(payload), &below(path, key)));
                }
                _ => misfits.push(Misfit {
                    at: entry.at,
                    what: format!("{} does not belong to the tag `{text}` of `{name}`", shown(&below(path, &entry.key))),
                    instead: key.clone().map(|key| (entry.key.clone(), vec![key])),
                }),
            }
        }
        if let Some(key) = key.filter(|key| rest.get(key).is_none()) {
            misfits.push(missing(tree, path, &key, name));
        }
        misfits
    }

    /// The first shape that matches; if none does, a description of all.
    fn shapes(&self, tree: &Tree, name: &str, shapes: &[UntaggedVariantDecl], path: &str) -> Vec<Misfit> {
        let judged: Vec<Vec<Misfit>> = shapes.iter().map(|shape| self.judge(tree, &scope::expression(&shape.ty), path)).collect();
        if judged.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        let same_kind = |tree: &Tree, ty: &TypeExpr| {
            matches!((&tree.kind, ty), (Kind::List(_), TypeExpr::List(_)) | (Kind::Map(_), TypeExpr::Map(_) | TypeExpr::Named(_)))
        };
        let nearest = shapes.iter().position(|shape| same_kind(tree, &scope::expression(&shape.ty)));
        match nearest.and_then(|index| judged.into_iter().nth(index)) {
            Some(misfits) => misfits,
            None => {
                let types: Vec<String> = shapes.iter().map(|shape| format!("`{}`", shape.ty)).collect();
                vec![misfit(tree, path, &format!("a shape of `{name}`: {}", types.join(" or ")))]
            }
        }
    }

    /// The fields without which an object does not decode or cannot be constructed.
    fn needed<'f>(&self, name: &str, fields: &'f [FieldDecl]) -> Vec<&'f str> {
        let object = match self.spec.named_type(name).and_then(|decl| decl.def.as_ref()) {
            Some(TypeDefDecl::Object(object)) => Some(object),
            _ => None,
        };
        let is_arg = |field: &FieldDecl| object.is_some_and(|object| object.is_arg(&field.name.value));
        let is_needed = |field: &&FieldDecl| is_arg(field) || (field.always && self.voice == Voice::Graph);
        fields.iter().filter(is_needed).map(|field| field.name.as_str()).collect()
    }

    /// A page, or the object within it that has its list: `list` leads from here to it.
    fn page(&self, tree: &Tree, inner: &TypeExpr, list: &[&str], path: &str, is_whole: bool) -> Vec<Misfit> {
        let Some((member, rest)) = list.split_first() else {
            return self.judge(tree, &TypeExpr::List(Box::new(inner.clone())), path);
        };
        if !matches!(tree.kind, Kind::Map(_)) {
            return vec![misfit(tree, path, "an object")];
        }
        let mut misfits: Vec<Misfit> = Vec::new();
        for entry in tree.entries() {
            let path = below(path, &entry.key);
            match (entry.key.as_str(), &entry.value.kind) {
                (key, _) if key == *member && entry.value.is_null() => {}
                (key, _) if key == *member => misfits.extend(self.page(&entry.value, inner, rest, &path, false)),
                ("paging", Kind::Scalar { .. } | Kind::List(_)) if is_whole && !entry.value.is_null() => {
                    misfits.push(misfit(&entry.value, &path, "an object"));
                }
                ("paging" | "summary", _) if is_whole => {}
                _ => misfits.push(Misfit { at: entry.at, what: format!("{} is not part of a page", shown(&path)), instead: None }),
            }
        }
        if tree.get(member).is_none() {
            misfits.push(missing(tree, path, member, "page"));
        }
        misfits
    }
}

fn misfit(tree: &Tree, path: &str, takes: &str) -> Misfit {
    let is = match tree.json() {
        Value::Null => String::from("nothing is there"),
        Value::Bool(value) => format!("it is {value}"),
        Value::Number(number) => format!("it is the number {number}"),
        Value::String(text) if text.chars().count() > 40 => String::from("it is another string"),
        Value::String(text) => format!("it is the string \"{}\"", text.trim_end()),
        Value::Array(_) => String::from("it is a list"),
        Value::Object(_) => String::from("it is an object"),
    };
    Misfit { at: tree.span, what: format!("{} must be {takes}; {is}", shown(path)), instead: None }
}

fn missing(tree: &Tree, path: &str, field: &str, name: &str) -> Misfit {
    let at = tree.entries().first().map_or(tree.span, |entry| entry.at);
    Misfit { at, what: format!("{} is missing, which a `{name}` always has", shown(&below(path, field))), instead: None }
}

/// An object without some of its members.
pub(super) fn without(tree: &Tree, gone: impl Fn(&Entry) -> bool) -> Tree {
    let kept = tree.entries().iter().filter(|entry| !gone(entry)).cloned().collect();
    Tree { kind: Kind::Map(kept), ..tree.clone() }
}

/// Whether a value describes a file.
fn is_file(tree: &Tree) -> bool {
    let is_text = |key: &str| tree.get(key).is_some_and(|value| value.json().is_string());
    is_text("type") && is_text("text") && tree.entries().iter().all(|entry| matches!(entry.key.as_str(), "name" | "type" | "text"))
}

/// Whether a string is a whole number.
fn is_whole(text: &str) -> bool {
    is_digits(text.strip_prefix('-').unwrap_or(text))
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.into() } else { format!("{path}.{key}") }
}

fn shown(path: &str) -> String {
    if path.is_empty() { "the body".into() } else { format!("`{path}`") }
}

/// Whether a string is only ASCII digits.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Unix seconds or ISO 8601, as far as Graph writes it.
fn is_moment(text: &str) -> bool {
    let is_date = text.get(..10).is_some_and(crate::language::scalar::is_date);
    is_digits(text) || (is_date && (text.len() == 10 || text[10..].starts_with('T')))
}
