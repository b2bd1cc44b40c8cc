//! Versions, faults, verdicts, the journal, batches, and requests of any bytes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod wire;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use graph_mock::{Mock, Origin, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};
use whatsapp_graph::{
    ApiVersion, Client, ErrorKind, RetryPolicy,
    phone_number::{ReadPhoneNumber, RegisterPhoneNumber},
};

use crate::wire::{ask, raw};

const NUMBER: &str = "106540352242922";

fn client_at(mock: &Mock, version: ApiVersion) -> Client {
    mock.client_builder(version).retries(RetryPolicy::never()).build().unwrap()
}

#[test]
fn an_expired_version_is_served_by_the_oldest_and_one_that_is_not_released_is_a_path() {
    let mock = Mock::start().unwrap();
    // 2026-11-28.
    mock.set_time(UNIX_EPOCH + Duration::from_secs(1_795_860_000));
    let version = |target: &str| {
        ask(&mock, "GET", target, "").1.lines().find_map(|line| line.strip_prefix("facebook-api-version: ").map(str::to_owned)).unwrap()
    };
    assert_eq!(version(&format!("/v23.0/{NUMBER}")), "v23.0");
    assert_eq!(version(&format!("/v19.0/{NUMBER}")), "v21.0");
    assert_eq!(version(&format!("/{NUMBER}")), "v21.0");
    let (status, head, body) = ask(&mock, "GET", "/v99.0/me", "");
    assert_eq!((status, &body["error"]["code"], &body["error"]["message"]), (400, &json!(2500), &json!("Unknown path components: /me")));
    assert!(head.contains("facebook-api-version: v21.0"));
    mock.set_time(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    assert_eq!(ask(&mock, "GET", &format!("/v23.0/{NUMBER}"), "").2["error"]["code"], 2500, "it was not released then");
}

#[test]
fn the_answers_of_graph_to_what_it_does_not_know() {
    let mock = Mock::start().unwrap();
    let error = |method: &str, target: &str| {
        let (status, _, body) = ask(&mock, method, target, "");
        let of = |name: &str| body["error"][name].clone();
        assert!(of("fbtrace_id").is_string() && of("type").is_string(), "{body}");
        (status, of("code"), of("message").as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(
        error("GET", &format!("/v23.0/{NUMBER}/nothing")).2,
        "(#100) Tried accessing nonexisting field (nothing) on node type (WhatsAppBusinessPhoneNumber)"
    );
    assert_eq!(error("POST", &format!("/v23.0/{NUMBER}/nothing")).1, 100);
    assert_eq!(error("GET", "/v23.0/nobody").0, 404);
    assert_eq!(error("PUT", &format!("/v23.0/{NUMBER}")).1, 100);
    assert_eq!(error("GET", "/v23.0/a/b/c/d").1, 2500);
    let (status, code, _) = error("GET", "/v27.0/?ids=1,2");
    assert_eq!((status, code), (500, json!(100)));
    let answer = raw(&mock, format!("GET /v23.0/{NUMBER} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("An access token is required"), "{answer}");
}

#[tokio::test]
async fn faults_happen_as_often_as_they_are_asked_for() {
    let mock = Mock::start().unwrap();
    let client = client_at(&mock, ApiVersion::window().last().unwrap());
    let phone = client.phone_number(NUMBER);
    let planned = mock.on::<RegisterPhoneNumber>().fails(ErrorKind::PinMismatch).times(2);
    for _ in 0..2 {
        assert_eq!(phone.register("212834").send().await.unwrap_err().kind(), Some(ErrorKind::PinMismatch));
    }
    phone.register("212834").send().await.unwrap();
    assert_eq!(planned.hits(), 2);
    let every = mock.on_named("ReadPhoneNumber").unwrap().answers(502, "<html>Sorry, something went wrong</html>").every(2);
    assert!(phone.read().send().await.is_ok() && phone.read().send().await.is_err() && phone.read().send().await.is_ok());
    every.end();
    mock.on::<ReadPhoneNumber>().id("1").expire_token().times(1);
    assert!(phone.read().send().await.is_ok());
    assert_eq!(client.phone_number("1").read().send().await.unwrap_err().kind(), Some(ErrorKind::AccessTokenExpired));
    for kind in [0, 1, 2] {
        let on = mock.on_any();
        let planned = match kind {
            0 => on.close_before(),
            1 => on.close_after(),
            _ => on.halve(),
        }
        .times(1);
        assert!(phone.read().send().await.is_err(), "{kind}");
        assert_eq!(planned.hits(), 1);
        assert!(phone.read().send().await.is_ok(), "{kind}");
    }
    mock.on_any().delay(Duration::from_millis(50)).times(1);
    let start = Instant::now();
    phone.read().send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert!(mock.on_named("regster").is_err());
    assert!(mock.requests().iter().any(|exchange| exchange.status == 0 && exchange.origin == Origin::Fault));
}

#[tokio::test]
async fn every_error_of_the_spec_is_known_to_the_client_by_its_name() {
    let mock = Mock::start().unwrap();
    let client = client_at(&mock, ApiVersion::window().last().unwrap());
    let mut wrong = Vec::new();
    let mut seen = 0;
    for error in whatsapp_graph::description::OPERATIONS.iter().flat_map(|operation| operation.errors) {
        let info = error.error;
        let Some(kind) =
            Some(ErrorKind::lookup(info.code, info.subcode)).filter(|kind| kind.info().is_some_and(|known| known.name == info.name))
        else {
            continue;
        };
        if seen > 400 {
            break;
        }
        seen += 1;
        let planned = mock.on::<ReadPhoneNumber>().fails(kind);
        let error = client.phone_number(NUMBER).read().send().await.unwrap_err();
        if error.kind() != Some(kind) {
            wrong.push(format!("{} came as {:?}: {error}", info.name, error.kind()));
        }
        planned.end();
    }
    assert!(wrong.is_empty() && seen > 100, "of {seen}:\n{}", wrong.join("\n"));
}

#[test]
fn a_strict_one_refuses_what_does_not_fit_and_a_lenient_one_notes_it() {
    let body = r#"{"messaging_product":"whatsapp","pin":123}"#;
    let strict = Mock::builder().strict().start().unwrap();
    assert_eq!(ask(&strict, "POST", &format!("/v23.0/{NUMBER}/register"), body).2["error"]["error_subcode"], 33, "nobody put it in");
    strict.restore(&json!({"objects": {NUMBER: {"node": "WhatsAppBusinessPhoneNumber"}}})).unwrap();
    let (status, _, answer) = ask(&strict, "POST", &format!("/v23.0/{NUMBER}/register"), r#"{"messaging_product":"whatsapp"}"#);
    assert_eq!((status, answer["error"]["message"].as_str()), (400, Some("(#100) The parameter pin is required.")));
    let (_, _, answer) = ask(&strict, "POST", &format!("/v23.0/{NUMBER}/request_code"), r#"{"code_method":"PIGEON","language":"en"}"#);
    assert_eq!(answer["error"]["message"], "(#100) Param code_method must be one of {SMS, VOICE, IVR} - got \"PIGEON\".");
    let (_, _, answer) = ask(&strict, "GET", &format!("/v23.0/{NUMBER}?fields=id,nothing"), "");
    assert_eq!(answer["error"]["message"], "(#100) Tried accessing nonexisting field (nothing) on node type (WhatsAppBusinessPhoneNumber)");
    let lenient = Mock::start().unwrap();
    assert_eq!(ask(&lenient, "POST", &format!("/v23.0/{NUMBER}/register"), r#"{"messaging_product":"whatsapp","more":1}"#).0, 200);
    match &lenient.requests()[0].verdict {
        Verdict::Unfit(reasons) => assert_eq!(reasons, &["(#100) The parameter pin is required."]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn fields_are_selected_and_lists_are_read_page_by_page() {
    let mock = Mock::start().unwrap();
    let (_, _, body) = ask(&mock, "GET", &format!("/v23.0/{NUMBER}?fields=verified_name"), "");
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["verified_name", "id"]);
    for name in ["a", "b", "c"] {
        ask(&mock, "POST", "/v23.0/102290129340398/flows", &json!({"name": name, "categories": ["OTHER"]}).to_string());
    }
    let (_, _, first) = ask(&mock, "GET", "/v23.0/102290129340398/flows?fields=name&limit=2", "");
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let next = first["paging"]["next"].as_str().unwrap().strip_prefix(&mock.url()).unwrap().to_owned();
    let (_, _, second) = ask(&mock, "GET", &next, "");
    assert_eq!((second["data"][0]["name"].as_str(), second["paging"].get("next")), (Some("c"), None));
    assert_eq!(ask(&mock, "GET", "/v23.0/102290129340398/flows?after=nonsense", "").0, 400);
}

#[tokio::test]
async fn a_batch_is_its_items() {
    let mock = Mock::start().unwrap();
    let client = client_at(&mock, ApiVersion::window().last().unwrap());
    let mut batch = client.batch();
    let number = batch.add(client.phone_number(NUMBER).read());
    let message = batch.add(client.phone_number(NUMBER).messages().create("hello").to("+16505551234"));
    let mut answers = batch.send().await;
    assert_eq!(answers.take(number).unwrap().id.as_str(), NUMBER);
    assert!(answers.take(message).unwrap().messages.unwrap()[0].id.starts_with("wamid."));
    let items = json!([
        {"method": "POST", "name": "made", "relative_url": "v23.0/102290129340398/flows", "body": "name=my flow&categories=[\"OTHER\"]"},
        {"method": "GET", "relative_url": "v23.0/{result=made:$.id}?fields=name"},
    ]);
    let (_, _, answers) = ask(&mock, "POST", "/", &json!({"batch": items}).to_string());
    assert_eq!(answers[0], Value::Null, "another item refers to it");
    assert!(answers[1]["body"].as_str().unwrap().contains("my flow"), "{answers}");
}

#[test]
fn the_journal_is_bounded_and_says_so() {
    let mock = Mock::builder().journal(10, 1 << 20).start().unwrap();
    for _ in 0..25 {
        ask(&mock, "GET", &format!("/v23.0/{NUMBER}"), "");
    }
    assert_eq!((mock.requests().len(), mock.request_counts()), (10, (25, 15)));
    assert_eq!(mock.requests()[0].number, 16);
    let mock = Mock::builder().journal(1000, 4096).start().unwrap();
    for _ in 0..25 {
        ask(&mock, "GET", &format!("/v23.0/{NUMBER}"), "");
    }
    let kept: usize = mock.requests().iter().map(|exchange| exchange.body.len() + exchange.answer.len()).sum();
    assert!(kept <= 4096 && mock.request_counts().1 > 0);
}

#[test]
fn two_do_not_meet_and_one_seed_gives_the_same() {
    let (one, other) = (Mock::builder().seed(5).start().unwrap(), Mock::builder().seed(5).start().unwrap());
    let create = |mock: &Mock| ask(mock, "POST", "/v23.0/102290129340398/flows", r#"{"name":"a","categories":["OTHER"]}"#).2["id"].clone();
    let id = create(&one);
    assert_eq!(other.requests().len(), 0);
    assert_eq!(id, create(&other));
    assert_ne!(id, create(&Mock::builder().seed(6).start().unwrap()));
}

#[test]
fn starting_takes_no_time() {
    Mock::start().unwrap();
    let start = Instant::now();
    for _ in 0..20 {
        Mock::start().unwrap();
    }
    // Five milliseconds each, in an unoptimized build on a busy machine.
    assert!(start.elapsed() / 20 < Duration::from_millis(50), "{:?}", start.elapsed() / 20);
}

#[test]
fn state_goes_out_and_in() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    let id =
        ask(&mock, "POST", "/v23.0/102290129340398/flows", r#"{"name":"a","categories":["OTHER"]}"#).2["id"].as_str().unwrap().to_owned();
    let state = ask(&mock, "GET", "/_mock/state", "").2;
    let other = Mock::start().unwrap();
    other.stop_clock();
    assert_eq!(ask(&other, "PUT", "/_mock/state", &state.to_string()).0, 200);
    assert_eq!(other.state(), state);
    assert_eq!(ask(&other, "GET", &format!("/v23.0/{id}?fields=name"), "").2["name"], "a");
    assert!(other.restore(&json!({"objects": {"1": {"node": "Nothing"}}})).is_err());
}

#[test]
fn the_control_api_does_what_the_library_does() {
    let mock = Mock::start().unwrap();
    assert_eq!(ask(&mock, "GET", "/_mock/openapi.json", "").2["openapi"], "3.1.0");
    let (_, _, made) = ask(&mock, "POST", "/_mock/faults", r#"{"operation":"register","error":"133005","next":1}"#);
    assert_eq!(
        ask(&mock, "POST", &format!("/v23.0/{NUMBER}/register"), r#"{"messaging_product":"whatsapp","pin":"212834"}"#).2["error"]["code"],
        133_005
    );
    let (_, _, faults) = ask(&mock, "GET", "/_mock/faults", "");
    assert_eq!((faults[0]["hits"].as_u64(), &faults[0]["id"]), (Some(1), &made["id"]));
    for wrong in [
        r#"{"operation":"regster","error":"133005"}"#,
        r#"{"operation":"register","error":"133005","times":2}"#,
        r#"{"operation":"register","error":"133005","next":"2"}"#,
        "[]",
        "",
    ] {
        assert_eq!(ask(&mock, "POST", "/_mock/faults", wrong).0, 400, "{wrong}");
    }
    let before = mock.now();
    ask(&mock, "POST", "/_mock/clock/advance", r#"{"seconds":3600}"#);
    assert!(mock.now() >= before + Duration::from_secs(3600));
    let (_, _, requests) = ask(&mock, "GET", "/_mock/requests", "");
    assert_eq!((requests["seen"].as_u64(), requests["requests"][0]["verdict"].as_str()), (Some(1), Some("fits")), "control is no request");
    ask(&mock, "PUT", "/_mock/usage", r#"{"app":95,"business":91,"minutes":7}"#);
    assert!(ask(&mock, "GET", &format!("/v23.0/{NUMBER}"), "").1.contains(r#"x-app-usage: {"call_count":95"#));
    assert!(ask(&mock, "GET", "/_mock/operations", "").2.as_array().unwrap().len() > 100);
    ask(&mock, "POST", "/_mock/reset", "");
    assert!(mock.requests().is_empty() && mock.now() < before + Duration::from_secs(3600));
    assert_eq!(ask(&mock, "GET", "/_mock/nothing", "").0, 404);
    let described = ask(&mock, "GET", "/_mock/openapi.json", "").2;
    assert_eq!(
        raw(&mock, b"GET /_mock/openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").split_once("\r\n\r\n").unwrap().1,
        serde_json::to_string_pretty(&described).unwrap() + "\n",
        "nothing is described twice"
    );
    // Every path of the description is there.
    for (path, methods) in ask(&mock, "GET", "/_mock/openapi.json", "").2["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "parameters") {
            let target = format!("/_mock{}", path.replace("{id}", "1").replace("{token}", "EAAB").replace("{user}", "16505551234"));
            let (_, _, answer) = ask(&mock, &method.to_uppercase(), &target, "{}");
            assert!(!answer["error"].as_str().unwrap_or_default().starts_with("/_mock has no"), "{method} {path}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked, the answer is of Graph's shape.
    #[test]
    fn any_request_is_answered_in_graphs_shape(
        method in prop_oneof!["GET", "POST", "DELETE", "[A-Z]{1,9}"],
        path in prop_oneof!["/[!-~&&[^#?]]{0,40}", "/v[0-9]{1,3}\\.0/[0-9]{1,20}(/[a-z_]{1,20}){0,2}", "/v23\\.0/106540352242922/(messages|register|settings)"],
        query in prop_oneof![Just(String::new()), "\\?[!-~&&[^#]]{0,60}", "\\?(fields|batch|after|limit|filtering)=[!-~&&[^#]]{0,30}"],
        kind in prop_oneof!["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "[!-~]{0,20}"],
        body in prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), "\\{\"[a-z_]{1,12}\":[\\[\\]{}0-9\",:a-z]{0,40}\\}".prop_map(String::into_bytes)],
    ) {
        prop_assume!(method != "CONNECT" && method != "HEAD" && !path.starts_with("/_mock"));
        thread_local!(static MOCK: Mock = Mock::start().unwrap());
        MOCK.with(|mock| {
            let head = format!("{method} {path}{query} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let answer = raw(mock, &[head.as_bytes(), &body].concat());
            let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
            let json: Value = serde_json::from_str(body).unwrap_or_default();
            let status = head.split(' ').nth(1).unwrap_or_default();
            if status == "200" {
                prop_assert!(json.is_object() || json.is_array(), "{answer}");
            } else {
                prop_assert!(json["error"]["code"].is_u64() && json["error"]["message"].is_string(), "{method} {path}{query}: {answer}");
            }
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is no HTTP at all, too.
    #[test]
    fn any_bytes_are_answered_in_graphs_shape(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 1..200),
            "(GET|POST|PUT) [ -~]{0,40}( HTTP/1\\.[09])?(\r\n[ -~]{0,20}){0,3}".prop_map(String::into_bytes),
        ],
    ) {
        // Whoever sends nothing, or less than a head, is answered with nothing.
        prop_assume!(!bytes.starts_with(b"\r") && !bytes.starts_with(b"\n") && !bytes.starts_with(b"HEAD") && !bytes.starts_with(b"GET /_mock"));
        thread_local!(static MOCK: Mock = Mock::start().unwrap());
        MOCK.with(|mock| {
            let answer = raw(mock, &[&bytes[..], b"\r\n\r\n"].concat());
            let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
            let json: Value = serde_json::from_str(body.split("HTTP/1.1").next().unwrap_or_default()).unwrap_or_default();
            prop_assert!(head.starts_with("HTTP/1.") && (json.is_array() || json.is_object()), "{:?}: {answer}", String::from_utf8_lossy(&bytes));
            Ok(())
        })?;
    }
}

#[test]
fn the_clock_is_that_of_the_system_until_it_is_set() {
    let mock = Mock::start().unwrap();
    let now = SystemTime::now();
    let apart = mock.now().duration_since(now).unwrap_or_default();
    assert!(apart < Duration::from_secs(1));
}

#[test]
fn what_is_hardly_http_is_answered_in_graphs_shape() {
    let mock = Mock::start().unwrap();
    let head = |line: &str, more: &str| {
        format!(
            "{line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-type: application/json\r\nconnection: close\r\n{more}\r\n"
        )
    };
    let messages = format!("POST /v23.0/{NUMBER}/messages");
    let sized = |kind: &str, body: &str| head(&messages, &format!("content-length: {}\r\n{kind}", body.len())) + body;
    let refused = [
        ("another version of HTTP", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("a chunk without a length", head(&messages, "transfer-encoding: chunked\r\n") + "zz\r\nhello\r\n"),
        ("many headers", head(&messages, &"a: b\r\n".repeat(500))),
        ("a header without an end", head(&messages, &format!("a: {}\r\n", "b".repeat(600_000)))),
        ("a long path", head(&format!("GET /{}", "a".repeat(100_000)), "")),
        ("a part without an end", {
            let body = "--b\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nhello";
            format!(
                "{messages} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
        }),
        ("a file that is not there", head("GET /whatsapp_business/attachments/?mid=1&ext=9999999999", "")),
        ("no percent escapes", head("GET /v23.0/%zz%/%", "")),
    ];
    for (what, bytes) in refused {
        let answer = raw(&mock, bytes.as_bytes());
        let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap_or_default().1).unwrap_or_default();
        let error = &body["error"];
        assert!(error["code"].is_u64() && error["message"].is_string() && error["type"].is_string(), "{what}: {answer}");
        assert!(error["fbtrace_id"].as_str().is_some_and(|trace| !trace.is_empty()), "{what}: {answer}");
    }
    let taken = [
        ("deep fields", head(&format!("GET /v23.0/{NUMBER}?fields={}", "a%7B".repeat(15_000)), "")),
        ("deep fields in a body", sized("", &json!({"fields": "a{".repeat(200_000), "to": "16505551234"}).to_string())),
        ("deep JSON", sized("", &"{\"a\":".repeat(100_000))),
        ("deep JSON in a batch", {
            let body = json!({"batch": "[".repeat(100_000)}).to_string();
            head("POST /", &format!("content-length: {}\r\n", body.len())) + &body
        }),
    ];
    for (what, bytes) in taken {
        let answer = raw(&mock, bytes.as_bytes());
        let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap_or_default().1).unwrap_or_default();
        assert!(body.is_object(), "{what}: {answer}");
    }
    assert_eq!(ask(&mock, "GET", &format!("/v23.0/{NUMBER}"), "").0, 200, "it is still there");
}

#[test]
fn a_verdict_has_so_many_reasons() {
    let mock = Mock::start().unwrap();
    let body: serde_json::Map<String, Value> = (0..5000).map(|at| (format!("unknown_{at}"), json!(at))).collect();
    ask(&mock, "POST", &format!("/v23.0/{NUMBER}/deregister"), &Value::Object(body).to_string());
    match &mock.requests()[0].verdict {
        Verdict::Noted(reasons) => assert_eq!((reasons.len(), reasons[100].as_str()), (101, "and 4900 more")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn identifiers_do_not_depend_on_how_long_handshakes_take() {
    let (one, other) = (Mock::start().unwrap(), Mock::start().unwrap());
    // No one listens there: the handshake is tried again and again.
    one.tell("http://127.0.0.1:9/", "token", None);
    std::thread::sleep(Duration::from_millis(300));
    let create = |mock: &Mock| ask(mock, "POST", "/v23.0/102290129340398/flows", r#"{"name":"a","categories":["OTHER"]}"#).2["id"].clone();
    assert_eq!(create(&one), create(&other));
}

#[test]
fn any_answer_can_be_planned() {
    let mock = Mock::start().unwrap();
    let fault =
        json!({"operation": "ReadPhoneNumber", "answer": {"status": 429, "headers": {"Retry-After": 5}, "body": {"a": 1}}, "next": 1});
    ask(&mock, "POST", "/_mock/faults", &fault.to_string());
    let (status, head, body) = ask(&mock, "GET", &format!("/v23.0/{NUMBER}"), "");
    assert_eq!((status, body), (429, json!({"a": 1})));
    assert!(head.contains("retry-after: 5") && head.contains("content-type: application/json"), "{head}");
}

#[test]
fn what_is_no_state_changes_nothing() {
    let mock = Mock::start().unwrap();
    mock.token("EAAB").revoke();
    let before = mock.state()["tokens"].clone();
    for wrong in [json!([]), json!("state"), json!({"objects": []}), json!({"messages": {}}), json!({"form": 2})] {
        assert!(mock.restore(&wrong).is_err(), "{wrong}");
    }
    assert_eq!(mock.state()["tokens"], before);
}

#[test]
fn what_was_only_looked_at_is_forgotten_and_what_was_written_is_not() {
    let mock = Mock::start().unwrap();
    let written = "1000000000000000";
    ask(&mock, "POST", &format!("/v23.0/{written}/register"), r#"{"messaging_product":"whatsapp","pin":"212834"}"#);
    let first = ask(&mock, "GET", "/v23.0/2000000000000000?fields=display_phone_number", "").2;
    for at in 0..45 {
        let batch: Vec<Value> =
            (0..50).map(|of| json!({"method": "GET", "relative_url": format!("v23.0/3{:015}", at * 50 + of)})).collect();
        ask(&mock, "POST", "/", &json!({"batch": batch}).to_string());
        let batch: Vec<Value> =
            (0..50).map(|of| json!({"method": "GET", "relative_url": format!("v23.0/4{:015}", at * 50 + of)})).collect();
        ask(&mock, "POST", "/", &json!({"batch": batch}).to_string());
    }
    let objects = mock.state()["objects"].as_object().unwrap().len();
    assert!((4000..4200).contains(&objects), "{objects} of 4502");
    let wrong = ask(&mock, "POST", &format!("/v23.0/{written}/register"), r#"{"messaging_product":"whatsapp","pin":"111111"}"#).2;
    assert_eq!(wrong["error"]["code"], 133_005);
    assert_eq!(ask(&mock, "GET", "/v23.0/2000000000000000?fields=display_phone_number", "").2, first);
}
