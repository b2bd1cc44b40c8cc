//! Everything that a call shows or logs, searched for the secrets of its example.

use std::{
    collections::BTreeSet,
    fmt::{Debug, Write as _},
};

use serde_json::Value;
use url::form_urlencoded::byte_serialize;
use whatsapp_graph::Error;
use wiremock::Request;

use crate::{
    APP_SECRET, TOKEN,
    log::{Log, Taking},
};

/// Takes what is logged on this thread, at every level, and what is shown to it, until it is dropped.
pub struct Watch {
    log: Log,
    shown: Vec<(&'static str, String)>,
    _taking: Taking,
}

impl Watch {
    /// Begins to watch.
    pub fn begin() -> Self {
        let (log, taking) = Log::take();
        Self { log, shown: Vec::new(), _taking: taking }
    }

    /// Everything that `{:?}` and `{:#?}` print of a value.
    pub fn debug(&mut self, what: &'static str, value: &impl Debug) {
        self.shown.push((what, format!("{value:?}\n{value:#?}")));
    }

    /// Everything that an error can be made to print, its chain too.
    pub fn error(&mut self, error: &Error) {
        self.error_but_its_body(error);
        self.shown.push(("body", format!("{:?}", error.body().map(String::from_utf8_lossy))));
    }

    /// Everything but the answer itself, which may hold a token that Graph gave out and the caller needs.
    pub fn error_but_its_body(&mut self, error: &Error) {
        self.debug("error", error);
        let mut text = format!("{error}\n{error:#}\n{}\n{:?} {:?}\n", error.support_report(), error.response(), error.refusals());
        let texts = [error.message(), error.details(), error.user_title(), error.user_message(), error.fbtrace_id(), error.hint()];
        let _ = writeln!(text, "{texts:?} {:?}", error.blame_fields());
        let mut source = std::error::Error::source(error);
        while let Some(error) = source {
            let _ = writeln!(text, "{error} {error:?}");
            source = error.source();
        }
        self.shown.push(("error", text));
    }

    /// What was logged so far.
    pub fn logged(&self) -> String {
        self.log.text()
    }

    /// The places where a secret is shown, each with the text around it.
    pub fn leaks(&self, secrets: &Secrets) -> Vec<String> {
        let logged = ("log", self.log.text());
        let mut leaks = Vec::new();
        for (what, text) in self.shown.iter().chain([&logged]) {
            for secret in &secrets.0 {
                leaks.extend(find(text, secret).map(|around| format!("{secret} in the {what}: {around}")));
            }
        }
        leaks
    }

    /// No secret is shown anywhere.
    pub fn hides(&self, operation: &str, secrets: &Secrets) {
        let leaks = self.leaks(secrets);
        assert!(leaks.is_empty(), "{operation}: a secret is shown\n{}", leaks.join("\n"));
    }
}

/// The secrets of one example.
pub struct Secrets(BTreeSet<String>);

impl Secrets {
    /// What every test hides, and in this request and this answer the proof, the tokens, and the members of these names at any depth.
    pub fn of(request: &Request, answer: &str, names: &[&str]) -> Self {
        let mut secrets = Self(BTreeSet::from([TOKEN.to_owned(), APP_SECRET.to_owned()]));
        for (name, value) in request.url.query_pairs() {
            secrets.text(&name, &value, names);
            secrets.json(&value, names);
        }
        for (name, value) in url::form_urlencoded::parse(&request.body) {
            secrets.text(&name, &value, names);
        }
        secrets.json(&String::from_utf8_lossy(&request.body), names);
        // Graph's error object has a `code` too, which is not a verification code.
        let mut answer: Value = serde_json::from_str(answer).unwrap_or_default();
        answer.as_object_mut().and_then(|members| members.remove("error"));
        secrets.walk("", &answer, names);
        secrets
    }

    fn json(&mut self, text: &str, names: &[&str]) {
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            self.walk("", &value, names);
        }
    }

    fn walk(&mut self, name: &str, value: &Value, names: &[&str]) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| self.walk(name, value, names)),
            Value::Array(items) => items.iter().for_each(|value| self.walk(name, value, names)),
            Value::String(text) => {
                self.text(name, text, names);
                // The URL of the next page, whose cursor comes with a token.
                if let Ok(url) = url::Url::parse(text) {
                    url.query_pairs().for_each(|(name, value)| self.text(&name, &value, names));
                }
            }
            Value::Number(number) if names.contains(&name) => self.text(name, &number.to_string(), names),
            _ => {}
        }
    }

    fn text(&mut self, name: &str, text: &str, names: &[&str]) {
        const EVERYWHERE: [&str; 5] = ["access_token", "appsecret_proof", "client_secret", "fb_exchange_token", "input_token"];
        let secret = names.contains(&name) || EVERYWHERE.contains(&name) || text.starts_with("EAA");
        if secret && !text.is_empty() {
            self.0.insert(text.to_owned());
        }
    }

    /// A secret that the request and the answer do not hold.
    pub fn with(mut self, secret: &str) -> Self {
        self.0.insert(secret.to_owned());
        self
    }
}

/// The text around a secret, however it is spelled.
fn find(text: &str, secret: &str) -> Option<String> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let percent: String = byte_serialize(secret.as_bytes()).collect();
    let spellings = [secret.to_owned(), json.trim_matches('"').to_owned(), json.trim_matches('"').replace('/', "\\/"), percent];
    spellings.iter().find_map(|spelling| {
        text.match_indices(spelling.as_str()).map(|(at, _)| at).find(|at| !within_a_number(text, *at, spelling)).map(|at| {
            let before = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
            let after = text[at..].char_indices().nth(spelling.chars().count() + 20).map_or(text.len(), |(end, _)| at + end);
            text[before..after].escape_debug().to_string()
        })
    })
}

/// Meta's samples have identifiers that happen to hold the sample's code, and so may a time or a length.
fn within_a_number(text: &str, at: usize, found: &str) -> bool {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    // Two digits after a percent sign are a character.
    let encoded = at >= 3 && bytes[at - 3] == b'%';
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    found.bytes().all(|byte| byte.is_ascii_digit()) && ((digit(before) && !encoded) || digit(bytes.get(at + found.len())))
}
