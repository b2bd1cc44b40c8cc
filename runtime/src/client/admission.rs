//! Leave to send: what the limits say to a call, as pauses and errors.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::retry_loop::within;
use crate::client::transport::Attempt;
use crate::clock::BoxFuture;
use crate::description::error_info::ErrorCategory;
use crate::description::info::{OperationInfo, Paced};
use crate::error::Error;
use crate::error::held::Held;
use crate::error::retry_at::RetryBasis;
use crate::limits::governor::Governor;
use crate::limits::hold::Hold;
use crate::limits::ledger::{Closed, ReservationGuard, Settlement, those_that_block};
use crate::limits::rate_limit::Pace;
use crate::limits::turns::{StoreError, Taken, Waiting};
use crate::limits::usage_store::{UsageReport, UsageStore};
use crate::limits::usage_tracker::WINDOW;
use crate::request::context::CallContext;
use crate::request::parts::Outgoing;
use crate::request::preflight::Refusals;
use crate::request::traffic::Traffic;
use crate::response::usage::Usage;
use crate::retry::outcome::Outcome;
use crate::values::line::line;
use crate::values::personal::shortened;

impl Client {
    /// Sets the pace of the calls about one object, instead of the builder's, for all clones and views of this client.
    ///
    /// It applies whatever reads have shown of the object.
    pub fn set_pace(&self, id: impl AsRef<str>, pace: Pace) {
        self.has_pace(pace);
        self.shared.turns.set(id.as_ref(), pace);
    }

    /// From now on calls may have to wait for their turn.
    pub(crate) fn has_pace(&self, pace: Pace) {
        if pace.learns() {
            self.shared.rates.begin();
        }
        self.shared.waits_for_turns.get_or_init(|| wait_for_turn);
    }

    /// Counts what counts towards the pace of an object without being a call: messages that arrive at a number, `arrivals` of them. Calls about it wait as
    /// if each of them had been one.
    ///
    /// It is about the pace by the second that the API documents ([`RateInfo::counts_too`](crate::RateInfo::counts_too)), or that the caller gave; it does
    /// nothing without one. Call it where webhooks arrive, and give the pace [`leave_room(0)`](Pace::leave_room).
    pub async fn count_arrivals(&self, id: impl AsRef<str>, arrivals: u32) {
        let (shared, id) = (&self.shared, id.as_ref());
        let counts = |paced: &Paced| paced.rate.is_some_and(|rate| !rate.counts_too.is_empty());
        let Some(paced) = shared.limited.iter().filter_map(|operation| operation.paced).find(counts) else { return };
        let Some(pace) = shared.turns.pace(id).or(self.pace) else { return };
        let observed = paced.rate.filter(|_| pace.learns()).and_then(|rate| shared.rates.rate(id, rate.field));
        for lane in pace.lanes(paced, id, None, observed) {
            unpaced(within(shared.timeout, shared.turns.store().count(lane, arrivals, &*shared.clock)).await);
        }
    }

    /// Waits as long as the governor says, or says that it takes too long.
    pub(crate) async fn govern(&self, attempt: &Attempt<'_>, left: impl Fn() -> Duration + Sync) -> Result<(), Error> {
        let wait = self.held_back(attempt, left).await?;
        self.pause_for(wait).await;
        Ok(())
    }

    /// How long the governor holds the call back, or that it takes too long.
    pub(crate) async fn held_back(&self, attempt: &Attempt<'_>, left: impl Fn() -> Duration + Sync) -> Result<Duration, Error> {
        match self.shared.governor.filter(|_| self.traffic_of(attempt) != Traffic::Off) {
            Some(governed) => (governed.hold)(self, governed.governor, attempt, &left).await,
            None => Ok(Duration::ZERO),
        }
    }

    /// How long this governor holds the call back, or that it takes too long.
    async fn governed(&self, governor: Governor, attempt: &Attempt<'_>, left: Left<'_>) -> Result<Duration, Error> {
        let outgoing = attempt.outgoing;
        if let Some(shared) = &self.shared.usage_store {
            Box::pin(self.learn_usage(&*shared.store, outgoing, left())).await;
        }
        match governor.hold(&self.shared.usage, outgoing.ids(), self.shared.clock.elapsed(), left) {
            Some(Hold { held: Some(held), basis, .. }) => self.hold(attempt, held, basis).map(|()| Duration::ZERO),
            hold => Ok(hold.map_or(Duration::ZERO, |hold| hold.wait)),
        }
    }

