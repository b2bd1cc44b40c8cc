//! Plain paragraphs, tables, code and headings, broken without a parser.

use std::ops::Range;

use super::run::{Gap, Run, begins_a_block};

/// The lines of a text of plain paragraphs, tables, code and headings, which need no parser to be distinguished: most descriptions, at a tenth
/// of the work. Nothing for a text that may be anything else.
pub(super) fn plain_lines(text: &str, width: usize) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.lines().next().unwrap_or_default();
        // A fence goes on to its end, anything else to the next empty line.
        let end = if first.starts_with("```") {
            let closed = rest.find("\n```\n\n").map(|end| end + "\n```".len());
            closed.or_else(|| rest.ends_with("\n```").then_some(rest.len()))?
        } else {
            rest.find("\n\n").unwrap_or(rest.len())
        };
        let block = &rest[..end];
        if is_verbatim(block, first) {
            lines.extend(block.lines().map(str::to_owned));
        } else {
            let run = Run { start: at, end: at + end, gaps: plain_gaps(text, at..at + end)? };
            lines.extend(run.wrapped(text, at, width));
        }
        at += end + 1;
        // The empty line, and more of them.
        while text[at.min(text.len())..].starts_with('\n') {
            lines.push(String::new());
            at += 1;
        }
    }
    Some(lines)
}

/// Whether a block is certain to be code, a heading or a table, whose lines are their own.
fn is_verbatim(block: &str, first: &str) -> bool {
    let is_code = first.starts_with("```") && !first[3..].contains('`') && block.matches("\n```").count() == 1;
    let is_heading = first.len() == block.len()
        && first.trim_start_matches('#').starts_with(' ')
        && (first.starts_with("# ") || first.starts_with("## "));
    let cells = |line: &str| line.matches('|').count();
    let is_table = first.starts_with("| ")
        && first.ends_with(" |")
        && !first.contains(['\\', '`'])
        && block.lines().nth(1).is_some_and(|line| {
            line.split('|').all(|cell| matches!(cell, "" | " --- ")) && line.starts_with('|') && cells(line) == cells(first)
        })
        && block.lines().all(|line| line.starts_with("| ") && line.ends_with(" |"));
    is_code || is_heading || is_table
}

/// Where a paragraph may be broken; nothing if it may be no paragraph, or hold what only the parser knows.
fn plain_gaps(text: &str, range: Range<usize>) -> Option<Vec<(Range<usize>, Gap)>> {
    let block = &text[range.clone()];
    let begins_text = |line: &str| line.starts_with(|c: char| c.is_alphanumeric() || "`(\"'[".contains(c)) && !begins_a_block(line);
    if block.contains("  ") || block.contains("``") || !block.lines().all(|line| line.trim() == line && begins_text(line)) {
        return None;
    }
    let mut gaps = Vec::new();
    let mut at = 0;
    let mut in_code = false;
    while let Some(character) = block[at..].chars().next() {
        match character {
            ' ' | '\n' => gaps.push((range.start + at..range.start + at + 1, Gap::Soft)),
            '`' => in_code = !in_code,
            '\\' => return None,
            _ if in_code => {}
            '[' => {
                let label = &block[at + 1..at + 1 + block[at + 1..].find(']')?];
                let after = &block[at + 1 + label.len() + 1..];
                let is_closed = label.matches('`').count().is_multiple_of(2);
                if label.starts_with('^')
                    || label.trim() != label
                    || label.is_empty()
                    || !is_closed
                    || label.contains(['[', '\\', '<', '\n', '!', '&'])
                {
                    return None;
                }
                // It stays on one line, with where it leads.
                at += label.len() + 1;
                if after.starts_with(['[', ':']) {
                    return None;
                }
                if after.starts_with('(') {
                    let target = &after[1..after.find(')')?];
                    if target.is_empty() || target.contains(|c: char| c.is_whitespace() || "(<\\`\"'&[]".contains(c)) {
                        return None;
                    }
                    at += target.len() + 2;
                }
            }
            '<' => {
                let address = &block[at + 1..at + 1 + block[at + 1..].find('>')?];
                if !address.starts_with("https://") || address.contains(|c: char| c.is_whitespace() || "<\\`[]".contains(c)) {
                    return None;
                }
                at += address.len() + 1;
            }
            '&' | '~' | '|' | ']' | '!' | '\t' | '\r' => return None,
            _ => {}
        }
        at += block[at..].chars().next().map_or(1, char::len_utf8);
    }
    (!in_code).then_some(gaps)
}
