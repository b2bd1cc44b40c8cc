//! Usage that was reported.

use std::sync::Arc;
use std::time::Duration;

use graph_runtime::{Client, Governor, Method, RawRequest, Traffic, UsageReport, UsageStore, Value, Version};
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::processes::Skewed;
use crate::server::Server;
use crate::{HOUR, fleet, now};

async fn graph(minutes: u32) -> MockServer {
    let server = MockServer::start().await;
    let usage = json!({"102": [{"type": "x", "call_count": 100, "estimated_time_to_regain_access": minutes}]}).to_string();
    let answer = ResponseTemplate::new(200).set_body_json(json!({"data": []}));
    let answer = answer.insert_header("x-business-use-case-usage", usage.as_str());
    let answer = answer.insert_header("x-app-usage", r#"{"call_count":28,"total_time":25,"total_cputime":31}"#);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn machine(server: &Server, graph: &MockServer, skew: i32) -> Client {
    let builder = Client::builder("EAAGtoken1234567", Version(23, 0)).base_url(graph.uri()).governor(Governor::new());
    builder.clock(Arc::new(Skewed::by(skew))).usage_store(Arc::new(fleet(&server.url()).usage("my app"))).build().unwrap()
}

fn read(id: &str) -> RawRequest<Value> {
    RawRequest::new(Method::Get, &format!("/{id}/phone_numbers"))
}

#[tokio::test]
async fn a_governor_goes_by_what_was_reported_to_another_machine_whatever_their_clocks_say() {
    let (server, graph) = (Server::start(), graph(7).await);
    machine(&server, &graph, -1).send(&read("102")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    for skew in [-1, 0, 1] {
        let other = machine(&server, &graph, skew);
        let error = other.send(&read("102")).await.unwrap_err();
        let wait = error.turn_in().unwrap();
        assert!(wait <= Duration::from_secs(420) && wait > Duration::from_secs(400), "{wait:?}");
        other.send(&RawRequest::<Value>::new(Method::Get, &format!("/{}/message_templates", 200 + skew))).await.unwrap();
    }
}

#[tokio::test]
async fn reports_come_back_as_they_were_and_nothing_is_readable() {
    let (server, graph) = (Server::start(), graph(7).await);
    let client = machine(&server, &graph, 0);
    client.send(&read("102")).await.unwrap();
    let usage = client.usage();
    let store = fleet(&server.url()).usage("another app");
    store.put(UsageReport { objects: vec!["102".into(), "phone_numbers".into()], usage: usage.clone(), at: now() + HOUR }).await.unwrap();
    let asked = now() - HOUR;
    let reports = store.get(&["102"], asked).await.unwrap();
    assert_eq!(reports.len(), 2, "of the app, and of the account");
    assert_eq!((reports[0].usage.app, &reports[1].usage.business), (usage.app, &usage.business));
    assert_eq!(reports[1].objects, ["102", "phone_numbers"]);
    for report in &reports {
        assert!(asked.duration_since(report.at).unwrap() < Duration::from_secs(20), "by the clock of who asks");
    }
    assert_eq!(store.get(&["999"], now()).await.unwrap().len(), 1, "of the app alone");
    assert!(fleet(&server.url()).usage("a third").get(&["102"], now()).await.unwrap().is_empty(), "apps are apart");
    for (key, kept) in server.keys() {
        assert!(kept > 0, "{key}");
        let text = server.say(&["GET", &key]);
        assert!(!key.contains("102") && !text.contains("phone_numbers") && !text.contains("call"), "{key}");
    }
}

#[tokio::test]
async fn many_calls_ask_once_in_a_second_and_write_what_is_new() {
    let (server, graph) = (Server::start(), graph(0).await);
    let client = machine(&server, &graph, 0).with_traffic(Traffic::Warn);
    client.send(&read("102")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = server.scripts_run();
    for _ in 0..50 {
        client.send(&read("102")).await.unwrap();
    }
    let trips = server.scripts_run() - before;
    assert!(trips <= 18, "{trips}");
}

#[tokio::test]
async fn while_redis_is_away_a_governor_goes_by_what_it_knows() {
    let (mut server, graph) = (Server::start(), graph(7).await);
    let client = machine(&server, &graph, 0);
    server.kill();
    client.send(&read("102")).await.unwrap();
    let error = client.send(&read("102")).await.unwrap_err();
    assert!(error.is_held_back(), "its own next answer has said so: {error}");
    let store = fleet(&server.url()).usage("my app");
    assert!(store.get(&["102"], now()).await.is_err());
    server.restart();
    let began = std::time::Instant::now();
    while store.get(&["102"], now()).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(6));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
