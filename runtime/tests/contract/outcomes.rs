//! The outcome of a call that failed: not sent, rejected, unknown, executed.

use std::time::Duration;

use graph_runtime::{ClientBuilder, Error, Governor, Outcome, RetryPolicy, Value, Version};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber, Wa};
use crate::retries::{UNREACHABLE, hanging_up};
use crate::server::{TOKEN, answering, builder, client};
use crate::time::ManualClock;
use crate::tokens::Empty;

fn at(url: &str) -> ClientBuilder<Wa> {
    ClientBuilder::new(TOKEN, Version(23, 0)).base_url(url).retries(RetryPolicy::never())
}

/// The outcome of a write, and whether it may be sent again.
fn of(error: &Error) -> (Outcome, bool) {
    (error.outcome(), error.is_retryable())
}

async fn answered(answer: ResponseTemplate) -> Error {
    client(&answering(answer).await).send(&DeleteQrCode::new("106", "a")).await.unwrap_err()
}

fn graph(status: u16, code: u32) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"code": code, "message": "no"}}))
}

#[tokio::test]
async fn what_was_not_sent_says_so() {
    let error = at(UNREACHABLE).build().unwrap().send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
    assert_eq!((of(&error), error.attempts()), ((Outcome::NotSent, true), 0));
    let refused = at(UNREACHABLE).build().unwrap().send(&RegisterPhoneNumber::without_pin("106")).await.unwrap_err();
    assert_eq!((of(&refused), refused.attempts()), ((Outcome::NotSent, false), 0));
    let setup = at(UNREACHABLE).build().unwrap().0.with_token("line\nbreak").send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
    assert_eq!((of(&setup), setup.is_config()), ((Outcome::NotSent, false), true));
}

#[tokio::test]
async fn no_token_is_not_sent_and_keeps_the_reason_of_the_provider() {
    let error = at(UNREACHABLE).token_provider(Empty).build().unwrap().send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
    assert_eq!((of(&error), error.attempts(), error.is_auth()), ((Outcome::NotSent, true), 0, true));
    let reason = error.provider_error().unwrap();
    assert!(reason.is::<std::io::Error>() && reason.to_string().contains("the vault is closed"), "{reason:?}");
}

