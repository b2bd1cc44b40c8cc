use serde_json::json;

use crate::description::info::CharRun;
use crate::notification::facts::{EventInfo, IdentityInfo};
use crate::notification::key::{Around, key};
use crate::notification::look_up::text_at;
use crate::notification::person::kind_of;
use crate::notification::undeclared::undeclared;
use crate::values::extra::Extra;
use crate::values::int_string::IntString;
use crate::values::wire::Wire;

crate::id!(
    /// Identifies a number.
    NumberId
);

fn text(value: &dyn Wire) -> Option<String> {
    text_at(value, &[]).map(Into::into)
}

#[test]
fn a_number_is_its_digits_whatever_form_it_came_in() {
    let of_text: IntString = serde_json::from_str("\"7\"").unwrap();
    let of_number: IntString = serde_json::from_str("7").unwrap();
    let id: NumberId = serde_json::from_str("7").unwrap();
    for value in [&of_text as &dyn Wire, &of_number, &id, &7_i64, &"7".to_owned()] {
        assert_eq!(text(value).as_deref(), Some("7"));
    }
    assert_eq!(text(&true), None);
    assert_eq!(text(&vec![7_i64]), None);
}

#[test]
fn an_identifier_is_of_the_stated_kind_unless_it_only_looks_like_another() {
    const DIGITS: &[CharRun] = &[(&[('0', '9')], 1, 9)];
    const LETTERS: &[CharRun] = &[(&[('a', 'z')], 1, 9)];
    let kinds = [
        IdentityInfo { kind: "first", pattern: Some(DIGITS) },
        IdentityInfo { kind: "second", pattern: Some(DIGITS) },
        IdentityInfo { kind: "letters", pattern: Some(LETTERS) },
        IdentityInfo { kind: "free", pattern: None },
    ];
    assert_eq!(kind_of(&kinds, "second", "7"), "second", "it looks like the first kind too");
    assert_eq!(kind_of(&kinds, "free", "7"), "free", "a kind without a pattern has any look");
    assert_eq!(kind_of(&kinds, "first", "a"), "letters");
    assert_eq!(kind_of(&kinds, "first", "A"), "first", "it looks like none");
}

#[test]
fn without_members_of_its_own_a_key_is_of_all_that_is_there() {
    static INFO: EventInfo = EventInfo { name: "Free", without: &["seen"], ..EventInfo::EMPTY };
    let around = Around { account: Some("1"), field: Some("f"), time: None };
    let of = |value: serde_json::Value| key(&INFO, &value, None, &around);
    assert_eq!(of(json!({"a": [1, null, 2], "b": null})), of(json!({"a": [1, 2]})), "what is null says nothing");
    assert_eq!(of(json!({"a": 1, "b": {"c": 2, "d": 3}})), of(json!({"b": {"d": 3, "c": 2}, "a": 1})), "the order of members says nothing");
    assert_eq!(of(json!({"a": 1, "seen": 7})), of(json!({"a": 1, "seen": 8})));
    assert_ne!(of(json!({"a": [1]})), of(json!({"a": [2]})));
    assert_ne!(of(json!({"a": [1, 2]})), of(json!({"a": [2, 1]})), "the order of elements does");
    assert_ne!(of(json!({"a": {"seen": 7}})), of(json!({"a": {"seen": 8}})), "only its own members are left out");
    let elsewhere = key(&INFO, &json!({"a": 1}), None, &Around { field: Some("g"), ..around });
    assert_ne!(of(json!({"a": 1})), elsewhere);
}

#[test]
fn what_is_beside_everything_declared_has_a_path() {
    let mut extra = Extra::default();
    extra.insert("new", 1);
    assert_eq!(undeclared(&vec![Extra::default(), extra]), ["[1].new"]);
}
