//! `versions.yaml` as text: lines move, and everything else stays as its author wrote it.

use std::{
    io::IsTerminal as _,
    ops::Range,
    path::{Path, PathBuf},
};

use graph_codegen::{
    Report,
    ast::{Spec, VersionDecl},
    check,
    diagnostic::{Code, Diagnostic, Place},
    model::Version,
    parse::Sources,
    write::{self, Output},
};

use crate::{Failure, Outcome, workspace::spec_dir};

/// The name of the file, in the spec's folder.
pub(crate) const NAME: &str = "versions.yaml";

/// The file, and where each version is in it.
pub(crate) struct VersionsFile {
    dir: PathBuf,
    /// As it is shown to users.
    pub(crate) shown: String,
    lines: Vec<String>,
    /// Versions in the order of the file.
    pub(crate) entries: Vec<Entry>,
    /// Meta's page.
    pub(crate) page: String,
}

/// A version of the file.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Which.
    pub(crate) version: Version,
    /// ISO date.
    pub(crate) released: String,
    /// ISO date.
    pub(crate) expires: Option<String>,
    /// No longer served.
    pub(crate) retired: bool,
    lines: Range<usize>,
}

impl VersionsFile {
    /// Reads the file of a spec whose other files may have problems.
    pub(crate) fn read(spec: &Path) -> Result<Self, Failure> {
        let dir = spec_dir(spec);
        let sources = Sources::read(&dir);
        let (read, problems) = check::check(&sources);
        // That a version has no evidence yet says nothing against its line, and one that is missing can be added.
        let can_wait = |problem: &Diagnostic| matches!(problem.code, Code::NoEvidence | Code::VersionGap);
        let hinders = |problem: &Diagnostic| problem.is_error() && !can_wait(problem) && file_of(&sources, problem) == NAME;
        let problems: Vec<Diagnostic> = problems.into_iter().filter(hinders).collect();
        let Some((_, source)) = sources.iter().find(|(_, source)| source.path == NAME).filter(|_| problems.is_empty()) else {
            return Err(Failure(Report::new(sources, problems).render(&spec.display().to_string(), std::io::stderr().is_terminal())));
        };
        let lines: Vec<String> = source.text.split_inclusive('\n').map(String::from).collect();
        let entries = entries(&read, &lines, |offset| source.position(offset).0 - 1);
        let shown = format!("{}/{NAME}", spec.display());
        let page = read.versions_page.as_ref().map(|page| page.value.clone()).unwrap_or_default();
        let file = Self { dir, shown, lines, entries, page };
        file.has_a_line_for_each()?;
        Ok(file)
    }

    /// Moving lines needs lines.
    fn has_a_line_for_each(&self) -> Outcome {
        let misfit = self.entries.iter().find(|entry| !self.lines[entry.lines.start].trim_start().starts_with(&entry.version.to_string()));
        match misfit {
            None => Ok(()),
            Some(entry) => Err(Failure(format!(
                "{}:{}: {} does not start its line; give every version its own line, and run this again",
                self.shown,
                entry.lines.start + 1,
                entry.version
            ))),
        }
    }

    /// The versions of the window, oldest first.
    pub(crate) fn window(&self) -> Vec<&Entry> {
        let mut window: Vec<&Entry> = self.entries.iter().filter(|entry| !entry.retired).collect();
        window.sort_by_key(|entry| entry.version);
        window
    }

    /// `v19.0, v20.0`.
    pub(crate) fn window_text(&self) -> String {
        self.window().iter().map(|entry| entry.version.to_string()).collect::<Vec<_>>().join(", ")
    }

