//! Parameters that travel as headers.

use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION,
    TRANSFER_ENCODING,
};
use serde_json::Value;

use crate::values::text::text;

/// What only the client sends.
const OURS: [HeaderName; 8] =
    [AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, PROXY_AUTHORIZATION, TRANSFER_ENCODING];

/// The members as headers, under their names, or why one cannot be sent. The reason quotes no value.
pub(crate) fn headers<'a>(members: impl Iterator<Item = (&'a str, &'a Value)>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in members.filter(|(_, value)| !value.is_null()) {
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name:?} is no name of a header"))?;
        if OURS.contains(&header) {
            return Err(format!("the header `{name}` is the client's to send"));
        }
        let value = HeaderValue::from_str(&text(value))
            .map_err(|_| format!("the value of `{name}` holds a character that no HTTP header may hold"))?;
        headers.insert(header, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(members: Value) -> Result<HeaderMap, String> {
        let Value::Object(members) = members else { panic!("an object") };
        headers(members.iter().map(|(name, value)| (name.as_str(), value)))
    }

    #[test]
    fn members_are_headers_under_their_names() {
        let headers = of(json!({"file_offset": 0, "x-note": "a b", "none": null})).unwrap();
        assert_eq!((headers["file_offset"].as_bytes(), headers["x-note"].as_bytes()), (&b"0"[..], &b"a b"[..]));
        assert_eq!(headers.len(), 2);
    }

    #[test]
    fn a_header_cannot_smuggle_another() {
        for (members, why) in [
            (json!({"file_offset": "0\r\nAuthorization: x"}), "`file_offset`"),
            (json!({"a b": 1}), "no name"),
            (json!({"": 1}), "no name"),
            (json!({"Authorization": "Bearer x"}), "client's"),
            (json!({"HOST": "x"}), "client's"),
        ] {
            let fault = of(members).unwrap_err();
            assert!(fault.contains(why) && !fault.contains("Bearer"), "{fault}");
        }
    }
}
