//! What the emitted contract tests are built on: a Graph on loopback, and the comparison of what it was sent with what Meta's page shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "a test that fails should panic")]

pub mod clock;
pub mod graph;
pub mod log;
pub mod request_text;
pub mod retired;
pub mod types;
pub mod watch;

use std::fmt::Debug;

use graph_runtime::{Auth, ErrorInfo, Operation};
use serde_json::{Value, json};
use whatsapp_graph::{ApiVersion, Call, Client, ClientBuilder, ErrorKind, Refusals, RetryPolicy, retry::OnVersionMismatch};

use crate::{
    clock::ManualClock,
    graph::Graph,
    request_text::RequestText,
    watch::{Secrets, Watch},
};

/// The token of every test; nothing may ever show it.
pub const TOKEN: &str = "EAAJBtoken0of0the0tests";

/// The app secret of every test that has one; it is never sent.
pub const APP_SECRET: &str = "614fc2afde15eee07a26b2fe3eaee9b9";

/// The versions that an example is for.
pub struct Range {
    /// The first that has what it shows; nothing: all that are older too.
    pub since: Option<&'static str>,
    /// The first that has it no more.
    pub removed: Option<&'static str>,
    /// Those in between that lack it.
    pub lacking: &'static [&'static str],
    /// Those that the example names; nothing: it names none.
    pub only: &'static [&'static str],
}

impl Range {
    /// Every version.
    pub const ALL: Self = Self { since: None, removed: None, lacking: &[], only: &[] };

    fn contains(&self, version: ApiVersion) -> bool {
        let bound = |text: &str| text.parse::<ApiVersion>().unwrap();
        let begun = self.since.is_none_or(|since| version >= bound(since));
        let listed = |texts: &[&str]| texts.iter().any(|text| bound(text) == version);
        let ended = self.removed.is_some_and(|removed| version >= bound(removed));
        begun && !ended && !listed(self.lacking) && (self.only.is_empty() || listed(self.only))
    }
}

/// One operation at some versions. Whatever a test does with it is logged at every level, and nothing that is logged or can be printed of
/// the call, its answer and its error may hold a secret.
pub struct Contract {
    operation: &'static str,
    /// The file of the spec, and the title of the example in it.
    example: Option<(&'static str, &'static str)>,
    versions: Vec<ApiVersion>,
    day: Option<&'static str>,
    secrets: &'static [&'static str],
}

impl Contract {
    /// The contract of an operation, by its id, at every version of the window.
    pub fn new(operation: &'static str) -> Self {
        Self { operation, example: None, versions: ApiVersion::window().collect(), day: None, secrets: &[] }
    }

    /// Of an example: the file of the spec, and its title.
    pub fn of(mut self, file: &'static str, title: &'static str) -> Self {
        self.example = Some((file, title));
        self
    }

    /// What a failure is about: the operation, and where the spec has the example.
    fn subject(&self) -> String {
        match self.example {
            Some((file, title)) => format!("{}, the example \"{title}\" in {file}", self.operation),
            None => self.operation.to_owned(),
        }
    }

    /// At those versions of the window alone that an example is for.
    pub fn within(mut self, range: &Range) -> Self {
        self.versions.retain(|version| range.contains(*version));
        assert!(!self.versions.is_empty(), "an example that runs at no version tests nothing");
        self
    }

    /// On this day by the client's clock, not today: something that the example uses is gone since.
    pub fn on(mut self, day: &'static str) -> Self {
        self.day = Some(day);
        self
    }

    /// A client that sends everything once, to be configured further.
    fn builder(&self, graph: &Graph, version: ApiVersion) -> ClientBuilder<Client> {
        let builder = Client::builder(TOKEN, version).base_url(graph.url()).retries(RetryPolicy::never());
        match self.day {
            Some(day) => builder.clock(ManualClock::at(day)),
            None => builder,
        }
    }

    fn client(&self, graph: &Graph, version: ApiVersion) -> Client {
        self.builder(graph, version).build().unwrap()
    }

