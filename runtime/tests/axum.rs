//! The route of axum: what each request is answered with.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use graph_runtime::webhook::{self, FromBody, Received, Receiver, sign};
use tower::ServiceExt as _;

const SECRET: &str = "s3cret";

/// A notification that is its body.
struct Text(String);

impl FromBody for Text {
    fn from_body(body: &[u8]) -> Self {
        Self(String::from_utf8_lossy(body).into_owned())
    }
}

/// An app whose handler does what the body says, and how often that was.
fn app() -> (Router, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let receiver = Receiver::builder().app_secret(SECRET).verify_token("token").body_limit(64).build().unwrap();
    let counted = calls.clone();
    let handle = move |received: Received<Text>| {
        let counted = counted.clone();
        async move {
            if received.0 == "slow" {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            counted.fetch_add(1, Ordering::SeqCst);
            match &*received.0 {
                "fail" => Err("no"),
                "panic" => panic!("a handler that panics"),
                _ => Ok(()),
            }
        }
    };
    (Router::new().route("/webhook", webhook::axum::route(receiver, handle)), calls)
}

fn post(body: impl Into<Body>, signature: Option<&str>) -> Request<Body> {
    let mut request = Request::post("/webhook");
    if let Some(signature) = signature {
        request = request.header("X-Hub-Signature-256", signature);
    }
    request.body(body.into()).unwrap()
}

async fn status(app: &Router, request: Request<Body>) -> u16 {
    app.clone().oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn each_outcome_has_its_status() {
    let (app, calls) = app();
    for (body, expected) in [("{}", 200), ("not JSON", 200), ("", 200), ("fail", 503), ("panic", 503)] {
        assert_eq!(status(&app, post(body, Some(&sign(SECRET, body)))).await, expected, "{body}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 5);
    for signature in [None, Some("sha256=00"), Some(&*sign("another", "{}"))] {
        assert_eq!(status(&app, post("{}", signature)).await, 401, "{signature:?}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 5, "what is not signed reaches no handler");
    let put = Request::put("/webhook").body(Body::empty()).unwrap();
    assert_eq!(status(&app, put).await, 405);
}

#[tokio::test]
async fn no_more_than_the_limit_is_read() {
    let (app, calls) = app();
    let (fits, larger) = ("x".repeat(64), "x".repeat(65));
    assert_eq!(status(&app, post(fits.clone(), Some(&sign(SECRET, &fits)))).await, 200);
    assert_eq!(status(&app, post(larger.clone(), Some(&sign(SECRET, &larger)))).await, 413);
    // In chunks, so that no header says how long it is, and without an end.
    let endless = tokio_stream();
    assert_eq!(status(&app, post(endless, None)).await, 413);
    let mut said = post("{}", Some(&sign(SECRET, "{}")));
    said.headers_mut().insert("content-length", "99999999999".parse().unwrap());
    assert_eq!(status(&app, said).await, 413, "before anything is read");
    let mut fits = post(fits.clone(), Some(&sign(SECRET, &fits)));
    fits.headers_mut().insert("content-length", "64".parse().unwrap());
    assert_eq!(status(&app, fits).await, 200);
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

/// A body of chunks that never ends.
fn tokio_stream() -> Body {
    struct Endless;
    impl graph_runtime::Stream for Endless {
        type Item = Result<&'static str, std::convert::Infallible>;

        fn poll_next(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(Some(Ok("0123456789")))
        }
    }
    Body::from_stream(Endless)
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_webhook() {
    struct Broken;
    impl graph_runtime::Stream for Broken {
        type Item = Result<&'static str, std::io::Error>;

        fn poll_next(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
        }
    }
    let (app, calls) = app();
    assert_eq!(status(&app, post(Body::from_stream(Broken), Some(&sign(SECRET, "")))).await, 400);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_handshake_is_answered_as_plain_text() {
    let (app, _) = app();
    let get = |query: &str| Request::get(format!("/webhook?{query}")).body(Body::empty()).unwrap();
    let answer = app.clone().oneshot(get("hub.mode=subscribe&hub.challenge=%3Cb%3E&hub.verify_token=token")).await.unwrap();
    assert_eq!((answer.status(), answer.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "text/plain; charset=utf-8"));
    assert_eq!(to_bytes(answer.into_body(), 99).await.unwrap(), "<b>");
    assert_eq!(status(&app, get("hub.mode=subscribe&hub.challenge=1&hub.verify_token=other")).await, 403);
    assert_eq!(status(&app, Request::get("/webhook").body(Body::empty()).unwrap()).await, 403);
}

#[tokio::test]
async fn a_connection_that_closes_does_not_end_the_handler() {
    let (app, calls) = app();
    let answer = app.clone().oneshot(post("slow", Some(&sign(SECRET, "slow"))));
    assert!(tokio::time::timeout(Duration::from_millis(10), answer).await.is_err());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
