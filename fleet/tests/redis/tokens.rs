//! The token of a credential.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use graph_runtime::{
    BoxFuture, Client, Method, ProviderError, RawRequest, Secret, StoredToken, TokenProvider, TokenSource, TokenStore, Value, Version,
};
use serde_json::json;
use wiremock::matchers::{any, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::fleet;
use crate::server::Server;

/// Gives a token to begin with, and numbered ones after it; slowly, and counts.
#[derive(Clone, Default)]
struct Provider {
    begun: Arc<AtomicU32>,
    refreshed: Arc<AtomicU32>,
    fails: Arc<AtomicBool>,
}

impl Provider {
    fn counts(&self) -> (u32, u32) {
        (self.begun.load(Ordering::SeqCst), self.refreshed.load(Ordering::SeqCst))
    }
}

impl TokenProvider for Provider {
    fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderError>> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Ok("EAAGstale".into())
        })
    }

    fn refresh<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        self.refreshed.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if self.fails.swap(false, Ordering::SeqCst) { Err("the vault is closed".into()) } else { Ok("EAAGfresh".into()) }
        })
    }
}

/// A server that takes the fresh token alone.
async fn graph() -> MockServer {
    let server = MockServer::start().await;
    let success = ResponseTemplate::new(200).set_body_json(json!({"data": []}));
    Mock::given(header("authorization", "Bearer EAAGfresh")).respond_with(success).with_priority(1).mount(&server).await;
    let expired = ResponseTemplate::new(401).set_body_json(json!({"error": {"code": 190, "message": "expired"}}));
    Mock::given(any()).respond_with(expired).with_priority(2).mount(&server).await;
    server
}

fn machine(server: &Server, graph: &MockServer, provider: &Provider, require: bool) -> Client {
    let tokens = fleet(&server.url()).tokens("tenant 1");
    let tokens = if require { tokens.require() } else { tokens };
    let source = TokenSource::shared(provider.clone(), tokens);
    Client::builder("", Version(23, 0)).base_url(graph.uri()).token_provider(source).build().unwrap()
}

async fn call(client: Client) -> Result<(), String> {
    let read = RawRequest::<Value>::new(Method::Get, "/102/phone_numbers");
    client.send(&read).await.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn of_twelve_machines_one_asks_and_one_refreshes() {
    let (server, graph, provider) = (Server::start(), graph().await, Provider::default());
    let tasks: Vec<_> = (0..12).map(|_| tokio::spawn(call(machine(&server, &graph, &provider, false)))).collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(provider.counts(), (1, 1));
    call(machine(&server, &graph, &provider, false)).await.unwrap();
    assert_eq!(provider.counts(), (1, 1), "a machine that begins later has it from Redis");
    let keys = server.keys();
    for (key, kept) in &keys {
        assert!(*kept > 0 && !key.contains("tenant"), "{key}");
        let all = if key.contains(":token:") { server.say(&["HGETALL", key]) } else { server.say(&["GET", key]) };
        assert!(!all.contains("EAAG") && !all.contains("fresh"), "{all}");
    }
}

#[tokio::test]
async fn when_the_provider_fails_another_machine_asks_at_once() {
    let (server, graph, provider) = (Server::start(), graph().await, Provider::default());
    provider.fails.store(true, Ordering::SeqCst);
    let began = Instant::now();
    let tasks: Vec<_> = (0..6).map(|_| tokio::spawn(call(machine(&server, &graph, &provider, false)))).collect();
    let mut failed = 0;
    for task in tasks {
        failed += u32::from(task.await.unwrap().is_err());
    }
    assert_eq!((failed, provider.counts()), (1, (1, 2)));
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}: not when the leave has run out", began.elapsed());
}

#[tokio::test]
async fn a_machine_that_dies_while_it_asks_is_waited_for_as_long_as_its_leave() {
    let server = Server::start();
    let (dies, next) = (fleet(&server.url()).tokens("a").asking(Duration::from_millis(200)), fleet(&server.url()).tokens("a"));
    assert_eq!(dies.get(None).await.unwrap(), StoredToken::Ask);
    assert!(matches!(next.get(None).await.unwrap(), StoredToken::Asked(_)));
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(next.get(None).await.unwrap(), StoredToken::Ask);
    next.put(&"EAAGnew".into()).await.unwrap();
    dies.put(&"EAAGlate".into()).await.unwrap();
    assert_eq!(next.get(None).await.unwrap(), StoredToken::Found("EAAGnew".into()), "what is late does not replace what is newer");
    assert_eq!(next.get(Some(&"EAAGnew".into())).await.unwrap(), StoredToken::Ask, "the rejected one is not given again");
    assert_eq!(fleet(&server.url()).tokens("b").get(None).await.unwrap(), StoredToken::Ask, "each credential has its own");
}

#[tokio::test]
async fn while_redis_is_away_each_machine_asks_or_none_does() {
    let (mut server, graph, provider) = (Server::start(), graph().await, Provider::default());
    server.kill();
    for _ in 0..3 {
        call(machine(&server, &graph, &provider, false)).await.unwrap();
    }
    assert_eq!(provider.counts(), (3, 3), "one for each machine");
    let began = Instant::now();
    let required = machine(&server, &graph, &provider, true);
    let error = call(required.clone()).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(error.contains("Redis cannot be reached"), "{error}");
    assert_eq!(provider.counts(), (3, 3));
    server.restart();
    let began = Instant::now();
    while call(required.clone()).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(6));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
