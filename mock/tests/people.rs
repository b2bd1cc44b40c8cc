//! People: identity, the block list, groups, usernames, and what is sent to whom.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod app;
mod wire;

use std::time::{Duration, UNIX_EPOCH};

use graph_mock::Mock;
use serde_json::{Value, json};
use whatsapp_graph::webhooks::Notification;

use crate::{
    app::{App, SECRET, value},
    wire::{ask, call, refused},
};

const NUMBER: &str = "106540352242922";
const USER: &str = "+16505551234";
const NONE: Value = Value::Null;

fn text(to: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "hello"}})
}

fn to_id(user_id: &str) -> Value {
    json!({"messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": {"body": "hello"}})
}

fn messages() -> String {
    format!("{NUMBER}/messages")
}

/// Sends, lets what is due happen, and returns the status of the message.
fn outcome(mock: &Mock, body: &Value) -> String {
    let answer = call(mock, "POST", &messages(), body);
    mock.advance(Duration::from_secs(1));
    mock.message_status(answer["messages"][0]["id"].as_str().unwrap_or_else(|| panic!("{answer}"))).unwrap()
}

/// A stand-in at 2026-11-28 whose clock is stopped, and an app that it reports to.
fn reporting() -> (Mock, App) {
    let (mock, app) = (Mock::start().unwrap(), App::answering(&[]));
    mock.set_time(UNIX_EPOCH + Duration::from_secs(1_795_860_000));
    mock.stop_clock();
    mock.tell(&app.url, "token", Some(SECRET));
    (mock, app)
}

fn declared(webhook: &Value) {
    let read = Notification::from_slice(webhook.to_string().as_bytes());
    assert!(read.kept().is_none() && read.undeclared().is_empty(), "{webhook}: {:?}", read.undeclared());
}

#[test]
fn a_user_id_reaches_whom_the_number_reaches_until_it_changes() {
    let (mock, app) = reporting();
    mock.user(USER).named("Sheena").username("realsheena").says("hi");
    let id = mock.user(USER).user_id();
    assert!(id.starts_with("US."));
    let first = app.came(1);
    declared(&first[0]);
    assert_eq!(value(&first[0])["messages"][0]["from_user_id"], json!(id));
    assert_eq!(value(&first[0])["contacts"][0]["profile"], json!({"name": "Sheena", "username": "realsheena"}));
    let answer = call(&mock, "POST", &messages(), &to_id(&id));
    assert_eq!(answer["contacts"], json!([{"input": id, "user_id": id}]));
    assert_eq!(outcome(&mock, &to_id(&id)), "delivered");
    mock.user(USER).changes_number("+16505559876");
    let new = mock.user("+16505559876").user_id();
    assert_ne!(new, id);
    for (gone, what) in [(to_id(&id), "the user ID of before"), (text(USER), "the number of before")] {
        assert_eq!(outcome(&mock, &gone), "failed", "{what}");
    }
    assert_eq!((outcome(&mock, &to_id(&new)).as_str(), outcome(&mock, &text("+16505559876")).as_str()), ("delivered", "delivered"));
    let came = app.came(12);
    came.iter().for_each(declared);
    let system = came.iter().map(|webhook| &value(webhook)["messages"][0]).find(|message| message["type"] == "system").unwrap();
    assert_eq!(system["system"]["type"], "user_changed_number");
    assert_eq!((&system["system"]["previous_user_id"], &system["system"]["user_id"]), (&json!(id), &json!(new)));
    assert_eq!((&system["system"]["previous_wa_id"], &system["system"]["wa_id"]), (&json!("16505551234"), &json!("16505559876")));
    let failed = came.iter().map(|webhook| &value(webhook)["statuses"][0]).find(|status| status["status"] == "failed").unwrap();
    assert_eq!(failed["errors"][0]["code"], 131_026);
}

