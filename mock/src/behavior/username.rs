//! The username of a number.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids`.

use serde_json::{Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, generic, webhooks};
use crate::{
    clock::Millis,
    failure::Failure,
    world::{Event, World},
};

/// How long a username is reserved before customers see it. Meta publishes no figure: it differs by country.
const RESERVED: Millis = 60 * 1000;

/// 3 to 35 of a-z, 0-9, period and underscore, at least one letter, no period at an end nor two in a row, no `www` at the beginning, no end of a domain.
fn is_allowed(name: &str) -> bool {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
    let domain = [".com", ".org", ".net", ".io", ".co"].iter().any(|end| name.ends_with(end));
    (3..=35).contains(&name.len())
        && name.chars().all(known)
        && name.chars().any(|c| c.is_ascii_lowercase())
        && !name.starts_with(['.'])
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.starts_with("www")
        && !domain
}

impl Turn<'_> {
    fn named(&mut self) -> Option<String> {
        self.object().hidden.get("username").and_then(Value::as_str).map(str::to_owned)
    }

    /// "Only registered numbers have usernames."
    fn registered(&mut self) -> Result<(), Failure> {
        if self.object().hidden.get("registered") == Some(&false.into()) {
            return Err(Failure::of(ErrorKind::PhoneNumberNotRegistered, Some(self.operation)));
        }
        Ok(())
    }
}

/// Asks for a username: upper and lower case are one. That of another number of the account can be taken over.
pub(super) fn set(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    turn.registered()?;
    let name = turn.text("username").unwrap_or_default().to_lowercase();
    if !is_allowed(&name) {
        return Err(Failure::invalid("Invalid parameter").detailed("The username breaks one of the rules"));
    }
    let account = turn.object().hidden.get("account").cloned();
    let is_of_other = |id: &String, object: &crate::world::Object| {
        *id != turn.id && !object.deleted && object.hidden.get("username").and_then(Value::as_str) == Some(&name)
    };
    let holder = turn
        .world
        .objects
        .iter()
        .find(|(id, object)| is_of_other(id, object))
        .map(|(id, object)| (id.clone(), object.hidden.get("account").cloned()));
    let mut status = "reserved";
    if let Some((holder, of)) = holder {
        if of != account {
            return Err(Failure::of(ErrorKind::UsernameNotAvailable, Some(turn.operation)));
        }
        if turn.text("transfer_action").as_deref() != Some("force_transfer") {
            return Err(Failure::of(ErrorKind::UsernameTransferRequired, Some(turn.operation)));
        }
        if let Some(object) = turn.world.object_mut(&holder) {
            object.hidden.shift_remove("username");
        }
        status = "approved";
    }
    let object = turn.object();
    object.hidden.insert("username".into(), name.into());
    object.hidden.insert("username_status".into(), status.into());
    if status == "reserved" {
        turn.world.schedule(turn.now + RESERVED, Event::UsernameApproved(turn.id.to_owned()));
    }
    Ok(Reply::of(json!({"status": status})))
}

/// Customers see it.
pub(super) fn approved(world: &mut World, number: &str) {
    let Some(object) = world.object_mut(number).filter(|object| object.hidden.contains_key("username")) else { return };
    object.hidden.insert("username_status".into(), "approved".into());
    webhooks::username(world, number, "approved");
}

pub(super) fn read(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    turn.registered()?;
    let Some(name) = turn.named() else {
        let gone = turn.object().hidden.contains_key("username_status");
        return Ok(if gone { Reply::of(json!({"status": "deleted"})) } else { generic::example(turn) });
    };
    let status = turn.object().hidden.get("username_status").cloned();
    Ok(Reply::of(json!({"username": name, "status": status})))
}

/// Gives it up: "can answer `false` with HTTP status 200", as it does here if there is none any more.
pub(super) fn delete(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    turn.registered()?;
    if turn.object().hidden.get("username_status") == Some(&"deleted".into()) {
        return Ok(Reply::of(json!({"success": false})));
    }
    let object = turn.object();
    object.hidden.shift_remove("username");
    object.hidden.insert("username_status".into(), "deleted".into());
    webhooks::username(turn.world, turn.id, "deleted");
    Ok(Reply::success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_have_rules() {
        assert!(is_allowed("lucky.shrub_1"));
        for name in ["ab", "123", ".shrub", "shrub.", "a..b", "www.shrub", "shrub.com", "lucky shrub", &"a".repeat(36)] {
            assert!(!is_allowed(name), "{name}");
        }
    }
}
