//! What events say: who it is, whether it may be answered, its key, its order, its price.

use std::cmp::Ordering;

use serde_json::{Value, json};
use whatsapp_graph::{
    ErrorKind,
    types::SentMessage,
    webhooks::{
        DeliveryState, Event, Identity, Notification, PROGRESS, Progress, Receiver, StatusPricingCategory, Step, WebhookMessageContent,
        Window, sign,
    },
};

use super::payloads::{PAYLOADS, change, notification, payload};

fn read(value: &Value) -> Notification {
    Notification::from_slice(value.to_string().as_bytes())
}

fn ids<'a>(event: &Event<'a>) -> Vec<(&'static str, &'a str, bool)> {
    let mut ids: Vec<_> = event
        .person()
        .map(|person| person.ids().iter().map(|Identity { kind, value, previous, .. }| (*kind, *value, *previous)).collect())
        .unwrap_or_default();
    ids.sort_unstable();
    ids
}

#[test]
fn a_sender_is_found_by_identifiers_and_never_by_place() {
    let value = json!({
        "contacts": [{"wa_id": "1", "user_id": "BR.1", "profile": {"name": "first"}}, {"user_id": "BR.2", "parent_user_id": "BR.ENT.2", "profile": {"name": "second"}}],
        "messages": [
            {"id": "a", "from_user_id": "BR.2", "text": {"body": "x"}},
            {"id": "b", "from": "1", "text": {"body": "x"}},
            {"id": "c", "from": "9", "text": {"body": "x"}},
            {"id": "d", "text": {"body": "x"}},
            {"id": "e", "from": "1", "from_user_id": "BR.9", "text": {"body": "x"}},
        ],
    });
    let notification = read(&notification(&[change("messages", &value)]));
    let events: Vec<_> = notification.events().collect();
    let name = |event: &Event<'_>| event.person().and_then(|person| person.contact()?.profile.as_ref()?.name.clone());
    assert_eq!(events.iter().map(name).collect::<Vec<_>>(), [Some("second".into()), Some("first".into()), None, None, None]);
    assert_eq!(ids(&events[0]), [("parent_user_id", "BR.ENT.2", false), ("user_id", "BR.2", false)]);
    assert_eq!(ids(&events[1]), [("user_id", "BR.1", false), ("wa_id", "1", false)]);
    assert_eq!(ids(&events[2]), [("wa_id", "9", false)]);
    assert!(events[3].person().is_none());
    assert_eq!(ids(&events[4]), [("user_id", "BR.9", false), ("wa_id", "1", false)], "a contact that contradicts is somebody else");
}

/// What a change of `messages` has, as a change of this field has it.
fn within(field: &str, value: Value) -> Value {
    if field == "messages" { value } else { json!({ field: value }) }
}

#[test]
fn a_change_of_identifiers_names_those_before() {
    let system = json!({"type": "user_changed_user_id", "user_id": "BR.2", "previous_user_id": "BR.1", "previous_wa_id": "15550100123", "wa_id": "15550100456"});
    for field in ["messages", "standby"] {
        let notification =
            read(&notification(&[change(field, &within(field, json!({"messages": [{"id": "a", "type": "system", "system": system}]})))]));
        let event = notification.events().next().unwrap();
        assert_eq!(
            ids(&event),
            [("user_id", "BR.1", true), ("user_id", "BR.2", false), ("wa_id", "15550100123", true), ("wa_id", "15550100456", false)],
            "{field}"
        );
        assert_eq!(event.person().unwrap().id("user_id"), Some("BR.2"));
    }
    let rotated = read(&payload("user_id_update: a changed user id"));
    assert!(ids(&rotated.events().next().unwrap()).contains(&("user_id", "BR.1010101010101010", true)));
    let status = json!({"statuses": [{"id": "a", "status": "sent", "recipient_id": "BR.7"}, {"id": "a", "status": "sent", "recipient_id": "Y2FwaV9ncm91cDox", "recipient_type": "group", "recipient_participant_user_id": "BR.8"}]});
    for field in ["messages", "standby"] {
        let statuses = read(&super::payloads::notification(&[change(field, &within(field, status.clone()))]));
        let seen: Vec<_> = statuses.events().map(|event| ids(&event)).collect();
        assert_eq!(
            seen,
            [vec![("user_id", "BR.7", false)], vec![("user_id", "BR.8", false)]],
            "{field}: a group is nobody, and a user id is one wherever it is"
        );
    }
}

