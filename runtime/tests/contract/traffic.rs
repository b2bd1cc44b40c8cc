//! Many calls at once: they wait for their turn and fail only when it would come too late, and that is no refusal.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use graph_runtime::{
    ClientBuilder, Error, Method, Operation, OperationInfo, Outgoing, Pace, Paced, RateInfo, Refusals, RequestOptions, Traffic, Value,
    Version,
};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use wiremock::{MockServer, ResponseTemplate};

use crate::miniature::{DeleteQrCode, Wa};
use crate::server::{answering, builder, count, saying};
use crate::time::ManualClock;

async fn server() -> MockServer {
    saying(json!({"success": true})).await
}

fn call() -> DeleteQrCode {
    DeleteQrCode::new("106540352242922", "a")
}

#[tokio::test]
async fn refusals_and_traffic_have_a_switch_each() {
    let server = server().await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock.clone()).pace(Pace::per_second(5)).refusals(Refusals::Off).build().unwrap();
    for _ in 0..6 {
        wa.send(&call().with(|options| options.set_refusals(Refusals::Off))).await.unwrap();
    }
    assert_eq!(clock.pauses(), [Duration::from_millis(200); 5], "no refusals, and the pace all the same");
    for _ in 0..3 {
        wa.send(&call().with(|options| options.set_traffic(Traffic::Off))).await.unwrap();
        wa.0.with_traffic(Traffic::Off).send(&call()).await.unwrap();
    }
    assert_eq!(clock.pauses().len(), 5, "what is let through at once takes no turn");
    let odd = DeleteQrCode::new("a name", "a").with(|options| options.set_traffic(Traffic::Off));
    let strict = builder(&server).build().unwrap();
    assert!(strict.send(&odd).await.unwrap_err().is_refusal(), "and what is refused is refused");
}

#[tokio::test]
async fn a_call_that_is_held_back_says_how_long_and_how_it_is_sent_at_once() {
    let server = server().await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock.clone()).pace(Pace::per_second(1).max_wait(Duration::ZERO)).build().unwrap();
    wa.send(&call()).await.unwrap();
    let error = wa.send(&call()).await.unwrap_err();
    assert!(error.is_held_back() && error.is_rate_limited() && error.is_retryable() && !error.is_refusal() && error.refusals().is_empty());
    assert_eq!((error.turn_in(), error.attempts()), (Some(Duration::from_secs(1)), 0));
    assert_eq!(error.retry_at(), Some(graph_runtime::Clock::now(&*clock) + Duration::from_secs(1)));
    let text = error.to_string();
    for part in ["its turn would come in 1.0 s, and it may wait for 0.0 s", "…2922", "`.with_traffic(Traffic::Off)`"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("Refusals"), "{text}");
}

/// All of these at once, and how long they took.
async fn all_at_once(wa: &Wa, calls: usize) -> (Vec<Result<(), Error>>, Duration) {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..calls)
        .map(|_| {
            let wa = wa.clone();
            tokio::spawn(async move { wa.send(&call()).await.map(drop) })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    (results, begun.elapsed())
}

#[tokio::test]
async fn a_thousand_calls_at_once_are_all_sent_within_their_time() {
    let server = server().await;
    // Ten times as fast as the slowest documented rate, so that the test does not take thirteen seconds.
    let wa = builder(&server).pace(Pace::per_second(800)).build().unwrap();
    let (results, took) = all_at_once(&wa, 1000).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1000, "{:?}", results.iter().find(|result| result.is_err()));
    assert!(took >= Duration::from_millis(1200), "at the pace: {took:?}");
    assert_eq!(count(&server).await, 1000);
}

#[tokio::test]
async fn what_does_not_fit_into_the_time_fails_at_once_and_says_how_long_it_would_take() {
    let server = server().await;
    let wa = builder(&server).timeout(Duration::from_secs(3)).pace(Pace::per_second(80)).build().unwrap();
    let begun = Instant::now();
    let mut held = 0;
    let (results, _) = all_at_once(&wa, 1000).await;
    for error in results.into_iter().filter_map(Result::err) {
        assert!(error.is_held_back() && error.attempts() == 0, "{error}");
        assert!(error.turn_in() > Some(Duration::from_millis(1500)) && error.turn_in() < Some(Duration::from_secs(4)), "{error}");
        held += 1;
    }
    assert_eq!(count(&server).await + held, 1000, "each was sent, or not at all");
    assert!(held > 700 && begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn turns_come_in_the_order_in_which_calls_ask() {
    let server = server().await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock.clone()).pace(Pace::per_second(10)).build().unwrap();
    for _ in 0..4 {
        wa.send(&call()).await.unwrap();
    }
    assert_eq!(clock.pauses(), [Duration::from_millis(100); 3]);
}

/// An operation whose rate counts what arrives too.
#[derive(Clone)]
struct Send(RequestOptions);

impl Operation for Send {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "send",
        method: Method::Post,
        path: "/{phone_number_id}/messages",
        paced: Some(Paced {
            id: "phone_number_id",
            rate: Some(RateInfo { field: &["throughput", "level"], per_second: &[("STANDARD", 80)], counts_too: "messages that arrive" }),
            pair: None,
        }),
        ..OperationInfo::EMPTY
    };
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.0
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&"106").segment("messages");
    }
}

/// The surface of an API with that operation.
#[derive(Clone)]
struct Messages(graph_runtime::Client);

impl From<graph_runtime::Client> for Messages {
    fn from(client: graph_runtime::Client) -> Self {
        Self(client)
    }
}

impl graph_runtime::Surface for Messages {
    type Error = Error;
    const ERROR_CATALOG: &'static graph_runtime::ErrorCatalog = &graph_runtime::ErrorCatalog::EMPTY;
    const LIMITED: &'static [&'static OperationInfo] = &[Send::INFO];
}

