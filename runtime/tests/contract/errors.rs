//! Answers that are errors, in every state that Graph knows.

use std::time::{Duration, SystemTime};

use graph_runtime::{Error, ErrorCategory, Outcome, RetryPolicy, Version};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::miniature::{ListPhoneNumbers, RegisterPhoneNumber};
use crate::server::{TOKEN, answering, client, offline, saying};

async fn failing(answer: ResponseTemplate) -> Error {
    let server = answering(answer).await;
    client(&server).send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err()
}

async fn graph(status: u16, error: Value) -> Error {
    let error = failing(ResponseTemplate::new(status).set_body_json(json!({"error": error}))).await;
    assert!(error.is_graph());
    error
}

fn minutes_until(time: Option<SystemTime>) -> u64 {
    let seconds = time.unwrap().duration_since(SystemTime::now()).unwrap().as_secs();
    (seconds + 30) / 60
}

/// What the report of this error says, a line each.
const REPORT: [&str; 25] = [
    "operation: WhatsAppBusinessPhoneNumber.register.create",
    "request: POST /v23.0/106/register",
    "page: https://example.com/register",
    "requested version: v23.0",
    "served version: v24.0",
    "attempts: 1",
    "status: 400",
    "code: 133016",
    "subcode: 2388091",
    "type: OAuthException",
    "message: (#133016) Account register rate limit exceeded",
    "details: Too many attempts.",
    "user title: Title",
    "user message: Message",
    "blamed: pin, backup.data",
    "transient: false",
    "trace id: AbC",
    "trace of the answer: header",
    "request id: request",
    r#"app usage: {"call_count":28}"#,
    r#"usage: {"102":[{"type":"x","call_count":7}]}"#,
    "retry: AfterWindow",
    "executed: false",
    "remedy: Wait 72 hours.",
    "retry basis: observed",
];

