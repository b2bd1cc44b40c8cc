//! What is wrong with a spec: a code, a sentence, a place, and what to do about it.

mod codes;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::parse::{Sources, Span};

pub use codes::Code;

/// One problem of the spec.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable code; `cargo xtask explain CODE` says more.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where it is wrong.
    pub at: Place,
    /// What is at the place.
    pub label: String,
    /// Other places that matter, each with a label.
    pub related: Vec<(Span, String)>,
    /// What to do.
    pub help: Vec<String>,
}

/// Where a problem is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A piece of a file's text.
    Span(Span),
    /// A file as a whole, by its path below the spec's folder.
    File(String),
}

impl Diagnostic {
    /// A problem at a span.
    pub fn new(code: Code, at: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: Place::Span(at), label: String::new(), related: Vec::new(), help: Vec::new() }
    }

    /// A problem of a file as a whole.
    pub fn of_file(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: Place::File(path.into()), label: String::new(), related: Vec::new(), help: Vec::new() }
    }

    /// Says what is at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Points at another place that matters.
    #[must_use]
    pub fn related(mut self, at: Span, label: impl Into<String>) -> Self {
        self.related.push((at, label.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Offers the nearest of the names that would have been right, or lists them.
    #[must_use]
    pub fn suggest<'n>(self, wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        match nearest(wrong, names) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Whether it keeps `gen` from running; the others are warnings.
    pub fn is_error(&self) -> bool {
        self.code.is_error()
    }
}

/// The name most like `wrong`, if one is like it at all.
fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wrong = wrong.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 3))
        .min()
        .map(|(_, name)| name)
}

/// Every problem of a spec, with the text it is about.
#[derive(Debug)]
pub struct Report {
    sources: Sources,
    problems: Vec<Diagnostic>,
}

impl Report {
    /// Sorts the problems by file and place.
    pub fn new(sources: Sources, mut problems: Vec<Diagnostic>) -> Self {
        problems.sort_by(|a, b| place(&sources, a).cmp(&place(&sources, b)));
        Self { sources, problems }
    }

    /// The problems, by file and place.
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// How many problems are errors.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.is_error()).count()
    }

    /// The report as a person reads it, with snippets; `styled` adds terminal colors. Paths start with `root`.
    pub fn render(&self, root: &str, styled: bool) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.term_width(100);
        let mut text = String::new();
        for problem in &self.problems {
            text.push_str(&self.render_one(&renderer, root, problem));
            text.push_str("\n\n");
        }
        let errors = self.errors();
        let warnings = self.problems.len() - errors;
        text.push_str(&format!("{} and {} in the spec", count(errors, "error"), count(warnings, "warning")));
        if let Some(first) = self.problems.first() {
            text.push_str(&format!("; `cargo xtask explain {}` says more about a code", first.code.name()));
        }
        text.push('\n');
        text
    }

    fn render_one(&self, renderer: &Renderer, root: &str, problem: &Diagnostic) -> String {
        let level = if problem.is_error() { Level::ERROR } else { Level::WARNING };
        let title = level.primary_title(problem.message.as_str()).id(problem.code.name());
        let mut group = match &problem.at {
            Place::File(path) => title.element(annotate_snippets::Origin::path(format!("{root}/{path}"))),
            Place::Span(span) => {
                let source = self.sources.file(span.file);
                let mut snippet = Snippet::source(source.text.as_str()).path(format!("{root}/{}", source.path));
                snippet = snippet.annotation(AnnotationKind::Primary.span(source.visible(*span)).label(problem.label.as_str()));
                for (other, label) in problem.related.iter().filter(|(other, _)| other.file == span.file) {
                    snippet = snippet.annotation(AnnotationKind::Context.span(source.visible(*other)).label(label.as_str()));
                }
                title.element(snippet)
            }
        };
        if let Place::Span(span) = &problem.at {
            for (other, label) in problem.related.iter().filter(|(other, _)| other.file != span.file) {
                let source = self.sources.file(other.file);
                group = group.element(
                    Snippet::source(source.text.as_str())
                        .path(format!("{root}/{}", source.path))
                        .annotation(AnnotationKind::Context.span(source.visible(*other)).label(label.as_str())),
                );
            }
        }
        for help in &problem.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let groups: &[Group<'_>] = &[group];
        renderer.render(groups)
    }

    /// The problems for a program: a JSON list of `{code, severity, message, file, line, column, help}`.
    pub fn to_json(&self) -> serde_json::Value {
        self.problems
            .iter()
            .map(|problem| {
                let (file, line, column) = match &problem.at {
                    Place::File(path) => (path.clone(), 1, 1),
                    Place::Span(span) => {
                        let source = self.sources.file(span.file);
                        let (line, column) = source.position(span.start);
                        (source.path.clone(), line, column)
                    }
                };
                serde_json::json!({
                    "code": problem.code.name(),
                    "severity": if problem.is_error() { "error" } else { "warning" },
                    "message": problem.message,
                    "file": file,
                    "line": line,
                    "column": column,
                    "label": problem.label,
                    "help": problem.help,
                })
            })
            .collect()
    }
}

fn place(sources: &Sources, problem: &Diagnostic) -> (String, usize, &'static str) {
    match &problem.at {
        Place::File(path) => (path.clone(), 0, problem.code.name()),
        Place::Span(span) => (sources.file(span.file).path.clone(), span.start, problem.code.name()),
    }
}

/// "1 error", "2 errors".
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
