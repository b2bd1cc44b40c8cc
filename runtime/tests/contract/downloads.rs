//! Bytes that a read leads to: checked, renewed, and asked for with the token of named hosts only.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use graph_runtime::{Client, ClientBuilder, Download, Downloaded, Error, Outcome};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::{path, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::miniature::{ListPhoneNumbers, ReadMedia};
use crate::server::{APP_SECRET, TOKEN, answering, builder, client};
use crate::spans::Log;

/// The SHA-256 of `abc`, from FIPS 180-2, appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const SIGNATURE: &str = "ATf5-signature";

/// A read's answer that leads to `url`.
fn leading_to(url: &str) -> Value {
    let url = format!("{url}?mid=1&ext=17&hash={SIGNATURE}");
    json!({"id": "1", "url": url, "sha256": ABC, "file_size": 3, "mime_type": "image/jpeg"})
}

fn image(bytes: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(bytes, "image/jpeg")
}

/// A server of both, the read and the bytes.
async fn serving(read: impl FnOnce(&str) -> Value, bytes: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let answer = read(&format!("{}/bytes", server.uri()));
    Mock::given(path_regex("^/v23.0/")).respond_with(ResponseTemplate::new(200).set_body_json(answer)).mount(&server).await;
    Mock::given(path("/bytes")).respond_with(bytes).mount(&server).await;
    server
}

async fn begin(client: Client) -> Result<Downloaded, Error> {
    Download::<_, Error>::new(client, ReadMedia::new("1")).send().await
}

async fn download(server: &MockServer) -> Result<Vec<u8>, Error> {
    Ok(begin(client(server).0).await?.bytes().await?.into())
}

/// What the error says; no output has the token or the signature.
fn said(error: &Error) -> String {
    let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
    let source = std::error::Error::source(error).map(|source| format!("{source} {source:?}"));
    let shown = format!("{error} {error:?} {} {body} {source:?}", error.support_report());
    for secret in [TOKEN, SIGNATURE] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(error.is_download(), "{shown}");
    error.to_string()
}

async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

async fn paths(server: &MockServer) -> Vec<String> {
    requests(server).await.iter().map(|request| request.url.path().to_owned()).collect()
}

fn directory(name: &str) -> PathBuf {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

#[tokio::test]
async fn a_download_reads_the_address_and_fetches_the_bytes_with_the_same_token() {
    let server = serving(leading_to, image("abc")).await;
    let mut download = Download::<_, Error>::new(builder(&server).app_secret(APP_SECRET).build().unwrap().0, ReadMedia::new("1"));
    download.options_mut().set_token("EAAother");
    let downloaded = download.send().await.unwrap();
    assert_eq!((downloaded.content_type(), downloaded.size()), (Some("image/jpeg"), Some(3)));
    assert!(!format!("{download:?} {downloaded:?}").contains("EAAother"));
    assert_eq!(downloaded.bytes().await.unwrap(), "abc");

    let requests = requests(&server).await;
    let [read, bytes] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(read.url.path(), "/v23.0/1");
    assert_eq!(bytes.url.query(), Some(format!("mid=1&ext=17&hash={SIGNATURE}").as_str()), "nothing is added to a signed address");
    for request in [read, bytes] {
        assert_eq!(request.headers["authorization"], "Bearer EAAother");
    }
    assert_eq!(bytes.headers["user-agent"], "miniature/7");
}

#[tokio::test]
async fn downloading_is_send() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let server = serving(leading_to, image("abc")).await;
    let download = Download::<_, Error>::new(client(&server).0, ReadMedia::new("1"));
    let mut downloaded = assert_send(download.send()).await.unwrap();
    assert_eq!(assert_send(downloaded.chunk()).await.unwrap().unwrap(), "abc");
    drop(assert_send(downloaded.save("never written")));
}

#[tokio::test]
async fn hash_and_size_come_in_either_form_or_not_at_all() {
    for (name, value) in [
        ("sha256", json!("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")),
        ("file_size", json!("3")),
        ("sha256", Value::Null),
        ("file_size", Value::Null),
    ] {
        let read = |url: &str| {
            let mut answer = leading_to(url);
            answer[name] = value;
            answer
        };
        assert_eq!(download(&serving(read, image("abc")).await).await.unwrap(), b"abc");
    }
}

#[tokio::test]
async fn bytes_that_cannot_be_checked_are_warned_of_and_others_are_not() {
    let log = Log::take();
    let warnings = || log.text().matches("the answer names no hash: the bytes cannot be checked").count();
    download(&serving(leading_to, image("abc")).await).await.unwrap();
    assert_eq!(warnings(), 0);
    download(&serving(|url| json!({"url": url}), image("abc")).await).await.unwrap();
    assert_eq!(warnings(), 1);
}

