//! The token of a credential for many machines: one key in Redis, sealed.

use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use graph_runtime::{BoxFuture, ProviderError, Secret, StoredToken, TokenStore};

use crate::builder::Shared;
use crate::link::{Fault, Script};

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("tokens.lua")));

/// How long a provider may be asked before another machine asks.
const ASKING: Duration = Duration::from_secs(10);

/// A day: then some machine asks the provider for the token to begin with.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// How often whoever waits for another machine looks again.
const LOOKS: Duration = Duration::from_millis(50);

/// Keeps the token of one credential for many machines, encrypted; for [`TokenSource::shared`](graph_runtime::TokenSource::shared).
///
/// Of all machines one asks the provider, and the others wait for what it gets: for ten seconds ([`asking`](Self::asking)), after which another asks.
///
/// # When Redis is away
/// By default each machine asks the provider itself, so that there are at most as many tokens as machines. With [`require`](Self::require) the call ends in an error.
///
/// # What a failover may lose
/// The last token, or who is asking for one: the provider is asked once more.
pub struct RedisTokens {
    link: Shared,
    key: String,
    asking: Duration,
    kept: Duration,
    required: bool,
    /// Tells this asking from all others.
    nonce: Mutex<String>,
}

impl RedisTokens {
    pub(crate) fn new(link: Shared, credential: &str) -> Self {
        let key = link.names.key("token", &link.names.tag("credential", credential));
        Self { link, key, asking: ASKING, kept: KEPT, required: false, nonce: Mutex::default() }
    }

    /// How long a machine asks the provider before another does; ten seconds if nothing else is said.
    #[must_use]
    pub fn asking(mut self, time: Duration) -> Self {
        self.asking = time;
        self
    }

    /// How long a token is kept; a day if nothing else is said. Then the provider is asked for the token to begin with.
    #[must_use]
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.kept = time;
        self
    }

    /// While Redis is away calls end in an error, instead of asking the provider on each machine.
    #[must_use]
    pub fn require(mut self) -> Self {
        self.required = true;
        self
    }

    /// The nonce of the present asking.
    fn nonce(&self) -> Result<String, Fault> {
        let mut nonce = self.nonce.lock().unwrap_or_else(PoisonError::into_inner);
        if nonce.is_empty() {
            *nonce = getrandom::u64().map(|number| format!("{number:x}")).map_err(|_| Fault::unreadable("without randomness"))?;
        }
        Ok(nonce.clone())
    }

    fn end_asking(&self) {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn run(&self, arguments: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, Fault> {
        self.link.run(&SCRIPT, std::slice::from_ref(&self.key), &arguments).await
    }

    fn hash(&self, token: &Secret) -> Vec<u8> {
        self.link.names.tag("token", token.expose()).into_bytes()
    }

    async fn look(&self, rejected: Option<&Secret>) -> Result<StoredToken, ProviderError> {
        let hash = rejected.map(|token| self.hash(token)).unwrap_or_default();
        let answer = self.run(vec![b"get".to_vec(), self.nonce()?.into_bytes(), hash, millis(self.asking)]).await?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let stored = match answer.as_slice() {
            [word] if word == b"ask" => Some(StoredToken::Ask),
            [word, left] if word == b"asked" => {
                let left = text(left).and_then(|left| left.parse().ok()).map(Duration::from_millis);
                left.map(|left| StoredToken::Asked(left.min(LOOKS)))
            }
            [word, sealed] if word == b"found" => {
                let opened = self.link.names.open(&self.key, sealed);
                let token = opened.and_then(|token| std::str::from_utf8(&token).ok().map(Secret::from));
                Some(StoredToken::Found(token.ok_or_else(|| Fault::unreadable("a token that was not sealed here"))?))
            }
            _ => None,
        };
        Ok(stored.ok_or_else(|| Fault::unreadable("a token"))?)
    }

    async fn keep(&self, token: &Secret) -> Result<(), ProviderError> {
        let sealed = self.link.names.seal(&self.key, token.expose().as_bytes()).ok_or_else(|| Fault::unreadable("without randomness"))?;
        self.run(vec![b"put".to_vec(), self.nonce()?.into_bytes(), sealed, self.hash(token), millis(self.kept)]).await?;
        self.end_asking();
        Ok(())
    }
}

impl TokenStore for RedisTokens {
    fn get<'a>(&'a self, rejected: Option<&'a Secret>) -> BoxFuture<'a, Result<StoredToken, ProviderError>> {
        Box::pin(self.look(rejected))
    }

    fn put<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(self.keep(token))
    }

    fn give_up(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let Ok(nonce) = self.nonce() else { return };
            // If Redis does not answer, the leave runs out.
            let _ = self.run(vec![b"give up".to_vec(), nonce.into_bytes()]).await;
            self.end_asking();
        })
    }

    fn required(&self) -> bool {
        self.required
    }
}

fn millis(time: Duration) -> Vec<u8> {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).clamp(1, 1 << 52).to_string().into_bytes()
}

impl fmt::Debug for RedisTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTokens").field("required", &self.required).finish_non_exhaustive()
    }
}
