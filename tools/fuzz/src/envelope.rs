//! An answer of any status and any body: it is a value or an error that holds both.
//!
//! The first line of an input is the status, the rest is the body.

use graph_runtime::{Client, Error, Operation, Value, offline};
use serde_json::Map;
use whatsapp_graph::phone_number::{ReadPhoneNumber, RegisterPhoneNumber};

use super::{TOKEN, client, head, read, reads_well, status};

/// Status and body are kept, Graph's own error is distinguished from every other answer, and the token is never shown.
pub fn holds(input: &[u8]) {
    let (line, body) = head(input);
    let status = status(line);
    answer(client(), &read(), status, body);
    answer(client(), &ReadPhoneNumber::new("106540352242922"), status, body);
    answer(client(), &RegisterPhoneNumber::new("106540352242922", "no digits"), status, body);
}

fn answer<O: Operation>(client: &Client, request: &O, status: u16, body: &[u8]) {
    match offline::answered(client, request, status, &[("content-type", b"application/json")], body) {
        Ok(answer) => {
            assert_eq!(answer.info.status, status);
            assert!((200..300).contains(&status), "a failure is taken for an answer");
            assert!(graph_error(body).is_none(), "an error of Graph is taken for an answer");
        }
        Err(error) => {
            reads_well(&error, status);
            is_kept(&error, body);
            assert_eq!(error.is_graph(), graph_error(body).is_some(), "{error}");
        }
    }
}

fn is_kept(error: &Error, body: &[u8]) {
    let secret = |secret: &str| body.windows(secret.len()).any(|part| part == secret.as_bytes());
    if !secret(TOKEN) && !secret("no digits") && !secret("no%20digits") {
        assert_eq!(error.body(), Some(body), "the bytes are lost");
    }
    let Some(graph) = graph_error(body) else { return };
    let number = |name: &str| graph.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    if graph.get("code").is_some_and(Value::is_number) {
        assert_eq!(error.code(), number("code"));
    }
    if graph.get("error_subcode").is_some_and(Value::is_number) {
        assert_eq!(error.subcode(), number("error_subcode"));
    }
}

/// The object under `error`, read another way.
fn graph_error(body: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut answer)) => match answer.remove("error") {
            Some(Value::Object(error)) => Some(error),
            _ => None,
        },
        _ => None,
    }
}
