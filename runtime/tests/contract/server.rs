//! A loopback server with one answer, and clients for it.

use graph_runtime::{ClientBuilder, RetryPolicy, Version};
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::miniature::Wa;

pub(crate) const TOKEN: &str = "EAAGtoken1234567";
pub(crate) const APP_SECRET: &str = "0123456789abcdef";

/// A server that gives every request this answer.
pub(crate) async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// A server that answers every request with this JSON.
pub(crate) async fn saying(body: Value) -> MockServer {
    answering(ResponseTemplate::new(200).set_body_json(body)).await
}

/// A client that sends everything once, so that tests about one answer get one.
pub(crate) fn builder(server: &MockServer) -> ClientBuilder<Wa> {
    ClientBuilder::new(TOKEN, Version(23, 0)).base_url(server.uri()).retries(RetryPolicy::never())
}

pub(crate) fn client(server: &MockServer) -> Wa {
    builder(server).build().unwrap()
}

/// The only request that the server has had.
pub(crate) async fn sent(server: &MockServer) -> Request {
    let mut requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1, "one request must be sent");
    requests.remove(0)
}

pub(crate) async fn count(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

/// The query, decoded.
pub(crate) fn query(request: &Request) -> Vec<(String, String)> {
    request.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

pub(crate) fn text(request: &Request) -> &str {
    std::str::from_utf8(&request.body).unwrap()
}

/// Makes answers without a server.
pub(crate) fn offline() -> graph_runtime::Offline<Wa> {
    ClientBuilder::new(TOKEN, Version(23, 0)).base_url("http://127.0.0.1:1").offline().unwrap()
}
