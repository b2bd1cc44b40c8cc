//! A Graph on loopback that answers everything alike and remembers what it was asked.

use whatsapp_graph::{ApiVersion, Client};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

use crate::TOKEN;

/// A server on loopback.
pub struct Graph(MockServer);

impl Graph {
    /// Answers every request with this status and body.
    pub async fn answering(status: u16, body: &str) -> Self {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_raw(body.as_bytes().to_vec(), "application/json");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        Self(server)
    }

    /// Answers in turn with these bodies, then with 404.
    pub async fn answering_in_turn(bodies: &[&str]) -> Self {
        let server = MockServer::start().await;
        for body in bodies {
            let answer = ResponseTemplate::new(200).set_body_raw(body.as_bytes().to_vec(), "application/json");
            Mock::given(any()).respond_with(answer).up_to_n_times(1).mount(&server).await;
        }
        Self(server)
    }

    /// A client of this server.
    pub fn client(&self, version: ApiVersion) -> Client {
        Client::builder(TOKEN, version).base_url(&self.0.uri()).build().unwrap()
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.0.uri()
    }

    /// What it was asked so far.
    pub async fn requests(&self) -> Vec<Request> {
        self.0.received_requests().await.unwrap_or_default()
    }
}
