//! The tables of the command line: what is said of operations and their parameters, for those that read and write them. What a call needs is in the
//! client crate.

mod operations;
mod types;

use super::{
    Job,
    tables::{
        Parts, table,
        values::{availability, list, optional_text, strings},
    },
};
use crate::{
    model::{Api, Node, Webhooks},
    write::Output,
};

/// One file a node, one of the types of parameters, and the one that holds them together.
pub(crate) fn jobs(api: &Api) -> Vec<Job<'_>> {
    let mut jobs: Vec<Job<'_>> = nodes(api).map(|node| -> Job<'_> { Box::new(|| vec![operations::node(node)]) }).collect();
    jobs.push(Box::new(|| vec![types::all(api)]));
    jobs.push(Box::new(|| vec![index(api)]));
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
            "Area",
            "Content",
            "ErrorWords",
            "Field",
            "Location",
            "Named",
            "Operation",
            "Param",
            "Permission",
            "Segment",
            "Shape",
            "Spec",
            "Type",
            "Variant",
            "WebhookField",
            "Webhooks",
        ],
    ),
];

/// A file of the tables.
fn output(module: &str, docs: &str, body: &str) -> Output {
    table(format!("cli/src/operations/{module}.rs"), docs, &PARTS, body)
}

fn index(api: &Api) -> Output {
    let modules: Vec<&str> = nodes(api).map(|node| node.module.as_str()).collect();
    let mut declared: Vec<&str> = modules.iter().copied().chain(["types"]).collect();
    declared.sort_unstable();
    let declared: String = declared.iter().map(|module| format!("#[rustfmt::skip]\nmod {module};\n")).collect();
    let operations = list(modules.iter().map(|module| format!("{module}::OPERATIONS")));
    let areas = list(api.surface.areas.iter().map(|area| format!("Area {{ name: {:?}, essential: {} }}", area.name, area.essential)));
    let permissions = list(api.permissions.iter().map(|known| format!("Permission {{ name: {:?}, doc: {:?} }}", known.name, known.doc)));
    let worded = api.errors.iter().filter(|error| !error.aliases.is_empty());
    let errors = list(worded.map(|error| format!("ErrorWords {{ name: {:?}, words: {} }}", error.name, strings(&error.aliases))));
    let webhooks = api.webhooks.as_ref().map_or_else(|| "Webhooks { object: \"\", fields: &[] }".into(), webhooks);
    let body = format!(
        "{declared}\n/// What the spec says.\n#[rustfmt::skip]\npub(crate) static SPEC: Spec = Spec {{\n    operations: {operations},\n    \
         areas: {areas},\n    permissions: {permissions},\n    errors: {errors},\n    webhooks: {webhooks},\n}};\n",
    );
    output("mod", "What the spec says of operations, as static data.", &body)
}

fn webhooks(webhooks: &Webhooks) -> String {
    let fields = webhooks.fields.iter().map(|field| {
        format!(
            "WebhookField {{ name: {:?}, doc: {:?}, permission: {}, subscribable: {}, essential: {}, availability: {} }}",
            field.name,
            field.doc,
            optional_text(field.permission.as_deref()),
            field.subscribable,
            field.essential,
            availability(&field.availability),
        )
    });
    format!("Webhooks {{ object: {:?}, fields: {} }}", webhooks.object, list(fields))
}
