//! Fields with several names on the wire: each is read into the one field, and is written again under that name.

use graph_runtime::{Extra, Value, serde_json};
use serde_json::json;

#[derive(Clone, Default, PartialEq)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) limit: Option<i64>,
    pub(crate) name: Option<String>,
    extra: Extra,
}

graph_runtime::record!(Account {
    0 Always("account_id") => id,
    1 Field("limit") => limit,
    2 Field("name") => name,
    3 Alias("paid_account_id", 0) => id,
    4 Alias("tier", 1) => limit,
    5 Alias("cap", 1) => limit,
});

fn read(value: &Value) -> Account {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn every_spelling_is_read_and_written_again() {
    for (id, limit) in [("account_id", "limit"), ("paid_account_id", "limit"), ("account_id", "tier"), ("paid_account_id", "cap")] {
        let value = json!({id: "1", limit: 5, "name": "A", "other": true});
        let account = read(&value);
        assert_eq!((account.id.as_str(), account.limit, account.extra().len()), ("1", Some(5), 1), "{value}");
        assert_eq!(serde_json::to_value(&account).unwrap(), value);
        assert_eq!(serde_json::to_value(account.clone()).unwrap(), value, "a copy too");
    }
}

#[test]
fn the_spelling_makes_no_other_difference() {
    let (one, other) = (read(&json!({"account_id": "1", "limit": 5})), read(&json!({"paid_account_id": "1", "cap": 5})));
    assert!(one == other);
    assert!(one != read(&json!({"paid_account_id": "2", "cap": 5})));
    assert!(format!("{other:?}").contains("paid_account_id: \"1\""), "{other:?}");
}

#[test]
fn a_field_that_is_set_anew_keeps_its_spelling() {
    let mut account = read(&json!({"paid_account_id": "1"}));
    account.id = "2".to_owned();
    account.limit = Some(7);
    assert_eq!(serde_json::to_value(&account).unwrap(), json!({"paid_account_id": "2", "limit": 7}));
}

#[test]
fn of_two_names_the_own_one_counts_and_nothing_is_lost() {
    for value in [json!({"account_id": "1", "paid_account_id": "2"}), json!({"paid_account_id": "2", "account_id": "1"})] {
        let account = read(&value);
        assert_eq!(account.id, "1", "{value}");
        assert_eq!(account.extra().get("paid_account_id"), Some(&json!("2")));
        assert_eq!(serde_json::to_value(&account).unwrap(), value);
    }
}

#[test]
fn what_does_not_fit_is_kept_under_the_name_it_came_with() {
    let value = json!({"account_id": "1", "cap": "much"});
    let account = read(&value);
    assert_eq!((account.limit, account.extra().get("cap")), (None, Some(&json!("much"))));
    assert_eq!(serde_json::to_value(&account).unwrap(), value);
    let null = read(&json!({"account_id": "1", "cap": null}));
    assert_eq!(serde_json::to_value(&null).unwrap(), json!({"account_id": "1"}));
}

#[test]
fn what_must_be_there_may_come_under_either_name() {
    let error = serde_json::from_value::<Account>(json!({"limit": 5})).unwrap_err();
    assert!(error.to_string().contains("account_id"), "{error}");
}
