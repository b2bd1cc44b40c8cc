//! A Graph on loopback that answers everything alike, or each path in its own way, and remembers what it was asked.

use serde_json::json;
use whatsapp_graph::{ApiVersion, Client, RetryPolicy};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{any, method, path},
};

use crate::{TOKEN, request_text::RequestText};

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

    /// Answers every request with this body, served by a version other than the requested one.
    pub async fn serving(version: &str, status: u16, body: &str) -> Self {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_raw(body.as_bytes().to_vec(), "application/json");
        Mock::given(any()).respond_with(answer.insert_header("facebook-api-version", version)).mount(&server).await;
        Self(server)
    }

    /// Answers every request with this status, body and header.
    pub async fn answering_with(status: u16, body: &str, (name, value): (&str, &str)) -> Self {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_raw(body.as_bytes().to_vec(), "application/json");
        Mock::given(any()).respond_with(answer.insert_header(name, value)).mount(&server).await;
        Self(server)
    }

    /// Answers every request with an error that repeats all of it in each of its strings.
    pub async fn repeating() -> Self {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(repeated).mount(&server).await;
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

    /// Answers each method and path, `POST /v23.0/106540352242922/register`, with its status and body, and everything else with 404.
    pub async fn answering_each(answers: &[(&str, u16, &str)]) -> Self {
        let server = MockServer::start().await;
        for (target, status, body) in answers {
            let (verb, at) = target.split_once(' ').expect("a target is method and path");
            let answer = ResponseTemplate::new(*status).set_body_raw(body.as_bytes().to_vec(), "application/json");
            Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&server).await;
        }
        Self(server)
    }

    /// A client of this server, which sends everything once.
    pub fn client(&self, version: ApiVersion) -> Client {
        Client::builder(TOKEN, version).base_url(self.0.uri()).retries(RetryPolicy::never()).build().unwrap()
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.0.uri()
    }

    /// What it was asked so far.
    pub async fn requests(&self) -> Vec<Request> {
        self.0.received_requests().await.unwrap_or_default()
    }

    /// Just these requests arrived, in this order, each with this token; nothing for a request that carries none.
    pub async fn was_asked(&self, expected: &[(&str, Option<&str>)]) {
        let requests = self.requests().await;
        let targets: Vec<_> = requests.iter().map(|request| format!("{} {}", request.method, request.url.path())).collect();
        assert_eq!(requests.len(), expected.len(), "{targets:?}");
        for (request, (text, token)) in requests.iter().zip(expected) {
            let target = text.lines().next().unwrap_or_default();
            RequestText::parse(text).matches(request, target);
            let authorization = request.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(authorization, token.map(|token| format!("Bearer {token}")), "{target}");
        }
    }
}

/// An error that says in every text what was asked.
fn repeated(request: &Request) -> ResponseTemplate {
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))).collect();
    let text = format!("{} {} {} {}", request.method, request.url, headers.join(" "), String::from_utf8_lossy(&request.body));
    ResponseTemplate::new(400).set_body_json(json!({"error": {
        "message": text, "type": text, "code": 100, "fbtrace_id": text, "error_user_title": text, "error_user_msg": text,
        "error_data": {"details": text, "blame_field_specs": [[text]]},
    }}))
}
