//! Any Markdown, broken where the parser says that it may be.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, Parser, Tag, TagEnd};

use super::{
    is_same,
    run::{Gap, Run},
};
use crate::language::markdown::options;

/// The lines of any text.
pub(super) fn parsed_lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut done = 0;
    for run in runs(text) {
        let (first, last) = (line_start(text, run.start), line_end(text, run.end));
        if first < done || !text[run.end..last].trim().is_empty() {
            continue;
        }
        lines.extend(text[done..first].lines().map(str::to_owned));
        lines.extend(run.wrapped(text, first, width));
        done = (last + 1).min(text.len());
    }
    lines.extend(text[done..].lines().map(str::to_owned));
    if is_same(text, &lines.join("\n")) { lines } else { text.lines().map(str::to_owned).collect() }
}

/// The stretches of a text that may be broken, in order.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut open: Option<Run> = None;
    // Blocks whose lines are their own, and links, which stay on one line.
    let (mut fixed, mut links) = (0_usize, 0_usize);
    let link = |link: BrokenLink<'_>| Some((CowStr::from(link.reference.to_string()), CowStr::from("")));
    let parser = Parser::new_with_broken_link_callback(text, options(), Some(link));
    for (event, range) in parser.into_offset_iter() {
        match &event {
            Event::Start(Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_) | Tag::FootnoteDefinition(_)) => {
                fixed += 1;
            }
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Table | TagEnd::FootnoteDefinition) => {
                fixed -= 1;
            }
            _ => {}
        }
        if !is_inline(&event) || fixed > 0 {
            runs.extend(open.take());
            continue;
        }
        let run = open.get_or_insert_with(|| {
            let escaped = text[..range.start].ends_with('\\');
            Run { start: range.start - usize::from(escaped), end: range.end, gaps: Vec::new() }
        });
        run.end = run.end.max(range.end);
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => links += 1,
            Event::End(TagEnd::Link | TagEnd::Image) => links -= 1,
            _ if links > 0 => {}
            Event::Text(_) | Event::Code(_) => {
                let newlines = text[range.clone()].match_indices('\n').map(|(at, _)| range.start + at..range.start + at + 1);
                run.gaps.extend(newlines.map(|newline| (around(text, &newline), Gap::Soft)));
                run.gaps.extend(spaces(text, &range).map(|gap| (gap, Gap::Soft)));
            }
            Event::SoftBreak => run.gaps.push((around(text, &range), Gap::Soft)),
            Event::HardBreak => run.gaps.push((around(text, &range), Gap::Hard)),
            _ => {}
        }
    }
    runs.extend(open);
    for run in &mut runs {
        run.end = run.start + text[run.start..run.end].trim_end().len();
        run.gaps.sort_by_key(|(gap, _)| (gap.start, std::cmp::Reverse(gap.end)));
        // What is around the end of a line holds spaces of its own.
        let (mut done, end) = (run.start, run.end);
        run.gaps.retain_mut(|(gap, _)| {
            let is_next = gap.end > done && gap.end <= end;
            gap.start = gap.start.max(done);
            done = done.max(gap.end);
            is_next
        });
    }
    runs
}

fn is_inline(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::FootnoteReference(_)
            | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
    )
}

/// The white space between words. What follows a backslash or more than one space is not to be broken.
fn spaces<'t>(text: &'t str, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let (start, end) = (range.start, range.end);
    let found = text[start..end].match_indices(' ').map(move |(at, _)| start + at..start + at + 1);
    found.filter(move |gap| {
        let (before, after) = (text[..gap.start].chars().next_back(), text[gap.end..].chars().next());
        !matches!(before, None | Some('\\' | ' ' | '\n')) && !matches!(after, None | Some(' ' | '\n'))
    })
}

/// The end of a line with what is around it: spaces, a backslash, and the marks of the quotes that the next line is in.
fn around(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].trim_end_matches(' ').len();
    let newline = text[range.start..].find('\n').map_or(range.end, |at| range.start + at + 1);
    let marks = text[newline..].len() - text[newline..].trim_start_matches([' ', '\t', '>']).len();
    start..newline + marks
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline)
}