#[test]
fn only_what_somebody_does_now_may_be_answered() {
    for (name, payload) in PAYLOADS.iter() {
        let notification = read(payload);
        for event in notification.events() {
            let (answerable, of) = match event {
                Event::Message(message) => (true, message.placed().content_kind().unwrap_or_default()),
                Event::IncomingCall(_) => (true, "call"),
                _ => (false, ""),
            };
            assert_eq!(event.is_answerable(), answerable, "{name}: {event:?}");
            let field = event.placed().field().unwrap_or_default();
            assert!(!answerable || field == if of == "call" { "calls" } else { "messages" }, "{name}");
            assert!(!["system", "unsupported", "unknown", "revoke"].contains(&of), "{name}: nobody wrote anything");
        }
    }
}

#[test]
fn errors_of_statuses_are_those_of_calls() {
    let failed = read(&payload("messages: failed"));
    let Some(Event::Status(status)) = failed.events().next() else { panic!("no status") };
    let error = &status.errors[0];
    assert_eq!(error.kind(), Some(ErrorKind::lookup(131_049, None)));
    assert!(!matches!(error.kind(), Some(ErrorKind::Other { .. })));
    assert!(error.info().is_some_and(|info| !info.remedy.is_empty()));
    let sent: SentMessage = serde_json::from_value(json!({"id": status.id})).unwrap();
    assert!(status.id.as_ref() == Some(&sent.id));
    let priced = read(&payload("messages: sent until v23"));
    let Some(Event::Status(status)) = priced.events().next() else { panic!("no status") };
    let pricing = status.pricing.as_ref().unwrap();
    assert_eq!((pricing.billable, pricing.category.clone()), (Some(true), Some(StatusPricingCategory::Marketing)));
    let opaque = read(&payload("messages: data of the business"));
    let Some(Event::Status(status)) = opaque.events().next() else { panic!("no status") };
    assert_eq!(status.biz_opaque_callback_data.as_deref(), Some("{\"order\":17}"));
}

#[test]
fn a_key_is_of_the_event_alone() {
    for (name, payload) in PAYLOADS.iter() {
        let sent = read(payload);
        let mut repeated = payload.clone();
        repeated["entry"][0]["time"] = json!(1);
        // Another order of members, and a batch with others.
        let entry = repeated["entry"][0].as_object_mut().unwrap();
        let reversed: serde_json::Map<String, Value> = entry.iter().rev().map(|(name, value)| (name.clone(), value.clone())).collect();
        let other = json!({"id": "1", "changes": [change("account_review_update", &json!({"decision": "PENDING"}))]});
        repeated["entry"] = json!([other, reversed]);
        let again = read(&repeated);
        let keys: Vec<_> = sent.events().map(|event| event.key()).collect();
        let keys_again: Vec<_> = again.events().skip(1).map(|event| event.key()).collect();
        assert_eq!(keys, keys_again, "{name}");
    }
    let mut seen = std::collections::BTreeMap::new();
    for (name, payload) in PAYLOADS.iter() {
        for event in read(payload).events() {
            if let Some(other) = seen.insert(event.key(), name.clone()) {
                panic!("{name} and {other} have the key {}", event.key());
            }
        }
    }
}

