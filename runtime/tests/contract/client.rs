//! The client: where it sends, with which token, and what it will not do.

use std::time::Duration;

use graph_runtime::{Client, ClientBuilder, Method, RawRequest, Version};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::miniature::{ListPhoneNumbers, PhoneNumber, RegisterPhoneNumber, Wa};
use crate::server::{APP_SECRET, TOKEN, answering, builder, client, count, query, saying, sent};

fn fault(change: impl FnOnce(ClientBuilder<Wa>) -> ClientBuilder<Wa>) -> String {
    let builder = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0));
    change(builder).build().unwrap_err().0.to_string()
}

#[tokio::test]
async fn the_token_travels_only_in_the_header() {
    let server = saying(json!({"data": []})).await;
    client(&server).send(&ListPhoneNumbers::new("102").limit(3)).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}").as_str());
    assert!(!request.url.as_str().contains(TOKEN));
    let elsewhere = request.headers.iter().filter(|(name, _)| *name != "authorization");
    assert!(!elsewhere.into_iter().any(|(_, value)| value.to_str().unwrap().contains(TOKEN)));
}

#[tokio::test]
async fn an_app_secret_adds_a_proof_and_is_never_sent() {
    let server = saying(json!({"success": true})).await;
    let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    let request = sent(&server).await;
    let (name, proof) = query(&request).remove(0);
    assert_eq!(name, "appsecret_proof");
    assert_eq!(proof.len(), 64);
    assert!(proof.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)));
    assert!(!format!("{request:?}").contains(APP_SECRET));

    let other = wa.0.with_token("EAAother");
    other.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    assert_ne!(query(&requests[1])[0].1, proof, "another token has another proof");
}

#[tokio::test]
async fn an_operation_without_authentication_sends_no_token_and_no_proof() {
    let server = saying(json!({"success": true})).await;
    let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
    let body = PhoneNumber::named("a");
    wa.send(&crate::miniature::ExchangeCode::new(body)).await.unwrap();
    let request = sent(&server).await;
    assert!(!request.headers.contains_key("authorization"));
    assert_eq!(request.url.query(), None);
}

#[test]
fn plain_http_is_refused_except_to_loopback() {
    for url in ["http://graph.facebook.com", "http://10.0.0.1:80", "http://localhost.evil.example", "http://127.0.0.1.example"] {
        let why = fault(|builder| builder.base_url(url));
        assert!(why.contains("plain http") && why.contains("allow_plain_http"), "{why}");
    }
    for url in ["http://localhost:1", "http://127.0.0.1", "http://127.9.9.9/x/", "http://[::1]:8080", "https://graph.facebook.com"] {
        let client = Client::builder(TOKEN, Version(23, 0)).base_url(url).build();
        assert_eq!(client.is_ok(), crate::tls::IS_THERE || url.starts_with("http:"), "{url}");
    }
    assert!(Client::builder(TOKEN, Version(23, 0)).base_url("http://proxy").allow_plain_http(true).build().is_ok());
}

