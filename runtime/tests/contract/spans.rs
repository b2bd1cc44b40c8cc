//! What a call leaves in the log: OpenTelemetry's fields, and nothing that is secret or personal.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use graph_runtime::{Batch, ClientBuilder, Clock as _, Method, RawRequest, RetryPolicy, Traffic, Value, Version};
use serde_json::json;
use tokio::net::TcpListener;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::miniature::{DeleteQrCode, ListPhoneNumbers, RegisterPhoneNumber, Wa};
use crate::server::{APP_SECRET, TOKEN, answering, builder, client, saying};
use crate::time::ManualClock;
use crate::tokens::Empty;

/// Fields of spans by name, and the text of everything, of one thread.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<(BTreeMap<String, String>, String)>>);

thread_local! {
    static LOG: Log = Log::default();
}

impl Log {
    /// What this thread logs from now on.
    pub(crate) fn take() -> Self {
        // One subscriber for all threads: what is of interest is cached for all of them.
        static ONCE: Once = Once::new();
        ONCE.call_once(|| tracing::subscriber::set_global_default(Router).unwrap());
        LOG.with(Clone::clone)
    }

    pub(crate) fn field(&self, name: &str) -> Option<String> {
        self.0.lock().unwrap().0.get(name).cloned()
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().1.clone()
    }
}

impl Visit for &Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut log = self.0.lock().unwrap();
        let value = format!("{value:?}");
        log.1.push_str(&format!("{}={value}\n", field.name()));
        log.0.insert(field.name().to_owned(), value.trim_matches('"').to_owned());
    }
}

/// Writes to the log of the thread.
struct Router;

impl Subscriber for Router {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("graph_runtime")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        LOG.with(|log| span.record(&mut &*log));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        LOG.with(|log| values.record(&mut &*log));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        LOG.with(|log| event.record(&mut &*log));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_span_has_the_fields_of_opentelemetry() {
    let log = Log::take();
    let server = answering(ResponseTemplate::new(503)).await;
    let clock = ManualClock::new();
    let wa = builder(&server).clock(clock.clone()).retries(RetryPolicy::new()).build().unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    for (name, value) in [
        ("otel.name", "GET /{waba_id}/phone_numbers"),
        ("otel.kind", "client"),
        ("otel.status_code", "ERROR"),
        ("graph.operation", "WhatsAppBusinessAccount.phone_numbers.read"),
        ("graph.version", "v23.0"),
        ("http.request.method", "GET"),
        ("http.request.resend_count", "2"),
        ("http.response.status_code", "503"),
        ("url.template", "/{waba_id}/phone_numbers"),
        ("server.address", "127.0.0.1"),
        ("server.port", &server.address().port().to_string()),
        ("error.type", "503"),
    ] {
        assert_eq!(log.field(name).as_deref(), Some(value), "{name}");
    }
    assert!(clock.elapsed() > Duration::ZERO);
}

#[tokio::test]
async fn a_success_says_how_often_it_was_sent() {
    let log = Log::take();
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(503)).up_to_n_times(2).mount(&server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": []}))).mount(&server).await;
    let wa = builder(&server).clock(ManualClock::new()).retries(RetryPolicy::new()).build().unwrap();
    wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    assert_eq!(log.field("http.request.resend_count").as_deref(), Some("2"));
    assert_eq!(log.field("http.response.status_code").as_deref(), Some("200"));
}

#[tokio::test]
async fn the_type_of_an_error_is_one_word() {
    let log = Log::take();
    let of = |code: i64| ResponseTemplate::new(400).set_body_json(json!({"error": {"code": code, "message": "no"}}));
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(5));
    for (answer, id, word) in [
        (of(133_016), "106", "RegistrationLimitReached"),
        (of(4711), "106", "4711"),
        (ResponseTemplate::new(418).set_body_string("<html>"), "106", "418"),
        (slow, "106", "timeout"),
        (of(133_016), "a name", "refused"),
    ] {
        let server = answering(answer).await;
        let wa = builder(&server).timeout(Duration::from_millis(300)).build().unwrap();
        wa.send(&RegisterPhoneNumber::new(id, "212834")).await.unwrap_err();
        assert_eq!(log.field("error.type").as_deref(), Some(word));
    }
    let wa = client(&saying(json!({})).await);
    wa.send(&RegisterPhoneNumber::new("106", "212834").with(|options| options.set_token_provider(Empty))).await.unwrap_err();
    assert_eq!(log.field("error.type").as_deref(), Some("no_token"));
    // The server hangs up, and then nothing listens.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let wa: Wa = ClientBuilder::new(TOKEN, Version(23, 0)).base_url(&url).retries(RetryPolicy::never()).build().unwrap();
    let hanging_up = tokio::spawn(async move { drop(listener.accept().await) });
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    assert_eq!(log.field("error.type").as_deref(), Some("transport"));
    hanging_up.await.unwrap();
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    assert_eq!(log.field("error.type").as_deref(), Some("connect"));
}