#[tokio::test]
async fn a_graph_error_tells_everything_it_knows() {
    let answer = ResponseTemplate::new(400)
        .set_body_json(json!({"error": {
            "message": "(#133016) Account register\nrate limit exceeded", "type": "OAuthException", "code": 133_016,
            "error_subcode": 2_388_091, "error_data": {"messaging_product": "whatsapp", "details": "Too many attempts.",
                "blame_field_specs": [["pin"], ["backup", "data"]]},
            "error_user_title": "Title", "error_user_msg": "Message", "fbtrace_id": "AbC", "is_transient": false
        }}))
        .insert_header("facebook-api-version", "v24.0")
        .insert_header("x-fb-request-id", "request")
        .insert_header("x-app-usage", r#"{"call_count":28}"#)
        .insert_header("x-business-use-case-usage", r#"{"102":[{"type":"x","call_count":7}]}"#)
        .insert_header("x-fb-trace-id", "header");
    let error = failing(answer).await;
    assert_eq!((error.code(), error.subcode(), error.status()), (Some(133_016), Some(2_388_091), Some(400)));
    assert_eq!(error.message(), Some("(#133016) Account register\nrate limit exceeded"));
    assert_eq!(error.details(), Some("Too many attempts."));
    assert_eq!((error.user_title(), error.user_message()), (Some("Title"), Some("Message")));
    assert_eq!((error.error_type(), error.fbtrace_id()), (Some("OAuthException"), Some("AbC")));
    assert_eq!((error.requested_version(), error.served_version()), (Some(Version(23, 0)), Some(Version(24, 0))));
    assert_eq!((error.operation(), error.attempts()), (Some("WhatsAppBusinessPhoneNumber.register.create"), 1));
    assert_eq!((error.info().unwrap().name, error.category()), ("RegistrationLimitReached", Some(ErrorCategory::new("registration"))));
    assert_eq!(error.doc().unwrap().remedy, "Wait 72 hours.");
    assert_eq!(
        error.to_string(),
        "RegisterPhoneNumber: RegistrationLimitReached: (#133016) Account register rate limit exceeded: Too many attempts. \
         (code 133016, subcode 2388091, HTTP 400, trace AbC)"
    );
    let report = error.support_report();
    for line in REPORT {
        assert_eq!(report.lines().filter(|said| *said == line).count(), 1, "{line} in {report}");
    }
    for line in ["request: POST /v23.0/106/register", "served version: v24.0", "remedy: Wait 72 hours.", "trace id: AbC"] {
        assert!(report.contains(line), "{line} in {report}");
    }
}

#[test]
fn a_report_has_a_line_only_for_what_there_is() {
    let has = |error: &Error, line: &str| error.support_report().lines().any(|said| said.starts_with(line));
    let (register, list) = (RegisterPhoneNumber::new("106", "212834"), ListPhoneNumbers::new("102"));
    let page = offline().answer_full(&list, 502, &[("content-type", "text/html")], "<p>Sorry").unwrap_err().0;
    assert!(has(&page, "content type: text/html") && has(&page, "body: <p>Sorry") && !has(&page, "page:"), "{}", page.support_report());
    let of_graph = offline().answer(&register, 400, r#"{"error": {"code": 133016, "message": "no"}}"#).unwrap_err().0;
    assert!(of_graph.body().is_some() && !has(&of_graph, "body:") && !has(&of_graph, "content type:"), "{}", of_graph.support_report());
    let lost = offline().error(&register, Outcome::Unknown).0;
    assert!(lost.body().is_none() && !has(&lost, "body:"), "{}", lost.support_report());
}

#[test]
fn usage_is_reported_whole_to_who_asks_for_all_and_with_short_identifiers_otherwise() {
    let usage = r#"{"106540352242922":[{"type":"x","call_count":7}]}"#;
    let headers = [("x-app-usage", r#"{"call_count":28}"#), ("x-business-use-case-usage", usage)];
    let error = offline().answer_full(&ListPhoneNumbers::new("102"), 502, &headers, "").unwrap_err().0;
    assert!(error.support_report_with_personal_data().contains(&format!("usage: {usage}\n")));
    let report = error.support_report();
    assert!(report.contains("…2922") && !report.contains("106540352242922"), "{report}");
}

#[tokio::test]
async fn an_error_in_a_success_is_an_error() {
    let error = graph(200, json!({"code": 190, "message": "Expired"})).await;
    assert!(error.is_auth() && !error.is_permission() && !error.is_rate_limited() && !error.is_retryable());
    assert_eq!(error.status(), Some(200));
}

#[tokio::test]
async fn a_success_false_is_an_error() {
    let error = failing(ResponseTemplate::new(200).set_body_json(json!({"success": false}))).await;
    assert!(error.to_string().contains("`success: false`"), "{error}");
    assert!(!error.is_graph() && !error.is_decode() && !error.is_retryable());
    assert_eq!(error.body(), Some(br#"{"success":false}"#.as_slice()));
}

#[tokio::test]
async fn an_html_page_keeps_status_and_bytes() {
    let html = "<!DOCTYPE html>\n<title>Error</title>\nSorry, something went wrong.";
    for status in [200, 400, 502] {
        let error = failing(ResponseTemplate::new(status).set_body_raw(html, "text/html; charset=utf-8")).await;
        assert_eq!((error.status(), error.body()), (Some(status), Some(html.as_bytes())));
        assert_eq!(error.content_type(), Some("text/html; charset=utf-8"));
        let shown = error.to_string();
        assert!(shown.contains("not JSON") && shown.contains("Sorry") && !shown.contains('\n'), "{shown}");
        assert!(!error.is_retryable(), "a register may have been carried out");
    }
}

#[tokio::test]
async fn an_empty_answer_is_not_a_success() {
    let error = failing(ResponseTemplate::new(200)).await;
    assert!(error.to_string().contains("an empty body"), "{error}");
    let server = answering(ResponseTemplate::new(503)).await;
    let error = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_retryable(), "a read may be repeated");
}

#[tokio::test]
async fn json_without_an_error_object_is_distinguished() {
    let error = failing(ResponseTemplate::new(403).set_body_json(json!({"error": "invalid_grant"}))).await;
    assert!(error.to_string().contains("without Graph's error object"), "{error}");
    assert!(error.is_permission() && error.code().is_none());
}

#[tokio::test]
async fn an_answer_that_does_not_decode_names_the_place() {
    let server = saying(json!({"data": [{"id": "1"}, {"name": "x"}]})).await;
    let error = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.to_string(), "ListPhoneNumbers: the answer is no Page<PhoneNumber>: data[1].id is missing (HTTP 200)");
    assert!(error.body().is_some());
}

#[tokio::test]
async fn a_field_named_error_further_down_is_no_error() {
    let server = saying(json!({"data": [{"id": "1", "error": {"code": 1}, "success": false}], "error": null})).await;
    assert_eq!(client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap().data.len(), 1);
}

#[tokio::test]
async fn an_unknown_code_is_an_error_like_any_other() {
    let error = graph(400, json!({"code": "999999", "message": "New"})).await;
    assert_eq!((error.code(), error.info(), error.category(), error.doc()), (Some(999_999), None, None, None));
    assert!(!error.is_auth() && !error.is_retryable());
    assert_eq!(error.to_string(), "RegisterPhoneNumber: New (code 999999, HTTP 400)");
}

#[tokio::test]
async fn an_error_of_nonsense_is_still_a_graph_error() {
    for nonsense in [json!({}), json!({"code": {}, "message": [], "error_data": 7, "type": true}), json!({"code": -1})] {
        let error = graph(500, nonsense).await;
        assert_eq!(error.code(), None);
        assert!(!error.to_string().is_empty() && !error.support_report().is_empty());
    }
}

/// Of an error: the token, a permission, too many calls, another version.
fn kinds(error: &Error) -> [bool; 4] {
    [error.is_auth(), error.is_permission(), error.is_rate_limited(), error.is_version_mismatch()]
}

#[tokio::test]
async fn an_error_is_of_the_kind_that_the_catalog_says() {
    for (code, expected) in [
        (190, [true, false, false, false]),
        (102, [true, false, false, false]),
        // Of the token, though no one has to log in anew.
        (104, [true, false, false, false]),
        (10, [false, true, false, false]),
        (4, [false, false, true, false]),
        // A window that has to pass, whatever it is about.
        (133_016, [false, false, true, false]),
        (131_000, [false, false, false, false]),
    ] {
        assert_eq!(kinds(&graph(400, json!({"code": code})).await), expected, "{code}");
    }
}

#[tokio::test]
async fn predicates_know_graphs_own_codes_without_a_catalog_entry() {
    for (status, code, expected) in [
        (400, 190, [true, false, false, false]),
        (400, 102, [true, false, false, false]),
        (400, 200, [false, true, false, false]),
        (400, 3, [false, true, false, false]),
        (400, 80_008, [false, false, true, false]),
        (429, 55, [false, false, true, false]),
        (400, 55, [false, false, false, false]),
    ] {
        let server = answering(ResponseTemplate::new(status).set_body_json(json!({"error": {"code": code}}))).await;
        let wa =
            graph_runtime::Client::builder(TOKEN, Version(23, 0)).base_url(server.uri()).retries(RetryPolicy::never()).build().unwrap();
        assert_eq!(kinds(&wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err()), expected, "{status} {code}");
    }
    assert!(graph(400, json!({"code": 80_008})).await.is_retryable(), "it was counted and not carried out");
}

#[tokio::test]
async fn an_error_that_passes_is_retryable_where_nothing_can_happen_twice() {
    for passing in [json!({"code": 2}), json!({"code": 1}), json!({"code": 55, "is_transient": true})] {
        assert!(!graph(500, passing.clone()).await.is_retryable(), "a register may have been carried out: {passing}");
        let server = answering(ResponseTemplate::new(500).set_body_json(json!({"error": passing}))).await;
        let error = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap_err();
        assert!(error.is_retryable() && error.retry_at().is_none(), "{error}");
    }
}

#[tokio::test]
async fn the_documented_block_says_when_to_retry() {
    let error = graph(400, json!({"code": 133_016})).await;
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(minutes_until(error.retry_at()), 72 * 60);
}

#[tokio::test]
async fn usage_headers_say_when_to_retry() {
    let busy = |status| ResponseTemplate::new(status).set_body_json(json!({"error": {"code": 4}}));
    let usage = r#"{"102":[{"type":"whatsapp","call_count":100,"estimated_time_to_regain_access":17}]}"#;
    let error = failing(busy(400).insert_header("x-business-use-case-usage", usage).insert_header("retry-after", "60")).await;
    assert_eq!(minutes_until(error.retry_at()), 17);
    let error = failing(busy(429).insert_header("retry-after", "180")).await;
    assert_eq!(minutes_until(error.retry_at()), 3);
    assert_eq!(failing(busy(400)).await.retry_at(), None);
    let later = failing(ResponseTemplate::new(503).insert_header("retry-after", "120")).await;
    assert_eq!(minutes_until(later.retry_at()), 2);
    let absurd = failing(busy(429).insert_header("retry-after", u64::MAX.to_string().as_str())).await;
    assert!(absurd.retry_at().is_none_or(|time| time > SystemTime::now() + Duration::from_mins(1)));
}

#[tokio::test]
async fn blamed_fields_are_named() {
    let data = json!({"blame_field_specs": [["components", "0"], ["name"]]}).to_string();
    let error = graph(400, json!({"code": 100, "error_data": data})).await;
    assert_eq!(error.blame_fields(), ["components.0", "name"]);
}

#[test]
fn the_error_is_small_and_goes_anywhere() {
    fn goes_anywhere<T: std::error::Error + Send + Sync + 'static>() {}
    goes_anywhere::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}
