use std::fs;

use graph_runtime::webhook::sign;
use serde_json::json;
use tempfile::tempdir;

use crate::run::{run, run_fed, run_with};

const SECRET: &str = "614fc2afde15eee07a26b2fe3eaee9b9";

fn body() -> String {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Kerry Fisher"}, "wa_id": "16505551234"}],
        "messages": [{"from": "16505551234", "id": "wamid.HBgL", "timestamp": "1603059201", "type": "text", "text": {"body": "Hello"}}],
    }}]}]})
    .to_string()
}

#[test]
fn a_signature_is_right_or_wrong() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("body.json");
    fs::write(&file, body()).unwrap();
    let file = file.to_str().unwrap();
    let secret = [("WHATSAPP_APP_SECRET", SECRET)];
    let right = sign(SECRET, body());
    let run = run_with(&["webhook", "verify", file, "--signature", &right], &secret).ends(0);
    assert_eq!((&*run.out, &*run.err), ("the signature is valid\n", ""));
    run_with(&["webhook", "verify", file, "--signature", &format!("X-Hub-Signature-256: {right}")], &secret).ends(0);
    let run = run_with(&["webhook", "verify", file, "--signature", &sign("other", body())], &secret).ends(5);
    assert!(!run.err.contains(SECRET) && run.out.is_empty());
    run.says(&["error:", "the bytes are not those that Meta sent"]);
    run_with(&["webhook", "verify", file, "--signature", "nothing"], &secret).ends(5).says(&["--signature 'sha256=…'"]);
    crate::run::run(&["webhook", "verify", file, "--signature", &right]).ends(2).says(&["the app secret is missing"]);
}

#[test]
fn the_events_of_a_body_are_shown() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("body.json");
    fs::write(&file, body()).unwrap();
    let file = file.to_str().unwrap();
    let shown = run(&["webhook", "show", file]).ends(0).out;
    for text in
        ["Message (text)", "field    messages", "number   106540352242922", "time     2020-10-18 22:13:21 UTC", "\"body\": \"Hello\""]
    {
        assert!(shown.contains(text), "{text:?} is not in\n{shown}");
    }
    let lines = run(&["webhook", "show", file, "--json"]).ends(0).lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["kind"], "Message");
    assert_eq!(lines[0]["event"]["text"]["body"], "Hello");
    assert!(lines[0]["key"].as_str().unwrap().contains("wamid.HBgL"));
}

#[test]
fn what_cannot_be_read_is_found() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("body.json");
    fs::write(&file, "{\"object\": 7, \"entry\": [{\"changes\": 3}]}").unwrap();
    run(&["webhook", "show", file.to_str().unwrap()]).ends(5).says(&["of its events cannot be read"]);
    let empty = run_fed(&["webhook", "show", "-"], &[], "").ends(5);
    assert!(!empty.err.contains("the spec does not have"), "{empty:?}");
    run(&["webhook", "show", "no-such-file"]).ends(2).says(&["the body cannot be read"]);
}
