//! Rustdoc: descriptions wrapped and made safe for Markdown, and the page of an operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::layout;
use crate::{
    emit::client::example as call,
    model::{Api, Auth, Availability, Operation, Outcome, Paced, Permissions, RuleKind},
    naming::{Places, upper_camel},
};

/// Lines of documentation are wrapped so that they stay readable beside code.
const WIDTH: usize = 100;

/// Documentation in Markdown as attributes, which are printed as `///` lines.
pub(crate) fn docs(markdown: &str) -> TokenStream {
    let lines: Vec<String> = lines(markdown).into_iter().map(|line| if line.is_empty() { line } else { format!(" {line}") }).collect();
    if lines.is_empty() {
        return TokenStream::new();
    }
    let text = lines.join(layout::LINE);
    quote! { #[doc = #text] }
}

/// The lines of a Markdown text, paragraphs wrapped, tables and code left alone.
pub(crate) fn lines(markdown: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    let flush = |paragraph: &mut String, lines: &mut Vec<String>| {
        lines.extend(wrap(paragraph));
        paragraph.clear();
    };
    for line in markdown.trim().lines() {
        let verbatim = in_code || line.starts_with("```") || line.starts_with('|') || line.starts_with('#');
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if verbatim || line.trim().is_empty() || line.starts_with("- ") {
            flush(&mut paragraph, &mut lines);
        }
        if verbatim {
            lines.push(line.to_owned());
        } else if line.trim().is_empty() {
            lines.push(String::new());
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    flush(&mut paragraph, &mut lines);
    lines
}

fn wrap(paragraph: &str) -> Vec<String> {
    let indent = if paragraph.starts_with("- ") { "  " } else { "" };
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words(paragraph) {
        if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        }
        if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

/// The words of a paragraph; a link is one word, so that it stays on one line.
fn words(paragraph: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut link: Option<String> = None;
    for word in paragraph.split_whitespace() {
        match &mut link {
            None if word.starts_with('[') && !word.contains(']') => link = Some(word.to_owned()),
            None => words.push(word.to_owned()),
            Some(open) => {
                open.push(' ');
                open.push_str(word);
                if word.contains(']') {
                    words.extend(link.take());
                }
            }
        }
    }
    words.extend(link);
    words
}

/// A description of the spec as Markdown that rustdoc takes as it is meant: no accidental links, tags or bare addresses.
pub(crate) fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, piece) in text.trim().split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        if index % 2 == 1 {
            out.push_str(piece);
            continue;
        }
        for (index, word) in piece.split_inclusive(char::is_whitespace).enumerate() {
            let bare = word.trim_end();
            let address = bare.trim_start_matches('(').trim_end_matches(['.', ',', ';', ')']);
            if address.starts_with("https://") || address.starts_with("http://") {
                out.push_str(&word.replacen(address, &format!("<{address}>"), 1));
            } else {
                let word = word.replace('[', "\\[").replace(']', "\\]").replace('<', "\\<");
                // A paragraph never begins as a heading or a list by accident.
                if index == 0 && out.is_empty() && word.starts_with(['#', '|']) {
                    out.push('\\');
                }
                out.push_str(&word);
            }
        }
    }
    out
}

/// In a table cell, on one line.
fn cell(text: &str) -> String {
    prose(text).split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// A description with its page and its versions.
pub(crate) fn item(doc: &str, page: Option<&str>, availability: &Availability) -> String {
    let mut text = prose(doc);
    if let Some(versions) = versions(availability) {
        text.push_str("\n\n");
        text.push_str(&versions);
    }
    if let Some(page) = page.filter(|page| !page.is_empty()) {
        text.push_str(&format!("\n\n[Source]({page})"));
    }
    text
}

/// "Since v21.0 · removed in v24.0", or nothing for what was always there.
pub(crate) fn versions(availability: &Availability) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(since) = availability.since {
        parts.push(format!("Since {since}"));
    }
    if let Some(deprecated) = availability.deprecated {
        parts.push(format!("deprecated in {deprecated}"));
    }
    if let Some(removed) = availability.removed {
        parts.push(format!("removed in {removed}"));
    }
    if let Some(back) = availability.back {
        parts.push(format!("back in {back}"));
    }
    if parts.is_empty() {
        return None;
    }
    let mut text = parts.join(" · ");
    if let Some(on) = &availability.on {
        text.push_str(&format!(", in every version on {on}"));
    }
    text.push_str(if availability.gated { "; enforced by the server." } else { "." });
    if let Some(instead) = &availability.instead {
        text.push_str(&format!(" Instead: {}.", prose(instead).trim_end_matches('.')));
    }
    text[..1].to_uppercase().chars().next().map(|first| format!("{first}{}", &text[1..]))
}

/// The attribute of what the newest version deprecates.
pub(crate) fn deprecated(api: &Api, availability: &Availability) -> TokenStream {
    let newest = api.newest();
    let gone = availability.deprecated.is_some_and(|version| version <= newest) || !availability.contains(newest);
    if !gone {
        return TokenStream::new();
    }
    let note = match (&availability.instead, versions(&Availability { instead: None, ..availability.clone() })) {
        (Some(instead), _) => format!("use instead: {}", instead.replace('`', "")),
        (None, Some(versions)) => versions.trim_end_matches('.').to_lowercase(),
        (None, None) => return TokenStream::new(),
    };
    quote! { #[deprecated(note = #note)] }
}

/// The page of an operation: what it does, verb and path, source, versions, permissions, limits, errors, an example.
pub(crate) fn operation(api: &Api, operation: &Operation, places: &Places) -> String {
    let mut text = prose(&operation.doc);
    let mut push = |paragraph: String| {
        text.push_str("\n\n");
        text.push_str(&paragraph);
    };
    push(format!("`{} {}` · [Meta's page]({})", method(operation), operation.path_text(), operation.page));
    push(facts(api, operation));
    for note in &operation.notes {
        push(prose(note));
    }
    if !operation.rules.is_empty() {
        push(format!(
            "# Rules\n\n{}",
            operation.rules.iter().map(|rule| format!("- {}", rule_text(&rule.kind, &rule.doc))).collect::<Vec<_>>().join("\n")
        ));
    }
    if !operation.limits.is_empty() {
        push(format!("# Limits\n\n{}", operation.limits.iter().map(limit_text).collect::<Vec<_>>().join("\n")));
    }
    if !operation.errors.is_empty() {
        push(errors(api, operation));
    }
    if let Some(example) = example(api, operation, places) {
        push(example);
    }
    text
}

/// `GET`, `POST` or `DELETE`.
pub(crate) fn method(operation: &Operation) -> &'static str {
    match operation.http_method {
        crate::model::Method::Get => "GET",
        crate::model::Method::Post => "POST",
        crate::model::Method::Delete => "DELETE",
    }
}

fn facts(api: &Api, operation: &Operation) -> String {
    let window: Vec<_> = api.window().filter(|version| operation.availability.contains(*version)).collect();
    let range = match (window.first(), window.last()) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(only), _) => only.to_string(),
        _ => "none of the window".into(),
    };
    let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let named = |permissions: &Permissions| match permissions {
        Permissions::None => "none documented".into(),
        Permissions::All(names) if names.len() == 1 => list(names),
        Permissions::All(names) => format!("all of {}", list(names)),
        Permissions::Any(names) => format!("any of {}", list(names)),
    };
    let mut permissions = named(&operation.permissions.newest);
    for (until, earlier) in operation.permissions.earlier.iter().rev() {
        permissions.push_str(&format!("; before {until}, {}", named(earlier)));
    }
    let mut facts = vec![format!("- Versions: {range}")];
    if let Some(versions) = versions(&operation.availability) {
        facts.push(format!("- Presence: {versions}"));
    }
    facts.push(format!("- Permissions: {permissions}"));
    match operation.auth {
        Auth::Token => {}
        Auth::OAuth => facts.push("- Authentication: the token travels with the scheme `OAuth`".into()),
        Auth::None => facts.push("- Authentication: the call gets no access token".into()),
    }
    if let Some(paced) = &operation.paced {
        facts.push(format!("- Pace: {}; a client keeps it where it is told to (`Pace`)", pace(paced)));
    }
    facts.push(format!(
        "- Repeating: {}",
        if operation.never_repeated {
            "never; the client sends it once, even when the first time nothing left the machine"
        } else if operation.idempotent {
            "a repeat has no second effect"
        } else {
            "not idempotent; the client never repeats it when Graph may have executed it"
        }
    ));
    facts.join("\n")
}

