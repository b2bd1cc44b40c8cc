//! Building a client.

use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::auth::credential::{AppSecret, fault};
use crate::auth::token::{Bearer, TokenSource};
use crate::client::admission::{Governed, SharedUsage, WaitForTurn, governed, share_usage, wait_for_turn};
use crate::client::observer::Observer;
use crate::client::tls;
use crate::client::version_check::OnVersionMismatch;
use crate::client::{Client, Shared};
use crate::clock::{Clock, system::SystemClock};
use crate::description::error_catalog::ErrorCatalog;
use crate::description::info::{HostInfo, OperationInfo};
use crate::description::mask::MaskInfo;
use crate::description::version::Version;
use crate::error::{Error, SetupFault};
use crate::limits::governor::Governor;
use crate::limits::ledger::{Ledger, MemoryLedger, OnLedgerError};
use crate::limits::observed_rates::ObservedRates;
use crate::limits::rate_limit::Pace;
use crate::limits::turns::{TurnStore, Turns};
use crate::limits::usage_store::UsageStore;
use crate::limits::usage_tracker::UsageTracker;
use crate::request::preflight::Refusals;
use crate::request::traffic::Traffic;
use crate::retry::budget::RetryBudget;
use crate::retry::jitter::Jitter;
use crate::retry::policy::RetryPolicy;
use crate::values::secret::Secret;

/// The client type of an API: what an emitted crate makes of a [`Client`].
pub trait Surface: From<Client> + Sized {
    /// The error type of that API.
    type Error: From<Error>;
    /// What is documented about that API.
    const ERROR_CATALOG: &'static ErrorCatalog;
    /// What it calls itself to servers: name and version.
    const USER_AGENT: &'static str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    /// Where it is, without a slash at the end.
    const BASE_URL: &'static str = "https://graph.facebook.com";
    /// The other hosts that its operations name. Nothing is sent elsewhere, so no token is.
    const HOSTS: &'static [HostInfo] = &[];
    /// Its operations with a limit or a documented rate: raw requests that are one of them are counted like it.
    const LIMITED: &'static [&'static OperationInfo] = &[];
    /// What is not shown of calls, by their paths: for raw requests that are an operation of the API, and for parameters added by name.
    const MASKED: &'static [MaskInfo] = &[];
}

/// A client of no API in particular, for raw requests.
impl Surface for Client {
    type Error = Error;
    const ERROR_CATALOG: &'static ErrorCatalog = &ErrorCatalog::EMPTY;
}

/// Builds the client `C`. There is no default version: it would rot.
#[must_use = "a builder does nothing before `build`"]
pub struct ClientBuilder<C> {
    bearer: Bearer,
    version: Version,
    app_secret: Option<AppSecret>,
    timed_proof: bool,
    base_url: String,
    redirected: bool,
    http: Option<reqwest::Client>,
    timeout: Duration,
    connect_timeout: Duration,
    read_timeout: Option<Duration>,
    proxy: Option<Secret>,
    retries: RetryPolicy,
    observer: Option<Arc<dyn Observer>>,
    governor: Option<Governed>,
    pace: Option<(Pace, WaitForTurn)>,
    rates: ObservedRates,
    on_mismatch: OnVersionMismatch,
    clock: Option<Arc<dyn Clock>>,
    user_agent: Option<String>,
    refusals: Refusals,
    traffic: Traffic,
    turns: Option<Arc<dyn TurnStore>>,
    usage_store: Option<SharedUsage>,
    max_response_bytes: usize,
    allow_plain_http: bool,
    ledger: Arc<dyn Ledger>,
    on_ledger_error: OnLedgerError,
    client: PhantomData<fn() -> C>,
}

impl<C: Surface> ClientBuilder<C> {
    /// A client that sends `token` and asks for `version`. The token may be empty if every operation brings its own or needs none.
    pub fn new(token: impl Into<Secret>, version: Version) -> Self {
        Self {
            bearer: Bearer::Static(token.into()),
            version,
            app_secret: None,
            timed_proof: false,
            base_url: C::BASE_URL.to_owned(),
            redirected: false,
            http: None,
            timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            read_timeout: None,
            proxy: None,
            retries: RetryPolicy::default(),
            observer: None,
            governor: None,
            pace: None,
            rates: ObservedRates::default(),
            on_mismatch: OnVersionMismatch::default(),
            clock: None,
            user_agent: None,
            refusals: Refusals::default(),
            traffic: Traffic::default(),
            turns: None,
            usage_store: None,
            max_response_bytes: 64 << 20,
            allow_plain_http: false,
            ledger: Arc::new(MemoryLedger::default()),
            on_ledger_error: OnLedgerError::default(),
            client: PhantomData,
        }
    }