fn messages(server: &MockServer, pace: Pace) -> (Messages, Arc<ManualClock>) {
    let clock = ManualClock::new();
    let builder: graph_runtime::ClientBuilder<Messages> = graph_runtime::ClientBuilder::new("EAAG", graph_runtime::Version(23, 0));
    (builder.base_url(server.uri()).clock(clock.clone()).pace(pace).build().unwrap(), clock)
}

#[tokio::test]
async fn a_documented_pace_leaves_room_for_what_arrives() {
    let server = server().await;
    for (pace, interval) in [
        (Pace::documented(), 15_625),
        (Pace::documented().leave_room(50), 25_000),
        (Pace::documented().leave_room(0), 12_500),
        (Pace::per_second(80), 12_500),
        (Pace::per_second(80).leave_room(20), 15_625),
    ] {
        let (client, clock) = messages(&server, pace);
        for _ in 0..2 {
            client.0.send(&Send(RequestOptions::default())).await.unwrap();
        }
        assert_eq!(clock.pauses(), [Duration::from_micros(interval)], "{pace:?}");
    }
}

#[tokio::test]
async fn what_arrives_counts() {
    let server = server().await;
    let (client, clock) = messages(&server, Pace::documented().leave_room(0));
    client.0.count_arrivals("106", 40).await;
    client.0.count_arrivals("107", 80).await;
    client.0.send(&Send(RequestOptions::default())).await.unwrap();
    assert_eq!(clock.pauses(), [Duration::from_millis(500)], "40 of 80 a second");
}

#[tokio::test]
async fn many_calls_are_sent_a_few_at_once_and_answered_as_they_end() {
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({"success": true})).set_delay(Duration::from_millis(20))).await;
    let wa = builder(&server).pace(Pace::per_second(1000)).build().unwrap();
    let calls = (0..100_u32).map(|order| (order, DeleteQrCode::new(if order == 7 { "a name" } else { "106" }, "a")));
    let mut sends = wa.0.send_each::<_, _, Error>(calls).at_once(10);
    let mut ended = Vec::new();
    while let Some((order, result)) = sends.next().await {
        assert!(sends.under_way() <= 10);
        assert_eq!(result.is_err(), order == 7, "{result:?}");
        ended.push(order);
    }
    assert_eq!(ended[0], 7, "a refusal is there before any answer");
    ended.sort_unstable();
    assert_eq!(ended, (0..100).collect::<Vec<_>>(), "each once");
    assert!(sends.next().await.is_none());
    assert!(format!("{sends:?}").starts_with("Sends { under_way: 0, at_once: 10"));
}

/// What a stream has now, polled once.
async fn polled<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    std::future::poll_fn(|context| Poll::Ready(Pin::new(&mut *stream).poll_next(context))).await
}

#[tokio::test]
async fn no_more_calls_are_taken_than_may_be_under_way() {
    // It answers none of them, so that all stay under way.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let wa =
        ClientBuilder::<Wa>::new("EAAG", Version(23, 0)).base_url(format!("http://{}", listener.local_addr().unwrap())).build().unwrap();
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let calls = (0..100).map(move |_| (counter.fetch_add(1, Ordering::SeqCst), call()));
    let mut sends = wa.0.send_each::<_, _, Error>(calls).at_once(10);
    assert_eq!((taken.load(Ordering::SeqCst), sends.under_way()), (0, 0), "nothing is taken before it is asked for");
    for _ in 0..2 {
        assert!(polled(&mut sends).await.is_pending());
        assert_eq!((taken.load(Ordering::SeqCst), sends.under_way()), (10, 10));
    }
}

/// Calls that come by and by, until no one is left who has any.
struct Coming(UnboundedReceiver<(u32, DeleteQrCode)>);

impl Stream for Coming {
    type Item = (u32, DeleteQrCode);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[tokio::test]
async fn while_more_calls_may_come_the_end_is_not_there() {
    let server = server().await;
    let wa = builder(&server).build().unwrap();
    let (caller, coming) = unbounded_channel();
    let mut sends = wa.0.send_stream::<_, _, Error>(Coming(coming));
    for order in 0..2 {
        assert!(polled(&mut sends).await.is_pending(), "none is under way, and one may come");
        caller.send((order, call())).unwrap();
        let (ended, result) = std::future::poll_fn(|context| Pin::new(&mut sends).poll_next(context)).await.unwrap();
        assert_eq!((ended, result.is_ok()), (order, true));
    }
    drop(caller);
    assert!(matches!(polled(&mut sends).await, Poll::Ready(None)));
}

#[tokio::test]
async fn without_a_pace_of_its_own_many_calls_have_the_documented_one() {
    let server = server().await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock.clone()).build().unwrap();
    let mut sends = wa.0.send_each::<_, _, Error>((0..3).map(|order| (order, call()))).at_once(1);
    while let Some((_, result)) = sends.next().await {
        result.unwrap();
    }
    assert_eq!(clock.pauses(), [Duration::from_micros(12_500); 2]);
}

#[tokio::test]
async fn what_refers_to_another_request_of_a_batch_is_not_sent_alone() {
    let server = server().await;
    let wa = builder(&server).pace(Pace::per_second(1000)).build().unwrap();
    let mut sends = wa.0.send_each::<_, _, Error>([((), DeleteQrCode::new("{result=item0:$.id}", "a"))]);
    let ((), result) = sends.next().await.unwrap();
    let error = result.unwrap_err();
    assert!(error.to_string().contains("refers to another request of a batch, and it is sent alone"), "{error}");
    assert_eq!((error.attempts(), count(&server).await), (0, 0));
}
