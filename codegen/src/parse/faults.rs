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

/// The first character that no editor shows. What it does to names, indentation and comments is not seen either.
pub(super) fn invisible(file: FileId, text: &str) -> Option<Diagnostic> {
    let is_mark = |(at, character): &(usize, char)| !(*at == 0 && *character == '\u{feff}') && unseen(*character).is_some();
    if let Some((start, _)) = text.match_indices('\r').find(|(at, _)| !text[at + 1..].starts_with('\n')) {
        let lines = text[..start].matches('\n').count() + 1;
        return Some(
            Diagnostic::new(
                Code::Invisible,
                Span { file, start, end: start + 1 },
                format!("line {lines} has a carriage return that ends no line"),
            )
            .label("here")
            .help("save the file with line ends of Unix (LF) or Windows (CRLF)"),
        );
    }
    let (start, character) = text.char_indices().find(is_mark)?;
    let more = text.char_indices().filter(is_mark).count() - 1;
    let line = text[..start].matches('\n').count() + 1;
    let what = unseen(character).unwrap_or_default();
    let span = Span { file, start, end: start + character.len_utf8() };
    let problem = Diagnostic::new(Code::Invisible, span, format!("line {line} has a character that cannot be seen: {what}"))
        .label("here")
        .help("delete it, or type the line anew: such characters come along when text is copied from a page")
        .help("in a sample that has it, write it as an escape: `\\u200b` in JSON, or between double quotes");
    Some(if more > 0 { problem.help(format!("the file has {more} more such characters")) } else { problem })
}

/// What a character is that leaves no mark, or that makes what follows it look otherwise than it is.
pub(crate) fn unseen(character: char) -> Option<String> {
    let what = match character {
        '\n' | '\r' | '\t' => return None,
        '\u{a0}' | '\u{202f}' | '\u{2007}' => "a space that does not break",
        '\u{ad}' => "a hyphen that shows only at the end of a line",
        '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{180e}' | '\u{feff}' => "a mark without width",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a change of the direction of writing",
        '\u{85}' | '\u{2028}' | '\u{2029}' => "an end of a line that only some programs take for one",
        control if control.is_control() => "a control character",
        _ => return None,
    };
    Some(format!("U+{:04X}, {what}", u32::from(character)))
}

