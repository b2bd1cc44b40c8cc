//! What holds for every string and every JSON object.

use graph_runtime::{Cursor, Decoded, Fields, OpenEnum, RedactedUrl, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::miniature::{PhoneNumber, PhoneNumberField, QualityRating, RegisterPhoneNumberBody};

/// Any JSON value. Whole floats are left out, since `5.0` in a float field may become `5`.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("whole", |number| number.is_finite() && number.fract() != 0.0).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![vec(inner.clone(), 0..6).prop_map(Value::from), object(inner).prop_map(Value::Object),]
    })
}

/// An object whose names are often those of declared fields.
fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name =
        prop_oneof![any::<String>(), "id|name|quality_rating|throughput|created|score|count|verified|tags|limits|pin|twin|level|extra",];
    btree_map(name, value, 0..8).prop_map(|members| members.into_iter().collect())
}

/// The value without its nulls.
fn dropped(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().filter(|value| !value.is_null()).map(dropped).collect(),
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, dropped(value))).collect(),
        other => other,
    }
}

proptest! {
    #[test]
    fn any_string_is_a_valid_enum_value_and_comes_back_unchanged(text: String) {
        let value = QualityRating::of(&text);
        prop_assert_eq!(value.as_str(), &text);
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(&json, &serde_json::to_string(&text).unwrap());
        prop_assert_eq!(serde_json::from_str::<QualityRating>(&json).unwrap(), value);
    }

    #[test]
    fn any_object_round_trips_through_a_record_after_dropping_nulls(
        mut map in object(json()), id in "[0-9]{1,20}"
    ) {
        map.insert("id".to_owned(), id.into());
        let json = Value::Object(map);
        let text = json.to_string();
        let number: PhoneNumber = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(dropped(serde_json::to_value(&number).unwrap()), dropped(json.clone()));
        let again = serde_json::to_string(&number).unwrap();
        prop_assert_eq!(serde_json::from_str::<PhoneNumber>(&again).unwrap(), number);
        prop_assert_eq!(dropped(serde_json::from_str(&again).unwrap()), dropped(json));
    }

    #[test]
    fn any_json_either_fits_or_is_kept_whole(json in json()) {
        let fit: Decoded<PhoneNumber> = serde_json::from_str(&json.to_string()).unwrap();
        let kept = match fit {
            Decoded::Value(number) => serde_json::to_value(&number).unwrap(),
            Decoded::Null => Value::Null,
            Decoded::TypeMismatch(mismatch) => mismatch.value,
        };
        prop_assert_eq!(dropped(kept), dropped(json));
    }

    #[test]
    fn a_record_that_never_lacks_a_field_takes_any_object(map in object(json())) {
        let json = Value::Object(map);
        prop_assert!(serde_json::from_value::<RegisterPhoneNumberBody>(json).is_ok());
    }

    #[test]
    fn any_field_list_comes_back_unchanged(text: String) {
        let json = serde_json::to_string(&text).unwrap();
        let fields: Fields<PhoneNumberField> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&fields).unwrap(), json);
    }

    #[test]
    fn any_text_is_a_cursor_and_never_shown(text in "[a-zA-Z]{20,40}") {
        let shown = format!("{:?}", Cursor::from(text.as_str()));
        prop_assert!(!shown.contains(&text));
    }

    #[test]
    fn no_shown_url_has_the_token(head: String, tail: String) {
        let url = format!("{head}?access_token=EAAGsecret&{tail}");
        let shown = RedactedUrl::from(url.as_str()).to_string();
        prop_assert!(!shown.contains("EAAGsecret"));
    }

    #[test]
    fn no_text_breaks_a_timestamp(text in "[-0-9TZ:+. ]{0,30}") {
        let json = serde_json::to_string(&text).unwrap();
        if let Ok(time) = serde_json::from_str::<Timestamp>(&json) {
            let _ = time.to_system_time();
            prop_assert_eq!(serde_json::to_string(&time).unwrap(), json);
        }
    }
}
