//! Several processes at once, and processes that die.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use graph_runtime::ledger::Ledger as _;
use graph_runtime::{BoxFuture, Client, Clock, Operation, OperationInfo, Outgoing, RequestOptions, SystemClock, Value, Version};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::server::Server;
use crate::{HOUR, NUMBER, REGISTER, child, fleet, limit, now};

/// A call with a limit.
#[derive(Clone)]
struct Register(RequestOptions);

impl Operation for Register {
    const INFO: &'static OperationInfo = &REGISTER;
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.0
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&NUMBER);
        to.segment("register");
    }
}

/// A clock that is some hours ahead, or behind.
struct Skewed(SystemClock, i32);

impl Clock for Skewed {
    fn now(&self) -> SystemTime {
        let hours = HOUR * self.1.unsigned_abs();
        if self.1 < 0 { self.0.now() - hours } else { self.0.now() + hours }
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(time)
    }
}

/// What the other process does. As a test of this one it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn child() {
    let Ok(role) = std::env::var("FLEET_ROLE") else { return };
    let fleet = fleet(&child::given("FLEET_URL"));
    match role.as_str() {
        "register forty times" => {
            let clock = Skewed(SystemClock::default(), child::given("FLEET_SKEW").parse().unwrap());
            let client = Client::builder("EAAGtoken1234567", Version(23, 0)).base_url(child::given("FLEET_GRAPH")).clock(Arc::new(clock));
            let client = client.ledger(Arc::new(fleet.ledger())).build().unwrap();
            let client: Client = client;
            child::ready();
            for _ in 0..40 {
                match client.send(&Register(RequestOptions::default().with_param("pin", "212834"))).await {
                    Ok(_) => println!("\nsent"),
                    Err(error) => assert!(error.is_rate_limited(), "{error}"),
                }
            }
        }
        other => panic!("no such role: {other}"),
    }
}

#[tokio::test]
async fn three_processes_with_forty_attempts_each_and_clocks_hours_apart_send_ten() {
    let server = Server::start();
    let graph = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&graph).await;
    let begin =
        |skew: i32| child::begin("register forty times", &server.url(), &[("FLEET_SKEW", skew.to_string()), ("FLEET_GRAPH", graph.uri())]);
    let children = vec![begin(-1), begin(0), begin(1)];
    let said = tokio::task::spawn_blocking(|| child::race(children)).await.unwrap();
    let sent = said.iter().flatten().filter(|line| *line == "sent").count();
    assert_eq!((sent, graph.received_requests().await.unwrap().len()), (10, 10));
    let standing = fleet(&server.url()).ledger().inspect(&limit(&REGISTER, NUMBER), now()).await.unwrap();
    assert_eq!((standing.counted, standing.unknown), (10, 0));
}
