//! The retry loop: the one way in which a call, alone or carrying a batch, is sent until it is answered or may not be sent again.

use std::pin::pin;
use std::time::Duration;

use tokio::runtime::Handle;
use tracing::Instrument as _;

use crate::auth::credential::Credential;
use crate::auth::token::{Bearer, ProviderFault};
use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::span::{error_type, note};
use crate::client::transport::Attempt;
use crate::description::error_info::RetryClass;
use crate::description::info::Auth;
use crate::description::version::Version;
use crate::error::{Error, Kind};
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::retry::policy::{Answer, Effect, Ending};
use crate::retry::schedule::{After, Before, Schedule, Verdict};
use crate::values::line::line;
use crate::values::personal::shortened;
use crate::values::secret::Secret;

/// What the loop sends. It keeps what it was answered.
pub(crate) trait Dispatch {
    /// Waits for leave to send, and answers how long that may take. Nothing ends the call: there is no leave.
    async fn admit(&mut self, schedule: &Schedule) -> Option<Duration>;

    /// Sends once.
    async fn send(&mut self, schedule: &Schedule, timeout: Duration) -> Sent;

    /// Why the last sending failed, if it did.
    fn failure(&self) -> Option<&Error>;

    /// Has Graph rejected the token, and is it safe to send another?
    fn rejects_token(&self, error: &Error) -> bool;

    /// Reports that it will be sent again.
    fn repeats(&self, pause: Duration);

    /// Gets another token instead of the one that Graph has rejected; is there one?
    async fn refresh(&mut self, schedule: &Schedule) -> bool;
}

/// How a sending ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// With an answer.
    Answered,
    /// Before it began, and there will be no other.
    Refused,
    /// With an error.
    Failed,
}

impl Client {
    /// Sends in as many attempts as it takes and the schedule allows.
    pub(crate) async fn dispatch<D: Dispatch>(&self, dispatch: &mut D, mut schedule: Schedule) {
        let (clock, jitter) = (&self.shared.clock, &self.shared.jitter);
        while let Some(timeout) = dispatch.admit(&schedule).await {
            match dispatch.send(&schedule, timeout).await {
                Sent::Answered => return self.shared.budget.deposit(),
                Sent::Refused => return,
                Sent::Failed => {}
            }
            let Some(error) = dispatch.failure() else { return };
            let verdict = self.verdict(error, dispatch.rejects_token(error));
            let mut after = schedule.after(clock.elapsed(), verdict, jitter.next());
            if after == After::RefreshOnly {
                // For the calls that follow, and for whoever sends this one again.
                dispatch.refresh(&schedule).await;
                return;
            }
            if after == After::Refresh {
                if dispatch.refresh(&schedule).await {
                    tracing::info!("sent again with a fresh token: Graph rejected the last one");
                    dispatch.repeats(Duration::ZERO);
                    continue;
                }
                after = schedule.without_token(clock.elapsed(), jitter.next());
            }
            let After::Wait(pause) = after else { return };
            if !self.shared.budget.withdraw() {
                tracing::warn!("not sent again: too much has failed lately, and the budget for repetitions is used up");
                return;
            }
            if let Some(error) = dispatch.failure() {
                // Not what Graph says: it may repeat a recipient or a message.
                tracing::info!(attempts = error.attempts(), ?pause, error.type = error_type(error), "sent again after a pause");
            }
            dispatch.repeats(pause);
            clock.sleep(pause).await;
        }
    }

    /// Sends what an operation has written. Not generic, so that it is compiled once.
    pub(crate) async fn execute(&self, outgoing: &mut Outgoing, options: &RequestOptions) -> Result<Reply, Error> {
        let version = options.version().unwrap_or(self.version);
        let (info, method) = (outgoing.info(), outgoing.method());
        let span = self.span(format_args!("{method} {}", info.path), info, method, version);
        outgoing.merge(options.extra());
        // Pinned before it is wrapped: what holds a call's whole state is not moved for it.
        let result = pin!(self.attempts(outgoing, options, version)).instrument(span.clone()).await;
        match &result {
            Ok(reply) => note(&span, reply.attempts(), Some(reply.status()), None),
            Err(error) => note(&span, error.attempts(), error.status(), Some(&error_type(error))),
        }
        result.map_err(|error| error.without(self.personal(outgoing)))
    }

