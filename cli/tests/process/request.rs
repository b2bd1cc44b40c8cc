//! A whole request as JSON, as Meta's pages show it.

use std::fs;

use graph_mock::{Mock, Verdict};
use serde_json::json;
use tempfile::tempdir;

use crate::run::{ACCOUNT, NUMBER, TOKEN, run_at, run_fed};

#[test]
fn a_request_is_copied_from_metas_page() {
    let mock = Mock::start().unwrap();
    let folder = tempdir().unwrap();
    let file = folder.path().join("message.json");
    let message = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234", "type": "interactive",
        "interactive": {"type": "button", "body": {"text": "Soup or salad?"}, "action": {"buttons": [
            {"type": "reply", "reply": {"id": "1", "title": "Soup"}}, {"type": "reply", "reply": {"id": "2", "title": "Salad"}},
        ]}},
    });
    fs::write(&file, message.to_string()).unwrap();
    let path = file.to_str().unwrap();
    run_at(&mock, &["call", "send-message", NUMBER, "--request", path]).ends(0);
    // What is given beside it counts.
    run_at(&mock, &["call", "send-message", NUMBER, "--request", path, "-p", "to=16505559876", "-p", "interactive.body.text=Tea?"]).ends(0);
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_TOKEN", TOKEN)];
    run_fed(&["call", "send-message", NUMBER, "--request", "-"], &variables, &message.to_string()).ends(0);
    let requests = mock.requests();
    assert_eq!([requests[0].json(), requests[2].json()], [message.clone(), message]);
    assert_eq!((&requests[1].json()["to"], &requests[1].json()["interactive"]["body"]["text"]), (&"16505559876".into(), &"Tea?".into()));
    for request in &requests {
        assert_eq!(request.verdict, Verdict::Fits, "{request:#?}");
    }
}

#[test]
fn a_request_that_is_wrong_says_where_and_repeats_nothing() {
    let mock = Mock::start().unwrap();
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_TOKEN", TOKEN)];
    let arguments = ["call", "send-message", NUMBER, "--request", "-"];
    for (input, says) in [
        ("{\"to\": \"somebody\",", "it is not valid JSON at line 1, column"),
        ("[\"somebody\"]", "the request is not a JSON object"),
        ("", "the request is not a JSON object"),
        ("{\"too\": \"somebody\"}", "did you mean `to`?"),
        ("{\"messaging_product\": \"somebody\"}", "`messaging_product` is always `whatsapp`"),
    ] {
        let run = run_fed(&arguments, &variables, input).ends(2).says(&[says]);
        assert!(!run.err.contains("somebody") && run.out.is_empty(), "{run:?}");
    }
    run_at(&mock, &["call", "send-message", NUMBER, "--request", "no-such-file"]).ends(2).says(&["the request cannot be read"]);
    let file = "{\"file\": \"photo.png\"}";
    run_fed(&["call", "upload-media", NUMBER, "--request", "-"], &variables, file).ends(2).says(&["`file` is a file", "--param-file"]);
    assert_eq!(mock.requests().len(), 0);
}

/// A PIN in a file is no secret on the command line.
#[test]
fn a_secret_may_be_in_the_request() {
    let mock = Mock::start().unwrap();
    let folder = tempdir().unwrap();
    let ledger = folder.path().join("ledger").display().to_string();
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_TOKEN", TOKEN), ("WHATSAPP_LEDGER", &*ledger)];
    let arguments = ["call", "register", NUMBER, "--request", "-"];
    let dry = run_fed(&[&arguments[..], &["--dry-run"]].concat(), &variables, r#"{"pin": "212834"}"#).ends(0);
    assert!(dry.out.contains(r#""pin": "[masked]""#) && !dry.out.contains("212834"), "{dry:?}");
    run_fed(&arguments, &variables, r#"{"messaging_product": "whatsapp", "pin": "212834"}"#).ends(0);
    assert_eq!(mock.requests()[0].json(), json!({"messaging_product": "whatsapp", "pin": "212834"}));
}

/// What is no data is on stderr, and for programs a line of JSON each.
#[test]
fn notes_and_warnings_are_json_where_the_rest_is() {
    let mock = Mock::start().unwrap();
    let arguments = ["call", "send-message", NUMBER, "--json", "-p", "to=16505551234", "-p", "type=txet", "-p", "text.body=x", "--dry-run"];
    let run = run_at(&mock, &arguments);
    let said: Vec<serde_json::Value> = run.err.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(said.iter().any(|line| line["warning"].as_str().is_some_and(|text| text.contains("did you mean `text`?"))), "{said:#?}");
    let all = run_at(&mock, &["call", "list-phone-numbers", ACCOUNT, "--all", "--json"]).ends(0);
    assert!(all.err.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{}", all.err);
    assert!(all.err.contains("{\"note\":\"list-phone-numbers: "), "{}", all.err);
}

/// No one on call counts seconds.
#[test]
fn a_time_may_be_a_date() {
    let mock = Mock::start().unwrap();
    let head = ["call", "read-pricing-analytics", ACCOUNT, "--dry-run", "--json", "-p", "granularity=DAILY"];
    let asked = |start: &str, end: &str| {
        let run = run_at(&mock, &[&head[..], &["-p", &format!("start={start}"), "-p", &format!("end={end}")]].concat()).ends(0);
        (run.json()["params"]["start"].clone(), run.json()["params"]["end"].clone())
    };
    let expected = asked("1793491200", "1793520000");
    assert_eq!(asked("2026-11-01", "2026-11-01T08:00:00+0000"), expected);
    let wrong = [&head[..], &["-p", "start=yesterday", "-p", "end=1"]].concat();
    run_at(&mock, &wrong).ends(2).says(&["the value of `start` is not a time", "2026-11-01"]);
}
