//! `ledger`: the counts of limits that block.

use std::time::SystemTime;

use graph_runtime::Day;
use graph_runtime::ledger::{Ledger as _, LedgerError, Limit, LimitStatus, Observation, RetryBasis};
use serde_json::json;
use whatsapp_graph::ApiVersion;

use crate::arguments::{Ledger, LedgerOf};
use crate::catalog::{self, Known};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::session::{ledger_file, open_ledger};
use crate::text::{duration, print, time};

pub(crate) async fn run(command: &Ledger) -> Result<Exit, Box<Problem>> {
    let (Ledger::Show(of) | Ledger::Count { of, .. } | Ledger::Clear { of, .. }) = command;
    let known = catalog::find(&of.operation)?;
    let limit = limit(known, &of.subject)?;
    let file = ledger_file(of.file.as_ref())?;
    if matches!(command, Ledger::Show(_)) && !file.exists() {
        return show(of, known, &limit, LimitStatus::default());
    }
    let ledger = open_ledger(&file)?;
    let failed = |error: LedgerError| Problem::usage(error.to_string()).at(file.display().to_string());
    let now = SystemTime::now();
    match command {
        Ledger::Show(_) => {}
        Ledger::Count { limit_reached: true, .. } => ledger.record(&limit, Observation::LimitReached { at: now }).await.map_err(failed)?,
        Ledger::Count { calls, .. } => ledger.record(&limit, Observation::Calls { count: *calls, at: now }).await.map_err(failed)?,
        Ledger::Clear { yes: false, .. } => {
            return Err(Problem::usage("clearing the count here does not clear it at Graph")
                .at("ledger clear")
                .why("the next call may overrun the limit, which blocks further calls for a long time")
                .remedy("`--yes` clears it all the same"));
        }
        Ledger::Clear { yes: true, .. } => ledger.clear(&limit).await.map_err(failed)?,
    }
    let status = ledger.inspect(&limit, now).await.map_err(failed)?;
    show(of, known, &limit, status)
}

/// The limit of an operation that a ledger keeps.
fn limit(known: Known, subject: &str) -> Result<Limit, Box<Problem>> {
    let newest = ApiVersion::window().last().map_or(graph_runtime::Version(0, 0), Into::into);
    let found = Limit::at(known.info, subject, newest, Day::of(SystemTime::now())).or_else(|| Limit::of(known.info, subject));
    found.ok_or_else(|| {
        let names: Vec<String> = catalog::all().filter(|known| Limit::of(known.info, "").is_some()).map(Known::name).collect();
        Problem::usage("the operation has no limit that blocks, so nothing counts its calls")
            .at(format!("ledger … {}", known.name()))
            .remedy(format!("these have one: {}", names.join(", ")))
    })
}

fn show(of: &LedgerOf, known: Known, limit: &Limit, status: LimitStatus) -> Result<Exit, Box<Problem>> {
    if of.json {
        let unix = |at: SystemTime| at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let json = json!({
            "operation": limit.operation, "subject": limit.subject, "counted": status.counted, "max": limit.max,
            "window_seconds": limit.window.as_secs(), "unknown": status.unknown, "since": status.since.map(unix),
            "open": status.is_open(), "retry_at": status.retry_at.map(|retry| unix(retry.at)),
        });
        print(&format!("{json}\n"))?;
        return Ok(Exit::Done);
    }
    let mut text =
        format!("{} of {}: {} of {} calls in {}", known.name(), limit.subject, status.counted, limit.max, duration(limit.window.as_secs()));
    if status.unknown > 0 {
        text.push_str(&format!(", {} of them with an unknown outcome", status.unknown));
    }
    text.push('\n');
    if let Some(since) = status.since {
        text.push_str(&format!("  the first was at {}\n", time(since)));
    }
    text.push_str(&match status.retry_at {
        None => "  open: a call may be made now\n".to_owned(),
        Some(retry) => {
            let basis = if retry.basis == RetryBasis::Observed { "Graph said so" } else { "by what was counted here" };
            format!("  closed until {} ({basis})\n", time(retry.at))
        }
    });
    print(&text)?;
    Ok(Exit::Done)
}
