//! Types as schemas: those with a name are components, written when something first refers to them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{presence, put, put_presence};
use crate::{
    export::catalog::{View, rule},
    model::{
        Field, ListOr, Narrowing, Object, Operation, Param, ParamLocation, Type, TypeDef, Union, Value as EnumValue, Variant,
        VariantContent,
    },
};

/// The components that something refers to.
pub(super) struct Schemas<'v, 'a> {
    view: &'v View<'a>,
    made: BTreeMap<String, Value>,
}

/// Whether a value is only sent; what is answered is read in more forms than Graph is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Sent,
    Answered,
}

/// A whole number of seconds, or a text with a date.
const POINT_IN_TIME: &str = "A point in time.";

impl<'v, 'a> Schemas<'v, 'a> {
    pub(super) fn of(view: &'v View<'a>) -> Self {
        Self { view, made: BTreeMap::new() }
    }

    /// All that were referred to, by name.
    pub(super) fn finish(self) -> Value {
        self.made.into_iter().collect::<Map<_, _>>().into()
    }

    /// A schema under a name, with a reference to it.
    pub(super) fn component(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.made.contains_key(name) {
            // A type may contain itself: the name is known before its schema is.
            self.made.insert(name.into(), Value::Null);
            let made = make(self);
            self.made.insert(name.into(), made);
        }
        reference(name)
    }

    pub(super) fn ty(&mut self, ty: &Type, side: Side) -> Value {
        match ty {
            Type::String | Type::Cursor => json!({"type": "string"}),
            Type::Digits => json!({"type": "string", "pattern": "^[0-9]*$"}),
            Type::Secret { .. } => json!({"type": "string", "format": "password", "x-secret": true}),
            Type::Bool => json!({"type": "boolean"}),
            Type::Int => json!({"type": "integer", "format": "int64"}),
            Type::Float => json!({"type": "number", "format": "double"}),
            Type::Id(short) => self.id(short),
            Type::Timestamp { text } => match (side, text) {
                (Side::Sent, false) => json!({"type": "integer", "format": "int64", "description": POINT_IN_TIME}),
                (Side::Sent, true) => json!({"type": "string", "description": POINT_IN_TIME}),
                (Side::Answered, _) => json!({"type": ["integer", "string"], "description": POINT_IN_TIME}),
            },
            Type::IntString => match side {
                Side::Sent => json!({"type": "string", "pattern": "^-?[0-9]+$"}),
                Side::Answered => json!({"type": ["integer", "string"]}),
            },
            Type::Json => json!({}),
            Type::List(inner) => json!({"type": "array", "items": self.ty(inner, side)}),
            Type::Map(inner) => json!({"type": "object", "additionalProperties": self.ty(inner, side)}),
            Type::Page(inner) => self.page(inner),
            Type::Enum(name) | Type::Object(name) | Type::Union(name) | Type::Untagged(name) => self.named(name),
            Type::File => json!({"type": "string", "format": "binary"}),
            Type::Fields(name) => json!({"type": "array", "items": self.field_names(name)}),
            Type::Filters(name) => self.filters(name),
        }
    }

    /// The fields that can be asked for; what each holds is said where it is answered.
    fn field_names(&self, name: &str) -> Value {
        let mut schema = json!({"type": "string"});
        if let Some(TypeDef::Enum(values)) = self.view.api.named(name).map(|named| &named.def) {
            let known = values.iter().filter(|value| self.view.has(&value.availability));
            put(&mut schema, "x-extensible-enum", known.map(|value| value.value.as_str()).collect());
        }
        schema
    }

    fn id(&self, short: &str) -> Value {
        let node = self.view.api.nodes.iter().find(|node| node.rust_name == short);
        let mut schema = json!({"type": "string"});
        if !node.is_some_and(|node| node.text_id) {
            put(&mut schema, "pattern", "^[0-9]+$".into());
        }
        put(&mut schema, "x-id-of", node.map_or(short, |node| node.name.as_str()).into());
        schema
    }

    /// What an operation answers; `list` leads to the list of a page that is not in `data`.
    pub(super) fn answer(&mut self, returns: &Type, operation: &Operation) -> Value {
        let page = self.listed(returns, operation.list.as_deref());
        let (Type::Page(item), Some(or)) = (returns, operation.list_or) else { return page };
        let item = self.ty(item, Side::Answered);
        let instead = match or {
            ListOr::Bare => json!({"type": "array", "items": item}),
            ListOr::Item => item,
        };
        json!({"anyOf": [page, instead]})
    }

