//! The time, and waiting for it to pass.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A future in a box, for traits that are used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells the time and waits. A client takes every pause and every date from its clock, so that tests need not wait:
/// give the builder one of your own with [`clock`](crate::ClientBuilder::clock).
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

/// The clock of the system; it waits with tokio's timer.
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        // Not before it is polled: a timer is made by the tokio that polls it.
        Box::pin(async move { tokio::time::sleep(time).await })
    }
}

impl fmt::Debug for SystemClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemClock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_system_goes_on() {
        let clock = SystemClock::default();
        std::thread::sleep(Duration::from_millis(2));
        assert!(clock.elapsed() >= Duration::from_millis(2));
        assert!(clock.now().elapsed().is_ok_and(|ago| ago < Duration::from_secs(9)));
    }
}
