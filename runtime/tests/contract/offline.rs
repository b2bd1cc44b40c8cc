//! Answers and errors that a program's tests make without a network.

use std::time::{Duration, SystemTime};

use graph_runtime::{ClientBuilder, Offline, Outcome, Version};

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, Wa};
use crate::time::ManualClock;

fn graph() -> Offline<Wa> {
    let builder: ClientBuilder<Wa> = ClientBuilder::new("EAAG", Version(23, 0));
    // Nothing listens there, and nothing is asked.
    builder.base_url("http://127.0.0.1:1").offline().unwrap()
}

#[test]
fn an_error_of_each_outcome_is_made() {
    for (outcome, again, attempts) in
        [(Outcome::NotSent, true, 0), (Outcome::Rejected, true, 1), (Outcome::Unknown, false, 1), (Outcome::Executed, false, 1)]
    {
        let error = graph().error(&DeleteQrCode::new("106", "a"), outcome).0;
        assert_eq!((error.outcome(), error.is_retryable(), error.attempts()), (outcome, again, attempts), "{error}");
        assert!(error.to_string().starts_with("DeleteQrCode: ") && !error.support_report().is_empty());
    }
    let read = graph().error(&ListPhoneNumbers::new("102"), Outcome::Unknown).0;
    assert!(read.is_retryable(), "a read may be repeated");
}

#[test]
fn an_answer_is_read_as_the_client_reads_it() {
    let request = ListPhoneNumbers::new("102");
    let page = graph().answer(&request, 200, r#"{"data": [{"id": "106"}]}"#).unwrap();
    assert_eq!(page.data.len(), 1);
    let error = graph().answer(&request, 400, r#"{"error": {"code": 133016, "message": "no"}}"#).unwrap_err().0;
    assert_eq!((error.info().unwrap().name, error.status()), ("RegistrationLimitReached", Some(400)));
    assert!(graph().answer(&request, 502, "<html>").unwrap_err().0.is_not_json());
}

#[test]
fn headers_count_from_the_client_s_clock() {
    let clock = ManualClock::new();
    let builder: ClientBuilder<Wa> = ClientBuilder::new("EAAG", Version(23, 0));
    let graph = builder.clock(clock.clone()).offline().unwrap();
    let body = r#"{"error": {"code": 4, "message": "no"}}"#;
    let error = graph.answer_full(&ListPhoneNumbers::new("102"), 429, &[("Retry-After", "60")], body).unwrap_err().0;
    let now: SystemTime = graph_runtime::Clock::now(&*clock);
    assert_eq!(error.retry_at(), Some(now + Duration::from_mins(1)));
}

#[test]
fn what_was_lost_says_whether_anything_was_sent() {
    for (outcome, connect, said) in
        [(Outcome::NotSent, true, "no connection was made"), (Outcome::Unknown, false, "the connection failed before the answer was there")]
    {
        let error = graph().error(&DeleteQrCode::new("106", "a"), outcome).0;
        assert_eq!((error.is_connect(), error.to_string()), (connect, format!("DeleteQrCode: {said}")));
    }
}
