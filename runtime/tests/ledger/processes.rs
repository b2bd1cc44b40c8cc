//! Several processes with one file, and a process that dies.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::SystemTime;

use graph_runtime::ledger::{FileLedger, Ledger, Reserved};
use graph_runtime::{Client, RequestOptions, Version};
use tempfile::tempdir;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{REGISTER, Register, hour, limit};

const NUMBER: &str = "106540352242922";

/// Begins this test binary again, to do one thing as a process of its own.
fn begin(role: &str, path: &Path, url: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::child", "--nocapture"])
        .envs([("LEDGER_ROLE", role), ("LEDGER_URL", url)])
        .env("LEDGER_PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the other process does. As a test of this one it does nothing.
#[tokio::test]
async fn child() {
    let Ok(role) = std::env::var("LEDGER_ROLE") else { return };
    let ledger = FileLedger::open(std::env::var_os("LEDGER_PATH").unwrap()).unwrap();
    match role.as_str() {
        "register ten times" => {
            let client = Client::builder("EAAGtoken1234567", Version(23, 0)).base_url(std::env::var("LEDGER_URL").unwrap());
            let client = client.ledger(Arc::new(ledger)).build().unwrap();
            println!("\nready");
            // Until the parent says that all may begin.
            io::stdin().read_to_end(&mut Vec::new()).unwrap();
            for _ in 0..10 {
                let request = Register { number: NUMBER, options: RequestOptions::default().with_param("pin", "212834") };
                match client.send(&request).await {
                    Ok(_) => println!("\nsent"),
                    Err(error) => assert!(error.is_rate_limited(), "{error}"),
                }
            }
        }
        "reserve and abort" => {
            let reserved = ledger.reserve(&limit(&REGISTER, NUMBER), hour(0)).await.unwrap();
            assert!(matches!(reserved, Reserved::Open(_)));
            std::process::abort();
        }
        "write without end" => loop {
            let keep = ledger.reserve_anyway(&limit(&REGISTER, NUMBER), hour(0)).await.unwrap();
            println!("\nkept {:016x}", keep.id());
            for _ in 0..7 {
                let free = ledger.reserve_anyway(&limit(&REGISTER, NUMBER), hour(0)).await.unwrap();
                ledger.release(free).await.unwrap();
            }
        },
        other => panic!("no such role: {other}"),
    }
}

/// Waits until the processes are ready, lets them begin at once, and counts the calls that they tell to have sent.
fn race(mut children: Vec<Child>) -> usize {
    let mut outputs: Vec<BufReader<ChildStdout>> = children.iter_mut().map(|child| BufReader::new(child.stdout.take().unwrap())).collect();
    for output in &mut outputs {
        let mut line = String::new();
        while line != "ready\n" {
            line.clear();
            assert!(output.read_line(&mut line).unwrap() > 0, "a process ended before it was ready");
        }
    }
    for child in &mut children {
        drop(child.stdin.take());
    }
    let sent = outputs.into_iter().map(|output| output.lines().map_while(Result::ok).filter(|line| line == "sent").count()).sum();
    assert!(children.into_iter().all(|mut child| child.wait().unwrap().success()));
    sent
}

#[tokio::test]
async fn two_processes_with_ten_attempts_each_send_ten() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    let children = (0..2).map(|_| begin("register ten times", &path, &server.uri())).collect();
    let sent = tokio::task::spawn_blocking(|| race(children)).await.unwrap();
    assert_eq!((sent, server.received_requests().await.unwrap().len()), (10, 10));
    let standing = FileLedger::open(&path).unwrap().inspect(&limit(&REGISTER, NUMBER), SystemTime::now()).await.unwrap();
    assert_eq!((standing.counted, standing.unknown), (10, 0));
}

#[tokio::test]
async fn a_process_that_aborts_after_reserving_has_its_call_counted() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    assert!(!begin("reserve and abort", &path, "").wait().unwrap().success());
    let standing = FileLedger::open(&path).unwrap().inspect(&limit(&REGISTER, NUMBER), hour(1)).await.unwrap();
    assert_eq!((standing.counted, standing.unknown, standing.since), (1, 1, Some(hour(0))));
}

/// Reads one request to the end of its body.
fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        request.extend(byte);
    }
    String::from_utf8(request).unwrap()
}

#[tokio::test]
async fn a_process_that_is_killed_after_the_server_has_read_the_request_has_it_counted() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut child = begin("register ten times", &path, &format!("http://{}", listener.local_addr().unwrap()));
    drop(child.stdin.take());
    let (mut stream, _) = listener.accept().unwrap();
    assert!(read_request(&mut stream).ends_with(r#"{"pin":"212834"}"#));
    child.kill().unwrap();
    child.wait().unwrap();
    let standing = FileLedger::open(&path).unwrap().inspect(&limit(&REGISTER, NUMBER), SystemTime::now()).await.unwrap();
    assert_eq!((standing.counted, standing.unknown), (1, 1));

    // So the process after it has nine left.
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
    let next = vec![begin("register ten times", &path, &server.uri())];
    let sent = tokio::task::spawn_blocking(|| race(next)).await.unwrap();
    assert_eq!((sent, server.received_requests().await.unwrap().len()), (9, 9));
}

#[tokio::test]
async fn whenever_a_process_is_killed_all_it_was_answered_is_there() {
    for kept in [1, 2, 7, 20, 33] {
        let folder = tempdir().unwrap();
        let path = folder.path().join("ledger");
        let mut child = begin("write without end", &path, "");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let seen: Vec<String> =
            lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("kept ").map(ToOwned::to_owned)).take(kept).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        let ledger = FileLedger::open(&path).unwrap();
        let counted = ledger.inspect(&limit(&REGISTER, NUMBER), hour(1)).await.unwrap().counted;
        assert!(usize::try_from(counted).unwrap() >= kept, "{counted} of {kept}");
        let text = std::fs::read_to_string(&path).unwrap();
        for id in &seen {
            assert!(text.contains(id), "{id} is lost");
        }
    }
}
