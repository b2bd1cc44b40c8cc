//! Operations on another host than the API's own: where they are sent, with what, and what is not sent.

use graph_runtime::{
    Batch, Client, ClientBuilder, Error, ErrorCatalog, HostInfo, Method, Operation, OperationInfo, Outgoing, Refusals, RequestOptions,
    RetryPolicy, Surface, Value, Version,
};
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use crate::miniature::WaError;
use crate::server::{TOKEN, answering, count, saying, sent};
use crate::spans::Log;

const HOST: HostInfo = HostInfo { url: "http://api.example.com", versioned: false };

/// A call on a host: one of the client's if `LISTED`.
#[derive(Clone, Default)]
struct Archive<const LISTED: bool>(RequestOptions);

impl<const LISTED: bool> Operation for Archive<LISTED> {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Template.archive.create",
        method: Method::Post,
        path: "/{template_id}/archive",
        host: Some(if LISTED { HOST } else { HostInfo { url: "http://elsewhere.example.com", ..HOST } }),
        ..OperationInfo::EMPTY
    };
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.0
    }

    fn encode(&self, to: &mut Outgoing) {
        to.segment("10").segment("archive");
    }
}

struct Hosted(Client);

impl From<Client> for Hosted {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

impl Surface for Hosted {
    type Error = WaError;
    const ERROR_CATALOG: &'static ErrorCatalog = &ErrorCatalog::EMPTY;
    const HOSTS: &'static [HostInfo] = &[HOST];
}

fn builder() -> ClientBuilder<Hosted> {
    ClientBuilder::new(TOKEN, Version(23, 0)).retries(RetryPolicy::never())
}

fn redirected(server: &MockServer) -> Client {
    builder().base_url(server.uri()).build().unwrap().0
}

#[tokio::test]
async fn a_base_url_of_the_program_redirects_every_host() {
    let server = saying(json!({"success": true})).await;
    redirected(&server).send(&Archive::<true>::default()).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/10/archive", "the host has no versions in its paths");
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
}

#[tokio::test]
async fn without_one_a_call_goes_to_its_host_with_the_token() {
    let server = saying(json!({"success": true})).await;
    // A proxy sees the URL that a request is for.
    let proxy = reqwest::Proxy::http(server.uri()).unwrap();
    let http = reqwest::Client::builder().proxy(proxy).build().unwrap();
    let client = builder().http(http).build().unwrap().0;
    client.send(&Archive::<true>::default()).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.url.as_str(), "http://api.example.com/10/archive");
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
}

#[tokio::test]
async fn the_span_of_a_call_names_the_server_that_is_asked() {
    let log = Log::take();
    let named = || ["server.address", "server.port"].map(|name| log.field(name).unwrap());
    let server = saying(json!({"success": true})).await;
    redirected(&server).send(&Archive::<true>::default()).await.unwrap();
    assert_eq!(named(), ["127.0.0.1".to_owned(), server.address().port().to_string()]);
    // A client that sends nothing unencrypted, so that no one is asked in truth.
    let client = builder().http(reqwest::Client::builder().https_only(true).build().unwrap()).build().unwrap().0;
    client.send(&Archive::<true>::default()).await.unwrap_err();
    assert_eq!(named(), [HOST.url, "443"]);
}

/// A call whose path is not what a path should be.
#[derive(Clone, Default)]
struct Astray<const VERSIONED: bool>(RequestOptions, [&'static str; 2]);

impl<const VERSIONED: bool> Operation for Astray<VERSIONED> {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Astray.read",
        method: Method::Get,
        path: "/{a}/{b}",
        host: if VERSIONED { None } else { Some(HOST) },
        ..OperationInfo::EMPTY
    };
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.0
    }

    fn encode(&self, to: &mut Outgoing) {
        to.value(self.1[0]).value(self.1[1]);
    }
}

/// Whatever the path begins with, even if nothing is refused: the URL is below that of the host.
#[tokio::test]
async fn no_path_leads_to_another_host() {
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let Hosted(client) = builder().refusals(Refusals::Off).base_url(server.uri()).build().unwrap();
    for (parts, path) in [
        (["", "evil.example"], "//evil.example"),
        (["http:", "evil.example"], "/http:/evil.example"),
        (["@evil.example", "x"], "/@evil.example/x"),
    ] {
        client.send(&Astray::<false>(RequestOptions::default(), parts)).await.unwrap();
        client.send(&Astray::<true>(RequestOptions::default(), parts)).await.unwrap();
        let requests = server.received_requests().await.unwrap();
        let [.., bare, versioned] = requests.as_slice() else { panic!("two requests, and not {}", requests.len()) };
        assert_eq!((bare.url.path(), versioned.url.path()), (path, format!("/v23.0{path}").as_str()));
    }
}

#[tokio::test]
async fn no_token_goes_to_a_host_that_is_not_listed() {
    let server = saying(json!({"success": true})).await;
    let error = redirected(&server).send(&Archive::<false>::default()).await.unwrap_err();
    assert_eq!(count(&server).await, 0, "nothing is sent");
    let text = error.to_string();
    assert!(text.contains("http://elsewhere.example.com is not a host of this API"), "{text}");
    assert!(!text.contains(TOKEN), "{text}");
}

#[tokio::test]
async fn an_error_names_the_host_and_no_version() {
    let server = answering(ResponseTemplate::new(500)).await;
    let error = redirected(&server).send(&Archive::<true>::default()).await.unwrap_err();
    let report = error.support_report();
    assert!(report.contains("POST http://api.example.com/10/archive"), "{report}");
}

#[tokio::test]
async fn whichever_version_answers_is_the_right_one() {
    let answer = ResponseTemplate::new(200).insert_header("facebook-api-version", "v27.0").set_body_json(json!({}));
    let server = answering(answer).await;
    let client = builder().base_url(server.uri()).on_version_mismatch(graph_runtime::OnVersionMismatch::Error).build().unwrap().0;
    let answer = client.send_full(&Archive::<true>::default()).await.unwrap();
    assert_eq!(answer.info.served_version, Some(Version(27, 0)));
}

#[tokio::test]
async fn a_batch_refuses_it_with_a_sentence() {
    let server = saying(json!([])).await;
    let client = redirected(&server);
    let mut batch = Batch::new(client);
    let ticket = batch.add(Archive::<true>::default());
    let mut answers = batch.send().await;
    let error: Error = answers.take(ticket).unwrap_err();
    assert!(error.to_string().contains("it belongs on another host"), "{error}");
    assert!(error.to_string().contains("send it outside the batch"), "{error}");
    assert_eq!(count(&server).await, 0);
}
