//! Problems that only follow from something that could not be read.
//!
//! If errors.yaml has a syntax error, every error named elsewhere is unknown. Reporting hundreds of those would bury the one problem there is. What could
//! not be read is still text, though: a name that is not in it is missing whatever the text was meant to say, and that is a problem of its own.

use std::collections::BTreeSet;

use super::scope;
use crate::{
    ast::Spec,
    check::evidence::leads_to,
    diagnostic::{Code, Diagnostic, Place},
    parse::{FACTS, FileId, Kind, Sources, Span, Tree},
    read::{File, FileKind},
};

/// Removes what may disappear as soon as what could not be read is corrected; `parts` are what files have that could not be read, `found` is
/// how many of the problems are about that.
pub(super) fn suppress(spec: &Spec, sources: &Sources, files: &[File], parts: &[Span], found: usize, problems: &mut Vec<Diagnostic>) {
    let unread = Unread::new(sources, files, parts);
    let later = problems.split_off(found);
    let reached = unread.reached(spec);
    let unread = unread.without_their_names(&later);
    problems.extend(later.into_iter().filter(|problem| !unread.explains(problem, &reached) && !is_about_a_stub(problem, spec)));
    behind_aliases(problems);
    behind_comments(problems);
}

/// A description that YAML takes for a comment is not also missing.
fn behind_comments(problems: &mut Vec<Diagnostic>) {
    let span = |problem: &Diagnostic| if let Place::Span(span) = problem.at { Some(span) } else { None };
    let comments: Vec<Span> = problems.iter().filter(|problem| problem.code == Code::CutText).filter_map(span).collect();
    // The item is above its description.
    let is_above = |at: Span| comments.iter().any(|comment| comment.file == at.file && at.start < comment.start);
    let nearest =
        |at: Span| comments.iter().filter(|comment| comment.file == at.file && at.start < comment.start).map(|comment| comment.start).min();
    let missing: Vec<Span> =
        problems.iter().filter(|problem| problem.code == Code::MissingDoc).filter_map(span).filter(|at| is_above(*at)).collect();
    problems.retain(|problem| {
        let Some(at) = span(problem).filter(|at| problem.code == Code::MissingDoc && is_above(*at)) else { return true };
        // Of several above one comment it belongs to the last.
        missing.iter().any(|other| other.file == at.file && other.start > at.start && nearest(*other) == nearest(at))
    });
}

/// An alias has no value, which is then missing where it is used.
fn behind_aliases(problems: &mut Vec<Diagnostic>) {
    let span = |problem: &Diagnostic| if let Place::Span(span) = problem.at { Some(span) } else { None };
    let aliases: Vec<_> = problems.iter().filter(|problem| problem.code == Code::Anchor).filter_map(span).collect();
    let is_merge = |problem: &Diagnostic| problem.code == Code::UnknownKey && problem.message.starts_with("`<<` ");
    problems.retain(|problem| {
        problem.code == Code::Anchor
            || !(span(problem).is_some_and(|at| aliases.contains(&at)) || (is_merge(problem) && !aliases.is_empty()))
    });
}

/// What could not be read.
struct Unread<'s> {
    /// Files and parts of files: the path, the file, the text.
    texts: Vec<(&'s str, FileId, &'s str)>,
    /// The places of the parts.
    parts: &'s [Span],
    /// Files whose content is unknown: they do not exist, or lack what they are for.
    lost: Vec<String>,
}

