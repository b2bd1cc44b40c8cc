//! People: the number that `WhatsApp` knows them by, their user ID, their username, and what changes of these.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids`.

use graph_runtime::Day;
use serde_json::{Map, Value, json};

use super::{Reply, Turn, generic, webhooks};
use crate::{
    clock::{Millis, time_of},
    failure::Failure,
    world::{User, World},
};

/// Since when webhooks have user IDs: "early April 2026".
const IDS_SINCE: Day = Day(2026, 4, 1);

/// Since when a change of a user ID is reported, and what it was before.
const CHANGES_SINCE: Day = Day(2026, 8, 11);

/// Countries by their calling codes; the longest that fits counts. A user ID begins with the country.
const COUNTRIES: [(&str, &str); 24] = [
    ("1", "US"),
    ("20", "EG"),
    ("27", "ZA"),
    ("31", "NL"),
    ("33", "FR"),
    ("34", "ES"),
    ("39", "IT"),
    ("44", "GB"),
    ("49", "DE"),
    ("52", "MX"),
    ("54", "AR"),
    ("55", "BR"),
    ("56", "CL"),
    ("57", "CO"),
    ("60", "MY"),
    ("61", "AU"),
    ("62", "ID"),
    ("65", "SG"),
    ("7", "RU"),
    ("81", "JP"),
    ("90", "TR"),
    ("91", "IN"),
    ("966", "SA"),
    ("971", "AE"),
];

/// Whom a dialed number reaches: digits alone, without the 9 that Brazil added, with the 1 of Mexico and the 9 of Argentina.
/// Source: `github.com/chatwoot/chatwoot/issues/5840`, `/issues/14263`, `/issues/14926`.
pub(crate) fn whatsapp_id(dialed: &str) -> String {
    let digits: String = dialed.chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    match digits.len() {
        // Numbers of the area codes from 31 on kept eight digits in WhatsApp.
        13 if digits.starts_with("55") && part(4, 5) == "9" && part(2, 4) >= "31" => format!("{}{}", part(0, 4), part(5, 13)),
        12 if digits.starts_with("52") && part(2, 3) != "1" => format!("521{}", part(2, 12)),
        12 if digits.starts_with("54") && part(2, 3) != "9" => format!("549{}", part(2, 12)),
        _ => digits,
    }
}

/// `US.13491208655302741918`, or `US.ENT.11815799212886844830` with all portfolios of one parent.
pub(crate) fn is_user_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 3 && bytes.iter().take(2).all(u8::is_ascii_uppercase) && bytes.get(2) == Some(&b'.')
}

pub(super) fn is_parent_id(text: &str) -> bool {
    is_user_id(text) && text.get(3..).is_some_and(|rest| rest.starts_with("ENT."))
}

/// The user ID of a number: the same for the same number, and another one after each change.
fn made(wa_id: &str, changes: u32) -> String {
    let country = (1..=3).rev().find_map(|digits| COUNTRIES.iter().find(|(code, _)| wa_id.get(..digits) == Some(*code)));
    // FNV-1a (Fowler, Noll, Vo).
    let hash = wa_id
        .bytes()
        .chain(changes.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}.{hash:020}", country.map_or("US", |(_, country)| country))
}

/// The user ID of who has a number.
pub(super) fn id_of(world: &World, wa_id: &str) -> String {
    match world.users.get(wa_id) {
        Some(user) => user.user_id.clone(),
        None if is_user_id(wa_id) => wa_id.to_owned(),
        None => made(wa_id, 0),
    }
}

/// Whom a dialed number or a user ID reaches: the number that `WhatsApp` knows, or a user ID of which no number is known.
pub(super) fn reached(world: &World, input: &str) -> String {
    if is_user_id(input) { number_of(world, input).unwrap_or_else(|| input.to_owned()) } else { whatsapp_id(input) }
}

/// The number of who has a user ID.
pub(super) fn number_of(world: &World, user_id: &str) -> Option<String> {
    world.users.iter().find(|(_, user)| user.user_id == user_id).map(|(wa_id, _)| wa_id.clone())
}

/// A user by the number, or by the user ID, who is known from now on.
pub(crate) fn known<'w>(world: &'w mut World, text: &str) -> (String, &'w mut User) {
    let wa_id = reached(world, text);
    let user_id = if is_user_id(&wa_id) { wa_id.clone() } else { made(&wa_id, 0) };
    let user = world.users.entry(wa_id.clone()).or_insert_with(|| User {
        user_id,
        name: "User".into(),
        username: None,
        hides_number: false,
        changes: 0,
    });
    (wa_id, user)
}

