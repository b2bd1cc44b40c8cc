//! The files of a spec by their content, each parsed.

use super::names;
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
    Coverage,
    Evidence,
    Types,
    Node,
    Edge,
    Webhooks,
    Webhook,
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
            ["coverage.yaml"] => Some(Self::Coverage),
            ["evidence", _] => Some(Self::Evidence),
            ["types", _] => Some(Self::Types),
            ["nodes", _] => Some(Self::Node),
            ["nodes", _, _] => Some(Self::Edge),
            ["webhooks.yaml"] => Some(Self::Webhooks),
            ["webhooks", _] => Some(Self::Webhook),
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
            Self::Coverage => &grammar::COVERAGE,
            Self::Evidence => &grammar::EVIDENCE,
            Self::Types => &grammar::TYPES,
            Self::Node => &grammar::NODE,
            Self::Edge => &grammar::EDGE_FILE,
            Self::Webhooks => &grammar::WEBHOOKS,
            Self::Webhook => &grammar::WEBHOOK,
        }
    }

    /// Whether its files are in types/, nodes/ or webhooks/, where the folder says what a file is.
    fn is_in_folder(self) -> bool {
        matches!(self, Self::Types | Self::Node | Self::Edge | Self::Webhook)
    }

    /// The schema that the first line names, relative to the file.
    fn schema(self) -> &'static str {
        match self {
            Self::Surface => "schema/surface.json",
            Self::Versions => "schema/versions.json",
            Self::Permissions => "schema/permissions.json",
            Self::Errors => "schema/errors.json",
            Self::Quirks => "schema/quirks.json",
            Self::Coverage => "schema/coverage.json",
            Self::Evidence => "../schema/evidence.json",
            Self::Types => "../schema/types.json",
            Self::Node => "../schema/node.json",
            Self::Edge => "../../schema/edge.json",
            Self::Webhooks => "schema/webhooks.json",
            Self::Webhook => "../schema/webhook.json",
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
    let mut files: Vec<File> = files.into_iter().flatten().collect();
    copies(&mut files, sources, problems);
    misplaced(&mut files, problems);
    names::check(&mut files, sources, problems);
    files
}

/// Reports files that say what another says word for word, and omits them: all that they declare would be declared twice.
fn copies(files: &mut Vec<File>, sources: &Sources, problems: &mut Vec<Diagnostic>) {
    let text = |file: &File| sources.file(file.id).text.trim();
    let is_of = |copy: &File, file: &File| {
        // The copy is the one that is not called after what is in it, or has the longer name: "register copy.yaml".
        let rank = |file: &File| (!names::is_called_after_its_content(file), file.path.len(), file.path.clone());
        let later = rank(copy) > rank(file);
        later && copy.kind == file.kind && text(copy) == text(file) && copy.tree.entries().len() > 1
    };
    let found: Vec<(String, String)> =
        files.iter().filter_map(|copy| Some((copy.path.clone(), files.iter().find(|file| is_of(copy, file))?.path.clone()))).collect();
    for (copy, of) in found {
        files.retain(|file| file.path != copy);
        problems.push(
            Diagnostic::of_file(Code::StrayFile, copy, format!("this file is a copy of {of}, word for word"))
                .help("delete it, or change what is in it: everything in it is declared already"),
        );
    }
}

