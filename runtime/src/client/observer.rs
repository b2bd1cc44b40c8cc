//! Telling a program what its client does, for metrics and audits.

use std::time::{Duration, SystemTime};

use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::span::error_type;
use crate::client::transport::Attempt;
use crate::description::info::OperationInfo;
use crate::description::version::Version;
use crate::error::{Error, Kind};
use crate::response::usage::Usage;
use crate::retry::outcome::Outcome;

/// Is notified of everything that a client sends, for metrics and audits. It is given to [`ClientBuilder::observer`](crate::ClientBuilder::observer).
///
/// A call is [`before`](Self::before) and [`after`](Self::after) each time it is sent, with [`repeated`](Self::repeated) in between, or it
/// is [`refused`](Self::refused) and not sent at all. In a batch each request is reported as if it were sent alone; each page of a list is
/// a call, and so is the read that a download begins with.
///
/// What it is given holds no secret, no recipient and no text: neither identifiers nor parameters nor what Graph said in words. Its methods
/// are called where the call runs, so that they must not block.
///
/// ```
/// use graph_runtime::{CallEnd, ObservedCall, Observer};
///
/// #[derive(Debug)]
/// struct Metrics;
///
/// impl Observer for Metrics {
///     fn after(&self, call: &ObservedCall, end: &CallEnd<'_>) {
///         println!("graph_calls{{operation={:?},outcome={:?}}} {:?}", call.operation.id, end.outcome.name(), end.elapsed);
///     }
/// }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// A call is about to be sent.
    fn before(&self, _call: &ObservedCall) {}

    /// A call was sent, with this end. A call that is dropped meanwhile ends here too, with the error `canceled`.
    fn after(&self, _call: &ObservedCall, _end: &CallEnd<'_>) {}

    /// A call that failed will be sent again after this pause.
    fn repeated(&self, _call: &ObservedCall, _pause: Duration) {}

    /// A call is not sent: it was refused or held back, it is set up wrongly, there was no token, or its time was over.
    fn refused(&self, _call: &ObservedCall, _refused: &RefusedCall<'_>) {}
}

/// A call, as an [`Observer`] sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ObservedCall {
    /// The operation: its id, its verb, the template of its path. Of a raw request that is one of the API's operations with a limit or a pace it has what
    /// the call counts as, and neither parameters nor documented errors.
    pub operation: &'static OperationInfo,
    /// The version that is asked for.
    pub version: Version,
    /// How often it left this machine before.
    pub attempts: u32,
}

/// How a call ended that was sent.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// The outcome of this sending alone; a success is [`Outcome::Executed`].
    pub outcome: Outcome,
    /// The HTTP status, if there was an answer; in a batch that of the request.
    pub status: Option<u16>,
    /// What failed, in one word of a small number: the name of a documented error, a code, `timeout`, `connect`, `transport`. None for a success.
    pub error: Option<&'a str>,
    /// How long it took, from when it was sent until its answer was read.
    pub elapsed: Duration,
    /// What Graph reported of the allowances.
    pub usage: Option<&'a Usage>,
    /// When to try again at the earliest, if that is known.
    pub retry_at: Option<SystemTime>,
}

/// Why a call was not sent.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RefusedCall<'a> {
    /// In one word: `refused`, `held_back`, `config`, `no_token`, `timeout`.
    pub error: &'a str,
    /// The first rule that it breaks, where it was refused: `required`, `limit`; or what holds it back: `governor`, `pace`.
    pub rule: Option<&'static str>,
    /// When to try again at the earliest, if that is known.
    pub retry_at: Option<SystemTime>,
}

/// A call that is on its way, reported to an observer when it ends: dropped before, it is canceled.
pub(crate) struct Sending<'a> {
    client: &'a Client,
    observer: &'a dyn Observer,
    call: ObservedCall,
    began: Duration,
    ended: bool,
}

impl Client {
    fn observer(&self) -> Option<&dyn Observer> {
        self.shared.observer.as_deref()
    }

    /// Reports that a call is sent.
    pub(crate) fn sending(&self, attempt: &Attempt<'_>) -> Option<Sending<'_>> {
        let observer = self.observer()?;
        let call = attempt.observed();
        observer.before(&call);
        Some(Sending { client: self, observer, call, began: self.shared.clock.elapsed(), ended: false })
    }

    /// Reports that a call will be sent again.
    pub(crate) fn repeats(&self, attempt: &Attempt<'_>, attempts: u32, pause: Duration) {
        if let Some(observer) = self.observer() {
            observer.repeated(&ObservedCall { attempts, ..attempt.observed() }, pause);
        }
    }

    /// Reports that a call was not sent, if that is what the error says.
    pub(crate) fn refuses(&self, attempt: &Attempt<'_>, error: &Error) {
        if let Some(observer) = self.observer().filter(|_| error.was_never_tried()) {
            let rule = match &error.0.kind {
                Kind::Held(held) => Some(held.rule),
                _ => error.refusals().first().map(|refusal| refusal.rule),
            };
            let refused = RefusedCall { error: &error_type(error), rule, retry_at: error.retry_at() };
            observer.refused(&attempt.observed(), &refused);
        }
    }
}

impl Attempt<'_> {
    fn observed(&self) -> ObservedCall {
        ObservedCall { operation: self.described, version: self.version, attempts: self.before }
    }
}

impl Sending<'_> {
    /// Reports the end.
    pub(crate) fn end(mut self, result: &Result<Reply, Error>) {
        self.ended = true;
        let elapsed = self.elapsed();
        match result {
            Ok(reply) => {
                let outcome = if reply.is_json() { Outcome::Executed } else { Outcome::Unknown };
                let error = (outcome == Outcome::Unknown).then_some("not_json");
                let info = reply.info();
                let end = CallEnd { outcome, status: Some(info.status), error, elapsed, usage: Some(&info.usage), retry_at: None };
                self.observer.after(&self.call, &end);
            }
            Err(error) => {
                let name = error_type(error);
                let end = CallEnd {
                    outcome: error.outcome_of_last(),
                    status: error.status(),
                    error: Some(&name),
                    elapsed,
                    usage: error.usage(),
                    retry_at: error.retry_at(),
                };
                self.observer.after(&self.call, &end);
            }
        }
    }

    fn elapsed(&self) -> Duration {
        self.client.shared.clock.elapsed().saturating_sub(self.began)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let (outcome, error, elapsed) = (Outcome::Unknown, Some("canceled"), self.elapsed());
            self.observer.after(&self.call, &CallEnd { outcome, status: None, error, elapsed, usage: None, retry_at: None });
        }
    }
}
