//! The day on which a command is called: what `new-version` and `retire` go by.

use std::time::{SystemTime, UNIX_EPOCH};

use graph_codegen::model::Day;

use crate::{Failure, window};

/// Today, in UTC.
#[derive(Clone, Copy)]
pub(crate) struct Today(Day);

impl Today {
    /// The day that the command line names, else that of the clock.
    pub(crate) fn of(named: Option<&str>) -> Result<Self, Failure> {
        match named {
            Some(text) => Ok(Self(window::day(text)?)),
            None => {
                let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
                Ok(Self(day(i64::try_from(seconds / 86_400).unwrap_or(0))))
            }
        }
    }

    /// How many days a day is ahead; negative: it is past.
    pub(crate) fn until(self, other: Day) -> i64 {
        number(other) - number(self.0)
    }

    /// "64 days ago", "today", "in 1 day".
    pub(crate) fn distance(self, other: Day) -> String {
        let days = |count: i64| if count == 1 { "1 day".to_owned() } else { format!("{count} days") };
        match self.until(other) {
            0 => "today".into(),
            ahead if ahead > 0 => format!("in {}", days(ahead)),
            past => format!("{} ago", days(-past)),
        }
    }
}

/// Days since 1970-01-01, by the rule of leap years alone.
fn number(day: Day) -> i64 {
    let Day { year, month, day } = day;
    // Years begin in March, so that the leap day is the last.
    let (year, month) = if month > 2 { (i64::from(year), i64::from(month) - 3) } else { (i64::from(year) - 1, i64::from(month) + 9) };
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

fn day(number: i64) -> Day {
    // The average year finds the year within one.
    let mut year = 1970 + u16::try_from(number / 365).unwrap_or(0);
    while self::number(Day { year, month: 1, day: 1 }) > number {
        year -= 1;
    }
    let mut day = Day { year, month: 1, day: 1 };
    while self::number(day) < number {
        day = day.after();
    }
    day
}

#[cfg(test)]
mod tests {
    use super::{Today, day, number};
    use crate::window;

    #[test]
    fn days_are_counted_over_leap_years_and_back() {
        let parse = |text| window::day(text).unwrap_or(graph_codegen::model::Day { year: 0, month: 0, day: 0 });
        for (text, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2024-02-29", 19_782), ("2026-11-28", 20_785)] {
            assert_eq!((number(parse(text)), day(days)), (days, parse(text)), "{text}");
        }
        let today = Today(parse("2026-11-27"));
        let said = ["2026-09-24", "2026-11-26", "2026-11-27", "2026-11-28", "2027-01-21"].map(|text| today.distance(parse(text)));
        assert_eq!(said, ["64 days ago", "1 day ago", "today", "in 1 day", "in 55 days"]);
    }
}
