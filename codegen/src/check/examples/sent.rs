//! Whether a request has the values that its call gives. Neither is made from the other, so where they differ one of them is wrong.

use std::cell::Cell;

use serde_json::{Map, Number, Value};

use super::{
    Scene, call,
    request::line_of,
    value::{Judge, Voice, without},
};
use crate::{
    ast::{ExampleDecl, FieldDecl, ParamDecl, Spec, Text, UnionDecl},
    check::scope::{self, Named},
    diagnostic::{Code, Diagnostic},
    language::{
        request_text::{FileText, RequestText},
        type_expr::{Scalar, TypeExpr},
    },
    parse::{Kind, Tree},
};

/// Compares every value of the call with what the request has under its name.
pub(super) fn check(scene: &Scene<'_>, example: &ExampleDecl, text: &Text, request: &RequestText, problems: &mut Vec<Diagnostic>) {
    let pass = Pass { scene, example, text, request };
    for (name, value) in &example.call {
        let differs = match scene.operation.param(name) {
            Some(param) if param.constant.is_none() => pass.param(param, value),
            None if call::fits(scene, example, name, value) => pass.implied(name, value),
            _ => None,
        };
        problems.extend(differs.map(|differs| pass.problem(name, value, &differs)));
    }
    problems.extend(pass.order());
}

struct Pass<'s> {
    scene: &'s Scene<'s>,
    example: &'s ExampleDecl,
    text: &'s Text,
    request: &'s RequestText,
}

/// Where the two differ, what the call gives there, and what the request has.
struct Difference {
    path: String,
    given: Option<Value>,
    shown: Option<Value>,
}

