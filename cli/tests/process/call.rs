use std::fs;

use graph_mock::{Mock, Verdict};
use serde_json::json;
use tempfile::tempdir;

use crate::run::{ACCOUNT, NUMBER, TOKEN, run, run_at, run_with};

#[test]
fn a_read_prints_its_answer() {
    let mock = Mock::start().unwrap();
    let run = run_at(&mock, &["call", "read-phone-number", NUMBER, "-p", "fields=status,quality_rating"]).ends(0);
    assert_eq!(run.json()["id"], NUMBER);
    assert!(run.json()["status"].is_string());
    run.says(&["read-phone-number: HTTP 200, v"]);
    assert!(mock.requests().iter().all(|exchange| exchange.verdict == Verdict::Fits), "{:#?}", mock.requests());
}

#[test]
fn a_message_is_put_together_member_by_member() {
    let mock = Mock::start().unwrap();
    let run = run_at(
        &mock,
        &["call", "send-message", NUMBER, "-p", "to=+1 (650) 555-1234", "-p", "type=text", "-p", "text.body=hello", "--json"],
    )
    .ends(0);
    assert!(run.json()["messages"][0]["id"].is_string());
    assert!(run.err.lines().all(|line| line.starts_with(r#"{"warning":"the base URL is plain http"#)), "{}", run.err);
    let sent = mock.requests()[0].json();
    assert_eq!(sent["messaging_product"], "whatsapp");
    assert_eq!(sent["text"], json!({"body": "hello"}));
    assert_eq!(mock.requests()[0].verdict, Verdict::Fits, "{:#?}", mock.requests());
}

#[test]
fn an_object_may_be_json_and_a_list_may_be_indexed() {
    let mock = Mock::start().unwrap();
    let arguments = [
        "call",
        "send-message",
        NUMBER,
        "-p",
        "to=16505551234",
        "-p",
        "type=template",
        "-p",
        "template.name=hello",
        "-p",
        r#"template.language={"code":"en_US"}"#,
        "-p",
        "template.components.0.type=body",
        "-p",
        r#"template.components.0.parameters=[{"type":"text","text":"x"}]"#,
    ];
    run_at(&mock, &arguments).ends(0);
    let template = mock.requests()[0].json()["template"].clone();
    assert_eq!(
        template,
        json!({"name": "hello", "language": {"code": "en_US"}, "components": [{"type": "body", "parameters": [{"type": "text", "text": "x"}]}]})
    );
    assert_eq!(mock.requests()[0].verdict, Verdict::Fits, "{:#?}", mock.requests());
}

#[test]
fn all_pages_are_read_and_an_item_is_a_line() {
    let mock = Mock::start().unwrap();
    let ids: Vec<String> = (0..7).map(|index| format!("10000000000000{index}")).collect();
    let objects: serde_json::Map<_, _> = ids.iter().map(|id| (id.clone(), json!({"node": "WhatsAppBusinessPhoneNumber"}))).collect();
    mock.restore(&json!({"objects": objects, "edges": {ACCOUNT: {"phone_numbers": ids}}})).unwrap();
    let run =
        run_at(&mock, &["call", "list-phone-numbers", ACCOUNT, "-p", "limit=3", "--all"]).ends(0).says(&["list-phone-numbers: 7 items"]);
    let read: Vec<String> = run.lines().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(read, ids);
    assert_eq!(mock.requests().len(), 3);
    let one = run_at(&mock, &["call", "list-phone-numbers", ACCOUNT, "-p", "limit=3"]).ends(0);
    assert_eq!(one.json()["data"].as_array().unwrap().len(), 3);
}

#[test]
fn a_list_that_breaks_off_says_where_to_go_on() {
    let mock = Mock::start().unwrap();
    let ids: Vec<String> = (0..4).map(|index| format!("10000000000000{index}")).collect();
    let objects: serde_json::Map<_, _> = ids.iter().map(|id| (id.clone(), json!({"node": "WhatsAppBusinessPhoneNumber"}))).collect();
    mock.restore(&json!({"objects": objects, "edges": {ACCOUNT: {"phone_numbers": ids}}})).unwrap();
    mock.on_named("ListPhoneNumbers").unwrap().answers(400, r#"{"error":{"message":"Invalid parameter","code":100}}"#).every(2);
    let arguments = ["call", "list-phone-numbers", ACCOUNT, "-p", "limit=2", "--all"];
    let run = run_at(&mock, &arguments).ends(1).says(&["2 items were printed before", "--extra after="]);
    let after = run.err.split("--extra after=").nth(1).unwrap().split('`').next().unwrap().split_whitespace().collect::<String>();
    let rest = run_at(&mock, &[&arguments[..], &["--extra", &format!("after={after}")]].concat()).ends(0);
    assert_eq!(rest.lines().len(), 2);
}

#[test]
fn a_file_is_uploaded_in_parts() {
    let mock = Mock::start().unwrap();
    let folder = tempdir().unwrap();
    let file = folder.path().join("photo.png");
    fs::write(&file, b"\x89PNG not really").unwrap();
    let part = format!("file={};type=image/png", file.display());
    let run = run_at(&mock, &["call", "upload-media", NUMBER, "--param-file", &part, "-p", "type=image/png"]).ends(0);
    assert!(run.json()["id"].is_string());
    let sent = &mock.requests()[0];
    assert_eq!(sent.verdict, Verdict::Fits, "{sent:?}");
    assert!(String::from_utf8_lossy(&sent.body).contains("not really"));
    let part = format!("file={}", file.display());
    run_at(&mock, &["call", "upload-media", NUMBER, "--param-file", &part]).ends(2).says(&["the media type of `file` is missing"]);
}

#[test]
fn what_would_fail_is_not_sent() {
    let mock = Mock::start().unwrap();
    let run = run_with(
        &["call", "register", NUMBER, "--dry-run"],
        &[("WHATSAPP_BASE_URL", &mock.url()), ("WHATSAPP_TOKEN", TOKEN), ("WHATSAPP_PIN", "12345")],
    )
    .ends(2)
    .says(&["error: not sent: the request would fail", "`pin` must be 6 digits and nothing else (rule `digits`)", "--no-refusals"]);
    assert!(!run.err.contains("12345"));
    run_at(&mock, &["call", "read-phone-number", "abc", "--json"]).ends(2).says(&[r#""exit":"usage""#, r#""rule":"id""#]);
    assert_eq!(mock.requests().len(), 0);
}

#[test]
fn an_error_of_graph_says_cause_and_remedy() {
    let mock = Mock::start().unwrap();
    mock.on_named("ReadPhoneNumber").unwrap().expire_token();
    run_at(&mock, &["call", "read-phone-number", NUMBER]).ends(1).says(&[
        "error: ReadPhoneNumber:",
        "in call read-phone-number",
        "why",
        "do",
        "whatsapp-graph-cli explain 190/463",
    ]);
    let run = run_at(&mock, &["call", "read-phone-number", NUMBER, "--json"]).ends(1);
    assert_eq!(run.error()["code"], 190);
    assert_eq!(run.error()["exit"], "rejected");
    assert_eq!(run.out, "");
}

#[test]
fn a_lost_answer_is_unknown_and_no_connection_is_not_sent() {
    let mock = Mock::start().unwrap();
    mock.on_named("SendMessage").unwrap().close_after();
    let arguments = ["call", "send-message", NUMBER, "-p", "to=16505551234", "-p", "type=text", "-p", "text.body=hello"];
    run_at(&mock, &arguments).ends(3).says(&["look before you send it again"]);
    assert_eq!(mock.requests().len(), 1, "a message is not sent twice");
    let nowhere = [("WHATSAPP_BASE_URL", "http://127.0.0.1:9"), ("WHATSAPP_TOKEN", TOKEN)];
    run_with(&[&arguments[..], &["--timeout", "2"]].concat(), &nowhere).ends(4);
}

#[test]
fn a_dry_run_masks_the_pin_and_sends_nothing() {
    let mock = Mock::start().unwrap();
    let variables = [
        ("WHATSAPP_BASE_URL", &*mock.url()),
        ("WHATSAPP_PIN", "212834"),
        ("WHATSAPP_TOKEN", TOKEN),
        ("WHATSAPP_APP_SECRET", "614fc2afde15eee07a26b2fe3eaee9b9"),
    ];
    let run = run_with(&["call", "register", NUMBER, "--dry-run"], &variables).ends(0).says(&["dry run: nothing was sent"]);
    assert!(run.out.starts_with(&format!("POST {}/v", mock.url())), "{}", run.out);
    assert!(run.out.contains(r#""pin": "[masked]""#) && run.out.contains(r#""messaging_product": "whatsapp""#), "{}", run.out);
    assert!(run.out.contains("authorization: Bearer [masked]") && !run.out.contains("212834"), "{}", run.out);
    let json = run_with(&["call", "register", NUMBER, "--dry-run", "--json"], &variables).ends(0).json();
    assert_eq!(json["params"]["pin"], "[masked]");
    assert_eq!(mock.requests().len(), 0);
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let mock = Mock::start().unwrap();
    for arguments in [
        &["call", "register", NUMBER, "-p", "pin=212834"][..],
        &["call", "register", NUMBER, "-p", "backup.password=212834"],
        &["call", "register", NUMBER, "-p", r#"backup={"password":"212834"}"#],
        &["call", "read-phone-number", NUMBER, "--token", "212834"],
        &["call", "read-phone-number", NUMBER, "--token=212834"],
        &["call", "read-phone-number", NUMBER, "--extra", "pin=212834"],
        &["doctor", "--account", ACCOUNT, "--app-secret", "212834"],
    ] {
        let run =
            run_at(&mock, arguments).ends(2).says(&["is a secret, and is not taken from the command line", "give it in the variable"]);
        assert!(!run.err.contains("212834"), "{}", run.err);
    }
    assert_eq!(mock.requests().len(), 0);
}

#[test]
fn a_secret_that_is_missing_names_its_variable() {
    let mock = Mock::start().unwrap();
    run_at(&mock, &["call", "register", NUMBER]).ends(2).says(&["`pin` is missing", "`WHATSAPP_PIN` is not set"]);
    run_with(&["call", "read-phone-number", NUMBER], &[("WHATSAPP_BASE_URL", &mock.url())])
        .ends(2)
        .says(&["the token is missing", "WHATSAPP_TOKEN"]);
}

#[test]
fn a_registration_is_sent_once_and_counted_across_runs() {
    let mock = Mock::builder().limits(false).start().unwrap();
    let folder = tempdir().unwrap();
    let ledger = folder.path().join("ledger").display().to_string();
    let variables =
        [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_PIN", "212834"), ("WHATSAPP_TOKEN", TOKEN), ("WHATSAPP_LEDGER", &*ledger)];
    mock.on_named("register").unwrap().close_after().times(1);
    run_with(&["call", "register", NUMBER], &variables).ends(3);
    assert_eq!(mock.requests().len(), 1, "it is never repeated");
    run_with(&["ledger", "count", "register", NUMBER, "--calls", "9"], &variables).ends(0);
    run_with(&["call", "register", NUMBER], &variables).ends(4).says(&["(rule `limit`)", "not before"]);
    assert_eq!(mock.requests().len(), 1, "the eleventh is not sent");
    run_with(&["call", "register", NUMBER], &variables[..3]).ends(2).says(&["there is no place for the ledger", "--ledger FILE"]);
}

#[test]
fn a_name_with_a_slip_is_met_with_the_nearest() {
    let mock = Mock::start().unwrap();
    run_at(&mock, &["call", "regster-phone-number", NUMBER])
        .ends(2)
        .says(&["no operation is called `regster-phone-number`", "did you mean `register-phone-number`"]);
    run_at(&mock, &["call", "read-phone-number", NUMBER, "-p", "feilds=status"])
        .ends(2)
        .says(&["there is no parameter `feilds`", "did you mean `fields`?"]);
    run_at(&mock, &["call", "send-message", NUMBER, "-p", "text.bdy=x"])
        .ends(2)
        .says(&["there is no member `bdy`", "did you mean `body`?"]);
    run_at(&mock, &["call", "read-phone-number"]).ends(2).says(&["the identifier `phone_number_id` is missing"]);
    let typo = ["call", "send-message", NUMBER, "--dry-run", "-p", "to=16505551234", "-p", "type=txet", "-p", "text.body=x"];
    run_at(&mock, &typo).says(&["warning: the spec lists no such value of `type`", "did you mean `text`"]);
    run_at(&mock, &["call", "read-phone-number", NUMBER, "-p", "fields=statos"])
        .says(&["warning: the spec lists no such value", "did you mean `status`?"]);
}

#[test]
fn a_new_token_is_masked_unless_it_is_asked_for() {
    let mock = Mock::start().unwrap();
    let variables = [
        ("WHATSAPP_BASE_URL", &*mock.url()),
        ("WHATSAPP_TOKEN", TOKEN),
        ("WHATSAPP_CLIENT_SECRET", "614fc2afde"),
        ("WHATSAPP_CODE", "AQBx"),
    ];
    let run = run_with(&["call", "exchange-code", "-p", "client_id=1234"], &variables).ends(0).says(&["`access_token` is masked"]);
    assert_eq!(run.json()["access_token"], "[masked]");
    let run = run_with(&["call", "exchange-code", "-p", "client_id=1234", "--show-secrets"], &variables).ends(0);
    assert!(run.json()["access_token"].as_str().unwrap().starts_with("EAA"));
}

#[test]
fn the_help_of_an_operation_has_all_that_the_spec_says() {
    let help = run(&["call", "register", "--help"]).ends(0).out;
    for text in [
        "register-phone-number\nPOST /{phone_number_id}/register",
        "pin  a secret of 6 digits, required",
        "from the variable `WHATSAPP_PIN`, or a prompt",
        "whatsapp_business_management and whatsapp_business_messaging",
        "10 calls per number in 72 h, then blocked for 72 h",
        "133016 RegistrationLimitReached",
        "cause   ",
        "remedy  ",
        "sent once, whatever happens",
    ] {
        assert!(help.contains(text), "{text:?} is not in\n{help}");
    }
    let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80 && !line.contains("https://")).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    assert!(run(&["call", "--help"]).ends(0).out.contains("--dry-run"));
}

/// No file of Rust that is written by hand knows an operation: what is added to the spec can be called at once.
#[test]
fn every_operation_has_help_and_none_is_named_by_hand() {
    let listed = run(&["operations", "--json"]).ends(0).lines();
    let ids: Vec<&str> = listed.iter().map(|known| known["id"].as_str().unwrap()).collect();
    let expected: Vec<&str> = whatsapp_graph::description::OPERATIONS.iter().map(|info| info.id).collect();
    assert_eq!(ids.len(), expected.len());
    for id in &expected {
        assert!(ids.contains(id), "{id}");
    }
    for known in listed.iter().step_by(9) {
        let help = run(&["call", known["name"].as_str().unwrap(), "-h"]).ends(0).out;
        assert!(help.contains(known["path"].as_str().unwrap()), "{help}");
    }
    let mut written = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("operations") {
                folders.push(path);
            } else if path.is_file() {
                written.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(written.len() > 10);
    for (path, text) in written {
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let named: Vec<&&str> = expected.iter().filter(|id| code.contains(**id)).collect();
        assert!(named.is_empty(), "{} names {named:?}", path.display());
    }
}

#[test]
fn operations_are_found_by_words_and_completed_by_shells() {
    let found = run(&["operations", "two-step"]);
    assert!(found.out.contains("register-phone-number"), "{found:?}");
    run(&["operations", "nothing-like-it"]).ends(5).says(&["no operation has these words"]);
    let script = run(&["completions", "bash"]).ends(0).out;
    assert!(script.contains("register-phone-number"));
    let help = run(&["--help"]).ends(0).out;
    assert!(help.contains("Exit codes:") && help.contains("  3  unknown: it may have been carried out"), "{help}");
}

/// A carousel with buttons: four levels of objects and lists, from a file and member by member.
#[test]
fn a_template_with_nested_components_is_created_from_a_file_or_member_by_member() {
    let mock = Mock::start().unwrap();
    let folder = tempdir().unwrap();
    let components = json!([
        {"type": "BODY", "text": "Hello {{1}}, your order is here.", "example": {"body_text": [["Pablo"]]}},
        {"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "See it", "url": "https://www.luckyshrub.com/{{1}}", "example": ["https://www.luckyshrub.com/1"]},
            {"type": "QUICK_REPLY", "text": "Stop"},
        ]},
    ]);
    let file = folder.path().join("components.json");
    fs::write(&file, components.to_string()).unwrap();
    let head = ["call", "create-message-template", ACCOUNT, "-p", "name=order", "-p", "language=en_US", "-p", "category=UTILITY"];
    let from_file = format!("components={}", file.display());
    let run = run_at(&mock, &[&head[..], &["--param-file", &from_file]].concat()).ends(0);
    assert!(run.json()["id"].is_string());
    let by_member = [
        "components.0.type=BODY",
        "components.0.text=Hello {{1}}, your order is here.",
        r#"components.0.example={"body_text": [["Pablo"]]}"#,
        "components.1.type=BUTTONS",
        "components.1.buttons.0.type=URL",
        "components.1.buttons.0.text=See it",
        "components.1.buttons.0.url=https://www.luckyshrub.com/{{1}}",
        r#"components.1.buttons.0.example=["https://www.luckyshrub.com/1"]"#,
        r#"components.1.buttons.1={"type": "QUICK_REPLY", "text": "Stop"}"#,
    ];
    let arguments: Vec<&str> = by_member.iter().flat_map(|member| ["-p", *member]).collect();
    run_at(&mock, &[&head[..2], &["102290129340399"], &head[3..], &arguments[..]].concat()).ends(0);
    let requests = mock.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.verdict, Verdict::Fits, "{request:?}");
        assert_eq!(request.json()["components"], components, "{request:?}");
    }
}

#[test]
fn a_template_whose_json_breaks_off_is_not_sent_and_its_content_not_repeated() {
    let mock = Mock::start().unwrap();
    let head = ["call", "create-message-template", ACCOUNT, "-p", "name=order", "-p", "language=en_US", "-p", "category=UTILITY", "-p"];
    run_at(&mock, &[&head[..], &[r#"components=[{"type": "BODY", "text": "somebody's"#]].concat())
        .ends(2)
        .says(&["the value of `components` is not", "it is not valid JSON at line 1, column"]);
    let run = run_at(&mock, &[&head[..], &["components.0.txt=somebody's"]].concat()).ends(2).says(&["did you mean `text`?"]);
    assert!(!run.err.contains("somebody"), "{}", run.err);
    run_at(&mock, &[&head[..], &["components.1.type=BODY"]].concat()).ends(2).says(&["there is no element before element 1"]);
    assert_eq!(mock.requests().len(), 0);
}

#[test]
fn help_says_what_the_elements_of_a_list_have() {
    let run = run(&["call", "create-message-template", "--help"]).ends(0);
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("components a list: an object (TemplateComponent)") && flat.contains("members of each: type, "), "{}", run.out);
}

/// Every help, for the program and each of its commands and operations, fits a terminal.
#[test]
fn no_help_is_wider_than_a_terminal() {
    let mut texts: Vec<(String, String)> = Vec::new();
    for command in [
        &[][..],
        &["call"],
        &["operations"],
        &["explain"],
        &["webhook"],
        &["webhook", "verify"],
        &["webhook", "show"],
        &["doctor"],
        &["ledger"],
        &["ledger", "show"],
        &["ledger", "count"],
        &["ledger", "clear"],
        &["completions"],
    ] {
        texts.push((command.join(" "), run(&[command, &["--help"]].concat()).ends(0).out));
    }
    for name in ["send-message", "create-message-template", "upload-media", "register-phone-number", "list-message-templates"] {
        texts.push((name.to_owned(), run(&["call", name, "--help"]).ends(0).out));
    }
    for (of, text) in texts {
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80 && !line.contains("https://")).collect();
        assert!(wide.is_empty(), "{of}: {wide:#?}");
    }
}

/// What the constructors of typed requests ask for is asked for here too.
#[test]
fn what_is_required_and_missing_is_named_and_nothing_is_sent() {
    let mock = Mock::start().unwrap();
    run_at(&mock, &["call", "block-users", NUMBER]).ends(2).says(&["error: `block_users` is missing", "-p block_users=…", "--no-refusals"]);
    run_at(&mock, &["call", "send-message", NUMBER, "-p", "to=16505551234"]).ends(2).says(&["`type` is missing", "-p type=…"]);
    run_at(&mock, &["call", "send-message", NUMBER, "-p", "to=16505551234", "-p", "text.body=hi"])
        .ends(2)
        .says(&["`type` is missing", "-p type=text"]);
    run_at(&mock, &["call", "upload-media", NUMBER]).ends(2).says(&["`file` is missing", "--param-file 'file=PATH;type="]);
    run_at(&mock, &["call", "assign-user", ACCOUNT]).ends(2).says(&["`user` and `tasks` are missing", "Meta's page requires them"]);
    assert_eq!(mock.requests().len(), 0);
    run_at(&mock, &["call", "block-users", NUMBER, "--no-refusals"]).ends(0);
    assert_eq!(mock.requests().len(), 1);
}

/// Where Meta's sources disagree nothing is refused.
#[test]
fn what_only_some_pages_require_is_warned_of() {
    let mock = Mock::start().unwrap();
    let arguments = ["call", "create-phone-number", ACCOUNT, "-p", "cc=1", "-p", "phone_number=6315551000", "--dry-run"];
    run_at(&mock, &arguments).ends(0).says(&["warning: `verified_name` is missing, which some of Meta's pages require"]);
}

/// Graph would take it for the token of the call, and it would be in the history of the shell.
#[test]
fn a_token_is_no_parameter() {
    let mock = Mock::start().unwrap();
    for flag in ["-p", "--extra"] {
        let run = run_at(&mock, &["call", "read-phone-number", NUMBER, flag, "access_token=EAAJBgeheim"]).ends(2);
        assert!(!run.err.contains("EAAJBgeheim"), "{run:?}");
        run.says(&["`access_token` is a secret, and is not taken from the command line"]);
    }
    assert_eq!(mock.requests().len(), 0);
}

#[test]
fn what_is_typed_wrong_is_said_in_one_breath() {
    let mock = Mock::start().unwrap();
    run_at(&mock, &["call", "template"]).ends(2).says(&["no operation is called `template`", "these have the word: read-template-group, "]);
    run_at(&mock, &["call", "read-phone-number", NUMBER, "5"]).ends(2).says(&["2 identifiers were given, and the path takes 1"]);
    run_at(&mock, &["call", "read-phone-number", NUMBER, "--all"]).ends(2).says(&["`--all` reads lists"]);
    run_at(&mock, &["call", "read-phone-number", NUMBER, "--timeout", "0"]).ends(2).says(&["whole seconds, at least 1"]);
    run_at(&mock, &["call", "read-phone-number", NUMBER, "-p", "fields"]).ends(2).says(&["`--param` takes NAME=VALUE"]);
    run_at(&mock, &["call"]).ends(2).says(&["no operation was named"]);
    let doctor = run_at(&mock, &["doctor"]).ends(2);
    assert!(doctor.err.contains("<--account <ID>|--tenants <FILE>>"), "{}", doctor.err);
    assert_eq!(mock.requests().len(), 0);
}
