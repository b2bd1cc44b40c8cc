//! A call ends within its time limit, whatever it waits for, and what was not sent says so.

use std::fs::File;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use graph_runtime::ledger::{FileLedger, Ledger, Limit, LimitStatus, MemoryLedger, Observation, Pending, Reservation, Reserved, Settled};
use graph_runtime::{
    BoxFuture, ClientBuilder, Clock as _, Error, Governor, Operation as _, Outcome, Pace, ProviderError, Secret, TokenProvider,
};
use serde_json::json;
use tokio::sync::Semaphore;
use wiremock::ResponseTemplate;

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber, UploadMedia, Wa};
use crate::server::{TOKEN, answering, builder, count, saying};
use crate::spans::Log;
use crate::time::ManualClock;

const LIMIT: Duration = Duration::from_millis(500);

fn register() -> RegisterPhoneNumber {
    RegisterPhoneNumber::new("106", "212834")
}

/// The result, and that it was there within the limit and a little.
async fn in_time<T>(call: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let result = tokio::time::timeout(LIMIT * 20, call).await.expect("the call never ended");
    assert!(began.elapsed() < LIMIT * 3, "{:?}", began.elapsed());
    result
}

fn not_sent(error: &Error, waited_for: &str) {
    assert_eq!((error.outcome(), error.is_retryable(), error.attempts(), error.is_timeout()), (Outcome::NotSent, true, 0, true), "{error}");
    assert!(error.to_string().contains(waited_for), "{error}");
}

/// The lock of a ledger, as another process holds it.
fn locked(folder: &std::path::Path) -> File {
    let lock = File::open(folder.join("ledger")).unwrap();
    lock.lock().unwrap();
    lock
}

async fn counted(wa: &Wa) -> u32 {
    counted_at(wa, SystemTime::now()).await
}

async fn counted_at(wa: &Wa, now: SystemTime) -> u32 {
    let limit = Limit::of(RegisterPhoneNumber::INFO, "106").unwrap();
    wa.0.ledger().inspect(&limit, now).await.unwrap().counted
}

#[tokio::test]
async fn a_lock_that_is_held_elsewhere_ends_the_call_in_time_and_leaves_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let server = saying(json!({"success": true})).await;
    let ledger = Arc::new(FileLedger::open(folder.path().join("ledger")).unwrap());
    let lock = locked(folder.path());
    let wa = builder(&server).ledger(ledger).timeout(LIMIT).build().unwrap();
    not_sent(&in_time(wa.send(&register())).await.unwrap_err(), "the ledger");
    let batch: Vec<Result<_, Error>> = in_time(wa.0.batch_of([register(), register()])).await;
    for result in batch {
        not_sent(&result.unwrap_err(), "the ledger");
    }
    drop(lock);
    assert_eq!((counted(&wa).await, count(&server).await), (0, 0));
    wa.send(&register()).await.unwrap();
    assert_eq!((counted(&wa).await, count(&server).await), (1, 1));
}

#[tokio::test]
async fn calls_that_wait_for_a_lock_hold_nothing_else_up() {
    let folder = tempfile::tempdir().unwrap();
    let server = saying(json!({"success": true, "data": []})).await;
    let ledger = Arc::new(FileLedger::open(folder.path().join("ledger")).unwrap());
    let _lock = locked(folder.path());
    let wa = builder(&server).ledger(ledger).timeout(Duration::from_secs(3)).build().unwrap();
    let waiting: Vec<_> = (0..600_u32)
        .map(|number| {
            let wa = wa.clone();
            tokio::spawn(async move { wa.send(&RegisterPhoneNumber::new((1000 + number).to_string(), "212834")).await.is_ok() })
        })
        .collect();
    tokio::task::yield_now().await;
    // By a name, which is looked up on a thread for blocking work.
    let url = server.uri().replace("127.0.0.1", "localhost");
    let read: Wa = ClientBuilder::new(TOKEN, graph_runtime::Version(23, 0)).base_url(&url).build().unwrap();
    in_time(read.send(&ListPhoneNumbers::new("102"))).await.unwrap();
    for call in waiting {
        assert!(!call.await.unwrap());
    }
}

