//! What is wrong with a spec: a code, a sentence, a place, and what to do about it.

mod codes;

use crate::span::Span;

pub use codes::{Code, Stage};

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
    /// Names that nothing has, or that nothing uses, says the problem: where all names of one of the lists are in what could not be read, it only
    /// follows from that.
    pub absent: Vec<Vec<String>>,
    /// A name that nothing has, and the declared one that is most like it.
    pub slip: Option<(String, String)>,
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
        Self {
            code,
            message: message.into(),
            at: Place::Span(at),
            label: String::new(),
            related: Vec::new(),
            help: Vec::new(),
            absent: Vec::new(),
            slip: None,
        }
    }

    /// A problem of a file as a whole.
    pub fn of_file(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            at: Place::File(path.into()),
            label: String::new(),
            related: Vec::new(),
            help: Vec::new(),
            absent: Vec::new(),
            slip: None,
        }
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
    pub fn suggest<'n>(mut self, wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        match nearest(wrong, names) {
            Some(name) => {
                self.slip = Some((wrong.into(), name.into()));
                self.help(format!("did you mean `{name}`?"))
            }
            None => self,
        }
    }

    /// Says which names are missing or unused, so that the problem is reported only where no file that could not be read has them.
    #[must_use]
    pub fn absence_of<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.absent.push(names.into_iter().map(Into::into).collect());
        self
    }

    /// Whether it keeps `gen` from running; the others are warnings.
    pub fn is_error(&self) -> bool {
        self.code.is_error()
    }
}

/// Those of the names that are like `wrong`, the most similar first.
pub fn similar<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wrong = wrong.to_lowercase();
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 3))
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(_, name)| name).collect()
}

/// The name most like `wrong`, if one is like it at all.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    similar(wrong, names).first().copied()
}
