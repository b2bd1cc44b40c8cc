//! Operations that the spec lacks: a stub with what the source says, and places for `doc`.

use serde_json::{Map, Value, json};

use super::{
    Context,
    items::{self, NewType},
    place,
    text::{self, Edit, Item},
};
use crate::{
    ast::{NodeDecl, Version},
    check::evidence::{Theirs, under_our_name},
    language::type_expr::{Scalar, TypeExpr},
    naming,
};

/// What to write for an operation; `subject` is the source's name of it, `key` that of the spec.
///
/// # Errors
/// Why that is not mechanical.
pub(super) fn edits(
    context: &Context<'_>,
    subject: &str,
    key: &str,
    since: Option<Version>,
) -> Result<((String, String), Vec<Edit>), String> {
    let (path, method) = key.split_once(' ').ok_or("its path is not clear")?;
    let mut names = path.split('/');
    let node = names.next().and_then(|node| context.spec.node(node)).ok_or("the spec lacks the node: describe it first, in nodes/")?;
    let (edge, more) = (names.next(), names.next());
    if more.is_some() {
        return Err("an item below an edge, or an edge of an edge: write it as docs/spec.md says".into());
    }
    let verb = match (method, edge) {
        ("GET", _) => "read",
        ("DELETE", _) => "delete",
        (_, Some(_)) => "create",
        _ => "update",
    };
    let mut edits = Vec::new();
    let operation = operation(context, subject, key, node, edge, verb, since, &mut edits)?;
    let lines = operation.lines();
    let indented: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let taken = "Meta's page said that this cannot be done; correct that first";
    let (path, edit) = match edge.map(|edge| (edge, place::edge(context.sources, &node.name, edge))) {
        Some((_, Some(place))) if place.entry(verb).is_some() => return Err(taken.into()),
        Some((_, Some(place))) => {
            let tree = place.tree().ok_or("the place of it in the spec is not clear")?;
            let edit = text::add(&place.path, &place.text, tree, &operation);
            (place.path.clone(), edit)
        }
        Some((edge, None)) => {
            let file = place::node(context.sources, &node.name).ok_or("the file of the node is not clear")?;
            let stem = file.path.trim_start_matches("nodes/").trim_end_matches(".yaml");
            let path = format!("nodes/{stem}/{edge}.yaml");
            let mut text = format!(
                "# yaml-language-server: $schema=../../schema/edge.json\nedge: {edge}\nnode: {}\ndoc:\npage: {}\n",
                node.name, context.source.page
            );
            if let Some(area) = area(context, node) {
                text.push_str(&format!("area: {area}\n"));
            }
            // Every operation of a new edge brings the top of the file, which is written once.
            edits.push(Edit { path: path.clone(), start: 0, end: 0, text });
            (path.clone(), Some(Edit { path, start: 0, end: 0, text: format!("\n{indented}") }))
        }
        None => {
            let file = place::node(context.sources, &node.name).ok_or("the file of the node is not clear")?;
            if file.entry(verb).is_some() {
                return Err(taken.into());
            }
            let edit = text::add(&file.path, &file.text, file.file(), &operation);
            (file.path.clone(), edit)
        }
    };
    edits.push(edit.ok_or("the lines around it are not written in a way that takes one more")?);
    Ok(((path, indented), edits))
}

/// The area that a new edge has to state: nothing if the node states one, or there are none.
fn area(context: &Context<'_>, node: &NodeDecl) -> Option<String> {
    let declared = context.spec.surface.as_ref().is_some_and(|surface| !surface.areas.is_empty());
    if !declared || !node.areas.is_empty() {
        return None;
    }
    let of_edges = node.edges.iter().find_map(|edge| edge.areas.first());
    let any = context.spec.surface.iter().flat_map(|surface| &surface.areas).map(|area| &area.name).next();
    of_edges.or(any).map(|area| area.value.clone())
}

