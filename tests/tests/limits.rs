//! The limits of the spec, kept before the network by the client that is emitted: those whose overrun blocks a number, and paces.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use std::time::Duration;

use contract_tests::{TOKEN, clock::ManualClock, graph::Graph};
use graph_mock::Mock;
use whatsapp_graph::ledger::{Limit, Observation, RetryBasis};
use whatsapp_graph::{
    ApiVersion, Client, ErrorKind, Refusals, Traffic, Value,
    limits::Pace,
    phone_number::{DeregisterPhoneNumber, PhoneNumberField, RegisterPhoneNumber},
    request::{Method, Operation},
};

const ID: &str = "106540352242922";
const SUCCESS: &str = r#"{"success": true}"#;

#[tokio::test]
async fn the_eleventh_registration_is_not_sent_and_has_the_kind_of_the_limit() {
    let graph = Graph::answering(200, SUCCESS).await;
    let client = graph.client(ApiVersion::V23_0);
    let phone = client.phone_number(ID);
    for _ in 0..9 {
        phone.register("212834").send().await.unwrap();
    }
    client.raw::<Value>(Method::Post, &format!("/{ID}/register")).with_param("pin", "212834").send().await.unwrap();
    let error = phone.register("212834").send().await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::RegistrationLimitReached));
    assert!(error.is_rate_limited() && !error.is_graph() && error.retry_at().is_some(), "{error:?}");
    assert_eq!(error.retry_basis(), Some(RetryBasis::Estimated));
    for _ in 0..10 {
        phone.deregister().send().await.unwrap();
    }
    assert!(client.at_version(ApiVersion::V21_0).phone_number(ID).deregister().send().await.unwrap_err().is_rate_limited());
    assert_eq!(graph.requests().await.len(), 20);
}

#[tokio::test]
async fn the_ledger_obeys_the_switch_of_traffic_and_not_that_of_refusals() {
    let graph = Graph::answering(200, SUCCESS).await;
    let phone = graph.client(ApiVersion::V23_0).phone_number(ID);
    for _ in 0..10 {
        phone.register("212834").send().await.unwrap();
    }
    let error = phone.register("212834").with_refusals(Refusals::Off).send().await.unwrap_err();
    assert_eq!(error.refusals()[0].rule, "limit");
    assert!(error.to_string().ends_with("To send it all the same: `.with_traffic(Traffic::Off)`."), "{error}");
    assert_eq!(graph.requests().await.len(), 10);
    for traffic in [Traffic::Warn, Traffic::Off] {
        phone.register("212834").with_traffic(traffic).send().await.unwrap();
    }
    assert_eq!(graph.requests().await.len(), 12);
    // What was sent past it is counted all the same.
    assert!(phone.register("212834").send().await.unwrap_err().is_rate_limited());
}

#[tokio::test]
async fn the_answer_133016_closes_the_operation_and_no_other() {
    let mock = Mock::start().unwrap();
    mock.on_any().fails(ErrorKind::RegistrationLimitReached);
    let phone = mock.client_builder(ApiVersion::V23_0).build().unwrap().phone_number(ID);
    for sent in [true, false, false] {
        let error = phone.register("212834").send().await.unwrap_err();
        assert_eq!((error.is_graph(), error.is_refusal()), (sent, !sent), "{error}");
        assert_eq!((error.kind(), error.retry_basis()), (Some(ErrorKind::RegistrationLimitReached), Some(RetryBasis::Observed)));
    }
    assert!(phone.deregister().send().await.unwrap_err().is_graph());
    assert_eq!(mock.requests().len(), 2);
}

