//! What is refused before the network, and how to overrule it.

use graph_runtime::{Availability, Bound, Error, Operation, OperationInfo, Outgoing, Refusal, Refusals, RequestOptions, Value, Version};
use serde_json::json;
use wiremock::MockServer;

use crate::miniature::{DeleteQrCode, ExchangeCode, ListPhoneNumbers, PhoneNumber, RegisterPhoneNumber};
use crate::server::{client, count, saying, sent, text};

async fn server() -> MockServer {
    saying(json!({"success": true})).await
}

/// Rule and item of every refusal.
fn rules(error: &Error) -> Vec<(&str, &str)> {
    error.refusals().iter().map(|refusal| (refusal.rule, refusal.item.as_str())).collect()
}

async fn refused(request: RegisterPhoneNumber) -> Error {
    let server = server().await;
    let error = client(&server).send(&request).await.unwrap_err();
    assert_eq!(count(&server).await, 0, "refusals are sent nowhere");
    assert!(error.is_refusal() && error.attempts() == 0 && error.status().is_none() && !error.is_retryable());
    error
}

#[tokio::test]
async fn refusals_are_sent_nowhere_and_all_are_reported() {
    let error = refused(RegisterPhoneNumber::without_pin("10a6").backup("B")).await;
    assert_eq!(rules(&error), [("id", "phone_number_id"), ("required", "pin"), ("requires", "password")]);
    let shown = error.to_string();
    for part in ["`phone_number_id`", "'a' at position 3", "`pin` is required", "A backup is encrypted", "https://example.com/backup"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(shown.contains(".with_refusals(Refusals::Off)") && !shown.contains('\n'), "{shown}");
}

#[tokio::test]
async fn an_empty_identifier_is_refused() {
    let error = refused(RegisterPhoneNumber::new("", "212834")).await;
    assert_eq!(rules(&error), [("id", "phone_number_id")]);
    let server = server().await;
    let error = client(&server).send(&DeleteQrCode::new("106", "")).await.unwrap_err();
    assert_eq!(rules(&error), [("id", "code")]);
}

#[tokio::test]
async fn strict_digits_are_refused_without_showing_them() {
    for pin in ["21283", "2128345", "21283x", "２１２８３４", ""] {
        let error = refused(RegisterPhoneNumber::new("106", pin)).await;
        assert_eq!(rules(&error), [("digits", "pin")]);
        let shown = format!("{error} {error:?} {}", error.support_report());
        assert!(pin.is_empty() || !shown.contains(pin), "{shown}");
    }
}

#[tokio::test]
async fn what_meta_gates_is_refused_in_versions_that_lack_it() {
    let error = refused(RegisterPhoneNumber::new("106", "212834").region("CH")).await;
    assert_eq!(rules(&error), [("gated", "region")]);
    let expected = Refusal::clone(&error.refusals()[0]);
    assert_eq!(expected.page, "https://example.com/region");
    assert!(expected.reason.contains("removed in v21.0") && expected.reason.contains("the settings edge"), "{}", expected.reason);

    let server = server().await;
    let old = RegisterPhoneNumber::new("106", "212834").region("CH").with(|options| options.set_version(Version(20, 0)));
    client(&server).send(&old).await.unwrap();
}

/// A call that exists since v99.0, Meta says.
#[derive(Clone, Default)]
struct Novel(RequestOptions);

impl Operation for Novel {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Novel.create",
        path: "/novel",
        page: "https://example.com/novel",
        availability: Availability { since: Some(Bound::Version(Version(99, 0))), gated: true, ..Availability::ALWAYS },
        ..OperationInfo::EMPTY
    };
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.0
    }

    fn encode(&self, to: &mut Outgoing) {
        to.segment("novel");
    }
}

