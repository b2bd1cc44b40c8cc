//! The places of a template that a message fills, and what a message has for them.
//!
//! Both sides are looked at as JSON: what belongs together has the same name, in the other case.

use std::collections::BTreeMap;

use serde_json::Value;
use whatsapp_graph::{
    Extra,
    types::{SentButton, TemplateHeader, TemplateParameterValue},
    values::Union,
};

/// What a place asks of a message.
#[derive(Debug, PartialEq)]
pub(crate) enum Asks {
    /// The values of these variables.
    Variables(Vec<String>),
    /// One value of this kind.
    One(String),
    /// One value.
    Any,
}

/// What a message has for a place.
#[derive(Debug)]
pub(crate) struct Given {
    /// The kind of button, where it is one.
    pub(crate) sub_type: Option<String>,
    /// The values.
    pub(crate) parameters: Vec<Value>,
}

/// A template, place by place.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// What has to be filled.
    pub(crate) places: BTreeMap<String, Asks>,
    /// The kind of each button.
    pub(crate) buttons: BTreeMap<String, String>,
    /// Buttons that take no values: all that they do is in the template.
    pub(crate) fixed: Vec<String>,
}

/// The names between double braces, each once, in their order.
pub(crate) fn variables(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in text.split("{{").skip(1) {
        let Some((name, _)) = part.split_once("}}") else { continue };
        let name = name.trim();
        if !name.is_empty() && names.iter().all(|known| known != name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// A member that is a text, in lowercase.
pub(crate) fn word(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_lowercase)
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether the spec lists this kind among the variants of a union, in either case.
fn knows(union: &dyn Union, kind: &str) -> bool {
    union.shape().variants.iter().any(|variant| variant.tag().eq_ignore_ascii_case(kind))
}

/// Whether a message can have parameters for a button of this kind.
fn takes_parameters(kind: &str) -> bool {
    knows(&SentButton::Unlisted(Extra::default()), kind)
}

/// Whether this is a format of headers other than text: what it names goes into headers alone.
pub(crate) fn is_header_alone(kind: &str) -> bool {
    kind != "text" && knows(&TemplateHeader::Unlisted(Extra::default()), kind)
}

/// Whether a parameter of this kind exists.
fn is_parameter(kind: &str) -> bool {
    knows(&TemplateParameterValue::Unlisted(Extra::default()), kind)
}

/// What a template asks of a message that has this number of cards.
pub(crate) fn asked(components: &[Value], cards: usize) -> Asked {
    let mut asked = Asked::default();
    add(components, "", cards, &mut asked);
    asked
}

fn add(components: &[Value], prefix: &str, sent_cards: usize, asked: &mut Asked) {
    for component in components {
        let Some(kind) = word(component, "type") else { continue };
        match kind.as_str() {
            "buttons" => {
                for (at, button) in list(component, "buttons").iter().enumerate() {
                    add_button(button, format!("{prefix}buttons[{at}]"), asked);
                }
            }
            "carousel" => {
                let cards = list(component, "cards");
                for at in 0..number_of_cards(cards, sent_cards) {
                    if let Some(card) = cards.get(at).or(cards.last()) {
                        add(list(card, "components"), &format!("{prefix}cards[{at}]."), 0, asked);
                    }
                }
            }
            _ => {
                if let Some(asks) = asks(component) {
                    asked.places.insert(format!("{prefix}{kind}"), asks);
                }
            }
        }
    }
}

/// Media are given for each card of the template; of products a message may show another number than the template.
fn number_of_cards(cards: &[Value], sent: usize) -> usize {
    let header = |card: &Value| list(card, "components").iter().find_map(|component| word(component, "format"));
    if cards.iter().any(|card| header(card).as_deref() == Some("product")) { sent } else { cards.len() }
}

fn asks(component: &Value) -> Option<Asks> {
    if let Some(format) = word(component, "format").filter(|format| format != "text") {
        return is_parameter(&format).then_some(Asks::One(format));
    }
    if component.pointer("/limited_time_offer/has_expiration").and_then(Value::as_bool) == Some(true) {
        return Some(Asks::Any);
    }
    let variables = variables(component.get("text")?.as_str()?);
    (!variables.is_empty()).then_some(Asks::Variables(variables))
}

fn add_button(button: &Value, at: String, asked: &mut Asked) {
    let Some(kind) = word(button, "type") else { return };
    let url = button.get("url").and_then(Value::as_str);
    let variables = url.map(variables).unwrap_or_default();
    if !variables.is_empty() {
        asked.places.insert(at.clone(), Asks::Variables(variables));
    } else if url.is_some() {
        asked.fixed.push(at.clone());
    } else if button.get("example").is_some_and(|example| !example.is_null()) && takes_parameters(&kind) {
        asked.places.insert(at.clone(), Asks::Any);
    }
    if takes_parameters(&kind) {
        asked.buttons.insert(at, kind);
    }
}

/// What a message has, by the same places, and the number of its cards.
pub(crate) fn given(components: &[Value]) -> (BTreeMap<String, Given>, usize) {
    let mut given = BTreeMap::new();
    let mut cards = 0;
    give(components, "", &mut given, &mut cards);
    (given, cards)
}

fn give(components: &[Value], prefix: &str, given: &mut BTreeMap<String, Given>, cards: &mut usize) {
    for component in components {
        let Some(kind) = word(component, "type") else { continue };
        let at = match kind.as_str() {
            "button" => match component.get("index").and_then(index) {
                Some(at) => format!("{prefix}buttons[{at}]"),
                None => continue,
            },
            "carousel" => {
                let sent = list(component, "cards");
                *cards = sent.len();
                for (at, card) in sent.iter().enumerate() {
                    let at = card.get("card_index").and_then(index).unwrap_or(at);
                    give(list(card, "components"), &format!("{prefix}cards[{at}]."), given, &mut 0);
                }
                continue;
            }
            _ => format!("{prefix}{kind}"),
        };
        given.insert(at, Given { sub_type: word(component, "sub_type"), parameters: list(component, "parameters").to_vec() });
    }
}

/// A position, which Meta's pages write as a number and as a text.
fn index(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) => usize::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn variables_are_counted_once_each() {
        assert_eq!(variables("Hi {{1}}, {{2}} and {{1}}"), ["1", "2"]);
        assert_eq!(variables("Hi {{ first_name }}, {{"), ["first_name"]);
        assert!(variables("50 {percent}").is_empty());
    }
}
