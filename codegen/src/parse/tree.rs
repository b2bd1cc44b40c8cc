//! A YAML file as a tree in which every scalar, key and collection knows its position.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{FileId, Source, Span, faults};
use crate::diagnostic::{Code, Diagnostic};

/// A value with its position.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Its position.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a [`Tree`] is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A scalar; `plain` if it is written without quotes, so that `true` and `5` are what they look like.
    Scalar {
        /// The text, quotes and escapes resolved.
        text: String,
        /// Written without quotes.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Tree>),
    /// A mapping, in the order of the file.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key is.
    pub at: Span,
    /// The value.
    pub value: Tree,
}

/// Hand-written YAML is never this deep.
const MAX_DEPTH: usize = 64;

impl Tree {
    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The entries of a mapping; nothing for anything else.
    pub fn entries(&self) -> &[Entry] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The entries of a mapping, to be changed; nothing for anything else.
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        if let Kind::Map(entries) = &mut self.kind { entries } else { &mut [] }
    }

    /// The elements of a list; nothing for anything else.
    pub fn items(&self) -> &[Tree] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        if let Kind::Scalar { text, .. } = &self.kind { Some(text) } else { None }
    }

    /// A plain `true` or `false`.
    pub fn bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Scalar { text, plain: true } if text == "true" => Some(true),
            Kind::Scalar { text, plain: true } if text == "false" => Some(false),
            _ => None,
        }
    }

    /// A plain whole number.
    pub fn int(&self) -> Option<i64> {
        if let Kind::Scalar { text, plain: true } = &self.kind { text.parse().ok() } else { None }
    }

    /// Nothing, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// The same value as JSON.
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            Kind::List(items) => items.iter().map(Tree::json).collect(),
            Kind::Map(entries) => Value::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.json())).collect()),
            Kind::Scalar { text, .. } => {
                if self.is_null() {
                    Value::Null
                } else if let Some(value) = self.bool() {
                    Value::Bool(value)
                } else if let Some(value) = self.int() {
                    Value::from(value)
                } else if let (Kind::Scalar { plain: true, .. }, Ok(value)) = (&self.kind, text.parse::<f64>()) {
                    serde_json::Number::from_f64(value).map_or_else(|| Value::String(text.clone()), Value::Number)
                } else {
                    Value::String(text.clone())
                }
            }
        }
    }

    /// A value that is in no file of the spec, with the place where problems with it are reported.
    pub fn of(value: &serde_json::Value, span: Span) -> Self {
        use serde_json::Value;
        let kind = match value {
            Value::Array(items) => Kind::List(items.iter().map(|item| Self::of(item, span)).collect()),
            Value::Object(members) => {
                Kind::Map(members.iter().map(|(key, value)| Entry { key: key.clone(), at: span, value: Self::of(value, span) }).collect())
            }
            Value::String(text) => Kind::Scalar { text: text.clone(), plain: false },
            other => Kind::Scalar { text: other.to_string(), plain: true },
        };
        Self { span, kind }
    }

    /// "a list", "a mapping", "the string `x`".
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::List(_) => "a list".into(),
            Kind::Map(_) => "a mapping".into(),
            Kind::Scalar { .. } if self.is_null() => "nothing".into(),
            Kind::Scalar { text, .. } if text.chars().count() > 40 => "a string".into(),
            Kind::Scalar { text, .. } => format!("`{}`", text.trim_end()),
        }
    }
}

/// Parses a file. A file with a syntax error gives no tree; with other problems the tree has what could be read.
pub fn tree(file: FileId, source: &Source, problems: &mut Vec<Diagnostic>) -> Option<Tree> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    if let Some(problem) = faults::conflict(file, &source.text).or_else(|| faults::invisible(file, &source.text)) {
        problems.push(problem);
        return None;
    }
    let mut builder = Builder { file, offsets: Offsets::new(&source.text, text), open: Vec::new(), root: None, problems };
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = builder.offsets.byte(error.marker().index());
                builder.problems.push(faults::syntax(file, &source.text, at, error.info()));
                return None;
            }
        };
        let span = Span { file, start: builder.offsets.byte(span.start.index()), end: builder.offsets.byte(span.end.index()) };
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                builder.problems.push(
                    Diagnostic::new(Code::Syntax, span, "a file of the spec contains one document")
                        .label("a second one starts here")
                        .help("move what follows to a separate file, or remove the `---`"),
                );
                return None;
            }
        }
        if !builder.take(event, span) {
            return None;
        }
    }
    if builder.root.is_none() {
        problems.push(
            Diagnostic::of_file(Code::Syntax, source.path.clone(), "the file is empty")
                .help("delete it, or write what docs/spec.md says such a file contains"),
        );
        return None;
    }
    builder.root
}