#[test]
fn what_differs_has_another_key() {
    let key = |value: Value| read(&notification(&[change("messages", &value)])).events().next().unwrap().key();
    let message = |kind: &str| key(json!({"messages": [{"id": "wamid.1", "timestamp": "7", "type": kind, kind: {"body": "x"}}]}));
    assert_ne!(message("unsupported"), message("text"), "the message follows what could not be read under one identifier");
    let status = |status: &str, participant: &str, time: &str| {
        key(json!({"statuses": [{"id": "wamid.1", "status": status, "timestamp": time, "recipient_participant_id": participant}]}))
    };
    assert_ne!(status("read", "1", "7"), status("read", "2", "7"));
    assert_ne!(status("read", "1", "7"), status("delivered", "1", "7"));
    assert_eq!(status("read", "1", "7"), status("read", "1", "8"), "the time says when the webhook was triggered");
    let account = |id: &str| {
        let value = json!({"entry": [{"id": id, "changes": [change("account_review_update", &json!({"decision": "APPROVED"}))]}]});
        read(&value).events().next().unwrap().key()
    };
    assert_ne!(account("1"), account("2"));
    let of_account = |id: &str| {
        let value = json!({"entry": [{"id": id, "changes": [change("messages", &json!({"messages": [{"id": "wamid.1", "text": {}}]}))]}]});
        read(&value).events().next().unwrap().key()
    };
    assert_eq!(of_account("1"), of_account("2"), "several accounts can be on one number");
    let changed =
        |time: u32| read(&json!({"entry": [{"id": "1", "time": time, "changed_fields": ["messages"]}]})).events().next().unwrap().key();
    assert_ne!(changed(1), changed(2), "nothing else tells two of them apart");
}

#[test]
fn statuses_have_an_order_and_conflicts() {
    assert_eq!(PROGRESS.compare("sent", "read"), Some(Ordering::Less));
    assert_eq!(PROGRESS.compare("played", "delivered"), Some(Ordering::Greater));
    assert_eq!(PROGRESS.compare("failed", "delivered"), None);
    assert_eq!(PROGRESS.compare("read", "a_state_of_tomorrow"), None);
    let mut progress = Progress::default();
    let steps: Vec<_> =
        ["sent", "read", "delivered", "read", "failed", "warning"].iter().map(|state| progress.observe(&PROGRESS, state)).collect();
    assert_eq!(steps, [Step::Forward, Step::Forward, Step::Late, Step::Repeated, Step::Conflict, Step::Unordered]);
    assert_eq!(progress.latest(&PROGRESS).collect::<Vec<_>>(), ["read", "failed", "warning"]);
    let played = read(&payload("messages: played"));
    let event = played.events().next().unwrap();
    let state = event.placed().state().unwrap();
    assert_eq!(state.state, DeliveryState::Played.as_str());
    assert!(state.of.starts_with("wamid."));
}

#[test]
fn the_window_opens_with_what_people_do() {
    let at = |time: i64, more: Value| {
        let mut message = json!({"id": "a", "from": "1", "timestamp": time.to_string(), "type": "text", "text": {"body": "x"}});
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        change("messages", &json!({"messages": [message]}))
    };
    let window = |changes: &[Value]| Window::after(read(&notification(changes)).events().map(|event| *event.placed()));
    let day = 24 * 3_600;
    let opened = window(&[at(1_000, json!({})), at(500, json!({}))]);
    assert_eq!((opened.opened, opened.until), (Some(1_000), Some(1_000 + day)));
    assert!(opened.is_open_at(1_000 + day - 1) && !opened.is_open_at(1_000 + day));
    let system = window(&[at(1_000, json!({"type": "system", "system": {}, "text": null}))]);
    assert_eq!(system, Window::default());
    assert_eq!(window(&[at(1_000, json!({"group_id": "g"}))]), Window::default());
    let came = window(&[at(1_000, json!({"referral": {"source_type": "ad"}}))]);
    assert_eq!((came.answer_by, came.entry_until), (Some(1_000 + day), None));
    let status = change("messages", &json!({"statuses": [{"id": "b", "status": "sent", "timestamp": "2000"}]}));
    let answered = window(&[status, at(1_000, json!({"referral": {"source_type": "ad"}}))]);
    assert_eq!((answered.answer_by, answered.entry_until), (None, Some(2_000 + 3 * day)));
    assert!(!answered.is_open_at(1_000 + day), "the window of price makes nothing free in form");
    for no_answer in
        [json!({"status": "read"}), json!({"status": "sent", "recipient_type": "group"}), json!({"status": "sent", "type": "payment"})]
    {
        let mut status = json!({"id": "b", "timestamp": "2000"});
        status.as_object_mut().unwrap().extend(no_answer.as_object().unwrap().clone());
        let status = change("messages", &json!({"statuses": [status]}));
        assert_eq!(window(&[status, at(1_000, json!({"referral": {"source_type": "ad"}}))]).entry_until, None, "{no_answer}");
    }
    let call = change("calls", &json!({"calls": [{"id": "c", "event": "connect", "direction": "USER_INITIATED", "timestamp": "3000"}]}));
    assert_eq!(window(&[call]).until, Some(3_000 + day));
}

