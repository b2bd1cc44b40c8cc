//! Points in time, in whichever of Graph's three forms they came.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::encoding::date::{date, unix_of_iso};
use crate::values::decode::ReadOutcome;
use crate::values::id::is_digits;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::{Wire, decode};

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
    fn view(&self) -> View<'_> {
        match &self.0 {
            Form::Number(seconds) => View::I64(*seconds),
            Form::Text(text) | Form::Iso(text) => View::Str(text),
        }
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        let form = match &token {
            Token::I64(seconds) => Some(Form::Number(*seconds)),
            Token::U64(seconds) => i64::try_from(*seconds).ok().map(Form::Number),
            Token::Str(text) if is_digits(text.strip_prefix('-').unwrap_or(text)) => Some(Form::Text((*text).into())),
            Token::Str(text) => date(text).map(|_| Form::Iso((*text).into())),
            _ => None,
        };
        match form {
            Some(form) => ReadOutcome::put(self, Self(form)),
            None => token.mismatch("a time (Unix seconds or ISO 8601)"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("Timestamp", deserializer)
    }
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
    fn text_that_is_no_time_does_not_fit() {
        for text in ["", "-", "soon", "12a", "2023-02-29", "2024-13-01", "2024-1-1"] {
            assert!(serde_json::from_value::<Timestamp>(text.into()).is_err(), "{text}");
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
}
