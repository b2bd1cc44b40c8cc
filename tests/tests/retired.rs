//! Nothing that Graph has retired of its protocol is sent: the contract tests look at the request of every example, this one at the rest.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::path::Path;

use contract_tests::{TOKEN, clock::ManualClock, graph::Graph, retired};
use whatsapp_graph::{
    ApiVersion, Client, ErrorKind, RetryPolicy, Value,
    request::{Method, RawRequest},
    retry::OnVersionMismatch,
};

/// Every request that arrived used none of it.
async fn is_clean(graph: &Graph, calls: usize) {
    let requests = graph.requests().await;
    assert_eq!(requests.len(), calls);
    for request in &requests {
        assert_eq!(retired::uses(request), [""; 0], "{} {}", request.method, request.url);
    }
}

#[tokio::test]
async fn what_is_retired_is_noticed_in_a_request() {
    let asked = [
        ("/106", "pretty", "1", "indented answers"),
        ("/106", "debug", "all", "debugging in answers"),
        ("/106", "date_format", "U", "formats of dates"),
        ("/106", "ids", "106,102", "several objects in one read"),
        ("/106", "method", "delete", "another method than that of the request"),
        ("/106", "callback", "show", "a function around the answer"),
        ("/106", "metadata", "1", "metadata"),
        ("/106", "fields", "name.as(title)", "other names for fields"),
        ("/106/async_batch_requests", "limit", "1", "asynchronous batches"),
    ];
    for (path, name, value, feature) in asked {
        let graph = Graph::answering(200, "{}").await;
        let client = graph.client(ApiVersion::V23_0);
        let request = || RawRequest::<Value>::new(Method::Get, path).with_param(name, value);
        client.send(request()).await.unwrap();
        assert_eq!(retired::uses(&graph.requests().await[0]), [feature], "{name}");
        let graph = Graph::answering(200, "[null]").await;
        let client = graph.client(ApiVersion::V23_0);
        let mut batch = client.batch();
        let _ = batch.add(request());
        let _ = batch.send().await;
        assert_eq!(retired::uses(&graph.requests().await[0]), [feature], "{name} in a batch");
    }
}

#[tokio::test]
async fn batches_lists_and_nested_reads_use_none_of_it() {
    let graph = Graph::answering(200, "[null,null,null]").await;
    let client = graph.client(ApiVersion::V23_0);
    let mut batch = client.batch();
    let _ = batch.add(client.whatsapp_business_account("102").read());
    let _ = batch.add(client.phone_number("106").messages().create("Your table is ready.").to("+16505551234"));
    let _ = batch.add(client.whatsapp_business_account("102").message_templates().delete().name("order_confirmation"));
    let _ = batch.send().await;
    is_clean(&graph, 1).await;

    let pages = [
        r#"{"data": [{"id": "1"}], "paging": {"cursors": {"after": "QVFIV"}, "next": "https://graph.facebook.com/v23.0/102/phone_numbers?pretty=1&after=QVFIV"}}"#,
        r#"{"data": [{"id": "2"}]}"#,
    ];
    let graph = Graph::answering_in_turn(&pages).await;
    let client = graph.client(ApiVersion::V23_0);
    let mut items = client.whatsapp_business_account("102").phone_numbers().read().items();
    while let Some(number) = items.next().await {
        number.unwrap();
    }
    is_clean(&graph, 2).await;
}

#[tokio::test]
async fn with_every_option_of_a_client_none_of_it_is_sent() {
    let graph = Graph::answering(500, r#"{"error": {"message": "no", "code": 2}}"#).await;
    let client = Client::builder(TOKEN, ApiVersion::V23_0)
        .base_url(graph.url())
        .app_secret(contract_tests::APP_SECRET)
        .timed_proof(true)
        .on_version_mismatch(OnVersionMismatch::Error)
        .retries(RetryPolicy::new())
        .clock(ManualClock::new())
        .build()
        .unwrap();
    client.phone_number("106").read().send().await.unwrap_err();
    is_clean(&graph, 3).await;
}

#[test]
fn no_operation_has_a_parameter_of_that_name() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let api = graph_codegen::load(&spec).unwrap_or_else(|report| panic!("{}", report.render("spec", false)));
    let retired = ["pretty", "debug", "date_format", "ids", "method", "callback", "metadata", "If-None-Match"];
    // What Graph has retired is in the query or a header; a member of a body may have such a name.
    let may_have_it =
        |location| matches!(location, graph_codegen::model::ParamLocation::Json | graph_codegen::model::ParamLocation::Multipart);
    let mut seen = 0;
    for operation in api.operations() {
        for param in &operation.params {
            let is_retired = retired.contains(&param.name.as_str()) && !may_have_it(param.location);
            assert!(!is_retired, "{} has the parameter `{}`", operation.id, param.name);
            seen += 1;
        }
    }
    assert!(seen > 150, "only {seen} parameters were found");
}

/// The code counts, whatever the status: several objects in one read are answered with 500, and again each time.
#[tokio::test]
async fn an_invalid_parameter_is_not_sent_again_whatever_the_status() {
    let answers = [
        ("The ids query parameter is deprecated in v26.0+.", ErrorKind::IdsNotServed),
        ("(#100) Invalid parameter", ErrorKind::InvalidParameter),
    ];
    for (message, kind) in answers {
        for status in [400, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504] {
            let body = format!(r#"{{"error": {{"message": "{message}", "type": "OAuthException", "code": 100, "fbtrace_id": "AbCdEf"}}}}"#);
            let (graph, clock) = (Graph::answering(status, &body).await, ManualClock::new());
            let builder = Client::builder(TOKEN, ApiVersion::V23_0).base_url(graph.url()).clock(clock.clone());
            let client = builder.retries(RetryPolicy::new().repeat_refused_writes(true)).build().unwrap();
            let error = client.raw::<Value>(Method::Get, "/").with_param("ids", "106,102").send().await.unwrap_err();
            assert_eq!((error.kind(), error.attempts(), clock.pauses().len()), (Some(kind), 1, 0), "{status}: {error}");
            assert!(!error.is_retryable(), "{status}: {error}");
            assert_eq!(graph.requests().await.len(), 1, "{status}");
        }
    }
}
