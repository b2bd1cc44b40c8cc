//! Contract tests: every example of the spec against a loopback server.
//!
//! The expected request is the text of the example, which was written by hand from Meta's page; the call is what a user would write. Neither is made from the other.

use serde_json::{Value, json};

use crate::{
    emit::{
        Job,
        client::{example as call, operations},
        print::layout::{self, MARK},
        wire::secrets,
    },
    model::{Api, Example, Field, Node, Operation, Outcome, Type, TypeDef},
    naming::{Places, snake},
    write::Output,
};

/// One file a node, one of all types, and the file that holds them together.
pub(crate) fn jobs<'a>(api: &'a Api, places: &'a Places) -> Vec<Job<'a>> {
    let nodes: Vec<&Node> = api.nodes.iter().filter(|node| node.sites().next().is_some()).collect();
    let mut modules: Vec<&str> = nodes.iter().map(|node| node.module.as_str()).chain(["types"]).collect();
    modules.sort_unstable();
    let modules: String = modules.iter().map(|module| format!("#[rustfmt::skip]\nmod {module};\n")).collect();
    let mut jobs: Vec<Job<'a>> = nodes.into_iter().map(|node| -> Job<'a> { Box::new(|| vec![node_tests(api, node, places)]) }).collect();
    let head = "//! What holds for every type: enums are open, records lose nothing.\n\n";
    jobs.push(Box::new(|| vec![output("types", head, &type_tests(api, places))]));
    jobs.push(Box::new(move || vec![output("main", "//! Every example of the spec, sent to a loopback server.\n\n", &modules)]));
    jobs
}

fn output(module: &str, head: &str, body: &str) -> Output {
    Output { path: format!("tests/tests/contract/{module}.rs"), text: layout::tidy(&format!("{MARK}\n{head}"), body) }
}

fn node_tests(api: &Api, node: &Node, places: &Places) -> Output {
    let head =
        format!("//! Contract tests of `{}`.\n#![allow(deprecated, reason = \"what Meta deprecates is tested too\")]\n\n", node.name);
    let mut text = String::from("use contract_tests::Contract;\n");
    for operation in node.sites().map(|site| site.operation) {
        for example in &operation.examples {
            text.push('\n');
            text.push_str(&example_test(api, operation, example, places));
        }
        if let Some(example) = operation.examples.iter().find(|example| matches!(example.outcome, Outcome::Response { .. })) {
            text.push('\n');
            text.push_str(&errors_test(api, operation, example, places));
        }
    }
    output(&node.module, &head, &text)
}

/// `WhatsAppBusinessPhoneNumber.register.create` without the node, which is the module.
fn name(operation: &Operation) -> String {
    snake(operation.id.split_once('.').map_or(operation.id.as_str(), |(_, rest)| rest))
}

fn head(operation: &Operation, name: &str, call: &call::Call<'_>) -> String {
    format!("/// `{}`\n#[tokio::test]\nasync fn {name}() {{\n{}", operation.id, call.imports())
}

fn contract(api: &Api, operation: &Operation, example: &Example) -> String {
    let versions = example.versions.iter().map(|version| format!("\"{version}\"")).collect::<Vec<_>>().join(", ");
    let secrets: Vec<String> = secrets::of(api, operation).into_iter().collect();
    let hiding = if secrets.is_empty() { String::new() } else { format!(".hiding(&{secrets:?})") };
    format!("    let contract = Contract::new({:?}, &[{versions}]){hiding};\n", operation.id)
}

fn closure(call: &call::Call<'_>) -> String {
    format!("|client| {}", call.text())
}

