//! Plumbing: how records are read and written, and what an operation is on the wire. Kept apart from what people read.
//!
//! Printed here and not by a printer of Rust, which leaves the content of macros unchanged, and would take a line for each member of a
//! table.

use crate::{
    emit::{
        client::operations::{self, Sent},
        print::{
            table::{WIDTH, filled, indented, packed},
            tokens::Uses,
        },
        secrets,
    },
    language::pattern,
    model::{
        Api, Auth, Availability, Bound, Day, Field, ListOr, Method, NamedType, Narrowing, Node, Object, Operation, Param, ParamLocation,
        Permissions, Rule, RuleKind, Segment, Spelling, Type, TypeDef, Union, UntaggedVariant, Value, VariantContent, Version,
    },
    naming,
};

/// The plumbing of a named type.
pub(crate) fn named(api: &Api, ty: &NamedType, uses: &Uses<'_>) -> String {
    uses.own(&ty.name);
    match &ty.def {
        TypeDef::Enum(values) => open_enum(&ty.name, values),
        TypeDef::Object(object) => {
            let fields: Vec<_> =
                object.fields.iter().enumerate().map(|(index, field)| (field, field.always || object.is_arg(index))).collect();
            record(&ty.name, &fields, object.sent, uses)
                + &boxed(api, &ty.name)
                + &made_of_text(&ty.name, object)
                + &made_of_value(&ty.name, object, uses)
        }
        TypeDef::Union(union) => self::union(&ty.name, union) + &made_of(api, &ty.name, union, uses),
        TypeDef::Untagged(shapes) => self::shapes(&ty.name, shapes, uses),
    }
}

/// The plumbing of a node's struct.
pub(crate) fn node(node: &Node, uses: &Uses<'_>) -> String {
    let fields: Vec<_> = node.fields.iter().map(|field| (field, field.always)).collect();
    record(&node.rust_name, &fields, false, uses)
}

fn open_enum(name: &str, values: &[Value]) -> String {
    let entries: Vec<_> = values.iter().map(|value| format!("{} = {:?}", value.variant, value.value)).collect();
    format!("graph_runtime::open_enum!({name} {{{}}});\n", filled(&entries, 1))
}

/// A record: every field by its name on the wire.
fn record(name: &str, fields: &[(&Field, bool)], sent: bool, uses: &Uses<'_>) -> String {
    uses.own(name);
    let sent = if sent { ": sent" } else { "" };
    let on_the_wire: Vec<_> = fields.iter().filter(|(field, _)| field.ty.newest != Type::File).enumerate().collect();
    let mut entries: Vec<_> = on_the_wire
        .iter()
        .map(|(at, (field, always))| match (&field.constant, field.spread, always) {
            (Some(constant), ..) => format!("{at} Constant({:?}, {constant:?}) => extra", field.name),
            (None, true, _) => format!("{at} Spread({:?}) => {}", field.name, field.rust),
            (None, false, true) => format!("{at} Always({:?}) => {}", field.name, field.rust),
            (None, false, false) => format!("{at} Field({:?}) => {}", field.name, field.rust),
        })
        .collect();
    // Last, so that the runtime sees at once whether there are any.
    for (at, field, alias) in on_the_wire.iter().flat_map(|(at, (field, _))| field.aliases.iter().map(move |alias| (at, field, alias))) {
        entries.push(format!("{} Alias({alias:?}, {at}) => {}", entries.len(), field.rust));
    }
    format!("graph_runtime::record!({name}{sent} {{{}}});\n", filled(&entries, 1))
}

/// That a type which contains itself can be a member in a box.
fn boxed(api: &Api, name: &str) -> String {
    let fields = api.types.iter().flat_map(|ty| if let TypeDef::Object(object) = &ty.def { object.fields.as_slice() } else { &[] });
    if fields.filter(|field| field.boxed).any(|field| field.ty.rust().name() == Some(name)) {
        format!("\ngraph_runtime::boxed!({name});\n")
    } else {
        String::new()
    }
}

