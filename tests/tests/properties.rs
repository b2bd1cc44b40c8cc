//! What holds for any value: enums are open, nothing that Graph answers is lost, and null is nothing.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use contract_tests::without_nulls;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use whatsapp_graph::{
    Page, Timestamp, WabaId,
    phone_number::{PhoneNumber, PhoneNumberField},
    types::{CodeMethod, OwnershipType, QualityRating},
    whatsapp_business_account::Waba,
};

/// Any JSON, a few levels deep. Numbers are whole: a fraction has many spellings.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), any::<i64>().prop_map(Value::from), ".*".prop_map(Value::from)];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Any object with an identifier, some of whose members have the names of real fields.
fn any_node() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        "[a-z_]{1,10}",
        prop::sample::select(vec![
            "quality_rating",
            "throughput",
            "health_status",
            "last_onboarded_time",
            "is_pin_enabled",
            "webhook_configuration"
        ])
        .prop_map(String::from),
    ];
    (prop::collection::btree_map(name, any_json(), 0..8), "[0-9]{1,30}").prop_map(|(members, id)| {
        let mut object: Map<String, Value> = members.into_iter().collect();
        object.insert("id".into(), id.into());
        Value::Object(object)
    })
}

proptest! {
    #[test]
    fn any_string_is_an_enum_value_and_comes_back(text in ".*") {
        for again in [CodeMethod::from(text.as_str()).to_string(), QualityRating::from(text.as_str()).to_string(), OwnershipType::from(text.as_str()).to_string()] {
            prop_assert_eq!(&again, &text);
        }
        let decoded: QualityRating = serde_json::from_value(json!(text)).unwrap();
        prop_assert_eq!(serde_json::to_value(&decoded).unwrap(), json!(text));
    }

    #[test]
    fn whatever_graph_answers_comes_back(node in any_node()) {
        let decoded: PhoneNumber = serde_json::from_value(node.clone()).unwrap();
        prop_assert_eq!(without_nulls(serde_json::to_value(&decoded).unwrap()), without_nulls(node));
    }

    #[test]
    fn a_page_loses_nothing(nodes in prop::collection::vec(any_node(), 0..6), more in any_json()) {
        let page = json!({"data": nodes, "paging": {"cursors": {"after": "a", "before": "b"}}, "of_tomorrow": more});
        let decoded: Page<PhoneNumber> = serde_json::from_value(page.clone()).unwrap();
        prop_assert_eq!(without_nulls(serde_json::to_value(&decoded).unwrap()), without_nulls(page));
    }

    #[test]
    fn an_identifier_is_text_or_number(digits in "[1-9][0-9]{0,17}") {
        let text: WabaId = serde_json::from_value(json!(digits)).unwrap();
        let number: WabaId = serde_json::from_str(&digits).unwrap();
        prop_assert_eq!(&text, &number);
        prop_assert_eq!(serde_json::to_string(&text).unwrap(), format!("\"{digits}\""));
        prop_assert_eq!(serde_json::to_string(&number).unwrap(), digits);
    }

    #[test]
    fn a_moment_keeps_its_form(seconds in 0_i64..4_000_000_000) {
        for form in [json!(seconds), json!(seconds.to_string())] {
            let moment: Timestamp = serde_json::from_value(form.clone()).unwrap();
            prop_assert_eq!(moment.unix(), Some(seconds));
            prop_assert_eq!(serde_json::to_value(&moment).unwrap(), form);
        }
    }

    #[test]
    fn what_is_asked_for_is_what_is_read(fields in prop::collection::vec("[a-z_]{1,12}(\\{[a-z_,]{1,8}\\})?", 1..6)) {
        let asked: whatsapp_graph::values::Fields<PhoneNumberField> = fields.iter().map(|field| PhoneNumberField::from(field.as_str())).collect();
        let text = serde_json::to_value(&asked).unwrap();
        prop_assert_eq!(&text, &json!(fields.join(",")));
        let again: whatsapp_graph::values::Fields<PhoneNumberField> = serde_json::from_value(text).unwrap();
        prop_assert_eq!(again, asked);
    }
}

#[test]
fn null_where_a_list_belongs_is_an_empty_list() {
    let page: Page<Waba> = serde_json::from_str(r#"{"data": null}"#).unwrap();
    assert!(page.data.is_empty());
    let waba: Waba = serde_json::from_str(r#"{"id": "1", "health_status": {"entities": null}}"#).unwrap();
    assert!(waba.health_status.unwrap().entities.is_none());
}
