//! What holds for every emitted type, whatever it is.

use std::{any::type_name, fmt::Debug};

use graph_runtime::{OpenEnum, Record, codec::to_json};
use serde_core::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

/// Values that no spec lists.
const STRANGE: &[&str] = &["", " ", "A_VALUE_OF_TOMORROW", "größer", "\"quoted\"", "null", "\u{1F600}", "lower_case"];

/// Listed values and any other come back unchanged.
pub fn is_open<E: OpenEnum + Serialize + DeserializeOwned + PartialEq + Debug>() {
    for value in E::KNOWN.iter().map(E::as_str).chain(STRANGE.iter().copied()) {
        let decoded: E =
            serde_json::from_value(json!(value)).unwrap_or_else(|error| panic!("{}: {value:?} does not decode: {error}", type_name::<E>()));
        assert_eq!(decoded.as_str(), value, "{}", type_name::<E>());
        assert_eq!(serde_json::to_value(&decoded).unwrap(), json!(value), "{}", type_name::<E>());
        assert_eq!(E::of(value), decoded, "{}: made and decoded values differ", type_name::<E>());
    }
}

/// Whatever else an object holds survives, and so does a value of another kind than the spec says. `least` is an object with what is always there.
pub fn is_lossless<R: Record + Default + Serialize + DeserializeOwned>(least: &str, fields: &[&str]) {
    let always: Map<String, Value> = serde_json::from_str(least).unwrap();
    for name in R::default().shape().required() {
        assert!(always.contains_key(name), "{}.{name} is always there", type_name::<R>());
        let mut lacking = always.clone();
        lacking.remove(name);
        assert!(serde_json::from_value::<R>(Value::Object(lacking)).is_err(), "{} decodes without {name}", type_name::<R>());
    }
    let mut unknown = always.clone();
    unknown.insert("a_field_of_tomorrow".into(), json!({"nested": [1, "two", null, {"three": 3.5}]}));
    comes_back::<R>(unknown);
    for name in fields.iter().copied().filter(|name| !always.contains_key(*name)) {
        for odd in [json!({"odd": true}), json!([[["odd"]]]), json!(7.25), json!("odd"), json!(true)] {
            let mut object = always.clone();
            object.insert(name.to_owned(), odd);
            comes_back::<R>(object);
        }
        let mut object = always.clone();
        object.insert(name.to_owned(), Value::Null);
        let decoded: R =
            serde_json::from_value(Value::Object(object)).unwrap_or_else(|error| panic!("{}.{name}: null: {error}", type_name::<R>()));
        assert!(serde_json::to_value(&decoded).unwrap().get(name).is_none(), "{}.{name}: null is absent", type_name::<R>());
    }
}

fn comes_back<R: Record + Serialize + DeserializeOwned>(mut object: Map<String, Value>) {
    let decoded: R =
        serde_json::from_value(Value::Object(object.clone())).unwrap_or_else(|error| panic!("{}: {error} in {object:?}", type_name::<R>()));
    let written = serde_json::to_string(&decoded).unwrap();
    assert_eq!(String::from_utf8(to_json(&decoded)).unwrap(), written, "{}: as it is sent, and by serde", type_name::<R>());
    let again = serde_json::to_value(&decoded).unwrap();
    // Constants are sent whether they came or not.
    for (name, value) in again.as_object().unwrap() {
        if !object.contains_key(name) {
            assert!(value.is_string(), "{}: {name} was made up", type_name::<R>());
            object.insert(name.clone(), value.clone());
        }
    }
    assert_eq!(crate::without_nulls(again), crate::without_nulls(Value::Object(object)), "{}", type_name::<R>());
}
