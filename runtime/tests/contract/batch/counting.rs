//! Each request counts: in the ledger, for governor and pace.

use std::time::{Duration, SystemTime};

use graph_runtime::ledger::{Limit, RetryBasis};
use graph_runtime::{ClientBuilder, Governor, Operation, Pace, RetryPolicy, Traffic, Version};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::{asked, batch, clock, echo, graph_error, part, read, requests};
use crate::ledger::{full, mute};
use crate::miniature::{DeleteQrCode, DeregisterPhoneNumber, ListPhoneNumbers, RegisterPhoneNumber, Wa};
use crate::retries::{UNREACHABLE, hanging_up};
use crate::server::{TOKEN, answering, builder, client, count, saying, sent};

fn register() -> RegisterPhoneNumber {
    RegisterPhoneNumber::new("106", "212834")
}

/// How many registrations are counted, and how many of them have an unknown outcome.
async fn counted(wa: &Wa) -> (u32, u32) {
    let limit = Limit::of(RegisterPhoneNumber::INFO, "106").unwrap();
    let standing = wa.0.ledger().inspect(&limit, SystemTime::now()).await.unwrap();
    (standing.counted, standing.unknown)
}

fn at(url: &str) -> ClientBuilder<Wa> {
    ClientBuilder::new(TOKEN, Version(23, 0)).base_url(url)
}

#[tokio::test]
async fn of_eleven_registrations_in_one_batch_the_eleventh_is_refused() {
    let success = part(200, &json!({"success": true}));
    let server = saying(json!(vec![success; 11])).await;
    let wa = client(&server);
    let mut batch = batch(&wa);
    let tickets: Vec<_> = (0..11).map(|_| batch.add(register())).collect();
    let list = batch.add(DeregisterPhoneNumber::new("106"));
    let mut answers = batch.send().await;
    let mut results: Vec<_> = tickets.into_iter().map(|ticket| answers.take(ticket)).collect();
    let error = results.pop().unwrap().unwrap_err();
    assert!(error.is_refusal() && error.is_rate_limited() && error.attempts() == 0, "{error}");
    assert_eq!((error.retry_basis(), error.info().unwrap().name), (Some(RetryBasis::Estimated), "RegistrationLimitReached"));
    assert!(results.into_iter().all(|result| result.is_ok()) && answers.take(list).is_ok(), "the rest are sent");
    assert_eq!((requests(&sent(&server).await).len(), counted(&wa).await), (11, (10, 0)));
    assert!(wa.send(&register()).await.unwrap_err().is_refusal(), "single calls share the count");
}

#[tokio::test]
async fn what_depends_on_the_eleventh_is_not_sent() {
    let server = echo().await;
    let wa = client(&server);
    let mut batch = batch(&wa);
    let tickets: Vec<_> = (0..11).map(|_| batch.add(register())).collect();
    let after = batch.after(&tickets[10]).add(read("1"));
    let error = batch.send().await.take(after).unwrap_err();
    assert!(error.to_string().contains("depends on the request `item10`"), "{error}");
    assert_eq!(requests(&sent(&server).await).len(), 10);
}

#[tokio::test]
async fn each_request_counts_by_its_own_answer() {
    let parts = [
        part(200, &json!({"success": true})),
        part(400, &graph_error(100)),
        part(500, &graph_error(2)),
        json!(null),
        json!(7),
        // Turned away at the door: not counted.
        part(401, &graph_error(190)),
        part(429, &graph_error(4)),
    ];
    let server = saying(json!(parts)).await;
    let wa = client(&server);
    let results: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of(parts.iter().map(|_| register())).await;
    assert_eq!(
        (results.iter().filter(|result| result.is_ok()).count(), counted(&wa).await),
        (1, (5, 4)),
        "of the answers, one says that it was carried out"
    );

    let server = saying(json!([part(400, &graph_error(133_016))])).await;
    let wa = client(&server);
    let _: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of([register()]).await;
    let error = wa.send(&register()).await.unwrap_err();
    assert!(error.is_refusal() && error.retry_basis() == Some(RetryBasis::Observed), "{error}");
}

#[tokio::test]
async fn the_outcome_of_the_call_counts_for_each_of_its_requests() {
    let html = ResponseTemplate::new(502).set_body_string("<html>");
    let short = ResponseTemplate::new(200).set_body_json(json!([part(200, &json!({"success": true}))]));
    for (answer, expected) in [
        (ResponseTemplate::new(401).set_body_json(graph_error(190)), (0, 0)),
        (html, (3, 3)),
        (short, (3, 3)),
        (ResponseTemplate::new(429), (3, 0)),
    ] {
        let server = answering(answer).await;
        let wa = client(&server);
        let _: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of((0..3).map(|_| register())).await;
        assert_eq!(counted(&wa).await, expected);
    }
    let (url, _) = hanging_up().await;
    for (url, expected) in [(url.as_str(), 3), (UNREACHABLE, 0)] {
        let wa = at(url).build().unwrap();
        let results: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of((0..3).map(|_| register())).await;
        let left = u32::from(expected > 0);
        assert!(results.iter().all(|result| result.as_ref().is_err_and(|error| error.attempts() == left && error.status().is_none())));
        assert_eq!(counted(&wa).await, (expected, expected), "{url}");
    }
}

