//! The calls of a batch, one after the other, and what their answers are for each request.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_core::de::IgnoredAny;
use tracing::{Instrument as _, Span};

use super::admission::{Seat, Seats, Terms};
use super::encode::{BATCH, outgoing};
use super::item::Item;
use super::plan::Plan;
use super::response::{Part, parts};
use crate::auth::credential::Credential;
use crate::client::Client;
use crate::client::admission::settle;
use crate::client::observer::Sending;
use crate::client::reply::Reply;
use crate::client::retry_loop::{Dispatch, Sent, in_a_runtime, is_about_token};
use crate::client::span::{error_type, note};
use crate::client::transport::{Attempt, Exchange, put_body};
use crate::error::Error;
use crate::limits::ledger::ReservationGuard;
use crate::request::context::CallContext;
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::request::send_gate::SendGate;
use crate::response::info::ResponseInfo;
use crate::retry::outcome::Outcome;
use crate::retry::policy::Effect;
use crate::retry::schedule::{Before, Schedule};
use crate::values::secret::Secret;

/// The outcome of sending a call once: of an answer, the status and the headers.
type Came = Exchange<(u16, HeaderMap)>;

/// What each request that went along in a call got.
#[derive(Default)]
struct Delivery {
    results: Vec<(usize, Result<Reply, Error>)>,
    /// Has the call failed as a whole?
    failed: bool,
    /// That of the whole answer.
    status: Option<u16>,
}

impl Delivery {
    /// Why the call has failed as a whole, in the words of its first request.
    fn failure(&self) -> Option<&Error> {
        self.results.first().and_then(|(_, result)| result.as_ref().err()).filter(|_| self.failed)
    }
}

/// A call of a batch: some of its requests, in one request of HTTP.
struct Chunk<'a> {
    client: &'a Client,
    plan: &'a Plan<'a>,
    terms: Terms<'a>,
    /// Those that still go along.
    going: Vec<usize>,
    /// Those that go along now.
    seats: Vec<Seat<'a>>,
    outgoing: Outgoing,
    options: RequestOptions,
    credential: Credential,
    /// Those that do not go along, each with the reason.
    refused: Vec<(usize, Error)>,
    /// The outcome of the last attempt.
    delivery: Delivery,
    /// How often it left this machine.
    attempts: u32,
    /// The outcome of these attempts.
    outcome: Outcome,
}

/// What came, by request, before it is recorded in the ledger.
struct Shares<'a> {
    shares: Vec<Share<'a>>,
    failed: bool,
}

struct Share<'a> {
    at: usize,
    place: ReservationGuard<'a>,
    sending: Option<Sending<'a>>,
    result: Result<Reply, Error>,
}

impl Client {
    /// Sends requests in as few calls as may be. There is a result for each.
    pub(super) async fn send_batch(&self, items: &[Item]) -> Vec<Result<Reply, Error>> {
        let (plan, mut results) = self.plan(items);
        for (item, error) in items.iter().zip(&results).filter_map(|(item, result)| Some((item, result.as_ref()?.as_ref().err()?))) {
            self.refuses(&self.unsigned(item), error);
        }
        for call in &plan.calls {
            for (at, result) in self.send_chunk(&plan, call).await {
                results[at] = Some(result);
            }
        }
        let missing = || Err(Error::config("the request was in no call of the batch, which is a defect of this crate".to_owned()));
        let results = items
            .iter()
            .zip(results)
            .map(|(item, result)| result.unwrap_or_else(missing).map_err(|error| error.without(self.personal(&item.outgoing))));
        results.collect()
    }

    /// Sends some of the requests in one call.
    async fn send_chunk(&self, plan: &Plan<'_>, call: &[usize]) -> Vec<(usize, Result<Reply, Error>)> {
        if let Err(fault) = in_a_runtime() {
            let unsent = |at: &usize| (*at, Err(Error::config_of(&self.call(&self.unsigned(&plan.items[*at])), fault.to_owned())));
            return call.iter().map(unsent).collect();
        }
        let terms = self.terms(plan, call);
        let span = self.span(format_args!("POST / (batch)"), &BATCH, BATCH.method, terms.version);
        span.record("graph.batch.size", call.len());
        let schedule = Schedule::new(terms.policy, terms.effect, terms.limit, self.shared.clock.elapsed());
        let mut chunk = Chunk::new(self, plan, call, terms);
        self.dispatch(&mut chunk, schedule).instrument(span.clone()).await;
        chunk.end(&span)
    }

    async fn once(&self, carrier: &Attempt<'_>, gate: Option<&SendGate>, timeout: Duration) -> Result<Came, String> {
        let mut request = self.request(carrier, timeout, &mut String::new())?;
        put_body(carrier.outgoing, &mut request).await?;
        if let Some(gate) = gate {
            gate.put_before(&mut request);
        }
        Ok(self.exchange(request, |response| (response.status().as_u16(), response.headers().clone())).await)
    }

