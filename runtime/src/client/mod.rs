//! The client: what sends requests.

pub(crate) mod admission;
pub(crate) mod builder;
pub(crate) mod observer;
#[doc(hidden)]
pub mod offline;
pub(crate) mod preview;
pub(crate) mod reply;
pub(crate) mod retry_loop;
pub(crate) mod span;
mod tls;
pub(crate) mod transport;
pub(crate) mod version_check;

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::auth::credential::AppSecret;
use crate::auth::token::{Bearer, TokenSource};
use crate::client::admission::{Governed, SharedUsage, WaitForTurn};
use crate::client::builder::ClientBuilder;
use crate::client::observer::Observer;
use crate::client::version_check::OnVersionMismatch;
use crate::clock::Clock;
use crate::description::error_catalog::ErrorCatalog;
use crate::description::info::{HostInfo, OperationInfo};
use crate::description::mask::MaskInfo;
use crate::description::version::Version;
use crate::error::Error;
use crate::limits::ledger::{Ledger, OnLedgerError};
use crate::limits::observed_rates::ObservedRates;
use crate::limits::rate_limit::Pace;
use crate::limits::turns::Turns;
use crate::limits::usage_tracker::UsageTracker;
use crate::request::operation::Operation;
use crate::request::parts::Outgoing;
use crate::request::preflight::Refusals;
use crate::request::traffic::Traffic;
use crate::response::info::Response;
use crate::response::usage::Usage;
use crate::retry::budget::RetryBudget;
use crate::retry::jitter::Jitter;
use crate::retry::policy::RetryPolicy;
use crate::values::secret::Secret;

/// Sends requests with a token, to a version. Cloning it, and views with another token or version, are cheap and share
/// the connections.
///
/// Requests that failed are repeated where that does nothing twice, by the client's [`RetryPolicy`](crate::RetryPolicy).
/// What else may be repeated is the caller's to say ([`Error::is_retryable`]).
///
/// Any call may be dropped while it runs. Nothing more is sent then; what was on its way may arrive and be executed, as
/// after a timeout.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) bearer: Bearer,
    pub(crate) version: Version,
    pub(crate) refusals: Refusals,
    pub(crate) traffic: Traffic,
    /// The pace of objects that have none of their own.
    pub(crate) pace: Option<Pace>,
}

/// What all views of a client share.
pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    /// The time limit that the HTTP client enforces itself, where it is known.
    pub(crate) http_timeout: Option<Duration>,
    /// With a slash at its end, so that what follows can be joined to it.
    pub(crate) base: Url,
    /// The other hosts that may be sent to.
    pub(crate) hosts: &'static [HostInfo],
    /// Is everything sent to the base URL, whatever its host?
    pub(crate) redirected: bool,
    /// Host and port, for spans.
    pub(crate) server: (String, u16),
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) app_secret: Option<AppSecret>,
    pub(crate) timeout: Duration,
    pub(crate) retries: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) jitter: Jitter,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) usage: UsageTracker,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) governor: Option<Governed>,
    pub(crate) usage_store: Option<SharedUsage>,
    pub(crate) turns: Turns,
    /// Empty as long as there is no pace.
    pub(crate) waits_for_turns: OnceLock<WaitForTurn>,
    pub(crate) rates: ObservedRates,
    pub(crate) on_mismatch: OnVersionMismatch,
    pub(crate) max_response_bytes: usize,
    pub(crate) catalog: &'static ErrorCatalog,
    /// When each version of the catalog stops being served, and the day.
    pub(crate) ends: Vec<(Version, SystemTime, &'static str)>,
    /// The operations with a limit or a documented rate.
    pub(crate) limited: &'static [&'static OperationInfo],
    /// What is not shown of calls, by their paths.
    pub(crate) masked: &'static [MaskInfo],
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) on_ledger_error: OnLedgerError,
    /// Versions asked for that a warning has been logged about: that they expired, or that this other one answered.
    pub(crate) warned: Mutex<Vec<(Version, Option<Version>)>>,
}

impl Client {
    /// A client of no API in particular, for [`RawRequest`](crate::RawRequest).
    pub fn builder(token: impl Into<Secret>, version: Version) -> ClientBuilder<Self> {
        ClientBuilder::new(token, version)
    }

    /// The version that requests ask for unless they say otherwise.
    pub fn version(&self) -> Version {
        self.version
    }

    /// What is documented about the API.
    pub fn error_catalog(&self) -> &'static ErrorCatalog {
        self.shared.catalog
    }

    /// What counts the calls whose limit must not be overrun, shared by all views of the client.
    pub fn ledger(&self) -> &dyn Ledger {
        &*self.shared.ledger
    }

    /// The same client, asking for `version`.
    #[must_use]
    pub fn at_version(&self, version: Version) -> Self {
        Self { version, ..self.clone() }
    }

    /// The same client, sending `token`. A token that cannot be sent is an error of the calls made with it.
    #[must_use]
    pub fn with_token(&self, token: impl Into<Secret>) -> Self {
        Self { bearer: Bearer::Static(token.into()), ..self.clone() }
    }

    /// The same client, sending the tokens of a provider, which is asked for a fresh one when Graph rejects the last.
    #[must_use]
    pub fn with_token_provider(&self, source: impl Into<TokenSource>) -> Self {
        Self { bearer: Bearer::Provider(source.into()), ..self.clone() }
    }

    /// The same client, with another way about calls that the documentation says will fail.
    #[must_use]
    pub fn with_refusals(&self, refusals: Refusals) -> Self {
        Self { refusals, ..self.clone() }
    }

    /// The same client, with another way about calls that governor or pace hold back.
    #[must_use]
    pub fn with_traffic(&self, traffic: Traffic) -> Self {
        Self { traffic, ..self.clone() }
    }

    /// The same client, with this pace for the objects that have none of their own ([`set_pace`](Self::set_pace)).
    #[must_use]
    pub fn with_pace(&self, pace: Pace) -> Self {
        self.has_pace(pace);
        Self { pace: Some(pace), ..self.clone() }
    }

    /// The latest usage that Graph has reported to this client, its clones and its views: of the app, and of each business
    /// object. What has not been reported, because usage is low or nothing was asked yet, is missing. A client is taken to
    /// call for one app: with tokens of several, the last that answered counts.
    pub fn usage(&self) -> Usage {
        self.shared.usage.latest()
    }

    /// Sends a request and answers its value.
    ///
    /// # Errors
    /// [`Error`] distinguishes refusals, failures of transport, Graph errors and answers that cannot be read.
    pub async fn send<O: Operation>(&self, request: &O) -> Result<O::Response, Error> {
        let response = pin!(self.send_full(request)).await?;
        Ok(response.value)
    }

    /// Sends a request and answers its value along with status, versions, trace ids and usage.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn send_full<O: Operation>(&self, request: &O) -> Result<Response<O::Response>, Error> {
        let mut outgoing = Outgoing::new(request.info());
        request.encode(&mut outgoing);
        let reply = pin!(self.execute(&mut outgoing, request.options())).await?;
        reply.decode(O::decode).map_err(|error| error.without(self.personal(&outgoing)))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.base.as_str().trim_end_matches('/'))
            .field("version", &self.version)
            .field("token", &self.bearer)
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}