    async fn attempts(&self, outgoing: &Outgoing, options: &RequestOptions, version: Version) -> Result<Reply, Error> {
        let bearer = options.bearer().unwrap_or(&self.bearer);
        let attempt = Attempt::new(self, outgoing, options, version, Secret::default());
        if let Err(error) = self.validate(&attempt) {
            self.refuses(&attempt, &error);
            return Err(error);
        }
        if let Err(fault) = in_a_runtime() {
            return Err(Error::config_of(&self.call(&attempt), fault.to_owned()));
        }
        let policy = options.retries().unwrap_or(self.shared.retries);
        let limit = options.timeout().unwrap_or(self.shared.timeout);
        let schedule = Schedule::new(policy, attempt.effect(), limit, self.shared.clock.elapsed());
        let mut call = SingleCall { client: self, bearer, attempt, result: None };
        pin!(self.dispatch(&mut call, schedule)).await;
        if let Some(error) = call.failure() {
            self.refuses(&call.attempt, error);
        }
        call.result.unwrap_or_else(|| Err(Error::config("the call was never begun, which is a defect of this crate".to_owned())))
    }

    /// What an error says about another attempt.
    pub(crate) fn verdict(&self, error: &Error, rejects_token: bool) -> Verdict {
        let asked = error.retry_at().and_then(|at| at.duration_since(self.shared.clock.now()).ok());
        Verdict {
            ending: ending(error),
            rejects_token,
            asked: asked.or(error.0.response.as_ref().and_then(|info| info.retry_after)),
            backoff_base: error.info().and_then(|info| info.backoff_base),
        }
    }

    pub(crate) fn credential(&self, token: Secret) -> Credential {
        Credential::new(token, self.shared.app_secret.as_ref(), || self.shared.clock.now())
    }

    /// Gets another token instead of the one that Graph has rejected, within this time; is there one?
    pub(crate) async fn refresh(&self, bearer: &Bearer, attempt: &Attempt<'_>, limit: Duration) -> Result<bool, ProviderFault> {
        let result = match within(limit, bearer.refresh(attempt.credential.token())).await {
            Some(result) => result,
            None => {
                Err(ProviderFault::from(Box::<dyn std::error::Error + Send + Sync>::from("the time limit of the call passed meanwhile")))
            }
        };
        if let Err(why) = &result {
            let why = shortened(&self.masks(attempt).text(&why.to_string()));
            tracing::warn!("Graph rejected the token, and the provider has no other: {}", line(&why, 500));
        }
        result
    }

    /// The token of the bearer, within this time.
    pub(crate) async fn token(&self, bearer: &Bearer, limit: Duration) -> Result<Secret, NoToken> {
        match bearer {
            Bearer::Static(token) => Ok(token.clone()),
            Bearer::Provider(source) => match within(limit, source.token()).await {
                Some(token) => token.map_err(NoToken::Fault),
                None => Err(NoToken::TooLate),
            },
        }
    }

    /// The error of a call without a token.
    pub(crate) fn no_token(&self, attempt: &Attempt<'_>, why: &NoToken) -> Error {
        match why {
            NoToken::Fault(fault) => Error::no_token(&self.call(attempt), fault.clone()),
            NoToken::TooLate => Error::too_late(&self.call(attempt), "its token provider"),
        }
    }

    /// The error of a call whose time was over before it was sent.
    pub(crate) fn too_late(&self, attempt: &Attempt<'_>) -> Error {
        Error::too_late(&self.call(attempt), "leave to send it")
    }
}

/// Is there a runtime to send in? The HTTP client panics without one.
pub(crate) fn in_a_runtime() -> Result<(), &'static str> {
    Handle::try_current().map(drop).map_err(|_| {
        "there is no tokio runtime here, which the HTTP client needs: call from within one, such as `#[tokio::main]` or \
         `Runtime::new()?.block_on(..)`"
    })
}

/// Why there is no token.
pub(crate) enum NoToken {
    Fault(ProviderFault),
    TooLate,
}

/// What others do for a call, if they do it within this time. It is dropped otherwise. The time is the real one, as it is of the HTTP
/// client. In a box: what few calls need does not make the futures of all larger.
pub(crate) async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    Box::pin(tokio::time::timeout(limit, work)).await.ok()
}

/// A single call.
struct SingleCall<'a> {
    client: &'a Client,
    bearer: &'a Bearer,
    attempt: Attempt<'a>,
    /// The outcome of the last attempt.
    result: Option<Result<Reply, Error>>,
}

