//! What is wrong with a text that is not YAML, in the words of who wrote it: the parser says where it stopped, which is often a line too late.

use super::{FileId, Span};
use crate::diagnostic::{Code, Diagnostic};

/// What tools leave at the beginning of a line where two versions of a text could not be merged.
const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The first line that a merge left behind. A text with such lines is two texts, whether or not it can be parsed.
pub(super) fn conflict(file: FileId, text: &str) -> Option<Diagnostic> {
    let marks = |line: &&Line<'_>| {
        CONFLICT.iter().any(|mark| line.text.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    };
    let lines = lines(text);
    let first = lines.iter().find(marks).filter(|line| !line.text.starts_with('='))?;
    let last = lines.iter().rfind(marks)?;
    let problem = Diagnostic::new(Code::Syntax, first.span(file), "the conflict of a merge was never resolved")
        .label("the marker that the merge left");
    let problem = if last.number == first.number { problem } else { problem.related(last.span(file), "the last one") };
    Some(problem.help("keep what is meant of the two sides, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`"))
}

/// What is wrong at or shortly before the byte at which the parser stopped; `why` is what it says.
pub(super) fn syntax(file: FileId, text: &str, stopped: usize, why: &str) -> Diagnostic {
    let lines = lines(text);
    let at = lines.iter().rposition(|line| line.start <= stopped).unwrap_or_default();
    tab(file, &lines, at)
        .or_else(|| indentation(file, &lines, at))
        .or_else(|| colon(file, &lines, at, why))
        .or_else(|| bracket(file, &lines, at, stopped))
        .unwrap_or_else(|| {
            let span = Span { file, start: stopped, end: stopped + 1 };
            Diagnostic::new(Code::Syntax, span, format!("this is not YAML: {why}")).label("the parser stopped here").help(QUOTE)
        })
}

const QUOTE: &str =
    "indent with spaces, and quote a string that contains `: ` or ` #` or starts with `[`, `{`, `*`, `&`, `!`, `%`, `@` or a quote";

/// A line of a text.
struct Line<'t> {
    number: usize,
    start: usize,
    text: &'t str,
}

impl Line<'_> {
    /// What is on it, without its indentation.
    fn span(&self, file: FileId) -> Span {
        let shown = self.text.trim();
        let start = self.start + self.text.len() - self.text.trim_start().len();
        Span { file, start, end: start + shown.len().max(1) }
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        lines.push(Line { number, start, text: line.trim_end_matches(['\n', '\r']) });
        start += line.len();
    }
    lines
}

/// A tab in the indentation of the line, or of one next to it.
fn tab(file: FileId, lines: &[Line<'_>], at: usize) -> Option<Diagnostic> {
    let tab_of = |line: &Line<'_>| {
        let indentation = line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
        line.text[..indentation].find('\t').filter(|_| indentation < line.text.len())
    };
    let near = [Some(at), at.checked_add(1), at.checked_sub(1)].into_iter().flatten();
    let (line, column) = near.filter_map(|number| lines.get(number)).find_map(|line| Some((line, tab_of(line)?)))?;
    let start = line.start + column;
    let above = lines[..line.number].iter().rfind(|line| begins_item(line.text.trim())).map_or(0, Line::indent);
    Some(
        Diagnostic::new(Code::Syntax, Span { file, start, end: start + 1 }, format!("line {} is indented with a tab", line.number + 1))
            .label("a tab")
            .help(format!("YAML is indented with spaces: replace the tab; the key above has {} before it", spaces(above))),
    )
}

