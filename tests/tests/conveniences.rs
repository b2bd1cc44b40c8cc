//! What programs write when they use the crate: the short forms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use contract_tests::graph::Graph;
use whatsapp_graph::{
    ApiVersion, Client, ErrorKind, Refusals,
    description::ParseVersionError,
    response::NonexistentField,
    types::{
        InteractiveHeader, InteractiveHeaderContent, ListAction, ListMessage, ListRow, ListSection, MediaMimeType, MediaObject, SentButton,
        SentComponent, SentFlowButton, SentHeader, TemplateParameter, TemplateParameterValue,
    },
    values::{Filter, Record as _, RedactedUrl},
};

#[test]
fn a_kind_of_error_has_a_name_that_can_be_shown_and_written() {
    assert_eq!((ErrorKind::PairLimitHit.name(), ErrorKind::PairLimitHit.to_string().as_str()), ("PairLimitHit", "PairLimitHit"));
    let other = |subcode| ErrorKind::Other { code: 999_999, subcode };
    assert_eq!(
        (other(None).name(), other(None).to_string(), other(Some(7)).to_string()),
        ("Other", "Other (999999)".into(), "Other (999999/7)".into())
    );
    assert_eq!(serde_json::to_string(&ErrorKind::PairLimitHit).unwrap(), r#""PairLimitHit""#);
}

#[tokio::test]
async fn a_call_is_awaited_and_takes_fields_by_name() {
    let graph = Graph::answering(200, r#"{"id": "106"}"#).await;
    let number = graph.client(ApiVersion::V23_0).phone_number("106").read().fields(["id", "brand_new"]).await.unwrap();
    assert_eq!(number.id, "106");
    let url = graph.requests().await[0].url.to_string();
    assert!(url.ends_with("fields=id%2Cbrand_new") || url.ends_with("fields=id,brand_new"), "{url}");
}

#[tokio::test]
async fn a_base_url_is_any_text() {
    let graph = Graph::answering(200, r#"{"id": "106"}"#).await;
    for client in
        [Client::builder("t", ApiVersion::V23_0).base_url(graph.url()), Client::builder("t", ApiVersion::V23_0).base_url(graph.url())]
    {
        client.build().unwrap().phone_number("106").read().await.unwrap();
    }
}

#[tokio::test]
async fn a_deletion_of_no_template_is_refused() {
    let graph = Graph::answering(200, r#"{"success": true}"#).await;
    let templates = graph.client(ApiVersion::V23_0).whatsapp_business_account("506").message_templates();
    let error = templates.delete().await.unwrap_err();
    assert_eq!((error.refusals()[0].rule, error.refusals()[0].item.as_str()), ("any_of", "name, hsm_id, hsm_ids"));
    templates.delete().with_refusals(Refusals::Off).await.unwrap();
    templates.delete().name("order_confirmation").await.unwrap();
    assert_eq!(graph.requests().await.len(), 2);
}

#[test]
fn a_value_is_a_parameter_and_types_of_signatures_have_names() {
    let parameter = TemplateParameter::from(TemplateParameterValue::from("Ana"));
    assert_eq!(serde_json::to_string(&parameter).unwrap(), serde_json::to_string(&TemplateParameter::from("Ana")).unwrap());
    let _: Option<(ParseVersionError, NonexistentField<'_>, Filter, RedactedUrl, whatsapp_graph::reqwest::Client)> = None;
}

#[test]
fn what_is_made_of_one_variant_has_a_constructor_for_it() {
    let photo = || MediaObject::from_link("https://www.luckyshrub.com/aloe.png");
    let header = serde_json::to_value(SentHeader::image(photo())).unwrap();
    assert_eq!(header, serde_json::json!({"parameters": [{"type": "image", "image": {"link": "https://www.luckyshrub.com/aloe.png"}}]}));
    assert_eq!(InteractiveHeader::image(photo()), InteractiveHeader::new(InteractiveHeaderContent::Image(photo())));
    assert_eq!(TemplateParameter::text("Ana"), TemplateParameter::from("Ana"));
}

#[test]
fn the_header_of_a_list_is_a_text() {
    let action = ListAction::new("Menu", [ListSection::new([ListRow::new("1", "Soup")])]);
    let list = serde_json::to_value(ListMessage::new("What would you like?", action).header("Today")).unwrap();
    assert_eq!(list["header"], serde_json::json!({"type": "text", "text": "Today"}));
}

#[test]
fn a_flow_without_parameters_sends_none() {
    let button = serde_json::to_value(SentComponent::Button(SentButton::Flow(SentFlowButton::new(0)))).unwrap();
    assert_eq!(button, serde_json::json!({"type": "button", "sub_type": "flow", "index": "0"}));
}

#[test]
fn the_mime_type_of_voice_messages_has_a_name() {
    assert_eq!(MediaMimeType::from("audio/ogg; codecs=opus"), MediaMimeType::AudioOggOpus);
}

#[tokio::test]
async fn what_there_may_be_is_set_or_left_out() {
    let graph = Graph::answering(200, r#"{"messages": [{"id": "wamid.HBg"}]}"#).await;
    let phone = graph.client(ApiVersion::V23_0).phone_number("106");
    for data in [Some("order-7"), None] {
        let call = phone.messages().create("Hello").to("16505551234");
        call.maybe(data, |call, data| call.biz_opaque_callback_data(data)).await.unwrap();
    }
    let with_data: Vec<_> = graph
        .requests()
        .await
        .iter()
        .map(|request| request.body_json::<serde_json::Value>().unwrap()["biz_opaque_callback_data"].clone())
        .collect();
    assert_eq!(with_data, [serde_json::json!("order-7"), serde_json::Value::Null]);
    let list = |header| {
        let action = ListAction::new("Menu", [ListSection::new([ListRow::new("1", "Soup")])]);
        serde_json::to_value(ListMessage::new("What would you like?", action).maybe(header, |list, header| list.header(header))).unwrap()
    };
    assert_eq!((list(None).get("header"), list(Some("Today"))["header"]["text"].as_str()), (None, Some("Today")));
}
