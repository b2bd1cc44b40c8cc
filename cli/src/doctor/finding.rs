//! What was found.

use std::borrow::Cow;

use serde_json::json;
use whatsapp_graph::Error;

use crate::problem::numbers;
use crate::text::wrap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It works, or some of it.
    Warning,
    /// It does not work.
    Error,
    /// It could not be looked at.
    Unknown,
    /// It was not looked at.
    Skipped,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
        }
    }
}

struct Finding {
    level: Level,
    check: &'static str,
    /// What it is about, where a check looks at several.
    subject: Option<String>,
    what: String,
    remedies: Vec<String>,
}

/// The findings of a tenant.
pub(super) struct Findings {
    tenant: String,
    account: String,
    found: Vec<Finding>,
}

impl Findings {
    pub(super) fn new(tenant: &str, account: &str) -> Self {
        Self { tenant: tenant.to_owned(), account: account.to_owned(), found: Vec::new() }
    }

    pub(super) fn add(&mut self, level: Level, check: &'static str, what: impl Into<String>, remedy: &str) {
        self.add_of(level, check, None, what, Some(remedy).filter(|remedy| !remedy.is_empty()));
    }

    pub(super) fn add_of<'r>(
        &mut self,
        level: Level,
        check: &'static str,
        subject: Option<String>,
        what: impl Into<String>,
        remedies: impl IntoIterator<Item = &'r str>,
    ) {
        let remedies = remedies.into_iter().map(str::to_owned).collect();
        self.found.push(Finding { level, check, subject, what: what.into(), remedies });
    }

    pub(super) fn ok(&mut self, check: &'static str, what: impl Into<String>) {
        self.add(Level::Ok, check, what, "");
    }

    /// What a call of the check ended in: an error of Graph is a finding, anything else keeps it from being looked at.
    pub(super) fn failed(&mut self, check: &'static str, error: &Error) {
        if let Some(refusal) = error.refusals().first() {
            // What was asked for is wrong, such as an account that is not digits.
            return self.add(Level::Error, check, format!("`{}` {}", refusal.item, refusal.reason), "correct what was asked for");
        }
        let doc = error.doc().map(|doc| doc.remedy).or_else(|| error.info().map(|info| info.remedy)).filter(|remedy| !remedy.is_empty());
        let level = if error.is_graph() && !error.is_rate_limited() && !error.is_transient() { Level::Error } else { Level::Unknown };
        let explain = error.code().map(|code| Cow::from(format!("whatsapp-graph-cli explain {}", numbers(code, error.subcode()))));
        let again = (level == Level::Unknown && doc.is_none()).then_some(Cow::from("check the connection, and run it again"));
        let remedies: Vec<Cow<'_, str>> = doc.map(Cow::from).into_iter().chain(explain).chain(again).collect();
        self.add_of(level, check, None, error.to_string(), remedies.iter().map(AsRef::as_ref));
    }

    pub(super) fn skip(&mut self, checks: &[&'static str], why: &str) {
        for check in checks {
            self.add(Level::Skipped, check, why, "");
        }
    }

    pub(super) fn count(&self, level: Level) -> usize {
        self.found.iter().filter(|finding| finding.level == level).count()
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let name = if self.tenant == self.account { self.account.clone() } else { format!("{} ({})", self.tenant, self.account) };
        let mut text = format!("{name}\n");
        for finding in &self.found {
            let subject = finding.subject.as_ref().map_or_else(String::new, |subject| format!("{subject}: "));
            let first = format!("  {:<8} {:<15} ", finding.level.name(), finding.check);
            let indent = " ".repeat(first.chars().count());
            text.push_str(&wrap(&format!("{subject}{}", finding.what), &first, &indent));
            for remedy in &finding.remedies {
                text.push_str(&wrap(remedy, &format!("{indent}do  "), &format!("{indent}    ")));
            }
        }
        text
    }

    /// For programs: a line each.
    pub(super) fn lines(&self) -> String {
        let line = |finding: &Finding| {
            let json = json!({
                "tenant": self.tenant, "account": self.account, "check": finding.check, "level": finding.level.name(),
                "subject": finding.subject, "what": finding.what, "remedies": finding.remedies,
            });
            format!("{json}\n")
        };
        self.found.iter().map(line).collect()
    }
}