#[tokio::test]
async fn a_batch_that_is_dropped_on_its_way_is_counted_as_unknown_and_before_not_at_all() {
    let (url, mut requests) = mute(false).await;
    for (url, expected) in [(url.as_str(), (3, 3)), (&full().await.url, (0, 0))] {
        let wa = at(url).build().unwrap();
        let mut batch = batch(&wa);
        let _tickets: Vec<_> = (0..3).map(|_| batch.add(register())).collect();
        tokio::select! {
            _ = batch.send() => panic!("the server never answers"),
            _ = requests.recv() => {},
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
        assert_eq!(counted(&wa).await, expected);
    }
}

#[tokio::test]
async fn a_batch_waits_for_the_governor_once() {
    let server = echo().await;
    let seen = answering(
        ResponseTemplate::new(200)
            .set_body_json(json!([part(200, &json!({"asked": "1"}))]))
            .insert_header("x-app-usage", r#"{"call_count":86}"#),
    )
    .await;
    for (server, expected) in [(&server, &[][..]), (&seen, &[Duration::from_secs(2)][..])] {
        let clock = clock();
        let wa = builder(server).clock(clock.clone()).governor(Governor::new()).build().unwrap();
        asked(&wa, [read("1")]).await;
        asked(&wa, [read("1"), read("2"), read("3")]).await;
        assert_eq!(clock.pauses(), expected, "the longest of their waits, and not the sum");
    }
}

#[tokio::test]
async fn the_governor_refuses_single_requests_of_a_batch() {
    let usage = json!({"102": [{"type": "x", "call_count": 100, "estimated_time_to_regain_access": 7}]}).to_string();
    let own = json!({"code": 200, "headers": [{"name": "x-business-use-case-usage", "value": usage}], "body": "{\"data\":[]}"});
    let server = saying(json!([own, part(200, &json!({"data": []}))])).await;
    let clock = clock();
    let wa = builder(&server).clock(clock.clone()).governor(Governor::new()).build().unwrap();
    let lists = || ["102", "103"].map(ListPhoneNumbers::new);
    let first: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of(lists()).await;
    assert!(first.iter().all(Result::is_ok));
    let second: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of(lists()).await;
    let error = second[0].as_ref().unwrap_err();
    assert!(error.is_held_back() && error.is_rate_limited() && error.to_string().contains("the usage of 102 for x"), "{error}");
    assert!(!second[1].as_ref().is_err_and(graph_runtime::Error::is_held_back), "usage of one account is not that of another");
    let calls = server.received_requests().await.unwrap();
    assert_eq!(requests(&calls[1]).len(), 1);
    let off = lists().map(|list| list.with(|options| options.set_traffic(Traffic::Off)));
    let third: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of(off).await;
    assert!(third.iter().all(Result::is_ok));
}

#[tokio::test]
async fn the_usage_of_a_whole_call_is_ascribed_to_none_of_several_requests() {
    let usage = json!({"102": [{"type": "x", "call_count": 100, "estimated_time_to_regain_access": 7}]}).to_string();
    for (ids, held_back) in [(vec!["103"], true), (vec!["103", "104"], false)] {
        let parts = vec![part(200, &json!({"data": []})); ids.len()];
        let answer = ResponseTemplate::new(200).set_body_json(parts).insert_header("x-business-use-case-usage", usage.as_str());
        let server = answering(answer).await;
        let wa = builder(&server).clock(clock()).governor(Governor::new()).build().unwrap();
        for again in [false, true] {
            let results: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of(ids.iter().map(|id| ListPhoneNumbers::new(*id))).await;
            let refused = results.iter().any(|result| result.as_ref().is_err_and(graph_runtime::Error::is_held_back));
            assert_eq!(refused, again && held_back, "{ids:?}");
        }
        assert_eq!(wa.0.usage().business["102"][0].call_count, 100);
    }
}

fn message() -> DeleteQrCode {
    DeleteQrCode::new("106", "a")
}

#[tokio::test]
async fn each_request_takes_a_turn_of_its_number() {
    let server = echo().await;
    let clock = clock();
    let wa = builder(&server).clock(clock.clone()).pace(Pace::per_second(80)).build().unwrap();
    let results: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of((0..3).map(|_| message())).await;
    assert_eq!(results.len(), 3);
    let step = Duration::from_micros(12_500);
    assert_eq!(clock.pauses(), [step * 2], "all leave when the last has its turn");
    wa.send(&message()).await.unwrap();
    assert_eq!(clock.pauses(), [step * 2, step]);
}

#[tokio::test]
async fn a_turn_that_is_too_far_away_is_not_taken() {
    let server = echo().await;
    let clock = clock();
    let pace = Pace::per_second(1).max_wait(Duration::from_secs(1));
    let wa = builder(&server).clock(clock.clone()).pace(pace).retries(RetryPolicy::never()).build().unwrap();
    let results: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of((0..4).map(|_| message())).await;
    let refused: Vec<_> = results.iter().map(|result| result.as_ref().is_err_and(graph_runtime::Error::is_held_back)).collect();
    assert_eq!((refused, count(&server).await), (vec![false, false, true, true], 1));
    assert_eq!(requests(&sent(&server).await).len(), 2);
}
