//! What has no node: tokens.

use serde_json::{Value, json};

use super::{Reply, Turn, generic};
use crate::{failure::Failure, tables::SPEC};

/// What a token may do. Of one that was put in what was said of it, of any other what the example shows.
/// Source: `developers.facebook.com/docs/graph-api/reference/debug_token`.
pub(super) fn debug_token(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let input = turn.text("input_token").unwrap_or_default();
    let Some(token) = turn.world.tokens.get(&input) else { return Ok(generic::example(turn)) };
    let expired = token.expires.is_some_and(|at| at <= turn.now);
    let ended = token.ended.as_ref().and_then(|name| SPEC.error(name));
    let is_valid = !expired && token.ended.is_none();
    let mut data = json!({
        "app_id": "670843887433847", "type": "SYSTEM_USER", "application": "JaspersMarket", "data_access_expires_at": 0,
        "expires_at": token.expires.map_or(0, |at| at.div_euclid(1000)), "is_valid": is_valid, "user_id": "10222270944537964",
    });
    if let Some(scopes) = &token.scopes {
        let granular: Vec<Value> = scopes.iter().map(|scope| json!({"scope": scope})).collect();
        data["scopes"] = json!(scopes);
        data["granular_scopes"] = granular.into();
    }
    if !is_valid {
        let subcode = ended.map_or(Some(463), |error| error.subcode);
        data["error"] =
            json!({"code": 190, "subcode": subcode, "message": "Error validating access token: Session has expired or is invalid."});
    }
    Ok(Reply::of(json!({"data": data})))
}
