//! Records decode whatever comes, and encode it again.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use graph_runtime::{Extra, OpenEnum, Page};
use serde_json::{Value, json};

use crate::miniature::{PhoneNumber, PhoneNumberId, QualityRating, RegisterPhoneNumberBody, Throughput};

fn decode(json: &Value) -> PhoneNumber {
    serde_json::from_str(&json.to_string()).unwrap()
}

fn refused(json: &Value) -> String {
    serde_json::from_str::<PhoneNumber>(&json.to_string()).unwrap_err().to_string()
}

fn encode(number: &PhoneNumber) -> String {
    serde_json::to_string(number).unwrap()
}

#[test]
fn declared_fields_are_typed() {
    let number = decode(&json!({
        "id": "106", "name": "Lucky", "quality_rating": "GREEN", "throughput": {"level": "HIGH"},
        "created": "2024-01-15T10:30:00+0000", "score": 5, "count": 3, "verified": true, "tags": ["a"],
        "limits": {"a": 1.5}, "pin": "212834", "twin": {"id": 107}
    }));
    assert_eq!(number.id, PhoneNumberId::from("106"));
    assert_eq!(number.quality_rating, Some(QualityRating::Green));
    assert_eq!(number.throughput.as_ref().unwrap().level, "HIGH");
    assert_eq!(number.created.as_ref().unwrap().unix(), Some(1_705_314_600));
    assert_eq!((number.score, number.count), (Some(5.0), Some(3)));
    assert_eq!(number.pin.as_ref().unwrap().expose(), "212834");
    assert_eq!(number.twin.as_ref().unwrap().id.as_str(), "107");
    assert!(number.extra().is_empty());
}

#[test]
fn unknown_fields_survive_a_round_trip() {
    let text = r#"{"id":"106","name":"Lucky","new_field":{"a":[1,null,"x"]},"other":1.0}"#;
    let number: PhoneNumber = serde_json::from_str(text).unwrap();
    assert_eq!(number.extra().len(), 2);
    assert_eq!(number.extra().get("other"), Some(&json!(1.0)));
    assert_eq!(encode(&number), text);
}

#[test]
fn a_value_that_does_not_fit_is_kept() {
    let json = json!({
        "id": "106", "name": {"first": "Lucky"}, "throughput": [], "created": "soon", "score": "5", "count": 1.5,
        "verified": "yes", "tags": ["a", 1], "limits": {"a": 1, "b": "x"}, "pin": 212_834, "quality_rating": 3
    });
    let number = decode(&json);
    assert!(number.name.is_none() && number.tags.is_none() && number.limits.is_none());
    assert_eq!(number.extra().len(), 10);
    assert_eq!(number.extra().get("tags"), Some(&json!(["a", 1])));
    assert_eq!(serde_json::to_value(&number).unwrap(), json);
}

