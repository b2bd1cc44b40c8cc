//! Calls: who allows them, who calls whom, and what webhooks say of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod app;
mod wire;

use std::time::{Duration, UNIX_EPOCH};

use graph_mock::Mock;
use serde_json::{Value, json};
use whatsapp_graph::webhooks::Notification;

use crate::{
    app::{App, SECRET, value},
    wire::{call, refused},
};

const NUMBER: &str = "106540352242922";
const CALLS: &str = "106540352242922/calls";
const USER: &str = "+16505551234";
const NONE: Value = Value::Null;

/// A stand-in at 2026-11-28 whose clock is stopped, and an app that it reports to.
fn reporting() -> (Mock, App) {
    let (mock, app) = (Mock::start().unwrap(), App::answering(&[]));
    mock.set_time(UNIX_EPOCH + Duration::from_secs(1_795_860_000));
    mock.stop_clock();
    mock.tell(&app.url, "token", Some(SECRET));
    (mock, app)
}

fn connect(to: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "action": "connect", "session": {"sdp_type": "offer", "sdp": "v=0"}, "biz_opaque_callback_data": "x1"})
}

fn answer(action: &str, id: &str, sdp: &str) -> Value {
    json!({"messaging_product": "whatsapp", "call_id": id, "action": action, "session": {"sdp_type": "answer", "sdp": sdp}})
}

fn plain(action: &str, id: &str) -> Value {
    json!({"messaging_product": "whatsapp", "call_id": id, "action": action})
}

fn question() -> Value {
    json!({"messaging_product": "whatsapp", "to": USER, "type": "interactive", "interactive": {
        "type": "call_permission_request", "action": {"name": "call_permission_request"}, "body": {"text": "May we call you?"}}})
}

fn permission(mock: &Mock) -> Value {
    call(mock, "GET", &format!("{NUMBER}/call_permissions?user_wa_id=16505551234"), &NONE)
}

/// What came of calls, each as the client's types declare it.
fn of_calls(app: &App, count: usize) -> Vec<Value> {
    let came = app.came(count);
    for webhook in &came {
        let read = Notification::from_slice(webhook.to_string().as_bytes());
        assert!(read.kept().is_none() && read.undeclared().is_empty(), "{webhook}: {:?}", read.undeclared());
    }
    came.iter().filter(|webhook| webhook["entry"][0]["changes"][0]["field"] == "calls").map(|webhook| value(webhook).clone()).collect()
}

#[test]
fn a_user_is_asked_allows_calls_and_is_called() {
    let (mock, app) = reporting();
    assert!(call(&mock, "POST", CALLS, &connect("+14155559876"))["calls"][0]["id"].is_string(), "nothing is known of this user");
    let messages = format!("{NUMBER}/messages");
    assert!(call(&mock, "POST", &messages, &question())["messages"][0]["id"].is_string());
    assert_eq!(refused(&mock, "POST", CALLS, &connect(USER)).0, 138_006, "there is no answer yet");
    assert_eq!(refused(&mock, "POST", &messages, &question()).0, 138_009, "once in 24 hours");
    let before = permission(&mock);
    assert_eq!(before["permission"], json!({"status": "no_permission"}));
    assert_eq!((&before["actions"][0]["can_perform_action"], &before["actions"][1]["can_perform_action"]), (&json!(false), &json!(false)));
    assert_eq!(before["actions"][0]["limits"][1], json!({"time_period": "P7D", "max_allowed": 2, "current_usage": 1}));
    mock.user(USER).to(NUMBER).allows_calls(false);
    assert_eq!(permission(&mock)["permission"], json!({"status": "temporary", "expiration_time": 1_795_860_000 + 7 * 86_400}));
    let id = call(&mock, "POST", CALLS, &connect(USER))["calls"][0]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("wacid."), "{id}");
    assert_eq!(refused(&mock, "POST", CALLS, &connect(USER)).0, 138_003, "they are being called");
    mock.advance(Duration::from_secs(1));
    assert!(mock.user(USER).accepts_call(&id) && !mock.user(USER).accepts_call(&id) && !mock.user("+14155550000").hangs_up(&id));
    mock.advance(Duration::from_secs(90));
    assert_eq!(call(&mock, "POST", CALLS, &plain("terminate", &id)), json!({"messaging_product": "whatsapp", "success": true}));
    assert_eq!(refused(&mock, "POST", CALLS, &plain("terminate", &id)).0, 100, "it has ended");
    assert_eq!(permission(&mock)["actions"][1]["limits"][0]["current_usage"], 1);
    // Two statuses of the question, the answer to it, and of the other call that it rings and ends.
    let all = of_calls(&app, 9);
    let told: Vec<_> = all.iter().filter(|value| value["calls"][0]["id"] == id || value["statuses"][0]["id"] == id).collect();
    assert_eq!((&told[0]["statuses"][0]["status"], &told[1]["statuses"][0]["status"]), (&json!("RINGING"), &json!("ACCEPTED")));
    assert_eq!((&told[0]["statuses"][0]["recipient_id"], &told[0]["statuses"][0]["type"]), (&json!("16505551234"), &json!("call")));
    let (answered, ended) = (&told[2]["calls"][0], &told[3]["calls"][0]);
    assert_eq!((&answered["event"], &answered["session"]["sdp_type"]), (&json!("connect"), &json!("answer")));
    assert_eq!((&answered["direction"], &answered["to"]), (&json!("BUSINESS_INITIATED"), &json!("16505551234")));
    assert_eq!((&ended["event"], &ended["status"], &ended["duration"]), (&json!("terminate"), &json!("COMPLETED"), &json!(90)));
    assert_eq!((&ended["biz_opaque_callback_data"], &ended["start_time"]), (&json!("x1"), &json!("1795860001")));
    mock.advance(Duration::from_secs(7 * 86_400));
    assert_eq!(permission(&mock)["permission"]["status"], "no_permission");
    assert_eq!(refused(&mock, "POST", CALLS, &connect(USER)).0, 138_006, "the permission has ended");
}

