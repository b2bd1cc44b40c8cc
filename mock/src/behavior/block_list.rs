//! The block list of a number.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/block-users`.

use serde_json::{Map, Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, generic, users};
use crate::{answers, failure::Failure, world::World};

/// How many users a request may have, and the list.
const AT_ONCE: usize = 1000;
const LONGEST: usize = 64_000;

const EDGE: &str = "block_users";

/// Whether a number has blocked a user.
pub(super) fn has(world: &World, number: &str, user: &str) -> bool {
    if world.documents.is_empty() {
        return false;
    }
    let list = world.documents.get(&(number.to_owned(), EDGE.to_owned())).and_then(Value::as_array);
    list.is_some_and(|list| list.iter().any(|known| known.as_str() == Some(user)))
}

pub(super) fn read(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(list) = turn.world.documents.get(&(turn.id.to_owned(), EDGE.to_owned())).and_then(Value::as_array) else {
        return Ok(generic::example(turn));
    };
    let shown = |user: &str| {
        let mut shown = Map::from_iter([("messaging_product".to_owned(), Value::from("whatsapp"))]);
        shown.extend(users::contact(turn.world, user, turn.now, false));
        Value::Object(shown)
    };
    let items = list.iter().filter_map(Value::as_str).map(shown).collect();
    Ok(Reply::of(answers::page(items, turn.operation, turn.call, turn.moment, turn.url)?))
}

/// Blocks users who wrote within the last 24 hours, each on its own.
pub(super) fn block(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    change(turn, "added_users", |turn, user, list| {
        if turn.own_number().is_some_and(|own| own == user) {
            return Err(ErrorKind::RecipientIsSender);
        }
        if super::messages::is_closed(turn.world, turn.id, user, turn.now, turn.strict) {
            return Err(ErrorKind::ReEngagementMessage);
        }
        if list.len() >= LONGEST {
            return Err(ErrorKind::BlocklistLimitReached);
        }
        if !list.iter().any(|known| known.as_str() == Some(user)) {
            list.push(user.into());
        }
        Ok(())
    })
}

pub(super) fn unblock(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    change(turn, "removed_users", |_, user, list| {
        list.retain(|known| known.as_str() != Some(user));
        Ok(())
    })
}

/// Changes the list user by user. Those of whom it failed are in the answer: Meta's pages show that alone, and with an error of code 139100.
fn change(
    turn: &mut Turn<'_>,
    done: &str,
    one: impl Fn(&mut Turn<'_>, &str, &mut Vec<Value>) -> Result<(), ErrorKind>,
) -> Result<Reply, Failure> {
    let asked = turn.param(EDGE).unwrap_or_default();
    let asked = asked.as_array().cloned().unwrap_or_default();
    if asked.len() > AT_ONCE {
        return Err(Failure::of(ErrorKind::ThroughputLimitReached, Some(turn.operation)));
    }
    let key = (turn.id.to_owned(), EDGE.to_owned());
    let mut list = turn.world.documents.get(&key).and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut changed, mut failed) = (Vec::new(), Vec::new());
    for user in &asked {
        let of = |name: &str| user.get(name).and_then(Value::as_str);
        // "If both are there, the number counts."
        let input = of("user").or(of("user_id")).or(user.as_str()).unwrap_or_default();
        if users::is_parent_id(input) {
            return Err(Failure::invalid("Invalid parameter").detailed("Parent user IDs are not supported"));
        }
        let user = users::reached(turn.world, input);
        let mut entry = Map::from_iter([("input".to_owned(), Value::from(input))]);
        let key = if users::is_user_id(&user) { "user_id" } else { "wa_id" };
        entry.insert(key.into(), user.clone().into());
        match one(turn, &user, &mut list) {
            Ok(()) => changed.push(Value::Object(entry)),
            Err(kind) => {
                let error = super::messages::in_status(&Failure::of(kind, None));
                let of = |name: &str| error.get(name).cloned().unwrap_or_default();
                entry.insert("errors".into(), json!([{"message": of("message"), "code": of("code"), "error_data": of("error_data")}]));
                failed.push(Value::Object(entry));
            }
        }
    }
    turn.world.documents.insert(key, list.into());
    let mut lists = Map::from_iter([(done.to_owned(), Value::from(changed))]);
    if !failed.is_empty() {
        lists.insert("failed_users".into(), failed.into());
    }
    Ok(Reply::of(json!({"messaging_product": "whatsapp", "block_users": lists})))
}
