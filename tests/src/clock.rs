//! A clock without real waiting: sleeping advances it immediately and is recorded.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use whatsapp_graph::{auth::BoxFuture, retry::Clock};

/// A clock that advances only by sleeping.
#[derive(Debug, Default)]
pub struct ManualClock {
    elapsed: Mutex<Duration>,
    pauses: Mutex<Vec<Duration>>,
}

impl ManualClock {
    /// A clock at the beginning of 2026, when every version of the window was served.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        *self.elapsed.lock().unwrap() += time;
    }

    /// Every pause that was made.
    pub fn pauses(&self) -> Vec<Duration> {
        self.pauses.lock().unwrap().clone()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(490_896) + self.elapsed()
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
