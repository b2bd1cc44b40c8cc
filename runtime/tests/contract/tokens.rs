//! Tokens from a provider: asked once, refreshed once, replayed once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use graph_runtime::{BoxFuture, Outcome, ProviderError, RetryPolicy, Secret, TokenProvider, TokenSource, Version};
use serde_json::json;
use tokio::sync::Semaphore;
use wiremock::matchers::{any, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::miniature::{DeleteQrCode, ExchangeCode, ListPhoneNumbers, PhoneNumber, RegisterPhoneNumber};
use crate::server::{APP_SECRET, answering, builder, client, count, query};
use crate::time::ManualClock;

/// Gives `EAAstale`, then `EAAfresh`; counts how often it is asked.
#[derive(Clone)]
pub(crate) struct Provider {
    asked: Arc<AtomicU32>,
    refreshed: Arc<AtomicU32>,
    fresh: Option<&'static str>,
    gate: Arc<Semaphore>,
}

impl Provider {
    pub(crate) fn new(fresh: Option<&'static str>) -> Self {
        Self { asked: Arc::default(), refreshed: Arc::default(), fresh, gate: Arc::new(Semaphore::new(100)) }
    }

    pub(crate) fn counts(&self) -> (u32, u32) {
        (self.asked.load(Ordering::SeqCst), self.refreshed.load(Ordering::SeqCst))
    }
}

impl TokenProvider for Provider {
    fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok("EAAstale".into()) })
    }

    fn refresh<'a>(&'a self, stale: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        assert_eq!(stale.expose(), "EAAstale");
        self.refreshed.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            self.gate.acquire().await?.forget();
            match self.fresh {
                Some(token) => Ok(token.into()),
                None => Err(io::Error::other("the vault is closed to EAAstale").into()),
            }
        })
    }
}

/// A server that rejects every token but `EAAfresh`.
pub(crate) async fn rejecting() -> MockServer {
    let server = MockServer::start().await;
    let success = ResponseTemplate::new(200).set_body_json(json!({"success": true}));
    Mock::given(header("authorization", "Bearer EAAfresh")).respond_with(success).with_priority(1).mount(&server).await;
    let expired = ResponseTemplate::new(401).set_body_json(json!({"error": {"code": 190, "message": "expired"}}));
    Mock::given(any()).respond_with(expired).with_priority(2).mount(&server).await;
    server
}

fn register() -> RegisterPhoneNumber {
    RegisterPhoneNumber::new("106", "212834")
}

/// A write that is sent again if it is proven that nothing was done.
fn delete() -> DeleteQrCode {
    DeleteQrCode::new("106", "a")
}

#[tokio::test]
async fn what_is_never_repeated_is_sent_once_and_retryable_with_the_fresh_token() {
    let server = rejecting().await;
    let provider = Provider::new(Some("EAAfresh"));
    let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
    let error = wa.send(&register()).await.unwrap_err();
    assert_eq!((error.code(), error.outcome(), error.is_retryable()), (Some(190), Outcome::Rejected, true), "{error}");
    assert_eq!((error.attempts(), count(&server).await, provider.counts()), (1, 1, (1, 1)));
    wa.send(&register()).await.unwrap();
    assert_eq!((count(&server).await, provider.counts()), (2, (1, 1)), "the next call has the fresh token");
}

#[tokio::test]
async fn without_another_token_it_is_not_retryable_and_says_why() {
    let server = rejecting().await;
    let wa = builder(&server).token_provider(Provider::new(None)).build().unwrap();
    let error = wa.send(&register()).await.unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), (Some(190), false));
    assert!(error.provider_error().unwrap().to_string().contains("the vault is closed"));
}

