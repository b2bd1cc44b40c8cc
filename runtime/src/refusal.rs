//! Local refusals: calls that the documentation says will fail are not sent, unless told otherwise.

use std::fmt;

use serde_json::Value;

use crate::extra::Extra;
use crate::id::is_digits;
use crate::meta::{Availability, ParamMeta, RuleMeta};
use crate::outgoing::{Outgoing, text};
use crate::version::Version;

/// What to do about a call that the documentation says will fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Refusals {
    /// Answer with an error and send nothing.
    #[default]
    Refuse,
    /// Send it, and log a warning.
    Warn,
    /// Send it.
    Off,
}

/// Why a call is not sent: the rule it breaks and where the rule comes from.
///
/// To send the call all the same, give the request `.with_refusals(Refusals::Off)`, or give the client
/// [`Refusals::Warn`] or [`Refusals::Off`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The rule: `id`, `required`, `digits`, `one_of`, `requires`, `excludes` or `gated`; `limit` if the calls of a number are used up,
    /// `ledger` if they cannot be counted.
    pub rule: &'static str,
    /// The id of the operation.
    pub operation: &'static str,
    /// The parameter or parameters it is about, the operation's id, or the end of the number.
    pub item: String,
    /// Why, in words that quote no value.
    pub reason: String,
    /// The page that says so.
    pub page: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` {} (rule `{}`", self.operation, self.item, self.reason, self.rule)?;
        if !self.page.is_empty() {
            write!(f, ", {}", self.page)?;
        }
        f.write_str("). To send it all the same: `.with_refusals(Refusals::Off)`.")
    }
}

/// What the documentation has against a call.
#[derive(Default)]
pub(crate) struct Verdict {
    /// What Meta says the server refuses.
    pub(crate) refusals: Vec<Refusal>,
    /// What was merely not seen in this version.
    pub(crate) remarks: Vec<String>,
}

/// Judges a request that asks for one version and will be served another, if the first is expired. What `given` adds counts as present and is never judged.
pub(crate) fn judge(request: &Outgoing, given: &Extra, asked: Version, served: Version) -> Verdict {
    let mut court = Court { request, given, asked, version: served, verdict: Verdict::default() };
    court.identifiers();
    court.operation();
    for param in request.meta().params {
        court.param(param);
    }
    for rule in request.meta().rules {
        court.rule(rule);
    }
    court.verdict
}

struct Court<'a> {
    request: &'a Outgoing,
    given: &'a Extra,
    asked: Version,
    /// The version that counts.
    version: Version,
    verdict: Verdict,
}

impl Court<'_> {
    fn identifiers(&mut self) {
        for bad in self.request.bad_ids() {
            let (item, reason) = (bad.name.clone(), bad.why.clone());
            self.refuse("id", item, format!("is no identifier: {reason}"), self.request.meta().page);
        }
    }

    fn operation(&mut self) {
        let meta = self.request.meta();
        self.availability(meta.id, &meta.availability, meta.page);
    }

    fn param(&mut self, param: &ParamMeta) {
        let page = if param.page.is_empty() { self.request.meta().page } else { param.page };
        let here = param.availability.contains(self.version);
        let required = param.required.is_some_and(|required| required.contains(self.version));
        if required && here && !self.present(param.name) {
            let reason = "is required and was not given".to_owned();
            self.refuse("required", param.name.to_owned(), reason, page);
        }
        if !self.declared(param.name) {
            return;
        }
        self.availability(param.name, &param.availability, page);
        self.parts(param, page);
        if let (Some(digits), Some(value)) = (param.digits, self.request.param(param.name))
            && matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
        {
            let text = text(value);
            let length = text.chars().count();
            let fits = digits.length.is_none_or(|expected| expected == length);
            if !is_digits(&text) || !fits {
                let reason = match digits.length {
                    Some(expected) => format!("must be {expected} digits and nothing else"),
                    None => "must be digits and nothing else".to_owned(),
                };
                self.refuse("digits", param.name.to_owned(), reason, page);
            }
        }
    }

    /// What lies within a parameter: each place where the part is found is judged by itself.
    fn parts(&mut self, param: &ParamMeta, page: &'static str) {
        let Some(value) = self.request.param(param.name) else { return };
        let mut found = Vec::new();
        for part in param.parts {
            let mut places = Vec::new();
            walk(value, part.path, param.name.to_owned(), &mut places);
            for (place, at) in places {
                match part.value {
                    None => found.push((place, part)),
                    Some(value) if at.as_str() == Some(value) => found.push((format!("{place} = {value}"), part)),
                    Some(_) => {}
                }
            }
        }
        for (place, part) in found {
            self.availability(&place, &part.availability, if part.page.is_empty() { page } else { part.page });
        }
    }

    /// "this call asks for v19.0, which Graph serves as v21.0".
    fn asks(&self) -> String {
        if self.asked == self.version {
            format!("this call asks for {}", self.asked)
        } else {
            format!("this call asks for {}, which is expired and served as {}", self.asked, self.version)
        }
    }

    fn availability(&mut self, item: &str, availability: &Availability, page: &'static str) {
        if availability.contains(self.version) {
            if availability.is_deprecated(self.version) {
                let instead = availability.instead.map_or_else(String::new, |instead| format!("; instead: {instead}"));
                let since = availability.deprecated.unwrap_or(self.version);
                self.verdict.remarks.push(format!("`{item}` is deprecated since {since}{instead}"));
            }
            return;
        }
        let mut reason = match (availability.since, availability.removed) {
            (_, Some(removed)) if removed.at_most(self.version) => format!("was removed in {removed}, and {}", self.asks()),
            (Some(since), _) => format!("exists since {since}, and {}", self.asks()),
            _ => format!("does not exist in {}", self.version),
        };
        if let Some(instead) = availability.instead {
            reason.push_str("; instead: ");
            reason.push_str(instead);
        }
        if availability.gated {
            self.refuse("gated", item.to_owned(), reason, page);
        } else {
            self.verdict.remarks.push(format!("`{item}` {reason}"));
        }
    }

    fn rule(&mut self, rule: &RuleMeta) {
        match *rule {
            RuleMeta::OneOf { params, doc, page } => {
                if !params.iter().any(|name| self.present(name)) {
                    let reason = because("were all left out, and exactly one of them is needed", doc);
                    self.refuse("one_of", params.join(", "), reason, page);
                }
                let given: Vec<_> = params.iter().copied().filter(|name| self.declared(name)).collect();
                if given.len() > 1 {
                    let reason = because("were given together, and exactly one of them is needed", doc);
                    self.refuse("one_of", given.join(", "), reason, page);
                }
            }
            RuleMeta::Requires { param, needs, doc, page } => {
                let missing: Vec<_> = needs.iter().copied().filter(|name| !self.present(name)).collect();
                if self.declared(param) && !missing.is_empty() {
                    let reason = because(&format!("must be given along with `{param}`"), doc);
                    self.refuse("requires", missing.join(", "), reason, page);
                }
            }
            RuleMeta::Excludes { params, doc, page } => {
                let given: Vec<_> = params.iter().copied().filter(|name| self.declared(name)).collect();
                if given.len() > 1 {
                    let reason = because("exclude each other", doc);
                    self.refuse("excludes", given.join(", "), reason, page);
                }
            }
        }
    }

    fn refuse(&mut self, rule: &'static str, item: String, reason: String, page: &'static str) {
        let meta = self.request.meta();
        self.verdict.refusals.push(Refusal {
            rule,
            operation: meta.id,
            item,
            reason,
            page: if page.is_empty() { meta.page } else { page },
        });
    }

    /// Given at all.
    fn present(&self, name: &str) -> bool {
        self.given.get(name).is_some() || self.request.param(name).is_some()
    }

    /// Given through the request's type, and so to be judged.
    fn declared(&self, name: &str) -> bool {
        self.given.get(name).is_none() && self.request.param(name).is_some()
    }
}

/// The values at a path, each with its place; lists on the way are walked.
fn walk<'v>(value: &'v Value, path: &[&str], place: String, found: &mut Vec<(String, &'v Value)>) {
    match (value, path) {
        (Value::Array(items), _) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, path, format!("{place}[{index}]"), found);
            }
        }
        (_, []) => found.push((place, value)),
        (Value::Object(members), [first, rest @ ..]) => {
            if let Some(member) = members.get(*first) {
                walk(member, rest, format!("{place}.{first}"), found);
            }
        }
        _ => {}
    }
}

fn because(reason: &str, doc: &str) -> String {
    let doc = doc.trim().trim_end_matches('.');
    if doc.is_empty() { reason.to_owned() } else { format!("{reason}: {doc}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::walk;

    #[test]
    fn a_path_leads_through_lists_and_names_each_place() {
        let value = json!([{"buttons": [{"type": "A"}, {"text": "x"}]}, {"buttons": {"type": "B"}}, "odd"]);
        let mut found = Vec::new();
        walk(&value, &["buttons", "type"], "components".to_owned(), &mut found);
        let found: Vec<_> = found.into_iter().map(|(place, value)| (place, value.clone())).collect();
        assert_eq!(
            found,
            [("components[0].buttons[0].type".to_owned(), json!("A")), ("components[1].buttons.type".to_owned(), json!("B")),]
        );
    }
}
