//! The pace by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use graph_fleet::{PaceAway, RedisTurns};
use graph_runtime::{Client, Pace, SystemClock, Taken, TurnStore, Version};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::paced::{Send, lanes};
use crate::server::Server;
use crate::{NUMBER, fleet};

const LONG: Duration = Duration::from_secs(60);

/// How long the next call of a machine would wait.
async fn wait(turns: &RedisTurns, number: &str, pair: Option<&str>, longest: Duration) -> Result<Duration, Duration> {
    let clock = SystemClock::default();
    match turns.take(lanes(number, pair), longest, &clock).await.unwrap() {
        Taken::Turn(turn) => Ok(turn.wait()),
        Taken::TooLate(wait) => Err(wait),
    }
}

fn near(found: Duration, expected: u64) -> bool {
    found <= Duration::from_millis(expected) && found + Duration::from_millis(800) > Duration::from_millis(expected)
}

#[tokio::test]
async fn two_machines_have_one_queue() {
    let server = Server::start();
    let (one, other) = (fleet(&server.url()).turns(), fleet(&server.url()).turns());
    // A hundred calls at once on each, at 80 a second.
    let tasks: Vec<_> = (0..200)
        .map(|at| {
            let turns = if at % 2 == 0 { one.clone() } else { other.clone() };
            tokio::spawn(async move {
                let asked = Instant::now();
                wait(&turns, NUMBER, None, LONG).await.map(|wait| asked.elapsed() + wait)
            })
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.push(task.await.unwrap().unwrap());
    }
    let longest = waits.iter().max().unwrap();
    assert!(*longest > Duration::from_millis(199 * 125 / 10 - 30) && *longest < Duration::from_millis(199 * 125 / 10 + 400), "{longest:?}");
    assert!(server.scripts_run() < 12, "many calls, few trips: {}", server.scripts_run());
}

#[tokio::test]
async fn what_would_come_too_late_takes_no_turn() {
    let server = Server::start();
    let turns = fleet(&server.url()).turns();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let turns = turns.clone();
            tokio::spawn(async move { wait(&turns, NUMBER, None, Duration::from_millis(300)).await })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(wait) => {
                assert!(wait <= Duration::from_millis(300));
                taken += 1;
            }
            Err(wait) => assert!(near(wait, 12 * taken + 13), "{taken}: {wait:?}"),
        }
    }
    assert_eq!(taken, 20, "a quarter of a second is enough for twenty");
    tokio::time::sleep(Duration::from_millis(120)).await;
    for _ in 0..3 {
        assert!(wait(&turns, NUMBER, None, Duration::ZERO).await.is_err());
    }
    let next = wait(&turns, NUMBER, None, LONG).await.unwrap();
    assert!(next < Duration::from_millis(150), "{next:?}");
}

#[tokio::test]
async fn a_pair_has_its_burst_on_all_machines_together() {
    let server = Server::start();
    let (one, other) = (fleet(&server.url()).turns(), fleet(&server.url()).turns());
    for turns in [&one, &other] {
        assert!(wait(turns, NUMBER, Some("15550001"), LONG).await.unwrap() < Duration::from_millis(60));
    }
    let third = wait(&one, NUMBER, Some("15550001"), LONG).await.unwrap();
    assert!(near(third, 6000), "{third:?}");
    assert!(wait(&other, NUMBER, Some("15550002"), LONG).await.unwrap() < Duration::from_millis(60), "another recipient does not wait");
    let keys = server.keys();
    assert!(keys.iter().all(|(key, kept)| *kept > 0 && !key.contains("1555") && !key.contains(NUMBER)), "{keys:?}");
}

#[tokio::test]
async fn a_turn_that_comes_back_is_given_again_and_arrivals_take_turns() {
    let server = Server::start();
    let turns = fleet(&server.url()).turns();
    let clock = SystemClock::default();
    let take = async || match turns.take(lanes(NUMBER, Some("15550001")), LONG, &clock).await.unwrap() {
        Taken::Turn(turn) => turn,
        Taken::TooLate(wait) => panic!("too late: {wait:?}"),
    };
    let (_first, _second, third) = (take().await, take().await, take().await);
    assert!(near(third.wait(), 6000), "{third:?}");
    turns.give_back(third).await.unwrap();
    assert!(near(take().await.wait(), 6000), "and not 12 seconds");
    turns.count(lanes(NUMBER, None).remove(0), 80, &clock).await.unwrap();
    let after = wait(&turns, NUMBER, None, LONG).await.unwrap();
    assert!(near(after, 1000), "{after:?}");
}

