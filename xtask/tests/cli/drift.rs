use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{files, spec_copy, xtask};

/// A spec that has evidence of its older version, and a folder with what is published about the newer one.
fn spec_and_published(folder: &Path) -> (PathBuf, PathBuf) {
    let spec = spec_copy(folder);
    fs::create_dir_all(spec.join("evidence")).unwrap();
    fs::write(
        spec.join("evidence/sdk.yaml"),
        "# yaml-language-server: $schema=../schema/evidence.json\ntitle: The SDK specification\npage: https://example.com/sdk\nnodes: [Graph*]\nsilences:\n  - {of: '* GET param fields', why: It never lists it.}\n  - {of: ['* GET param limit', '* GET param after', '* GET param before'], why: It never lists them.}\n",
    )
    .unwrap();
    let versions = fs::read_to_string(spec.join("versions.yaml")).unwrap();
    fs::write(spec.join("versions.yaml"), versions.replace("v0.9", "v0.8")).unwrap();
    (spec, folder.join("sdk"))
}

fn publish(sdk: &Path, register: &Value, more: &Value, fields: &Value, ranks: &Value) {
    let specs = sdk.join("api_specs/specs");
    fs::create_dir_all(&specs).unwrap();
    let mut apis = vec![
        json!({"name": "#get", "method": "GET", "return": "GraphNumber", "params": []}),
        json!({"endpoint": "register", "method": "POST", "return": "Success", "params": register}),
    ];
    apis.extend(more.as_array().unwrap().clone());
    fs::write(specs.join("GraphNumber.json"), json!({"apis": apis, "fields": fields}).to_string()).unwrap();
    let enums = json!([{"name": "ranks", "values": ranks}, {"name": "tones", "values": ["WARM", "COLD"]}]);
    fs::write(specs.join("enum_types.json"), enums.to_string()).unwrap();
}

fn older(sdk: &Path) {
    let fields = json!([{"name": "id", "type": "string"}, {"name": "rank", "type": "ranks"}]);
    let register = json!([{"name": "pin", "required": true, "type": "string"}, {"name": "rank", "required": false, "type": "ranks"}]);
    publish(
        sdk,
        &register,
        &json!([{"endpoint": "labels", "method": "GET", "return": "Object", "params": []}]),
        &fields,
        &json!(["HIGH", "LOW"]),
    );
}

fn newer(sdk: &Path) {
    let fields = json!([{"name": "id", "type": "string"}, {"name": "rank", "type": "ranks"}, {"name": "name", "type": "string"}]);
    let register = json!([
        {"name": "pin", "required": true, "type": "string"},
        {"name": "rank", "required": false, "type": "ranks"},
        {"name": "tone", "required": false, "type": "tones"},
    ]);
    let more = json!([
        {"endpoint": "labels", "method": "GET", "return": "Object", "params": []},
        {"endpoint": "greetings", "method": "GET", "return": "GraphGreeting", "params": [{"name": "tones", "required": true, "type": "list<tones>"}]},
        {"endpoint": "greetings", "method": "POST", "return": "GraphNumber", "params": [{"name": "type", "required": true, "type": "string"}]},
    ]);
    publish(sdk, &register, &more, &fields, &json!(["HIGH", "LOW", "NONE"]));
    let files = json!({"apis": [{"endpoint": "files", "method": "POST", "return": "Object", "params": []}], "fields": []});
    fs::write(sdk.join("api_specs/specs/GraphStore.json"), files.to_string()).unwrap();
}

#[test]
fn what_is_published_is_recorded_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, sdk) = spec_and_published(folder.path());
    let (dir, from) = (spec.to_str().unwrap(), sdk.to_str().unwrap());
    older(&sdk);
    let said = xtask(&["--spec", dir, "evidence", "--sdk", from, "--version", "v1.0"]).success();
    insta::assert_snapshot!("evidence_said", said.replace(dir, "SPEC"));
    let facts = || fs::read_to_string(spec.join("evidence/sdk.facts")).unwrap();
    insta::assert_snapshot!("evidence_first", facts());
    assert!(xtask(&["--spec", dir, "check"]).failure().contains("nothing in evidence/ is about v2.0"));

    newer(&sdk);
    let before = files(&spec);
    for (format, name) in [("text", "drift_text"), ("markdown", "drift_markdown"), ("json", "drift_json")] {
        let called = xtask(&["--spec", dir, "drift", "--sdk", from, "--version", "v2.0", "--format", format]);
        assert_eq!(called.code, Some(1), "{}", called.stdout);
        insta::assert_snapshot!(name, called.stdout.replace(dir, "SPEC"));
    }
    assert_eq!(files(&spec), before, "drift without --write writes nothing");

    let written = xtask(&["--spec", dir, "drift", "--sdk", from, "--version", "v2.0", "--write"]);
    assert_eq!(written.code, Some(1), "an operation on a node that the spec lacks is left");
    insta::assert_snapshot!("drift_wrote", written.stdout.replace(dir, "SPEC"));
    insta::assert_snapshot!("drift_node", fs::read_to_string(spec.join("nodes/number.yaml")).unwrap());
    insta::assert_snapshot!("drift_edge", fs::read_to_string(spec.join("nodes/number/greetings.yaml")).unwrap());
    insta::assert_snapshot!("evidence_second", facts());

    // Nothing but the places for `doc` is left to fill.
    let checked = xtask(&["--spec", dir, "check", "--format", "json"]);
    let problems: Vec<Value> = serde_json::from_str(&checked.stdout).unwrap();
    assert!(!problems.is_empty() && problems.iter().all(|problem| problem["code"] == "E014"), "{problems:#?}");
    for (file, bytes) in files(&spec).into_iter().filter(|(file, _)| file.extension().is_some_and(|extension| extension == "yaml")) {
        let text = String::from_utf8(bytes).unwrap();
        fs::write(file, text.replace("doc:\n", "doc: A placeholder.\n").replace("doc: }", "doc: A placeholder. }")).unwrap();
    }
    xtask(&["--spec", dir, "check"]).success();
    let again = xtask(&["--spec", dir, "drift", "--sdk", from, "--version", "v2.0"]).failure();
    assert!(again.starts_with("1 difference between the spec and the SDK specification at v2.0"), "{again}");

    // What is decided not to be written is recorded, and is no drift from then on.
    xtask(&["--spec", dir, "evidence", "--sdk", from, "--version", "v2.0"]).success();
    xtask(&["--spec", dir, "drift", "--sdk", from, "--version", "v2.0"]).success();
}

