//! References, in a request, to a value that an earlier one answers: `{result=name:$.id}`.

/// How a reference begins when it is encoded as a value, or as a segment of a path.
const HEADS: [&str; 2] = ["%7Bresult%3D", "%7Bresult="];

const TAIL: &str = "%7D";

/// A reference in its own spelling.
pub(crate) fn written(name: &str, path: &str) -> String {
    format!("{{result={name}:{path}}}")
}

/// Is this text a reference and nothing else?
pub(crate) fn is_reference(text: &str) -> bool {
    text.strip_prefix("{result=").and_then(|rest| rest.strip_suffix('}')).is_some_and(|inner| parts(inner).is_some())
}

/// May requests be called so?
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The name and the path, if neither could be taken for anything else when unencoded.
fn parts(inner: &str) -> Option<(&str, &str)> {
    let (name, path) = inner.split_once(':')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"$._-*[]:,@".contains(&byte);
    (is_name(name) && path.starts_with('$') && path.bytes().all(plain)).then_some((name, path))
}

/// What looks like a reference in an encoded path, query or form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Name and path; nothing if it only begins like a reference.
    pub(crate) reference: Option<(String, String)>,
    /// Might Graph take it for a reference? It may allow paths that we do not.
    pub(crate) is_whole: bool,
    from: usize,
    to: usize,
}

/// Everything that looks like a reference.
pub(crate) fn find(encoded: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((from, head)) = HEADS.iter().filter_map(|head| Some((at + encoded[at..].find(head)?, head.len()))).min() {
        let inside = from + head;
        let end = encoded[inside..].find(TAIL).map(|length| inside + length);
        let inner = end.and_then(|end| decoded(&encoded[inside..end]));
        let reference = inner.as_deref().and_then(parts).map(|(name, path)| (name.to_owned(), path.to_owned()));
        let to = match (&reference, end) {
            (Some(_), Some(end)) => end + TAIL.len(),
            _ => inside,
        };
        let is_whole = inner.as_deref().is_some_and(|inner| inner.contains(':'));
        found.push(Found { reference, is_whole, from, to });
        at = to;
    }
    found
}

/// The text with those references unencoded that `counts` says are some. Graph documents them so.
pub(crate) fn unencoded(encoded: &str, counts: impl Fn(&str) -> bool) -> String {
    let mut text = String::with_capacity(encoded.len());
    let mut at = 0;
    for found in find(encoded) {
        text.push_str(&encoded[at..found.from]);
        match found.reference {
            Some((name, path)) if counts(&name) => text.push_str(&written(&name, &path)),
            _ => text.push_str(&encoded[found.from..found.to]),
        }
        at = found.to;
    }
    text.push_str(&encoded[at..]);
    text
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hex(rest.next()?)? << 4 | hex(rest.next()?)? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::encoding::percent;

    fn encoded(text: &str) -> [String; 2] {
        let (mut value, mut segment) = (String::new(), String::new());
        percent::value(text, &mut value);
        percent::segment(text, &mut segment);
        [value, segment]
    }

    #[test]
    fn a_reference_is_found_in_paths_and_values_and_written_as_it_is() {
        let reference = "{result=get-friends:$.data[0].*.id}";
        assert!(is_reference(reference));
        for encoded in encoded(&format!("a {reference} b {{result=other:$.id}}")) {
            let names: Vec<_> = find(&encoded).into_iter().filter_map(|found| found.reference).map(|(name, _)| name).collect();
            assert_eq!(names, ["get-friends", "other"]);
            let text = unencoded(&encoded, |name| name == "get-friends");
            assert!(text.starts_with(&format!("a%20{reference}%20b%20%7B")), "{text}");
        }
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_no_reference() {
        for odd in [
            "{result=a:$.b&c=d}",
            "{result=a:$.b#}",
            "{result=a:$.b%}",
            "{result=a b:$}",
            "{result=:$}",
            "{result=a:b}",
            "{result=a}",
            "{result=",
        ] {
            assert!(!is_reference(odd), "{odd}");
            for encoded in encoded(odd) {
                assert!(find(&encoded).iter().all(|found| found.reference.is_none()) && find(&encoded).len() == 1, "{odd}");
                assert_eq!(unencoded(&encoded, |_| true), encoded);
            }
        }
        assert!(find(&encoded("%7Bresult%3Da%3A$.b%7D")[0]).is_empty(), "text that is encoded already is text");
    }

    proptest! {
        #[test]
        fn nothing_but_references_is_touched(text in "(\\{result=|[a-z:$.{}%&é])*") {
            for encoded in encoded(&text) {
                prop_assert_eq!(unencoded(&encoded, |_| false), encoded.clone());
                // Whatever is unencoded can begin no other parameter.
                let count = |text: &str| text.matches(['&', '#', '?']).count();
                prop_assert_eq!(count(&unencoded(&encoded, |_| true)), count(&encoded));
            }
        }
    }
}
