//! Masking of the secrets of a request wherever a server's answer might repeat them.

use std::sync::OnceLock;

use bytes::Bytes;
use secrecy::zeroize::Zeroizing;
use serde_json::Value;

use crate::encoding::percent;
use crate::values::secret::Secret;
use crate::values::text::text;

pub(crate) const MASK: &str = "[masked]";

/// Parameters that hold a secret in every Graph API.
const SECRET_PARAMS: [&str; 6] = ["access_token", "appsecret_proof", "appsecret_time", "client_secret", "fb_exchange_token", "input_token"];

pub(crate) fn is_secret_param(name: &str) -> bool {
    SECRET_PARAMS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// The secrets of one request. They are spelled out once there is something to mask: most calls end well.
#[derive(Clone, Default)]
pub(crate) struct Masks {
    /// Those of a call without secret parameters; most calls have no more.
    few: [Option<Secret>; 4],
    many: Vec<Secret>,
    spellings: OnceLock<Vec<Zeroizing<String>>>,
}

impl Masks {
    pub(crate) fn add(&mut self, secret: impl Into<Secret>) {
        let secret = secret.into();
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(secret),
            None => self.many.push(secret),
        }
        self.spellings.take();
    }

    /// Adds the value of what is secret.
    pub(crate) fn value(&mut self, value: &Value) {
        // `null` or `true` is no secret, and masking it would make every answer unreadable.
        if !value.is_null() && !value.is_boolean() {
            self.add(&*text(value));
        }
    }

    /// Adds the members of these names, at any depth.
    pub(crate) fn within(&mut self, value: &Value, names: &[&str]) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if names.contains(&name.as_str()) {
                        self.value(value);
                    }
                    self.within(value, names);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.within(item, names);
                }
            }
            _ => {}
        }
    }

    /// May the text hold a secret? Cheap, and no only if it is certain: whatever the spelling, a secret begins with its first letters and digits.
    pub(crate) fn may_be_in(&self, text: &str) -> bool {
        self.few.iter().flatten().chain(&self.many).map(Secret::expose).any(|secret| {
            let head = secret.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
            !secret.is_empty() && memchr::memmem::find(text.as_bytes(), &secret.as_bytes()[..head]).is_some()
        })
    }

    /// Every spelling in which an answer might repeat a secret.
    fn spellings(&self) -> &[Zeroizing<String>] {
        self.spellings.get_or_init(|| {
            let mut spellings: Vec<Zeroizing<String>> =
                self.few.iter().flatten().chain(&self.many).flat_map(|secret| spelled(secret.expose())).collect();
            // Where one secret begins another, the longer one must be found.
            spellings.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.as_str().cmp(other)));
            spellings.dedup();
            spellings
        })
    }

    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        self.masked(bytes).map_or_else(|| bytes.clone(), Bytes::from)
    }

    pub(crate) fn text(&self, text: &str) -> String {
        match self.masked(text.as_bytes()) {
            Some(masked) => String::from_utf8_lossy(&masked).into_owned(),
            None => text.to_owned(),
        }
    }

    /// `None` if there is nothing to mask.
    fn masked(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let spellings = self.spellings();
        let mut masked = None;
        let mut copied = 0;
        let mut at = 0;
        while at < bytes.len() {
            match spellings.iter().find(|secret| bytes[at..].starts_with(secret.as_bytes())) {
                Some(secret) => {
                    let masked: &mut Vec<u8> = masked.get_or_insert_default();
                    masked.extend_from_slice(&bytes[copied..at]);
                    masked.extend_from_slice(MASK.as_bytes());
                    at += secret.len();
                    copied = at;
                }
                None => at += 1,
            }
        }
        if let Some(masked) = &mut masked {
            masked.extend_from_slice(&bytes[copied..]);
        }
        masked
    }
}

/// A text, JSON or not, without the values of members and parameters whose names are secret. It may break off anywhere: a value
/// that does not end goes to the end.
pub(crate) fn without_values(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        masked.push_str(&rest[..start]);
        rest = &rest[start..];
        let name = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
        masked.push_str(name);
        rest = &rest[name.len()..];
        if is_secret(name)
            && let Some((between, value)) = value(rest)
        {
            masked.push_str(between);
            masked.push_str(MASK);
            rest = &rest[between.len() + value.len()..];
        }
    }
    masked + rest
}