    /// Takes over what was reported of usage to other machines.
    async fn learn_usage(&self, store: &dyn UsageStore, outgoing: &Outgoing, limit: Duration) {
        let shared = &self.shared;
        let ids: Vec<_> = outgoing.ids().collect();
        let reports = match within(limit, store.get(&ids, shared.clock.now())).await {
            Some(Ok(reports)) => reports,
            Some(Err(error)) => {
                return tracing::warn!("the store of usage cannot be read: {}", line(&error.to_string(), 500));
            }
            None => return tracing::warn!("the store of usage has not answered within the time limit of the call"),
        };
        let (now, elapsed) = (shared.clock.now(), shared.clock.elapsed());
        for report in reports {
            let age = now.duration_since(report.at).unwrap_or_default();
            // What was said before this client began is as old as it is.
            let at = elapsed.saturating_sub(age);
            if age <= WINDOW {
                shared.usage.note(report.objects.iter().map(String::as_str), &report.usage, || at);
            }
        }
    }

    /// Remembers what an answer says of usage, here and where other machines look.
    pub(crate) fn note_usage<'a>(&self, ids: impl Iterator<Item = &'a str> + Clone, usage: &Usage) {
        let shared = &self.shared;
        shared.usage.note(ids.clone(), usage, || shared.clock.elapsed());
        let Some(with) = shared.usage_store.as_ref().filter(|_| *usage != Usage::default()) else { return };
        let report = UsageReport { objects: ids.map(ToOwned::to_owned).collect(), usage: usage.clone(), at: shared.clock.now() };
        (with.put)(with.store.clone(), report);
    }

    /// Waits for the call's turn, or says that it would come too late.
    pub(crate) async fn wait_for_turn(&self, attempt: &Attempt<'_>, left: impl Fn() -> Duration + Sync) -> Result<(), Error> {
        match self.shared.waits_for_turns.get() {
            Some(wait) if attempt.outgoing.info().paced.is_some() => wait(self, attempt, &left).await,
            _ => Ok(()),
        }
    }

    /// The call's turn, if it needs one.
    pub(crate) async fn turn(&self, attempt: &Attempt<'_>, left: Left<'_>) -> Result<Option<Waiting>, Error> {
        let (shared, outgoing) = (&self.shared, attempt.outgoing);
        let Some(paced) = outgoing.info().paced.filter(|_| self.traffic_of(attempt) != Traffic::Off) else { return Ok(None) };
        let Some(id) = outgoing.placeholder_value(paced.id) else { return Ok(None) };
        let Some(pace) = shared.turns.pace(id).or(self.pace) else { return Ok(None) };
        let partner = paced.pair.and_then(|pair| outgoing.param(pair.param));
        let observed = paced.rate.filter(|_| pace.learns()).and_then(|rate| shared.rates.rate(id, rate.field));
        let lanes = pace.lanes(paced, id, partner, observed);
        let longest = pace.longest_wait(left());
        match unpaced(within(left(), shared.turns.store().take(lanes, longest, &*shared.clock)).await) {
            Some(Taken::Turn(turn)) => Ok(Some(shared.turns.keep(turn))),
            Some(Taken::TooLate(wait)) => {
                let reason = format!("more calls wait for the {} {} than its pace lets through in that time", paced.id, shortened(id));
                let held = Held { rule: "pace", reason, wait, longest };
                self.hold(attempt, held, RetryBasis::Estimated).map(|()| None)
            }
            None => Ok(None),
        }
    }

    /// Reserves a place in the ledger for one sending of this request, if its operation has a limit that blocks.
    /// The ledger has this time for it.
    pub(crate) async fn reserve(
        &self,
        attempt: &Attempt<'_>,
        call: &CallContext,
        limit: impl FnOnce() -> Duration,
    ) -> Result<ReservationGuard<'_>, Error> {
        let (shared, outgoing) = (&self.shared, attempt.outgoing);
        let reserved = ReservationGuard::reserve(
            &shared.ledger,
            &*shared.clock,
            attempt.described,
            outgoing,
            self.answering(attempt.version),
            self.traffic_of(attempt),
            shared.on_ledger_error,
            limit,
        );
        reserved.await.map_err(|closed| match closed {
            Closed::TooLate => Error::too_late(call, "the ledger"),
            Closed::Limit { refusal, error, retry } => Error::limited(call, error, refusal, retry),
            Closed::Uncounted(refusal) => Error::refused(call, vec![refusal]),
        })
    }

    /// What to do about this call where it may have to be refused.
    pub(crate) fn refusals_of(&self, attempt: &Attempt<'_>) -> Refusals {
        attempt.options.refusals().unwrap_or(self.refusals)
    }

    /// What to do about this call if it is held back.
    fn traffic_of(&self, attempt: &Attempt<'_>) -> Traffic {
        attempt.options.traffic().unwrap_or(self.traffic)
    }

    /// Holds the call back, unless that is only to be warned of.
    fn hold(&self, attempt: &Attempt<'_>, held: Held, basis: RetryBasis) -> Result<(), Error> {
        if self.traffic_of(attempt) == Traffic::Warn {
            tracing::warn!("{} is sent though {}", attempt.outgoing.info().id, held.reason);
            return Ok(());
        }
        let at = self.shared.clock.now().checked_add(held.wait);
        Err(Error::held(&self.call(attempt), held).with_retry_at(at, basis))
    }

    /// Waits, if there is anything to wait for.
    pub(crate) async fn pause_for(&self, wait: Duration) {
        if !wait.is_zero() {
            self.shared.clock.sleep(wait).await;
        }
    }
}

