use std::fs;
use std::time::{Duration, SystemTime};

use graph_mock::Mock;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::run::{ACCOUNT, NUMBER, Run, TOKEN, run_with};

const SECRET: &str = "614fc2afde15eee07a26b2fe3eaee9b9";
const SCOPES: [&str; 3] = ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"];

/// A stand-in with a token that may do all that is needed.
fn healthy() -> Mock {
    let mock = Mock::start().unwrap();
    mock.token(TOKEN).scopes(SCOPES);
    mock.token(&format!("670843887433847|{SECRET}"));
    numbers(&mock, &json!({"can_send_message": "AVAILABLE", "entities": []}));
    mock
}

/// The account has one number, of this health.
fn numbers(mock: &Mock, health: &Value) {
    let number = json!({"id": NUMBER, "display_phone_number": "+1 555-078-3881", "status": "CONNECTED", "quality_rating": "GREEN", "health_status": health});
    mock.restore(&json!({"tokens": mock.state()["tokens"], "objects": {NUMBER: {"node": "WhatsAppBusinessPhoneNumber", "fields": number}}, "edges": {ACCOUNT: {"phone_numbers": [NUMBER]}}})).unwrap();
}

fn doctor(mock: &Mock, arguments: &[&str]) -> Run {
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_TOKEN", TOKEN), ("WHATSAPP_APP_SECRET", SECRET)];
    let run = run_with(&[&["doctor", "--account", ACCOUNT], arguments].concat(), &variables);
    assert!(!run.out.contains(SECRET) && !run.err.contains(SECRET), "{run:?}");
    run
}

/// The levels of a check.
fn levels(lines: &[Value], check: &str) -> Vec<String> {
    lines.iter().filter(|line| line["check"] == check).map(|line| line["level"].as_str().unwrap().to_owned()).collect()
}

/// The first finding of a check that is an error.
fn error(lines: &[Value], check: &str) -> Value {
    lines.iter().find(|line| line["check"] == check && line["level"] == "error").unwrap_or_else(|| panic!("{lines:#?}")).clone()
}

#[test]
fn a_healthy_tenant_has_no_error() {
    let mock = healthy();
    let run = doctor(&mock, &[]).ends(0).says(&["tenants: 1, errors: 0, not looked at: 0, warnings: 0"]);
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in
        ["ok token", "valid, and does not expire", "ok scopes", "ok subscribed_app", "ok webhook_fields", "CONNECTED, quality GREEN"]
    {
        assert!(flat.contains(text), "{text:?} is not in\n{}", run.out);
    }
    assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
    let lines = doctor(&mock, &["--json"]).ends(0).lines();
    assert_eq!(levels(&lines, "token"), ["ok"]);
    assert_eq!(levels(&lines, "numbers"), ["ok"]);
}

