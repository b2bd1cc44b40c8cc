//! The page of an operation in rustdoc, and that of an edge's module.

use super::{example as call, types::a};
use crate::{
    emit::print::{
        layout,
        rustdoc::{cell, prose, versions, window},
    },
    model::{
        Api, Auth, Edge, ErrorInfo, Limit, ListOr, Method, Node, Operation, OperationError, Outcome, Paced, Param, Permissions, Rule,
        RuleKind, Type, TypeDef,
    },
    naming::{Places, type_name},
};

/// The page of an operation: what it does, verb and path, source, versions, permissions, rules, limits, parameters, what it returns, errors, an example.
pub(crate) fn operation(api: &Api, operation: &Operation, places: &Places) -> String {
    let mut text = prose(&operation.doc);
    let mut push = |paragraph: String| {
        text.push_str("\n\n");
        text.push_str(&paragraph);
    };
    push(format!("`{} {}` · [Meta's page]({})", method(operation), operation.path_text(), operation.page));
    push(facts(api, operation));
    for note in &operation.notes {
        push(prose(note));
    }
    if !operation.rules.is_empty() {
        push(format!("# Rules\n\n{}", operation.rules.iter().map(rule_text).collect::<Vec<_>>().join("\n")));
    }
    if !operation.limits.is_empty() {
        push(format!("# Limits\n\n{}", operation.limits.iter().map(limit_text).collect::<Vec<_>>().join("\n")));
    }
    if let Some(parameters) = parameters(api, operation, places) {
        push(parameters);
    }
    push(returns(api, operation, places));
    if !operation.errors.is_empty() {
        push(errors(api, operation));
    }
    if let Some(example) = example(api, operation, places) {
        push(example);
    }
    text
}

/// `GET`, `POST` or `DELETE`.
pub(crate) fn method(operation: &Operation) -> &'static str {
    match operation.http_method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Delete => "DELETE",
    }
}

fn facts(api: &Api, operation: &Operation) -> String {
    let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let named = |permissions: &Permissions| match permissions {
        Permissions::None => "none documented".into(),
        Permissions::All(names) if names.len() == 1 => list(names),
        Permissions::All(names) => format!("all of {}", list(names)),
        Permissions::Any(names) => format!("any of {}", list(names)),
    };
    let mut permissions = named(&operation.permissions.newest);
    for name in operation.permissions.newest.names() {
        let known = api.permissions.iter().find(|known| known.name == *name);
        if let Some(versions) = known.and_then(|known| versions(&known.availability)) {
            permissions.push_str(&format!("; `{name}`: {}", versions.trim_end_matches('.')));
        }
    }
    for (until, earlier) in operation.permissions.earlier.iter().rev() {
        permissions.push_str(&format!("; before {until}: {}", named(earlier)));
    }
    // What every version has says nothing of versions, so that a new one changes no page.
    let mut facts = Vec::new();
    if let Some(versions) = versions(&operation.availability) {
        facts.push(format!("- Versions: {}", versions.trim_end_matches('.')));
    }
    facts.push(format!("- Permissions: {permissions}"));
    if let Some(host) = &operation.host {
        let versions = if host.versioned { "" } else { ", without a version in the path" };
        facts.push(format!("- Host: `{}`{versions}; not in a batch", host.url));
    }
    match operation.auth {
        Auth::Token => {}
        Auth::OAuth => facts.push("- Authentication: the token travels with the scheme `OAuth`".into()),
        Auth::None => facts.push("- Authentication: the call gets no access token".into()),
    }
    if let Some(paced) = &operation.paced {
        facts.push(format!("- Pace: {}; a client keeps it if configured to (`Pace`)", pace(paced)));
    }
    facts.push(format!(
        "- Repeating: {}",
        if operation.never_retry {
            "never; the client sends it once, even when the first time nothing left the machine"
        } else if operation.idempotent {
            "a repeat has no second effect"
        } else {
            "not idempotent; the client never repeats it when Graph may have executed it"
        }
    ));
    facts.join("\n")
}

/// How fast the calls on one node may be, and those with one value of a parameter.
fn pace(paced: &Paced) -> String {
    let mut text = match &paced.rate {
        None => "the calls on one node are limited by the second".to_owned(),
        Some(rate) => {
            let rates: Vec<String> = rate.per_second.iter().map(|(value, rate)| format!("{rate} for `{value}`")).collect();
            let too = rate.counts_too.as_ref().map_or_else(String::new, |what| format!(", {what} included"));
            format!("calls a second on one node, by its `{}`: {}{too}", rate.field.join("."), rates.join(", "))
        }
    };
    if let Some(pair) = &paced.pair {
        text.push_str(&format!("; with one value of `{}`, {} at once and then one in {} s", pair.param, pair.burst, pair.every));
    }
    text
}

