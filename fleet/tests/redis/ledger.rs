//! The ledger by itself.

use std::time::{Duration, Instant};

use graph_fleet::RedisLedger;
use graph_runtime::ledger::{Ledger, Limit, LimitStatus, Observation, Reserved, RetryBasis, Settled};

use crate::server::Server;
use crate::{DEREGISTER, HOUR, NUMBER, REGISTER, WINDOW, fleet, limit, now};

/// What a test may take, and more.
const MOMENT: Duration = Duration::from_secs(20);

fn register() -> Limit {
    limit(&REGISTER, NUMBER)
}

fn machine(server: &Server) -> RedisLedger {
    fleet(&server.url()).ledger()
}

async fn counted(ledger: &RedisLedger, limit: &Limit) -> (u32, u32) {
    let standing = ledger.inspect(limit, now()).await.unwrap();
    (standing.counted, standing.unknown)
}

async fn call(ledger: &RedisLedger, limit: &Limit, outcome: Settled) {
    let Reserved::Open(place) = ledger.reserve(limit, now()).await.unwrap() else { panic!("there is room") };
    ledger.commit(place, outcome, now()).await.unwrap();
}

#[tokio::test]
async fn two_machines_count_together() {
    let server = Server::start();
    let (one, other) = (machine(&server), machine(&server));
    for _ in 0..5 {
        call(&one, &register(), Settled::Answered).await;
        call(&other, &register(), Settled::Unknown).await;
    }
    assert_eq!(counted(&one, &register()).await, (10, 5));
    let began = now();
    let Reserved::Closed(standing) = other.reserve(&register(), began).await.unwrap() else { panic!("it is full") };
    let retry = standing.retry_at.unwrap();
    assert_eq!(retry.basis, RetryBasis::Estimated);
    let wait = retry.at.duration_since(began).unwrap();
    assert!(wait + MOMENT > WINDOW && wait <= WINDOW, "{wait:?}");
    assert_eq!(counted(&one, &limit(&DEREGISTER, NUMBER)).await, (0, 0), "every operation has a counter");
    assert_eq!(counted(&one, &limit(&REGISTER, "1")).await, (0, 0), "and every number");
}

#[tokio::test]
async fn a_released_place_is_free_and_an_unused_one_is_taken() {
    let server = Server::start();
    let ledger = machine(&server);
    let Reserved::Open(place) = ledger.reserve(&register(), now()).await.unwrap() else { panic!("there is room") };
    assert_eq!(counted(&ledger, &register()).await, (1, 1));
    ledger.release(place).await.unwrap();
    assert_eq!(counted(&ledger, &register()).await, (0, 0));
    drop(ledger.reserve_anyway(&register(), now()).await.unwrap());
    assert_eq!(counted(&ledger, &register()).await, (1, 1));
    ledger.clear(&register()).await.unwrap();
    assert_eq!(ledger.inspect(&register(), now()).await.unwrap(), LimitStatus::default());
}

#[tokio::test]
async fn graphs_answer_that_the_limit_is_reached_closes_it_for_all() {
    let server = Server::start();
    let (one, other) = (machine(&server), machine(&server));
    call(&one, &register(), Settled::LimitReached).await;
    let Reserved::Closed(standing) = other.reserve(&register(), now()).await.unwrap() else { panic!("it is blocked") };
    assert_eq!(standing.retry_at.unwrap().basis, RetryBasis::Observed);
    drop(other.reserve_anyway(&register(), now()).await.unwrap());
    assert_eq!(counted(&one, &register()).await, (2, 1));
}

#[tokio::test]
async fn what_was_seen_elsewhere_counts_from_when_it_was() {
    let server = Server::start();
    let ledger = machine(&server);
    ledger.record(&register(), Observation::Calls { count: 3, at: now() - HOUR }).await.unwrap();
    ledger.record(&register(), Observation::Calls { count: 3, at: now() - WINDOW }).await.unwrap();
    assert_eq!(counted(&ledger, &register()).await, (3, 0), "what is older than the window counts no more");
    ledger.record(&register(), Observation::Calls { count: 99, at: now() }).await.unwrap();
    let standing = ledger.inspect(&register(), now()).await.unwrap();
    assert_eq!(standing.counted, 13);
    ledger.record(&register(), Observation::LimitReached { at: now() - HOUR }).await.unwrap();
    let standing = ledger.inspect(&register(), now()).await.unwrap();
    assert_eq!(standing.retry_at.unwrap().basis, RetryBasis::Estimated, "the later end counts");
    ledger.clear(&register()).await.unwrap();
    ledger.record(&register(), Observation::LimitReached { at: now() - HOUR }).await.unwrap();
    let retry = ledger.inspect(&register(), now()).await.unwrap().retry_at.unwrap();
    let left = retry.at.duration_since(now()).unwrap();
    assert!(left + HOUR <= WINDOW && left + HOUR + MOMENT > WINDOW, "{left:?}");
}

