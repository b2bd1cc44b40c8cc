//! What is sent again, when, and what never is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use graph_runtime::{Client, ClientBuilder, File, Method, Outcome, RawRequest, RetryPolicy, Value, Version};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber, UploadMedia, Wa};
use crate::server::{TOKEN, answering, count};
use crate::time::ManualClock;
use crate::uploads::Chunks;

/// Where nothing listens: a port that only the system may open.
pub(crate) const UNREACHABLE: &str = "http://127.0.0.1:1";

fn builder(url: &str, clock: &Arc<ManualClock>) -> ClientBuilder<Wa> {
    ClientBuilder::new(TOKEN, Version(23, 0)).base_url(url).clock(clock.clone())
}

/// A server that gives these answers in turn, then lists nothing.
async fn answering_in_turn(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    for answer in answers {
        Mock::given(any()).respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": [], "success": true}))).mount(&server).await;
    server
}

fn graph(status: u16, code: u32) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"code": code, "message": "no"}}))
}

/// A server that reads requests and hangs up instead of answering; and how many it has read.
pub(crate) async fn hanging_up() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let read = Arc::new(AtomicUsize::new(0));
    let counter = read.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.windows(4).any(|end| end == b"\r\n\r\n") && socket.read_buf(&mut request).await.is_ok_and(|more| more > 0) {}
            if !request.is_empty() {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (url, read)
}

#[tokio::test]
async fn a_read_is_repeated_until_it_succeeds() {
    let clock = ManualClock::new();
    let server = answering_in_turn(vec![ResponseTemplate::new(502).set_body_raw("<p>Sorry", "text/html"), graph(400, 2)]).await;
    let wa = builder(&server.uri(), &clock).build().unwrap();
    let response = wa.0.send_full(&ListPhoneNumbers::new("102")).await.unwrap();
    assert_eq!((response.info.attempts, count(&server).await), (3, 3));
    let pauses = clock.pauses();
    assert!(pauses.len() == 2 && pauses[0] <= Duration::from_millis(250) && pauses[1] <= Duration::from_millis(500), "{pauses:?}");
}

#[tokio::test]
async fn a_temporary_fault_of_graph_that_no_catalog_documents_is_repeated_and_a_limit_without_an_end_is_not() {
    for (code, sent) in [(1, 2), (613, 1), (4711, 1)] {
        let server = answering_in_turn(vec![graph(400, code)]).await;
        let wa = builder(&server.uri(), &ManualClock::new()).build().unwrap();
        assert_eq!(wa.send(&ListPhoneNumbers::new("102")).await.is_ok(), sent == 2, "{code}");
        assert_eq!(count(&server).await, sent, "{code}");
    }
}

#[tokio::test]
async fn the_last_error_says_how_often_the_request_was_sent() {
    let clock = ManualClock::new();
    let server = answering(graph(500, 2)).await;
    let wa = builder(&server.uri(), &clock).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert_eq!((error.attempts(), count(&server).await), (3, 3));
    assert!(error.support_report().contains("attempts: 3"), "{}", error.support_report());
}

#[tokio::test]
async fn a_write_is_never_repeated_when_it_may_have_been_executed() {
    let policy = RetryPolicy::new().max_attempts(5).repeat_refused_writes(true);
    let transient = ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 77, "is_transient": true}}));
    let answers = [graph(500, 1), graph(503, 2), graph(500, 131_000), graph(400, 131_016), ResponseTemplate::new(502), transient];
    for answer in answers {
        let clock = ManualClock::new();
        let server = answering(answer).await;
        let wa = builder(&server.uri(), &clock).retries(policy).build().unwrap();
        let error = wa.send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
        assert_eq!((error.attempts(), count(&server).await, clock.pauses().len()), (1, 1, 0), "{error}");
    }
    let (url, read) = hanging_up().await;
    let wa = builder(&url, &ManualClock::new()).retries(policy).build().unwrap();
    let error = wa.send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
    assert_eq!((error.attempts(), read.load(Ordering::SeqCst)), (1, 1), "{error}");
}

#[tokio::test]
async fn a_read_whose_answer_was_lost_is_repeated() {
    let (url, read) = hanging_up().await;
    let wa = builder(&url, &ManualClock::new()).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert_eq!((error.attempts(), read.load(Ordering::SeqCst)), (3, 3), "{error}");
}

