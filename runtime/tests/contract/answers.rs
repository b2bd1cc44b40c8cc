//! What answers leave open, and what is made of it: cases, hints, broken bodies, errors beside success.

use graph_runtime::{ClientBuilder, Error, MatchedBy, NonexistentField, RawRequest, Version};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiremock::ResponseTemplate;

use crate::miniature::{ListPhoneNumbers, PhoneNumber, RegisterPhoneNumber, Wa};
use crate::server::{TOKEN, answering, client, saying};

async fn registering(answer: ResponseTemplate) -> Error {
    let server = answering(answer).await;
    client(&server).send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err()
}

async fn graph(error: Value) -> Error {
    registering(ResponseTemplate::new(400).set_body_json(json!({"error": error}))).await
}

#[tokio::test]
async fn the_texts_of_an_answer_choose_between_the_cases_of_its_numbers() {
    let pair = json!({"code": 100, "error_subcode": 2_388_103, "message": "(#100) Invalid parameter"});
    let error = graph(pair.clone()).await;
    assert_eq!((error.info().unwrap().name, error.matched_by()), ("MigrationFailed", Some(MatchedBy::Pair)));

    let mut titled = pair.clone();
    titled["error_user_title"] = "Please add this phone number in your WhatsApp account.".into();
    let error = graph(titled).await;
    assert_eq!((error.info().unwrap().name, error.matched_by()), ("MigrationNotNeeded", Some(MatchedBy::UserTitle)));
    assert!(error.support_report().contains("matched by: its user title\n"), "{}", error.support_report());

    let mut detailed = pair;
    detailed["error_data"] = json!(r#"{"details": "We are sorry: please add this phone number in your WhatsApp account"}"#);
    let error = graph(detailed).await;
    assert_eq!((error.info().unwrap().name, error.matched_by()), ("MigrationNotNeeded", Some(MatchedBy::Details)));
}

#[tokio::test]
async fn an_identifier_of_the_wrong_kind_is_pointed_out() {
    let error = graph(json!({"code": 100, "error_subcode": 33, "message": "Unsupported post request."})).await;
    let hint = error.hint().unwrap();
    assert!(hint.starts_with("`106` was sent as phone_number_id."), "{hint}");
    assert!(hint.contains("(WhatsAppBusinessAccount, WhatsAppBusinessPhoneNumber)"), "{hint}");
    assert!(error.support_report().contains(hint));
    assert_eq!(format!("{error:#}"), format!("{error}; {hint}"));
    assert!(!format!("{error:#}").contains('\n'));
}

#[tokio::test]
async fn a_field_that_does_not_exist_is_named() {
    let message = "(#100) Tried accessing nonexisting field (speed) on node type (WhatsAppBusinessPhoneNumber)";
    let error = graph(json!({"code": 100, "message": message})).await;
    let field = NonexistentField { field: "speed", node: Some("WhatsAppBusinessPhoneNumber") };
    assert_eq!(error.nonexistent_field(), Some(field));
    assert_eq!(error.hint(), Some("remove `speed` from `fields`: it does not exist on WhatsAppBusinessPhoneNumber in v23.0"));
    assert_eq!(graph(json!({"code": 100, "message": "Invalid parameter"})).await.nonexistent_field(), None);
}

#[tokio::test]
async fn an_error_has_the_ids_that_support_asks_for() {
    let answer = ResponseTemplate::new(400)
        .set_body_json(json!({"error": {"code": 100, "fbtrace_id": "FromTheBody"}}))
        .insert_header("x-fb-trace-id", "FromTheHeader")
        .insert_header("x-fb-request-id", "Request")
        .insert_header("facebook-api-version", "v24.0");
    let error = registering(answer).await;
    let response = error.response().unwrap();
    assert_eq!((response.trace_id.as_deref(), response.request_id.as_deref()), (Some("FromTheHeader"), Some("Request")));
    assert_eq!(error.fbtrace_id(), Some("FromTheBody"));
    let report = error.support_report();
    for line in ["trace id: FromTheBody", "trace of the answer: FromTheHeader", "request id: Request", "requested version: v23.0"] {
        assert!(report.contains(&format!("{line}\n")), "{line} in {report}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_keeps_what_came() {
    let cut = br#"{"error":{"message":"(#133016) Account register"#;
    for status in [200, 400, 500] {
        let error = registering(ResponseTemplate::new(status).set_body_raw(cut.to_vec(), "application/json")).await;
        assert_eq!((error.status(), error.body()), (Some(status), Some(cut.as_slice())));
        assert!(error.to_string().contains("JSON that breaks off or is damaged (HTTP"), "{error}");
        assert!(!error.is_retryable(), "a register may have been carried out");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_unpacked_keeps_what_came() {
    let broken = [0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe, 0x1b];
    let answer = ResponseTemplate::new(502).set_body_raw(broken.to_vec(), "application/json").insert_header("content-encoding", "gzip");
    let error = registering(answer).await;
    assert_eq!((error.status(), error.body(), error.content_type()), (Some(502), Some(broken.as_slice()), Some("application/json")));
    assert!(!error.to_string().contains('\u{1b}'), "a terminal would obey it");
}

#[tokio::test]
async fn errors_of_items_beside_a_success_are_values() {
    let failed = json!([{"input": "+15551234567", "errors": [{"code": 139_100, "message": "Failed"}]}]);
    let server = saying(json!({"success": true, "error": null, "failed_users": failed.clone()})).await;
    let request = RawRequest::<Value>::new(graph_runtime::Method::Post, "/106/block_users");
    let answer = client(&server).send(&request).await.unwrap();
    assert_eq!(answer["failed_users"], failed);

    let server = saying(json!({"data": [{"id": "1", "errors": [{"code": 131_009}]}], "errors": [{"code": 131_201}]})).await;
    let page = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap();
    assert_eq!(page.data[0].extra().get("errors"), Some(&json!([{"code": 131_009}])));
}

#[tokio::test]
async fn the_item_of_a_bare_list_that_does_not_decode_is_named() {
    let server = saying(json!([{"id": "1"}, {"id": "2", "tags": ["a", "b"]}, {"name": "x"}])).await;
    let request = RawRequest::<Vec<PhoneNumber>>::new(graph_runtime::Method::Get, "/102/phone_numbers");
    let error = client(&server).send(&request).await.unwrap_err();
    assert!(error.is_decode());
    assert!(error.to_string().contains("the answer is no Vec<PhoneNumber>: [2].id is missing"), "{error}");
}

#[tokio::test]
async fn an_answer_of_which_a_part_came_keeps_that_part() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.unwrap();
        let answer =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nx-fb-trace-id: T\r\nContent-Length: 500\r\n\r\n{\"error\":";
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let client = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(format!("http://{address}")).build().unwrap();
    let error = client.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    server.await.unwrap();
    assert_eq!((error.status(), error.body(), error.fbtrace_id()), (Some(400), Some(br#"{"error":"#.as_slice()), Some("T")));
    assert_eq!(error.content_type(), Some("application/json"));
    let shown = error.to_string();
    assert!(shown.contains("the answer broke off") && shown.contains("HTTP 400") && shown.contains(r#"{"error":"#), "{shown}");
    assert!(!error.is_retryable(), "a register may have been carried out");
}
