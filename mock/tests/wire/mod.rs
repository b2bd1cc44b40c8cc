//! Requests as they are on the wire.
#![allow(dead_code, reason = "not every test uses all of it")]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use graph_mock::Mock;
use serde_json::Value;

/// Sends a request as it is, and reads the answer to its end.
pub(crate) fn raw(mock: &Mock, bytes: &[u8]) -> String {
    raw_at(&mock.url(), bytes)
}

/// The same, to a URL.
pub(crate) fn raw_at(url: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Status, head in lowercase, and body.
pub(crate) fn ask(mock: &Mock, method: &str, target: &str, body: &str) -> (u16, String, Value) {
    ask_at(&mock.url(), method, target, body)
}

/// The same, at a URL.
pub(crate) fn ask_at(url: &str, method: &str, target: &str, body: &str) -> (u16, String, Value) {
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = raw_at(url, request.as_bytes());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, head.to_lowercase(), serde_json::from_str(body).unwrap_or_default())
}

/// The answer to a call at `v23.0`.
pub(crate) fn call(mock: &Mock, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    ask(mock, method, &format!("/v23.0/{path}"), &body).2
}

/// The code of the error that a call is answered with, and its subcode.
pub(crate) fn refused(mock: &Mock, method: &str, path: &str, body: &Value) -> (u64, Option<u64>) {
    let answer = call(mock, method, path, body);
    let of = |name: &str| answer["error"][name].as_u64();
    (of("code").unwrap_or_else(|| panic!("{method} {path} succeeded: {answer}")), of("error_subcode"))
}
