//! From the checked spec to the model: names resolved, defaults filled in, everything sorted.
//!
//! The passes: `nodes` and `types` translate item by item, then `selectable` makes the enums of fields, `sent` finds the objects that requests hold,
//! `boxed` breaks types that would contain themselves, and `sort` puts everything into its final order.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    ast::{self, BelowDecl, EdgeDecl, FieldChoice, FieldDecl, NodeDecl, OperationDecl, ParamDecl, Slot, Spec, Text, TileDecl, TypeShape},
    check,
    model::{
        Api, Below, Edge, ErrorHere, ErrorInfo, Example, Field, Filter, FilterType, In, Limit, Method, OverTime, NamedType, Node, Note, Operation,
        Outcome, Param, Permission, Permissions, Presence, Quirk, Rule, RuleKind, Segment, Shape, Type, Value, Version, VersionInfo,
    },
    names::{camel, snake},
    parse::Tree,
    request_text::RequestText,
    type_expr::{Scalar, TypeExpr},
};

/// Resolves a spec in which [`check`](crate::check) found no error.
pub fn lower(spec: &Spec) -> Api {
    let scope = Scope { spec };
    let mut api = Api {
        versions: versions(spec),
        versions_page: text(spec.versions_page.as_ref()),
        errors: spec.errors.iter().map(error).collect(),
        permissions: spec.permissions.iter().map(permission).collect(),
        types: types(&scope),
        nodes: nodes(&scope),
        quirks: spec.quirks.iter().map(quirk).collect(),
        notes: spec.notes.iter().map(note).collect(),
    };
    let sorts = sorts(spec, &api.nodes);
    api.types.extend(sorts);
    selectable(&mut api);
    sent(&mut api);
    boxed(&mut api);
    sort(&mut api);
    api
}

struct Scope<'s> {
    spec: &'s Spec,
}

impl Scope<'_> {
    /// The type of an expression; `own` is the node that a bare `id` means.
    fn ty(&self, expression: &str, own: &str) -> Type {
        TypeExpr::parse(expression).map_or(Type::Json, |expression| self.resolve(&expression, own))
    }

    fn resolve(&self, expression: &TypeExpr, own: &str) -> Type {
        match expression {
            TypeExpr::Scalar(scalar) => match scalar {
                Scalar::String => Type::String,
                Scalar::Digits => Type::Digits,
                Scalar::Bool => Type::Bool,
                Scalar::Int => Type::Int,
                Scalar::Float => Type::Float,
                Scalar::Timestamp => Type::Timestamp { text: false },
                Scalar::TimestampText => Type::Timestamp { text: true },
                Scalar::Json => Type::Json,
            },
            TypeExpr::OwnId => Type::Id(own.into()),
            TypeExpr::Id(node) => Type::Id(self.spec.node(node).map(short).unwrap_or_default()),
            TypeExpr::List(inner) => Type::List(Box::new(self.resolve(inner, own))),
            TypeExpr::Map(inner) => Type::Map(Box::new(self.resolve(inner, own))),
            TypeExpr::Page(inner) => Type::Page(Box::new(self.resolve(inner, own))),
            TypeExpr::Named(name) => match (self.spec.named_type(name), self.spec.node(name)) {
                (Some(decl), _) if matches!(decl.shape, Some(TypeShape::Enum(_))) => Type::Enum(name.clone()),
                (Some(_), _) => Type::Object(name.clone()),
                (None, Some(node)) => Type::Object(short(node)),
                (None, None) => Type::Json,
            },
        }
    }
}

fn text(text: Option<&Text>) -> String {
    text.map(|text| text.value.trim().to_owned()).unwrap_or_default()
}

