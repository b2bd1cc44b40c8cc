//! The tables of the stand-in: everything that the spec says of requests and answers, as static data, so that nothing is read when it starts.

mod operations;
mod types;
mod values;

use std::collections::BTreeSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};

use self::values::{availability, list, optional, optional_number, optional_text, strings};
use crate::{
    emit::{Job, print::layout, secrets},
    model::{Api, ErrorInfo, Node, Webhooks},
    write::{MARK, Output},
};

/// One file a node, one of all types, one of all errors, and the one that holds them together.
pub(crate) fn jobs(api: &Api) -> Vec<Job<'_>> {
    let mut jobs: Vec<Job<'_>> = nodes(api).map(|node| -> Job<'_> { Box::new(|| vec![operations::node(node)]) }).collect();
    jobs.push(Box::new(|| vec![types::all(api)]));
    jobs.push(Box::new(|| vec![errors(api), index(api)]));
    jobs
}

/// The nodes with operations.
fn nodes(api: &Api) -> impl Iterator<Item = &Node> {
    api.nodes.iter().filter(|node| node.sites().next().is_some())
}

/// What tables are made of, by where it comes from.
const PARTS: [(&str, &[&str]); 2] = [
    ("graph_runtime", &["Availability", "Bound", "Day", "Version"]),
    (
        "crate::description",
        &[
            "Answer",
            "Arrival",
            "Auth",
            "Content",
            "Download",
            "Error",
            "Example",
            "Failure",
            "Field",
            "Filter",
            "Limit",
            "Location",
            "Method",
            "Named",
            "Narrowing",
            "Node",
            "Operation",
            "Pace",
            "Param",
            "Permissions",
            "Range",
            "Rule",
            "RuleKind",
            "Segment",
            "Shape",
            "Spec",
            "Type",
            "Value",
            "Variant",
            "Versioned",
            "Webhooks",
        ],
    ),
];

/// A file of the tables, which imports what it uses.
fn output(module: &str, docs: &str, body: &str) -> Output {
    let tokens: TokenStream = body.parse().unwrap_or_default();
    let mut words = BTreeSet::new();
    collect(tokens, &mut words);
    let uses: String = PARTS
        .iter()
        .map(|(from, names)| (from, names.iter().copied().filter(|name| words.contains(*name)).collect::<Vec<_>>()))
        .filter(|(_, names)| !names.is_empty())
        .map(|(from, names)| format!("use {from}::{{{}}};\n", names.join(", ")))
        .collect();
    Output {
        path: format!("mock/src/tables/{module}.rs"),
        text: layout::tidy(&format!("{MARK}\n//! {docs}\n\n"), &format!("{uses}\n{body}")),
    }
}

/// Every word of the source that is no part of a text and does not follow another: `Option` of `Option::Some`.
fn collect(tokens: TokenStream, words: &mut BTreeSet<String>) {
    let mut follows = false;
    for tree in tokens {
        match &tree {
            TokenTree::Ident(word) if !follows => {
                words.insert(word.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), words),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        follows = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ':' && (follows || punct.spacing() == Spacing::Joint));
    }
}

fn errors(api: &Api) -> Output {
    let mut sorted: Vec<&ErrorInfo> = api.errors.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let entries: String = sorted.into_iter().map(|info| format!("{},\n", error(info))).collect();
    let body = format!("/// By name.\npub(super) static ERRORS: &[Error] = &[\n{entries}];\n");
    output("errors", "Every error of the spec, by name.", &body)
}

fn error(error: &ErrorInfo) -> String {
    let arrives = match error.arrives.as_str() {
        "status" => "Status",
        "both" => "Both",
        _ => "Answer",
    };
    let members = [
        format!("name: {:?}", error.name),
        format!("code: {}", error.code),
        format!("subcode: {}", optional_number(error.subcode)),
        format!("title: {}", optional_text(error.title.as_deref())),
        format!("category: {:?}", error.category),
        format!("retry: {:?}", error.retry),
        format!("arrives: Arrival::{arrives}"),
        format!("statuses: &{:?}", error.statuses),
        format!("availability: {}", availability(&error.availability)),
    ];
    format!("Error {{ {} }}", members.join(", "))
}

fn index(api: &Api) -> Output {
    let modules: Vec<&str> = nodes(api).map(|node| node.module.as_str()).collect();
    let mut declared: Vec<&str> = modules.iter().copied().chain(["errors", "types"]).collect();
    declared.sort_unstable();
    let declared: String = declared.iter().map(|module| format!("#[rustfmt::skip]\nmod {module};\n")).collect();
    let nodes = list(modules.iter().map(|module| format!("&{module}::NODE")));
    let secrets: BTreeSet<String> = api.operations().flat_map(|operation| secrets::of(api, operation)).collect();
    let secrets = list(secrets.iter().map(|name| format!("{name:?}")));
    let webhooks = optional(api.webhooks.as_ref().map(webhooks));
    let body = format!(
        "{declared}\n/// What the spec says.\npub(crate) static SPEC: Spec = Spec {{\n    title: {:?},\n    base_url: {:?},\n    errors: errors::ERRORS,\n    nodes: {nodes},\n    secrets: {secrets},\n    webhooks: {webhooks},\n}};\n",
        api.surface.title, api.surface.base_url,
    );
    output("mod", "The spec as static data.", &body)
}

fn webhooks(of: &Webhooks) -> String {
    let overridden: Vec<String> = of.fields.iter().filter(|field| field.overridden).map(|field| field.name.clone()).collect();
    format!("Webhooks {{ object: {:?}, overridden: {} }}", of.object, strings(&overridden))
}