#[test]
fn null_is_absent() {
    let number = decode(&json!({"id": "106", "name": null, "tags": null, "throughput": null}));
    assert!(number.name.is_none() && number.extra().is_empty());
    assert_eq!(encode(&number), r#"{"id":"106"}"#);
}

#[test]
fn a_missing_fixed_field_is_an_error_at_the_top() {
    assert!(refused(&json!({"name": "Lucky"})).starts_with("PhoneNumber: id is missing"));
    assert!(refused(&json!({"id": null})).starts_with("PhoneNumber: id is missing"));
    assert!(refused(&json!({"id": {}})).starts_with("PhoneNumber: id: expected an identifier, found an object"));
    assert!(refused(&json!([])).starts_with("PhoneNumber: expected an object, found an empty array"));
    assert!(refused(&json!(null)).starts_with("PhoneNumber: expected an object, found null"));
}

#[test]
fn a_missing_fixed_field_further_down_keeps_the_object() {
    let json = json!({"id": "106", "throughput": {"lvl": 1}, "twin": {"name": "Twin", "tags": ["a"], "id": -4}});
    let number = decode(&json);
    assert!(number.throughput.is_none() && number.twin.is_none());
    assert_eq!(serde_json::to_value(&number).unwrap(), json);
}

#[test]
fn of_a_member_that_comes_twice_the_last_counts() {
    let read = |text: &str| serde_json::from_str::<PhoneNumber>(text).unwrap();
    let number = read(r#"{"id":"1","name":1,"name":"a","id":"2"}"#);
    assert_eq!((number.id.as_str(), number.name.as_deref()), ("2", Some("a")));
    assert!(number.extra().is_empty());
    let number = read(r#"{"id":"1","name":"a","name":1}"#);
    assert_eq!(encode(&number), r#"{"id":"1","name":1}"#);
    let number = read(r#"{"id":{},"id":"2","name":"a","name":null}"#);
    assert_eq!(encode(&number), r#"{"id":"2"}"#);
    assert!(serde_json::from_str::<PhoneNumber>(r#"{"id":"1","id":null}"#).is_err());
}

/// Nothing of the first one stays in the second.
#[test]
fn of_a_record_that_comes_twice_the_last_counts() {
    #[derive(Clone, Default, PartialEq)]
    struct Sender {
        id: String,
        name: Option<String>,
        extra: Extra,
    }
    graph_runtime::record!(Sender { 0 Always("id") => id, 1 Field("name") => name });

    #[derive(Clone, Default, PartialEq)]
    struct Note {
        from: Sender,
        extra: Extra,
    }
    graph_runtime::record!(Note { 0 Always("from") => from });

    for first in [r#"{"id":"1","name":"a","more":1}"#, r#"{"name":"a","more":1}"#, r#"{"id":1,"name":"a"}"#] {
        let text = format!(r#"{{"from":{first},"from":{{"id":"2"}}}}"#);
        let note: Note = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&note).unwrap(), r#"{"from":{"id":"2"}}"#, "{text}");
    }
}

#[test]
fn a_param_replaces_a_declared_field() {
    let number = decode(&json!({"id": "106", "name": "Lucky"})).with_param("name", json!({"a": 1}));
    assert_eq!(encode(&number), r#"{"id":"106","name":{"a":1}}"#);
}

#[test]
fn a_fixed_value_is_written_and_another_one_is_kept() {
    let empty = RegisterPhoneNumberBody::default();
    assert_eq!(serde_json::to_string(&empty).unwrap(), r#"{"messaging_product":"whatsapp"}"#);
    let body: RegisterPhoneNumberBody = serde_json::from_str(r#"{"messaging_product":"whatsapp"}"#).unwrap();
    assert!(body.extra().is_empty());
    let body: RegisterPhoneNumberBody = serde_json::from_str(r#"{"messaging_product":"messenger"}"#).unwrap();
    assert_eq!(serde_json::to_string(&body).unwrap(), r#"{"messaging_product":"messenger"}"#);
}

#[test]
fn a_record_decodes_from_a_value_too() {
    let json = json!({"level": "HIGH", "more": 1});
    let throughput: Throughput = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&throughput).unwrap(), json);
}

#[test]
fn an_identifier_encodes_in_the_form_in_which_it_came() {
    for text in [r#"{"id":"106"}"#, r#"{"id":106}"#] {
        let number: PhoneNumber = serde_json::from_str(text).unwrap();
        assert_eq!(encode(&number), text);
        assert_eq!(number.id, PhoneNumberId::from(106));
    }
    assert!(!PhoneNumberId::from("").is_valid() && !PhoneNumberId::from("1 ").is_valid());
    assert!(PhoneNumberId::from("0000000000000000000000000000").is_valid());
    assert_eq!(format!("{:?}", PhoneNumberId::from(1)), r#"PhoneNumberId("1")"#);
}

#[test]
fn an_identifier_is_its_digits_in_whatever_form_they_came() {
    let [text, number]: [PhoneNumberId; 2] = serde_json::from_str(r#"["106", 106]"#).unwrap();
    assert_eq!(text, number);
    assert_eq!(HashSet::from([text.clone(), number.clone(), PhoneNumberId::from(107)]).len(), 2);
    assert!(text != PhoneNumberId::from(107) && text < PhoneNumberId::from(107));
    let state = RandomState::new();
    assert_eq!(state.hash_one(&text), state.hash_one(&number));
    assert_ne!(state.hash_one(&text), state.hash_one(PhoneNumberId::from(107)));
}

#[test]
fn a_listed_value_is_never_unlisted() {
    assert_eq!(QualityRating::KNOWN, [QualityRating::Green, QualityRating::Unknown]);
    for value in QualityRating::KNOWN {
        assert!(!matches!(QualityRating::of(value.as_str()), QualityRating::Unlisted(_)));
        assert_eq!(QualityRating::of(value.as_str()), *value);
    }
    assert_eq!(format!("{:?}", QualityRating::Unknown), r#"QualityRating("UNKNOWN")"#);
    assert_eq!(format!("{:?}", QualityRating::from("X")), r#"QualityRating::Unlisted("X")"#);
    assert_eq!(format!("{:>6}", QualityRating::Green), " GREEN");
}

#[test]
fn secret_fields_and_unknown_fields_are_masked_in_debug() {
    let number = decode(&json!({"id": "106", "pin": "212834", "token": "EAAG"}));
    let shown = format!("{number:?}");
    assert!(shown.contains("masked") && shown.contains("token"), "{shown}");
    assert!(!shown.contains("212834") && !shown.contains("EAAG"), "{shown}");
    let page: Page<PhoneNumber> = serde_json::from_value(json!({"data": [{"id": 1, "pin": "212834"}], "new": "EAAG"})).unwrap();
    let shown = format!("{page:?}");
    assert!(!shown.contains("212834") && !shown.contains("EAAG"), "{shown}");
}

#[test]
fn people_are_shown_what_is_there_and_no_secret() {
    let number = decode(&json!({"id": "106", "quality_rating": "GREEN", "pin": "212834", "name": 5, "token": "EAAJB"}));
    let shown = format!("{number:?}");
    let head = r#"PhoneNumber { id: PhoneNumberId("106"), quality_rating: QualityRating("GREEN"), pin: "#;
    assert!(shown.starts_with(head) && shown.ends_with(", name: …, token: … }"), "{shown}");
    assert!(!shown.contains("212834") && !shown.contains("EAAJB"), "{shown}");
}

#[test]
fn texts_stand_for_identifiers_and_values() {
    let id = PhoneNumberId::from(106);
    assert!(id == "106" && id == *"106" && id != "107");
    assert_eq!(String::from(id), "106");
    let green = "GREEN".to_owned();
    assert_eq!((QualityRating::from(&green), QualityRating::from(green)), (QualityRating::Green, QualityRating::Green));
}
