//! Local refusals: by default, calls that the documentation says will fail are not sent.

use std::fmt;
use std::time::SystemTime;

use serde_json::Value;

use crate::description::availability::Availability;
use crate::description::bound::Day;
use crate::description::error_catalog::ErrorCatalog;
use crate::description::info::{ParamInfo, RuleInfo, RuleKind};
use crate::description::version::Version;
use crate::request::parts::Outgoing;
use crate::request::rules::{breach, split, text_of, walk};
use crate::values::extra::Extra;
use crate::values::id::is_digits;
use crate::values::text::text;
use crate::values::view::View;

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
/// [`Refusals::Warn`] or [`Refusals::Off`]. The ledger's rules, `limit` and `ledger`, are traffic control, whose switch is
/// [`Traffic`](crate::Traffic).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The rule: `id`, `required`, `digits`, `one_of`, `requires`, `excludes` or `gated`; `dropped` for what Graph
    /// is known to accept and then to drop without an error; `limit` if a limit that blocks is used up, `ledger` if calls cannot be counted;
    /// `reference` for what Graph would take for one in a batch.
    pub rule: &'static str,
    /// The id of the operation.
    pub operation: &'static str,
    /// The parameter or parameters it is about, the operation's id, or the end of the name of what a limit counts by.
    pub item: String,
    /// Why, in words that quote no value.
    pub reason: String,
    /// The page that says so.
    pub page: &'static str,
}

