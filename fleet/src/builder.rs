//! How a fleet is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use graph_runtime::Secret;

use crate::fleet::Fleet;
use crate::link::{Link, Target};
use crate::names::{Names, SHORTEST_SECRET};

/// How long a command is waited for, if nothing else is said.
const PATIENCE: Duration = Duration::from_millis(500);

/// Sets up a [`Fleet`].
#[must_use]
pub struct FleetBuilder {
    urls: Vec<Secret>,
    cluster: bool,
    secret: Secret,
    prefix: String,
    patience: Duration,
}

impl FleetBuilder {
    pub(crate) fn new(url: Secret, secret: Secret) -> Self {
        Self { urls: vec![url], cluster: false, secret, prefix: "graph".into(), patience: PATIENCE }
    }

    /// With what every key begins: `graph` if nothing else is said. Programs that share a Redis and are to count apart have prefixes of their own.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long one step waits for Redis, and for the connection to it: half a second if nothing else is said. A step that takes longer has failed, and what
    /// happens then each store says.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Redis is a cluster. These are further nodes by which it can be found; none have to be named.
    #[cfg(feature = "cluster")]
    pub fn cluster<U: Into<Secret>>(mut self, nodes: impl IntoIterator<Item = U>) -> Self {
        self.cluster = true;
        self.urls.extend(nodes.into_iter().map(Into::into));
        self
    }

    /// The fleet. It is not connected yet: the first who needs Redis connects.
    ///
    /// # Errors
    /// A URL or the prefix cannot be used, the secret is too short, or this build has no TLS or no crypto provider for a `rediss` URL.
    pub fn build(self) -> Result<Fleet, FleetError> {
        if self.secret.expose().len() < SHORTEST_SECRET {
            return Err(FleetError(format!(
                "the secret of a fleet has at least {SHORTEST_SECRET} bytes; `openssl rand -base64 32` makes one"
            )));
        }
        let plain = |c: char| c.is_ascii_graphic() && c != '{' && c != '}';
        if self.prefix.is_empty() || !self.prefix.chars().all(plain) {
            return Err(FleetError("the prefix is to be of ASCII without white space and braces".into()));
        }
        if self.patience.is_zero() {
            return Err(FleetError("the patience is none: no command would ever be answered in time".into()));
        }
        let target = self.target()?;
        Ok(Fleet::new(Link::new(target, Names::new(self.prefix, &self.secret), self.patience)))
    }

    fn target(&self) -> Result<Target, FleetError> {
        for url in &self.urls {
            tls(url.expose())?;
        }
        // The errors of the client say what is wrong with a URL, and nothing of what it holds.
        let unusable = |error: redis::RedisError| FleetError(format!("the URL of Redis cannot be used: {error}"));
        #[cfg(feature = "cluster")]
        if self.cluster {
            let nodes = self.urls.iter().map(Secret::expose);
            let builder = redis::cluster::ClusterClient::builder(nodes).connection_timeout(self.patience).retries(2);
            return Ok(Target::Cluster(Box::new(builder.build().map_err(unusable)?)));
        }
        debug_assert!(!self.cluster);
        let url = self.urls.first().map_or("", Secret::expose);
        Ok(Target::Single(Box::new(redis::Client::open(url).map_err(unusable)?)))
    }
}

/// Whether this build can do what the URL asks for.
fn tls(url: &str) -> Result<(), FleetError> {
    if !url.starts_with("rediss:") {
        return Ok(());
    }
    if cfg!(not(any(feature = "rustls", feature = "native-tls"))) {
        return Err(FleetError(
            "the URL asks for TLS, which this build has not: enable the feature `rustls` or `native-tls` of graph-fleet".into(),
        ));
    }
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(FleetError(
            "the URL asks for TLS, and the process has no crypto provider: call for example \
             `rustls::crypto::ring::default_provider().install_default()` before"
                .into(),
        ));
    }
    Ok(())
}

/// Why a fleet cannot be set up, in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetError(String);

impl fmt::Display for FleetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FleetError {}

/// A URL may hold a password.
impl fmt::Debug for FleetBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FleetBuilder").field("prefix", &self.prefix).field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// The link of a fleet, for its stores.
pub(crate) type Shared = Arc<Link>;