/// What follows a name: a colon or an equals sign with what is around it, and the value.
fn value(after: &str) -> Option<(&str, &str)> {
    let around = |c: char| c.is_whitespace() || matches!(c, '"' | '\\');
    let sign = after.trim_start_matches(around);
    let from = sign.strip_prefix([':', '='])?.trim_start_matches(around);
    let between = &after[..after.len() - from.len()];
    let end = if between.ends_with("\\\"") {
        // A quote within another text has a backslash before it.
        from.find("\\\"")
    } else if between.ends_with('"') {
        let mut escaped = false;
        from.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })
    } else {
        from.find(|c: char| c.is_whitespace() || matches!(c, '&' | '"' | '\'' | ',' | '}' | ']' | '<' | '\\'))
    };
    Some((between, &from[..end.unwrap_or(from.len())]))
}

fn spelled(secret: &str) -> impl Iterator<Item = Zeroizing<String>> + use<> {
    let json = Zeroizing::new(serde_json::to_string(secret).unwrap_or_default());
    let json = json.trim_matches('"');
    // PHP writes a slash in JSON as `\/`.
    let (mut percent, mut strict) = (String::new(), String::new());
    percent::value(secret, &mut percent);
    percent::strict(secret, &mut strict);
    let spellings = [secret.to_owned(), percent, strict, json.to_owned(), json.replace('/', "\\/")];
    spellings.into_iter().filter(|spelling| !spelling.is_empty()).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masks(secrets: &[&str]) -> Masks {
        let mut masks = Masks::default();
        for secret in secrets {
            masks.add(*secret);
        }
        masks
    }

    #[test]
    fn secrets_are_found_at_any_depth() {
        let mut masks = Masks::default();
        let value = serde_json::json!({"pin": "212834", "list": [{"in": {"pin": "555555"}}], "name": "visible"});
        masks.within(&value, &["pin"]);
        assert_eq!(masks.text("212834 555555 visible"), "[masked] [masked] visible");
    }

    #[test]
    fn every_spelling_is_masked() {
        let masks = masks(&["1|a/b,c"]);
        assert_eq!(masks.text(r"1|a/b,c 1%7Ca%2Fb,c 1%7Ca%2Fb%2Cc 1|a\/b,c 1|ab"), "[masked] [masked] [masked] [masked] 1|ab");
    }

    #[test]
    fn a_text_without_the_head_of_a_secret_holds_none() {
        let masks = masks(&["EAAGtoken|x", "/x", ""]);
        assert!(masks.may_be_in("an EAAGtoken%7Cx") && masks.may_be_in("anything may hold what begins with a sign"));
        assert!(!super::tests::masks(&["EAAGtoken|x", ""]).may_be_in("an EAAGtok or none"));
        assert!(!Masks::default().may_be_in("x"));
    }

    #[test]
    fn a_longer_secret_is_masked_whole() {
        assert_eq!(masks(&["EAA", "EAAG", "m"]).text("xEAAGy EAA m"), "x[masked]y [masked] [masked]");
    }

    #[test]
    fn values_under_secret_names_are_left_out_wherever_a_text_breaks_off() {
        let shown = |text| without_values(text, |name| name == "access_token");
        assert_eq!(shown(r#"{"access_token": "EAAG", "a": "b"}"#), r#"{"access_token": "[masked]", "a": "b"}"#);
        assert_eq!(shown(r#"{"x":[{"access_token":"EAAG"}]}"#), r#"{"x":[{"access_token":"[masked]"}]}"#);
        assert_eq!(shown(r#""{\"access_token\":\"EAAG\"}""#), r#""{\"access_token\":\"[masked]\"}""#);
        assert_eq!(shown(r#"{"access_token":"E\/A\"G\\","a":"b"}"#), r#"{"access_token":"[masked]","a":"b"}"#);
        assert_eq!(shown("https://x/?access_token=EAAG&after=b"), "https://x/?access_token=[masked]&after=b");
        assert_eq!(shown("<a href='?access_token=EAAG'>"), "<a href='?access_token=[masked]'>");
        assert_eq!(shown(r#"{"access_token":12,"b":1}"#), r#"{"access_token":[masked],"b":1}"#);
        for text in [r#"{"access_token":"EAAG"#, r#"{"access_token":"E"#, "access_token=EAAG", r#"{"access_token": "EAAG ü"#] {
            let masked = shown(text);
            assert!(masked.ends_with("[masked]") && !masked.contains('E'), "{masked}");
        }
        for text in ["", "access_token", "no access_token here", r#"{"my_access_token":"a","access_token_type":"b"}"#, "é=1"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn nothing_to_mask_changes_nothing() {
        assert_eq!(masks(&[""]).text("plain"), "plain");
        assert_eq!(masks(&["x"]).bytes(&Bytes::from_static(b"\xff")), b"\xff".as_slice());
    }
}
