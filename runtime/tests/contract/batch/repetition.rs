//! When a call is sent again, and when never.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use graph_runtime::{BoxFuture, Error, Governor, RawRequest, RetryPolicy, StoreError, Usage, UsageReport, UsageStore, UseCaseUsage, Value};
use serde_json::json;
use wiremock::matchers::{any, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Echo, asked, batch, clock, graph_error, part, read};
use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber, Wa};
use crate::retries::{UNREACHABLE, hanging_up};
use crate::server::{TOKEN, answering, builder, count, saying};
use crate::time::ManualClock;
use crate::tokens::{Empty, Provider};

fn wa(url: &str) -> Wa {
    by(url, clock())
}

fn by(url: &str, clock: Arc<ManualClock>) -> Wa {
    let policy = RetryPolicy::new().repeat_refused_writes(true);
    graph_runtime::ClientBuilder::new(TOKEN, graph_runtime::Version(23, 0)).base_url(url).clock(clock).retries(policy).build().unwrap()
}

/// How often the call with this request and a read is sent.
async fn attempts<R: graph_runtime::IntoBatch>(wa: &Wa, request: R) -> u32 {
    let mut batch = batch(wa);
    let (_request, list) = (batch.add(request), batch.add(ListPhoneNumbers::new("102")));
    batch.send().await.take(list).unwrap_err().attempts()
}

#[tokio::test]
async fn a_call_is_repeated_only_where_that_does_nothing_twice() {
    let list = || ListPhoneNumbers::new("102");
    let write = || DeleteQrCode::new("106", "a");
    let register = || RegisterPhoneNumber::new("106", "212834");
    let clock = clock();
    let never_left = by(UNREACHABLE, clock.clone());
    let found = [attempts(&never_left, list()).await, attempts(&never_left, write()).await, attempts(&never_left, register()).await];
    assert_eq!((found, clock.pauses().len()), ([0, 0, 0], 2 + 2), "nothing left the machine");
    let (url, sent) = hanging_up().await;
    let lost = wa(&url);
    let found = [attempts(&lost, list()).await, attempts(&lost, write()).await, attempts(&lost, register()).await];
    assert_eq!((found, sent.load(Ordering::SeqCst)), ([3, 1, 1], 5), "the answer is lost");
    for answer in [ResponseTemplate::new(503), ResponseTemplate::new(400).set_body_json(graph_error(130_429))] {
        let server = answering(answer).await;
        let failing = wa(&server.uri());
        let found = [attempts(&failing, list()).await, attempts(&failing, write()).await, attempts(&failing, register()).await];
        assert_eq!((found, count(&server).await), ([3, 1, 1], 5));
    }
}

#[tokio::test]
async fn a_call_succeeds_when_it_is_repeated() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(502)).up_to_n_times(2).mount(&server).await;
    Mock::given(any()).respond_with(Echo).mount(&server).await;
    let wa = wa(&server.uri());
    let mut batch = batch(&wa);
    let (list, other) = (batch.add(ListPhoneNumbers::new("102").with(|_| ())), batch.add(read("1")));
    let mut answers = batch.send().await;
    assert!(answers.take(list).unwrap_err().is_decode(), "an echo is no list");
    assert_eq!((answers.take_full(other).unwrap().info.attempts, count(&server).await), (3, 3));
}

#[tokio::test]
async fn a_single_request_that_failed_is_left_to_the_caller() {
    let server = saying(json!([part(503, &graph_error(2)), part(200, &json!({"data": []})), null])).await;
    let wa = wa(&server.uri());
    let results: Vec<Result<_, Error>> = wa.0.batch_of(["1", "2", "3"].map(ListPhoneNumbers::new)).await;
    assert_eq!(count(&server).await, 1);
    assert!(results[0].as_ref().unwrap_err().is_retryable() && results[1].is_ok() && results[2].as_ref().unwrap_err().is_retryable());
}