/// What is wrong at or shortly before the byte at which the parser stopped; `why` is what it says.
pub(super) fn syntax(file: FileId, text: &str, stopped: usize, why: &str) -> Diagnostic {
    let lines = lines(text);
    let at = lines.iter().rposition(|line| line.start <= stopped).unwrap_or_default();
    tab(file, &lines, at)
        .or_else(|| block(file, &lines, at))
        .or_else(|| separator(file, &lines, at, why))
        .or_else(|| quote(file, text, &lines, stopped))
        .or_else(|| commas(file, text, stopped))
        .or_else(|| indentation(file, &lines, at))
        .or_else(|| colon(file, &lines, at, why))
        .or_else(|| beginning(file, &lines, at, stopped))
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

/// A line that is indented less than the text that it belongs to, below `>-` or `|`.
fn block(file: FileId, lines: &[Line<'_>], at: usize) -> Option<Diagnostic> {
    // The parser may go on to the line after it.
    [Some(at), at.checked_sub(1)].into_iter().flatten().find_map(|at| cut_block(file, lines, at))
}

fn cut_block(file: FileId, lines: &[Line<'_>], at: usize) -> Option<Diagnostic> {
    let is_filled = |line: &&Line<'_>| !line.text.trim().is_empty();
    let opens = |line: &Line<'_>| ["|", ">", "|-", ">-", "|+", ">+"].iter().any(|mark| line.text.ends_with(&format!(": {mark}")));
    let line = lines.get(at).filter(is_filled)?;
    let before = lines[..at].iter().rfind(is_filled)?;
    let is_cut = if opens(before) {
        line.indent() <= before.indent()
    } else {
        // Upwards, past lines that are indented like the one before it, to what begins the text.
        let holder = lines[..at].iter().rfind(|line| is_filled(line) && line.indent() < before.indent())?;
        opens(holder) && line.indent() < before.indent()
    };
    let text = line.text.trim();
    let key = text.split(": ").next().unwrap_or_default().trim_end_matches(':');
    let is_text = text.starts_with(['{', '?', '"', '@']) || key.contains(' ') || !begins_item(text);
    if !is_cut || !is_text || text.starts_with(['-', '#']) {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::Syntax,
            line.span(file),
            format!("line {} is indented less than the text that it belongs to", line.number + 1),
        )
        .label(format!("{} here", spaces(line.indent())))
        .related(
            before.span(file),
            if opens(before) { String::from("the text begins here") } else { format!("{} here", spaces(before.indent())) },
        )
        .help("below `>-` or `|` all lines of a text are indented alike, and further than its key; a line that is indented less ends it"),
    )
}

/// A key without a colon, or one without the space after it; a dash without a space.
fn separator(file: FileId, lines: &[Line<'_>], at: usize, why: &str) -> Option<Diagnostic> {
    let filled = |line: &&Line<'_>| !line.text.trim().is_empty() && !line.text.trim_start().starts_with('#');
    let before = lines[..at].iter().rfind(filled);
    let near = || lines.get(at).into_iter().chain(before);
    let problem = |line: &Line<'_>, what: String, help: String| {
        Diagnostic::new(Code::Syntax, line.span(file), format!("line {} {what}", line.number + 1)).label("this line").help(help)
    };
    let dash = near().find(|line| {
        let text = line.text.trim_start();
        text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|next: char| next.is_alphanumeric() || next == '\'' || next == '"'))
    });
    if let Some(line) = dash {
        let rest = line.text.trim().trim_start_matches('-');
        return Some(problem(line, String::from("has a dash without a space after it"), format!("write `- {rest}`")));
    }
    // The first key of a mapping without its colon is read as a text that goes on in the next line, whose colon is then one too many.
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|character| character.is_ascii_lowercase() || character == '_');
    let begins_with_a_key = |line: &Line<'_>| line.text.trim().split_once(':').is_some_and(|(key, _)| is_word(key));
    let is_first_key = |line: &&Line<'_>| {
        let text = line.text.trim();
        let word = text.split([':', '=', ' ']).next().unwrap_or_default();
        let above = lines[..line.number].iter().rfind(filled);
        let opens = above.is_some_and(|above| above.text.ends_with(':') && above.indent() < line.indent());
        is_word(word)
            && !begins_item(text)
            && opens
            && lines.get(at).is_some_and(|next| next.indent() == line.indent() && begins_with_a_key(next))
    };
    let line = before.filter(|line| why.contains("simple key") || (why.contains("mapping values") && is_first_key(line)))?;
    let text = line.text.trim();
    let (key, value) = text.split_once([':', '=', ' ']).unwrap_or((text, ""));
    let key = key.trim();
    let value = value.trim_start_matches([':', '=', ' ']);
    Some(if text.contains(':') {
        problem(line, String::from("has no space after its colon"), format!("write `{key}: {value}`"))
    } else {
        problem(line, String::from("has no colon after its key"), format!("write `{key}: {value}`"))
    })
}

/// A quote that closes too early or on another line.
fn quote(file: FileId, text: &str, lines: &[Line<'_>], stopped: usize) -> Option<Diagnostic> {
    let line = lines.iter().rfind(|line| line.start <= stopped)?;
    let (before, rest) = (text.get(line.start..stopped)?, text.get(stopped..)?);
    let last = before.trim_end().chars().next_back().filter(|mark| matches!(mark, '\'' | '"'));
    if let (Some(mark), true) = (last, rest.starts_with(|next: char| next.is_alphanumeric())) {
        let at = line.start + before.trim_end().len() - 1;
        let problem = Diagnostic::new(
            Code::Syntax,
            Span { file, start: at, end: at + 1 },
            format!("the text goes on after the `{mark}` that closes it"),
        );
        return Some(problem.label("closed here").help(escaped(mark)));
    }
    let mark = rest.chars().next().filter(|mark| matches!(mark, '\'' | '"'))?;
    let end = end_of(rest, mark);
    let first_line = rest.lines().next().unwrap_or_default().len();
    if end.is_some_and(|end| end <= first_line) {
        let end = end.unwrap_or_default();
        let goes_on = rest[end..].starts_with(|next: char| next.is_alphanumeric());
        return goes_on.then(|| {
            let at = stopped + end - 1;
            Diagnostic::new(
                Code::Syntax,
                Span { file, start: at, end: at + 1 },
                format!("the text goes on after the `{mark}` that closes it"),
            )
            .label("closed here")
            .help(escaped(mark))
        });
    }
    Some(
        Diagnostic::new(Code::Syntax, Span { file, start: stopped, end: stopped + 1 }, format!("this `{mark}` is not closed on its line"))
            .label("opened here")
            .help(format!("close it with another `{mark}`; a text of several lines is written below `>-`")),
    )
}

/// How a quote is written within quotes.
fn escaped(mark: char) -> &'static str {
    if mark == '\'' { "write `'` twice within `'…'`: `Meta''s`" } else { "write `\\\"` within `\"…\"`, or put the text into `'…'`" }
}

