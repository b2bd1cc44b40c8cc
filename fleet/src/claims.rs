//! Claims of many machines: one key in Redis for each event.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use graph_runtime::BoxFuture;
use graph_runtime::webhook::{Claim, Claims, EventKey, Lease, MemoryClaims, StoreError};
use tokio::runtime::Handle;

use crate::builder::Shared;
use crate::link::{Fault, Script};

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("claims.lua")));

/// How long it is tried to write that an event was handled, and the longest pause between two tries.
const TRYING: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_secs(10);

/// Remembers for many machines which events were handled, and who is handling which; for [`Inbox`](graph_runtime::webhook::Inbox).
///
/// # When Redis is away
/// By default no event can be taken: its webhook is answered with 503, and Graph repeats it. With [`alone_while_away`](Self::alone_while_away) each machine goes by
/// what it remembers itself, so that an event is handled once by each machine at most. That an event was handled is written as soon as Redis answers again, for ten
/// minutes; if the process ends before, it is handled again when it is repeated.
///
/// # What a failover may lose
/// What the replica had not received: events that were handled in the last moment before, and are repeated, are handled again.
#[derive(Clone)]
pub struct RedisClaims {
    link: Shared,
    alone: Option<Alone>,
}

/// The claims of one machine while Redis is away.
#[derive(Clone, Default)]
struct Alone(Arc<Mutex<Own>>, MemoryClaims);

#[derive(Default)]
struct Own {
    /// The server's clock in microseconds, and when it was that.
    clock: Option<(u64, Instant)>,
    last: u64,
    used: bool,
    /// By event: the fence that was given, and the lease in memory.
    leases: HashMap<EventKey, (u64, Lease)>,
}

impl RedisClaims {
    pub(crate) fn new(link: Shared) -> Self {
        Self { link, alone: None }
    }

    /// While Redis is away each machine handles events by itself, once each. Without it they are left to Graph's repetition.
    #[must_use]
    pub fn alone_while_away(mut self) -> Self {
        self.alone = Some(Alone::default());
        self
    }

    async fn ask(&self, key: &EventKey, arguments: [&str; 3]) -> Result<Vec<String>, Fault> {
        let key = self.link.names.key("claim", &self.link.names.tag("event", key.as_str()));
        let arguments = arguments.map(|argument| argument.as_bytes().to_vec());
        let answer: Vec<String> = self.link.run(&SCRIPT, &[key], &arguments).await?;
        if let (Some(alone), Some(micros)) = (&self.alone, answer.get(1).and_then(|micros| micros.parse().ok())) {
            alone.own().clock = Some((micros, Instant::now()));
        }
        Ok(answer)
    }

    async fn take(&self, key: &EventKey, lease: Duration) -> Result<Claim, StoreError> {
        if let Some(known) = self.known_alone(key).await? {
            return Ok(known);
        }
        let nonce = nonce()?;
        let fault = match self.ask(key, ["take", &nonce, &millis(lease)]).await {
            Ok(answer) => return Ok(claim(&answer, key).ok_or_else(|| Fault::unreadable("a claim"))?),
            Err(fault) => fault,
        };
        let Some(alone) = &self.alone else { return Err(fault.into()) };
        let taken = alone.1.take(key, lease).await?;
        let Claim::Taken(own) = taken else { return Ok(taken) };
        // A fence has to be larger than those that Redis has given: without its clock there is none.
        let Some(fence) = alone.own().lend(key, own) else { return Err(fault.into()) };
        Ok(Claim::Taken(Lease::new(key.clone(), fence)))
    }

    /// What this machine knows of an event that came while Redis was away.
    async fn known_alone(&self, key: &EventKey) -> Result<Option<Claim>, StoreError> {
        let Some(alone) = self.alone.as_ref().filter(|alone| alone.own().used) else { return Ok(None) };
        match alone.1.take(key, Duration::from_secs(1)).await? {
            Claim::Taken(lease) => alone.1.release(&lease).await.map(|_| None),
            known => Ok(Some(known)),
        }
    }

