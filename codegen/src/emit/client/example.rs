//! An example's call as Rust: the same for documentation and contract tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    emit::print::tokens::braced,
    language::expansion::Expansion,
    model::{Api, Constructor, Example, Field, Operation, Outcome, Param, Type, TypeDef, Variant, VariantContent},
    naming::{self, Places, operator_method},
};

/// A call in Rust.
pub(crate) struct Call<'a> {
    text: String,
    names: BTreeSet<String>,
    places: &'a Places,
}

impl Call<'_> {
    /// `client.phone_number("106").register("212834")`.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The `use` line for what the call takes from the crate; nothing if it takes nothing.
    pub(crate) fn imports(&self) -> String {
        imports_of([self])
    }
}

/// One `use` line for several calls.
pub(crate) fn imports_of<'c>(calls: impl IntoIterator<Item = &'c Call<'c>>) -> String {
    let mut places = None;
    let mut taken = BTreeSet::new();
    for call in calls {
        places = Some(call.places);
        taken.extend(&call.names);
    }
    let Some(places) = places else { return String::new() };
    let mut modules: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in taken {
        modules.entry(places.module(name)).or_default().push(name.clone());
    }
    let mut names = modules.remove("").unwrap_or_default();
    names.extend(modules.into_iter().filter_map(|(module, names)| Some(format!("{module}::{}", braced(names)?))));
    braced(names).map_or_else(String::new, |names| format!("use {}::{names};\n", places.library()))
}

/// Writes an example's call as a user would.
pub(crate) fn call<'a>(api: &Api, operation: &Operation, example: &Example, places: &'a Places) -> Call<'a> {
    let mut writer = Writer { api, places, names: BTreeSet::new() };
    let (entry, method) = naming::call_path(api, operation, Some(&example.path));
    let value = |name: &str| example.call.iter().find(|(param, _)| param == name).map(|(_, value)| value);
    let args: Vec<String> = operation
        .args
        .iter()
        .map(|&arg| &operation.params[arg])
        .map(|param| writer.argument(param.ty.rust(), value(&param.name).unwrap_or(&Value::Null)))
        .collect();
    let mut lines = vec![entry, format!(".{method}({})", args.join(", "))];
    for (name, value) in &example.call {
        let Some((index, param)) = operation.params.iter().enumerate().find(|(_, param)| param.name == *name) else { continue };
        if operation.args.contains(&index) {
            continue;
        }
        lines.extend(writer.setter(operation, param, value));
    }
    Call { text: lines.concat(), names: writer.names, places }
}

/// The calls of the first example with an answer of each of some operations, as users write them.
pub(crate) fn calls<'a>(api: &Api, places: &'a Places, ids: &[String]) -> Vec<Call<'a>> {
    let operation = |id: &String| api.operations().find(|operation| operation.id == *id);
    let written = |operation: &Operation| {
        let example = operation.examples.iter().find(|example| matches!(example.outcome, Outcome::Response { .. }))?;
        Some(call(api, operation, example, places))
    };
    ids.iter().filter_map(operation).filter_map(written).collect()
}

struct Writer<'a> {
    api: &'a Api,
    places: &'a Places,
    names: BTreeSet<String>,
}

