//! Differences as sentences.

use super::compare::{Difference, Kind};
use crate::ast::Version;

/// "v21.0, v22.0 and v23.0"; a run of three or more is "v21.0 to v23.0".
pub(crate) fn shown(versions: &[Version]) -> String {
    let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// "Meta's SDK specification has the parameter `x` of `Node/edge POST` at v22.0, and the spec does not."
pub(crate) fn sentence(difference: &Difference, title: &str, versions: &[Version]) -> String {
    let what = what(&difference.key);
    let Difference { theirs, ours, .. } = difference;
    let at = if versions.is_empty() { String::new() } else { format!(" at {}", shown(versions)) };
    match difference.kind {
        Kind::Lacked => format!("{title} has {what}{at}, and the spec does not"),
        Kind::Alone => format!("{title} does not have {what}{at}, and the spec does"),
        Kind::Required if theirs == "required" => format!("{title} requires {what}{at}, and the spec does not"),
        Kind::Required => format!("{title} does not require {what}{at}, and the spec does"),
        Kind::Type => format!("{title} says that {what} is `{theirs}`{at}, and the spec says `{ours}`"),
        Kind::Returns => format!("{title} says that {what} returns `{theirs}`{at}, and the spec says `{ours}`"),
        Kind::Body => format!("{title} says that the parameters of {what} are sent as `{theirs}`{at}, and the spec says `{ours}`"),
    }
}

/// What a key is about.
fn what(key: &str) -> String {
    let (item, value) = key.split_once(" = ").map_or((key, None), |(item, value)| (item, Some(value)));
    let words: Vec<&str> = item.split(' ').collect();
    let named = match words.as_slice() {
        [node, "field", name] => format!("the field `{name}` of `{node}`"),
        [path, method, "param", name] => format!("the parameter `{name}` of `{path} {method}`"),
        [path, method, "field", name] => format!("the field `{name}` of what `{path} {method}` returns"),
        [path, method, ..] => format!("`{path} {method}`"),
        _ => format!("`{item}`"),
    };
    let operation = matches!(words.as_slice(), [_, method] if *method != "field");
    match value {
        Some(value) => format!("the value `{value}` of {named}"),
        None if operation => format!("the operation {named}"),
        None => named,
    }
}