impl SingleCall<'_> {
    /// Waits for leave to send, and makes the credential anew: a proof may hold the time, and the token be refreshed meanwhile.
    async fn prepare(&mut self, schedule: &Schedule) -> Result<Duration, Error> {
        let Self { client, bearer, attempt, .. } = self;
        let now = || client.shared.clock.elapsed();
        client.govern(attempt, || schedule.time_to_wait(now())).await?;
        let token = match attempt.outgoing.info().auth {
            Auth::None => Secret::default(),
            _ => client.token(bearer, schedule.time_to_wait(now())).await.map_err(|why| client.no_token(attempt, &why))?,
        };
        client.wait_for_turn(attempt, || schedule.time_to_wait(now())).await?;
        attempt.credential = client.credential(token);
        match schedule.before(now()) {
            Before::Send(left) => Ok(left),
            Before::Stop => Err(client.too_late(attempt)),
        }
    }
}

impl Dispatch for SingleCall<'_> {
    async fn admit(&mut self, schedule: &Schedule) -> Option<Duration> {
        if let Some(error) = self.failure() {
            (self.attempt.before, self.attempt.earlier) = (error.attempts(), error.outcome());
        }
        match self.prepare(schedule).await {
            Ok(left) => Some(left),
            Err(error) => {
                // The outcome of the request before says more than why it is not repeated.
                self.result.get_or_insert(Err(error));
                None
            }
        }
    }

    async fn send(&mut self, schedule: &Schedule, timeout: Duration) -> Sent {
        match pin!(self.client.attempt(&self.attempt, schedule, timeout)).await {
            Ok(reply) => {
                self.result = Some(Ok(reply));
                Sent::Answered
            }
            Err(error) if error.was_never_tried() => {
                self.result.get_or_insert(Err(error));
                Sent::Refused
            }
            Err(error) => {
                self.result = Some(Err(error));
                Sent::Failed
            }
        }
    }

    fn failure(&self) -> Option<&Error> {
        self.result.as_ref()?.as_ref().err()
    }

    fn rejects_token(&self, error: &Error) -> bool {
        let outgoing = self.attempt.outgoing;
        outgoing.info().auth != Auth::None && is_about_token(error, self.attempt.idempotent())
    }

    fn repeats(&self, pause: Duration) {
        self.client.repeats(&self.attempt, self.failure().map_or(0, Error::attempts), pause);
    }

    async fn refresh(&mut self, schedule: &Schedule) -> bool {
        let limit = schedule.time_to_wait(self.client.shared.clock.elapsed());
        let result = self.client.refresh(self.bearer, &self.attempt, limit).await;
        let another = matches!(result, Ok(true));
        if let Some(Err(error)) = &mut self.result {
            error.refresh_ended(result);
        }
        another
    }
}

impl Attempt<'_> {
    pub(crate) fn effect(&self) -> Effect {
        if self.described.never_retry || !self.outgoing.is_repeatable() {
            Effect::Never
        } else if self.idempotent() {
            Effect::Idempotent
        } else {
            Effect::Twice
        }
    }
}

/// What an error says about the attempt it ended.
fn ending(error: &Error) -> Ending {
    let answer = |class| Answer {
        status: error.status().unwrap_or_default(),
        class,
        executed: error.info().and_then(|info| info.executed),
        transient: error.is_transient(),
    };
    match &error.0.kind {
        Kind::Transport(fault) if fault.is_lasting() => Ending::Settled,
        Kind::Transport(fault) if !fault.sent => Ending::NotSent,
        Kind::Transport(_) => Ending::Unknown,
        Kind::Graph(graph) => Ending::Answered(answer(match error.info() {
            Some(info) => Some(info.retry),
            None if error.is_rate_limited() => Some(RetryClass::AfterWindow),
            // Graph's own unknown and temporary faults, in every API.
            None => matches!(graph.code, Some(1 | 2)).then_some(RetryClass::Backoff),
        })),
        Kind::OtherJson | Kind::NotJson if error.status() == Some(429) => Ending::Answered(answer(Some(RetryClass::Backoff))),
        Kind::OtherJson | Kind::NotJson => Ending::Answered(answer(None)),
        _ => Ending::Settled,
    }
}

/// Does Graph say that the token is the reason, and that nothing was done that may not be done twice?
pub(crate) fn is_about_token(error: &Error, idempotent: bool) -> bool {
    match error.info() {
        Some(info) => info.retry == RetryClass::Reauth && (info.executed == Some(false) || idempotent),
        // Graph's code of an invalid token, in every API: it is read before anything is executed.
        None => error.code() == Some(190),
    }
}