    /// Adds `appsecret_proof` to every call that sends a token: the HMAC-SHA256 of the token with this secret. The secret itself is never sent.
    pub fn app_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.app_secret = Some(AppSecret::new(secret.into()));
        self
    }

    /// Makes each proof from the token and the time, sent as `appsecret_time`, so that Graph takes it for five minutes only.
    /// The clock must be right. Does nothing without [`app_secret`](Self::app_secret).
    pub fn timed_proof(mut self, timed: bool) -> Self {
        self.timed_proof = timed;
        self
    }

    /// Sends the tokens of a provider instead of the token that the builder began with.
    pub fn token_provider(mut self, source: impl Into<TokenSource>) -> Self {
        self.bearer = Bearer::Provider(source.into());
        self
    }

    /// How requests that failed are repeated: by default [`RetryPolicy::default`].
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = policy;
        self
    }

    /// Holds calls back as the usage that Graph reports nears the point where it throttles. Off by default.
    pub fn governor(mut self, governor: Governor) -> Self {
        self.governor = Some(Governed { governor, hold: governed });
        self
    }

    /// Is notified of everything that the client, its clones and its views send, for metrics and audits. None by default.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// How fast calls may follow each other that Graph limits for each object; [`Client::set_pace`] says otherwise for
    /// single ones. Off by default.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = Some((pace, wait_for_turn));
        self.rates = ObservedRates::default();
        if pace.learns() {
            self.rates.begin();
        }
        self
    }

    /// What to do when another version answers than the one that was asked for; by default, warn.
    pub fn on_version_mismatch(mut self, mismatch: OnVersionMismatch) -> Self {
        self.on_mismatch = mismatch;
        self
    }

    /// The clock that the client waits by, for tests; by default [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Where to send; by default [`Surface::BASE_URL`]. It may have a path, to which versions are appended. What belongs on another host, one
    /// of [`Surface::HOSTS`], is sent here too: a stand-in for Graph is one for all its hosts.
    ///
    /// Plain `http` is refused, except to this machine (`localhost`, `127.0.0.0/8`, `[::1]`).
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        url.as_ref().clone_into(&mut self.base_url);
        self.redirected = true;
        self
    }

    /// Sends with this HTTP client, for proxies and certificates of your own. Build it with `redirect(Policy::none())` and
    /// `retry(retry::never())`, as the client that is built without this does.
    ///
    /// What that gives up: `connect_timeout`, `read_timeout` and `proxy` do nothing, and how often a read is sent is its own affair too. A
    /// request with a body is sent once all the same, and its body follows no redirect; an answer from another host is an error.
    pub fn http(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// How long a call may take in all, until its answer is read: retries and pauses included, and whatever it waits for, be it governor,
    /// pace, token provider or ledger. By default 60 seconds. Of that a tenth, and a second at most, is kept for the sending: with less
    /// left, nothing is sent, and the outcome is [`Outcome::NotSent`](crate::Outcome::NotSent).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take; by default 10 seconds. Does nothing with a client given by [`http`](Self::http).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the server may be silent while an answer is awaited or read; by default it has no limit of its own.
    /// Does nothing with a client given by [`http`](Self::http).
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = Some(timeout);
        self
    }

    /// Sends by way of a proxy: `http://proxy.example:3128`, with user name and password where it needs them. By
    /// default the variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count. A proxy passes on
    /// what is encrypted and sees no token; of plain http it sees all. Does nothing with a client given by [`http`](Self::http).
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// The `User-Agent`; by default [`Surface::USER_AGENT`], the name and version of the API's crate.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// What to do about calls that the documentation says will fail; by default, refuse them.
    pub fn refusals(mut self, refusals: Refusals) -> Self {
        self.refusals = refusals;
        self
    }

    /// What to do about calls that governor or pace hold back; by default, hold them back. It has nothing to do with
    /// [`refusals`](Self::refusals).
    pub fn traffic(mut self, traffic: Traffic) -> Self {
        self.traffic = traffic;
        self
    }

    /// What gives the turns of a [`pace`](Self::pace): by default the memory of this client, its clones and its views. Give the clients of many machines one that
    /// they share, or several clients of one process the same [`MemoryTurns`](crate::MemoryTurns).
    pub fn turns(mut self, turns: Arc<dyn TurnStore>) -> Self {
        self.turns = Some(turns);
        self
    }

    /// Where the clients of many machines share what Graph reports of usage, for their [`governor`](Self::governor)s. None by default.
    pub fn usage_store(mut self, store: Arc<dyn UsageStore>) -> Self {
        self.usage_store = Some(SharedUsage { store, put: share_usage });
        self
    }

    /// How many bytes an answer may have, by default 64 MiB. A longer one is an error.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Lets tokens travel unencrypted to any host, for a proxy that encrypts.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// What counts the calls whose limit must not be overrun: by default in memory. Give a
    /// [`FileLedger`](crate::ledger::FileLedger) to count through restarts, and one ledger to all clients that call about the same objects.
    pub fn ledger(mut self, ledger: Arc<dyn Ledger>) -> Self {
        self.ledger = ledger;
        self
    }

    /// What to do about such a call when the ledger fails; by default, refuse it.
    pub fn on_ledger_error(mut self, on_error: OnLedgerError) -> Self {
        self.on_ledger_error = on_error;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// A base URL that is none or is not encrypted, a token, user agent or app secret that cannot be sent, no TLS.
    pub fn build(self) -> Result<C, C::Error> {
        Ok(C::from(self.runtime_client()?))
    }

    pub(crate) fn runtime_client(self) -> Result<Client, Error> {
        self.client().map_err(Error::setup)
    }

    fn client(self) -> Result<Client, SetupFault> {
        let (base, server) = self.base()?;
        if self.app_secret.as_ref().is_some_and(|app| app.secret.is_empty()) {
            return Err("the app secret is empty".into());
        }
        let waits = [
            ("governor", self.governor.and_then(|governed| governed.governor.said_wait())),
            ("pace", self.pace.and_then(|(pace, _)| pace.said_wait())),
        ];
        for (name, wait) in waits {
            if let Some(wait) = wait.filter(|wait| *wait > self.timeout) {
                return Err(format!(
                    "the {name} lets a call wait for {wait:?}, and its time is over after {:?}: lower `max_wait`, or raise `timeout`",
                    self.timeout
                )
                .into());
            }
        }
        self.warn_of_plain_http(&base);
        let clock = self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock::default()));
        if let Bearer::Static(token) = &self.bearer
            && let Some(fault) = fault(token)
        {
            return Err(fault.into());
        }
        let user_agent = match (&self.user_agent, &self.http) {
            (Some(name), _) => {
                Some(HeaderValue::from_str(name).map_err(|_| "the user agent holds a character that no HTTP header may hold")?)
            }
            (None, None) => Some(HeaderValue::from_static(C::USER_AGENT)),
            (None, Some(_)) => None,
        };
        let (http, http_timeout) = match &self.http {
            Some(http) => {
                tracing::warn!(
                    "an HTTP client was given: `connect_timeout`, `read_timeout` and `proxy` have no effect, and it may follow redirects and \
                     repeat reads by itself unless it was built with `redirect(Policy::none())` and `retry(retry::never())`"
                );
                (http.clone(), None)
            }
            None => (self.http_client(base.scheme() == "https")?, Some(self.timeout)),
        };
        let shared = Shared {
            http,
            http_timeout,
            server,
            base,
            hosts: C::HOSTS,
            redirected: self.redirected,
            user_agent,
            app_secret: self.app_secret.map(|app| AppSecret { timed: self.timed_proof, ..app }),
            timeout: self.timeout,
            retries: self.retries,
            budget: RetryBudget::default(),
            jitter: Jitter::default(),
            clock,
            usage: UsageTracker::default(),
            observer: self.observer,
            governor: self.governor,
            usage_store: self.usage_store,
            turns: Turns::new(self.turns),
            waits_for_turns: self.pace.map(|(_, wait)| OnceLock::from(wait)).unwrap_or_default(),
            rates: self.rates,
            on_mismatch: self.on_mismatch,
            max_response_bytes: self.max_response_bytes,
            catalog: C::ERROR_CATALOG,
            ends: C::ERROR_CATALOG.ends(),
            limited: C::LIMITED,
            masked: C::MASKED,
            ledger: self.ledger,
            on_ledger_error: self.on_ledger_error,
            warned: Mutex::default(),
        };
        let client = Client {
            shared: Arc::new(shared),
            bearer: self.bearer,
            version: self.version,
            refusals: self.refusals,
            traffic: self.traffic,
            pace: self.pace.map(|(pace, _)| pace),
        };
        client.answering(self.version);
        Ok(client)
    }

    /// Says who reads the token where nothing is encrypted.
    fn warn_of_plain_http(&self, base: &Url) {
        if base.scheme() != "http" {
            return;
        }
        let host = bare(base.host_str().unwrap_or_default());
        if self.http.is_none() && (self.proxy.is_some() || proxy_of_environment(host)) {
            tracing::warn!(
                "the base URL is plain http and there is a proxy: it reads every token and every message, though {host} may be this machine; \
                 use https, or name {host} in the variable `NO_PROXY`"
            );
        } else {
            tracing::warn!(
                "the base URL is plain http: whatever listens at {host}, a stand-in or a proxy, reads every token and every message; give it \
                 no real ones unless it encrypts what it passes on"
            );
        }
    }

    fn http_client(&self, https_only: bool) -> Result<reqwest::Client, SetupFault> {
        if https_only && !tls::IS_THERE {
            return Err("this build has no TLS: enable one of the features `rustls`, `rustls-ring` and `native-tls`, or give a `reqwest::Client` with `http`".into());
        }
        let mut client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .https_only(https_only)
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout);
        if let Some(timeout) = self.read_timeout {
            client = client.read_timeout(timeout);
        }
        if let Some(url) = &self.proxy {
            // Neither the URL nor the error is shown: the URL may hold a password.
            let proxy = reqwest::Proxy::all(url.expose()).map_err(|_| "the URL of the proxy cannot be read")?;
            client = client.proxy(proxy);
        }
        tls::add_to(client).map_err(unbuilt)?.build().map_err(|error| unbuilt(Arc::new(error)))
    }

    /// The base URL with a slash at its end, its host and its port.
    fn base(&self) -> Result<(Url, (String, u16)), String> {
        let mut url = Url::parse(&self.base_url).map_err(|error| format!("the base URL cannot be read: {error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the base URL holds a user name or password".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("the base URL has a query or a fragment; it may only have a path".to_owned());
        }
        let host = url.host_str().unwrap_or_default();
        match url.scheme() {
            "https" => {}
            "http" if self.allow_plain_http || is_loopback(host) => {}
            "http" => {
                return Err(format!(
                    "plain http to {host} would show the token to everybody on the way: use https, or \
                     `allow_plain_http(true)` if something else encrypts"
                ));
            }
            other => return Err(format!("the base URL begins with {other:?}, not with https")),
        }
        if let Some(version) =
            url.path_segments().and_then(|parts| parts.rev().find(|part| !part.is_empty())).filter(|part| is_version(part))
        {
            return Err(format!(
                "the base URL ends with the version {version}, which every call has too: leave it out, and give the version to the builder"
            ));
        }
        let server = (host.to_owned(), url.port_or_known_default().unwrap_or_default());
        let path = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok((url, server))
    }
}

