//! Lists, page by page and item by item.

use std::pin::Pin;

use futures_core::Stream;
use graph_runtime::{Cursor, Method, Outcome, Page, PagedOperation as _, RawRequest, offline};
use serde_json::{Value, json};
use wiremock::matchers::{any, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::miniature::{ListPhoneNumbers, PhoneNumber, WaError};
use crate::server::{TOKEN, client, count, query};

fn body(ids: &[u32], after: Option<&str>, next: bool) -> Value {
    let data: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    let mut paging = json!({"cursors": {"before": "B"}});
    if let Some(after) = after {
        paging["cursors"]["after"] = after.into();
    }
    if next {
        paging["next"] = format!("https://graph.example/x?access_token={TOKEN}&after=wrong").into();
    }
    json!({"data": data, "paging": paging})
}

/// Pages 1,2 | nothing | 3 | the answer given.
async fn list(last: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let page = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    let first = Mock::given(query_param_is_missing("after"));
    first.respond_with(page(body(&[1, 2], Some("a"), true))).mount(&server).await;
    for (after, answer) in [("a", page(body(&[], Some("b"), true))), ("b", page(body(&[3], Some("c"), true))), ("c", last)] {
        Mock::given(query_param("after", after)).respond_with(answer).mount(&server).await;
    }
    server
}

fn ids(page: &Page<PhoneNumber>) -> Vec<&str> {
    page.data.iter().map(|number| number.id.as_str()).collect()
}

#[tokio::test]
async fn pages_follow_cursors_and_never_urls() {
    let server = list(ResponseTemplate::new(200).set_body_json(body(&[4], Some("d"), false))).await;
    let mut pages = client(&server).pages(ListPhoneNumbers::new("102").limit(2));
    assert_eq!(count(&server).await, 0, "nothing is sent before the first page is asked for");
    let mut seen: Vec<Vec<String>> = Vec::new();
    while let Some(page) = pages.next().await {
        seen.push(ids(&page.unwrap()).into_iter().map(ToOwned::to_owned).collect());
        assert_eq!(count(&server).await, seen.len(), "pages are fetched when they are asked for");
    }
    let expected: Vec<Vec<&str>> = vec![vec!["1", "2"], vec![], vec!["3"], vec!["4"]];
    assert_eq!(seen, expected);
    assert!(pages.next().await.is_none() && pages.continuation().is_none());
    for request in server.received_requests().await.unwrap() {
        assert!(query(&request).contains(&("limit".to_owned(), "2".to_owned())), "the request is repeated whole");
        assert!(!request.url.as_str().contains(TOKEN));
    }
}

#[tokio::test]
async fn items_cross_empty_pages() {
    let server = list(ResponseTemplate::new(200).set_body_json(json!({"data": null}))).await;
    let mut items = client(&server).items(ListPhoneNumbers::new("102"));
    let mut seen = Vec::new();
    while let Some(item) = items.next().await {
        seen.push(item.unwrap().id.as_str().to_owned());
    }
    assert_eq!(seen, ["1", "2", "3"]);
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn after_an_error_the_stream_ends_and_tells_where_to_resume() {
    let server = list(ResponseTemplate::new(500).set_body_json(json!({"error": {"code": 2}}))).await;
    let mut pages = client(&server).pages(ListPhoneNumbers::new("102"));
    for _ in 0..3 {
        assert!(pages.next().await.unwrap().is_ok());
    }
    let WaError(error) = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.code(), Some(2));
    assert!(pages.next().await.is_none());
    assert_eq!(pages.continuation(), Some(&Cursor::from("c").into()));
    let mut items = client(&server).items(ListPhoneNumbers::new("102"));
    while items.next().await.is_some_and(|item| item.is_ok()) {}
    assert_eq!(items.continuation(), Some(&Cursor::from("c").into()));
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error() {
    let server = list(ResponseTemplate::new(200).set_body_json(body(&[4], Some("b"), true))).await;
    let mut items = client(&server).items(ListPhoneNumbers::new("102"));
    let mut seen = 0;
    let error = loop {
        match items.next().await.unwrap() {
            Ok(_) => seen += 1,
            Err(WaError(error)) => break error,
        }
    };
    assert_eq!(seen, 4, "items before the loop are delivered");
    assert!(error.to_string().contains("paging loop"), "{error}");
    assert!(error.is_paging_loop() && !error.is_paging_stuck(), "{error}");
    assert_eq!(error.operation(), Some("WhatsAppBusinessAccount.phone_numbers.read"));
    assert!(items.next().await.is_none());
    assert_eq!(count(&server).await, 4);
}

/// Two pages: the second is asked for with this parameter, and only the URL of the next page says so.
async fn list_without_cursors(name: &str, value: &str) -> MockServer {
    let server = MockServer::start().await;
    let next = format!("https://graph.example/v9.9/x?access_token={TOKEN}&limit=1&{name}={value}");
    let first = json!({"data": [{"id": "1"}], "paging": {"next": next}});
    let second = json!({"data": [{"id": "2"}], "paging": {"previous": "https://graph.example/x"}});
    for (mock, answer) in [(Mock::given(query_param_is_missing(name)), first), (Mock::given(query_param(name, value)), second)] {
        mock.respond_with(ResponseTemplate::new(200).set_body_json(answer)).mount(&server).await;
    }
    server
}

#[tokio::test]
async fn a_list_without_cursors_goes_on_where_the_url_of_the_next_page_says() {
    for (name, value) in [("after", "QVFI"), ("offset", "1"), ("__after_id", "enc_A"), ("until", "1760000000"), ("since", "1760000000")] {
        let server = list_without_cursors(name, value).await;
        let mut items = client(&server).items(ListPhoneNumbers::new("102").limit(1));
        assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), "1");
        assert_eq!(items.continuation().unwrap().to_string(), format!("{name}={value}"));
        let stored = items.continuation().cloned().unwrap();
        assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), "2");
        assert!(items.next().await.is_none(), "{name}");

        let mut raw = client(&server).items(RawRequest::<Page<Value>>::new(Method::Get, "/102/phone_numbers"));
        assert_eq!(raw.next().await.unwrap().unwrap()["id"], "1");
        assert_eq!(raw.next().await.unwrap().unwrap()["id"], "2");

        let mut resumed = client(&server).items(ListPhoneNumbers::new("102")).resume(&stored);
        assert_eq!(resumed.next().await.unwrap().unwrap().id.as_str(), "2");
        assert!(resumed.next().await.is_none(), "{name}");
        for request in server.received_requests().await.unwrap() {
            let url = request.url.as_str();
            assert!(
                url.contains("/102/phone_numbers") && !url.contains(TOKEN) && !url.contains("v9.9"),
                "the URL itself is not followed: {url}"
            );
        }
    }
}