    /// Parameters, and members of what is sent and answered, whose values are secret.
    pub fn hiding(mut self, secrets: &'static [&'static str]) -> Self {
        self.secrets = secrets;
        self
    }

    /// The call sends just `request`, and the answer decodes and loses nothing.
    pub async fn answered<R>(&self, request: &str, status: u16, body: &str, call: impl Fn(&Client) -> Call<R>)
    where
        R: Operation + Debug,
        R::Response: serde_core::Serialize + Debug,
    {
        for &version in &self.versions {
            let graph = Graph::answering(status, body).await;
            let mut watch = Watch::begin();
            let bound = call(&self.client(&graph, version));
            watch.debug("call", &bound);
            let answer = bound.send_full().await;
            let answer = answer.unwrap_or_else(|error| panic!("{} at {version}: {error}", self.subject()));
            watch.debug("answer", &answer.value);
            watch.debug("response", &answer.info);
            self.sent_just(&graph, request, version, R::INFO.auth).await;
            self.is_hidden(&watch, &graph, body).await;
            let body: Value = serde_json::from_str(body).unwrap();
            let again = serde_json::to_value(&answer.value).unwrap();
            assert_eq!(
                without_nulls(again),
                without_nulls(body),
                "{} at {version}: the answer (right, as the spec has it) is not encoded as it was decoded (left)",
                self.subject()
            );
        }
        self.hides_what_graph_gave_out(status, body, &call).await;
        self.masks_what_graph_repeats(call).await;
    }

    /// The call sends just `request`, once, and Graph's answer is known as `kind`.
    pub async fn failed<R: Operation + Debug>(
        &self,
        request: &str,
        status: u16,
        body: &str,
        kind: ErrorKind,
        call: impl Fn(&Client) -> Call<R>,
    ) {
        for &version in &self.versions {
            let graph = Graph::answering(status, body).await;
            let mut watch = Watch::begin();
            let bound = call(&self.client(&graph, version));
            watch.debug("call", &bound);
            let error = bound.send().await.err();
            let error = error.unwrap_or_else(|| panic!("{} at {version}: an error was taken for an answer", self.subject()));
            watch.error(&error);
            assert_eq!(error.kind(), Some(kind), "{} at {version}: {error}", self.subject());
            assert_eq!(error.status(), Some(status));
            assert!(R::INFO.errors.iter().any(|doc| Some(doc.error.name) == error.info().map(|meta| meta.name)), "{kind:?} is not listed");
            self.sent_just(&graph, request, version, R::INFO.auth).await;
            self.is_hidden(&watch, &graph, body).await;
        }
        self.masks_what_graph_repeats(call).await;
    }

    /// The call is refused for `param` and sent nowhere; with refusals off it is sent.
    pub async fn refused<R: Operation + Debug>(&self, param: &str, call: impl Fn(&Client) -> Call<R>) {
        for &version in &self.versions {
            let graph = Graph::answering(200, "{}").await;
            let mut watch = Watch::begin();
            let bound = call(&self.client(&graph, version));
            watch.debug("call", &bound);
            let error = bound.send().await.err().expect("the call should be refused");
            watch.error(&error);
            assert!(error.is_refusal(), "{error}");
            assert!(error.refusals().iter().any(|refusal| refusal.item.contains(param)), "{error} does not name {param}");
            assert!(error.to_string().contains("with_refusals"), "{error} does not say how to overrule it");
            assert_eq!(graph.requests().await.len(), 0, "a refused call was sent");
            let _ = call(&self.client(&graph, version)).with_refusals(Refusals::Warn).send().await;
            let _ = call(&self.client(&graph, version)).with_refusals(Refusals::Off).send().await;
            assert_eq!(graph.requests().await.len(), 2, "with refusals off the call is sent");
            self.is_hidden(&watch, &graph, "").await;
        }
    }

    /// Graph answers with each of the operation's errors in turn: each is known, documented, and nothing is sent twice.
    pub async fn knows_its_errors<R: Operation + Debug>(&self, call: impl Fn(&Client) -> Call<R>) {
        let version = *self.versions.last().unwrap();
        for doc in R::INFO.errors {
            let body = envelope(doc.error).to_string();
            let graph = Graph::answering(400, &body).await;
            let mut watch = Watch::begin();
            let error = call(&self.client(&graph, version)).send().await.err().expect("an error was taken for an answer");
            watch.error(&error);
            assert_eq!(error.info().map(|meta| meta.name), Some(doc.error.name), "{}: {error}", self.operation);
            assert_eq!(error.code(), Some(doc.error.code));
            assert!(error.to_string().contains(&doc.error.code.to_string()), "{error} does not show its code");
            assert!(!doc.cause.is_empty() && !doc.remedy.is_empty());
            assert_eq!(graph.requests().await.len(), 1, "{} was sent again after {}", self.operation, doc.error.name);
            self.is_hidden(&watch, &graph, &body).await;
        }
    }

    /// An answer that is kept in an error, whole or broken off, shows no secret of its own.
    async fn hides_what_graph_gave_out<R: Operation + Debug>(&self, status: u16, body: &str, call: impl Fn(&Client) -> Call<R>) {
        let half = body.char_indices().nth(body.chars().count() / 2).map_or(0, |(at, _)| at);
        // On a host whose paths have no version none can be another one, and the whole body is an answer.
        let whole = R::INFO.host.is_none_or(|host| host.versioned).then_some(body);
        for part in whole.into_iter().chain([body.strip_suffix('}').unwrap_or_default(), &body[..half]]) {
            let graph = Graph::serving("v99.0", status, part).await;
            let mut watch = Watch::begin();
            let builder = self.builder(&graph, self.versions[0]);
            let client = builder.on_version_mismatch(OnVersionMismatch::Error).build().unwrap();
            watch.error_but_its_body(&call(&client).send().await.err().expect("another version was taken for an answer"));
            self.is_hidden(&watch, &graph, body).await;
        }
    }

    /// Graph repeats the whole request, its proof and token included, in every text of its error, and nothing of it that is secret is shown.
    async fn masks_what_graph_repeats<R: Operation + Debug>(&self, call: impl Fn(&Client) -> Call<R>) {
        let graph = Graph::repeating().await;
        let mut watch = Watch::begin();
        let builder = self.builder(&graph, self.versions[0]);
        let client = builder.app_secret(APP_SECRET).timed_proof(true).build().unwrap();
        watch.debug("client", &client);
        watch.error(&call(&client).send().await.err().expect("an error was taken for an answer"));
        self.is_hidden(&watch, &graph, "").await;
    }

    /// No secret of the sent request, nor one of the answer, is in anything that was shown or logged.
    async fn is_hidden(&self, watch: &Watch, graph: &Graph, answer: &str) {
        let requests = graph.requests().await;
        assert!(watch.logged().contains(self.operation), "{}: the call left nothing in the log", self.operation);
        watch.hides(self.operation, &Secrets::of(&requests[0], answer, self.secrets));
    }

    async fn sent_just(&self, graph: &Graph, request: &str, version: ApiVersion, auth: Auth) {
        let requests = graph.requests().await;
        assert_eq!(requests.len(), 1, "{} at {version}: one call is one request", self.subject());
        let retired = retired::uses(&requests[0]);
        assert!(retired.is_empty(), "{} at {version} uses what Graph has retired: {retired:?}", self.operation);
        let request = RequestText::parse(&request.replace("{version}", &version.to_string()));
        request.matches(&requests[0], &self.subject());
        let authorization = requests[0].headers.get("authorization").map(|value| value.to_str().unwrap());
        match auth {
            Auth::Token => assert_eq!(authorization, Some(format!("Bearer {TOKEN}").as_str())),
            Auth::OAuth => assert_eq!(authorization, Some(format!("OAuth {TOKEN}").as_str())),
            Auth::None => assert_eq!(authorization, None, "{} needs no token and gets none", self.operation),
        }
        assert!(!requests[0].url.as_str().contains(TOKEN), "the token is in the URL");
    }
}

/// Graph's envelope for an error.
pub fn envelope(error: &ErrorInfo) -> Value {
    let mut envelope = json!({"message": format!("(#{}) A message of this test", error.code), "type": "OAuthException", "code": error.code, "fbtrace_id": "AbCdEf"});
    if let Some(subcode) = error.subcode {
        envelope["error_subcode"] = subcode.into();
    }
    if error.case {
        envelope["error_user_title"] = error.title.into();
    }
    json!({"error": envelope})
}

/// A JSON value without the members that are null: absent and null mean the same.
pub fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(items) => items.into_iter().filter(|item| !item.is_null()).map(without_nulls).collect(),
        other => other,
    }
}

/// The code of the pages that people read, compiled: `pages.rs` holds that none is missing.
#[cfg(doctest)]
mod pages;