/// How fast the calls on one node may be, and those with one value of a parameter.
fn pace(paced: &Paced) -> String {
    let mut text = match &paced.rate {
        None => "the calls on one node are limited by the second".to_owned(),
        Some(rate) => {
            let rates: Vec<String> = rate.per_second.iter().map(|(value, rate)| format!("{rate} for `{value}`")).collect();
            format!("calls a second on one node, by its `{}`: {}", rate.field.join("."), rates.join(", "))
        }
    };
    if let Some(pair) = &paced.pair {
        text.push_str(&format!("; with one value of `{}`, {} at once and then one in {} s", pair.param, pair.burst, pair.every));
    }
    text
}

fn rule_text(rule: &RuleKind, doc: &str) -> String {
    let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let rule = match rule {
        RuleKind::OneOf(params) => format!("Exactly one of {}", list(params)),
        RuleKind::AnyOf(params) => format!("At least one of {}", list(params)),
        RuleKind::Requires(param, needs) => format!("`{param}` needs {}", list(needs)),
        RuleKind::Excludes(params) => format!("At most one of {}", list(params)),
    };
    format!("{rule}: {}", prose(doc))
}

fn limit_text(limit: &crate::model::Limit) -> String {
    let block = limit.block.map_or_else(String::new, |block| format!(", then blocked for {}", window(block)));
    let versions = versions(&limit.availability).map_or_else(String::new, |versions| format!(" {versions}"));
    format!(
        "- {} calls per {} in a moving window of {}{block} ([`ErrorKind::{}`](crate::ErrorKind::{})). {}{versions}",
        limit.max,
        limit.per,
        window(limit.window),
        limit.error,
        limit.error,
        prose(&limit.doc)
    )
}

