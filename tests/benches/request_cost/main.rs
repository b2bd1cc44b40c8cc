//! What one request costs: the client against the same call written by hand, in turn, on loopback.
//!
//! `cargo bench -p contract-tests --bench request_cost [-- --rounds 60] [--only ours | --only by-hand] [--at 32]`
//!
//! With `--message` instead: a message through pace, governor and retries, against one sent by a client without them;
//! `--message --only guarded` and `--message --only bare` are for a profiler.
//!
//! Each figure is a line of three columns on standard output: what, its value, its spread. Each round is a line on standard error.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a measurement that fails should panic")]

mod by_hand;
mod ratio;
mod server;

use std::alloc::System;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::runtime::{Builder, Runtime};
use whatsapp_graph::{
    ApiVersion, Client, RetryPolicy,
    limits::{Governor, Pace},
    phone_number::PhoneNumberField,
    types::{InteractiveMessage, MessageContent},
};

use by_hand::ByHand;
use ratio::Ratio;

/// Counts. It costs both sides alike for each allocation.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TOKEN: &str = "EAAJBtoken0of0the0measurement0which0is0about0as0long0as0those0that0Meta0gives0to0a0system0user0of0a0business";
const ACCOUNT: &str = "102289599326934";

/// Requests of one side in one round, which takes some hundred milliseconds.
const REQUESTS: usize = 2000;

/// One side of the comparison: one call, from its parameters to its decoded answer.
trait Side: Clone + 'static {
    async fn call(&self);
}

#[derive(Clone)]
struct Ours(Client);

impl Side for Ours {
    async fn call(&self) {
        use PhoneNumberField as Field;
        let fields = [
            Field::Id,
            Field::DisplayPhoneNumber,
            Field::VerifiedName,
            Field::Status,
            Field::QualityRating,
            Field::CodeVerificationStatus,
            Field::NameStatus,
            Field::PlatformType,
            Field::Throughput,
            Field::IsOfficialBusinessAccount,
        ];
        let page = self.0.whatsapp_business_account(ACCOUNT).phone_numbers().read().fields(fields).limit(25).send().await.unwrap();
        assert_eq!(page.data.len(), server::NUMBERS);
    }
}

/// A message, as it is sent day by day.
#[derive(Clone)]
struct Message(Client, MessageContent);

impl Message {
    fn of(client: Client) -> Self {
        let list: InteractiveMessage = serde_json::from_str(LIST).unwrap();
        Self(client, list.into())
    }
}

const LIST: &str = r#"{"type":"list","header":{"type":"text","text":"Choose Shipping Option"},"body":{"text":"Which shipping option do you prefer?"},"footer":{"text":"Lucky Shrub: Your gateway to succulents"},"action":{"button":"Shipping Options","sections":[{"title":"I want it ASAP!","rows":[{"id":"priority_express","title":"Priority Mail Express","description":"Next Day to 2 Days"},{"id":"priority_mail","title":"Priority Mail","description":"1 to 3 Days"}]},{"title":"I can wait a bit","rows":[{"id":"ground","title":"Ground Advantage","description":"2 to 5 Days"}]}]}}"#;

impl Side for Message {
    async fn call(&self) {
        let sent = self.0.phone_number("106540352242922").messages().create(self.1.clone()).to("16505551234").send().await.unwrap();
        assert!(sent.messages.is_some_and(|messages| messages.len() == 1));
    }
}

impl Side for ByHand {
    async fn call(&self) {
        let page = self.list_phone_numbers(ACCOUNT, 25).await.unwrap();
        assert_eq!(page.data.len(), server::NUMBERS);
    }
}

