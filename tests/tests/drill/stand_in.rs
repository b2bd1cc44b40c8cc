//! Run in the workspace of the drill, against a stand-in that was made of its spec: no file of it but the tables differs from this workspace's.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, UNIX_EPOCH},
};

use graph_mock::{Mock, Verdict};
use serde_json::{Value, json};
use whatsapp_graph::ApiVersion;

fn ask(mock: &Mock, method: &str, target: &str, body: &Value) -> (u64, Value) {
    let body = body.to_string();
    let mut stream = TcpStream::connect(mock.url().trim_start_matches("http://")).unwrap();
    write!(
        stream,
        "{method} {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[test]
fn operations_that_the_drill_adds_are_answered_by_version() {
    let mock = Mock::builder().refuses_unfit(true).start().unwrap();
    // 2099-02-10: the version after the newest is released.
    mock.set_time(UNIX_EPOCH + Duration::from_secs(4_074_364_800));
    let next = ApiVersion::window().last().unwrap();
    let newest = ApiVersion::window().filter(|version| *version < next).last().unwrap();
    let drills = |version: ApiVersion| format!("/{version}/102290129340398/drills");
    let start = json!({"title": "Fire", "mode": "LOUD"});
    assert_eq!(ask(&mock, "POST", &drills(newest), &start), (200, json!({"success": true})));
    let (status, refused) = ask(&mock, "POST", &drills(next), &start);
    assert_eq!((status, &refused["error"]["message"]), (400, &json!("(#100) The parameter place is required.")));
    let whole = json!({"title": "Fire", "place": "Hall", "level": "EASY", "mode": "QUIET", "guests": 3, "repeat": true});
    let (status, started) = ask(&mock, "POST", &drills(next), &whole);
    assert_eq!((status, &started["grade"]["remark"]), (200, &json!("Well done")), "{started}");
    let (_, refused) = ask(&mock, "POST", &drills(next), &json!({"title": "Fire", "place": "Hall", "guests": 3, "note": "none"}));
    assert_eq!(refused["error"]["error_data"]["details"], "Guests take no notes.");
    let (_, refused) = ask(&mock, "POST", &drills(next), &json!({"title": "Fire", "place": "Hall", "mode": "SILENT"}));
    assert!(refused["error"]["message"].as_str().unwrap().starts_with("(#100) Param mode must be one of {"), "{refused}");
    let limited = (0..6).map(|_| ask(&mock, "POST", &drills(next), &whole).0).filter(|status| *status != 200).count();
    assert!(limited >= 1, "five an hour");
    assert_eq!(ask(&mock, "DELETE", &drills(next), &json!({})), (200, json!({"success": true})));
    let requests = mock.requests();
    assert_eq!(requests[0].operation, Some("WhatsAppBusinessAccount.drills.create"));
    assert_eq!(requests[0].verdict, Verdict::Fits);
}
