//! What programs write when they use the crate: the short forms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use contract_tests::graph::Graph;
use whatsapp_graph::{
    ApiVersion, Client, ErrorKind, Refusals,
    description::ParseVersionError,
    response::NonexistentField,
    types::{TemplateParameter, TemplateParameterValue},
    values::{Filter, RedactedUrl},
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
