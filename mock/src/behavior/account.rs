//! Accounts: the apps that get their webhooks, and where these go.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-account/subscribed-apps-api`, `…/webhooks/override`.

use serde_json::{Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, generic};
use crate::{
    failure::Failure,
    request::{Call, Received},
    world::World,
};

/// How long a callback may be, in characters.
const LONGEST: usize = 200;

const EDGE: &str = "subscribed_apps";

/// What a call sets as a callback: nothing, none, or one with its token.
pub(crate) enum Override {
    Unchanged,
    Removed,
    Set { url: String, token: String },
}

/// The callback that a request sets, and its token, so that it can be asked for the handshake before the call is answered.
pub(crate) fn callback_in(received: &Received) -> Option<(String, String)> {
    const NAMES: [&str; 2] = ["override_callback_uri", super::application::CALLBACK];
    // No such call is as large as a file.
    let has = |name: &&str| received.target.contains(*name) || received.body.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    if received.body.len() > 1 << 16 || received.method != "POST" || !NAMES.iter().any(has) {
        return None;
    }
    let call = Call::of(received);
    let given = Value::Object(call.object());
    let within = given.get("webhook_configuration").unwrap_or(&given);
    let of = |name: &str| within.get(name).and_then(Value::as_str).map(str::to_owned);
    let url =
        of(NAMES[0]).or_else(|| of(NAMES[1]).filter(|_| call.segments.last().is_some_and(|edge| edge == super::application::EDGE)))?;
    Some((url, of("verify_token").unwrap_or_default()))
}

/// Reads `override_callback_uri` and its token.
fn asked(turn: &Turn<'_>, value: Option<&Value>) -> Result<Override, Failure> {
    let of = |name: &str| value.and_then(|value| value.get(name)).and_then(Value::as_str);
    let Some(url) = of("override_callback_uri") else { return Ok(Override::Unchanged) };
    if url.is_empty() {
        return Ok(Override::Removed);
    }
    usable(turn, url, LONGEST)?;
    Ok(Override::Set { url: url.to_owned(), token: of("verify_token").unwrap_or_default().to_owned() })
}

/// Whether an address can be one of webhooks, and answered the handshake.
pub(super) fn usable(turn: &Turn<'_>, url: &str, longest: usize) -> Result<(), Failure> {
    if url.chars().count() > longest || !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err(Failure::worded(400, 100, None, "Invalid callback URI format"));
    }
    if turn.call.shaken == Some(false) {
        return Err(Failure::of(ErrorKind::CallbackVerificationFailed, Some(turn.operation)));
    }
    Ok(())
}

fn put(world: &mut World, id: &str, change: Override) {
    match change {
        Override::Unchanged => {}
        Override::Removed => {
            world.overrides.remove(id);
        }
        Override::Set { url, token } => {
            world.overrides.insert(id.to_owned(), (url, token));
        }
    }
}

/// Subscribes the app, to an address of this account if one is sent. "The same call without parameters removes it again."
pub(super) fn subscribe(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let given = Value::Object(turn.call.object());
    let change = asked(turn, Some(&given))?;
    let ended = turn.world.ended.contains(turn.id);
    // "Subscribe the app once without parameters before you set a URL: a first call that carries one is refused with code 100."
    if ended && matches!(change, Override::Set { .. }) {
        return Err(Failure::invalid("Invalid parameter").detailed("The app is not subscribed to the account"));
    }
    put(turn.world, turn.id, if matches!(change, Override::Unchanged) { Override::Removed } else { change });
    turn.world.ended.remove(turn.id);
    turn.world.documents.insert((turn.id.to_owned(), EDGE.to_owned()), true.into());
    Ok(Reply::success())
}

/// "Webhooks for the account stop immediately." An app that is not subscribed is code 803.
pub(super) fn unsubscribe(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.world.ended.insert(turn.id.to_owned()) {
        return Err(Failure::of(ErrorKind::AliasNotFound, Some(turn.operation)));
    }
    turn.world.overrides.remove(turn.id);
    turn.world.documents.insert((turn.id.to_owned(), EDGE.to_owned()), false.into());
    Ok(Reply::success())
}

/// The apps, of an account that somebody subscribed one to.
pub(super) fn subscribed(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(known) = turn.world.documents.get(&(turn.id.to_owned(), EDGE.to_owned())) else { return Ok(generic::example(turn)) };
    if known != &Value::Bool(true) {
        return Ok(Reply::of(json!({"data": []})));
    }
    let mut app = json!({"whatsapp_business_api_data": {"id": "670843887433847", "link": "https://www.facebook.com/games/?app_id=670843887433847", "name": "Lucky Shrub"}});
    if let Some((url, _)) = turn.world.overrides.get(turn.id) {
        app["override_callback_uri"] = url.as_str().into();
    }
    Ok(Reply::of(json!({"data": [app]})))
}

/// Sets the callback of a number: "An app must be subscribed to the webhooks of the account before."
pub(super) fn configure(turn: &mut Turn<'_>) -> Result<(), Failure> {
    let given = turn.param("webhook_configuration");
    let change = asked(turn, given.as_ref())?;
    let account = turn.object().hidden.get("account").and_then(Value::as_str).map(str::to_owned);
    if matches!(change, Override::Set { .. }) && account.is_some_and(|account| turn.world.ended.contains(&account)) {
        return Err(Failure::invalid("Invalid parameter").detailed("The app is not subscribed to the account"));
    }
    put(turn.world, turn.id, change);
    Ok(())
}

/// The callbacks of a number, as it shows them.
pub(super) fn configuration(turn: &mut Turn<'_>) -> Option<Value> {
    let account = turn.object().hidden.get("account").and_then(Value::as_str).unwrap_or_default().to_owned();
    let of = |id: &str| turn.world.overrides.get(id).map(|(url, _)| url.clone());
    let (number, account) = (of(turn.id), of(&account));
    if number.is_none() && account.is_none() {
        return None;
    }
    let mut shown = json!({});
    for (name, url) in [("phone_number", number), ("whatsapp_business_account", account)] {
        if let Some(url) = url {
            shown[name] = url.into();
        }
    }
    Some(shown)
}
