//! Whom a message is for: each kind of identifier by name, and the kinds that Graph would drop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use contract_tests::graph::Graph;
use graph_mock::Mock;
use serde_json::{Value, json};
use whatsapp_graph::{
    ApiVersion, Client, Refusals,
    phone_number::{CallRecipient, Recipient},
    types::CallOffer,
};

const SENT: &str = r#"{"messaging_product": "whatsapp"}"#;
const USER: &str = "BR.13491208655302741918";

/// The members of the message that name its recipient.
async fn addressed(graph: &Graph) -> Value {
    let requests = graph.requests().await;
    let mut body: Value = serde_json::from_slice(&requests[0].body).unwrap();
    body.as_object_mut().unwrap().retain(|name, _| ["to", "recipient", "recipient_type"].contains(&name.as_str()));
    body
}

async fn sent_to(to: impl Into<Recipient>) -> Value {
    let graph = Graph::answering(200, SENT).await;
    graph.client(ApiVersion::V23_0).phone_number("106").messages().create("Your table is ready.").to(to).send().await.unwrap();
    addressed(&graph).await
}

fn client(graph: &Graph) -> Client {
    graph.client(ApiVersion::V23_0)
}

#[tokio::test]
async fn a_number_is_a_plain_string() {
    assert_eq!(sent_to("+55 (11) 99999-1234").await, json!({"to": "+55 (11) 99999-1234"}));
    assert_eq!(sent_to(String::from("16505551234")).await, json!({"to": "16505551234"}));
    assert_eq!(sent_to(&String::from("16505551234")).await, json!({"to": "16505551234"}));
}

#[tokio::test]
async fn each_kind_has_its_place() {
    assert_eq!(sent_to(Recipient::phone_number("+16505551234")).await, json!({"to": "+16505551234"}));
    assert_eq!(sent_to(Recipient::user_id(USER)).await, json!({"recipient": USER}));
    assert_eq!(sent_to(Recipient::parent_user_id("US.ENT.118")).await, json!({"recipient": "US.ENT.118"}));
    assert_eq!(sent_to(Recipient::group("Y2FwaV9ncm91")).await, json!({"to": "Y2FwaV9ncm91", "recipient_type": "group"}));
}

#[tokio::test]
async fn the_last_choice_counts() {
    let graph = Graph::answering(200, SENT).await;
    let call = client(&graph).phone_number("106").messages().create("Hello").to(Recipient::group("Y2FwaV9ncm91"));
    call.to("+1").to(Recipient::user_id(USER)).send().await.unwrap();
    assert_eq!(addressed(&graph).await, json!({"recipient": USER}));
}

#[tokio::test]
async fn a_string_leaves_the_type_of_the_recipient_alone() {
    let graph = Graph::answering(200, SENT).await;
    client(&graph).phone_number("106").messages().create("Hello").recipient_type("group").to("Y2FwaV9ncm91").send().await.unwrap();
    assert_eq!(addressed(&graph).await, json!({"to": "Y2FwaV9ncm91", "recipient_type": "group"}));
}

#[tokio::test]
async fn a_call_takes_a_number_or_a_user() {
    let graph = Graph::answering(200, SENT).await;
    let calls = client(&graph).phone_number("106").calls();
    calls.connect(CallOffer::new("v=0")).to(CallRecipient::user_id(USER)).send().await.unwrap();
    assert_eq!(addressed(&graph).await, json!({"recipient": USER}));
}

#[tokio::test]
async fn a_user_id_in_the_place_of_a_number_is_refused_by_a_rule_of_its_own() {
    let graph = Graph::answering(200, SENT).await;
    for id in [USER, "US.ENT.11815799212886844830"] {
        let error = client(&graph).phone_number("106").messages().create("Hello").to(id).send().await.unwrap_err();
        let [refusal] = error.refusals() else { panic!("one refusal: {error}") };
        assert_eq!((refusal.rule, refusal.item.as_str()), ("dropped", "to"));
        let text = error.to_string();
        assert!(text.contains("delivers nothing") && text.contains("`recipient`") && !text.contains(id), "{text}");
    }
    assert!(graph.requests().await.is_empty());
}

#[tokio::test]
async fn what_is_dropped_can_be_sent_all_the_same() {
    let graph = Graph::answering(200, SENT).await;
    for refusals in [Refusals::Off, Refusals::Warn] {
        client(&graph).phone_number("106").messages().create("Hello").to(USER).with_refusals(refusals).send().await.unwrap();
    }
    client(&graph).phone_number("106").messages().create("Hello").with_param("to", USER).send().await.unwrap();
    assert_eq!(graph.requests().await.len(), 3);
}

#[tokio::test]
async fn what_only_looks_odd_is_sent() {
    for to in ["55 11 99999-1234", "5511999991234", "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAz", "br.1", "BR.", "@ana"] {
        assert_eq!(sent_to(to).await, json!({"to": to}));
    }
}

#[tokio::test]
async fn both_are_sent_with_a_warning_and_an_empty_string_is_none() {
    let graph = Graph::answering(200, SENT).await;
    client(&graph).phone_number("106").messages().create("Hello").to("+16505551234").recipient(USER).send().await.unwrap();
    assert_eq!(addressed(&graph).await, json!({"to": "+16505551234", "recipient": USER}));
    for call in [
        client(&graph).phone_number("106").messages().create("Hello").to(""),
        client(&graph).phone_number("106").messages().create("Hello").recipient(""),
        client(&graph).phone_number("106").messages().create("Hello").to("").recipient(""),
    ] {
        let error = call.send().await.unwrap_err();
        let [refusal] = error.refusals() else { panic!("one refusal: {error}") };
        assert_eq!((refusal.rule, refusal.item.as_str()), ("any_of", "to, recipient"));
    }
    assert_eq!(graph.requests().await.len(), 1);
}

#[tokio::test]
async fn the_answer_joins_what_was_dialed_with_whom_whatsapp_knows() {
    let mock = Mock::start().unwrap();
    let sent = mock.client().unwrap().phone_number("106").messages().create("Hello").to("+55 (51) 99999-1234").send().await.unwrap();
    let contact = &sent.contacts.unwrap()[0];
    assert_eq!((contact.input.as_deref(), contact.wa_id.as_deref()), (Some("+55 (51) 99999-1234"), Some("555199991234")));
}

#[tokio::test]
async fn the_identifier_of_a_business_is_named_as_that() {
    let message = "(#100) Tried accessing nonexisting field (message_templates) on node type (Business)";
    let graph = Graph::answering(400, &json!({"error": {"message": message, "type": "OAuthException", "code": 100}}).to_string()).await;
    let error = client(&graph).whatsapp_business_account("506").message_templates().read().send().await.unwrap_err();
    let hint = error.hint().unwrap();
    assert!(
        hint.starts_with("`506` is the identifier of a node of the type Business, which has no edge `message_templates`")
            && !hint.contains("`fields`"),
        "{hint}"
    );
}