/// Seconds as people say them.
pub(crate) fn window(seconds: u64) -> String {
    match seconds {
        seconds if seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

fn errors(api: &Api, operation: &Operation) -> String {
    let mut table = String::from("# Errors\n\n| error | code | cause | remedy |\n| --- | --- | --- | --- |");
    for here in &operation.errors {
        let code = api.error(&here.name).map(code).unwrap_or_default();
        table.push_str(&format!(
            "\n| [`{0}`](crate::ErrorKind::{0}) | {code} | {1} | {2} |",
            here.name,
            cell(&here.cause),
            cell(&here.remedy)
        ));
    }
    table
}

/// `100/2388103`, `200-299`.
pub(crate) fn code(error: &crate::model::ErrorInfo) -> String {
    let mut code = error.code.to_string();
    if let Some(end) = error.code_end {
        code.push_str(&format!("-{end}"));
    }
    if let Some(subcode) = error.subcode {
        code.push_str(&format!("/{subcode}"));
    }
    code
}

fn example(api: &Api, operation: &Operation, places: &Places) -> Option<String> {
    let example = operation.examples.iter().find(|example| matches!(example.outcome, Outcome::Response { .. }))?;
    let call = call::call(api, operation, example, places);
    let (imports, library) = (call.imports(), places.library());
    let binding = if operation.page_of().is_some() { "page" } else { "answer" };
    let statement = layout::statements(&format!("let {binding} = {}.send().await?;", call.text()));
    Some(format!(
        "# Example\n\n{}:\n\n```no_run\n{imports}# async fn example(client: {library}::Client) -> Result<(), {library}::Error> {{\n{statement}\n# let _ = {binding};\n# Ok(())\n# }}\n```",
        capital(&example.title)
    ))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The doc of a module that holds an edge: verbs and path, purpose, page, versions, what is unsupported.
pub(crate) fn edge_module(path: &str, operations: &[&Operation], doc: &str, page: &str, unsupported: &[String]) -> String {
    let mut verbs: Vec<_> = operations.iter().map(|operation| method(operation)).collect();
    verbs.dedup();
    let verbs = if verbs.is_empty() { String::new() } else { format!("{} ", verbs.join("·")) };
    let mut text = format!("`{verbs}{path}`\n\n{}", prose(doc));
    if !page.is_empty() {
        text.push_str(&format!("\n\n[Meta's page]({page})"));
    }
    if let Some(sentence) = unsupported_text(unsupported) {
        text.push_str(&format!("\n\n{sentence}"));
    }
    text
}

/// What Meta's page says cannot be done.
pub(crate) fn unsupported_text(verbs: &[String]) -> Option<String> {
    let doing = |verb: &String| match verb.as_str() {
        "read" => "Reading".to_owned(),
        "create" => "Creating".to_owned(),
        "update" => "Updating".to_owned(),
        "delete" => "Deleting".to_owned(),
        other => upper_camel(other),
    };
    match verbs {
        [] => None,
        [one] => Some(format!("{} is not supported here, Meta says.", doing(one))),
        [first, middle @ .., last] => {
            let mut text = doing(first);
            for verb in middle {
                text.push_str(&format!(", {}", doing(verb).to_lowercase()));
            }
            Some(format!("{text} and {} are not supported here, Meta says.", doing(last).to_lowercase()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, prose};

    #[test]
    fn prose_makes_no_accidental_links_or_tags() {
        assert_eq!(
            prose("a list [x] of <id>, see https://a.b/c. `[kept] <as> is`"),
            "a list \\[x\\] of \\<id>, see <https://a.b/c>. `[kept] <as> is`"
        );
    }

    #[test]
    fn paragraphs_wrap_and_tables_do_not() {
        let long = "word ".repeat(40);
        let text = format!("{long}\n\n| {long} |\n\n- {long}");
        let lines = lines(&text);
        assert!(lines[0].len() <= 100 && lines[1].len() <= 100);
        assert!(lines.iter().any(|line| line.starts_with('|') && line.len() > 200));
        assert!(lines.iter().any(|line| line.starts_with("  word")));
    }
}