fn made_of_text(name: &str, object: &Object) -> String {
    match object.constructors.as_slice() {
        [made] if object.from_text && object.sent => format!("\ngraph_runtime::from_text!({name}, |text| Self::{}(text));\n", made.name),
        _ => String::new(),
    }
}

/// That an object which is made of a union among its members can be given as that union.
fn made_of_value(name: &str, object: &Object, uses: &Uses<'_>) -> String {
    let [made] = object.constructors.as_slice() else { return String::new() };
    let [arg] = made.args.as_slice() else { return String::new() };
    let field = &object.fields[*arg];
    match field.ty.rust() {
        Type::Union(held) if field.spread && object.sent && !field.boxed => {
            let (held, function) = (uses.own(held), &made.name);
            format!(
                "\nimpl From<{held}> for {name} {{\n    fn from(value: {held}) -> Self {{\n        Self::{function}(value)\n    }}\n}}\n"
            )
        }
        _ => String::new(),
    }
}

fn union(name: &str, union: &Union) -> String {
    let case = if union.any_case { "any_case" } else { "exact" };
    let (mut with, mut alone) = (Vec::new(), Vec::new());
    for variant in &union.variants {
        match &variant.content {
            VariantContent::Members(_) => with.push((format!("Members({:?})", variant.tag), &variant.variant)),
            VariantContent::Payload(key, _) => with.push((format!("Payload({:?}, {key:?})", variant.tag), &variant.variant)),
            VariantContent::Nothing => alone.push((format!("Alone({:?})", variant.tag), &variant.variant)),
        }
    }
    let entries = |variants: &[(String, &String)], first: usize| {
        let numbered = variants.iter().enumerate().map(|(at, (kind, variant))| format!("{} {kind} => {variant}", first + at));
        filled(&numbered.collect::<Vec<_>>(), 1)
    };
    let bare = if alone.is_empty() { String::new() } else { format!(" alone {{{}}}", entries(&alone, with.len())) };
    format!("graph_runtime::union!({name}, {:?}, {case} {{{}}}{bare});\n", union.tag, entries(&with, 0))
}

/// What a union can be made of: what its variants hold, where that tells which variant is meant, and a text.
fn made_of(api: &Api, name: &str, union: &Union, uses: &Uses<'_>) -> String {
    if !union.sent {
        return String::new();
    }
    let made: Vec<_> = sources(api, union, 4)
        .into_iter()
        .map(|(variant, held)| {
            uses.own(&held);
            format!("{variant}({held})")
        })
        .collect();
    let mut text = String::new();
    if !made.is_empty() {
        text.push_str(&format!("\ngraph_runtime::made_of!({name} {{{}}});\n", filled(&made, 1)));
    }
    if let Some(variant) = union.from_text.and_then(|index| union.variants.get(index)) {
        text.push_str(&format!("\ngraph_runtime::from_text!({name}, |text| Self::{}(text.into()));\n", variant.variant));
    }
    text
}

/// The objects, unions and shapes that only one variant holds, itself or through a union of its own.
fn sources(api: &Api, union: &Union, depth: usize) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for variant in &union.variants {
        if let Some(Type::Object(held) | Type::Union(held) | Type::Untagged(held)) = variant.content.ty() {
            found.push((variant.variant.clone(), held.clone()));
            if let (Some(TypeDef::Union(inner)), true) = (api.named(held).map(|ty| &ty.def), depth > 0) {
                found.extend(sources(api, inner, depth - 1).into_iter().map(|(_, held)| (variant.variant.clone(), held)));
            }
        }
    }
    let once = |held: &str| found.iter().filter(|(_, other)| other == held).count() == 1;
    found.iter().filter(|(_, held)| once(held)).cloned().collect()
}

