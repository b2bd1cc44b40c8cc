//! Rustdoc: descriptions wrapped and made safe for Markdown, and what is said of versions.

use proc_macro2::TokenStream;
use quote::quote;

use super::layout;
use crate::model::{Api, Availability};

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
pub(crate) fn cell(text: &str) -> String {
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

/// Seconds as people say them.
pub(crate) fn window(seconds: u64) -> String {
    match seconds {
        seconds if seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
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