#[tokio::test]
async fn what_never_left_is_sent_again_except_where_nothing_may_be() {
    let clock = ManualClock::new();
    let wa = builder(UNREACHABLE, &clock).build().unwrap();
    let error = wa.send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
    assert!(error.is_connect() && error.attempts() == 0 && clock.pauses().len() == 2, "{error:?}");
    let error = wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    assert!(error.is_connect() && error.attempts() == 0 && clock.pauses().len() == 2, "a registration is never repeated: {error:?}");
}

#[tokio::test]
async fn what_can_never_be_sent_is_not_tried_again() {
    let server = answering_in_turn(vec![]).await;
    let clock = ManualClock::new();
    let wa = builder(&server.uri(), &clock).build().unwrap();
    // No URL may be so long.
    let request = ListPhoneNumbers::new("102").with(|options| options.set_param("x", "y".repeat(70_000)));
    let error = wa.send(&request).await.unwrap_err();
    assert_eq!((error.outcome(), error.is_retryable(), error.is_connect()), (Outcome::NotSent, false, false), "{error}");
    assert_eq!((error.attempts(), clock.pauses().len(), count(&server).await), (0, 0, 0), "{error}");
    assert!(error.to_string().starts_with("ListPhoneNumbers: the HTTP client cannot make this request: "), "{error}");
}

#[tokio::test]
async fn a_failed_handshake_has_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let received = Arc::new(Mutex::new(Vec::new()));
    let bytes = received.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut hello = Vec::new();
            let _ = socket.read_buf(&mut hello).await;
            bytes.lock().unwrap().push(hello);
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let wa = builder(&url, &ManualClock::new()).build().unwrap();
    let error = wa.send(&DeleteQrCode::new("106", "a")).await.unwrap_err();
    assert!(error.is_connect() && error.attempts() == 0, "{error:?}");
    let received = received.lock().unwrap();
    assert_eq!(received.len(), 3);
    // A TLS handshake record and no request.
    assert!(received.iter().all(|hello| hello[0] == 0x16 && !hello.windows(6).any(|text| text == b"DELETE")));
}

#[tokio::test]
async fn a_refused_write_is_repeated_for_those_who_ask() {
    let daring = RetryPolicy::new().repeat_refused_writes(true);
    for (policy, attempts) in [(RetryPolicy::new(), 1), (daring, 2)] {
        let clock = ManualClock::new();
        let server = answering_in_turn(vec![graph(400, 130_429)]).await;
        let wa = builder(&server.uri(), &clock).build().unwrap();
        let request = DeleteQrCode::new("106", "a").with(|options| options.set_retries(policy));
        assert_eq!(wa.send(&request).await.is_ok(), attempts == 2);
        assert_eq!(count(&server).await, attempts);
    }
}

#[tokio::test]
async fn documented_errors_that_last_are_not_repeated() {
    for answer in [graph(500, 104), graph(400, 136_024), graph(401, 190)] {
        let server = answering(answer).await;
        let wa = builder(&server.uri(), &ManualClock::new()).build().unwrap();
        let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
        assert_eq!(error.attempts(), 1, "{error}");
    }
}

#[tokio::test]
async fn graph_says_how_long_to_wait() {
    let usage = r#"{"102":[{"type":"x","estimated_time_to_regain_access":1}]}"#;
    let date = "Thu, 01 Jan 2026 00:00:20 GMT";
    for (answer, pause) in [
        (ResponseTemplate::new(503).insert_header("retry-after", "7"), 7),
        (ResponseTemplate::new(429).insert_header("retry-after", date), 20),
        (graph(400, 80_007).insert_header("x-business-use-case-usage", usage), 60),
    ] {
        let clock = ManualClock::new();
        let server = answering_in_turn(vec![answer]).await;
        let policy = RetryPolicy::new().max_elapsed(Duration::from_mins(5)).base_pause(Duration::ZERO);
        let wa = builder(&server.uri(), &clock).retries(policy).timeout(Duration::from_mins(5)).build().unwrap();
        wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
        assert_eq!(clock.pauses(), [Duration::from_secs(pause)]);
    }
}

