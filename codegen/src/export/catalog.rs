//! The resolved API of one version as JSON, for other tools. `docs/catalog.md` documents it.

use serde_json::{Map, Value, json};

use crate::{
    model::{
        Api, Auth, Availability, ErrorInfo, Field, FilterType, Limit, Method, NamedType, Operation, Paced, Pair, Param, ParamLocation,
        Permissions, Rate, Segment, Type, TypeDef, Union, VariantContent, Version,
    },
    naming::{Part, Places, call_path},
};

/// The API at `version`: items that the version lacks are omitted.
pub fn catalog(api: &Api, version: Version) -> Value {
    let view = View { api, version, places: Places::of(api) };
    let operations: Vec<Value> =
        api.operations().filter(|operation| view.has(&operation.availability)).map(|op| view.operation(op)).collect();
    let mut types = Map::new();
    for ty in &api.types {
        types.insert(ty.name.clone(), view.named(ty));
    }
    for filter in api.operations().filter_map(|operation| operation.filter.as_ref()) {
        types.insert(filter.name.clone(), view.filter(filter));
    }
    for node in api.nodes.iter().filter(|node| !node.root) {
        types.insert(
            node.name.clone(),
            json!({"kind": "node", "rust": view.places.path(&node.rust_name), "fields": view.fields(&node.fields)}),
        );
    }
    json!({
        "version": version.to_string(),
        "operations": operations,
        "types": types,
        "errors": api.errors.iter().map(error).collect::<Vec<_>>(),
    })
}

struct View<'a> {
    api: &'a Api,
    version: Version,
    places: Places,
}

