//! What went wrong, for people: what, where, why, and what to do.

use graph_runtime::{Error, Outcome};
use serde_json::{Map, Value, json};

use crate::exit::Exit;
use crate::text::{colors, say, time, wrap};

/// A run that failed. Nothing of it repeats a value of the command line, which may be a secret or somebody's.
#[derive(Debug)]
pub(crate) struct Problem {
    exit: Exit,
    what: String,
    place: Option<String>,
    why: Vec<String>,
    remedies: Vec<String>,
    /// What programs read besides.
    facts: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Box<Self> {
        Box::new(Self { exit, what: what.into(), place: None, why: Vec::new(), remedies: Vec::new(), facts: Map::new() })
    }

    /// The command line or the environment is wrong.
    pub(crate) fn usage(what: impl Into<String>) -> Box<Self> {
        Self::new(Exit::Usage, what)
    }

    /// Where it is.
    pub(crate) fn at(mut self: Box<Self>, place: impl Into<String>) -> Box<Self> {
        self.place = Some(place.into());
        self
    }

    /// Why it is so.
    pub(crate) fn why(mut self: Box<Self>, why: impl Into<String>) -> Box<Self> {
        self.why.push(why.into());
        self
    }

    /// What to do.
    pub(crate) fn remedy(mut self: Box<Self>, remedy: impl Into<String>) -> Box<Self> {
        self.remedies.push(remedy.into());
        self
    }

    /// What to do, if there is something.
    pub(crate) fn maybe(self: Box<Self>, remedy: Option<String>) -> Box<Self> {
        match remedy {
            Some(remedy) => self.remedy(remedy),
            None => self,
        }
    }

    pub(crate) fn fact(mut self: Box<Self>, name: &str, value: impl Into<Value>) -> Box<Self> {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// What the call of an operation ended in.
    pub(crate) fn of(error: &Error, place: &str) -> Box<Self> {
        if error.is_refusal() && !error.refusals().is_empty() {
            return Self::of_refusals(error, place);
        }
        let exit = match error.outcome() {
            Outcome::NotSent if error.is_retryable() => Exit::NotSent,
            Outcome::NotSent => Exit::Usage,
            Outcome::Rejected => Exit::Rejected,
            Outcome::Unknown | Outcome::Executed => Exit::Unknown,
        };
        let mut problem = Self::new(exit, error.to_string()).at(place).fact("outcome", error.outcome().name());
        if let Some(code) = error.code() {
            problem = problem.fact("code", code).fact("subcode", error.subcode());
        }
        if let Some(trace) = error.fbtrace_id() {
            problem = problem.fact("trace", trace);
        }
        let known = error.doc().map(|doc| (doc.cause, doc.remedy)).or_else(|| error.info().map(|info| (info.cause, info.remedy)));
        if let Some((cause, remedy)) = known.filter(|(cause, _)| !cause.is_empty()) {
            problem = problem.why(cause).remedy(remedy);
        }
        if let Some(info) = error.info() {
            problem = problem.fact("name", info.name).fact("page", info.page);
        }
        if let Some(hint) = error.hint() {
            problem = problem.remedy(hint);
        }
        if let Some(at) = error.retry_at() {
            problem = problem.remedy(format!("not before {}", time(at))).fact("retry_at", unix(at));
        }
        match exit {
            Exit::NotSent if error.is_timeout() => problem.remedy("run it again; `--timeout` gives it more time"),
            Exit::NotSent if error.retry_at().is_none() => problem.remedy("run it again"),
            Exit::Unknown => problem.remedy("it may have been carried out: look before you send it again"),
            Exit::Rejected => match error.code() {
                Some(code) => problem.remedy(format!("whatsapp-graph-cli explain {}", numbers(code, error.subcode()))),
                None => problem,
            },
            _ => problem,
        }
    }

    /// A request that was refused before it was sent: for what it is, or because its limit is used up.
    fn of_refusals(error: &Error, place: &str) -> Box<Self> {
        let closed = error.refusals().iter().any(|refusal| matches!(refusal.rule, "limit" | "ledger"));
        let exit = if closed { Exit::NotSent } else { Exit::Usage };
        let mut problem = Self::new(exit, "not sent: the request would fail").at(place).fact("outcome", error.outcome().name());
        let mut refusals = Vec::new();
        for refusal in error.refusals() {
            problem = problem.why(format!("`{}` {} (rule `{}`)", refusal.item, refusal.reason, refusal.rule));
            refusals.push(json!({"rule": refusal.rule, "item": refusal.item, "reason": refusal.reason, "page": refusal.page}));
        }
        problem = problem.fact("refusals", refusals);
        if let Some(at) = error.retry_at() {
            problem = problem.remedy(format!("not before {}", time(at))).fact("retry_at", unix(at));
        }
        let page = error.refusals().iter().map(|refusal| refusal.page).find(|page| !page.is_empty());
        if let Some(page) = page {
            problem = problem.remedy(format!("see {page}"));
        }
        if closed {
            problem.remedy("`ledger show` says what was counted")
        } else {
            problem.remedy("if the page is wrong, `--no-refusals` sends it all the same")
        }
    }

    /// Says it on stderr.
    pub(crate) fn report(&self, as_json: bool) {
        if as_json {
            let mut error = Map::new();
            error.insert("exit".into(), self.exit.name().into());
            error.insert("what".into(), self.what.clone().into());
            error.insert("where".into(), self.place.clone().into());
            error.insert("why".into(), self.why.clone().into());
            error.insert("remedies".into(), self.remedies.clone().into());
            error.extend(self.facts.clone());
            say(&format!("{}\n", json!({"error": error})));
            return;
        }
        let (bold, end) = if colors() { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let mut text = wrap(&self.what, "error: ", "       ").replacen("error:", &format!("{bold}error:{end}"), 1);
        if let Some(place) = &self.place {
            text.push_str(&wrap(place, "  in   ", "       "));
        }
        for (index, why) in self.why.iter().enumerate() {
            text.push_str(&wrap(why, if index == 0 { "  why  " } else { "       " }, "       "));
        }
        for (index, remedy) in self.remedies.iter().enumerate() {
            text.push_str(&wrap(remedy, if index == 0 { "  do   " } else { "       " }, "       "));
        }
        say(&text);
    }
}

/// `100/33`.
pub(crate) fn numbers(code: u32, subcode: Option<u32>) -> String {
    subcode.map_or_else(|| code.to_string(), |subcode| format!("{code}/{subcode}"))
}

fn unix(at: std::time::SystemTime) -> u64 {
    at.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs()
}
