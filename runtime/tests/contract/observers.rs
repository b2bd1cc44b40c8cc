//! What an observer is notified of: before and after each sending, repetitions, refusals, and nothing that names a person.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use graph_runtime::{CallEnd, Error, ObservedCall, Observer, Pace, RefusedCall, RetryPolicy};
use serde_json::json;
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber};
use crate::retries::UNREACHABLE;
use crate::server::{TOKEN, answering, builder, saying};
use crate::time::ManualClock;
use crate::tokens::Empty;

/// Writes down a line for everything that it is notified of.
#[derive(Debug, Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn note(&self, call: &ObservedCall, what: &str) {
        let operation = call.operation.request;
        self.0.lock().unwrap().push(format!("{operation} {} {}: {what}", call.version, call.attempts));
    }
}

impl Observer for Notes {
    fn before(&self, call: &ObservedCall) {
        self.note(call, "before");
    }

    fn after(&self, call: &ObservedCall, end: &CallEnd<'_>) {
        let usage = end.usage.and_then(|usage| usage.app.as_ref()).map(|app| app.call_count);
        self.note(call, &format!("{} {:?} {:?} {usage:?}", end.outcome, end.status, end.error));
        assert!(end.elapsed < Duration::from_secs(9));
    }

    fn repeated(&self, call: &ObservedCall, pause: Duration) {
        self.note(call, &format!("repeated after {pause:?}"));
    }

    fn refused(&self, call: &ObservedCall, refused: &RefusedCall<'_>) {
        self.note(call, &format!("{} by {:?}", refused.error, refused.rule));
    }
}

#[tokio::test]
async fn a_call_is_reported_before_and_after_each_sending() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "7").insert_header("x-app-usage", r#"{"call_count":28}"#);
    Mock::given(any()).respond_with(busy).up_to_n_times(1).mount(&server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": []}))).mount(&server).await;
    let notes = Arc::new(Notes::default());
    let wa = builder(&server).clock(ManualClock::new()).retries(RetryPolicy::new()).observer(notes.clone()).build().unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    let lines = notes.take();
    assert_eq!(
        lines,
        [
            "ListPhoneNumbers v23.0 0: before",
            "ListPhoneNumbers v23.0 0: unknown Some(503) Some(\"503\") Some(28)",
            "ListPhoneNumbers v23.0 1: repeated after 7s",
            "ListPhoneNumbers v23.0 1: before",
            "ListPhoneNumbers v23.0 1: executed Some(200) None None",
        ]
    );
}

#[tokio::test]
async fn a_call_that_is_not_sent_is_reported_with_the_reason() {
    let notes = Arc::new(Notes::default());
    let build = |builder: graph_runtime::ClientBuilder<crate::miniature::Wa>| {
        builder.base_url(UNREACHABLE).retries(RetryPolicy::never()).observer(notes.clone()).build().unwrap()
    };
    let new = || graph_runtime::ClientBuilder::new(TOKEN, graph_runtime::Version(23, 0));
    build(new()).send(&RegisterPhoneNumber::without_pin("106")).await.unwrap_err();
    build(new().token_provider(Empty)).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    build(new()).0.with_token("line\nbreak").send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    let paced = build(new().pace(Pace::per_second(1).max_wait(Duration::ZERO)));
    for _ in 0..2 {
        paced.send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
    }
    assert_eq!(
        notes.take(),
        [
            "RegisterPhoneNumber v23.0 0: refused by Some(\"required\")",
            "ListPhoneNumbers v23.0 0: no_token by None",
            "ListPhoneNumbers v23.0 0: config by None",
            "DeleteQrCode v23.0 0: before",
            "DeleteQrCode v23.0 0: not_sent None Some(\"connect\") None",
            "DeleteQrCode v23.0 0: held_back by Some(\"pace\")",
        ]
    );
}

#[tokio::test]
async fn each_request_of_a_batch_is_reported() {
    let part = json!({"code": 429, "body": json!({"error": {"code": 4, "message": "no"}}).to_string()});
    let server = saying(json!([part, null])).await;
    let notes = Arc::new(Notes::default());
    let wa = builder(&server).observer(notes.clone()).build().unwrap();
    let mut batch: graph_runtime::Batch = wa.0.batch();
    let _tickets = (
        batch.add(DeleteQrCode::new("106", "a")),
        batch.add(ListPhoneNumbers::new("102")),
        batch.add(RegisterPhoneNumber::without_pin("106")),
    );
    drop(batch.send().await);
    let mut lines = notes.take();
    lines.sort();
    assert_eq!(
        lines,
        [
            "DeleteQrCode v23.0 0: before",
            "DeleteQrCode v23.0 0: rejected Some(429) Some(\"TooManyCalls\") None",
            "ListPhoneNumbers v23.0 0: before",
            "ListPhoneNumbers v23.0 0: unknown Some(200) Some(\"200\") None",
            "RegisterPhoneNumber v23.0 0: refused by Some(\"required\")",
        ]
    );
}

#[tokio::test]
async fn each_request_of_a_batch_that_is_sent_again_is_reported() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "7");
    Mock::given(any()).respond_with(busy).up_to_n_times(1).mount(&server).await;
    let part = json!({"code": 200, "body": json!({"data": []}).to_string()});
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(json!([part, part]))).mount(&server).await;
    let notes = Arc::new(Notes::default());
    let wa = builder(&server).clock(ManualClock::new()).retries(RetryPolicy::new()).observer(notes.clone()).build().unwrap();
    let results: Vec<Result<_, Error>> = wa.0.batch_of(["102", "103"].map(ListPhoneNumbers::new)).await;
    assert!(results.iter().all(Result::is_ok));
    let each = [
        "ListPhoneNumbers v23.0 0: before",
        "ListPhoneNumbers v23.0 0: unknown Some(503) Some(\"503\") None",
        "ListPhoneNumbers v23.0 1: repeated after 7s",
        "ListPhoneNumbers v23.0 1: before",
        "ListPhoneNumbers v23.0 1: executed Some(200) None None",
    ];
    assert_eq!(notes.take(), each.map(|line| [line; 2]).concat());
}

