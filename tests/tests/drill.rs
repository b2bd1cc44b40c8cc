//! A new version of Graph is a few lines of YAML: shown by taking the newest one out of the spec, and by putting one in that does not exist.
//!
//! What the tests work on lies in `target/tmp/drill/`, for inspection: `old/` is the spec without its newest version and the crate that it
//! gives, `next/` the spec with an edge more and a version more (`drill/`).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

#[path = "drill/spec.rs"]
mod spec;
#[path = "drill/strip.rs"]
mod strip;
#[path = "drill/workspace.rs"]
mod workspace;

use std::{collections::BTreeSet, fs, path::Path};

use graph_codegen::{
    catalog,
    diff::{Kind, diff, diff_days},
    model::{Api, Day, Operation, Param, Version},
};
use serde_json::{Value, json};

use crate::{
    spec::Spec,
    workspace::{Member, Workspace, api, root},
};

#[test]
fn without_its_newest_version_the_spec_is_what_it_was() {
    let whole = api(&root().join("spec"), "the spec");
    let (spec, steps) = strip::without_newest(&Spec::read(&root().join("spec")), whole.newest());
    let api = api(&spec.write("old-checked"), &format!("the spec without its newest version. What was removed:\n{steps}"));
    let window: Vec<_> = whole.window().filter(|version| *version != whole.newest()).collect();
    assert_eq!(api.window().collect::<Vec<_>>(), window);
    for version in window {
        same(
            &api,
            &whole,
            version,
            &format!("The first is the spec without its newest version, the second the whole. What was removed:\n{steps}"),
        );
    }
}

#[test]
fn a_version_more_changes_none_of_those_before() {
    let (before, after) = (before(), after_in("next-compared", &["after"]));
    for version in before.window() {
        same(&before, &after, version, "The first is tests/tests/drill/before, the second tests/tests/drill/after, laid over the spec.");
    }
}

/// What changes, where to look for it, and what is seen there before and after.
type Change<'c> = (&'c str, &'c dyn Fn(Version) -> Value, Value, Value);

#[test]
fn a_version_more_can_change_everything_that_a_changelog_announces() {
    let api = after_in("next-changed", &["after"]);
    let next = api.newest();
    let newest = api.window().filter(|version| *version < next).max().unwrap();
    let changes: [Change<'_>; 16] = [
        ("an operation is new", &|v| json!(operation(&api, v, "drills.delete").is_some()), json!(false), json!(true)),
        ("an edge has a new name: the old one", &|v| json!(operation(&api, v, "drill_marks.read").is_some()), json!(true), json!(false)),
        ("an edge has a new name: the new one", &|v| json!(operation(&api, v, "drill_grades.read").is_some()), json!(false), json!(true)),
        ("a parameter is new", &|v| json!(param(&api, v, "repeat").is_some()), json!(false), json!(true)),
        ("a parameter is gone", &|v| json!(param(&api, v, "alarm").is_some()), json!(true), json!(false)),
        ("a parameter is back", &|v| json!(param(&api, v, "guests").is_some()), json!(false), json!(true)),
        ("a parameter is required", &|v| param(&api, v, "place").unwrap()["required"].clone(), json!(false), json!(true)),
        ("a parameter has another type", &|v| param(&api, v, "level").unwrap()["type"].clone(), json!("string"), json!("DrillLevel")),
        ("a parameter has another default", &|v| json!(modelled(&api, "minutes").default.at(v)), json!("10"), json!("20")),
        (
            "a parameter is deprecated, everywhere on one day",
            &|v| json!(modelled(&api, "note").availability.is_deprecated(v)),
            json!(false),
            json!(true),
        ),
        ("a value is new", &|v| has(&param(&api, v, "mode").unwrap()["enum"], "QUIET"), json!(false), json!(true)),
        ("a value is gone", &|v| has(&param(&api, v, "mode").unwrap()["enum"], "SHORT"), json!(true), json!(false)),
        (
            "a field is new",
            &|v| {
                let fields = catalog::catalog(&api, v)["types"]["DrillGrade"]["fields"].clone();
                json!(fields.as_array().unwrap().iter().any(|field| field["name"] == "remark"))
            },
            json!(false),
            json!(true),
        ),
        (
            "something else is returned",
            &|v| operation(&api, v, "drills.create").unwrap()["response"]["type"].clone(),
            json!("Success"),
            json!("StartedDrill"),
        ),
        (
            "other permissions are needed",
            &|v| operation(&api, v, "drills.create").unwrap()["permissions"].clone(),
            json!({"all": ["whatsapp_business_management"]}),
            json!({"any": ["whatsapp_business_management", "business_management"]}),
        ),
        ("what is gone says what to use instead", &|_| json!(modelled(&api, "alarm").availability.instead), json!("mode"), json!("mode")),
    ];
    for (change, look, then, now) in changes {
        assert_eq!(look(newest), then, "{change} in {next}: at {newest}, with tests/tests/drill/after laid over the spec");
        assert_eq!(look(next), now, "{change} in {next}: at {next}, with tests/tests/drill/after laid over the spec");
    }
}