/// A sentence or two, on one line however the file wrapped them.
fn sentence(text: &Text) -> String {
    text.value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short(node: &NodeDecl) -> String {
    text(node.short.as_ref())
}

/// The module of a node: the name of its handle, `root` for the root.
fn module(node: &NodeDecl) -> String {
    node.handle.as_ref().map_or_else(|| snake(&node.name.value), |handle| handle.value.clone())
}

fn versions(spec: &Spec) -> Vec<VersionInfo> {
    let mut versions: Vec<_> = spec
        .versions
        .iter()
        .map(|decl| VersionInfo {
            version: decl.version.value,
            released: decl.released.value.clone(),
            expires: decl.expires.as_ref().map(|expires| expires.value.clone()),
            retired: decl.retired,
        })
        .collect();
    versions.sort_by_key(|info| info.version);
    versions
}

fn error(decl: &ast::ErrorDecl) -> ErrorInfo {
    let unverified = "Nobody has published what this code means.";
    ErrorInfo {
        name: decl.name.value.clone(),
        code: decl.code.value.0,
        code_end: decl.code.value.1,
        subcode: decl.subcode.as_ref().map(|subcode| subcode.value),
        case: decl.case.as_ref().map(|case| case.value.clone()),
        title: decl.title.as_ref().map(|title| title.value.clone()),
        family: decl.family.value.clone(),
        cause: decl.cause.as_ref().map_or_else(|| unverified.into(), sentence),
        remedy: decl.remedy.as_ref().map_or_else(|| "Read the message and the details of the error.".into(), sentence),
        retry: decl.retry.as_ref().map_or_else(|| "none".into(), |retry| retry.value.clone()),
        executed: decl.executed,
        statuses: decl.statuses.clone(),
        unverified: decl.unverified,
        page: text(decl.page.as_ref()),
    }
}

fn permission(decl: &ast::PermissionDecl) -> Permission {
    Permission { name: decl.name.value.clone(), doc: text(decl.item.doc.as_ref()), page: text(decl.item.page.as_ref()) }
}

fn quirk(decl: &ast::QuirkDecl) -> Quirk {
    Quirk {
        at: decl.at.value.clone(),
        chosen: decl.chosen.json(),
        rejected: decl.rejected.json(),
        sources: decl.sources.clone(),
        why: sentence(&decl.why),
        date: decl.date.value.clone(),
    }
}

fn note(decl: &ast::NoteDecl) -> Note {
    Note { topic: decl.topic.value.clone(), says: decl.says.clone(), why: text(decl.why.as_ref()) }
}

fn presence(presence: &ast::Presence) -> Presence {
    let instead = |end: &Option<ast::End>| end.as_ref().and_then(|end| end.instead.as_ref()).map(sentence);
    Presence {
        since: presence.since.as_ref().map(|since| since.value),
        deprecated: presence.deprecated.as_ref().map(|end| end.at.value),
        removed: presence.removed.as_ref().map(|end| end.at.value),
        back: presence.back.as_ref().map(|back| back.value),
        gated: presence.gated,
        instead: instead(&presence.removed).or_else(|| instead(&presence.deprecated)),
    }
}

fn types(scope: &Scope<'_>) -> Vec<NamedType> {
    let shape = |decl: &ast::TypeDecl| match &decl.shape {
        Some(TypeShape::Object { fields: decls, args }) => {
            let fields = fields(scope, decls, "");
            let args = args.iter().filter_map(|arg| decls.iter().position(|field| field.name.value == arg.value)).collect();
            Shape::Object { fields, args, sent: false }
        }
        Some(TypeShape::Enum(values)) => Shape::Enum(self::values(values)),
        None => Shape::Enum(Vec::new()),
    };
    scope
        .spec
        .types
        .iter()
        .map(|decl| NamedType {
            name: decl.name.value.clone(),
            module: format!("types::{}", snake(&decl.file)),
            doc: text(decl.item.doc.as_ref()),
            page: text(decl.item.page.as_ref()),
            shape: shape(decl),
        })
        .collect()
}

fn values(decls: &[ast::ValueDecl]) -> Vec<Value> {
    decls
        .iter()
        .map(|decl| Value {
            value: decl.value.value.clone(),
            variant: decl.name.as_ref().map_or_else(|| camel(&decl.value.value), |name| name.value.clone()),
            doc: text(decl.item.doc.as_ref()),
            presence: presence(&decl.item.presence),
        })
        .collect()
}

fn fields(scope: &Scope<'_>, decls: &[FieldDecl], own: &str) -> Vec<Field> {
    decls
        .iter()
        .map(|decl| Field {
            name: decl.name.value.clone(),
            rust: decl.rust.as_ref().map_or_else(|| snake(&decl.name.value), |name| name.value.clone()),
            doc: text(decl.item.doc.as_ref()),
            page: text(decl.item.page.as_ref()),
            ty: types_over_time(&decl.ty, &decl.tiles, "type", |ty| mask(scope.ty(ty, own), decl.secret)),
            always: decl.always,
            boxed: false,
            selectable: decl.selectable,
            presence: presence(&decl.item.presence),
        })
        .collect()
}

/// The tiles of an attribute before its newest value.
fn earlier<T>(tiles: &[TileDecl], attribute: &str, read: impl Fn(&Tree) -> T) -> Vec<(Version, T)> {
    tiles.iter().filter(|tile| tile.attribute == attribute).filter_map(|tile| Some((tile.until.as_ref()?.value, read(&tile.is)))).collect()
}

/// A type over the versions. Rust has one: the newest, unless the tiles are of different JSON kinds, which only free JSON can hold.
fn types_over_time(newest: &str, tiles: &[TileDecl], attribute: &str, read: impl Fn(&str) -> Type) -> OverTime<Type> {
    let earlier = earlier(tiles, attribute, |tree| read(tree.text().unwrap_or_default()));
    OverTime { newest: read(newest), earlier }
}

/// Secrets are texts that mask themselves.
fn mask(ty: Type, secret: bool) -> Type {
    if secret && matches!(ty, Type::String | Type::Digits) { Type::Secret } else { ty }
}

/// The enums of `sort` parameters, each in the module of its operation.
fn sorts(spec: &Spec, nodes: &[Node]) -> Vec<NamedType> {
    spec.operations()
        .filter_map(|(home, operation)| {
            let name = operation.sort_name.as_ref()?;
            let node = nodes.iter().find(|node| node.name == home.node.name.value)?;
            let module = match home.edge {
                Some(edge) => format!("{}::{}", node.module, snake(&edge.name.value)),
                None => node.module.clone(),
            };
            Some(NamedType {
                name: name.value.clone(),
                module,
                doc: format!("An order of the items of `{}`.", text(operation.request.as_ref())),
                page: text(operation.item.page.as_ref()),
                shape: Shape::Enum(values(&operation.sort)),
            })
        })
        .collect()
}

fn nodes(scope: &Scope<'_>) -> Vec<Node> {
    scope
        .spec
        .nodes
        .iter()
        .map(|decl| Node {
            name: decl.name.value.clone(),
            short: short(decl),
            handle: text(decl.handle.as_ref()),
            module: module(decl),
            root: decl.root,
            doc: text(decl.item.doc.as_ref()),
            page: text(decl.item.page.as_ref()),
            fields: fields(scope, &decl.fields, &short(decl)),
            selectable: false,
            operations: operations(scope, decl, None, None, &decl.slots),
            unsupported: unsupported(&decl.slots),
            edges: decl.edges.iter().map(|edge| self::edge(scope, decl, edge)).collect(),
        })
        .collect()
}

fn edge(scope: &Scope<'_>, node: &NodeDecl, decl: &EdgeDecl) -> Edge {
    Edge {
        name: decl.name.value.clone(),
        handle: decl.handle.as_ref().map_or_else(|| snake(&decl.name.value), |handle| handle.value.clone()),
        module: snake(&decl.name.value),
        doc: text(decl.item.doc.as_ref()),
        page: text(decl.item.page.as_ref()),
        operations: operations(scope, node, Some(decl), None, &decl.slots),
        unsupported: unsupported(&decl.slots),
        below: decl.below.as_ref().map(|below| Below {
            placeholder: below.path.value.clone(),
            ty: scope.ty(&below.ty.value, &short(node)),
            handle: below.handle.as_ref().map_or_else(|| "item".into(), |handle| handle.value.clone()),
            doc: text(below.item.doc.as_ref()),
            page: text(below.item.page.as_ref()),
            operations: operations(scope, node, Some(decl), Some(below), &below.slots),
            unsupported: unsupported(&below.slots),
        }),
    }
}

fn unsupported(slots: &[Slot]) -> Vec<String> {
    slots.iter().filter(|slot| slot.operation.is_none()).map(|slot| slot.verb.clone()).collect()
}

fn operations(scope: &Scope<'_>, node: &NodeDecl, edge: Option<&EdgeDecl>, below: Option<&BelowDecl>, slots: &[Slot]) -> Vec<Operation> {
    slots
        .iter()
        .filter_map(|slot| slot.operation.as_deref().map(|decl| (slot, decl)))
        .map(|(slot, decl)| operation(scope, node, edge, below, slot, decl))
        .collect()
}

fn operation(
    scope: &Scope<'_>,
    node: &NodeDecl,
    edge: Option<&EdgeDecl>,
    below: Option<&BelowDecl>,
    slot: &Slot,
    decl: &OperationDecl,
) -> Operation {
    let method = match slot.verb.as_str() {
        "read" => Method::Get,
        "delete" => Method::Delete,
        _ => Method::Post,
    };
    let body = match decl.body.as_ref().map(|body| body.value.as_str()) {
        _ if method != Method::Post => None,
        Some("form") => Some(In::Form),
        Some("multipart") => Some(In::Multipart),
        _ => Some(In::Json),
    };
    let own = short(node);
    let returns = types_over_time(&text(decl.returns.as_ref()), &decl.tiles, "returns", |ty| scope.ty(ty, &own));
    let params = params(scope, decl, body, &returns, method == Method::Get);
    let args = decl.args.iter().filter_map(|arg| params.iter().position(|param| param.name == arg.value)).collect();
    let path = path(scope, node, edge, below);
    let call = match (&decl.method, edge) {
        (Some(method), _) => method.value.clone(),
        (None, Some(edge)) if decl.action && slot.name.value == slot.verb => {
            edge.handle.as_ref().map_or_else(|| snake(&edge.name.value), |handle| handle.value.clone())
        }
        _ => slot.name.value.clone(),
    };
    Operation {
        id: decl.id.clone(),
        verb: slot.verb.clone(),
        method,
        examples: examples(scope.spec, decl, &path),
        path,
        request: text(decl.request.as_ref()),
        call,
        action: decl.action,
        doc: text(decl.item.doc.as_ref()),
        page: text(decl.item.page.as_ref()),
        presence: presence(&decl.item.presence),
        permissions: permissions(decl),
        no_auth: decl.no_auth,
        body,
        idempotent: decl.idempotent.unwrap_or(method == Method::Get),
        params,
        args,
        returns,
        filter: filter(scope, decl),
        rules: decl.rules.iter().filter_map(rule).collect(),
        limits: decl.limits.iter().map(limit).collect(),
        errors: decl.errors.iter().map(|here| error_here(scope.spec, here)).collect(),
        notes: decl.notes.iter().map(|note| note.value.trim().to_owned()).collect(),
    }
}

fn path(scope: &Scope<'_>, node: &NodeDecl, edge: Option<&EdgeDecl>, below: Option<&BelowDecl>) -> Vec<Segment> {
    let mut path = Vec::new();
    if !node.root {
        path.push(Segment::Id { name: format!("{}_id", snake(&short(node))), ty: Type::Id(short(node)) });
    }
    if let Some(edge) = edge {
        path.extend(edge.name.value.split('/').map(|segment| Segment::Literal(segment.into())));
    }
    if let Some(below) = below {
        let (name, ty) = (below.path.value.clone(), scope.ty(&below.ty.value, &short(node)));
        path.push(if matches!(ty, Type::Id(_)) { Segment::Id { name, ty } } else { Segment::Value { name, ty } });
    }
    path
}

fn permissions(decl: &OperationDecl) -> OverTime<Permissions> {
    let set = |set: Option<&ast::PermissionSet>| match set {
        None => Permissions::None,
        Some(set) => {
            let names = set.names.iter().map(|name| name.value.clone()).collect();
            if set.all { Permissions::All(names) } else { Permissions::Any(names) }
        }
    };
    let earlier = earlier(&decl.tiles, "permissions", |tree| set(check::read::permissions(tree).as_ref()));
    OverTime { newest: set(decl.permissions.as_ref()), earlier }
}

fn params(scope: &Scope<'_>, decl: &OperationDecl, body: Option<In>, returns: &Type, reads: bool) -> Vec<Param> {
    let mut params: Vec<Param> = decl.params.iter().map(|param| self::param(scope, decl, param, body)).collect();
    for implied in implied(decl, returns, reads) {
        if params.iter().all(|param| param.name != implied.name) {
            params.push(implied);
        }
    }
    params
}

fn param(scope: &Scope<'_>, operation: &OperationDecl, decl: &ParamDecl, body: Option<In>) -> Param {
    let place = match decl.place.as_ref().map(|place| place.value.as_str()) {
        Some("query") => In::Query,
        Some("json") => In::Json,
        Some("form") => In::Form,
        Some("multipart") => In::Multipart,
        _ => body.unwrap_or(In::Query),
    };
    Param {
        name: decl.name.value.clone(),
        rust: decl.rust.as_ref().map_or_else(|| snake(&decl.name.value), |name| name.value.clone()),
        doc: text(decl.item.doc.as_ref()),
        page: text(decl.item.page.as_ref()),
        ty: types_over_time(&decl.ty, &decl.tiles, "type", |ty| mask(scope.ty(ty, ""), decl.secret)),
        only: narrowed(scope, decl),
        place,
        required: OverTime { newest: decl.required, earlier: earlier(&decl.tiles, "required", |tree| tree.bool() == Some(true)) },
        contested: scope.spec.contested(&operation.id, &decl.name.value),
        constant: decl.constant.as_ref().map(|constant| constant.value.clone()),
        secret: decl.secret,
        default: OverTime {
            newest: decl.default.as_ref().map(|default| default.value.clone()),
            earlier: earlier(&decl.tiles, "default", |tree| Some(tree.text().map_or_else(|| tree.json().to_string(), String::from))),
        },
        length: decl.length.as_ref().map(|length| length.value),
        strict: decl.strict.is_some(),
        strip: decl.strip.as_ref().map(|strip| strip.value.clone()),
        pattern: decl.pattern.as_ref().map(|pattern| pattern.value.clone()),
        presence: presence(&decl.item.presence),
    }
}

/// The values that a parameter takes of its enum, if not all.
fn narrowed(scope: &Scope<'_>, decl: &ParamDecl) -> Option<Vec<String>> {
    if let Some(only) = &decl.only {
        return Some(only.iter().map(|value| value.value.clone()).collect());
    }
    if decl.except.is_empty() {
        return None;
    }
    let ty = scope.ty(&decl.ty, "");
    let element = if let Type::List(inner) = &ty { inner } else { &ty };
    let Type::Enum(name) = element else { return None };
    let Some(TypeShape::Enum(values)) = scope.spec.named_type(name).and_then(|decl| decl.shape.as_ref()) else { return None };
    let kept = values.iter().filter(|value| decl.except.iter().all(|not| not.value != value.value.value));
    Some(kept.map(|value| value.value.value.clone()).collect())
}

/// The parameters that Graph's conventions bring: `fields`, `filtering`, `sort` and the cursors.
fn implied(decl: &OperationDecl, returns: &Type, reads: bool) -> Vec<Param> {
    let page = text(decl.item.page.as_ref());
    let param = |name: &str, ty: Type, doc: &str| Param {
        name: name.into(),
        rust: name.into(),
        doc: doc.into(),
        page: page.clone(),
        ty: OverTime::always(ty),
        only: None,
        place: In::Query,
        required: OverTime::always(false),
        contested: false,
        constant: None,
        secret: false,
        default: OverTime::always(None),
        length: None,
        strict: false,
        strip: None,
        pattern: None,
        presence: Presence::default(),
    };
    let mut implied = Vec::new();
    if let Some(owner) = asked(decl, returns, reads) {
        let doc = "The fields that the answer holds; Graph chooses a few if nothing is asked for.";
        implied.push(param("fields", Type::Fields(format!("{owner}Field")), doc));
    }
    if let Some(name) = &decl.filter_name {
        implied.push(param("filtering", Type::Filters(name.value.clone()), "What the items have to be; all of these have to hold."));
    }
    if let Some(name) = &decl.sort_name {
        implied.push(param("sort", Type::Enum(name.value.clone()), "The order of the items."));
    }
    if matches!(returns, Type::Page(_)) {
        let documented = |name: &str| decl.paging.as_ref().is_none_or(|paging| paging.iter().any(|text| text.value == name));
        for (name, ty, doc) in [
            ("limit", Type::Int, "How many items a page holds at the most; a page may hold fewer, and even none, before the last."),
            ("after", Type::Cursor, "Where to go on: the cursor after which the page begins."),
            ("before", Type::Cursor, "Where to go back: the cursor before which the page ends."),
        ] {
            if documented(name) {
                implied.push(param(name, ty, doc));
            }
        }
    }
    implied
}

/// The node or object whose fields an operation can ask for.
fn asked(decl: &OperationDecl, returns: &Type, reads: bool) -> Option<String> {
    let owner = match returns {
        Type::Object(owner) => owner,
        Type::Page(item) => match item.as_ref() {
            Type::Object(owner) => owner,
            _ => return None,
        },
        _ => return None,
    };
    let documented = match &decl.fields {
        FieldChoice::None => false,
        FieldChoice::Some(_) => true,
        FieldChoice::All => reads,
    };
    (documented || decl.read_after_write.is_some()).then(|| owner.clone())
}

fn filter(scope: &Scope<'_>, decl: &OperationDecl) -> Option<FilterType> {
    let name = decl.filter_name.as_ref()?.value.clone();
    let filters = decl
        .filtering
        .iter()
        .map(|filter| Filter {
            field: filter.field.value.clone(),
            rust: snake(&filter.field.value),
            doc: text(filter.item.doc.as_ref()),
            ty: scope.ty(&filter.ty.value, ""),
            operators: filter.operators.iter().map(|operator| operator.value.clone()).collect(),
            presence: presence(&filter.item.presence),
        })
        .collect();
    Some(FilterType { name, filters })
}

fn rule(decl: &ast::RuleDecl) -> Option<Rule> {
    let names = |names: &[Text]| names.iter().map(|name| name.value.clone()).collect();
    let kind = match decl.rule.as_ref()? {
        ast::Rule::OneOf(params) => RuleKind::OneOf(names(params)),
        ast::Rule::Requires(param, needs) => RuleKind::Requires(param.value.clone(), names(needs)),
        ast::Rule::Excludes(params) => RuleKind::Excludes(names(params)),
    };
    Some(Rule { kind, doc: decl.item.doc.as_ref().map(sentence).unwrap_or_default(), page: text(decl.item.page.as_ref()) })
}

fn limit(decl: &ast::LimitDecl) -> Limit {
    Limit {
        max: decl.max,
        window: decl.window,
        per: decl.per.value.clone(),
        block: decl.block,
        error: decl.error.value.clone(),
        doc: decl.item.doc.as_ref().map(sentence).unwrap_or_default(),
    }
}

fn error_here(spec: &Spec, here: &ast::ErrorHere) -> ErrorHere {
    let general = spec.error(&here.name.value).map(error);
    let or_general = |own: &Option<Text>, pick: fn(&ErrorInfo) -> &String| match own {
        Some(own) => sentence(own),
        None => general.as_ref().map(|general| pick(general).clone()).unwrap_or_default(),
    };
    ErrorHere {
        name: here.name.value.clone(),
        cause: or_general(&here.cause, |error| &error.cause),
        remedy: or_general(&here.remedy, |error| &error.remedy),
    }
}

fn examples(spec: &Spec, decl: &OperationDecl, path: &[Segment]) -> Vec<Example> {
    let available = presence(&decl.item.presence);
    let all: Vec<Version> = spec.window().into_iter().filter(|version| available.contains(*version)).collect();
    let requests: Vec<Option<RequestText>> =
        decl.examples.iter().map(|example| example.request.as_ref().and_then(|request| RequestText::parse(&request.value).ok())).collect();
    // A refused call shows no request; it is made with the identifiers of a sibling's.
    let shown = requests.iter().flatten().next();
    decl.examples
        .iter()
        .zip(&requests)
        .map(|(example, request)| Example {
            title: example.title.value.clone(),
            versions: if example.versions.is_empty() {
                all.clone()
            } else {
                example.versions.iter().map(|version| version.value).collect()
            },
            call: example.call.iter().map(|(name, value)| (name.value.clone(), value.json())).collect(),
            path: request.as_ref().or(shown).map(|request| placeholders(path, &request.path)).unwrap_or_default(),
            request: example.request.as_ref().map(|request| request.value.clone()),
            outcome: outcome(example),
        })
        .collect()
}

/// What stands in a path where the operation has placeholders.
fn placeholders(path: &[Segment], text: &[String]) -> Vec<String> {
    path.iter().zip(text).filter(|(segment, _)| !matches!(segment, Segment::Literal(_))).map(|(_, text)| text.clone()).collect()
}

fn outcome(example: &ast::ExampleDecl) -> Outcome {
    let (status, body) =
        example.response.as_ref().map_or((200, serde_json::Value::Null), |response| (response.status, response.body.json()));
    match (&example.refused, &example.error) {
        (Some(param), _) => Outcome::Refused { param: param.value.clone() },
        (None, Some(error)) => Outcome::Error { status, body, name: error.value.clone() },
        (None, None) => Outcome::Response { status, body },
    }
}

/// Gives an enum of its fields to every node and object whose fields some operation asks for.
fn selectable(api: &mut Api) {
    let asked: BTreeSet<String> = api
        .operations()
        .flat_map(|(_, _, _, operation)| &operation.params)
        .filter_map(|param| if let Type::Fields(name) = &*param.ty { name.strip_suffix("Field").map(String::from) } else { None })
        .collect();
    let mut enums = Vec::new();
    for node in api.nodes.iter_mut().filter(|node| asked.contains(&node.short)) {
        node.selectable = true;
        enums.push(field_enum(&node.short, &node.module, &node.page, &node.fields));
    }
    for ty in &api.types {
        if let (true, Shape::Object { fields, .. }) = (asked.contains(&ty.name), &ty.shape) {
            enums.push(field_enum(&ty.name, &ty.module, &ty.page, fields));
        }
    }
    api.types.extend(enums);
}

fn field_enum(owner: &str, module: &str, page: &str, fields: &[Field]) -> NamedType {
    let values = fields
        .iter()
        .filter(|field| field.selectable)
        .map(|field| Value {
            value: field.name.clone(),
            variant: camel(&field.rust),
            doc: field.doc.clone(),
            presence: field.presence.clone(),
        })
        .collect();
    NamedType {
        name: format!("{owner}Field"),
        module: module.into(),
        doc: format!("A field of `{owner}` that can be asked for."),
        page: page.into(),
        shape: Shape::Enum(values),
    }
}

/// Marks the objects that a parameter can hold, directly or through others.
fn sent(api: &mut Api) {
    let mut held: Vec<String> = Vec::new();
    for (_, _, _, operation) in api.operations() {
        for param in &operation.params {
            objects(&param.ty, &mut held);
        }
    }
    let mut done = BTreeSet::new();
    while let Some(name) = held.pop() {
        if !done.insert(name.clone()) {
            continue;
        }
        if let Some(Shape::Object { fields, .. }) = api.named(&name).map(|ty| &ty.shape) {
            for field in fields {
                objects(&field.ty, &mut held);
            }
        }
    }
    for ty in &mut api.types {
        if let Shape::Object { sent, .. } = &mut ty.shape {
            *sent = done.contains(&ty.name);
        }
    }
}

fn objects(ty: &Type, found: &mut Vec<String>) {
    match ty {
        Type::Object(name) => found.push(name.clone()),
        Type::List(inner) | Type::Map(inner) | Type::Page(inner) => objects(inner, found),
        _ => {}
    }
}

/// Puts a `Box` around fields through which a type would contain itself; lists and maps are on the heap anyway.
fn boxed(api: &mut Api) {
    let mut direct: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let fields_of = |fields: &[Field]| {
        fields.iter().filter_map(|field| if let Type::Object(name) = &*field.ty { Some(name.clone()) } else { None }).collect()
    };
    for node in &api.nodes {
        direct.insert(node.short.clone(), fields_of(&node.fields));
    }
    for ty in &api.types {
        if let Shape::Object { fields, .. } = &ty.shape {
            direct.insert(ty.name.clone(), fields_of(fields));
        }
    }
    let reaches = |from: &str, to: &str| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(name) = next.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name.clone()) {
                next.extend(direct.get(&name).into_iter().flatten().cloned());
            }
        }
        false
    };
    let mark = |owner: &str, fields: &mut [Field]| {
        for field in fields {
            if let Type::Object(name) = &*field.ty {
                field.boxed = reaches(name, owner);
            }
        }
    };
    for node in &mut api.nodes {
        mark(&node.short, &mut node.fields);
    }
    for ty in &mut api.types {
        if let Shape::Object { fields, .. } = &mut ty.shape {
            mark(&ty.name, fields);
        }
    }
}

