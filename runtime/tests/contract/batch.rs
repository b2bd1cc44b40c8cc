//! Batches: what one looks like on the wire, how it is parted, and the outcome of each request.

mod answers;
mod counting;
mod dependencies;
mod local;
mod properties;
mod repetition;
mod wire;

use std::collections::HashMap;
use std::sync::Arc;

use graph_runtime::{Batch, Error, Method, RawRequest, Value};
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::miniature::Wa;
use crate::server::text;

/// The form of a call, decoded.
fn form(request: &Request) -> HashMap<String, String> {
    let mut url = request.url.clone();
    url.set_query(Some(text(request)));
    url.query_pairs().into_owned().collect()
}

/// The requests in a call.
fn requests(request: &Request) -> Vec<Value> {
    serde_json::from_str(&form(request)["batch"]).unwrap()
}

/// A server that answers each request of a batch with what it was asked, and a single request with success.
struct Echo;

impl Respond for Echo {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if !text(request).starts_with("batch=") {
            return ResponseTemplate::new(200).set_body_json(json!({"success": true}));
        }
        let answer = |asked: &Value| json!({"code": 200, "body": json!({"asked": asked["relative_url"]}).to_string()});
        ResponseTemplate::new(200).set_body_json(requests(request).iter().map(answer).collect::<Vec<_>>())
    }
}

async fn echo() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Echo).mount(&server).await;
    server
}

/// A part of the answer to a batch.
fn part(status: u16, body: &Value) -> Value {
    json!({"code": status, "headers": [], "body": body.to_string()})
}

fn graph_error(code: u32) -> Value {
    json!({"error": {"message": "no", "type": "OAuthException", "code": code}})
}

fn read(id: &str) -> RawRequest {
    RawRequest::new(Method::Get, &format!("/{id}"))
}

fn batch(wa: &Wa) -> Batch {
    wa.0.batch()
}

/// The outcome of each request of a batch of reads, in one word.
async fn asked(wa: &Wa, reads: impl IntoIterator<Item = RawRequest>) -> Vec<String> {
    let results: Vec<Result<Value, Error>> = wa.0.batch_of(reads).await;
    results
        .into_iter()
        .map(|result| result.map_or_else(|error| error.to_string(), |value| value["asked"].as_str().unwrap().to_owned()))
        .collect()
}

/// A clock that does not wait, shared.
fn clock() -> Arc<crate::time::ManualClock> {
    crate::time::ManualClock::new()
}
