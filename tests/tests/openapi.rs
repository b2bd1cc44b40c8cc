//! The OpenAPI document of the spec: its examples are what its schemas say, it shows no secret, and it says what the spec says.
//!
//! It is also held against Meta's own, which ends at v23.0 and is not part of the repository. That test reads it where `OPENAPI_V23` says, or at
//! `../shared/reference/openapi-v23.yaml` next to the repository, and says on standard error that it was skipped where neither is there.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{self, Write},
    path::Path,
};

use graph_codegen::{
    ast::{EvidenceDecl, Spec},
    check,
    drift::drift,
    evidence::{self, Facts},
    lower,
    model::{Api, Day, Moment, Operation, ParamLocation, Type, TypeDef, Version},
    openapi::openapi,
    parse::Sources,
};
use serde_json::{Value, json};

const META: Version = Version(23, 0);

fn spec() -> (Sources, Spec) {
    let sources = Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"));
    let (spec, problems) = check::check(&sources);
    assert!(!problems.iter().any(graph_codegen::Diagnostic::is_error), "the spec has problems: cargo xtask check");
    (sources, spec)
}

/// On standard error, where the harness does not keep what a passing test says.
fn said(text: &str) {
    #[expect(clippy::explicit_write, reason = "the harness keeps what `eprintln!` prints of a test that passes")]
    writeln!(io::stderr(), "{text}").unwrap();
}

/// Every object in a value, with where it is.
fn each<'v>(value: &'v Value, at: &str, visit: &mut impl FnMut(&str, &'v serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(at, members);
            members.iter().for_each(|(key, value)| each(value, &format!("{at}/{key}"), visit));
        }
        Value::Array(items) => (0..).zip(items).for_each(|(index, item): (usize, _)| each(item, &format!("{at}/{index}"), visit)),
        _ => {}
    }
}

/// The examples, with the schema of each and where it is.
fn examples(document: &Value) -> Vec<(String, &Value, &Value)> {
    let mut found = Vec::new();
    each(&document["paths"], "", &mut |at, members| {
        let (Some(schema), Some(Value::Object(examples))) = (members.get("schema"), members.get("examples")) else { return };
        found.extend(examples.iter().map(|(name, example)| (format!("{at} {name}"), schema, &example["value"])));
    });
    found
}

/// What the page says is lost: identifiers that Graph answers as numbers, and members that are `null`.
fn with_what_is_lost(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.contains_key("x-id-of") {
                members.insert("type".into(), json!(["string", "integer"]));
            }
            members.values_mut().for_each(with_what_is_lost);
        }
        Value::Array(items) => items.iter_mut().for_each(with_what_is_lost),
        _ => {}
    }
}

