//! Percent-encoding of path segments, queries and forms.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Encodes a path segment: whatever RFC 3986 lets a segment hold stays readable.
pub(crate) fn segment(text: &str, to: &mut String) {
    encode(text, b"-._~!$&'()*+,;=:@", to);
}

/// Adds a pair to a query or a form: `a=1&b=x%20y`.
pub(crate) fn pair(name: &str, value: &str, to: &mut String) {
    if !to.is_empty() {
        to.push('&');
    }
    self::value(name, to);
    to.push('=');
    self::value(value, to);
}

/// Encodes a name or a value of a pair.
pub(crate) fn value(text: &str, to: &mut String) {
    encode(text, b"-._~", to);
}

/// The text of an encoded name or value, as a server reads it.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return text.into();
    }
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut plain, mut at) = (Vec::with_capacity(text.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let (byte, length) = match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => (u8::try_from(high * 16 + low).unwrap_or_default(), 3),
            (b'+', ..) => (b' ', 1),
            (byte, ..) => (*byte, 1),
        };
        plain.push(byte);
        at += length;
    }
    String::from_utf8_lossy(&plain).into_owned().into()
}

fn encode(text: &str, plain: &[u8], to: &mut String) {
    to.reserve(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            to.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(to, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        let segment = |text| {
            let mut encoded = String::new();
            segment(text, &mut encoded);
            encoded
        };
        assert_eq!(segment("a/b?c#d%é"), "a%2Fb%3Fc%23d%25%C3%A9");
        assert_eq!(segment("upload:x=1"), "upload:x=1");
    }

    #[test]
    fn what_is_encoded_is_read_again() {
        for (encoded, plain) in
            [("plain", "plain"), ("a%20b+c", "a b c"), ("%5F%c3%A9", "_é"), ("%", "%"), ("%5", "%5"), ("%g1%+1", "%g1% 1")]
        {
            assert_eq!(decoded(encoded), plain, "{encoded}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_value_is_read_as_it_was_written(text: String) {
            let mut encoded = String::new();
            value(&text, &mut encoded);
            assert_eq!(decoded(&encoded), text);
        }
    }

    #[test]
    fn pairs_cannot_run_into_each_other() {
        let mut pairs = String::new();
        for (name, value) in [("a b", "1&2=3"), ("c", "x+y"), ("d", "")] {
            pair(name, value, &mut pairs);
        }
        assert_eq!(pairs, "a%20b=1%262%3D3&c=x%2By&d=");
    }
}