#[tokio::test]
async fn two_names_have_one_history_from_then_on() {
    let server = Server::start();
    let (one, other) = (machine(&server), machine(&server));
    let number = limit(&REGISTER, "+1 631-555-1111");
    for _ in 0..3 {
        call(&one, &register(), Settled::Answered).await;
        call(&other, &number, Settled::Answered).await;
    }
    let Reserved::Open(under_way) = other.reserve(&register(), now()).await.unwrap() else { panic!("there is room") };
    one.alias(&register(), "16315551111").await.unwrap();
    one.alias(&number, NUMBER).await.unwrap();
    for ledger in [&one, &other, &machine(&server)] {
        assert_eq!((counted(ledger, &register()).await, counted(ledger, &number).await), ((7, 1), (7, 1)));
    }
    other.commit(under_way, Settled::Answered, now()).await.unwrap();
    // A number that is deleted and added again under another id, and both chains joined.
    let again = limit(&REGISTER, "107");
    call(&one, &again, Settled::Answered).await;
    other.alias(&again, "1-631-555-1111").await.unwrap();
    assert_eq!(counted(&one, &again).await, (8, 0));
    for _ in 0..2 {
        call(&one, &again, Settled::Answered).await;
    }
    assert!(matches!(other.reserve(&register(), now()).await.unwrap(), Reserved::Closed(_)));
}