/// How long each sending took.
#[derive(Default)]
struct Times(Mutex<Vec<Duration>>);

impl Observer for Times {
    fn after(&self, _: &ObservedCall, end: &CallEnd<'_>) {
        self.0.lock().unwrap().push(end.elapsed);
    }
}

#[tokio::test]
async fn an_observer_sees_how_long_each_sending_took() {
    let server = MockServer::start().await;
    let (clock, times) = (ManualClock::new(), Arc::new(Times::default()));
    for (status, seconds) in [(503, 3), (200, 2)] {
        let clock = clock.clone();
        let answer = move |_: &Request| {
            clock.advance(Duration::from_secs(seconds));
            ResponseTemplate::new(status).set_body_json(json!({"data": []})).insert_header("retry-after", "7")
        };
        Mock::given(any()).respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    let wa = builder(&server).clock(clock).retries(RetryPolicy::new()).observer(times.clone()).build().unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    assert_eq!(*times.0.lock().unwrap(), [3, 2].map(Duration::from_secs), "without the pause in between");
}

#[tokio::test]
async fn a_call_that_is_dropped_on_its_way_is_reported_as_canceled() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let notes = Arc::new(Notes::default());
    let url = format!("http://{}", listener.local_addr().unwrap());
    let builder: graph_runtime::ClientBuilder<crate::miniature::Wa> =
        graph_runtime::ClientBuilder::new(TOKEN, graph_runtime::Version(23, 0));
    let wa = builder.base_url(&url).observer(notes.clone()).build().unwrap();
    let list = ListPhoneNumbers::new("102");
    tokio::select! {
        _ = wa.send(&list) => panic!("the server never answers"),
        accepted = listener.accept() => drop(accepted.unwrap()),
    }
    assert_eq!(notes.take(), ["ListPhoneNumbers v23.0 0: before", "ListPhoneNumbers v23.0 0: unknown None Some(\"canceled\") None"]);
}

#[tokio::test]
async fn what_is_reported_names_no_one() {
    let answer = json!({"error": {"code": 4711, "message": "to 16505551234 with 212834", "error_data": {"details": "Lucky Shrub"}}});
    let server = answering(ResponseTemplate::new(400).set_body_json(answer)).await;
    let notes = Arc::new(Notes::default());
    let wa = builder(&server).observer(notes.clone()).build().unwrap();
    let error: Error = wa.send(&RegisterPhoneNumber::new("106540352242922", "212834")).await.unwrap_err();
    assert_eq!(error.details(), Some("Lucky Shrub"));
    let lines = notes.take().join("\n");
    assert_eq!(lines.lines().count(), 2);
    for private in ["16505551234", "212834", "Lucky Shrub", "106540352242922", TOKEN] {
        assert!(!lines.contains(private), "{lines}");
    }
}
