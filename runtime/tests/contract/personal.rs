//! Personal data, and what else does not belong into a log: errors show it only to who asks.

use graph_runtime::{Batch, Error, Method, Outcome, RawRequest, Value};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber};
use crate::server::{TOKEN, answering, builder, client, saying};
use crate::spans::Log;

const PIN: &str = "212834";
const NUMBER: &str = "16505551234";
const BODY: &str = "Your table is ready, Ana.";

fn message() -> RawRequest<Value> {
    RawRequest::new(Method::Post, "/106540352242922/messages")
        .with_param("to", NUMBER)
        .with_param("text", json!({"body": BODY, "address": [{"name": "Ana Souza"}]}))
        .with_param("template", json!({"name": "order_confirmation"}))
}

/// What an error shows by itself.
fn shown(error: &Error) -> String {
    format!("{error} {error:#} {error:?} {error:#?} {}", error.support_report())
}

#[tokio::test]
async fn what_was_sent_of_a_person_is_shown_by_the_method_that_says_so() {
    let words = format!("cannot send {BODY} by order_confirmation to +1 (650) 555-1234 or {NUMBER}, Ana Souza, at ana@mail.example");
    let answers = [
        ResponseTemplate::new(400).set_body_json(json!({"error": {
            "code": 100, "message": words, "error_data": {"details": format!("about {words}")}, "error_user_title": words, "error_user_msg": words
        }})),
        ResponseTemplate::new(400).set_body_json(json!({"why": words, "contacts": [{"wa_id": NUMBER}]})),
        ResponseTemplate::new(502).set_body_raw(format!("<p>{words}</p>"), "text/html"),
        ResponseTemplate::new(200).set_body_raw(words.clone(), "text/plain"),
    ];
    for answer in answers {
        let server = answering(answer).await;
        let error = client(&server).send(&message()).await.unwrap_err();
        let (shown, all) = (shown(&error), error.support_report_with_personal_data());
        for private in [NUMBER, "555-1234", BODY, "Ana", "106540352242922", "ana@mail.example"] {
            assert!(!shown.contains(private), "{private} in {shown}");
        }
        assert!(shown.contains("POST /v23.0/…2922/messages"), "enough to find the case: {shown}");
        for said in [NUMBER, BODY, "106540352242922", "Ana Souza"] {
            assert!(all.contains(said), "{said} in {all}");
        }
        if error.is_graph() {
            assert!(shown.contains("by order_confirmation to"), "{shown}");
            assert_eq!(error.message(), Some(words.as_str()));
        }
    }
}

#[tokio::test]
async fn a_text_that_is_quoted_in_part_is_hidden_too() {
    let server = saying(json!({"error": {"code": 100, "message": "Cannot send 'Your table is r...'"}})).await;
    let error = client(&server).send(&message()).await.unwrap_err();
    assert_eq!(error.to_string(), "RawRequest: Cannot send '[hidden]...' (code 100, HTTP 200)");
}

#[tokio::test]
async fn in_a_batch_it_is_the_same() {
    let part = json!({"code": 400, "body": json!({"error": {"code": 2, "message": format!("no {BODY} to {NUMBER}")}}).to_string()});
    let server = saying(json!([part])).await;
    let mut batch: Batch = client(&server).0.batch();
    let ticket = batch.add(message());
    let error = batch.send().await.take(ticket).unwrap_err();
    assert!(error.to_string().contains("no [hidden] to [hidden]"), "{error}");
}

#[tokio::test]
async fn a_raw_call_masks_what_the_operation_at_its_path_calls_secret() {
    let echo = json!({"error": {"code": 100, "message": format!("the PIN {PIN} is wrong")}});
    let server = answering(ResponseTemplate::new(400).set_body_json(&echo)).await;
    let raw = RawRequest::<Value>::new(Method::Post, "106/register/").with_param("pin", PIN);
    let other = RawRequest::<Value>::new(Method::Post, "/106/register").with_param("settings", json!([{"password": PIN}]));
    let by_name = DeleteQrCode::new("106", "a").with(|options| options.set_param("reason", PIN));
    let errors = [
        client(&server).send(&raw).await.unwrap_err(),
        client(&server).send(&other).await.unwrap_err(),
        client(&server).send(&by_name).await.unwrap_err(),
    ];
    for error in errors {
        let everything = format!("{} {} {:?}", shown(&error), error.support_report_with_personal_data(), error.body());
        assert!(!everything.contains(PIN) && error.message() == Some("the PIN [masked] is wrong"), "{everything}");
    }
    let elsewhere = RawRequest::<Value>::new(Method::Post, "/106/other").with_param("pin", PIN);
    assert!(client(&server).send(&elsewhere).await.unwrap_err().message().is_some_and(|said| said.contains(PIN)), "another path");
}