/// How much time a call has left.
pub(crate) type Left<'a> = &'a (dyn Fn() -> Duration + Sync);

/// Waits for a call's turn. A client has it when it has a pace, so that a program without one does not contain what gives turns.
pub(crate) type WaitForTurn = for<'a> fn(&'a Client, &'a Attempt<'a>, Left<'a>) -> BoxFuture<'a, Result<(), Error>>;

pub(crate) fn wait_for_turn<'a>(client: &'a Client, attempt: &'a Attempt<'a>, left: Left<'a>) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        let Some(turn) = client.turn(attempt, left).await? else { return Ok(()) };
        client.pause_for(turn.wait()).await;
        turn.used();
        Ok(())
    })
}

type HoldBack = for<'a> fn(&'a Client, Governor, &'a Attempt<'a>, Left<'a>) -> BoxFuture<'a, Result<Duration, Error>>;

/// A governor, and how it holds calls back: what a program without one does not contain.
#[derive(Clone, Copy)]
pub(crate) struct Governed {
    pub(crate) governor: Governor,
    pub(crate) hold: HoldBack,
}

pub(crate) fn governed<'a>(
    client: &'a Client,
    governor: Governor,
    attempt: &'a Attempt<'a>,
    left: Left<'a>,
) -> BoxFuture<'a, Result<Duration, Error>> {
    Box::pin(client.governed(governor, attempt, left))
}

/// A store of usage, and how reports are put there: what a program without one does not contain.
pub(crate) struct SharedUsage {
    pub(crate) store: Arc<dyn UsageStore>,
    pub(crate) put: fn(Arc<dyn UsageStore>, UsageReport),
}

pub(crate) fn share_usage(store: Arc<dyn UsageStore>, report: UsageReport) {
    let putting = async move {
        if let Err(error) = store.put(report).await {
            tracing::warn!("usage is not shared with other machines: {}", line(&error.to_string(), 500));
        }
    };
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(putting);
    }
}

/// What a store of turns answered. One that fails holds no call back: that costs at most an error of Graph's, and no answer costs all calls.
fn unpaced<T>(answer: Option<Result<T, StoreError>>) -> Option<T> {
    match answer {
        Some(Ok(answer)) => return Some(answer),
        Some(Err(error)) => tracing::warn!("a call goes without a turn: {}", line(&error.to_string(), 500)),
        None => tracing::warn!("a call goes without a turn: the store of turns has not answered in time"),
    }
    None
}

/// Reports the outcome of a call to the ledger, and returns its result. The ledger has this time for it; it is not waited for longer.
pub(crate) async fn settle(place: ReservationGuard<'_>, result: Result<Reply, Error>, limit: Duration) -> Result<Reply, Error> {
    place
        .settle(limit, |operation| match &result {
            Ok(reply) if reply.is_json() => Settlement::Counts,
            // It will be an error, and says nothing.
            Ok(_) => Settlement::MayCount,
            Err(error) => settlement(operation, error),
        })
        .await;
    result
}

/// What an error says about the counter of Graph.
fn settlement(operation: &OperationInfo, error: &Error) -> Settlement {
    let outcome = error.outcome_of_last();
    if outcome == Outcome::NotSent {
        return Settlement::Frees;
    }
    let counts = if outcome == Outcome::Unknown { Settlement::MayCount } else { Settlement::Counts };
    let Some(info) = error.info() else {
        return counts;
    };
    if those_that_block(operation).any(|limit| limit.error.name == info.name) {
        return Settlement::Closes;
    }
    let at_the_door = [ErrorCategory::AUTH, ErrorCategory::PERMISSION, ErrorCategory::THROTTLE].contains(&info.category);
    if at_the_door && info.executed == Some(false) { Settlement::Frees } else { counts }
}