fn shapes(name: &str, shapes: &[UntaggedVariant], uses: &Uses<'_>) -> String {
    let kind = |shape: &&UntaggedVariant| match &shape.ty {
        Type::List(_) => 1,
        Type::Map(_) | Type::Object(_) | Type::Union(_) => 2,
        _ => 0,
    };
    let entries = |wanted: usize| {
        let of_kind = shapes.iter().filter(|shape| kind(shape) == wanted);
        of_kind.map(|shape| format!("{}({})", shape.variant, plain(&uses.ty(&shape.ty).to_string()))).collect::<Vec<_>>().join(", ")
    };
    let mut text =
        format!("graph_runtime::untagged!({name} {{ {} }} list {{ {} }} object {{ {} }});\n", entries(0), entries(1), entries(2));
    if let Some(shape) = shapes.iter().find(|shape| shape.ty == Type::String) {
        text.push_str(&format!(
            "\nimpl From<&str> for {name} {{\n    fn from(text: &str) -> Self {{\n        Self::{}(text.into())\n    }}\n}}\n",
            shape.variant
        ));
    }
    text
}

/// The plumbing of an operation: its records, what it is, how it is sent.
pub(crate) fn operation(api: &Api, operation: &Operation, uses: &Uses<'_>) -> String {
    let sent = operations::sent(operation);
    let mut texts: Vec<String> = sent.iter().map(|sent| sent_record(operation, sent, uses)).collect();
    if let Some(filter) = &operation.filter {
        texts.push(format!("graph_runtime::filter!({});\n", uses.own(&filter.name)));
    }
    texts.push(operation_impl(api, operation, &sent, uses));
    if let (Some(item), true) =
        (operation.page_of(), operation.params.iter().any(|param| param.name == "after" && param.ty.newest == Type::Cursor))
    {
        let (name, paged, cursor, item) =
            (uses.own(&operation.request), uses.runtime("PagedOperation"), uses.runtime("Cursor"), plain(&uses.ty(item).to_string()));
        texts.push(format!(
            "impl {paged} for {name} {{\n    type Item = {item};\n\n    fn resume(&mut self, after: {cursor}) {{\n        \
             self.query.after = Some(after);\n    }}\n}}\n"
        ));
    }
    texts.extend(resumable(api, operation, uses));
    texts.join("\n")
}

/// How an upload goes on: what reads how much has arrived, and where the request has the file and its first byte.
fn resumable(api: &Api, operation: &Operation, uses: &Uses<'_>) -> Option<String> {
    let resume = operation.resume.as_ref()?;
    let node = api.nodes.iter().find(|node| node.operations.iter().any(|other| other.id == operation.id))?;
    let read = node.operations.iter().find(|other| other.verb == "read")?;
    let fields = match read.returns.rust() {
        Type::Object(name) => match api.named(name).map(|ty| &ty.def) {
            Some(TypeDef::Object(object)) => &object.fields,
            _ => &node.fields,
        },
        _ => &node.fields,
    };
    let arrived = fields.iter().find(|field| field.name == resume.arrived)?;
    let member = |name: &dyn Fn(&Param) -> bool| {
        let sent = operations::sent(operation);
        let found =
            sent.iter().find_map(|sent| sent.params.iter().find(|param| name(param)).map(|param| (sent.member, param.rust.clone())));
        found.map(|(member, rust)| format!("{member}.{rust}"))
    };
    let from = member(&|param| param.name == resume.from)?;
    let file = member(&|param| param.ty.newest == Type::File)?;
    let id = operation.path.iter().find_map(|segment| match segment {
        Segment::Id { name, .. } | Segment::Text { name, .. } => Some(name),
        Segment::Literal(_) | Segment::Value { .. } => None,
    })?;
    let session = uses.own(&read.request);
    let arrived = if arrived.always { format!("Some(session.{})", arrived.rust) } else { format!("session.{}", arrived.rust) };
    Some(format!(
        "impl {} for {} {{\n    type Session = {session};\n\n    fn session(&self) -> {session} {{\n        \
         let mut session = {session}::new(self.{id}.clone());\n        session.options = self.options.without_params();\n        session\n    }}\n\n    \
         fn arrived(session: {}) -> Option<i64> {{\n        {arrived}\n    }}\n\n    fn part(&self) -> (i64, &{}) {{\n        \
         (self.{from}, &self.{file})\n    }}\n\n    fn set_part(&mut self, from: i64, file: {}) {{\n        self.{from} = from;\n        \
         self.{file} = file;\n    }}\n}}\n",
        uses.runtime("ResumableOperation"),
        uses.own(&operation.request),
        plain(&uses.ty(read.returns.rust()).to_string()),
        uses.runtime("File"),
        uses.runtime("File"),
    ))
}

