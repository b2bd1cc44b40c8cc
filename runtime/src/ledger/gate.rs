//! Where the client asks the ledger: right before a call leaves, and when its answer is there.

use std::time::{Duration, SystemTime};

use super::limit::{masked, that_blocks};
use super::{Basis, Ledger, LedgerError, Limit, Outcome, Reservation, Reserved, Standing};
use crate::client::Client;
use crate::error::{Call, Error, Kind};
use crate::meta::{Family, OperationMeta};
use crate::outgoing::Outgoing;
use crate::raw::RAW;
use crate::refusal::{Refusal, Refusals};
use crate::timestamp::iso;

/// What to do about a call with a limit when the ledger cannot count it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnLedgerError {
    /// Send it uncounted, and log a warning.
    FailOpen,
    /// Answer with an error and send nothing: a call that waits costs less than a number that is blocked for days.
    #[default]
    FailClosed,
}

/// One call between its reservation and its answer. To drop it, as a future that is cancelled does, leaves the call counted.
pub(crate) struct Place<'a> {
    ledger: &'a dyn Ledger,
    operation: &'static OperationMeta,
    /// Nothing if the operation has no limit, or the call goes uncounted.
    reservation: Option<Reservation>,
}

impl Client {
    /// Reserves a place for one sending of this request, if its operation has a limit that blocks.
    pub(crate) async fn reserve(&self, outgoing: &Outgoing, refusals: Refusals, call: &Call) -> Result<Place<'_>, Error> {
        let ledger = self.ledger();
        let operation = self.counted_as(outgoing);
        let mut place = Place { ledger, operation, reservation: None };
        let (Some(documented), Some(limit)) =
            (that_blocks(operation), object(operation, outgoing).and_then(|number| Limit::of(operation, number)))
        else {
            return Ok(place);
        };
        match reserve(ledger, &limit, refusals).await {
            Ok(Reserved::Open(reservation)) => place.reservation = Some(reservation),
            Ok(Reserved::Closed(standing)) => {
                return Err(Error::limited(call, documented, closed(operation, &limit, &standing), &standing));
            }
            Err(error) if refusals != Refusals::Refuse || self.shared.on_ledger_error == OnLedgerError::FailOpen => {
                tracing::warn!("{} is sent uncounted: {error}", operation.id);
            }
            Err(error) => return Err(Error::refused(call, vec![uncounted(operation, &limit, &error)])),
        }
        Ok(place)
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
        let Some(reservation) = self.reservation else {
            return result;
        };
        let settled = match result.as_ref().err().map_or(Fate::Counts, |error| fate(self.operation, error)) {
            Fate::Counts => self.ledger.commit(reservation, Outcome::Sent, SystemTime::now()).await,
            Fate::Closes => self.ledger.commit(reservation, Outcome::LimitReached, SystemTime::now()).await,
            Fate::CountsNot => self.ledger.release(reservation).await,
        };
        if let Err(error) = settled {
            // The answer matters more, and the place stays taken.
            tracing::warn!("{}: the ledger was not told of the answer: {error}", self.operation.id);
        }
        result
    }
}

async fn reserve(ledger: &dyn Ledger, limit: &Limit, refusals: Refusals) -> Result<Reserved, LedgerError> {
    let now = SystemTime::now();
    let reserved = ledger.reserve(limit, now).await?;
    match reserved {
        Reserved::Closed(standing) if refusals != Refusals::Refuse => {
            if refusals == Refusals::Warn {
                tracing::warn!("would be refused: {} for {}, {}", limit.operation, masked(&limit.number), reason(limit, &standing));
            }
            ledger.reserve_anyway(limit, now).await.map(Reserved::Open)
        }
        reserved => Ok(reserved),
    }
}

/// The object that the call is made on: the first part of the path, if it is a placeholder.
fn object<'a>(operation: &OperationMeta, outgoing: &'a Outgoing) -> Option<&'a str> {
    operation.path.strip_prefix("/{")?;
    outgoing.path().split('/').nth(1).filter(|id| !id.is_empty())
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
    CountsNot,
    Closes,
}

fn fate(operation: &OperationMeta, error: &Error) -> Fate {
    if let Kind::Transport(error) = &error.0.kind {
        let left = !error.is_connect() && !error.is_builder();
        return if left { Fate::Counts } else { Fate::CountsNot };
    }
    let Some(meta) = error.meta() else {
        return Fate::Counts;
    };
    if that_blocks(operation).is_some_and(|limit| limit.error.name == meta.name) {
        return Fate::Closes;
    }
    let at_the_door = matches!(meta.family, Family::Auth | Family::Permission | Family::Throttle);
    if at_the_door && meta.executed == Some(false) { Fate::CountsNot } else { Fate::Counts }
}

fn closed(operation: &'static OperationMeta, limit: &Limit, standing: &Standing) -> Refusal {
    let way_round = "if that is wrong, `clear` of the ledger forgets it";
    refusal(operation, limit, "limit", format!("{}; {way_round}", reason(limit, standing)))
}

fn uncounted(operation: &'static OperationMeta, limit: &Limit, error: &LedgerError) -> Refusal {
    let reason = format!(
        "has a limit of {} calls in {} and the call cannot be counted, because the ledger failed: {error}; \
         `on_ledger_error(OnLedgerError::FailOpen)` on the client sends such calls uncounted",
        limit.max,
        hours(limit.window),
    );
    refusal(operation, limit, "ledger", reason)
}

fn refusal(operation: &'static OperationMeta, limit: &Limit, rule: &'static str, reason: String) -> Refusal {
    Refusal { rule, operation: operation.id, item: masked(&limit.number), reason, page: operation.page }
}

fn reason(limit: &Limit, standing: &Standing) -> String {
    let calls = match (standing.counted, standing.since) {
        (0, _) | (_, None) => "no call is counted".to_owned(),
        (1, Some(since)) => format!("1 call is counted, of {}", iso(since)),
        (count, Some(since)) => format!("{count} calls are counted since {}", iso(since)),
    };
    let limit_text = format!("{} calls in {}", limit.max, hours(limit.window));
    let opens = |at| format!("it opens again at {}", iso(at));
    match standing.retry_at {
        Some(retry) if retry.basis == Basis::Observed => format!(
            "is blocked, because Graph answered that the limit of {limit_text} is reached ({calls}); {}, which is {} after that \
             answer (observed)",
            opens(retry.at),
            hours(limit.block),
        ),
        Some(retry) => format!(
            "has had its {limit_text}: {calls}, and one more would block it for {}; {} (estimated from what was counted here)",
            hours(limit.block),
            opens(retry.at),
        ),
        None => calls,
    }
}

/// `72 h`, or seconds where the hours are not whole.
fn hours(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 3600 && seconds.is_multiple_of(3600) { format!("{} h", seconds / 3600) } else { format!("{seconds} s") }
}
