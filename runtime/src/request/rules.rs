//! What holds between the parts of a request: where a rule is broken, and how.

use serde_json::Value;

use crate::description::info::{RuleInfo, RuleKind};
use crate::values::view::{View, elements};

/// A path from the parameters: the tags that must be among them (`type=list`), the parameter, and what is within it.
pub(crate) fn split<'p>(path: &'p [&'p str]) -> Option<(&'p [&'p str], &'p str, &'p [&'p str])> {
    let at = path.iter().position(|step| !step.contains('='))?;
    Some((path.get(..at)?, path.get(at)?, path.get(at + 1..)?))
}

/// Where a rule about the parts of a parameter is broken: the names, and how.
pub(crate) fn broken_within(param: &str, value: &View<'_>, rule: &RuleInfo) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some((_, first, path)) = split(rule.at).filter(|(_, first, _)| *first == param) else { return found };
    walk(value, path, &mut first.to_owned(), &mut |place, object| {
        let given = |name: &str| {
            let mut given = false;
            with_member(object, name, &mut |value| given = !value.is_absent() && !is_null(value) && text_of(value) != Some(""));
            given
        };
        let is = |name: &str, value: &str| {
            let mut is = false;
            with_member(object, name, &mut |member| is = text_of(member) == Some(value));
            is
        };
        if let (true, Some((items, reason))) = (is_object(object), breach(rule.kind, &given, &given, &is)) {
            let items: Vec<_> = items.iter().map(|item| format!("{place}.{item}")).collect();
            found.push((items.join(", "), reason));
        }
    });
    found
}

/// The values at a path, each with its place; lists on the way are walked, and `type=list` is a condition.
pub(crate) fn walk(value: &View<'_>, path: &[&str], place: &mut String, visit: &mut dyn FnMut(&str, &View<'_>)) {
    let length = place.len();
    let mut each = |index: usize, item: &View<'_>| {
        place.push_str(&format!("[{index}]"));
        walk(item, path, place, visit);
        place.truncate(length);
    };
    match (value, path) {
        (View::Array(array), _) => elements(*array).enumerate().for_each(|(index, item)| each(index, &item.view())),
        (View::Json(Value::Array(items)), _) => items.iter().enumerate().for_each(|(index, item)| each(index, &View::Json(item))),
        (_, []) => visit(place, value),
        (object, [first, rest @ ..]) => match first.split_once('=') {
            Some((tag, wanted)) => {
                let mut fits = false;
                with_member(object, tag, &mut |tag| fits = text_of(tag).is_some_and(|tag| tag.eq_ignore_ascii_case(wanted)));
                if fits {
                    walk(object, rest, place, visit);
                }
            }
            None => with_member(object, first, &mut |member| {
                if !member.is_absent() {
                    place.push('.');
                    place.push_str(first);
                    walk(member, rest, place, visit);
                    place.truncate(length);
                }
            }),
        },
    }
}

/// Gives the member of this name, if the value is an object that has it.
fn with_member(object: &View<'_>, name: &str, take: &mut dyn FnMut(&View<'_>)) {
    if let View::Json(value) = object {
        if let Some(member) = value.as_object().and_then(|members| members.get(name)) {
            take(&View::Json(member));
        }
        return;
    }
    object.each(&mut |known, content| {
        if known.as_str() == name {
            take(&content.view());
        }
    });
}

fn is_object(value: &View<'_>) -> bool {
    matches!(value, View::Json(Value::Object(_)) | View::Record(_) | View::Union(_) | View::Map(_) | View::Extra(_))
}

fn is_null(value: &View<'_>) -> bool {
    matches!(value, View::Json(Value::Null))
}

/// The text that a value is, if it is one.
pub(crate) fn text_of<'v>(value: &'v View<'_>) -> Option<&'v str> {
    match value {
        View::Str(text) => Some(text),
        View::Text(text) => Some(text),
        View::Json(value) => value.as_str(),
        _ => None,
    }
}

impl RuleKind {
    /// As the spec writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OneOf(_) => "one_of",
            Self::AnyOf(_) => "any_of",
            Self::Requires(..) | Self::RequiresFor(..) => "requires",
            Self::Excludes(_) => "excludes",
            Self::FirstWins(_) => "first_wins",
        }
    }
}

