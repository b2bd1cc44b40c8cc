//! Claims of webhooks.

use std::time::{Duration, Instant};

use graph_fleet::RedisClaims;
use graph_runtime::webhook::{Claim, Claims, EventKey};

use crate::fleet;
use crate::server::Server;

const MINUTE: Duration = Duration::from_secs(60);
const WEEK: Duration = Duration::from_secs(8 * 24 * 3600);

fn key(id: &str) -> EventKey {
    EventKey::new("message", [("from", "15551234567"), ("id", id)])
}

fn taken(claim: Claim) -> graph_runtime::webhook::Lease {
    match claim {
        Claim::Taken(lease) => lease,
        other => panic!("{other:?}"),
    }
}

fn machine(server: &Server) -> RedisClaims {
    fleet(&server.url()).claims()
}

#[tokio::test]
async fn an_event_is_one_machines_until_it_is_done() {
    let server = Server::start();
    let (one, other) = (machine(&server), machine(&server));
    let lease = taken(Claims::take(&one, &key("1"), MINUTE).await.unwrap());
    let Claim::Held(left) = Claims::take(&other, &key("1"), MINUTE).await.unwrap() else { panic!("it is held") };
    assert!(left <= MINUTE && left + Duration::from_secs(20) > MINUTE, "{left:?}");
    assert!(Claims::release(&one, &lease).await.unwrap());
    let again = taken(Claims::take(&other, &key("1"), MINUTE).await.unwrap());
    assert!(again.fence() > lease.fence());
    assert!(!Claims::done(&one, &lease, WEEK).await.unwrap(), "another has taken it since");
    assert!(!Claims::release(&one, &lease).await.unwrap());
    assert!(Claims::done(&other, &again, WEEK).await.unwrap());
    assert!(Claims::done(&other, &again, WEEK).await.unwrap(), "twice is as once");
    assert_eq!(Claims::take(&one, &key("1"), MINUTE).await.unwrap(), Claim::Done);
    assert!(matches!(Claims::take(&one, &key("2"), MINUTE).await.unwrap(), Claim::Taken(_)));
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_by_another() {
    let server = Server::start();
    let claims = machine(&server);
    let lease = taken(Claims::take(&claims, &key("1"), Duration::from_millis(50)).await.unwrap());
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert!(Claims::done(&claims, &lease, WEEK).await.unwrap(), "no one has taken it since");
    let lease = taken(Claims::take(&claims, &key("2"), Duration::from_millis(50)).await.unwrap());
    tokio::time::sleep(Duration::from_millis(80)).await;
    let second = taken(Claims::take(&claims, &key("2"), MINUTE).await.unwrap());
    assert!(second.fence() > lease.fence() && !Claims::done(&claims, &lease, WEEK).await.unwrap());
    let done = taken(Claims::take(&claims, &key("3"), MINUTE).await.unwrap());
    Claims::done(&claims, &done, Duration::from_millis(50)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert!(matches!(Claims::take(&claims, &key("3"), MINUTE).await.unwrap(), Claim::Taken(_)), "the retention is over");
}

#[tokio::test]
async fn no_event_is_named_in_redis_and_each_runs_out() {
    let server = Server::start();
    let claims = machine(&server);
    let (held, free, done) = (key("held"), key("free"), key("done"));
    taken(Claims::take(&claims, &held, MINUTE).await.unwrap());
    let lease = taken(Claims::take(&claims, &free, MINUTE).await.unwrap());
    Claims::release(&claims, &lease).await.unwrap();
    let lease = taken(Claims::take(&claims, &done, MINUTE).await.unwrap());
    Claims::done(&claims, &lease, WEEK).await.unwrap();
    let keys = server.keys();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|(key, kept)| *kept > 0 && !key.contains("1555") && !key.contains("message")), "{keys:?}");
}

#[tokio::test]
async fn while_redis_is_away_events_are_left_to_repetition_or_handled_once_by_each_machine() {
    let mut server = Server::start();
    let closed = machine(&server);
    let machines = [machine(&server).alone_while_away(), machine(&server).alone_while_away()];
    let before = taken(Claims::take(&machines[0], &key("before"), MINUTE).await.unwrap());
    taken(Claims::take(&machines[1], &key("other"), MINUTE).await.unwrap());
    server.kill();
    let began = Instant::now();
    assert!(Claims::take(&closed, &key("1"), MINUTE).await.is_err(), "its webhook is answered with 503");
    let mut handled = 0;
    for _ in 0..3 {
        for claims in &machines {
            if let Claim::Taken(lease) = Claims::take(claims, &key("1"), MINUTE).await.unwrap() {
                assert!(lease.fence() > before.fence());
                assert!(Claims::done(claims, &lease, WEEK).await.unwrap());
                handled += 1;
            }
        }
    }
    assert_eq!(handled, 2, "once by each");
    assert!(Claims::done(&machines[0], &before, WEEK).await.is_err(), "no one knows whether another has it");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    server.restart();
    // What was handled meanwhile is written, and so is known to all.
    let began = Instant::now();
    for event in ["1", "before"] {
        while !matches!(Claims::take(&closed, &key(event), Duration::from_millis(1)).await, Ok(Claim::Done)) {
            assert!(began.elapsed() < Duration::from_secs(20), "{event}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    for claims in &machines {
        assert_eq!(Claims::take(claims, &key("1"), MINUTE).await.unwrap(), Claim::Done);
    }
}
