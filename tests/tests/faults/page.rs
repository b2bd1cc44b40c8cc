//! The tables of docs/reliability.md, from what was observed.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use whatsapp_graph::Outcome;

use crate::observe::{Call, Seen};
use crate::table::{Ends, Fault};
use crate::{Cell, Row};

/// The command that rewrites the tables.
pub const COMMAND: &str = "UPDATE_EXPECTED=1 cargo test -p contract-tests --test faults";

/// The page and its part between the markers.
pub struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    pub fn read() -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/reliability.md");
        let text = std::fs::read_to_string(&path).unwrap();
        Self { path, text }
    }

    /// The page with these tables between its markers.
    fn with(&self, tables: &str) -> String {
        let (begin, end) = (format!("<!-- {COMMAND}: begin -->\n"), format!("<!-- {COMMAND}: end -->"));
        let (before, rest) = self.text.split_once(&begin).expect("docs/reliability.md has a marker where the tables begin");
        let (_, after) = rest.split_once(&end).expect("docs/reliability.md has a marker where the tables end");
        [before, &begin, tables, &end, after].concat()
    }

    /// Writes the tables, if requested; otherwise the lines in which the page differs.
    pub fn update(&self, tables: &str) -> Vec<String> {
        let expected = self.with(tables);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(&self.path, expected).unwrap();
            return Vec::new();
        }
        let missing = |from: &str, lines: &str, sign: char| {
            lines.lines().filter(|line| !from.lines().any(|other| other == *line)).map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
        };
        let mut differences = [missing(&expected, &self.text, '-'), missing(&self.text, &expected, '+')].concat();
        if differences.is_empty() && expected != self.text {
            differences.push(String::from("the rows are in another order"));
        }
        differences
    }
}

/// Both tables.
pub fn tables(rows: &[Row]) -> String {
    let mut text = String::from("## What happens to your message if …\n\n");
    text += "`outcome()` is the same for a message in a batch and for a create. It is for `register` too, of which one thing more is known: a \
             registration that ends while it connects was not sent.\n\n";
    text += "| if … | it is sent | you get | has it gone out? `outcome()` | send it again? |\n| --- | --- | --- | --- | --- |\n";
    for row in rows {
        let cell = row.of(Call::Message);
        let (sent, result) = (times(row.fault, cell), result(&cell.seen));
        writeln!(text, "| {} | {sent} | {result} | {} | {} |", row.fault.what, gone_out(&cell.seen), again(&cell.seen)).unwrap();
    }
    text += "\n## … and to the other calls\n\nThe errors are the same.\n\n";
    text += "| if … | a read is sent | a create is sent | `register` is sent | does `register` count? |\n| --- | --- | --- | --- | --- |\n";
    for row in rows {
        let sent = [Call::Read, Call::Create, Call::Register].map(|call| times(row.fault, row.of(call)));
        let counts = if row.of(Call::Register).seen.counted.0 > 0 { "yes" } else { "no" };
        writeln!(text, "| {} | {} | {counts} |", row.fault.what, sent.join(" | ")).unwrap();
    }
    text += "\n## … and to a download\n\nIts read is a read as above. Then, if the bytes meet the fault:\n\n";
    text += "| if … | `outcome()` | download it again? |\n| --- | --- | --- |\n";
    for (row, seen) in rows.iter().filter_map(|row| Some((row, row.download.as_ref()?))) {
        let outcome = seen.outcome.map_or_else(|| String::from("the bytes"), |outcome| format!("`{outcome:?}`"));
        writeln!(text, "| {} | {outcome} | {} |", row.fault.what, if seen.again { "yes" } else { "no" }).unwrap();
    }
    text
}

/// How often a call is sent.
fn times(fault: &Fault, cell: &Cell) -> String {
    let times = |seen: &Seen| match (seen.tries, seen.ends) {
        (1, Ends::Unconnected) => String::from("never (1 try)"),
        (tries, Ends::Unconnected) => format!("never ({tries} tries)"),
        (1, Ends::TimedOut(None) | Ends::Dropped) if seen.connections == 0 => String::from("never (1 try)"),
        (1, _) => String::from("once"),
        (2, Ends::Answered) => String::from("twice, and then answered"),
        (tries, _) => format!("{tries} times"),
    };
    let (seen, opted) = (times(&cell.seen), times(&cell.opted));
    assert!(cell.seen.ends == cell.opted.ends, "{}: the page knows no words for that", fault.what);
    if seen == opted { seen } else { format!("{seen}; {opted} with `repeat_refused_writes`") }
}

fn result(seen: &Seen) -> String {
    match seen.ends {
        Ends::Answered => String::from("the answer"),
        Ends::Dropped => String::from("nothing, since the future is gone"),
        Ends::Named(kind) => format!("`ErrorKind::{kind:?}`"),
        Ends::Unconnected => String::from("`is_connect()`"),
        Ends::TimedOut(None) => String::from("`is_timeout()`, no `status()`"),
        Ends::TimedOut(Some(status)) => format!("`is_timeout()`, `status()` {status}"),
        Ends::Lost => String::from("an error without `status()`"),
        Ends::BrokeOff(status) => format!("an error with `status()` {status} and in `body()` what came"),
        Ends::Unreadable(status) => format!("an error with `status()` {status} and the `body()` that came"),
        Ends::TooLong(status) => format!("an error with `status()` {status} and no `body()`"),
    }
}

/// What is known of the message, from all that the caller can see.
fn gone_out(seen: &Seen) -> String {
    let words = match (seen.outcome, seen.ends) {
        (None, Ends::Dropped) if seen.connections == 0 => return String::from("no"),
        (None, Ends::Dropped) => return String::from("you cannot know"),
        (None, _) => return String::from("yes"),
        (Some(Outcome::NotSent | Outcome::Rejected), _) => "no",
        (Some(Outcome::Executed), _) => "yes",
        (_, Ends::TimedOut(Some(200)) | Ends::BrokeOff(200) | Ends::Unreadable(200) | Ends::TooLong(200)) => "very likely",
        _ => "you cannot know",
    };
    seen.outcome.map_or_else(String::new, |outcome| format!("{words}: `{outcome:?}`"))
}

fn again(seen: &Seen) -> String {
    match (seen.again, seen.again_in) {
        (true, Some(wait)) => format!("yes, {}", after(wait)),
        (true, None) => String::from("yes"),
        (false, _) if seen.ends == Ends::Answered => String::from("no"),
        (false, _) if seen.ends == Ends::Dropped && seen.connections == 0 => String::from("yes"),
        (false, _) => String::from("look first"),
    }
}

/// `retry_at()` in words.
fn after(wait: Duration) -> String {
    let seconds = wait.as_secs();
    if seconds.is_multiple_of(60) {
        format!("{} minutes later (`retry_at()`)", seconds / 60)
    } else {
        format!("{seconds} seconds later (`retry_at()`)")
    }
}
