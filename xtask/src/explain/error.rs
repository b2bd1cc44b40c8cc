//! Errors of Graph, explained: what the catalog says, and what each operation says beyond it.

use graph_codegen::model::{Api, ErrorInfo, Method, Operation, OperationError};
use serde_json::{Value, json};

use super::subject::Subject;
use crate::wrap::{WIDTH, wrap};

/// The entries that the subject means. A subcode that the catalog lacks gives the entries of the code alone, as in the client.
pub(super) fn find<'a>(api: &'a Api, subject: &Subject) -> Vec<&'a ErrorInfo> {
    match subject {
        Subject::Problem(_) => Vec::new(),
        Subject::Name(name) => api.errors.iter().filter(|error| error.name.eq_ignore_ascii_case(name)).collect(),
        Subject::Graph { code, subcode } => {
            let of_code = || api.errors.iter().filter(|error| (error.code..=error.code_end.unwrap_or(error.code)).contains(code));
            let exact: Vec<_> = of_code().filter(|error| subcode.is_none() || error.subcode == *subcode).collect();
            if exact.is_empty() { of_code().filter(|error| error.subcode.is_none()).collect() } else { exact }
        }
    }
}

/// The entries for people.
pub(super) fn text(api: &Api, subject: &Subject, found: &[&ErrorInfo]) -> String {
    let mut text = String::new();
    if let Subject::Graph { code, subcode: Some(subcode) } = subject
        && found.iter().all(|error| error.subcode.is_none())
    {
        let said = format!("The catalog has no subcode {subcode} of code {code}; the client treats it as the code alone.");
        text.push_str(&wrap(&said, "", ""));
        text.push('\n');
    }
    if found.len() > 1 {
        text.push_str(&format!("{} errors:\n", found.len()));
        for error in found {
            text.push_str(&format!("  {:<16} {}\n", number(error), error.name));
        }
        text.push('\n');
    }
    let entries: Vec<String> = found.iter().map(|error| entry(api, error)).collect();
    text.push_str(&entries.join(&format!("\n{}\n\n", "-".repeat(WIDTH))));
    text
}

/// The entries for programs.
pub(super) fn json(api: &Api, found: &[&ErrorInfo]) -> Vec<Value> {
    found
        .iter()
        .map(|error| {
            let operations: Vec<Value> = documented(api, error)
                .map(|(operation, here)| {
                    json!({
                        "id": operation.id, "method": method(operation), "path": operation.path_text(), "request": operation.request,
                        "page": operation.page, "cause": here.cause, "remedy": here.remedy,
                    })
                })
                .collect();
            json!({
                "name": error.name, "code": error.code, "code_end": error.code_end, "subcode": error.subcode, "case_of": error.case_of,
                "title": error.title, "category": error.category, "cause": error.cause, "remedy": error.remedy, "retry": error.retry,
                "backoff_base": error.backoff_base,
                "executed": error.executed, "arrives": error.arrives, "statuses": error.statuses, "unverified": error.unverified, "page": error.page,
                "operations": operations,
            })
        })
        .collect()
}

/// The operations that list the error, with what they say about it.
fn documented<'a>(api: &'a Api, error: &'a ErrorInfo) -> impl Iterator<Item = (&'a Operation, &'a OperationError)> {
    api.operations().flat_map(|operation| operation.errors.iter().filter(|here| here.name == error.name).map(move |here| (operation, here)))
}

/// `100/2388103`, `200-299`.
fn number(error: &ErrorInfo) -> String {
    let mut number = error.code.to_string();
    if let Some(end) = error.code_end {
        number.push_str(&format!("-{end}"));
    }
    if let Some(subcode) = error.subcode {
        number.push_str(&format!("/{subcode}"));
    }
    number
}

fn entry(api: &Api, error: &ErrorInfo) -> String {
    let mut text = format!("{}: {}\n", number(error), error.name);
    if let Some(title) = &error.title {
        text.push_str(&wrap(title, "", ""));
    }
    text.push('\n');
    let statuses: Vec<String> = error.statuses.iter().map(ToString::to_string).collect();
    let facts = [
        ("case of", error.case_of.as_ref().map(|error| format!("{error}: the title above is in the answer"))),
        ("category", Some(error.category.clone())),
        ("retry", Some(retry(error))),
        ("executed", Some(executed(error.executed).into())),
        ("arrives", Some(arrives(&error.arrives).into())),
        ("status", (!statuses.is_empty()).then(|| format!("HTTP {}", statuses.join(" or ")))),
    ];
    for (label, fact) in facts {
        if let Some(fact) = fact {
            text.push_str(&wrap(&fact, &format!("  {label:<9} "), &" ".repeat(12)));
        }
    }
    if error.unverified {
        text.push('\n');
        text.push_str(&wrap("The wording of this error is not known; only its number is.", "", ""));
    } else {
        text.push_str(&format!("\nCause\n{}\nRemedy\n{}", wrap(&error.cause, "  ", "  "), wrap(&error.remedy, "  ", "  ")));
    }
    text.push_str(&operations(api, error));
    text.push_str(&format!("\nSource\n  {}\n", error.page));
    text
}

/// Operations that say more than the catalog in full, then the others by name.
fn operations(api: &Api, error: &ErrorInfo) -> String {
    let all: Vec<_> = documented(api, error).collect();
    if all.is_empty() {
        return "\nNo operation of the spec documents it.\n".into();
    }
    let (plain, special): (Vec<_>, Vec<_>) = all.iter().partition(|(_, here)| here.cause == error.cause && here.remedy == error.remedy);
    let mut text = String::new();
    if !special.is_empty() {
        text.push_str("\nIn operations\n");
    }
    for (operation, here) in &special {
        text.push_str(&format!("  {}\n", operation.id));
        text.push_str(&wrap(&format!("{} {}", method(operation), operation.path_text()), "    ", "    "));
        text.push_str(&wrap(&here.cause, "    cause   ", &" ".repeat(12)));
        text.push_str(&wrap(&here.remedy, "    remedy  ", &" ".repeat(12)));
    }
    if !plain.is_empty() {
        text.push_str(if special.is_empty() { "\nDocumented by\n" } else { "\nAlso documented, without further details, by\n" });
        for (operation, _) in plain {
            text.push_str(&format!("  {}\n", operation.id));
        }
    }
    text
}

fn method(operation: &Operation) -> &'static str {
    match operation.http_method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Delete => "DELETE",
    }
}

/// The retry class in words.
fn retry(error: &ErrorInfo) -> String {
    match (error.retry.as_str(), error.backoff_base) {
        ("backoff", Some(base)) => {
            format!("with exponential backoff, after at least 1, {base}, {} seconds, and so on", u64::from(base).saturating_pow(2))
        }
        ("backoff", None) => "with exponential backoff".into(),
        ("after_window", _) => "once the limit has capacity again, not before".into(),
        ("reauth", _) => "with a new access token".into(),
        _ => "useless: the same call gets the same answer".into(),
    }
}

fn arrives(arrives: &str) -> &'static str {
    match arrives {
        "status" => "in a webhook about the status, after the call has succeeded",
        "both" => "in the answer, or in a webhook about the status after the call has succeeded",
        _ => "in the answer",
    }
}

fn executed(executed: Option<bool>) -> &'static str {
    match executed {
        Some(false) => "no: the answer proves that nothing was done",
        Some(true) => "yes: the call was carried out anyway",
        None => "not known: the call may have been carried out",
    }
}