    /// The version, in the window or retired.
    pub(crate) fn find(&self, version: Version) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.version == version)
    }

    /// Adds a line for a version of the window, in the order of the others; returns the number of the line.
    pub(crate) fn add(&mut self, version: Version, value: &str) -> usize {
        let window: Vec<&Entry> = self.entries.iter().filter(|entry| !entry.retired).collect();
        let at = place(&window, version).unwrap_or(self.lines.len());
        let indent = window.first().map_or_else(|| "  ".into(), |entry| self.indent(entry));
        self.insert(at, vec![format!("{indent}{version}: {value}{}", self.newline())]);
        at + 1
    }

    /// Moves the lines of a version from the window to the retired ones.
    pub(crate) fn retire(&mut self, version: Version) {
        let Some(entry) = self.find(version).cloned() else { return };
        let retired: Vec<&Entry> = self.entries.iter().filter(|entry| entry.retired).collect();
        let target = place(&retired, version).unwrap_or_else(|| self.section());
        let moved: Vec<String> = self.lines[entry.lines.clone()].to_vec();
        let below = target > entry.lines.start;
        self.insert(target, moved);
        let shift = if below { 0 } else { entry.lines.len() };
        self.lines.drain(entry.lines.start + shift..entry.lines.end + shift);
    }

    /// Says from which version on the spec describes versions, if it does not say so yet.
    pub(crate) fn describe_from(&mut self, version: Version) {
        if self.lines.iter().any(|line| line.starts_with("described_from:")) {
            return;
        }
        let at = self.lines.iter().position(|line| line.starts_with("versions:")).unwrap_or(self.lines.len());
        self.insert(at, vec![format!("described_from: {version}")]);
    }

    /// The line after `retired:`, which is written if it is missing or empty.
    fn section(&mut self) -> usize {
        let newline = self.newline();
        let heading = format!("retired:{newline}");
        if let Some(at) = self.lines.iter().position(|line| line.starts_with("retired:")) {
            self.lines[at] = heading;
            return at + 1;
        }
        let end = self.lines.len();
        self.insert(end, vec![heading]);
        self.lines.len()
    }

    fn insert(&mut self, at: usize, new: Vec<String>) {
        let newline = self.newline();
        // The last line of a file may lack its end.
        if let Some(before) = at.checked_sub(1).and_then(|before| self.lines.get_mut(before)).filter(|line| !line.ends_with('\n')) {
            before.push_str(newline);
        }
        let new = new.into_iter().map(|line| if line.ends_with('\n') { line } else { format!("{line}{newline}") });
        self.lines.splice(at..at, new);
    }

    fn indent(&self, entry: &Entry) -> String {
        self.lines[entry.lines.start].chars().take_while(|character| character.is_whitespace()).collect()
    }

    fn newline(&self) -> &'static str {
        if self.lines.iter().any(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> String {
        self.lines.concat()
    }

    /// Puts the file on disk in one step.
    pub(crate) fn write(&self) -> Outcome {
        write::write(&self.dir, &[Output { path: NAME.into(), text: self.text() }])?;
        Ok(())
    }
}

fn file_of<'a>(sources: &'a Sources, problem: &'a Diagnostic) -> &'a str {
    match &problem.at {
        Place::File(path) => path,
        Place::Span(span) => &sources.file(span.file).path,
    }
}

fn entries(spec: &Spec, lines: &[String], line_of: impl Fn(usize) -> usize) -> Vec<Entry> {
    let entry = |decl: &VersionDecl| {
        let start = line_of(decl.version.span.start);
        Entry {
            version: decl.version.value,
            released: decl.released.value.clone(),
            expires: decl.expires.as_ref().map(|expires| expires.value.clone()),
            retired: decl.retired,
            lines: start..end(lines, start),
        }
    };
    let mut entries: Vec<Entry> = spec.versions.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.lines.start);
    entries
}

/// The line after an entry: what is indented further belongs to it.
fn end(lines: &[String], start: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = lines.get(start).map_or(0, |line| indent(line));
    let more = lines.iter().skip(start + 1).take_while(|line| !line.trim().is_empty() && indent(line) > own).count();
    start + 1 + more
}

/// The line at which a version is inserted among others, which are listed oldest first or newest first.
fn place(entries: &[&Entry], version: Version) -> Option<usize> {
    let (first, last) = (entries.first()?, entries.last()?);
    let newest_first = first.version > last.version;
    let older = entries.iter().filter(|entry| entry.version < version).max_by_key(|entry| entry.version);
    Some(match (older, newest_first) {
        (Some(older), true) => older.lines.start,
        (Some(older), false) => older.lines.end,
        (None, true) => last.lines.end,
        (None, false) => first.lines.start,
    })
}