#[test]
fn a_client_that_cannot_work_is_not_built() {
    for (url, why) in [
        ("graph.facebook.com", "cannot be read"),
        ("ftp://graph.facebook.com", "\"ftp\""),
        ("https://me:hunter2@graph.facebook.com", "user name or password"),
        ("https://hunter2@graph.facebook.com", "user name or password"),
        ("https://:hunter2@graph.facebook.com", "user name or password"),
        ("https://graph.facebook.com/?a=1", "query"),
        ("https://graph.facebook.com/#a", "fragment"),
    ] {
        let fault = fault(|builder| builder.base_url(url));
        assert!(fault.contains(why) && !fault.contains("hunter2"), "{fault}");
    }
    assert!(fault(|builder| builder.app_secret("")).contains("app secret is empty"));
    assert!(fault(|builder| builder.user_agent("a\nb")).contains("user agent"));
    let error = ClientBuilder::<Wa>::new("EAAG\n", Version(23, 0)).build().unwrap_err();
    assert!(error.0.to_string().contains("line break") && !format!("{error:?}").contains("EAAG"));
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_an_error_of_the_call() {
    let server = saying(json!({"success": true})).await;
    for token in ["EAA\u{e9}\n", ""] {
        let view = client(&server).0.with_token(token);
        let error = view.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
        assert!(error.to_string().contains("the access token"), "{error}");
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn views_share_a_client_and_change_one_thing() {
    let server = saying(json!({"success": true})).await;
    let wa = client(&server);
    let view = wa.0.at_version(Version(21, 0)).with_token("EAAother");
    assert_eq!((view.version(), wa.0.version()), (Version(21, 0), Version(23, 0)));
    view.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/v21.0/106/register");
    assert_eq!(request.headers["authorization"], "Bearer EAAother");
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let server = saying(json!({"success": true})).await;
    let wa = builder(&server).base_url(format!("{}/proxy/", server.uri())).user_agent("app/1").build().unwrap();
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/proxy/v23.0/106/register");
    assert_eq!(request.headers["user-agent"], "app/1");
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let elsewhere = saying(json!({"success": true})).await;
    let server = answering(ResponseTemplate::new(302).insert_header("location", elsewhere.uri())).await;
    let error = client(&server).send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    assert_eq!(error.status(), Some(302));
    assert_eq!((count(&server).await, count(&elsewhere).await), (1, 0));
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_an_error() {
    let server = saying(json!({"data": [], "padding": "x".repeat(1000)})).await;
    let wa = builder(&server).max_response_bytes(1000).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.to_string().contains("max_response_bytes"), "{error}");
    assert_eq!((error.status(), error.body()), (Some(200), None));
    let body = json!({"data": []});
    for (limit, fits) in [(body.to_string().len(), true), (body.to_string().len() - 1, false)] {
        let wa = builder(&saying(body.clone()).await).max_response_bytes(limit).build().unwrap();
        assert_eq!(wa.send(&ListPhoneNumbers::new("102")).await.is_ok(), fits, "{limit}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_a_timeout() {
    let slow = ResponseTemplate::new(200).set_body_json(json!({"data": []})).set_delay(Duration::from_secs(5));
    let server = answering(slow).await;
    let wa = builder(&server).timeout(Duration::from_millis(50)).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && error.attempts() == 1, "{error:?}");
    let error = wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_retryable(), "a register may have been carried out");
    let request = RawRequest::<Value>::new(Method::Get, "/106").with_timeout(Duration::from_millis(10));
    assert!(client(&server).send(&request).await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_connection_that_was_never_made_is_distinguished() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let wa = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).app_secret(APP_SECRET).base_url(format!("http://{closed}")).build().unwrap();
    let error = wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable() && !error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("no connection was made"), "{error}");
    let source = std::error::Error::source(&error).unwrap();
    assert!(!format!("{source} {source:?} {error:?}").contains("appsecret_proof"), "the URL is not shown");
}

#[tokio::test]
async fn a_client_of_the_callers_own_sends_what_it_always_sends() {
    let server = saying(json!({"success": true})).await;
    let name = reqwest::header::HeaderName::from_static("x-from");
    let headers = std::iter::once((name, reqwest::header::HeaderValue::from_static("me"))).collect();
    // Without another one a client of one's own has the cryptography of the process, which nothing else installs here.
    #[cfg(feature = "rustls-ring")]
    let _ = rustls::crypto::ring::default_provider().install_default();
    let own = reqwest::Client::builder().default_headers(headers).user_agent("own/2").build().unwrap();
    let wa = builder(&server).http(own).build().unwrap();
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    let request = sent(&server).await;
    assert_eq!((&request.headers["x-from"], &request.headers["user-agent"]), (&"me".parse().unwrap(), &"own/2".parse().unwrap()));
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
}
