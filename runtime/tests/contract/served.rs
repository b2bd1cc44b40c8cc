//! The version that answers, and how long one may take.

use std::time::Duration;

use graph_runtime::{ClientBuilder, OnVersionMismatch, Version};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::miniature::{ListPhoneNumbers, RegisterPhoneNumber, Wa};
use crate::server::{TOKEN, answering, builder, client, count, saying};

#[tokio::test]
async fn another_version_is_an_error_that_holds_the_answer_for_those_who_ask() {
    let answer = ResponseTemplate::new(200).set_body_json(json!({"success": true})).insert_header("facebook-api-version", "v24.0");
    let server = answering(answer).await;
    let request = RegisterPhoneNumber::new("106", "212834");
    client(&server).send(&request).await.unwrap();
    let wa = builder(&server).on_version_mismatch(OnVersionMismatch::Error).build().unwrap();
    let error = wa.send(&request).await.unwrap_err();
    assert!(error.is_version_mismatch() && !error.is_retryable() && error.attempts() == 1);
    assert_eq!((error.served_version(), error.body()), (Some(Version(24, 0)), Some(br#"{"success":true}"#.as_slice())));
    assert!(error.to_string().contains("carried out, but by v24.0"), "{error}");
    wa.0.at_version(Version(24, 0)).send(&request).await.unwrap();
    assert_eq!(count(&server).await, 3);
}

#[tokio::test]
async fn an_answer_without_a_version_is_no_mismatch() {
    let server = saying(json!({"data": []})).await;
    let wa = builder(&server).on_version_mismatch(OnVersionMismatch::Error).build().unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
}

#[tokio::test]
async fn a_silent_server_is_a_timeout_and_a_slow_one_is_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut sockets = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n").await;
            sockets.push(socket);
        }
    });
    let never = graph_runtime::RetryPolicy::never();
    let builder = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(&url).retries(never);
    let wa = builder.read_timeout(Duration::from_millis(50)).build().unwrap();
    let error = wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_timeout() && error.status() == Some(200), "{error:?}");
}

#[tokio::test]
async fn a_proxy_gets_the_request() {
    let proxy = saying(json!({"data": []})).await;
    let wa = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url("http://graph.invalid").allow_plain_http(true);
    let wa = wa.proxy(proxy.uri()).build().unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    assert_eq!(count(&proxy).await, 1);
}

#[test]
fn a_proxy_that_is_none_is_not_shown() {
    let builder = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).proxy("http://me:hunter2@[");
    let error = builder.build().unwrap_err().0;
    assert!(error.to_string().contains("proxy") && !format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[tokio::test]
async fn a_connection_that_is_never_ready_is_bounded_by_its_own_limit() {
    // It accepts, and never answers the greeting of TLS.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let never = graph_runtime::RetryPolicy::never();
    let builder = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(&url).retries(never).connect_timeout(Duration::from_millis(30));
    let error = builder.build().unwrap().send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout() && error.is_retryable(), "nothing was sent: {error:?}");
}