#[tokio::test]
async fn an_error_may_ask_for_exponential_backoff() {
    let clock = ManualClock::new();
    let server = answering_in_turn(vec![graph(400, 131_056), graph(400, 131_056), graph(400, 131_056)]).await;
    let policy = RetryPolicy::new().max_attempts(4).base_pause(Duration::ZERO).repeat_refused_writes(true);
    let wa = builder(&server.uri(), &clock).retries(policy).build().unwrap();
    wa.send(&DeleteQrCode::new("106", "a")).await.unwrap();
    assert_eq!(clock.pauses(), [1, 4, 16].map(Duration::from_secs));
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_not_made() {
    let long = || ResponseTemplate::new(503).insert_header("retry-after", "31");
    let clock = ManualClock::new();
    let server = answering(long()).await;
    let wa = builder(&server.uri(), &clock).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.attempts() == 1 && clock.pauses().is_empty() && error.retry_at().is_some());
    // The limit of the call bounds it too.
    let policy = RetryPolicy::new().max_elapsed(Duration::from_hours(1));
    let wa = builder(&server.uri(), &clock).retries(policy).timeout(Duration::from_secs(30)).build().unwrap();
    assert_eq!(wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_window_of_unknown_length_is_not_waited_for() {
    let clock = ManualClock::new();
    let server = answering(graph(400, 4)).await;
    let wa = builder(&server.uri(), &clock).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_rate_limited() && error.attempts() == 1 && clock.pauses().is_empty());
}

#[tokio::test]
async fn a_client_and_its_views_share_a_budget() {
    let server = answering(ResponseTemplate::new(500)).await;
    let policy = RetryPolicy::new().max_attempts(41).max_elapsed(Duration::from_hours(1));
    let wa = builder(&server.uri(), &ManualClock::new()).retries(policy).timeout(Duration::from_hours(1)).build().unwrap();
    let request = RawRequest::<Value>::new(Method::Get, "/102");
    assert_eq!(wa.send(&request).await.unwrap_err().attempts(), 41);
    let view: Client = wa.0.with_token("EAAother");
    assert_eq!(view.send(&request).await.unwrap_err().attempts(), 11, "40 of 50 repetitions were spent before");
    assert_eq!(wa.send(&request).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_policy_may_be_never() {
    let server = answering(ResponseTemplate::new(500)).await;
    let wa = builder(&server.uri(), &ManualClock::new()).retries(RetryPolicy::never()).build().unwrap();
    assert_eq!(wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err().attempts(), 1);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]
    #[test]
    fn a_schedule_keeps_within_its_caps(attempts in 1_u32..30, elapsed in 0_u64..20_000, base in 0_u64..5_000, most in 0_u64..10_000) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let millis = Duration::from_millis;
        let policy = RetryPolicy::new().max_attempts(attempts).max_elapsed(millis(elapsed)).base_pause(millis(base)).max_pause(millis(most));
        let clock = ManualClock::new();
        let left = runtime.block_on(async {
            let wa = builder(UNREACHABLE, &clock).retries(policy).build().unwrap();
            wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err().attempts()
        });
        let pauses = clock.pauses();
        assert!(left == 0 && pauses.len() < usize::try_from(attempts).unwrap());
        assert!(pauses.iter().sum::<Duration>() <= millis(elapsed), "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause <= millis(most)), "{pauses:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_sends_no_more() {
    let server = answering(ResponseTemplate::new(503).insert_header("retry-after", "20")).await;
    let wa = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(server.uri()).build().unwrap();
    let calling = wa.clone();
    let call = tokio::spawn(async move { calling.send(&ListPhoneNumbers::new("102")).await.is_ok() });
    while count(&server).await == 0 {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn a_stream_is_sent_once_even_when_nothing_was_sent() {
    let stream = || File::stream(Chunks::new(5, 5), "text/plain");
    for (file, tries) in [(File::bytes("xxxxx", "text/plain"), 3), (stream(), 1)] {
        let clock = ManualClock::new();
        let error = builder(UNREACHABLE, &clock).build().unwrap().send(&UploadMedia::new("106", file)).await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        assert_eq!((error.attempts(), error.is_retryable(), clock.pauses().len()), (0, tries > 1, tries - 1));
    }
    let server = answering(graph(400, 4)).await;
    let daring = builder(&server.uri(), &ManualClock::new()).retries(RetryPolicy::new().repeat_refused_writes(true)).build().unwrap();
    let error = daring.send(&UploadMedia::new("106", stream())).await.unwrap_err();
    assert!(error.is_rate_limited() && !error.is_retryable(), "the stream is used up");
    assert_eq!((error.attempts(), count(&server).await), (1, 1));
}