fn example_test(api: &Api, operation: &Operation, example: &Example, places: &Places) -> String {
    let call = call::call(api, operation, example, places);
    let mut text = head(operation, &format!("{}_{}", name(operation), snake(&example.title)), &call);
    text.push_str(&contract(api, operation, example));
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
fn errors_test(api: &Api, operation: &Operation, example: &Example, places: &Places) -> String {
    let call = call::call(api, operation, example, places);
    let mut text = head(operation, &format!("{}_errors_are_known", name(operation)), &call);
    text.push_str(&contract(api, operation, example));
    text.push_str(&format!("    contract.knows_its_errors({}).await;\n}}\n", closure(&call)));
    text
}

fn type_tests(api: &Api, places: &Places) -> String {
    let mut text = String::from("use contract_tests::types::{is_lossless, is_open};\n\n#[test]\nfn every_enum_is_open() {\n");
    for ty in api.types.iter().filter(|ty| matches!(ty.def, TypeDef::Enum(_))) {
        text.push_str(&format!("    is_open::<{}>();\n", places.path(&ty.name)));
    }
    text.push_str("}\n\n#[test]\nfn every_record_is_lossless() {\n");
    for (name, least, fields) in records(api) {
        let least = raw(&pretty(&least));
        text.push_str(&format!("    is_lossless::<{}>({least}, &{fields:?});\n", places.path(&name)));
    }
    text.push_str("}\n");
    text
}

/// Every record, by name, with the least that an object of it holds and the names of its fields on the wire.
fn records(api: &Api) -> Vec<(String, Value, Vec<String>)> {
    // A constant has one value, and what is spread has no name.
    let on_the_wire = |field: &&Field| field.constant.is_none() && !field.spread && field.ty.newest != Type::File;
    let names = |fields: &[Field]| fields.iter().filter(on_the_wire).map(|field| field.name.clone()).collect();
    let mut records: Vec<(String, Value, Vec<String>)> = Vec::new();
    for ty in &api.types {
        if let TypeDef::Object(object) = &ty.def {
            records.push((ty.name.clone(), least(api, &Type::Object(ty.name.clone()), 8), names(&object.fields)));
        }
    }
    for node in api.nodes.iter().filter(|node| !node.root) {
        records.push((node.rust_name.clone(), least(api, &Type::Object(node.rust_name.clone()), 8), names(&node.fields)));
    }
    for operation in api.operations() {
        for sent in operations::sent(operation) {
            let fields = operations::record_fields(operation, &sent);
            let always = fields.iter().filter(|field| field.always);
            records.push((sent.name.clone(), least_of(api, always, 8), names(&fields)));
        }
    }
    records.sort_by(|a, b| a.0.cmp(&b.0));
    records
}

/// The least value of a type: of an object, only what is always there.
fn least(api: &Api, ty: &Type, depth: usize) -> Value {
    match ty {
        Type::String | Type::Secret { .. } | Type::Enum(_) | Type::Cursor | Type::Untagged(_) => json!("a"),
        Type::Digits | Type::Id(_) | Type::IntText => json!("1"),
        Type::Bool => json!(true),
        Type::Int | Type::Float | Type::Timestamp { .. } => json!(1),
        Type::List(_) | Type::Filters(_) => json!([]),
        Type::Fields(_) => json!("id"),
        Type::Page(_) => json!({"data": []}),
        Type::Json | Type::Map(_) | Type::Union(_) | Type::File => json!({}),
        Type::Object(_) if depth == 0 => json!({}),
        Type::Object(name) => match (api.named(name).map(|ty| &ty.def), api.nodes.iter().find(|node| node.rust_name == *name)) {
            (Some(TypeDef::Object(object)), _) => {
                let always = object.fields.iter().enumerate().filter(|(index, field)| field.always || object.is_arg(*index));
                least_of(api, always.map(|(_, field)| field), depth - 1)
            }
            (_, Some(node)) => least_of(api, node.fields.iter().filter(|field| field.always), depth - 1),
            _ => json!({}),
        },
    }
}

fn least_of<'f>(api: &Api, fields: impl Iterator<Item = &'f Field>, depth: usize) -> Value {
    let named = fields.filter(|field| !field.spread && field.constant.is_none() && field.ty.newest != Type::File);
    named.map(|field| (field.name.clone(), least(api, field.ty.rust(), depth))).collect()
}

fn pretty(body: &Value) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// A raw string literal, with as many `#` as its text needs.
fn raw(text: &str) -> String {
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::raw;

    #[test]
    fn raw_strings_hold_any_text() {
        assert_eq!(raw("a"), "r\"a\"");
        assert_eq!(raw("a\"#b"), "r##\"a\"#b\"##");
    }
}