impl<'s> Unread<'s> {
    fn new(sources: &'s Sources, files: &[File], parts: &'s [Span]) -> Self {
        let is_read = |id: FileId| files.iter().any(|file| file.id == id);
        // Without what says where they are from, what facts say is never asked.
        let is_asked = |path: &str| {
            let beside = path.strip_suffix(FACTS).map(|name| format!("{name}.yaml")).unwrap_or_default();
            files.iter().any(|file| file.path == beside) || sources.iter().all(|(_, other)| other.path != beside)
        };
        let whole =
            sources.iter().filter(|(id, source)| if source.path.ends_with(FACTS) { !is_asked(&source.path) } else { !is_read(*id) });
        let mut texts: Vec<_> = whole.map(|(id, source)| (source.path.as_str(), id, source.text.as_str())).collect();
        texts.extend(parts.iter().map(|part| {
            let source = sources.file(part.file);
            (source.path.as_str(), part.file, source.text.get(part.start..part.end).unwrap_or_default())
        }));
        let unopened = sources.unreadable().iter().filter_map(|problem| match &problem.at {
            Place::File(path) if problem.code != Code::StrayFile => Some(path.clone()),
            _ => None,
        });
        // Nor is it known what was in a file that has nothing, or that has another ending than its name.
        let is_nothing = |text: &str| text.lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
        let emptied =
            sources.iter().filter(|(id, source)| !is_read(*id) && is_nothing(&source.text)).map(|(_, source)| source.path.clone());
        let renamed = sources.unreadable().iter().filter_map(|problem| match &problem.at {
            Place::File(path) if problem.code == Code::StrayFile => {
                let stem = path.get(..path.to_lowercase().find(".yaml")?)?;
                files.iter().all(|file| file.path != format!("{stem}.yaml")).then(|| format!("{stem}.yaml"))
            }
            _ => None,
        });
        let hollow = files.iter().filter(|file| is_hollow(file)).map(|file| file.path.clone());
        Self { texts, parts, lost: unopened.chain(hollow).chain(emptied).chain(renamed).collect() }
    }

    /// A catalog, or a file of types, that lacks most of what others look for in it has lost it: what else it had is not known.
    fn without_their_names(mut self, problems: &[Diagnostic]) -> Self {
        let is_whole = |at: usize| at < self.texts.len() - self.parts.len();
        let has_lost = |(at, (path, _, text)): (usize, &(&'s str, FileId, &'s str))| {
            let expected = match path.split_once('/') {
                None => 1,
                Some(("types", _)) => 2,
                Some(_) => return None,
            };
            let looked_for = problems.iter().filter(
                |problem| matches!(holders(problem.code), Holders::Below(paths) if paths.iter().any(|below| path.starts_with(below))),
            );
            let names: BTreeSet<&String> =
                looked_for.flat_map(|problem| &problem.absent).filter(|names| names.len() == 1).flatten().collect();
            let found = names.iter().filter(|name| is_word_in(name, text)).count();
            (is_whole(at) && names.len() - found > found.max(expected)).then(|| (*path).to_owned())
        };
        let lost: Vec<String> = self.texts.iter().enumerate().filter_map(has_lost).collect();
        self.lost.extend(lost);
        self
    }

    /// The types that what could not be read may use, directly or through others.
    fn reached(&self, spec: &Spec) -> BTreeSet<String> {
        let named = spec.types.iter().filter(|decl| self.texts.iter().any(|(_, _, text)| is_word_in(&decl.name, text)));
        let named: Vec<String> = named.map(|decl| decl.name.value.clone()).collect();
        let within = scope::reached_from(spec, named.clone());
        named.into_iter().chain(within).collect()
    }

    /// Whether a problem may only follow from what could not be read.
    fn explains(&self, problem: &Diagnostic, reached: &BTreeSet<String>) -> bool {
        let file = if let Place::Span(span) = &problem.at { Some(span.file) } else { None };
        let stems_from = |path: &str, id: Option<FileId>| match holders(problem.code) {
            Holders::SameFile => id.is_some() && id == file,
            Holders::Below(paths) => path.is_empty() || paths.iter().any(|below| path.starts_with(below)),
        };
        if !problem.absent.is_empty() && self.lost.iter().any(|path| stems_from(path, None)) {
            return true;
        }
        let has = |path: &str, text: &str, names: &[String]| {
            names.iter().all(|name| is_word_in(name, text) || reached.contains(name))
                || (path == "quirks.yaml" && has_quirk_at(text, &names.join(".")))
        };
        let holds = |names: &Vec<String>| self.texts.iter().any(|(path, id, text)| stems_from(path, Some(*id)) && has(path, text, names));
        problem.absent.iter().any(holds) || self.touches(problem)
    }