struct Builder<'p> {
    file: FileId,
    offsets: Offsets,
    open: Vec<Open>,
    root: Option<Tree>,
    problems: &'p mut Vec<Diagnostic>,
}

/// A collection whose end has not been seen.
struct Open {
    start: usize,
    kind: Kind,
    key: Option<(String, Span)>,
    /// A key of it was reported as used twice.
    repeats: bool,
}

impl Builder<'_> {
    /// Returns false when the file is beyond reading.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_anchor(anchor, tag.is_some(), span);
                self.place(Tree { span, kind: Kind::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain } });
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_anchor(anchor, tag.is_some(), span);
                return self.begin(span, Kind::List(Vec::new()));
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_anchor(anchor, tag.is_some(), span);
                return self.begin(span, Kind::Map(Vec::new()));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let tree = Tree { span: Span { file: self.file, start: open.start, end: span.end }, kind: open.kind };
                    self.place(tree);
                }
            }
            Event::Alias(_) => {
                self.problems.push(
                    Diagnostic::new(Code::Anchor, span, "aliases are not part of the spec language")
                        .label("an alias")
                        .help("write the value out, or make it a type in types/"),
                );
                self.place(Tree { span, kind: Kind::Scalar { text: String::new(), plain: true } });
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        true
    }

    fn refuse_anchor(&mut self, anchor: usize, tag: bool, span: Span) {
        if anchor > 0 || tag {
            self.problems.push(
                Diagnostic::new(Code::Anchor, span, "anchors and tags are not part of the spec language")
                    .label("this value has one")
                    .help("remove the `&name` or `!tag`"),
            );
        }
    }

    fn begin(&mut self, span: Span, kind: Kind) -> bool {
        if self.open.len() >= MAX_DEPTH {
            self.problems.push(
                Diagnostic::new(Code::TooDeep, span, format!("the spec language never nests deeper than {MAX_DEPTH} levels"))
                    .label("one level too many")
                    .help("something is indented or bracketed by mistake"),
            );
            return false;
        }
        self.open.push(Open { start: span.start, kind, key: None, repeats: false });
        true
    }

    fn place(&mut self, tree: Tree) {
        let is_element = self.open.iter().rev().nth(1).is_some_and(|above| matches!(above.kind, Kind::List(_)));
        let Some(open) = self.open.last_mut() else {
            self.root = Some(tree);
            return;
        };
        match &mut open.kind {
            Kind::List(items) => items.push(tree),
            Kind::Map(entries) => match open.key.take() {
                None => match tree.kind {
                    Kind::Scalar { text, .. } => open.key = Some((text, tree.span)),
                    _ => {
                        self.problems.push(
                            Diagnostic::new(Code::WrongKind, tree.span, "a key must be a string")
                                .label("this key is a collection")
                                .help("quote the key if it is meant to start with a bracket"),
                        );
                        open.key = Some((String::new(), tree.span));
                    }
                },
                Some((key, at)) => {
                    if let Some(first) = entries.iter().find(|entry| entry.key == key) {
                        // Where one key is there again, those after it often are too.
                        if !std::mem::replace(&mut open.repeats, true) {
                            let problem = Diagnostic::new(Code::DuplicateKey, at, format!("the key `{key}` is used twice in one mapping"))
                                .label("again")
                                .related(first.at, "first here")
                                .help("keep one of them, or rename one if both are meant");
                            self.problems.push(if is_element {
                                problem.help("if another element of the list begins here, write `- ` before it")
                            } else {
                                problem
                            });
                        }
                    } else {
                        entries.push(Entry { key, at, value: tree });
                    }
                }
            },
            Kind::Scalar { .. } => {}
        }
    }
}

/// The parser counts characters; spans are bytes.
struct Offsets {
    /// The byte of each character, or nothing when every character is one byte.
    bytes: Option<Vec<usize>>,
    skipped: usize,
    len: usize,
}

impl Offsets {
    fn new(whole: &str, text: &str) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect());
        Self { bytes, skipped: whole.len() - text.len(), len: whole.len() }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = match &self.bytes {
            None => character,
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.len),
        };
        (byte + self.skipped).min(self.len)
    }
}
