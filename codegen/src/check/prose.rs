//! Descriptions: whether Markdown and YAML read them as their writer meant them.
//!
//! What is written here becomes rustdoc, which compiles code that names no language and warns of HTML.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::{
    diagnostic::{Code, Diagnostic},
    language::{
        grammar::{Object, ValueKind},
        markdown,
    },
    parse::{Entry, Kind, Sources, Span, Tree, unseen},
    read::File,
};

/// The keys whose values people write and read as Markdown.
const PROSE: &[&str] = &["doc", "notes", "cause", "remedy", "why", "claim", "instead", "text"];

/// The keys whose values are a line of text.
const LINES: &[&str] = &["title", "topic"];

/// The keys that end up in a cell of a table or within a sentence.
const PARAGRAPHS: &[&str] = &["cause", "remedy", "instead"];

/// What has its `doc` within a sentence or an item of a list.
const WITHIN: &[&str] = &["a rule", "a limit", "a download"];

/// Looks at every text that people write.
pub(super) fn check(files: &[File], sources: &Sources, problems: &mut Vec<Diagnostic>) {
    for file in files {
        let mut pass = Pass { source: &sources.file(file.id).text, problems };
        pass.object(&file.tree, file.kind.grammar());
    }
}

struct Pass<'s, 'p> {
    source: &'s str,
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_, '_> {
    fn object(&mut self, tree: &Tree, object: &'static Object) {
        for entry in tree.entries() {
            let Some(key) = object.key(&entry.key) else { continue };
            self.only_a_comment(entry);
            if PROSE.contains(&key.name) || LINES.contains(&key.name) {
                let texts = if entry.value.items().is_empty() { std::slice::from_ref(&entry.value) } else { entry.value.items() };
                let is_paragraph = PARAGRAPHS.contains(&key.name) || key.name == "doc" && WITHIN.contains(&object.name);
                for text in texts {
                    self.text(text, key.name, is_paragraph);
                }
            } else {
                self.value(&entry.value, &key.kind);
            }
        }
    }

    fn value(&mut self, tree: &Tree, shape: &'static ValueKind) {
        match (shape, &tree.kind) {
            (ValueKind::Object(object), Kind::Map(_)) => self.object(tree, object),
            (ValueKind::Map(_, inner), Kind::Map(entries)) => entries.iter().for_each(|entry| self.value(&entry.value, inner)),
            (ValueKind::List(inner), Kind::List(items)) => items.iter().for_each(|item| self.value(item, inner)),
            (ValueKind::Either(shapes), Kind::Map(_) | Kind::List(_)) => {
                let fits = |shape: &&ValueKind| {
                    matches!(
                        (shape, &tree.kind),
                        (ValueKind::Object(_) | ValueKind::Map(..), Kind::Map(_)) | (ValueKind::List(_), Kind::List(_))
                    )
                };
                if let Some(shape) = shapes.iter().find(fits) {
                    self.value(tree, shape);
                }
            }
            (ValueKind::Any, _) => self.sample(tree),
            _ => {}
        }
    }

    /// A value that is shown as it is sent: a text in it must not be cut.
    fn sample(&mut self, tree: &Tree) {
        match &tree.kind {
            Kind::List(items) => items.iter().for_each(|item| self.sample(item)),
            Kind::Map(entries) => {
                for entry in entries {
                    self.only_a_comment(entry);
                    self.sample(&entry.value);
                }
            }
            Kind::Scalar { plain: true, .. } if tree.json().is_string() => self.cut(tree, "the text"),
            Kind::Scalar { .. } => {}
        }
    }

