//! Lists whose next page is fetched while the caller works on the last.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graph_runtime::{BoxFuture, Clock, Governor};
use serde_json::{Value, json};
use wiremock::matchers::{query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::miniature::{ListPhoneNumbers, WaError};
use crate::server::{answering, builder, client, count};

fn page(id: u32, after: Option<&str>) -> ResponseTemplate {
    let paging = after.map_or(Value::Null, |after| json!({"cursors": {"after": after}, "next": "https://graph.example/next"}));
    ResponseTemplate::new(200).set_body_json(json!({"data": [{"id": id}], "paging": paging}))
}

/// Pages 1, 2 and the one given.
async fn list(last: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(query_param_is_missing("after")).respond_with(page(1, Some("a"))).mount(&server).await;
    Mock::given(query_param("after", "a")).respond_with(page(2, Some("b"))).mount(&server).await;
    Mock::given(query_param("after", "b")).respond_with(last).mount(&server).await;
    server
}

/// Waits until the server has had so many requests: what runs in a task has no other sign.
async fn asked(server: &MockServer, times: usize) {
    for _ in 0..500 {
        if count(server).await >= times {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(count(server).await, times);
}

#[tokio::test]
async fn the_next_page_is_asked_for_while_the_caller_works_and_no_further_one() {
    let server = list(page(3, None)).await;
    let mut pages = client(&server).pages(ListPhoneNumbers::new("102")).prefetch();
    assert_eq!(count(&server).await, 0, "nothing is sent before the first page is asked for");
    for (delivered, sent) in [(1, 2), (2, 3), (3, 3)] {
        let page = pages.next().await.unwrap().unwrap();
        assert_eq!(page.data[0].id.as_str(), delivered.to_string());
        asked(&server, sent).await;
        // Time in which a second page could be fetched ahead.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(count(&server).await, sent, "one page ahead and no more");
    }
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn items_of_a_prefetched_list_come_in_order() {
    let server = list(page(3, None)).await;
    let mut items = client(&server).items(ListPhoneNumbers::new("102")).prefetch();
    let mut seen = Vec::new();
    while let Some(item) = items.next().await {
        seen.push(item.unwrap().id.as_str().to_owned());
    }
    assert_eq!(seen, ["1", "2", "3"]);
    assert_eq!(count(&server).await, 3);
}

#[tokio::test]
async fn an_error_that_was_fetched_ahead_comes_after_the_pages_before_it() {
    let server = list(ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 190}}))).await;
    let mut pages = client(&server).pages(ListPhoneNumbers::new("102")).prefetch();
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.unwrap().is_ok());
    asked(&server, 3).await;
    assert_eq!(
        pages.continuation().map(ToString::to_string).as_deref(),
        Some("after=b"),
        "the page that is on its way is not delivered yet"
    );
    let WaError(error) = pages.next().await.unwrap().unwrap_err();
    assert!(error.is_auth());
    assert_eq!(pages.continuation().map(ToString::to_string).as_deref(), Some("after=b"), "where to resume");
    assert!(pages.next().await.is_none());
    assert_eq!(count(&server).await, 3, "nothing is fetched after an error");
}

#[tokio::test]
async fn a_repeated_cursor_is_not_fetched_ahead() {
    let server = list(page(3, Some("a"))).await;
    let mut pages = client(&server).pages(ListPhoneNumbers::new("102")).prefetch();
    for _ in 0..3 {
        assert!(pages.next().await.unwrap().is_ok());
    }
    assert!(pages.next().await.unwrap().unwrap_err().0.to_string().contains("paging loop"));
    assert_eq!(count(&server).await, 3);
}

/// A clock on which no wait ends by itself, and which counts those who wait.
#[derive(Clone, Default)]
struct Endless(Arc<AtomicUsize>);

/// Somebody who waits, until this is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Clock for Endless {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let waiting = Waiting(self.0.clone());
        Box::pin(async move {
            let _waiting = waiting;
            std::future::pending::<()>().await;
        })
    }
}

async fn waiting(clock: &Endless, expected: usize) {
    for _ in 0..1000 {
        if clock.0.load(Ordering::SeqCst) == expected {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{} wait, and not {expected}", clock.0.load(Ordering::SeqCst));
}

#[tokio::test]
async fn dropping_the_list_cancels_what_is_fetched_ahead() {
    let first = page(1, Some("a")).insert_header("x-app-usage", r#"{"call_count":86}"#);
    let server = answering(first).await;
    let clock = Endless::default();
    // The usage of the first page makes the request for the second wait.
    let wa = builder(&server).clock(Arc::new(clock.clone())).governor(Governor::new()).build().unwrap();
    let mut pages = wa.pages(ListPhoneNumbers::new("102")).prefetch();
    pages.next().await.unwrap().unwrap();
    waiting(&clock, 1).await;
    drop(pages);
    waiting(&clock, 0).await;
    assert_eq!(count(&server).await, 1);
}

#[test]
fn a_list_outlives_the_runtime_that_fetched_ahead() {
    let servers = tokio::runtime::Runtime::new().unwrap();
    let server = servers.block_on(list(page(3, None)));
    let first = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut pages = client(&server).pages(ListPhoneNumbers::new("102")).prefetch();
    first.block_on(pages.next()).unwrap().unwrap();
    drop(first);
    let second = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let page = second.block_on(pages.next()).unwrap().unwrap();
    assert_eq!(page.data[0].id.as_str(), "2");
}
