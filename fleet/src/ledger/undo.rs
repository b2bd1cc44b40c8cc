//! Giving back a place that may have been reserved, and that no one knows of.

use std::time::Duration;

use graph_runtime::ledger::Limit;
use tokio::runtime::Handle;

use super::{RedisLedger, hex};

/// How often it is tried, a pause apart. A place that cannot be given back counts, which is the safe side.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_secs(1);

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
        let Some((ledger, limit, id)) = self.0.take() else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            for _ in 0..TRIES {
                match ledger.tell("release", &limit, &[hex(id)]).await {
                    Ok(()) => return,
                    Err(_) => tokio::time::sleep(PAUSE).await,
                }
            }
            tracing::warn!("{}: a place that may have been reserved was not given back, and counts", limit.operation);
        });
    }
}