/// Why there is no HTTP client, with everything that it comes from.
fn unbuilt(error: tls::Fault) -> SetupFault {
    let mut what = format!("the HTTP client cannot be built: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        what.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    if what.to_lowercase().contains("certificate") {
        what.push_str(
            "; install the certificates of the system (the package `ca-certificates` of Debian, Ubuntu, Fedora and Alpine), or name a file of \
             them in the variable `SSL_CERT_FILE`",
        );
    }
    SetupFault { what, source: Some(error) }
}

/// Do the variables of the environment send plain http to this host by a proxy?
fn proxy_of_environment(host: &str) -> bool {
    let set = |names: [&str; 2]| names.into_iter().find_map(|name| std::env::var(name).ok()).filter(|value| !value.trim().is_empty());
    let proxy = set(["HTTP_PROXY", "http_proxy"]).or_else(|| set(["ALL_PROXY", "all_proxy"]));
    let exempt = set(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    // As the HTTP client reads it: of addresses `*` is none.
    let is_host = |name: &str| match host.parse::<IpAddr>() {
        Ok(address) => name.parse() == Ok(address),
        Err(_) => name == "*" || name.eq_ignore_ascii_case(host),
    };
    proxy.is_some() && !exempt.split(',').map(str::trim).any(is_host)
}

/// The host of a URL without the brackets of IPv6.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn is_version(part: &str) -> bool {
    part.starts_with('v') && part.parse::<Version>().is_ok()
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || bare(host).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL is left out: until it is checked it may hold a password.
        f.debug_struct("ClientBuilder")
            .field("token", &self.bearer)
            .field("version", &self.version)
            .field("app_secret", &self.app_secret.as_ref().map(|app| &app.secret))
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}
