//! Tokens: what they may do, and until when.

use std::time::SystemTime;

use whatsapp_graph::ErrorKind;

use super::Mock;
use crate::{clock::since_1970, world::Token};

/// What a token may do.
#[derive(Debug)]
pub struct TokenOf<'m> {
    pub(super) mock: &'m Mock,
    pub(super) token: String,
}

#[allow(clippy::return_self_not_must_use, reason = "it has been said")]
impl TokenOf<'_> {
    /// Only what these permissions allow.
    pub fn scopes<'s>(self, scopes: impl IntoIterator<Item = &'s str>) -> Self {
        let scopes = scopes.into_iter().map(str::to_owned).collect();
        self.set(|token| token.scopes = Some(scopes));
        self
    }

    /// Only until then.
    pub fn expires(self, at: SystemTime) -> Self {
        self.set(|token| token.expires = Some(since_1970(at)));
        self
    }

    /// Nothing any more: code 190 with subcode 467.
    pub fn revoke(self) {
        self.fails(ErrorKind::TokenRevoked);
    }

    /// Nothing any more, for this reason: `PasswordChanged` (190/460), `AppNotInstalled` (190/458) or any other error of the spec.
    pub fn fails(self, kind: ErrorKind) {
        self.set(|token| token.ended = kind.info().map(|info| info.name.to_owned()));
    }

    fn set(&self, change: impl FnOnce(&mut Token)) {
        change(self.mock.engine.lock().world.tokens.entry(self.token.clone()).or_default());
    }
}