#[expect(clippy::too_many_arguments, reason = "what an operation is made of")]
fn operation(
    context: &Context<'_>,
    subject: &str,
    key: &str,
    node: &NodeDecl,
    edge: Option<&str>,
    verb: &str,
    since: Option<Version>,
    edits: &mut Vec<Edit>,
) -> Result<Item, String> {
    let theirs: Theirs<'_> = context
        .facts
        .range(format!("{subject} ")..)
        .take_while(|(key, _)| key.starts_with(&format!("{subject} ")))
        .map(|(key, says)| (under_our_name(key, context.source), (says.as_str(), None)))
        .collect();
    let says = |what: &str| theirs.get(&format!("{key} {what}")).map(|(says, _)| *says);
    let returns = returned(context, verb, edge, says("returns").unwrap_or("Object"));
    let body = matches!(verb, "create" | "update").then(|| says("body").unwrap_or("json"));
    let params = params(context, key, &theirs, body, edits)?;
    let mut operation = Item::new(verb)
        .key("request", request(context, node, edge, verb, &returns)?)
        .key("doc", "")
        .key("page", context.source.page.value.clone());
    if let Some(since) = since {
        operation = operation.key("since", since.to_string());
    }
    if let Some(body) = body {
        operation = operation.key("body", body);
    }
    if verb != "read" {
        operation = operation.key("idempotent", (verb == "delete").to_string());
    }
    if !params.is_empty() {
        operation.below.push("params:".into());
        operation.below.extend(params.iter().flat_map(|param| param.item.lines()).map(|line| format!("  {line}")));
    }
    operation.below.push(format!("returns: {returns}"));
    operation.below.extend(example(context, node, edge, verb, body, &params, &returns)?);
    Ok(operation)
}

/// A parameter of a stub, and a value that it may have.
struct Param {
    item: Item,
    name: String,
    required: bool,
    value: Value,
}

fn params(context: &Context<'_>, key: &str, theirs: &Theirs<'_>, body: Option<&str>, edits: &mut Vec<Edit>) -> Result<Vec<Param>, String> {
    let prefix = format!("{key} param ");
    let mut params = Vec::new();
    for (fact, (says, _)) in theirs.iter().filter(|(fact, _)| !fact.contains(" = ")) {
        let Some(name) = fact.strip_prefix(&prefix) else { continue };
        // What Graph's conventions give every read.
        if body.is_none() && matches!(name, "fields" | "limit" | "after" | "before") {
            continue;
        }
        let (ty, must) = says.rsplit_once(' ').unwrap_or((says, "optional"));
        let mut new = NewType::default();
        let mut expression = items::expression(context, ty, fact, theirs, &mut new)?;
        let values: Vec<&str> =
            theirs.range(format!("{fact} = ")..).map_while(|(key, _)| key.strip_prefix(&format!("{fact} = "))).collect();
        if ty == "file" && body != Some("multipart") {
            "json".clone_into(&mut expression);
        }
        edits.extend(new.edit.filter(|edit| !edits.contains(edit)));
        let value = sample(&expression, values.first().copied(), 4);
        let mut item = Item::new(name).key("type", expression);
        if naming::is_keyword(name) {
            let edge = key.split([' ', '/']).nth(1).unwrap_or_default();
            item = item.key("rust_name", format!("{edge}_{name}"));
        }
        if must == "required" {
            item = item.key("required", "true");
        }
        params.push(Param { item: item.key("doc", ""), name: name.into(), required: must == "required", value });
    }
    Ok(params)
}

/// A value that an expression takes.
fn sample(expression: &str, value: Option<&str>, depth: usize) -> Value {
    let Some(parsed) = TypeExpr::parse(expression).filter(|_| depth > 0) else { return Value::Null };
    match parsed {
        TypeExpr::List(_) => {
            let inner = expression.trim_start_matches("list<");
            let inner = inner.strip_suffix('>').unwrap_or(inner);
            json!([sample(inner, value, depth - 1)])
        }
        TypeExpr::Map(_) => json!({}),
        TypeExpr::Id(_) | TypeExpr::OwnId => json!("10"),
        TypeExpr::Scalar(scalar) => match scalar {
            Scalar::Bool => json!(true),
            Scalar::Int => json!(1),
            Scalar::Float => json!(1.5),
            Scalar::Timestamp => json!(1_700_000_000),
            Scalar::Json => json!({}),
            _ => json!("text"),
        },
        TypeExpr::Named(_) | TypeExpr::Page(_) => value.map_or(json!({}), |value| json!(value)),
    }
}

