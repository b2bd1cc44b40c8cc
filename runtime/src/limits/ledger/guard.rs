//! Where the client asks the ledger: right before a call leaves, and when its answer is there.

use std::time::SystemTime;

use super::limit::{masked, that_blocks};
use super::{Ledger, LedgerError, Limit, Outcome, Reservation, Reserved, refusal_text as refuse};
use crate::client::Client;
use crate::description::info::{Family, LimitMeta, OperationMeta};
use crate::error::{Error, Kind};
use crate::request::context::CallContext;
use crate::request::parts::Outgoing;
use crate::request::preflight::Refusals;
use crate::request::raw::RAW;
use crate::retry::clock::Clock;

/// What to do about a call with a limit when the ledger cannot count it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnLedgerError {
    /// Send it uncounted, and log a warning.
    FailOpen,
    /// Answer with an error and send nothing: a call that waits costs less than a number that is blocked for days.
    #[default]
    FailClosed,
}

/// One call between its reservation and its answer; nothing if its operation has no limit, as most, or it goes uncounted. To drop it, as
/// a future that is cancelled does, leaves the call counted.
pub(crate) struct Place<'a>(Option<Box<Counted<'a>>>);

struct Counted<'a> {
    ledger: &'a dyn Ledger,
    clock: &'a dyn Clock,
    operation: &'static OperationMeta,
    reservation: Reservation,
}

impl Client {
    /// Reserves a place for one sending of this request, if its operation has a limit that blocks.
    pub(crate) async fn reserve(&self, outgoing: &Outgoing, refusals: Refusals, call: &CallContext) -> Result<Place<'_>, Error> {
        let operation = self.counted_as(outgoing);
        let Some((documented, limit)) = limit(operation, outgoing) else {
            return Ok(Place(None));
        };
        let (ledger, clock) = (self.ledger(), &*self.shared.clock);
        // In a box, as in `settle`: what few calls need does not make the futures of all larger.
        match Box::pin(reserve(ledger, &limit, refusals, clock.now())).await {
            Ok(Reserved::Open(reservation)) => Ok(Place(Some(Box::new(Counted { ledger, clock, operation, reservation })))),
            Ok(Reserved::Closed(standing)) => {
                Err(Error::limited(call, documented, refuse::closed(operation, &limit, &standing), standing.retry_at))
            }
            Err(error) if refusals != Refusals::Refuse || self.shared.on_ledger_error == OnLedgerError::FailOpen => {
                tracing::warn!("{} is sent uncounted: {error}", operation.id);
                Ok(Place(None))
            }
            Err(error) => Err(Error::refused(call, vec![refuse::uncounted(operation, &limit, &error)])),
        }
    }

    /// The operation whose limit a request counts towards: its own, or the one that a raw request is.
    fn counted_as(&self, outgoing: &Outgoing) -> &'static OperationMeta {
        let own = outgoing.meta();
        if !std::ptr::eq(own, &raw const RAW) {
            return own;
        }
        let is_it = |known: &&&OperationMeta| known.method == outgoing.method() && fits(known.path, outgoing.path());
        self.shared.operations.iter().find(is_it).copied().unwrap_or(own)
    }
}

impl Place<'_> {
    /// Tells the ledger what became of the call, and hands its result on.
    pub(crate) async fn settle<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        if let Some(counted) = self.0 {
            let fate = result.as_ref().err().map_or(Fate::Counts, |error| fate(counted.operation, error));
            Box::pin(counted.meets(fate)).await;
        }
        result
    }
}

impl Counted<'_> {
    async fn meets(self, fate: Fate) {
        let settled = match fate {
            Fate::Counts => self.ledger.commit(self.reservation, Outcome::Sent, self.clock.now()).await,
            Fate::Closes => self.ledger.commit(self.reservation, Outcome::LimitReached, self.clock.now()).await,
            Fate::Frees => self.ledger.release(self.reservation).await,
        };
        if let Err(error) = settled {
            // The answer matters more, and the place stays taken.
            tracing::warn!("{}: the ledger was not told of the answer: {error}", self.operation.id);
        }
    }
}

async fn reserve(ledger: &dyn Ledger, limit: &Limit, refusals: Refusals, now: SystemTime) -> Result<Reserved, LedgerError> {
    let reserved = ledger.reserve(limit, now).await?;
    match reserved {
        Reserved::Closed(standing) if refusals != Refusals::Refuse => {
            if refusals == Refusals::Warn {
                tracing::warn!("would be refused: {} for {}, {}", limit.operation, masked(&limit.number), refuse::reason(limit, &standing));
            }
            ledger.reserve_anyway(limit, now).await.map(Reserved::Open)
        }
        reserved => Ok(reserved),
    }
}

/// The limit that a call counts towards, as it is documented and for the object on which the call is made: the first part
/// of the path, if that is a placeholder.
fn limit(operation: &OperationMeta, outgoing: &Outgoing) -> Option<(&'static LimitMeta, Limit)> {
    let documented = that_blocks(operation)?;
    operation.path.strip_prefix("/{")?;
    let number = outgoing.path().split('/').nth(1)?;
    Some((documented, Limit::of(operation, number)?))
}

/// Is this path one of `/{id}/register`?
fn fits(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template.split('/').zip(path.split('/')).all(|(part, given)| part == given || part.starts_with('{'))
}

/// What an error says about the counter of Graph.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Counts,
    Frees,
    Closes,
}

fn fate(operation: &OperationMeta, error: &Error) -> Fate {
    match &error.0.kind {
        Kind::Transport(error) if error.is_connect() || error.is_builder() => return Fate::Frees,
        Kind::Transport(_) => return Fate::Counts,
        // A body that could not be made.
        Kind::Config(_) => return Fate::Frees,
        _ => {}
    }
    let Some(meta) = error.meta() else {
        return Fate::Counts;
    };
    if that_blocks(operation).is_some_and(|limit| limit.error.name == meta.name) {
        return Fate::Closes;
    }
    let at_the_door = matches!(meta.family, Family::Auth | Family::Permission | Family::Throttle);
    if at_the_door && meta.executed == Some(false) { Fate::Frees } else { Fate::Counts }
}
