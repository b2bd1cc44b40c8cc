//! Batches of the emitted client: calls of several nodes, each with its own type, in one request.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use contract_tests::graph::Graph;
use graph_mock::Mock;
use url::form_urlencoded;
use whatsapp_graph::{ApiVersion, Client, ErrorKind, Value, types::CodeMethod};

const ID: &str = "106540352242922";
const WABA: &str = "102290129340398";

/// The requests of the only call.
async fn sent(graph: &Graph) -> Vec<Value> {
    let calls = graph.requests().await;
    assert_eq!(calls.len(), 1);
    items(&calls[0].body)
}

/// The requests in the body of a call.
fn items(body: &[u8]) -> Vec<Value> {
    let form = form_urlencoded::parse(body);
    let batch = form.into_owned().find(|(name, _)| name == "batch").unwrap().1;
    serde_json::from_str(&batch).unwrap()
}

fn client(graph: &Graph) -> Client {
    graph.client(ApiVersion::V23_0)
}

#[tokio::test]
async fn calls_of_several_nodes_have_answers_of_their_own_types() {
    let answer = r#"[{"code": 200, "headers": [], "body": "{\"id\":\"106540352242922\",\"quality_rating\":\"GREEN\"}"},
        {"code": 200, "headers": [], "body": "{\"messages\":[{\"id\":\"wamid.1\"}]}"},
        {"code": 400, "headers": [], "body": "{\"error\":{\"message\":\"(#133005) Two step verification PIN OnVersionMismatch\",\"code\":133005}}"},
        null]"#;
    let graph = Graph::answering(200, answer).await;
    let client = client(&graph);
    let phone = client.phone_number(ID);
    let mut batch = client.batch();
    let read = batch.add(phone.read());
    let message = batch.add(phone.messages().create("Your table is ready.").to("16505551234"));
    let register = batch.add(phone.register("212834").into_request());
    let account = batch.add(client.whatsapp_business_account(WABA).read());
    let mut answers = batch.send().await;
    assert_eq!(answers.take(read).unwrap().quality_rating.unwrap().as_str(), "GREEN");
    assert_eq!(answers.take_full(message).unwrap().value.messages.unwrap().len(), 1);
    assert_eq!(answers.take(register).unwrap_err().kind(), Some(ErrorKind::PinMismatch));
    assert!(answers.take(account).unwrap_err().is_unanswered());
    let sent = sent(&graph).await;
    assert_eq!(sent[0]["relative_url"], ID);
    assert_eq!(sent[1]["relative_url"], format!("{ID}/messages"));
    let body: Vec<_> = form_urlencoded::parse(sent[1]["body"].as_str().unwrap().as_bytes()).into_owned().collect();
    let expected =
        [("messaging_product", "whatsapp"), ("to", "16505551234"), ("type", "text"), ("text", r#"{"body":"Your table is ready."}"#)];
    for (name, value) in expected {
        assert!(body.contains(&(name.to_owned(), value.to_owned())), "{name} in {body:?}");
    }
    assert_eq!(sent[2]["body"], "messaging_product=whatsapp&pin=212834");
}

#[tokio::test]
async fn many_calls_of_one_kind_are_one_list() {
    let part = r#"{"code": 200, "body": "{\"id\":\"1\"}"}"#;
    let graph = Graph::answering(200, &format!("[{part},{part},null]")).await;
    let client = client(&graph);
    let results = client.batch_of(["1", "2", "3"].map(|id| client.phone_number(id).read())).await;
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
}

#[tokio::test]
async fn a_number_is_created_and_its_code_requested_in_one_call() {
    let mock = Mock::start().unwrap();
    let client = mock.client_builder(ApiVersion::V23_0).build().unwrap();
    let mut batch = client.batch();
    let numbers = client.whatsapp_business_account(WABA).phone_numbers();
    let number = batch.add(numbers.create().cc("1").phone_number("6315551000").verified_name("Lucky Shrub"));
    let new = client.phone_number(number.result("$.id"));
    let code = batch.after(&number).add(new.request_code(CodeMethod::Sms, "en_US"));
    let mut answers = batch.send().await;
    let number = answers.take(number).unwrap().id;
    assert!(answers.take(code).is_ok() && mock.verification_code(number.as_str()).is_some());
    let sent = items(&mock.requests().last().unwrap().body);
    assert_eq!(sent[0]["name"], "item0");
    assert_eq!(sent[1]["relative_url"], "{result=item0:$.id}/request_code");
}

#[tokio::test]
async fn a_call_keeps_the_token_and_the_version_of_its_view() {
    let graph = Graph::answering(200, r#"[{"code": 200, "body": "{\"id\":\"1\"}"}]"#).await;
    let client = client(&graph);
    let tenant = client.with_token("EAAtenant").at_version(ApiVersion::V22_0);
    let results = client.batch_of([client.phone_number(ID).read(), tenant.phone_number(ID).read()]).await;
    assert!(results.iter().all(Result::is_ok));
    let requests = graph.requests().await;
    let of: Vec<_> = requests.iter().map(|request| (request.url.path(), request.headers["authorization"].to_str().unwrap())).collect();
    assert_eq!(of[1], ("/v22.0/", "Bearer EAAtenant"));
    assert_eq!(of[0].0, "/v23.0/");
}
