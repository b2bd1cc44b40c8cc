//! The version that counts, and what is only warned about.
#![allow(missing_docs, clippy::unwrap_used, deprecated, reason = "the names of tests say what they hold")]

use contract_tests::{TOKEN, clock::ManualClock, graph::Graph, log::Log};
use whatsapp_graph::{
    ApiVersion, Client, ErrorKind, RetryPolicy,
    retry::OnVersionMismatch,
    types::LocalStorageRegion,
    whatsapp_business_account::{CreatePhoneNumber, MigrateFlows},
};

// A program can insist when it is compiled.
const _: () = assert!(CreatePhoneNumber::AVAILABILITY.contains(ApiVersion::V23_0));
const _: () = assert!(!MigrateFlows::AVAILABILITY.contains(ApiVersion::V19_0));

#[tokio::test(flavor = "current_thread")]
async fn an_expired_version_is_warned_about_once_when_the_client_is_built() {
    let (log, _guard) = Log::take();
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    let client = graph.client(ApiVersion::V13_0);
    assert_eq!(log.lines_with("v13.0 expired on 2024-05-28"), 1, "{}", log.text());
    for _ in 0..3 {
        client.phone_number("106").deregister().send().await.unwrap();
    }
    assert_eq!(log.lines_with("v13.0 expired"), 1, "{}", log.text());
    assert_eq!(graph.requests().await[0].url.path(), "/v13.0/106/deregister", "the requested version is sent unchanged");
}

#[tokio::test(flavor = "current_thread")]
async fn that_others_have_expired_is_no_reason_to_warn() {
    let (log, _guard) = Log::take();
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    // Its expiry is not known, so it is far away whatever the day of the test.
    graph.client(ApiVersion::new(99, 0)).phone_number("106").deregister().send().await.unwrap();
    assert_eq!(log.lines_with("expired"), 0, "{}", log.text());
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_version_was_not_seen_with_is_sent_with_a_warning() {
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    let (log, _guard) = Log::take();
    let call = graph.client(ApiVersion::V23_0).phone_number("106").register("212834").data_localization_region(LocalStorageRegion::Ch);
    call.send().await.unwrap();
    assert_eq!(log.lines_with("`data_localization_region` was removed in v21.0"), 1, "{}", log.text());
    assert_eq!(graph.requests().await.len(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn an_expired_version_is_judged_as_the_one_that_is_served() {
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    let (log, _guard) = Log::take();
    // v20.0 had the parameter; it is expired, and served as a version that lacks it.
    let client = graph.client(ApiVersion::V20_0);
    client.phone_number("106").register("212834").data_localization_region(LocalStorageRegion::Ch).send().await.unwrap();
    assert_eq!(log.lines_with("`data_localization_region` was removed in v21.0"), 1, "{}", log.text());
}

#[tokio::test(flavor = "current_thread")]
async fn a_version_that_is_not_known_yet_is_called_with_the_newest_surface() {
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    let client = graph.client(ApiVersion::new(99, 0));
    client.phone_number("106").deregister().send().await.unwrap();
    assert_eq!(graph.requests().await[0].url.path(), "/v99.0/106/deregister");
    assert!(ApiVersion::new(99, 0).released().is_none() && ApiVersion::V23_0.expires().is_some());
}

/// Graph reads a version that is not released as a part of the path, and answers with its oldest one.
#[tokio::test(flavor = "current_thread")]
async fn a_version_that_is_not_released_is_said_to_be_the_cause() {
    let answer =
        r#"{"error": {"message": "Unknown path components: /106", "type": "OAuthException", "code": 2500, "fbtrace_id": "AbCdEf"}}"#;
    let graph = Graph::serving("v21.0", 400, answer).await;
    let error = graph.client(ApiVersion::new(99, 0)).phone_number("106").read().send().await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::UnknownPathComponents));
    let hint = error.hint().unwrap();
    assert!(hint.contains("v99.0") && hint.contains("may not exist"), "{hint}");
    assert!(error.support_report().contains(hint), "{}", error.support_report());
    assert!(error.info().unwrap().cause.contains("has not been released"));
    assert_eq!(error.served_version().map(|version| version.to_string()).as_deref(), Some("v21.0"));
    assert!(!error.is_retryable());
    let builder = Client::builder(TOKEN, ApiVersion::new(99, 0)).base_url(graph.url()).retries(RetryPolicy::never());
    let strict = builder.on_version_mismatch(OnVersionMismatch::Error).build().unwrap();
    let error = strict.phone_number("106").read().send().await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::UnknownPathComponents), "that another version answered is not the news: {error}");
    let error = graph.client(ApiVersion::V23_0).phone_number("106").read().send().await.unwrap_err();
    assert_eq!(error.hint(), None, "a version that is known is not the cause");
}

/// Meta took the parameter from every version on a day, and no page says that it is refused.
#[tokio::test(flavor = "current_thread")]
async fn what_is_gone_since_a_day_is_sent_with_a_warning() {
    for version in ApiVersion::window() {
        let graph = Graph::answering(200, r#"{"success": true}"#).await;
        let (log, _guard) = Log::take();
        let before = Client::builder(TOKEN, version).base_url(graph.url()).clock(ManualClock::at("2026-03-25")).build().unwrap();
        before.phone_number("106").conversational_automation().update().enable_welcome_message(true).send().await.unwrap();
        assert_eq!(log.lines_with("enable_welcome_message"), 0, "{}", log.text());
        let client = graph.client(version);
        client.phone_number("106").conversational_automation().update().enable_welcome_message(true).send().await.unwrap();
        assert_eq!(log.lines_with("`enable_welcome_message` was removed on 2026-03-27"), 1, "{}", log.text());
    }
}

#[tokio::test]
async fn versions_run_side_by_side() {
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    let client = graph.client(ApiVersion::V23_0);
    let older = client.at_version(ApiVersion::V22_0);
    let (phone, other) = (client.phone_number("1"), older.phone_number("2"));
    let (one, two) = tokio::join!(phone.deregister().send(), other.deregister().send());
    one.unwrap();
    two.unwrap();
    client.phone_number("3").deregister().with_version(ApiVersion::V21_0).send().await.unwrap();
    let mut paths: Vec<String> = graph.requests().await.iter().map(|request| request.url.path().to_owned()).collect();
    paths.sort();
    assert_eq!(paths, ["/v21.0/3/deregister", "/v22.0/2/deregister", "/v23.0/1/deregister"]);
}

#[tokio::test(flavor = "current_thread")]
async fn another_version_that_answers_is_warned_about_once_and_is_on_every_response() {
    let graph = Graph::serving("v24.0", 200, r#"{"success": true}"#).await;
    let (log, _guard) = Log::take();
    let client = graph.client(ApiVersion::V23_0);
    for _ in 0..2 {
        let response = client.phone_number("106").deregister().send_full().await.unwrap();
        let (asked, served) = (response.info.requested_version, response.info.served_version);
        assert_eq!((asked.to_string(), served.unwrap().to_string()), ("v23.0".to_owned(), "v24.0".to_owned()));
    }
    assert_eq!(log.lines_with("v23.0 was asked for, and v24.0 answered"), 1, "{}", log.text());
    client.at_version(ApiVersion::new(24, 0)).phone_number("106").deregister().send().await.unwrap();
    assert_eq!(log.lines_with("v24.0 answered"), 1, "{}", log.text());
}
