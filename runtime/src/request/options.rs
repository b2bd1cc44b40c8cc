//! What a request says about its own transport.

use std::time::Duration;

use serde_json::Value;

use crate::auth::token::{Bearer, TokenSource};
use crate::description::version::Version;
use crate::request::preflight::Refusals;
use crate::request::traffic::Traffic;
use crate::retry::policy::RetryPolicy;
use crate::values::extra::Extra;
use crate::values::secret::Secret;

/// Options of one request. What it does not say, the client decides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestOptions {
    version: Option<Version>,
    bearer: Option<Bearer>,
    refusals: Option<Refusals>,
    traffic: Option<Traffic>,
    retries: Option<RetryPolicy>,
    timeout: Option<Duration>,
    extra: Extra,
}

impl RequestOptions {
    /// The version to ask for.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// The token to send, where it is given and not provided.
    pub fn token(&self) -> Option<&Secret> {
        match self.bearer.as_ref()? {
            Bearer::Static(token) => Some(token),
            Bearer::Provider(_) => None,
        }
    }

    pub(crate) fn bearer(&self) -> Option<&Bearer> {
        self.bearer.as_ref()
    }

    /// What to do about a call that the documentation says will fail.
    pub fn refusals(&self) -> Option<Refusals> {
        self.refusals
    }

    /// What to do if governor or pace hold it back.
    pub fn traffic(&self) -> Option<Traffic> {
        self.traffic
    }

    /// How to repeat the request when it fails.
    pub fn retries(&self) -> Option<RetryPolicy> {
        self.retries
    }

    /// How long the whole call may take, repetitions and pauses included.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Parameters that the request's type does not have.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// Takes what the request does not say itself.
    pub(crate) fn inherit(&mut self, version: Version, bearer: &Bearer, refusals: Refusals, traffic: Traffic) {
        self.version.get_or_insert(version);
        self.bearer.get_or_insert_with(|| bearer.clone());
        self.refusals.get_or_insert(refusals);
        self.traffic.get_or_insert(traffic);
    }

    /// The same for another request: all but the parameters, which are of this one.
    #[must_use]
    pub fn without_params(&self) -> Self {
        Self { extra: Extra::default(), ..self.clone() }
    }

    /// Asks for `version`.
    pub fn set_version(&mut self, version: Version) {
        self.version = Some(version);
    }

    /// Sends `token`.
    pub fn set_token(&mut self, token: impl Into<Secret>) {
        self.bearer = Some(Bearer::Static(token.into()));
    }

    /// Sends the tokens of this source. Give every request of one credential the same source (it is cheap to clone), so
    /// that they share its token.
    pub fn set_token_provider(&mut self, source: impl Into<TokenSource>) {
        self.bearer = Some(Bearer::Provider(source.into()));
    }

    /// Says what to do about a call that the documentation says will fail.
    pub fn set_refusals(&mut self, refusals: Refusals) {
        self.refusals = Some(refusals);
    }

    /// Says what to do if governor or pace hold it back.
    pub fn set_traffic(&mut self, traffic: Traffic) {
        self.traffic = Some(traffic);
    }

    /// Says how to repeat the request when it fails.
    pub fn set_retries(&mut self, policy: RetryPolicy) {
        self.retries = Some(policy);
    }

    /// Bounds the time of the whole call, repetitions and pauses included.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Adds a parameter, or replaces the one of that name. It is sent as it is and never judged.
    pub fn set_param(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.extra.insert(name, value);
    }

    /// [`set_version`](Self::set_version) on a value.
    #[must_use]
    pub fn with_version(mut self, version: Version) -> Self {
        self.set_version(version);
        self
    }

    /// [`set_token`](Self::set_token) on a value.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<Secret>) -> Self {
        self.set_token(token);
        self
    }

    /// [`set_refusals`](Self::set_refusals) on a value.
    #[must_use]
    pub fn with_refusals(mut self, refusals: Refusals) -> Self {
        self.set_refusals(refusals);
        self
    }

    /// [`set_traffic`](Self::set_traffic) on a value.
    #[must_use]
    pub fn with_traffic(mut self, traffic: Traffic) -> Self {
        self.set_traffic(traffic);
        self
    }

    /// [`set_token_provider`](Self::set_token_provider) on a value.
    #[must_use]
    pub fn with_token_provider(mut self, source: impl Into<TokenSource>) -> Self {
        self.set_token_provider(source);
        self
    }

    /// [`set_retries`](Self::set_retries) on a value.
    #[must_use]
    pub fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.set_retries(policy);
        self
    }

    /// [`set_timeout`](Self::set_timeout) on a value.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.set_timeout(timeout);
        self
    }

    /// [`set_param`](Self::set_param) on a value.
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set_param(name, value);
        self
    }
}
