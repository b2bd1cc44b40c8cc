//! Whether files match the grammar: keys that exist, values of the right kind, nothing required missing.

use super::File;
use crate::{
    diagnostic::{Code, Diagnostic},
    language::{
        grammar::{Object, Shape},
        scalar,
    },
    parse::{Kind, Span, Tree},
};

/// Walks every file with its grammar.
pub(crate) fn check(files: &[File], problems: &mut Vec<Diagnostic>) {
    for file in files {
        let mut walk = Walk { problems };
        match &file.tree.kind {
            Kind::Map(_) => walk.object(&file.tree, file.kind.grammar(), file.tree.span),
            _ => walk.misfit(&file.tree, "the file", &Shape::Object(file.kind.grammar())),
        }
    }
}

struct Walk<'p> {
    problems: &'p mut Vec<Diagnostic>,
}

impl Walk<'_> {
    /// `name` is what precedes the value, as a message calls it; `at` is where that is.
    fn value(&mut self, tree: &Tree, name: &str, at: Span, shape: &'static Shape) {
        match (shape, &tree.kind) {
            (Shape::Any, _) => {}
            (Shape::Object(object), Kind::Map(_)) => self.object(tree, object, at),
            (Shape::Map(_, inner), Kind::Map(entries)) => {
                for entry in entries {
                    self.value(&entry.value, &quoted(&entry.key), entry.at, inner);
                }
            }
            (Shape::List(inner), Kind::List(items)) => {
                for item in items {
                    self.value(item, &format!("an element of {name}"), item.span, inner);
                }
            }
            (Shape::Either(shapes), _) => match shapes.iter().find(|shape| has_kind_of(tree, shape)) {
                Some(shape) if !is_scalar(shape) => self.value(tree, name, at, shape),
                Some(fitting) if fits(tree, fitting) => {}
                _ => self.misfit(tree, name, shape),
            },
            (shape, _) if is_scalar(shape) && fits(tree, shape) => {}
            _ => self.misfit(tree, name, shape),
        }
    }

    fn object(&mut self, tree: &Tree, object: &'static Object, at: Span) {
        for entry in tree.entries() {
            match object.key(&entry.key) {
                Some(key) => {
                    // An empty `doc` is a missing one, and is reported as that.
                    if !(key.name == "doc" && entry.value.is_null()) {
                        self.value(&entry.value, &quoted(&entry.key), entry.at, &key.shape);
                    }
                }
                None => self.unknown_key(&entry.key, entry.at, object),
            }
        }
        for key in object.keys().filter(|key| key.required && tree.get(key.name).is_none()) {
            self.problems.push(
                Diagnostic::new(Code::MissingKey, at, format!("{} needs `{}`", object.name, key.name))
                    .label(format!("`{}` is missing here", key.name))
                    .help(format!("`{}` takes {}. {}", key.name, takes(&key.shape), key.doc)),
            );
        }
    }

    fn unknown_key(&mut self, key: &str, at: Span, object: &'static Object) {
        let keys: Vec<String> = object.keys().map(|key| quoted(key.name)).collect();
        let problem = Diagnostic::new(Code::UnknownKey, at, format!("`{key}` is not a key of {}", object.name)).label("this is never read");
        let problem = match object.renamed(key) {
            Some(now) => problem.help(format!("did you mean `{now}`?")),
            None => problem.suggest(key, object.keys().map(|key| key.name)),
        };
        self.problems.push(if key.contains(' ') {
            problem.help("within `{…}` a comma starts the next key: put quotes around a string that has one")
        } else if problem.help.is_empty() {
            problem.help(format!("the keys of {} are {}", object.name, keys.join(", ")))
        } else {
            problem
        });
    }

    fn misfit(&mut self, tree: &Tree, name: &str, shape: &Shape) {
        let mut problem = Diagnostic::new(Code::WrongKind, tree.span, format!("{name} takes {}", takes(shape))).label(match &tree.kind {
            Kind::Scalar { .. } if tree.is_null() => String::from("nothing is here"),
            Kind::Scalar { plain: false, .. } => format!("this is the string {}", tree.describe()),
            _ => format!("this is {}", tree.describe()),
        });
        if let Some(help) = remedy(tree, shape) {
            problem = problem.help(help);
        }
        if let Some(text) = tree.text() {
            problem = problem.suggest(text, choices(shape).iter().copied());
        }
        self.problems.push(problem);
    }
}

