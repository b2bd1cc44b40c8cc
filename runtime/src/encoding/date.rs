//! Dates and times in ISO 8601, to and from Unix seconds.

use std::time::{SystemTime, UNIX_EPOCH};

/// `2026-11-22T05:00:00Z`.
pub(crate) fn iso(time: SystemTime) -> String {
    let unix = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (mut day, second) = (unix / 86_400, unix % 86_400);
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z", day + 1, second / 3600, second / 60 % 60, second % 60)
}

/// `2024-01-15T10:30:00`, then nothing, `Z`, `+0000` or `+00:00`; a date alone is its midnight; no zone is UTC.
pub(crate) fn unix_of_iso(text: &str) -> Option<i64> {
    let (days, rest) = date(text)?;
    let (seconds, zone) = match rest.strip_prefix(['T', 't', ' ']) {
        Some(time) => clock(time)?,
        None => (0, rest),
    };
    Some(days * 86_400 + seconds - offset(zone)?)
}

/// Days since 1970-01-01 of the date at the head of `text`, and what follows the date.
pub(crate) fn date(text: &str) -> Option<(i64, &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = lengths.get(..usize::try_from(month).ok()?.checked_sub(1)?)?;
    if day == 0 || day > *lengths.get(before.len())? {
        return None;
    }
    let past = year - 1;
    // 719_162 days lie between 0001-01-01 and 1970-01-01. Floor division, since the year 0 exists here.
    let years = past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    let days = years - 719_162 + before.iter().sum::<i64>() + day - 1;
    Some((days, rest))
}

/// Seconds since midnight of the time at the head of `text`, and what follows it.
fn clock(text: &str) -> Option<(i64, &str)> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2)?,
        None => (0, rest),
    };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let real = hour < 24 && minute < 60 && second <= 60;
    real.then_some((hour * 3600 + minute * 60 + second, rest))
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hour, rest) = digits(&zone[1..], 2)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let (minute, rest) = if rest.is_empty() { (0, rest) } else { digits(rest, 2)? };
    (rest.is_empty() && hour < 24 && minute < 60).then_some(sign * (hour * 3600 + minute * 60))
}

fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    head.bytes().all(|byte| byte.is_ascii_digit()).then(|| Some((head.parse().ok()?, rest)))?
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn dates_count_days_as_calendars_do() {
        for (text, unix) in [
            ("1970-01-01", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29", 951_782_400),
            ("2100-03-01", 4_107_542_400),
            ("0001-01-01", -62_135_596_800),
            ("0000-12-31", -62_135_683_200),
        ] {
            assert_eq!(unix_of_iso(text), Some(unix), "{text}");
        }
    }

    #[test]
    fn a_time_in_iso_is_read_as_the_same_time() {
        for unix in [0, 68_169_599, 951_782_400, 951_868_800, 1_735_689_599, 1_764_000_000, 4_107_542_400, 4_102_444_799] {
            let text = iso(UNIX_EPOCH + Duration::from_secs(unix));
            assert_eq!(unix_of_iso(&text), i64::try_from(unix).ok(), "{text}");
        }
        assert_eq!(iso(UNIX_EPOCH + Duration::from_secs(951_782_401)), "2000-02-29T00:00:01Z");
    }

    #[test]
    fn a_clock_has_no_24th_hour_and_no_60th_minute() {
        for (text, unix) in [
            ("1970-01-01T23:59:60Z", Some(86_400)),
            ("1970-01-01T24:00:00Z", None),
            ("1970-01-01T00:60:00Z", None),
            ("1970-01-01T00:00:61Z", None),
        ] {
            assert_eq!(unix_of_iso(text), unix, "{text}");
        }
    }
}
