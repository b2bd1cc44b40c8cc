//! Every example of the spec against the stand-in: its request fits and is answered, and the client's types decode the answer. And what the stand-in
//! knows of the platform it has from the spec, or from its behaviors.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

#[allow(dead_code, reason = "the test of Meta's examples uses more of it")]
#[path = "meta_examples/codec.rs"]
mod codec;
#[path = "meta_examples/codecs.rs"]
mod codecs;

use std::{collections::BTreeSet, fs, path::Path};

use contract_tests::request_text::RequestText;
use graph_codegen::model::{Api, Outcome, Permissions, Version};
use graph_mock::{Mock, Verdict};
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};
use whatsapp_graph::retry::Clock as _;

/// Examples whose request does not fit by the spec itself, and why.
const UNFIT: &[(&str, &str, &str)] = &[(
    "WhatsAppBusinessAccount.message_templates.create",
    "a button that opens a flow",
    "Meta's page writes the action of the flow in small letters, its reference lists it in capitals",
)];

fn api() -> Api {
    graph_codegen::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")).unwrap_or_else(|_| panic!("the spec is not right"))
}

#[tokio::test]
async fn every_example_of_the_spec_is_answered_and_its_answer_decodes() {
    let api = api();
    let codecs = codecs::codecs();
    let http = reqwest::Client::new();
    let (mut wrong, mut count, mut seen) = (Vec::new(), 0, Vec::new());
    for operation in api.operations() {
        let codec = codecs.iter().find(|codec| codec.info.id == operation.id).unwrap();
        for example in operation.examples.iter().filter(|example| matches!(example.outcome, Outcome::Response { .. })) {
            let on = example.day.map(|day| day.to_string());
            let released = |version: &Version| {
                api.versions.iter().any(|info| info.version == *version && on.as_ref().is_none_or(|on| info.released <= *on))
            };
            let Some(version) = example.versions.iter().rev().find(|version| released(version)) else { continue };
            // One for each: what one example deletes the next may need.
            let mock = Mock::builder().seed(count).start().unwrap();
            // Which node an identifier is of no request says, and Meta's pages use some for several.
            if let (Some(id), Some(node)) = (example.path.first(), operation.id.split('.').next().filter(|node| *node != "Root")) {
                mock.restore(&json!({"objects": {id: {"node": node, "written": false}}})).unwrap();
            }
            if let Some(day) = &on {
                mock.set_time(contract_tests::clock::ManualClock::at(day).now());
            }
            let request = RequestText::parse(&example.request.clone().unwrap().replace("{version}", &version.to_string()));
            let (method, target, headers, body) = request.on_the_wire();
            let mut sent = http.request(method.parse().unwrap(), format!("{}{target}", mock.url())).body(body);
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
                sent = sent.header("authorization", "Bearer EAAB");
            }
            for (name, value) in &headers {
                sent = sent.header(name, value);
            }
            let answer = sent.send().await.unwrap();
            let (status, origin) = (answer.status().as_u16(), answer.headers()["x-mock-answer"].to_str().unwrap().to_owned());
            let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
            let (exchange, at) = (mock.requests().pop().unwrap(), format!("{}, \"{}\" at {version}", operation.id, example.title));
            count += 1;
            let expected = UNFIT.iter().find(|(id, title, _)| *id == operation.id && *title == example.title);
            if let Some(known) = expected {
                seen.push(known);
            }
            if exchange.operation != Some(operation.id.as_str()) {
                wrong.push(format!("{at}: taken for {:?}", exchange.operation));
            }
            if matches!(exchange.verdict, Verdict::Fits) == expected.is_some() {
                wrong.push(format!("{at}: {:?}", exchange.verdict));
            }
            if status >= 400 {
                wrong.push(format!("{at}: {status} from {origin}: {body}"));
            } else if let Err(error) = (codec.answer)(body.clone()) {
                wrong.push(format!("{at}: the answer from {origin} does not decode: {error}: {body}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(seen.len(), UNFIT.len(), "an entry of UNFIT that explains nothing must be removed");
    assert!(count > 300, "only {count} examples were looked at");
}

/// Names of the spec that HTTP or every Graph API has too, or that the control API has for itself.
const SHARED: &[&str] = &["accept", "access_token", "calls", "code", "data", "input_token", "messages", "read", "username", "verify_token"];

/// The names that the platform gives: nodes, edges, permissions, webhooks, secrets, constants.
fn names(api: &Api) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = api.nodes.iter().flat_map(|node| [node.name.clone(), node.rust_name.clone()]).collect();
    names.extend(api.nodes.iter().flat_map(|node| node.edges.iter().map(|edge| edge.name.clone())));
    for operation in api.operations() {
        names.extend(operation.params.iter().filter(|param| param.secret).map(|param| param.name.clone()));
        names.extend(operation.params.iter().filter_map(|param| param.constant.clone()));
        if let Permissions::All(all) | Permissions::Any(all) = &operation.permissions.newest {
            names.extend(all.iter().cloned());
        }
    }
    let webhooks = api.webhooks.as_ref().unwrap();
    names.insert(webhooks.object.clone());
    names.extend(webhooks.fields.iter().map(|field| field.name.clone()));
    names.retain(|name| !name.is_empty() && !SHARED.contains(&name.as_str()));
    names
}

/// The string literals of a file, without those of attributes, of documentation and of tests.
fn literals(tokens: TokenStream, found: &mut Vec<String>) {
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                trees.next_if(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '!'));
                let attribute = trees.next().map(|group| group.to_string()).unwrap_or_default();
                if attribute.contains("cfg") && attribute.contains("test") {
                    trees.find(|tree| matches!(tree, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace));
                }
            }
            TokenTree::Group(group) => literals(group.stream(), found),
            TokenTree::Literal(literal) => {
                found.extend(literal.to_string().strip_prefix('"').map(|text| text.trim_end_matches('"').to_owned()))
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

#[test]
fn what_the_engine_knows_of_the_platform_it_has_from_the_tables() {
    let names = names(&api());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mock/src");
    let (mut folders, mut wrong, mut count) = (vec![source.clone()], Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let path = entry.strip_prefix(&source).unwrap().to_owned();
            // What is written by hand about the platform is in behaviors alone; the program's help shows calls.
            if ["behavior", "tables", "main.rs"].iter().any(|skipped| path.starts_with(skipped)) {
                continue;
            }
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let Some(text) = fs::read_to_string(&entry).ok().filter(|_| path.extension().is_some_and(|of| of == "rs")) else { continue };
            let mut found = Vec::new();
            literals(text.parse().unwrap(), &mut found);
            count += found.len();
            let is_fact = |text: &String| {
                let lower = text.to_lowercase();
                names.contains(text) || ["whatsapp", "wamid", "waba", "phone"].iter().any(|stem| lower.contains(stem))
            };
            wrong.extend(found.into_iter().filter(is_fact).map(|text| format!("mock/src/{}: {text:?}", path.display())));
        }
    }
    assert!(count > 300, "only {count} literals were looked at");
    assert!(wrong.is_empty(), "a fact belongs in the spec, or in mock/src/behavior with its source:\n{}", wrong.join("\n"));
}