/// Two commas, with nothing between them.
fn commas(file: FileId, text: &str, stopped: usize) -> Option<Diagnostic> {
    let before = text.get(..stopped)?.trim_end();
    (text.get(stopped..)?.starts_with(',') && before.ends_with([',', '{', '['])).then(|| {
        Diagnostic::new(Code::Syntax, Span { file, start: stopped, end: stopped + 1 }, "there is nothing before this comma")
            .label("one comma too many")
            .help("remove it; elements are separated by one comma")
    })
}

/// A line that is indented as none around it is.
fn indentation(file: FileId, lines: &[Line<'_>], at: usize) -> Option<Diagnostic> {
    let mut levels: Vec<(usize, usize)> = Vec::new();
    let mut within: Option<usize> = None;
    let mut before: Option<&Line<'_>> = None;
    // Levels that ended, each with the line that ended it.
    let mut closed: Vec<(usize, usize)> = Vec::new();
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
            closed.extend(left.map(|(level, _)| (level, line.number)));
        }
        let level = levels.last().copied();
        let is_new = level.is_none_or(|(level, _)| level < indent);
        if let (true, Some((deeper, number)), Some((level, _))) = (is_new, left, level) {
            // The line that ended a level which goes on here ended it by mistake.
            let above = lines[..line.number].iter().rfind(|above| above.indent() == level && begins_item(above.text.trim()));
            let is_early = |(closed, ended): &&(usize, usize)| *closed == indent && above.is_some_and(|above| above.number == *ended);
            if let Some((_, ended)) = closed.iter().rev().find(is_early) {
                let early = &lines[*ended];
                return Some(
                    Diagnostic::new(
                        Code::Syntax,
                        early.span(file),
                        format!("line {} is indented less than what follows it", early.number + 1),
                    )
                    .label(format!("{} here", spaces(early.indent())))
                    .related(line.span(file), format!("{} here, as before", spaces(indent)))
                    .help(format!(
                        "what belongs together has the same indentation: give it {}, and what is below it as much more",
                        spaces(indent)
                    )),
                );
            }
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

/// A text that begins as something else in YAML: with a quote or a bracket that closes before its end, or with a character of YAML's own.
fn beginning(file: FileId, lines: &[Line<'_>], at: usize, stopped: usize) -> Option<Diagnostic> {
    let near = [Some(at), at.checked_sub(1)].into_iter().flatten().filter_map(|number| lines.get(number));
    near.filter(|line| line.start <= stopped).find_map(|line| {
        let shown = line.text.trim_start().trim_start_matches("- ");
        let offset = line.text.len() - shown.len();
        let (key, value) = match shown.split_once(": ") {
            Some((key, value)) if begins_item(shown) => (key.len() + 2, value),
            _ => (0, shown),
        };
        let start = offset + key + value.len() - value.trim_start().len();
        let value = value.trim();
        let first = value.chars().next()?;
        let closes = |close: char| end_of(value, close).filter(|end| !value[*end..].trim_start().is_empty());
        let why = match first {
            '`' => String::from("a text cannot begin with a backtick, which is reserved in YAML"),
            '@' | '%' | '*' | '&' | '!' => format!("a text cannot begin with `{first}`, which means something of its own in YAML"),
            '"' | '\'' if closes(first).is_some() => format!("the text goes on after the `{first}` that closes it"),
            '[' if closes(']').is_some() => String::from("a text that begins with `[` is a list to YAML, and this goes on after it"),
            '{' if closes('}').is_some() => String::from("a text that begins with `{` is a mapping to YAML, and this goes on after it"),
            _ => return None,
        };
        let span = Span { file, start: line.start + start, end: line.start + start + value.len() };
        Some(
            Diagnostic::new(Code::Syntax, span, why)
                .label("this text")
                .help("put the whole text into quotes, `'…'`, in which `'` is written twice; or write it below `>-`"),
        )
    })
}

/// The byte after the character that closes a text or a collection which begins with the first one; a quote that is doubled closes nothing.
fn end_of(value: &str, close: char) -> Option<usize> {
    let mut characters = value.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == close {
            if close == '\'' && characters.next_if(|(_, next)| *next == close).is_some() {
                continue;
            }
            return Some(at + 1);
        }
        if close == '"' && character == '\\' {
            characters.next();
        }
    }
    None
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
