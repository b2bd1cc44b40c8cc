//! Scalars of the spec language: dates, URLs, durations, error codes.

use crate::language::version::Version;

/// `v21.0`, in exactly this form.
pub(crate) fn version(text: &str) -> Option<Version> {
    Version::parse(text).filter(|version| version.to_string() == text)
}

/// Whether a text is a day of the calendar as `2024-01-23`.
pub(crate) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let &[year, month, day] = parts.as_slice() else {
        return false;
    };
    let number = |text: &str, digits: usize| {
        (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u32>().ok()).flatten()
    };
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) => {
            u16::try_from(year).is_ok_and(|year| u8::try_from(month).is_ok_and(|month| (1..=u32::from(days(year, month))).contains(&day)))
        }
        _ => false,
    }
}

/// How many days a month has; none, if it is no month.
pub(crate) fn days(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        _ => 0,
    }
}

/// Whether a string is an `https://` URL.
pub(crate) fn is_url(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

/// The seconds of `72h`.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    let number: u64 = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok()).flatten()?;
    number.checked_mul(unit).filter(|seconds| *seconds > 0)
}

/// The code of `100`, or first and last of `200-299`.
pub(crate) fn error_code(text: &str) -> Option<(u32, Option<u32>)> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    match text.split_once('-') {
        None => Some((number(text)?, None)),
        Some((first, last)) => Some((number(first)?, Some(number(last)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::{error_code, is_date, is_url, seconds, version};
    use crate::language::version::Version;

    #[test]
    fn scalars_are_read_in_exactly_their_form() {
        assert_eq!(version("v21.0"), Some(Version(21, 0)));
        assert!(["21.0", "v21", "v021.0", "v21.0.0", "V21.0"].iter().all(|text| version(text).is_none()));
        assert!(is_date("2024-02-29") && !is_date("2023-02-29") && !is_date("2024-2-9") && !is_date("2024-13-01"));
        assert!(is_url("https://developers.facebook.com/docs") && !is_url("http://a") && !is_url("https://") && !is_url("https://a b"));
        assert_eq!((seconds("72h"), seconds("3d"), seconds("90s")), (Some(259_200), Some(259_200), Some(90)));
        assert!(["72", "h", "0h", "1w", "99999999999999999999d", "-1h"].iter().all(|text| seconds(text).is_none()));
        assert_eq!((error_code("100"), error_code("200-299"), error_code("1x")), (Some((100, None)), Some((200, Some(299))), None));
    }
}
