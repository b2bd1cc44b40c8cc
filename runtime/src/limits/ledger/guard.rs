//! The place of a call in the ledger, from right before it leaves until its answer is there.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::limit::those_that_block;
use super::{Ledger, LedgerError, Limit, Reservation, Reserved, Settled, refusal_text as refuse};
use crate::clock::Clock;
use crate::description::bound::Day;
use crate::description::error_info::ErrorInfo;
use crate::description::info::{LimitInfo, OperationInfo};
use crate::description::version::Version;
use crate::error::retry_at::RetryAt;
use crate::request::parts::Outgoing;
use crate::request::preflight::Refusal;
use crate::request::raw::RAW;
use crate::request::send_gate::SendGate;
use crate::request::traffic::Traffic;

/// What to do about a call with a limit when the ledger cannot count it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnLedgerError {
    /// Send it uncounted, and log a warning.
    FailOpen,
    /// Answer with an error and send nothing: a call that waits costs less than a limit that blocks for days.
    #[default]
    FailClosed,
}

/// One call between its reservation and its answer; nothing if its operation has no limit, as most, or it goes uncounted. To drop it, as
/// a future that is canceled does, leaves the call counted if it has begun to leave, and else gives its place back.
pub(crate) struct ReservationGuard<'a>(Option<Box<Counted<'a>>>);

struct Counted<'a> {
    ledger: Arc<dyn Ledger>,
    gate: SendGate,
    clock: &'a dyn Clock,
    operation: &'static OperationInfo,
    reservation: Reservation,
}

/// Why a call that has a limit cannot be sent.
pub(crate) enum Closed {
    /// The limit is reached, as the error says that the call is spared.
    Limit { refusal: Refusal, error: &'static ErrorInfo, retry: Option<RetryAt> },
    /// The ledger cannot count it.
    Uncounted(Refusal),
    /// The ledger has not answered in time.
    TooLate,
}

impl<'a> ReservationGuard<'a> {
    /// Reserves a place for one sending of this request, if the operation it is has a limit that blocks.
    #[expect(clippy::too_many_arguments, reason = "it is called in one place")]
    pub(crate) async fn reserve(
        ledger: &Arc<dyn Ledger>,
        clock: &'a dyn Clock,
        operation: &'static OperationInfo,
        outgoing: &Outgoing,
        served: Version,
        traffic: Traffic,
        on_error: OnLedgerError,
        time: impl FnOnce() -> Duration,
    ) -> Result<Self, Closed> {
        let Some((documented, limit)) = limit(operation, outgoing, served, clock.now()) else {
            return Ok(Self(None));
        };
        // In a box, as in `settle`: what few calls need does not make the futures of all larger.
        let reserving = Box::pin(timeout(time(), reserve(&**ledger, &limit, traffic, clock.now())));
        match reserving.await.map_err(|_| Closed::TooLate)? {
            Ok(Reserved::Open(reservation)) => {
                let (ledger, gate) = (ledger.clone(), SendGate::default());
                Ok(Self(Some(Box::new(Counted { ledger, gate, clock, operation, reservation }))))
            }
            Ok(Reserved::Closed(standing)) => Err(Closed::Limit {
                refusal: refuse::closed(operation, &limit, &standing),
                error: documented.error,
                retry: standing.retry_at,
            }),
            Err(error) if traffic != Traffic::Hold || on_error == OnLedgerError::FailOpen => {
                tracing::warn!("{} is sent uncounted: {error}", operation.id);
                Ok(Self(None))
            }
            Err(error) => Err(Closed::Uncounted(refuse::uncounted(operation, &limit, &error))),
        }
    }

    /// Is there a place to take care of?
    pub(crate) fn is_counted(&self) -> bool {
        self.0.is_some()
    }

    /// Has it pass this gate, together with others.
    pub(crate) fn pass(&mut self, gate: &SendGate) {
        if let Some(counted) = &mut self.0 {
            counted.gate = gate.clone();
        }
    }

    /// Watches the request that the call is sent as.
    pub(crate) fn watch(&self, request: &mut reqwest::Request) {
        if let Some(counted) = &self.0 {
            counted.gate.put_before(request);
        }
    }

    /// Is it certain that nothing has left, nor will?
    pub(crate) fn stopped(&self) -> bool {
        self.0.as_ref().is_some_and(|counted| counted.gate.close())
    }

