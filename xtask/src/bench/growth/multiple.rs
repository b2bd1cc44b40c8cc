//! A spec that holds another one several times, under other names, and is as right.
//!
//! Every node but the root, every type, error, quirk and source of evidence is there once more for each copy. Names become other names wherever
//! they are written, prose and examples included, so that nothing of a copy depends on anything of another; only the operations of the root, what
//! they return, and the errors that operations list are shared.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::model::{Api, Covered};

use crate::Failure;

/// How far the codes of the errors of one copy are from those of the next.
const CODES: u64 = 1_000_000;

/// The file of the node that every operation without a node is on.
const ROOT: &str = "nodes/root.yaml";

/// Writes `times` times the spec of `from` into a folder that is not there yet.
pub(super) fn write(from: &Path, api: &Api, times: usize, to: &Path) -> Result<(), Failure> {
    let errors: BTreeSet<&str> = api.errors.iter().map(|error| error.name.as_str()).collect();
    let mut texts = Vec::new();
    for path in files(from)? {
        texts.push((fs::read_to_string(from.join(&path))?, path));
    }
    let mut names = names(api);
    names.extend(texts.iter().flat_map(|(text, _)| text.lines()).filter_map(stated));
    let is_copied = |path: &Path| ["types", "nodes", "evidence"].iter().any(|folder| path.starts_with(folder)) && path != Path::new(ROOT);
    for (text, path) in &texts {
        let name = path.display().to_string();
        // What only the root refers to would be of no use twice.
        let others = || texts.iter().filter(|(_, other)| is_copied(other) && !other.starts_with("evidence") && other != path);
        let is_used = !path.starts_with("types") || declared(text).any(|ty| others().any(|(other, _)| words(other).any(|word| word == ty)));
        let mut whole = text.clone();
        for copy in 2..=times {
            if is_copied(path) {
                if is_used {
                    save(&to.join(moved(path, copy)), &handled(&renamed(text, &names, copy), copy))?;
                }
            } else if name == "quirks.yaml" {
                whole = with_more(&whole, "quirks:", &renamed(entries(text, "quirks:"), &names, copy));
            } else if name == "coverage.yaml" {
                whole = with_more(&whole, "left_out:", &left_out(api, &names, copy));
            } else if name == "errors.yaml" {
                whole = with_more(&whole, "errors:", &coded(&renamed(entries(text, "errors:"), &errors, copy), copy));
            }
        }
        save(&to.join(path), &whole)?;
    }
    Ok(())
}

/// What a copy of the evidence names and the copy of the spec lacks, as what it is a copy of.
fn left_out(api: &Api, names: &BTreeSet<&str>, copy: usize) -> String {
    let rows = api.coverage.iter().flat_map(|coverage| &coverage.rows).filter(|row| !row.known_from.is_empty());
    let left = rows.filter_map(|row| match &row.here {
        Covered::LeftOut { removed, .. } => Some((renamed(&row.operation, names, copy), &row.operation, removed)),
        Covered::As(_) => None,
    });
    left.filter(|(renamed, operation, _)| renamed != *operation)
        .map(|(renamed, _, removed)| {
            let removed = removed.as_ref().map_or_else(String::new, |since| format!("    removed: {since}\n"));
            format!("  - of: '{renamed}'\n{removed}    why: A copy.\n")
        })
        .collect()
}

/// The names that a copy has of its own: those of nodes, types and requests.
fn names(api: &Api) -> BTreeSet<&str> {
    let nodes = api.nodes.iter().filter(|node| !node.root);
    let requests = nodes.clone().flat_map(graph_codegen::model::Node::sites).map(|site| site.operation.request.as_str());
    let types = api.types.iter().filter(|ty| ty.module.starts_with("types::")).map(|ty| ty.name.as_str());
    let choices = api.operations().flat_map(|operation| &operation.choices).map(|choice| choice.name.as_str());
    nodes.flat_map(|node| [node.name.as_str(), node.rust_name.as_str()]).chain(requests).chain(types).chain(choices).collect()
}

/// The name that a line gives to filters or to an order.
fn stated(line: &str) -> Option<&str> {
    ["filter_name: ", "sort_name: "].iter().find_map(|key| line.trim().strip_prefix(key))
}

