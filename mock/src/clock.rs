//! The clock of the stand-in: it goes with the system's, can be set and advanced, and stopped.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graph_runtime::Day;

/// Milliseconds since 1970.
pub(crate) type Millis = i64;

#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    ahead: Millis,
    stopped: Option<Millis>,
}

/// The last second of the year 9999: times are written with four digits of a year.
const LAST: Millis = 253_402_300_799_000;

fn of_system() -> Millis {
    since_1970(SystemTime::now())
}

/// Before 1970 it is 1970.
pub(crate) fn since_1970(time: SystemTime) -> Millis {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX / 2))
}

/// The time of so many milliseconds.
pub(crate) fn time_of(millis: Millis) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_millis(u64::try_from(millis).unwrap_or(0))).unwrap_or(UNIX_EPOCH)
}

impl Clock {
    pub(crate) fn now(&self) -> Millis {
        self.stopped.unwrap_or_else(|| of_system().saturating_add(self.ahead)).clamp(0, LAST)
    }

    pub(crate) fn today(&self) -> Day {
        Day::of(time_of(self.now()))
    }

    pub(crate) fn set(&mut self, to: Millis) {
        let to = to.clamp(0, LAST);
        if self.stopped.is_some() {
            self.stopped = Some(to);
        } else {
            self.ahead = to.saturating_sub(of_system());
        }
    }

    pub(crate) fn advance(&mut self, by: Millis) {
        match &mut self.stopped {
            Some(at) => *at = at.saturating_add(by).clamp(0, LAST),
            None => self.ahead = self.ahead.saturating_add(by).clamp(-LAST, LAST),
        }
    }

    pub(crate) fn stop(&mut self) {
        self.stopped = Some(self.now());
    }

    pub(crate) fn go_on(&mut self) {
        if let Some(at) = self.stopped.take() {
            self.set(at);
        }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }
}

/// Year, month, day, hour, minute, second.
fn parts(seconds: i64) -> (Day, i64, i64, i64) {
    let time = seconds.rem_euclid(86_400);
    (Day::of(time_of(seconds.saturating_mul(1000))), time / 3600, time / 60 % 60, time % 60)
}

/// `2026-11-28T10:00:00+0000`, as Graph writes times.
pub(crate) fn iso(millis: Millis) -> String {
    let (day, hour, minute, second) = parts(millis.div_euclid(1000));
    format!("{day}T{hour:02}:{minute:02}:{second:02}+0000")
}

/// `Saturday, 28-Nov-26 02:00:00 PST`, as errors about tokens write it.
pub(crate) fn pacific(millis: Millis) -> String {
    const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let seconds = millis.div_euclid(1000) - 8 * 3600;
    let (Day(year, month, day), hour, minute, second) = parts(seconds);
    let weekday = usize::try_from(seconds.div_euclid(86_400).rem_euclid(7)).unwrap_or(0);
    let month = MONTHS.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default();
    format!(
        "{}, {day:02}-{month}-{:02} {hour:02}:{minute:02}:{second:02} PST",
        WEEKDAYS.get(weekday).copied().unwrap_or_default(),
        year % 100
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_graph_writes_them() {
        assert_eq!(iso(1_795_860_000_000), "2026-11-28T10:00:00+0000");
        assert_eq!(pacific(1_795_860_000_000), "Saturday, 28-Nov-26 02:00:00 PST");
    }

    #[test]
    fn a_clock_can_be_set_advanced_and_stopped() {
        let mut clock = Clock::default();
        clock.set(1_000_000);
        clock.stop();
        let at = clock.now();
        assert!((1_000_000..1_010_000).contains(&at), "{at}");
        clock.advance(5_000);
        assert_eq!(clock.now(), at + 5_000);
        clock.go_on();
        assert!(clock.now() >= at + 5_000);
        // No time is so far away that it could not be written.
        for by in [Millis::MAX, Millis::MAX, Millis::MIN, Millis::MIN] {
            clock.advance(by);
            assert!((0..=LAST).contains(&clock.now()) && iso(clock.now()).len() == 24, "{}", clock.now());
        }
    }
}
