//! Secrets stay out of everything that can be shown.

use graph_runtime::{Error, Method, RawRequest, Version};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::miniature::{ListPhoneNumbers, RegisterPhoneNumber};
use crate::server::{APP_SECRET, TOKEN, answering, builder, client, saying, sent};

const PIN: &str = "212834";

/// Everything that an error can show.
fn shown(error: &Error) -> String {
    let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
    let source = std::error::Error::source(error).map(|source| format!("{source} {source:?}"));
    let texts = [error.message(), error.details(), error.user_title(), error.user_message(), error.fbtrace_id()];
    let reports = [error.support_report(), error.support_report_with_personal_data()].concat();
    format!("{error} {error:?} {error:#?} {reports} {texts:?} {source:?} {:?} {body}", error.blame_fields())
}

fn assert_masked(error: &Error, secrets: &[&str]) {
    let shown = shown(error);
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("[masked]"), "{shown}");
}

#[tokio::test]
async fn secrets_are_masked_in_debug_display_and_report() {
    let echo = format!("token {TOKEN}, pin {PIN}, secret {APP_SECRET}");
    let answers = [
        ResponseTemplate::new(400).set_body_json(json!({"error": {
            "code": 100, "message": echo, "error_data": {"details": echo, "blame_field_specs": [[echo]]},
            "error_user_title": echo, "error_user_msg": echo, "fbtrace_id": echo
        }})),
        ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 100, "error_data": json!({"details": echo}).to_string()}})),
        ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 100, "error_data": echo}})),
        ResponseTemplate::new(400).set_body_json(json!({"no_error": echo})),
        ResponseTemplate::new(200).set_body_json(json!({"success": false, "why": echo})),
        ResponseTemplate::new(200).set_body_json(json!([echo])),
        ResponseTemplate::new(502).set_body_raw(format!("<p>{echo}</p>"), "text/html"),
        ResponseTemplate::new(200).set_body_raw(echo.clone(), "text/plain"),
    ];
    for answer in answers {
        let server = answering(answer).await;
        let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
        let error = wa.send(&RegisterPhoneNumber::new("106", PIN)).await.unwrap_err();
        assert_masked(&error, &[TOKEN, PIN, APP_SECRET]);
    }
}

#[tokio::test]
async fn a_secret_that_a_header_repeats_is_masked() {
    for name in ["x-fb-trace-id", "x-fb-request-id", "x-app-usage", "x-business-use-case-usage", "content-type"] {
        let usage = format!(r#"{{"{TOKEN}":[{{"type":"{TOKEN}"}}]}}"#);
        let answer = ResponseTemplate::new(429);
        let answer = match name {
            "content-type" => answer.set_body_raw("{}", &usage),
            _ => answer.set_body_raw("{}", "text/plain").insert_header(name, usage),
        };
        let server = answering(answer).await;
        let error = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
        assert_masked(&error, &[TOKEN]);
        let usage = error.usage().unwrap();
        assert_eq!(
            usage.business.get("[masked]").map(|cases| cases[0].kind.as_str()),
            (name == "x-business-use-case-usage").then_some("[masked]")
        );
        assert_eq!(
            error.content_type(),
            (name == "content-type").then_some(r#"{"[masked]":[{"type":"[masked]"}]}"#).or(Some("text/plain"))
        );
    }
}

#[tokio::test]
async fn the_proof_is_masked_too() {
    let server = saying(json!({"success": true})).await;
    let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
    wa.send(&RegisterPhoneNumber::new("106", PIN)).await.unwrap();
    let request = sent(&server).await;
    let proof = request.url.query_pairs().next().unwrap().1.into_owned();

    let server = answering(ResponseTemplate::new(400).set_body_json(json!({"error": {"message": format!("Invalid proof {proof}")}}))).await;
    let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
    let error = wa.send(&RegisterPhoneNumber::new("106", PIN)).await.unwrap_err();
    assert_masked(&error, &[&proof]);
}

#[tokio::test]
async fn the_token_of_a_request_is_masked() {
    let server = answering(ResponseTemplate::new(400).set_body_json(json!({"error": {"message": "no EAAother"}}))).await;
    let request = RegisterPhoneNumber::new("106", PIN).with(|options| options.set_token("EAAother"));
    assert_masked(&client(&server).send(&request).await.unwrap_err(), &["EAAother"]);
}

#[tokio::test]
async fn params_that_are_secret_everywhere_are_masked() {
    let server = answering(ResponseTemplate::new(400).set_body_json(json!({"error": {"message": "bad EAAinput"}}))).await;
    let request = RawRequest::<Value>::new(Method::Get, "/debug_token").with_param("input_token", "EAAinput");
    assert_masked(&client(&server).send(&request).await.unwrap_err(), &["EAAinput"]);
    let request = RegisterPhoneNumber::without_pin("106").with(|options| options.set_param("pin", "EAAinput"));
    assert_masked(&client(&server).send(&request).await.unwrap_err(), &["EAAinput"]);
}

#[tokio::test]
async fn of_an_answer_that_is_shown_the_secret_members_are_not() {
    // Neither of them was sent, so that only its name says that the first is one.
    let server = saying(json!({"success": false, "pin": "999999", "tier": "visible"})).await;
    let error = client(&server).send(&RegisterPhoneNumber::new("106", PIN)).await.unwrap_err();
    let shown = format!("{error} {error:?} {}", error.support_report());
    let all = error.support_report_with_personal_data();
    assert!(all.contains("visible") && !format!("{shown} {all}").contains("999999"), "{shown} {all}");
}

#[tokio::test]
async fn a_page_that_does_not_decode_shows_no_token() {
    let next = format!("https://graph.facebook.com/v23.0/102/x?access_token={TOKEN}");
    let server = saying(json!({"data": [{"name": "no id"}], "paging": {"next": next}})).await;
    let error = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_decode());
    assert_masked(&error, &[TOKEN]);
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_not_quoted() {
    let server = saying(json!("EAAfresh")).await;
    let error = client(&server).send(&RawRequest::<u32>::new(Method::Get, "/106")).await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.to_string(), "RawRequest: the answer is no u32: invalid type: string, expected u32 (HTTP 200)");
}

#[test]
fn clients_and_requests_show_no_secrets() {
    let builder = graph_runtime::Client::builder(TOKEN, Version(23, 0)).app_secret(APP_SECRET).base_url("https://me:hunter2@x");
    let client = graph_runtime::Client::builder(TOKEN, Version(23, 0)).app_secret(APP_SECRET).build().unwrap();
    let request = RegisterPhoneNumber::new("106", PIN).with(|options| {
        options.set_token(TOKEN);
        options.set_param("password", "hunter2");
    });
    let raw = RawRequest::<Value>::new(Method::Get, &format!("/106?access_token={TOKEN}")).with_param("password", "hunter2");
    let shown = format!("{builder:?} {client:#?} {request:?} {raw:?}");
    for secret in [TOKEN, APP_SECRET, PIN, "hunter2"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("[masked]"));
}
