//! Contract tests: every example of the spec against a loopback server.
//!
//! The expected request is the text of the example, which was written by hand from Meta's page; the call is what a user would write. Neither is made from the other.

use super::{
    text::{pretty, raw},
    types,
};
use crate::{
    emit::{Job, client::example as call, print::layout, secrets},
    model::{Api, Example, ExampleRange, Node, Operation, Outcome, Version},
    naming::{Places, reserved::WEBHOOKS, snake},
    write::{MARK, Output},
};

/// One file an edge, one of each node's own operations, one of all types, and the file that holds them together.
pub(crate) fn jobs<'a>(api: &'a Api, places: &'a Places) -> Vec<Job<'a>> {
    let nodes: Vec<&Node> = api.nodes.iter().filter(|node| node.sites().next().is_some()).collect();
    let ranges = ranges(api);
    let has_payloads = api.webhooks.iter().any(|webhooks| webhooks.fields.iter().any(|field| !field.payloads.is_empty()));
    let beside = ranges.is_some().then_some("ranges").into_iter().chain(has_payloads.then_some(WEBHOOKS));
    let modules = nodes.iter().map(|node| node.module.as_str()).chain(beside).chain(["types"]).collect();
    let mut jobs: Vec<Job<'a>> = nodes.into_iter().map(|node| -> Job<'a> { Box::new(|| node_tests(api, node, places)) }).collect();
    let head = "//! What holds for every type: enums are open, records lose nothing.\n\n";
    jobs.push(Box::new(|| vec![output("types", head, &types::tests(api, places))]));
    jobs.push(Box::new(move || vec![output("main", "//! Every example of the spec, sent to a loopback server.\n\n", &declared(modules))]));
    jobs.push(Box::new(move || ranges.into_iter().collect()));
    jobs
}

fn output(module: &str, head: &str, body: &str) -> Output {
    Output { path: format!("tests/tests/contract/{module}.rs"), text: layout::tidy(&format!("{MARK}\n{head}"), body) }
}

/// Modules in their order. Their content is already laid out.
fn declared(mut modules: Vec<&str>) -> String {
    modules.sort_unstable();
    modules.iter().map(|module| format!("#[rustfmt::skip]\nmod {module};\n")).collect()
}

fn node_tests(api: &Api, node: &Node, places: &Places) -> Vec<Output> {
    let mut outputs = Vec::new();
    let mut modules = Vec::new();
    for edge in node.edges.iter().filter(|edge| edge.all_operations().next().is_some()) {
        let head = head_of(&format!("`{}` of `{}`", edge.name, node.name));
        let text = tests(api, &edge.all_operations().collect::<Vec<_>>(), places);
        outputs.push(output(&format!("{}/{}", node.module, edge.module), &head, &text));
        modules.push(edge.module.as_str());
    }
    let own = tests(api, &node.operations.iter().collect::<Vec<_>>(), places);
    let text = format!("{}{own}", declared(modules));
    outputs.push(output(&format!("{}/mod", node.module), &head_of(&format!("`{}`", node.name)), &text));
    outputs
}

fn head_of(subject: &str) -> String {
    format!("//! Contract tests of {subject}.\n#![allow(deprecated, reason = \"what Meta deprecates is tested too\")]\n\n")
}

fn tests(api: &Api, operations: &[&Operation], places: &Places) -> String {
    let mut tests = String::new();
    for operation in operations {
        let hiding = hiding(api, operation);
        // What no version of the window has runs nowhere.
        let runs = || operation.examples.iter().filter(|example| !example.versions.is_empty());
        for example in runs() {
            tests.push('\n');
            tests.push_str(&example_test(api, operation, example, &hiding, places));
        }
        if let Some(example) = runs().find(|example| matches!(example.outcome, Outcome::Response { .. })) {
            tests.push('\n');
            tests.push_str(&errors_test(api, operation, example, &hiding, places));
        }
    }
    if tests.is_empty() {
        return tests;
    }
    let ranges = if tests.contains("ranges::") { "use crate::ranges;\n" } else { "" };
    format!("use contract_tests::Contract;\n{ranges}{tests}")
}