#[test]
fn another_user_id_is_reported_since_august_2026_and_webhooks_have_ids_since_april() {
    let day = |seconds: u64| {
        let (mock, app) = reporting();
        mock.set_time(UNIX_EPOCH + Duration::from_secs(seconds));
        mock.user(USER).says("hi");
        mock.user(USER).changes_user_id();
        mock.user(USER).says("hi again");
        (mock, app)
    };
    let texts = |(_, app): &(Mock, App), count: usize| -> Vec<Value> {
        app.came(count).iter().map(|webhook| value(webhook)["messages"][0].clone()).collect()
    };
    // 2026-08-12, 2026-08-10, 2026-03-31.
    let after = texts(&day(1_786_500_000), 3);
    assert_eq!(after[1]["system"]["type"], "user_changed_user_id");
    assert_eq!(
        (&after[1]["system"]["previous_user_id"], &after[1]["system"]["user_id"]),
        (&after[0]["from_user_id"], &after[2]["from_user_id"])
    );
    let before = texts(&day(1_786_330_000), 2);
    assert_eq!((before[1]["type"].as_str(), before[0]["from_user_id"] == before[1]["from_user_id"]), (Some("text"), false));
    assert!(texts(&day(1_774_915_000), 2)[0].get("from_user_id").is_none());
}

#[test]
fn who_hides_the_number_has_a_user_id_alone() {
    let (mock, app) = reporting();
    mock.user(USER).username("realsheena").hides_number().says("hi");
    let id = mock.user(USER).user_id();
    assert_eq!(outcome(&mock, &to_id(&id)), "delivered");
    let came = app.came(3);
    came.iter().for_each(declared);
    assert!(!came.iter().any(|webhook| webhook.to_string().contains("16505551234")), "{came:?}");
    assert_eq!(value(&came[2])["statuses"][0]["recipient_user_id"], json!(id));
    assert_eq!(value(&came[1])["contacts"][0]["profile"].get("username"), None, "not with `sent`");
    assert_eq!(value(&came[2])["contacts"][0]["profile"]["username"], "realsheena");
}

#[test]
fn two_ways_to_dial_a_number_are_one_user() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    for dialed in ["+52 55 1234 5678", "5215512345678"] {
        for _ in 0..22 {
            call(&mock, "POST", &messages(), &text(dialed));
            mock.advance(Duration::from_millis(20));
        }
    }
    call(&mock, "POST", &messages(), &text("525512345678"));
    assert_eq!(refused(&mock, "POST", &messages(), &text("+5215512345678")), (131_056, None));
    mock.user("5255 1234 5678").says("hi");
    mock.advance(Duration::from_secs(24 * 3600 - 60));
    assert_eq!(outcome(&mock, &text("+52 1 55 1234 5678")), "delivered");
    mock.advance(Duration::from_secs(61));
    assert_eq!(outcome(&mock, &text("+52 1 55 1234 5678")), "failed", "the window has closed");
}

#[test]
fn messages_in_and_out_count_towards_the_throughput() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    for user in 0..40 {
        mock.user(&format!("1650555{user:04}")).to(NUMBER).says("hi");
        call(&mock, "POST", &messages(), &text(&format!("1415555{user:04}")));
    }
    assert_eq!(refused(&mock, "POST", &messages(), &text(USER)).0, 130_429);
    mock.advance(Duration::from_secs(1));
    call(&mock, "POST", &messages(), &text(USER));
    let free = Mock::builder().limits(false).start().unwrap();
    for _ in 0..90 {
        assert!(call(&free, "POST", &messages(), &text(USER))["messages"].is_array());
    }
}

#[test]
fn a_user_reads_and_then_nothing_is_less() {
    let (mock, app) = reporting();
    let sent = call(&mock, "POST", &messages(), &text(USER));
    mock.advance(Duration::from_millis(300));
    assert_eq!(mock.user(USER).reads(), 1);
    mock.advance(Duration::from_secs(5));
    assert_eq!(mock.message_status(sent["messages"][0]["id"].as_str().unwrap()).as_deref(), Some("read"));
    assert_eq!(mock.user(USER).reads(), 0);
    assert_eq!(app.came(2).iter().map(|webhook| value(webhook)["statuses"][0]["status"].clone()).collect::<Vec<_>>(), ["sent", "read"]);
}

#[test]
fn what_the_spec_lets_arrive_with_a_status_fails_after_the_message_was_taken() {
    let (mock, app) = reporting();
    for (count, code) in [(1, "131026"), (2, "131047"), (3, "131049")] {
        let planned = mock.on_named("messages.create").unwrap();
        let kind = whatsapp_graph::ErrorKind::lookup(code.parse().unwrap(), None);
        planned.fails(kind).times(1);
        assert_eq!(outcome(&mock, &text(USER)), "failed", "{code}");
        let status = value(&app.came(count)[count - 1])["statuses"][0].clone();
        assert_eq!(status["errors"][0]["code"].to_string(), code);
        assert_eq!(status.get("recipient_user_id"), None, "not for what failed to a number");
    }
}