/// A line that is indented as none around it is.
fn indentation(file: FileId, lines: &[Line<'_>], at: usize) -> Option<Diagnostic> {
    let mut levels: Vec<(usize, usize)> = Vec::new();
    let mut within: Option<usize> = None;
    let mut before: Option<&Line<'_>> = None;
    for line in lines.iter().take(at + 1) {
        let text = line.text.trim();
        let indent = line.indent();
        if text.is_empty() || text.starts_with('#') || within.is_some_and(|block| indent > block) || !begins_item(text) {
            continue;
        }
        within = None;
        let mut left = None;
        while levels.last().is_some_and(|(level, _)| *level > indent) {
            left = levels.pop();
        }
        let level = levels.last().copied();
        let is_new = level.is_none_or(|(level, _)| level < indent);
        if let (true, Some((deeper, number)), Some((level, _))) = (is_new, left, level) {
            let label = format!("{} here", spaces(indent));
            let problem =
                Diagnostic::new(Code::Syntax, line.span(file), format!("line {} is indented as no line above it is", line.number + 1));
            return Some(problem.label(label).related(lines[number].span(file), format!("{} here", spaces(deeper))).help(format!(
                "what belongs together has the same indentation: {} or {}, or correct the line above",
                spaces(level),
                spaces(deeper)
            )));
        }
        if let (true, Some(above)) = (is_new, before.filter(|above| above.indent() < indent && has_value(above.text.trim()))) {
            let problem = Diagnostic::new(
                Code::Syntax,
                line.span(file),
                format!("line {} is indented further than the line above it, which has a value already", line.number + 1),
            );
            return Some(
                problem
                    .label(format!("{} here", spaces(indent)))
                    .related(above.span(file), format!("{} here", spaces(above.indent())))
                    .help("indent the two lines alike, or what is above them in the same way"),
            );
        }
        if is_new {
            levels.push((indent, line.number));
        }
        // The keys of an item of a list are where the text after its `- ` begins.
        let inner = indent + text.len() - text.trim_start_matches(['-', ' ']).len();
        if inner > indent {
            levels.push((inner, line.number));
        }
        if text.ends_with(['|', '>']) || text.ends_with("|-") || text.ends_with(">-") || text.ends_with("|+") || text.ends_with(">+") {
            within = Some(inner);
        }
        before = Some(line);
    }
    None
}

/// Whether a line is an item of a list, or begins with a key.
fn begins_item(text: &str) -> bool {
    let key = text.trim_start_matches("- ").split(':').next().unwrap_or_default();
    let is_key = |character: char| character.is_alphanumeric() || "_-./ '\"".contains(character);
    text.starts_with("- ") || (text.contains(": ") || text.ends_with(':')) && !key.is_empty() && key.chars().all(is_key)
}

/// Whether a line is a key with a value.
fn has_value(text: &str) -> bool {
    text.split_once(": ").is_some_and(|(_, value)| {
        let value = value.trim();
        let is_open = value.starts_with(['[', '{']) && !value.ends_with([']', '}']);
        !value.is_empty() && !value.starts_with(['#', '|', '>']) && !is_open
    })
}

/// A string with a `: `, which would need quotes.
fn colon(file: FileId, lines: &[Line<'_>], at: usize, why: &str) -> Option<Diagnostic> {
    let line = lines.get(at).filter(|_| why.contains("mapping values"))?;
    let (key, value) = line.text.split_once(": ")?;
    let second = value.find(": ")?;
    let start = line.start + key.len() + 2;
    Some(
        Diagnostic::new(Code::Syntax, Span { file, start, end: start + value.len() }, "a string with `: ` in it needs quotes")
            .label(format!("`{}` would be a key", value[..second].trim()))
            .help("put the whole string into quotes, `'…'`, or write it below `>-`"),
    )
}

/// A bracket that was opened by then and not closed.
fn bracket(file: FileId, lines: &[Line<'_>], at: usize, stopped: usize) -> Option<Diagnostic> {
    let mut open: Vec<(usize, char)> = Vec::new();
    for line in lines.iter().take(at + 1) {
        if open.is_empty() && !begins_bracket(line.text.trim()) {
            continue;
        }
        let mut quote = None;
        for (column, character) in line.text.char_indices().take_while(|(column, _)| line.start + column < stopped) {
            match (quote, character) {
                (Some(end), _) if character == end => quote = None,
                (None, '\'' | '"') => quote = Some(character),
                (None, '[' | '{') => open.push((line.start + column, character)),
                (None, ']' | '}') => {
                    open.pop();
                }
                _ => {}
            }
        }
    }
    let (start, character) = open.pop()?;
    Some(
        Diagnostic::new(Code::Syntax, Span { file, start, end: start + 1 }, format!("this `{character}` is not closed where it has to be"))
            .label("opened here")
            .related(Span { file, start: stopped, end: stopped + 1 }, "not closed by here")
            .help("close the bracket; a string within it that has a comma, a bracket or `: ` needs quotes"),
    )
}

/// Whether a line has a value that is written in brackets.
fn begins_bracket(text: &str) -> bool {
    let text = text.trim_start_matches("- ");
    text.starts_with(['[', '{']) || text.split_once(": ").is_some_and(|(_, value)| value.trim_start().starts_with(['[', '{']))
}

fn spaces(number: usize) -> String {
    match number {
        0 => "no space".into(),
        1 => "1 space".into(),
        _ => format!("{number} spaces"),
    }
}