    fn listed(&mut self, returns: &Type, list: Option<&[String]>) -> Value {
        let (Type::Page(item), Some(list)) = (returns, list) else { return self.ty(returns, Side::Answered) };
        let items = json!({"type": "array", "items": self.ty(item, Side::Answered)});
        let Some((first, below)) = list.split_first() else { return items };
        let within =
            below.iter().rev().fold(items, |inner, name| json!({"type": "object", "properties": {name: inner}, "required": [name]}));
        let paging = self.component("Paging", |_| paging());
        json!({
            "type": "object",
            "description": "A page of a list.",
            "properties": {first: within, "paging": paging},
            "required": [first],
        })
    }

    fn page(&mut self, item: &Type) -> Value {
        let name = match item {
            Type::Object(name) | Type::Union(name) | Type::Enum(name) | Type::Untagged(name) => Some(format!("PageOf{name}")),
            _ => None,
        };
        let make = |schemas: &mut Self| {
            let paging = schemas.component("Paging", |_| paging());
            json!({
                "type": "object",
                "description": "A page of a list.",
                "properties": {"data": {"type": "array", "items": schemas.ty(item, Side::Answered)}, "paging": paging},
                "required": ["data"],
            })
        };
        match name {
            Some(name) => self.component(&name, make),
            None => make(self),
        }
    }

    fn filters(&mut self, name: &str) -> Value {
        let view = self.view;
        let filter = view.api.operations().filter_map(|operation| operation.filter.as_ref()).find(|filter| filter.name == name);
        let item = self.component(name, |_| {
            let present = filter.iter().flat_map(|filter| &filter.filters).filter(|entry| view.has(&entry.availability));
            let (mut fields, mut operators, mut lines): (Vec<&str>, Vec<&str>, Vec<String>) = Default::default();
            for entry in present {
                fields.push(&entry.field);
                operators.extend(entry.operators.iter().map(String::as_str));
                lines.push(format!("- `{}` with {}: {}", entry.field, entry.operators.join(", "), entry.doc));
            }
            operators.sort_unstable();
            operators.dedup();
            json!({
                "type": "object",
                "description": format!("A condition on what is listed:\n\n{}", lines.join("\n")),
                "properties": {
                    "field": {"type": "string", "x-extensible-enum": fields},
                    "operator": {"type": "string", "x-extensible-enum": operators},
                    "value": {"description": "What it is compared with; of operators that take several, a list."},
                },
                "required": ["field", "operator", "value"],
            })
        });
        json!({"type": "array", "items": item})
    }

    fn named(&mut self, name: &str) -> Value {
        let view = self.view;
        self.component(name, |schemas| {
            if let Some(node) = view.api.nodes.iter().find(|node| node.rust_name == name) {
                let mut schema = json!({"type": "object", "description": node.doc});
                schemas.members(&mut schema, &node.fields, Side::Answered, |_, field| field.always);
                put(&mut schema, "x-node", node.name.clone().into());
                return schema;
            }
            let Some(named) = view.api.named(name) else { return json!({}) };
            let mut schema = match &named.def {
                TypeDef::Enum(values) => schemas.open_enum(values),
                TypeDef::Object(object) => schemas.object(object),
                TypeDef::Union(union) => schemas.union(name, union),
                TypeDef::Untagged(shapes) => {
                    let shapes: Vec<Value> = shapes
                        .iter()
                        .map(|shape| {
                            let mut schema = schemas.ty(&shape.ty, Side::Answered);
                            put(&mut schema, "description", shape.doc.clone().into());
                            schema
                        })
                        .collect();
                    json!({"oneOf": shapes})
                }
            };
            let values = schema.get("description").and_then(Value::as_str).map(|values| format!("{}\n\n{values}", named.doc));
            put(&mut schema, "description", values.unwrap_or_else(|| named.doc.clone()).into());
            if !named.page.is_empty() {
                put(&mut schema, "externalDocs", json!({"url": named.page}));
            }
            schema
        })
    }

    /// A string: every enum of Graph is open, and `enum` would make clients fail on what is new.
    fn open_enum(&self, values: &[EnumValue]) -> Value {
        let known: Vec<&EnumValue> = values.iter().filter(|value| self.view.has(&value.availability)).collect();
        let lines: Vec<String> = known.iter().map(|value| format!("- `{}`: {}", value.value, value.doc)).collect();
        let mut schema = json!({"type": "string"});
        put(&mut schema, "description", lines.join("\n").into());
        put(&mut schema, "x-extensible-enum", known.iter().map(|value| value.value.as_str()).collect());
        let changed = known.iter().map(|value| (value.value.clone(), presence(&value.availability)));
        let changed: Map<String, Value> = changed.filter(|(_, said)| said.as_object().is_some_and(|said| !said.is_empty())).collect();
        put(&mut schema, "x-presence-of-values", changed.into());
        schema
    }