#[tokio::test]
async fn a_request_that_is_never_to_be_repeated_holds_for_its_call() {
    let server = answering(ResponseTemplate::new(503)).await;
    let wa = wa(&server.uri());
    let once = read("1").with_retries(RetryPolicy::never());
    asked(&wa, [once, read("2")]).await;
    assert_eq!(count(&server).await, 1);
    asked(&wa, [read("1"), read("2")]).await;
    assert_eq!(count(&server).await, 4);
}

#[tokio::test]
async fn a_call_may_take_as_long_as_the_most_impatient_of_its_requests_allows() {
    let server = answering(ResponseTemplate::new(503).insert_header("retry-after", "5")).await;
    let wa = wa(&server.uri());
    let patient: Vec<RawRequest> = vec![read("1"), read("2")];
    asked(&wa, patient.clone()).await;
    assert_eq!(count(&server).await, 3);
    let mut hurried = patient;
    hurried[1] = read("2").with_timeout(Duration::from_secs(2));
    asked(&wa, hurried).await;
    assert_eq!(count(&server).await, 4, "a pause of five seconds does not fit into two");
    asked(&wa, [read("1").with_timeout(Duration::from_secs(2)), read("2")]).await;
    assert_eq!(count(&server).await, 5, "whichever of them it is");
}

#[tokio::test]
async fn pauses_of_a_call_grow() {
    let server = answering(ResponseTemplate::new(503)).await;
    let clock = clock();
    let first = Duration::from_secs(1);
    let policy =
        RetryPolicy::new().max_attempts(9).max_elapsed(Duration::from_hours(9)).base_pause(first).max_pause(Duration::from_hours(1));
    let wa = builder(&server).clock(clock.clone()).timeout(Duration::from_hours(9)).retries(policy).build().unwrap();
    asked(&wa, [read("1"), read("2")]).await;
    // Each is drawn from up to twice as much as the one before; all as short as the first has one chance in millions.
    let pauses = clock.pauses();
    assert!(pauses.len() == 8 && pauses.iter().any(|pause| *pause > first), "{pauses:?}");
}

