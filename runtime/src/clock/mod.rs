//! The time, and waiting for it to pass.

#[cfg(feature = "client")]
pub(crate) mod system;

use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// A future in a box, for traits that are used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells the time and waits. A client takes every pause and every date from its clock, so that tests need not wait:
/// give the builder one of your own with `ClientBuilder::clock`. Claims in memory take one too.
///
/// The limits on connecting, reading and the whole of one request are kept by the HTTP client, which has a clock of its own.
pub trait Clock: Send + Sync + 'static {
    /// The date, for what people read and for comparisons with what Graph says.
    fn now(&self) -> SystemTime;

    /// The time since some moment that stays the same. It never goes back, so that durations are differences of it.
    fn elapsed(&self) -> Duration;

    /// Waits. Dropping the future ends the waiting.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}