#[tokio::test]
async fn without_a_catalog_a_rejected_token_is_retryable_with_another_alone() {
    let server = rejecting().await;
    let builder = || graph_runtime::Client::builder("EAAstale", Version(23, 0)).base_url(server.uri());
    for (builder, retryable) in [
        (builder(), false),
        (builder().token_provider(Provider::new(None)), false),
        (builder().token_provider(Provider::new(Some("EAAfresh"))), true),
    ] {
        let error = builder.build().unwrap().send(&register()).await.unwrap_err();
        assert_eq!((error.code(), error.info(), error.outcome()), (Some(190), None, Outcome::Rejected), "{error}");
        assert_eq!(error.is_retryable(), retryable, "{error}");
    }
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once_and_the_call_replayed_with_a_new_proof() {
    let server = rejecting().await;
    let provider = Provider::new(Some("EAAfresh"));
    let wa = builder(&server).app_secret(APP_SECRET).token_provider(provider.clone()).build().unwrap();
    let response = wa.0.send_full(&delete()).await.unwrap();
    assert_eq!((response.info.attempts, count(&server).await, provider.counts()), (2, 2, (1, 1)));
    let requests = server.received_requests().await.unwrap();
    assert_ne!(query(&requests[0]), query(&requests[1]), "another token has another proof");
    wa.send(&delete()).await.unwrap();
    assert_eq!((count(&server).await, provider.counts()), (3, (1, 1)), "the fresh token is kept");
}

#[tokio::test]
async fn many_requests_share_one_refresh() {
    let server = rejecting().await;
    let provider = Provider { gate: Arc::new(Semaphore::new(0)), ..Provider::new(Some("EAAfresh")) };
    let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
    let calls: Vec<_> = (0..20)
        .map(|at: u32| {
            // A number each.
            let (wa, number) = (wa.clone(), (200 + at).to_string());
            tokio::spawn(async move { wa.send(&DeleteQrCode::new(number, "a")).await.is_ok() })
        })
        .collect();
    while provider.counts().1 == 0 {
        tokio::task::yield_now().await;
    }
    // Another tenant does not wait for this one's provider.
    let tenant = wa.0.with_token("EAAfresh");
    tenant.send(&delete()).await.unwrap();
    let other = wa.0.with_token_provider(Provider::new(Some("EAAfresh")));
    other.send(&delete()).await.unwrap();
    provider.gate.add_permits(100);
    for call in calls {
        assert!(call.await.unwrap());
    }
    assert_eq!(provider.counts(), (1, 1));
}

#[tokio::test]
async fn a_provider_without_another_token_leaves_the_error() {
    for fresh in [None, Some("EAAstale")] {
        let server = rejecting().await;
        let provider = Provider::new(fresh);
        let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
        let error = wa.send(&delete()).await.unwrap_err();
        assert!(error.is_auth() && error.attempts() == 1, "{error}");
        assert_eq!((count(&server).await, provider.counts()), (1, (1, 1)));
    }
}

#[tokio::test]
async fn a_call_is_replayed_only_once() {
    let server = rejecting().await;
    let provider = Provider::new(Some("EAAworse"));
    let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
    let error = wa.send(&delete()).await.unwrap_err();
    assert!(error.is_auth() && error.attempts() == 2, "{error}");
    assert_eq!((count(&server).await, provider.counts()), (2, (1, 1)));
}

#[tokio::test]
async fn a_write_is_replayed_only_if_it_is_proven_that_it_was_not_executed() {
    let ended = ResponseTemplate::new(401).set_body_json(json!({"error": {"code": 102, "message": "ended"}}));
    let server = answering(ended).await;
    let provider = Provider::new(Some("EAAfresh"));
    let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
    assert_eq!(wa.send(&delete()).await.unwrap_err().attempts(), 1);
    assert_eq!(provider.counts(), (1, 0));
    assert_eq!(wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err().attempts(), 2);
    assert_eq!(provider.counts(), (1, 1));
}

#[tokio::test]
async fn an_operation_without_authentication_asks_no_provider() {
    let server = rejecting().await;
    let provider = Provider::new(Some("EAAfresh"));
    let wa = builder(&server).token_provider(provider.clone()).build().unwrap();
    let error = wa.send(&ExchangeCode::new(PhoneNumber::named("a"))).await.unwrap_err();
    assert_eq!((error.code(), provider.counts()), (Some(190), (0, 0)));
}

#[tokio::test]
async fn a_given_token_is_not_refreshed() {
    let server = rejecting().await;
    assert_eq!(client(&server).send(&register()).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_request_may_bring_its_provider() {
    let server = rejecting().await;
    let provider = Provider::new(Some("EAAfresh"));
    let source = TokenSource::new(provider.clone());
    for _ in 0..2 {
        let request = delete().with(|options| options.set_token_provider(source.clone()));
        client(&server).send(&request).await.unwrap();
    }
    assert_eq!((count(&server).await, provider.counts()), (3, (1, 1)), "requests with one source share its token");
}

pub(crate) struct Empty;

impl TokenProvider for Empty {
    fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderError>> {
        Box::pin(async { Err(io::Error::other("the vault is closed").into()) })
    }

    fn refresh<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        self.token()
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let server = rejecting().await;
    let wa = builder(&server).token_provider(Empty).build().unwrap();
    let error = wa.send(&register()).await.unwrap_err();
    assert!(error.to_string().contains("the vault is closed"), "{error}");
    assert_eq!((error.attempts(), count(&server).await), (0, 0));
}

#[tokio::test]
async fn a_timed_proof_travels_with_its_time() {
    let server = rejecting().await;
    let wa = builder(&server).app_secret(APP_SECRET).timed_proof(true).build().unwrap();
    wa.0.with_token("EAAfresh").send(&register()).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    let names: Vec<_> = query(&request).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["appsecret_proof", "appsecret_time"]);
}

#[tokio::test]
async fn each_attempt_has_a_proof_of_its_own_time() {
    let server = answering(ResponseTemplate::new(503).insert_header("retry-after", "400")).await;
    let hour = Duration::from_hours(1);
    let policy = RetryPolicy::new().max_attempts(2).max_elapsed(hour).base_pause(Duration::ZERO);
    let wa = builder(&server).app_secret(APP_SECRET).timed_proof(true).clock(ManualClock::new()).retries(policy).timeout(hour);
    wa.build().unwrap().send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    let requests = server.received_requests().await.unwrap();
    let times: Vec<u64> = requests.iter().map(|request| query(request)[1].1.parse().unwrap()).collect();
    assert_eq!(times[1] - times[0], 400);
    assert_ne!(query(&requests[0])[0], query(&requests[1])[0]);
}
