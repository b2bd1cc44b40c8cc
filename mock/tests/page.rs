//! The page at `/_mock/`, and the calls of the control API that it is made of. tools/page tries it in a browser.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use graph_mock::Mock;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

const ACCOUNT: &str = "102290129340398";

async fn json_of(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

async fn control(mock: &Mock, method: Method, path: &str, body: Value) -> (u16, Value) {
    let answer = Client::new().request(method, format!("{}/_mock/{path}", mock.url())).body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), json_of(answer).await)
}

#[tokio::test]
async fn a_browser_gets_the_page_and_a_program_json() {
    let mock = Mock::start().unwrap();
    let get = |accept: &'static str| Client::new().get(format!("{}/_mock/", mock.url())).header("accept", accept).send();
    let page = get("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8").await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let text = page.text().await.unwrap();
    // Nothing comes from elsewhere, and nothing that a request carried becomes markup.
    for never in
        ["src=", "<link", "@import", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style=", "onclick="]
    {
        assert!(!text.contains(never), "the page has {never}");
    }
    assert_eq!((text.matches("<script").count(), text.matches("<style").count()), (1, 1));
    assert!(json_of(get("application/json").await.unwrap()).await["operations"].as_u64().unwrap() > 100);
}

#[tokio::test]
async fn a_page_of_another_site_controls_nothing() {
    let mock = Mock::start().unwrap();
    let ask = |origin: String| {
        Client::new().post(format!("{}/_mock/clock/advance", mock.url())).header("origin", origin).body(r#"{"seconds":86400}"#).send()
    };
    let before = mock.now();
    for origin in ["https://www.example.com", "null", "http://127.0.0.1:1"] {
        assert_eq!(ask(origin.into()).await.unwrap().status(), 403);
    }
    assert!(mock.now() < before + Duration::from_secs(3600));
    assert_eq!(ask(mock.url()).await.unwrap().status(), 200);
    assert!(mock.now() > before + Duration::from_secs(3600));
}

#[tokio::test]
async fn a_template_is_decided_about_by_hand() {
    let mock = Mock::start().unwrap();
    let template =
        json!({"name": "order_shipped", "language": "en_US", "category": "UTILITY", "components": [{"type": "BODY", "text": "Hello"}]});
    let url = format!("{}/v23.0/{ACCOUNT}/message_templates", mock.url());
    let create = Client::new().post(url).bearer_auth("any").header("content-type", "application/json").body(template.to_string());
    let made = json_of(create.send().await.unwrap()).await;
    let id = made["id"].as_str().unwrap();
    let path = format!("templates/{id}/review");
    assert_eq!(control(&mock, Method::POST, &path, json!({"status": "REJECTED", "reason": "SCAM"})).await.0, 200);
    assert_eq!((mock.field(id, "status"), mock.field(id, "rejected_reason")), (json!("REJECTED"), json!("SCAM")));
    // The review that was due finds it decided.
    mock.advance(Duration::from_secs(3600));
    assert_eq!(mock.field(id, "status"), "REJECTED");
    let (_, listed) = control(&mock, Method::GET, "objects?node=MessageTemplate", Value::Null).await;
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &made["id"]));
    assert_eq!(control(&mock, Method::POST, &path, json!({"status": "APPROVED"})).await.0, 200);
    assert_eq!((mock.field(id, "status"), mock.field(id, "rejected_reason")), (json!("APPROVED"), json!("NONE")));
    assert_eq!(control(&mock, Method::POST, &path, json!({"status": "FINE"})).await.0, 400);
    assert_eq!(control(&mock, Method::POST, "templates/1/review", json!({"status": "APPROVED"})).await.0, 404);
}

#[tokio::test]
async fn what_is_escaped_in_a_path_is_read() {
    let mock = Mock::start().unwrap();
    assert_eq!(control(&mock, Method::PUT, "tokens/EAAB%2B1", json!({"revoked": true})).await.0, 200);
    let answer = Client::new().get(format!("{}/v23.0/106540352242922", mock.url())).bearer_auth("EAAB+1").send().await.unwrap();
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn the_newest_requests_are_shown() {
    let mock = Mock::start().unwrap();
    for _ in 0..5 {
        Client::new().get(format!("{}/v23.0/106540352242922", mock.url())).bearer_auth("any").send().await.unwrap();
    }
    let (_, shown) = control(&mock, Method::GET, "requests?after=1&limit=2", Value::Null).await;
    let numbers: Vec<_> = shown["requests"].as_array().unwrap().iter().map(|request| request["number"].as_u64().unwrap()).collect();
    assert_eq!((numbers, shown["seen"].as_u64()), (vec![4, 5], Some(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_was_taken_can_be_delivered_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut head) = (stream.unwrap(), [0; 4096]);
            let read = stream.read(&mut head).unwrap();
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            let challenge = head.split_once("hub.challenge=").map_or("", |(_, rest)| rest.split(['&', ' ']).next().unwrap());
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{challenge}", challenge.len()).unwrap();
        }
    });
    let mock = Mock::start().unwrap();
    mock.tell(&url, "token", None);
    mock.user("+16505551234").says("hello");
    let delivered = async |count: usize| {
        let start = Instant::now();
        while mock.webhooks().len() < count && start.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        mock.webhooks()
    };
    assert_eq!(delivered(1).await[0].number, 1);
    assert_eq!(control(&mock, Method::POST, "webhooks/1/again", Value::Null).await.0, 200);
    let all = delivered(2).await;
    let messages = |place: usize| serde_json::from_slice::<Value>(&all[place].body).unwrap()["entry"][0]["changes"].clone();
    assert_eq!((all[1].number, all[1].attempt, messages(1)), (2, 2, messages(0)));
    assert_eq!(control(&mock, Method::POST, "webhooks/9/again", Value::Null).await.0, 404);
}
