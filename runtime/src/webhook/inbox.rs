//! Each event once: claim it, handle it, say that it is done.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::claims::{Claim, Claims, StoreError};
use super::key::EventKey;

/// A minute.
const LEASE: Duration = Duration::from_secs(60);

/// 8 days: Meta repeats a webhook for up to 7.
const RETENTION: Duration = Duration::from_secs(8 * 24 * 60 * 60);

/// What has a key.
pub trait Keyed {
    /// What names the event in every repetition of it.
    fn key(&self) -> EventKey;
}

/// Handles each event once, however often it arrives, and loses none: what fails is free for the repetition, and what is being handled
/// elsewhere is not answered as if it had been.
///
/// A program that ends between the last step of a handler and [`Claims::done`] handles the event once more when it is repeated. A handler that may never
/// do something twice has to keep it from happening itself, for example with the fence of a lease or a key of its own.
#[derive(Clone, Debug)]
pub struct Inbox {
    claims: Arc<dyn Claims>,
    lease: Duration,
    retention: Duration,
}

impl Inbox {
    /// An inbox with these claims, a lease of a minute and a retention of 8 days.
    pub fn new(claims: impl Claims) -> Self {
        Self { claims: Arc::new(claims), lease: LEASE, retention: RETENTION }
    }

    /// How long one handler may take; by default a minute. When it has passed, a repetition is handled, whatever the first is doing. So it
    /// is the time after which a program gives up, and a little more.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How long an event is known that was handled; by default 8 days. Meta repeats a webhook for up to 7.
    #[must_use]
    pub fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// Handles one event, unless it has been handled or is being handled. `handle` is not called in these cases.
    ///
    /// # Errors
    /// The handler failed, another is at it, or the store of claims failed. In each of these cases the webhook is to be answered with 503, so that Graph
    /// repeats it.
    ///
    /// Dropping the future of this call leaves the event claimed until the lease runs out.
    pub async fn once<T, E, F>(&self, key: &EventKey, handle: impl FnOnce() -> F) -> Result<Once<T>, Unhandled<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        let lease = match self.claims.take(key, self.lease).await.map_err(Unhandled::Store)? {
            Claim::Taken(lease) => lease,
            Claim::Held(longest) => return Err(Unhandled::Held(longest)),
            Claim::Done => return Ok(Once::Repeated),
        };
        match handle().await {
            Ok(value) => {
                self.claims.done(&lease, self.retention).await.map_err(Unhandled::Store)?;
                Ok(Once::Handled(value))
            }
            Err(error) => {
                // If it fails, the lease runs out by itself.
                let _ = self.claims.release(&lease).await;
                Err(Unhandled::Failed(error))
            }
        }
    }

    /// Handles the events of a notification, one after the other. An event that fails does not keep the others from being handled.
    ///
    /// # Errors
    /// At least one was not handled: the webhook is to be answered with 503. When it is repeated, those that were handled are skipped.
    pub async fn each<T, E, F, H>(&self, events: impl IntoIterator<Item = T>, mut handle: H) -> Result<Tally, NotAll<E>>
    where
        T: Keyed,
        F: Future<Output = Result<(), E>>,
        H: FnMut(T) -> F,
    {
        let (mut tally, mut unhandled) = (Tally::default(), Vec::new());
        for event in events {
            let key = event.key();
            match self.once(&key, || handle(event)).await {
                Ok(Once::Handled(())) => tally.handled += 1,
                Ok(Once::Repeated) => tally.repeated += 1,
                Err(error) => unhandled.push((key, error)),
            }
        }
        if unhandled.is_empty() { Ok(tally) } else { Err(NotAll { tally, unhandled }) }
    }
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once<T> {
    /// It was handled now.
    Handled(T),
    /// It had been handled before.
    Repeated,
}

/// Why an event was not handled.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unhandled<E> {
    /// The handler failed. The next repetition is handled.
    Failed(E),
    /// Another handles it, for this long at most, and may still fail.
    Held(Duration),
    /// The store of claims failed. If that was after the handler, a repetition is handled again when the lease has run out.
    Store(StoreError),
}

/// How many events of a notification were handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Handled now.
    pub handled: usize,
    /// Handled before.
    pub repeated: usize,
}

/// Some events of a notification were not handled.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotAll<E> {
    /// The others.
    pub tally: Tally,
    /// Those that were not handled, and why.
    pub unhandled: Vec<(EventKey, Unhandled<E>)>,
}

impl<E: fmt::Display> fmt::Display for Unhandled<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Held(longest) => write!(f, "the event is being handled elsewhere, for {} s at most", longest.as_secs()),
            Self::Store(error) => write!(f, "the store of claims failed: {error}"),
        }
    }
}

impl<E: fmt::Display> fmt::Display for NotAll<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.tally.handled + self.tally.repeated + self.unhandled.len();
        write!(f, "{} of {all} events were not handled", self.unhandled.len())?;
        match self.unhandled.first() {
            Some((key, first)) => write!(f, "; the first is {key}: {first}"),
            None => Ok(()),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Unhandled<E> {}

impl<E: fmt::Debug + fmt::Display> std::error::Error for NotAll<E> {}
