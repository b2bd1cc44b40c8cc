//! What happens over several events: a bot among copies and echoes, repetitions, the window of a conversation, people whose identifiers change.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use whatsapp_graph::{
    ErrorKind,
    webhooks::{Event, Notification, PROGRESS, Progress, Step, WebhookMessageContent, Window},
};

use super::payloads::{change, notification};

const DAY: i64 = 24 * 3_600;

fn read(changes: &[Value]) -> Notification {
    Notification::from_slice(notification(changes).to_string().as_bytes())
}

fn text(id: &str, body: &str) -> Value {
    json!({"from": "15550100123", "id": id, "timestamp": "1000", "type": "text", "text": {"body": body}})
}

fn key_of(field: &str, value: &Value) -> String {
    let notification = read(&[change(field, value)]);
    let keys: Vec<String> = notification.events().map(|event| event.key().to_string()).collect();
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    key.clone()
}

fn message_key(message: &Value) -> String {
    key_of("messages", &json!({"messages": [message]}))
}

fn status_key(status: &Value) -> String {
    key_of("messages", &json!({"statuses": [status]}))
}

/// A value with members changed, added or (by `null`) removed.
fn with(value: &Value, more: &Value) -> Value {
    let mut value = value.clone();
    for (name, member) in more.as_object().unwrap() {
        match member {
            Value::Null => _ = value.as_object_mut().unwrap().shift_remove(name),
            member => value[name] = member.clone(),
        }
    }
    value
}

/// What a bot says to each notification: the text that it answers.
fn answers(notification: &Notification) -> Vec<String> {
    let answered = |event: Event<'_>| match event {
        Event::Message(message) => match message.content() {
            WebhookMessageContent::Text(text) => text.body.clone(),
            _ => Some("?".into()),
        },
        _ => None,
    };
    notification.events().filter_map(answered).collect()
}

#[test]
fn a_bot_answers_what_people_write_and_nothing_else() {
    let it = text("wamid.1", "hello");
    let status = json!({"id": "wamid.2", "status": "read", "timestamp": "1000", "recipient_id": "15550100123"});
    let system = json!({"from": "15550100123", "id": "wamid.3", "timestamp": "1000", "type": "system", "system": {"type": "user_changed_number", "wa_id": "2"}});
    let changes = [
        change("history", &json!({"history": [{"threads": [{"id": "15550100123", "messages": [it]}]}]})),
        change("history", &json!({"messages": [it]})),
        change("history", &json!({"message_echoes": [it]})),
        change("standby", &json!({"standby": {"messages": [it], "message_echoes": [it], "statuses": [status]}})),
        change("smb_message_echoes", &json!({"message_echoes": [it]})),
        change("message_echoes", &json!({"message_echoes": [it]})),
        change("messages", &json!({"statuses": [status]})),
        change("messages", &json!({"messages": [system]})),
        change("messages", &json!({"messages": [with(&it, &json!({"type": "unsupported", "text": null}))]})),
        change(
            "messages",
            &json!({"messages": [with(&it, &json!({"type": "revoke", "text": null, "revoke": {"original_message_id": "wamid.0"}}))]}),
        ),
        change("a_field_of_tomorrow", &json!({"messages": [it]})),
        change("messages", &json!({"message_echoes": [it]})),
        json!({"value": {"messages": [it]}}),
        change("messages", &json!({"messages": [it]})),
    ];
    assert_eq!(answers(&read(&changes)), ["hello"], "only the last is for the bot");
    for changes in changes.iter().take(changes.len() - 1) {
        assert_eq!(answers(&read(std::slice::from_ref(changes))), [""; 0], "{changes}");
        assert!(!read(std::slice::from_ref(changes)).events().any(|event| event.is_answerable()), "{changes}");
    }
}