impl Pass<'_> {
    fn param(&self, param: &ParamDecl, value: &Tree) -> Option<Difference> {
        let ty = scope::expression(&param.ty.newest);
        let judge = Judge { spec: self.scene.spec, voice: Voice::Caller };
        let is_digits = matches!(ty, TypeExpr::Scalar(Scalar::Digits));
        // A value that does not fit was reported, and what would be sent is not known.
        if (!is_digits || !value.json().is_string()) && !judge.judge(value, &ty, &param.name).is_empty() {
            return None;
        }
        let sender = Sent { spec: self.scene.spec, is_unknown: Cell::new(false) };
        let mut sent = sender.value(value, &ty);
        if sender.is_unknown.get() {
            return None;
        }
        if let (Some(strip), Value::String(text)) = (&param.strip, &mut sent) {
            text.retain(|character| !strip.contains(character));
        }
        if param.spread {
            return self.spread(&sent);
        }
        let name = param.name.as_str();
        if matches!(ty, TypeExpr::Scalar(Scalar::File)) {
            return self.file(name, value);
        }
        let pairs = self.request.query.iter().chain(&self.request.headers).chain(&self.request.form);
        match pairs.into_iter().find(|(other, _)| other == name) {
            Some((_, shown)) => text_differs(&sent, shown, name),
            None => differs(&sent, self.request.json.as_ref()?.get(name)?, name),
        }
    }

    /// A parameter from Graph's conventions, which is sent in the query.
    fn implied(&self, name: &str, value: &Tree) -> Option<Difference> {
        let (_, shown) = self.request.query.iter().find(|(other, _)| other == name)?;
        let sent = match name {
            "fields" => Value::String(value.items().iter().filter_map(Tree::text).collect::<Vec<_>>().join(",")),
            "filtering" => conditions(value),
            _ => Value::String(value.text()?.to_owned()),
        };
        text_differs(&sent, shown, name)
    }

    /// The members of a spread union are those of the body that are no parameters.
    fn spread(&self, sent: &Value) -> Option<Difference> {
        let body = self.request.json.as_ref()?.as_object()?;
        let own = |name: &str| self.scene.operation.params.iter().any(|param| !param.spread && param.name.value == name);
        let members: Map<String, Value> =
            body.iter().filter(|(name, _)| !own(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
        // That nothing is sent of it was reported.
        if members.is_empty() { None } else { differs(sent, &Value::Object(members), "") }
    }

    fn file(&self, name: &str, value: &Tree) -> Option<Difference> {
        let said = |key: &str| value.get(key).and_then(Tree::text);
        let differs = |what: &str, given: Option<&str>, shown: &str| {
            given.filter(|given| *given != shown).map(|given| Difference {
                path: format!("{name}{what}"),
                given: Some(given.into()),
                shown: Some(shown.into()),
            })
        };
        if let Some(bytes) = &self.request.bytes {
            return differs("", said("text"), bytes);
        }
        if self.request.form.iter().any(|(other, _)| other == name) {
            return Some(Difference { path: name.to_owned(), given: Some("a file".into()), shown: Some("a text".into()) });
        }
        let (_, FileText { name: file, content_type, text }) = self.request.files.iter().find(|(other, _)| other == name)?;
        let parts =
            [differs(".name", said("name"), file), differs(".type", said("type"), content_type), differs(".text", said("text"), text)];
        parts.into_iter().flatten().next()
    }

    /// The members of a body are in the order of the parameters.
    fn order(&self) -> Option<Diagnostic> {
        let body = self.request.json.as_ref()?.as_object()?;
        let params = self.scene.operation.params.iter().filter(|param| !param.spread).map(|param| param.name.as_str());
        let sent: Vec<&str> = params.filter(|name| body.contains_key(*name)).collect();
        let shown: Vec<&str> = body.keys().map(String::as_str).filter(|name| sent.contains(name)).collect();
        let (first, instead) = shown.iter().zip(&sent).find(|(shown, sent)| shown != sent)?;
        let problem =
            self.at(&[*first], format!("the body of \"{}\" has `{first}` where the client sends `{instead}`", self.example.title));
        Some(problem.label("in another order than `params`").help(
            "a body is sent in the order of `params`: list them as Meta's page does, or write the members of the request in that order",
        ))
    }

    fn problem(&self, name: &Text, value: &Tree, differs: &Difference) -> Diagnostic {
        let Difference { path, given, shown } = differs;
        let what = match (given, shown) {
            (Some(given), Some(shown)) => format!("`{path}` is {shown} in the request, and the call gives {given}"),
            (Some(given), None) => format!("the request has no `{path}`, and the call gives {given}"),
            (None, Some(shown)) => format!("`{path}` is {shown} in the request, and the call does not have it"),
            (None, None) => format!("`{path}` differs"),
        };
        let key = path.rsplit('.').next().and_then(|key| key.split('[').next()).filter(|key| !key.is_empty()).unwrap_or(name);
        let problem = self.at(&[key, name], format!("the call of \"{}\" does not send its request: {what}", self.example.title));
        problem
            .label("the specification, by hand from Meta's page")
            .related(value.span, "the call")
            .help("correct the call, or the type in the spec, so that this is sent; correct the request only where Meta's page shows something else")
    }

    /// A problem at the line of the request that has a name, the first of several that is there.
    fn at(&self, names: &[&str], message: String) -> Diagnostic {
        let has = |name: &str, line: &str| {
            let line = line.trim_start();
            line.contains(&format!("\"{name}\""))
                || [format!("?{name} ="), format!("{name} ="), format!("{name}:")].iter().any(|begins| line.starts_with(begins.as_str()))
        };
        let line = names.iter().find_map(|name| self.text.lines().skip(1).position(|line| has(name, line)));
        let line = line.map_or(0, |line| line + 1);
        Diagnostic::new(Code::WrongRequest, line_of(self.scene.sources, self.text.span, line), message)
    }
}

/// Conditions as Graph takes them: a list of `{field, operator, value}`.
fn conditions(value: &Tree) -> Value {
    let conditions = value.items().iter().flat_map(Tree::entries);
    let each = conditions.flat_map(|field| {
        field
            .value
            .entries()
            .iter()
            .map(|operator| serde_json::json!({"field": field.key, "operator": operator.key, "value": operator.value.json()}))
    });
    each.collect()
}

/// The first place at which two values differ.
fn differs(given: &Value, shown: &Value, path: &str) -> Option<Difference> {
    let here = |given: Option<&Value>, shown: Option<&Value>, path: String| {
        Some(Difference { path, given: given.cloned(), shown: shown.cloned() })
    };
    match (given, shown) {
        (Value::Object(members), Value::Object(others)) => {
            let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            let of_call = members.iter().find_map(|(key, value)| match others.get(key) {
                Some(other) => differs(value, other, &below(key)),
                None => here(Some(value), None, below(key)),
            });
            of_call.or_else(|| {
                let (key, other) = others.iter().find(|(key, _)| !members.contains_key(*key))?;
                here(None, Some(other), below(key))
            })
        }
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => {
            items.iter().zip(others).enumerate().find_map(|(index, (item, other))| differs(item, other, &format!("{path}[{index}]")))
        }
        _ if given == shown => None,
        _ => here(Some(given), Some(shown), path.to_owned()),
    }
}

/// The same where there are only texts: strings as they are, numbers and booleans as text, the rest as JSON.
fn text_differs(given: &Value, shown: &str, path: &str) -> Option<Difference> {
    let structure = |text: &str| serde_json::from_str(text).ok().filter(|value: &Value| value.is_array() || value.is_object());
    match (given, structure(shown)) {
        (Value::String(text), _) if text == shown => None,
        (Value::String(text), Some(shown)) if structure(text).is_some_and(|given| given == shown) => None,
        (Value::Array(_) | Value::Object(_), Some(shown)) => differs(given, &shown, path),
        (Value::Bool(_) | Value::Number(_), _) if text_of(given) == shown => None,
        _ => Some(Difference { path: path.to_owned(), given: Some(given.clone()), shown: Some(shown.into()) }),
    }
}

/// A number or boolean as it is where there are only texts.
fn text_of(value: &Value) -> String {
    value.to_string()
}

/// What the client sends of a value of a call.
struct Sent<'s> {
    spec: &'s Spec,
    /// A type within was not described, which was reported: how its values are written is not known.
    is_unknown: Cell<bool>,
}

