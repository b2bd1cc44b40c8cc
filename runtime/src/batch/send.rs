//! The calls of a batch, one after the other, and what their answers are for each request.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_core::de::IgnoredAny;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::admission::{Seat, Terms};
use super::encode::{BATCH, outgoing};
use super::item::Item;
use super::plan::Plan;
use super::response::{Part, parts};
use crate::client::Client;
use crate::client::admission::settle;
use crate::client::reply::Reply;
use crate::client::retry_loop::{error_type, is_about_token, record};
use crate::client::transport::{Attempt, Exchange};
use crate::error::Error;
use crate::limits::ledger::ReservationGuard;
use crate::request::context::CallContext;
use crate::request::options::RequestOptions;
use crate::response::info::ResponseMeta;
use crate::retry::policy::Effect;

/// The outcome of sending a call once: of an answer, the status and the headers.
type Came = Exchange<(u16, HeaderMap)>;

/// What came of a call in all its attempts.
#[derive(Default)]
struct Carried {
    results: Vec<(usize, Result<Reply, Error>)>,
    attempts: u32,
    status: Option<u16>,
    /// What kind of failure the call itself ended in.
    failure: Option<String>,
}

/// What has been done to repeat a call.
#[derive(Default)]
struct Repetition {
    refreshed: bool,
    repeats: u32,
}

/// What each request that went along is told.
#[derive(Default)]
struct Told {
    results: Vec<(usize, Result<Reply, Error>)>,
    /// Has the call failed as a whole?
    failed: bool,
    /// That of the whole answer.
    status: Option<u16>,
}

impl Told {
    /// Why the call has failed as a whole, in the words of its first request.
    fn failure(&self) -> Option<&Error> {
        self.results.first().and_then(|(_, result)| result.as_ref().err()).filter(|_| self.failed)
    }
}

/// What came, by request, before the ledger is told.
struct Shares<'a> {
    shares: Vec<(usize, ReservationGuard<'a>, Result<Reply, Error>)>,
    failed: bool,
}

impl Client {
    /// Sends requests in as few calls as may be. There is a result for each.
    pub(super) async fn send_batch(&self, items: &[Item]) -> Vec<Result<Reply, Error>> {
        let (plan, mut results) = self.plan(items);
        for call in &plan.calls {
            for (at, result) in self.carry(&plan, call).await {
                results[at] = Some(result);
            }
        }
        let missing = || Err(Error::config("the request was in no call of the batch, which is a defect of this crate".to_owned()));
        results.into_iter().map(|result| result.unwrap_or_else(missing)).collect()
    }

