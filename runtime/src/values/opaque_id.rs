//! Identifiers that are not digits: `upload:MTphd…?sig=ARZ…`, a segment of a path with a query of its own.

use crate::values::redact::is_secret_param;

/// Parts of an identifier that can be put into a URL verbatim.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextId<'a> {
    pub(crate) segment: &'a str,
    /// Pairs without the question mark; empty if there are none.
    pub(crate) query: &'a str,
}

impl<'a> TextId<'a> {
    /// Takes an identifier apart, or says why it is none. The reason quotes one character at most: what was put here by
    /// mistake may be a token.
    pub(crate) fn of(id: &'a str) -> Result<Self, String> {
        let (segment, query) = id.split_once('?').unwrap_or((id, ""));
        if segment.is_empty() {
            return Err("an identifier is one segment of a path, and this one is empty".to_owned());
        }
        if segment.contains("..") || segment == "." {
            return Err("an identifier is one segment of a path, and this one has dots that lead out of it".to_owned());
        }
        // A `%` may hide a slash or dots.
        if let Some((at, odd)) = odd(segment, "-._~!$&'()*+,;=:@") {
            return Err(format!("an identifier is one segment of a path, and this one has {odd:?} at position {}", at + 1));
        }
        if let Some((at, odd)) = odd(query, "-._~!$&'()*+,;=:@/?%") {
            let at = segment.len() + at + 2;
            return Err(format!("the query of an identifier is made of pairs, and this one has {odd:?} at position {at}"));
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap_or_default();
            // Graph takes another verb from `method`. An escaped name may be any of these.
            if is_secret_param(name) || name.eq_ignore_ascii_case("method") || name.contains(['%', '+']) {
                return Err(format!("the query of an identifier cannot set {name:?}"));
            }
        }
        Ok(Self { segment, query })
    }
}

/// The values in the query of an identifier: what signs it.
pub(crate) fn signatures(query: &str) -> impl Iterator<Item = &str> {
    // A short one would mask half of every answer, and is none.
    query.split('&').filter_map(|pair| Some(pair.split_once('=')?.1)).filter(|value| value.len() > 3)
}

fn odd(text: &str, allowed: &str) -> Option<(usize, char)> {
    text.char_indices().find(|(_, c)| !c.is_ascii_alphanumeric() && !allowed.contains(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_a_segment_and_its_signature() {
        let id = TextId::of("upload:MTphdHRhY2htZW50==?sig=ARZq-_%2B&x=1").unwrap();
        assert_eq!(id, TextId { segment: "upload:MTphdHRhY2htZW50==", query: "sig=ARZq-_%2B&x=1" });
        assert_eq!(signatures(id.query).collect::<Vec<_>>(), ["ARZq-_%2B"]);
        assert_eq!(TextId::of("upload:MTph").unwrap().query, "");
        assert_eq!(signatures("a=123&b=1234").collect::<Vec<_>>(), ["1234"]);
    }

    #[test]
    fn whatever_could_lead_elsewhere_is_refused() {
        for (id, why) in [
            ("", "empty"),
            ("?sig=1", "empty"),
            (".", "dots"),
            ("upload:..", "dots"),
            ("upload/x", "'/' at position 7"),
            ("upload\\x", "at position 7"),
            ("upload:%2e%2e", "'%' at position 8"),
            ("upload:a b", "' ' at position 9"),
            ("upload:a#b", "'#'"),
            ("upload:a\n", "'\\n'"),
            ("upload:é", "'é'"),
            ("upload:a?sig=1#b", "'#' at position 15"),
            ("upload:a?sig=1 2", "' ' at position 15"),
            ("upload:a?sig=1\r\n", "'\\r'"),
            ("upload:a?access_token=EAAG", "\"access_token\""),
            ("upload:a?sig=1&Access_Token=EAAG", "\"Access_Token\""),
            ("upload:a?access%5Ftoken=EAAG", "\"access%5Ftoken\""),
            ("upload:a?method=delete", "\"method\""),
        ] {
            let reason = TextId::of(id).unwrap_err();
            assert!(reason.contains(why) && !reason.contains("EAAG"), "{id}: {reason}");
        }
    }
}
