//! `explain`: what an error means, by its code, its name, or words.

use graph_runtime::{Arrival, ErrorDoc, ErrorInfo, RetryClass, Surface as _};
use serde_json::{Value, json};
use whatsapp_graph::description::OPERATIONS;

use crate::arguments::Explain;
use crate::catalog::kebab;
use crate::exit::Exit;
use crate::problem::{Problem, numbers};
use crate::session::Session;
use crate::text::{did_you_mean, plain, print, sentence, wrap};

/// How many errors are explained in full; of more there is a list.
const IN_FULL: usize = 3;

pub(crate) fn run(arguments: &Explain) -> Result<Exit, Box<Problem>> {
    let words = arguments.words.join(" ");
    let (found, by_number) = match parse(&words) {
        Some((code, subcode)) => (by_code(code, subcode), true),
        None => (by_words(&words), false),
    };
    if found.is_empty() {
        return Err(unknown(&words));
    }
    let mut text = String::new();
    if arguments.json {
        for error in &found {
            text.push_str(&format!("{}\n", as_json(error)));
        }
    } else if by_number || found.len() <= IN_FULL {
        let shown: Vec<String> = found.iter().map(|error| in_full(error)).collect();
        text = shown.join("\n");
    } else {
        for error in &found {
            let title = error.title.map_or_else(String::new, |title| format!("  {title}"));
            text.push_str(&wrap(&format!("{}  {}{title}", numbers(error.code, error.subcode), error.name), "", "    "));
            text.push_str(&wrap(sentence(&plain(error.cause)), "    ", "    "));
        }
    }
    print(&text)?;
    if !arguments.json && !by_number && found.len() > IN_FULL {
        crate::text::say(&format!("{} errors; `whatsapp-graph-cli explain CODE` says all of one\n", found.len()));
    }
    Ok(Exit::Done)
}

fn errors() -> impl Iterator<Item = &'static ErrorInfo> {
    Session::ERROR_CATALOG.errors.iter().copied()
}