#[test]
fn what_cannot_be_compared_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, sdk) = spec_and_published(folder.path());
    let (dir, from) = (spec.to_str().unwrap(), sdk.to_str().unwrap());
    newer(&sdk);
    let empty = folder.path().join("empty");
    fs::create_dir_all(&empty).unwrap();
    fs::write(empty.join("no.yaml"), "paths").unwrap();
    let file = empty.join("no.yaml");
    for (args, reason) in [
        (&["drift", "--sdk", from, "--version", "v3.0", "--write"][..], "`cargo xtask new-version v3.0 --released DATE` adds it"),
        (&["drift", "--sdk", empty.to_str().unwrap(), "--version", "v2.0"], "has no JSON files"),
        (&["evidence", "--openapi", file.to_str().unwrap(), "--version", "v2.0"], "is not an OpenAPI specification: it has no `paths`"),
        (&["evidence", "--sdk", from, "--version", "2.0"], "is not a version"),
        (&["evidence", "--openapi", "nowhere.yaml", "--version", "v2.0"], "cannot be read"),
    ] {
        let said = xtask(&[&["--spec", dir], args].concat()).failure();
        assert!(said.contains(reason), "{args:?}: {said}");
    }
    fs::write(sdk.join("api_specs/specs/version.txt"), "v1.0\n").unwrap();
    let said = xtask(&["--spec", dir, "evidence", "--sdk", from, "--version", "v2.0"]).failure();
    assert!(said.contains("version.txt says v1.0, and --version v2.0"), "{said}");
    fs::remove_file(sdk.join("api_specs/specs/version.txt")).unwrap();
    fs::remove_file(spec.join("evidence/sdk.yaml")).unwrap();
    let said = xtask(&["--spec", dir, "drift", "--sdk", from, "--version", "v2.0"]).failure();
    assert!(said.contains("evidence/sdk.yaml is missing"), "{said}");
    assert_eq!(xtask(&["--spec", dir, "evidence", "--version", "v2.0"]).code, Some(2));
}

#[test]
fn openapi_is_recorded_with_fields_and_bodies() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, _) = spec_and_published(folder.path());
    let dir = spec.to_str().unwrap();
    fs::write(
        spec.join("evidence/openapi.yaml"),
        "# yaml-language-server: $schema=../schema/evidence.json\ntitle: The OpenAPI specification\npage: https://example.com/openapi\nnames: {'{Number-ID}': {is: GraphNumber, why: A placeholder.}}\n",
    )
    .unwrap();
    let file = folder.path().join("openapi.yaml");
    fs::write(&file, OPENAPI).unwrap();
    xtask(&["--spec", dir, "evidence", "--openapi", file.to_str().unwrap(), "--version", "v2.0"]).success();
    insta::assert_snapshot!("evidence_openapi", fs::read_to_string(spec.join("evidence/openapi.facts")).unwrap());
}

const OPENAPI: &str = "\
openapi: 3.1.0
paths:
  /{Version}/{Number-ID}:
    get:
      parameters:
        - {$ref: '#/components/parameters/Fields'}
        - {name: Number-ID, in: path, required: true, schema: {type: string}}
      responses:
        '400': {description: no}
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/Number'}}}}
  /{Version}/{Number-ID}/register:
    post:
      requestBody:
        content:
          application/json:
            schema:
              allOf:
                - {type: object, required: [pin], properties: {pin: {type: string}}}
                - {oneOf: [{properties: {tone: {type: string, enum: [WARM, COLD]}}}, {properties: {words: {type: array, items: {type: string}}}}]}
      responses: {'200': {content: {application/json: {schema: {type: object, properties: {success: {type: boolean}}}}}}}
  /{Version}/{Number-ID}/labels/{Label}:
    get: {responses: {'200': {content: {application/json: {schema: {properties: {data: {type: array, items: {$ref: '#/components/schemas/Number'}}}}}}}}}
  /webhooks:
    post: {responses: {}}
components:
  parameters:
    Fields: {name: fields, in: query, schema: {type: string}}
  schemas:
    Number:
      type: object
      properties:
        id: {type: string}
        rank: {$ref: '#/components/schemas/Rank'}
        seen: {type: string, format: date-time}
        next: {$ref: '#/components/schemas/Number'}
    Rank: {type: string, enum: [HIGH, LOW]}
";
