//! Each choice that the spec records is compared with the spec in full: a quirk whose `chosen` is not what the spec says is reported, whatever it is.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{path::Path, thread};

use graph_codegen::{
    check,
    diagnostic::{Code, Place},
    parse::{self, Sources, Tree},
};

const FILE: &str = "quirks.yaml";

#[test]
fn every_corrupted_choice_is_reported() {
    let sources = Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"));
    let (id, source) = sources.iter().find(|(_, source)| source.path == FILE).expect("the spec has quirks");
    let tree = parse::tree(id, source, &mut Vec::new()).expect("quirks.yaml is YAML");
    let quirks = tree.get("quirks").expect("there are quirks").items();
    let at = |quirk: &Tree| quirk.get("at").and_then(Tree::text).expect("a quirk says where").to_owned();
    let unnoticed = |quirk: &Tree| {
        let chosen = quirk.get("chosen").expect("a quirk says what was chosen");
        let place = quirk.get("at").expect("a quirk says where").span.start;
        let mut unnoticed = Vec::new();
        for corrupted in corruptions(chosen) {
            let text = format!("{}{corrupted}{}", &source.text[..chosen.span.start], &source.text[chosen.span.end..]);
            let texts =
                sources.iter().map(|(_, file)| (file.path.as_str(), if file.path == FILE { text.as_str() } else { file.text.as_str() }));
            let (_, problems) = check::check(&Sources::from_texts(texts));
            let is_this = |place_of: &Place| matches!(place_of, Place::Span(span) if span.start == place);
            if !problems.iter().any(|problem| problem.code == Code::StaleQuirk && is_this(&problem.at)) {
                unnoticed.push(format!("{}: {corrupted}", at(quirk)));
            }
        }
        unnoticed
    };
    // Each quirk alone, with everything else as it is; a check takes a while, so there are two at a time.
    let (first, second) = quirks.split_at(quirks.len() / 2);
    let unnoticed: Vec<String> = thread::scope(|scope| {
        let other = scope.spawn(|| second.iter().flat_map(unnoticed).collect::<Vec<_>>());
        let mut all: Vec<String> = first.iter().flat_map(unnoticed).collect();
        all.extend(other.join().expect("no check panics"));
        all
    });
    assert!(quirks.len() > 50, "{} quirks: most of the spec's are expected here", quirks.len());
    assert!(unnoticed.is_empty(), "check says nothing of these:\n{}", unnoticed.join("\n"));
}

/// Other choices, as little different as can be.
fn corruptions(chosen: &Tree) -> Vec<String> {
    if !chosen.items().is_empty() {
        let items: Vec<String> = chosen.items().iter().map(|item| item.json().to_string()).collect();
        return vec![format!("[{}]", [&items[..], &["corrupted".into()]].concat().join(", ")), format!("[{}]", items[1..].join(", "))];
    }
    if !chosen.entries().is_empty() {
        let mut value = chosen.json();
        corrupt(&mut value);
        return vec![value.to_string()];
    }
    match chosen.text() {
        Some("true") => vec!["false".into()],
        Some("false") => vec!["true".into()],
        Some(text) if !chosen.is_null() => vec![format!("'{}x'", text.replace('\'', "''"))],
        _ => vec!["corrupted".into()],
    }
}

/// Changes the innermost first value.
fn corrupt(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => map.values_mut().take(1).for_each(corrupt),
        serde_json::Value::Array(items) => items.iter_mut().take(1).for_each(corrupt),
        other => *other = "corrupted".into(),
    }
}
