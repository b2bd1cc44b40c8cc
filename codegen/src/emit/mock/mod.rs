//! The tables of the stand-in: everything that the spec says of requests and answers, as static data, so that nothing is read when it starts.

mod operations;
mod types;

use std::collections::BTreeSet;

use super::{
    Job, secrets,
    tables::{
        Parts, table,
        values::{availability, list, optional, optional_number, optional_text, strings},
    },
};
use crate::{
    model::{Api, ErrorInfo, Node, Webhooks},
    write::Output,
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
const PARTS: Parts = [
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

/// A file of the tables.
fn output(module: &str, docs: &str, body: &str) -> Output {
    table(format!("mock/src/tables/{module}.rs"), docs, &PARTS, body)
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