#[test]
fn every_example_is_what_its_schema_says() {
    let api = lower::lower(&spec().1);
    let mut document = openapi(&api, api.newest(), None, None);
    with_what_is_lost(&mut document["components"]);
    let components = json!({"components": document["components"]});
    let registry = jsonschema::Registry::new().add("https://document.invalid/", &components).unwrap().prepare().unwrap();
    let mut validators: BTreeMap<String, jsonschema::Validator> = BTreeMap::new();
    let (mut count, mut problems) = (0, Vec::new());
    for (at, schema, value) in examples(&document) {
        let text = schema.to_string().replace("\"#/components", "\"https://document.invalid/#/components");
        let validator = validators.entry(text.clone()).or_insert_with(|| {
            let mut schema: Value = serde_json::from_str(&text).unwrap();
            with_what_is_lost(&mut schema);
            jsonschema::options().with_draft(jsonschema::Draft::Draft202012).with_registry(&registry).build(&schema).unwrap()
        });
        let value = contract_tests::without_nulls(value.clone());
        count += 1;
        problems.extend(validator.iter_errors(&value).map(|error| format!("{at}: {error}")));
    }
    said(&format!("{count} examples are what their schemas say"));
    assert!(count > 0, "no examples were found");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_example_shows_a_secret() {
    let api = lower::lower(&spec().1);
    let document = openapi(&api, api.newest(), None, None);
    // What is secret wherever it occurs, by name: a `code` may be that of a picture, too.
    let (mut secret, mut open) = (BTreeSet::new(), BTreeSet::new());
    each(&document, "", &mut |at, members| {
        let holder = if at.ends_with("/properties") { Some(members) } else { None };
        for (name, schema) in holder.into_iter().flatten() {
            let is_secret = schema["format"] == "password" || schema["x-secret"] == true;
            let names = if is_secret { &mut secret } else { &mut open };
            names.insert(name.clone());
        }
    });
    let secret: BTreeSet<&String> = secret.difference(&open).filter(|name| !matches!(name.as_str(), "next" | "previous")).collect();
    assert!(secret.len() > 3, "{secret:?}");
    let mut shown = Vec::new();
    for (at, _, value) in examples(&document) {
        each(value, &at, &mut |at, members| {
            let shows = |(name, value): &(&String, &Value)| secret.contains(name) && value.is_string() && *value != "********";
            shown.extend(members.iter().filter(shows).map(|(name, value)| format!("{at}: {name} is {value}")));
        });
    }
    // What callers pass as a secret is nowhere in what is said of the path, under no name.
    let text = document.to_string();
    let operations = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let operations: Vec<String> = operations.map(Value::to_string).collect();
    let of_path = |id: &str| operations.iter().find(|text| text.contains(&format!("\"x-id\":\"{id}\"")));
    for operation in api.operations() {
        let Some(text) = of_path(&operation.id) else { continue };
        let names: BTreeSet<&str> = operation.params.iter().filter(|param| param.secret).map(|param| param.name.as_str()).collect();
        let calls = operation.examples.iter().flat_map(|example| &example.call);
        for (name, value) in calls.filter(|(name, _)| names.contains(name.as_str())) {
            if text.contains(&value.to_string()) {
                shown.push(format!("{}: {name} of an example is {value}", operation.id));
            }
        }
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    for name in ["access_token=", "sig="] {
        let all = text.match_indices(name).all(|(at, _)| text[at + name.len()..].starts_with(['*', '`', '"', ' ', '\\']));
        assert!(all, "a URL has {name}");
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes_and_every_reference_leads_somewhere() {
    let (_, spec) = spec();
    let api = lower::lower(&spec);
    for version in [META, api.newest()] {
        let document = openapi(&api, version, None, None);
        let text = document.to_string();
        assert_eq!(text, openapi(&lower::lower(&spec), version, None, None).to_string());
        let mut ids = BTreeSet::new();
        each(&document, "", &mut |at, members| {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(&reference[1..]).is_some_and(Value::is_object), "{at}: {reference}");
            }
            if let (Some(id), false) = (members.get("operationId"), at.contains("/x-operations")) {
                assert!(ids.insert(id.to_string()), "{id} twice");
            }
        });
        for operation in api.operations().filter(|operation| operation.availability.contains(version)) {
            assert!(text.contains(&format!("\"x-id\":\"{}\"", operation.id)), "{} is missing", operation.id);
        }
    }
}

/// What the documents of all nodes say, as facts under the names of the spec.
fn facts(api: &Api, version: Version, day: Day) -> Facts {
    let mut facts = Facts::new();
    for node in &api.nodes {
        let mut document = openapi(api, version, Some(day), Some(&node.name));
        as_meta_writes(&mut document);
        let paths = document["paths"].as_object().unwrap().iter().map(|(path, item)| {
            // What is before the identifier is no part of a node's name.
            let path = if node.root { path } else { path.find("/{").map_or(path.as_str(), |at| &path[at..]) };
            let (first, rest) = path[1..].split_once('/').map_or((&path[1..], String::new()), |(first, rest)| (first, format!("/{rest}")));
            let first = if node.root { first.to_owned() } else { format!("{{{}}}", node.name) };
            (format!("/{{version}}/{first}{rest}"), item.clone())
        });
        document["paths"] = paths.collect::<serde_json::Map<_, _>>().into();
        let read = evidence::openapi("export", &document.to_string()).unwrap();
        facts.extend(read.into_iter().map(|(key, says)| (key.strip_prefix('{').map_or(key.clone(), |key| key.replacen('}', "", 1)), says)));
    }
    facts
}

/// Known values as an `enum`, a text that holds JSON by the schema of that, and each other name of a member as one of its own: what the reader of
/// evidence knows.
fn as_meta_writes(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(values) = members.get("x-extensible-enum").cloned() {
                members.clear();
                members.insert("type".into(), "string".into());
                members.insert("enum".into(), values);
            }
            if let Some(schema) = members.get("contentSchema").cloned() {
                *value = schema;
                return as_meta_writes(value);
            }
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                let named = |property: &Value| property["x-also-named"].as_array().cloned().unwrap_or_default();
                let others: Vec<_> =
                    properties.values().flat_map(|property| named(property).into_iter().map(|name| (name, property.clone()))).collect();
                properties.extend(others.iter().filter_map(|(name, property)| Some((name.as_str()?.to_owned(), property.clone()))));
            }
            members.values_mut().for_each(as_meta_writes);
        }
        Value::Array(items) => items.iter_mut().for_each(as_meta_writes),
        _ => {}
    }
}

/// The day of the release of a version: what came to it later is not in what Meta published about it.
fn released(api: &Api, version: Version) -> Day {
    Day::parse(&api.versions.iter().find(|info| info.version == version).unwrap().released).unwrap()
}