    /// Whether a place that matters is one that could not be read.
    fn touches(&self, problem: &Diagnostic) -> bool {
        let at = if let Place::Span(span) = problem.at { Some(span) } else { None };
        let within = |span: Span| self.parts.iter().any(|part| part.file == span.file && part.start <= span.start && span.end <= part.end);
        at.into_iter().chain(problem.related.iter().map(|(span, _)| *span)).any(within)
    }
}

/// Whether a text has a name, and not as a part of a longer one.
fn is_word_in(name: &str, text: &str) -> bool {
    let is_part = |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    text.match_indices(name).any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + name.len()..].chars().next()))
}

/// Whether a problem is about a node of which only edges were read.
fn is_about_a_stub(problem: &Diagnostic, spec: &Spec) -> bool {
    let Place::Span(at) = problem.at else { return false };
    problem.code != Code::UnknownNode && spec.nodes.iter().any(|node| node.is_stub && node.name.span == at)
}

/// Whether an unread list of quirks has one about a place.
fn has_quirk_at(text: &str, place: &str) -> bool {
    let patterns = text.lines().filter_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix("at:")).map(str::trim);
    patterns.into_iter().any(|pattern| leads_to(pattern, place))
}

/// Whether a file lacks the mapping that contains its items.
fn is_hollow(file: &File) -> bool {
    let key = match file.kind {
        FileKind::Surface => "crate",
        FileKind::Versions => "versions",
        FileKind::Permissions => "permissions",
        FileKind::Errors => "errors",
        FileKind::Types => "types",
        FileKind::Node | FileKind::Edge => "node",
        FileKind::Webhooks => "events",
        FileKind::Webhook => "field",
        FileKind::Quirks | FileKind::Coverage | FileKind::Evidence => return false,
    };
    // A file of types without any says so.
    let says_none = |tree: &Tree| file.kind == FileKind::Types && matches!(tree.kind, Kind::Map(_));
    file.tree.get(key).is_none_or(|tree| (tree.entries().is_empty() && tree.text().is_none() && !says_none(tree)) || tree.is_null())
}

/// Where the names are that a problem misses.
enum Holders {
    /// In its own file.
    SameFile,
    /// In files whose path begins like this.
    Below(&'static [&'static str]),
}

/// Where what a problem misses would be, by its code.
fn holders(code: Code) -> Holders {
    Holders::Below(match code {
        Code::Undeclared | Code::NoArea => &["surface.yaml", "webhooks.yaml"],
        Code::UnknownVersion | Code::VersionGap => &["versions.yaml"],
        Code::UnknownPermission => &["permissions.yaml"],
        Code::UnknownError => &["errors.yaml"],
        Code::BadError => &["errors.yaml", "nodes"],
        Code::UnusedArea => &["nodes", "webhooks"],
        Code::UnknownNode | Code::UnusedPermission | Code::UnusedHost | Code::BadExpansion | Code::BadSurface => &["nodes"],
        Code::UnknownType | Code::UnusedType | Code::UnknownField | Code::BadResponse | Code::Misplaced => &["types", "nodes", "webhooks"],
        Code::UnknownMember | Code::BadWebhook | Code::BadPayload => &["types", "webhooks"],
        Code::StaleQuirk => &["versions.yaml", "permissions.yaml", "errors.yaml", "types", "nodes"],
        Code::Disagrees | Code::UnneededQuirk | Code::KnownByName => &["quirks.yaml", "evidence", "types", "nodes"],
        Code::Uncovered => &["coverage.yaml", "evidence", "nodes"],
        Code::UnusedReason => &["evidence", "nodes"],
        Code::UnusedHabit => &["quirks.yaml", "versions.yaml", "evidence", "types", "nodes"],
        Code::BadCall => &["quirks.yaml", "types", "nodes"],
        Code::BadNarrowing => &["types"],
        Code::BadFact | Code::NoEvidence => &["evidence"],
        _ => return Holders::SameFile,
    })
}
