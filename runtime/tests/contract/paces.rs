//! A pace that the API documents, and that reads teach.

use std::sync::Arc;
use std::time::Duration;

use graph_runtime::{Method, Operation as _, Pace, RawRequest};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::miniature::{DeleteQrCode, RegisterPhoneNumber, Wa};
use crate::server::builder;
use crate::time::ManualClock;

const STANDARD: Duration = Duration::from_micros(12_500);
const HIGH: Duration = Duration::from_millis(1);

/// A Graph that answers every read with this, and does everything else.
async fn graph(read: Value) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200).set_body_json(read)).mount(&server).await;
    let done = ResponseTemplate::new(200).set_body_json(json!({"success": true}));
    Mock::given(method("DELETE")).respond_with(done).mount(&server).await;
    server
}

fn paced(server: &MockServer, pace: Pace) -> (Wa, Arc<ManualClock>) {
    let clock = ManualClock::new();
    (builder(server).clock(clock.clone()).pace(pace).build().unwrap(), clock)
}

async fn read(wa: &Wa) {
    wa.0.with_token("EAAother").send(&RawRequest::<Value>::new(Method::Get, "/102/anything")).await.unwrap();
}

/// How long the second of two calls about an object waits.
async fn spacing(wa: &Wa, clock: &ManualClock, id: &str) -> Duration {
    clock.advance(Duration::from_secs(60));
    let before = clock.pauses().len();
    for _ in 0..2 {
        wa.send(&DeleteQrCode::new(id, "a")).await.unwrap();
    }
    clock.pauses()[before..].iter().sum()
}

#[tokio::test]
async fn a_number_is_slow_until_a_read_tells_its_level() {
    let server = graph(json!({"id": "106", "throughput": {"level": "HIGH"}})).await;
    let (wa, clock) = paced(&server, Pace::documented());
    assert_eq!(spacing(&wa, &clock, "106").await, STANDARD);
    read(&wa).await;
    assert_eq!(spacing(&wa, &clock, "106").await, HIGH, "any view of the client teaches all");
    assert_eq!(spacing(&wa, &clock, "107").await, STANDARD, "of another number nothing is known");
}

#[tokio::test]
async fn lists_and_objects_within_objects_teach_too() {
    let level = |id: Value, level: &str| json!({"id": id, "throughput": {"level": level}});
    let listed = json!([level(json!("106"), "HIGH"), level(json!(107), "HIGH"), level(json!("108"), "STANDARD")]);
    for answer in [json!({"data": listed}), json!({"id": "102", "phone_numbers": {"data": listed}}), listed] {
        let server = graph(answer).await;
        let (wa, clock) = paced(&server, Pace::documented());
        read(&wa).await;
        for (id, expected) in [("106", HIGH), ("107", HIGH), ("108", STANDARD)] {
            assert_eq!(spacing(&wa, &clock, id).await, expected, "{id}");
        }
    }
}

#[tokio::test]
async fn a_level_without_a_rate_is_slow_again() {
    let server = MockServer::start().await;
    for level in ["HIGH", "NOT_APPLICABLE"] {
        let answer = ResponseTemplate::new(200).set_body_json(json!({"id": "106", "throughput": {"level": level}}));
        Mock::given(path("/v23.0/102/anything")).respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    let done = ResponseTemplate::new(200).set_body_json(json!({"success": true}));
    Mock::given(method("DELETE")).respond_with(done).mount(&server).await;
    let (wa, clock) = paced(&server, Pace::documented());
    read(&wa).await;
    assert_eq!(spacing(&wa, &clock, "106").await, HIGH);
    read(&wa).await;
    assert_eq!(spacing(&wa, &clock, "106").await, STANDARD);
}

#[tokio::test]
async fn what_the_caller_says_of_a_number_counts_more_than_what_was_read() {
    let server = graph(json!({"id": "106", "throughput": {"level": "HIGH"}})).await;
    let (wa, clock) = paced(&server, Pace::documented());
    wa.0.set_pace("106", Pace::per_second(20));
    read(&wa).await;
    assert_eq!(spacing(&wa, &clock, "106").await, Duration::from_millis(50));
    wa.0.set_pace("106", Pace::documented());
    assert_eq!(spacing(&wa, &clock, "106").await, HIGH);
}

#[tokio::test]
async fn one_number_may_go_by_its_level_while_the_others_do_not() {
    let server = graph(json!({"id": "106", "throughput": {"level": "HIGH"}})).await;
    let (wa, clock) = paced(&server, Pace::per_second(10));
    wa.0.set_pace("106", Pace::documented());
    read(&wa).await;
    assert_eq!(spacing(&wa, &clock, "106").await, HIGH);
    assert_eq!(spacing(&wa, &clock, "107").await, Duration::from_millis(100));
}

#[tokio::test]
async fn answers_that_tell_nothing_change_nothing() {
    for answer in [
        json!({"id": "106", "throughput": {"level": null}}),
        json!({"id": "106", "throughput": "HIGH"}),
        json!({"id": "106"}),
        json!({"throughput": {"level": "HIGH"}}),
        json!({"id": ["106"], "throughput": {"level": "HIGH"}}),
        json!([]),
    ] {
        let server = graph(answer.clone()).await;
        let (wa, clock) = paced(&server, Pace::documented());
        read(&wa).await;
        assert_eq!(spacing(&wa, &clock, "106").await, STANDARD, "{answer}");
    }
}

#[tokio::test]
async fn the_documented_pair_has_its_burst_and_interval() {
    let server = graph(json!({})).await;
    let (wa, clock) = paced(&server, Pace::documented().documented_pair().max_wait(Duration::from_secs(10)));
    let message = DeleteQrCode::new("106", "a").with(|options| options.set_param("to", "15550001"));
    for _ in 0..3 {
        wa.send(&message).await.unwrap();
    }
    let pauses = clock.pauses();
    assert_eq!(pauses[0], STANDARD, "two at once, at the pace of the number");
    assert!(pauses[1] > Duration::from_millis(5900) && pauses[1] < Duration::from_secs(6), "the third pays back: {pauses:?}");
}

#[test]
fn a_level_that_the_caller_knows_has_its_documented_pace() {
    let at = |level| Pace::at_level(DeleteQrCode::INFO, level);
    assert_eq!((at("STANDARD"), at("HIGH")), (Some(Pace::per_second(80)), Some(Pace::per_second(1000))));
    assert_eq!(at("NOT_APPLICABLE"), None);
    assert_eq!(Pace::at_level(RegisterPhoneNumber::INFO, "HIGH"), None);
}
