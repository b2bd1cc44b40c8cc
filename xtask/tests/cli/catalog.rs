use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::xtask;

const PRESENCE: [&str; 6] = ["since", "since_day", "deprecated", "deprecated_day", "removed", "removed_day"];

fn catalog(args: &[&str]) -> Value {
    serde_json::from_str(&xtask(&[&["--spec", "tests/spec", "catalog"], args].concat()).success()).unwrap()
}

/// The keys of an object, or of all objects of a list together.
fn keys(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Array(items) => items.iter().flat_map(keys).collect(),
        value => value.as_object().unwrap().keys().map(String::as_str).collect(),
    }
}

fn set<'k>(keys: &[&[&'k str]]) -> BTreeSet<&'k str> {
    keys.concat().into_iter().collect()
}

#[test]
fn the_keys_are_the_documented_ones() {
    let catalog = catalog(&[]);
    assert_eq!(keys(&catalog), set(&[&["version", "day", "operations", "types", "errors", "permissions", "webhooks"]]));
    assert!(catalog["webhooks"].is_null());
    let own = [
        "id",
        "method",
        "path",
        "permissions",
        "auth",
        "host",
        "idempotent",
        "never_retry",
        "paced",
        "parameters",
        "response",
        "errors",
        "limits",
        "rules",
        "page",
        "rust",
    ];
    assert_eq!(keys(&catalog["operations"]), set(&[&own, &PRESENCE]));
    for operation in catalog["operations"].as_array().unwrap() {
        assert_eq!(keys(operation), set(&[&own, &PRESENCE]));
        let own = ["name", "in", "type", "list", "required", "contested", "secret", "personal", "enum"];
        assert_eq!(keys(&operation["parameters"]), set(&[&own, &PRESENCE]));
        assert_eq!(keys(&operation["response"]), set(&[&["type", "fields"]]));
        assert_eq!(keys(&operation["response"]["fields"]), set(&[&["name", "type", "aliases", "always", "only", "presence"]]));
        assert_eq!(keys(&operation["errors"]), set(&[&["code", "subcode", "name", "presence"]]));
        assert_eq!(keys(&operation["rust"]), set(&[&["request", "body", "response", "send"]]));
    }
    let register =
        catalog["operations"].as_array().unwrap().iter().find(|operation| operation["id"] == "GraphNumber.register.create").unwrap();
    assert_eq!(keys(&register["limits"]), set(&[&["max", "window_s", "per", "block_s", "error", "presence"]]));
    assert_eq!(keys(&catalog["types"]["Rank"]), set(&[&["kind", "rust", "values", "presence"]]));
    assert_eq!(keys(&catalog["types"]["Success"]), set(&[&["kind", "rust", "fields"]]));
    assert_eq!(keys(&catalog["types"]["GraphNumber"]), set(&[&["kind", "rust", "fields"]]));
    let own = [
        "name",
        "code",
        "code_end",
        "subcode",
        "case_of",
        "title",
        "category",
        "retry",
        "backoff_base",
        "executed",
        "arrives",
        "in_usage",
        "unverified",
        "statuses",
        "cause",
        "remedy",
        "page",
    ];
    assert_eq!(keys(&catalog["errors"]), set(&[&own, &PRESENCE]));
    assert_eq!(keys(&catalog["permissions"]), set(&[&["name", "what", "page"], &PRESENCE]));
}

#[test]
fn another_version_of_the_window_can_be_asked_for_and_no_other() {
    assert_eq!(catalog(&[])["version"], "v2.0");
    assert_eq!(catalog(&["--version", "v1.0"])["version"], "v1.0");
    for version in ["v0.9", "v3.0", "2.0"] {
        let said = xtask(&["--spec", "tests/spec", "catalog", "--version", version]).failure();
        assert!(said.contains("it has v1.0, v2.0"), "{said}");
    }
}

/// Keys of every object of the real catalog; what is under `types` is keyed by names, and under `per_second` by values of a field.
fn occurring(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| occurring(item, found)),
        Value::Object(members) => {
            for (key, value) in members {
                found.insert(key.clone());
                match value {
                    // Names of types, values of a field, lists within a webhook.
                    Value::Object(named) if key == "types" || key == "per_second" || key == "events" => {
                        named.values().filter(|value| !value.is_string()).for_each(|value| occurring(value, found));
                    }
                    value => occurring(value, found),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_key_of_the_real_catalog_is_documented() {
    let catalog: Value = serde_json::from_str(&xtask(&["catalog"]).success()).unwrap();
    let mut found = BTreeSet::new();
    occurring(&catalog, &mut found);
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/catalog.md")).unwrap();
    let missing: Vec<_> = found.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(found.len() > 30 && missing.is_empty(), "docs/catalog.md is silent about {missing:?}");
}