impl View<'_> {
    fn has(&self, availability: &Availability) -> bool {
        availability.contains(self.version)
    }

    fn operation(&self, operation: &Operation) -> Value {
        let mut parameters: Vec<Value> = operation.path.iter().filter_map(|segment| self.placeholder(segment)).collect();
        parameters.extend(operation.params.iter().filter(|param| self.has(&param.availability)).map(|param| self.param(param)));
        let permissions = match operation.permissions.at(self.version) {
            Permissions::None => json!({"all": []}),
            Permissions::All(names) => json!({"all": names}),
            Permissions::Any(names) => json!({"any": names}),
        };
        let method = match operation.http_method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        };
        let returns = operation.returns.at(self.version);
        let mut value = json!({"id": operation.id, "method": method, "path": operation.path_text()});
        extend(&mut value, availability(&operation.availability));
        extend(
            &mut value,
            json!({
                "permissions": permissions,
                "auth": match operation.auth {
                    Auth::Token => "token",
                    Auth::OAuth => "oauth",
                    Auth::None => "none",
                },
                "idempotent": operation.idempotent,
                "never_retry": operation.never_retry,
                "paced": operation.paced.as_ref().map(paced),
                "parameters": parameters,
                "response": {"type": self.type_text(returns), "fields": self.response_fields(returns)},
                "errors": operation.errors.iter().filter_map(|here| self.api.error(&here.name)).map(|error| json!({"code": error.code, "subcode": error.subcode, "name": error.name})).collect::<Vec<_>>(),
                "limits": operation.limits.iter().filter(|limit| self.has(&limit.availability)).map(limit).collect::<Vec<_>>(),
                "page": operation.page,
                "rust": self.rust(operation),
            }),
        );
        value
    }

    fn rust(&self, operation: &Operation) -> Value {
        let (entry, method) = call_path(self.api, operation, None);
        let args: Vec<&str> = operation.args.iter().map(|&arg| operation.params[arg].rust.as_str()).collect();
        let in_body = |param: &&Param| !matches!(param.location, ParamLocation::Query | ParamLocation::Header);
        let body = operation.params.iter().find(in_body).map(|_| self.places.path(&Part::Body.of(&operation.request)));
        json!({
            "request": self.places.path(&operation.request),
            "body": body,
            "response": self.places.ty(&operation.returns.newest),
            "send": format!("{entry}.{method}({})", args.join(", ")),
        })
    }

    fn placeholder(&self, segment: &Segment) -> Option<Value> {
        let (Segment::Id { name, ty } | Segment::Text { name, ty } | Segment::Value { name, ty }) = segment else { return None };
        Some(json!({
            "name": name, "in": "path", "type": self.type_text(ty), "list": false, "required": true, "contested": false, "secret": false, "enum": null,
            "since": null, "deprecated": null, "removed": null,
        }))
    }

    fn param(&self, param: &Param) -> Value {
        let place = match param.location {
            ParamLocation::Query => "query",
            ParamLocation::Json => "json",
            ParamLocation::Form => "form",
            ParamLocation::Multipart => "multipart",
            ParamLocation::Header => "header",
            ParamLocation::Bytes => "body",
        };
        let (element, list) = match param.ty.at(self.version) {
            Type::List(inner) => (inner.as_ref(), true),
            ty => (ty, matches!(ty, Type::Fields(_) | Type::Filters(_))),
        };
        let values = match &param.constant {
            Some(constant) => json!([constant]),
            None => self.values(element, param.only.as_deref()),
        };
        let mut value = json!({
            "name": param.name, "in": place, "type": self.type_text(element), "list": list,
            "required": *param.required.at(self.version) || param.constant.is_some(), "contested": param.contested, "secret": param.secret, "enum": values,
        });
        extend(&mut value, availability(&param.availability));
        value
    }

    fn values(&self, ty: &Type, only: Option<&[String]>) -> Value {
        let taken = |value: &str| only.is_none_or(|only| only.iter().any(|taken| taken == value));
        let (Type::Enum(name) | Type::Fields(name)) = ty else { return Value::Null };
        match self.api.named(name).map(|ty| &ty.def) {
            Some(TypeDef::Enum(values)) => values
                .iter()
                .filter(|value| self.has(&value.availability) && taken(&value.value))
                .map(|value| value.value.as_str())
                .collect(),
            _ => Value::Null,
        }
    }

    fn named(&self, ty: &NamedType) -> Value {
        let rust = self.places.path(&ty.name);
        match &ty.def {
            TypeDef::Enum(_) => json!({"kind": "enum", "rust": rust, "values": self.values(&Type::Enum(ty.name.clone()), None)}),
            TypeDef::Object(object) => json!({"kind": "object", "rust": rust, "fields": self.fields(&object.fields)}),
            TypeDef::Union(union) => json!({"kind": "union", "rust": rust, "tag": union.tag, "variants": self.variants(union)}),
            TypeDef::Untagged(shapes) => {
                let shapes: Vec<Value> =
                    shapes.iter().map(|shape| json!({"variant": shape.variant, "type": self.type_text(&shape.ty)})).collect();
                json!({"kind": "untagged", "rust": rust, "untagged": shapes})
            }
        }
    }

    fn variants(&self, union: &Union) -> Vec<Value> {
        let present = union.variants.iter().filter(|variant| self.has(&variant.availability));
        present
            .map(|variant| {
                let (members, under, payload) = match &variant.content {
                    VariantContent::Members(ty) => (Some(self.type_text(ty)), None, None),
                    VariantContent::Payload(key, ty) => (None, Some(key), Some(self.type_text(ty))),
                    VariantContent::Nothing => (None, None, None),
                };
                json!({"tag": variant.tag, "variant": variant.variant, "members": members, "payload": payload, "under": under})
            })
            .collect()
    }

    fn filter(&self, filter: &FilterType) -> Value {
        let present = filter.filters.iter().filter(|entry| self.has(&entry.availability));
        let filters: Vec<Value> =
            present.map(|entry| json!({"name": entry.field, "type": self.type_text(&entry.ty), "operators": entry.operators})).collect();
        json!({"kind": "filter", "rust": self.places.path(&filter.name), "filters": filters})
    }

    fn fields(&self, fields: &[Field]) -> Vec<Value> {
        let present = fields.iter().filter(|field| self.has(&field.availability));
        present
            .map(|field| json!({"name": field.name, "type": self.type_text(field.ty.at(self.version)), "always": field.always}))
            .collect()
    }

    /// The fields of what is returned; of a page, the fields of its items.
    fn response_fields(&self, ty: &Type) -> Vec<Value> {
        match ty {
            Type::Page(inner) | Type::List(inner) => self.response_fields(inner),
            Type::Object(name) => {
                if let Some(node) = self.api.nodes.iter().find(|node| node.rust_name == *name) {
                    return self.fields(&node.fields);
                }
                match self.api.named(name).map(|ty| &ty.def) {
                    Some(TypeDef::Object(object)) => self.fields(&object.fields),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// The type as the spec writes it.
    fn type_text(&self, ty: &Type) -> String {
        let node = |short: &str| self.api.nodes.iter().find(|node| node.rust_name == short).map(|node| node.name.clone());
        match ty {
            Type::String | Type::Secret { digits: false } | Type::Cursor => "string".into(),
            Type::Digits | Type::Secret { digits: true } => "digits".into(),
            Type::Bool => "bool".into(),
            Type::Int => "int".into(),
            Type::Float => "float".into(),
            Type::Timestamp { text: false } => "timestamp".into(),
            Type::Timestamp { text: true } => "timestamp_text".into(),
            Type::Json => "json".into(),
            Type::Id(short) => format!("id<{}>", node(short).unwrap_or_else(|| short.clone())),
            Type::List(inner) => format!("list<{}>", self.type_text(inner)),
            Type::Map(inner) => format!("map<{}>", self.type_text(inner)),
            Type::Page(inner) => format!("page<{}>", self.type_text(inner)),
            Type::Object(name) => node(name).unwrap_or_else(|| name.clone()),
            Type::IntString => "int_text".into(),
            Type::File => "file".into(),
            Type::Enum(name) | Type::Union(name) | Type::Untagged(name) | Type::Fields(name) | Type::Filters(name) => name.clone(),
        }
    }
}

fn availability(availability: &Availability) -> Value {
    let text = |version: Option<Version>| version.map(|version| version.to_string());
    json!({"since": text(availability.since), "deprecated": text(availability.deprecated), "removed": text(availability.removed)})
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        value.extend(more);
    }
}

fn limit(limit: &Limit) -> Value {
    json!({"max": limit.max, "window_s": limit.window, "per": limit.per, "block_s": limit.block, "error": limit.error})
}

fn paced(paced: &Paced) -> Value {
    let rates = |rate: &Rate| -> Value {
        let rates: serde_json::Map<_, _> = rate.per_second.iter().map(|(value, rate)| (value.clone(), json!(rate))).collect();
        json!({"field": rate.field.join("."), "per_second": rates})
    };
    let pair = |pair: &Pair| json!({"param": pair.param, "burst": pair.burst, "every_s": pair.every});
    json!({"id": paced.id, "rate": paced.rate.as_ref().map(rates), "pair": paced.pair.as_ref().map(pair)})
}

fn error(error: &ErrorInfo) -> Value {
    json!({
        "name": error.name, "code": error.code, "code_end": error.code_end, "subcode": error.subcode, "case_of": error.case_of, "title": error.title,
        "category": error.category, "retry": error.retry, "backoff_base": error.backoff_base, "executed": error.executed, "unverified": error.unverified, "statuses": error.statuses, "cause": error.cause, "remedy": error.remedy,
        "page": error.page,
    })
}