fn sent_record(operation: &Operation, sent: &Sent<'_>, uses: &Uses<'_>) -> String {
    let fields = operations::record_fields(operation, sent);
    let fields: Vec<_> = fields.iter().map(|field| (field, field.always)).collect();
    record(&sent.name, &fields, true, uses)
}

fn operation_impl(api: &Api, operation: &Operation, sent: &[Sent<'_>], uses: &Uses<'_>) -> String {
    let name = uses.own(&operation.request);
    let response = plain(&uses.ty(operation.returns.rust()).to_string());
    let mut encode: Vec<String> = operation
        .path
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => format!(".segment({text:?})"),
            Segment::Id { name, .. } => format!(".id(&it.{name})"),
            Segment::Text { name, .. } => format!(".text_id(&it.{name})"),
            Segment::Value { name, ty: Type::Enum(_) } => format!(".value(it.{name}.as_str())"),
            Segment::Value { name, .. } => format!(".value(&it.{name})"),
        })
        .collect();
    for record in sent {
        let member = record.member;
        match record.location {
            ParamLocation::Query => encode.push(format!(".query(&it.{member})")),
            ParamLocation::Json => encode.push(format!(".json(&it.{member})")),
            ParamLocation::Form => encode.push(format!(".form(&it.{member})")),
            ParamLocation::Header => encode.push(format!(".headers(&it.{member})")),
            ParamLocation::Multipart => encode.push(format!(".multipart(&it.{member})")),
            ParamLocation::Bytes => {}
        }
        for param in record.params.iter().filter(|param| param.ty.newest == Type::File) {
            let file = if operation.is_arg(param) {
                format!("Some(&it.{member}.{})", param.rust)
            } else {
                format!("it.{member}.{}.as_ref()", param.rust)
            };
            encode.push(match record.location {
                ParamLocation::Bytes => format!(".bytes({:?}, {file})", param.name),
                _ => format!(".part({:?}, {file})", param.name),
            });
        }
    }
    let info = packed(&info(api, operation, uses), 1).join("\n    ");
    let long = encode.iter().map(String::len).sum::<usize>() > WIDTH - 20;
    let encode = if long { format!("\n    {}", encode.join("\n    ")) } else { encode.concat() };
    let usual = || operation.list_or.map(|_| vec!["data".to_owned()]);
    let or = if operation.list_or == Some(ListOr::Item) { " or item" } else { "" };
    let list = operation.list.clone().or_else(usual).map_or_else(String::new, |path| format!(" where list {path:?}{or}"));
    format!("graph_runtime::operation!({name} -> {response}{list} {{\n    {info}\n}} |it, to| to{encode});\n")
}

