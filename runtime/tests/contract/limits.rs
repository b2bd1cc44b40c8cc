//! Usage as Graph reports it, and what holds calls back: governor and pace.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graph_runtime::{BoxFuture, Clock, Governor, Pace, RetryPolicy, Traffic};
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber, Wa};
use crate::server::{answering, builder, client, count};
use crate::spans::Log;
use crate::time::ManualClock;

const MINUTE: Duration = Duration::from_secs(60);

/// A server that reports these usages with each answer.
async fn reporting(app: u32, object: &str, case: serde_json::Value) -> MockServer {
    let answer = ResponseTemplate::new(200)
        .set_body_json(json!({"data": [], "success": true}))
        .insert_header("x-app-usage", json!({"call_count": app, "total_time": 1, "total_cputime": 2}).to_string())
        .insert_header("x-business-use-case-usage", json!({object: [case]}).to_string());
    answering(answer).await
}

fn governed(server: &MockServer, clock: &Arc<ManualClock>, governor: Governor) -> Wa {
    builder(server).clock(clock.clone()).governor(governor).build().unwrap()
}

#[tokio::test]
async fn usage_is_on_the_response_the_error_and_the_client() {
    let server = reporting(28, "102", json!({"type": "x", "call_count": 7, "estimated_time_to_regain_access": 3})).await;
    let wa = client(&server);
    let response = wa.0.send_full(&ListPhoneNumbers::new("102")).await.unwrap();
    let usage = &response.info.usage;
    assert_eq!((usage.app.unwrap().call_count, usage.app.unwrap().highest()), (28, 28));
    assert_eq!((usage.business["102"][0].kind.as_str(), usage.business["102"][0].regain_access), ("x", Some(3 * MINUTE)));
    assert_eq!(&wa.0.with_token("EAAother").usage(), usage, "views share what is known");

    let failing = answering(ResponseTemplate::new(400).insert_header("x-app-usage", r#"{"call_count":99}"#)).await;
    let wa = client(&failing);
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert_eq!(error.usage().unwrap().app.unwrap().call_count, 99);
    assert_eq!(wa.0.usage().app.unwrap().call_count, 99);
}

#[tokio::test]
async fn usage_that_cannot_be_read_is_kept_as_text() {
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({"data": []})).insert_header("x-app-usage", "busy")).await;
    let info = client(&server).0.send_full(&ListPhoneNumbers::new("102")).await.unwrap().info;
    assert_eq!((info.usage.app, info.app_usage.as_deref()), (None, Some("busy")));
}

#[tokio::test]
async fn calls_slow_down_as_usage_nears_the_threshold() {
    let server = reporting(86, "102", json!({})).await;
    let clock = ManualClock::new();
    let wa = governed(&server, &clock, Governor::new());
    for _ in 0..2 {
        wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    }
    assert_eq!(clock.pauses(), [Duration::from_secs(2)], "only the second call knows");
}

#[tokio::test]
async fn a_call_that_is_held_back_says_so_in_the_log_and_one_that_is_not_says_nothing() {
    let server = reporting(86, "102", json!({})).await;
    for (most, said) in [(Duration::from_secs(5), 1), (Duration::ZERO, 0)] {
        let log = Log::take();
        let before = log.text().matches("held back: the usage of the app is at 86 %").count();
        let wa = governed(&server, &ManualClock::new(), Governor::new().max_wait(most));
        for _ in 0..2 {
            wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
        }
        assert_eq!(log.text().matches("held back: the usage of the app is at 86 %").count() - before, said, "{most:?}");
    }
}

#[tokio::test]
async fn the_longest_of_several_waits_holds() {
    for (app, account) in [(86, 92), (92, 86)] {
        let server = reporting(app, "102", json!({"type": "x", "call_count": account})).await;
        let clock = ManualClock::new();
        let wa = governed(&server, &clock, Governor::new());
        for _ in 0..2 {
            wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
        }
        assert_eq!(clock.pauses(), [Duration::from_secs(4)], "{app} and {account} %");
    }
}

#[tokio::test]
async fn calls_over_the_threshold_are_refused_until_it_is_expected_to_clear() {
    let server = reporting(100, "102", json!({})).await;
    let clock = ManualClock::new();
    let wa = governed(&server, &clock, Governor::new());
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    let view = wa.0.with_token("EAAother");
    let error = view.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_held_back() && !error.is_refusal() && error.is_retryable() && error.attempts() == 0 && count(&server).await == 1);
    assert_eq!(error.turn_in(), Some(3 * MINUTE));
    assert_eq!(error.retry_at(), Some(clock.now() + 3 * MINUTE));
    let text = error.to_string();
    for part in ["the usage of the app", "100 %", "95 %", "180 s", "with_traffic(Traffic::Off)"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let request = ListPhoneNumbers::new("102").with(|options| options.set_traffic(Traffic::Off));
    view.send(&request).await.unwrap();
    clock.advance(3 * MINUTE);
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    assert!(clock.pauses().iter().all(|pause| *pause <= Duration::from_secs(5)));
}

