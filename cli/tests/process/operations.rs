//! Operations of every area, as somebody on call types them.

use std::collections::BTreeSet;
use std::fs;

use graph_mock::{Mock, Verdict};
use tempfile::tempdir;

use crate::run::{ACCOUNT, NUMBER, TOKEN, run, run_with};

const BUSINESS: &str = "805021500648488";
const TEMPLATE: &str = "1387372356726668";
const GROUP: &str = "120363025246125486";
const FLOW: &str = "594425479261596";

/// Each is sent, fits the spec, and is answered.
#[test]
fn operations_of_every_area_are_called() {
    let calls: &[&[&str]] = &[
        &["send-message", NUMBER, "-p", "to=16505551234", "-p", "type=text", "-p", "text.body=All is well again."],
        &["send-message", NUMBER, "-p", "to=16505551234", "-p", "type=image", "-p", "image.link=https://www.luckyshrub.com/fern.png"],
        &[
            "send-message",
            NUMBER,
            "-p",
            "to=16505551234",
            "-p",
            "type=reaction",
            "-p",
            "reaction.message_id=wamid.HBgL",
            "-p",
            "reaction.emoji=👍",
        ],
        &["mark-message-as-read", NUMBER, "-p", "message_id=wamid.HBgL"],
        &["list-message-history", NUMBER],
        &["read-phone-number", NUMBER, "-p", "fields=status,quality_rating,throughput"],
        &["read-business-profile", NUMBER],
        &["update-business-profile", NUMBER, "-p", "about=Open until six", "-p", "websites=https://www.luckyshrub.com"],
        &["create-qr-code", NUMBER, "-p", "prefilled_message=Show me ferns", "-p", "generate_qr_image=PNG"],
        &["list-qr-codes", NUMBER],
        &["read-settings", NUMBER],
        &["update-settings", NUMBER, "-p", "calling.status=ENABLED"],
        &["list-blocked-users", NUMBER],
        &["block-users", NUMBER, "-p", "block_users.0.user=16505551234"],
        &["request-code", NUMBER, "-p", "code_method=SMS", "-p", "language=en_US"],
        &["read-username", NUMBER],
        &["create-group", NUMBER, "-p", "subject=Ferns"],
        &["read-group", GROUP],
        &["read-call-permission", NUMBER, "-p", "user_wa_id=16505551234"],
        &["list-phone-numbers", ACCOUNT],
        &["read-waba", ACCOUNT, "-p", "fields=name,currency"],
        &["create-phone-number", ACCOUNT, "-p", "cc=1", "-p", "phone_number=6315551000", "-p", "verified_name=Lucky Shrub"],
        &["subscribe-app", ACCOUNT],
        &["list-subscribed-apps", ACCOUNT],
        &["assign-user", ACCOUNT, "-p", "user=1234567890", "-p", "tasks=MANAGE"],
        &[
            "create-message-template",
            ACCOUNT,
            "-p",
            "name=order",
            "-p",
            "language=en_US",
            "-p",
            "category=UTILITY",
            "-p",
            r#"components=[{"type":"BODY","text":"Here it is."}]"#,
        ],
        &["list-message-templates", ACCOUNT, "-p", "status=APPROVED", "-p", "limit=5"],
        &["read-message-template", TEMPLATE],
        &["list-flows", ACCOUNT],
        &["create-flow", ACCOUNT, "-p", "name=Appointments", "-p", "categories=APPOINTMENT_BOOKING"],
        &["read-flow", FLOW],
        &["read-pricing-analytics", ACCOUNT, "-p", "start=1764547200", "-p", "end=1764633600", "-p", "granularity=DAILY"],
        &["read-conversation-analytics", ACCOUNT, "-p", "start=1764547200", "-p", "end=1764633600", "-p", "granularity=DAILY"],
        &["list-owned-wabas", BUSINESS, "-p", "sort=creation_time_descending"],
        &["list-extended-credits", BUSINESS],
        &["browse-template-library", "-p", "search=delivery"],
    ];
    assert!(calls.len() >= 25);
    let areas: BTreeSet<String> = run(&["operations", "--json"])
        .ends(0)
        .lines()
        .iter()
        .filter(|known| calls.iter().any(|call| known["name"] == call[0]))
        .flat_map(|known| known["areas"].as_array().unwrap().iter().map(|area| area.as_str().unwrap().to_owned()).collect::<Vec<_>>())
        .collect();
    let expected = ["analytics", "calls", "flows", "groups", "management", "messages", "onboarding", "templates"];
    assert_eq!(areas.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    for call in calls {
        // Each has a stand-in of its own: what one creates is nothing to the next.
        let mock = Mock::start().unwrap();
        let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_TOKEN", TOKEN), ("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))];
        let run = run_with(&[&["call"], *call, &["--json"]].concat(), &variables).ends(0);
        assert!(run.json().is_object() || run.json().is_array(), "{call:?}: {run:?}");
        let requests = mock.requests();
        assert_eq!(requests.len(), 1, "{call:?}");
        assert_eq!(requests[0].verdict, Verdict::Fits, "{call:?}: {:#?}", requests[0]);
        // What would be sent is what was sent.
        let dry = run_with(&[&["call"], *call, &["--dry-run", "--json"]].concat(), &variables).ends(0).json();
        assert_eq!(dry["method"], requests[0].method, "{call:?}");
        assert!(dry["url"].as_str().unwrap().contains(requests[0].target.split('?').next().unwrap()), "{call:?}: {dry}");
        assert_eq!(mock.requests().len(), 1, "{call:?}");
    }
}

#[test]
fn bytes_are_uploaded_and_an_identifier_may_be_a_text() {
    let mock = Mock::start().unwrap();
    let variables = [("WHATSAPP_BASE_URL", &*mock.url()), ("WHATSAPP_TOKEN", TOKEN)];
    let folder = tempdir().unwrap();
    let file = folder.path().join("flow.json");
    fs::write(&file, r#"{"version": "7.0", "screens": []}"#).unwrap();
    let flow = format!("file={};type=application/json", file.display());
    run_with(&["call", "upload-flow-json", FLOW, "--param-file", &flow], &variables).ends(0);
    let picture = folder.path().join("fern.jpg");
    fs::write(&picture, b"\xff\xd8 not really").unwrap();
    let part = format!("file={};type=image/jpeg", picture.display());
    let arguments = [
        "call",
        "create-upload-session",
        "670843887433847",
        "-p",
        "file_name=fern.jpg",
        "-p",
        "file_length=13",
        "-p",
        "file_type=image/jpeg",
    ];
    let session = run_with(&arguments, &variables).ends(0).json()["id"].as_str().unwrap().to_owned();
    assert!(session.starts_with("upload:"), "{session}");
    let run = run_with(&["call", "upload-file", &session, "-p", "file_offset=0", "--param-file", &part], &variables).ends(0);
    assert!(run.json()["h"].is_string(), "{run:?}");
    for request in mock.requests() {
        assert_eq!(request.verdict, Verdict::Fits, "{request:#?}");
    }
}