    /// Gives each request, and the ledger, its part of what came.
    async fn distribute(&self, came: Result<Came, String>, seats: Vec<Seat<'_>>, schedule: &Schedule) -> Delivery {
        let status = match &came {
            Ok(Exchange::Answer((status, _), _)) => Some(*status),
            Ok(Exchange::Lost(_) | Exchange::Redirected(_)) | Err(_) => None,
        };
        let Shares { shares, failed } = self.shares(came, seats);
        let mut delivery = Delivery { results: Vec::with_capacity(shares.len()), failed, status };
        for Share { at, place, sending, result } in shares {
            if let Some(sending) = sending {
                sending.end(&result);
            }
            let left = schedule.left(self.shared.clock.elapsed());
            delivery.results.push((at, settle(place, result, left).await));
        }
        delivery
    }

    /// The part of each request in what came.
    fn shares<'a>(&self, came: Result<Came, String>, mut seats: Vec<Seat<'a>>) -> Shares<'a> {
        let now = self.shared.clock.now();
        let left = match &came {
            Err(_) => false,
            Ok(Exchange::Lost(fault)) => fault.sent,
            Ok(Exchange::Answer(..) | Exchange::Redirected(_)) => true,
        };
        for seat in &mut seats {
            seat.call.attempts += u32::from(left);
            seat.call.answered = now;
        }
        let (status, headers, body) = match came {
            Err(fault) => return Shares::failed(seats, |call| Error::config_of(&call, fault.clone())),
            Ok(Exchange::Lost(fault)) => return Shares::failed(seats, |call| Error::lost(&call, None, fault.clone())),
            Ok(Exchange::Redirected(to)) => return Shares::failed(seats, |call| Error::redirected(&call, to.clone())),
            Ok(Exchange::Answer((status, headers), body)) => (status, headers, body),
        };
        self.observe(status, &headers, &seats);
        let info = |call: &CallContext| ResponseInfo::of(status, &headers, call);
        let bytes = match body {
            Ok(bytes) => bytes,
            Err(broken) => return Shares::failed(seats, |call| broken.error(&call, info(&call))),
        };
        let asked = seats.len();
        match parts(&bytes) {
            Some(parts) if parts.len() == asked => {
                let mut parts = parts.into_iter();
                Shares::of(seats, |attempt, call| {
                    let info = info(&call);
                    self.share(parts.next(), attempt, call, info)
                })
            }
            // Which part answers which request could only be guessed, and a wrong guess is worse than none.
            Some(parts) if (200..300).contains(&status) => {
                let why = format!("the answer has {} parts for {asked} requests, so that none can be assigned", parts.len());
                Shares::of(seats, |_, call| Err(Error::unanswered(&call, info(&call), &bytes, why.clone())))
            }
            _ => Shares::failed(seats, |call| {
                let info = info(&call);
                self.no_list(&bytes, call, info)
            }),
        }
    }

    /// The usage that came with the whole call. Whose it is among many requests is not said.
    fn observe(&self, status: u16, headers: &HeaderMap, seats: &[Seat<'_>]) {
        let Some(first) = seats.first() else { return };
        let info = ResponseInfo::of(status, headers, &first.call);
        self.warn_of_mismatch(&info);
        let ids = seats.iter().filter(|_| seats.len() == 1).flat_map(|seat| seat.attempt.outgoing.ids());
        self.note_usage(ids, &info.usage);
    }

    /// What a request gets from its own part.
    fn share(&self, part: Option<Part>, attempt: &Attempt<'_>, call: CallContext, whole: ResponseInfo) -> Result<Reply, Error> {
        let (status, headers, body) = match part {
            Some(Part::Answer { status, headers, body }) => (status.unwrap_or(whole.status), headers, body),
            Some(Part::Nothing { why, place }) => return Err(Error::unanswered(&call, whole, &place, why)),
            None => return Err(Error::unanswered(&call, whole, &Bytes::new(), "the answer ends before it".to_owned())),
        };
        let own = ResponseInfo::of(status, &headers, &call);
        self.warn_of_mismatch(&own);
        self.note_usage(attempt.outgoing.ids(), &own.usage);
        self.accept(attempt, call, own.or(&whole), body)
    }

    /// The error of a request whose whole call was answered with something else than a list.
    fn no_list(&self, bytes: &Bytes, call: CallContext, info: ResponseInfo) -> Error {
        match Reply::accept(call, info, bytes.clone(), self.shared.catalog) {
            Err(error) => error,
            Ok(reply) => {
                let (call, info, bytes) = reply.into_parts();
                if serde_json::from_slice::<IgnoredAny>(&bytes).is_err() {
                    return Error::not_json(&call, info, &bytes);
                }
                Error::unanswered(&call, info, &bytes, "the answer is no list with a part for each request".to_owned())
            }
        }
    }
}