#[test]
fn every_change_gives_an_event_whatever_it_holds() {
    let fields = [
        "messages",
        "calls",
        "history",
        "standby",
        "smb_message_echoes",
        "smb_app_state_sync",
        "group_lifecycle_update",
        "flows",
        "new",
        "",
    ];
    let values = [
        json!(null),
        json!({}),
        json!([]),
        json!("odd"),
        json!(7),
        json!(false),
        json!({"messages": [], "statuses": [], "errors": [], "calls": [], "history": [], "groups": [], "standby": {}, "state_sync": []}),
        json!({"messages": null, "history": null, "standby": null}),
        json!({"messages": [null], "history": [{}], "standby": {"messages": []}, "calls": [null], "groups": [{}]}),
        json!({"history": [{"threads": [{"messages": []}]}]}),
        json!({"metadata": 7, "contacts": "odd"}),
    ];
    for field in fields {
        for value in &values {
            let changes = [
                change("messages", &json!({"messages": [text("a", "1")]})),
                change(field, value),
                json!({"field": field}),
                json!({"value": value}),
            ];
            let notification = read(&changes);
            let of = |at: usize| notification.entries[0].changes.get(at).map(std::ptr::from_ref);
            let seen: BTreeSet<usize> = notification
                .events()
                .filter_map(|event| (0..4).find(|at| of(*at) == event.placed().change().map(std::ptr::from_ref)))
                .collect();
            assert_eq!(seen.len(), 4, "{field}, {value}: {seen:?}");
        }
    }
}

#[test]
fn a_repetition_has_the_key_of_the_first() {
    let message = with(&text("wamid.1", "hello"), &json!({"context": {"id": "wamid.0", "from": "2"}}));
    let sent = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "time": 1, "changes": [change("messages", &json!({"metadata": {"phone_number_id": "5"}, "contacts": [{"wa_id": "15550100123"}], "messages": [message]}))]}]});
    let first: Vec<String> = Notification::from_slice(sent.to_string().as_bytes()).events().map(|event| event.key().to_string()).collect();
    // Sent again: later, for another account on the number, among others, members in another order, without the contacts.
    let again = r#"{"entry":[{"time":99,"changes":[{"field":"messages","value":{"statuses":[{"id":"wamid.9","status":"sent"}],"messages":[{"type":"text","text":{"body":"other"},"id":"wamid.7"},
        {"text":{"body":"hello"},"context":{"from":"2","id":"wamid.0"},"type":"text","timestamp":"1000","id":"wamid.1","from":"15550100123"}]}}],"id":"2"}],"object":"whatsapp_business_account"}"#;
    let keys: Vec<String> = Notification::from_slice(again.as_bytes()).events().map(|event| event.key().to_string()).collect();
    assert_eq!(keys.len(), 3);
    assert!(first.len() == 1 && keys.contains(&first[0]), "{first:?} is not in {keys:?}");
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 3, "{keys:?}");
    let escaped = read(&[change("messages", &json!({"messages": [message]}))]);
    let literal = serde_json::to_string(&escaped).unwrap().replace("hello", "\\u0068ello");
    let unescaped = Notification::from_slice(literal.as_bytes());
    assert_eq!(unescaped.events().next().unwrap().key().to_string(), first[0], "escapes are no difference");
}

#[test]
fn what_is_another_event_has_another_key() {
    let reaction = |emoji: Value| {
        message_key(&json!({"id": "wamid.1", "from": "1", "type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": emoji}}))
    };
    let keys = [reaction(json!("👍")), reaction(json!("❤️")), reaction(json!(""))];
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 3, "put, changed and taken back: {keys:?}");
    assert_eq!(reaction(json!("👍")), keys[0]);
    let edit = |id: &str| {
        message_key(
            &json!({"id": id, "type": "edit", "edit": {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "x"}}}}),
        )
    };
    let revoke = message_key(&json!({"id": "wamid.2", "type": "revoke", "revoke": {"original_message_id": "wamid.0"}}));
    let keys = BTreeSet::from([edit("wamid.1"), edit("wamid.2"), revoke, message_key(&text("wamid.0", "x"))]);
    assert_eq!(keys.len(), 4, "{keys:?}");
    let ghost =
        json!({"id": "wamid.1", "from": "1", "type": "unsupported", "errors": [{"code": 131_060, "title": "This message is unavailable"}]});
    assert_ne!(message_key(&ghost), message_key(&text("wamid.1", "the message itself")), "the message follows its ghost");
    assert_eq!(message_key(&ghost), message_key(&with(&ghost, &json!({"timestamp": "2"}))));
    let status =
        json!({"id": "wamid.1", "status": "delivered", "recipient_id": "g", "recipient_type": "group", "recipient_participant_id": "1"});
    let others = [
        json!({"status": "read"}),
        json!({"recipient_participant_id": "2"}),
        json!({"recipient_participant_id": null, "recipient_participant_user_id": "BR.1"}),
        json!({"id": "wamid.2"}),
        json!({"recipient_participant_id": null}),
    ];
    let keys: BTreeSet<String> = others.iter().map(|more| status_key(&with(&status, more))).chain([status_key(&status)]).collect();
    assert_eq!(keys.len(), others.len() + 1, "{keys:?}");
    assert_eq!(
        status_key(&with(&status, &json!({"timestamp": "9", "pricing": {"billable": true}}))),
        status_key(&status),
        "an outcome is one, whatever it costs"
    );
    let payment = |refunds: Value, updated: i64| {
        let transaction = json!({"id": "order_1", "status": "success", "updated_timestamp": updated, "refunds": refunds});
        status_key(
            &json!({"id": "wamid.1", "type": "payment", "status": "captured", "payment": {"reference_id": "r", "transaction": transaction}}),
        )
    };
    assert_ne!(payment(Value::Null, 5), payment(json!([{"id": "rfnd_1"}]), 9), "what is paid back comes under the same transaction");
    let call = |event: &str| key_of("calls", &json!({"calls": [{"id": "wacid.1", "event": event, "direction": "BUSINESS_INITIATED"}]}));
    assert_ne!(call("connect"), call("terminate"));
}