#[tokio::test]
async fn a_steady_rate_below_the_pace_seldom_waits_and_makes_few_trips() {
    let server = Server::start();
    let turns = fleet(&server.url()).turns();
    wait(&turns, "0", None, LONG).await.unwrap();
    let before = server.scripts_run();
    let (began, mut waited, mut calls) = (Instant::now(), Duration::ZERO, 0);
    while began.elapsed() < Duration::from_secs(2) {
        let asked = Instant::now();
        let wait = wait(&turns, NUMBER, None, LONG).await.unwrap();
        waited += asked.elapsed() + wait;
        calls += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let trips = server.scripts_run() - before;
    assert!(trips <= 21, "{trips} trips in two seconds for {calls} calls");
    assert!(waited / calls < Duration::from_millis(60), "{:?} for each of {calls}", waited / calls);
}

#[tokio::test]
async fn while_redis_is_away_a_machine_keeps_its_share_or_does_what_was_said() {
    let mut server = Server::start();
    let shared = fleet(&server.url());
    wait(&shared.turns(), "0", None, LONG).await.unwrap();
    server.kill();
    let machines: Vec<_> = (0..4).map(|_| fleet(&server.url()).turns().while_away(PaceAway::Share { machines: 4 })).collect();
    let began = Instant::now();
    // Four machines, and in the next second no more than eighty calls of all of them.
    let mut within = 0;
    for turns in &machines {
        for _ in 0..40 {
            let asked = began.elapsed();
            if wait(turns, NUMBER, None, LONG).await.unwrap() + asked < Duration::from_secs(1) {
                within += 1;
            }
        }
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert!(within <= 84, "{within}");
    let whole = fleet(&server.url()).turns();
    let waits: Vec<_> =
        [wait(&whole, NUMBER, None, LONG).await, wait(&whole, NUMBER, None, LONG).await].into_iter().map(Result::unwrap).collect();
    assert!(waits[1] <= Duration::from_millis(13), "{waits:?}");
    let held = fleet(&server.url()).turns().while_away(PaceAway::Hold);
    assert!(wait(&held, NUMBER, None, LONG).await.is_err());
    let unpaced = fleet(&server.url()).turns().while_away(PaceAway::Unpaced);
    assert!(unpaced.take(lanes(NUMBER, None), LONG, &SystemClock::default()).await.is_err());
    server.restart();
    let began = Instant::now();
    while unpaced.take(lanes(NUMBER, None), LONG, &SystemClock::default()).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(6));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn calls_of_a_client_keep_the_pace_and_none_hangs_when_redis_does() {
    let server = Server::start();
    let graph = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&graph).await;
    let machine = || -> Client {
        let builder = Client::builder("EAAGtoken1234567", Version(23, 0)).base_url(graph.uri()).pace(Pace::per_second(10));
        builder.turns(Arc::new(fleet(&server.url()).turns())).build().unwrap()
    };
    let (one, other) = (machine(), machine());
    let began = Instant::now();
    for _ in 0..5 {
        one.send(&Send::to("15550001")).await.unwrap();
        other.send(&Send::to("15550001")).await.unwrap();
    }
    let took = began.elapsed();
    assert!(took > Duration::from_millis(880) && took < Duration::from_secs(4), "{took:?}");
    server.stop();
    let began = Instant::now();
    for _ in 0..5 {
        one.send(&Send::to("15550001")).await.unwrap();
    }
    let took = began.elapsed();
    server.go_on();
    assert!(took < Duration::from_secs(3), "{took:?}: the patience is spent once, and not by every call");
}

#[tokio::test]
async fn a_runtime_that_ends_leaves_nothing_that_others_wait_for() {
    let server = Server::start();
    let turns = fleet(&server.url()).turns();
    let other = turns.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let _ = tokio::time::timeout(Duration::from_micros(300), wait(&other, NUMBER, None, LONG)).await;
        });
    })
    .join()
    .unwrap();
    let asked = Instant::now();
    wait(&turns, NUMBER, None, LONG).await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}