#[tokio::test]
async fn nothing_secret_or_personal_is_logged() {
    let log = Log::take();
    let recipient = "15551234567";
    let echo = format!("{TOKEN} {APP_SECRET} 212834 {recipient}");
    let answer = ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 2, "message": echo}}));
    let server = answering(answer).await;
    let policy = RetryPolicy::new();
    let wa = builder(&server).app_secret(APP_SECRET).clock(ManualClock::new()).retries(policy).build().unwrap();
    wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    wa.send(&DeleteQrCode::new("106", "a").with(|options| options.set_param("to", recipient))).await.unwrap_err();
    let raw = RawRequest::<Value>::new(Method::Get, "/106").with_param("input_token", "EAAinput").with_param("phone", recipient);
    wa.send(&raw).await.unwrap_err();
    let text = log.text();
    assert!(text.contains("sent again after a pause"), "{text}");
    for secret in [TOKEN, APP_SECRET, "212834", recipient, "EAAinput"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn a_batch_leaves_one_span_with_numbers_and_no_content() {
    let log = Log::take();
    let recipient = "15551234567";
    let part = json!({"code": 400, "body": json!({"error": {"code": 2, "message": format!("{TOKEN} 212834 {recipient}")}}).to_string()});
    let server = answering(ResponseTemplate::new(200).set_body_json(json!([part, part, null]))).await;
    let wa = builder(&server).app_secret(APP_SECRET).build().unwrap();
    let mut batch: Batch = wa.0.batch();
    let _register = batch.add(RegisterPhoneNumber::new("106", "212834"));
    let _delete = batch.add(DeleteQrCode::new("106", "a").with(|options| options.set_param("to", recipient)));
    let raw = RawRequest::<Value>::new(Method::Post, "/106/messages").with_param("input_token", "EAAinput").with_param("text", "dinner");
    let _raw = batch.add(raw);
    let _answers = batch.send().await;
    for (name, value) in [
        ("otel.name", "POST / (batch)"),
        ("graph.operation", "batch"),
        ("graph.version", "v23.0"),
        ("graph.batch.size", "3"),
        ("graph.batch.failed", "3"),
        ("http.request.method", "POST"),
        ("http.response.status_code", "200"),
        ("url.template", "/"),
    ] {
        assert_eq!(log.field(name).as_deref(), Some(value), "{name}");
    }
    let text = log.text();
    assert_eq!(text.matches("otel.name=").count(), 1, "{text}");
    assert_eq!(log.field("error.type"), None, "the call has not failed");
    for secret in [TOKEN, APP_SECRET, "212834", recipient, "EAAinput", "dinner"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }

    let server = answering(ResponseTemplate::new(503)).await;
    let results: Vec<Result<_, graph_runtime::Error>> = builder(&server).build().unwrap().0.batch_of([ListPhoneNumbers::new("102")]).await;
    assert!(results[0].is_err());
    assert_eq!((log.field("error.type").as_deref(), log.field("otel.status_code").as_deref()), (Some("503"), Some("ERROR")));
}

#[tokio::test]
async fn a_batch_says_how_often_it_was_sent() {
    let log = Log::take();
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(503)).up_to_n_times(2).mount(&server).await;
    let part = json!({"code": 200, "body": json!({"data": []}).to_string()});
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(json!([part]))).mount(&server).await;
    let wa = builder(&server).clock(ManualClock::new()).retries(RetryPolicy::new()).build().unwrap();
    let results: Vec<Result<_, graph_runtime::Error>> = wa.0.batch_of([ListPhoneNumbers::new("102")]).await;
    assert!(results[0].is_ok());
    assert_eq!(log.field("http.request.resend_count").as_deref(), Some("2"));
}

#[tokio::test]
async fn an_answer_has_its_status_and_another_version_is_warned_about_once() {
    let log = Log::take();
    let answer = ResponseTemplate::new(200).set_body_json(json!({"data": []})).insert_header("facebook-api-version", "v24.0");
    let server = answering(answer).await;
    let wa = builder(&server).build().unwrap();
    for _ in 0..2 {
        wa.send(&ListPhoneNumbers::new("102")).await.unwrap();
    }
    assert_eq!(log.field("http.response.status_code").as_deref(), Some("200"));
    assert_eq!(log.field("http.request.resend_count"), None, "it was sent once");
    assert_eq!(log.text().matches("v23.0 was asked for, and v24.0 answered").count(), 1, "{}", log.text());
}

#[tokio::test]
async fn what_a_ledger_would_stop_is_warned_about_where_that_is_asked_for() {
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({"success": true}))).await;
    for (traffic, warnings) in [(Traffic::Warn, 1), (Traffic::Off, 0)] {
        let log = Log::take();
        let before = log.text().matches("would be held back").count();
        let wa = builder(&server).traffic(traffic).build().unwrap();
        for _ in 0..11 {
            wa.send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap();
        }
        assert_eq!(log.text().matches("would be held back").count() - before, warnings, "{traffic:?}: {}", log.text());
    }
}
