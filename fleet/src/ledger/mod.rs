//! The ledger of many machines: one hash in Redis for each subject, changed by one script.

mod aliases;
mod later;

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graph_runtime::ledger::{
    Ledger, LedgerError, Limit, LimitStatus, Observation, Pending, Reservation, Reserved, RetryAt, RetryBasis, Settled,
};

use self::aliases::Aliases;
use self::later::{Own, Undo};
use crate::builder::Shared;
use crate::link::{Fault, Script};

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("ledger.lua")));

/// So many names may lead from one to the next. They lead one step each, unless machines join names at the same time.
const STEPS: usize = 16;

/// Counts the calls of many machines together, in Redis.
///
/// A place is counted by one script, on the server's clock: what the machines' clocks say makes no difference. Times that it answers are those of the
/// clock of whoever asked.
///
/// # When Redis is away
/// Every step ends within the fleet's [patience](crate::FleetBuilder::patience), in an error. By default the client then refuses the call
/// ([`OnLedgerError::FailClosed`](graph_runtime::ledger::OnLedgerError)): nothing is sent, so nothing is overrun. With `FailOpen` calls go uncounted, as
/// many as are made. [`allow_while_away`](Self::allow_while_away) is between the two. A place whose reservation was not answered is given back as soon as Redis answers again; until then, and if the process ends before, it
/// counts.
///
/// # What a failover may lose
/// A replica that takes over lacks what it had not received: usually less than a second of calls. Those count no more. Redis without a file that it appends to
/// loses everything when it ends.
#[derive(Clone)]
pub struct RedisLedger {
    link: Shared,
    aliases: Aliases,
    /// What this machine may send by itself.
    own: Option<Own>,
}

impl RedisLedger {
    pub(crate) fn new(link: Shared) -> Self {
        Self { link, aliases: Aliases::default(), own: None }
    }

    /// While Redis is away this machine may send so many calls of each limit within its window. So a limit is overrun by at most so many calls for each machine.
    /// They are counted when Redis is back, unless the process has ended by then.
    #[must_use]
    pub fn allow_while_away(mut self, calls: u32) -> Self {
        self.own = (calls > 0).then(|| Own::new(calls));
        self
    }

    /// What Redis answers about a subject, by whichever name that is asked for.
    async fn ask(&self, tag: String, verb: &str, limit: &Limit, more: &[String]) -> Result<Vec<String>, Fault> {
        let mut tag = self.aliases.root(tag);
        for _ in 0..STEPS {
            let answer = self.step(&tag, verb, limit, more).await?;
            match answer.as_slice() {
                [word, root] if word == "root" => {
                    self.aliases.remember(std::mem::replace(&mut tag, root.clone()), root.clone());
                }
                _ => return Ok(answer),
            }
        }
        Err(Fault::unreadable("names that lead in a circle"))
    }

    /// What Redis answers about a name, be it that another counts.
    async fn step(&self, tag: &str, verb: &str, limit: &Limit, more: &[String]) -> Result<Vec<String>, Fault> {
        let numbers = [millis(limit.window), u64::from(limit.max), millis(limit.block)].map(|number| number.to_string());
        let arguments =
            [verb, limit.operation].into_iter().chain(numbers.iter().map(String::as_str)).chain(more.iter().map(String::as_str));
        let arguments: Vec<Vec<u8>> = arguments.map(|argument| argument.as_bytes().to_vec()).collect();
        self.link.run(&SCRIPT, &[self.link.names.key("ledger", tag)], &arguments).await
    }

    fn tag(&self, limit: &Limit, name: &str) -> String {
        self.link.names.tag("subject", &limit.plain(name))
    }

    async fn tell(&self, verb: &str, limit: &Limit, more: &[String]) -> Result<(), LedgerError> {
        self.ask(self.tag(limit, &limit.subject), verb, limit, more).await.map(drop).map_err(failed)
    }

    /// Tells Redis of the end of a call: now, or else later.
    async fn tell_surely(&self, verb: &'static str, reservation: &Reservation, more: Vec<String>) -> Result<(), LedgerError> {
        let said = self.tell(verb, reservation.limit(), &more).await;
        if said.is_err() {
            self.clone().tell_later(verb, reservation.limit().clone(), more, Duration::from_millis(200));
        }
        // A machine with an allowance has counted it itself.
        if self.own.is_some() { Ok(()) } else { said }
    }

    async fn reserve_as(&self, verb: &str, limit: &Limit, now: SystemTime) -> Result<Reserved, LedgerError> {
        let id = fresh_id();
        let undo = Undo::new(self, limit, id);
        match self.ask(self.tag(limit, &limit.subject), verb, limit, &[hex(id)]).await {
            Ok(answer) => {
                let reserved = reserved(&answer, limit, id, now);
                undo.forget();
                reserved
            }
            Err(fault) => {
                // With an allowance the place counts until it is settled, whether Redis has read of it or not.
                if let Some(own) = &self.own {
                    undo.forget();
                    let reserved = own.reserve(limit, id, now).await;
                    let verb = if matches!(reserved, Ok(Reserved::Open(_))) { "reserve anyway" } else { "release" };
                    self.clone().tell_later(verb, limit.clone(), vec![hex(id)], Duration::from_millis(200));
                    return reserved;
                }
                if !fault.unknown {
                    undo.forget();
                }
                Err(failed(fault))
            }
        }
    }
}

