//! The files of a spec by their content, each parsed.

use crate::{
    diagnostic::{Code, Diagnostic},
    language::grammar::{self, Object},
    parallel,
    parse::{self, FACTS, FileId, Source, Sources, Span, Tree},
};

/// The content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Surface,
    Versions,
    Permissions,
    Errors,
    Quirks,
    Evidence,
    Types,
    Node,
    Edge,
}

impl FileKind {
    /// By the path below the spec's folder.
    fn of(path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.split('/').collect();
        match segments.as_slice() {
            ["surface.yaml"] => Some(Self::Surface),
            ["versions.yaml"] => Some(Self::Versions),
            ["permissions.yaml"] => Some(Self::Permissions),
            ["errors.yaml"] => Some(Self::Errors),
            ["quirks.yaml"] => Some(Self::Quirks),
            ["evidence", _] => Some(Self::Evidence),
            ["types", _] => Some(Self::Types),
            ["nodes", _] => Some(Self::Node),
            ["nodes", _, _] => Some(Self::Edge),
            _ => None,
        }
    }

    /// The language of the file.
    pub(crate) fn grammar(self) -> &'static Object {
        match self {
            Self::Surface => &grammar::SURFACE,
            Self::Versions => &grammar::VERSIONS,
            Self::Permissions => &grammar::PERMISSIONS,
            Self::Errors => &grammar::ERRORS,
            Self::Quirks => &grammar::QUIRKS,
            Self::Evidence => &grammar::EVIDENCE,
            Self::Types => &grammar::TYPES,
            Self::Node => &grammar::NODE,
            Self::Edge => &grammar::EDGE_FILE,
        }
    }

    /// The schema that the first line names, relative to the file.
    fn schema(self) -> &'static str {
        match self {
            Self::Surface => "schema/surface.json",
            Self::Versions => "schema/versions.json",
            Self::Permissions => "schema/permissions.json",
            Self::Errors => "schema/errors.json",
            Self::Quirks => "schema/quirks.json",
            Self::Evidence => "../schema/evidence.json",
            Self::Types => "../schema/types.json",
            Self::Node => "../schema/node.json",
            Self::Edge => "../../schema/edge.json",
        }
    }
}

/// A parsed file.
pub(crate) struct File {
    pub(crate) id: FileId,
    /// Below the spec's folder.
    pub(crate) path: String,
    pub(crate) kind: FileKind,
    pub(crate) tree: Tree,
}

/// Parses every file; one that is not YAML is reported and omitted.
pub(crate) fn parse(sources: &Sources, problems: &mut Vec<Diagnostic>) -> Vec<File> {
    // Facts are in lines, and read by the check that needs them.
    let yaml = sources.iter().filter(|(_, source)| !source.path.ends_with(FACTS)).collect();
    let parsed = parallel::map(yaml, |(id, source)| {
        let mut problems = Vec::new();
        (file(id, source, &mut problems), problems)
    });
    let (files, found): (Vec<_>, Vec<_>) = parsed.into_iter().unzip();
    problems.extend(found.into_iter().flatten());
    files.into_iter().flatten().collect()
}

fn file(id: FileId, source: &Source, problems: &mut Vec<Diagnostic>) -> Option<File> {
    let Some(kind) = FileKind::of(&source.path) else {
        problems.push(
            Diagnostic::of_file(Code::StrayFile, source.path.clone(), "this is not a file of the spec, and would not be read").help(
                "the files are surface.yaml, versions.yaml, permissions.yaml, errors.yaml, quirks.yaml, evidence/*.yaml, evidence/*.facts, types/*.yaml, nodes/*.yaml and nodes/*/*.yaml",
            ),
        );
        return None;
    };
    schema_line(id, source, kind, problems);
    let tree = parse::tree(id, source, problems)?;
    Some(File { id, path: source.path.clone(), kind, tree })
}

fn schema_line(file: FileId, source: &Source, kind: FileKind, problems: &mut Vec<Diagnostic>) {
    let wanted = format!("# yaml-language-server: $schema={}", kind.schema());
    let first = source.text.lines().next().unwrap_or_default();
    if first.trim_start_matches('\u{feff}').trim_end() == wanted {
        return;
    }
    let label = if first.contains("yaml-language-server") { "this names another schema" } else { "the comment belongs above this line" };
    problems.push(
        Diagnostic::new(
            Code::SchemaLine,
            Span { file, start: 0, end: first.len() },
            "the first line must name the file's schema, for editors",
        )
        .label(label)
        .help(format!("write `{wanted}`")),
    );
}
