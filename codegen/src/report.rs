//! Every problem of a spec, as people and programs read them.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{
    diagnostic::{Diagnostic, Place, Stage},
    parse::Sources,
};

/// Every problem of a spec, with the text it is about.
#[derive(Debug)]
pub struct Report {
    sources: Sources,
    problems: Vec<Diagnostic>,
}

impl Report {
    /// Sorts the problems: what keeps others from being found comes first, then by file and place, warnings last.
    pub fn new(sources: Sources, mut problems: Vec<Diagnostic>) -> Self {
        problems.sort_by(|a, b| place(&sources, a).cmp(&place(&sources, b)));
        Self { sources, problems }
    }

    /// The problems, causes first.
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

fn place(sources: &Sources, problem: &Diagnostic) -> (Stage, String, usize, &'static str) {
    let (path, start) = match &problem.at {
        Place::File(path) => (path.clone(), 0),
        Place::Span(span) => (sources.file(span.file).path.clone(), span.start),
    };
    (problem.code.stage(), path, start, problem.code.name())
}

/// "1 error", "2 errors".
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