#[test]
fn the_member_that_came_decides_and_the_tag_confirms() {
    let content = |message: Value| {
        let notification = read(&notification(&[change("messages", &json!({"messages": [message]}))]));
        let Some(Event::Message(message)) = notification.events().next() else { panic!("no message") };
        let name = match message.content() {
            WebhookMessageContent::Text(_) => "text",
            WebhookMessageContent::Image(_) => "image",
            WebhookMessageContent::Interactive(_) => "interactive",
            WebhookMessageContent::RequestWelcome => "welcome",
            WebhookMessageContent::Other(Some(kind)) => return format!("other {kind}"),
            WebhookMessageContent::Other(None) => "none",
            _ => "another",
        };
        name.to_owned()
    };
    assert_eq!(content(json!({"text": {}})), "text", "without a type");
    assert_eq!(content(json!({"type": "text", "image": {}})), "image", "the member that came");
    assert_eq!(content(json!({"text": {}, "image": {}, "type": "image"})), "image", "the type, where both came");
    assert_eq!(content(json!({"type": "interactive"})), "other interactive", "a type without its object");
    assert_eq!(content(json!({"type": "request_welcome"})), "welcome");
    assert_eq!(content(json!({"type": "poll", "poll": {}})), "other poll", "a type of tomorrow");
    assert_eq!(content(json!({})), "none");
}

#[test]
fn parts_for_tenants_have_everything_together() {
    let value = json!({"object": "x", "new": 1, "entry": [{"id": "1", "changes": []}, {"id": "2", "changes": []}, 7, {"id": "1", "changed_fields": ["a"]}]});
    let parts = read(&value).split_by(|entry| entry.id.clone());
    let seen: Vec<_> = parts.iter().map(|(tenant, part)| (tenant.as_deref(), part.entries.len(), part.entries.kept().count())).collect();
    assert_eq!(seen, [(Some("1"), 2, 0), (Some("2"), 1, 0), (None, 0, 1)]);
    for (_, part) in &parts {
        let json = serde_json::to_value(part).unwrap();
        assert_eq!((&json["object"], &json["new"]), (&json!("x"), &json!(1)));
    }
    let entries: usize = parts.iter().map(|(_, part)| serde_json::to_value(part).unwrap()["entry"].as_array().unwrap().len()).sum();
    assert_eq!(entries, 4);
    let without_rest = json!({"entry": [{"id": "1"}, {"id": "2"}]});
    assert_eq!(read(&without_rest).split_by(|entry| entry.id.clone()).len(), 2, "nothing is left that belongs to no one");
    let with_rest = json!({"entry": [{"changes": []}, 7]});
    assert_eq!(read(&with_rest).split_by(|entry| entry.id.clone()).len(), 1, "what is no entry goes where an entry of no one goes");
    let whole = Notification::from_slice(b"no JSON").split_by(|entry| entry.id.clone());
    assert!(matches!(whole.as_slice(), [(None, part)] if part.kept().is_some()));
}