#[test]
fn a_user_calls_and_the_number_accepts_rejects_or_waits_too_long() {
    let (mock, app) = reporting();
    assert_eq!(call(&mock, "POST", CALLS, &plain("reject", "wacid.1"))["success"], true, "no call is known, as in the example");
    let calls = || mock.user(USER).named("Ana").to(NUMBER).calls();
    let done = |body: Value| call(&mock, "POST", CALLS, &body)["success"] == true;
    let first = calls();
    let came = of_calls(&app, 1)[0]["calls"][0].clone();
    assert_eq!((&came["id"], &came["event"], &came["from"]), (&json!(first), &json!("connect"), &json!("16505551234")));
    assert_eq!((&came["direction"], &came["session"]["sdp_type"]), (&json!("USER_INITIATED"), &json!("offer")));
    assert!(done(answer("pre_accept", &first, "v=0 a")));
    assert_eq!(refused(&mock, "POST", CALLS, &answer("accept", &first, "v=0 b")).0, 100, "it is another description");
    assert!(done(answer("accept", &first, "v=0 a")));
    for again in [answer("accept", &first, "v=0 a"), answer("pre_accept", &first, "v=0 a"), plain("reject", &first)] {
        assert_eq!(refused(&mock, "POST", CALLS, &again).0, 100, "{again}");
    }
    mock.advance(Duration::from_secs(100));
    assert!(!mock.user(USER).accepts_call(&first) && mock.user(USER).hangs_up(&first));
    assert!(!mock.state()["windows"].as_array().unwrap().is_empty(), "who calls can be written to");
    let second = calls();
    assert!(done(plain("reject", &second)));
    let third = calls();
    mock.advance(Duration::from_secs(61));
    assert_eq!(refused(&mock, "POST", CALLS, &answer("accept", &third, "v=0")).0, 100, "no one answered in time");
    let ends: Vec<Value> =
        of_calls(&app, 6).iter().map(|value| value["calls"][0].clone()).filter(|call| call["event"] == "terminate").collect();
    let of = |at: usize| (ends[at]["id"].as_str().unwrap(), ends[at]["status"].as_str().unwrap(), ends[at]["duration"].as_u64());
    assert_eq!([of(0), of(1), of(2)], [(&*first, "COMPLETED", Some(100)), (&*second, "FAILED", None), (&*third, "FAILED", None)]);
}

#[test]
fn four_unanswered_calls_revoke_the_permission() {
    let (mock, _app) = reporting();
    mock.user(USER).to(NUMBER).allows_calls(true);
    assert_eq!(permission(&mock)["permission"], json!({"status": "permanent"}));
    assert_eq!(refused(&mock, "POST", &format!("{NUMBER}/messages"), &question()).0, 138_017, "there is nothing to ask for");
    for _ in 0..4 {
        assert!(call(&mock, "POST", CALLS, &connect(USER))["calls"][0]["id"].is_string());
        mock.advance(Duration::from_secs(61));
    }
    assert_eq!(refused(&mock, "POST", CALLS, &connect(USER)).0, 138_006);
    mock.user(USER).to(NUMBER).allows_calls(true);
    let id = call(&mock, "POST", CALLS, &connect(USER))["calls"][0]["id"].as_str().unwrap().to_owned();
    assert!(mock.user(USER).rejects_call(&id));
    mock.user(USER).to(NUMBER).refuses_calls();
    assert_eq!(refused(&mock, "POST", CALLS, &connect(USER)).0, 138_006);
}

#[test]
fn calls_are_part_of_the_state_and_of_the_control_api() {
    let (mock, _app) = reporting();
    let calls = format!("/_mock/users/{USER}/calls");
    let control = |mock: &Mock, body: &Value| wire::ask(mock, "POST", &calls, &body.to_string());
    let id = control(&mock, &json!({"to": NUMBER})).2["id"].as_str().unwrap().to_owned();
    let other = Mock::start().unwrap();
    other.stop_clock();
    other.restore(&mock.state()).unwrap();
    assert_eq!(other.state(), mock.state());
    assert_eq!(control(&other, &json!({"action": "terminate", "call_id": id})).0, 200);
    assert_eq!(control(&other, &json!({"action": "terminate", "call_id": id})).0, 404);
    assert_eq!(control(&other, &json!({"action": "sing", "call_id": id})).0, 400);
    let strict = Mock::builder().strict().start().unwrap();
    strict.restore(&json!({"objects": {NUMBER: {"node": "WhatsAppBusinessPhoneNumber"}}})).unwrap();
    assert_eq!(refused(&strict, "POST", CALLS, &connect(USER)).0, 138_006, "no one allowed it");
    assert_eq!(permission(&strict)["permission"]["status"], "no_permission");
}
