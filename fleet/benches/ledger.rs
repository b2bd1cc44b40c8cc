//! The ledger in Redis beside the one in a file, and the round trips of ledger and pace.
//!
//! `cargo bench -p graph-fleet --bench ledger [-- --seconds 2] [--rounds 5]`: eight tasks reserve and commit, each a number of its own after the other, in turns with a
//! file in the same folder. It fails if Redis that flushes once a second does less than 3,000 calls a second. Round trips are those that Redis has counted (`INFO commandstats`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    reason = "a measurement that fails should panic"
)]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

#[path = "../tests/redis/server.rs"]
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use graph_fleet::Fleet;
use graph_runtime::ledger::{FileLedger, Ledger, Limit, Reserved, Settled};
use graph_runtime::{Lane, LimitSubject, SystemClock, TurnStore as _};
use server::{Keeps, Server};
use tokio::runtime::Builder;

const TASKS: u64 = 8;

fn main() {
    let argument = |name: &str| std::env::args().skip_while(|arg| arg != name).nth(1).map(|value| value.parse::<u64>().expect("a number"));
    let (seconds, rounds) = (argument("--seconds").unwrap_or(2), argument("--rounds").unwrap_or(5));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let file: Arc<dyn Ledger> = Arc::new(FileLedger::open(folder.path().join("ledger")).unwrap());
        let servers = [
            Server::with(Keeps::Nothing, &["--appendonly", "yes", "--appendfsync", "everysec"]),
            Server::keeping(Keeps::All),
            Server::start(),
        ];
        let fleets = servers.each_ref().map(|server| Fleet::builder(server.url(), "a secret of the benchmark").build().unwrap());
        let ledgers = [file].into_iter().chain(fleets.iter().map(|fleet| Arc::new(fleet.ledger()) as Arc<dyn Ledger>));
        let ledgers: Vec<_> = ledgers.collect();
        let mut rates = vec![Vec::new(); ledgers.len()];
        for round in 0..rounds {
            for turn in 0..ledgers.len() {
                let at = (usize::try_from(round).unwrap() + turn) % ledgers.len();
                rates[at].push(rate(&ledgers[at], Duration::from_secs(seconds)).await);
            }
        }
        let medians: Vec<f64> = rates.into_iter().map(median).collect();
        let names = ["a file", "Redis, flushed once a second", "Redis, flushed before each answer", "Redis, in memory alone"];
        for (name, rate) in names.iter().zip(&medians) {
            println!("{name}: {rate:.0} calls a second, {:.1} times the file", rate / medians[0]);
        }
        let before = servers[0].scripts_run();
        let calls = calls(&ledgers[1], 1000).await;
        println!("round trips of a call: {:.3}", (servers[0].scripts_run() - before) as f64 / calls as f64);
        let before = servers[0].scripts_run();
        let (began, turns) = (Instant::now(), paced(&fleets[0], Duration::from_secs(5)).await);
        let tenths = began.elapsed().as_secs_f64() * 10.0;
        let trips = servers[0].scripts_run() - before;
        println!("round trips of a pace of 1,000 a second: {trips} for {turns} calls, {:.2} in a tenth of a second", trips as f64 / tenths);
        assert!(medians[1] >= 3000.0, "less than 3,000 calls a second");
    });
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn limit(number: u64) -> Limit {
    let window = Duration::from_secs(72 * 3600);
    let per = LimitSubject::verbatim("number");
    Limit { operation: "WhatsAppBusinessPhoneNumber.register.create", per, subject: number.to_string(), max: 10, window, block: window }
}

static NUMBERS: AtomicU64 = AtomicU64::new(106_540_352_000_000);

async fn call(ledger: &dyn Ledger) {
    let limit = limit(NUMBERS.fetch_add(1, Ordering::Relaxed));
    let Reserved::Open(place) = ledger.reserve(&limit, SystemTime::now()).await.unwrap() else { panic!("there is room") };
    ledger.commit(place, Settled::Answered, SystemTime::now()).await.unwrap();
}

async fn calls(ledger: &Arc<dyn Ledger>, count: u64) -> u64 {
    for _ in 0..count {
        call(&**ledger).await;
    }
    count
}

async fn rate(ledger: &Arc<dyn Ledger>, time: Duration) -> f64 {
    let (began, done) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (ledger, done) = (ledger.clone(), done.clone());
            tokio::spawn(async move {
                while began.elapsed() < time {
                    call(&*ledger).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// How many calls had their turn.
async fn paced(fleet: &Fleet, time: Duration) -> u64 {
    let (began, turns) = (Instant::now(), Arc::new(fleet.turns()));
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let turns = turns.clone();
            tokio::spawn(async move {
                let mut count = 0;
                while began.elapsed() < time {
                    let lane = Lane::new("106".into(), Duration::from_millis(1), Duration::ZERO);
                    if let graph_runtime::Taken::Turn(turn) = turns.take(vec![lane], time, &SystemClock::default()).await.unwrap() {
                        tokio::time::sleep(turn.wait()).await;
                        count += 1;
                    }
                }
                count
            })
        })
        .collect();
    let mut all = 0;
    for task in tasks {
        all += task.await.unwrap();
    }
    all
}