#[tokio::test]
async fn time_that_is_over_before_sending_is_not_sent() {
    let clock = ManualClock::new();
    let server =
        answering(ResponseTemplate::new(200).set_body_json(json!({"data": []})).insert_header("x-app-usage", r#"{"call_count":86}"#)).await;
    let wa = builder(&server).clock(clock.clone()).governor(Governor::new()).build().unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    let hurried = DeleteQrCode::new("106", "a").with(|options| options.set_timeout(Duration::from_secs(1)));
    let error = wa.send(&hurried).await.unwrap_err();
    assert_eq!((of(&error), error.attempts(), error.is_timeout()), ((Outcome::NotSent, true), 0, true), "{error}");
}

#[tokio::test]
async fn an_answer_is_rejected_only_if_it_proves_that_nothing_was_done() {
    for (answer, outcome, again) in [
        // By the catalog: a rate that is not executed; one that was; one that proves nothing.
        (graph(429, 130_429), Outcome::Rejected, true),
        (graph(400, 136_024), Outcome::Unknown, false),
        (graph(401, 190), Outcome::Rejected, false),
        // By the catalog, and whatever the status: it was carried out.
        (graph(206, 131_201), Outcome::Executed, false),
        (graph(503, 131_201), Outcome::Executed, false),
        // With a status of the server's own fault, no code is a proof.
        (graph(503, 130_429), Outcome::Unknown, false),
        // In no catalog.
        (graph(400, 4711), Outcome::Unknown, false),
        (graph(400, 80_099), Outcome::Rejected, true),
        (ResponseTemplate::new(429), Outcome::Rejected, true),
        (ResponseTemplate::new(502).set_body_string("<html>"), Outcome::Unknown, false),
        (ResponseTemplate::new(404).set_body_json(json!({})), Outcome::Unknown, false),
        (ResponseTemplate::new(200).set_body_json(json!({"success": false})), Outcome::Unknown, false),
        (ResponseTemplate::new(200).set_body_string("{\"success\":"), Outcome::Unknown, false),
        (ResponseTemplate::new(200).set_body_json(json!([])), Outcome::Executed, false),
    ] {
        let error = answered(answer.clone()).await;
        assert_eq!((of(&error), error.attempts()), ((outcome, again), 1), "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn each_kind_of_answer_has_its_predicate() {
    let kinds = |error: &Error| {
        [error.is_not_json(), error.is_other_json(), error.is_unsuccessful(), error.is_too_large(), error.is_decode(), error.is_config()]
    };
    for (answer, kind) in [
        (ResponseTemplate::new(502).set_body_string("<html>"), 0),
        (ResponseTemplate::new(404).set_body_json(json!({})), 1),
        (ResponseTemplate::new(200).set_body_json(json!({"success": false})), 2),
        (ResponseTemplate::new(200).set_body_string(" ".repeat(99)), 3),
        (ResponseTemplate::new(200).set_body_json(json!([])), 4),
    ] {
        let wa = builder(&answering(answer).await).max_response_bytes(50).build().unwrap();
        let error = wa.send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
        let mut expected = [false; 6];
        expected[kind] = true;
        assert_eq!(kinds(&error), expected, "{error}");
    }
}

/// A server that reads a request and hangs up, and then does not listen any more.
async fn dying() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        drop(listener);
        while socket.read_buf(&mut Vec::new()).await.is_ok_and(|more| more == 0) {}
    });
    url
}

#[tokio::test]
async fn a_later_attempt_that_did_not_leave_proves_nothing_about_the_earlier() {
    let wa = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(&dying().await).clock(ManualClock::new()).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert_eq!((of(&error), error.attempts()), ((Outcome::Unknown, true), 1));
}

#[tokio::test]
async fn a_later_attempt_that_was_rejected_proves_nothing_about_the_earlier() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for attempt in 0..2 {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                socket.read_buf(&mut request).await.unwrap();
            }
            if attempt > 0 {
                let body = r#"{"error":{"code":190,"message":"expired"}}"#;
                let answer = format!("HTTP/1.1 401 Unauthorized\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    let wa = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(&url).clock(ManualClock::new()).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert_eq!((error.code(), error.outcome(), error.attempts()), (Some(190), Outcome::Unknown, 2));
}

#[tokio::test]
async fn each_request_of_a_batch_has_its_own_outcome() {
    let part = |code: u16, body: Value| json!({"code": code, "body": body.to_string()});
    let rejected = json!({"error": {"code": 130_429, "message": "no"}});
    let answer = json!([part(400, rejected), null, part(200, json!([]))]);
    let wa = client(&answering(ResponseTemplate::new(200).set_body_json(answer)).await);
    let results: Vec<Result<_, Error>> = wa.0.batch_of((0..3).map(|_| DeleteQrCode::new("106", "a"))).await;
    let outcomes: Vec<_> = results.into_iter().map(|result| of(&result.unwrap_err())).collect();
    assert_eq!(outcomes, [(Outcome::Rejected, true), (Outcome::Unknown, false), (Outcome::Executed, false)]);
    let (url, _) = hanging_up().await;
    for (url, outcome) in [(url.as_str(), Outcome::Unknown), (UNREACHABLE, Outcome::NotSent)] {
        let results: Vec<Result<_, Error>> = at(url).build().unwrap().0.batch_of((0..2).map(|_| DeleteQrCode::new("106", "a"))).await;
        assert!(results.iter().all(|result| result.as_ref().is_err_and(|error| error.outcome() == outcome)), "{url}");
    }
}