/// `133016`, `#133016`, `100/33`.
fn parse(text: &str) -> Option<(u32, Option<u32>)> {
    let text = text.trim().trim_start_matches('#');
    match text.split_once('/') {
        Some((code, subcode)) => Some((code.trim().parse().ok()?, Some(subcode.trim().parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
}

/// Every error with the code, its cases and subcodes too; of a subcode that one.
fn by_code(code: u32, subcode: Option<u32>) -> Vec<&'static ErrorInfo> {
    let has = |error: &&ErrorInfo| error.code == code || error.code_end.is_some_and(|end| (error.code..=end).contains(&code));
    let mut found: Vec<_> = errors().filter(has).filter(|error| subcode.is_none() || error.subcode == subcode).collect();
    if found.is_empty() {
        // Another way in which Graph sends the same numbers.
        found.extend(Session::ERROR_CATALOG.lookup(code, subcode));
    }
    if found.is_empty() && subcode.is_none() {
        found.extend(errors().filter(|error| error.subcode == Some(code)));
    }
    found
}

/// The error of this name, or those that have all of the words, the best first.
fn by_words(text: &str) -> Vec<&'static ErrorInfo> {
    if let Some(error) = errors().find(|error| error.name.eq_ignore_ascii_case(text.trim())) {
        return vec![error];
    }
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut found: Vec<(usize, &'static ErrorInfo)> = errors()
        .filter_map(|error| {
            let title = format!("{} {}", error.name, error.title.unwrap_or_default()).to_lowercase();
            let all = format!("{title} {} {} {}", error.category, error.cause, error.remedy).to_lowercase();
            let missed = words.iter().filter(|word| !title.contains(*word)).count();
            words.iter().all(|word| all.contains(word)).then_some((missed, error))
        })
        .collect();
    found.sort_by_key(|(missed, error)| (*missed, error.code, error.subcode));
    found.into_iter().map(|(_, error)| error).collect()
}

fn unknown(asked: &str) -> Box<Problem> {
    let problem = match parse(asked) {
        Some((code, subcode)) => {
            let codes: Vec<String> = errors().map(|error| error.code.to_string()).collect();
            Problem::new(Exit::Found, format!("no documented error has the code {}", numbers(code, subcode)))
                .maybe(did_you_mean(&code.to_string(), codes.iter().map(String::as_str)))
                .remedy("look at its details, and give Meta's support its trace id")
        }
        None => {
            Problem::new(Exit::Found, "no documented error has these words").maybe(did_you_mean(asked, errors().map(|error| error.name)))
        }
    };
    problem.remedy("explain 133016 · explain 100/33 · explain PinMismatch · explain rate limit")
}

/// The operations that document it, with what it means to each.
fn operations(error: &'static ErrorInfo) -> impl Iterator<Item = (&'static graph_runtime::OperationInfo, &'static ErrorDoc)> {
    OPERATIONS.iter().filter_map(move |info| Some((*info, info.errors.iter().find(|doc| doc.error.name == error.name)?)))
}

/// The others with its code.
fn siblings(error: &'static ErrorInfo) -> impl Iterator<Item = &'static ErrorInfo> {
    errors().filter(move |other| other.code == error.code && other.name != error.name)
}

fn retry(error: &ErrorInfo) -> &'static str {
    match error.retry {
        RetryClass::None => "no: the same request fails again",
        RetryClass::Backoff => "soon, with growing pauses",
        RetryClass::AfterWindow => "once the limit has room again, not before",
        RetryClass::Reauth => "with another token",
    }
}

fn executed(error: &ErrorInfo) -> &'static str {
    match error.executed {
        Some(true) => "yes",
        Some(false) => "no: it proves that nothing was done",
        None => "unknown: it proves nothing either way",
    }
}

fn arrives(error: &ErrorInfo) -> &'static str {
    match error.arrives {
        Arrival::Answer => "in the answer",
        Arrival::Status => "in a webhook about a status, after the call succeeded",
        Arrival::Both => "in the answer, or in a webhook about a status",
    }
}

fn in_full(error: &'static ErrorInfo) -> String {
    let code = match error.code_end {
        Some(end) => format!("{} to {end}", error.code),
        None => numbers(error.code, error.subcode),
    };
    let mut text = format!("{code}: {}\n", error.name);
    if let Some(title) = error.title {
        text.push_str(&wrap(title, "", ""));
    }
    if error.case {
        text.push_str(&wrap("one of several meanings of these numbers: its title tells it apart", "", ""));
    }
    let facts = [("about", error.category.as_str()), ("again?", retry(error)), ("done?", executed(error)), ("arrives", arrives(error))];
    text.push('\n');
    for (name, value) in facts {
        text.push_str(&wrap(value, &format!("  {name:<9}"), "           "));
    }
    if !error.cause.is_empty() {
        text.push_str(&format!("\nCause\n{}", wrap(&plain(error.cause), "  ", "  ")));
        text.push_str(&format!("\nRemedy\n{}", wrap(&plain(error.remedy), "  ", "  ")));
    }
    // Where it means no more than everywhere, the name says enough.
    let (own, usual): (Vec<_>, Vec<_>) = operations(error).partition(|(_, doc)| doc.cause != error.cause || doc.remedy != error.remedy);
    if !own.is_empty() {
        text.push_str("\nIn operations\n");
    }
    for (info, doc) in own {
        text.push_str(&format!("  {}\n", kebab(info.request)));
        text.push_str(&wrap(&plain(doc.cause), "    cause   ", "            "));
        text.push_str(&wrap(&plain(doc.remedy), "    remedy  ", "            "));
    }
    if !usual.is_empty() {
        let names: Vec<String> = usual.iter().take(12).map(|(info, _)| kebab(info.request)).collect();
        let more = if usual.len() > names.len() { format!(" and {} more", usual.len() - names.len()) } else { String::new() };
        text.push_str(&format!("\nWith the same meaning in\n{}", wrap(&format!("{}{more}", names.join(", ")), "  ", "  ")));
    }
    let siblings: Vec<String> = siblings(error).map(|other| format!("{} {}", numbers(other.code, other.subcode), other.name)).collect();
    if !siblings.is_empty() && error.subcode.is_none() {
        text.push_str(&format!("\nWith a subcode or another title\n{}", wrap(&siblings.join(", "), "  ", "  ")));
    }
    if !error.page.is_empty() {
        text.push_str(&format!("\nSource\n  {}\n", error.page));
    }
    text
}

fn as_json(error: &'static ErrorInfo) -> Value {
    let operations: Vec<Value> = operations(error)
        .map(|(info, doc)| json!({"name": kebab(info.request), "id": info.id, "cause": doc.cause, "remedy": doc.remedy}))
        .collect();
    json!({
        "code": error.code, "code_end": error.code_end, "subcode": error.subcode, "name": error.name, "title": error.title,
        "category": error.category.as_str(), "cause": error.cause, "remedy": error.remedy,
        "retry": match error.retry {
            RetryClass::None => "none",
            RetryClass::Backoff => "backoff",
            RetryClass::AfterWindow => "after_window",
            RetryClass::Reauth => "reauth",
        },
        "executed": error.executed,
        "arrives": match error.arrives {
            Arrival::Answer => "answer",
            Arrival::Status => "status",
            Arrival::Both => "both",
        },
        "page": error.page, "operations": operations,
        "subcodes": siblings(error).filter_map(|other| other.subcode).collect::<Vec<_>>(),
    })
}
