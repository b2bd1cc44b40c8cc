//! The resolved API of one version, on any day or on one, as JSON, for other tools. `docs/catalog.md` documents it.

use serde_json::{Map, Value, json};

use crate::{
    model::{
        Api, Auth, Availability, Bound, Day, ErrorInfo, Event, Field, FilterType, Limit, ListOr, Method, Moment, NamedType, Operation,
        OperationError, Paced, Pair, Param, ParamLocation, Permission, Permissions, Rate, Rule, RuleKind, Segment, Type, TypeDef, Union,
        VariantContent, Version, WebhookField, Webhooks,
    },
    naming::{Part, Places, call_path},
};

/// The API at `version`: items that it lacks on every day are omitted.
pub fn catalog(api: &Api, version: Version) -> Value {
    view(api, version, None)
}

/// The API at `version` on a day: items that it lacks then are omitted.
pub fn catalog_on(api: &Api, version: Version, day: Day) -> Value {
    view(api, version, Some(day))
}

fn view(api: &Api, version: Version, day: Option<Day>) -> Value {
    let view = View::new(api, version, day);
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
        "day": day.map(|day| day.to_string()),
        "operations": operations,
        "types": types,
        "errors": api.errors.iter().filter(|known| view.has(&known.availability)).map(error).collect::<Vec<_>>(),
        "permissions": api.permissions.iter().filter(|known| view.has(&known.availability)).map(permission).collect::<Vec<_>>(),
        "webhooks": api.webhooks.as_ref().map(|webhooks| view.webhooks(webhooks)),
    })
}

/// The API at a version, on any day or on one.
pub(super) struct View<'a> {
    pub(super) api: &'a Api,
    pub(super) version: Version,
    pub(super) day: Option<Day>,
    places: Places,
}

impl<'a> View<'a> {
    pub(super) fn new(api: &'a Api, version: Version, day: Option<Day>) -> Self {
        Self { api, version, day, places: Places::of(api) }
    }

    pub(super) fn has(&self, availability: &Availability) -> bool {
        match self.day {
            Some(day) => availability.at(Moment::on(self.version, day)),
            None => availability.contains(self.version),
        }
    }

    /// What the view is of, for attributes that changed.
    pub(super) fn moment(&self) -> Moment {
        self.day.map_or_else(|| self.version.into(), |day| Moment::on(self.version, day))
    }

    fn webhooks(&self, webhooks: &Webhooks) -> Value {
        let dotted = |path: &Vec<String>| path.join(".");
        let field = |field: &WebhookField| {
            let mut value = json!({"name": field.name, "aliases": field.aliases, "page": field.page});
            extend(&mut value, availability(&field.availability));
            let lists: Map<String, Value> = field.events.iter().map(|(path, kind)| (dotted(path), json!(kind))).collect();
            extend(
                &mut value,
                json!({
                    "permission": field.permission,
                    "override": field.overridden,
                    "subscribable": field.subscribable,
                    "entry_id": field.entry_id,
                    "value": field.value.as_ref().map(|ty| self.type_text(ty)),
                    "event": field.event,
                    "events": lists,
                }),
            );
            value
        };
        let event = |event: &Event| {
            json!({
                "name": event.name,
                "type": self.type_text(&event.ty),
                "answerable": event.answerable,
                "instead_of": event.instead_of.as_ref().map(|(base, when)| {
                    let values: Map<String, Value> = when.iter().map(|(path, values)| (dotted(path), json!(values))).collect();
                    json!({"event": base, "when": values})
                }),
                "key": event.key.iter().map(dotted).collect::<Vec<_>>(),
                "of_account": event.of_account,
            })
        };
        let fields = webhooks.fields.iter().filter(|known| self.has(&known.availability));
        json!({
            "object": webhooks.object,
            "fields": fields.map(field).collect::<Vec<_>>(),
            "events": webhooks.events.iter().map(event).collect::<Vec<_>>(),
        })
    }

