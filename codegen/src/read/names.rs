//! The names of files and folders, which say again what is in them: the node, the edge, the field of webhooks.
//!
//! Where the two differ one of them is a slip. It is reported, and the file is read under the name that the spec uses more often, so that nothing follows from it.

use super::{File, FileKind};
use crate::{
    diagnostic::{Code, Diagnostic, nearest},
    parse::{Kind, Sources, Tree},
};

/// Looks at every file of a node, an edge and a field.
pub(super) fn check(files: &mut [File], sources: &Sources, problems: &mut Vec<Diagnostic>) {
    let paths = files.iter().map(|file| file.path.clone()).collect();
    let names = Names { sources, paths };
    names.nodes(files, problems);
    for file in files.iter_mut() {
        match file.kind {
            FileKind::Edge => names.content(file, "edge", "the edge", problems),
            FileKind::Webhook => names.content(file, "field", "the field", problems),
            _ => {}
        }
    }
}

/// Whether a file of an edge or a field has its name; others have none to compare.
pub(super) fn is_called_after_its_content(file: &File) -> bool {
    let name = ["edge", "field"].iter().find_map(|key| file.tree.get(key).and_then(Tree::text));
    name.is_none_or(|name| plain(name) == plain(parts(&file.path).1))
}

struct Names<'s> {
    sources: &'s Sources,
    /// Every file.
    paths: Vec<String>,
}

/// Folder and name of a file, without its ending.
fn parts(path: &str) -> (&str, &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder.rsplit('/').next().unwrap_or_default(), name.trim_end_matches(".yaml").trim_end_matches(".yml"))
}

/// A name as a file can have it: a `/` in it is written `_` or `-`.
fn plain(name: &str) -> String {
    name.chars().map(|character| if character.is_alphanumeric() { character } else { '_' }).collect()
}

fn rename(tree: &mut Tree, key: &str, name: &str) {
    for entry in tree.entries_mut().iter_mut().filter(|entry| entry.key == key) {
        if let Kind::Scalar { text, .. } = &mut entry.value.kind {
            name.clone_into(text);
        }
    }
}

impl Names<'_> {
    /// How often a name is written in the whole spec.
    fn count(&self, name: &str) -> usize {
        let is_part = |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
        let times = |text: &str| {
            let whole = |at: usize| !is_part(text[..at].chars().next_back()) && !is_part(text[at + name.len()..].chars().next());
            text.match_indices(name).filter(|(at, _)| whole(*at)).count()
        };
        if name.is_empty() { 0 } else { self.sources.iter().map(|(_, source)| times(&source.text)).sum() }
    }

    /// Whether the edges in a folder belong to the node whose file has the folder's name.
    fn nodes(&self, files: &mut [File], problems: &mut Vec<Diagnostic>) {
        let said = |file: &File| file.tree.get("node").and_then(Tree::text).unwrap_or_default().to_owned();
        let homes: Vec<(usize, String, String)> = files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.kind == FileKind::Node && file.path.starts_with("nodes/"))
            .map(|(index, file)| (index, parts(&file.path).1.to_owned(), said(file)))
            .filter(|(_, _, node)| !node.is_empty())
            .collect();
        for index in 0..files.len() {
            let file = &files[index];
            if file.kind != FileKind::Edge || file.path.split('/').count() != 3 {
                continue;
            }
            let (folder, name) = parts(&file.path);
            let (node, Some(at)) = (said(file), file.tree.get("node").map(|node| node.span)) else { continue };
            let home = homes.iter().find(|(_, stem, _)| stem == folder);
            let own = homes.iter().find(|(_, _, other)| *other == node);
            match (home, own) {
                (Some((_, _, owner)), _) if *owner == node => {}
                (_, Some((_, stem, _))) => {
                    let is_of = home.map_or_else(|| String::from("no node"), |(_, _, owner)| owner.clone());
                    let problem = Diagnostic::new(
                        Code::StrayFile,
                        at,
                        format!("this file describes an edge of {node}, and is in the folder of {is_of}, nodes/{folder}/"),
                    )
                    .label("another node than that of the folder");
                    let problem = problem.help(format!("move the file to nodes/{stem}/{name}.yaml"));
                    problems.push(match home {
                        Some((_, _, owner)) => problem.help(format!("or write `node: {owner}`, if it is an edge of that")),
                        None => problem,
                    });
                }
                (Some((home, _, owner)), None) => {
                    if nearest(&node, [owner.as_str()]).is_none() {
                        continue;
                    }
                    if self.count(&node) > self.count(owner) {
                        let (home, owner) = (*home, owner.clone());
                        Self::node(&mut files[home], &owner, &node, problems);
                    } else {
                        problems.push(
                            Diagnostic::new(Code::UnknownNode, at, format!("there is no node `{node}`; the folder is that of {owner}"))
                                .label("no file in nodes/ has this `node:`")
                                .help(format!("did you mean `{owner}`?")),
                        );
                        let owner = owner.clone();
                        rename(&mut files[index].tree, "node", &owner);
                    }
                }
                (None, None) => {}
            }
        }
    }

    /// A node that its edges call otherwise.
    fn node(file: &mut File, said: &str, used: &str, problems: &mut Vec<Diagnostic>) {
        let Some(value) = file.tree.get("node").filter(|value| value.text() == Some(said)) else { return };
        problems.push(
            Diagnostic::new(Code::Misnamed, value.span, format!("the edges of `{said}` call it `{used}`"))
                .label("this file alone calls it so")
                .help(format!("did you mean `{used}`?"))
                .help("correct the node, or `node:` of the files of its edges"),
        );
        rename(&mut file.tree, "node", used);
    }

    /// Whether a file is called after what is in it.
    fn content(&self, file: &mut File, key: &str, what: &str, problems: &mut Vec<Diagnostic>) {
        let (_, stem) = parts(&file.path);
        let Some((name, at)) = file.tree.get(key).and_then(|value| Some((value.text()?.to_owned(), value.span))) else { return };
        if name.is_empty() || plain(&name) == plain(stem) {
            return;
        }
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let called = name.replace('/', "_");
        let text = &self.sources.file(file.id).text;
        // Its requests have the name in their path.
        let is_sent = key == "edge" && text.contains(&format!("/{stem}")) && !text.contains(&format!("/{name}"));
        let near = is_sent || nearest(&plain(&name), [plain(stem).as_str()]).is_some();
        // Another file is called so: this one was made after it, and kept its name.
        let home = |path: &&String| path.rsplit_once('/').is_some_and(|(other, _)| other == folder) && plain(parts(path).1) == plain(&name);
        let is_taken = self.paths.iter().any(|path| home(&path));
        // In the name of a file a `/` looks like a `_`.
        let meant =
            (is_taken || (near && !name.contains('/') && (is_sent || self.count(stem) > self.count(&name)))).then(|| stem.to_owned());
        let problem = Diagnostic::new(Code::StrayFile, at, format!("{what} `{name}` is in a file that is called {stem}.yaml"))
            .label("not what the file is called after");
        problems.push(match &meant {
            Some(meant) => {
                problem.help(format!("did you mean `{meant}`?")).help(format!("if not, rename the file to {folder}/{called}.yaml"))
            }
            None => problem.help(format!("rename the file to {folder}/{called}.yaml, or correct `{key}`")),
        });
        if let Some(meant) = meant {
            rename(&mut file.tree, key, &meant);
        }
    }
}
