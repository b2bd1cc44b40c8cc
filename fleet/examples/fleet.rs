//! One machine of a fleet. Begin it several times:
//!
//! ```sh
//! redis-server --port 6379 --appendonly yes --maxmemory-policy noeviction &
//! export FLEET_SECRET=$(openssl rand -base64 32) TOKEN=... NUMBER=106540352242922
//! cargo run -p graph-fleet --example fleet
//! ```
//!
//! With `GRAPH_BASE_URL` it talks to the stand-in.

use std::sync::Arc;
use std::time::Duration;

use graph_fleet::{Fleet, PaceAway};
use graph_runtime::{
    BoxFuture, Client, Governor, Method, Pace, ProviderError, RawRequest, Secret, TokenProvider, TokenSource, Value, Version,
};

/// Where tokens come from: here the environment, in a service a vault.
struct Vault;

impl TokenProvider for Vault {
    fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderError>> {
        Box::pin(async { Ok(std::env::var("TOKEN")?.into()) })
    }

    fn refresh<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        self.token()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379/".into());
    let fleet = Fleet::builder(url, std::env::var("FLEET_SECRET")?).prefix("shop").patience(Duration::from_millis(300)).build()?;
    let mut builder = Client::builder("", Version(23, 0));
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(url);
    }
    let client: Client = builder
        .token_provider(TokenSource::shared(Vault, fleet.tokens("tenant 1")))
        .ledger(Arc::new(fleet.ledger()))
        // Eighty calls a second for each number, by all machines together; a fifth of it by each while Redis is away.
        .pace(Pace::per_second(80))
        .turns(Arc::new(fleet.turns().while_away(PaceAway::Share { machines: 5 })))
        .governor(Governor::new())
        .usage_store(Arc::new(fleet.usage("my app")))
        .build()?;
    let number = RawRequest::<Value>::new(Method::Get, &format!("/{}", std::env::var("NUMBER")?));
    println!("{}", client.send(&number).await?);
    Ok(())
}