#[tokio::test]
async fn other_bytes_of_the_same_length_are_an_error_and_never_whole() {
    let server = serving(leading_to, image("abd")).await;
    let mut downloaded = begin(client(&server).0).await.unwrap();
    let error = downloaded.chunk().await.unwrap_err();
    let said = said(&error);
    assert!(said.contains("ReadMedia: the bytes from 127.0.0.1 are not the file: their SHA-256 is another"), "{said}");
    assert!(error.is_retryable());
    let again = downloaded.chunk().await.unwrap_err();
    assert!(again.to_string().contains("has failed before"), "{again}");
}

#[tokio::test]
async fn an_answer_of_another_length_is_reported_before_its_bytes() {
    let server = serving(leading_to, ResponseTemplate::new(200).set_body_raw("<p>log in</p>", "text/html")).await;
    let error = begin(client(&server).0).await.unwrap_err();
    let said = said(&error);
    assert!(said.contains("127.0.0.1 answers with 13 bytes (HTTP 200), and the file has 3: <p>log in</p>"), "{said}");
    assert_eq!(paths(&server).await, ["/v23.0/1", "/bytes"]);
}

#[tokio::test]
async fn an_expired_address_is_renewed_once() {
    for status in [403, 404, 410] {
        let server = MockServer::start().await;
        let reads = AtomicUsize::new(0);
        let base = server.uri();
        let read = move |_: &Request| {
            let read = reads.fetch_add(1, Ordering::SeqCst);
            ResponseTemplate::new(200).set_body_json(leading_to(&format!("{base}/bytes/{read}")))
        };
        Mock::given(path_regex("^/v23.0/")).respond_with(read).mount(&server).await;
        Mock::given(path("/bytes/0")).respond_with(ResponseTemplate::new(status)).mount(&server).await;
        Mock::given(path("/bytes/1")).respond_with(image("abc")).mount(&server).await;
        assert_eq!(download(&server).await.unwrap(), b"abc");
        assert_eq!(paths(&server).await, ["/v23.0/1", "/bytes/0", "/v23.0/1", "/bytes/1"]);
    }
}

#[tokio::test]
async fn an_address_that_is_refused_twice_is_an_error_that_says_so() {
    let page = format!("<p>gone: /bytes?mid=1&ext=17&hash={SIGNATURE} {TOKEN}</p>");
    let server = serving(leading_to, ResponseTemplate::new(404).set_body_raw(page, "text/html")).await;
    let error = begin(client(&server).0).await.unwrap_err();
    let said = said(&error);
    assert!(said.contains("no bytes from 127.0.0.1 (HTTP 404): <p>gone: [masked] [masked]</p>"), "{said}");
    assert!(said.contains("asked for anew") && said.contains("lasts 5 min"), "{said}");
    assert_eq!((error.status(), error.content_type(), error.is_retryable()), (Some(404), Some("text/html"), false));
    assert_eq!(paths(&server).await, ["/v23.0/1", "/bytes", "/v23.0/1", "/bytes"]);
}

#[tokio::test]
async fn other_failures_of_the_server_are_not_renewed() {
    for (status, retryable) in [(401, false), (429, true), (500, true), (204, false)] {
        let server = serving(leading_to, ResponseTemplate::new(status)).await;
        let error = begin(client(&server).0).await.unwrap_err();
        let said = said(&error);
        assert!(said.contains(&format!("no bytes from 127.0.0.1 (HTTP {status}): an empty body")), "{said}");
        assert_eq!((error.is_retryable(), error.is_auth()), (retryable, status == 401));
        assert!(!error.is_timeout() && !error.is_connect() && std::error::Error::source(&error).is_none());
        assert_eq!(paths(&server).await, ["/v23.0/1", "/bytes"]);
    }
}

