//! Whether files match the grammar: keys that exist, values of the right kind, nothing required missing.

use super::{File, FileKind, slips};
use crate::{
    diagnostic::{Code, Diagnostic},
    language::{
        bound::Bound,
        grammar::{Key, Object, ValueKind},
        scalar,
    },
    parse::{Kind, Span, Tree},
};

/// Walks every file with its grammar, and returns the places of what is not read. What is written wrongly but can only mean one thing is reported, and read
/// as what it means: nothing else is wrong with it.
pub(crate) fn check(files: &mut [File], problems: &mut Vec<Diagnostic>) -> Vec<Span> {
    let mut unread = Vec::new();
    for file in files {
        if file.kind == FileKind::Versions {
            slips::version_keys(&mut file.tree, problems, &mut unread);
        }
        let mut walk = Walk { problems, unread: &mut unread };
        match &file.tree.kind {
            Kind::Map(_) => {
                let at = file.tree.span;
                walk.object(&mut file.tree, file.kind.grammar(), at);
            }
            _ => walk.unread(&file.tree, "the file", file.tree.span, &ValueKind::Object(file.kind.grammar())),
        }
    }
    unread
}

struct Walk<'p> {
    problems: &'p mut Vec<Diagnostic>,
    /// The places of what is not read.
    unread: &'p mut Vec<Span>,
}

impl Walk<'_> {
    /// `name` is what precedes the value, as a message calls it; `at` is where that is.
    fn value(&mut self, tree: &mut Tree, name: &str, at: Span, shape: &'static ValueKind) {
        if is_scalar(shape) {
            if !fits(tree, shape) {
                self.scalar(tree, name, at, shape);
            }
            return;
        }
        match (shape, &mut tree.kind) {
            (ValueKind::Any, _) => {}
            (ValueKind::Object(object), Kind::Map(_)) => self.object(tree, object, at),
            (ValueKind::Map(_, inner), Kind::Map(entries)) => {
                slips::indent(entries, inner, self.problems);
                for entry in entries {
                    self.value(&mut entry.value, &quoted(&entry.key), entry.at, inner);
                }
            }
            (ValueKind::List(inner), Kind::List(items)) => {
                for item in items {
                    self.value(item, &format!("an element of {name}"), item.span, inner);
                }
            }
            (ValueKind::Either(shapes), _) => match fitting(tree, shapes) {
                Some(shape) if !is_scalar(shape) => self.value(tree, name, at, shape),
                Some(fitting) if fits(tree, fitting) => {}
                Some(_) => self.scalar(tree, name, at, shape),
                None => self.unread(tree, name, at, shape),
            },
            _ => self.unread(tree, name, at, shape),
        }
    }

    /// Reports a scalar that does not fit, and reads it as the one thing that it can mean.
    fn scalar(&mut self, tree: &mut Tree, name: &str, at: Span, shape: &'static ValueKind) {
        match slips::meant(tree, shape) {
            Some(text) => {
                self.misfit(tree, name, shape);
                tree.kind = Kind::Scalar { text, plain: true };
            }
            None => self.unread(tree, name, at, shape),
        }
    }

    /// Reports a value that is not read.
    fn unread(&mut self, tree: &Tree, name: &str, at: Span, shape: &ValueKind) {
        self.unread.push(Span { start: at.start.min(tree.span.start), ..tree.span });
        self.misfit(tree, name, shape);
    }

    fn object(&mut self, tree: &mut Tree, object: &'static Object, at: Span) {
        slips::rename(tree, object, self.problems);
        slips::lift(tree, object, self.problems);
        slips::sink(tree, object, self.problems);
        for entry in tree.entries_mut() {
            match object.key(&entry.key) {
                Some(key) => {
                    // An empty `doc` is a missing one, and is reported as that.
                    if !(key.name == "doc" && entry.value.is_null()) {
                        self.value(&mut entry.value, &quoted(&entry.key), entry.at, &key.kind);
                    }
                }
                None => {
                    self.unread.push(Span { start: entry.at.start, end: entry.value.span.end.max(entry.at.end), ..entry.at });
                    self.problems.push(unknown_key(&entry.key, entry.at, object));
                }
            }
        }
        let any_of = object.any_of();
        if !any_of.is_empty() && any_of.iter().all(|key| tree.get(key).is_none()) {
            self.problems.push(
                Diagnostic::new(Code::MissingKey, at, format!("{} needs `at`, `on` or both", object.name))
                    .label("no version and no day here")
                    .help("`at` is the first version, `on` the day from which it holds in every version: `{at: v26.0, on: 2026-10-27}`"),
            );
        }
        // An empty `doc` or `title` is reported by what knows whose it is.
        let is_reason = |key: &&Key| key.required && matches!(key.kind, ValueKind::Text) && !matches!(key.name, "doc" | "title");
        for key in object.keys().filter(is_reason) {
            if let Some(value) =
                tree.get(key.name).filter(|value| value.text().is_some_and(|text| text.trim().is_empty()) && !value.is_null())
            {
                self.problems.push(
                    Diagnostic::new(Code::MissingKey, value.span, format!("{} needs `{}`, and here it is empty", object.name, key.name))
                        .label("nothing is here")
                        .help(format!("`{}` takes {}. {}", key.name, takes(&key.kind), key.doc)),
                );
            }
        }
        for key in object.keys().filter(|key| key.required && tree.get(key.name).is_none()) {
            self.problems.push(
                Diagnostic::new(Code::MissingKey, at, format!("{} needs `{}`", object.name, key.name))
                    .label(format!("`{}` is missing here", key.name))
                    .help(format!("`{}` takes {}. {}", key.name, takes(&key.kind), key.doc)),
            );
        }
    }

    fn misfit(&mut self, tree: &Tree, name: &str, shape: &ValueKind) {
        let mut problem = Diagnostic::new(Code::WrongKind, tree.span, format!("{name} takes {}", takes(shape))).label(match &tree.kind {
            Kind::Scalar { .. } if tree.is_null() => String::from("nothing is here"),
            Kind::Scalar { plain: false, .. } => format!("this is the string {}", tree.describe()),
            _ => format!("this is {}", tree.describe()),
        });
        if let Some(help) = remedy(tree, shape) {
            problem = problem.help(help);
        }
        if let Some(text) = tree.text() {
            problem = match slips::meant(tree, shape) {
                Some(meant) if meant != text => problem.help(format!("did you mean `{meant}`?")),
                _ => problem.suggest(text, choices(shape).iter().copied()),
            };
        }
        self.problems.push(problem);
    }
}