/// The versions of examples that not every version runs: kept apart, so that a new version changes no test. Nothing where all run everywhere.
fn ranges(api: &Api) -> Option<Output> {
    let mut text = String::new();
    for operation in api.operations() {
        for example in operation.examples.iter().filter(|example| is_ranged(example)) {
            let ExampleRange { since, removed, lacking, only } = &example.range;
            let named = |name: &str, version: Option<Version>| version.map(|version| format!("{name}: Some(\"{version}\"), "));
            let listed = |name: &str, versions: &[Version]| {
                let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
                (!versions.is_empty()).then(|| format!("{name}: &{versions:?}, "))
            };
            let said = [named("since", *since), named("removed", *removed), listed("lacking", lacking), listed("only", only)];
            text.push_str(&format!(
                "\n/// `{}`, {}.\npub(crate) const {}: Range = Range {{ {}..Range::ALL }};\n",
                operation.id,
                example.title,
                constant(operation, example),
                said.into_iter().flatten().collect::<String>(),
            ));
        }
    }
    let head = "//! The versions of examples that not every version runs.\n\n";
    (!text.is_empty()).then(|| output("ranges", head, &format!("use contract_tests::Range;\n{text}")))
}

/// Whether an example has a test, and not at every version.
fn is_ranged(example: &Example) -> bool {
    !example.versions.is_empty() && !example.range.is_whole()
}

fn constant(operation: &Operation, example: &Example) -> String {
    snake(&format!("{}_{}", operation.id, example.title)).to_uppercase()
}

/// The operation's own name, after its node and edge, which are modules.
fn name(operation: &Operation) -> String {
    let parts: Vec<&str> = operation.id.split('.').collect();
    snake(&parts[parts.len().min(3) - 1..].join("_"))
}

fn head(operation: &Operation, name: &str, call: &call::Call<'_>) -> String {
    format!("/// `{}`\n#[tokio::test]\nasync fn {name}() {{\n{}", operation.id, call.imports())
}

/// What must not be seen of an operation.
fn hiding(api: &Api, operation: &Operation) -> String {
    let secrets: Vec<String> = secrets::of(api, operation).into_iter().collect();
    if secrets.is_empty() { String::new() } else { format!(".hiding(&{secrets:?})") }
}

/// The contract of an operation, at the versions and on the day of an example; `shown` names the example, for a test that is about what it shows.
fn contract(operation: &Operation, example: &Example, shown: Option<&str>, hiding: &str) -> String {
    let of = shown.map_or_else(String::new, |title| format!(".of(\"spec/{}\", {title:?})", operation.file));
    let within = if is_ranged(example) { format!(".within(&ranges::{})", constant(operation, example)) } else { String::new() };
    let on = example.day.map_or_else(String::new, |day| format!(".on(\"{day}\")"));
    format!("    let contract = Contract::new({:?}){of}{within}{on}{hiding};\n", operation.id)
}

fn closure(call: &call::Call<'_>) -> String {
    format!("|client| {}", call.text())
}

fn example_test(api: &Api, operation: &Operation, example: &Example, hiding: &str, places: &Places) -> String {
    let call = call::call(api, operation, example, places);
    let mut text = head(operation, &format!("{}_{}", name(operation), snake(&example.title)), &call);
    text.push_str(&contract(operation, example, Some(&example.title), hiding));
    let request = raw(example.request.as_deref().unwrap_or_default().trim_end());
    let closure = closure(&call);
    match &example.outcome {
        Outcome::Response { status, body } => {
            text.push_str(&format!("    contract\n        .answered(\n            {request},\n            {status},\n            {},\n            {closure},\n        )\n        .await;\n", raw(&pretty(body))));
        }
        Outcome::Error { status, body, name } => {
            text.push_str(&format!(
                "    contract\n        .failed(\n            {request},\n            {status},\n            {},\n            {}::{name},\n            {closure},\n        )\n        .await;\n",
                raw(&pretty(body)),
                places.path("ErrorKind")
            ));
        }
        Outcome::Refused { param } => {
            text.push_str(&format!("    contract.refused({param:?}, {closure}).await;\n"));
        }
    }
    text.push_str("}\n");
    text
}

/// Graph answers with each of the operation's errors in turn, and the client knows each.
fn errors_test(api: &Api, operation: &Operation, example: &Example, hiding: &str, places: &Places) -> String {
    let call = call::call(api, operation, example, places);
    let mut text = head(operation, &format!("{}_errors_are_known", name(operation)), &call);
    text.push_str(&contract(operation, example, None, hiding));
    text.push_str(&format!("    contract.knows_its_errors({}).await;\n}}\n", closure(&call)));
    text
}
