//! The examples and the README's bot that receive webhooks, each on a server of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use contract_tests::graph::Graph;
use tokio::net::TcpListener;
use whatsapp_graph::{
    ApiVersion,
    webhooks::{Receiver, sign},
};

mod readme {
    include!("../readme/bot.rs");

    #[test]
    fn the_readme_shows_the_bot_that_is_run_here() {
        let (block, readme) = (format!("```rust,no_run\n{}```\n", include_str!("../readme/bot.rs")), include_str!("../../../README.md"));
        assert!(readme.contains(&block), "README.md shows other code than tests/tests/readme/bot.rs");
    }

    pub(super) fn app(client: Client, receiver: Receiver) -> axum::Router {
        bot(client, receiver)
    }
}

#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../../generated/examples/receive_with_axum.rs"]
mod receive_with_axum;
#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../../generated/examples/receive_with_hyper.rs"]
mod receive_with_hyper;

const SECRET: &str = "an app secret of the tests";

const TEXT: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"301177550032914","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550190077","phone_number_id":"408812660917735"},"messages":[{"from":"15550100123","id":"wamid.1","timestamp":"1779100000","type":"text","text":{"body":"Hi"}}]},"field":"messages"}]}]}"#;

const MESSAGES: &str = "POST /v23.0/408812660917735/messages";

fn receiver() -> Receiver {
    Receiver::builder().app_secret(SECRET).verify_token("a token").build().unwrap()
}

/// Serves an app of axum, and says where.
async fn serve(app: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

async fn post(url: &str, body: &str, signature: &str) -> u16 {
    let request = reqwest::Client::new().post(url).header("X-Hub-Signature-256", signature).body(body.to_owned());
    request.send().await.unwrap().status().as_u16()
}

async fn deliver(url: &str, body: &str) -> u16 {
    post(url, body, &sign(SECRET, body)).await
}

/// What every server answers, whatever it does with a message.
async fn is_a_webhook(url: &str) {
    let challenge = reqwest::get(format!("{url}?hub.mode=subscribe&hub.challenge=0042&hub.verify_token=a+token")).await.unwrap();
    assert_eq!((challenge.status().as_u16(), challenge.text().await.unwrap().as_str()), (200, "0042"));
    let other = reqwest::get(format!("{url}?hub.mode=subscribe&hub.challenge=0042&hub.verify_token=other")).await.unwrap();
    assert_eq!(other.status(), 403);
    assert_eq!(post(url, TEXT, &sign("another", TEXT)).await, 401);
    assert_eq!(post(url, TEXT, "").await, 401);
    let large = " ".repeat((4 << 20) + 1);
    assert_eq!(deliver(url, &large).await, 413);
    assert_eq!(deliver(url, "signed, and no JSON").await, 200);
}

/// Graph is down at first. What was not answered is answered when it comes again, and only then with 200.
async fn answers_once_and_loses_nothing(app: impl Fn(whatsapp_graph::Client) -> axum::Router, reply: &str) {
    let down = Graph::answering(503, r#"{"error":{"message":"Service temporarily unavailable","code":2,"is_transient":true}}"#).await;
    let url = serve(app(down.client(ApiVersion::V23_0))).await;
    assert_eq!(deliver(&url, TEXT).await, 503);
    assert_eq!(deliver(&url, TEXT).await, 503);
    assert_eq!(down.requests().await.len(), 2, "the repetition was handled");

    let graph =
        Graph::answering_each(&[(MESSAGES, 200, r#"{"messaging_product":"whatsapp","success":true,"contacts":[],"messages":[]}"#)]).await;
    let url = serve(app(graph.client(ApiVersion::V23_0))).await;
    is_a_webhook(&url).await;
    let copies = (0..5).map(|_| {
        tokio::spawn({
            let url = url.clone();
            async move { deliver(&url, TEXT).await }
        })
    });
    for copy in copies.collect::<Vec<_>>() {
        assert!(matches!(copy.await.unwrap(), 200 | 503));
    }
    assert_eq!(deliver(&url, TEXT).await, 200);
    let bodies: Vec<_> = graph.requests().await.iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect();
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert!(bodies[0].contains(r#""status":"read""#) && bodies[1].contains(reply), "{bodies:?}");
}

#[tokio::test]
async fn the_bot_of_the_readme_answers_once_and_loses_nothing() {
    answers_once_and_loses_nothing(|client| readme::app(client, receiver()), "We are on our way.").await;
}

#[tokio::test]
async fn receive_with_axum_answers_once_and_loses_nothing() {
    answers_once_and_loses_nothing(|client| receive_with_axum::app(client, receiver()), "You wrote: Hi").await;
}

#[tokio::test]
async fn receive_with_hyper_hands_over_each_event_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    let (seen, failures) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(1)));
    let handler: receive_with_hyper::Handler = Arc::new({
        let seen = seen.clone();
        move |event| {
            if event.is_answerable() && failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                return Err("not today".into());
            }
            seen.lock().unwrap().push(event.key().to_string());
            Ok(())
        }
    });
    tokio::spawn(receive_with_hyper::listen(listener, receiver(), handler));
    is_a_webhook(&url).await;
    seen.lock().unwrap().clear();
    assert_eq!(deliver(&url, TEXT).await, 503);
    assert!(seen.lock().unwrap().is_empty());
    assert_eq!(deliver(&url, TEXT).await, 200);
    assert_eq!(deliver(&url, TEXT).await, 200);
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 1, "{seen:?}");
}