impl<'a> Shares<'a> {
    fn of(seats: Vec<Seat<'a>>, mut result: impl FnMut(&Attempt<'a>, CallContext) -> Result<Reply, Error>) -> Self {
        let share =
            |seat: Seat<'a>| Share { at: seat.at, place: seat.place, sending: seat.sending, result: result(&seat.attempt, seat.call) };
        Self { shares: seats.into_iter().map(share).collect(), failed: false }
    }

    fn failed(seats: Vec<Seat<'a>>, error: impl Fn(CallContext) -> Error) -> Self {
        Self { failed: true, ..Self::of(seats, |_, call| Err(error(call))) }
    }
}

impl<'a> Chunk<'a> {
    fn new(client: &'a Client, plan: &'a Plan<'a>, call: &[usize], terms: Terms<'a>) -> Self {
        Self {
            client,
            plan,
            terms,
            going: call.to_vec(),
            seats: Vec::new(),
            outgoing: Outgoing::new(&BATCH),
            options: RequestOptions::default(),
            credential: client.credential(Secret::default()),
            refused: Vec::new(),
            delivery: Delivery::default(),
            attempts: 0,
            outcome: Outcome::NotSent,
        }
    }

    /// What is sent, and as whom.
    fn carrier(&self) -> Attempt<'_> {
        Attempt {
            outgoing: &self.outgoing,
            described: &BATCH,
            options: &self.options,
            version: self.terms.version,
            credential: self.credential.clone(),
            before: self.attempts,
            earlier: self.outcome,
        }
    }

    /// The result of each request, after the last attempt.
    fn end(self, span: &Span) -> Vec<(usize, Result<Reply, Error>)> {
        note(span, self.attempts, self.delivery.status, self.delivery.failure().map(error_type).as_deref());
        let refused = self.refused.into_iter().map(|(at, error)| (at, Err(error)));
        let results: Vec<_> = refused.chain(self.delivery.results).collect();
        span.record("graph.batch.failed", results.iter().filter(|(_, result)| result.is_err()).count());
        results
    }
}

impl Dispatch for Chunk<'_> {
    async fn admit(&mut self, schedule: &Schedule) -> Option<Duration> {
        let Seats { taken, refused } =
            self.client.seats(self.plan, &self.going, &self.terms, schedule, (self.attempts, self.outcome)).await;
        if schedule.sent() > 0 && !refused.is_empty() {
            // The outcome of the requests before says more than why they are not repeated. Dropping the others gives their places back.
            return None;
        }
        for (at, error) in &refused {
            self.client.refuses(&self.client.unsigned(&self.plan.items[*at]), error);
        }
        self.refused.extend(refused);
        self.credential = taken.first()?.attempt.credential.clone();
        self.going = taken.iter().map(|seat| seat.at).collect();
        self.outgoing = outgoing(&self.plan.written, &self.going);
        let left = match schedule.before(self.client.shared.clock.elapsed()) {
            Before::Send(left) => left,
            Before::Stop => {
                // Of a repetition the outcome of the requests before says more.
                if schedule.sent() == 0 {
                    self.refused.extend(taken.iter().map(|seat| (seat.at, Error::too_late(&seat.call, "the ledger"))));
                }
                return None;
            }
        };
        self.seats = taken;
        Some(left)
    }

    async fn send(&mut self, schedule: &Schedule, timeout: Duration) -> Sent {
        for seat in &mut self.seats {
            seat.sending = self.client.sending(&seat.attempt);
        }
        let gate = self.seats.iter().any(|seat| seat.place.is_counted()).then(SendGate::default);
        if let Some(gate) = &gate {
            self.seats.iter_mut().for_each(|seat| seat.place.pass(gate));
        }
        let mut came = self.client.once(&self.carrier(), gate.as_ref(), timeout).await;
        if let Ok(Exchange::Lost(fault)) = &mut came
            && gate.is_some_and(|gate| gate.close())
        {
            fault.sent = false;
        }
        self.delivery = self.client.distribute(came, std::mem::take(&mut self.seats), schedule).await;
        match self.delivery.failure() {
            Some(error) => {
                (self.attempts, self.outcome) = (error.attempts(), error.outcome());
                Sent::Failed
            }
            None => {
                self.attempts += 1;
                Sent::Answered
            }
        }
    }

    fn failure(&self) -> Option<&Error> {
        self.delivery.failure()
    }

    fn repeats(&self, pause: Duration) {
        for (at, result) in &self.delivery.results {
            let attempts = result.as_ref().err().map_or(0, Error::attempts);
            self.client.repeats(&self.client.unsigned(&self.plan.items[*at]), attempts, pause);
        }
    }

    fn rejects_token(&self, error: &Error) -> bool {
        is_about_token(error, self.terms.effect == Effect::Idempotent)
    }

    async fn refresh(&mut self, schedule: &Schedule) -> bool {
        let limit = schedule.time_to_wait(self.client.shared.clock.elapsed());
        let result = self.client.refresh(self.terms.bearer, &self.carrier(), limit).await;
        for error in self.delivery.results.iter_mut().filter_map(|(_, result)| result.as_mut().err()) {
            error.refresh_ended(result.clone());
        }
        matches!(result, Ok(true))
    }
}