    fn operation(&self, operation: &Operation) -> Value {
        let mut parameters: Vec<Value> = operation.path.iter().filter_map(|segment| self.placeholder(segment)).collect();
        parameters.extend(operation.params.iter().filter(|param| self.has(&param.availability)).map(|param| self.param(param)));
        let permissions = match operation.permissions.at(self.moment()) {
            Permissions::None => json!({"all": []}),
            Permissions::All(names) => json!({"all": names}),
            Permissions::Any(names) => json!({"any": names}),
        };
        let method = match operation.http_method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        };
        let returns = operation.returns.at(self.moment());
        let mut response = json!({"type": self.type_text(returns), "fields": self.response_fields(returns)});
        if let Some(list) = &operation.list {
            response["list"] = json!(list);
        }
        if let Some(or) = operation.list_or {
            response["list_or"] = json!(match or {
                ListOr::Bare => "bare",
                ListOr::Item => "item",
            });
        }
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
                "host": operation.host.as_ref().map(|host| json!({"url": host.url, "versioned": host.versioned})),
                "idempotent": operation.idempotent,
                "never_retry": operation.never_retry,
                "paced": operation.paced.as_ref().map(paced),
                "parameters": parameters,
                "response": response,
                "errors": operation.errors.iter().filter_map(|here| self.error_here(here)).collect::<Vec<_>>(),
                "limits": operation.limits.iter().filter(|limit| self.has(&limit.availability)).map(limit).collect::<Vec<_>>(),
                "rules": operation.rules.iter().filter(|rule| self.has(&rule.availability)).map(rule).collect::<Vec<_>>(),
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
            "name": name, "in": "path", "type": self.type_text(ty), "list": false, "required": true, "contested": false, "secret": false, "personal": false, "enum": null,
            "since": null, "since_day": null, "deprecated": null, "deprecated_day": null, "removed": null, "removed_day": null,
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
        let (element, list) = match param.ty.at(self.moment()) {
            Type::List(inner) => (inner.as_ref(), true),
            ty => (ty, matches!(ty, Type::Fields(_) | Type::Filters(_))),
        };
        let values = match &param.constant {
            Some(constant) => json!([constant]),
            None => self.values(element, param.only.as_ref().map(|only| only.at(self.moment()))),
        };
        let mut value = json!({
            "name": param.name, "in": place, "type": self.type_text(element), "list": list,
            "required": *param.required.at(self.moment()) || param.constant.is_some(), "contested": param.contested, "secret": param.secret, "personal": param.personal, "enum": values,
        });
        extend(&mut value, availability(&param.availability));
        value
    }

    fn error_here(&self, here: &OperationError) -> Option<Value> {
        let error = self.api.error(&here.name).filter(|error| self.has(&error.availability) && self.has(&here.availability))?;
        let mut value = json!({"code": error.code, "subcode": error.subcode, "name": error.name});
        extend(&mut value, json!({"presence": changes(&here.availability)}));
        Some(value)
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
            TypeDef::Enum(values) => {
                let changed = values.iter().filter(|value| self.has(&value.availability) && value.availability != Availability::default());
                let changed: Vec<Value> = changed
                    .map(|value| {
                        let mut changed = json!({"value": value.value});
                        extend(&mut changed, availability(&value.availability));
                        changed
                    })
                    .collect();
                json!({"kind": "enum", "rust": rust, "values": self.values(&Type::Enum(ty.name.clone()), None), "presence": changed})
            }
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
                let mut value =
                    json!({"tag": variant.tag, "variant": variant.variant, "members": members, "payload": payload, "under": under});
                extend(&mut value, json!({"presence": changes(&variant.availability)}));
                value
            })
            .collect()
    }

    fn filter(&self, filter: &FilterType) -> Value {
        let present = filter.filters.iter().filter(|entry| self.has(&entry.availability));
        let filters: Vec<Value> = present
            .map(|entry| {
                let mut value = json!({"name": entry.field, "type": self.type_text(&entry.ty), "operators": entry.operators});
                extend(&mut value, json!({"presence": changes(&entry.availability)}));
                value
            })
            .collect();
        json!({"kind": "filter", "rust": self.places.path(&filter.name), "filters": filters})
    }

    fn fields(&self, fields: &[Field]) -> Vec<Value> {
        let present = fields.iter().filter(|field| self.has(&field.availability));
        present
            .map(|field| {
                let mut value = json!({"name": field.name, "type": self.type_text(field.ty.at(self.moment())), "aliases": field.aliases, "always": field.always, "only": field.only.as_ref().map(|only| only.at(self.moment()))});
                extend(&mut value, json!({"presence": changes(&field.availability)}));
                value
            })
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

/// Since when, and until when: each a version, and a day that holds in every version.
pub(super) fn availability(availability: &Availability) -> Value {
    let version = |bound: Option<Bound>| bound.and_then(Bound::version).map(|version| version.to_string());
    let day = |bound: Option<Bound>| bound.and_then(Bound::day).map(|day| day.to_string());
    json!({
        "since": version(availability.since), "since_day": day(availability.since),
        "deprecated": version(availability.deprecated), "deprecated_day": day(availability.deprecated),
        "removed": version(availability.removed), "removed_day": day(availability.removed),
    })
}

/// The same, of what most often has always been there: then nothing.
fn changes(presence: &Availability) -> Value {
    if *presence == Availability::default() { Value::Null } else { availability(presence) }
}

pub(super) fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        value.extend(more);
    }
}

