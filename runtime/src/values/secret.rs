//! Text that is never shown: tokens, app secrets, PINs, verification codes.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use secrecy::{ExposeSecret, SecretString};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;

use crate::values::decode::ReadOutcome;
use crate::values::token::Token;
use crate::values::view::View;
use crate::values::wire::{Wire, decode};

/// A text that must not be shown. `Debug` masks it, there is no `Display`, and comparing two takes the same time wherever
/// they differ. Clones share the text, so that there is one of it in memory, and of a token one more as it is sent; with the last of them
/// both are erased.
///
/// Serializing exposes it: that is how a PIN travels in a request. So does [`Secret::expose`].
#[derive(Clone, Default)]
pub struct Secret(Option<Arc<Kept>>);

struct Kept {
    text: SecretString,
    /// The text as it is sent, once it was sent. What that is, is a matter of those who send.
    sent_as: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl From<SecretString> for Kept {
    fn from(text: SecretString) -> Self {
        Self { text, sent_as: OnceLock::new() }
    }
}

impl Secret {
    /// The text itself. Keep it out of logs and messages.
    pub fn expose(&self) -> &str {
        self.0.as_ref().map_or("", |kept| kept.text.expose_secret())
    }

    /// The text as it is sent, which is made by the first who asks.
    pub(crate) fn sent_as<T: Any + Clone + Send + Sync, E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let Some(kept) = &self.0 else { return make() };
        if let Some(made) = kept.sent_as.get().and_then(|made| made.downcast_ref::<T>()) {
            return Ok(made.clone());
        }
        let made = make()?;
        // If another was faster, both made the same.
        let _ = kept.sent_as.set(Box::new(made.clone()));
        Ok(made)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Some(Arc::new(SecretString::from(text).into())))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Some(Arc::new(SecretString::from(text).into())))
    }
}

impl From<&String> for Secret {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([masked])")
    }
}

/// In a time that depends on the lengths alone: what compares a secret with a guess would otherwise tell where they part.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for Secret {}

impl Wire for Secret {
    fn view(&self) -> View<'_> {
        View::Str(self.expose())
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        match token {
            Token::Str(text) => ReadOutcome::put(self, text.into()),
            other => other.mismatch("a string"),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode("Secret", deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_in_debug() {
        assert_eq!(format!("{:?}", Secret::from("EAAG")), "Secret([masked])");
    }

    #[test]
    fn secrets_compare_by_text() {
        assert_eq!(Secret::from("EAAG"), Secret::from("EAAG".to_owned()));
        assert_ne!(Secret::from("EAAG"), Secret::from("EAAH"));
        assert_ne!(Secret::from("EAAG"), Secret::default());
    }

    #[test]
    fn a_secret_is_erased_with_its_last_clone() {
        fn erases<T: secrecy::zeroize::ZeroizeOnDrop>(_: Option<&T>) {}
        let secret = Secret::from("EAAG");
        erases(secret.0.as_ref().map(|kept| &kept.text));
        let clone = secret.clone();
        assert_eq!(secret.0.as_ref().map(Arc::strong_count), Some(2), "clones share the one text");
        drop(clone);
        assert_eq!(secret.0.as_ref().map(Arc::strong_count), Some(1));
    }

    #[test]
    fn what_is_sent_is_made_once_for_all_clones() {
        let secret = Secret::from("EAAG");
        assert_eq!(secret.sent_as(|| Err::<u8, _>("no")), Err("no"));
        assert_eq!(secret.sent_as(|| Ok::<_, &str>(1_u8)), Ok(1));
        assert_eq!(secret.clone().sent_as(|| Err::<u8, _>("made again")), Ok(1));
        assert_eq!(secret.sent_as(|| Ok::<_, &str>("another kind")), Ok("another kind"));
        assert_eq!(Secret::default().sent_as(|| Err::<u8, _>("no")), Err("no"), "no token is sent as nothing");
    }

    #[test]
    fn a_secret_travels_as_its_text() {
        assert_eq!(serde_json::to_string(&Secret::from("212834")).unwrap(), r#""212834""#);
        assert_eq!(serde_json::from_str::<Secret>(r#""212834""#).unwrap().expose(), "212834");
    }
}