#[test]
fn a_blocked_user_does_not_write_and_is_not_written_to() {
    let (mock, app) = reporting();
    mock.user(USER).to(NUMBER).says("hi");
    mock.user("+14155559876").to(NUMBER).says("hi");
    mock.advance(Duration::from_secs(23 * 3600));
    mock.user(USER).to(NUMBER).says("hi again");
    mock.advance(Duration::from_secs(3600));
    let list = format!("{NUMBER}/block_users");
    let body =
        json!({"messaging_product": "whatsapp", "block_users": [{"user": USER}, {"user": "+14155559876"}, {"user": "+1 555-0783-881"}]});
    let own = call(&mock, "GET", &format!("{NUMBER}?fields=display_phone_number"), &NONE)["display_phone_number"].clone();
    let body = body.to_string().replace("+1 555-0783-881", own.as_str().unwrap());
    let (_, _, answer) = ask(&mock, "POST", &format!("/v23.0/{list}"), &body);
    assert_eq!(answer["block_users"]["added_users"], json!([{"input": USER, "wa_id": "16505551234"}]));
    let failed: Vec<_> =
        answer["block_users"]["failed_users"].as_array().unwrap().iter().map(|user| user["errors"][0]["code"].clone()).collect();
    assert_eq!(failed, [131_047, 131_021], "{answer}");
    assert_eq!(call(&mock, "GET", &list, &NONE)["data"][0]["wa_id"], "16505551234");
    assert_eq!(refused(&mock, "POST", &messages(), &text(USER)).0, 130_403);
    let before = app.came(3).len();
    mock.user(USER).to(NUMBER).says("hello?");
    mock.user("+14155559876").to(NUMBER).says("hello");
    assert_eq!(value(&app.came(before + 1)[before])["messages"][0]["from"], "14155559876");
    assert_eq!(refused(&mock, "POST", &list, &json!({"messaging_product": "whatsapp", "block_users": [{"user_id": "US.ENT.1"}]})).0, 100);
    call(&mock, "DELETE", &list, &json!({"messaging_product": "whatsapp", "block_users": [{"user": "1 (650) 555-1234"}]}));
    assert_eq!(call(&mock, "GET", &list, &NONE)["data"], json!([]));
    assert_eq!(outcome(&mock, &text(USER)), "delivered");
}

