//! Facts, and the files in which they are kept: the first version in full, and what each later one adds and drops.
//!
//! ```text
//! # Where it is from.
//! ## v21.0
//! Account/templates POST param category = MARKETING
//! Account/templates POST param category enum required
//! ## v22.0
//! + Account/templates POST param name string optional
//! - Account/templates POST param category enum required
//! ```

use std::collections::BTreeMap;

use crate::{language::scalar, language::version::Version, span::FileId, span::Span};

/// What begins the facts of a version.
pub const VERSION_MARK: &str = "## ";

/// What one source says of one version: what each fact is about, and what it says of it.
///
/// | key | says |
/// | --- | --- |
/// | `Node/edge GET` | `named`: there is such an operation, and nothing more is kept |
/// | `Node/edge GET returns` | the type |
/// | `Node/edge GET body` | how parameters are sent |
/// | `Node/edge GET param name`, `Node/edge GET field name`, `Node field name` | the type, of a parameter also whether it is required |
/// | `Node/edge GET param name = VALUE` and the same of fields | nothing more: it is one of the values |
pub type Facts = BTreeMap<String, String>;

/// Every version of a file of facts.
#[derive(Debug, Default)]
pub struct Record {
    versions: Vec<(Version, Vec<Change>)>,
}

/// A line that cannot be read, and why.
#[derive(Debug)]
pub struct Misfit {
    /// The line.
    pub span: Span,
    /// What is wrong with it.
    pub why: String,
    /// What to do.
    pub remedy: &'static str,
}

#[derive(Debug)]
struct Change {
    key: String,
    /// What is said from now on; nothing if the fact is gone.
    says: Option<String>,
    span: Span,
}

impl Record {
    /// Reads a file; what does not fit is left out of the record and reported.
    pub fn parse(file: FileId, text: &str) -> (Self, Vec<Misfit>) {
        let mut reader = Reader { record: Self::default(), misfits: Vec::new(), now: Facts::new() };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let shown = line.trim_end();
            reader.line(shown, Span { file, start, end: start + shown.len() });
            start += line.len();
        }
        (reader.record, reader.misfits)
    }

    /// The versions of which something is known, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = Version> {
        self.versions.iter().map(|(version, _)| *version)
    }

    /// What anything has been said about, at any version.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.versions.iter().flat_map(|(_, changes)| changes).map(|change| change.key.as_str())
    }

    /// What is said of each version with the line that says it, oldest first: one map is handed on from version to version.
    pub fn each(&self, mut visit: impl FnMut(Version, &BTreeMap<&str, (&str, Span)>)) {
        let mut now = BTreeMap::new();
        for (version, changes) in &self.versions {
            for change in changes {
                match &change.says {
                    Some(says) => drop(now.insert(change.key.as_str(), (says.as_str(), change.span))),
                    None => drop(now.remove(change.key.as_str())),
                }
            }
            visit(*version, &now);
        }
    }

    /// The line that says something at a version.
    pub(crate) fn line(&self, version: Version, key: &str, named: impl Fn(&str) -> String) -> Option<Span> {
        let until = self.versions.iter().take_while(|(at, _)| *at <= version);
        until
            .flat_map(|(_, changes)| changes)
            .filter(|change| change.says.is_some() && named(&change.key) == key)
            .last()
            .map(|change| change.span)
    }

    /// What is said of a version, if anything is known of it.
    pub fn at(&self, version: Version) -> Option<Facts> {
        let mut found = None;
        self.each(|at, now| {
            if at == version {
                found = Some(now.iter().map(|(key, (says, _))| ((*key).to_owned(), (*says).to_owned())).collect());
            }
        });
        found
    }
}

struct Reader {
    record: Record,
    misfits: Vec<Misfit>,
    now: Facts,
}

impl Reader {
    fn line(&mut self, line: &str, span: Span) {
        if let Some(version) = line.strip_prefix(VERSION_MARK) {
            return self.version(version, span);
        }
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let first = self.record.versions.len() == 1;
        let (added, fact) = match (first, line.strip_prefix("+ "), line.strip_prefix("- ")) {
            (true, None, None) => (true, line),
            (false, Some(fact), None) => (true, fact),
            (false, None, Some(fact)) => (false, fact),
            _ if self.record.versions.is_empty() => {
                return self.misfit(
                    span,
                    "a fact precedes the first version",
                    "write `## v21.0` above it, with the version that it is about",
                );
            }
            (true, ..) => return self.misfit(span, "the first version is in full", "leave out the `+` or `-`"),
            _ => return self.misfit(span, "this says neither that a fact is new nor that it is gone", "begin the line with `+ ` or `- `"),
        };
        let Some((key, says)) = split(fact) else {
            return self.misfit(
                span,
                "this is not a fact",
                "docs/spec.md has the form; `cargo xtask evidence` writes the file from what Meta publishes",
            );
        };
        let known = self.now.get(&key);
        if added && known.is_some_and(|known| *known == says) {
            return self.misfit(span, "this is a fact already", "delete the line");
        }
        if !added && known.is_none_or(|known| *known != says) {
            return self.misfit(span, "this was no fact before", "delete the line, or correct it so that it is what was said before");
        }
        // `- a string` after `+ a int` is how a fact changes, and the order of the two lines does not matter.
        if added {
            self.now.insert(key.clone(), says.clone());
        } else {
            self.now.remove(&key);
        }
        if let Some((_, changes)) = self.record.versions.last_mut() {
            changes.push(Change { key, says: added.then_some(says), span });
        }
    }