#[test]
fn a_version_more_has_every_kind_of_change() {
    let api = after_in("next-kinds", &["after"]);
    let next = api.newest();
    let newest = api.window().filter(|version| *version < next).max().unwrap();
    let found: BTreeSet<Kind> = diff(&api, newest, next).changes.iter().map(|change| change.kind).collect();
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !found.contains(kind)).collect();
    assert!(missing.is_empty(), "tests/tests/drill/after has no {missing:?} in {next}");
}

#[test]
fn what_changes_on_a_day_changes_in_every_version_on_it() {
    let api = after_in("next-days", &["after", "days"]);
    let day = Day::parse(spec::DAY).unwrap();
    let changes = diff_days(&api, day.before(), day).changes;
    let of =
        |name: &str| changes.iter().find(|change| change.at.ends_with(name)).unwrap_or_else(|| panic!("nothing of {name}: {changes:?}"));
    let older: Vec<Version> = api.window().filter(|version| *version < api.newest()).collect();
    assert_eq!((of("params.signal").kind, of("params.horn").kind), (Kind::ParameterAdded, Kind::ParameterRemoved));
    assert_eq!((of("params.signal").versions.len(), of("params.horn").versions.len()), (0, 0), "every version has them");
    // What a version changed at once changes in the others.
    assert_eq!((of("params.voice").kind, &of("params.voice").versions), (Kind::ParameterRemoved, &older));
    assert_eq!((of("params.note").kind, &of("params.note").versions), (Kind::ParameterDeprecated, &older));
}

#[test]
fn a_type_of_message_a_state_and_a_member_are_edits_of_the_spec() {
    let mut spec = Spec::read(&root().join("spec"));
    let file = spec.0.get_mut("webhooks/messages.yaml").unwrap();
    for (after, line) in [
        ("      text: {doc: A text.}\n", "      poll: {doc: A question.}\n"),
        ("      text: {type: ReceivedText, doc: A text.}\n", "      poll: {type: ReceivedText, doc: A question.}\n"),
        ("      sent: {doc: It was sent.}\n", "      seen: {doc: Somebody saw it.}\n"),
        ("      display_phone_number: {type: string, doc: 'The number, digits only.'}\n", "      drill: {type: int, doc: A member.}\n"),
    ] {
        assert!(file.contains(after), "webhooks/messages.yaml has no {after}");
        *file = file.replacen(after, &format!("{after}{line}"), 1);
    }
    let emitted = graph_codegen::emit::client_crate(&api(&spec.write("webhooks"), "the spec with more in webhooks"));
    let text = |path: &str| emitted.iter().find(|output| output.path == path).map(|output| output.text.clone()).unwrap();
    let (read, wire, index) = (
        text("generated/src/webhooks/messages.rs"),
        text("generated/src/wire/webhooks/messages.rs"),
        text("generated/src/webhooks/mod.rs"),
    );
    for (seen, of) in [
        ("Poll(&'a ReceivedText)", &read),
        ("\"poll\" => self.poll.as_deref().map(WebhookMessageContent::Poll)", &read),
        ("pub drill: Option<i64>", &read),
        ("Seen = \"seen\"", &wire),
        ("Field(\"poll\") => poll", &wire),
        ("\"poll\"", &index),
    ] {
        assert!(of.contains(seen), "{seen} is not emitted");
    }
}

#[test]
fn both_compile_and_pass_their_contract_tests_and_a_stand_in_answers_without_a_line_of_rust() {
    let whole = api(&root().join("spec"), "the spec");
    let (stripped, steps) = strip::without_newest(&Spec::read(&root().join("spec")), whole.newest());
    let old = api(&stripped.write("old"), "the spec without its newest version");
    let next = after_in("next", &["after", "days"]);
    let readme = || fs::read_to_string(root().join("generated/README.md")).unwrap();
    let stand_in = fs::read_to_string(root().join("tests/tests/drill/stand_in.rs")).unwrap();
    let members = [
        Member { folder: "old", api: &old, readme: readme(), stand_in: None },
        Member { folder: "next", api: &next, readme: readme(), stand_in: Some(&stand_in) },
    ];
    let workspace = Workspace::new("drill", &members);
    let what = format!(
        "old/ is the crate of the spec without {}. What was removed:\n{steps}\nnext/ is the crate of the spec with tests/tests/drill/after laid over it, \
         for a version {}. No file of either but what the generator wrote differs from the workspace's.",
        whole.newest(),
        next.newest()
    );
    let (passed, _) = workspace.test(&["--workspace", "--test", "contract", "--test", "drill"], &what);
    assert!(matches!(passed[..], [(1..), (1..), (1..)]), "{passed:?} tests of two crates and of a stand-in passed.\n{what}");
}

