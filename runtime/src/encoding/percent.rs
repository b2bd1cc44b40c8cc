//! Percent-encoding of path segments, queries and forms.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Whatever RFC 3986 does not call unreserved.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As Meta's own examples write lists of fields and their arguments: `fields=id,messages.limit(5)`.
const VALUE: &AsciiSet = &STRICT.remove(b',').remove(b'(').remove(b')');

/// Whatever RFC 3986 does not let a segment hold.
const SEGMENT: &AsciiSet = &VALUE
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Encodes a path segment: whatever RFC 3986 lets a segment hold stays readable.
pub(crate) fn segment(text: &str, to: &mut String) {
    to.extend(utf8_percent_encode(text, SEGMENT));
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

    /// Adds pairs verbatim.
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
    // Most need no encoding, which the encoder asks of each byte in more steps.
    if text.bytes().all(|byte| PLAIN[usize::from(byte)]) {
        to.push_str(text);
    } else {
        to.extend(utf8_percent_encode(text, VALUE));
    }
}

/// Which bytes [`VALUE`] leaves as they are.
const PLAIN: [bool; 256] = {
    let (mut plain, mut byte) = ([false; 256], 0_u8);
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b',' | b'(' | b')');
        byte += 1;
    }
    plain
};

/// Encodes whatever RFC 3986 does not call unreserved, as others may.
pub(crate) fn strict(text: &str, to: &mut String) {
    to.extend(utf8_percent_encode(text, STRICT));
}

/// The text of an encoded name or value, as a server reads it.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned().into()
    } else {
        percent_decode_str(text).decode_utf8_lossy()
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

    #[test]
    fn what_is_plain_is_what_the_encoder_leaves() {
        for byte in 0..128_u8 {
            let text = char::from(byte).to_string();
            assert_eq!(PLAIN[usize::from(byte)], utf8_percent_encode(&text, VALUE).to_string() == text, "{text:?}");
        }
        assert!(PLAIN[128..].iter().all(|plain| !plain));
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
