//! Webhooks that the stand-in sends, taken by the receiver of the client.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod app;
mod wire;

use std::{thread, time::Duration};

use graph_mock::{Deliveries, Mock};
use serde_json::{Value, json};
use whatsapp_graph::RetryPolicy;

use crate::app::{App, SECRET, value};

#[tokio::test(flavor = "multi_thread")]
async fn a_user_writes_and_an_answer_has_statuses() {
    let (app, mock) = (App::answering(&[]), Mock::start().unwrap());
    mock.tell(&app.url, "token", Some(SECRET));
    let id = mock.user("+16505551234").named("Sheena Nelson").says("¿Hola?");
    let came = app.came(1);
    let message = &value(&came[0])["messages"][0];
    assert_eq!((&message["id"], &message["text"]["body"], &message["from"]), (&json!(id), &json!("¿Hola?"), &json!("16505551234")));
    let contact = &value(&came[0])["contacts"][0];
    assert_eq!((&contact["profile"]["name"], &contact["user_id"]), (&json!("Sheena Nelson"), &message["from_user_id"]));
    assert!(contact["user_id"].as_str().unwrap().starts_with("US."));
    let client = mock.client_builder(whatsapp_graph::ApiVersion::window().last().unwrap()).retries(RetryPolicy::never()).build().unwrap();
    let sent = client.phone_number("106540352242922").messages().create("hello").to("+16505551234").send().await.unwrap();
    let came = app.came(3);
    let statuses: Vec<_> = came[1..].iter().map(|webhook| &value(webhook)["statuses"][0]).collect();
    assert_eq!(statuses.iter().map(|status| status["status"].as_str().unwrap()).collect::<Vec<_>>(), ["sent", "delivered"]);
    assert_eq!(statuses[0]["id"], sent.messages.unwrap()[0].id);
    assert_eq!((&statuses[1]["recipient_user_id"], &value(&came[2])["contacts"][0]["user_id"]), (&contact["user_id"], &contact["user_id"]));
    for webhook in &came {
        // All of it is what the client's types declare.
        let read = whatsapp_graph::webhooks::Notification::from_slice(webhook.to_string().as_bytes());
        assert!(read.kept().is_none() && read.undeclared().is_empty(), "{webhook}: {:?}", read.undeclared());
    }
}

#[test]
fn what_one_does_not_take_all_get_again_with_another_time() {
    let (one, other, mock) = (App::answering(&[500]), App::answering(&[]), Mock::start().unwrap());
    mock.tell(&one.url, "token", Some(SECRET));
    mock.tell(&other.url, "token", Some(SECRET));
    thread::sleep(Duration::from_millis(200));
    mock.user("+16505551234").says("hello");
    one.came(1);
    mock.advance(Duration::from_secs(5));
    let (one, other) = (one.came(2), other.came(2));
    for came in [&one, &other] {
        assert_eq!(came.len(), 2);
        assert_eq!(value(&came[0]), value(&came[1]));
        assert_ne!(came[0]["entry"][0]["time"], came[1]["entry"][0]["time"]);
    }
    assert!(mock.webhooks().iter().any(|delivered| delivered.status == 500 && delivered.attempt == 1));
}

#[test]
fn they_come_twice_in_the_opposite_order_and_together() {
    let (app, mock) = (App::answering(&[]), Mock::start().unwrap());
    mock.deliveries(Deliveries { twice: true, backwards: true, together: 2 });
    for text in ["a", "b"] {
        // Before anyone listens nothing is sent.
        mock.user("+16505551234").says(text);
    }
    mock.tell(&app.url, "token", Some(SECRET));
    for text in ["c", "d"] {
        mock.user("+16505551234").says(text);
    }
    let came = app.came(2);
    let texts = |webhook: &Value| -> Vec<String> {
        let changes = webhook["entry"][0]["changes"].as_array().unwrap();
        changes.iter().map(|change| change["value"]["messages"][0]["text"]["body"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(came.iter().map(texts).collect::<Vec<_>>(), [["d", "c"], ["d", "c"]]);
}

#[test]
fn where_no_one_listens_they_are_kept_to_be_looked_at() {
    let mock = Mock::builder().app_secret(SECRET).start().unwrap();
    mock.stop_clock();
    let id = mock.user("+16505551234").says("hello");
    let kept = mock.webhooks();
    assert_eq!(kept[0].signature.as_deref(), Some(whatsapp_graph::webhooks::sign(SECRET, &kept[0].body).as_str()));
    assert_eq!((kept.len(), kept[0].url.as_str(), kept[0].status, kept[0].attempt), (1, "", 0, 0));
    let body: Value = serde_json::from_slice(&kept[0].body).unwrap();
    assert_eq!(value(&body)["messages"][0]["id"], id);
    let sent = json!({"messaging_product": "whatsapp", "to": "16505551234", "type": "text", "text": {"body": "hello"}});
    wire::call(&mock, "POST", "106540352242922/messages", &sent);
    mock.advance(Duration::from_secs(1));
    let statuses: Vec<Value> = mock.webhooks()[1..]
        .iter()
        .map(|kept| value(&serde_json::from_slice(&kept.body).unwrap())["statuses"][0]["status"].clone())
        .collect();
    assert_eq!(statuses, ["sent", "delivered"]);
    for _ in 0..1200 {
        mock.user("+16505551234").says("hello");
    }
    assert_eq!(mock.webhooks().len(), 1000);
    wire::ask(&mock, "POST", "/_mock/reset", "");
    assert!(mock.webhooks().is_empty());
}

#[test]
fn an_app_subscribes_to_fields_and_is_asked_for_the_handshake() {
    let (mock, app) = (Mock::builder().app_secret(SECRET).start().unwrap(), App::answering(&[]));
    let path = "188559381496048/subscriptions";
    let to = |url: &str, fields: &str| json!({"object": "whatsapp_business_account", "callback_url": url, "verify_token": "token", "fields": fields});
    let list = || wire::call(&mock, "GET", path, &Value::Null)["data"].clone();
    assert_eq!(list()[0]["callback_url"], "https://www.example.com/webhooks", "nothing is known of the app");
    assert_eq!(wire::refused(&mock, "POST", path, &to("http://127.0.0.1:9/", "messages")).0, 2200);
    assert_eq!(wire::call(&mock, "POST", path, &to(&app.url, "messages")), json!({"success": true}));
    assert_eq!(list()[0]["fields"], json!([{"name": "messages", "version": "v23.0"}]));
    mock.user("+16505551234").says("one");
    app.came(1);
    let template = json!({"name": "a", "language": "en_US", "category": "UTILITY", "components": []});
    wire::call(&mock, "POST", "102290129340398/message_templates", &template);
    mock.advance(Duration::from_secs(61));
    mock.user("+16505551234").says("two");
    assert_eq!(value(&app.came(2)[1])["messages"][0]["text"]["body"], "two", "other fields do not come");
    wire::call(&mock, "POST", path, &to(&app.url, "message_template_status_update,messages"));
    assert_eq!(list()[0]["fields"].as_array().unwrap().len(), 2, "they are added to those that there are");
    let state = mock.state();
    let other = Mock::start().unwrap();
    other.restore(&state).unwrap();
    assert_eq!(other.state()["app_callbacks"], state["app_callbacks"]);
    wire::call(&mock, "DELETE", &format!("{path}?object=whatsapp_business_account&fields=messages"), &Value::Null);
    assert_eq!(list()[0]["fields"][0]["name"], "message_template_status_update");
    wire::call(&mock, "DELETE", path, &Value::Null);
    assert_eq!(list(), json!([]));
}
