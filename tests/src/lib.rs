//! What the emitted contract tests stand on: a Graph on loopback, and the comparison of what it was sent with what Meta's page shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "a test that fails should panic")]

pub mod clock;
pub mod graph;
pub mod log;
pub mod request_text;
pub mod types;

use std::fmt::Debug;

use graph_runtime::{Auth, ErrorMeta, Operation, OperationMeta};
use serde_json::{Value, json};
use whatsapp_graph::{ApiVersion, Call, Client, ErrorKind, Refusals};

use crate::{graph::Graph, request_text::RequestText};

/// The token of every test; nothing may ever show it.
pub const TOKEN: &str = "EAAJBtoken0of0the0tests";

/// One operation at some versions.
pub struct Contract {
    operation: &'static str,
    versions: Vec<ApiVersion>,
}

impl Contract {
    /// The contract of an operation, by its id, at these versions.
    pub fn new(operation: &'static str, versions: &[&str]) -> Self {
        assert!(!versions.is_empty(), "an example that runs at no version tests nothing");
        Self { operation, versions: versions.iter().map(|version| version.parse().unwrap()).collect() }
    }

    /// The call sends just `request`, and the answer decodes and loses nothing.
    pub async fn answered<R>(&self, request: &str, status: u16, body: &str, call: impl Fn(&Client) -> Call<R>)
    where
        R: Operation + Debug,
        R::Response: serde_core::Serialize,
    {
        for &version in &self.versions {
            let graph = Graph::answering(status, body).await;
            let bound = call(&graph.client(version));
            let shown = format!("{bound:?}");
            let answer = bound.send().await;
            let answer = answer.unwrap_or_else(|error| panic!("{} at {version}: {error}", self.operation));
            self.sent_just(&graph, request, version, R::META.auth).await;
            self.keeps_its_secrets(&graph, R::META, &[shown]).await;
            let body: Value = serde_json::from_str(body).unwrap();
            let again = serde_json::to_value(&answer).unwrap();
            assert_eq!(
                without_nulls(again),
                without_nulls(body),
                "{} at {version}: the answer is not encoded as it was decoded",
                self.operation
            );
        }
    }

    /// The call sends just `request`, once, and Graph's answer is known as `kind`.
    pub async fn failed<R: Operation>(&self, request: &str, status: u16, body: &str, kind: ErrorKind, call: impl Fn(&Client) -> Call<R>) {
        for &version in &self.versions {
            let graph = Graph::answering(status, body).await;
            let error = call(&graph.client(version)).send().await.err();
            let error = error.unwrap_or_else(|| panic!("{} at {version}: an error was taken for an answer", self.operation));
            assert_eq!(error.kind(), Some(kind), "{} at {version}: {error}", self.operation);
            assert_eq!(error.status(), Some(status));
            assert!(R::META.errors.iter().any(|doc| Some(doc.error.name) == error.meta().map(|meta| meta.name)), "{kind:?} is not listed");
            self.sent_just(&graph, request, version, R::META.auth).await;
            self.keeps_its_secrets(&graph, R::META, &[format!("{error}"), format!("{error:?}"), error.support_report()]).await;
        }
    }

    /// The call is refused for `param` and sent nowhere; with refusals off it is sent.
    pub async fn refused<R: Operation>(&self, param: &str, call: impl Fn(&Client) -> Call<R>) {
        for &version in &self.versions {
            let graph = Graph::answering(200, "{}").await;
            let error = call(&graph.client(version)).send().await.err().expect("the call should be refused");
            assert!(error.is_refusal(), "{error}");
            assert!(error.refusals().iter().any(|refusal| refusal.item.contains(param)), "{error} does not name {param}");
            assert!(error.to_string().contains("with_refusals"), "{error} does not say how to overrule it");
            assert_eq!(graph.requests().await.len(), 0, "a refused call was sent");
            let _ = call(&graph.client(version)).with_refusals(Refusals::Off).send().await;
            assert_eq!(graph.requests().await.len(), 1, "with refusals off the call is sent");
        }
    }

    /// Graph answers with each of the operation's errors in turn: each is known, documented, and nothing is sent twice.
    pub async fn knows_its_errors<R: Operation>(&self, call: impl Fn(&Client) -> Call<R>) {
        let version = *self.versions.last().unwrap();
        for doc in R::META.errors {
            let graph = Graph::answering(400, &envelope(doc.error).to_string()).await;
            let error = call(&graph.client(version)).send().await.err().expect("an error was taken for an answer");
            assert_eq!(error.meta().map(|meta| meta.name), Some(doc.error.name), "{}: {error}", self.operation);
            assert_eq!(error.code(), Some(doc.error.code));
            assert!(error.to_string().contains(&doc.error.code.to_string()), "{error} does not show its code");
            assert!(!doc.cause.is_empty() && !doc.remedy.is_empty());
            assert_eq!(graph.requests().await.len(), 1, "{} was sent again after {}", self.operation, doc.error.name);
        }
    }

    /// Neither the token nor a secret parameter that was sent stands in what is shown.
    async fn keeps_its_secrets(&self, graph: &Graph, meta: &OperationMeta, shown: &[String]) {
        let request = &graph.requests().await[0];
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut secrets = vec![TOKEN.to_owned()];
        for param in meta.params.iter().filter(|param| param.secret) {
            secrets.extend(body.get(param.name).and_then(Value::as_str).map(String::from));
            let in_query = request.url.query_pairs().find(|(name, _)| name == param.name);
            secrets.extend(in_query.map(|(_, value)| value.into_owned()));
        }
        // Meta's samples have identifiers that happen to hold the sample's code.
        let path: Vec<&str> = request.url.path_segments().into_iter().flatten().collect();
        let shown: Vec<String> =
            shown.iter().map(|text| path.iter().fold(text.clone(), |text, segment| text.replace(segment, ""))).collect();
        for (secret, text) in
            secrets.iter().filter(|secret| !secret.is_empty()).flat_map(|secret| shown.iter().map(move |text| (secret, text)))
        {
            assert!(!text.contains(secret.as_str()), "{}: a secret is shown in {text}", self.operation);
        }
    }

    async fn sent_just(&self, graph: &Graph, request: &str, version: ApiVersion, auth: Auth) {
        let requests = graph.requests().await;
        assert_eq!(requests.len(), 1, "{} at {version}: one call is one request", self.operation);
        let request = RequestText::parse(&request.replace("{version}", &version.to_string()));
        request.matches(&requests[0], self.operation);
        let authorization = requests[0].headers.get("authorization").map(|value| value.to_str().unwrap());
        match auth {
            Auth::Token => assert_eq!(authorization, Some(format!("Bearer {TOKEN}").as_str())),
            Auth::OAuth => assert_eq!(authorization, Some(format!("OAuth {TOKEN}").as_str())),
            Auth::None => assert_eq!(authorization, None, "{} needs no token and gets none", self.operation),
        }
        assert!(!requests[0].url.as_str().contains(TOKEN), "the token stands in the URL");
    }
}

/// Graph's envelope for an error.
pub fn envelope(error: &ErrorMeta) -> Value {
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

/// The code of README.md, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The code of generated/README.md, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../generated/README.md")]
pub struct CrateReadme;