fn rule_text(rule: &Rule) -> String {
    let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what = match &rule.kind {
        RuleKind::OneOf(params) => format!("Exactly one of {}", list(params)),
        RuleKind::AnyOf(params) => format!("At least one of {}", list(params)),
        RuleKind::Requires(param, needs) => format!("`{param}` needs {}", list(needs)),
        RuleKind::RequiresFor(param, value, needs) => format!("`{param}` with the value `{value}` needs {}", list(needs)),
        RuleKind::Excludes(params) => format!("At most one of {}", list(params)),
        RuleKind::FirstWins(params) => {
            format!("Of {} the first that is given counts; a call with several is sent, with a warning", list(params))
        }
    };
    let versions = versions(&rule.availability).map_or_else(String::new, |versions| format!(" {versions}"));
    format!("- {what}: {}{versions}", prose(&rule.doc))
}

fn limit_text(limit: &Limit) -> String {
    let block = limit.block.map_or_else(String::new, |block| format!(", then blocked for {}", window(block)));
    let versions = versions(&limit.availability).map_or_else(String::new, |versions| format!(" {versions}"));
    format!(
        "- {} calls per {} in a moving window of {}{block} ([`ErrorKind::{}`](crate::ErrorKind::{})). {}{versions}",
        limit.max,
        limit.per,
        window(limit.window),
        limit.error,
        limit.error,
        prose(&limit.doc)
    )
}

/// What a call can say: constructor arguments first, then setters, each with the place where it is said.
fn parameters(api: &Api, operation: &Operation, places: &Places) -> Option<String> {
    let args = operation.args.iter().map(|&arg| (&operation.params[arg], format!("{}::new", operation.request)));
    let setters = setters(api, operation);
    let set =
        operation.params.iter().filter(|param| param.constant.is_none() && !operation.is_arg(param)).map(|param| (param, setters.clone()));
    let rows: Vec<String> = args.chain(set).map(|(param, at)| parameter(param, &at, places)).collect();
    (!rows.is_empty()).then(|| format!("# Parameters\n\n| parameter | type | meaning |\n| --- | --- | --- |\n{}", rows.join("\n")))
}

fn parameter(param: &Param, at: &str, places: &Places) -> String {
    // The setter of filters takes one at a time.
    let (name, ty) = match param.ty.rust() {
        Type::Filters(filter) => ("filter", Type::Object(filter.clone())),
        ty => (param.rust.as_str(), ty.clone()),
    };
    let needed = if param.required.newest && !param.contested { " Required." } else { "" };
    format!("| [`{name}`]({at}) | {} | {}{needed} |", linked(&ty, places), cell(first_sentence(&param.doc)))
}

/// The setters of a call are in an implementation of their own, which rustdoc gives an anchor by its type.
fn setters(api: &Api, operation: &Operation) -> String {
    let generic = if api.expands_to(operation) { ",+C" } else { "" };
    format!("../struct.Call.html#impl-Call%3C{}{generic}%3E", operation.request)
}

/// What the answer is, and what it may be instead.
fn returns(api: &Api, operation: &Operation, places: &Places) -> String {
    let text = answer(api, operation, places);
    match operation.list_or {
        None => text,
        Some(ListOr::Bare) => format!("{text}\n\nAn answer that is the bare list is read as a page without a next one."),
        Some(ListOr::Item) => format!("{text}\n\nAn answer that is one item is read as a page of it alone."),
    }
}

/// What the answer is; of a type that nodes share, its fields.
fn answer(api: &Api, operation: &Operation, places: &Places) -> String {
    let ty = operation.returns.rust();
    let mut text = format!("# Returns\n\n{}", linked(ty, places));
    for (until, earlier) in operation.returns.earlier.iter().rev() {
        text.push_str(&format!("; before {until}: {}", linked(earlier, places)));
    }
    match operation.list.as_deref() {
        None => {}
        Some([]) => text.push_str(". The answer is the bare list"),
        Some(path) => text.push_str(&format!(". Graph has the list in `{}` of the answer", path.join("."))),
    }
    let item = if let Type::Page(item) | Type::List(item) = ty { item } else { ty };
    let Type::Object(name) = item else { return text };
    let path = places.within(name);
    match api.named(name).map(|ty| &ty.def) {
        Some(TypeDef::Object(object)) => {
            text.push_str("\n\n| field | type | meaning |\n| --- | --- | --- |");
            for field in object.fields.iter().filter(|field| field.constant.is_none()) {
                let (name, ty) = (&field.rust, linked(field.ty.rust(), places));
                text.push_str(&format!("\n| [`{name}`]({path}::{name}) | {ty} | {} |", cell(first_sentence(&field.doc))));
            }
        }
        _ if operation.list.is_some() => text.push_str(", and each item the fields that were asked for."),
        _ => text.push_str(", with the fields that were asked for."),
    }
    text
}

/// A type, linked to what it is made of.
fn linked(ty: &Type, places: &Places) -> String {
    let name = type_name(ty);
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Page(inner) => inner.name(),
        Type::Fields(name) => Some(name.as_str()),
        ty => ty.name(),
    }
    .map_or_else(|| format!("`{name}`"), |of| format!("[`{name}`]({})", places.within(of)))
}

fn first_sentence(doc: &str) -> &str {
    let end = doc.find(". ").or_else(|| doc.find(".\n")).map_or(doc.len(), |dot| dot + 1);
    doc[..end].split("\n\n").next().unwrap_or_default()
}

