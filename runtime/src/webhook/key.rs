//! The name of an event, by which a repetition is known.

use std::borrow::Borrow;
use std::fmt::{self, Write as _};

use serde_core::de::Error as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::encoding::percent;

/// Longer keys are made of a hash, so that a store can count on their length.
const LONGEST: usize = 200;

/// What names an event, and is the same in each repetition of it: a text of up to 200 bytes of ASCII without white space, which can be a key in
/// any store.
///
/// It is made of the event alone. When the notification was sent, in which batch and through which account is not in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey(Box<str>);

impl EventKey {
    /// A key of what tells events of a kind apart, by name and in this order: `status:id=wamid.HBg…:status=read`. No two lists of parts have
    /// the same key.
    pub fn new<'p>(kind: &str, parts: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let mut text = String::new();
        percent::value(kind, &mut text);
        for (name, value) in parts {
            text.push(':');
            percent::value(name, &mut text);
            text.push('=');
            percent::value(value, &mut text);
        }
        if text.len() > LONGEST { Self::hashed(kind, text.as_bytes()) } else { Self(text.into()) }
    }

    /// A key of the hash of a content, for events that nothing else tells apart. The content is to be written canonically: one event, one
    /// content.
    pub fn hashed(kind: &str, content: &[u8]) -> Self {
        let mut text = String::new();
        if kind.len() <= LONGEST / 4 {
            percent::value(kind, &mut text);
        }
        text.push_str(":sha256-");
        for byte in Sha256::digest(content) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for EventKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for EventKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for EventKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EventKey {
    /// A key that was stored.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let plain = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
        if plain { Ok(Self(text.into())) } else { Err(D::Error::custom("a key of an event is up to 200 characters of ASCII")) }
    }
}