impl Sent<'_> {
    fn value(&self, tree: &Tree, ty: &TypeExpr) -> Value {
        let text = || Value::String(tree.text().unwrap_or_default().to_owned());
        match (ty, &tree.kind) {
            (TypeExpr::List(inner), Kind::List(items)) => items.iter().map(|item| self.value(item, inner)).collect(),
            (TypeExpr::Map(inner), Kind::Map(entries)) => {
                Value::Object(entries.iter().map(|entry| (entry.key.clone(), self.value(&entry.value, inner))).collect())
            }
            (TypeExpr::Scalar(Scalar::IntString | Scalar::TimestampText) | TypeExpr::Id(_) | TypeExpr::OwnId, Kind::Scalar { .. }) => {
                text()
            }
            (TypeExpr::Scalar(Scalar::Timestamp), Kind::Scalar { text, .. }) => {
                text.parse::<i64>().map_or_else(|_| tree.json(), Value::from)
            }
            (TypeExpr::Scalar(Scalar::Float), Kind::Scalar { text, .. }) => {
                text.parse().ok().and_then(Number::from_f64).map_or_else(|| tree.json(), Value::Number)
            }
            (TypeExpr::Named(name), _) => self.named(tree, name),
            _ => tree.json(),
        }
    }

    fn named(&self, tree: &Tree, name: &str) -> Value {
        match self.spec.named(name) {
            Named::Fields(_, fields) => self.object(tree, fields),
            Named::Union(union) => self.union(tree, union),
            Named::Untagged(shapes) => {
                let judge = Judge { spec: self.spec, voice: Voice::Caller };
                let shape = shapes.iter().map(|shape| scope::expression(&shape.ty)).find(|ty| judge.judge(tree, ty, "").is_empty());
                shape.map_or_else(|| tree.json(), |ty| self.value(tree, &ty))
            }
            Named::Enum => tree.json(),
            Named::Unknown => {
                self.is_unknown.set(true);
                tree.json()
            }
        }
    }

    fn object(&self, tree: &Tree, fields: &[FieldDecl]) -> Value {
        let own = |key: &str| fields.iter().find(|field| !field.spread && field.is_named(key));
        let mut members = Map::new();
        for entry in tree.entries() {
            if let Some(field) = own(&entry.key) {
                members.insert(entry.key.clone(), self.value(&entry.value, &scope::expression(&field.ty.newest)));
            }
        }
        if let Some(spread) = fields.iter().find(|field| field.spread) {
            let rest = without(tree, |entry| own(&entry.key).is_some());
            if let Value::Object(more) = self.value(&rest, &scope::expression(&spread.ty.newest)) {
                members.extend(more);
            }
        }
        Value::Object(members)
    }

    fn union(&self, tree: &Tree, union: &UnionDecl) -> Value {
        let tag = tree.get(&union.tag).and_then(Tree::text).unwrap_or_default();
        let is = |tagged: &str| tagged == tag || (union.any_case && tagged.eq_ignore_ascii_case(tag));
        let Some(variant) = union.variants.iter().find(|variant| is(&variant.tag)) else { return tree.json() };
        let rest = without(tree, |entry| entry.key == union.tag.value);
        let mut members = Map::from_iter([(union.tag.value.clone(), Value::String(tag.to_owned()))]);
        if let Some(of) = &variant.members {
            if let Value::Object(more) = self.value(&rest, &scope::expression(of)) {
                members.extend(more);
            }
        } else if let Some(payload) = &variant.payload {
            let key = variant.under.as_ref().unwrap_or(&variant.tag);
            if let Some(value) = rest.get(key) {
                members.insert(key.value.clone(), self.value(value, &scope::expression(payload)));
            }
        }
        Value::Object(members)
    }
}