#[tokio::test]
async fn another_host_gets_no_token() {
    let elsewhere = answering(image("abc")).await;
    let address = format!("{}/bytes", elsewhere.uri());
    let server = serving(|_| leading_to(&address), image("")).await;
    assert_eq!(download(&server).await.unwrap(), b"abc");
    let request = requests(&elsewhere).await.remove(0);
    assert!(!request.headers.contains_key("authorization"));
    assert!(!format!("{request:?}").contains(TOKEN));

    let elsewhere = answering(ResponseTemplate::new(401)).await;
    let address = format!("{}/bytes", elsewhere.uri());
    let server = serving(|_| leading_to(&address), image("")).await;
    let said = said(&download(&server).await.unwrap_err());
    assert!(said.contains("the token was not sent, since the documentation does not name this host"), "{said}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = answering(image("abc")).await;
    let redirect = ResponseTemplate::new(302).insert_header("location", format!("{}/x?hash={SIGNATURE}", elsewhere.uri()));
    let server = serving(leading_to, redirect).await;
    let said = said(&download(&server).await.unwrap_err());
    assert!(said.contains("it sends on to 127.0.0.1 (HTTP 302), and a redirect is not followed"), "{said}");
    assert_eq!((requests(&elsewhere).await.len(), requests(&server).await.len()), (0, 2));
}

#[tokio::test]
async fn an_answer_that_leads_nowhere_is_an_error_without_the_answer() {
    let url = format!("https://lookaside.example.com/x?hash={SIGNATURE}");
    for (answer, why) in [
        (json!({"id": "1"}), "the answer has no member `url`"),
        (json!({"url": null}), "the answer has no member `url`"),
        (json!({"url": format!("lookaside?hash={SIGNATURE}")}), "the answer's `url` is no address"),
        (json!({"url": format!("ftp://x/?hash={SIGNATURE}")}), "begins with \"ftp\", not with https"),
        (json!({"url": format!("https://{SIGNATURE}@x/")}), "user name"),
        (json!({"url": url, "sha256": "<HASH>"}), "`sha256` is no SHA-256"),
        (json!([url]), "the answer has no member `url`"),
    ] {
        let server = serving(|_| answer, image("abc")).await;
        let error = begin(client(&server).0).await.unwrap_err();
        let said = said(&error);
        assert!(said.starts_with("ReadMedia: nothing to download: ") && said.contains(why), "{said}");
        assert_eq!((error.body(), paths(&server).await.len()), (None, 1));
    }
}

#[tokio::test]
async fn a_read_that_fails_is_its_own_error() {
    let server = answering(ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 100, "message": "no such media"}}))).await;
    let error = begin(client(&server).0).await.unwrap_err();
    assert_eq!((error.code(), error.is_download()), (Some(100), false));
    let none = Download::<_, Error>::new(client(&server).0, ListPhoneNumbers::new("1")).send().await.unwrap_err();
    assert!(none.to_string().contains("ListPhoneNumbers does not lead to bytes"), "{none}");
}

#[tokio::test]
async fn bytes_are_bounded_and_chunks_are_not() {
    let long = "x".repeat(1000);
    let read = |url: &str| json!({"url": url, "file_size": 1000});
    let server = serving(read, image(&long)).await;
    let small = builder(&server).max_response_bytes(999).build().unwrap().0;
    let error = begin(small.clone()).await.unwrap().bytes().await.unwrap_err();
    assert!(error.to_string().contains("max_response_bytes"), "{error}");
    let just = builder(&server).max_response_bytes(1000).build().unwrap().0;
    assert_eq!(begin(just).await.unwrap().bytes().await.unwrap(), long.as_bytes());
    let mut downloaded = begin(small).await.unwrap();
    let mut received = Vec::new();
    while let Some(chunk) = downloaded.chunk().await.unwrap() {
        received.extend_from_slice(&chunk);
    }
    assert_eq!(received, long.as_bytes());
    assert_eq!(downloaded.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_saved_file_appears_when_it_is_right_and_leaves_nothing_when_it_is_not() {
    let directory = directory("saved");
    let names = || -> Vec<_> { std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect() };
    let target = directory.join("photo.jpg");

    let wrong = serving(leading_to, image("abd")).await;
    let error = begin(client(&wrong).0).await.unwrap().save(&target).await.unwrap_err();
    assert!(said(&error).contains("SHA-256") && names().is_empty());

    std::fs::write(&target, "before").unwrap();
    let right = serving(leading_to, image("abc")).await;
    assert_eq!(begin(client(&right).0).await.unwrap().save(&target).await.unwrap(), 3);
    assert_eq!((std::fs::read(&target).unwrap().as_slice(), names()), (b"abc".as_slice(), vec!["photo.jpg".into()]));

    let missing = directory.join("missing/photo.jpg");
    let error = begin(client(&right).0).await.unwrap().save(&missing).await.unwrap_err();
    let said = said(&error);
    assert!(said.contains("cannot be written to") && said.contains("missing/photo.jpg"), "{said}");
    assert!(!error.is_retryable());
    assert!(std::error::Error::source(&error).is_some(), "what the system says is the reason");
}

/// A server that answers the first request with the way to the second, and the second with this text, and then holds or
/// closes the connection.
async fn raw(bytes: &'static str, holds: bool) -> Client {
    raw_after(leading_to, bytes, holds).await.build().unwrap()
}

async fn raw_after(read: impl FnOnce(&str) -> Value, bytes: &'static str, holds: bool) -> ClientBuilder<Client> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answer = read(&format!("{base}/bytes")).to_string();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len());
    tokio::spawn(async move {
        for text in [answer.as_str(), bytes] {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(connection.read_u8().await.unwrap());
            }
            connection.write_all(text.as_bytes()).await.unwrap();
            if holds && text == bytes {
                std::future::pending::<()>().await;
            }
        }
    });
    Client::builder(TOKEN, graph_runtime::Version(23, 0)).base_url(&base)
}

#[tokio::test]
async fn bytes_that_end_too_early_are_an_error() {
    for (answer, why) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", "ended after 2 of 3"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", "ended after 2 of 3"),
        ("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nab", "it has 3, and 2 came"),
        ("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabcd", "it has 3, and 4 came"),
        ("", "no bytes from 127.0.0.1"),
    ] {
        let client = raw(answer, false).await;
        let error = match begin(client).await {
            Ok(downloaded) => downloaded.bytes().await.unwrap_err(),
            Err(error) => error,
        };
        let said = said(&error);
        assert!(said.contains(why) && error.is_retryable(), "{said}");
    }
}