#[tokio::test]
async fn a_list_that_does_not_say_where_it_goes_on_ends_in_an_error() {
    for next in ["https://graph.example/x", "https://graph.example/x?access_token=EAAG&limit=5", "x"] {
        let stuck = json!({"data": [{"id": 4}], "paging": {"next": next}});
        let server = list(ResponseTemplate::new(200).set_body_json(stuck)).await;
        let mut items = client(&server).items(ListPhoneNumbers::new("102"));
        for id in ["1", "2", "3", "4"] {
            assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), id);
        }
        let WaError(error) = items.next().await.unwrap().unwrap_err();
        assert!(error.is_paging_stuck() && !error.is_paging_loop(), "{error}");
        assert_eq!(error.outcome(), Outcome::Executed);
        assert!(error.to_string().contains("larger `limit`"), "{error}");
        assert!(items.next().await.is_none());
        // The last page can be read again.
        let at = items.continuation().cloned().unwrap();
        let mut again = client(&server).items(ListPhoneNumbers::new("102").limit(500)).resume(&at);
        assert_eq!(again.next().await.unwrap().unwrap().id.as_str(), "4");
    }
}

#[tokio::test]
async fn a_nested_page_goes_on_with_its_edge() {
    let server = list(ResponseTemplate::new(200).set_body_json(body(&[4], None, false))).await;
    let nested: Page<PhoneNumber> = serde_json::from_value(body(&[1, 2], Some("b"), true)).unwrap();
    let mut items = client(&server).items(ListPhoneNumbers::new("102")).begin_with(nested);
    for id in ["1", "2", "3", "4"] {
        assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), id);
    }
    assert!(items.next().await.is_none());
    assert_eq!(count(&server).await, 2, "the page that was there is not asked for");
    let mut items = client(&server).items(ListPhoneNumbers::new("102")).begin_with(Page::default());
    assert!(items.next().await.is_none());
    assert_eq!(count(&server).await, 2);
}

#[tokio::test]
async fn an_expired_token_in_the_middle_keeps_what_was_delivered() {
    let server = list(ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 190}}))).await;
    let mut items = client(&server).items(ListPhoneNumbers::new("102"));
    for id in ["1", "2", "3"] {
        assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), id);
    }
    assert!(items.next().await.unwrap().unwrap_err().0.is_auth());
}

#[tokio::test]
async fn a_raw_request_walks_pages_too() {
    let server = list(ResponseTemplate::new(200).set_body_json(body(&[4], None, false))).await;
    let request = RawRequest::<Page<Value>>::new(Method::Get, "/102/phone_numbers");
    let mut items = client(&server).items(request);
    let mut seen = 0;
    while let Some(item) = items.next().await {
        assert!(item.unwrap()["id"].is_u64());
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[tokio::test]
async fn a_list_is_a_stream() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(body(&[1], None, false))).mount(&server).await;
    let mut items = client(&server).items(ListPhoneNumbers::new("102"));
    let mut next = async || std::future::poll_fn(|context| Pin::new(&mut items).poll_next(context)).await;
    assert!(next().await.unwrap().is_ok());
    assert!(next().await.is_none());
}

#[tokio::test]
async fn a_page_shows_no_token() {
    let server = list(ResponseTemplate::new(200)).await;
    let page = client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap();
    let paging = page.paging.as_ref().unwrap();
    assert!(paging.next.as_ref().unwrap().as_str().contains("access_token=[masked]"));
    let json = serde_json::to_string(&page).unwrap();
    assert!(!json.contains(TOKEN) && !format!("{page:?}").contains(TOKEN));
}

#[tokio::test]
async fn a_list_resumes_at_a_cursor() {
    let server = list(ResponseTemplate::new(200).set_body_json(body(&[4], None, false))).await;
    let mut request = ListPhoneNumbers::new("102");
    request.resume(Cursor::from("b"));
    let mut items = client(&server).items(request);
    for id in ["3", "4"] {
        assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), id);
    }
    assert!(items.next().await.is_none());
    assert_eq!(count(&server).await, 2, "what came before is not asked for again");
}

#[test]
fn a_request_that_went_on_at_a_cursor_can_go_on_at_another() {
    let mut request = ListPhoneNumbers::new("102");
    request.continue_at(&Cursor::from("a").into());
    assert_eq!(offline::query(&request), "after=a");
    request.resume(Cursor::from("b"));
    assert_eq!(offline::query(&request), "after=b");
}
