//! Files on their way out: as parts, as a whole body, from bytes, a path and a stream.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use graph_runtime::{ClientBuilder, File, Method, RawRequest, Refusals, Version};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use wiremock::Request;

use crate::miniature::{Members, UnblockUsers, UploadBytes, UploadMedia, Wa};
use crate::server::{APP_SECRET, TOKEN, builder, client, count, query, saying, sent, text};

/// Chunks of `size` bytes; it counts what it has handed out.
#[derive(Clone)]
pub(crate) struct Chunks {
    left: u64,
    size: usize,
    handed: Arc<AtomicU64>,
    end: Result<(), &'static str>,
}

impl Chunks {
    pub(crate) fn new(total: u64, size: usize) -> Self {
        Self { left: total, size, handed: Arc::default(), end: Ok(()) }
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, &'static str>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(std::mem::replace(&mut self.end, Ok(())).err().map(Err));
        }
        let size = usize::try_from(self.left).unwrap().min(self.size);
        self.left -= size as u64;
        self.handed.fetch_add(size as u64, Ordering::SeqCst);
        Poll::Ready(Some(Ok(vec![b'x'; size].into())))
    }
}

/// A directory of the test's own.
fn directory(name: &str) -> std::path::PathBuf {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

/// The body with `BOUNDARY` in place of the boundary.
fn parts(request: &Request) -> String {
    let content_type = request.headers["content-type"].to_str().unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    text(request).replace(boundary, "BOUNDARY")
}

fn length(request: &Request) -> Option<usize> {
    Some(request.headers.get("content-length")?.to_str().unwrap().parse().unwrap())
}

const PARTS: &str = "--BOUNDARY\r\n\
    Content-Disposition: form-data; name=\"messaging_product\"\r\n\
    \r\n\
    whatsapp\r\n\
    --BOUNDARY\r\n\
    Content-Disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\n\
    Content-Type: image/png\r\n\
    \r\n\
    xxxxx\r\n\
    --BOUNDARY--\r\n";

#[tokio::test]
async fn bytes_a_path_and_a_stream_are_the_same_parts_on_the_wire() {
    let path = directory("same_parts").join("photo.png");
    std::fs::write(&path, "xxxxx").unwrap();
    let files = [
        (File::bytes("xxxxx", "image/png").named("photo.png"), true),
        (File::path(&path, "image/png"), true),
        (File::stream(Chunks::new(5, 2), "image/png").named("photo.png").sized(5), true),
        (File::stream(Chunks::new(5, 2), "image/png").named("photo.png"), false),
    ];
    for (file, sized) in files {
        let server = saying(json!({"id": "1"})).await;
        client(&server).send(&UploadMedia::new("106", file)).await.unwrap();
        let request = sent(&server).await;
        assert_eq!(request.url.path(), "/v23.0/106/media");
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}").as_str());
        assert_eq!(parts(&request), PARTS);
        assert_eq!(length(&request), sized.then_some(request.body.len()));
    }
}

#[tokio::test]
async fn texts_come_first_as_they_are_and_the_rest_as_json() {
    let server = saying(json!({})).await;
    let mut request = UploadMedia::new("106", File::bytes("{}", "application/json").named("a\"b\r\n.json"));
    request.texts = Members::of(&json!({"name": "fl\u{e9}w", "a\"b": 5, "list": ["x"], "none": null}));
    request.options.set_param("more", true);
    client(&server).send(&request).await.unwrap();
    let disposition = |name: &str| format!("--BOUNDARY\r\nContent-Disposition: form-data; name=\"{name}\"");
    let expected = [
        &disposition("name"),
        "\r\n\r\nfl\u{e9}w\r\n",
        &disposition("a%22b"),
        "\r\n\r\n5\r\n",
        &disposition("list"),
        "\r\n\r\n[\"x\"]\r\n",
        &disposition("more"),
        "\r\n\r\ntrue\r\n",
        &disposition("file"),
        "; filename=\"a%22b%0D%0A.json\"\r\nContent-Type: application/json\r\n\r\n{}\r\n--BOUNDARY--\r\n",
    ];
    assert_eq!(parts(&sent(&server).await), expected.concat());
}

#[tokio::test]
async fn of_texts_and_files_either_may_be_left_out_and_without_both_there_is_no_body() {
    let file = Some(File::bytes("x", "text/plain"));
    for (texts, file, expected) in
        [(json!({"a": 1}), None, Some(["name=\"a\""].as_slice())), (json!({}), file, Some(&["name=\"file\""])), (json!({}), None, None)]
    {
        let server = saying(json!({})).await;
        let mut request = UploadMedia { texts: Members::of(&texts), file, ..UploadMedia::new("106", File::default()) };
        request.options.set_refusals(Refusals::Off);
        client(&server).send(&request).await.unwrap();
        let request = sent(&server).await;
        match expected {
            Some(names) => {
                let parts = parts(&request);
                assert_eq!(parts.matches("Content-Disposition").count(), names.len(), "{parts}");
                assert!(names.iter().all(|name| parts.contains(name)), "{parts}");
            }
            None => assert!(request.body.is_empty() && !request.headers.contains_key("content-type"), "{request:?}"),
        }
    }
}