#[tokio::test]
async fn the_last_chunk_is_held_back_until_all_is_found_right() {
    for (last, right) in [("c", true), ("d", false)] {
        let answer = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\n{last}\r\n0\r\n\r\n");
        let mut downloaded = begin(raw(answer.leak(), false).await).await.unwrap();
        let mut received = Vec::new();
        let end = loop {
            match downloaded.chunk().await {
                Ok(Some(chunk)) => received.extend_from_slice(&chunk),
                end => break end,
            }
        };
        assert_eq!((end.is_ok(), received.len() == 3), (right, right), "{received:?}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_a_timeout() {
    let client = raw("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", true).await;
    let mut download = Download::<_, Error>::new(client, ReadMedia::new("1"));
    download.options_mut().set_timeout(Duration::from_millis(500));
    let error = match download.send().await {
        Ok(downloaded) => downloaded.bytes().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.is_timeout() && error.is_retryable() && !error.is_connect(), "{}", said(&error));
}

#[tokio::test]
async fn an_unreachable_host_is_no_timeout() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = serving(|_| leading_to(&format!("http://{closed}/bytes")), image("abc")).await;
    let error = begin(client(&server).0).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable() && !error.is_timeout(), "{}", said(&error));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn the_outcome_of_a_download_is_that_of_asking_for_its_bytes() {
    let nowhere = begin(client(&serving(|_| json!({"id": "1"}), image("abc")).await).0).await.unwrap_err();
    assert_eq!(nowhere.outcome(), Outcome::NotSent, "{nowhere}");
    let unreachable = serving(|_| leading_to("http://127.0.0.1:1/bytes"), image("abc")).await;
    assert_eq!(begin(client(&unreachable).0).await.unwrap_err().outcome(), Outcome::NotSent);
    for (status, outcome) in [(401, Outcome::Rejected), (500, Outcome::Unknown), (204, Outcome::Unknown)] {
        let error = begin(client(&serving(leading_to, ResponseTemplate::new(status)).await).0).await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
    }
    let others = download(&serving(leading_to, image("abd")).await).await.unwrap_err();
    assert_eq!(others.outcome(), Outcome::Unknown, "{others}");
    let missing = directory("outcomes").join("missing/photo.jpg");
    let unkept = begin(client(&serving(leading_to, image("abc")).await).0).await.unwrap().save(&missing).await.unwrap_err();
    assert_eq!(unkept.outcome(), Outcome::Executed, "all bytes came: {unkept}");
}

#[tokio::test]
async fn bytes_that_keep_coming_are_too_many() {
    let chunk = format!("12c\r\n{}\r\n", "x".repeat(300));
    let answer: &str = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}0\r\n\r\n").leak();
    let without_size = |url: &str| json!({"id": "1", "url": format!("{url}?hash={SIGNATURE}"), "sha256": ABC});
    for (limit, fits) in [(900, true), (599, false)] {
        let client = raw_after(without_size, answer, false).await.max_response_bytes(limit).build().unwrap();
        let downloaded = begin(client).await.unwrap();
        let error = downloaded.bytes().await.unwrap_err();
        // Those that fit are others than the hash says.
        assert_eq!(error.to_string().contains("max_response_bytes"), !fits, "{error}");
    }
}
