//! What is sent.

use graph_runtime::{Method, RawRequest, Version};
use serde_json::json;

use super::{asked, batch, echo, form, read, requests};
use crate::miniature::{DeleteQrCode, ListPhoneNumbers, PhoneNumberField, RegisterPhoneNumber};
use crate::server::{APP_SECRET, TOKEN, builder, client, count, query, sent, text};

#[tokio::test]
async fn the_text_on_the_wire_is_this() {
    let server = echo().await;
    asked(&client(&server), [read("106")]).await;
    let request = sent(&server).await;
    assert_eq!((request.method.as_str(), request.url.path(), request.url.query()), ("POST", "/v23.0/", None));
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}").as_str());
    assert_eq!(text(&request), "batch=%5B%7B%22method%22%3A%22GET%22,%22relative_url%22%3A%22106%22%7D%5D&include_headers=true");
}

#[tokio::test]
async fn requests_of_every_kind_travel_in_one_call() {
    let server = echo().await;
    let wa = client(&server);
    let mut batch = batch(&wa);
    let fields = [PhoneNumberField::Id, PhoneNumberField::QualityRating];
    let _list = batch.add(ListPhoneNumbers::new("102").fields(fields).limit(2));
    let _register = batch.add(RegisterPhoneNumber::new("106", "212834"));
    let _delete = batch.add(DeleteQrCode::new("106", "a/b"));
    let _answers = batch.send().await;
    let request = sent(&server).await;
    assert_eq!(
        form(&request)["batch"],
        concat!(
            r#"[{"method":"GET","relative_url":"102/phone_numbers?fields=id,quality_rating&limit=2"},"#,
            r#"{"method":"POST","relative_url":"106/register","body":"messaging_product=whatsapp&pin=212834"},"#,
            r#"{"method":"DELETE","relative_url":"106/message_qrdls/a%2Fb"}]"#
        )
    );
    assert_eq!(form(&request)["include_headers"], "true");
}

#[tokio::test]
async fn what_travels_as_json_otherwise_is_a_form_with_json_in_it() {
    let server = echo().await;
    let message = RawRequest::new(Method::Post, "/106/messages")
        .with_param("to", "1 2&3")
        .with_param("text", json!({"body": "a \"b\" ü", "preview_url": true}))
        .with_param("list", json!([1, "x"]))
        .with_param("number", 7)
        .with_param("flag", false)
        .with_param("nothing", json!(null));
    asked(&client(&server), [message]).await;
    assert_eq!(
        form(&sent(&server).await)["batch"],
        concat!(
            r#"[{"method":"POST","relative_url":"106/messages","body":"to=1%202%263&text=%7B%22body%22%3A%22a%20%5C%22b%5C%22%20%C3%BC%22,"#,
            r#"%22preview_url%22%3Atrue%7D&list=%5B1,%22x%22%5D&number=7&flag=false"}]"#
        )
    );
}

#[tokio::test]
async fn the_proof_goes_with_the_token_of_the_call() {
    let server = echo().await;
    let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
    asked(&wa, [read("1"), read("2").with_token("EAAother")]).await;
    wa.0.send(&read("3")).await.unwrap();
    let sent = server.received_requests().await.unwrap();
    let proofs: Vec<_> = sent.iter().map(query).collect();
    assert_eq!(proofs[0], proofs[2], "the proof of a single call with the same token");
    assert_eq!((proofs[1].len(), proofs[1][0].0.as_str()), (1, "appsecret_proof"));
    assert_ne!(proofs[0], proofs[1]);
    assert!(sent.iter().take(2).all(|request| !text(request).contains("EAA") && !text(request).contains("proof")));
}

#[tokio::test]
async fn more_than_fifty_are_several_calls_and_one_list_of_results() {
    for (requests_asked, calls) in [(1, vec![1]), (50, vec![50]), (51, vec![50, 1]), (120, vec![50, 50, 20])] {
        let server = echo().await;
        let ids: Vec<String> = (1..=requests_asked).map(|id| id.to_string()).collect();
        let answers = asked(&client(&server), ids.iter().map(|id| read(id))).await;
        assert_eq!(answers, ids);
        let sent = server.received_requests().await.unwrap();
        assert_eq!(sent.iter().map(|request| requests(request).len()).collect::<Vec<_>>(), calls);
        let in_order: Vec<_> = sent.iter().flat_map(requests).map(|request| request["relative_url"].as_str().unwrap().to_owned()).collect();
        assert_eq!(in_order, ids);
    }
}

#[tokio::test]
async fn each_token_and_each_version_has_a_call_of_its_own() {
    let server = echo().await;
    let wa = client(&server);
    let reads = [
        read("1"),
        read("2").with_token("EAAother"),
        read("3"),
        read("4").with_version(Version(22, 0)),
        read("5").with_token("EAAother"),
        // The client's own, by name.
        read("6").with_token(TOKEN).with_version(Version(23, 0)),
    ];
    assert_eq!(asked(&wa, reads).await, ["1", "2", "3", "4", "5", "6"]);
    let calls: Vec<_> = server
        .received_requests()
        .await
        .unwrap()
        .iter()
        .map(|call| {
            let token = call.headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned();
            let ids: Vec<_> = requests(call).iter().map(|request| request["relative_url"].as_str().unwrap().to_owned()).collect();
            (call.url.path().to_owned(), token, ids.join(" "))
        })
        .collect();
    let expected = [("/v23.0/", TOKEN, "1 3 6"), ("/v23.0/", "EAAother", "2 5"), ("/v22.0/", TOKEN, "4")];
    assert_eq!(calls, expected.map(|(path, token, ids)| (path.to_owned(), token.to_owned(), ids.to_owned())));
}

#[tokio::test]
async fn a_view_s_batch_is_sent_as_the_view_would() {
    let server = echo().await;
    let view = client(&server).0.with_token("EAAview").at_version(Version(22, 0));
    let results: Vec<Result<_, graph_runtime::Error>> = view.batch_of([read("1")]).await;
    assert!(results[0].is_ok());
    let request = sent(&server).await;
    assert_eq!((request.url.path(), request.headers["authorization"].to_str().unwrap()), ("/v22.0/", "Bearer EAAview"));
}

#[tokio::test]
async fn a_batch_without_requests_is_no_call() {
    let server = echo().await;
    let wa = client(&server);
    assert!(batch(&wa).is_empty() && batch(&wa).send().await.is_empty());
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn a_batch_can_be_sent_by_another_task() {
    let server = echo().await;
    let wa = client(&server);
    let mut batch = batch(&wa);
    let ticket = batch.add(read("106"));
    assert_eq!(batch.len(), 1);
    let mut answers = tokio::spawn(batch.send()).await.unwrap();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers.take(ticket).unwrap()["asked"], "106");
}
