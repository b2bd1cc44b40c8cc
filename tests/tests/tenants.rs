//! The recipes for many tenants: the page shows the example's code, and the example does what the page says, against the stand-in.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

use graph_mock::Mock;
use look_after_tenants::{Access, Charges, Parting, Subscription, access_after, charge, differences, numbers, parting, subscription};
use serde_json::{Value, json};
use whatsapp_graph::{
    ApiVersion, ErrorKind, RetryPolicy, WabaId,
    types::HealthAvailability,
    webhooks::Notification,
    whatsapp_business_account::{ListPhoneNumbers, ListSubscribedApps, ReadPricingAnalytics, ReadWaba},
};

#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../generated/examples/look_after_tenants.rs"]
pub mod look_after_tenants;

const WABA: &str = "102290129340398";

#[test]
fn the_page_shows_the_code_of_the_example() {
    let (page, example) = (include_str!("../../docs/tenants.md"), include_str!("../../generated/examples/look_after_tenants.rs"));
    let blocks: Vec<&str> = page.split("```rust,ignore\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 6);
    for block in blocks {
        assert!(example.contains(block), "docs/tenants.md shows other code than the example:\n{block}");
    }
}

#[tokio::test]
async fn access_that_is_lost_is_recognized() {
    for (kind, expected) in [
        (ErrorKind::InvalidAccessToken, Some(Access::TokenLost)),
        (ErrorKind::AppNotInstalled, Some(Access::TokenLost)),
        (ErrorKind::AccessTokenExpired, Some(Access::TokenLost)),
        (ErrorKind::ObjectNotFound, Some(Access::AccountGone)),
        (ErrorKind::PermissionsError, Some(Access::PermissionMissing)),
        (ErrorKind::InvalidParameter, None),
    ] {
        let mock = Mock::start().unwrap();
        mock.on::<ReadWaba>().fails(kind);
        let client = mock.client_builder(ApiVersion::V25_0).retries(RetryPolicy::never()).build().unwrap();
        let error = client.whatsapp_business_account(WABA).read().send().await.unwrap_err();
        assert_eq!(access_after(&error), expected, "{error}");
    }
}

fn account_update(value: &Value) -> Notification {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "506914307656634", "time": 1, "changes": [{"field": "account_update", "value": value}]}]});
    Notification::from_slice(body.to_string().as_bytes())
}

#[test]
fn what_parted_is_named_by_the_account_and_never_by_the_partner() {
    let info = json!({"waba_id": WABA, "owner_business_id": "2729063490586005"});
    let reason = json!({"reason": "PRIMARY_INACTIVITY", "initiated_by": "SYSTEM"});
    let parted = |waba_id: Option<&str>, number: Option<&str>, why: &str| {
        Some(Parting { waba_id: waba_id.map(Into::into), number: number.map(Into::into), why: why.into() })
    };
    for (value, expected) in [
        (json!({"event": "PARTNER_REMOVED", "waba_info": info}), parted(Some(WABA), None, "PARTNER_REMOVED")),
        (
            json!({"event": "PARTNER_REMOVED", "waba_info": info, "phone_number": "15550783881", "disconnection_info": reason}),
            parted(Some(WABA), Some("15550783881"), "PRIMARY_INACTIVITY"),
        ),
        (json!({"event": "PARTNER_REMOVED"}), parted(None, None, "PARTNER_REMOVED")),
        (json!({"event": "ACCOUNT_DELETED"}), parted(Some("506914307656634"), None, "ACCOUNT_DELETED")),
        (json!({"event": "PARTNER_ADDED", "waba_info": info}), None),
        (json!({}), None),
    ] {
        let notification = account_update(&value);
        assert_eq!(notification.events().find_map(|event| parting(&event)), expected, "{value}");
    }
}