    /// One call, in as many attempts as it takes and is allowed.
    async fn carry(&self, plan: &Plan<'_>, call: &[usize]) -> Vec<(usize, Result<Reply, Error>)> {
        let terms = self.terms(plan, call);
        let span = tracing::info_span!(
            "graph",
            otel.name = "POST / (batch)",
            otel.kind = "client",
            otel.status_code = Empty,
            graph.operation = BATCH.id,
            graph.version = %terms.version,
            graph.batch.size = call.len(),
            graph.batch.failed = Empty,
            http.request.method = BATCH.method.as_str(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            url.template = BATCH.path,
            server.address = self.shared.server.0,
            server.port = self.shared.server.1,
            error.type = Empty,
        );
        let carried = self.attempts_to_carry(plan, call, &terms).instrument(span.clone()).await;
        carried.note(&span);
        carried.results
    }

    async fn attempts_to_carry(&self, plan: &Plan<'_>, call: &[usize], terms: &Terms<'_>) -> Carried {
        let began = self.shared.clock.elapsed();
        let passed = || self.shared.clock.elapsed().saturating_sub(began);
        let left = || terms.limit.saturating_sub(passed());
        let mut carried = Carried::default();
        let (mut repetition, mut going, mut told) = (Repetition::default(), call.to_vec(), Told::default());
        loop {
            let before = carried.attempts;
            let seats = self.seats(plan, &going, terms, before, left).await;
            if before > 0 && !seats.refused.is_empty() {
                // What became of the requests before says more than why they are not repeated.
                free(seats.taken).await;
                break;
            }
            carried.results.extend(seats.refused.into_iter().map(|(at, error)| (at, Err(error))));
            let Some(credential) = seats.taken.first().map(|seat| seat.attempt.credential.clone()) else { break };
            going = seats.taken.iter().map(|seat| seat.at).collect();
            let (outgoing, options) = (outgoing(&plan.written, &going), RequestOptions::default());
            let carrier = Attempt { outgoing: &outgoing, options: &options, version: terms.version, credential, before };
            let came = self.once(&carrier, left()).await;
            told = self.tell(came, seats.taken).await;
            let Some(error) = told.failure() else {
                carried.attempts += 1;
                self.shared.budget.earn();
                break;
            };
            carried.attempts = error.attempts();
            let left = left().min(terms.policy.elapsed.saturating_sub(passed()));
            if !self.again(terms, &carrier, error, &mut repetition, left).await {
                break;
            }
        }
        carried.status = told.status;
        carried.failure = told.failure().map(error_type);
        carried.results.extend(told.results);
        carried
    }

    /// Is the call sent again? Waits, or gets another token, if it is.
    async fn again(&self, terms: &Terms<'_>, carrier: &Attempt<'_>, error: &Error, repetition: &mut Repetition, left: Duration) -> bool {
        let about_token = !repetition.refreshed && is_about_token(error, terms.effect == Effect::Idempotent);
        if about_token && self.refresh(terms.bearer, carrier).await {
            tracing::info!("sent again with a fresh token: Graph rejected the last one");
            repetition.refreshed = true;
            return true;
        }
        let pause = self.pause(terms.effect, error, &terms.policy, repetition.repeats);
        let Some(pause) = pause.filter(|pause| *pause < left) else { return false };
        if !self.shared.budget.spend() {
            tracing::warn!("not sent again: too much has failed lately, and the budget for repetitions is used up");
            return false;
        }
        tracing::info!(attempts = error.attempts(), ?pause, error.type = error_type(error), "sent again after a pause");
        repetition.repeats += 1;
        self.shared.clock.sleep(pause).await;
        true
    }

    async fn once(&self, carrier: &Attempt<'_>, timeout: Duration) -> Came {
        match self.request(carrier, timeout) {
            Ok(request) => {
                let head = |response: &reqwest::Response| (response.status().as_u16(), response.headers().clone());
                self.exchange(request, carrier.outgoing, head).await
            }
            Err(fault) => Exchange::Fault(fault),
        }
    }

    /// Tells each request, and the ledger, what became of it.
    async fn tell(&self, came: Came, seats: Vec<Seat<'_>>) -> Told {
        let status = match &came {
            Exchange::Answer((status, _), _) => Some(*status),
            Exchange::Fault(_) | Exchange::Lost(_) => None,
        };
        let Shares { shares, failed } = self.shares(came, seats);
        let mut told = Told { results: Vec::with_capacity(shares.len()), failed, status };
        for (at, place, result) in shares {
            told.results.push((at, settle(place, result).await));
        }
        told
    }

    /// The part of each request in what came.
    fn shares<'a>(&self, came: Came, mut seats: Vec<Seat<'a>>) -> Shares<'a> {
        let now = self.shared.clock.now();
        for seat in &mut seats {
            seat.call.attempts += u32::from(!matches!(came, Exchange::Fault(_)));
            seat.call.answered = now;
        }
        let (status, headers, body) = match came {
            Exchange::Fault(fault) => return Shares::failed(seats, |call| Error::config_of(&call, fault.clone())),
            Exchange::Lost(error) => return Shares::failed(seats, |call| Error::lost(&call, None, error.clone())),
            Exchange::Answer((status, headers), body) => (status, headers, body),
        };
        self.observe(status, &headers, &seats);
        let meta = |call: &CallContext| ResponseMeta::of(status, &headers, call);
        let bytes = match body {
            Ok(bytes) => bytes,
            Err(broken) => return Shares::failed(seats, |call| broken.error(&call, meta(&call))),
        };
        let asked = seats.len();
        match parts(&bytes) {
            Some(parts) if parts.len() == asked => {
                let mut parts = parts.into_iter();
                Shares::of(seats, |attempt, call| {
                    let meta = meta(&call);
                    self.share(parts.next(), attempt, call, meta)
                })
            }
            // Which part answers which request is anybody's guess, and to guess wrong is worse than not to know.
            Some(parts) if (200..300).contains(&status) => {
                let why = format!("the answer has {} parts for {asked} requests, so that none can be told to be its own", parts.len());
                Shares::of(seats, |_, call| Err(Error::unanswered(&call, meta(&call), &bytes, why.clone())))
            }
            _ => Shares::failed(seats, |call| {
                let meta = meta(&call);
                self.no_list(&bytes, call, meta)
            }),
        }
    }

    /// The usage that came with the whole call. Whose it is among many requests nobody says.
    fn observe(&self, status: u16, headers: &HeaderMap, seats: &[Seat<'_>]) {
        let Some(first) = seats.first() else { return };
        let meta = ResponseMeta::of(status, headers, &first.call);
        self.warn_of_mismatch(&meta);
        let ids = seats.iter().filter(|_| seats.len() == 1).flat_map(|seat| seat.attempt.outgoing.ids());
        self.shared.usage.note(ids, &meta.usage, || self.shared.clock.elapsed());
    }

    /// What a request is told by its own part.
    fn share(&self, part: Option<Part>, attempt: &Attempt<'_>, call: CallContext, whole: ResponseMeta) -> Result<Reply, Error> {
        let (status, headers, body) = match part {
            Some(Part::Answer { status, headers, body }) => (status.unwrap_or(whole.status), headers, body),
            Some(Part::Nothing { why, place }) => return Err(Error::unanswered(&call, whole, &place, why)),
            None => return Err(Error::unanswered(&call, whole, &Bytes::new(), "the answer ends before it".to_owned())),
        };
        let own = ResponseMeta::of(status, &headers, &call);
        self.warn_of_mismatch(&own);
        self.shared.usage.note(attempt.outgoing.ids(), &own.usage, || self.shared.clock.elapsed());
        self.accept(attempt, call, own.or(&whole), body)
    }

    /// The error of a request whose whole call was answered with something else than a list.
    fn no_list(&self, bytes: &Bytes, call: CallContext, meta: ResponseMeta) -> Error {
        match Reply::accept(call, meta, bytes.clone(), self.shared.catalogue) {
            Err(error) => error,
            Ok(reply) => {
                let (call, meta, bytes) = reply.into_parts();
                if serde_json::from_slice::<IgnoredAny>(&bytes).is_err() {
                    return Error::not_json(&call, meta, &bytes);
                }
                Error::unanswered(&call, meta, &bytes, "the answer is no list with a part for each request".to_owned())
            }
        }
    }
}

impl<'a> Shares<'a> {
    fn of(seats: Vec<Seat<'a>>, mut result: impl FnMut(&Attempt<'a>, CallContext) -> Result<Reply, Error>) -> Self {
        let share = |seat: Seat<'a>| (seat.at, seat.place, result(&seat.attempt, seat.call));
        Self { shares: seats.into_iter().map(share).collect(), failed: false }
    }

    fn failed(seats: Vec<Seat<'a>>, error: impl Fn(CallContext) -> Error) -> Self {
        Self { failed: true, ..Self::of(seats, |_, call| Err(error(call))) }
    }
}

/// Gives the places of those back that do not go after all.
async fn free(seats: Vec<Seat<'_>>) {
    for seat in seats {
        let unsent = Error::config_of(&seat.call, "not sent".to_owned());
        drop(settle::<()>(seat.place, Err(unsent)).await);
    }
}

impl Carried {
    fn note(&self, span: &Span) {
        record(span, self.attempts, self.status);
        span.record("graph.batch.failed", self.results.iter().filter(|(_, result)| result.is_err()).count());
        if let Some(failure) = &self.failure {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", failure.as_str());
        }
    }
}