/// What the runtime needs to know of an operation, member by member. What is as usual is left out.
fn info(api: &Api, operation: &Operation, uses: &Uses<'_>) -> Vec<String> {
    let method = match operation.http_method {
        Method::Get => "Get",
        Method::Post => "Post",
        Method::Delete => "Delete",
    };
    let mut members = vec![
        format!("id: {:?}", operation.id),
        format!("request: {:?}", operation.request),
        format!("method: {}::{method}", uses.runtime("Method")),
        format!("path: {:?}", operation.path_text()),
        format!("page: {:?}", operation.page),
    ];
    if operation.availability != Availability::default() {
        members.push(format!("availability: {}", availability(&operation.availability, uses)));
    }
    match &operation.permissions.newest {
        Permissions::None => {}
        Permissions::All(names) => members.push(format!("permissions: {}::All(&{names:?})", uses.runtime("Permissions"))),
        Permissions::Any(names) => members.push(format!("permissions: {}::Any(&{names:?})", uses.runtime("Permissions"))),
    }
    match operation.auth {
        Auth::Token => {}
        Auth::OAuth => members.push(format!("auth: {}::OAuth", uses.runtime("Auth"))),
        Auth::None => members.push(format!("auth: {}::None", uses.runtime("Auth"))),
    }
    if let Some(host) = &operation.host {
        let info = uses.runtime("HostInfo");
        members.push(format!("host: Some({info} {{ url: {:?}, versioned: {} }})", host.url, host.versioned));
    }
    if let Some(body) = operation.body {
        let body = match body {
            ParamLocation::Form => "Form",
            ParamLocation::Multipart => "Multipart",
            ParamLocation::Bytes => "Bytes",
            ParamLocation::Json | ParamLocation::Query | ParamLocation::Header => "Json",
        };
        members.push(format!("body: {}::{body}", uses.runtime("BodyKind")));
    }
    if operation.idempotent {
        members.push("idempotent: true".into());
    }
    if let Some(paced) = &operation.paced {
        members.push(format!("paced: Some({})", paced_meta(paced, uses)));
    }
    if operation.never_retry {
        members.push("never_retry: true".into());
    }
    let params: Vec<_> = operation.params.iter().filter_map(|param| param_meta(api, operation, param, uses)).collect();
    members.extend(table("params", &params));
    let spread = operation.params.iter().find(|param| param.spread).and_then(|param| on_the_wire(api, &param.name, &param.ty.newest));
    let mut rules: Vec<_> = operation.rules.iter().map(|rule| rule_meta(rule, &[], spread, uses)).collect();
    for param in &operation.params {
        let mut path = if param.spread { Vec::new() } else { vec![param.name.clone()] };
        rules_of(api, param.ty.rust(), &mut path, &mut Vec::new(), &mut rules, uses);
    }
    members.extend(table("rules", &rules));
    let limits: Vec<_> = operation.limits.iter().map(|limit| limit_info(api, limit, uses)).collect();
    members.extend(table("limits", &limits));
    let answered = secrets::within(api, operation.returns.rust());
    if !answered.is_empty() {
        members.push(format!("secrets: &{:?}", answered.into_iter().collect::<Vec<_>>()));
    }
    if let Some(download) = &operation.download {
        let optional = |name: &Option<String>| format!("{:?}", name.as_deref());
        members.push(format!(
            "download: Some({} {{ url: {:?}, hash: {}, size: {}, hosts: &{:?}, lasts: {}::from_secs({}) }})",
            uses.runtime("DownloadInfo"),
            download.url,
            optional(&download.hash),
            optional(&download.size),
            download.hosts,
            uses.duration(),
            download.lasts
        ));
    }
    let errors: Vec<_> = operation.errors.iter().map(|here| error_doc(api, here, uses)).collect();
    members.extend(table("errors", &errors));
    members.iter().map(|member| indented(member, 1)).collect()
}

/// A member that lists entries, short ones next to each other; nothing for none.
fn table(name: &str, entries: &[String]) -> Option<String> {
    match entries {
        [] => None,
        [one] if one.len() + name.len() < WIDTH => Some(format!("{name}: &[{one}]")),
        many => Some(format!("{name}: &[\n    {}\n]", packed(many, 2).join("\n    "))),
    }
}

