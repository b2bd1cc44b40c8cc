//! What watches over secrets in every contract test finds one that is shown.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use contract_tests::{APP_SECRET, Contract, TOKEN, graph::Graph, watch::Secrets, watch::Watch};
use whatsapp_graph::{ApiVersion, Value, request::Method};

const CALL: &str = "106540352242922/somewhere";

/// The secrets of a call with a code and a cursor that was answered with a token.
async fn secrets() -> Secrets {
    let graph = Graph::answering(200, "{}").await;
    let call = graph.client(ApiVersion::V23_0).raw::<Value>(Method::Post, &format!("/{CALL}"));
    call.with_param("code", "212834").with_param("within", serde_json::json!({"password": "p/w\"d"})).send().await.unwrap();
    let answer = r#"{"paging": {"next": "https://graph.facebook.com/x?access_token=1%7Capp&after=b"}, "token": "EAAanswered"}"#;
    Secrets::of(&graph.requests().await[0], answer, &["code", "password"]).with("a-secret-that-no-one-has")
}

fn finds(leaks: &[String], secret: &str, place: &str) {
    assert!(leaks.iter().any(|leak| leak.starts_with(secret) && leak.contains(place)), "{secret} in {place} is not among {leaks:?}");
}

#[tokio::test]
async fn a_secret_in_an_event_a_span_or_a_record_of_log_is_found() {
    let secrets = secrets().await;
    let planted: [(&str, fn()); 5] = [
        (TOKEN, || tracing::trace!(token = TOKEN, "a field")),
        (APP_SECRET, || tracing::trace!("a message with {APP_SECRET}")),
        ("212834", || drop(tracing::trace_span!("a span", code = 212_834).entered())),
        ("EAAanswered", || {
            let span = tracing::info_span!("recorded later", token = tracing::field::Empty);
            span.record("token", "EAAanswered");
        }),
        ("1|app", || log::trace!("a URL: https://graph.facebook.com/?access_token=1%7Capp")),
    ];
    for (secret, plant) in planted {
        let watch = Watch::begin();
        assert!(watch.leaks(&secrets).is_empty());
        plant();
        finds(&watch.leaks(&secrets), secret, "log");
        assert_eq!(watch.leaks(&secrets).len(), 1);
    }
}

#[tokio::test]
async fn a_secret_in_what_is_shown_is_found_however_it_is_spelled() {
    let secrets = secrets().await;
    for text in [r#"p/w"d"#, r#"p/w\"d"#, r#"p\/w\"d"#, "p%2Fw%22d"] {
        let mut watch = Watch::begin();
        watch.debug("call", &format_args!("x{text}y"));
        finds(&watch.leaks(&secrets), r#"p/w"d"#, "call");
    }
    let mut watch = Watch::begin();
    watch.debug("call", &format_args!("a-secret-that-no-one-has"));
    finds(&watch.leaks(&secrets), "a-secret-that-no-one-has", "call");
}

#[tokio::test]
async fn a_code_is_found_beside_anything_but_a_digit() {
    let secrets = secrets().await;
    for (text, found) in [("x212834y", true), ("%20212834", true), ("=212834&", true), ("10212834", false), ("2128340", false)] {
        let mut watch = Watch::begin();
        watch.debug("call", &format_args!("{text}"));
        assert_eq!(!watch.leaks(&secrets).is_empty(), found, "{text}");
    }
}

#[tokio::test]
async fn a_secret_in_an_error_or_its_chain_is_found() {
    let graph = Graph::repeating().await;
    let call = graph.client(ApiVersion::V23_0).raw::<Value>(Method::Post, &format!("/{CALL}")).with_param("code", "212834");
    let error = call.send().await.unwrap_err();
    let mut watch = Watch::begin();
    watch.error(&error);
    // This parameter is not marked as secret, so Graph's repetition of it is shown.
    finds(&watch.leaks(&secrets().await), "212834", "error");
}

#[tokio::test]
async fn a_contract_that_shows_a_secret_is_broken() {
    let broken = async |names: &'static [&'static str]| {
        let call = |client: &whatsapp_graph::Client| client.raw::<Value>(Method::Post, &format!("/{CALL}")).with_param("code", "212834");
        let request = format!("POST /{{version}}/{CALL}\n{{\"code\":\"212834\"}}");
        let contract = async move { Contract::new("raw").hiding(names).answered(&request, 200, "{}", call).await };
        tokio::spawn(contract).await.is_err()
    };
    assert!(!broken(&[]).await, "what is not secret may be shown");
    assert!(broken(&["code"]).await);
}

#[tokio::test]
async fn what_the_http_client_says_is_heard() {
    let graph = Graph::answering(200, "{}").await;
    let watch = Watch::begin();
    graph.client(ApiVersion::V23_0).raw::<Value>(Method::Get, "/106").send().await.unwrap();
    let logged = watch.logged();
    assert!(logged.contains("reqwest") && logged.contains("graph_runtime"), "{logged}");
}