impl Writer<'_> {
    fn setter(&mut self, operation: &Operation, param: &Param, value: &Value) -> Vec<String> {
        if let (Type::Filters(_), Some(filter)) = (param.ty.rust(), &operation.filter) {
            return value.as_array().into_iter().flatten().flat_map(|entry| self.filters(filter, entry)).collect();
        }
        vec![format!(".{}({})", param.rust, self.argument(param.ty.rust(), value))]
    }

    fn filters(&mut self, filter: &crate::model::FilterType, entry: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        for (field, operators) in entry.as_object().into_iter().flatten() {
            let Some(known) = filter.filters.iter().find(|known| known.field == *field) else { continue };
            for (operator, value) in operators.as_object().into_iter().flatten() {
                let arguments = match (operator.as_str(), value) {
                    ("IN_RANGE", Value::Array(ends)) => ends.iter().map(|end| self.argument(&known.ty, end)).collect::<Vec<_>>().join(", "),
                    ("IN" | "NOT_IN", value) => self.argument(&Type::List(Box::new(known.ty.clone())), value),
                    (_, value) => self.argument(&known.ty, value),
                };
                self.names.insert(filter.name.clone());
                lines.push(format!(".filter({}::{}().{}({arguments}))", filter.name, known.rust, operator_method(operator)));
            }
        }
        lines
    }

    /// A value as an argument of a method that takes `impl Into<T>`.
    fn argument(&mut self, ty: &Type, value: &Value) -> String {
        match (ty, value) {
            (Type::List(inner), Value::Array(items)) => self.list(inner, items),
            (Type::Fields(name), Value::Array(items)) => {
                format!("[{}]", items.iter().map(|item| self.field(name, item)).collect::<Vec<_>>().join(", "))
            }
            (Type::Map(inner), Value::Object(members)) => {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("({key:?}, {})", self.argument(inner, value))).collect();
                format!("[{}]", members.join(", "))
            }
            (Type::Timestamp { .. } | Type::IntString, value) => text(value),
            (Type::Id(_), value) => format!("{:?}", text(value)),
            (Type::Untagged(name), value) => match self.shape(name, value) {
                // The literal says which shape is meant.
                Some((_, ty)) if matches!(ty, Type::String | Type::Bool | Type::Int | Type::Float) => self.exact_or_text(&ty, value),
                _ => self.exact(ty, value),
            },
            (Type::Object(_) | Type::Union(_), value) => match self.plain_text(ty, value) {
                Some(text) => format!("{text:?}"),
                None => self.unwrapped(ty, value),
            },
            (_, value) => self.exact_or_text(ty, value),
        }
    }

    /// A field that is asked for: a variant of its enum, or a function that takes what an edge is read with.
    fn field(&mut self, fields: &str, value: &Value) -> String {
        let expansion = value.as_str().filter(|text| text.contains(['.', '{'])).and_then(Expansion::parse);
        expansion
            .and_then(|expansion| self.expanded(fields, &expansion))
            .unwrap_or_else(|| self.exact(&Type::Enum(fields.to_owned()), value))
    }

    fn expanded(&mut self, fields: &str, expansion: &Expansion) -> Option<String> {
        let api = self.api;
        let node = api.nodes.iter().find(|node| naming::field_enum(&node.rust_name) == fields)?;
        let (field, read) = node.expanded().find(|(field, _)| field.name == expansion.name)?;
        let said =
            |param: &Param| expansion.arguments.iter().find(|(name, _)| *name == param.name).map(|(_, text)| said(param.ty.rust(), text));
        let mut arguments: Vec<String> = read
            .args
            .iter()
            .map(|&arg| &read.params[arg])
            .map(|param| self.argument(param.ty.rust(), &said(param).unwrap_or_default()))
            .collect();
        let mut with = String::new();
        for (index, param) in read.params.iter().enumerate().filter(|(index, _)| !read.args.contains(index)) {
            if let Some(value) = said(param) {
                with.extend(self.setter(read, param, &value));
            } else if let (Type::Fields(inner), false) = (param.ty.rust(), expansion.fields.is_empty() || read.args.contains(&index)) {
                let inner: Vec<String> = expansion.fields.iter().map(|field| self.field(inner, &field.to_string().into())).collect();
                with.push_str(&format!(".{}([{}])", param.rust, inner.join(", ")));
            }
        }
        arguments.push(format!("|it| it{with}"));
        self.names.insert(fields.to_owned());
        Some(format!("{fields}::{}({})", field.rust, arguments.join(", ")))
    }

    /// Items of which each is turned into its type: texts stay texts only where all are.
    fn list(&mut self, inner: &Type, items: &[Value]) -> String {
        if items.is_empty() {
            self.names.extend(inner.name().map(String::from));
            let item = self.places.ty(inner);
            return format!("Vec::<{}>::new()", inner.name().map_or(item, String::from));
        }
        let as_text = items.iter().all(|item| self.plain_text(inner, item).is_some());
        let nested = matches!(inner, Type::List(_));
        let loose = as_text || nested || matches!(inner, Type::String | Type::Digits | Type::Id(_) | Type::Json | Type::IntString);
        let items: Vec<String> =
            items.iter().map(|item| if loose { self.argument(inner, item) } else { self.exact(inner, item) }).collect();
        format!("[{}]", items.join(", "))
    }

    /// The text that alone makes a value, if one does.
    fn plain_text(&self, ty: &Type, value: &Value) -> Option<String> {
        match ty {
            Type::String | Type::Digits => value.as_str().map(String::from),
            Type::Object(name) => {
                let TypeDef::Object(object) = &self.api.named(name)?.def else { return None };
                let [made] = object.constructors.as_slice() else { return None };
                let field = object.from_text.then(|| &object.fields[made.args[0]])?;
                let members = value.as_object()?;
                if field.spread {
                    return self.plain_text(field.ty.rust(), value);
                }
                let only = members
                    .keys()
                    .all(|key| *key == field.name || object.fields.iter().any(|other| other.name == *key && other.constant.is_some()));
                self.plain_text(field.ty.rust(), only.then(|| members.get(&field.name))??)
            }
            Type::Union(name) => {
                let TypeDef::Union(union) = &self.api.named(name)?.def else { return None };
                let variant = &union.variants[union.from_text?];
                (value.get(&union.tag)?.as_str()? == variant.tag).then_some(())?;
                match &variant.content {
                    VariantContent::Payload(key, ty) if value.as_object()?.len() == 2 => self.plain_text(ty, value.get(key)?),
                    VariantContent::Members(ty) => self.plain_text(ty, &without(value, &union.tag)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// An object that is written for the union that it makes, if only one variant contains it.
    fn unwrapped(&mut self, ty: &Type, value: &Value) -> String {
        let held = match ty {
            Type::Union(name) => self.variant_of(name, value).and_then(|(variant, inner)| {
                let held = variant.content.ty()?.clone();
                let (Type::Object(name) | Type::Union(name)) = &held else { return None };
                // The same type in two variants makes neither.
                let twice = self.holders(ty, name) > 1;
                (!twice && tag_is(value, &variant.tag)).then_some((held, inner))
            }),
            _ => None,
        };
        match held {
            Some((held, inner)) => self.unwrapped(&held, &inner),
            None => self.exact(ty, value),
        }
    }

    /// How many variants of a union hold a type, themselves or through unions of their own.
    fn holders(&self, union: &Type, held: &str) -> usize {
        let Some(TypeDef::Union(union)) = union.name().and_then(|name| self.api.named(name)).map(|ty| &ty.def) else { return 0 };
        let through = |ty: &Type| match ty {
            Type::Object(name) => usize::from(name == held),
            Type::Union(name) => usize::from(name == held) + self.holders(ty, held),
            _ => 0,
        };
        union.variants.iter().filter_map(|variant| variant.content.ty()).map(through).sum()
    }

    fn variant_of(&self, name: &str, value: &Value) -> Option<(Variant, Value)> {
        let TypeDef::Union(union) = &self.api.named(name)?.def else { return None };
        let tag = value.get(&union.tag)?.as_str()?;
        let is = |variant: &&Variant| variant.tag == tag || (union.any_case && variant.tag.eq_ignore_ascii_case(tag));
        let variant = union.variants.iter().find(is)?;
        let inner = match &variant.content {
            VariantContent::Members(_) if variant.tag == tag => without(value, &union.tag),
            // A tag in another case stays a member, which replaces the usual one.
            VariantContent::Members(_) => value.clone(),
            VariantContent::Payload(key, _) => value.get(key)?.clone(),
            VariantContent::Nothing => Value::Null,
        };
        Some((variant.clone(), inner))
    }

    fn shape(&self, name: &str, value: &Value) -> Option<(String, Type)> {
        let TypeDef::Untagged(shapes) = &self.api.named(name)?.def else { return None };
        let fits = |ty: &Type| match value {
            Value::Array(_) => matches!(ty, Type::List(_)),
            Value::Object(_) => matches!(ty, Type::Map(_) | Type::Object(_) | Type::Union(_)),
            Value::String(_) => matches!(ty, Type::String | Type::Digits | Type::Enum(_) | Type::Id(_)),
            Value::Bool(_) => *ty == Type::Bool,
            Value::Number(_) => matches!(ty, Type::Int | Type::Float),
            Value::Null => false,
        };
        shapes.iter().find(|shape| fits(&shape.ty)).map(|shape| (shape.variant.clone(), shape.ty.clone()))
    }

    /// A value where Rust wants exactly its type.
    fn exact(&mut self, ty: &Type, value: &Value) -> String {
        match (ty, value) {
            (Type::String | Type::Digits | Type::Secret { .. }, Value::String(text)) => format!("{text:?}.into()"),
            (Type::Id(_), value) => format!("{:?}.into()", text(value)),
            (Type::IntString | Type::Timestamp { .. }, value) => format!("{}.into()", text(value)),
            (Type::List(inner), Value::Array(items)) => {
                format!("vec![{}]", items.iter().map(|item| self.exact(inner, item)).collect::<Vec<_>>().join(", "))
            }
            (Type::Union(name), value) => match self.variant_of(name, value) {
                Some((variant, inner)) => {
                    self.names.insert(name.clone());
                    match variant.content.ty() {
                        Some(ty) => format!("{name}::{}({})", variant.variant, self.exact(ty, &inner)),
                        None => format!("{name}::{}", variant.variant),
                    }
                }
                None => self.exact_or_text(&Type::Json, value),
            },
            (Type::Untagged(name), value) => match self.shape(name, value) {
                Some((variant, ty)) => {
                    self.names.insert(name.clone());
                    format!("{name}::{variant}({})", self.exact(&ty, value))
                }
                None => self.exact_or_text(&Type::Json, value),
            },
            _ => self.exact_or_text(ty, value),
        }
    }

    /// The same, with a text that `Into` turns into what is wanted.
    fn exact_or_text(&mut self, ty: &Type, value: &Value) -> String {
        match (ty, value) {
            (Type::Enum(name), Value::String(wire)) => self.variant(name, wire),
            (Type::Object(name), Value::Object(_)) => self.object(name, value),
            (Type::Float, value) if value.is_i64() || value.is_u64() => format!("{value}.0"),
            (Type::Bool | Type::Int | Type::Float, value) => text(value),
            (Type::File, value) => self.file(value),
            (_, Value::String(text)) => format!("{text:?}"),
            (_, value) => {
                self.names.insert("serde_json".into());
                format!("serde_json::json!({value})")
            }
        }
    }

    fn file(&mut self, value: &Value) -> String {
        self.names.insert("File".into());
        let part = |key: &str| value.get(key).and_then(Value::as_str);
        let named = part("name").map_or_else(String::new, |name| format!(".named({name:?})"));
        format!("File::bytes({:?}, {:?}){named}", part("text").unwrap_or_default(), part("type").unwrap_or_default())
    }

    fn variant(&mut self, name: &str, wire: &str) -> String {
        self.names.insert(name.to_owned());
        let known = match self.api.named(name).map(|ty| &ty.def) {
            Some(TypeDef::Enum(values)) => values.iter().find(|value| value.value == wire),
            _ => None,
        };
        known.map_or_else(|| format!("{name}::from({wire:?})"), |known| format!("{name}::{}", known.variant))
    }

    fn object(&mut self, name: &str, value: &Value) -> String {
        self.names.insert(name.to_owned());
        let Some(TypeDef::Object(object)) = self.api.named(name).map(|ty| &ty.def) else { return "Default::default()".into() };
        let object = object.clone();
        // The members that are not the object's own are those of its spread union.
        let own = |key: &str| object.fields.iter().any(|field| !field.spread && field.name == key);
        let spread: Value =
            value.as_object().into_iter().flatten().filter(|(key, _)| !own(key)).map(|(key, value)| (key.clone(), value.clone())).collect();
        let of = |field: &Field| if field.spread { Some(spread.clone()) } else { value.get(&field.name).cloned() };
        let bare = Constructor { name: "new".into(), args: Vec::new() };
        let is_met = |made: &&Constructor| made.args.iter().all(|&arg| of(&object.fields[arg]).is_some_and(|value| !value.is_null()));
        let made =
            object.constructors.iter().filter(is_met).max_by_key(|made| made.args.len()).or(object.constructors.first()).unwrap_or(&bare);
        let arguments: Vec<String> = made
            .args
            .iter()
            .map(|&arg| self.argument(object.fields[arg].ty.rust(), &of(&object.fields[arg]).unwrap_or(Value::Null)))
            .collect();
        let mut text = format!("{name}::{}({})", made.name, arguments.join(", "));
        let mut spread_said = object.fields.iter().enumerate().any(|(index, field)| field.spread && made.args.contains(&index));
        for (key, value) in value.as_object().into_iter().flatten() {
            let position = object.fields.iter().position(|field| !field.spread && field.name == *key);
            match position.map(|index| (index, &object.fields[index])) {
                Some((index, field)) if made.args.contains(&index) || field.constant.is_some() => {}
                Some((index, field)) if object.has_setter(index) => {
                    text.push_str(&format!(".{}({})", field.rust, self.argument(field.ty.rust(), value)));
                }
                None if object.fields.iter().any(|field| field.spread) => {
                    if let (false, Some(field)) = (spread_said, object.fields.iter().find(|field| field.spread)) {
                        text.push_str(&format!(".{}({})", field.rust, self.argument(field.ty.rust(), &spread)));
                        spread_said = true;
                    }
                }
                _ => text.push_str(&format!(".with_param({key:?}, {})", text_literal(value))),
            }
        }
        text
    }
}

/// The value of an argument of a field.
fn said(ty: &Type, text: &str) -> Value {
    let is_json = matches!(ty, Type::List(_) | Type::Int | Type::Float | Type::Bool | Type::Filters(_) | Type::Object(_) | Type::Json);
    is_json.then(|| serde_json::from_str(text).ok()).flatten().unwrap_or_else(|| text.into())
}

/// An object without a member.
fn without(value: &Value, name: &str) -> Value {
    value.as_object().into_iter().flatten().filter(|(key, _)| *key != name).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Whether some member of an object is this tag, in this case.
fn tag_is(value: &Value, tag: &str) -> bool {
    value.as_object().into_iter().flatten().any(|(_, value)| value.as_str() == Some(tag))
}

/// The text of a scalar.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

fn text_literal(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("{text:?}"))
}
