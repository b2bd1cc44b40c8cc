//! The outcome of each request.

use std::time::Duration;

use graph_runtime::{OnVersionMismatch, Version};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{asked, batch, graph_error, part, read};
use crate::miniature::{ListPhoneNumbers, RegisterPhoneNumber};
use crate::server::{APP_SECRET, TOKEN, answering, builder, client, count, saying};

fn register() -> RegisterPhoneNumber {
    RegisterPhoneNumber::new("106", "212834")
}

#[tokio::test]
async fn headers_of_a_part_may_be_an_object() {
    let answer = json!([{"code": 200, "headers": {"x-fb-trace-id": "own"}, "body": "{\"success\":true}"}]);
    let server = answering(ResponseTemplate::new(200).set_body_json(answer).insert_header("x-fb-trace-id", "whole")).await;
    let mut batch = batch(&client(&server));
    let registered = batch.add(register());
    let registered = batch.send().await.take_full(registered).unwrap();
    assert_eq!(registered.info.trace_id.as_deref(), Some("own"));
}

#[tokio::test]
async fn every_request_has_the_answer_of_its_type_and_what_came_with_it() {
    let usage = json!({"102": [{"type": "x", "call_count": 7}]}).to_string();
    let headers = json!([
        {"name": "X-Business-Use-Case-Usage", "value": usage},
        {"name": "facebook-api-version", "value": "v23.0"},
        {"name": "x-fb-trace-id", "value": "own"},
    ]);
    let list = json!({"data": [{"id": "1"}, {"id": 2}]}).to_string();
    let answer = json!([{"code": 200, "headers": headers, "body": list}, {"code": 201, "body": "{\"success\":true}"}]);
    let answer = ResponseTemplate::new(200)
        .set_body_json(answer)
        .insert_header("x-fb-trace-id", "whole")
        .insert_header("facebook-api-version", "v23.0")
        .insert_header("x-app-usage", r#"{"call_count":28}"#);
    let server = answering(answer).await;
    let wa = client(&server);
    let mut batch = batch(&wa);
    let (list, registered) = (batch.add(ListPhoneNumbers::new("102")), batch.add(register()));
    let mut answers = batch.send().await;
    assert_eq!((answers.len(), answers.is_empty()), (2, false));
    assert_eq!(format!("{answers:?}"), "Answers { requests: 2, failed: 0, .. }");
    let registered = answers.take_full(registered).unwrap();
    let list = answers.take_full(list).unwrap();
    assert_eq!(list.value.data.iter().map(|number| number.id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!((list.info.status, list.info.attempts, list.info.trace_id.as_deref()), (200, 1, Some("own")));
    assert_eq!(list.info.usage.business["102"][0].call_count, 7);
    assert_eq!((list.info.requested_version, list.info.served_version), (Version(23, 0), Some(Version(23, 0))));
    assert_eq!(registered.value.success, Some(true));
    assert_eq!((registered.info.status, registered.info.trace_id.as_deref()), (201, Some("whole")));
    assert_eq!(registered.info.usage.app.unwrap().call_count, 28);
    let seen = wa.0.usage();
    assert_eq!((seen.app.unwrap().call_count, seen.business["102"][0].call_count), (28, 7), "both are remembered");
}

#[tokio::test]
async fn an_error_is_the_one_that_the_request_would_have_had_by_itself() {
    let bodies = [
        graph_error(133_016),
        json!({"error": {"code": 100, "error_subcode": 33, "message": "no", "fbtrace_id": "A"}}),
        json!({"error": {"code": 190, "message": "expired"}}),
        json!({"error": {"code": 2, "is_transient": true, "error_data": {"details": "d"}}}),
        json!({"success": false}),
        json!({"odd": true}),
        json!("text"),
    ];
    for body in bodies {
        for status in [200_u16, 400, 503] {
            let alone = answering(ResponseTemplate::new(status).set_body_json(&body)).await;
            let alone = client(&alone).send(&register()).await;
            let server = saying(json!([part(200, &json!({"data": []})), part(status, &body)])).await;
            let wa = client(&server);
            let mut batch = batch(&wa);
            let (list, registered) = (batch.add(ListPhoneNumbers::new("102")), batch.add(register()));
            let mut answers = batch.send().await;
            assert!(answers.take(list).is_ok(), "the others are not touched by it");
            match (alone, answers.take(registered)) {
                (Ok(alone), Ok(batched)) => assert_eq!(alone, batched),
                (Err(alone), Err(batched)) => {
                    let close = |one: Option<std::time::SystemTime>, other: Option<std::time::SystemTime>| match (one, other) {
                        (Some(one), Some(other)) => other.duration_since(one).unwrap_or_default() < Duration::from_secs(5),
                        (one, other) => one == other,
                    };
                    assert_eq!(alone.to_string(), batched.to_string());
                    assert_eq!((alone.info(), alone.doc(), alone.hint()), (batched.info(), batched.doc(), batched.hint()));
                    assert_eq!((alone.status(), alone.body(), alone.attempts()), (batched.status(), batched.body(), batched.attempts()));
                    assert_eq!((alone.is_retryable(), alone.operation()), (batched.is_retryable(), batched.operation()));
                    assert!(close(alone.retry_at(), batched.retry_at()), "{alone}");
                }
                (alone, batched) => panic!("{alone:?} alone, {batched:?} in a batch"),
            }
        }
    }
}

#[tokio::test]
async fn the_status_is_asked_after_the_body() {
    let answer = json!([{"code": 200, "body": graph_error(4).to_string()}, {"body": graph_error(4)}, {"body": "{\"id\":\"1\"}"}]);
    let server = saying(answer).await;
    let mut batch = batch(&client(&server));
    let tickets = [read("1"), read("2"), read("3")].map(|read| batch.add(read));
    let mut answers = batch.send().await;
    let [first, second, third] = tickets.map(|ticket| answers.take(ticket));
    assert_eq!((first.unwrap_err().code(), second.unwrap_err().code()), (Some(4), Some(4)));
    assert_eq!(third.unwrap()["id"], "1");
}

#[tokio::test]
async fn null_is_an_unknown_outcome() {
    let server = saying(json!([null, part(200, &json!({"success": true})), null])).await;
    let mut batch = batch(&client(&server));
    let (lost, known, unread) = (batch.add(register()), batch.add(register()), batch.add(read("1")));
    let mut answers = batch.send().await;
    let lost = answers.take(lost).unwrap_err();
    assert!(lost.is_unanswered() && !lost.is_retryable() && !lost.is_graph() && !lost.is_refusal());
    assert_eq!((lost.attempts(), lost.status(), lost.body()), (1, Some(200), Some(&b"null"[..])));
    let shown = lost.to_string();
    assert!(
        shown.starts_with("RegisterPhoneNumber: ") && shown.contains("may have been carried out") && shown.contains("`null`"),
        "{shown}"
    );
    assert!(answers.take(known).is_ok());
    assert!(answers.take(unread).unwrap_err().is_retryable(), "a read may be read again");
}

type Holds = fn(&graph_runtime::Error) -> bool;

#[tokio::test]
async fn what_is_wrong_with_the_whole_call_is_the_outcome_of_each_request() {
    let html = ResponseTemplate::new(502).set_body_raw("<html>Sorry, something went wrong</html>", "text/html");
    let cases: [(ResponseTemplate, Holds); 6] = [
        (ResponseTemplate::new(401).set_body_json(graph_error(190)), |error| error.is_auth() && error.code() == Some(190)),
        (html, |error| {
            error.status() == Some(502) && error.body().unwrap().starts_with(b"<html>") && error.content_type() == Some("text/html")
        }),
        (ResponseTemplate::new(429), |error| error.is_rate_limited()),
        (ResponseTemplate::new(200).set_body_json(json!({"success": true})), |error| error.is_unanswered()),
        (ResponseTemplate::new(200).set_body_string("[{\"code\":200"), |error| error.to_string().contains("breaks off")),
        (ResponseTemplate::new(500).set_body_json(json!([])), |error| error.status() == Some(500) && !error.is_unanswered()),
    ];
    for (answer, holds) in cases {
        let server = answering(answer.clone()).await;
        let mut batch = batch(&client(&server));
        let (one, other) = (batch.add(ListPhoneNumbers::new("102")), batch.add(register()));
        let mut answers = batch.send().await;
        let (one, other) = (answers.take(one).unwrap_err(), answers.take(other).unwrap_err());
        assert!(holds(&one) && holds(&other), "{answer:?}: {one} / {other}");
        assert_eq!(
            (one.operation(), other.operation()),
            (Some("WhatsAppBusinessAccount.phone_numbers.read"), Some("WhatsAppBusinessPhoneNumber.register.create"))
        );
        assert_eq!(count(&server).await, 1);
    }
}

#[tokio::test]
async fn an_answer_of_another_length_belongs_to_no_request() {
    for length in [0, 1, 3] {
        let server = saying(json!(vec![part(200, &json!({"id": "1"})); length])).await;
        let mut batch = batch(&client(&server));
        let tickets = [read("1"), read("2")].map(|read| batch.add(read));
        let mut answers = batch.send().await;
        for ticket in tickets {
            let error = answers.take(ticket).unwrap_err();
            assert!(error.is_unanswered() && error.to_string().contains(&format!("{length} parts for 2 requests")), "{error}");
            assert!(error.body().unwrap().starts_with(b"["), "the answer is kept");
        }
    }
}

#[tokio::test]
async fn a_part_that_is_no_object_spoils_no_other() {
    let server = saying(json!([7, "x", [], {}, part(200, &json!({"id": "1"}))])).await;
    let mut batch = batch(&client(&server));
    let tickets: Vec<_> = (1..=5).map(|id: u32| batch.add(read(&id.to_string()))).collect();
    let mut answers = batch.send().await;
    let results: Vec<_> = tickets.into_iter().map(|ticket| answers.take(ticket)).collect();
    for result in &results[..4] {
        assert!(result.as_ref().unwrap_err().is_unanswered());
    }
    assert!(results[4].is_ok());
}

#[tokio::test]
async fn answers_in_the_wrong_order_are_said_to_be_of_another_type() {
    let server = saying(json!([part(200, &json!({"success": true})), part(200, &json!({"data": []}))])).await;
    let mut batch = batch(&client(&server));
    let list = batch.add(ListPhoneNumbers::new("102"));
    let _registered = batch.add(register());
    let error = batch.send().await.take(list).unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("Page<PhoneNumber>"), "{error}");
}

#[tokio::test]
async fn a_secret_of_one_request_is_masked_in_the_errors_of_all() {
    let echo = format!("token {TOKEN}, secret {APP_SECRET}, pins 212834 987654");
    let error = json!({"error": {"code": 100, "message": echo, "error_data": {"details": echo}}});
    let answers = [
        ResponseTemplate::new(200).set_body_json(json!([part(400, &error), part(400, &error), null])),
        ResponseTemplate::new(200).set_body_json(json!([echo, echo, echo])),
        ResponseTemplate::new(200).set_body_json(json!([echo])),
        ResponseTemplate::new(400).set_body_json(&error),
        ResponseTemplate::new(502).set_body_string(&echo),
    ];
    for answer in answers {
        let server = answering(answer).await;
        let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
        let mut batch = batch(&wa);
        let tickets = ["212834", "987654"].map(|pin| batch.add(RegisterPhoneNumber::new("106", pin)));
        let list = batch.add(ListPhoneNumbers::new("102"));
        assert!(!format!("{batch:?}").contains("212834"));
        let mut answers = batch.send().await;
        let debug = format!("{answers:?}");
        let errors = tickets.map(|ticket| answers.take(ticket).unwrap_err()).into_iter().chain([answers.take(list).unwrap_err()]);
        for error in errors {
            let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
            let shown = format!("{error} {error:?} {} {body} {debug}", error.support_report());
            for secret in [TOKEN, APP_SECRET, "212834", "987654"] {
                assert!(!shown.contains(secret), "{secret} in {shown}");
            }
        }
    }
}

#[tokio::test]
async fn another_version_is_an_error_for_those_who_ask() {
    let answer =
        ResponseTemplate::new(200).set_body_json(json!([part(200, &json!({"id": "1"}))])).insert_header("facebook-api-version", "v24.0");
    let server = answering(answer).await;
    let wa = builder(&server).on_version_mismatch(OnVersionMismatch::Error).build().unwrap();
    let mut batch = batch(&wa);
    let ticket = batch.add(read("1"));
    let error = batch.send().await.take(ticket).unwrap_err();
    assert!(error.is_version_mismatch() && error.body() == Some(b"{\"id\":\"1\"}"), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_is_too_long_fails_each_request() {
    let server = saying(json!([part(200, &json!({"id": "x".repeat(500)})), null])).await;
    let wa = builder(&server).max_response_bytes(100).build().unwrap();
    let outcomes = asked(&wa, [read("1"), read("2")]).await;
    assert!(outcomes.iter().all(|outcome| outcome.contains("longer than 100 bytes")), "{outcomes:?}");
}

#[tokio::test]
async fn a_ticket_fits_its_own_batch_alone() {
    let server = saying(json!([part(200, &json!({"id": "1"}))])).await;
    let wa = client(&server);
    let (mut one, mut other) = (batch(&wa), batch(&wa));
    let (ticket, foreign) = (one.add(read("1")), other.add(read("2")));
    let mut answers = one.send().await;
    let error = answers.take::<Value>(foreign).unwrap_err();
    assert!(error.to_string().contains("another batch"), "{error}");
    assert!(answers.take(ticket).is_ok());
}
