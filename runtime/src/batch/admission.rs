//! Who goes along in a call: each request waits for leave and has its place in the ledger, as if it were sent alone.

use std::time::Duration;

use super::plan::Plan;
use crate::auth::credential::Credential;
use crate::auth::token::Bearer;
use crate::client::Client;
use crate::client::admission::Left;
use crate::client::observer::Sending;
use crate::client::transport::Attempt;
use crate::description::version::Version;
use crate::error::Error;
use crate::limits::ledger::ReservationGuard;
use crate::limits::turns::Waiting;
use crate::request::context::CallContext;
use crate::retry::outcome::Outcome;
use crate::retry::policy::{Effect, RetryPolicy};
use crate::retry::schedule::{Before, Schedule};
use crate::values::redact::Masks;

/// What holds for a call, from what its requests ask for.
pub(super) struct Terms<'a> {
    pub(super) bearer: &'a Bearer,
    pub(super) version: Version,
    /// The strictest of its requests.
    pub(super) policy: RetryPolicy,
    /// The least of its requests.
    pub(super) limit: Duration,
    /// The worst that a repetition would do.
    pub(super) effect: Effect,
}

/// A request that goes along.
pub(super) struct Seat<'a> {
    pub(super) at: usize,
    pub(super) attempt: Attempt<'a>,
    pub(super) call: CallContext,
    pub(super) place: ReservationGuard<'a>,
    pub(super) sending: Option<Sending<'a>>,
}

/// Those that go along, and those that do not.
#[derive(Default)]
pub(super) struct Seats<'a> {
    pub(super) taken: Vec<Seat<'a>>,
    pub(super) refused: Vec<(usize, Error)>,
}

/// A request on its way to a seat.
struct Candidate<'a> {
    at: usize,
    attempt: Attempt<'a>,
    turn: Option<Waiting>,
}

impl Client {
    pub(super) fn terms<'a>(&'a self, plan: &Plan<'a>, call: &[usize]) -> Terms<'a> {
        let first = &plan.items[call[0]];
        let mut terms = Terms {
            bearer: self.bearer_of(first),
            version: self.version_of(first),
            policy: self.shared.retries,
            limit: self.shared.timeout,
            effect: Effect::Idempotent,
        };
        for (number, at) in call.iter().enumerate() {
            let options = &plan.items[*at].options;
            let own = options.retries().unwrap_or(self.shared.retries);
            terms.policy = if number == 0 { own } else { terms.policy.strictest(own) };
            let own = options.timeout().unwrap_or(self.shared.timeout);
            terms.limit = if number == 0 { own } else { terms.limit.min(own) };
            terms.effect = terms.effect.worst(self.unsigned(&plan.items[*at]).effect());
        }
        // What of it Graph has refused is not known of a call that holds many.
        terms.policy = terms.policy.repeat_refused_writes(false);
        terms
    }

    /// Gives a seat to each request that may go. `before` is how often they left this machine, and the outcome of that. Those that depend on one which may not stay behind with it.
    pub(super) async fn seats<'a>(
        &'a self,
        plan: &Plan<'a>,
        call: &[usize],
        terms: &Terms<'_>,
        schedule: &Schedule,
        before: (u32, Outcome),
    ) -> Seats<'a> {
        let left = || schedule.time_to_wait(self.shared.clock.elapsed());
        let mut seats = Seats::default();
        let mut candidates = Vec::with_capacity(call.len());
        let mut wait = Duration::ZERO;
        for at in call.iter().copied() {
            let mut attempt = self.unsigned(&plan.items[at]);
            (attempt.before, attempt.earlier) = before;
            if !seats.leaves_behind(self, plan, at)
                && let Some(held) = seats.unless_refused(at, self.held_back(&attempt, left).await)
            {
                wait = wait.max(held);
                candidates.push(Candidate { at, attempt, turn: None });
            }
        }
        self.pause_for(wait).await;
        let credential = match self.token(terms.bearer, left()).await {
            Ok(token) => self.credential(token),
            Err(why) => {
                seats.refuse_all(candidates, |attempt| self.no_token(attempt, &why));
                return seats;
            }
        };
        let candidates = self.wait_for_turns(plan, candidates, &mut seats, &left).await;
        if schedule.before(self.shared.clock.elapsed()) == Before::Stop {
            seats.refuse_all(candidates, |attempt| self.too_late(attempt));
            return seats;
        }
        self.reserve_all(plan, candidates, &credential, &mut seats, left).await;
        seats
    }

    /// Waits until each of them has its turn.
    async fn wait_for_turns<'a>(
        &'a self,
        plan: &Plan<'a>,
        candidates: Vec<Candidate<'a>>,
        seats: &mut Seats<'a>,
        left: Left<'_>,
    ) -> Vec<Candidate<'a>> {
        let mut ready = Vec::with_capacity(candidates.len());
        for mut candidate in candidates {
            if !seats.leaves_behind(self, plan, candidate.at)
                && let Some(turn) = seats.unless_refused(candidate.at, self.turn(&candidate.attempt, left).await)
            {
                candidate.turn = turn;
                ready.push(candidate);
            }
        }
        let wait = ready.iter().filter_map(|candidate| Some(candidate.turn.as_ref()?.wait())).max();
        self.pause_for(wait.unwrap_or_default()).await;
        for candidate in &mut ready {
            candidate.turn.take().into_iter().for_each(Waiting::used);
        }
        ready
    }

    /// Reserves a place for each of them, in their order: of eleven with room for ten, the eleventh stays behind.
    async fn reserve_all<'a>(
        &'a self,
        plan: &Plan<'a>,
        candidates: Vec<Candidate<'a>>,
        credential: &Credential,
        seats: &mut Seats<'a>,
        left: impl Fn() -> Duration,
    ) {
        // An answer may repeat to one request what another one said.
        let mut masks = Masks::default();
        for Candidate { at, mut attempt, .. } in candidates {
            if seats.leaves_behind(self, plan, at) {
                continue;
            }
            attempt.credential = credential.clone();
            let call = self.call(&attempt);
            let reserved = self.reserve(&attempt, &call, &left).await;
            if let Some(place) = seats.unless_refused(at, reserved) {
                self.add_masks(&attempt, &mut masks);
                seats.taken.push(Seat { at, attempt, call, place, sending: None });
            }
        }
        for seat in &mut seats.taken {
            seat.call.masks = masks.clone();
        }
    }
}

impl Seats<'_> {
    /// Refuses a request that depends on one which was refused.
    fn leaves_behind(&mut self, client: &Client, plan: &Plan<'_>, at: usize) -> bool {
        let need = self.refused.iter().map(|(at, _)| *at).find(|refused| plan.written[at].needs.contains(refused));
        if let Some(need) = need {
            self.refused.push((at, client.left_behind(&plan.items[at], &plan.items[need])));
        }
        need.is_some()
    }

    fn unless_refused<T>(&mut self, at: usize, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.refused.push((at, error))).ok()
    }

    fn refuse_all(&mut self, candidates: Vec<Candidate<'_>>, error: impl Fn(&Attempt<'_>) -> Error) {
        self.refused.extend(candidates.into_iter().map(|candidate| (candidate.at, error(&candidate.attempt))));
    }
}