fn before() -> Api {
    let spec = Spec::read(&root().join("spec"));
    let newest = api(&root().join("spec"), "the spec").newest();
    let spec = spec.with(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drill/before"), newest);
    api(&spec.write("before"), "the spec with tests/tests/drill/before laid over it")
}

/// The spec with a version more, which goes to a folder of that name: each test has its own, because they run at the same time.
fn after_in(folder: &str, laid: &[&str]) -> Api {
    let spec = Spec::read(&root().join("spec"));
    let newest = api(&root().join("spec"), "the spec").newest();
    let spec =
        laid.iter().fold(spec, |spec, over| spec.with(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drill").join(over), newest));
    let spec = spec.with_version_after(newest);
    api(&spec.write(folder), &format!("the spec with a version more, and {laid:?} of tests/tests/drill laid over it"))
}

fn operation(api: &Api, version: Version, id: &str) -> Option<Value> {
    let id = format!("WhatsAppBusinessAccount.{id}");
    catalog::catalog(api, version)["operations"].as_array().unwrap().iter().find(|operation| operation["id"] == id.as_str()).cloned()
}

fn param(api: &Api, version: Version, name: &str) -> Option<Value> {
    let operation = operation(api, version, "drills.create").unwrap();
    operation["parameters"].as_array().unwrap().iter().find(|param| param["name"] == name).cloned()
}

/// What the catalog does not tell.
fn modelled<'a>(api: &'a Api, name: &str) -> &'a Param {
    let is_create = |operation: &&Operation| operation.id == "WhatsAppBusinessAccount.drills.create";
    let create = api.operations().find(is_create).unwrap();
    create.params.iter().find(|param| param.name == name).unwrap()
}

fn has(list: &Value, item: &str) -> Value {
    json!(list.as_array().unwrap().iter().any(|value| value == item))
}

/// At a version that both know, the two agree; `later` may announce the end of something in its newest version, and knows types that nothing had yet.
fn same(earlier: &Api, later: &Api, version: Version, what: &str) {
    let newest = later.newest().to_string();
    let (mut ours, mut theirs) = (catalog::catalog(earlier, version), catalog::catalog(later, version));
    normalize(&mut ours, &newest);
    normalize(&mut theirs, &newest);
    for key in ["types", "operations", "errors"] {
        let (ours, theirs) = (entries(&ours[key]), entries(&theirs[key]));
        for (name, ours) in &ours {
            let theirs = theirs.iter().find(|(theirs, _)| theirs == name).map(|(_, theirs)| theirs);
            let theirs = theirs.unwrap_or_else(|| panic!("at {version} only the first has `{name}` of {key}. {what}"));
            assert_eq!(ours, theirs, "at {version}, `{name}` of {key} differs. {what}");
        }
        if key != "types" {
            let more: Vec<_> = theirs.iter().filter(|(name, _)| !ours.iter().any(|(ours, _)| ours == name)).map(|(name, _)| name).collect();
            assert!(more.is_empty(), "at {version} only the second has {more:?} of {key}. {what}");
        }
    }
}

/// What the newest version ends is not yet known to end; the Rust type of an answer is that of the newest version.
fn normalize(value: &mut Value, newest: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| normalize(item, newest)),
        Value::Object(map) => {
            for end in ["removed", "deprecated"] {
                // A bound of a version and a day is one announcement.
                if map.get(end).is_some_and(|value| *value == newest) {
                    map.insert(end.into(), Value::Null);
                    map.insert(format!("{end}_day"), Value::Null);
                }
            }
            for (key, value) in map.iter_mut() {
                if let (true, Value::Object(rust)) = (key == "rust", &mut *value) {
                    rust.retain(|key, _| matches!(key.as_str(), "request" | "send"));
                }
                normalize(value, newest);
                // Of what only the newest version ends, nothing is known yet.
                let is_known = |of: &Value| {
                    of.as_object()
                        .is_none_or(|of| of.iter().any(|(key, value)| key != "value" && !value.is_null() && *value != Value::Bool(false)))
                };
                match value {
                    Value::Array(presence) if key == "presence" => presence.retain(is_known),
                    Value::Object(_) if key == "presence" && !is_known(value) => *value = Value::Null,
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn entries(value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        Value::Array(items) => items.iter().map(|item| (item.get("id").unwrap_or(&item["name"]).to_string(), item.clone())).collect(),
        _ => Vec::new(),
    }
}