/// A ledger that takes its time.
#[derive(Debug)]
struct Slow {
    when: When,
    inner: MemoryLedger,
}

/// When a ledger takes its time.
#[derive(Debug)]
enum When {
    /// It never answers to a reservation.
    Reserving,
    /// It never answers to what follows a reservation.
    Settling,
    /// A reservation takes nearly as long as a call may, and a place is given back when there is a permit.
    ForAWhile(Arc<ManualClock>, Arc<Semaphore>),
}

impl Slow {
    fn new(when: When) -> Arc<Self> {
        Arc::new(Self { when, inner: MemoryLedger::default() })
    }
}

impl Ledger for Slow {
    fn reserve<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reserved> {
        match &self.when {
            When::Reserving => return Box::pin(pending()),
            When::Settling => {}
            When::ForAWhile(clock, _) => clock.advance(LIMIT * 19 / 20),
        }
        self.inner.reserve(limit, now)
    }

    fn reserve_anyway<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reservation> {
        self.inner.reserve_anyway(limit, now)
    }

    fn commit(&self, reservation: Reservation, settled: Settled, now: SystemTime) -> Pending<'_, ()> {
        if let When::Settling = self.when { Box::pin(pending()) } else { self.inner.commit(reservation, settled, now) }
    }

    fn release(&self, reservation: Reservation) -> Pending<'_, ()> {
        match &self.when {
            When::Reserving => self.inner.release(reservation),
            When::Settling => Box::pin(pending()),
            When::ForAWhile(_, permits) => Box::pin(async {
                permits.acquire().await.unwrap().forget();
                self.inner.release(reservation).await
            }),
        }
    }

    fn record<'a>(&'a self, limit: &'a Limit, observation: Observation) -> Pending<'a, ()> {
        self.inner.record(limit, observation)
    }

    fn inspect<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, LimitStatus> {
        self.inner.inspect(limit, now)
    }

    fn clear<'a>(&'a self, limit: &'a Limit) -> Pending<'a, ()> {
        self.inner.clear(limit)
    }

    fn alias<'a>(&'a self, limit: &'a Limit, other: &'a str) -> Pending<'a, ()> {
        self.inner.alias(limit, other)
    }
}

#[tokio::test]
async fn a_ledger_that_hangs_is_left_in_time() {
    let server = saying(json!({"success": true})).await;
    let with = |when| builder(&server).ledger(Slow::new(when)).timeout(LIMIT).build().unwrap();
    not_sent(&in_time(with(When::Reserving).send(&register())).await.unwrap_err(), "the ledger");
    let wa = with(When::Settling);
    in_time(wa.send(&register())).await.unwrap();
    assert_eq!((counted(&wa).await, count(&server).await), (1, 1), "the answer counts more than that it was recorded");
}

#[tokio::test]
async fn what_a_ledger_leaves_no_time_to_send_is_not_sent_and_gives_its_place_back() {
    let server = saying(json!({"success": true})).await;
    let (clock, permits, log) = (ManualClock::new(), Arc::new(Semaphore::new(1)), Log::take());
    let ledger = Slow::new(When::ForAWhile(clock.clone(), permits.clone()));
    let wa = builder(&server).ledger(ledger).clock(clock.clone()).timeout(LIMIT).build().unwrap();
    not_sent(&wa.send(&register()).await.unwrap_err(), "the ledger");
    assert_eq!(log.field("error.type").as_deref(), Some("timeout"));
    assert_eq!(counted_at(&wa, clock.now()).await, 0);
    let batch: Vec<Result<_, Error>> = wa.0.batch_of([register(), register()]).await;
    for result in batch {
        not_sent(&result.unwrap_err(), "the ledger");
    }
    assert_eq!(counted_at(&wa, clock.now()).await, 2, "the batch does not wait until its places are given back");
    permits.add_permits(2);
    for _ in 0..9 {
        tokio::task::yield_now().await;
    }
    assert_eq!((counted_at(&wa, clock.now()).await, count(&server).await), (0, 0));
}

/// Has a token at once, or never; and never another.
struct Stuck {
    token: bool,
}

