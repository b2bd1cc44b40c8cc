//! The JSON Schemas accept what `check` accepts, so that an editor and the command agree.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use graph_codegen::{
    parse::{self, Sources},
    schema,
};
use serde_json::{Value, json};

fn validator(name: &str) -> jsonschema::Validator {
    let (_, schema) = schema::schemas().into_iter().find(|(known, _)| *known == name).expect("the schema exists");
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

/// The name of the schema that a file's first line names.
fn schema_of(text: &str) -> &str {
    let line = text.lines().next().expect("a file has a first line");
    line.rsplit('/').next().and_then(|file| file.strip_suffix(".json")).expect("the first line names a schema")
}

/// Sound specs, each over those before it; together they have every key of the language.
const SOUND: [&str; 6] = [
    "base",
    "a_sound_spec_has_no_problems/spec",
    "hard_shapes_of_messages/spec",
    "files_in_parts_and_whole_and_back/spec",
    "areas_of_a_sound_spec/spec",
    "webhooks_of_a_sound_spec/spec",
];

fn each_sound_file(mut judge: impl FnMut(&str, &str, Value)) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for folder in SOUND {
        // A fixture lacks the base's files, which is no problem here.
        let sources = Sources::read(&fixtures.join(folder));
        for (id, source) in sources.iter() {
            let tree = parse::tree(id, source, &mut Vec::new()).expect("a sound file parses");
            judge(&source.path, schema_of(&source.text), tree.json());
        }
    }
}

#[test]
fn sound_files_are_valid() {
    let mut count = 0;
    each_sound_file(|path, name, json| {
        let problems: Vec<String> = validator(name).iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(problems.is_empty(), "{path}: {problems:#?}");
        count += 1;
    });
    assert!(count >= 18, "only {count} files were judged");
}

#[test]
fn an_unknown_key_is_invalid() {
    each_sound_file(|path, name, mut json| {
        json.as_object_mut().expect("a file is a mapping").insert("unknown".into(), json!(1));
        assert!(!validator(name).is_valid(&json), "{path} takes any key");
    });
}

#[test]
fn values_of_the_wrong_kind_are_invalid() {
    let node = |field: Value| json!({"node": "A", "fields": {"a": field}});
    assert!(validator("node").is_valid(&node(json!({"type": "list<string>", "since": "v1.0"}))));
    for wrong in
        [json!({}), json!({"type": 5}), json!({"type": "string", "since": "1.0"}), json!({"type": "string", "page": "http://a"}), json!([])]
    {
        assert!(!validator("node").is_valid(&node(wrong.clone())), "{wrong}");
    }
}

#[test]
fn schemas_are_draft_7_and_describe_every_key() {
    for (name, schema) in schema::schemas() {
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert_eq!(schema["additionalProperties"], false, "{name}");
        for (key, property) in schema["properties"].as_object().expect("a schema has properties") {
            assert!(property["description"].is_string(), "{name}: {key}");
        }
    }
}
