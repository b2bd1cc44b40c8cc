//! Objects and what becomes possible with them: flows, QR codes, subscriptions, templates, numbers that move, tokens.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod app;
mod wire;

use std::time::Duration;

use graph_mock::Mock;
use serde_json::{Value, json};
use whatsapp_graph::ErrorKind;

use crate::{
    app::{App, SECRET, value},
    wire::{ask, call, raw, refused},
};

const NUMBER: &str = "106540352242922";
const ACCOUNT: &str = "102290129340398";
const NONE: Value = Value::Null;

fn upload(mock: &Mock, flow: &str, json: &str) -> Value {
    let part =
        |name: &str, more: &str, text: &str| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{text}\r\n");
    let file = part("file", "; filename=\"flow.json\"\r\ncontent-type: application/json", json);
    let body = format!("{}{}{file}--b--\r\n", part("name", "", "flow.json"), part("asset_type", "", "FLOW_JSON"));
    let head = format!(
        "POST /v23.0/{flow}/assets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let answer = raw(mock, format!("{head}{body}").as_bytes());
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn a_flow_is_a_draft_published_and_deprecated() {
    let (mock, app) = (Mock::start().unwrap(), App::answering(&[]));
    mock.tell(&app.url, "token", Some(SECRET));
    let flows = format!("{ACCOUNT}/flows");
    let create = |name: &str| json!({"name": name, "categories": ["OTHER"]});
    let id = call(&mock, "POST", &flows, &create("a"))["id"].as_str().unwrap().to_owned();
    assert_eq!(refused(&mock, "POST", &flows, &create("a")).0, 100, "names are unique in an account");
    let (publish, deprecate) = (format!("{id}/publish"), format!("{id}/deprecate"));
    assert_eq!(refused(&mock, "POST", &publish, &NONE).0, 139_002, "it has no JSON");
    assert_eq!(refused(&mock, "POST", &deprecate, &NONE).0, 139_003, "it is a draft");
    let wrong = upload(&mock, &id, "{\"version\": \"5.0\"");
    assert_eq!((&wrong["success"], &wrong["validation_errors"][0]["error"]), (&json!(true), &json!("INVALID_JSON")));
    assert_eq!(refused(&mock, "POST", &publish, &NONE).0, 139_002, "its JSON is wrong");
    assert_eq!(upload(&mock, &id, r#"{"version":"5.0","screens":[]}"#)["validation_errors"], json!([]));
    let asset = call(&mock, "GET", &format!("{id}/assets"), &NONE)["data"][0].clone();
    let path = asset["download_url"].as_str().unwrap().strip_prefix(&mock.url()).unwrap().to_owned();
    assert_eq!(ask(&mock, "GET", &path, "").2, json!({"version": "5.0", "screens": []}), "{asset}");
    assert_eq!(call(&mock, "POST", &publish, &NONE), json!({"success": true}));
    assert_eq!(refused(&mock, "POST", &publish, &NONE).0, 139_002, "it is published");
    assert_eq!(refused(&mock, "POST", &id, &json!({"name": "b"})).0, 139_001);
    assert_eq!(upload(&mock, &id, "{}")["error"]["code"], 139_001);
    assert_eq!(refused(&mock, "DELETE", &id, &NONE).0, 139_004);
    let copy = call(&mock, "POST", &flows, &json!({"name": "copy", "categories": ["OTHER"], "clone_flow_id": id}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(call(&mock, "POST", &format!("{copy}/publish"), &NONE), json!({"success": true}), "it has the JSON of the other");
    assert_eq!(call(&mock, "POST", &deprecate, &NONE), json!({"success": true}));
    assert_eq!(refused(&mock, "POST", &deprecate, &NONE).0, 139_003);
    assert_eq!(call(&mock, "GET", &format!("{id}?fields=status"), &NONE)["status"], "DEPRECATED");
    let changes: Vec<_> =
        app.came(3).iter().map(|webhook| (value(webhook)["old_status"].clone(), value(webhook)["new_status"].clone())).collect();
    assert_eq!(changes[0], (json!("DRAFT"), json!("PUBLISHED")));
    assert_eq!(changes[2], (json!("PUBLISHED"), json!("DEPRECATED")));
    let draft = call(&mock, "POST", &flows, &create("c"))["id"].as_str().unwrap().to_owned();
    call(&mock, "DELETE", &draft, &NONE);
    assert_eq!(refused(&mock, "GET", &draft, &NONE), (100, Some(33)));
    assert_eq!(refused(&mock, "POST", &flows, &json!({"name": "d", "categories": ["OTHER"], "publish": true})).0, 139_002);
}

#[test]
fn a_qr_code_keeps_its_link_when_its_message_changes() {
    let mock = Mock::start().unwrap();
    let codes = format!("{NUMBER}/message_qrdls");
    let made = call(&mock, "POST", &codes, &json!({"prefilled_message": "Cyber Monday", "generate_qr_image": "SVG"}));
    let code = made["code"].as_str().unwrap().to_owned();
    assert_eq!((code.len(), made["qr_image_url"].is_string()), (14, true));
    call(&mock, "POST", &codes, &json!({"prefilled_message": "second"}));
    let changed = call(&mock, "POST", &codes, &json!({"code": code, "prefilled_message": "Hello"}));
    assert_eq!((&changed["deep_link_url"], &changed["prefilled_message"]), (&made["deep_link_url"], &json!("Hello")));
    let list = call(&mock, "GET", &codes, &NONE);
    assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][1]["code"]), (2, &json!(code)), "the newest first");
    assert_eq!(
        call(&mock, "GET", &format!("{codes}/{code}?fields=prefilled_message"), &NONE)["data"],
        json!([{"prefilled_message": "Hello"}])
    );
    assert_eq!(refused(&mock, "POST", &codes, &json!({"prefilled_message": "x".repeat(141)})).0, 100);
    assert_eq!(call(&mock, "DELETE", &format!("{codes}/{code}"), &NONE), json!({"success": true}));
    assert_eq!(
        (refused(&mock, "GET", &format!("{codes}/{code}"), &NONE).0, refused(&mock, "DELETE", &format!("{codes}/{code}"), &NONE).0),
        (803, 803)
    );
    assert_eq!(refused(&mock, "POST", &codes, &json!({"code": code, "prefilled_message": "x"})).0, 803);
}

#[test]
fn webhooks_go_to_the_callback_of_the_number_then_of_the_account_then_of_the_app() {
    let (mock, app, account, number) = (Mock::start().unwrap(), App::answering(&[]), App::answering(&[]), App::answering(&[]));
    mock.tell(&app.url, "token", Some(SECRET));
    let apps = format!("{ACCOUNT}/subscribed_apps");
    let to = |url: &str| json!({"override_callback_uri": url, "verify_token": "token"});
    // No one listens there.
    assert_eq!(refused(&mock, "POST", &apps, &to("http://127.0.0.1:9/")).0, 2200);
    assert_eq!(refused(&mock, "POST", &apps, &to("your-webhook-endpoint")).0, 100);
    let says = |text: &str| mock.user("+16505551234").to(NUMBER).says(text);
    says("one");
    app.came(1);
    assert_eq!(call(&mock, "POST", &apps, &to(&account.url)), json!({"success": true}));
    assert_eq!(call(&mock, "GET", &apps, &NONE)["data"][0]["override_callback_uri"], account.url);
    says("two");
    account.came(1);
    assert_eq!(call(&mock, "POST", NUMBER, &json!({"webhook_configuration": to(&number.url)})), json!({"success": true}));
    assert_eq!(
        call(&mock, "GET", &format!("{NUMBER}?fields=webhook_configuration"), &NONE)["webhook_configuration"]["phone_number"],
        number.url
    );
    says("three");
    number.came(1);
    // What is about the account goes to the app.
    call(
        &mock,
        "POST",
        &format!("{ACCOUNT}/message_templates"),
        &json!({"name": "a", "language": "en_US", "category": "UTILITY", "components": []}),
    );
    mock.advance(Duration::from_secs(61));
    assert_eq!(app.came(2)[1]["entry"][0]["changes"][0]["field"], "message_template_status_update");
    call(&mock, "POST", NUMBER, &json!({"webhook_configuration": {"override_callback_uri": ""}}));
    call(&mock, "POST", &apps, &NONE);
    says("four");
    assert_eq!(value(&app.came(3)[2])["messages"][0]["text"]["body"], "four");
    assert_eq!((account.came(1).len(), number.came(1).len()), (1, 1));
}

#[test]
fn webhooks_of_an_account_stop_when_the_app_is_unsubscribed() {
    let (mock, app) = (Mock::start().unwrap(), App::answering(&[]));
    mock.tell(&app.url, "token", Some(SECRET));
    let apps = format!("{ACCOUNT}/subscribed_apps");
    assert_eq!(call(&mock, "DELETE", &apps, &NONE), json!({"success": true}));
    assert_eq!(refused(&mock, "DELETE", &apps, &NONE).0, 803);
    assert_eq!(call(&mock, "GET", &apps, &NONE)["data"], json!([]));
    mock.user("+16505551234").to(NUMBER).says("one");
    assert_eq!(
        refused(&mock, "POST", &apps, &json!({"override_callback_uri": "https://example.com/", "verify_token": "a"})).0,
        100,
        "subscribe first"
    );
    call(&mock, "POST", &apps, &NONE);
    mock.user("+16505551234").to(NUMBER).says("two");
    assert_eq!(value(&app.came(1)[0])["messages"][0]["text"]["body"], "two");
}

#[test]
fn a_template_is_rejected_paused_and_at_last_disabled() {
    let (mock, app) = (Mock::start().unwrap(), App::answering(&[]));
    mock.stop_clock();
    mock.tell(&app.url, "token", Some(SECRET));
    let template = |name: &str, category: &str| {
        let body = json!({"name": name, "language": "en_US", "category": category, "components": [{"type": "BODY", "text": "Hello"}]});
        call(&mock, "POST", &format!("{ACCOUNT}/message_templates"), &body)["id"].as_str().unwrap().to_owned()
    };
    let (id, refused_one, code) = (template("a", "MARKETING"), template("b", "MARKETING"), template("code", "AUTHENTICATION"));
    assert!(mock.template(&refused_one).reject("INVALID_FORMAT") && mock.template(&code).approve() && !mock.template("1").approve());
    mock.advance(Duration::from_secs(61));
    let number = call(
        &mock,
        "POST",
        &format!("{ACCOUNT}/phone_numbers"),
        &json!({"cc": "1", "phone_number": "6315551000", "verified_name": "a", "preverified_id": "1"}),
    );
    let number = number["id"].as_str().unwrap();
    call(&mock, "POST", &format!("{number}/register"), &json!({"messaging_product": "whatsapp", "pin": "212834"}));
    let send = |name: &str, who: &str, to: &str| {
        let body = json!({"messaging_product": "whatsapp", who: to, "type": "template", "template": {"name": name, "language": {"code": "en_US"}}});
        call(&mock, "POST", &format!("{number}/messages"), &body)["error"]["code"].as_u64().unwrap_or(0)
    };
    assert_eq!((send("a", "to", "16505551234"), send("b", "to", "16505551234")), (0, 132_001));
    assert_eq!((send("code", "to", "16505551234"), send("code", "recipient", "US.1"), send("a", "recipient", "US.1")), (0, 131_062, 0));
    for hours in [3, 6] {
        mock.template(&id).rate("RED");
        assert_eq!(send("a", "to", "16505551234"), 132_015, "{hours}");
        mock.advance(Duration::from_secs(hours * 3600 - 1));
        assert_eq!(send("a", "to", "16505551234"), 132_015, "{hours}");
        mock.advance(Duration::from_secs(2));
        assert_eq!(send("a", "to", "16505551234"), 0, "{hours}");
    }
    mock.template(&id).rate("RED");
    assert_eq!(send("a", "to", "16505551234"), 132_016);
    let came = app.came(3);
    let rejected = value(&came[0]);
    assert_eq!((&rejected["event"], &rejected["reason"]), (&json!("REJECTED"), &json!("INVALID_FORMAT")));
    let quality = |webhook: &Value| webhook["entry"][0]["changes"][0]["field"] == "message_template_quality_update";
    let start = std::time::Instant::now();
    while app.came(0).iter().filter(|webhook| quality(webhook)).count() < 3 && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let qualities: Vec<_> =
        app.came(0).iter().filter(|webhook| quality(webhook)).map(|webhook| value(webhook)["new_quality_score"].clone()).collect();
    assert_eq!(qualities, ["RED", "RED", "RED"]);
}

#[test]
fn a_pause_ends_before_its_time_when_it_is_ended() {
    let mock = Mock::start().unwrap();
    let body = json!({"name": "a", "language": "en_US", "category": "MARKETING", "components": []});
    let id = call(&mock, "POST", &format!("{ACCOUNT}/message_templates"), &body)["id"].as_str().unwrap().to_owned();
    mock.template(&id).approve();
    mock.template(&id).rate("RED");
    assert_eq!(mock.field(&id, "status"), "PAUSED");
    call(&mock, "POST", &format!("{id}/unpause"), &NONE);
    assert_eq!(mock.field(&id, "status"), "APPROVED");
}

#[test]
fn a_number_moves_to_another_account() {
    let mock = Mock::start().unwrap();
    let add = |account: &str, moves: bool| {
        let body = json!({"cc": "1", "phone_number": "6315551000", "verified_name": "Lucky Shrub", "migrate_phone_number": moves});
        call(&mock, "POST", &format!("{account}/phone_numbers"), &body)
    };
    let register = |id: &str| {
        call(&mock, "POST", &format!("{id}/request_code"), &json!({"code_method": "SMS", "language": "en_US"}));
        call(&mock, "POST", &format!("{id}/verify_code"), &json!({"code": mock.verification_code(id).unwrap()}));
        call(&mock, "POST", &format!("{id}/register"), &json!({"messaging_product": "whatsapp", "pin": "212834"}))
    };
    let old = add(ACCOUNT, false)["id"].as_str().unwrap().to_owned();
    register(&old);
    assert_eq!(add("102289599326934", false)["error"]["code"], 100, "it is used with WhatsApp already");
    let refused = add("102289599326934", true);
    assert_eq!(
        (&refused["error"]["error_subcode"], refused["error"]["error_user_title"].as_str()),
        (&json!(2_388_001), Some("Please ensure two-step authentication is disabled."))
    );
    ask(&mock, "PATCH", &format!("/_mock/objects/{old}"), r#"{"is_pin_enabled":false}"#);
    let new = add("102289599326934", true)["id"].as_str().unwrap().to_owned();
    assert_eq!((mock.field(&old, "status"), mock.field(&new, "code_verification_status")), (json!("CONNECTED"), json!("NOT_VERIFIED")));
    assert_eq!(register(&new), json!({"success": true}));
    assert_eq!((mock.field(&old, "status"), mock.field(&new, "status")), (json!("MIGRATED"), json!("CONNECTED")));
    let message = json!({"messaging_product": "whatsapp", "to": "16505551234", "type": "text", "text": {"body": "hello"}});
    assert_eq!(call(&mock, "POST", &format!("{old}/messages"), &message)["error"]["code"], 133_010);
    assert!(call(&mock, "POST", &format!("{new}/messages"), &message)["messages"].is_array());
}

#[test]
fn an_account_takes_so_many_numbers() {
    let mock = Mock::start().unwrap();
    let add = |account: &str, number: u32| {
        let body = json!({"cc": "1", "phone_number": format!("631555{number:04}"), "verified_name": "Lucky Shrub"});
        call(&mock, "POST", &format!("{account}/phone_numbers"), &body)
    };
    for number in 0..20 {
        assert!(add(ACCOUNT, number)["id"].is_string());
    }
    assert_eq!(add(ACCOUNT, 20)["error"]["error_subcode"], 1_349_175);
    call(&mock, "GET", "102289599326934", &NONE);
    ask(&mock, "PATCH", "/_mock/objects/102289599326934", r#"{"business_verification_status":"not_verified"}"#);
    assert!(add("102289599326934", 30)["id"].is_string() && add("102289599326934", 31)["id"].is_string());
    assert_eq!(add("102289599326934", 32)["error"]["error_subcode"], 1_349_175);
}

#[test]
fn a_token_ends_for_a_reason() {
    let mock = Mock::start().unwrap();
    let read = |token: &str| {
        let answer = raw(
            &mock,
            format!("GET /v23.0/{NUMBER} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n").as_bytes(),
        );
        let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        (body["error"]["code"].clone(), body["error"]["error_subcode"].clone())
    };
    for (kind, subcode) in [
        (ErrorKind::PasswordChanged, 460),
        (ErrorKind::AppNotInstalled, 458),
        (ErrorKind::UserCheckpointed, 459),
        (ErrorKind::TokenRevoked, 467),
    ] {
        let token = format!("EAAB{subcode}");
        assert_eq!(read(&token).0, NONE);
        mock.token(&token).fails(kind);
        assert_eq!(read(&token), (json!(190), json!(subcode)));
        let shown = call(&mock, "GET", &format!("debug_token?input_token={token}"), &NONE);
        assert_eq!((&shown["data"]["is_valid"], &shown["data"]["error"]["subcode"]), (&json!(false), &json!(subcode)));
    }
    mock.token("EAAC").revoke();
    assert_eq!(read("EAAC").1, 467);
}

#[test]
fn the_state_has_everything_that_is_known() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    mock.user("+16505551234").username("realsheena").to(NUMBER).says("hi");
    mock.user("+16505551234").changes_number("+16505559876");
    call(
        &mock,
        "POST",
        &format!("{ACCOUNT}/message_templates"),
        &json!({"name": "a", "language": "en_US", "category": "UTILITY", "components": []}),
    );
    call(&mock, "POST", &format!("{NUMBER}/groups"), &json!({"messaging_product": "whatsapp", "subject": "a"}));
    call(&mock, "POST", &format!("{NUMBER}/message_qrdls"), &json!({"prefilled_message": "a"}));
    call(&mock, "POST", &format!("{NUMBER}/register"), &json!({"messaging_product": "whatsapp", "pin": "212834"}));
    call(&mock, "DELETE", "102289599326934/subscribed_apps", &NONE);
    call(
        &mock,
        "POST",
        &format!("{ACCOUNT}/subscribed_apps"),
        &json!({"override_callback_uri": "https://example.com/", "verify_token": "a"}),
    );
    mock.token("EAAB").scopes(["a"]).fails(ErrorKind::PasswordChanged);
    let sent = call(
        &mock,
        "POST",
        &format!("{NUMBER}/messages"),
        &json!({"messaging_product": "whatsapp", "to": "14155551234", "type": "text", "text": {"body": "a"}}),
    );
    let state = mock.state();
    let other = Mock::start().unwrap();
    other.stop_clock();
    other.restore(&state).unwrap();
    assert_eq!(other.state(), state);
    // What is due there is due here.
    other.advance(Duration::from_secs(61));
    assert_eq!(other.message_status(sent["messages"][0]["id"].as_str().unwrap()).as_deref(), Some("delivered"));
    let template = call(&other, "GET", &format!("{ACCOUNT}/message_templates?fields=status"), &NONE)["data"][0]["status"].clone();
    assert_eq!(
        (template, call(&other, "GET", &format!("{NUMBER}/groups"), &NONE)["data"]["groups"].as_array().unwrap().len()),
        (json!("APPROVED"), 1)
    );
}

#[test]
fn an_account_takes_so_many_templates() {
    let (mock, app) = (Mock::start().unwrap(), App::answering(&[]));
    mock.stop_clock();
    mock.tell(&app.url, "token", Some(SECRET));
    let templates = format!("{ACCOUNT}/message_templates");
    let template = |at: usize| json!({"name": format!("a_{at}"), "language": "en_US", "category": "UTILITY", "components": []});
    let id = call(&mock, "POST", &templates, &template(0))["id"].as_str().unwrap().to_owned();
    for at in 1..100 {
        assert_eq!(call(&mock, "POST", &templates, &template(at))["status"], "PENDING");
    }
    assert_eq!(refused(&mock, "POST", &templates, &template(100)), (80_012, None), "a hundred an hour");
    for hour in 1..3 {
        mock.advance(Duration::from_secs(3601));
        for at in (hour * 100)..(250.min(hour * 100 + 100)) {
            assert_eq!(call(&mock, "POST", &templates, &template(at))["status"], "PENDING");
        }
    }
    assert_eq!(refused(&mock, "POST", &templates, &template(250)), (100, Some(2_388_019)));
    // What is refused for another reason is no change.
    assert_eq!(refused(&mock, "POST", &id, &json!({"category": "MARKETING"})).0, 100);
    assert_eq!(call(&mock, "POST", &id, &json!({"components": []})), json!({"success": true}));
    mock.advance(Duration::from_secs(61));
    assert_eq!(refused(&mock, "POST", &id, &json!({"components": []})), (100, Some(2_388_039)), "once a day");
    let titles = |quality: &str| {
        assert!(mock.template(&id).rate(quality));
        mock.advance(Duration::from_secs(7 * 3600));
    };
    for _ in 0..3 {
        titles("RED");
    }
    let told: Vec<Value> = app
        .came(250 + 1 + 8)
        .iter()
        .map(|webhook| value(webhook)["other_info"]["title"].clone())
        .filter(|title| !title.is_null())
        .collect();
    assert_eq!(told, ["FIRST_PAUSE", "UNPAUSE", "SECOND_PAUSE", "UNPAUSE", "DISABLED"]);
    assert_eq!(refused(&mock, "DELETE", &format!("{templates}?name=a_0"), &NONE).0, 100, "a disabled one stays");
    assert_eq!(call(&mock, "DELETE", &format!("{templates}?name=a_1"), &NONE), json!({"success": true}));
}

#[test]
fn a_file_is_read_with_a_token_that_is_valid() {
    let mock = Mock::start().unwrap();
    let file = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\nbytes\r\n--b\r\ncontent-disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b--\r\n";
    let head = format!(
        "POST /v23.0/{NUMBER}/media HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        file.len()
    );
    let made: Value = serde_json::from_str(raw(&mock, format!("{head}{file}").as_bytes()).split_once("\r\n\r\n").unwrap().1).unwrap();
    let url = call(&mock, "GET", made["id"].as_str().unwrap(), &NONE)["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&mock.url()).unwrap().to_owned();
    let get = |token: &str| {
        raw(&mock, format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n").as_bytes())
    };
    assert!(get("any").ends_with("\r\n\r\nbytes"));
    mock.token("EAAB").revoke();
    let refused = get("EAAB");
    assert!(refused.starts_with("HTTP/1.1 401") && refused.contains("\"error_subcode\":467"), "{refused}");
    mock.on_any().close_after().times(1);
    assert_eq!(get("any"), "", "faults happen to files too");
    mock.advance(Duration::from_secs(301));
    let gone = get("any");
    assert!(gone.starts_with("HTTP/1.1 404") && gone.contains("\"fbtrace_id\""), "{gone}");
}

#[test]
fn what_is_written_to_an_edge_is_read_there() {
    let mock = Mock::start().unwrap();
    let settings = format!("{NUMBER}/settings");
    let shown = call(&mock, "GET", &settings, &NONE);
    assert_eq!(call(&mock, "POST", &settings, &json!({"calling": {"status": "DISABLED"}})), json!({"success": true}));
    let now = call(&mock, "GET", &settings, &NONE);
    assert_eq!(now["calling"]["status"], "DISABLED");
    call(&mock, "POST", &settings, &json!({"calling": {"callback_permission_status": "ENABLED"}}));
    let now = call(&mock, "GET", &settings, &NONE);
    assert_eq!(now["calling"], json!({"status": "DISABLED", "callback_permission_status": "ENABLED"}), "what was written before is kept");
    for (name, value) in shown.as_object().unwrap().iter().filter(|(name, _)| *name != "calling") {
        assert_eq!(&now[name], value, "{name} was not written");
    }
    let commerce = format!("{NUMBER}/whatsapp_commerce_settings");
    call(&mock, "POST", &format!("{commerce}?is_cart_enabled=false&is_catalog_visible=true"), &NONE);
    let read = call(&mock, "GET", &commerce, &NONE)["data"][0].clone();
    assert_eq!((&read["is_cart_enabled"], &read["is_catalog_visible"]), (&json!(false), &json!(true)));
    let (_, head, _) = ask(&mock, "GET", &format!("/v23.0/{commerce}"), "");
    assert!(head.contains("x-mock-answer: state"), "{head}");
}
