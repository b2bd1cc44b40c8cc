//! What the emitted client sends again, by what its spec says of operations and errors.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use std::{sync::Arc, time::Duration};

use contract_tests::{TOKEN, clock::ManualClock, graph::Graph};
use graph_mock::Mock;
use whatsapp_graph::{
    ApiVersion, Call, Client, Error, ErrorKind, Outcome, RetryPolicy, Value,
    description::OPERATIONS,
    phone_number::SendMessage,
    request::{Method, Operation},
    types::CodeMethod,
};

/// A policy under which writes that Graph has provably refused are repeated.
fn daring() -> RetryPolicy {
    RetryPolicy::new().repeat_refused_writes(true).max_attempts(4)
}

fn client(graph: &Graph, clock: &Arc<ManualClock>) -> Client {
    Client::builder(TOKEN, ApiVersion::V23_0).base_url(graph.url()).clock(clock.clone()).retries(daring()).build().unwrap()
}

fn greeting(client: &Client) -> Call<SendMessage> {
    client.phone_number("106540352242922").messages().create("Your table is ready.").to("+16315551000")
}

/// Sends a message to a Graph that answers with an error: the outcome, and how often it was sent.
async fn message(status: u16, answer: &str) -> (Error, usize, Vec<Duration>) {
    let (graph, clock) = (Graph::answering(status, answer).await, ManualClock::new());
    let error = greeting(&client(&graph, &clock)).send().await.unwrap_err();
    (error, graph.requests().await.len(), clock.pauses())
}

#[tokio::test]
async fn a_message_to_one_customer_waits_by_powers_of_four() {
    let (error, sent, pauses) = message(400, &answer(ErrorKind::PairLimitHit)).await;
    assert_eq!((error.kind(), error.attempts(), sent), (Some(ErrorKind::PairLimitHit), 4, 4));
    assert_eq!(pauses, [1, 4, 16].map(Duration::from_secs));
}

#[tokio::test]
async fn a_pause_that_leads_beyond_the_elapsed_cap_is_not_begun() {
    let (graph, clock) = (Graph::answering(400, &answer(ErrorKind::PairLimitHit)).await, ManualClock::new());
    let call = greeting(&client(&graph, &clock)).with_retries(daring().max_attempts(9).max_elapsed(Duration::from_secs(21)));
    call.send().await.unwrap_err();
    assert_eq!(clock.pauses(), [1, 4].map(Duration::from_secs), "the third would end when the cap does");
}

#[tokio::test]
async fn of_the_errors_of_a_message_only_its_speed_is_repeated() {
    let mut repeated = Vec::new();
    for doc in SendMessage::INFO.errors {
        let (error, sent, _) = message(400, &contract_tests::envelope(doc.error).to_string()).await;
        assert_eq!(error.info().map(|meta| meta.name), Some(doc.error.name));
        if sent > 1 {
            assert_eq!(doc.error.executed, Some(false), "{} does not prove that nothing was sent", doc.error.name);
            repeated.push(doc.error.name);
        }
    }
    repeated.sort_unstable();
    assert_eq!(repeated, ["MessageRateLimitHit", "PairLimitHit", "ThroughputLimitReached"]);
}

#[tokio::test]
async fn a_message_that_may_be_on_its_way_is_not_sent_again() {
    for (status, code) in [(400, 1), (400, 2), (500, 131_000), (500, 131_016), (503, 130_429), (500, 131_056)] {
        let answer = format!(r#"{{"error": {{"message": "no", "type": "OAuthException", "code": {code}, "is_transient": true}}}}"#);
        assert_eq!(message(status, &answer).await.1, 1, "{status}, code {code}");
    }
    assert_eq!(message(502, "<html>Bad Gateway</html>").await.1, 1);
    assert_eq!(message(429, "").await.1, 1, "the status alone proves nothing");
}

#[tokio::test]
async fn without_the_callers_word_no_message_is_repeated() {
    for kind in [ErrorKind::PairLimitHit, ErrorKind::ThroughputLimitReached] {
        let (graph, clock) = (Graph::answering(400, &answer(kind)).await, ManualClock::new());
        greeting(&client(&graph, &clock)).with_retries(RetryPolicy::new()).send().await.unwrap_err();
        assert_eq!(graph.requests().await.len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn numbers_are_registered_once_whatever_the_caller_allows() {
    for kind in [ErrorKind::ThroughputLimitReached, ErrorKind::PairLimitHit, ErrorKind::RegistrationServerUnavailable] {
        let mock = Mock::start().unwrap();
        mock.on_any().fails(kind);
        let client = mock.client_builder(ApiVersion::V23_0).clock(ManualClock::new()).retries(daring()).build().unwrap();
        let number = client.phone_number("106540352242922");
        number.register("212834").send().await.unwrap_err();
        number.deregister().send().await.unwrap_err();
        number.request_code(CodeMethod::Sms, "en_US").send().await.unwrap_err();
        assert_eq!(mock.requests().len(), 3, "{kind:?}");
    }
}

fn answer(kind: ErrorKind) -> String {
    contract_tests::envelope(kind.info().unwrap()).to_string()
}

#[tokio::test]
async fn a_code_is_exchanged_once_whatever_the_answer_typed_or_raw() {
    for (status, body) in [(503, "<html>"), (500, r#"{"error":{"code":2,"is_transient":true}}"#), (200, r#"{"access_token":"EAA"#)] {
        let (graph, clock) = (Graph::answering(status, body).await, ManualClock::new());
        let client = client(&graph, &clock);
        let typed = client.exchange_code("236484624622562", "614fc2afde15eee07a26b2fe3eaee9b9", "AQBhlXsctMxJYbwbrpybxlo9");
        let raw = client.raw::<Value>(Method::Get, "/oauth/access_token").with_param("code", "AQBhlXsctMxJYbwbrpybxlo9");
        for error in [typed.send().await.unwrap_err(), raw.send().await.unwrap_err()] {
            assert_eq!((error.outcome(), error.is_retryable(), error.attempts()), (Outcome::Unknown, false, 1), "{error}");
        }
        assert_eq!((graph.requests().await.len(), clock.pauses().len()), (2, 0));
    }
}

#[tokio::test]
async fn a_raw_request_is_repeated_as_the_operation_that_it_is() {
    // Nothing listens there.
    let clock = ManualClock::new();
    let client = Client::builder(TOKEN, ApiVersion::V23_0).base_url("http://127.0.0.1:1").clock(clock.clone()).build().unwrap();
    for (path, pauses) in [("/106540352242922/register", 0), ("/106540352242922/request_code", 0), ("/106540352242922/others", 2)] {
        let before = clock.pauses().len();
        client.raw::<Value>(Method::Post, path).send().await.unwrap_err();
        assert_eq!(clock.pauses().len() - before, pauses, "{path}");
    }
}

#[test]
fn of_the_reads_of_the_spec_only_the_exchange_of_a_code_uses_something_up() {
    let reads = OPERATIONS.iter().filter(|info| info.method == Method::Get);
    let used_up: Vec<_> = reads.filter(|info| !info.idempotent || info.never_retry).map(|info| info.request).collect();
    assert_eq!(used_up, ["ExchangeCode"]);
}
