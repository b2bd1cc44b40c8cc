//! Percent-encoding of path segments, queries and forms.

use std::fmt::Write as _;

/// Encodes a path segment: whatever RFC 3986 lets a segment hold stays readable.
pub(crate) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode(text, b"-._~!$&'()*+,;=:@", &mut encoded);
    encoded
}

/// Encodes pairs as a query or a form: `a=1&b=x%20y`.
pub(crate) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut encoded = String::new();
    for (name, value) in pairs {
        if !encoded.is_empty() {
            encoded.push('&');
        }
        encode(name, b"-._~", &mut encoded);
        encoded.push('=');
        encode(value, b"-._~", &mut encoded);
    }
    encoded
}

fn encode(text: &str, plain: &[u8], to: &mut String) {
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
        assert_eq!(segment("a/b?c#d%é"), "a%2Fb%3Fc%23d%25%C3%A9");
        assert_eq!(segment("upload:x=1"), "upload:x=1");
    }

    #[test]
    fn pairs_cannot_run_into_each_other() {
        assert_eq!(pairs([("a b", "1&2=3"), ("c", "x+y"), ("d", "")]), "a%20b=1%262%3D3&c=x%2By&d=");
    }
}
