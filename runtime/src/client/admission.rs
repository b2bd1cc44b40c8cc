//! Leave to send: what the limits say to a call, as pauses and errors.

use std::time::Duration;

use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::transport::Attempt;
use crate::description::info::{ErrorCategory, OperationInfo};
use crate::error::Error;
use crate::limits::hold::Hold;
use crate::limits::ledger::{Closed, ReservationGuard, Settlement, those_that_block};
use crate::limits::rate_limit::{Pace, Turn};
use crate::request::context::CallContext;
use crate::request::preflight::Refusals;
use crate::retry::outcome::Outcome;

impl Client {
    /// Sets the pace of the calls about one object, instead of the builder's, for all clones and views of this client.
    ///
    /// It applies whatever reads have shown of the object.
    pub fn set_pace(&self, id: impl AsRef<str>, pace: Pace) {
        if pace.learns() {
            self.shared.rates.begin();
        }
        self.shared.turns.set(id.as_ref(), pace);
    }

    /// Waits as long as the governor says, or refuses.
    pub(crate) async fn govern(&self, attempt: &Attempt<'_>, left: impl Fn() -> Duration) -> Result<(), Error> {
        let wait = self.held_back(attempt, left)?;
        self.pause_for(wait).await;
        Ok(())
    }

    /// How long the governor holds the call back, or that it is refused.
    pub(crate) fn held_back(&self, attempt: &Attempt<'_>, left: impl Fn() -> Duration) -> Result<Duration, Error> {
        let Some(governor) = self.shared.governor.filter(|_| self.refusals_of(attempt) != Refusals::Off) else {
            return Ok(Duration::ZERO);
        };
        let outgoing = attempt.outgoing;
        let now = self.shared.clock.elapsed();
        match governor.hold(&self.shared.usage, outgoing.ids(), outgoing.info().id, now, left) {
            Some(hold) if hold.refusal.is_some() => self.refuse(attempt, hold).map(|()| Duration::ZERO),
            hold => Ok(hold.map_or(Duration::ZERO, |hold| hold.wait)),
        }
    }

    /// Waits for the call's turn, or refuses if that takes too long.
    pub(crate) async fn wait_for_turn(&self, attempt: &Attempt<'_>, left: impl Fn() -> Duration) -> Result<(), Error> {
        let Some(turn) = self.turn(attempt, left)? else { return Ok(()) };
        self.pause_for(turn.hold.wait).await;
        turn.used();
        Ok(())
    }

    /// The call's turn, if it needs one.
    pub(crate) fn turn(&self, attempt: &Attempt<'_>, left: impl Fn() -> Duration) -> Result<Option<Turn<'_>>, Error> {
        if attempt.outgoing.info().paced.is_none() || self.refusals_of(attempt) == Refusals::Off {
            return Ok(None);
        }
        let shared = &self.shared;
        let turn = shared.turns.turn(shared.pace, &shared.rates, attempt.outgoing, shared.clock.elapsed(), left);
        match turn {
            Some(mut turn) if turn.hold.refusal.is_some() => {
                let hold = Hold { refusal: turn.hold.refusal.take(), ..turn.hold };
                self.refuse(attempt, hold)?;
                turn.used();
                Ok(None)
            }
            turn => Ok(turn),
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
            self.refusals_of(attempt),
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

    /// Refuses the call, unless that is only to be warned of.
    fn refuse(&self, attempt: &Attempt<'_>, hold: Hold) -> Result<(), Error> {
        let Some(refusal) = hold.refusal else { return Ok(()) };
        if self.refusals_of(attempt) == Refusals::Warn {
            tracing::warn!("would be refused: {refusal}");
            return Ok(());
        }
        let error = Error::refused(&self.call(attempt), vec![refusal]);
        Err(error.with_retry_at(self.shared.clock.now().checked_add(hold.wait), hold.basis))
    }

    /// Waits, if there is anything to wait for.
    pub(crate) async fn pause_for(&self, wait: Duration) {
        if !wait.is_zero() {
            self.shared.clock.sleep(wait).await;
        }
    }
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
