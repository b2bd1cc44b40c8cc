//! An HTTP client of the user's own, which may follow redirects and repeat requests by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use graph_runtime::ledger::Limit;
use graph_runtime::{ClientBuilder, Operation as _, Outcome, RetryPolicy, Version};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use wiremock::ResponseTemplate;

use crate::miniature::{ExchangeCode, ListPhoneNumbers, PhoneNumber, RegisterPhoneNumber, Wa};
use crate::server::{TOKEN, answering, count, saying};
use crate::time::ManualClock;

fn with(http: reqwest::Client, url: &str) -> Wa {
    let builder: ClientBuilder<Wa> = ClientBuilder::new(TOKEN, Version(23, 0));
    builder.base_url(url).http(http).retries(RetryPolicy::never()).timeout(Duration::from_secs(5)).build().unwrap()
}

#[tokio::test]
async fn a_redirect_takes_no_body_elsewhere_and_no_answer_from_elsewhere_counts() {
    let elsewhere = saying(json!({"data": [], "success": true})).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}/elsewhere", elsewhere.uri());
        let server = answering(ResponseTemplate::new(status).insert_header("location", location.as_str())).await;
        let wa = with(reqwest::Client::new(), &server.uri());
        let error = wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
        assert_eq!((error.outcome(), error.is_retryable()), (Outcome::Unknown, false), "{status}: {error}");
        let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
        assert!(error.to_string().contains("followed a redirect to 127.0.0.1"), "{status}: {error}");
        assert_eq!(error.attempts(), 1, "{status}: it has left this machine");
    }
    for request in elsewhere.received_requests().await.unwrap() {
        assert!(request.body.is_empty() && !request.headers.contains_key("authorization"), "{request:?}");
    }
}

#[tokio::test]
async fn a_body_that_no_limit_counts_is_taken_nowhere_either() {
    let elsewhere = saying(json!({"success": true})).await;
    for status in [307, 308] {
        let location = format!("{}/elsewhere", elsewhere.uri());
        let server = answering(ResponseTemplate::new(status).insert_header("location", location.as_str())).await;
        let error = with(reqwest::Client::new(), &server.uri()).send(&ExchangeCode::new(PhoneNumber::named("a"))).await.unwrap_err();
        assert_eq!((error.outcome(), count(&server).await), (Outcome::Unknown, 1), "{status}: {error}");
    }
    for request in elsewhere.received_requests().await.unwrap() {
        assert!(request.body.is_empty(), "{request:?}");
    }
}

#[tokio::test]
async fn an_answer_from_the_host_that_was_asked_is_one() {
    let server = saying(json!({"data": [], "success": true})).await;
    let wa = with(reqwest::Client::new(), &server.uri());
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    assert_eq!(count(&server).await, 2);
}

#[tokio::test]
async fn what_the_http_client_will_never_send_is_tried_once() {
    let server = saying(json!({"data": []})).await;
    let http = reqwest::Client::builder().https_only(true).build().unwrap();
    let clock = ManualClock::new();
    let builder: ClientBuilder<Wa> = ClientBuilder::new(TOKEN, Version(23, 0));
    let wa = builder.base_url(server.uri()).http(http).clock(clock.clone()).retries(RetryPolicy::new()).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts(), count(&server).await), (Outcome::NotSent, 0, 0), "{error}");
    assert_eq!(clock.pauses(), [], "the same again would fail in the same way");
}

/// A server of HTTP/2 that refuses every stream; and how many it was asked for.
async fn refusing() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let streams = Arc::new(AtomicUsize::new(0));
    let counter = streams.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whatever goes wrong is a client that hangs up.
            tokio::spawn(refuse(stream, counter.clone()));
        }
    });
    (url, streams)
}

async fn refuse(mut stream: TcpStream, streams: Arc<AtomicUsize>) -> std::io::Result<()> {
    const HEADERS: u8 = 1;
    const RESET: u8 = 3;
    const SETTINGS: u8 = 4;
    const ACK: u8 = 1;
    const REFUSED_STREAM: u32 = 7;
    let frame = |kind: u8, flags: u8, id: &[u8], payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], id, payload].concat()
    };
    stream.read_exact(&mut [0; 24]).await?;
    stream.write_all(&frame(SETTINGS, 0, &[0; 4], &[])).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        stream.read_exact(&mut vec![0; length as usize]).await?;
        match (head[3], head[4] & ACK) {
            (SETTINGS, 0) => stream.write_all(&frame(SETTINGS, ACK, &[0; 4], &[])).await?,
            (HEADERS, _) => {
                streams.fetch_add(1, Ordering::SeqCst);
                stream.write_all(&frame(RESET, 0, &head[5..], &REFUSED_STREAM.to_be_bytes())).await?;
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_refused_stream_is_not_sent_again_behind_the_ledger_s_back() {
    let (url, streams) = refusing().await;
    let http = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let wa = with(http, &url);
    let error = wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    let limit = Limit::of(RegisterPhoneNumber::INFO, "106").unwrap();
    let standing = wa.0.ledger().inspect(&limit, SystemTime::now()).await.unwrap();
    assert_eq!((streams.load(Ordering::SeqCst), standing.counted, error.attempts()), (1, 1, 1), "{error}");
}
