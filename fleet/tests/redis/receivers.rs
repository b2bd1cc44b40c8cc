//! Receivers of webhooks, each a process of its own.

use std::io::BufRead as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graph_fleet::Fleet;
use graph_runtime::webhook::axum::route;
use graph_runtime::webhook::{EventKey, FromBody, Inbox, Keyed, Received, Receiver, SIGNATURE_HEADER, sign};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::child;
use crate::server::Server;

const APP_SECRET: &str = "app secret";

/// How long an event takes.
const WORK: Duration = Duration::from_millis(300);

/// A notification of one event.
#[derive(Clone)]
struct Event(String);

impl FromBody for Event {
    fn from_body(body: &[u8]) -> Self {
        Self(String::from_utf8_lossy(body).into_owned())
    }
}

impl Keyed for Event {
    fn key(&self) -> EventKey {
        EventKey::new("event", [("id", self.0.as_str())])
    }
}

/// One clock for all processes of a machine.
fn micros() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()
}

/// Within a process: receives until it is killed, and says when it handles an event and when that is done.
pub(crate) async fn receive(fleet: &Fleet) {
    let inbox = Inbox::new(fleet.claims());
    let receiver = Receiver::<Event>::builder().app_secret(APP_SECRET).build().unwrap();
    let handle = move |received: Received<Event>| {
        let inbox = inbox.clone();
        async move {
            let event = async || -> Result<(), String> {
                println!("\nhandles {}", micros());
                tokio::time::sleep(WORK).await;
                println!("\ndone {}", micros());
                Ok(())
            };
            inbox.once(&received.notification.key(), event).await.map(drop).map_err(|error| error.to_string())
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("\nready\n{}", listener.local_addr().unwrap().port());
    axum::serve(listener, axum::Router::new().route("/", route(receiver, handle))).await.unwrap();
}

/// Delivers a copy, as Graph does: the status, and when it was there.
async fn deliver(port: u16, body: &str) -> (u16, u128) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = format!("POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    let request = format!("{head}{SIGNATURE_HEADER}: {}\r\n\r\n{body}", sign(APP_SECRET, body));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.unwrap();
    let at = micros();
    (std::str::from_utf8(&line[9..]).unwrap().parse().unwrap(), at)
}

#[tokio::test]
async fn of_fifty_copies_at_three_processes_one_is_handled_and_none_answered_before() {
    let server = Server::start();
    let mut processes: Vec<_> = (0..3).map(|_| child::begin("receive", &server.url(), &[])).collect();
    let mut outputs: Vec<_> = processes.iter_mut().map(child::listen).collect();
    let mut ports = Vec::new();
    for output in &mut outputs {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        ports.push(line.trim().parse::<u16>().unwrap());
    }
    let mut copies = Vec::new();
    for round in 0..5 {
        copies.extend((0..10).map(|copy| tokio::spawn(deliver(ports[(round * 10 + copy) % 3], "wamid.1"))));
        tokio::time::sleep(WORK / 10).await;
    }
    let mut answers = Vec::new();
    for copy in copies {
        answers.push(copy.await.unwrap());
    }
    for port in &ports {
        assert_eq!(deliver(*port, "wamid.1").await.0, 200, "a repetition after it is done");
    }
    let mut said = Vec::new();
    for (mut process, output) in processes.into_iter().zip(outputs) {
        process.kill().unwrap();
        process.wait().unwrap();
        said.extend(output.lines().map_while(Result::ok));
    }
    assert_eq!(said.iter().filter(|line| line.starts_with("handles ")).count(), 1, "{said:?}");
    let done: u128 = said.iter().find_map(|line| line.strip_prefix("done ")?.parse().ok()).unwrap();
    let counts = [200, 503].map(|status| answers.iter().filter(|answer| answer.0 == status).count());
    assert_eq!(counts.iter().sum::<usize>(), 50, "{answers:?}");
    assert!(counts[0] >= 1, "{answers:?}");
    for (_, at) in answers.iter().filter(|answer| answer.0 == 200) {
        assert!(*at >= done, "answered with 200 at {at}, and the event was done at {done}");
    }
}