#[tokio::test]
async fn one_account_over_its_limit_does_not_hold_another_back() {
    let server = reporting(1, "102", json!({"type": "x", "call_count": 100, "estimated_time_to_regain_access": 7})).await;
    let clock = ManualClock::new();
    let wa = governed(&server, &clock, Governor::new());
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.to_string().contains("the usage of 102 for x"), "{error}");
    assert_eq!(error.retry_at(), Some(clock.now() + 7 * MINUTE), "Graph's word, not an estimate");
    wa.send(&ListPhoneNumbers::new("103")).await.unwrap();
    // Graph has counted the last call for 102 too, so that 103 is known to belong to it.
    assert!(wa.send(&ListPhoneNumbers::new("103")).await.unwrap_err().is_held_back());
    clock.advance(7 * MINUTE);
    wa.send(&ListPhoneNumbers::new("103")).await.unwrap();
}

#[tokio::test]
async fn without_a_governor_nothing_is_held_back() {
    let server = reporting(100, "102", json!({"call_count": 100, "estimated_time_to_regain_access": 7})).await;
    for _ in 0..2 {
        client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_repetition_leaves_the_error_that_graph_gave() {
    let answer = ResponseTemplate::new(500).insert_header("x-app-usage", r#"{"call_count":100}"#);
    let server = answering(answer).await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock).governor(Governor::new()).retries(RetryPolicy::new()).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(500), 1), "{error}");
}

fn message(to: &str) -> DeleteQrCode {
    DeleteQrCode::new("106", "a").with(|options| options.set_param("to", to))
}

#[tokio::test]
async fn calls_of_one_number_are_spaced_and_those_of_another_are_not() {
    let server = reporting(1, "102", json!({})).await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock.clone()).pace(Pace::per_second(80)).build().unwrap();
    for _ in 0..3 {
        wa.send(&message("1")).await.unwrap();
    }
    let step = Duration::from_micros(12_500);
    assert_eq!(clock.pauses(), [step, step]);
    wa.send(&DeleteQrCode::new("107", "a")).await.unwrap();
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    assert_eq!(clock.pauses().len(), 2, "another number, and an operation without a pace");
    wa.0.with_token("EAAother").set_pace("107", Pace::per_second(20));
    wa.send(&DeleteQrCode::new("107", "a")).await.unwrap();
    wa.send(&DeleteQrCode::new("107", "a")).await.unwrap();
    assert!(clock.pauses().contains(&Duration::from_millis(50)), "{:?}", clock.pauses());
}

#[tokio::test]
async fn a_pair_has_a_pace_of_its_own() {
    let server = reporting(1, "102", json!({})).await;
    let clock = ManualClock::new();
    let pace = Pace::per_second(1000).pair(3, Duration::from_secs(6)).max_wait(Duration::from_secs(5));
    let wa = builder(&server).clock(clock.clone()).pace(pace).build().unwrap();
    for _ in 0..3 {
        wa.send(&message("15550001")).await.unwrap();
    }
    let error = wa.send(&message("15550001")).await.unwrap_err();
    assert!(error.is_held_back() && error.retry_at() > Some(clock.now() + Duration::from_secs(5)), "{error}");
    assert!(!error.support_report().contains("15550001"), "a recipient is never shown");
    wa.send(&message("15550002")).await.unwrap();
    clock.advance(Duration::from_secs(6));
    wa.send(&message("15550001")).await.unwrap();
    assert_eq!(count(&server).await, 5);
}

/// A clock on which no wait ever ends.
struct Forever;

impl Clock for Forever {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_gives_its_turn_back() {
    let server = reporting(1, "102", json!({})).await;
    // A second call waits for 3 seconds, a third would wait for 6.
    let pace = Pace::per_second(1).pair(1, Duration::from_secs(3)).max_wait(Duration::from_secs(5));
    let wa = builder(&server).clock(Arc::new(Forever)).pace(pace).build().unwrap();
    wa.send(&message("1")).await.unwrap();
    for _ in 0..3 {
        let (calling, request) = (wa.clone(), message("1"));
        let call = tokio::spawn(async move { calling.send(&request).await });
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!call.is_finished(), "it waits for its turn, and is not refused");
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn what_would_be_refused_is_sent_with_a_warning_for_those_who_ask() {
    let server = reporting(100, "102", json!({})).await;
    let clock = ManualClock::new();
    let pace = Pace::per_second(1).max_wait(Duration::ZERO);
    let wa = builder(&server).clock(clock.clone()).governor(Governor::new()).pace(pace).traffic(Traffic::Warn).build().unwrap();
    for _ in 0..3 {
        wa.send(&message("1")).await.unwrap();
    }
    assert!(clock.pauses().is_empty());
}

#[tokio::test]
async fn without_a_pace_nothing_waits() {
    let server = reporting(1, "102", json!({})).await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock.clone()).build().unwrap();
    for _ in 0..3 {
        wa.send(&message("1")).await.unwrap();
    }
    assert!(clock.pauses().is_empty());
}
