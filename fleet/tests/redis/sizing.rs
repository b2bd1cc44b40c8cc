//! How much memory things take, held against docs/fleet.md: `cargo test -p graph-fleet --test redis sizing -- --nocapture` prints it.

use std::time::Duration;

use graph_fleet::Fleet;
use graph_runtime::ledger::{Ledger as _, Reserved, Settled};
use graph_runtime::webhook::{Claim, Claims as _, EventKey};
use graph_runtime::{SystemClock, TokenStore as _, TurnStore as _};

use crate::paced::lanes;
use crate::server::Server;
use crate::{NUMBER, REGISTER, fleet, limit, now};

/// So many that Redis's tables are as full as with a million.
const EVENTS: u32 = 15_500;

/// How far what is measured may be from what the page says.
const TOLERANCE: f64 = 0.25;

const RETENTION: Duration = Duration::from_secs(8 * 24 * 3600);

fn used(server: &Server) -> u64 {
    server.say(&["INFO", "memory"]).lines().find_map(|line| line.strip_prefix("used_memory:")?.parse().ok()).unwrap()
}

/// What the page says in the row of this: a figure and its unit.
fn stated(row: &str) -> f64 {
    let page = include_str!("../../../docs/fleet.md");
    let line = page.lines().find(|line| line.starts_with(&format!("| {row}"))).unwrap_or_else(|| panic!("docs/fleet.md has no row {row}"));
    let cell = line.trim_end_matches([' ', '|']).rsplit('|').next().unwrap().trim();
    let (number, unit) = cell.split_once(' ').unwrap();
    let factor = match unit {
        "bytes" => 1.0,
        "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        other => panic!("{other}"),
    };
    number.parse::<f64>().unwrap() * factor
}

fn held(row: &str, measured: f64) {
    let stated = stated(row);
    println!("{row}: measured {measured:.0} bytes, docs/fleet.md says {stated:.0}");
    assert!((measured / stated - 1.0).abs() < TOLERANCE, "{row}: measured {measured:.0} bytes, docs/fleet.md says {stated:.0}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_takes_the_memory_that_the_page_says_and_two_round_trips() {
    let server = Server::start();
    let fleet = fleet(&server.url());
    let handle = async |claims: graph_fleet::RedisClaims, id: u32| {
        let key = EventKey::new("message", [("id", format!("wamid.{id:032}").as_str())]);
        let Claim::Taken(lease) = claims.take(&key, Duration::from_secs(60)).await.unwrap() else { panic!("it is free") };
        assert!(claims.done(&lease, RETENTION).await.unwrap());
    };
    // The connection and the script are there.
    handle(fleet.claims(), u32::MAX).await;
    let (before, trips) = (used(&server), server.scripts_run());
    let workers = 16;
    let tasks: Vec<_> = (0..workers)
        .map(|worker| {
            let claims = fleet.claims();
            tokio::spawn(async move {
                for id in (worker..EVENTS).step_by(16) {
                    handle(claims.clone(), id).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(server.scripts_run() - trips, 2 * u64::from(EVENTS));
    // Tables that have grown give back what they were on the next turns of the server.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let each = f64::from(u32::try_from(used(&server) - before).unwrap()) / f64::from(EVENTS);
    held("a million events that were handled", each * 1e6);
    // A message, and three states of it, each known for eight days.
    held("a million messages sent a day", each * 1e6 * 3.0 * 8.0);
}

/// The bytes that each of so many takes, on a server of their own. Redis's tables double: so many nearly fill them.
async fn each(count: u32, make: impl AsyncFn(&Fleet, u32)) -> f64 {
    let server = Server::start();
    let fleet = fleet(&server.url());
    make(&fleet, u32::MAX).await;
    let before = used(&server);
    for index in 0..count {
        make(&fleet, index).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    f64::from(u32::try_from(used(&server) - before).unwrap()) / f64::from(count)
}

#[tokio::test]
async fn numbers_pairs_and_tokens_take_the_memory_that_the_page_says() {
    let registered = async |fleet: &Fleet, index: u32| {
        let (ledger, register) = (fleet.ledger(), limit(&REGISTER, &format!("{index}")));
        for _ in 0..10 {
            let Reserved::Open(place) = ledger.reserve(&register, now()).await.unwrap() else { panic!("there is room") };
            ledger.commit(place, Settled::Answered, now()).await.unwrap();
        }
    };
    held("a number that was registered ten times", each(120, registered).await);
    let paired = async |fleet: &Fleet, index: u32| {
        let to = format!("{index}");
        fleet.turns().take(lanes(NUMBER, Some(&to)), Duration::from_secs(120), &SystemClock::default()).await.unwrap();
    };
    held("a pair of number and recipient", each(500, paired).await);
    // As long as tokens of system users are.
    let stored = async |fleet: &Fleet, index: u32| fleet.tokens(format!("{index}")).put(&"EAAG0123456789".repeat(15).into()).await.unwrap();
    held("a token", each(500, stored).await);
}
