//! Several processes at once, and processes that die.

use std::io::BufRead as _;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use graph_runtime::ledger::{Ledger as _, Limit, Reserved, Settled};
use graph_runtime::{
    BoxFuture, Client, Clock, Operation, OperationInfo, Outgoing, RequestOptions, SystemClock, Taken, TurnStore as _, Value, Version,
};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::paced::{RATE, lanes};
use crate::server::{Keeps, Server};
use crate::{HOUR, NUMBER, REGISTER, child, fleet, limit, now, receivers};

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
pub(crate) struct Skewed(SystemClock, i32);

impl Skewed {
    pub(crate) fn by(hours: i32) -> Self {
        Self(SystemClock::default(), hours)
    }
}

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
            let clock = Skewed::by(child::given("FLEET_SKEW").parse().unwrap());
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
        "keep the pace" => {
            let turns = fleet.turns();
            child::ready();
            let began = Instant::now();
            // More at once than there are turns for.
            let tasks: Vec<_> = (0..100)
                .map(|_| {
                    let turns = turns.clone();
                    tokio::spawn(async move {
                        let clock = SystemClock::default();
                        while began.elapsed() < Duration::from_secs(12) {
                            let Ok(Taken::Turn(turn)) = turns.take(lanes(NUMBER, None), Duration::from_secs(30), &clock).await else {
                                panic!("no turn")
                            };
                            tokio::time::sleep(turn.wait()).await;
                            println!("\nsent {}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros());
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
        "receive" => receivers::receive(&fleet).await,
        "reserve and commit without end" => {
            let (ledger, limit) = (fleet.ledger(), many(&child::given("FLEET_NUMBER")));
            child::ready();
            loop {
                let Ok(Reserved::Open(place)) = ledger.reserve(&limit, now()).await else { continue };
                println!("\nreserved");
                let _ = ledger.commit(place, Settled::Answered, now()).await;
            }
        }
        other => panic!("no such role: {other}"),
    }
}

/// A limit that no test reaches.
pub(crate) fn many(number: &str) -> Limit {
    Limit { max: 1_000_000, ..limit(&REGISTER, number) }
}

#[tokio::test]
async fn four_processes_keep_one_pace_within_two_percent_for_ten_seconds() {
    let server = Server::start();
    let children = (0..4).map(|_| child::begin("keep the pace", &server.url(), &[])).collect();
    let said = tokio::task::spawn_blocking(|| child::race(children)).await.unwrap();
    let mut sent: Vec<u64> = said.iter().flatten().filter_map(|line| line.strip_prefix("sent ")?.parse().ok()).collect();
    sent.sort_unstable();
    let from = sent[0] + 1_000_000;
    let within = sent.iter().filter(|at| (from..from + 10_000_000).contains(*at)).count();
    let rate = 10 * usize::try_from(RATE).unwrap();
    assert!(within.abs_diff(rate) * 50 <= rate, "{within} in ten seconds, and {rate} are the pace");
    let each: Vec<usize> = said.iter().map(|lines| lines.iter().filter(|line| line.starts_with("sent ")).count()).collect();
    assert!(each.iter().all(|count| *count > 60), "every process had its turns: {each:?}");
    // Twelve seconds and the queue that is left, four processes, ten trips a second.
    let seconds = usize::try_from((sent[sent.len() - 1] - sent[0]) / 1_000_000).unwrap() + 2;
    let trips = usize::try_from(server.scripts_run()).unwrap();
    assert!(trips <= 4 * 10 * seconds, "{trips} trips in {seconds} seconds");
    println!("{within} calls in 10 s at a pace of {rate}; {trips} trips of four processes in {seconds} s");
}

/// How many rounds: a few by default, more where it is said.
fn rounds() -> usize {
    std::env::var("FLEET_ROUNDS").map_or(9, |rounds| rounds.parse().expect("FLEET_ROUNDS is a number"))
}

#[test]
fn whatever_is_killed_no_reservation_that_was_answered_is_lost() {
    let mut server = Server::keeping(Keeps::All);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut known, mut unknown) = (0, 0);
    for round in 0..rounds() {
        let number = format!("1{round:06}");
        let mut children: Vec<_> =
            (0..2).map(|_| child::begin("reserve and commit without end", &server.url(), &[("FLEET_NUMBER", number.clone())])).collect();
        let outputs: Vec<_> = children.iter_mut().map(child::listen).collect();
        for child in &mut children {
            drop(child.stdin.take());
        }
        std::thread::sleep(Duration::from_millis(30 + 7 * (u64::try_from(round).unwrap() % 13)));
        // Clients, Redis, or Redis and then the clients.
        if round % 3 > 0 {
            server.kill();
        }
        if round % 3 == 1 {
            server.restart();
            std::thread::sleep(Duration::from_millis(100));
        }
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        if round % 3 == 2 {
            server.restart();
        }
        let answered: usize =
            outputs.into_iter().map(|output| output.lines().map_while(Result::ok).filter(|line| line == "reserved").count()).sum();
        let ledger = fleet(&server.url()).ledger();
        let standing = runtime.block_on(ledger.inspect(&many(&number), now())).unwrap();
        let counted = usize::try_from(standing.counted).unwrap();
        assert!(counted >= answered, "round {round}: {answered} were answered, {counted} are counted");
        // One of each process may have been under way when it died, and one when Redis did.
        assert!(counted <= answered + 4, "round {round}: {answered} were answered, {counted} are counted");
        assert!(standing.unknown <= 4 + u32::from(round % 3 == 1) * 200, "round {round}: {}", standing.unknown);
        known += answered;
        unknown += counted - answered;
    }
    println!("{} rounds: {known} reservations were answered and none is lost; {unknown} that were not answered are counted", rounds());
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