#[test]
fn a_group_is_there_when_the_webhook_says_so() {
    let (mock, app) = reporting();
    let create = |mode: &str| json!({"messaging_product": "whatsapp", "subject": " Watch Enthusiasts ", "join_approval_mode": mode});
    let asked = call(&mock, "POST", &format!("{NUMBER}/groups"), &create("auto_approve"));
    assert_eq!(call(&mock, "GET", &format!("{NUMBER}/groups"), &NONE)["data"]["groups"], json!([]));
    mock.advance(Duration::from_secs(1));
    let made = value(&app.came(1)[0])["groups"][0].clone();
    assert_eq!(
        (&made["request_id"], &made["type"], &made["subject"]),
        (&asked["request_id"], &json!("group_create"), &json!("Watch Enthusiasts"))
    );
    let group = made["group_id"].as_str().unwrap();
    assert_eq!(call(&mock, "GET", &format!("{NUMBER}/groups"), &NONE)["data"]["groups"][0]["id"], group);
    assert!(mock.user(USER).joins(group) && mock.user("+14155559876").joins(group) && !mock.user(USER).joins(group));
    let read = call(&mock, "GET", &format!("{group}?fields=participants,total_participant_count"), &NONE);
    assert_eq!((&read["total_participant_count"], &read["participants"][0]["wa_id"]), (&json!(2), &json!("16505551234")));
    let message =
        json!({"messaging_product": "whatsapp", "recipient_type": "group", "to": group, "type": "text", "text": {"body": "hello"}});
    assert_eq!(call(&mock, "POST", &messages(), &message)["messages"][0]["group_id"], group);
    mock.advance(Duration::from_secs(1));
    let came = app.came(6);
    came.iter().for_each(declared);
    let statuses: Vec<_> = came[3..6].iter().map(|webhook| value(webhook)["statuses"][0].clone()).collect();
    let of = |name: &str| statuses.iter().map(|status| status[name].clone()).collect::<Vec<_>>();
    assert_eq!((of("status"), of("recipient_id")), (vec![json!("sent"), json!("delivered"), json!("delivered")], vec![json!(group); 3]));
    assert_eq!(of("recipient_participant_id"), [NONE, json!("16505551234"), json!("14155559876")]);
    let old = call(&mock, "GET", &format!("{group}/invite_link"), &NONE);
    assert_ne!(call(&mock, "POST", &format!("{group}/invite_link"), &json!({"messaging_product": "whatsapp"})), old);
    let remove = |users: Value| json!({"messaging_product": "whatsapp", "participants": users});
    assert_eq!(
        refused(&mock, "DELETE", &format!("{group}/participants"), &remove(json!([{"user": USER}, {"user": "16505551234"}]))).0,
        131_202
    );
    assert_eq!(refused(&mock, "DELETE", &format!("{group}/participants"), &remove(json!([{"user": "+15550000000"}]))).0, 131_212);
    call(&mock, "DELETE", &format!("{group}/participants"), &remove(json!([{"user": USER}, {"user": "+15550000000"}])));
    let removed = value(&app.came(7)[6])["groups"][0].clone();
    assert_eq!(
        (&removed["removed_participants"][0]["input"], &removed["failed_participants"][0]["errors"][0]["code"]),
        (&json!(USER), &json!(131_212))
    );
    assert!(!mock.user(USER).joins(group), "they cannot join again");
    call(&mock, "DELETE", group, &NONE);
    assert_eq!(refused(&mock, "GET", group, &NONE).0, 131_041);
    assert_eq!(refused(&mock, "POST", &messages(), &message).0, 131_041);
    assert_eq!(call(&mock, "GET", &format!("{NUMBER}/groups"), &NONE)["data"]["groups"], json!([]));
}

#[test]
fn who_joins_a_group_may_have_to_be_approved_and_eight_fit_in() {
    let (mock, app) = reporting();
    call(
        &mock,
        "POST",
        &format!("{NUMBER}/groups"),
        &json!({"messaging_product": "whatsapp", "subject": "a", "join_approval_mode": "approval_required"}),
    );
    mock.advance(Duration::from_secs(1));
    let group = value(&app.came(1)[0])["groups"][0]["group_id"].as_str().unwrap().to_owned();
    for user in 0..10 {
        assert!(mock.user(&format!("+1650555000{user}")).joins(&group));
    }
    let asked = value(&app.came(2)[1])["groups"][0].clone();
    assert_eq!((&asked["type"], &asked["wa_id"]), (&json!("group_join_request_created"), &json!("16505550000")));
    let requests = format!("{group}/join_requests");
    let open = call(&mock, "GET", &requests, &NONE)["data"].as_array().unwrap().clone();
    let ids: Vec<Value> = open.iter().map(|request| request["join_request_id"].clone()).collect();
    assert_eq!((ids.len(), &ids[0]), (10, &asked["join_request_id"]));
    let body = |ids: &[Value]| json!({"messaging_product": "whatsapp", "join_requests": ids});
    call(&mock, "DELETE", &requests, &body(&ids[..1]));
    assert_eq!(refused(&mock, "POST", &requests, &body(&ids[..1])).0, 131_213, "it is not open any more");
    let answer = call(&mock, "POST", &requests, &body(&ids[1..]));
    assert_eq!(answer["approved_join_requests"].as_array().unwrap().len(), 8, "{answer}");
    assert_eq!((&answer["failed_join_requests"][0]["join_request_id"], &answer["errors"][0]["code"]), (&ids[9], &json!(131_204)));
    assert!(mock.user("+16505550000").joins(&group), "who was rejected can ask again");
}

