//! A clock without real waiting: sleeping advances it immediately and is recorded.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use whatsapp_graph::{auth::BoxFuture, description::Day, retry::Clock};

/// A clock that advances only by sleeping.
#[derive(Debug, Default)]
pub struct ManualClock {
    start: Option<SystemTime>,
    elapsed: Mutex<Duration>,
    pauses: Mutex<Vec<Duration>>,
}

impl ManualClock {
    /// A clock at the beginning of 2026, when every version of the window was served.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// A clock at the first second of a day, `2026-06-15`.
    pub fn at(day: &str) -> Arc<Self> {
        let clock = Self { start: Some(start_of(day)), ..Self::default() };
        Arc::new(clock)
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

/// Day by day, since no calendar is at hand.
fn start_of(day: &str) -> SystemTime {
    let mut time = UNIX_EPOCH;
    while Day::of(time).to_string().as_str() < day {
        time += Duration::from_hours(24);
    }
    time
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.start.unwrap_or(UNIX_EPOCH + Duration::from_hours(490_896)) + self.elapsed()
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
