//! The outcome of a call when the network, an intermediary or Graph fails: on real sockets, for every kind of call.
//!
//! `faults/table.rs` says the expected outcome of each. docs/reliability.md tells users the actual outcome;
//! `UPDATE_EXPECTED=1 cargo test -p contract-tests --test faults` rewrites its tables.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

#[path = "faults/observe.rs"]
mod observe;
#[path = "faults/page.rs"]
mod page;
#[path = "faults/server.rs"]
mod server;
#[path = "faults/table.rs"]
mod table;

use std::sync::LazyLock;
use std::time::Duration;

use whatsapp_graph::{Outcome, RetryPolicy};

use crate::observe::{Call, MAX_RESPONSE, Ready, ReadyDownload, Seen, SeenDownload, observe, observe_download, prepare, prepare_download};
use crate::page::{COMMAND, Page};
use crate::server::{Does, FLOOD};
use crate::table::{Ends, FAULTS, Fault, Within};

/// A call under a fault, by a client as it is and by one that repeats refused writes.
struct Cell {
    call: Call,
    seen: Seen,
    opted: Seen,
}

/// The outcome of all calls under a fault.
struct Row {
    fault: &'static Fault,
    cells: Vec<Cell>,
    download: Option<SeenDownload>,
    /// By how many KiB the peak of this process's memory rose meanwhile; nothing where the system does not say.
    grew: Option<u64>,
}

impl Row {
    fn of(&self, call: Call) -> &Cell {
        self.cells.iter().find(|cell| cell.call == call).unwrap()
    }

    async fn observe(fault: &'static Fault, Prepared { cells, download }: Prepared) -> Self {
        let before = peak();
        let download = download.map(|download| tokio::spawn(observe_download(download)));
        let calls: Vec<_> = cells.into_iter().map(|(call, ready)| (call, ready.map(|ready| tokio::spawn(observe(ready))))).collect();
        let mut cells = Vec::new();
        for (call, [seen, opted]) in calls {
            cells.push(Cell { call, seen: seen.await.unwrap(), opted: opted.await.unwrap() });
        }
        let download = match download {
            Some(download) => Some(download.await.unwrap()),
            None => None,
        };
        Self { fault, cells, download, grew: before.zip(peak()).map(|(before, after)| after - before) }
    }
}

/// Every fault, observed once for all tests.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let prepared: Vec<_> = FAULTS.iter().map(|fault| (fault, tokio::spawn(prepared(fault)))).collect();
        let mut ready = Vec::new();
        for (fault, cells) in prepared {
            ready.push((fault, cells.await.unwrap()));
        }
        let mut rows = Vec::new();
        let mut waiting = Vec::new();
        for (fault, cells) in ready {
            // Those that last as long as a time limit last it together.
            match fault.within {
                Within::Defaults => rows.push(Row::observe(fault, cells).await),
                _ => waiting.push((fault, cells)),
            }
        }
        let waiting: Vec<_> = waiting.into_iter().map(|(fault, cells)| tokio::spawn(Row::observe(fault, cells))).collect();
        for row in waiting {
            rows.push(row.await.unwrap());
        }
        rows.sort_by_key(|row| FAULTS.iter().position(|fault| std::ptr::eq(fault, row.fault)));
        rows
    })
});

/// Every call under a fault, by a client as it is and by one that repeats refused writes, and a download.
struct Prepared {
    cells: Vec<(Call, [Ready; 2])>,
    download: Option<ReadyDownload>,
}

async fn prepared(fault: &'static Fault) -> Prepared {
    let policies = [RetryPolicy::new(), RetryPolicy::new().repeat_refused_writes(true)];
    // On all processors: each client reads all certificates of the system.
    let ready = Call::ALL.map(|call| (call, policies.map(|policy| tokio::spawn(prepare(fault, call, policy)))));
    let mut cells = Vec::new();
    for (call, [usual, opted]) in ready {
        cells.push((call, [usual.await.unwrap(), opted.await.unwrap()]));
    }
    let download = match fault.download {
        Some(_) => Some(prepare_download(fault).await),
        None => None,
    };
    Prepared { cells, download }
}

/// The peak of this process's memory in KiB, where the system says it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