#[test]
fn a_username_is_reserved_approved_transferred_and_given_up() {
    let (mock, app) = reporting();
    let add = |number: &str| {
        call(&mock, "POST", "102290129340398/phone_numbers", &json!({"cc": "1", "phone_number": number, "verified_name": "Lucky Shrub"}))["id"].as_str().unwrap().to_owned()
    };
    let (one, other) = (add("6315551000"), add("6315551001"));
    let username = |id: &str| format!("{id}/username");
    let name = json!({"username": "Lucky.Shrub"});
    assert_eq!(refused(&mock, "POST", &username(&one), &name).0, 133_010, "it is not registered");
    for id in [&one, &other] {
        ask(&mock, "POST", &format!("/v23.0/{id}/request_code"), r#"{"code_method":"SMS","language":"en_US"}"#);
        let code = mock.verification_code(id).unwrap();
        call(&mock, "POST", &format!("{id}/verify_code"), &json!({"code": code}));
        call(&mock, "POST", &format!("{id}/register"), &json!({"messaging_product": "whatsapp", "pin": "212834"}));
    }
    assert_eq!(call(&mock, "POST", &username(&one), &name)["status"], "reserved");
    mock.advance(Duration::from_secs(61));
    assert_eq!(call(&mock, "GET", &username(&one), &NONE), json!({"username": "lucky.shrub", "status": "approved"}));
    assert_eq!(value(&app.came(1)[0])["status"], "approved");
    assert_eq!(refused(&mock, "POST", &username(&other), &name).0, 147_005);
    assert_eq!(refused(&mock, "POST", &username(NUMBER), &name).0, 147_001, "it is of another account");
    assert_eq!(refused(&mock, "POST", &username(&other), &json!({"username": "www.shrub"})).0, 100);
    let taken = json!({"username": "lucky.shrub", "transfer_action": "force_transfer"});
    assert_eq!(call(&mock, "POST", &username(&other), &taken)["status"], "approved");
    assert_eq!(call(&mock, "DELETE", &username(&other), &NONE), json!({"success": true}));
    assert_eq!(call(&mock, "DELETE", &username(&other), &NONE), json!({"success": false}));
    assert_eq!(call(&mock, "GET", &username(&other), &NONE), json!({"status": "deleted"}));
}

#[test]
fn the_contact_book_forgets_whom_it_knows() {
    let mock = Mock::start().unwrap();
    mock.user(USER).username("realsheena").says("hi");
    let id = mock.user(USER).user_id();
    let forget = |id: &str| call(&mock, "DELETE", &format!("{NUMBER}/contact_book?messaging_product=whatsapp&bsuid={id}"), &NONE);
    assert_eq!(
        (&forget(&id)["deleted"], &forget("US.1")["deleted"], &forget("US.1")["success"]),
        (&json!(true), &json!(false), &json!(true))
    );
    assert_eq!(forget("US.ENT.1")["error"]["code"], 100);
}

#[test]
fn a_ghost_comes_first_and_then_the_message_under_its_identifier() {
    let (mock, app) = reporting();
    let id = mock.user(USER).to(NUMBER).says_late("from an advertisement");
    let ghost = value(&app.came(1)[0])["messages"][0].clone();
    assert_eq!((&ghost["id"], &ghost["type"], &ghost["errors"][0]["code"]), (&json!(id), &json!("unsupported"), &json!(131_060)));
    mock.advance(Duration::from_secs(2));
    let came = app.came(2);
    came.iter().for_each(declared);
    let message = &value(&came[1])["messages"][0];
    assert_eq!((&message["id"], &message["type"], &message["text"]["body"]), (&json!(id), &json!("text"), &json!("from an advertisement")));
    let body = json!({"type": "text", "text": {"body": "late"}, "ghost": true, "to": NUMBER});
    let (_, _, said) = ask(&mock, "POST", &format!("/_mock/users/{USER}/messages"), &body.to_string());
    assert_eq!(value(&app.came(3)[2])["messages"][0]["id"], said["id"]);
    mock.user(USER).to(NUMBER).sends(&json!({"type": "unsupported", "unsupported": {"type": "poll_update"}}));
    let unsupported = &app.came(4)[3];
    declared(unsupported);
    assert_eq!(value(unsupported)["messages"][0]["errors"][0]["code"], 131_051);
}

#[test]
fn what_was_to_fail_later_and_was_not_taken_does_not_fail_another() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    let own = call(&mock, "GET", &format!("{NUMBER}?fields=display_phone_number"), &NONE)["display_phone_number"].clone();
    mock.on_named("SendMessage").unwrap().fails(whatsapp_graph::ErrorKind::MessageUndeliverable).times(1);
    assert_eq!(refused(&mock, "POST", &messages(), &text(own.as_str().unwrap())).0, 131_021, "a number does not write to itself");
    assert_eq!(outcome(&mock, &text(USER)), "delivered");
}