    fn version(&mut self, text: &str, span: Span) {
        let Some(version) = scalar::version(text) else {
            return self.misfit(span, "this is not a version", "write `## v21.0`; a comment begins with one `#`");
        };
        if self.record.versions.last().is_some_and(|(last, _)| *last >= version) {
            return self.misfit(span, "versions go upwards", "move the facts of this version above those of newer ones");
        }
        self.record.versions.push((version, Vec::new()));
    }

    fn misfit(&mut self, span: Span, why: &str, remedy: &'static str) {
        self.misfits.push(Misfit { span, why: why.into(), remedy });
    }
}

/// What a line is about, and what it says.
fn split(fact: &str) -> Option<(String, String)> {
    let words: Vec<&str> = fact.splitn(6, ' ').collect();
    // A node's field, or an operation: what of it begins at the third word.
    let (kind, name) = match words.as_slice() {
        [_, "field", ..] => (1, 2),
        [_, "GET" | "POST" | "DELETE" | "PUT" | "PATCH", ..] => (2, 3),
        _ => return None,
    };
    let key = |words: usize| fact.split(' ').take(words).collect::<Vec<_>>().join(" ");
    let rest = |words: usize| fact.splitn(words + 1, ' ').nth(words).filter(|rest| !rest.is_empty()).map(String::from);
    match *words.get(kind)? {
        "named" if words.len() == kind + 1 => Some((key(kind), "named".into())),
        "returns" | "body" => Some((key(kind + 1), rest(kind + 1)?)),
        "param" | "field" if words.get(name + 1) == Some(&"=") => rest(name + 2).map(|_| (fact.to_owned(), String::new())),
        "param" | "field" => Some((key(name + 1), rest(name + 1)?)),
        _ => None,
    }
}

/// A fact as a line shows it.
fn line(key: &str, says: &str) -> String {
    if says.is_empty() { key.to_owned() } else { format!("{key} {says}") }
}

/// The text of a file of facts: the comment, then each version.
pub fn shows(comment: &str, versions: &BTreeMap<Version, Facts>) -> String {
    let mut text: String = comment.lines().map(|line| format!("# {line}\n")).collect();
    let mut before: Option<&Facts> = None;
    for (version, facts) in versions {
        text.push_str(&format!("{VERSION_MARK}{version}\n"));
        match before {
            None => facts.iter().for_each(|(key, says)| text.push_str(&format!("{}\n", line(key, says)))),
            Some(before) => changes(before, facts).iter().for_each(|change| text.push_str(&format!("{change}\n"))),
        }
        before = Some(facts);
    }
    text
}

/// What changed from one version to the next, sorted by what it is about.
fn changes(before: &Facts, after: &Facts) -> Vec<String> {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for key in keys {
        let (then, now) = (before.get(key), after.get(key));
        if then == now {
            continue;
        }
        changes.extend(then.map(|says| format!("- {}", line(key, says))));
        changes.extend(now.map(|says| format!("+ {}", line(key, says))));
    }
    changes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Facts, Record, shows};
    use crate::{language::version::Version, span::FileId};

    fn facts(lines: &[(&str, &str)]) -> Facts {
        lines.iter().map(|(key, says)| ((*key).to_owned(), (*says).to_owned())).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let first = facts(&[("A/b GET", "named"), ("A/c POST param d", "list<unsigned int> required"), ("A/c POST param d = E F", "")]);
        let second = facts(&[("A field g", "string"), ("A/c POST param d", "string optional"), ("A/c POST returns", "Object")]);
        let versions = BTreeMap::from([(Version(21, 0), first.clone()), (Version(22, 0), second.clone())]);
        let text = shows("From a\nfile.", &versions);
        assert_eq!(
            text,
            "# From a\n# file.\n## v21.0\nA/b GET named\nA/c POST param d list<unsigned int> required\nA/c POST param d = E F\n## v22.0\n\
             + A field g string\n- A/b GET named\n- A/c POST param d list<unsigned int> required\n+ A/c POST param d string optional\n\
             - A/c POST param d = E F\n+ A/c POST returns Object\n"
        );
        let (record, misfits) = Record::parse(FileId(0), &text);
        assert!(misfits.is_empty(), "{misfits:?}");
        assert_eq!((record.at(Version(21, 0)), record.at(Version(22, 0)), record.at(Version(23, 0))), (Some(first), Some(second), None));
    }

    #[test]
    fn what_is_no_fact_is_reported_with_its_line() {
        let text = "A/b GET named\n## v22.0\nA/b GET\n+ A/b GET named\nA/b GET named\n## v21.0\n## v23.0\nA/c GET named\n- A/c GET named\n+ A/b GET named\n";
        let (_, misfits) = Record::parse(FileId(0), text);
        let lines: Vec<&str> = misfits.iter().map(|misfit| &text[misfit.span.start..misfit.span.end]).collect();
        assert_eq!(
            lines,
            ["A/b GET named", "A/b GET", "+ A/b GET named", "## v21.0", "A/c GET named", "- A/c GET named", "+ A/b GET named"]
        );
    }
}
