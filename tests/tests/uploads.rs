//! Uploads: those that go on where they broke off, against a server that takes a file in pieces and breaks, and types of media that are warned of.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use std::sync::{Arc, Mutex};

use contract_tests::{clock::ManualClock, graph::Graph, log::Log};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use whatsapp_graph::{ApiVersion, Client, Error, File, Outcome, types::UploadedFile};

const FILE: &str = "the bytes of an image, of which some are lost on the way";

/// What the server does with a sending of the file.
#[derive(Clone, Copy)]
enum Does {
    /// Keeps so many further bytes, and closes the connection.
    Breaks(usize),
    /// Keeps the rest, and answers.
    Answers,
    /// Answers as Graph does to an offset that does not fit.
    Refuses,
}

/// What has arrived, and what was asked: `GET`, or the offset of a sending.
#[derive(Default)]
struct Session {
    arrived: Vec<u8>,
    asked: Vec<String>,
}

/// Serves one session, doing these things with the sendings of its file. It reports as arrived what is there, plus `lead`.
async fn serve(does: Vec<Does>, lead: usize) -> (String, Arc<Mutex<Session>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let session = Arc::new(Mutex::new(Session::default()));
    let kept = Arc::clone(&session);
    tokio::spawn(async move {
        let mut does = does.into_iter();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (head, mut body, length) = read_head(&mut stream).await;
            if head.starts_with("GET") {
                let arrived = {
                    let mut session = kept.lock().unwrap();
                    session.asked.push("GET".into());
                    session.arrived.len() + lead
                };
                answer(&mut stream, 200, &format!(r#"{{"id":"upload:MTph","file_offset":{arrived}}}"#)).await;
                continue;
            }
            let offset = head.lines().find_map(|line| line.strip_prefix("file_offset: ")).unwrap().to_owned();
            kept.lock().unwrap().asked.push(offset);
            let does = does.next().expect("one more sending than the test foresees");
            let takes = if let Does::Breaks(bytes) = does { bytes.min(length) } else { length };
            while body.len() < takes {
                let mut buffer = [0; 1024];
                let read = stream.read(&mut buffer).await.unwrap();
                assert!(read > 0, "the client ended first");
                body.extend(&buffer[..read]);
            }
            match does {
                Does::Breaks(bytes) => kept.lock().unwrap().arrived.extend(&body[..bytes]),
                Does::Answers => {
                    kept.lock().unwrap().arrived.extend(&body);
                    answer(&mut stream, 200, r#"{"h":"4:aGFuZGxl"}"#).await;
                }
                Does::Refuses => {
                    answer(&mut stream, 400, r#"{"error":{"message":"(#100) Invalid parameter","type":"OAuthException","code":100}}"#).await
                }
            }
        }
    });
    (url, session)
}

/// The head of a request, what has come of its body, and the length of the whole body.
async fn read_head(stream: &mut TcpStream) -> (String, Vec<u8>, usize) {
    let mut all = Vec::new();
    loop {
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "no request");
        all.extend(&buffer[..read]);
        if let Some(end) = all.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(all[..end].to_vec()).unwrap();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
            return (head, all.split_off(end + 4), length);
        }
    }
}

async fn answer(stream: &mut TcpStream, status: u16, body: &str) {
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
}

async fn upload(url: &str, from: i64, file: File) -> Result<UploadedFile, Error> {
    let client = Client::builder("EAAJB", ApiVersion::V27_0).base_url(url).clock(ManualClock::new()).build().unwrap();
    client.upload_session("upload:MTph").upload(from, file).send_resuming().await
}

fn bytes() -> File {
    File::bytes(FILE, "image/png")
}

#[tokio::test]
async fn what_has_arrived_is_not_sent_again() {
    let (url, session) = serve(vec![Does::Breaks(10), Does::Breaks(5), Does::Breaks(3), Does::Breaks(2), Does::Answers], 0).await;
    let uploaded = upload(&url, 0, bytes()).await.unwrap();
    assert_eq!(uploaded.handle, "4:aGFuZGxl");
    let session = session.lock().unwrap();
    assert_eq!(session.asked, ["0", "GET", "10", "GET", "15", "GET", "18", "GET", "20"]);
    assert_eq!(String::from_utf8_lossy(&session.arrived), FILE);
}

#[tokio::test]
async fn a_file_on_disk_goes_on_in_its_middle() {
    let (url, session) = serve(vec![Does::Breaks(20), Does::Answers], 0).await;
    let path = std::env::temp_dir().join(format!("whatsapp-graph-upload-{}", std::process::id()));
    std::fs::write(&path, FILE).unwrap();
    let uploaded = upload(&url, 0, File::path(&path, "image/png")).await;
    std::fs::remove_file(&path).unwrap();
    assert_eq!(uploaded.unwrap().handle, "4:aGFuZGxl");
    assert_eq!(String::from_utf8_lossy(&session.lock().unwrap().arrived), FILE);
}

#[tokio::test]
async fn three_breaks_without_a_further_byte_are_the_end() {
    let (url, session) = serve(vec![Does::Breaks(4), Does::Breaks(0), Does::Breaks(0), Does::Breaks(0)], 0).await;
    let error = upload(&url, 0, bytes()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert_eq!(session.lock().unwrap().asked, ["0", "GET", "4", "GET", "4", "GET", "4"]);
}

#[tokio::test]
async fn what_graph_refuses_is_not_sent_again() {
    let (url, session) = serve(vec![Does::Refuses], 0).await;
    let error = upload(&url, 0, bytes()).await.unwrap_err();
    assert_eq!(error.code(), Some(100), "{error}");
    assert_eq!(session.lock().unwrap().asked, ["0"]);
}

#[tokio::test]
async fn a_stream_ends_at_its_first_break() {
    struct Once(Option<&'static str>);
    impl futures_core::Stream for Once {
        type Item = Result<bytes::Bytes, std::io::Error>;
        fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.take().map(|text| Ok(text.into())))
        }
    }
    let (url, session) = serve(vec![Does::Breaks(4)], 0).await;
    let stream = File::stream(Once(Some(FILE)), "image/png").sized(FILE.len() as u64);
    let error = upload(&url, 0, stream).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert_eq!(session.lock().unwrap().asked, ["0"]);
}

#[tokio::test]
async fn bytes_that_the_caller_does_not_have_are_not_guessed() {
    // The call begins at 30 with the bytes from there; the session says that less has arrived, or more than the file has.
    for (lead, from) in [(0, 30), (1000, 0)] {
        let (url, session) = serve(vec![Does::Breaks(4)], lead).await;
        let error = upload(&url, from, bytes()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
        assert_eq!(session.lock().unwrap().asked, [from.to_string(), "GET".into()]);
    }
}

#[tokio::test]
async fn opus_without_a_container_is_sent_with_a_warning() {
    let graph = Graph::answering(200, r#"{"id":"123"}"#).await;
    for (media_type, warnings) in [("audio/opus", 1), ("audio/ogg; codecs=opus", 0), ("audio/opus; x=1", 0)] {
        let (log, taking) = Log::take();
        let media = graph.client(ApiVersion::V27_0).phone_number("106").media();
        media.create(File::bytes("OpusHead", media_type)).send().await.unwrap();
        drop(taking);
        assert_eq!(log.lines_with("`file` is `audio/opus`"), warnings, "{media_type}: {}", log.text());
        assert_eq!(log.lines_with("codecs=opus"), warnings, "{media_type}: {}", log.text());
    }
    assert_eq!(graph.requests().await.len(), 3);
}