impl Refusal {
    /// Is it the ledger's, which is traffic control?
    fn is_traffic(&self) -> bool {
        matches!(self.rule, "limit" | "ledger")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` {} (rule `{}`", self.operation, self.item, self.reason, self.rule)?;
        if !self.page.is_empty() {
            write!(f, ", {}", self.page)?;
        }
        let switch = if self.is_traffic() { "with_traffic(Traffic::Off)" } else { "with_refusals(Refusals::Off)" };
        write!(f, "). To send it all the same: `.{switch}`.")
    }
}

/// What the documentation has against a call.
#[derive(Default)]
pub(crate) struct Findings {
    /// What Meta says the server refuses.
    pub(crate) refusals: Vec<Refusal>,
    /// What was merely not seen in this version.
    pub(crate) warnings: Vec<String>,
}

/// The day by the client's clock, in UTC.
#[derive(Clone, Copy)]
pub(crate) struct Today {
    day: Day,
    /// The newest day that the catalog names, if the clock is before it. Then nothing is refused because of a day.
    ahead: Option<Day>,
}

impl Today {
    pub(crate) fn of(now: SystemTime, catalog: &ErrorCatalog) -> Self {
        let day = Day::of(now);
        Self { day, ahead: catalog.newest_day.filter(|newest| day < *newest) }
    }

    /// Is something there, as far as can be said? Clocks and changes are trusted to the day: what is otherwise on the day before or after is unsure.
    fn finds(self, availability: &Availability, version: Version) -> Presence {
        let here = availability.contains_on(version, self.day);
        let steady = [self.day.before(), self.day.after()].into_iter().all(|day| availability.contains_on(version, day) == here);
        let doubt = if !availability.is_dated(version) {
            None
        } else if let Some(newest) = self.ahead {
            Some(format!("the clock says {}, and the documentation knows of {newest}", self.day))
        } else {
            (!steady).then(|| format!("the clock says {}, a day more or less", self.day))
        };
        Presence { here, doubt }
    }
}

/// Whether something is there.
struct Presence {
    here: bool,
    /// Why that is not sure, if it is not.
    doubt: Option<String>,
}

/// Validates a request that asks for one version and will be served another, if the first is expired. What `given` adds counts as present and is not validated.
pub(crate) fn validate(request: &Outgoing, given: &Extra, asked: Version, served: Version, today: Today) -> Findings {
    let mut validator = Validator { request, given, asked, version: served, today, findings: Findings::default() };
    validator.identifiers();
    validator.operation();
    for param in request.info().params {
        validator.param(param);
    }
    for rule in request.info().rules {
        validator.rule(rule);
    }
    validator.findings
}

struct Validator<'a> {
    request: &'a Outgoing,
    given: &'a Extra,
    asked: Version,
    /// The version that counts.
    version: Version,
    today: Today,
    findings: Findings,
}

impl Validator<'_> {
    fn identifiers(&mut self) {
        for bad in self.request.bad_ids() {
            let (item, reason) = (bad.name.clone(), bad.why.clone());
            self.refuse("id", item, format!("is no identifier: {reason}"), self.request.info().page);
        }
    }

    fn operation(&mut self) {
        let info = self.request.info();
        self.availability(info.id, &info.availability, info.page);
    }

    fn param(&mut self, param: &ParamInfo) {
        let page = if param.page.is_empty() { self.request.info().page } else { param.page };
        let presence = self.today.finds(&param.availability, self.version);
        let here = presence.here && presence.doubt.is_none();
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
        if let Some(dropped) = param.dropped
            && let Some(Value::String(value)) = self.request.param(param.name)
            && dropped.matches(value)
        {
            let page = if dropped.page.is_empty() { page } else { dropped.page };
            self.refuse("dropped", param.name.to_owned(), because("has a value that Graph accepts and drops", dropped.doc), page);
        }
        if let Some(warned) = param.warned
            && let Some(value) = self.request.text_of(param.name)
            && warned.matches(value)
        {
            self.findings.warnings.push(format!("`{}` {}", param.name, because(&format!("is `{value}`"), warned.doc)));
        }
        if let Some(digits) = param.digits
            && let Some(value) = self.request.param(param.name)
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

    /// What lies within a parameter: each place where the part is found is validated separately.
    fn parts(&mut self, param: &ParamInfo, page: &'static str) {
        if param.parts.is_empty() {
            return;
        }
        let Some(value) = self.request.param(param.name) else { return };
        let mut found = Vec::new();
        for part in param.parts {
            let mut visit = |place: &str, at: &View<'_>| match part.value {
                None => found.push((place.to_owned(), part)),
                Some(value) if text_of(at) == Some(value) => found.push((format!("{place} = {value}"), part)),
                Some(_) => {}
            };
            walk(&View::Json(value), part.path, &mut param.name.to_owned(), &mut visit);
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
        let presence = self.today.finds(availability, self.version);
        if presence.here {
            if let Some(deprecated) = availability.deprecated.filter(|_| availability.is_deprecated_on(self.version, self.today.day)) {
                let instead = availability.instead.map_or_else(String::new, |instead| format!("; instead: {instead}"));
                self.findings.warnings.push(format!("`{item}` is deprecated since {}{instead}", deprecated.since()));
            }
            return;
        }
        let (version, day) = (self.version, self.today.day);
        let mut reason = match (availability.since, availability.removed) {
            (_, Some(removed)) if removed.is_reached(version, day) => format!("was removed {removed}, and {}", self.asks()),
            (Some(since), _) => format!("exists since {}, and {}", since.since(), self.asks()),
            _ => format!("does not exist in {version}"),
        };
        if availability.is_dated(version) {
            reason.push_str(&format!(" on {day}"));
        }
        if let Some(instead) = availability.instead {
            reason.push_str("; instead: ");
            reason.push_str(instead);
        }
        match presence.doubt {
            None if availability.gated => self.refuse("gated", item.to_owned(), reason, page),
            Some(doubt) if availability.gated => self.findings.warnings.push(format!("`{item}` {reason} ({doubt})")),
            _ => self.findings.warnings.push(format!("`{item}` {reason}")),
        }
    }

    fn rule(&mut self, rule: &RuleInfo) {
        let presence = self.today.finds(&rule.availability, self.version);
        if !presence.here {
            return;
        }
        // A rule that came or goes was first seen so, unless Meta says that the server enforces it.
        let always = rule.availability.since.is_none() && rule.availability.removed.is_none();
        let refuses = always || (rule.availability.gated && presence.doubt.is_none());
        for (items, reason) in self.breaches(rule) {
            let reason = because(&reason, rule.doc);
            if refuses && !matches!(rule.kind, RuleKind::FirstWins(_)) {
                self.refuse(rule.kind.name(), items, reason, rule.page);
            } else {
                self.findings.warnings.push(format!("`{items}` {reason}"));
            }
        }
    }

    /// Where a rule is broken: the names, and how.
    fn breaches(&self, rule: &RuleInfo) -> Vec<(String, String)> {
        if rule.at.is_empty() {
            // What a caller added by hand is present, and not validated.
            let (present, declared) = (|name: &str| self.satisfies(name), |name: &str| self.declared(name) && self.satisfies(name));
            let is = |name: &str, value: &str| self.declared(name) && self.request.param(name).and_then(Value::as_str) == Some(value);
            return breach(rule.kind, &present, &declared, &is).into_iter().map(|(items, reason)| (items.join(", "), reason)).collect();
        }
        let Some((conditions, first, _)) = split(rule.at) else { return Vec::new() };
        let fits = |(tag, wanted): (&str, &str)| self.request.param(tag).and_then(Value::as_str) == Some(wanted);
        if !conditions.iter().filter_map(|condition| condition.split_once('=')).all(fits) {
            return Vec::new();
        }
        self.request.breaches(first, rule)
    }

    fn refuse(&mut self, rule: &'static str, item: String, reason: String, page: &'static str) {
        let info = self.request.info();
        self.findings.refusals.push(Refusal {
            rule,
            operation: info.id,
            item,
            reason,
            page: if page.is_empty() { info.page } else { page },
        });
    }

    /// Given at all.
    fn present(&self, name: &str) -> bool {
        self.given.get(name).is_some() || self.request.has(name)
    }

    /// Given, and no empty text: Graph takes that for nothing. What a caller added by hand is not looked into.
    fn satisfies(&self, name: &str) -> bool {
        self.given.get(name).is_some() || (self.request.has(name) && !self.request.is_empty_text(name))
    }

    /// Given through the request's type, and so validated.
    fn declared(&self, name: &str) -> bool {
        self.given.get(name).is_none() && self.request.has(name)
    }
}

fn because(reason: &str, doc: &str) -> String {
    let doc = doc.trim().trim_end_matches('.');
    if doc.is_empty() { reason.to_owned() } else { format!("{reason}: {doc}") }
}