/// Whether a value is of the kind that a shape takes: a scalar, a list or a mapping.
fn has_kind_of(tree: &Tree, shape: &Shape) -> bool {
    match (shape, &tree.kind) {
        (Shape::Any, _) | (Shape::Object(_) | Shape::Map(..), Kind::Map(_)) | (Shape::List(_), Kind::List(_)) => true,
        (Shape::Either(shapes), _) => shapes.iter().any(|shape| has_kind_of(tree, shape)),
        (shape, Kind::Scalar { .. }) => is_scalar(shape),
        _ => false,
    }
}

fn is_scalar(shape: &Shape) -> bool {
    !matches!(shape, Shape::List(_) | Shape::Map(..) | Shape::Object(_) | Shape::Either(_) | Shape::Any)
}

/// Whether a scalar is one that the shape takes. Names and type expressions are checked by the passes that know what they refer to.
fn fits(tree: &Tree, shape: &Shape) -> bool {
    let Some(text) = tree.text().filter(|_| !tree.is_null()) else {
        return false;
    };
    match shape {
        Shape::Bool => tree.bool().is_some(),
        Shape::Int => tree.int().is_some_and(|number| u32::try_from(number).is_ok()),
        Shape::Version => scalar::version(text).is_some(),
        Shape::Date => scalar::is_date(text),
        Shape::Url => scalar::is_url(text),
        Shape::Window => scalar::seconds(text).is_some(),
        Shape::ErrorCode => scalar::error_code(text).is_some(),
        Shape::Choice(words) => words.contains(&text),
        _ => true,
    }
}

/// What a place takes, in words that follow "takes".
fn takes(shape: &Shape) -> String {
    match shape {
        Shape::Text => "a string".into(),
        Shape::Bool => "`true` or `false`".into(),
        Shape::Int => "a whole number, 0 or greater".into(),
        Shape::Version => "a version such as `v21.0`".into(),
        Shape::Date => "a date such as `2024-01-23`".into(),
        Shape::Url => "a URL that starts with `https://`".into(),
        Shape::Type => "a type expression such as `string` or `list<QualityRating>`".into(),
        Shape::Camel => "a name in UpperCamelCase such as `PhoneNumber`".into(),
        Shape::Snake => "a name in snake_case such as `phone_number`".into(),
        Shape::Window => "a duration such as `72h`, with `s`, `m`, `h` or `d`".into(),
        Shape::ErrorCode => "an error code such as `100` or a range such as `200-299`".into(),
        Shape::Choice([word]) => quoted(word),
        Shape::Choice(words) => format!("one of {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")),
        Shape::List(_) => "a list".into(),
        Shape::Map(what, _) => format!("a mapping with {what} under each name"),
        Shape::Object(object) => format!("a mapping with the keys of {}", object.name),
        Shape::Either(shapes) => shapes.iter().map(takes).collect::<Vec<_>>().join(", or "),
        Shape::Any => "any value".into(),
    }
}

/// What to write instead, if it is not obvious from what the place takes.
fn remedy(tree: &Tree, shape: &Shape) -> Option<String> {
    match (shape, &tree.kind) {
        (Shape::List(_), Kind::Scalar { text, .. }) if !tree.is_null() && text.lines().count() == 1 => {
            Some(format!("a list with one element is `[{text}]`"))
        }
        (Shape::List(_), _) => Some("a list is `[a, b]`, or one element per line, each after `- `; an empty one is omitted".into()),
        (Shape::Bool | Shape::Int, Kind::Scalar { plain: false, text }) if fits_unquoted(tree, text, shape) => {
            Some("remove the quotes".into())
        }
        (Shape::Text, Kind::Scalar { .. }) if tree.is_null() => Some("write it, or remove the key; an empty string is `''`".into()),
        (Shape::Map(..) | Shape::Object(_), Kind::Scalar { .. }) if tree.is_null() => {
            Some("write the keys below it, indented, or remove the key".into())
        }
        (Shape::Window, _) => Some("a day is `24h` or `1d`".into()),
        _ => None,
    }
}

fn fits_unquoted(tree: &Tree, text: &str, shape: &Shape) -> bool {
    fits(&Tree { span: tree.span, kind: Kind::Scalar { text: text.into(), plain: true } }, shape)
}

fn choices(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Choice(words) => words.to_vec(),
        Shape::Either(shapes) => shapes.iter().flat_map(choices).collect(),
        _ => Vec::new(),
    }
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}