/// Holds something against every cell, and tells of all that are otherwise.
fn everywhere(wrong: impl Fn(&Fault, &Cell) -> Option<String>) {
    let wrong: Vec<_> = ROWS
        .iter()
        .flat_map(|row| row.cells.iter().map(move |cell| (row.fault, cell)))
        .filter_map(|(fault, cell)| Some(format!("{:?}, if {}: {}", cell.call, fault.what, wrong(fault, cell)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_fault_is_the_error_it_must_be() {
    everywhere(|fault, cell| {
        let must = cell.call.must(fault);
        [&cell.seen, &cell.opted].into_iter().find_map(|seen| {
            let (found, expected) = ((seen.ends, seen.outcome, seen.again), (must.ends, must.outcome, must.again));
            (found != expected).then(|| format!("{found:?}, not {expected:?}\n{}", seen.error))
        })
    });
}

#[test]
fn every_download_has_the_outcome_it_must_have() {
    let wrong: Vec<_> = ROWS
        .iter()
        .filter_map(|row| {
            let (seen, must) = (row.download.as_ref()?, row.fault.download?);
            let (found, expected) = ((seen.outcome, seen.again), (Some(must.outcome), must.again));
            (found != expected).then(|| format!("if {}: {found:?}, not {expected:?}\n{}", row.fault.what, seen.error))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(ROWS.iter().filter_map(|row| row.download.as_ref()).all(|seen| seen.requests <= 1), "bytes are asked for once");
}

#[test]
fn no_call_is_sent_more_or_less_often_than_it_must_be() {
    everywhere(|fault, cell| {
        let must = cell.call.must(fault);
        [(&cell.seen, must.tries), (&cell.opted, must.opted)].into_iter().find_map(|(seen, tries)| {
            let arrived = if must.arrives { tries } else { 0 };
            // A future that was dropped does not say it.
            let left = if must.outcome == Some(Outcome::NotSent) || must.ends == Ends::Dropped { 0 } else { tries };
            let found = (seen.tries, seen.requests, seen.attempts);
            let expected = (tries, arrived as usize, left);
            (found != expected).then(|| format!("tries, requests read, attempts(): {found:?}, not {expected:?}\n{}", seen.error))
        })
    });
}

#[test]
fn the_ledger_counts_what_may_have_been_counted_and_nothing_else() {
    everywhere(|fault, cell| {
        let must = cell.call.must(fault);
        [&cell.seen, &cell.opted].into_iter().find_map(|seen| {
            let unknown = must.counted && (must.outcome == Some(Outcome::Unknown) || must.ends == Ends::Dropped);
            let expected = (u32::from(must.counted), u32::from(unknown));
            (seen.counted != expected).then(|| format!("counted, unknown: {:?}, not {expected:?}\n{}", seen.counted, seen.error))
        })
    });
}

#[test]
fn an_error_keeps_what_came_of_the_answer() {
    everywhere(|fault, cell| {
        [&cell.seen, &cell.opted].into_iter().filter(|seen| !matches!(seen.ends, Ends::Answered | Ends::Dropped)).find_map(|seen| {
            let kept = seen.body.as_deref();
            let whole = match fault.does {
                Does::Answers(answer) | Does::AnswersOnce(answer) => kept == Some(&(answer.body)()),
                Does::StopsHalfway | Does::AnnouncesLess => {
                    kept.is_some_and(|kept| !kept.is_empty() && serde_json::from_slice::<serde_json::Value>(kept).is_err())
                }
                Does::AnnouncesMore => kept.is_some_and(|kept| serde_json::from_slice::<serde_json::Value>(kept).is_ok()),
                _ => true,
            };
            (!whole).then(|| format!("kept is {:?}\n{}", kept.map(String::from_utf8_lossy), seen.error))
        })
    });
}

#[test]
fn a_fault_leaves_nothing_behind_for_the_next_call() {
    everywhere(|_, cell| cell.seen.next.clone().or_else(|| cell.opted.next.clone()));
}

#[test]
fn the_token_reaches_no_one_it_is_not_meant_for() {
    everywhere(|_, cell| (cell.seen.leaked || cell.opted.leaked).then(|| String::from("the token was sent to someone else")));
    // Each try was a handshake that the server has heard.
    let tls = ROWS.iter().find(|row| matches!(row.fault.does, Does::AlertsTls)).unwrap();
    assert!(tls.cells.iter().all(|cell| cell.seen.connections == cell.seen.tries as usize));
}

#[test]
fn a_kept_connection_is_used_again_and_not_replaced_behind_the_caller_s_back() {
    for row in ROWS.iter().filter(|row| matches!(row.fault.does, Does::CutsKept { .. })) {
        // The call before made the connection that the first try finds; a request that the HTTP client itself repeated would make one more.
        assert!(row.cells.iter().all(|cell| cell.seen.connections == cell.seen.tries as usize), "{}", row.fault.what);
    }
}

#[test]
fn a_body_without_end_is_hung_up_on_and_not_held() {
    let floods = ROWS.iter().filter(|row| matches!(row.fault.does, Does::Floods { .. }));
    for row in floods {
        for seen in row.cells.iter().flat_map(|cell| [&cell.seen, &cell.opted]) {
            // What is in the buffers of the sockets in addition to what the client took.
            assert!(seen.written < FLOOD / 4, "{} bytes of {FLOOD} were taken", seen.written);
        }
        // All calls at once, each with as much as it may hold, and as much again while that grows.
        let allowed = 2 * Call::ALL.len() as u64 * 3 * MAX_RESPONSE as u64 / 1024;
        assert!(row.grew.is_none_or(|grew| grew < allowed), "{:?} KiB more, {allowed} are allowed", row.grew);
    }
}

#[test]
fn graph_is_given_the_time_that_it_asks_for() {
    let pauses = |what: &str| {
        let row = ROWS.iter().find(|row| row.fault.what.contains(what)).unwrap();
        (row.of(Call::Message).opted.pauses.clone(), row.of(Call::Message).seen.again_in)
    };
    let (app, again_in) = pauses("three seconds");
    assert!(app.iter().all(|pause| *pause >= Duration::from_secs(3)), "{app:?}");
    assert!(again_in == Some(Duration::from_secs(3)), "{again_in:?}");
    let (account, again_in) = pauses("five minutes");
    assert!(account.is_empty() && again_in == Some(Duration::from_mins(5)), "{again_in:?}");
    let (pair, _) = pauses("131056");
    assert!(pair[0] >= Duration::from_secs(1) && pair[1] >= Duration::from_secs(4), "{pair:?}");
}

#[test]
fn the_page_tells_users_what_comes_of_their_calls() {
    let differences = Page::read().update(&page::tables(&ROWS));
    assert!(differences.is_empty(), "docs/reliability.md is not what was observed; `{COMMAND}` rewrites it:\n{}", differences.join("\n"));
}
