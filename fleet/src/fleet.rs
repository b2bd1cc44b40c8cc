//! What many machines share.

use std::fmt;

use graph_runtime::Secret;

use crate::builder::{FleetBuilder, Shared};
#[cfg(feature = "webhooks")]
use crate::claims::RedisClaims;
use crate::ledger::RedisLedger;
use crate::tokens::RedisTokens;
use crate::turns::RedisTurns;
use crate::usage::RedisUsage;

/// The machines that share a Redis: one connection for each, and the stores that are made of it. Clones share the connection.
#[derive(Clone)]
pub struct Fleet {
    link: Shared,
}

impl Fleet {
    /// Begins a fleet with the URL of its Redis, and a secret that all its machines have: at least 16 bytes that cannot be guessed. With it names are
    /// hashed and tokens are encrypted.
    pub fn builder(url: impl Into<Secret>, secret: impl Into<Secret>) -> FleetBuilder {
        FleetBuilder::new(url.into(), secret.into())
    }

    pub(crate) fn new(link: Shared) -> Self {
        Self { link }
    }

    /// The ledger, for [`ClientBuilder::ledger`](graph_runtime::ClientBuilder::ledger).
    pub fn ledger(&self) -> RedisLedger {
        RedisLedger::new(self.link.clone())
    }

    /// The turns of a pace, for [`ClientBuilder::turns`](graph_runtime::ClientBuilder::turns).
    pub fn turns(&self) -> RedisTurns {
        RedisTurns::new(self.link.clone())
    }

    /// What Graph reports of the usage of an app, by whatever name you know it, and of its objects; for
    /// [`ClientBuilder::usage_store`](graph_runtime::ClientBuilder::usage_store).
    pub fn usage(&self, app: impl AsRef<str>) -> RedisUsage {
        RedisUsage::new(self.link.clone(), app.as_ref())
    }

    /// The token of a credential, by whatever name you know it, such as a tenant's; for [`TokenSource::shared`](graph_runtime::TokenSource::shared). One store is for one
    /// source.
    pub fn tokens(&self, credential: impl AsRef<str>) -> RedisTokens {
        RedisTokens::new(self.link.clone(), credential.as_ref())
    }

    /// Claims of webhooks, for [`Inbox`](graph_runtime::webhook::Inbox).
    #[cfg(feature = "webhooks")]
    pub fn claims(&self) -> RedisClaims {
        RedisClaims::new(self.link.clone())
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet").field("link", &self.link).finish()
    }
}
