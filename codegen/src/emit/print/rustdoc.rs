//! Rustdoc: documentation as attributes, and what is said of versions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(crate) use super::markdown::{ends_with_a_paragraph, prose};
use super::{layout, markdown};
use crate::model::{Api, Availability, Bound, Moment};

/// Lines of documentation are wrapped so that they stay readable next to code.
const WIDTH: usize = 100;

/// Documentation in Markdown as attributes, which are printed as `///` lines.
pub(crate) fn docs(markdown: &str) -> TokenStream {
    let lines: Vec<String> = lines(markdown).into_iter().map(|line| if line.is_empty() { line } else { format!(" {line}") }).collect();
    if lines.is_empty() {
        return TokenStream::new();
    }
    let text = literal(&lines.join(layout::LINE));
    quote! { #[doc = #text] }
}

/// A text as a raw literal, which is a third of the work of one with escapes: for the one who makes it, who parses it, and who prints it.
fn literal(text: &str) -> Literal {
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    // What a raw literal cannot hold, a carriage return, is escaped.
    format!("r{hashes}\"{text}\"{hashes}").parse().unwrap_or_else(|_| Literal::string(text))
}

/// The lines of a Markdown text, as wide as documentation is.
pub(crate) fn lines(markdown: &str) -> Vec<String> {
    markdown::lines(markdown, WIDTH)
}

/// In a table cell, on one line.
pub(crate) fn cell(text: &str) -> String {
    prose(text).split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// A description after the words that lead to it: in their paragraph, unless it begins with a list or another block.
pub(crate) fn introduced(words: &str, doc: &str) -> String {
    let between = if markdown::begins_with_a_paragraph(doc) { " " } else { "\n\n" };
    format!("{words}{between}{}", prose(doc))
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

/// "Since v21.0 · removed on 2026-03-27", or nothing for what was always there.
pub(crate) fn versions(availability: &Availability) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(since) = availability.since {
        parts.push(match since {
            Bound::Either(version, day) => format!("Since {version}, and since {day} in every version"),
            since => format!("Since {since}"),
        });
    }
    if let Some(deprecated) = availability.deprecated {
        parts.push(format!("deprecated {}", deprecated.when()));
    }
    if let Some(removed) = availability.removed {
        parts.push(format!("removed {}", removed.when()));
    }
    if let Some(back) = availability.back {
        parts.push(format!("back {}", back.when()));
    }
    if parts.is_empty() {
        return None;
    }
    let mut text = parts.join(" · ");
    text.push_str(if availability.gated { "; enforced by the server." } else { "." });
    if let Some(instead) = &availability.instead {
        text.push_str(&format!(" Instead: {}.", prose(instead).trim_end_matches('.')));
    }
    text[..1].to_uppercase().chars().next().map(|first| format!("{first}{}", &text[1..]))
}

/// Whether the newest version, or any day, deprecates it or removes it.
pub(crate) fn is_deprecated(api: &Api, availability: &Availability) -> bool {
    let end = Moment::end(api.newest());
    availability.is_deprecated(end) || !availability.at(end)
}

/// The attribute of what the newest version, or any day, deprecates or removes.
pub(crate) fn deprecated(api: &Api, availability: &Availability) -> TokenStream {
    deprecation(api, availability).map_or_else(TokenStream::new, |note| quote! { #[deprecated(note = #note)] })
}

/// What the attribute says, if there is one.
pub(crate) fn deprecation(api: &Api, availability: &Availability) -> Option<String> {
    if !is_deprecated(api, availability) {
        return None;
    }
    match (&availability.instead, versions(&Availability { instead: None, ..availability.clone() })) {
        (Some(instead), _) => Some(format!("use instead: {}", instead.replace('`', ""))),
        (None, versions) => versions.map(|versions| versions.trim_end_matches('.').to_lowercase()),
    }
}

/// Seconds as people say them.
pub(crate) fn window(seconds: u64) -> String {
    match seconds {
        seconds if seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
