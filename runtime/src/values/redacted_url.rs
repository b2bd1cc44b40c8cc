//! URLs that a server sends, without the secrets in them.

use std::fmt;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::encoding::percent::decoded;
use crate::values::decode::ReadOutcome;
use crate::values::redact::{MASK, is_secret_param};
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::{Wire, decode};

/// A URL to show, never to follow: the values of `access_token`, `appsecret_proof` and other secret parameters are replaced by
/// `[masked]`.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct RedactedUrl(String);

impl RedactedUrl {
    /// The URL without its secrets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RedactedUrl {
    fn from(url: &str) -> Self {
        let mut shown = String::with_capacity(url.len());
        for part in url.split_inclusive(['?', '&', '#', ';']) {
            let body = part.trim_end_matches(['?', '&', '#', ';']);
            match body.split_once('=') {
                Some((name, _)) if is_secret_param(&decoded(name)) => {
                    shown.extend([name, "=", MASK, &part[body.len()..]]);
                }
                _ => shown.push_str(part),
            }
        }
        Self(shown)
    }
}

impl fmt::Display for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Wire for RedactedUrl {
    fn view(&self) -> View<'_> {
        View::Str(&self.0)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::Str(text) => ReadOutcome::put(self, text.into()),
            other => other.mismatch("a URL"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for RedactedUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RedactedUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("RedactedUrl", deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_url_has_no_secrets() {
        let url =
            "https://graph.facebook.com/v23.0/1/x?access_token=EAAG&limit=25&appsecret_proof=ab&appsecret_time=1&after=Q#access_token=EAAG";
        assert_eq!(
            RedactedUrl::from(url).as_str(),
            "https://graph.facebook.com/v23.0/1/x?access_token=[masked]&limit=25&appsecret_proof=[masked]&appsecret_time=[masked]&after=Q#access_token=[masked]"
        );
        // However a server spells the name.
        assert_eq!(RedactedUrl::from("/a?access%5Ftoken=EAAG&ACCESS_TOKEN=b").as_str(), "/a?access%5Ftoken=[masked]&ACCESS_TOKEN=[masked]");
        let read: RedactedUrl = serde_json::from_str("\"/a?access_token=EAAG\"").unwrap();
        assert_eq!(format!("{read} {read:?}"), "/a?access_token=[masked] \"/a?access_token=[masked]\"");
        assert_eq!(RedactedUrl::from("").as_str(), "");
        assert_eq!(RedactedUrl::from("/a?access_token").as_str(), "/a?access_token");
    }
}