    async fn done(&self, lease: &Lease, retention: Duration) -> Result<bool, StoreError> {
        let own = self.alone.as_ref().and_then(|alone| Some((alone, alone.own().take_back(lease)?)));
        if let Some((alone, own)) = &own {
            alone.1.done(own, retention).await?;
        }
        let (fence, kept) = (lease.fence().to_string(), millis(retention));
        match self.ask(lease.key(), ["done", &fence, &kept]).await {
            Ok(answer) => Ok(own.is_some() || said_yes(&answer)?),
            Err(fault) => {
                self.clone().write_later(lease.clone(), retention);
                if own.is_some() { Ok(true) } else { Err(fault.into()) }
            }
        }
    }

    /// Tries until Redis answers.
    fn write_later(self, lease: Lease, retention: Duration) {
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            let (began, mut pause) = (Instant::now(), Duration::from_millis(200));
            while began.elapsed() < TRYING {
                tokio::time::sleep(pause).await;
                if self.ask(lease.key(), ["done", &lease.fence().to_string(), &millis(retention)]).await.is_ok() {
                    return;
                }
                pause = (pause * 2).min(PAUSE);
            }
            tracing::warn!("it could not be written that an event was handled: it is handled again if it is repeated");
        });
    }

    async fn release(&self, lease: &Lease) -> Result<bool, StoreError> {
        let own = self.alone.as_ref().and_then(|alone| Some((alone, alone.own().take_back(lease)?)));
        if let Some((alone, own)) = own {
            return alone.1.release(&own).await;
        }
        Ok(said_yes(&self.ask(lease.key(), ["release", &lease.fence().to_string(), ""]).await?)?)
    }
}

impl Claims for RedisClaims {
    fn take<'a>(&'a self, key: &'a EventKey, lease: Duration) -> BoxFuture<'a, Result<Claim, StoreError>> {
        Box::pin(self.take(key, lease))
    }

    fn done<'a>(&'a self, lease: &'a Lease, retention: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.done(lease, retention))
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.release(lease))
    }
}

impl Alone {
    fn own(&self) -> MutexGuard<'_, Own> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Own {
    fn lend(&mut self, key: &EventKey, lease: Lease) -> Option<u64> {
        let (micros, at) = self.clock?;
        let passed = u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.last = micros.saturating_add(passed).max(self.last + 1);
        self.used = true;
        self.leases.insert(key.clone(), (self.last, lease));
        Some(self.last)
    }

    fn take_back(&mut self, lease: &Lease) -> Option<Lease> {
        self.leases.get(lease.key()).filter(|(fence, _)| *fence == lease.fence())?;
        self.leases.remove(lease.key()).map(|(_, own)| own)
    }
}

fn claim(answer: &[String], key: &EventKey) -> Option<Claim> {
    match (answer.first()?.as_str(), answer.get(2)) {
        ("done", None) => Some(Claim::Done),
        ("held", Some(left)) => Some(Claim::Held(Duration::from_millis(left.parse().ok()?))),
        ("taken", Some(fence)) => Some(Claim::Taken(Lease::new(key.clone(), fence.parse().ok()?))),
        _ => None,
    }
}

fn said_yes(answer: &[String]) -> Result<bool, Fault> {
    match answer.first().map(String::as_str) {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        _ => Err(Fault::unreadable("a claim")),
    }
}

fn nonce() -> Result<String, Fault> {
    getrandom::u64().map(|nonce| format!("{nonce:x}")).map_err(|_| Fault::unreadable("without randomness"))
}

/// At least one: Redis takes no expiry of none.
fn millis(time: Duration) -> String {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).clamp(1, 1 << 52).to_string()
}

impl fmt::Debug for RedisClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisClaims").field("alone_while_away", &self.alone.is_some()).finish_non_exhaustive()
    }
}
