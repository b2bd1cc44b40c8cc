//! Webhooks that the stand-in sends, taken by the receiver of the client.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod app;

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