/// Reports files that are where others belong, and reads them as what they are: nothing else is wrong with them.
fn misplaced(files: &mut [File], problems: &mut Vec<Diagnostic>) {
    let of_node = |file: &&File| FileKind::of(&file.path) == Some(FileKind::Node) && content(&file.tree) == Some(FileKind::Node);
    let folder = |file: &File| Some((file.tree.get("node")?.text()?.to_owned(), file.path.strip_suffix(".yaml")?.to_owned()));
    let folders: Vec<(String, String)> = files.iter().filter(of_node).filter_map(folder).collect();
    for file in files {
        let found_as = FileKind::of(&file.path);
        let Some(kind) = content(&file.tree).filter(|kind| found_as != Some(*kind) && found_as.is_none_or(FileKind::is_in_folder)) else {
            continue;
        };
        let name = file.path.rsplit('/').next().unwrap_or_default().replace(".yml", ".yaml");
        let node = file.tree.get("node").and_then(Tree::text).unwrap_or_default();
        let (what, home) = match kind {
            FileKind::Edge => {
                let folder = folders.iter().find(|(other, _)| other == node).map(|(_, folder)| folder.as_str());
                (format!("an edge of {node}"), format!("{}/{name}", folder.unwrap_or("nodes/<node>")))
            }
            FileKind::Node => (format!("the node {node}"), format!("nodes/{name}")),
            FileKind::Webhook => (String::from("a field of webhooks"), format!("webhooks/{name}")),
            _ => (String::from("types"), format!("types/{name}")),
        };
        let belong = match found_as {
            Some(FileKind::Node) => "files of whole nodes belong",
            Some(FileKind::Edge) => "the edges of a node belong",
            Some(FileKind::Webhook) => "fields of webhooks belong",
            Some(_) => "files of types belong",
            None => "no file of the spec belongs",
        };
        problems.push(
            Diagnostic::of_file(Code::StrayFile, file.path.clone(), format!("this file describes {what}, and is where {belong}"))
                .help(format!("move it to {home}")),
        );
        file.kind = kind;
    }
}

/// What a file is by its keys, if they say that it belongs in types/, nodes/ or webhooks/.
fn content(tree: &Tree) -> Option<FileKind> {
    let has = |key: &str| tree.get(key).is_some();
    match (has("node"), has("edge"), has("types")) {
        _ if has("field") && has("entry_id") => Some(FileKind::Webhook),
        (true, true, false) => Some(FileKind::Edge),
        (true, false, false) if has("short") || has("fields") || has("edges") || has("root") => Some(FileKind::Node),
        (false, false, true) => Some(FileKind::Types),
        _ => None,
    }
}

fn file(id: FileId, source: &Source, problems: &mut Vec<Diagnostic>) -> Option<File> {
    let Some(kind) = FileKind::of(&source.path) else { return stray(id, source, problems) };
    if let Some(name) = source.path.strip_suffix(".yml") {
        problems.push(
            Diagnostic::of_file(Code::StrayFile, source.path.clone(), "a file of the spec ends in `.yaml`, and this in `.yml`")
                .help(format!("rename it to {name}.yaml")),
        );
    }
    let Some(tree) = parse::tree(id, source, problems) else {
        // Without ends of lines the first one is the whole file.
        if !source.text.lines().next().unwrap_or_default().contains('\r') {
            schema_line(id, source, kind, problems);
        }
        return None;
    };
    let file = File { id, path: source.path.clone(), kind, tree };
    // What is elsewhere than it belongs names the schema of what it is.
    schema_line(id, source, content(&file.tree).filter(|_| kind.is_in_folder()).unwrap_or(kind), problems);
    Some(file)
}

/// A file beside the catalogs: read as what its keys say that it is, and reported.
fn stray(id: FileId, source: &Source, problems: &mut Vec<Diagnostic>) -> Option<File> {
    let tree = parse::tree(id, source, &mut Vec::new());
    if let Some((tree, kind)) = tree.and_then(|tree| content(&tree).map(|kind| (tree, kind))) {
        return Some(File { id, path: source.path.clone(), kind, tree });
    }
    problems.push(
        Diagnostic::of_file(Code::StrayFile, source.path.clone(), "this is not a file of the spec, and would not be read").help(
            "the files are surface.yaml, versions.yaml, permissions.yaml, errors.yaml, quirks.yaml, coverage.yaml, evidence/*.yaml, evidence/*.facts, types/*.yaml, nodes/*.yaml, nodes/*/*.yaml, webhooks.yaml and webhooks/*.yaml",
        ),
    );
    None
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