    /// To YAML, a value that begins with `#` is none.
    fn only_a_comment(&mut self, entry: &Entry) {
        let rest = self.source.get(entry.at.end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let Some(comment) = rest.trim_start_matches(['\'', '"']).strip_prefix(':').map(str::trim_start) else { return };
        // What is to be filled in is no text that was cut.
        if entry.value.is_null() && comment.starts_with('#') && !comment.starts_with("# TODO") {
            let start = entry.at.end + rest.len() - comment.len();
            let at = Span { start, end: start + comment.trim_end().len(), ..entry.at };
            self.problems.push(
                Diagnostic::new(Code::CutText, at, format!("`{}` has no value: what begins with `#` is a comment to YAML", entry.key))
                    .label("a comment")
                    .related(entry.at, "without a value")
                    .help("put the text into quotes if it is the value; a comment that is meant gets a line of its own"),
            );
        }
    }

    fn text(&mut self, tree: &Tree, key: &str, is_paragraph: bool) {
        let (Kind::Scalar { text, plain }, false) = (&tree.kind, tree.is_null()) else { return };
        if *plain {
            self.cut(tree, key);
        }
        // What is there verbatim was reported.
        if let Some(what) = (!*plain).then(|| text.chars().find_map(unseen)).flatten() {
            self.problems.push(
                Diagnostic::new(Code::Invisible, tree.span, format!("`{key}` has a character that cannot be seen: {what}"))
                    .label("written as an escape in here")
                    .help("leave it out: Rust refuses such characters in documentation, and a reader does not see them"),
            );
        }
        if text.contains('\r') {
            self.problems.push(
                Diagnostic::new(Code::Invisible, tree.span, format!("`{key}` has a carriage return"))
                    .label("written as `\\r` in here")
                    .help("begin a new line below `|-`, or leave it out: Rust refuses it in documentation"),
            );
        }
        if !PROSE.contains(&key) {
            return;
        }
        if let Some(at) = is_paragraph.then(|| beyond_a_paragraph(text)).flatten() {
            self.problems.push(
                Diagnostic::new(
                    Code::NotAParagraph,
                    self.place(tree, text, at),
                    format!("`{key}` is one paragraph here, and this is more"),
                )
                .label("a second block begins here")
                .help("say it in sentences: it becomes a line of a table or part of a sentence, where lists and code have no room"),
            );
        } else if may_have_code_or_html(text) {
            for (event, range) in markdown::events(text) {
                self.block(tree, text, &event, &range);
            }
        }
    }

    /// To YAML, what follows ` #` is a comment.
    fn cut(&mut self, tree: &Tree, key: &str) {
        let rest = self.source.get(tree.span.end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        // The span of a plain text may hold the space after it.
        let held = self.source.get(tree.span.start..tree.span.end).unwrap_or_default();
        let spaces = rest.len() - rest.trim_start().len() + held.len() - held.trim_end().len();
        if rest.trim_start().starts_with('#') && spaces > 0 {
            let start = tree.span.end + rest.len() - rest.trim_start().len();
            let at = Span { start, end: tree.span.end + rest.trim_end().len(), ..tree.span };
            self.problems.push(
                Diagnostic::new(
                    Code::CutText,
                    at,
                    format!(
                        "{} ends before ` #`: the rest of the line is a comment to YAML",
                        if key.contains(' ') { key.to_owned() } else { format!("`{key}`") }
                    ),
                )
                .label("not part of the text")
                .related(tree.span, "the text")
                .help("put the text into quotes, or write it below `>-`; a comment that is meant gets a line of its own"),
            );
        }
    }

    fn block(&mut self, tree: &Tree, text: &str, event: &Event<'_>, range: &Range<usize>) {
        if !matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock)) {
            return;
        }
        let at = self.place(tree, text, range.start);
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => self.problems.push(
                Diagnostic::new(Code::IndentedCode, at, "lines that are indented by four spaces are code, which rustdoc would compile")
                    .label("code without a language begins here")
                    .help("put code between lines of three backticks, the first with its language: ```json, ```text; indent anything else less"),
            ),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                if language.trim().is_empty() {
                    self.problems.push(
                        Diagnostic::new(Code::NoLanguage, at, "code that names no language is Rust to rustdoc, which would compile it")
                            .label("no language after the fence")
                            .help("name the language: ```json, ```text"),
                    );
                }
                if !is_closed(&text[range.clone()]) {
                    self.problems.push(
                        Diagnostic::new(Code::OpenFence, at, "the fence is never closed, so everything after it is code")
                            .label("opened here")
                            .help("close it with a line of the same three characters"),
                    );
                }
            }
            Event::Start(Tag::HtmlBlock) => self.problems.push(
                Diagnostic::new(Code::Html, at, "HTML is no part of descriptions: rustdoc warns of it, and terminals show it as it is")
                    .label("read as HTML")
                    .help("say it in Markdown; a `<name>` that is a text belongs between backticks"),
            ),
            _ => {}
        }
    }

    /// Where a place of a text is in its file: the line that holds the same words, the same time that they occur.
    fn place(&self, tree: &Tree, text: &str, offset: usize) -> Span {
        let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..].lines().next().unwrap_or_default().trim();
        let nth = text[..start].lines().filter(|other| other.trim() == line).count();
        let source = self.source.get(tree.span.start..tree.span.end).unwrap_or_default();
        let mut begin = tree.span.start;
        let mut lines = Vec::new();
        for whole in source.split_inclusive('\n') {
            if !line.is_empty() && whole.trim() == line {
                let indent = whole.len() - whole.trim_start().len();
                lines.push(Span { start: begin + indent, end: begin + indent + line.len(), ..tree.span });
            }
            begin += whole.len();
        }
        lines.get(nth).copied().unwrap_or(tree.span)
    }
}

/// Whether reading a text as Markdown could find code or HTML in it: most texts are sentences, which need not be read.
fn may_have_code_or_html(text: &str) -> bool {
    text.contains(['<', '\t']) || ["```", "~~~", "    "].iter().any(|mark| text.contains(mark))
}

/// Where a text holds anything but one paragraph.
fn beyond_a_paragraph(text: &str) -> Option<usize> {
    let is_block = |event: &Event<'_>| match event {
        Event::Start(tag) => !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }),
        Event::Rule => true,
        _ => false,
    };
    let mut blocks = markdown::events(text).filter(|(event, _)| is_block(event));
    let (first, at) = blocks.next()?;
    if first == Event::Start(Tag::Paragraph) { blocks.next().map(|(_, at)| at.start) } else { Some(at.start) }
}

/// Whether the source of a fenced block ends with its fence.
fn is_closed(block: &str) -> bool {
    let fence = |line: &str| {
        let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        Some((mark, line.len() - line.trim_start_matches(mark).len(), line.trim_start_matches(mark).is_empty()))
    };
    let mut lines = block.lines();
    let (Some(first), Some(last)) = (lines.next().and_then(fence), lines.next_back().and_then(fence)) else { return false };
    first.0 == last.0 && last.1 >= first.1 && last.2
}