    fn object(&mut self, object: &Object) -> Value {
        let side = if object.sent { Side::Sent } else { Side::Answered };
        let mut schema = json!({"type": "object"});
        self.members(&mut schema, &object.fields, side, |index, field| object.is_arg(index) || field.always || field.constant.is_some());
        let rules: Vec<Value> = object.rules.iter().filter(|known| self.view.has(&known.availability)).map(rule).collect();
        put(&mut schema, "x-rules", rules.into());
        schema
    }

    fn members(&mut self, schema: &mut Value, fields: &[Field], side: Side, required: impl Fn(usize, &Field) -> bool) {
        let (mut properties, mut needed, mut spread) = (Map::new(), Vec::new(), Vec::new());
        let present = fields.iter().enumerate().filter(|(_, field)| self.view.has(&field.availability));
        let present: Vec<(usize, &Field)> = present.collect();
        for (index, field) in present {
            let ty = field.ty.at(self.view.moment());
            if field.spread {
                let union = self.ty(ty, side);
                spread.push(if required(index, field) { union } else { self.optional(ty, union) });
                continue;
            }
            if required(index, field) {
                needed.push(field.name.as_str());
            }
            let mut property = match &field.constant {
                Some(constant) => json!({"type": "string", "const": constant}),
                None => self.ty(ty, side),
            };
            self.narrow(&mut property, field.only.as_ref());
            put(&mut property, "description", field.doc.clone().into());
            put(&mut property, "x-also-named", field.aliases.iter().map(String::as_str).collect());
            put_presence(self.view, &mut property, &field.availability);
            properties.insert(field.name.clone(), property);
        }
        put(schema, "properties", properties.into());
        put(schema, "required", needed.into());
        put(schema, "allOf", spread.into());
    }

    /// A union of which the object may have no member.
    fn optional(&self, ty: &Type, union: Value) -> Value {
        let tag = ty.name().and_then(|name| self.view.api.named(name)).and_then(|named| match &named.def {
            TypeDef::Union(union) => Some(union.tag.clone()),
            _ => None,
        });
        match tag {
            Some(tag) => json!({"anyOf": [union, {"type": "object", "not": {"required": [tag]}}]}),
            None => union,
        }
    }

    fn narrow(&self, schema: &mut Value, only: Option<&Narrowing>) {
        let Some(only) = only else { return };
        let mut target = schema;
        for inner in ["contentSchema", "items"] {
            if target.get(inner).is_some() {
                target = &mut target[inner];
            }
        }
        put(target, "x-extensible-enum", only.at(self.view.moment()).into());
        let changes = only.changes.iter().map(|(value, availability)| (value.clone(), presence(availability)));
        put(target, "x-presence-of-values", changes.collect::<Map<_, _>>().into());
    }

    fn union(&mut self, name: &str, union: &Union) -> Value {
        let present: Vec<&Variant> = union.variants.iter().filter(|variant| self.view.has(&variant.availability)).collect();
        let mut mapping = Map::new();
        let mut variants = Vec::new();
        for variant in present {
            let mut component = format!("{name}{}", variant.variant);
            if self.is_taken(&component) {
                component.push_str("Variant");
            }
            let schema = self.component(&component, |schemas| schemas.variant(union, variant));
            mapping.insert(variant.tag.clone(), format!("#/components/schemas/{component}").into());
            variants.push(schema);
        }
        if union.any_case {
            // A tag in another case is of no mapping.
            return json!({"anyOf": variants, "x-open-union": union.tag});
        }
        json!({"oneOf": variants, "discriminator": {"propertyName": union.tag, "mapping": mapping}, "x-open-union": union.tag})
    }

    fn is_taken(&self, name: &str) -> bool {
        self.view.api.named(name).is_some() || self.view.api.nodes.iter().any(|node| node.rust_name == name)
    }

    fn variant(&mut self, union: &Union, variant: &Variant) -> Value {
        let side = if union.sent { Side::Sent } else { Side::Answered };
        let tag = if union.any_case {
            json!({"type": "string", "x-extensible-enum": [variant.tag]})
        } else {
            json!({"type": "string", "const": variant.tag})
        };
        let mut properties = Map::from_iter([(union.tag.clone(), tag)]);
        let mut required = vec![union.tag.as_str()];
        let mut all_of = Vec::new();
        match &variant.content {
            VariantContent::Members(ty) => all_of.push(self.ty(ty, side)),
            VariantContent::Payload(key, ty) => {
                properties.insert(key.clone(), self.ty(ty, side));
                if union.sent {
                    required.push(key);
                }
            }
            VariantContent::Nothing => {}
        }
        let mut schema = json!({"type": "object"});
        put(&mut schema, "description", variant.doc.clone().into());
        put(&mut schema, "properties", properties.into());
        put(&mut schema, "required", required.into());
        put(&mut schema, "allOf", all_of.into());
        put_presence(self.view, &mut schema, &variant.availability);
        schema
    }