#[tokio::test]
async fn a_subscription_is_there_missing_or_elsewhere() {
    let ours = json!({"whatsapp_business_api_data": {"id": "670843887433847", "name": "Lucky Shrub"}});
    let elsewhere = json!({"whatsapp_business_api_data": {"id": "670843887433847"}, "override_callback_uri": "https://old.example/hook"});
    let other = json!({"whatsapp_business_api_data": {"id": "1"}});
    for (apps, callback, expected) in [
        (json!([other, ours]), None, Subscription::Fine),
        (json!([other]), None, Subscription::Missing),
        (json!([elsewhere]), None, Subscription::Elsewhere("https://old.example/hook".into())),
        (json!([elsewhere]), Some("https://old.example/hook"), Subscription::Fine),
    ] {
        let mock = Mock::start().unwrap();
        mock.on::<ListSubscribedApps>().answers(200, json!({"data": apps}).to_string());
        let found = subscription(&mock.client().unwrap(), &WABA.into(), &"670843887433847".into(), callback).await.unwrap();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn numbers_say_what_holds_them_up() {
    let mock = Mock::start().unwrap();
    let entities = json!([
        {"entity_type": "PHONE_NUMBER", "id": "106540352242922", "can_send_message": "AVAILABLE"},
        {"entity_type": "BUSINESS", "id": "1", "can_send_message": "LIMITED", "errors": [{"error_code": 141010, "error_description": "Not verified"}]},
        {"entity_type": "WABA", "id": WABA, "can_send_message": "LIMITED", "additional_info": ["Your display name is not approved."]},
    ]);
    let number = json!({"id": "106540352242922", "health_status": {"can_send_message": "LIMITED", "entities": entities}, "whatsapp_business_manager_messaging_limit": "TIER_2K"});
    mock.on::<ListPhoneNumbers>().answers(200, json!({"data": [number, {"id": "2"}]}).to_string());
    let found = numbers(&mock.client().unwrap(), &WABA.into()).await.unwrap();
    assert_eq!((found[0].sending.clone(), found[0].limit.as_deref()), (Some(HealthAvailability::Limited), Some("TIER_2K")));
    assert_eq!(found[0].why, ["141010: Not verified", "Your display name is not approved."]);
    assert_eq!((found[1].id.as_str(), found[1].sending.clone(), found[1].why.len()), ("2", None, 0));
}

fn status(id: &str, state: &str, at: i64, pricing: Option<(&str, &str)>) -> Value {
    let mut status = json!({"id": id, "status": state, "timestamp": at.to_string(), "recipient_id": "15550100123"});
    if let Some((category, kind)) = pricing {
        status["pricing"] = json!({"billable": true, "pricing_model": "PMP", "category": category, "type": kind});
    }
    status
}

#[tokio::test]
async fn each_message_is_charged_once_and_compared_with_what_meta_counts() {
    let statuses = json!([
        status("a", "sent", 100, Some(("marketing", "regular"))),
        status("a", "delivered", 101, Some(("marketing", "regular"))),
        status("a", "delivered", 101, Some(("marketing", "regular"))),
        status("b", "read", 150, Some(("authentication-international", "regular"))),
        status("c", "sent", 150, Some(("utility", "regular"))),
        status("c", "failed", 151, None),
        status("d", "delivered", 900, Some(("service", "free_customer_service"))),
        status("e", "delivered", 150, None),
    ]);
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": [{"field": "messages", "value": {"statuses": statuses}}]}]});
    let notification = Notification::from_slice(body.to_string().as_bytes());
    let mut charges = Charges::new();
    notification.events().for_each(|event| charge(&mut charges, &event));
    assert_eq!(charges.keys().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert!(charges["a"].delivered && !charges["c"].delivered);
    assert_eq!(charges["b"].category, "AUTHENTICATION_INTERNATIONAL");

    let mock = Mock::start().unwrap();
    let points = json!([
        {"pricing_category": "MARKETING", "pricing_type": "REGULAR", "volume": 1, "start": 0, "end": 500},
        {"pricing_category": "AUTHENTICATION_INTERNATIONAL", "pricing_type": "REGULAR", "volume": 1},
        {"pricing_category": "SERVICE", "pricing_type": "FREE_CUSTOMER_SERVICE", "volume": 3},
    ]);
    mock.on::<ReadPricingAnalytics>().answers(200, json!({"data": [{"data_points": points}]}).to_string());
    let found = differences(&mock.client().unwrap(), &WabaId::from(WABA), (0, 500), &charges).await.unwrap();
    assert_eq!(found, [("SERVICE".to_owned(), "FREE_CUSTOMER_SERVICE".to_owned(), 0, 3)]);
}