#[test]
fn a_missing_subscription_names_the_call_that_makes_it() {
    let mock = healthy();
    mock.on_named("ListSubscribedApps").unwrap().answers(200, r#"{"data":[{"whatsapp_business_api_data":{"id":"1","name":"Another"}}]}"#);
    let lines = doctor(&mock, &["--json"]).ends(5).lines();
    let found = error(&lines, "subscribed_app");
    assert!(found["what"].as_str().unwrap().contains("670843887433847 is not subscribed"), "{found}");
    assert!(found["what"].as_str().unwrap().ends_with("; one other app is"), "{found}");
    assert_eq!(found["remedies"][0], format!("whatsapp-graph-cli call subscribe-app {ACCOUNT}"));
}

#[test]
fn a_missing_field_names_the_call_that_subscribes_it() {
    let mock = healthy();
    let lines = doctor(&mock, &["--json", "--fields", "messages,account_update"]).ends(5).lines();
    let found = error(&lines, "webhook_fields");
    assert!(found["what"].as_str().unwrap().ends_with("is not subscribed to account_update"), "{found}");
    assert!(
        found["remedies"][0].as_str().unwrap().starts_with("whatsapp-graph-cli call subscribe-to-object 670843887433847 -p object="),
        "{found}"
    );
    doctor(&mock, &["--fields", "mesages"]).ends(2).says(&["there is no webhook field `mesages`", "did you mean `messages`?"]);
}

#[test]
fn a_missing_scope_says_what_would_be_refused() {
    let mock = healthy();
    mock.token(TOKEN).scopes(["whatsapp_business_management"]);
    let lines = doctor(&mock, &["--json"]).ends(5).lines();
    let found = error(&lines, "scopes");
    assert!(found["what"].as_str().unwrap().starts_with("`whatsapp_business_messaging` is missing: "), "{found}");
    assert!(found["remedies"][0].as_str().unwrap().starts_with("grant it to the app"), "{found}");
}

#[test]
fn an_expired_token_is_one_finding_and_the_rest_is_skipped() {
    let mock = healthy();
    mock.token(TOKEN).expires(SystemTime::now() - Duration::from_secs(60));
    let lines = doctor(&mock, &["--json"]).ends(5).lines();
    let found = error(&lines, "token");
    assert!(found["remedies"].as_array().unwrap().iter().any(|remedy| remedy.as_str().unwrap().contains("explain 190")), "{found}");
    assert_eq!(levels(&lines, "numbers"), ["skipped"]);
    mock.token(TOKEN).expires(SystemTime::now() + Duration::from_secs(3 * 86_400));
    assert_eq!(levels(&doctor(&mock, &["--json"]).ends(0).lines(), "token"), ["warning"]);
}

#[test]
fn a_number_that_is_blocked_has_metas_reason_and_solution() {
    let mock = healthy();
    numbers(
        &mock,
        &json!({"can_send_message": "BLOCKED", "entities": [
            {"entity_type": "WABA", "id": ACCOUNT, "can_send_message": "BLOCKED", "errors": [
                {"error_code": 141_006, "error_description": "There is an error with the payment method.", "possible_solution": "Pay."},
            ]},
        ]}),
    );
    let lines = doctor(&mock, &["--json"]).ends(5).lines();
    let found = error(&lines, "numbers");
    assert!(found["what"].as_str().unwrap().contains("payment method. (141006)"), "{found}");
    assert_eq!(found["remedies"], json!(["Pay."]));
}

#[test]
fn a_version_that_ended_is_an_error() {
    let mock = healthy();
    let lines = doctor(&mock, &["--json", "--graph-version", "v19.0"]).ends(5).lines();
    assert!(error(&lines, "version")["what"].as_str().unwrap().contains("v19.0 expired on"));
}

#[test]
fn many_tenants_have_their_tokens_in_variables_of_their_own() {
    let mock = healthy();
    mock.token("EAAJBother0token").scopes(["whatsapp_business_management"]);
    let folder = tempdir().unwrap();
    let file = folder.path().join("tenants.json");
    let list = json!([{"name": "acme", "account": ACCOUNT, "token_env": "ACME"}, {"name": "blue", "account": "102290129340399", "token_env": "BLUE"}]);
    fs::write(&file, list.to_string()).unwrap();
    let arguments = ["doctor", "--tenants", file.to_str().unwrap(), "--json"];
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("ACME", TOKEN), ("BLUE", "EAAJBother0token")];
    let lines = run_with(&arguments, &variables).ends(5).lines();
    let of = |tenant: &str| lines.iter().filter(|line| line["tenant"] == tenant).cloned().collect::<Vec<_>>();
    assert_eq!(levels(&of("acme"), "scopes"), ["ok"]);
    assert!(levels(&of("blue"), "scopes").contains(&"error".to_owned()));
    assert_eq!(levels(&of("acme"), "webhook_fields"), ["skipped"]);
    run_with(&arguments, &variables[..2]).ends(2).says(&["the variable `BLUE` is not set", "it holds the token of tenant 2"]);
    fs::write(&file, json!([{"account": ACCOUNT, "token": TOKEN}]).to_string()).unwrap();
    run_with(&arguments, &variables).ends(2).says(&["has no `token_env`", "a token is not read from the file"]);
}