/// A parameter, if anything about it can be judged before it is sent.
fn param_meta(api: &Api, operation: &Operation, param: &Param, uses: &Uses<'_>) -> Option<String> {
    let mut members = vec![format!("name: {:?}", param.name)];
    // A constructor argument cannot be left out.
    // A requirement that came or went was first seen in a version, which is no word of Meta's that the server enforces it.
    let enforced = param.required.newest && param.required.earlier.is_empty() && !param.contested;
    if enforced && param.constant.is_none() && !operation.is_arg(param) && !param.spread {
        members.push(format!("required: Some({}::ALWAYS)", uses.runtime("Availability")));
    }
    if param.secret {
        members.push("secret: true".into());
    }
    let secrets = secrets::within(api, param.ty.rust());
    if !secrets.is_empty() {
        members.push(format!("secrets: &{:?}", secrets.into_iter().collect::<Vec<_>>()));
    }
    if param.strict {
        members.push(format!("digits: Some({} {{ length: {:?} }})", uses.runtime("Digits"), param.length));
    }
    for (member, unfit) in [("dropped", &param.dropped), ("warned", &param.warned)] {
        let Some(unfit) = unfit else { continue };
        let (info, runs) = (uses.runtime("UnfitInfo"), pattern::literal(&unfit.pattern));
        members.push(format!("{member}: Some({info} {{ pattern: {runs}, doc: {:?}, page: {:?} }})", unfit.doc, unfit.page));
    }
    if param.availability != Availability::default() {
        members.push(format!("availability: {}", availability(&param.availability, uses)));
    }
    let mut parts = Vec::new();
    narrowed_parts(param.only.as_ref(), &[], &param.page, &mut parts, uses);
    parts_of(api, param.ty.rust(), &mut Vec::new(), &mut parts, uses);
    if !parts.is_empty() {
        members.push(format!("parts: &[\n            {},\n        ]", parts.join(",\n            ")));
    }
    if members.len() == 1 {
        return None;
    }
    let info = uses.runtime("ParamInfo");
    Some(format!("{info} {{ {}, page: {:?}, ..{info}::EMPTY }}", members.join(", "), param.page))
}

/// What lies within a type and is not in every version: values of enums, fields of objects, each with the members that lead to it.
fn parts_of(api: &Api, ty: &Type, path: &mut Vec<String>, parts: &mut Vec<String>, uses: &Uses<'_>) {
    let (Type::Enum(name) | Type::Object(name)) = ty else {
        if let Type::List(inner) = ty {
            parts_of(api, inner, path, parts, uses);
        }
        return;
    };
    let Some(named) = api.named(name) else { return };
    match &named.def {
        TypeDef::Enum(values) => {
            let changed = values.iter().filter(|value| value.availability != Availability::default());
            parts.extend(changed.map(|value| part(&value.availability, Some(&value.value), path, &named.page, uses)));
        }
        TypeDef::Object(object) => {
            for field in object.fields.iter().filter(|field| !field.spread) {
                // A type that contains itself is walked once.
                if path.contains(&field.name) {
                    continue;
                }
                path.push(field.name.clone());
                if field.availability != Availability::default() {
                    parts.push(part(&field.availability, None, path, &field.page, uses));
                }
                narrowed_parts(field.only.as_ref(), path, &field.page, parts, uses);
                parts_of(api, field.ty.rust(), path, parts, uses);
                path.pop();
            }
        }
        // The same member may mean different things under different tags: what is in which version is in the documentation.
        TypeDef::Union(_) | TypeDef::Untagged(_) => {}
    }
}

/// The values of an enum that one place did not always take, or no longer takes.
fn narrowed_parts(only: Option<&Narrowing>, path: &[String], page: &str, parts: &mut Vec<String>, uses: &Uses<'_>) {
    for (value, when) in only.into_iter().flat_map(|only| &only.changes) {
        parts.push(part(when, Some(value), path, page, uses));
    }
}

fn part(when: &Availability, value: Option<&String>, path: &[String], page: &str, uses: &Uses<'_>) -> String {
    let (info, availability) = (uses.runtime("PartInfo"), availability(when, uses));
    format!("{info} {{ path: &{path:?}, value: {value:?}, availability: {availability}, page: {page:?} }}")
}

