//! Where something just fits and where it just does not, and what differs by a hair. Mutation testing asked for these.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream as _;
use graph_runtime::ledger::LedgerError;
use graph_runtime::{File, Method, Page, RawRequest, RequestOptions, RetryPolicy, Timestamp, Value};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::miniature::{ListPhoneNumbers, RegisterPhoneNumber};
use crate::server::{answering, builder, client, count, sent};
use crate::time::ManualClock;

/// A server that answers in chunks and does not say how much there will be.
async fn in_chunks(chunks: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            let mut answer = String::from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n");
            for chunk in chunks {
                answer.push_str(&format!("{:x}\r\n{chunk}\r\n", chunk.len()));
            }
            answer.push_str("0\r\n\r\n");
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn an_answer_of_unannounced_length_is_joined_and_bounded() {
    let chunks: &[&str] = &[r#"{"data": [],"#, r#" "summary": {"#, r#""total_count": 3}}"#];
    let whole = chunks.concat();
    let request = RawRequest::<Value>::new(Method::Get, "/102");
    let of = |url: &str, most| {
        graph_runtime::Client::builder("t", graph_runtime::Version(23, 0)).base_url(url).max_response_bytes(most).build().unwrap()
    };
    let url = in_chunks(chunks).await;
    let answer = of(&url, whole.len()).send(&request).await.unwrap();
    assert_eq!(answer, serde_json::from_str::<Value>(&whole).unwrap());
    let error = of(&url, whole.len() - 1).send(&request).await.unwrap_err();
    assert!(error.to_string().contains("max_response_bytes"), "{error}");
}

#[test]
fn files_are_equal_if_bytes_type_and_name_are() {
    let file = || File::bytes("abc", "text/plain").named("a.txt");
    assert_eq!(file(), file());
    assert_ne!(file(), File::bytes("abd", "text/plain").named("a.txt"));
    assert_ne!(file(), File::bytes("abc", "text/html").named("a.txt"));
    assert_ne!(file(), file().named("b.txt"));
    assert_eq!(File::path("/tmp/a", "text/plain"), File::path("/tmp/a", "text/plain"));
    assert_ne!(File::path("/tmp/a", "text/plain"), File::path("/tmp/b", "text/plain"));
    assert_ne!(File::path("/tmp/a", "text/plain"), file());
}

#[test]
fn a_page_has_its_summary() {
    let page: Page<Value> = serde_json::from_value(json!({"data": [], "summary": {"total_count": 3}})).unwrap();
    assert_eq!(page.summary, Some(json!({"total_count": 3})));
    assert!(page.extra().get("summary").is_none());
}

#[test]
fn what_a_page_does_not_declare_is_kept_at_every_level() {
    let json = json!({"data": [], "paging": {"cursors": {"after": "a", "of_tomorrow": 1}, "of_tomorrow": 2}, "of_tomorrow": 3});
    let page: Page<Value> = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&page).unwrap(), json);
}

#[test]
fn an_empty_value_of_another_kind_is_said_to_be_empty() {
    let why = |json: Value| serde_json::from_value::<Page<String>>(json).unwrap_err().to_string();
    for (found, value) in
        [("an array", json!([1])), ("an empty array", json!([])), ("a string", json!("a")), ("an empty string", json!(""))]
    {
        assert!(why(value).ends_with(&format!("found {found}")), "{found}");
    }
}

#[tokio::test]
async fn a_list_is_a_stream() {
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({"data": [{"id": "1"}]}))).await;
    let mut pages = client(&server).0.pages::<_, graph_runtime::Error>(ListPhoneNumbers::new("102"));
    let mut count = 0;
    while let Some(page) = poll_fn(|context| Pin::new(&mut pages).poll_next(context)).await {
        count += page.unwrap().data.len();
    }
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_token_among_options_is_the_one_that_is_sent() {
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let options = RequestOptions::default().with_token("EAAGother");
    client(&server).send(&RawRequest::<Value>::new(Method::Get, "/102").with_options(options)).await.unwrap();
    assert_eq!(sent(&server).await.headers["authorization"], "Bearer EAAGother");
}

#[test]
fn a_ledger_s_error_leads_to_its_reason() {
    let error = LedgerError::new("the ledger cannot be read").because(std::io::Error::other("no space"));
    assert_eq!(error.to_string(), "the ledger cannot be read: no space");
    assert_eq!(std::error::Error::source(&error).map(ToString::to_string).as_deref(), Some("no space"));
    assert!(std::error::Error::source(&LedgerError::new("a")).is_none());
}

#[test]
fn an_offset_from_utc_is_less_than_a_day() {
    let unix = |text: &str| serde_json::from_value::<Timestamp>(json!(text)).ok().and_then(|time| time.unix());
    let noon = unix("2024-05-06T12:00:00+0000").unwrap();
    assert_eq!(unix("2024-05-06T12:00:00+23:59"), Some(noon - 23 * 3600 - 59 * 60));
    assert_eq!(unix("2024-05-06T12:00:00-0100"), Some(noon + 3600));
    for none in ["2024-05-06T12:00:00+24:00", "2024-05-06T12:00:00+01:60", "2024-05-06T12:00:00+01:00x"] {
        assert_eq!(unix(none), None, "{none}");
    }
}

#[tokio::test]
async fn options_on_a_value_are_the_same_as_set() {
    let server = answering(ResponseTemplate::new(500)).await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock).build().unwrap();
    let twice = RetryPolicy::new().max_attempts(2);
    let options = RequestOptions::default().with_retries(twice).with_timeout(Duration::from_mins(1));
    let error = wa.send(&RawRequest::<Value>::new(Method::Get, "/102").with_options(options)).await.unwrap_err();
    assert_eq!((error.attempts(), count(&server).await), (2, 2));
}

#[tokio::test]
async fn a_pause_that_an_answer_asks_for_counts_where_its_status_says_later() {
    for (status, has_time) in [(429, true), (500, true), (503, true), (499, false), (400, false), (428, false), (430, false)] {
        let server = answering(ResponseTemplate::new(status).set_body_raw("busy", "text/plain").insert_header("retry-after", "60")).await;
        let error = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
        assert_eq!(error.retry_at().is_some(), has_time, "{status}");
    }
}

#[tokio::test]
async fn a_truth_or_nothing_is_no_secret_to_mask() {
    let message = "null and true are words of the answer";
    let server = answering(ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 100, "message": message}}))).await;
    for value in [json!(true), json!(null)] {
        let request = RawRequest::<Value>::new(Method::Get, "/102").with_param("access_token", value);
        let error = client(&server).send(&request).await.unwrap_err();
        assert_eq!(error.message(), Some(message));
    }
    let request = RawRequest::<Value>::new(Method::Get, "/102").with_param("access_token", "words");
    let error = client(&server).send(&request).await.unwrap_err();
    assert_eq!(error.message(), Some("null and true are [masked] of the answer"));
}

#[tokio::test]
async fn a_list_without_its_data_names_what_is_missing() {
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({"success": true, "paging": {}}))).await;
    let error = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.to_string().contains("data is missing"), "{error}");
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({"success": "false"}))).await;
    // A text is no truth: nothing says that the call failed.
    assert!(!matches!(client(&server).send(&RegisterPhoneNumber::new("106", "212834")).await, Err(error) if error.is_graph()));
}
