//! An app that takes webhooks.
#![allow(dead_code, reason = "not every test uses all of it")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use whatsapp_graph::webhooks::sign;

/// The secret of the app.
pub(crate) const SECRET: &str = "614fc2afde15eee07a26b2fe3eaee9b9";

/// An app that takes webhooks: what came, and what it answers to each in turn, then 200.
pub(crate) struct App {
    pub(crate) url: String,
    came: Arc<Mutex<Vec<Value>>>,
}

impl App {
    pub(crate) fn answering(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let came = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&came);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length, mut signature) = (String::new(), 0, String::new());
                reader.read_line(&mut head).unwrap();
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap() <= 2 {
                        break;
                    }
                    let (name, value) = line.trim().split_once(": ").unwrap();
                    match name.to_lowercase().as_str() {
                        "content-length" => length = value.parse().unwrap(),
                        "x-hub-signature-256" => value.clone_into(&mut signature),
                        _ => {}
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let (status, answer) = if let Some((_, query)) = head.split_once("hub.challenge=") {
                    assert!(head.contains("hub.mode=subscribe") && head.contains("hub.verify_token=token"), "{head}");
                    (200, query.split(['&', ' ']).next().unwrap().to_owned())
                } else {
                    assert_eq!(signature, sign(SECRET, &body));
                    let mut seen = seen.lock().unwrap();
                    seen.push(serde_json::from_slice(&body).unwrap());
                    (statuses.get(seen.len() - 1).copied().unwrap_or(200), String::new())
                };
                write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len()).unwrap();
            }
        });
        Self { url, came }
    }

    /// What came, once there is so much.
    pub(crate) fn came(&self, count: usize) -> Vec<Value> {
        let start = Instant::now();
        while self.came.lock().unwrap().len() < count && start.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(5));
        }
        self.came.lock().unwrap().clone()
    }
}

/// The value of the first change.
pub(crate) fn value(webhook: &Value) -> &Value {
    &webhook["entry"][0]["changes"][0]["value"]
}