/// The rules of the objects within a type, with the members that lead to them; `type=list` on the way is the tag of a union.
fn rules_of(api: &Api, ty: &Type, path: &mut Vec<String>, within: &mut Vec<String>, rules: &mut Vec<String>, uses: &Uses<'_>) {
    let Some((named, name)) = ty.name().and_then(|name| Some((api.named(name)?, name))) else { return };
    // A type that contains itself is walked once.
    if within.iter().any(|outer| outer == name) {
        return;
    }
    within.push(name.to_owned());
    let mut step = |member: Vec<String>, ty: &Type, path: &mut Vec<String>, within: &mut Vec<String>| {
        let depth = path.len();
        path.extend(member);
        rules_of(api, ty, path, within, rules, uses);
        path.truncate(depth);
    };
    match &named.def {
        TypeDef::Object(object) => {
            for field in &object.fields {
                step(if field.spread { Vec::new() } else { vec![field.name.clone()] }, field.ty.rust(), path, within);
            }
        }
        TypeDef::Union(union) => {
            for variant in &union.variants {
                let tag = format!("{}={}", union.tag, variant.tag);
                match &variant.content {
                    VariantContent::Members(ty) => step(vec![tag], ty, path, within),
                    VariantContent::Payload(key, ty) => step(vec![tag, key.clone()], ty, path, within),
                    VariantContent::Nothing => {}
                }
            }
        }
        TypeDef::Enum(_) | TypeDef::Untagged(_) => {}
    }
    within.pop();
    if let TypeDef::Object(object) = &named.def {
        let spread = object.fields.iter().find(|field| field.spread).and_then(|field| on_the_wire(api, &field.name, &field.ty.newest));
        rules.extend(object.rules.iter().map(|rule| rule_meta(rule, path, spread, uses)));
    }
}

/// What is spread, and its tag, which replaces it on the wire.
fn on_the_wire<'a>(api: &'a Api, name: &'a str, ty: &Type) -> Option<(&'a str, &'a str)> {
    match &api.named(ty.name()?)?.def {
        TypeDef::Union(union) => Some((name, &union.tag)),
        _ => None,
    }
}

fn availability(availability: &Availability, uses: &Uses<'_>) -> String {
    let name = uses.runtime("Availability");
    if *availability == Availability::default() {
        return format!("{name}::ALWAYS");
    }
    let mut members = Vec::new();
    for (member, bound) in [
        ("since", availability.since),
        ("deprecated", availability.deprecated),
        ("removed", availability.removed),
        ("back", availability.back),
    ] {
        members.extend(bound.map(|bound| format!("{member}: Some({})", self::bound(bound, uses))));
    }
    if availability.gated {
        members.push("gated: true".into());
    }
    if let Some(instead) = &availability.instead {
        members.push(format!("instead: Some({instead:?})"));
    }
    format!("{name} {{ {}, ..{name}::ALWAYS }}", members.join(", "))
}

fn bound(bound: Bound, uses: &Uses<'_>) -> String {
    let name = uses.runtime("Bound");
    let version = |version: Version| format!("{}({}, {})", uses.runtime("Version"), version.0, version.1);
    match bound {
        Bound::Version(first) => format!("{name}::Version({})", version(first)),
        Bound::Day(on) => format!("{name}::Day({})", day(on, uses)),
        Bound::Either(first, on) => format!("{name}::Either({}, {})", version(first), day(on, uses)),
    }
}

fn day(day: Day, uses: &Uses<'_>) -> String {
    format!("{}({}, {}, {})", uses.runtime("Day"), day.year, day.month, day.day)
}

