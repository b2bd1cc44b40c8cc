//! The handshake: Meta asks with GET whether a URL expects its webhooks.

use crate::encoding::percent::decoded;
use crate::values::secret::Secret;

use super::rejection::HandshakeFault;

/// The challenge of a query that knows the verify token.
pub(super) fn challenge(query: &str, expected: Option<&Secret>) -> Result<String, HandshakeFault> {
    let expected = expected.ok_or(HandshakeFault::NotExpected)?;
    let query = query.strip_prefix('?').unwrap_or(query);
    let (mut mode, mut token, mut challenge) = (None, None, None);
    for (name, value) in query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        // PHP, and gateways that are written in it, make an underscore of a dot.
        let place = match &*decoded(name) {
            "hub.mode" | "hub_mode" => &mut mode,
            "hub.verify_token" | "hub_verify_token" => &mut token,
            "hub.challenge" | "hub_challenge" => &mut challenge,
            _ => continue,
        };
        place.get_or_insert_with(|| decoded(value));
    }
    if mode.as_deref() != Some("subscribe") {
        return Err(HandshakeFault::NoSubscription);
    }
    let token = Secret::from(token.as_deref().unwrap_or_default());
    if token != *expected {
        return Err(HandshakeFault::WrongVerifyToken);
    }
    challenge.filter(|challenge| !challenge.is_empty()).map(Into::into).ok_or(HandshakeFault::NoChallenge)
}