#[test]
fn an_event_says_where_it_is_and_what_it_has() {
    let value = json!({
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"wa_id": "16505551234", "profile": {"name": "Ana"}}],
        "messages": [{"id": "wamid.2", "from": "16505551234", "timestamp": "1749416383", "type": "text", "text": {"body": "Yes"}, "context": {"id": "wamid.1"}}],
    });
    let notification = read(&json!({
        "object": "whatsapp_business_account", "beside": 1,
        "entry": [{"id": "102290129340398", "time": 1_749_416_400, "beside": 2, "changes": [{"field": "messages", "value": value, "beside": 3}]}],
    }));
    let event = notification.events().next().unwrap();
    let Event::Message(message) = &event else { panic!("{event:?}") };
    assert_eq!(message.account(), Some("102290129340398"));
    assert_eq!(message.number(), Some("106540352242922"));
    assert_eq!(message.unix_time(), Some(1_749_416_383));
    assert_eq!(message.reply_to(), Some("wamid.1"));
    assert_eq!(message.person().unwrap().id("wa_id"), Some("16505551234"));
    assert_eq!(message.people().iter().map(|person| person.role()).collect::<Vec<_>>(), ["sender"]);
    assert_eq!(message.change().unwrap().field.as_deref(), Some("messages"));
    assert_eq!(message.placed().json(), value["messages"][0]);
    let placed = message.placed();
    assert_eq!((placed.number(), placed.reply_to()), (message.number(), message.reply_to()));

    let beside = |extra: &whatsapp_graph::Extra| extra.get("beside").cloned();
    assert_eq!(beside(notification.extra()), Some(json!(1)));
    assert_eq!(beside(message.entry().unwrap().extra()), Some(json!(2)));
    assert_eq!(beside(message.change().unwrap().extra()), Some(json!(3)));

    let key = message.key();
    assert_eq!((key.as_ref() as &str, key.to_string()), (key.as_str(), key.to_string()));
    assert!(key.as_ref().contains("wamid.2"), "{key}");
    assert!(std::collections::HashSet::from([key.clone()]).contains(key.as_str()), "it is found by its text");
    for shown in [format!("{notification:?}"), format!("{event:?}"), format!("{message:?}"), format!("{:?}", message.change().unwrap())] {
        assert!(shown.contains("wamid.2"), "{shown}");
    }
    assert!(format!("{placed:?}").starts_with("Message("), "{placed:?}");
    assert!(format!("{:?}", message.entry().unwrap()).contains("102290129340398"));
}

#[test]
fn who_a_thread_of_the_history_is_with_may_stand_beside_its_messages() {
    let message = |id: &str, more: Value| {
        let mut message = json!({"id": id, "timestamp": "1778230970", "type": "media_placeholder", "history_context": {"status": "READ"}});
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };
    let threads = json!([
        {"id": "16505551234", "messages": [message("a", json!({"from": "16505551234"})), message("b", json!({"from": "15550783881"}))]},
        {"context": {"wa_id": "16505555678", "user_id": "US.2", "parent_user_id": "US.ENT.2"}, "messages": [message("c", json!({"from": "15550783881"}))]},
        {"id": "16505559999", "messages": [message("d", json!({"from": "15550783881", "to": "16505559999"}))]},
        {"messages": [message("e", json!({"from": "15550783881"}))]},
    ]);
    let value = json!({"metadata": {"phone_number_id": "106540352242922"}, "history": [{"threads": threads}]});
    let notification = read(&notification(&[change("history", &value)]));
    let seen: Vec<_> = notification.events().map(|event| ids(&event)).collect();
    let number = |number| ("wa_id", number, false);
    assert_eq!(seen.len(), 5);
    assert_eq!(seen[0], [number("16505551234")]);
    assert_eq!(seen[1], [number("16505551234")], "nothing but the thread says whom the business wrote to");
    assert_eq!(seen[2], [("parent_user_id", "US.ENT.2", false), ("user_id", "US.2", false), number("16505555678")]);
    assert_eq!(seen[3], [number("16505559999")], "said twice, once in the list");
    assert_eq!(seen[4], [], "`from` may be the business");
}

#[test]
fn a_receiver_reads_what_was_signed() {
    let body = payload("messages: played").to_string();
    let receiver: Receiver = Receiver::builder().app_secret("s3cret").verify_token("token").build().unwrap();
    let received = receiver.receive(body.clone(), Some(sign("s3cret", body.as_bytes()).as_bytes())).unwrap();
    assert_eq!(received.notification, Notification::from_slice(body.as_bytes()));
    assert_eq!(received.events().count(), 1);
}
