//! What many machines share.

use std::fmt;

use graph_runtime::Secret;

use crate::builder::{FleetBuilder, Shared};
use crate::ledger::RedisLedger;

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
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet").field("link", &self.link).finish()
    }
}
