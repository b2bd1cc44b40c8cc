//! Points in time, in whichever of Graph's three forms they came.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::decode::require;
use crate::values::id::is_digits;
use crate::values::wire_type::Wire;

/// A point in time as Graph writes it: Unix seconds as a number, Unix seconds as text, or ISO 8601 text.
///
/// It keeps the form in which it came, encodes in that form, and is equal to another only if the form is the same too; compare
/// instants with [`Timestamp::unix`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Form);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    Number(i64),
    Text(Box<str>),
    Iso(Box<str>),
}

impl Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z, fractions cut off. `None` if the text is no date after all.
    pub fn unix(&self) -> Option<i64> {
        match &self.0 {
            Form::Number(seconds) => Some(*seconds),
            Form::Text(text) => text.parse().ok(),
            Form::Iso(text) => unix_of_iso(text),
        }
    }

    /// The same instant for the standard library.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let seconds = self.unix()?;
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
    }

    /// The same instant, sent as the text of its Unix seconds: `"1569783261"`.
    #[must_use]
    pub fn text(self) -> Self {
        match self.unix() {
            Some(seconds) if !matches!(self.0, Form::Text(_)) => Self(Form::Text(seconds.to_string().into())),
            _ => self,
        }
    }
}

/// The epoch, only so that a record can start empty.
impl Default for Timestamp {
    fn default() -> Self {
        Self(Form::Number(0))
    }
}

impl From<i64> for Timestamp {
    fn from(unix: i64) -> Self {
        Self(Form::Number(unix))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let seconds = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                -whole - i64::from(before.subsec_nanos() > 0)
            }
        };
        Self(Form::Number(seconds))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Number(seconds) => fmt::Display::fmt(seconds, f),
            Form::Text(text) | Form::Iso(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Number(seconds) => write!(f, "Timestamp({seconds})"),
            Form::Text(text) | Form::Iso(text) => write!(f, "Timestamp({text:?})"),
        }
    }
}

impl Wire for Timestamp {
    const EXPECTS: &'static str = "a time (Unix seconds or ISO 8601)";
    const IS_SCALAR: bool = true;

    fn of_i64(value: i64) -> Option<Self> {
        Some(value.into())
    }

    fn of_u64(value: u64) -> Option<Self> {
        i64::try_from(value).ok().map(Self::from)
    }

    fn of_str(value: &str) -> Option<Self> {
        if is_digits(value.strip_prefix('-').unwrap_or(value)) {
            Some(Self(Form::Text(value.into())))
        } else if date(value).is_some() {
            Some(Self(Form::Iso(value.into())))
        } else {
            None
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Form::Number(seconds) => serializer.serialize_i64(*seconds),
            Form::Text(text) | Form::Iso(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        require("Timestamp", Deserialize::deserialize(deserializer)?)
    }
}

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
fn date(text: &str) -> Option<(i64, &str)> {
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
    is_digits(head).then(|| Some((head.parse().ok()?, rest)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(json: &str) -> Timestamp {
        let time: Timestamp = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&time).unwrap(), json);
        time
    }

    #[test]
    fn a_timestamp_keeps_its_form() {
        for json in [
            "1705314600",
            r#""1705314600""#,
            r#""2024-01-15T10:30:00Z""#,
            r#""2024-01-15T10:30:00+0000""#,
            r#""2024-01-15T10:30:00.250+00:00""#,
            r#""2024-01-15T12:00:00+01:30""#,
            r#""2024-01-15T02:30:00-0800""#,
        ] {
            assert_eq!(round_trip(json).unix(), Some(1_705_314_600), "{json}");
        }
    }

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
    fn text_that_is_no_time_does_not_fit() {
        for text in ["", "-", "soon", "12a", "2023-02-29", "2024-13-01", "2024-1-1"] {
            assert_eq!(Timestamp::of_str(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_with_an_odd_tail_is_kept_without_an_instant() {
        assert_eq!(round_trip(r#""2024-01-15T25:00:00Z""#).unix(), None);
        assert_eq!(round_trip(r#""2024-01-15é""#).unix(), None);
    }

    #[test]
    fn text_sends_seconds_as_text() {
        let time = Timestamp::from(1_569_783_261).text();
        assert_eq!(serde_json::to_string(&time).unwrap(), r#""1569783261""#);
        assert_eq!(time.clone().text(), time);
    }

    #[test]
    fn system_time_goes_there_and_back() {
        for unix in [-90_000, -1, 0, 1_705_314_600] {
            let time = Timestamp::from(unix).to_system_time().unwrap();
            assert_eq!(Timestamp::from(time), Timestamp::from(unix));
            // The second that has begun, before the epoch too.
            assert_eq!(Timestamp::from(time + Duration::from_millis(250)), Timestamp::from(unix));
        }
    }

    #[test]
    fn a_time_is_shown_as_it_came() {
        for (json, shown) in [("-5", "-5"), (r#""-5""#, "-5"), (r#""2024-01-15T10:30:00Z""#, "2024-01-15T10:30:00Z")] {
            assert_eq!(round_trip(json).to_string(), shown);
            assert_eq!(format!("{:?}", round_trip(json)), format!("Timestamp({json})"));
        }
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
