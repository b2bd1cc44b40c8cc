//! What Redis has to hear of, and could not when it happened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use graph_runtime::ledger::{Ledger as _, LedgerError, Limit, MemoryLedger, Reservation, Reserved};
use tokio::runtime::Handle;

use super::{RedisLedger, hex};

/// How long it is tried, the first pause, and the longest.
const TRYING: Duration = Duration::from_secs(3600);
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(5)];

/// Gives a place back when it is dropped: whoever asked for it has no answer, or does not wait for one any more.
pub(super) struct Undo(Option<(RedisLedger, Limit, u64)>);

impl Undo {
    pub(super) fn new(ledger: &RedisLedger, limit: &Limit, id: u64) -> Self {
        Self(Some((ledger.clone(), limit.clone(), id)))
    }

    /// There is nothing to give back, or someone who will.
    pub(super) fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        if let Some((ledger, limit, id)) = self.0.take() {
            ledger.tell_later("release", limit, vec![hex(id)], Duration::ZERO);
        }
    }
}

impl RedisLedger {
    /// Tells Redis as soon as it answers.
    pub(super) fn tell_later(self, verb: &'static str, limit: Limit, more: Vec<String>, first: Duration) {
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            tokio::time::sleep(first).await;
            let (began, mut pause) = (Instant::now(), PAUSES[0]);
            while began.elapsed() < TRYING {
                if self.own.as_ref().is_some_and(|own| own.is_moot(verb, &more)) || self.tell(verb, &limit, &more).await.is_ok() {
                    return;
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES[1]);
            }
            tracing::warn!("{}: the ledger of the fleet could not be given a {verb}", limit.operation);
        });
    }
}

/// What a machine may send while Redis is away.
#[derive(Clone)]
pub(super) struct Own {
    calls: u32,
    ledger: MemoryLedger,
    /// The places that were given here: by the id that the fleet knows, that of the ledger in memory. Nothing: it was given back.
    places: Arc<Mutex<HashMap<u64, Option<Reservation>>>>,
}

impl Own {
    pub(super) fn new(calls: u32) -> Self {
        Self { calls, ledger: MemoryLedger::default(), places: Arc::default() }
    }

    /// A place among those that this machine is allowed.
    pub(super) async fn reserve(&self, limit: &Limit, id: u64, now: std::time::SystemTime) -> Result<Reserved, LedgerError> {
        let allowed = Limit { max: self.calls.min(limit.max), ..limit.clone() };
        match self.ledger.reserve(&allowed, now).await? {
            Reserved::Open(place) => {
                self.places().insert(id, Some(place));
                Ok(Reserved::Open(Reservation::new(id, limit.clone(), now)))
            }
            closed @ Reserved::Closed(_) => Ok(closed),
        }
    }

    /// The place with this id, if it was given here.
    pub(super) fn place(&self, id: u64) -> Option<Reservation> {
        self.places().get_mut(&id)?.take()
    }

    pub(super) fn ledger(&self) -> &MemoryLedger {
        &self.ledger
    }

    /// Is it about a place that was given back before Redis heard of it?
    fn is_moot(&self, verb: &str, more: &[String]) -> bool {
        let id = more.first().and_then(|id| u64::from_str_radix(id, 16).ok());
        verb == "reserve anyway" && id.is_some_and(|id| matches!(self.places().get(&id), Some(None)))
    }

    fn places(&self) -> MutexGuard<'_, HashMap<u64, Option<Reservation>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
