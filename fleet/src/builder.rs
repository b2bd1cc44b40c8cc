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

/// By which authority Redis is known, and the machine by Redis: in PEM.
#[derive(Default)]
struct Certificates {
    root: Option<Vec<u8>>,
    client: Option<(Vec<u8>, Secret)>,
}

/// Sets up a [`Fleet`].
#[must_use]
pub struct FleetBuilder {
    urls: Vec<Secret>,
    cluster: bool,
    secret: Secret,
    prefix: String,
    patience: Duration,
    certificates: Certificates,
}

impl FleetBuilder {
    pub(crate) fn new(url: Secret, secret: Secret) -> Self {
        Self { urls: vec![url], cluster: false, secret, prefix: "graph".into(), patience: PATIENCE, certificates: Certificates::default() }
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

    /// The certificate of the authority that has signed that of Redis, in PEM, instead of those of the system. It is for a `rediss` URL.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates.root = Some(pem.into());
        self
    }

    /// The certificate by which Redis knows this machine, and its private key, both in PEM: Redis asks for one unless its `tls-auth-clients` is `no`.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>, key: impl Into<Secret>) -> Self {
        self.certificates.client = Some((pem.into(), key.into()));
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
        // The errors of the client say what is wrong with a URL or a certificate, and nothing of what it holds.
        let unusable = |error: redis::RedisError| FleetError(format!("the URL of Redis cannot be used: {error}"));
        self.certificates.check(&self.urls)?;
        #[cfg(feature = "cluster")]
        if self.cluster {
            let nodes = self.urls.iter().map(Secret::expose);
            let builder = redis::cluster::ClusterClient::builder(nodes).connection_timeout(self.patience).retries(2);
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            let builder = match self.certificates.to_redis() {
                Some(certificates) => builder.certs(certificates),
                None => builder,
            };
            return Ok(Target::Cluster(Box::new(builder.build().map_err(unusable)?)));
        }
        debug_assert!(!self.cluster);
        let url = self.urls.first().map_or("", Secret::expose);
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        if let Some(certificates) = self.certificates.to_redis() {
            let client = redis::Client::build_with_tls(url, certificates);
            return Ok(Target::Single(Box::new(client.map_err(unusable)?)));
        }
        Ok(Target::Single(Box::new(redis::Client::open(url).map_err(unusable)?)))
    }
}

impl Certificates {
    /// Are they certificates, and for TLS?
    fn check(&self, urls: &[Secret]) -> Result<(), FleetError> {
        let given = [("root certificate", self.root.as_ref()), ("client certificate", self.client.as_ref().map(|(pem, _)| pem))];
        let mut given = given.into_iter().filter_map(|(what, pem)| Some((what, pem?))).peekable();
        if given.peek().is_some() && urls.iter().any(|url| !url.expose().starts_with("rediss:")) {
            return Err(FleetError("there are certificates, and a URL that asks for no TLS: begin it with `rediss://`".into()));
        }
        match given.find(|(_, pem)| !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----")) {
            Some((what, _)) => Err(FleetError(format!("the {what} is not in PEM: it has no `-----BEGIN CERTIFICATE-----`"))),
            None => Ok(()),
        }
    }

    /// As the client of Redis takes them, if there are any.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn to_redis(&self) -> Option<redis::TlsCertificates> {
        let client = self.client.as_ref();
        let client_tls =
            client.map(|(pem, key)| redis::ClientTlsConfig { client_cert: pem.clone(), client_key: key.expose().as_bytes().to_vec() });
        (client_tls.is_some() || self.root.is_some()).then(|| redis::TlsCertificates { client_tls, root_cert: self.root.clone() })
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