fn window(changes: &[Value]) -> Window {
    Window::after(read(changes).events().map(|event| *event.placed()))
}

fn at(time: i64, more: &Value) -> Value {
    change("messages", &json!({"messages": [with(&with(&text("wamid.1", "x"), &json!({"timestamp": time.to_string()})), more)]}))
}

fn status(status: &str, time: i64) -> Value {
    change(
        "messages",
        &json!({"statuses": [{"id": "wamid.9", "status": status, "timestamp": time.to_string(), "recipient_id": "15550100123"}]}),
    )
}

#[test]
fn the_window_is_opened_by_what_a_person_does() {
    for more in [
        json!({}),
        json!({"type": "reaction", "text": null, "reaction": {"message_id": "wamid.0", "emoji": "👍"}}),
        json!({"type": "button", "text": null, "button": {"payload": "p", "text": "t"}}),
        json!({"type": "interactive", "text": null, "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "t"}}}),
        json!({"type": "order", "text": null, "order": {}}),
        json!({"type": null, "from": null, "from_user_id": "BR.1"}),
    ] {
        assert_eq!(window(&[at(1_000, &more)]).until, Some(1_000 + DAY), "{more}");
    }
    let call = |event: &str, direction: &str| {
        change("calls", &json!({"calls": [{"id": "wacid.1", "event": event, "direction": direction, "timestamp": "1000"}]}))
    };
    let rings = |status: &str| {
        change(
            "calls",
            &json!({"statuses": [{"id": "wacid.1", "type": "call", "status": status, "timestamp": "1000", "recipient_id": "1"}]}),
        )
    };
    assert_eq!(window(&[call("connect", "USER_INITIATED")]).until, Some(1_000 + DAY), "also if the business does not accept it");
    assert_eq!(window(&[rings("ACCEPTED")]).until, Some(1_000 + DAY), "somebody accepted a call of the business");
    let it = text("wamid.1", "x");
    for closed in [
        call("connect", "BUSINESS_INITIATED"),
        call("terminate", "BUSINESS_INITIATED"),
        rings("RINGING"),
        rings("REJECTED"),
        status("sent", 1_000),
        status("read", 1_000),
        at(1_000, &json!({"type": "request_welcome", "text": null})),
        at(1_000, &json!({"type": "system", "text": null, "system": {"type": "user_changed_number"}})),
        at(1_000, &json!({"group_id": "Y2FwaV9ncm91cDox"})),
        change("history", &json!({"history": [{"threads": [{"id": "1", "messages": [it]}]}]})),
        change("standby", &json!({"standby": {"messages": [it]}})),
        change("smb_message_echoes", &json!({"message_echoes": [it]})),
        change("messages", &json!({"user_actions": [{"action_type": "marketing_messages_link_click", "timestamp": "1000"}]})),
        change("user_preferences", &json!({"user_preferences": [{"wa_id": "1", "value": "resume", "timestamp": 1_000}]})),
        change("messages", &json!({"messages": [with(&it, &json!({"timestamp": null}))]})),
    ] {
        assert_eq!(window(std::slice::from_ref(&closed)), Window::default(), "{closed}");
    }
}

#[test]
fn the_window_of_price_follows_the_first_answer_to_who_came_from_an_ad() {
    let ad = |time| at(time, &json!({"referral": {"source_type": "ad", "source_id": "1"}}));
    let late = window(&[ad(1_000), status("sent", 1_000 + DAY + 1)]);
    assert_eq!((late.entry_until, late.answer_by), (None, Some(1_000 + DAY)), "an answer after a day opens none");
    let early = window(&[status("sent", 999), ad(1_000)]);
    assert_eq!(early.entry_until, None, "what was sent before answers nothing");
    let first = window(&[status("sent", 5_000), status("sent", 2_000), ad(1_000)]);
    assert_eq!((first.entry_until, first.answer_by), (Some(2_000 + 3 * DAY), None), "the first answer counts, in whatever order they come");
    let stated = json!({"id": "wamid.9", "status": "sent", "timestamp": "2000", "conversation": {"origin": {"type": "referral_conversion"}, "expiration_timestamp": "700000"}});
    assert_eq!(
        window(&[ad(1_000), change("messages", &json!({"statuses": [stated]}))]).entry_until,
        Some(700_000),
        "what a status states counts"
    );
    let failed = window(&[ad(1_000), status("failed", 2_000)]);
    assert_eq!(failed.entry_until, None);
    let none = window(&[at(1_000, &json!({})), status("sent", 2_000)]);
    assert_eq!((none.entry_until, none.answer_by), (None, None), "nobody came from anywhere");
    let twice = window(&[ad(1_000), status("sent", 2_000), ad(10 * DAY)]);
    assert_eq!((twice.entry_until, twice.answer_by), (Some(2_000 + 3 * DAY), Some(11 * DAY)), "who comes again waits for an answer again");
    assert_eq!(twice.until, Some(11 * DAY));
}

#[test]
fn the_conversation_of_one_person_is_apart_from_others() {
    let of = |wa_id: &str, time: i64| at(time, &json!({"from": wa_id}));
    let notification = read(&[
        of("1", 1_000),
        of("2", 5_000),
        change("messages", &json!({"statuses": [{"id": "w", "status": "sent", "timestamp": "6000", "recipient_id": "2"}]})),
    ]);
    let one = Window::after(notification.events().map(|event| *event.placed()).filter(|event| event.is_about("1")));
    assert_eq!(one.until, Some(1_000 + DAY));
}

fn ids(notification: &Notification) -> Vec<Vec<(String, String, bool)>> {
    let of = |event: Event<'_>| {
        let people = event.placed().people();
        let mut ids: Vec<_> =
            people.iter().flat_map(|person| person.ids().iter().map(|id| (id.kind.to_owned(), id.value.to_owned(), id.previous))).collect();
        ids.sort();
        ids
    };
    notification.events().map(of).collect()
}

fn id(kind: &str, value: &str, previous: bool) -> (String, String, bool) {
    (kind.into(), value.into(), previous)
}

#[test]
fn who_changed_a_number_had_the_one_that_the_message_is_from() {
    let system = |system: Value| {
        read(&[change(
            "messages",
            &json!({"messages": [{"from": "1", "from_user_id": "BR.1", "id": "a", "timestamp": "1", "type": "system", "system": system}]}),
        )])
    };
    let changed = system(
        json!({"type": "user_changed_number", "wa_id": "2", "user_id": "BR.2", "parent_user_id": "BR.ENT.2", "previous_parent_user_id": "BR.ENT.1"}),
    );
    let expected = vec![
        id("parent_user_id", "BR.ENT.1", true),
        id("parent_user_id", "BR.ENT.2", false),
        id("user_id", "BR.1", true),
        id("user_id", "BR.2", false),
        id("wa_id", "1", true),
        id("wa_id", "2", false),
    ];
    assert_eq!(ids(&changed), [expected]);
    let person = changed.events().next().unwrap().person().unwrap();
    assert_eq!((person.id("wa_id"), person.id("user_id")), (Some("2"), Some("BR.2")));
    let older = system(json!({"type": "customer_changed_number", "new_wa_id": "2", "customer": "1"}));
    assert_eq!(ids(&older), [vec![id("user_id", "BR.1", false), id("wa_id", "1", true), id("wa_id", "2", false)]]);
    let identity = system(json!({"type": "customer_identity_changed", "customer": "1"}));
    assert_eq!(ids(&identity), [vec![id("user_id", "BR.1", false), id("wa_id", "1", false)]], "the number is the same");
    let same = system(json!({"type": "user_changed_user_id", "wa_id": "1", "user_id": "BR.2", "previous_user_id": "BR.1"}));
    assert_eq!(ids(&same), [vec![id("user_id", "BR.1", true), id("user_id", "BR.2", false), id("wa_id", "1", false)]]);
}

#[test]
fn contacts_are_joined_by_identifiers_that_agree() {
    let contacts = json!([
        {"wa_id": "1", "user_id": "BR.1", "parent_user_id": "BR.ENT.1", "profile": {"name": "one"}},
        {"user_id": "BR.2", "profile": {"name": "two", "username": "@two"}},
        {"wa_id": "3", "profile": {"name": "three"}},
    ]);
    let value = json!({
        "contacts": contacts,
        "messages": [
            {"id": "a", "from_user_id": "BR.2", "text": {}},
            {"id": "b", "from_parent_user_id": "BR.ENT.1", "text": {}},
            {"id": "c", "from": "3", "group_id": "Y2FwaV9ncm91cDox", "text": {}},
            {"id": "d", "from": "", "from_user_id": "BR.1", "text": {}},
        ],
        "statuses": [
            {"id": "e", "status": "read", "recipient_id": "Y2FwaV9ncm91cDox", "recipient_type": "group", "recipient_participant_id": "1"},
            {"id": "f", "status": "read", "recipient_user_id": "BR.2"},
            {"id": "g", "status": "failed", "recipient_id": "4"},
        ],
    });
    let notification = read(&[change("messages", &value)]);
    let names: Vec<Option<String>> =
        notification.events().map(|event| event.person().and_then(|person| person.contact()?.profile.as_ref()?.name.clone())).collect();
    let expected = ["two", "one", "three", "one", "one", "two"].map(|name| Some(name.to_owned()));
    assert_eq!(names[..6], expected);
    assert_eq!(names[6], None, "no contact is of that number");
    assert_eq!(
        ids(&notification)[3],
        [id("parent_user_id", "BR.ENT.1", false), id("user_id", "BR.1", false), id("wa_id", "1", false)],
        "an empty number is none"
    );

    let name = |contacts: Value| {
        let value = json!({"contacts": contacts, "messages": [{"id": "a", "from_user_id": "BR.1", "text": {}}]});
        let notification = read(&[change("messages", &value)]);
        let person = notification.events().next().unwrap().person().unwrap();
        person.contact().and_then(|contact| contact.profile.as_ref()?.name.clone())
    };
    let twice = json!([{"wa_id": "1", "user_id": "BR.1", "profile": {"name": "one"}}, {"wa_id": "1", "user_id": "BR.1", "profile": {"name": "uno"}}]);
    assert_eq!(name(twice).as_deref(), Some("one"), "one person, listed twice");
    let differing = json!([{"wa_id": "1", "user_id": "BR.1", "profile": {"name": "one"}}, {"wa_id": "2", "user_id": "BR.1", "profile": {"name": "two"}}]);
    assert_eq!(name(differing), None, "nothing says which of the two it is");
}

#[test]
fn the_outcome_of_a_message_is_followed_for_each_participant() {
    let statuses = json!([
        {"id": "m", "status": "sent", "recipient_id": "g", "recipient_type": "group"},
        {"id": "m", "status": "read", "recipient_type": "group", "recipient_participant_id": "1"},
        {"id": "m", "status": "delivered", "recipient_type": "group", "recipient_participant_id": "1"},
        {"id": "m", "status": "delivered", "recipient_type": "group", "participant_recipient_id": "2"},
        {"id": "m", "status": "failed", "recipient_type": "group", "recipient_participant_id": "2"},
        {"id": "m", "status": "captured", "type": "payment"},
    ]);
    let notification = read(&[change("messages", &json!({"statuses": statuses}))]);
    let mut of: std::collections::BTreeMap<String, Progress> = std::collections::BTreeMap::new();
    let mut steps = Vec::new();
    for event in notification.events() {
        if let Some(state) = event.placed().state() {
            steps.push((state.of.clone(), of.entry(state.of).or_default().observe(&PROGRESS, state.state)));
        }
    }
    let expected = [("m", Step::Forward), ("m/1", Step::Forward), ("m/1", Step::Late), ("m/2", Step::Forward), ("m/2", Step::Conflict)];
    assert_eq!(steps, expected.map(|(of, step)| (of.to_owned(), step)));
    assert_eq!(of["m/2"].latest(&PROGRESS).collect::<Vec<_>>(), ["delivered", "failed"]);
    let mut progress = Progress::default();
    let failed_first: Vec<Step> = ["failed", "delivered", "read", "failed"].map(|state| progress.observe(&PROGRESS, state)).into();
    assert_eq!(failed_first, [Step::Forward, Step::Conflict, Step::Conflict, Step::Repeated]);
}

#[test]
fn a_code_that_is_a_text_is_the_same_error() {
    let of = |code: Value| {
        let notification =
            read(&[change("messages", &json!({"statuses": [{"id": "a", "status": "failed", "errors": [{"code": code, "title": "t"}]}]}))]);
        let Some(Event::Status(status)) = notification.events().next() else { panic!("no status") };
        status.errors[0].kind()
    };
    assert_eq!(of(json!("131049")), Some(ErrorKind::lookup(131_049, None)));
    assert_eq!(of(json!(131_049)), of(json!("131049")));
    assert_eq!(of(json!("ERROR_CODE")), None, "a placeholder is no code");
    assert_eq!(of(json!("-1")), None);
}

#[test]
fn what_is_malformed_costs_only_itself() {
    let good = change("messages", &json!({"messages": [text("good", "good")]})).to_string();
    let deep = format!("{}1{}", "[".repeat(3_000), "]".repeat(3_000));
    let digits = "9".repeat(400);
    for broken in [
        r#"{"field":"messages","value":{"messages":[{"id":"\ud800","text":{"body":"x"}}]}}"#.to_owned(),
        r#"{"field":"messages","value":{"messages":[{"id":"a","text":{"body":"\udc00\ud800"}}]}}"#.to_owned(),
        format!(r#"{{"field":"messages","value":{{"messages":{deep}}}}}"#),
        format!(r#"{{"field":"messages","value":{{"messages":[{{"id":"a","timestamp":{digits}}}]}}}}"#),
        format!(r#"{{"field":"messages","value":{{"messages":[{{"id":{digits}e{digits}}}]}}}}"#),
        r#"{"field":"messages","field":7,"value":{"messages":[{"id":"a"}]},"value":null}"#.to_owned(),
        r#"{"field":"messages","value":{"messages":[{"id":"a","id":"b","text":{"body":"1"},"text":{"body":"2"}}]}}"#.to_owned(),
        r#"["field","value"]"#.to_owned(),
        format!(r#"{{"field":"{}","value":{{}}}}"#, "x".repeat(100_000)),
        r#"{"\u0066ield":"messages","\u0076alue":{}}"#.to_owned(),
        r#"{"field":"messages","value":{"":{"":[{"":null}]}}}"#.to_owned(),
    ] {
        let body = format!(r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{good},{broken},{good}]}}]}}"#);
        let notification = Notification::from_slice(body.as_bytes());
        let shown: String = broken.chars().take(120).collect();
        assert_eq!(answers(&notification).iter().filter(|text| *text == "good").count(), 2, "{shown}");
        assert!(notification.events().count() >= 3, "{shown}");
        let again = serde_json::to_string(&notification).unwrap();
        let keys = |notification: &Notification| notification.events().map(|event| event.key().to_string()).collect::<Vec<_>>();
        assert_eq!(keys(&Notification::from_slice(again.as_bytes())), keys(&notification), "{shown}");
    }
    let trailing =
        [r#"{"entry":[]} x"#, r#"{"entry":[]}{"entry":[]}"#, "[[{}]]", "\"text\"", " ", "nul", "{\"entry\":[{\"changes\":[", "\u{0}"];
    for body in trailing {
        let notification = Notification::from_slice(body.as_bytes());
        assert!(notification.kept().is_some() && notification.events().count() == 1, "{body}");
        assert!(matches!(notification.events().next(), Some(Event::Unread(_))), "{body}");
    }
}