fn rule_meta(rule: &Rule, at: &[String], spread: Option<(&str, &str)>, uses: &Uses<'_>) -> String {
    let wire = |name: &String| spread.filter(|(spread, _)| spread == name).map_or_else(|| name.clone(), |(_, tag)| tag.to_owned());
    let wires = |names: &[String]| names.iter().map(wire).collect::<Vec<_>>();
    let (name, kind, doc, page) = (uses.runtime("RuleInfo"), uses.runtime("RuleKind"), &rule.doc, &rule.page);
    let kind = match &rule.kind {
        RuleKind::OneOf(params) => format!("{kind}::OneOf(&{:?})", wires(params)),
        RuleKind::AnyOf(params) => format!("{kind}::AnyOf(&{:?})", wires(params)),
        RuleKind::Requires(param, needs) => format!("{kind}::Requires({:?}, &{:?})", wire(param), wires(needs)),
        RuleKind::RequiresFor(param, value, needs) => {
            format!("{kind}::RequiresFor({:?}, {value:?}, &{:?})", wire(param), wires(needs))
        }
        RuleKind::Excludes(params) => format!("{kind}::Excludes(&{:?})", wires(params)),
        RuleKind::FirstWins(params) => format!("{kind}::FirstWins(&{:?})", wires(params)),
    };
    let availability = availability(&rule.availability, uses);
    format!("{name} {{ at: &{at:?}, kind: {kind}, availability: {availability}, doc: {doc:?}, page: {page:?} }}")
}

fn paced_meta(paced: &crate::model::Paced, uses: &Uses<'_>) -> String {
    let rate = paced.rate.as_ref().map_or_else(
        || "None".to_owned(),
        |rate| {
            let (name, counts_too) = (uses.runtime("RateInfo"), rate.counts_too.as_deref().unwrap_or_default());
            format!("Some({name} {{ field: &{:?}, per_second: &{:?}, counts_too: {counts_too:?} }})", rate.field, rate.per_second)
        },
    );
    let pair = paced.pair.as_ref().map_or_else(
        || "None".to_owned(),
        |pair| {
            let (name, duration) = (uses.runtime("PairInfo"), uses.duration());
            format!("Some({name} {{ param: {:?}, burst: {}, every: {duration}::from_secs({}) }})", pair.param, pair.burst, pair.every)
        },
    );
    format!("{} {{ id: {:?}, rate: {rate}, pair: {pair} }}", uses.runtime("Paced"), paced.id)
}

/// What a limit counts by: its name, and the characters that people write within the names of one.
fn subject(api: &Api, name: &str, uses: &Uses<'_>) -> String {
    let subject = uses.runtime("LimitSubject");
    match api.surface.subject(name).map(|subject| subject.spelling) {
        Some(Spelling::Phone) => format!("{subject} {{ name: {name:?}, ignores: \"+-().\" }}"),
        Some(Spelling::Verbatim) | None => format!("{subject}::verbatim({name:?})"),
    }
}

fn limit_info(api: &Api, limit: &crate::model::Limit, uses: &Uses<'_>) -> String {
    let per = subject(api, &limit.per, uses);
    let (name, error, duration) = (uses.runtime("LimitInfo"), error_static(&limit.error, uses), uses.duration());
    let block = limit.block.map_or_else(|| "None".to_owned(), |block| format!("Some({duration}::from_secs({block}))"));
    let availability = availability(&limit.availability, uses);
    format!(
        "{name} {{ max: {}, window: {duration}::from_secs({}), per: {per}, block: {block}, error: &{error}, availability: {availability} }}",
        limit.max, limit.window
    )
}

fn error_doc(api: &Api, here: &crate::model::OperationError, uses: &Uses<'_>) -> String {
    let (name, error, cause, remedy) = (uses.runtime("ErrorDoc"), error_static(&here.name, uses), &here.cause, &here.remedy);
    // What the catalog says is not written again.
    if api.error(&here.name).is_some_and(|general| general.cause == *cause && general.remedy == *remedy) {
        return format!("{name}::of(&{error})");
    }
    format!("{name} {{ error: &{error}, cause: {cause:?}, remedy: {remedy:?} }}")
}

/// The catalog's entry of an error.
fn error_static(name: &str, uses: &Uses<'_>) -> String {
    format!("{}::{}", uses.own("error_catalog"), naming::error_static(name))
}

/// Tokens of a type as people write them.
fn plain(tokens: &str) -> String {
    tokens.replace(" < ", "<").replace(" >", ">").replace("< ", "<").replace(" ,", ",")
}