    /// A parameter's schema, with what is said of the parameter unless the place that refers to it says it.
    pub(super) fn param(&mut self, param: &Param) -> Value {
        let ty = param.ty.at(self.view.moment());
        let mut schema = match (&param.constant, ty) {
            (Some(constant), _) => json!({"type": "string", "const": constant}),
            // A reference to a string makes generators write a type that does not exist, where parts of a form are.
            (None, Type::Enum(name)) if is_in_form(param) => self.field_names(name),
            (None, ty) => self.ty(ty, Side::Sent),
        };
        if param.constant.is_none() && is_text_of_json(param, ty) {
            schema = json!({"type": "string", "contentMediaType": "application/json", "contentSchema": schema});
        }
        if param.secret {
            put(&mut schema, "x-secret", true.into());
        }
        self.narrow(&mut schema, param.only.as_ref());
        // A pattern of the spec is documentation, which examples of Meta's own do not always match.
        put(&mut schema, "x-pattern", param.pattern.clone().into());
        put(&mut schema, "x-default", param.default.at(self.view.moment()).clone().into());
        schema
    }

    /// The body of an operation: an object with a property for each parameter that is sent in it.
    pub(super) fn body(&mut self, name: &str, params: &[&Param], rules: Vec<Value>) -> Value {
        self.component(name, |schemas| {
            let mut schema = json!({"type": "object"});
            let (mut properties, mut required, mut spread) = (Map::new(), Vec::new(), Vec::new());
            for param in params {
                let is_required = *param.required.at(schemas.view.moment());
                if param.spread {
                    let ty = param.ty.at(schemas.view.moment());
                    let union = schemas.ty(ty, Side::Sent);
                    spread.push(if is_required { union } else { schemas.optional(ty, union) });
                    continue;
                }
                if (is_required && !param.contested) || param.constant.is_some() {
                    required.push(param.name.as_str());
                }
                let mut property = schemas.param(param);
                put(&mut property, "description", param.doc.clone().into());
                if param.secret {
                    put(&mut property, "writeOnly", true.into());
                }
                if param.contested {
                    put(&mut property, "x-contested", true.into());
                }
                put_presence(schemas.view, &mut property, &param.availability);
                properties.insert(param.name.clone(), property);
            }
            put(&mut schema, "properties", properties.into());
            put(&mut schema, "required", required.into());
            put(&mut schema, "allOf", spread.into());
            put(&mut schema, "x-rules", rules.into());
            schema
        })
    }

    /// Graph's envelope of an error, the same for all operations.
    pub(super) fn error(&mut self) -> Value {
        self.component("GraphError", |_| graph_error())
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Whether a parameter is sent in the body.
pub(super) fn is_in_body(param: &Param) -> bool {
    !matches!(param.location, ParamLocation::Query | ParamLocation::Header)
}

fn is_in_form(param: &Param) -> bool {
    matches!(param.location, ParamLocation::Form | ParamLocation::Multipart)
}

/// Whether a parameter is sent as a text that holds JSON: lists and objects are, wherever there is only text.
pub(super) fn is_text_of_json(param: &Param, ty: &Type) -> bool {
    let is_text = param.location != ParamLocation::Json;
    let is_json =
        matches!(ty, Type::List(_) | Type::Map(_) | Type::Object(_) | Type::Union(_) | Type::Filters(_) | Type::Json | Type::Page(_));
    is_text && is_json
}

fn paging() -> Value {
    json!({
        "type": "object",
        "description": "Where the next page and the one before are.",
        "properties": {
            "cursors": {
                "type": "object",
                "properties": {"before": {"type": "string"}, "after": {"type": "string"}},
            },
            "next": {"type": "string", "description": "The URL of the next page. It may contain the access token.", "x-secret": true},
            "previous": {"type": "string", "description": "The URL of the page before. It may contain the access token.", "x-secret": true},
        },
    })
}

fn graph_error() -> Value {
    json!({
        "type": "object",
        "description": "An error. Its code, and its subcode if it has one, say which.",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "message": {"type": "string", "description": "A text for developers. It changes without notice."},
                    "type": {"type": "string"},
                    "code": {"type": "integer", "description": "The code, as `x-errors` lists them."},
                    "error_subcode": {"type": "integer"},
                    "error_user_title": {"type": "string", "description": "A title for users, in the language of the token's owner."},
                    "error_user_msg": {"type": "string", "description": "A text for users, in the language of the token's owner."},
                    "error_data": {"description": "Details: most often an object or a text."},
                    "is_transient": {"type": "boolean", "description": "The same call may succeed later."},
                    "fbtrace_id": {"type": "string", "description": "What support asks for."},
                },
                "required": ["code"],
            },
        },
        "required": ["error"],
    })
}