#[tokio::test]
async fn names_that_all_machines_join_at_once_while_they_count_lose_no_call() {
    let server = Server::start();
    let names = ["1", "2", "3", "4", "5", "6"];
    let tasks: Vec<_> = (0..6)
        .map(|at: usize| {
            let ledger = machine(&server);
            tokio::spawn(async move {
                for round in 0..5_usize {
                    let (one, other) = (names[(at + round) % 6], names[(at + round * 3 + 1) % 6]);
                    drop(ledger.reserve_anyway(&limit(&REGISTER, one), now()).await.unwrap());
                    ledger.alias(&limit(&REGISTER, one), other).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let ledger = machine(&server);
    for name in &names[1..] {
        ledger.alias(&limit(&REGISTER, name), names[0]).await.unwrap();
    }
    for name in names {
        assert_eq!(counted(&ledger, &limit(&REGISTER, name)).await, (30, 30));
    }
}

#[tokio::test]
async fn no_name_is_in_redis_and_nothing_is_kept_for_ever() {
    let server = Server::start();
    let ledger = machine(&server);
    let number = limit(&REGISTER, "+1 631-555-1111");
    call(&ledger, &number, Settled::LimitReached).await;
    ledger.alias(&number, NUMBER).await.unwrap();
    let keys = server.keys();
    assert_eq!(keys.len(), 3, "two names and the mark: {keys:?}");
    for (key, kept) in &keys {
        assert!(*kept > 72 * 3_600_000, "{key} is kept for {kept} ms");
        assert!(!key.contains("5551111") && !key.contains(NUMBER), "{key}");
    }
    assert!(!server.say(&["HGETALL", &keys[0].0]).contains("5551111"));
}

#[tokio::test]
async fn a_reservation_and_its_commit_are_two_round_trips() {
    let server = Server::start();
    let ledger = machine(&server);
    call(&ledger, &limit(&REGISTER, "0"), Settled::Answered).await;
    let before = server.scripts_run();
    for number in 1..=100 {
        call(&ledger, &limit(&REGISTER, &number.to_string()), Settled::Answered).await;
    }
    assert_eq!(server.scripts_run() - before, 200);
}

#[tokio::test]
async fn clocks_make_no_difference_and_each_is_answered_by_its_own() {
    let server = Server::start();
    let (behind, ahead) = (machine(&server), machine(&server));
    for _ in 0..5 {
        for (ledger, clock) in [(&behind, now() - HOUR), (&ahead, now() + HOUR)] {
            let Reserved::Open(place) = ledger.reserve(&register(), clock).await.unwrap() else { panic!("there is room") };
            ledger.commit(place, Settled::Answered, clock).await.unwrap();
        }
    }
    for (ledger, clock) in [(&behind, now() - HOUR), (&ahead, now() + HOUR)] {
        let Reserved::Closed(standing) = ledger.reserve(&register(), clock).await.unwrap() else { panic!("it is full") };
        let wait = standing.retry_at.unwrap().at.duration_since(clock).unwrap();
        assert!(wait + MOMENT > WINDOW && wait <= WINDOW, "{wait:?}");
        assert!(clock.duration_since(standing.since.unwrap()).unwrap() < Duration::from_secs(20));
    }
}

#[tokio::test]
async fn what_redis_does_not_answer_ends_in_time_and_what_it_did_meanwhile_is_undone() {
    let mut server = Server::start();
    let ledger = machine(&server);
    call(&ledger, &register(), Settled::Answered).await;
    server.stop();
    for _ in 0..3 {
        let began = Instant::now();
        let error = ledger.reserve(&register(), now()).await.unwrap_err();
        assert!(began.elapsed() < Duration::from_millis(900), "{:?}: {error}", began.elapsed());
        assert!(!error.to_string().contains(NUMBER), "{error}");
    }
    server.go_on();
    // The reservation that it read meanwhile is given back within a second or so.
    let began = Instant::now();
    while !matches!(ledger.inspect(&register(), now()).await, Ok(standing) if standing.counted == 1) {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.kill();
    let began = Instant::now();
    assert!(ledger.reserve(&register(), now()).await.is_err());
    assert!(began.elapsed() < Duration::from_millis(900));
    server.restart();
    let began = Instant::now();
    while ledger.reserve(&register(), now()).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(5), "without a restart of this process");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_place_that_no_one_waits_for_any_more_is_given_back() {
    let server = Server::start();
    let ledger = machine(&server);
    assert_eq!(counted(&ledger, &register()).await, (0, 0));
    let limit = register();
    let mut reserving = ledger.reserve(&limit, now());
    let polled = reserving.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert!(polled.is_pending());
    let began = Instant::now();
    for expected in [(1, 1), (0, 0)] {
        while counted(&ledger, &register()).await != expected {
            assert!(began.elapsed() < Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // It is in Redis, and no one waits for the answer.
        reserving = Box::pin(std::future::pending());
    }
    drop(reserving);
}

#[tokio::test]
async fn a_machine_with_another_secret_counts_nothing() {
    let server = Server::start();
    machine(&server).inspect(&register(), now()).await.unwrap();
    let other = graph_fleet::Fleet::builder(server.url(), "another secret of some length").build().unwrap();
    let error = other.ledger().reserve(&register(), now()).await.unwrap_err().to_string();
    assert!(error.contains("have another secret") && error.contains("graph:secret"), "{error}");
    let apart = graph_fleet::Fleet::builder(server.url(), "another secret of some length").prefix("other").build().unwrap();
    assert_eq!(counted(&apart.ledger(), &register()).await, (0, 0));
}

#[tokio::test]
async fn while_redis_is_away_a_machine_sends_what_it_was_allowed_and_it_is_counted_afterwards() {
    let mut server = Server::start();
    let machines = [0, 1].map(|_| fleet(&server.url()).ledger().allow_while_away(2));
    let closed = machine(&server);
    call(&machines[0], &register(), Settled::Answered).await;
    server.kill();
    assert!(closed.reserve(&register(), now()).await.is_err(), "without an allowance nothing is sent");
    let (mut sent, mut released) = (0, None);
    for ledger in &machines {
        for at in 0..5 {
            match ledger.reserve(&register(), now()).await.unwrap() {
                Reserved::Open(place) if at == 0 => released = Some((ledger, place)),
                Reserved::Open(place) => {
                    ledger.commit(place, Settled::Answered, now()).await.unwrap();
                    sent += 1;
                }
                Reserved::Closed(standing) => assert!(!standing.is_open()),
            }
            if let Some((ledger, place)) = released.take() {
                ledger.release(place).await.unwrap();
            }
        }
    }
    assert_eq!(sent, 4, "two of each machine");
    server.restart();
    // What was kept in memory alone is gone with the server, and what was sent meanwhile is counted.
    let began = Instant::now();
    while !matches!(closed.inspect(&register(), now()).await, Ok(standing) if (standing.counted, standing.unknown) == (4, 0)) {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", closed.inspect(&register(), now()).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_recorded_is_recorded_when_redis_is_back() {
    let mut server = Server::keeping(crate::server::Keeps::All);
    let ledger = machine(&server);
    let Reserved::Open(place) = ledger.reserve(&register(), now()).await.unwrap() else { panic!("there is room") };
    server.kill();
    assert!(ledger.commit(place, Settled::LimitReached, now()).await.is_err());
    server.restart();
    let began = Instant::now();
    while !matches!(ledger.inspect(&register(), now()).await, Ok(standing) if standing.retry_at.is_some() && standing.unknown == 0) {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