impl Ledger for RedisLedger {
    fn reserve<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reserved> {
        Box::pin(self.reserve_as("reserve", limit, now))
    }

    fn reserve_anyway<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reservation> {
        Box::pin(async move {
            match self.reserve_as("reserve anyway", limit, now).await? {
                Reserved::Open(reservation) => Ok(reservation),
                Reserved::Closed(_) => Err(failed(Fault::unreadable("a place"))),
            }
        })
    }

    fn commit(&self, reservation: Reservation, outcome: Settled, now: SystemTime) -> Pending<'_, ()> {
        Box::pin(async move {
            let mark = if outcome == Settled::Unknown { "u" } else { "a" };
            let blocks = if outcome == Settled::LimitReached { "blocks" } else { "" };
            let more = vec![hex(reservation.id()), mark.to_owned(), blocks.to_owned()];
            let own = self.own.as_ref().and_then(|own| Some((own, own.place(reservation.id())?)));
            if let Some((own, place)) = own {
                own.ledger().commit(place, outcome, now).await?;
            }
            self.tell_surely("commit", &reservation, more).await
        })
    }

    fn release(&self, reservation: Reservation) -> Pending<'_, ()> {
        Box::pin(async move {
            let own = self.own.as_ref().and_then(|own| Some((own, own.place(reservation.id())?)));
            if let Some((own, place)) = own {
                own.ledger().release(place).await?;
            }
            self.tell_surely("release", &reservation, vec![hex(reservation.id())]).await
        })
    }

    fn record<'a>(&'a self, limit: &'a Limit, observation: Observation) -> Pending<'a, ()> {
        Box::pin(async move {
            // The clock that says when it was is also asked how long ago that is, so that it does not matter what it says.
            let age = |at: SystemTime| millis(SystemTime::now().duration_since(at).unwrap_or_default()).to_string();
            match observation {
                Observation::Calls { count, at } => {
                    let ids = (0..count.min(limit.max)).map(|_| hex(fresh_id()));
                    let more: Vec<String> = std::iter::once(age(at)).chain(ids).collect();
                    self.tell("record calls", limit, &more).await
                }
                Observation::LimitReached { at } => self.tell("record block", limit, &[age(at)]).await,
            }
        })
    }

    fn inspect<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, LimitStatus> {
        Box::pin(async move {
            let answer = self.ask(self.tag(limit, &limit.subject), "inspect", limit, &[]).await.map_err(failed)?;
            standing(&answer, now).ok_or_else(|| failed(Fault::unreadable("how much is counted")))
        })
    }

    fn clear<'a>(&'a self, limit: &'a Limit) -> Pending<'a, ()> {
        Box::pin(self.tell("clear", limit, &[]))
    }

    fn alias<'a>(&'a self, limit: &'a Limit, other: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let (one, other) = (self.tag(limit, &limit.subject), self.tag(limit, other));
            self.join(limit, one, other).await.map_err(failed)
        })
    }
}

fn reserved(answer: &[String], limit: &Limit, id: u64, now: SystemTime) -> Result<Reserved, LedgerError> {
    if answer.first().is_some_and(|word| word == "reserved") {
        return Ok(Reserved::Open(Reservation::new(id, limit.clone(), now)));
    }
    standing(answer, now).map(Reserved::Closed).ok_or_else(|| failed(Fault::unreadable("a reservation")))
}

/// What the script says is counted. Its times become those of the clock that says that it is `now`.
fn standing(answer: &[String], now: SystemTime) -> Option<LimitStatus> {
    let [_, counted, unknown, since, retry, basis, server] = answer else { return None };
    let server: u64 = server.parse().ok()?;
    let here = |moment: &String| -> Option<Option<SystemTime>> {
        let moment: u64 = moment.parse().ok()?;
        let time = if moment >= server {
            now.checked_add(Duration::from_millis(moment - server))
        } else {
            Some(now.checked_sub(Duration::from_millis(server - moment)).unwrap_or(UNIX_EPOCH))
        };
        Some(time.filter(|_| moment != 0))
    };
    let basis = if basis == "observed" { RetryBasis::Observed } else { RetryBasis::Estimated };
    let retry = here(retry)?.map(|at| RetryAt { at, basis });
    Some(LimitStatus::new(counted.parse().ok()?, unknown.parse().ok()?, here(since)?, retry))
}

fn failed(fault: Fault) -> LedgerError {
    LedgerError::new("the ledger of the fleet failed").because(fault)
}

fn millis(time: Duration) -> u64 {
    // Up to there the numbers of Lua are exact; it is 285,000 years.
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).min(1 << 53)
}

fn hex(id: u64) -> String {
    format!("{id:016x}")
}

/// An id that no other process has: the standard library seeds its hashers at random.
fn fresh_id() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl fmt::Debug for RedisLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLedger").field("link", &self.link).finish_non_exhaustive()
    }
}
