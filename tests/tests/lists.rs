//! Lists that Graph has elsewhere than in `data`: walked, in a batch, and when they are wrong.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use contract_tests::{TOKEN, graph::Graph};
use whatsapp_graph::ApiVersion;

const ID: &str = "106540352242922";

#[tokio::test]
async fn a_nested_list_is_walked_through_every_page() {
    let graph = Graph::answering_in_turn(&[
        r#"{"data":{"groups":[{"id":"a","subject":"One"},{"id":"b"}]},"paging":{"cursors":{"after":"QVFI"},"next":"https://graph.facebook.com/next"}}"#,
        r#"{"data":{"groups":[{"id":"c"}]},"paging":{"cursors":{"after":"QVFJ"}}}"#,
    ])
    .await;
    let client = graph.client(ApiVersion::V23_0);
    let mut groups = client.phone_number(ID).groups().read().limit(2).items();
    let mut ids = Vec::new();
    while let Some(group) = groups.next().await {
        ids.push(group.unwrap().id.unwrap().as_str().to_owned());
    }
    assert_eq!(ids, ["a", "b", "c"]);
    let first = "GET /v23.0/106540352242922/groups\n?limit = 2";
    let second = format!("{first}\n?after = QVFI");
    graph.was_asked(&[(first, Some(TOKEN)), (&second, Some(TOKEN))]).await;
}

#[tokio::test]
async fn a_nested_list_is_read_in_a_batch() {
    let graph = Graph::answering(200, r#"[{"code":200,"headers":[],"body":"{\"data\":{\"groups\":[{\"id\":\"a\"}]}}"}]"#).await;
    let client = graph.client(ApiVersion::V23_0);
    let mut batch = client.batch();
    let ticket = batch.add(client.phone_number(ID).groups().read());
    let mut answers = batch.send().await;
    assert_eq!(answers.take(ticket).unwrap().data.len(), 1);
}

#[tokio::test]
async fn an_answer_without_the_list_is_an_error_that_names_it() {
    let graph = Graph::answering(200, r#"{"data":{"grups":[]}}"#).await;
    let client = graph.client(ApiVersion::V23_0);
    let error = client.phone_number(ID).groups().read().send().await.unwrap_err();
    assert!(error.to_string().contains("data.groups is missing"), "{error}");
}