/// The files of a spec, without its schemas, relative to its folder.
fn files(from: &Path) -> Result<Vec<PathBuf>, Failure> {
    let (mut found, mut folders) = (Vec::new(), vec![from.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            match path.strip_prefix(from) {
                Ok(below) if below.starts_with("schema") => {}
                Ok(_) if path.is_dir() => folders.push(path),
                Ok(below) => found.push(below.to_owned()),
                Err(_) => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

fn save(file: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(file, text)?)
}

/// `nodes/account/users.yaml` of the second copy is `nodes/account_copy2/users.yaml`, and `types/media.yaml` is `types/media_copy2.yaml`.
fn moved(path: &Path, copy: usize) -> PathBuf {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let part = |(index, part): (usize, &String)| match (index, part.split_once('.')) {
        (1, Some((name, extension))) => format!("{name}_copy{copy}.{extension}"),
        (1, None) => format!("{part}_copy{copy}"),
        _ => part.clone(),
    };
    parts.iter().enumerate().map(part).collect()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c))
}

/// The types that a file of types declares: what is below its only key.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(':').map(|(name, _)| name)).filter(|name| name.chars().all(is_word))
}

/// A text in which every word that is one of the names is the copy's.
fn renamed(text: &str, names: &BTreeSet<&str>, copy: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let end = rest[start..].find(|c| !is_word(c)).map_or(rest.len(), |end| start + end);
        out.push_str(&rest[..end]);
        if names.contains(&rest[start..end]) {
            out.push_str(&format!("Copy{copy}"));
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The file of a node with a handle of its own.
fn handled(text: &str, copy: usize) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let handle = line.strip_prefix("handle: ").map(str::trim_end);
            handle.map_or_else(|| line.to_owned(), |handle| format!("handle: {handle}_copy{copy}\n"))
        })
        .collect()
}

/// Errors with codes of their own.
fn coded(text: &str, copy: usize) -> String {
    let further = u64::try_from(copy).unwrap_or_default() * CODES;
    text.split_inclusive('\n')
        .map(|line| {
            let Some((indent, codes)) = line.split_once("code: ").filter(|(indent, _)| indent.trim().is_empty()) else {
                return line.to_owned();
            };
            let codes: Option<Vec<String>> =
                codes.trim_end().split('-').map(|code| code.parse::<u64>().ok().map(|code| (code + further).to_string())).collect();
            codes.map_or_else(|| line.to_owned(), |codes| format!("{indent}code: {}\n", codes.join("-")))
        })
        .collect()
}

/// What is below a key at the beginning of a line.
fn entries<'t>(text: &'t str, key: &str) -> &'t str {
    let below = text.split_once(&format!("\n{key}\n")).map_or("", |(_, below)| below);
    let lines = below.split_inclusive('\n').take_while(|line| !line.starts_with(|c: char| c.is_ascii_lowercase()));
    &below[..lines.map(str::len).sum()]
}

/// A file with more entries below a key, before those that it has.
fn with_more(text: &str, key: &str, more: &str) -> String {
    let head = format!("\n{key}\n");
    text.replacen(&head, &format!("{head}{more}\n"), 1)
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use graph_codegen::{check, parse::Sources};

    use super::write;
    use crate::workspace::root;

    #[test]
    fn twice_the_spec_is_as_right_as_the_spec() {
        let folder = tempfile::tempdir().expect("a folder");
        let spec = root().join("spec");
        let api = graph_codegen::load(&spec).expect("a spec without errors");
        let many = folder.path().join("spec");
        assert!(write(&spec, &api, 2, &many).is_ok());
        let (twice, problems) = check::check(&Sources::read(&many));
        let problems: Vec<String> = problems.iter().map(|problem| format!("{:?} {}", problem.at, problem.message)).collect();
        assert!(problems.is_empty(), "{} problems, the first of them: {:#?}", problems.len(), &problems[..problems.len().min(20)]);
        let of_root = api.nodes.iter().filter(|node| node.root).flat_map(graph_codegen::model::Node::sites).count();
        assert_eq!(twice.operations().count(), 2 * api.operations().count() - of_root);
        assert_eq!(twice.nodes.len(), 2 * api.nodes.len() - 1);
    }
}