/// What a webhook says of a person beside other things: the members of an entry of `contacts`, and the number unless it is hidden.
pub(super) fn contact(world: &World, wa_id: &str, now: Millis, profile: bool) -> Map<String, Value> {
    let mut contact = Map::new();
    let user = world.users.get(wa_id);
    if profile {
        let mut shown = Map::new();
        shown.insert("name".into(), user.map_or("User", |user| user.name.as_str()).into());
        if let Some(username) = user.and_then(|user| user.username.as_ref()) {
            shown.insert("username".into(), username.as_str().into());
        }
        contact.insert("profile".into(), shown.into());
    }
    if let Some(number) = shown_number(world, wa_id) {
        contact.insert("wa_id".into(), number.into());
    }
    if has_ids(now) {
        contact.insert("user_id".into(), id_of(world, wa_id).into());
    }
    contact
}

/// The number of a user, unless it may not be shown.
pub(super) fn shown_number(world: &World, wa_id: &str) -> Option<String> {
    let hidden = is_user_id(wa_id) || world.users.get(wa_id).is_some_and(|user| user.hides_number);
    (!hidden).then(|| wa_id.to_owned())
}

/// Whether webhooks have user IDs.
pub(super) fn has_ids(now: Millis) -> bool {
    Day::of(time_of(now)) >= IDS_SINCE
}

/// A user has another number, and with it another user ID; or another user ID alone. Those of before reach no one. Whom the user wrote to gets a
/// message of the type `system`.
pub(crate) fn changes(world: &mut World, text: &str, number: Option<&str>, id: &str, now: Millis) {
    let (before, _) = known(world, text);
    let Some(mut user) = world.users.remove(&before) else { return };
    let old_id = user.user_id.clone();
    user.changes += 1;
    let wa_id = number.map_or_else(|| before.clone(), whatsapp_id);
    user.user_id = made(&wa_id, user.changes);
    let (new_id, hides, name) = (user.user_id.clone(), user.hides_number, user.name.clone());
    world.gone.remove(&wa_id);
    world.users.insert(wa_id.clone(), user);
    world.gone.insert(old_id.clone());
    if wa_id != before {
        world.gone.insert(before.clone());
    }
    let mut numbers: Vec<String> = world.windows.keys().filter(|(_, user)| *user == before).map(|(number, _)| number.clone()).collect();
    numbers.sort();
    let tells = Day::of(time_of(now)) >= CHANGES_SINCE;
    if wa_id == before && !tells {
        return;
    }
    for number in numbers {
        let mut system = Map::new();
        let kind = if wa_id == before { "user_changed_user_id" } else { "user_changed_number" };
        let body = if wa_id == before {
            format!("User {name} changed their user ID")
        } else {
            format!("User {name} changed from {before} to {wa_id}")
        };
        system.insert("body".into(), body.into());
        system.insert("type".into(), kind.into());
        if !hides {
            system.insert("wa_id".into(), wa_id.clone().into());
        }
        if tells {
            system.insert("user_id".into(), new_id.clone().into());
            system.insert("previous_user_id".into(), old_id.clone().into());
            if !hides && wa_id != before {
                system.insert("previous_wa_id".into(), before.clone().into());
            }
        }
        let content = json!({"type": "system", "system": system});
        webhooks::comes(world, id, &before, &number, content.as_object().unwrap_or(&Map::new()), now);
    }
}

/// Forgets the number of a user ID: "`deleted` is `false` if nothing was there". Since 2026-08-25 that is no error.
/// Source: the contact book, on the same page.
pub(super) fn forget(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let user_id = turn.text("bsuid").unwrap_or_default();
    if is_parent_id(&user_id) {
        return Err(Failure::invalid("Invalid parameter").detailed("Parent user IDs are not supported"));
    }
    if turn.world.users.is_empty() {
        return Ok(generic::example(turn));
    }
    let deleted = number_of(turn.world, &user_id).and_then(|wa_id| turn.world.users.get_mut(&wa_id)).is_some_and(|user| {
        let has_username = user.username.is_some();
        user.hides_number |= has_username;
        true
    });
    Ok(Reply::of(json!({"messaging_product": "whatsapp", "success": true, "deleted": deleted})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_that_is_dialed_is_not_the_identity() {
        for (dialed, wa_id) in [
            ("+55 51 99999-8888", "555199998888"),
            ("+55 11 99999-8888", "5511999998888"),
            ("+52 55 1234 5678", "5215512345678"),
            ("+54 11 2345-6789", "5491123456789"),
            ("+1 (650) 555-1234", "16505551234"),
        ] {
            assert_eq!(whatsapp_id(dialed), wa_id, "{dialed}");
        }
    }

    #[test]
    fn user_ids_are_recognized_and_begin_with_the_country() {
        assert!(is_user_id("US.13491208655302741918") && is_parent_id("US.ENT.1"));
        assert!(!is_user_id("+16505551234") && !is_user_id("US") && !is_parent_id("US.1"));
        assert!(made("555199998888", 0).starts_with("BR.") && made("971501234567", 0).starts_with("AE."));
        assert_ne!(made("16505551234", 0), made("16505551234", 1));
    }
}
