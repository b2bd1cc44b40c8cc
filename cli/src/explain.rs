//! `explain`: what an error means, by its code, its name, words, or what Graph answered.

mod search;

use std::path::Path;

use graph_runtime::{Arrival, ErrorDoc, ErrorInfo, RetryClass, Surface as _};
use serde_json::{Value, json};
use whatsapp_graph::description::OPERATIONS;

use crate::arguments::Explain;
use crate::catalog::kebab;
use crate::exit::Exit;
use crate::input;
use crate::problem::{Problem, numbers};
use crate::session::Session;
use crate::text::{did_you_mean, plain, print, remark, sentence, wrap};
use search::Found;

/// How many errors are explained in full; more are listed.
const IN_FULL: usize = 3;

/// How many names follow each other.
const SHOWN: usize = 12;

pub(crate) fn run(arguments: &Explain) -> Result<Exit, Box<Problem>> {
    let asked = if arguments.words == ["-"] {
        input::text(Path::new("-")).map_err(|error| Problem::usage(format!("stdin cannot be read: {error}")).at("explain"))?
    } else {
        arguments.words.join(" ")
    };
    let found = search::find(&asked);
    let errors = found.errors();
    let text = match (&found, errors) {
        (_, []) => return Err(unknown(&asked)),
        _ if arguments.json => errors.iter().map(|error| format!("{}\n", as_json(error))).collect(),
        (_, errors) if errors.len() <= IN_FULL => errors.iter().map(|error| in_full(error, true)).collect::<Vec<_>>().join("\n"),
        (Found::Numbers(_), [first, rest @ ..]) => format!("{}\nWith the same code\n{}", in_full(first, false), list(rest, "  ")),
        _ => list(errors, ""),
    };
    print(&text)?;
    if matches!(found, Found::Near(_)) {
        remark(arguments.json, "no error has all of these words; these have most of them");
    }
    if errors.len() > IN_FULL {
        remark(arguments.json, &format!("{} errors; `whatsapp-graph-cli explain CODE` says all of one", errors.len()));
    }
    Ok(Exit::Done)
}

/// Errors in two lines each: number and name, and what they mean.
fn list(errors: &[&'static ErrorInfo], indent: &str) -> String {
    let entry = |error: &&'static ErrorInfo| {
        let meaning = plain(error.cause);
        let meaning = error.title.filter(|_| !error.case && meaning.is_empty()).unwrap_or_else(|| sentence(&meaning));
        format!("{indent}{}: {}\n{}", range(error), error.name, wrap(meaning, &format!("{indent}    "), &format!("{indent}    ")))
    };
    errors.iter().map(entry).collect()
}

/// `133016`, `100/33`, `200 to 299`.
fn range(error: &ErrorInfo) -> String {
    error.code_end.map_or_else(|| numbers(error.code, error.subcode), |end| format!("{} to {end}", error.code))
}

fn errors() -> impl Iterator<Item = &'static ErrorInfo> {
    Session::ERROR_CATALOG.errors.iter().copied()
}

fn unknown(asked: &str) -> Box<Problem> {
    let problem = match search::numbers(asked)[..] {
        [(code, subcode), ..] => {
            let codes: Vec<String> = errors().map(|error| error.code.to_string()).collect();
            Problem::new(Exit::Found, format!("no documented error has the code {}", numbers(code, subcode)))
                .maybe(did_you_mean(&code.to_string(), codes.iter().map(String::as_str)))
                .remedy("look at the details of the answer, and give its trace id to Meta's support")
        }
        [] => Problem::new(Exit::Found, "no documented error has these words").maybe(did_you_mean(asked, errors().map(|error| error.name))),
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
        RetryClass::Backoff => "soon, with exponential backoff",
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

/// All of an error; if it is shown alone, also the others with its code.
fn in_full(error: &'static ErrorInfo, is_alone: bool) -> String {
    let mut text = format!("{}: {}\n", range(error), error.name);
    if let Some(title) = error.title {
        text.push_str(&wrap(title, "", ""));
    }
    if error.case {
        text.push_str(&wrap("one of several meanings of the same numbers, which only the title distinguishes", "", ""));
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
    for (info, doc) in own.iter().take(SHOWN) {
        text.push_str(&format!("  {}\n", kebab(info.request)));
        text.push_str(&wrap(&plain(doc.cause), "    cause   ", "            "));
        text.push_str(&wrap(&plain(doc.remedy), "    remedy  ", "            "));
    }
    if own.len() > SHOWN {
        let others = format!("and {} more; `whatsapp-graph-cli call OPERATION --help` says what it means there", own.len() - SHOWN);
        text.push_str(&wrap(&others, "  ", "  "));
    }
    if !usual.is_empty() {
        let names: Vec<String> = usual.iter().take(SHOWN).map(|(info, _)| kebab(info.request)).collect();
        let more = if usual.len() > names.len() { format!(" and {} more", usual.len() - names.len()) } else { String::new() };
        text.push_str(&format!("\nWith the same meaning in\n{}", wrap(&format!("{}{more}", names.join(", ")), "  ", "  ")));
    }
    let siblings: Vec<String> = siblings(error).map(|other| format!("{} {}", numbers(other.code, other.subcode), other.name)).collect();
    if is_alone && error.subcode.is_none() && !siblings.is_empty() {
        let said = if siblings.len() > SHOWN {
            format!("{} others; `whatsapp-graph-cli explain {}` lists them", siblings.len(), error.code)
        } else {
            siblings.join(", ")
        };
        text.push_str(&format!("\nWith a subcode or another title\n{}", wrap(&said, "  ", "  ")));
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