/// A list on an edge is read page by page; what a write answers with is not what the source names.
fn returned(context: &Context<'_>, verb: &str, edge: Option<&str>, theirs: &str) -> String {
    let known = context.source.known_as(theirs);
    let described = context.spec.node(known).is_some() || context.spec.named_type(known).is_some();
    let inner = if verb == "read" && described { known } else { "json" };
    let shape = theirs == "object";
    if verb == "read" && edge.is_some() && !shape { format!("page<{inner}>") } else { inner.into() }
}

/// The name of the request: a verb and a noun that nothing has.
fn request(context: &Context<'_>, node: &NodeDecl, edge: Option<&str>, verb: &str, returns: &str) -> Result<String, String> {
    let word = match verb {
        "read" if returns.starts_with("page<") => "List",
        "read" => "Read",
        "create" => "Create",
        "update" => "Update",
        _ => "Delete",
    };
    let short = node.short.as_ref().map_or(node.name.as_str(), |short| short.as_str());
    let noun = edge.map_or_else(|| short.to_owned(), naming::upper_camel);
    let names = [format!("{word}{noun}"), format!("{word}{short}{noun}")];
    names
        .into_iter()
        .find(|name| items::is_free(context.spec, name))
        .ok_or_else(|| "the names that the request could have are taken".into())
}

/// An example of the required parameters; the answer is the least that decodes.
fn example(
    context: &Context<'_>,
    node: &NodeDecl,
    edge: Option<&str>,
    verb: &str,
    body: Option<&str>,
    params: &[Param],
    returns: &str,
) -> Result<Vec<String>, String> {
    let method = match verb {
        "read" => "GET",
        "delete" => "DELETE",
        _ => "POST",
    };
    if !matches!(body, None | Some("json" | "form")) {
        return Err("an example of a form with files has to be written by hand".into());
    }
    let id = if node.root { "" } else { "/10" };
    let edge = edge.map(|edge| format!("/{edge}")).unwrap_or_default();
    let mut lines = vec!["examples:".to_owned(), format!("  - title: what {} requires", in_sentence(&context.source.title))];
    let sent: Vec<&Param> = params.iter().filter(|param| param.required).collect();
    if !sent.is_empty() {
        let call: Map<String, Value> = sent.iter().map(|param| (param.name.clone(), param.value.clone())).collect();
        lines.push(format!("    call: {}", Value::Object(call)));
    }
    lines.push("    request: |".into());
    lines.push(format!("      {method} /{{version}}{id}{edge}"));
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), String::from);
    match body {
        Some("json") if !sent.is_empty() => {
            let object: Map<String, Value> = sent.iter().map(|param| (param.name.clone(), param.value.clone())).collect();
            lines.push(format!("      {}", Value::Object(object)));
        }
        Some("form") => lines.extend(sent.iter().map(|param| format!("      {} = {}", param.name, shown(&param.value)))),
        _ => lines.extend(sent.iter().map(|param| format!("      ?{} = {}", param.name, shown(&param.value)))),
    }
    let answer = if returns.starts_with("page<") {
        json!({"data": []})
    } else if context.spec.node(returns).is_some() {
        json!({"id": "10"})
    } else if returns == "json" {
        json!({"success": true})
    } else {
        json!({})
    };
    lines.push(format!("    response: {{body: {answer}}}"));
    Ok(lines)
}

fn in_sentence(title: &str) -> String {
    title.strip_prefix("The ").map_or_else(|| title.to_owned(), |rest| format!("the {rest}"))
}
