//! Percent-encoding of path segments, queries and forms.

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
    fn pairs_cannot_run_into_each_other() {
        let mut pairs = String::new();
        for (name, value) in [("a b", "1&2=3"), ("c", "x+y"), ("d", "")] {
            pair(name, value, &mut pairs);
        }
        assert_eq!(pairs, "a%20b=1%262%3D3&c=x%2By&d=");
    }
}
