//! A clock that does not wait: sleeping moves it on at once.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graph_runtime::{BoxFuture, Clock, Day};

#[derive(Debug, Default)]
pub(crate) struct ManualClock {
    elapsed: Mutex<Duration>,
    pauses: Mutex<Vec<Duration>>,
}

impl ManualClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// A clock that says the first second of a day.
    pub(crate) fn at(day: Day) -> Arc<Self> {
        let clock = Self::new();
        while Day::of(clock.now()) < day {
            clock.advance(Duration::from_secs(86_400));
        }
        clock
    }

    pub(crate) fn advance(&self, time: Duration) {
        *self.elapsed.lock().unwrap() += time;
    }

    /// Every pause that was made.
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        self.pauses.lock().unwrap().clone()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        // 2026-01-01, so that the versions of the miniature are served.
        UNIX_EPOCH + Duration::from_secs(490_896 * 3600) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.pauses.lock().unwrap().push(time);
        self.advance(time);
        Box::pin(std::future::ready(()))
    }
}
