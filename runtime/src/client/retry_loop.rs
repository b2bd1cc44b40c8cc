//! One call, in as many attempts as it takes and is allowed.

use std::pin::pin;
use std::time::Duration;

use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::auth::credential::Credential;
use crate::auth::token::Bearer;
use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::transport::Attempt;
use crate::description::info::{Auth, RetryClass};
use crate::description::version::Version;
use crate::error::{Error, Kind};
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::retry::policy::{Answer, Effect, Failure, Outcome, RetryPolicy, decide, pause};
use crate::values::secret::Secret;

impl Client {
    /// Sends what an operation has written. Not generic, so that it is compiled once.
    ///
    /// The span's fields are those of OpenTelemetry for HTTP clients. It holds the template of the path and not the path.
    pub(crate) async fn execute(&self, outgoing: &mut Outgoing, options: &RequestOptions) -> Result<Reply, Error> {
        let version = options.version().unwrap_or(self.version);
        let (meta, method) = (outgoing.meta(), outgoing.method().as_str());
        let span = tracing::info_span!(
            "graph",
            otel.name = format_args!("{method} {}", meta.path),
            otel.kind = "client",
            otel.status_code = Empty,
            graph.operation = meta.id,
            graph.version = %version,
            http.request.method = method,
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            url.template = meta.path,
            server.address = self.shared.server.0,
            server.port = self.shared.server.1,
            error.type = Empty,
        );
        outgoing.merge(options.extra());
        // Pinned before it is wrapped: what holds a call's whole state is not moved for it.
        let result = pin!(self.attempts(outgoing, options, version)).instrument(span.clone()).await;
        match &result {
            Ok(reply) => record(&span, reply.attempts(), Some(reply.status())),
            Err(error) => {
                record(&span, error.attempts(), error.status());
                span.record("otel.status_code", "ERROR");
                span.record("error.type", error_type(error).as_str());
            }
        }
        result
    }

    async fn attempts(&self, outgoing: &Outgoing, options: &RequestOptions, version: Version) -> Result<Reply, Error> {
        let bearer = options.bearer().unwrap_or(&self.bearer);
        let policy = options.retries().unwrap_or(self.shared.retries);
        let mut attempt = Attempt { outgoing, options, version, credential: self.credential(Secret::default()), before: 0 };
        self.judge(&attempt)?;
        let began = self.shared.clock.elapsed();
        let limit = options.timeout().unwrap_or(self.shared.timeout);
        let passed = || self.shared.clock.elapsed().saturating_sub(began);
        let left = || limit.saturating_sub(passed());
        let (mut refreshed, mut repeats, mut last) = (false, 0, None);
        loop {
            let timeout = match self.prepare(&mut attempt, bearer, left).await {
                Ok(timeout) => timeout,
                // What became of the request before says more than why it is not repeated.
                Err(error) => return Err(last.unwrap_or(error)),
            };
            let error = match pin!(self.attempt(&attempt, timeout)).await {
                Ok(reply) => {
                    self.shared.budget.earn();
                    return Ok(reply);
                }
                Err(error) if error.is_refusal() => return Err(last.unwrap_or(error)),
                Err(error) => error,
            };
            attempt.before = error.attempts();
            if !refreshed && rejects_token(&attempt, &error) && self.refresh(bearer, &attempt).await {
                tracing::info!("sent again with a fresh token: Graph rejected the last one");
                refreshed = true;
                last = Some(error);
                continue;
            }
            let left = left().min(policy.elapsed.saturating_sub(passed()));
            let Some(pause) = self.pause(attempt.effect(), &error, &policy, repeats).filter(|pause| *pause < left) else {
                return Err(error);
            };
            if !self.shared.budget.spend() {
                tracing::warn!("not sent again: too much has failed lately, and the budget for repetitions is used up");
                return Err(error);
            }
            // Not what Graph says: it may repeat a recipient or a message.
            tracing::info!(attempts = error.attempts(), ?pause, error.type = error_type(&error), "sent again after a pause");
            repeats += 1;
            last = Some(error);
            self.shared.clock.sleep(pause).await;
        }
    }

    /// Waits for leave to send, and makes the credential anew: a proof may hold the time, and the token be refreshed meanwhile.
    /// Answers how much time is left.
    async fn prepare(&self, attempt: &mut Attempt<'_>, bearer: &Bearer, left: impl Fn() -> Duration) -> Result<Duration, Error> {
        self.govern(attempt, &left).await?;
        let token = if attempt.outgoing.meta().auth == Auth::None {
            Secret::default()
        } else {
            bearer.token().await.map_err(|why| {
                let why = self.masks(attempt).text(&why);
                Error::config_of(&self.call(attempt), format!("the token provider has no token: {why}"))
            })?
        };
        self.wait_for_turn(attempt, &left).await?;
        attempt.credential = self.credential(token);
        let left = left();
        if left.is_zero() {
            let fault = "the time limit of the call passed before there was leave to send it; raise `timeout`";
            return Err(Error::config_of(&self.call(attempt), fault.to_owned()));
        }
        Ok(left)
    }