#[tokio::test]
async fn a_gated_call_is_refused_in_versions_that_lack_it() {
    let server = server().await;
    let error = client(&server).send(&Novel::default()).await.unwrap_err();
    assert_eq!(rules(&error), [("gated", "Novel.create")]);
    let text = error.to_string();
    assert!(text.contains("exists since v99.0, and this call asks for v23.0") && text.contains("https://example.com/novel"), "{text}");
    assert!(!text.contains("expired"), "{text}");
    client(&server).send(&Novel(RequestOptions::default().with_version(Version(99, 0)))).await.unwrap();
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn what_was_merely_not_seen_is_never_refused() {
    let server = server().await;
    client(&server).send(&RegisterPhoneNumber::new("106", "212834").tier("T")).await.unwrap();
    assert!(text(&sent(&server).await).contains("tier"));
}

#[tokio::test]
async fn a_gated_value_is_refused_with_its_place_its_range_and_its_source() {
    let error = refused(RegisterPhoneNumber::new("106", "212834").tier("GOLD")).await;
    assert_eq!(rules(&error), [("gated", "tier = GOLD")]);
    let text = error.to_string();
    for part in ["exists since v99.0", "this call asks for v23.0", "https://example.com/gold", "with_refusals(Refusals::Off)"] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn what_went_and_came_back_is_refused_in_between_alone() {
    for (version, refuses) in [(21, false), (22, true), (23, false)] {
        let server = server().await;
        let request = RegisterPhoneNumber::new("106", "212834").tier("TIN").with(|options| options.set_version(Version(version, 0)));
        let refused = client(&server).send(&request).await.is_err_and(|error| rules(&error) == [("gated", "tier = TIN")]);
        assert_eq!(refused, refuses, "v{version}.0");
    }
}

#[tokio::test]
async fn parameters_that_exclude_each_other_are_refused() {
    let request = RegisterPhoneNumber::new("106", "212834").backup("B").region("CH").with(|options| {
        options.set_version(Version(20, 0));
        options.set_param("password", "P");
    });
    let error = refused(request).await;
    assert_eq!(rules(&error), [("excludes", "backup, region")]);
    assert_eq!(error.refusals()[0].page, "https://example.com/register");
}

#[tokio::test]
async fn just_one_of_several_must_be_given() {
    let server = server().await;
    let error = client(&server).send(&ExchangeCode::new(PhoneNumber::default())).await.unwrap_err();
    assert_eq!(rules(&error), [("one_of", "name, pin")]);
    let mut both = PhoneNumber::named("a");
    both.pin = Some("1".into());
    let error = client(&server).send(&ExchangeCode::new(both)).await.unwrap_err();
    assert_eq!(rules(&error), [("one_of", "name, pin")]);
    assert!(error.to_string().contains("given together"), "{error}");
    client(&server).send(&ExchangeCode::new(PhoneNumber::named("a"))).await.unwrap();
}

#[tokio::test]
async fn a_param_given_by_hand_counts_as_present_and_is_never_judged() {
    let server = server().await;
    let request = RegisterPhoneNumber::without_pin("106").backup("B").with(|options| {
        options.set_param("pin", "not digits");
        options.set_param("password", "P");
        options.set_param("region", "CH");
    });
    client(&server).send(&request).await.unwrap();
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn every_refusal_can_be_overruled() {
    for refusals in [Refusals::Off, Refusals::Warn] {
        let server = server().await;
        let request = RegisterPhoneNumber::without_pin("10/6");
        client(&server).send(&request.clone().with(|options| options.set_refusals(refusals))).await.unwrap();
        assert_eq!(sent(&server).await.url.path(), "/v23.0/10%2F6/register");
        client(&server).0.with_refusals(refusals).send(&request).await.unwrap();
        assert_eq!(count(&server).await, 2);
    }
    let server = server().await;
    let strict = RegisterPhoneNumber::without_pin("106").with(|options| options.set_refusals(Refusals::Refuse));
    assert!(client(&server).0.with_refusals(Refusals::Off).send(&strict).await.unwrap_err().is_refusal());
}

#[tokio::test]
async fn a_correct_request_is_not_refused() {
    let server = saying(json!({"data": []})).await;
    client(&server).send(&ListPhoneNumbers::new(102)).await.unwrap();
    assert_eq!(count(&server).await, 1);
}