#[test]
fn a_preview_names_the_files_and_opens_none() {
    let wa: Wa = ClientBuilder::new(TOKEN, Version(23, 0)).build().unwrap();
    let preview = wa.0.preview(&UploadMedia::new("106", File::path("/nowhere/photo.png", "image/png"))).unwrap();
    let [file] = preview.files.as_slice() else { panic!("{preview:?}") };
    assert_eq!((file.param, file.name.as_str(), file.content_type.as_str()), ("file", "photo.png", "image/png"));
    assert!(preview.to_string().ends_with("\nfile: the file \"photo.png\", image/png\n"), "{preview}");
}

#[tokio::test]
async fn a_file_that_was_not_given_is_refused() {
    let server = saying(json!({})).await;
    let error = client(&server).send(&UploadMedia { file: None, ..UploadMedia::new("106", File::default()) }).await.unwrap_err();
    assert_eq!(error.refusals()[0].item, "file");
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_an_error_before_anything_is_sent() {
    let server = saying(json!({})).await;
    let directory = directory("cannot_be_opened");
    for (path, why) in [(directory.join("missing.png"), "cannot be opened"), (directory.clone(), "is no file")] {
        let error = client(&server).send(&UploadMedia::new("106", File::path(&path, "image/png"))).await.unwrap_err();
        let shown = error.to_string();
        assert!(shown.starts_with("UploadMedia: not sent: `file`: "), "{shown}");
        assert!(shown.contains(path.to_str().unwrap()) && shown.contains(why), "{shown}");
        assert_eq!(error.attempts(), 0);
    }
    let error = client(&server).send(&UploadMedia::new("106", File::bytes("x", "a\nb"))).await.unwrap_err();
    assert!(error.to_string().contains("media type of `file`"), "{error}");
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn a_path_is_opened_anew_and_a_stream_is_sent_once() {
    let server = saying(json!({})).await;
    let path = directory("sent_again").join("note.txt");
    let request = UploadMedia::new("106", File::path(&path, "text/plain"));
    for content in ["first", "second, longer"] {
        std::fs::write(&path, content).unwrap();
        client(&server).send(&request).await.unwrap();
        let requests = server.received_requests().await.unwrap();
        assert!(text(requests.last().unwrap()).contains(content));
    }
    let request = UploadMedia::new("106", File::stream(Chunks::new(5, 5), "text/plain"));
    client(&server).send(&request).await.unwrap();
    let error = client(&server).send(&request.clone()).await.unwrap_err();
    assert!(error.to_string().contains("the stream of `file` has been sent, and a stream can be sent once"), "{error}");
    assert!(!error.is_retryable() && error.attempts() == 0);
    assert_eq!(count(&server).await, 3);
}

#[tokio::test]
async fn a_refused_call_leaves_its_stream_unsent() {
    let server = saying(json!({})).await;
    let file = File::stream(Chunks::new(5, 5), "text/plain");
    assert!(client(&server).send(&UploadMedia::new("me", file.clone())).await.unwrap_err().is_refusal());
    client(&server).send(&UploadMedia::new("106", file)).await.unwrap();
}

#[tokio::test]
async fn a_stream_that_fails_or_breaks_its_word_fails_the_call() {
    let server = saying(json!({})).await;
    let failing = Chunks { end: Err("the disk is gone"), ..Chunks::new(5, 5) };
    for (file, why) in [
        (File::stream(failing.clone(), "a/b"), "the stream failed: the disk is gone"),
        (File::stream(failing, "a/b").sized(5), "the stream failed: the disk is gone"),
        (File::stream(Chunks::new(5, 2), "a/b").sized(9), "ended 4 bytes before the length"),
        (File::stream(Chunks::new(9, 5), "a/b").sized(5), "more bytes than the length"),
    ] {
        let whole = UploadBytes { session: "upload:a".to_owned(), file: Some(file), ..UploadBytes::default() };
        let error = client(&server).send(&whole).await.unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains("the body was not sent in whole") && shown.contains(why), "{shown}");
        assert!(!error.is_retryable(), "what became of the call is not known, and the stream is used up");
    }
}

#[tokio::test]
async fn a_body_of_bytes_goes_with_headers_a_text_id_and_oauth() {
    let server = saying(json!({"h": "4::aW1h"})).await;
    let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
    let mut request = UploadBytes {
        session: "upload:MTphdHRh==?sig=ARZ_-%2B".to_owned(),
        headers: Members::of(&json!({"file_offset": 0})),
        file: Some(File::bytes("\u{1}\u{2}x", "image/png")),
        ..UploadBytes::default()
    };
    request.options.set_param("more", "a b");
    wa.send(&request).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/v23.0/upload:MTphdHRh==");
    assert!(request.url.query().unwrap().starts_with("sig=ARZ_-%2B&more=a%20b&appsecret_proof="));
    assert_eq!(request.headers["authorization"], format!("OAuth {TOKEN}").as_str());
    assert_eq!((&request.headers["file_offset"], &request.headers["content-type"]), (&"0".parse().unwrap(), &"image/png".parse().unwrap()));
    assert_eq!((request.body.as_slice(), length(&request)), (b"\x01\x02x".as_slice(), Some(3)));
}

#[tokio::test]
async fn a_text_id_that_leads_elsewhere_is_refused_and_cannot_be_forced() {
    let server = saying(json!({})).await;
    for id in ["upload:a/../106", "upload:a?access_token=EAAG", "upload:a#b", "upload:a b"] {
        let mut request = UploadBytes { session: id.to_owned(), ..UploadBytes::default() };
        let error = client(&server).send(&request).await.unwrap_err();
        assert_eq!((error.refusals()[0].rule, error.refusals()[0].item.as_str()), ("id", "upload_session_id"));
        assert!(error.to_string().contains("is no identifier") && !error.to_string().contains("EAAG"), "{error}");
        assert_eq!(count(&server).await, 0);
        request.options.set_refusals(Refusals::Off);
        client(&server).send(&request).await.unwrap();
        let request = server.received_requests().await.unwrap().remove(0);
        assert_eq!((request.url.path_segments().unwrap().count(), query(&request).len()), (2, 0), "{}", request.url);
        server.reset().await;
        wiremock::Mock::given(wiremock::matchers::any())
            .respond_with(wiremock::ResponseTemplate::new(200).set_body_json(json!({})))
            .mount(&server)
            .await;
    }
}

#[tokio::test]
async fn a_signature_of_an_identifier_is_masked() {
    let server = crate::server::answering(wiremock::ResponseTemplate::new(400).set_body_string("no such session ?sig=ARZsig")).await;
    let request = UploadBytes { session: "upload:a?sig=ARZsig".to_owned(), ..UploadBytes::default() };
    let error = client(&server).send(&request).await.unwrap_err();
    let shown = format!("{error} {error:?} {}", error.support_report());
    assert!(!shown.contains("ARZsig") && shown.contains("[masked]"), "{shown}");
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_an_error_of_the_call() {
    let server = saying(json!({})).await;
    let request = UploadBytes {
        session: "upload:a".to_owned(),
        headers: Members::of(&json!({"file_offset": "0\r\nx-evil: hunter2"})),
        ..UploadBytes::default()
    };
    let error = client(&server).send(&request).await.unwrap_err();
    assert!(error.to_string().contains("the value of `file_offset`") && !error.to_string().contains("hunter2"), "{error}");
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn a_delete_may_have_a_json_body() {
    let server = saying(json!({"success": true})).await;
    let mut request = UnblockUsers { id: "106".into(), ..UnblockUsers::default() };
    request.body = Members::of(&json!({"messaging_product": "whatsapp", "block_users": [{"user": "1"}]}));
    request.options.set_param("more", 1);
    client(&server).send(&request).await.unwrap();
    let request = sent(&server).await;
    assert_eq!((request.method.as_str(), request.url.path(), request.url.query()), ("DELETE", "/v23.0/106/block_users", None));
    assert_eq!(text(&request), r#"{"messaging_product":"whatsapp","block_users":[{"user":"1"}],"more":1}"#);

    let server = saying(json!({"success": true})).await;
    let raw = RawRequest::<Value>::new(Method::Delete, "/106/x").with_param("a", 1);
    client(&server).send(&raw).await.unwrap();
    let request = sent(&server).await;
    assert_eq!((request.url.query(), request.body.len()), (Some("a=1"), 0), "a raw delete has a query");
}

/// The server reads at its own pace: what the stream has handed out stays close to what has arrived, whoever is faster.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_not_held_in_memory() {
    const TOTAL: u64 = 50 << 20;
    /// More than the buffers of the system hold, on both sides of the connection.
    const SLACK: u64 = 25 << 20;

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 << 10).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());

    let chunks = Chunks::new(TOTAL, 64 << 10);
    let handed = Arc::clone(&chunks.handed);
    let server = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut buffer = vec![0; 256 << 10];
        let (mut arrived, mut ahead, mut tail) = (0_u64, 0_u64, Vec::new());
        // The chunk without bytes ends the body.
        while !tail.ends_with(b"\r\n0\r\n\r\n") {
            let read = connection.read(&mut buffer).await.unwrap();
            assert!(read > 0, "the connection was closed after {arrived} bytes");
            arrived += read as u64;
            ahead = ahead.max(handed.load(Ordering::SeqCst).saturating_sub(arrived));
            tail.extend_from_slice(&buffer[read.saturating_sub(7)..read]);
            tail.drain(..tail.len().saturating_sub(7));
        }
        assert!(arrived > TOTAL);
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
        connection.write_all(answer.as_bytes()).await.unwrap();
        ahead
    });
    let wa = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(&base).build().unwrap();
    wa.send(&UploadMedia::new("106", File::stream(chunks, "video/mp4"))).await.unwrap();
    let ahead = server.await.unwrap();
    assert!(ahead < SLACK, "{ahead} bytes were handed out and had not arrived");
}
