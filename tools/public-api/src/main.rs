//! Prints the public API of a crate, a line an item: `public-api-list JSON [JSON_OF_DEPENDENCY...]`.
//!
//! Traits that a type implements are one line each: their functions are the trait's. Rustdoc names what another crate exports by the path
//! where it is defined, which may be private and change; a dependency's own JSON says what its root calls it.

use std::{error::Error, fs};

use public_api::Builder;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = std::env::args().skip(1);
    let json = files.next().ok_or("which file of rustdoc's JSON?")?;
    let mut names = Vec::new();
    for dependency in files {
        names.extend(exported(&serde_json::from_str(&fs::read_to_string(dependency)?)?));
    }
    // A path that another begins with comes later.
    names.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then(one.cmp(other)));
    let api = Builder::from_rustdoc_json(json).omit_blanket_impls(true).omit_auto_trait_impls(true).build()?;
    let mut of_trait = false;
    for item in api.items() {
        let mut line = item.to_string();
        let is_impl = line.starts_with("impl");
        if is_impl {
            of_trait = line.contains(" for ");
        } else if !(of_trait && is_part(&line)) {
            of_trait = false;
        }
        if of_trait && !is_impl || line.contains("StructuralPartialEq") {
            continue;
        }
        for (defined, shown) in &names {
            line = renamed(&line, defined, shown);
        }
        println!("{line}");
    }
    Ok(())
}

/// What an implementation of a trait consists of.
fn is_part(line: &str) -> bool {
    let bare = line.rsplit_once("] ").map_or(line, |(_, bare)| bare);
    let words: Vec<&str> = bare.split(' ').take(5).collect();
    words.first() == Some(&"pub") && words.iter().any(|word| ["fn", "type", "const"].contains(word))
}

/// Where each item that a crate's root exports is defined, and how the root calls it.
fn exported(json: &Value) -> Vec<(String, String)> {
    let item = |id: &Value| &json["index"][id.to_string()];
    let root = item(&json["root"]);
    let krate = root["name"].as_str().unwrap_or_default();
    let uses = root["inner"]["module"]["items"].as_array().into_iter().flatten().map(|id| &item(id)["inner"]["use"]);
    uses.filter_map(|used| {
        let defined: Vec<&str> = json["paths"][used["id"].to_string()]["path"].as_array()?.iter().filter_map(Value::as_str).collect();
        Some((defined.join("::"), format!("{krate}::{}", used["name"].as_str()?)))
    })
    .filter(|(defined, _)| defined.starts_with(&format!("{krate}::")))
    .collect()
}

/// The line with a whole path in place of another.
fn renamed(line: &str, from: &str, to: &str) -> String {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(from) {
        let after = &rest[at + from.len()..];
        let whole = !after.starts_with(is_part) && !rest[..at].ends_with(is_part);
        text.push_str(&rest[..at]);
        text.push_str(if whole { to } else { from });
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::{is_part, renamed};

    #[test]
    fn only_whole_paths_are_renamed() {
        assert_eq!(renamed("a::b::Name, a::b::Names, xa::b::Name", "a::b::Name", "a::Name"), "a::Name, a::b::Names, xa::b::Name");
    }

    #[test]
    fn functions_types_and_constants_are_parts() {
        assert!(is_part("pub fn a::B::c()") && is_part("pub const fn a::B::c()") && is_part("#[must_use] pub type a::B::C = u8"));
        assert!(!is_part("pub struct a::B") && !is_part("pub a::B::c: fn(u8)"));
    }
}
