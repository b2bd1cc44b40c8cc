//! What a request looks like on the wire.

use std::time::Duration;

use graph_runtime::{
    BodyKind, Method, Operation, RawRequest, Refusals, RequestOptions, RetryPolicy, Secret, Timestamp, Traffic, Version, serde_json,
};
use serde_json::{Value, json};

use crate::miniature::{
    DeleteQrCode, ExchangeCode, ListPhoneNumbers, PhoneNumber, PhoneNumberField, PhoneNumberFilter, PhoneNumberSort, RegisterPhoneNumber,
};
use crate::server::{TOKEN, client, count, query, saying, sent, text};
use crate::tokens::Empty;

#[tokio::test]
async fn a_json_body_keeps_the_order_of_its_parameters() {
    let server = saying(json!({"success": true})).await;
    let success = client(&server).send(&RegisterPhoneNumber::new("106", "212834").tier("T")).await.unwrap();
    assert_eq!(success.success, Some(true));
    let request = sent(&server).await;
    assert_eq!(request.method.as_str(), "POST");
    assert_eq!(request.url.path(), "/v23.0/106/register");
    assert_eq!(request.url.query(), None);
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(text(&request), r#"{"messaging_product":"whatsapp","pin":"212834","tier":"T"}"#);
}

#[tokio::test]
async fn fields_filters_and_sort_travel_in_the_query() {
    let server = saying(json!({"data": [{"id": "1"}]})).await;
    let request = ListPhoneNumbers::new("102")
        .fields([PhoneNumberField::Id, PhoneNumberField::from("owner{id,name}")])
        .filter(PhoneNumberFilter::creation_time_in_range(1_569_783_261.into(), Timestamp::from(1_604_542_049)))
        .sort(PhoneNumberSort::CreationTimeDescending)
        .limit(25);
    let page = client(&server).send(&request).await.unwrap();
    assert_eq!(page.data[0].id.as_str(), "1");
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/v23.0/102/phone_numbers");
    let filter = r#"[{"field":"creation_time","operator":"IN_RANGE","value":["1569783261","1604542049"]}]"#;
    let expected = [("fields", "id,owner{id,name}"), ("filtering", filter), ("sort", "creation_time_descending"), ("limit", "25")];
    assert_eq!(query(&request), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn a_form_holds_texts_and_json() {
    let server = saying(json!({"success": true})).await;
    let body: PhoneNumber = serde_json::from_value(json!({
        "id": 106, "name": "a b&c=d+é%", "score": 5, "verified": true, "tags": ["x", "y"]
    }))
    .unwrap();
    client(&server).send(&ExchangeCode::new(body)).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/v23.0/oauth/access_token");
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(text(&request), "id=106&name=a%20b%26c%3Dd%2B%C3%A9%25&score=5&verified=true&tags=%5B%22x%22,%22y%22%5D");
}

#[tokio::test]
async fn an_empty_json_body_is_not_sent() {
    let server = saying(json!({})).await;
    client(&server).send(&RawRequest::<Value>::new(Method::Post, "/106/deregister")).await.unwrap();
    let request = sent(&server).await;
    assert!(request.body.is_empty() && !request.headers.contains_key("content-type"));
}

#[tokio::test]
async fn a_param_goes_where_the_parameters_travel_and_replaces_a_declared_one() {
    let server = saying(json!({"success": true})).await;
    let request = RegisterPhoneNumber::new("106", "212834").with(|options| {
        options.set_param("pin", 5);
        options.set_param("new", json!({"a": [1]}));
    });
    client(&server).send(&request).await.unwrap();
    assert_eq!(text(&sent(&server).await), r#"{"messaging_product":"whatsapp","pin":5,"new":{"a":[1]}}"#);

    let server = saying(json!({"data": []})).await;
    let request = ListPhoneNumbers::new("102").limit(1).with(|options| {
        options.set_param("limit", "2");
        options.set_param("new", json!([1]));
        options.set_param("none", Value::Null);
    });
    client(&server).send(&request).await.unwrap();
    assert_eq!(sent(&server).await.url.query(), Some("limit=2&new=%5B1%5D"));
}

#[tokio::test]
async fn a_value_in_the_path_cannot_leave_its_place() {
    let server = saying(json!({"success": true})).await;
    client(&server).send(&DeleteQrCode::new("106", "a/b?c#d")).await.unwrap();
    let request = sent(&server).await;
    assert_eq!((request.method.as_str(), request.url.path()), ("DELETE", "/v23.0/106/message_qrdls/a%2Fb%3Fc%23d"));
    for code in [".", ".."] {
        let error = client(&server).send(&DeleteQrCode::new("106", code)).await.unwrap_err();
        assert!(error.to_string().contains("cannot be part of a path"), "{error}");
    }
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn options_of_a_request_come_before_those_of_the_client() {
    let server = saying(json!({"success": true})).await;
    let request = RegisterPhoneNumber::new("106", "212834").with(|options| {
        options.set_version(Version(19, 0));
        options.set_token("EAAother");
    });
    client(&server).send(&request).await.unwrap();
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/v19.0/106/register");
    assert_eq!(request.headers["authorization"], "Bearer EAAother");
}

#[test]
fn options_are_read_as_they_were_set() {
    let options = RequestOptions::default().with_version(Version(19, 0)).with_token("EAAother");
    assert_eq!((options.version(), options.token().map(Secret::expose)), (Some(Version(19, 0)), Some("EAAother")));
    let provided = options.with_token_provider(Empty);
    assert_eq!((provided.version(), provided.token()), (Some(Version(19, 0)), None), "a provider's token is not shown");
}

#[test]
fn what_is_set_on_a_value_is_set() {
    let second = Duration::from_secs(1);
    let options = RequestOptions::default()
        .with_refusals(Refusals::Off)
        .with_traffic(Traffic::Off)
        .with_retries(RetryPolicy::never())
        .with_timeout(second)
        .with_param("a", 1);
    assert_eq!((options.refusals(), options.traffic()), (Some(Refusals::Off), Some(Traffic::Off)));
    assert_eq!((options.retries(), options.timeout()), (Some(RetryPolicy::never()), Some(second)));
    assert_eq!(options.extra().get("a"), Some(&json!(1)));
}

#[test]
fn options_without_parameters_are_all_the_others() {
    let options = RequestOptions::default().with_version(Version(19, 0)).with_token("EAAother").with_traffic(Traffic::Off);
    assert_ne!(options, RequestOptions::default());
    assert_eq!(options.clone().with_param("a", 1).without_params(), options);
}

#[tokio::test]
async fn a_raw_request_is_like_any_other() {
    let server = saying(json!({"about": "Hi", "error_count": 0})).await;
    client(&saying(json!({})).await).send(&RawRequest::<Value>::new(Method::Get, "/videos/v23.0/23.0")).await.unwrap();
    let request = RawRequest::<Value>::new(Method::Get, "106/a b/").with_param("fields", "about");
    let value = client(&server).send(&request).await.unwrap();
    assert_eq!(value["about"], "Hi");
    let request = sent(&server).await;
    assert_eq!(request.url.path(), "/v23.0/106/a%20b");
    assert_eq!(request.url.query(), Some("fields=about"));
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}").as_str());
}

#[tokio::test]
async fn a_raw_path_with_query_or_version_is_refused() {
    let server = saying(json!({})).await;
    for (path, why) in [("/106?fields=id", "with_param"), ("/106#x", "with_param"), ("/v23.0/106", "no version"), ("/106/../1", "path")] {
        let error = client(&server).send(&RawRequest::<Value>::new(Method::Get, path)).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn an_answer_carries_what_came_with_it() {
    let answer = wiremock::ResponseTemplate::new(200)
        .set_body_json(json!({"success": true}))
        .insert_header("facebook-api-version", "v24.0")
        .insert_header("x-fb-trace-id", "T")
        .insert_header("x-fb-request-id", "R")
        .insert_header("x-app-usage", r#"{"call_count":1}"#)
        .insert_header("x-business-use-case-usage", "{}");
    let server = crate::server::answering(answer).await;
    let response = client(&server).0.send_full(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
    let info = response.info;
    assert_eq!((info.status, info.requested_version, info.served_version), (200, Version(23, 0), Some(Version(24, 0))));
    assert_eq!((info.trace_id.as_deref(), info.request_id.as_deref()), (Some("T"), Some("R")));
    assert_eq!(info.app_usage.as_deref(), Some(r#"{"call_count":1}"#));
    assert_eq!(info.business_use_case_usage.as_deref(), Some("{}"));
}

#[test]
fn requests_are_plain_data_and_sending_is_send() {
    fn assert_send<T: Send>(_: &T) {}
    let request = RegisterPhoneNumber::new("106", Secret::from("212834"));
    assert_eq!(request.clone(), request);
    assert_eq!(RegisterPhoneNumber::INFO.body, BodyKind::Json);
    let client = graph_runtime::Client::builder("t", Version(23, 0)).build().unwrap();
    assert_send(&client.send(&request));
    let pages = client.pages::<_, graph_runtime::Error>(ListPhoneNumbers::new("1"));
    assert_send(&pages);
    assert_send(&client.items::<_, graph_runtime::Error>(ListPhoneNumbers::new("1")));
}