#[tokio::test]
async fn a_call_with_a_write_is_not_sent_again_for_its_token() {
    let server = answering(ResponseTemplate::new(400).set_body_json(graph_error(102))).await;
    for (request, sent) in [(true, 1), (false, 2)] {
        let provider = Provider::new(Some("EAAfresh"));
        let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
        let mut batch = batch(&wa);
        let _read = batch.add(read("1"));
        if request {
            // Nothing proves that the write was not carried out.
            let _write = batch.add(DeleteQrCode::new("106", "a"));
        } else {
            let _read = batch.add(read("2"));
        }
        let before = count(&server).await;
        let _answers = batch.send().await;
        assert_eq!(count(&server).await - before, sent);
    }
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once_for_the_whole_call() {
    let server = MockServer::start().await;
    Mock::given(header("authorization", "Bearer EAAfresh")).respond_with(Echo).with_priority(1).mount(&server).await;
    let rejected = ResponseTemplate::new(401).set_body_json(graph_error(190));
    Mock::given(any()).respond_with(rejected).with_priority(2).mount(&server).await;
    let provider = Provider::new(Some("EAAfresh"));
    let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
    let mut batch = batch(&wa);
    let first = batch.add(read("1"));
    let _second = batch.add(read("2"));
    let first = batch.send().await.take_full(first).unwrap();
    assert_eq!((first.info.attempts, count(&server).await, provider.counts()), (2, 2, (1, 1)));
}

#[tokio::test]
async fn with_a_request_that_is_never_repeated_the_token_alone_is_replaced() {
    let rejected = answering(ResponseTemplate::new(401).set_body_json(graph_error(190))).await;
    let provider = Provider::new(Some("EAAfresh"));
    let wa = builder(&rejected).token_provider(provider.clone()).build().unwrap();
    let mut batch = batch(&wa);
    let (register, read) = (batch.add(RegisterPhoneNumber::new("106", "212834")), batch.add(read("1")));
    let mut answers = batch.send().await;
    for error in [answers.take(register).unwrap_err(), answers.take(read).unwrap_err()] {
        assert!(error.code() == Some(190) && error.is_retryable() && error.attempts() == 1, "{error}");
    }
    assert_eq!((count(&rejected).await, provider.counts()), (1, (1, 1)));
}

#[tokio::test]
async fn a_provider_without_a_token_fails_each_request() {
    let rejected = answering(ResponseTemplate::new(401).set_body_json(graph_error(190))).await;
    let provider = Provider::new(None);
    let wa = builder(&rejected).token_provider(provider.clone()).build().unwrap();
    let results: Vec<Result<Value, Error>> = wa.0.batch_of([read("1"), read("2")]).await;
    assert!(results.iter().all(|result| result.as_ref().is_err_and(|error| error.is_auth() && error.attempts() == 1)));
    assert_eq!((count(&rejected).await, provider.counts()), (1, (1, 1)));
    let wa = builder(&rejected).token_provider(Empty).build().unwrap();
    let outcomes = asked(&wa, [read("1"), read("2")]).await;
    assert!(outcomes.iter().all(|outcome| outcome.contains("the vault is closed")) && count(&rejected).await == 1, "{outcomes:?}");
}

#[tokio::test]
async fn a_repetition_that_is_refused_leaves_the_error_that_graph_gave() {
    let answer = ResponseTemplate::new(503).insert_header("x-app-usage", r#"{"call_count":100}"#);
    let server = answering(answer).await;
    let wa = builder(&server).clock(clock()).governor(Governor::new()).retries(RetryPolicy::new()).build().unwrap();
    let results: Vec<Result<_, Error>> = wa.0.batch_of(["1", "2"].map(ListPhoneNumbers::new)).await;
    for error in results.into_iter().map(Result::unwrap_err) {
        assert_eq!((error.status(), error.attempts()), (Some(503), 1), "{error}");
    }
    assert_eq!(count(&server).await, 1);
}

/// Another machine reports that the account 102 is throttled, after this one has asked about two requests.
#[derive(Debug, Default)]
struct Later(AtomicU32);

impl UsageStore for Later {
    fn put(&self, _: UsageReport) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn get<'a>(&'a self, _: &'a [&'a str], now: SystemTime) -> BoxFuture<'a, Result<Vec<UsageReport>, StoreError>> {
        let mut report = UsageReport { objects: vec!["102".to_owned()], usage: Usage::default(), at: now };
        let mut throttled = UseCaseUsage::default();
        throttled.regain_access = Some(Duration::from_secs(3600));
        report.usage.business.insert("102".to_owned(), vec![throttled]);
        let reports = if self.0.fetch_add(1, Ordering::SeqCst) < 2 { vec![] } else { vec![report] };
        Box::pin(std::future::ready(Ok(reports)))
    }
}

#[tokio::test]
async fn a_call_is_not_repeated_without_one_of_its_requests() {
    let server = answering(ResponseTemplate::new(503)).await;
    let governed = |store: Later| {
        builder(&server).clock(clock()).governor(Governor::new()).usage_store(Arc::new(store)).retries(RetryPolicy::new()).build().unwrap()
    };
    let results: Vec<Result<_, Error>> = governed(Later::default()).0.batch_of(["102", "103"].map(ListPhoneNumbers::new)).await;
    for error in results.into_iter().map(Result::unwrap_err) {
        assert_eq!((error.status(), error.attempts()), (Some(503), 1), "{error}");
    }
    assert_eq!(count(&server).await, 1);
    let results: Vec<Result<_, Error>> = governed(Later(2.into())).0.batch_of(["102", "103"].map(ListPhoneNumbers::new)).await;
    let held_back: Vec<_> = results.iter().map(|result| result.as_ref().is_err_and(Error::is_held_back)).collect();
    assert_eq!((held_back, count(&server).await), (vec![true, false], 1 + 3), "the first time, the others go without it");
}