impl TokenProvider for Stuck {
    fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderError>> {
        if self.token { Box::pin(async { Ok("EAAstale".into()) }) } else { Box::pin(pending()) }
    }

    fn refresh<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn a_token_provider_that_hangs_is_left_in_time() {
    let server = answering(ResponseTemplate::new(401).set_body_json(json!({"error": {"code": 190, "message": "expired"}}))).await;
    let wa = builder(&server).token_provider(Stuck { token: false }).timeout(LIMIT).build().unwrap();
    not_sent(&in_time(wa.send(&ListPhoneNumbers::new("102"))).await.unwrap_err(), "its token provider");
    let batch: Vec<Result<_, Error>> = in_time(wa.0.batch_of([ListPhoneNumbers::new("102")])).await;
    not_sent(batch[0].as_ref().unwrap_err(), "its token provider");
    assert_eq!(count(&server).await, 0);
    let wa = builder(&server).token_provider(Stuck { token: true }).timeout(LIMIT).build().unwrap();
    let error = in_time(wa.send(&ListPhoneNumbers::new("102"))).await.unwrap_err();
    assert_eq!((error.code(), error.attempts(), error.is_retryable()), (Some(190), 1, false));
    assert!(error.provider_error().unwrap().to_string().contains("time limit"));
}

/// The one thread for blocking work is busy, as if the disk were.
#[test]
fn a_file_that_cannot_be_opened_in_time_ends_the_call_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    std::fs::write(&path, "xxxxx").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(1).enable_all().build().unwrap();
    let (release, busy) = std::sync::mpsc::channel::<()>();
    runtime.block_on(async {
        let server = saying(json!({"id": "1"})).await;
        let wa = builder(&server).timeout(LIMIT).build().unwrap();
        let upload = |path: &std::path::Path| UploadMedia::new("106", graph_runtime::File::path(path, "image/png"));
        let blocked = tokio::task::spawn_blocking(move || busy.recv().is_err());
        not_sent(&in_time(wa.send(&upload(&path))).await.unwrap_err(), "its file");
        assert_eq!(count(&server).await, 0);
        drop(release);
        assert!(blocked.await.unwrap());
        in_time(wa.send(&upload(&path))).await.unwrap();
        assert_eq!(count(&server).await, 1);
    });
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_not_opened_since_no_one_may_ever_write_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let server = saying(json!({"id": "1"})).await;
    let wa = builder(&server).timeout(LIMIT).build().unwrap();
    let error = in_time(wa.send(&UploadMedia::new("106", graph_runtime::File::path(&path, "image/png")))).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("is no file; what has no length can be sent with `File::stream`"), "{error}");
}

#[tokio::test]
async fn a_call_that_would_leave_with_too_little_time_is_not_sent() {
    let server = saying(json!({"success": true})).await;
    for (interval, sent) in [(58_900, 2), (59_900, 1)] {
        let clock = ManualClock::new();
        let pace = Pace::per_second(80).pair(1, Duration::from_millis(interval)).max_wait(Duration::from_secs(60));
        let wa = builder(&server).clock(clock.clone()).pace(pace).build().unwrap();
        let before = count(&server).await;
        let delete = DeleteQrCode::new("106", "a").with(|options| options.set_param("to", "16505551234"));
        wa.send(&delete).await.unwrap();
        if let Err(error) = wa.send(&delete).await {
            assert_eq!((error.outcome(), error.is_retryable(), clock.pauses().len()), (Outcome::NotSent, true, 0), "{error}");
        }
        assert_eq!(count(&server).await - before, sent, "{interval}");
    }
}

#[tokio::test]
async fn waits_that_are_longer_than_the_call_are_refused_at_build() {
    let server = saying(json!({})).await;
    let new = || builder(&server).timeout(Duration::from_secs(3));
    let long = Duration::from_secs(4);
    for refused in [new().pace(Pace::per_second(1).max_wait(long)), new().governor(Governor::new().max_wait(long))] {
        let error = refused.build().unwrap_err().0;
        assert!(error.is_config() && error.to_string().contains("lower `max_wait`, or raise `timeout`"), "{error}");
    }
    // What was not said gives way.
    assert!(new().pace(Pace::per_second(1)).governor(Governor::new()).build().is_ok());
}