fn main() {
    let rounds = argument("--rounds").map_or(60, |rounds| rounds.parse().expect("--rounds takes a number"));
    let url = server::start();
    // One thread for the client, so that it is the client whose time counts.
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let ours = Ours(Client::builder(TOKEN, ApiVersion::V23_0).base_url(&url).build().unwrap());
    let by_hand = ByHand::new(&url, TOKEN);

    if std::env::args().any(|arg| arg == "--message") {
        return messages(&runtime, &url, rounds);
    }
    // For a profiler: one side alone.
    match argument("--only").as_deref() {
        Some("ours") => return alone(&runtime, &ours, rounds),
        Some(_) => return alone(&runtime, &by_hand, rounds),
        None => {}
    }
    let counted = [allocations(&runtime, &ours), allocations(&runtime, &by_hand)];
    println!("allocations of a request\t{}\tby hand: {}", counted[0], counted[1]);
    for concurrency in [1, 32] {
        let ratio = compare(&runtime, &ours, &by_hand, concurrency, rounds);
        println!("requests per second, {concurrency} at a time, against the call by hand\t{:.3}\t{}", ratio.median(), ratio.spread());
    }
}

/// What pace, governor and retries cost. Neither side waits for anything.
fn messages(runtime: &Runtime, url: &str, rounds: usize) {
    let client = || Client::builder(TOKEN, ApiVersion::V23_0).base_url(url);
    let bare = Message::of(client().retries(RetryPolicy::never()).build().unwrap());
    let guarded = client().retries(RetryPolicy::new()).governor(Governor::new()).pace(Pace::per_second(1_000_000));
    let guarded = Message::of(guarded.build().unwrap());
    match argument("--only").as_deref() {
        Some("guarded") => return alone(runtime, &guarded, rounds),
        Some(_) => return alone(runtime, &bare, rounds),
        None => {}
    }
    let counted = [allocations(runtime, &guarded), allocations(runtime, &bare)];
    println!("allocations of a message through pace, governor and retries\t{}\tbare: {}", counted[0], counted[1]);
    for concurrency in [1, 32] {
        let ratio = compare(runtime, &guarded, &bare, concurrency, rounds);
        println!("messages per second, {concurrency} at a time, against a bare call\t{:.3}\t{}", ratio.median(), ratio.spread());
    }
}

fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != name).nth(1)
}

fn alone(runtime: &Runtime, side: &impl Side, rounds: usize) {
    let concurrency = argument("--at").map_or(32, |at| at.parse().expect("--at takes a number"));
    for _ in 0..rounds {
        eprintln!("{:.0}/s", requests_per_second(runtime, side, concurrency, REQUESTS));
    }
}

/// How often a call asks for memory, or for more of it. The server's threads ask for none while they answer.
fn allocations(runtime: &Runtime, side: &impl Side) -> usize {
    const CALLS: usize = 1000;
    requests_per_second(runtime, side, 1, CALLS);
    let before = ALLOCATOR.stats();
    runtime.block_on(async {
        for _ in 0..CALLS {
            side.call().await;
        }
    });
    let after = ALLOCATOR.stats();
    let asked = |stats: &stats_alloc::Stats| stats.allocations + stats.reallocations;
    (asked(&after) - asked(&before) + CALLS / 2) / CALLS
}

/// Pairs of rounds, of which each side begins every other one.
fn compare(runtime: &Runtime, ours: &impl Side, other: &impl Side, concurrency: usize, rounds: usize) -> Ratio {
    let ours = || requests_per_second(runtime, ours, concurrency, REQUESTS);
    let other = || requests_per_second(runtime, other, concurrency, REQUESTS);
    ours();
    other();
    let ratios = (0..rounds).map(|round| {
        let (ours, other) = if round % 2 == 0 {
            let ours = ours();
            (ours, other())
        } else {
            let other = other();
            (ours(), other)
        };
        eprintln!("{concurrency} at a time, round {round}: {ours:.0}/s, the other {other:.0}/s, {:.3}", ours / other);
        ours / other
    });
    Ratio::of(ratios.collect())
}

fn requests_per_second(runtime: &Runtime, side: &impl Side, concurrency: usize, requests: usize) -> f64 {
    let begun = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    tokio::task::LocalSet::new().block_on(runtime, async {
        let tasks: Vec<_> = (0..concurrency)
            .map(|_| {
                let (side, begun) = (side.clone(), Arc::clone(&begun));
                tokio::task::spawn_local(async move {
                    while begun.fetch_add(1, Ordering::Relaxed) < requests {
                        side.call().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    requests as f64 / began.elapsed().as_secs_f64()
}
