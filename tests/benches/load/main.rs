//! Ten thousand calls, 64 at a time, to a server on loopback that fails one request in twenty: is every result there, is anything sent
//! twice, and does memory stay flat?
//!
//! `cargo bench -p contract-tests --bench load [-- --calls 10000] [--concurrency 64]`
//!
//! Each figure is a line of three columns on standard output: what, its value, and more about it. It ends with status 1 if a result is
//! lost or a write was sent again that may have been carried out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a measurement that fails should panic")]

mod book;
mod calls;
mod memory;
mod server;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use tokio::runtime::Runtime;

use book::Book;
use calls::{Calls, Kind};

fn main() -> ExitCode {
    if std::env::args().any(|arg| arg == "--serve") {
        server::run();
        return ExitCode::SUCCESS;
    }
    let number = |name: &str, usual: usize| argument(name).map_or(usual, |given| given.parse().expect("a number"));
    let (count, concurrency) = (number("--calls", 10_000), number("--concurrency", 64));
    let (server, url) = serve();
    let calls = Calls::new(&url, count);
    let runtime = Runtime::new().unwrap();
    let began = Instant::now();
    calls.make(&runtime, count / 10, concurrency);
    let early = memory::peak();
    calls.make(&runtime, count, concurrency);
    let (took, late) = (began.elapsed(), memory::peak());
    let passed = report(&calls, &close(server));
    println!("peak of memory after {} calls\t{}\t", count / 10, memory::shown(&early));
    println!("peak of memory after {count} calls\t{}\t", memory::shown(&late));
    println!("calls per second\t{:.0}\t{concurrency} at a time, pauses included", count as f64 / took.as_secs_f64());
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the outcome of the calls; is it as expected?
fn report(calls: &Calls, book: &Book) -> bool {
    println!("results\t{} of {}\t{}", calls.results(), calls.count(), calls.summary());
    let wrong = calls.wrong(book);
    println!("answers of another call, or of none\t{}\t{}", wrong.len(), wrong.join("; "));
    println!("requests that the server failed\t{}\tof {}; {} of them without reading them", book.failed(), book.requests(), book.unread());
    let mut twice = Vec::new();
    for kind in Kind::ALL {
        println!("{}\t{}\t{}", kind.name(), calls.of(kind).count(), book.sightings(calls.of(kind)));
        if kind != Kind::Read {
            twice.extend(book.sent_again(calls.of(kind)));
        }
    }
    let which = if twice.is_empty() { String::new() } else { format!("calls {twice:?}") };
    println!("writes that were sent again and may have been carried out\t{}\t{which}", twice.len());
    calls.results() == calls.count() && wrong.is_empty() && twice.is_empty()
}

fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != name).nth(1)
}

/// Starts the server as a process of its own, whose memory does not count here; its URL.
fn serve() -> (Child, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let mut server = command.arg("--serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    let mut output = BufReader::with_capacity(1, server.stdout.take().unwrap());
    output.read_line(&mut url).unwrap();
    server.stdout = Some(output.into_inner());
    (server, url.trim().to_owned())
}

/// Ends the server, and takes its book.
fn close(mut server: Child) -> Book {
    drop(server.stdin.take());
    let mut text = String::new();
    server.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(server.wait().unwrap().success(), "the server failed");
    Book::parse(&text)
}