#[tokio::test]
async fn what_the_catalog_says_was_turned_away_frees_its_place() {
    // An invalid token, a missing permission, the app's limit; then what may have been counted: a wrong PIN, a failure of Meta's.
    for (code, freed) in [(190, true), (10, true), (200, true), (4, true), (80_007, true), (133_005, false), (100, false), (2, false)] {
        let answer = format!(r#"{{"error": {{"message": "no", "type": "OAuthException", "code": {code}}}}}"#);
        let graph = Graph::answering(400, &answer).await;
        let client = graph.client(ApiVersion::V23_0);
        client.phone_number(ID).register("212834").send().await.unwrap_err();
        let limit = Limit::of(RegisterPhoneNumber::INFO, ID).unwrap();
        let standing = client.ledger().inspect(&limit, std::time::SystemTime::now()).await.unwrap();
        assert_eq!(standing.counted == 0, freed, "code {code}: {standing:?}");
    }
}

#[tokio::test]
async fn what_is_known_from_elsewhere_counts() {
    let graph = Graph::answering(200, SUCCESS).await;
    let client = graph.client(ApiVersion::V23_0);
    let limit = Limit::of(DeregisterPhoneNumber::INFO, "+1 631-555-1111").unwrap();
    client.ledger().alias(&Limit::of(DeregisterPhoneNumber::INFO, ID).unwrap(), "+1 631-555-1111").await.unwrap();
    client.ledger().record(&limit, Observation::Calls { count: 9, at: std::time::SystemTime::now() }).await.unwrap();
    let phone = client.phone_number(ID);
    phone.deregister().send().await.unwrap();
    assert!(phone.deregister().send().await.unwrap_err().is_rate_limited());
    assert_eq!(graph.requests().await.len(), 1);
}

/// How long the second of two messages of a number waits, to two customers.
async fn spacing(client: &Client, clock: &ManualClock) -> Duration {
    clock.advance(Duration::from_mins(1));
    let before = clock.pauses().len();
    for to in ["+16315551000", "+16315551001"] {
        client.phone_number(ID).messages().create("Your table is ready.").to(to).send().await.unwrap();
    }
    clock.pauses()[before..].iter().sum()
}

#[tokio::test]
async fn messages_go_as_fast_as_the_number_was_read_to_be() {
    let sent = r#"{"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": "wamid.A"}]}"#;
    let number = format!(r#"{{"id": "{ID}", "throughput": {{"level": "HIGH"}}}}"#);
    let account = format!(r#"{{"data": [{{"id": "{ID}", "throughput": {{"level": "STANDARD"}}}}]}}"#);
    let graph = Graph::answering_each(&[
        ("POST /v23.0/106540352242922/messages", 200, sent),
        ("GET /v23.0/106540352242922", 200, &number),
        ("GET /v23.0/102290129340398/phone_numbers", 200, &account),
    ])
    .await;
    let clock = ManualClock::new();
    let builder = Client::builder(TOKEN, ApiVersion::V23_0).base_url(graph.url()).clock(clock.clone());
    let client = builder.pace(Pace::documented().documented_pair()).build().unwrap();
    assert_eq!(
        spacing(&client, &clock).await,
        Duration::from_micros(15_625),
        "four fifths of 80 a second before anything is known: messages that arrive count too"
    );
    client.phone_number(ID).read().fields([PhoneNumberField::Throughput]).send().await.unwrap();
    assert_eq!(spacing(&client, &clock).await, Duration::from_micros(1250), "four fifths of 1,000 a second");
    client.whatsapp_business_account("102290129340398").phone_numbers().read().send().await.unwrap();
    assert_eq!(spacing(&client, &clock).await, Duration::from_micros(15_625));
    client.set_pace(ID, Pace::per_second(20));
    assert_eq!(spacing(&client, &clock).await, Duration::from_millis(50), "shared with the WhatsApp Business app");
}

#[tokio::test]
async fn one_customer_is_sent_a_burst_of_45_and_then_one_message_in_six_seconds() {
    let sent = r#"{"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": "wamid.A"}]}"#;
    let graph = Graph::answering(200, sent).await;
    let clock = ManualClock::new();
    let builder = Client::builder(TOKEN, ApiVersion::V23_0).base_url(graph.url()).clock(clock.clone());
    let client = builder.pace(Pace::per_second(1000).documented_pair().max_wait(Duration::ZERO)).build().unwrap();
    let send = |to: &'static str| client.phone_number(ID).messages().create("Your table is ready.").to(to).send();
    for _ in 0..45 {
        clock.advance(Duration::from_millis(1));
        send("+16315551000").await.unwrap();
    }
    clock.advance(Duration::from_millis(1));
    let error = send("+16315551000").await.unwrap_err();
    assert!(error.is_held_back() && error.is_rate_limited() && error.retry_at().is_some(), "{error}");
    assert!(!format!("{error:?} {}", error.support_report()).contains("16315551000"), "a customer is never shown");
    send("+16315551001").await.unwrap();
    clock.advance(Duration::from_secs(6));
    send("+16315551000").await.unwrap();
    assert_eq!(graph.requests().await.len(), 47);
}