/// The errors: a table of those whose cause or remedy is the operation's own, and the names of the others.
fn errors(api: &Api, operation: &Operation) -> String {
    let is_own =
        |here: &&OperationError| api.error(&here.name).is_none_or(|general| general.cause != here.cause || general.remedy != here.remedy);
    let arrives = |here: &OperationError| match api.error(&here.name).map(|error| error.arrives.as_str()) {
        Some("status") => " It arrives in a webhook, after the call has succeeded.",
        Some("both") => " It arrives in the answer, or in a webhook after the call has succeeded.",
        _ => "",
    };
    let when = |here: &OperationError| {
        let versions = versions(&here.availability).map_or_else(String::new, |versions| format!(" {versions}"));
        format!("{}{versions}", arrives(here))
    };
    let (own, others): (Vec<_>, Vec<_>) = operation.errors.iter().partition(is_own);
    let mut parts = vec!["# Errors".to_owned()];
    if !own.is_empty() {
        let row = |here: &&OperationError| {
            format!("| {} | {}{} | {} |", named_error(api, here), cell(&here.cause), when(here), cell(&here.remedy))
        };
        let rows: Vec<String> = own.iter().map(row).collect();
        parts.push(format!("| error | cause | remedy |\n| --- | --- | --- |\n{}", rows.join("\n")));
    }
    if !others.is_empty() {
        let named = |here: &&OperationError| match versions(&here.availability) {
            Some(versions) => format!("{} ({})", named_error(api, here), versions.trim_end_matches('.')),
            None => named_error(api, here),
        };
        let names: Vec<String> = others.iter().map(named).collect();
        let besides = if own.is_empty() { "" } else { "Others, with their usual cause and remedy: " };
        parts.push(format!("{besides}{}.", names.join(", ")));
    }
    parts.join("\n\n")
}

/// An error by its name and numbers, linked.
fn named_error(api: &Api, here: &OperationError) -> String {
    let code = api.error(&here.name).map_or_else(String::new, |error| format!(" ({})", code(error)));
    format!("[`{0}`](crate::ErrorKind::{0}){code}", here.name)
}

/// `100/2388103`, `200-299`.
pub(crate) fn code(error: &ErrorInfo) -> String {
    let mut code = error.code.to_string();
    if let Some(end) = error.code_end {
        code.push_str(&format!("-{end}"));
    }
    if let Some(subcode) = error.subcode {
        code.push_str(&format!("/{subcode}"));
    }
    code
}

fn example(api: &Api, operation: &Operation, places: &Places) -> Option<String> {
    let example = operation.examples.iter().find(|example| matches!(example.outcome, Outcome::Response { .. }))?;
    let call = call::call(api, operation, example, places);
    let (imports, library) = (call.imports(), places.library());
    let binding = if operation.page_of().is_some() { "page" } else { "answer" };
    let statement = layout::statements(&format!("let {binding} = {}.send().await?;", call.text()));
    Some(format!(
        "# Example\n\n{}:\n\n```no_run\n{imports}# async fn example(client: {library}::Client) -> Result<(), {library}::Error> {{\n{statement}\n# let _ = {binding};\n# Ok(())\n# }}\n```",
        capital(&example.title)
    ))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The doc of a module that holds an edge: verbs and path, purpose, page, versions, what is unsupported.
pub(crate) fn edge_module(edge: &Edge) -> String {
    let operations: Vec<_> = edge.all_operations().collect();
    module(&operations, &edge.doc, &edge.page, &edge.unsupported)
}

/// The doc of the module that holds the operations on a node itself.
pub(crate) fn node_module(node: &Node) -> String {
    let operations: Vec<_> = node.operations.iter().collect();
    module(&operations, &format!("The operations on {} itself.", a(&node.name)), &node.page, &node.unsupported)
}

fn module(operations: &[&Operation], doc: &str, page: &str, unsupported: &[String]) -> String {
    let path = operations.first().map(|operation| operation.path_text()).unwrap_or_default();
    let mut verbs: Vec<_> = operations.iter().map(|operation| method(operation)).collect();
    verbs.dedup();
    let verbs = if verbs.is_empty() { String::new() } else { format!("{} ", verbs.join("·")) };
    let mut text = format!("`{verbs}{path}`\n\n{}", prose(doc));
    if !page.is_empty() {
        text.push_str(&format!("\n\n[Meta's page]({page})"));
    }
    if let Some(sentence) = unsupported_text(unsupported) {
        text.push_str(&format!("\n\n{sentence}"));
    }
    text
}

/// What Meta's page says cannot be done.
pub(crate) fn unsupported_text(verbs: &[String]) -> Option<String> {
    let doing = |verb: &String| match verb.as_str() {
        "read" => "reading".to_owned(),
        "create" => "creating".to_owned(),
        "update" => "updating".to_owned(),
        "delete" => "deleting".to_owned(),
        other => other.to_owned(),
    };
    let (last, others) = verbs.split_last()?;
    let others: Vec<String> = others.iter().map(doing).collect();
    let and = if others.is_empty() { "" } else { " and " };
    Some(format!("Meta does not support {}{and}{} here.", others.join(", "), doing(last)))
}
