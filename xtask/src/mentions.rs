//! Where people wrote the name of a version: sentences, tests and examples.

use std::{
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::model::Version;

use crate::{
    window_text,
    wrap::{WIDTH, wrap},
};

/// Folders whose Rust is tests and examples.
const PROGRAMS: [&str; 5] = ["tests", "xtask/tests", "codegen/tests", "generated/examples", "tools"];

/// What is left out: built, emitted, or about what was.
const LEFT_OUT: [&str; 9] = [
    "target",
    "spec/evidence",
    "spec/schema",
    "docs/decisions",
    "docs/public-api",
    "docs/benchmarks.md",
    "codegen/tests/fixtures",
    "xtask/tests/versions/snapshots",
    "generated/src",
];

/// Keys whose value is a version: they are facts, and no sentences.
const KEYS: [&str; 9] = ["since", "until", "at", "back", "removed", "deprecated", "versions", "described_from", "on"];

/// The places that name a version.
pub(crate) struct Mentions {
    /// Each line of prose, with its file and number.
    prose: Vec<(String, usize, String)>,
    /// Each file of tests or examples, with the numbers of the lines.
    programs: Vec<(String, Vec<usize>)>,
}

impl Mentions {
    /// Looks through the workspace.
    pub(crate) fn of(root: &Path, version: Version) -> Self {
        let mut files = Vec::new();
        walk(root, Path::new(""), &mut files);
        files.sort();
        let mut found = Self { prose: Vec::new(), programs: Vec::new() };
        for file in files {
            let Ok(text) = fs::read_to_string(root.join(&file)) else { continue };
            if text.lines().take(2).any(|line| line.contains("enerated by `cargo xtask gen`")) {
                continue;
            }
            let shown = file.display().to_string().replace('\\', "/");
            let lines = || text.lines().enumerate().map(|(index, line)| (index + 1, line));
            if is_of(&file, "rs") {
                let numbers: Vec<usize> = lines().filter(|(_, line)| is_in_rust(line, version)).map(|(number, _)| number).collect();
                if !numbers.is_empty() {
                    found.programs.push((shown, numbers));
                }
            } else {
                // What `gen` writes needs no reader.
                let is_written = |line: &str| line.contains(window_text::BEGIN);
                let is_said = |line: &str| is_in_prose(line, version) || is_of(&file, "md") && is_in_code(line, version);
                found.prose.extend(
                    lines()
                        .filter(|(_, line)| is_said(line) && !is_written(line))
                        .map(|(number, line)| (shown.clone(), number, line.trim().to_owned())),
                );
            }
        }
        found
    }

    /// Both lists, each after a sentence that says what to do with it; nothing where nothing names the version.
    pub(crate) fn text(&self, prose: &str, programs: &str) -> String {
        let mut text = String::new();
        if !self.prose.is_empty() {
            text.push_str(&format!("\n{}", wrap(prose, "", "")));
            for (file, number, line) in &self.prose {
                text.push_str(&shortened(&format!("  {file}:{number}: {line}")));
            }
        }
        if !self.programs.is_empty() {
            text.push_str(&format!("\n{}", wrap(programs, "", "")));
            for (file, numbers) in &self.programs {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                text.push_str(&wrap(&format!("{file}: {}", numbers.join(", ")), "  ", "      "));
            }
        }
        text
    }
}

/// A line that fits the terminal.
fn shortened(line: &str) -> String {
    if line.chars().count() <= WIDTH {
        return format!("{line}\n");
    }
    let kept: String = line.chars().take(WIDTH - 3).collect();
    format!("{}...\n", kept.trim_end())
}

fn walk(root: &Path, below: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(root.join(below)) else { return };
    for entry in entries.flatten() {
        let path = below.join(entry.file_name());
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden || LEFT_OUT.iter().any(|left_out| path == Path::new(left_out)) || path.ends_with("target") {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(root, &path, files);
        } else if is_looked_at(&path) {
            files.push(path);
        }
    }
}

fn is_of(path: &Path, kind: &str) -> bool {
    path.extension().is_some_and(|extension| extension == kind)
}

fn is_looked_at(path: &Path) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("md") => true,
        Some("yaml") => path.starts_with("spec"),
        Some("rs") => PROGRAMS.iter().any(|folder| path.starts_with(folder)),
        _ => false,
    }
}

/// `ApiVersion::V23_0`, `ApiVersion::new(23, 0)`, `"v23.0"`.
fn is_in_rust(line: &str, version: Version) -> bool {
    is_in_code(line, version) || places(line, &version.to_string()).next().is_some()
}

/// As Rust alone names it.
fn is_in_code(line: &str, version: Version) -> bool {
    let Version(major, minor) = version;
    [format!("V{major}_{minor}"), format!("({major}, {minor})")].iter().any(|form| places(line, form).next().is_some())
}

/// In a sentence: not in an address, and not as the value of a key that takes versions.
fn is_in_prose(line: &str, version: Version) -> bool {
    let name = version.to_string();
    places(line, &name).any(|at| {
        let before = &line[..at];
        let word = before.rsplit([' ', '<', '(', '[']).next().unwrap_or_default();
        let keyed = |key: &str| before.ends_with(&format!("{key}: "));
        // A line of versions.yaml.
        let is_entry = before.trim().is_empty() && line[at + name.len()..].starts_with(": {");
        !word.contains("://") && !is_entry && !KEYS.iter().any(|key| keyed(key)) && !is_listed(before)
    })
}

/// Whether what follows is in a list below `versions`.
fn is_listed(before: &str) -> bool {
    before.rsplit_once("versions: [").is_some_and(|(_, list)| !list.contains(']'))
}

/// Where a name is alone: neither `v23.01` nor `v123.0`.
fn places<'t>(line: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    line.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = line[..*at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        let joins = |character: char| character.is_alphanumeric() || character == '_';
        !before.is_some_and(|character| joins(character) && name.starts_with(['v', 'V'])) && !after.is_some_and(char::is_numeric)
    })
}

#[cfg(test)]
mod tests {
    use graph_codegen::model::Version;

    use super::{is_in_prose, is_in_rust};

    #[test]
    fn sentences_name_versions_and_facts_do_not() {
        let said = |line| is_in_prose(line, Version(23, 0));
        for line in ["why: Listed from v23.0 on.", "Graph v19.0 to v23.0.", "`v23.0`", "doc: Since `v23.0`: all.", "[v23.0]"] {
            assert!(said(line), "{line}");
        }
        for line in [
            "since: v23.0",
            "removed: {at: v23.0, instead: none}",
            "versions: [v22.0, v23.0]",
            "  v23.0: {released: 2025-05-29}",
            "page: https://example.com/api_v23.0.yaml",
            "page: https://example.com/v23.0/",
            "v23.01 and v123.0",
        ] {
            assert!(!said(line), "{line}");
        }
    }

    #[test]
    fn programs_have_a_constant_or_numbers() {
        let said = |line| is_in_rust(line, Version(23, 0));
        assert!(["ApiVersion::V23_0)", "ApiVersion::new(23, 0)", "\"v23.0\"", "Version(23, 0)"].into_iter().all(said));
        assert!(!["V23_01", "MyV23_0", "new(123, 0)", "v23.0x"].into_iter().any(|line| line != "v23.0x" && said(line)));
    }
}
