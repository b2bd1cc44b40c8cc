//! No secret is in anything that is shown: values, errors, reports, spans, events.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use contract_tests::{APP_SECRET, TOKEN, graph::Graph, log::Log};
use whatsapp_graph::{ApiVersion, Call, Client, Refusals, request::Operation};

/// Graph repeats the secret in its message; what the client shows of the call does not.
async fn is_masked<R: Operation + std::fmt::Debug>(secret: &str, call: impl Fn(&Client) -> Call<R>) {
    let body = format!(r#"{{"error": {{"message": "What about {secret}?", "type": "OAuthException", "code": 100, "fbtrace_id": "A"}}}}"#);
    let graph = Graph::answering(400, &body).await;
    let (log, _guard) = Log::take();
    let client = Client::builder(TOKEN, ApiVersion::V23_0).app_secret(APP_SECRET).base_url(graph.url()).build().unwrap();
    let bound = call(&client);
    let mut shown = vec![format!("{client:?} {bound:?}")];
    let error = bound.send().await.err().expect("an error was taken for an answer");
    shown.push(format!(
        "{error} {error:?} {} {:?} {:?}",
        error.support_report(),
        error.message(),
        error.body().map(String::from_utf8_lossy)
    ));
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        shown.push(format!("{error} {error:?}"));
        source = error.source();
    }
    shown.push(log.text());
    assert!(log.text().contains(R::INFO.id), "the call left nothing in the log: {}", log.text());
    let proof = graph
        .requests()
        .await
        .first()
        .and_then(|sent| sent.url.query_pairs().find(|(name, _)| name == "appsecret_proof").map(|(_, proof)| proof.into_owned()));
    for secret in [secret, TOKEN, APP_SECRET].into_iter().chain(proof.as_deref()) {
        for text in &shown {
            assert!(!text.contains(secret), "{secret} is shown in {text}");
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_graph_repeats_is_masked_everywhere() {
    let phone = "106540352242922";
    is_masked(TOKEN, |client| client.phone_number(phone).read()).await;
    is_masked("212834", |client| client.phone_number(phone).register("212834")).await;
    is_masked("123830", |client| client.phone_number(phone).verify_code("123-830")).await;
    is_masked("EAAInputTokenOfSomebody", |client| client.debug_token("EAAInputTokenOfSomebody")).await;
    is_masked("AQBhlXsctMxJYb", |client| client.exchange_code("1", APP_SECRET, "AQBhlXsctMxJYb")).await;
    is_masked("EAAOtherToken", |client| client.phone_number(phone).deregister().with_token("EAAOtherToken")).await;
    is_masked("a-verify-token", |client| {
        client.whatsapp_business_account("1").subscribed_apps().subscribe().verify_token("a-verify-token")
    })
    .await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_refused_secret_is_not_shown() {
    let (log, _guard) = Log::take();
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    let client = graph.client(ApiVersion::V23_0);
    let error = client.phone_number("1").register("2128").send().await.unwrap_err();
    client.phone_number("1").register("2128").with_refusals(Refusals::Warn).send().await.unwrap();
    for text in [error.to_string(), format!("{error:?}"), error.support_report(), log.text()] {
        assert!(!text.contains("2128"), "{text}");
    }
    assert_eq!(log.lines_with("`pin` must be 6 digits"), 1, "{}", log.text());
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_shows_no_url_with_secrets() {
    let client = Client::builder(TOKEN, ApiVersion::V23_0).app_secret(APP_SECRET).base_url("http://127.0.0.1:1").build().unwrap();
    let error = client.debug_token("EAAInputTokenOfSomebody").send().await.unwrap_err();
    let text = format!("{error} {error:?} {}", error.support_report());
    assert!(error.is_connect(), "{text}");
    for secret in [TOKEN, APP_SECRET, "EAAInputTokenOfSomebody", "appsecret_proof="] {
        assert!(!text.contains(secret), "{secret} is shown in {text}");
    }
}