    /// How long to wait before the next attempt; `None` if there is none.
    pub(crate) fn pause(&self, effect: Effect, error: &Error, policy: &RetryPolicy, repeats: u32) -> Option<Duration> {
        if error.attempts() >= policy.attempts {
            return None;
        }
        let wait = decide(Failure { effect, outcome: outcome(error) }, policy)?;
        let told = error.retry_at().and_then(|at| at.duration_since(self.shared.clock.now()).ok());
        let told = told.or(error.0.response.as_ref().and_then(|meta| meta.retry_after));
        let base = error.meta().and_then(|meta| meta.backoff_base);
        let least = base.map(|base| Duration::from_secs(u64::from(base).saturating_pow(repeats)));
        pause(policy, wait, told.max(least), repeats, self.shared.dice.roll())
    }

    pub(crate) fn credential(&self, token: Secret) -> Credential {
        Credential::new(token, self.shared.app_secret.as_ref(), || self.shared.clock.now())
    }

    /// Gets another token in place of the one that Graph has rejected; is there one?
    pub(crate) async fn refresh(&self, bearer: &Bearer, attempt: &Attempt<'_>) -> bool {
        match bearer.refresh(attempt.credential.token()).await {
            Ok(another) => another,
            Err(why) => {
                tracing::warn!("Graph rejected the token, and the provider has no other: {}", self.masks(attempt).text(&why));
                false
            }
        }
    }
}

impl Attempt<'_> {
    pub(crate) fn effect(&self) -> Effect {
        if self.outgoing.meta().never_repeated || !self.outgoing.is_repeatable() {
            Effect::Never
        } else if self.idempotent() {
            Effect::Idempotent
        } else {
            Effect::Twice
        }
    }
}

/// What an error says about the attempt it ended.
fn outcome(error: &Error) -> Outcome {
    let answer = |class| Answer {
        status: error.status().unwrap_or_default(),
        class,
        executed: error.meta().and_then(|meta| meta.executed),
        transient: error.is_transient(),
    };
    match &error.0.kind {
        Kind::Transport(transport) if transport.is_builder() => Outcome::Settled,
        Kind::Transport(transport) if transport.is_connect() => Outcome::NotSent,
        Kind::Transport(_) => Outcome::Unknown,
        Kind::Graph(graph) => Outcome::Answered(answer(match error.meta() {
            Some(meta) => Some(meta.retry),
            None if error.is_rate_limited() => Some(RetryClass::AfterWindow),
            // Graph's own unknown and temporary faults, in every API.
            None => matches!(graph.code, Some(1 | 2)).then_some(RetryClass::Backoff),
        })),
        Kind::OtherJson | Kind::NotJson if error.status() == Some(429) => Outcome::Answered(answer(Some(RetryClass::Backoff))),
        Kind::OtherJson | Kind::NotJson => Outcome::Answered(answer(None)),
        _ => Outcome::Settled,
    }
}

/// Has Graph rejected the token that was sent, and is it safe to send another?
fn rejects_token(attempt: &Attempt<'_>, error: &Error) -> bool {
    attempt.outgoing.meta().auth != Auth::None && attempt.outgoing.is_repeatable() && is_about_token(error, attempt.idempotent())
}

/// Does Graph say that the token is the reason, and that nothing was done that may not be done twice?
pub(crate) fn is_about_token(error: &Error, idempotent: bool) -> bool {
    match error.meta() {
        Some(meta) => meta.retry == RetryClass::Reauth && (meta.executed == Some(false) || idempotent),
        // Graph's code of an invalid token, in every API: it is read before anything is executed.
        None => error.code() == Some(190),
    }
}

pub(crate) fn record(span: &Span, attempts: u32, status: Option<u16>) {
    if attempts > 1 {
        span.record("http.request.resend_count", attempts - 1);
    }
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
}

/// What kind of error it is, in one word of a small number.
pub(crate) fn error_type(error: &Error) -> String {
    match (&error.0.kind, error.meta(), error.code(), error.status()) {
        // Before its name: a call that its limit holds back has that of the error it was spared.
        (Kind::Refused(_), ..) => "refused".to_owned(),
        (_, Some(meta), ..) => meta.name.to_owned(),
        (_, _, Some(code), _) => code.to_string(),
        (Kind::Config(_), ..) => "config".to_owned(),
        (Kind::Transport(_), ..) if error.is_timeout() => "timeout".to_owned(),
        (Kind::Transport(_), ..) if error.is_connect() => "connect".to_owned(),
        (Kind::Transport(_), ..) => "transport".to_owned(),
        (.., Some(status)) => status.to_string(),
        _ => "other".to_owned(),
    }
}
