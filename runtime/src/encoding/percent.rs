//! Percent-encoding of path segments, queries and forms.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

static SEGMENT: [bool; 256] = plain(b"-._~!$&'()*+,;=:@");
/// As Meta's own examples write lists of fields and their arguments: `fields=id,messages.limit(5)`.
static VALUE: [bool; 256] = plain(b"-._~,()");
static STRICT: [bool; 256] = plain(b"-._~");

/// Encodes a path segment: whatever RFC 3986 lets a segment hold stays readable.
pub(crate) fn segment(text: &str, to: &mut String) {
    encode(text, &SEGMENT, to);
}

/// Writes a query or a form, pair by pair: `a=1&b=x%20y`.
pub(crate) struct Pairs<'a> {
    to: &'a mut String,
    start: usize,
}

impl<'a> Pairs<'a> {
    /// Begins where the text ends.
    pub(crate) fn new(to: &'a mut String) -> Self {
        let start = to.len();
        Self { to, start }
    }

    /// Adds pairs as they stand.
    pub(crate) fn encoded(&mut self, pairs: &str) {
        self.to.push_str(pairs);
    }

    pub(crate) fn pair(&mut self, name: &str, value: impl fmt::Display) {
        if self.to.len() > self.start {
            self.to.push('&');
        }
        self::value(name, self.to);
        self.to.push('=');
        // Writing to a string cannot fail.
        let _ = write!(Encoding(self.to), "{value}");
    }
}

/// Encodes what is written.
struct Encoding<'a>(&'a mut String);

impl fmt::Write for Encoding<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        value(text, self.0);
        Ok(())
    }
}

/// Encodes a name or a value of a pair.
pub(crate) fn value(text: &str, to: &mut String) {
    encode(text, &VALUE, to);
}

/// Encodes whatever RFC 3986 does not call unreserved, as others may.
pub(crate) fn strict(text: &str, to: &mut String) {
    encode(text, &STRICT, to);
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

/// Letters, digits and these bytes.
const fn plain(others: &[u8]) -> [bool; 256] {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        plain[others[at] as usize] = true;
        at += 1;
    }
    plain
}

fn encode(text: &str, plain: &[bool; 256], to: &mut String) {
    let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
    to.reserve(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !plain[usize::from(byte)]) {
        to.push_str(&rest[..at]);
        let mut odd = rest[at..].chars();
        for byte in odd.next().unwrap_or_default().encode_utf8(&mut [0; 4]).bytes() {
            to.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
        rest = odd.as_str();
    }
    to.push_str(rest);
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
        let mut text = "a?".to_owned();
        let mut pairs = Pairs::new(&mut text);
        for (name, value) in [("a b", "1&2=3"), ("c", "x+y"), ("d", ""), ("fields", "id,owner.limit(5){id}")] {
            pairs.pair(name, value);
        }
        assert_eq!(text, "a?a%20b=1%262%3D3&c=x%2By&d=&fields=id,owner.limit(5)%7Bid%7D");
    }
}