/// Many are looked at at the same time, and listed in the order of the file.
#[test]
fn tenants_are_listed_in_the_order_of_the_file() {
    let mock = healthy();
    let folder = tempdir().unwrap();
    let file = folder.path().join("tenants.json");
    let accounts: Vec<String> = (0..20).map(|place| format!("1022901293403{place:02}")).collect();
    let list: Vec<Value> = accounts.iter().map(|account| json!({"account": account, "token_env": "ALL"})).collect();
    fs::write(&file, json!(list).to_string()).unwrap();
    mock.on_named("ListPhoneNumbers").unwrap().delay(Duration::from_millis(60)).every(3);
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("ALL", TOKEN)];
    let run = run_with(&["doctor", "--tenants", file.to_str().unwrap(), "--json"], &variables);
    let mut listed: Vec<String> = run.lines().iter().map(|line| line["account"].as_str().unwrap().to_owned()).collect();
    listed.dedup();
    assert_eq!(listed, accounts);
}

/// Hundreds of tenants are looked at in one run: what is wrong with one is a finding, and the others are looked at.
#[test]
fn a_tenant_with_a_broken_token_keeps_no_other_from_being_looked_at() {
    let mock = healthy();
    let folder = tempdir().unwrap();
    let file = folder.path().join("tenants.json");
    let tenant = |name: &str, account: &str| json!({"name": name, "account": account, "token_env": name.to_uppercase()});
    fs::write(&file, json!([tenant("first", "102290129340396"), tenant("broken", "102290129340397"), tenant("last", ACCOUNT)]).to_string())
        .unwrap();
    mock.on_named("ListPhoneNumbers").unwrap().id("102290129340396").answers(500, "<html>away</html>");
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("FIRST", TOKEN), ("BROKEN", "EAAJB\nEAAJB"), ("LAST", TOKEN)];
    let run = run_with(&["doctor", "--tenants", file.to_str().unwrap(), "--json"], &variables).ends(5);
    let lines = run.lines();
    let of = |tenant: &str| lines.iter().filter(|line| line["tenant"] == tenant).cloned().collect::<Vec<_>>();
    assert_eq!(levels(&of("first"), "numbers"), ["unknown"]);
    assert_eq!(levels(&of("broken"), "token"), ["error"]);
    assert_eq!(levels(&of("broken"), "numbers"), ["skipped"]);
    assert_eq!(levels(&of("last"), "numbers"), ["ok"]);
    assert!(!run.out.contains("EAAJB") && !run.err.contains("EAAJB"), "{run:?}");
    let human =
        run_with(&["doctor", "--tenants", file.to_str().unwrap()], &variables).ends(5).says(&["tenants: 3, errors: 1, not looked at: 1"]);
    assert!(human.out.contains("broken (102290129340397)\n"), "{}", human.out);
    let nowhere = [("WHATSAPP_BASE_URL", "ftp://nowhere"), variables[1], variables[2], variables[3]];
    run_with(&["doctor", "--tenants", file.to_str().unwrap()], &nowhere).ends(2).says(&["--base-url"]);
}

/// What an account is looked at for is said by the spec, and not by the program.
#[test]
fn by_default_it_looks_at_what_the_spec_calls_essential() {
    let help = crate::run::run(&["doctor", "--help"]).ends(0).out;
    let flat = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("[default: messages,templates]") && flat.contains("[default: messages]"), "{help}");
}

#[test]
fn an_account_that_is_none_is_an_error_in_plain_words() {
    let mock = healthy();
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_TOKEN", TOKEN)];
    let run = run_with(&["doctor", "--account", "lucky-shrub"], &variables).ends(5);
    assert!(run.out.contains("is no identifier") && !run.out.contains("with_refusals"), "{}", run.out);
    assert_eq!(run.err.matches("the base URL is plain http").count(), 1, "{}", run.err);
}
