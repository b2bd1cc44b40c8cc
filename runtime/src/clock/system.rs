//! The clock of the system.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use super::{BoxFuture, Clock};

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