/// Which names break a rule, and how. `present` is given in any way, `counted` is given and counts against the caller, `is` has a value.
pub(crate) fn breach(
    rule: RuleKind,
    present: &dyn Fn(&str) -> bool,
    counted: &dyn Fn(&str) -> bool,
    is: &dyn Fn(&str, &str) -> bool,
) -> Option<(Vec<&'static str>, String)> {
    let given = |names: &'static [&'static str]| names.iter().copied().filter(|name| counted(name)).collect::<Vec<_>>();
    let none = |names: &'static [&'static str]| !names.iter().any(|name| present(name));
    let missing = |names: &'static [&'static str]| names.iter().copied().filter(|name| !present(name)).collect::<Vec<_>>();
    match rule {
        RuleKind::OneOf(names) if none(names) => {
            Some((names.to_vec(), "were all left out or empty, and exactly one of them is needed".to_owned()))
        }
        RuleKind::OneOf(names) if given(names).len() > 1 => {
            Some((given(names), "were given together, and exactly one of them is needed".to_owned()))
        }
        RuleKind::AnyOf(names) if none(names) => Some((names.to_vec(), "were all left out or empty, and one of them is needed".to_owned())),
        RuleKind::Requires(name, needs) if counted(name) => {
            let missing = missing(needs);
            (!missing.is_empty()).then(|| (missing, format!("must be given along with `{name}`")))
        }
        RuleKind::RequiresFor(name, value, needs) if is(name, value) => {
            let missing = missing(needs);
            (!missing.is_empty()).then(|| (missing, format!("must be given where `{name}` is `{value}`")))
        }
        RuleKind::FirstWins(names) if given(names).len() > 1 => {
            Some((given(names), "were given together, and only the first of them counts".to_owned()))
        }
        RuleKind::Excludes(names) if given(names).len() > 1 => Some((given(names), "exclude each other".to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::description::availability::Availability;

    #[test]
    fn a_path_leads_through_lists_and_names_each_place() {
        let value = json!([{"buttons": [{"type": "A"}, {"text": "x"}]}, {"buttons": {"type": "B"}}, "odd"]);
        let mut found = Vec::new();
        walk(&View::Json(&value), &["buttons", "type"], &mut "components".to_owned(), &mut |place, value| {
            found.push((place.to_owned(), json!(value)));
        });
        assert_eq!(
            found,
            [("components[0].buttons[0].type".to_owned(), json!("A")), ("components[1].buttons.type".to_owned(), json!("B")),]
        );
    }

    /// The reason for which a rule about the parts of `x` is broken.
    fn broken(kind: RuleKind, x: &Value) -> Vec<(String, String)> {
        broken_within("x", &View::Json(x), &RuleInfo { at: &["x"], kind, availability: Availability::ALWAYS, doc: "", page: "" })
    }

    #[test]
    fn only_what_says_something_is_given() {
        let any = RuleKind::AnyOf(&["a"]);
        for (value, given) in
            [(json!({}), false), (json!({"a": null}), false), (json!({"a": ""}), false), (json!({"a": "b"}), true), (json!({"a": 0}), true)]
        {
            assert_eq!(broken(any, &value).is_empty(), given, "{value}");
        }
    }

    #[test]
    fn only_an_object_breaks_a_rule_about_its_members() {
        let any = RuleKind::AnyOf(&["a"]);
        for value in [json!("text"), json!(5), json!(null), json!([]), json!(["text"])] {
            assert!(broken(any, &value).is_empty(), "{value}");
        }
        assert_eq!(broken(any, &json!(["text", {}]))[0].0, "x[1].a");
    }

    #[test]
    fn of_several_that_are_given_the_first_counts_where_the_rule_says_so() {
        let first = RuleKind::FirstWins(&["a", "b", "c"]);
        assert!(broken(first, &json!({})).is_empty() && broken(first, &json!({"b": 1})).is_empty());
        let several = broken(first, &json!({"b": 1, "c": 2}));
        assert_eq!(several, [("x.b, x.c".to_owned(), "were given together, and only the first of them counts".to_owned())]);
        assert_eq!(broken(first, &json!({"a": 0, "b": 1, "c": 2})).len(), 1);
    }

    #[test]
    fn every_kind_of_text_is_read() {
        let json = json!("a");
        assert_eq!([View::Str("a"), View::Text("a".to_owned()), View::Json(&json)].each_ref().map(text_of), [Some("a"); 3]);
        assert_eq!(text_of(&View::U64(5)), None);
    }

    #[test]
    fn a_tag_on_the_way_is_a_condition() {
        let value = json!([{"type": "button", "action": {"a": 1}}, {"type": "LIST", "action": {"a": 2}}, {"action": {"a": 3}}]);
        let mut found = Vec::new();
        walk(&View::Json(&value), &["type=list", "action"], &mut "x".to_owned(), &mut |place, value| {
            found.push((place.to_owned(), json!(value)["a"].clone()));
        });
        assert_eq!(found, [("x[1].action".to_owned(), json!(2))]);
    }

    #[test]
    fn a_rule_is_broken_by_the_names_that_it_says() {
        const NAMES: &[&str] = &["a", "b", "c"];
        let broken = |rule: RuleKind, given: &[&str]| {
            let is_given = |name: &str| given.contains(&name);
            let is = |name: &str, value: &str| given.contains(&format!("{name}={value}").as_str());
            breach(rule, &is_given, &is_given, &is).map(|(names, _)| names.join(" "))
        };
        for (rule, given, names) in [
            (RuleKind::OneOf(NAMES), vec![], Some("a b c")),
            (RuleKind::OneOf(NAMES), vec!["b"], None),
            (RuleKind::OneOf(NAMES), vec!["b", "c"], Some("b c")),
            (RuleKind::AnyOf(NAMES), vec![], Some("a b c")),
            (RuleKind::AnyOf(NAMES), vec!["a", "c"], None),
            (RuleKind::Requires("a", &["b", "c"]), vec!["b"], None),
            (RuleKind::Requires("a", &["b", "c"]), vec!["a", "c"], Some("b")),
            (RuleKind::Requires("a", &["b", "c"]), vec!["a", "b", "c"], None),
            (RuleKind::RequiresFor("a", "1", &["b"]), vec!["a"], None),
            (RuleKind::RequiresFor("a", "1", &["b"]), vec!["a=1"], Some("b")),
            (RuleKind::RequiresFor("a", "1", &["b"]), vec!["a=1", "b"], None),
            (RuleKind::FirstWins(NAMES), vec!["c"], None),
            (RuleKind::FirstWins(NAMES), vec!["a", "c"], Some("a c")),
            (RuleKind::FirstWins(NAMES), vec![], None),
            (RuleKind::Excludes(NAMES), vec!["b"], None),
            (RuleKind::Excludes(NAMES), vec!["a", "b"], Some("a b")),
        ] {
            assert_eq!(broken(rule, &given).as_deref(), names, "{} {given:?}", rule.name());
        }
    }
}