/// What the reader of evidence does not see of a document: the beginnings of facts.
///
/// Headers, and bodies that are bytes, have no members for it; of several kinds of body it reads the first; an answer with a member `data` is a list
/// to it. And what sources disagree about is never required by the document.
fn unseen(api: &Api, version: Version, day: Day) -> BTreeSet<String> {
    let mut unseen = BTreeSet::new();
    for site in api.sites() {
        let method = match site.operation.verb.as_str() {
            "read" => "GET",
            "delete" => "DELETE",
            _ => "POST",
        };
        let node = if site.node.root { "" } else { site.node.name.as_str() };
        let edge = site.edge.map(|edge| format!("/{}", edge.name)).unwrap_or_default();
        let item = if site.item.is_some() { "/*" } else { "" };
        let subject = format!("{node}{edge}{item} {method}");
        let same_place = |other: &Operation| other.path == site.operation.path && other.http_method == site.operation.http_method;
        let several = api.operations().any(|other| same_place(other) && other.body != site.operation.body);
        for param in &site.operation.params {
            if param.contested {
                unseen.insert(format!("{subject} param {} required", param.name));
            }
            if several || matches!(param.location, ParamLocation::Header | ParamLocation::Bytes) {
                unseen.insert(format!("{subject} param {}", param.name));
            }
        }
        if let Type::Object(name) = site.operation.returns.at(Moment::on(version, day)) {
            let def = api.named(name).map(|named| &named.def);
            if matches!(def, Some(TypeDef::Object(object)) if object.fields.iter().any(|field| field.name == "data")) {
                unseen.insert(format!("{subject} returns"));
                unseen.insert(format!("{subject} field "));
            }
        }
    }
    unseen
}

/// The evidence is compared without the habits of any source: what differs is a fault of the export.
#[test]
fn it_says_what_the_spec_says() {
    let (sources, spec) = spec();
    let api = lower::lower(&spec);
    let ours = facts(&api, META, released(&api, META));
    let any = &spec.evidence[0];
    let (mut title, mut page) = (any.title.clone(), any.page.clone());
    (title.value, page.value) = ("The export".into(), "https://export.invalid".into());
    let export = EvidenceDecl {
        name: "export".into(),
        title,
        page,
        nodes: Vec::new(),
        names: Vec::new(),
        silences: Vec::new(),
        omissions: Vec::new(),
    };
    let drift = drift(&sources, &spec, &export, META, &ours);
    let unseen = unseen(&api, META, released(&api, META));
    let is_seen = |fact: &String| !unseen.iter().any(|beginning| fact.starts_with(beginning.as_str()));
    let found: Vec<&str> =
        drift.findings.iter().filter(|finding| finding.facts.iter().any(is_seen)).map(|finding| finding.what.as_str()).collect();
    said(&format!("{} facts of the export were compared with the spec", ours.len()));
    assert!(found.is_empty() && drift.lacked.is_empty(), "{} differences:\n{}\n{:?}", found.len(), found.join("\n"), drift.lacked);
}

#[test]
fn every_difference_from_metas_own_is_a_quirk_a_day_or_a_habit_of_its() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/openapi-v23.yaml");
    let path = env::var_os("OPENAPI_V23").map_or(beside, Into::into);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            said(&format!(
                "skipped: the document was not held against Meta's OpenAPI file, because it is not there: {}: {error}",
                path.display()
            ));
            return;
        }
    };
    let (sources, spec) = spec();
    let api = lower::lower(&spec);
    let source = spec.evidence.iter().find(|source| source.name == "openapi").unwrap();
    let theirs = evidence::openapi("openapi-v23.yaml", &text).unwrap();
    // Together with `it_says_what_the_spec_says`: the export differs from Meta's exactly where the spec does.
    let unexplained: Vec<String> = drift(&sources, &spec, source, META, &theirs).findings.into_iter().map(|finding| finding.what).collect();
    let named = |key: &str| {
        let node = key.split([' ', '/']).next().unwrap_or_default();
        format!("{}{}", source.known_as(node), &key[node.len()..])
    };
    let theirs: Facts = theirs.into_iter().map(|(key, says)| (named(&key), says)).collect();
    let ours = facts(&api, META, released(&api, META));
    let operation = |key: &String| key.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let both: BTreeSet<String> = ours.keys().map(operation).collect();
    let both: BTreeSet<String> = theirs.keys().map(operation).filter(|operation| both.contains(operation)).collect();
    let count = |facts: &Facts, other: &Facts| {
        let shared = facts.iter().filter(|(key, _)| both.contains(&operation(key)));
        shared.fold((0, 0, 0), |(same, other_words, alone), (key, says)| match other.get(key) {
            Some(other) if other == says => (same + 1, other_words, alone),
            Some(_) => (same, other_words + 1, alone),
            None => (same, other_words, alone + 1),
        })
    };
    let (same, differ, alone) = count(&ours, &theirs);
    let (_, _, lacked) = count(&theirs, &ours);
    said(&format!(
        "{} operations are in both: {same} facts are alike, {differ} are said otherwise, {alone} are in ours alone, {lacked} in Meta's alone; unexplained: {}",
        both.len(),
        unexplained.len()
    ));
    assert!(!both.is_empty(), "no operation is in both: has the file another form?");
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
}