    /// Reports the outcome of the call to the ledger.
    pub(crate) async fn settle(mut self, limit: Duration, settlement: impl FnOnce(&OperationInfo) -> Settlement) {
        if let Some(counted) = self.0.take() {
            let settlement = settlement(counted.operation);
            let operation = counted.operation;
            if Box::pin(timeout(limit, counted.settle(settlement))).await.is_err() {
                // It may still be recorded; if not, the place stays taken.
                tracing::warn!("{}: the ledger has not recorded the answer within the time limit of the call", operation.id);
            }
        }
    }
}

impl Drop for ReservationGuard<'_> {
    fn drop(&mut self) {
        if let Some(counted) = self.0.take().filter(|counted| counted.gate.close()) {
            let Counted { ledger, reservation, .. } = *counted;
            give_back(ledger, reservation);
        }
    }
}

/// Releases a place where nothing can be waited for: at once, or in a task.
fn give_back(ledger: Arc<dyn Ledger>, reservation: Reservation) {
    let mut releasing = Box::pin(async move {
        // If even this fails the place stays taken, which is the safe side.
        if let Err(error) = ledger.release(reservation).await {
            tracing::warn!("an unused place stays reserved: {error}");
        }
    });
    let pending = releasing.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
    if pending && let Ok(runtime) = Handle::try_current() {
        runtime.spawn(releasing);
    }
}

/// The operation whose limit a request counts towards: its own, or the one that a raw request is.
pub(crate) fn counted_as(operations: &[&'static OperationInfo], outgoing: &Outgoing) -> &'static OperationInfo {
    let own = outgoing.info();
    if !std::ptr::eq(own, &raw const RAW) {
        return own;
    }
    let is_it = |known: &&&OperationInfo| known.method == outgoing.method() && fits(known.path, outgoing.path());
    operations.iter().find(is_it).copied().unwrap_or(own)
}

impl Counted<'_> {
    async fn settle(self, settlement: Settlement) {
        let settled = match settlement {
            Settlement::Counts => self.ledger.commit(self.reservation, Settled::Answered, self.clock.now()).await,
            Settlement::MayCount => self.ledger.commit(self.reservation, Settled::Unknown, self.clock.now()).await,
            Settlement::Closes => self.ledger.commit(self.reservation, Settled::LimitReached, self.clock.now()).await,
            Settlement::Frees => self.ledger.release(self.reservation).await,
        };
        if let Err(error) = settled {
            // The answer matters more, and the place stays taken.
            tracing::warn!("{}: the ledger could not record the answer: {error}", self.operation.id);
        }
    }
}

async fn reserve(ledger: &dyn Ledger, limit: &Limit, traffic: Traffic, now: SystemTime) -> Result<Reserved, LedgerError> {
    let reserved = ledger.reserve(limit, now).await?;
    match reserved {
        Reserved::Closed(standing) if traffic != Traffic::Hold => {
            if traffic == Traffic::Warn {
                tracing::warn!("would be held back: {} for {}, {}", limit.operation, limit.masked(), refuse::reason(limit, &standing));
            }
            ledger.reserve_anyway(limit, now).await.map(Reserved::Open)
        }
        reserved => Ok(reserved),
    }
}

/// The limit that a call counts towards, as it is documented for the version and the day, and for the object on which the call is made:
/// the first part of the path, if that is a placeholder.
fn limit(operation: &OperationInfo, outgoing: &Outgoing, served: Version, now: SystemTime) -> Option<(&'static LimitInfo, Limit)> {
    let documented = those_that_block(operation).find(|limit| limit.availability.contains_on(served, Day::of(now)))?;
    operation.path.strip_prefix("/{")?;
    let subject = outgoing.path().split('/').nth(1)?;
    Some((documented, Limit::documented(operation, documented, subject)))
}

/// Is this path one of `/{id}/register`?
fn fits(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template.split('/').zip(path.split('/')).all(|(part, given)| part == given || part.starts_with('{'))
}

/// What the outcome of a call means for the counter of Graph.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// Graph answered, and may have counted it.
    Counts,
    /// No answer came, or none that says anything.
    MayCount,
    /// Graph has not counted it.
    Frees,
    /// Graph said that the limit is reached.
    Closes,
}
