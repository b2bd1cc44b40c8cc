//! A message beside the template that it is made of.

use std::{collections::BTreeSet, error::Error, fmt};

use serde_core::Serialize;
use serde_json::Value;
use whatsapp_graph::{ErrorKind, message_template::MessageTemplate, types::TemplateMessage};

use crate::places::{self, Asks, Given, word};

/// A place where a message does not fit its template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The place: `body`, `header`, `buttons[1]`, `cards[0].body`; or the member of the template that was not read.
    pub at: String,
    /// What is wrong there.
    pub reason: Reason,
}

/// What is wrong in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The message has fewer values than the template has variables.
    TooFew {
        /// How many the template has.
        expected: usize,
        /// How many the message has.
        found: usize,
    },
    /// The message has more values than the template has variables.
    TooMany {
        /// How many the template has.
        expected: usize,
        /// How many the message has.
        found: usize,
    },
    /// The variable of this name has no value.
    Missing(String),
    /// The template has no variable of this name.
    Unknown(String),
    /// The variables of the template have names, and a value has none.
    Unnamed,
    /// The value is of another kind.
    Kind {
        /// The kind that the template has: `image`.
        expected: String,
        /// The kind of the value.
        found: String,
    },
    /// The message is of another template or another language: this is the template's.
    Other(String),
    /// The template was read without this field, so nothing can be compared.
    Unread,
}

impl Mismatch {
    pub(crate) fn new(at: impl Into<String>, reason: Reason) -> Self {
        Self { at: at.into(), reason }
    }

    /// The error that Meta documents for it, 132000 or 132012; nothing if the call would not have been sent.
    ///
    /// Reports differ about values without a name: they are seen with either code.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        match self.reason {
            Reason::TooFew { .. } | Reason::TooMany { .. } | Reason::Missing(_) | Reason::Unknown(_) => {
                Some(ErrorKind::TemplateParamCountMismatch)
            }
            Reason::Kind { .. } | Reason::Unnamed => Some(ErrorKind::TemplateFormatMismatch),
            Reason::Other(_) | Reason::Unread => None,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.at)?;
        match &self.reason {
            Reason::TooFew { expected, found } | Reason::TooMany { expected, found } => {
                write!(f, "the template takes {expected} values, and the message has {found}")
            }
            Reason::Missing(name) => write!(f, "the variable `{name}` has no value"),
            Reason::Unknown(name) => write!(f, "the template has no variable `{name}`"),
            Reason::Unnamed => f.write_str("a value has no `parameter_name`, and the variables of the template have names"),
            Reason::Kind { expected, found } => write!(f, "the template takes `{expected}`, and the message has `{found}`"),
            Reason::Other(name) => write!(f, "the template has `{name}`, and the message another"),
            Reason::Unread => f.write_str("the template was read without it; request the field"),
        }
    }
}

/// Every place where a message does not fit its template, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatches(Vec<Mismatch>);

impl Mismatches {
    /// Each of them, by place.
    pub fn iter(&self) -> impl Iterator<Item = &Mismatch> {
        self.0.iter()
    }
}

impl fmt::Display for Mismatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message does not fit its template: ")?;
        for (at, mismatch) in self.0.iter().enumerate() {
            write!(f, "{}{mismatch}", if at == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl Error for Mismatches {}

pub(crate) fn all(found: Vec<Mismatch>) -> Result<(), Mismatches> {
    if found.is_empty() { Ok(()) } else { Err(Mismatches(found)) }
}

/// Compares a message with the template that it is made of, as the template was read: name and language, how many values each part takes, by
/// number or by name, what the header shows, and the buttons.
///
/// # Errors
/// Every place that does not fit.
pub fn check(template: &MessageTemplate, message: &TemplateMessage) -> Result<(), Mismatches> {
    let mut found = Vec::new();
    for (at, of_template, of_message) in [("name", &template.name, &message.name), ("language", &template.language, &message.language.code)]
    {
        if let Some(name) = of_template.as_ref().filter(|name| *name != of_message) {
            found.push(Mismatch::new(at, Reason::Other(name.clone())));
        }
    }
    let Some(components) = &template.components else {
        found.push(Mismatch::new("components", Reason::Unread));
        return all(found);
    };
    let (given, cards) = places::given(&as_json(&message.components.as_deref().unwrap_or_default()));
    let asked = places::asked(&as_json(&components), cards);
    let nothing = Given { sub_type: None, parameters: Vec::new() };
    for (at, asks) in &asked.places {
        fits(at, asks, given.get(at).unwrap_or(&nothing), &mut found);
    }
    for (at, given) in &given {
        let button = asked.buttons.get(at);
        if let (Some(expected), Some(sub_type)) = (button, given.sub_type.as_ref().filter(|sub_type| Some(*sub_type) != button)) {
            found.push(Mismatch::new(at, Reason::Kind { expected: expected.clone(), found: sub_type.clone() }));
            continue;
        }
        // A component that the spec has no counterpart for in templates is not judged.
        let is_judged = given.sub_type.is_some() || matches!(at.rsplit('.').next(), Some("header" | "body"));
        let is_free = asked.places.contains_key(at) || (button.is_some() && !asked.fixed.contains(at));
        if is_judged && !is_free && !given.parameters.is_empty() {
            found.push(Mismatch::new(at, Reason::TooMany { expected: 0, found: given.parameters.len() }));
        }
    }
    found.sort_by(|a, b| a.at.cmp(&b.at));
    all(found)
}

/// A value of the client as JSON; what cannot be written, which is nothing that Graph sent, is left out.
pub(crate) fn as_json<T: Serialize>(values: &T) -> Vec<Value> {
    match serde_json::to_value(values) {
        Ok(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}

fn fits(at: &str, asks: &Asks, given: &Given, found: &mut Vec<Mismatch>) {
    let parameters = &given.parameters;
    let expected = if let Asks::Variables(names) = asks { names.len() } else { 1 };
    let named = matches!(asks, Asks::Variables(names) if given.sub_type.is_none() && names.iter().any(|name| name.parse::<u32>().is_err()));
    if let (Asks::Variables(names), true) = (asks, named) {
        by_name(at, names, parameters, found);
    } else if parameters.len() < expected {
        found.push(Mismatch::new(at, Reason::TooFew { expected, found: parameters.len() }));
    } else if parameters.len() > expected {
        found.push(Mismatch::new(at, Reason::TooMany { expected, found: parameters.len() }));
    }
    for kind in parameters.iter().filter_map(|parameter| word(parameter, "type")) {
        match asks {
            Asks::One(expected) if kind != *expected => {
                found.push(Mismatch::new(at, Reason::Kind { expected: expected.clone(), found: kind }));
            }
            Asks::Variables(_) if given.sub_type.is_none() && places::is_header_alone(&kind) => {
                found.push(Mismatch::new(at, Reason::Kind { expected: "text".to_owned(), found: kind }));
            }
            _ => {}
        }
    }
}

fn by_name(at: &str, names: &[String], parameters: &[Value], found: &mut Vec<Mismatch>) {
    let mut known = BTreeSet::new();
    for parameter in parameters {
        match parameter.get("parameter_name").and_then(Value::as_str) {
            None => found.push(Mismatch::new(at, Reason::Unnamed)),
            Some(name) if names.iter().any(|known| known == name) => {
                known.insert(name);
            }
            Some(name) => found.push(Mismatch::new(at, Reason::Unknown(name.to_owned()))),
        }
    }
    let missing = names.iter().filter(|name| !known.contains(name.as_str()));
    found.extend(missing.map(|name| Mismatch::new(at, Reason::Missing(name.clone()))));
}
