//! The pace of many machines: queues in Redis, and turns that are fetched for many calls at once.
//!
//! Whoever asks for a turn joins those of this process who wait for the same object. Every tenth of a second at most, one script takes turns for all of them, in
//! the order in which they asked, each within its own time. If someone had to wait for the trip, and there is no queue, it also takes turns in advance, of the next tenth,
//! so that calls at a steady rate need not wait for trips. A turn in advance that no one used in its moment is gone: turns are never saved up.

mod group;

use std::fmt;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use graph_runtime::{BoxFuture, Clock, Lane, MemoryTurns, StoreError, Taken, Turn, TurnStore};

use self::group::{Given, Groups, Request, Verb};
use crate::builder::Shared;
use crate::link::{Fault, Script};

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("turns.lua")));

/// How often turns of an object are fetched at most.
const PERIOD: Duration = Duration::from_millis(100);

/// What a pace does while Redis is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaceAway {
    /// Each machine keeps its share of the pace by itself: with as many machines as are said, all together keep the pace; with more, as many times the pace as
    /// there are times as many machines.
    Share {
        /// How many machines share the pace; 0 counts as 1.
        machines: u32,
    },
    /// Calls are sent without a turn: at any pace.
    Unpaced,
    /// No call that has a pace is sent: it is held back ([`Error::is_held_back`](graph_runtime::Error::is_held_back)).
    Hold,
}

/// Gives the turns of many machines, for [`ClientBuilder::turns`](graph_runtime::ClientBuilder::turns).
///
/// Of each object and process it makes one round trip in a tenth of a second at most, however many calls there are. A call that asks within that time after another may wait for
/// the rest of it.
///
/// # When Redis is away
/// What happens then [`while_away`](Self::while_away) says; by default each machine keeps the whole pace by itself, so that together they send at most as many
/// times the pace as there are machines. Turns that were given before are used as well.
///
/// # What a failover may lose
/// How long the queue is: for as long as the replica was behind, turns are given twice.
#[derive(Clone)]
pub struct RedisTurns {
    groups: Groups,
    away: PaceAway,
    /// The turns of this machine while Redis is away.
    own: MemoryTurns,
}

impl RedisTurns {
    pub(crate) fn new(link: Shared) -> Self {
        Self { groups: Groups::new(link, PERIOD), away: PaceAway::Share { machines: 1 }, own: MemoryTurns::default() }
    }

    /// What happens while Redis is away.
    #[must_use]
    pub fn while_away(mut self, away: PaceAway) -> Self {
        self.away = away;
        self
    }

    /// The lanes of this machine alone.
    fn share(&self, lanes: &[Lane], fault: Fault) -> Result<Vec<Lane>, StoreError> {
        let PaceAway::Share { machines } = self.away else { return Err(fault.into()) };
        let mut lanes = lanes.to_vec();
        for lane in &mut lanes {
            lane.interval = lane.interval.saturating_mul(machines.max(1));
        }
        Ok(lanes)
    }
}

impl TurnStore for RedisTurns {
    fn take<'a>(&'a self, lanes: Vec<Lane>, longest: Duration, clock: &'a dyn Clock) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(async move {
            let asked = Instant::now();
            let fault = match self.groups.ask(Request { verb: Verb::Take { asked, longest }, lanes: lanes.clone(), at: Vec::new() }).await {
                Ok(Given::Turn(wait, at)) => return Ok(Taken::Turn(Turn::new(wait, lanes, at))),
                Ok(Given::TooLate(wait)) => return Ok(Taken::TooLate(wait)),
                Ok(Given::Done) => Fault::unreadable("a turn"),
                Err(fault) => fault,
            };
            if self.away == PaceAway::Hold {
                // No one knows when; a second after the longest wait is as good as any.
                return Ok(Taken::TooLate(longest.saturating_add(Duration::from_secs(1))));
            }
            let own = self.share(&lanes, fault)?;
            let taken = TurnStore::take(&self.own, own, longest.saturating_sub(asked.elapsed()), clock).await?;
            Ok(match taken {
                // The mark says whose it is when it comes back.
                Taken::Turn(turn) => Taken::Turn(Turn::new(turn.wait(), turn.lanes().to_vec(), [turn.at(), &[OWN]].concat())),
                late @ Taken::TooLate(_) => late,
            })
        })
    }

    fn give_back(&self, turn: Turn) -> BoxFuture<'_, Result<(), StoreError>> {
        if let Some((&OWN, at)) = turn.at().split_last() {
            return self.own.give_back(Turn::new(turn.wait(), turn.lanes().to_vec(), at.to_vec()));
        }
        let request = Request { verb: Verb::GiveBack, lanes: turn.lanes().to_vec(), at: turn.at().to_vec() };
        Box::pin(async move { Ok(self.groups.ask(request).await.map(drop)?) })
    }

    fn count<'a>(&'a self, lane: Lane, times: u32, clock: &'a dyn Clock) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let lanes = vec![lane];
            let Err(fault) = self.groups.ask(Request { verb: Verb::Count(times), lanes: lanes.clone(), at: Vec::new() }).await else {
                return Ok(());
            };
            for own in self.share(&lanes, fault)? {
                self.own.count(own, times, clock).await?;
            }
            Ok(())
        })
    }
}

/// At the end of where a turn was: it is one of this machine's own.
const OWN: Duration = Duration::MAX;

impl fmt::Debug for RedisTurns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTurns").field("away", &self.away).finish_non_exhaustive()
    }
}