pub(super) fn limit(limit: &Limit) -> Value {
    let mut value = json!({"max": limit.max, "window_s": limit.window, "per": limit.per, "block_s": limit.block, "error": limit.error});
    extend(&mut value, json!({"presence": changes(&limit.availability)}));
    value
}

pub(super) fn rule(rule: &Rule) -> Value {
    let (kind, names) = match &rule.kind {
        RuleKind::OneOf(names) => ("one_of", names.clone()),
        RuleKind::AnyOf(names) => ("any_of", names.clone()),
        RuleKind::Requires(name, needs) => ("requires", [std::slice::from_ref(name), needs].concat()),
        RuleKind::RequiresFor(name, _, needs) => ("requires_for", [std::slice::from_ref(name), needs].concat()),
        RuleKind::Excludes(names) => ("excludes", names.clone()),
        RuleKind::FirstWins(names) => ("first_wins", names.clone()),
    };
    let mut value = json!({"kind": kind, "parameters": names, "why": rule.doc, "presence": changes(&rule.availability)});
    if let RuleKind::RequiresFor(_, wanted, _) = &rule.kind {
        extend(&mut value, json!({"value": wanted}));
    }
    value
}

fn permission(permission: &Permission) -> Value {
    let mut value = json!({"name": permission.name, "what": permission.doc, "page": permission.page});
    extend(&mut value, availability(&permission.availability));
    value
}

pub(super) fn paced(paced: &Paced) -> Value {
    let rates = |rate: &Rate| -> Value {
        let rates: serde_json::Map<_, _> = rate.per_second.iter().map(|(value, rate)| (value.clone(), json!(rate))).collect();
        json!({"field": rate.field.join("."), "per_second": rates, "counts_too": rate.counts_too})
    };
    let pair = |pair: &Pair| json!({"param": pair.param, "burst": pair.burst, "every_s": pair.every});
    json!({"id": paced.id, "rate": paced.rate.as_ref().map(rates), "pair": paced.pair.as_ref().map(pair)})
}

fn error(error: &ErrorInfo) -> Value {
    let mut value = json!({
        "name": error.name, "code": error.code, "code_end": error.code_end, "subcode": error.subcode, "case_of": error.case_of, "title": error.title,
        "category": error.category, "retry": error.retry, "backoff_base": error.backoff_base, "executed": error.executed, "arrives": error.arrives, "in_usage": error.in_usage, "unverified": error.unverified, "statuses": error.statuses, "cause": error.cause, "remedy": error.remedy,
        "page": error.page,
    });
    extend(&mut value, availability(&error.availability));
    value
}