pub(super) fn unknown_key(key: &str, at: Span, object: &'static Object) -> Diagnostic {
    let problem = Diagnostic::new(Code::UnknownKey, at, format!("`{key}` is not a key of {}", object.name)).label("this is never read");
    let problem = match object.renamed(key) {
        Some(now) => problem.help(format!("did you mean `{now}`?")),
        None => problem.suggest(key, object.keys().map(|key| key.name)),
    };
    if key.contains(' ') {
        problem.help("within `{…}` a comma starts the next key: put quotes around a string that has one")
    } else if problem.help.is_empty() {
        let keys: Vec<String> = object.keys().map(|key| quoted(key.name)).collect();
        problem.help(format!("the keys of {} are {}", object.name, keys.join(", ")))
    } else {
        problem
    }
}

/// The shape of the value's kind; of several lists, the one of the kind of the elements.
fn fitting(tree: &Tree, shapes: &'static [ValueKind]) -> Option<&'static ValueKind> {
    let of_elements = |shape: &&ValueKind| match (shape, tree.items().first()) {
        (ValueKind::List(inner), Some(first)) => has_kind_of(first, inner),
        _ => true,
    };
    let of_kind = |shape: &&ValueKind| has_kind_of(tree, shape);
    shapes.iter().filter(of_kind).find(of_elements).or_else(|| shapes.iter().find(of_kind))
}

/// Whether a value is of the kind that a shape takes: a scalar, a list or a mapping.
pub(super) fn has_kind_of(tree: &Tree, shape: &ValueKind) -> bool {
    match (shape, &tree.kind) {
        (ValueKind::Any, _) | (ValueKind::Object(_) | ValueKind::Map(..), Kind::Map(_)) | (ValueKind::List(_), Kind::List(_)) => true,
        (ValueKind::Either(shapes), _) => shapes.iter().any(|shape| has_kind_of(tree, shape)),
        (shape, Kind::Scalar { .. }) => is_scalar(shape),
        _ => false,
    }
}

pub(super) fn is_scalar(shape: &ValueKind) -> bool {
    !matches!(shape, ValueKind::List(_) | ValueKind::Map(..) | ValueKind::Object(_) | ValueKind::Either(_) | ValueKind::Any)
}

/// Whether a scalar is one that the shape takes. Names and type expressions are checked by the passes that know what they refer to.
pub(super) fn fits(tree: &Tree, shape: &ValueKind) -> bool {
    let Some(text) = tree.text().filter(|_| !tree.is_null()) else {
        return false;
    };
    match shape {
        ValueKind::Bool => tree.bool().is_some(),
        ValueKind::Int => tree.int().is_some_and(|number| u32::try_from(number).is_ok()),
        ValueKind::Version => scalar::version(text).is_some(),
        ValueKind::Date => scalar::is_date(text),
        ValueKind::Bound => Bound::parse(text).is_some(),
        ValueKind::Url => scalar::is_url(text),
        ValueKind::Window => scalar::seconds(text).is_some(),
        ValueKind::ErrorCode => scalar::error_code(text).is_some(),
        ValueKind::Choice(words) => words.contains(&text),
        _ => true,
    }
}

/// What a place takes, in words that follow "takes".
fn takes(shape: &ValueKind) -> String {
    match shape {
        ValueKind::Text => "a string".into(),
        ValueKind::Bool => "`true` or `false`".into(),
        ValueKind::Int => "a whole number, 0 or greater".into(),
        ValueKind::Version => "a version such as `v21.0`".into(),
        ValueKind::Date => "a date such as `2024-01-23`".into(),
        ValueKind::Bound => "a version such as `v21.0` or a day such as `2026-06-15`".into(),
        ValueKind::Url => "a URL that starts with `https://`".into(),
        ValueKind::Type => "a type expression such as `string` or `list<QualityRating>`".into(),
        ValueKind::Camel => "a name in UpperCamelCase such as `PhoneNumber`".into(),
        ValueKind::Snake => "a name in snake_case such as `phone_number`".into(),
        ValueKind::Window => "a duration such as `72h`, with `s`, `m`, `h` or `d`".into(),
        ValueKind::ErrorCode => "an error code such as `100` or a range such as `200-299`".into(),
        ValueKind::Choice([word]) => quoted(word),
        ValueKind::Choice(words) => format!("one of {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")),
        ValueKind::List(_) => "a list".into(),
        ValueKind::Map(what, _) => format!("a mapping with {what} under each name"),
        ValueKind::Object(object) => format!("a mapping with the keys of {}", object.name),
        ValueKind::Either(shapes) => shapes.iter().map(takes).collect::<Vec<_>>().join(", or "),
        ValueKind::Any => "any value".into(),
    }
}

