//! Rules between the parameters of a call and between the members of an object within one, with the real spec.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use contract_tests::graph::Graph;
use whatsapp_graph::{
    ApiVersion, Refusals,
    phone_number::Recipient,
    types::{ImageMessage, PinMessage, PinOperation},
};

/// The items and rules that a refused call names.
fn named(error: &whatsapp_graph::Error) -> Vec<(String, &'static str)> {
    error.refusals().iter().map(|refusal| (refusal.item.clone(), refusal.rule)).collect()
}

#[tokio::test]
async fn a_message_without_a_recipient_is_refused() {
    let graph = Graph::answering(200, "{}").await;
    let messages = graph.client(ApiVersion::V23_0).phone_number("106540352242922").messages();
    let error = messages.create("Your table is ready.").send().await.unwrap_err();
    assert_eq!(named(&error), [("to, recipient".to_owned(), "any_of")], "{error}");
    assert!(graph.requests().await.is_empty());
}

#[tokio::test]
async fn media_by_identifier_and_by_address_are_refused_and_the_place_is_named() {
    let graph = Graph::answering(200, r#"{"messaging_product": "whatsapp"}"#).await;
    let messages = graph.client(ApiVersion::V23_0).phone_number("106540352242922").messages();
    let both = || messages.create(ImageMessage::from_id("1").with_param("link", "https://example.com/a.png")).to("16505551234");
    let error = both().send().await.unwrap_err();
    assert_eq!(named(&error), [("image.id, image.link".to_owned(), "one_of")], "{error}");
    assert!(error.to_string().contains("were given together"), "{error}");
    assert!(graph.requests().await.is_empty());
    both().with_refusals(Refusals::Off).send().await.unwrap();
    assert_eq!(graph.requests().await.len(), 1, "with refusals off it is sent");
}

#[tokio::test]
async fn one_of_them_is_sent() {
    let graph = Graph::answering(200, r#"{"messaging_product": "whatsapp"}"#).await;
    let messages = graph.client(ApiVersion::V23_0).phone_number("106540352242922").messages();
    messages.create(ImageMessage::from_link("https://example.com/a.png")).to("16505551234").send().await.unwrap();
    assert_eq!(graph.requests().await.len(), 1);
}

#[tokio::test]
async fn what_a_value_requires_is_required_with_that_value_alone() {
    let graph = Graph::answering(200, r#"{"messaging_product": "whatsapp"}"#).await;
    let messages = graph.client(ApiVersion::V23_0).phone_number("106540352242922").messages();
    let pin = |operation| messages.create(PinMessage::new(operation, "wamid.1")).to(Recipient::group("Y2FwaV9ncm91cDox"));
    let error = pin(PinOperation::Pin).send().await.unwrap_err();
    assert_eq!(named(&error), [("pin.expiration_days".to_owned(), "requires")], "{error}");
    assert!(error.to_string().contains("must be given where `type` is `pin`"), "{error}");
    assert!(graph.requests().await.is_empty());
    pin(PinOperation::Unpin).send().await.unwrap();
    messages
        .create(PinMessage::new(PinOperation::Pin, "wamid.1").expiration_days(4))
        .to(Recipient::group("Y2FwaV9ncm91cDox"))
        .send()
        .await
        .unwrap();
    assert_eq!(graph.requests().await.len(), 2);
}