/// The order of everything that has none of its own; fields, values and parameters keep the order of the page.
fn sort(api: &mut Api) {
    api.errors.sort_by(|a, b| (a.code, a.code_end, a.subcode, &a.case).cmp(&(b.code, b.code_end, b.subcode, &b.case)));
    api.permissions.sort_by(|a, b| a.name.cmp(&b.name));
    api.types.sort_by(|a, b| a.name.cmp(&b.name));
    api.nodes.sort_by(|a, b| a.name.cmp(&b.name));
    for node in &mut api.nodes {
        node.edges.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Leaves only what one version has, as if the window were that version alone.
pub fn only(api: &mut Api, version: Version) {
    let has = |presence: &Presence| presence.contains(version);
    api.versions.retain(|info| info.version == version);
    for ty in &mut api.types {
        match &mut ty.shape {
            Shape::Enum(values) => values.retain(|value| has(&value.presence)),
            Shape::Object { fields, args, .. } => {
                fields.iter_mut().for_each(|field| field.ty.only(version));
                let kept: Vec<String> = args.iter().map(|&arg| fields[arg].name.clone()).collect();
                fields.retain(|field| has(&field.presence));
                *args = kept.iter().filter_map(|name| fields.iter().position(|field| field.name == *name)).collect();
            }
        }
    }
    for node in &mut api.nodes {
        node.fields.retain(|field| has(&field.presence));
        node.fields.iter_mut().for_each(|field| field.ty.only(version));
        operations_at(&mut node.operations, version);
        for edge in &mut node.edges {
            operations_at(&mut edge.operations, version);
            if let Some(below) = &mut edge.below {
                operations_at(&mut below.operations, version);
            }
        }
    }
}

fn operations_at(operations: &mut Vec<Operation>, version: Version) {
    operations.retain(|operation| operation.presence.contains(version));
    for operation in operations {
        let args: Vec<String> = operation.args.iter().map(|&arg| operation.params[arg].name.clone()).collect();
        operation.params.retain(|param| param.presence.contains(version));
        operation.returns.only(version);
        operation.permissions.only(version);
        for param in &mut operation.params {
            param.ty.only(version);
            param.required.only(version);
            param.default.only(version);
        }
        operation.args = args.iter().filter_map(|name| operation.params.iter().position(|param| param.name == *name)).collect();
        operation.examples.retain(|example| example.versions.contains(&version));
        for example in &mut operation.examples {
            example.versions = vec![version];
        }
    }
}