#[tokio::test]
async fn of_the_answer_to_a_raw_call_the_secret_members_are_not_shown() {
    let server = saying(json!({"success": false, "pin": 999_999, "list": [{"password": "hunter2"}]})).await;
    let raw = RawRequest::<Value>::new(Method::Post, "/106/register");
    let error = client(&server).send(&raw).await.unwrap_err();
    let everything = format!("{} {}", shown(&error), error.support_report_with_personal_data());
    assert!(!everything.contains("999999") && !everything.contains("hunter2"), "{everything}");
}

#[tokio::test]
async fn a_header_of_a_success_shows_no_token() {
    let usage = format!(r#"{{"{TOKEN}":[{{"type":"{TOKEN}"}}]}}"#);
    let answer = ResponseTemplate::new(200).set_body_json(json!({"data": []}));
    let answer = answer.insert_header("x-fb-trace-id", TOKEN).insert_header("x-business-use-case-usage", usage.as_str());
    let server = answering(answer.insert_header("x-fb-request-id", format!("a {TOKEN}").as_str())).await;
    let wa = client(&server);
    let response = wa.0.send_full(&ListPhoneNumbers::new("102")).await.unwrap();
    let shown = format!("{:?} {:?}", response.info, wa.0.usage());
    assert!(!shown.contains(TOKEN), "{shown}");
    assert_eq!((response.info.trace_id.as_deref(), response.info.request_id.as_deref()), (Some("[masked]"), Some("a [masked]")));
}

#[tokio::test]
async fn what_turns_the_direction_of_a_text_reaches_no_log_and_no_error() {
    let turned = "a\u{202e}b\u{2066}c\u{200f}d\u{61c}e\u{feff}f\n\u{1b}[31mg";
    let answer = ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 100, "message": turned, "fbtrace_id": turned}}));
    let error = client(&answering(answer).await).send(&message()).await.unwrap_err();
    let report = format!("{error} {error:?} {} {}", error.support_report(), error.support_report_with_personal_data());
    assert!(!report.contains(['\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}', '\u{feff}', '\u{1b}']), "{report:?}");
    assert_eq!(error.message(), Some(turned), "verbatim");
}

#[tokio::test]
async fn an_error_of_ten_megabytes_is_a_line() {
    let long = "ten megabytes ".repeat(800_000);
    let answers = [
        ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 100, "message": long, "error_data": {"details": long}}})),
        ResponseTemplate::new(502).set_body_raw(long.clone(), "text/html"),
        ResponseTemplate::new(400).set_body_json(json!({"no_error": long})),
    ];
    for answer in answers {
        let error = client(&answering(answer).await).send(&message()).await.unwrap_err();
        for shown in [format!("{error:?}"), format!("{error:#?}"), error.to_string()] {
            assert!(shown.len() < 2000 && !shown.contains('\n'), "{} bytes", shown.len());
        }
        assert!(error.support_report().len() < 10_000 && error.support_report_with_personal_data().len() < 10_000);
    }
}

#[tokio::test]
async fn who_reads_a_token_in_plain_is_said_when_the_client_is_built() {
    let log = Log::take();
    let server = saying(json!({"data": []})).await;
    let before = log.text().len();
    builder(&server).build().unwrap();
    assert!(log.text()[before..].contains("whatever listens at 127.0.0.1"), "{}", log.text());
    let before = log.text().len();
    builder(&server).proxy("http://user:hunter2@127.0.0.1:3128").build().unwrap();
    let said = log.text()[before..].to_owned();
    assert!(said.contains("there is a proxy: it reads every token") && !said.contains("hunter2"), "{said}");
}

#[test]
fn errors_that_a_test_makes_show_no_more() {
    let graph = crate::server::offline();
    let error = graph.answer(&message(), 400, json!({"error": {"code": 1, "message": format!("to {NUMBER}: {BODY}")}}).to_string());
    assert!(error.unwrap_err().0.to_string().contains("to [hidden]: [hidden]"));
    let lost = graph.error(&RegisterPhoneNumber::new("106", PIN), Outcome::Unknown);
    assert!(!format!("{:?}", lost.0).contains(PIN));
}