/// What to write instead, if it is not obvious from what the place takes.
fn remedy(tree: &Tree, shape: &ValueKind) -> Option<String> {
    match (shape, &tree.kind) {
        (ValueKind::List(_), Kind::Scalar { text, .. }) if !tree.is_null() && text.lines().count() == 1 => {
            Some(format!("a list with one element is `[{text}]`"))
        }
        (ValueKind::List(_), _) => Some("a list is `[a, b]`, or one element per line, each after `- `; an empty one is omitted".into()),
        (ValueKind::Bool | ValueKind::Int, Kind::Scalar { plain: false, text }) if fits_unquoted(tree, text, shape) => {
            Some("remove the quotes".into())
        }
        (ValueKind::Text, Kind::Scalar { .. }) if tree.is_null() => Some("write it, or remove the key; an empty string is `''`".into()),
        (ValueKind::Map(..) | ValueKind::Object(_), Kind::Scalar { .. }) if tree.is_null() => {
            Some("write the keys below it, indented, or remove the key".into())
        }
        (ValueKind::Window, _) => Some("a day is `24h` or `1d`".into()),
        (ValueKind::Version, Kind::Scalar { text, .. }) if scalar::is_date(text) => {
            Some(format!("a day is said with `on`: `{{on: {text}}}`; `at` is the first version"))
        }
        (ValueKind::Date, Kind::Scalar { text, .. }) if scalar::version(text).is_some() => {
            Some(format!("a version is said with `at`: `{{at: {text}}}`; `on` is the first day"))
        }
        _ => None,
    }
}

pub(super) fn fits_unquoted(tree: &Tree, text: &str, shape: &ValueKind) -> bool {
    fits(&Tree { span: tree.span, kind: Kind::Scalar { text: text.into(), plain: true } }, shape)
}

fn choices(shape: &ValueKind) -> Vec<&'static str> {
    match shape {
        ValueKind::Choice(words) => words.to_vec(),
        ValueKind::Either(shapes) => shapes.iter().flat_map(choices).collect(),
        _ => Vec::new(),
    }
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}
