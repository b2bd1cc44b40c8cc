//! The files of a spec: which there are, and their text.

use std::{fs, io, ops::Range, path::Path};

use crate::{
    diagnostic::{Code, Diagnostic},
    span::{FileId, Span},
};

/// One file of the spec.
#[derive(Clone, Debug)]
pub struct Source {
    /// Below the spec's folder, with `/` on every system.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The bytes of a span that a snippet can show: never empty, never the newline after a block.
    pub fn visible(&self, span: Span) -> Range<usize> {
        let start = self.floor(span.start);
        let text = &self.text[start..self.floor(span.end).max(start)];
        let shown = text.trim_end().len();
        let first_line = text[..shown].find('\n').unwrap_or(shown);
        let one_character = self.text[start..].chars().next().map_or(0, char::len_utf8);
        start..start + first_line.max(one_character)
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.floor(offset)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// All files of a spec, sorted by path, and what kept others from being read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    unreadable: Vec<Diagnostic>,
}

/// The files directly in the spec's folder.
const CATALOGS: [&str; 5] = ["errors.yaml", "permissions.yaml", "quirks.yaml", "surface.yaml", "versions.yaml"];

/// How the files of facts in `evidence/` end.
pub const FACTS: &str = ".facts";

/// A hand-written file is never this large; a larger one is a mistake, and is not read.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// How many folders deep files are looked for: deeper than any belongs, so that one that is too deep is reported alone, and not with all that needs it.
const DEEPEST: usize = 4;

impl Sources {
    /// Reads what is in the folder of a spec: `surface.yaml`, `versions.yaml`, `permissions.yaml`, `errors.yaml`, `quirks.yaml`, `types/`, `nodes/`, `webhooks/` and `evidence/` below `dir`.
    pub fn read(dir: &Path) -> Self {
        let mut sources = Self::default();
        match fs::metadata(dir) {
            Err(error) => {
                sources
                    .unreadable
                    .push(cannot_read("", &error).help("run the command in the workspace, or name the spec's folder with --spec"));
            }
            Ok(meta) if !meta.is_dir() => sources.unreadable.push(
                Diagnostic::of_file(Code::Unreadable, "", "the spec is a folder of YAML files, and this is a file")
                    .help("name the folder that contains versions.yaml"),
            ),
            Ok(_) => sources.read_spec(dir),
        }
        sources
    }

    /// A spec in memory: pairs of path and text.
    pub fn from_texts<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut files: Vec<_> = texts.into_iter().map(|(path, text)| Source { path: path.into(), text: text.into() }).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files, unreadable: Vec::new() }
    }

    fn read_spec(&mut self, dir: &Path) {
        for required in CATALOGS.iter().filter(|name| **name != "quirks.yaml") {
            self.read_file(dir, required);
        }
        if dir.join("quirks.yaml").exists() {
            self.read_file(dir, "quirks.yaml");
        }
        self.read_others(dir);
        for folder in ["types", "nodes", "webhooks", "evidence"] {
            if dir.join(folder).exists() {
                self.read_folder(dir, folder, 0);
            }
        }
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// YAML beside the catalogs that is none of them: it may belong elsewhere.
    fn read_others(&mut self, dir: &Path) {
        let names = fs::read_dir(dir).into_iter().flatten().flatten().filter(|entry| !entry.path().is_dir());
        for name in names.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
            if has_extension(&name, &["yaml", "yml"]) && !name.starts_with('.') && !CATALOGS.contains(&name.as_str()) {
                self.read_file(dir, &name);
            }
        }
    }

    fn read_folder(&mut self, dir: &Path, folder: &str, depth: usize) {
        let entries = match fs::read_dir(dir.join(folder)) {
            Ok(entries) => entries,
            Err(error) => {
                self.unreadable.push(cannot_read(folder, &error).help("this must be a folder of YAML files"));
                return;
            }
        };
        for entry in entries {
            match entry {
                Err(error) => self.unreadable.push(cannot_read(folder, &error)),
                Ok(entry) => {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let path = format!("{folder}/{name}");
                    if name.starts_with('.') {
                        // Editors keep their swap files next to the file.
                    } else if has_extension(&name, &["yaml", "yml"]) || (folder == "evidence" && name.ends_with(FACTS)) {
                        self.read_file(dir, &path);
                    } else if entry.path().is_dir() && folder != "evidence" && depth < DEEPEST {
                        self.read_folder(dir, &path, depth + 1);
                    } else {
                        self.unreadable.push(
                            Diagnostic::of_file(Code::StrayFile, path, "this is not a file of the spec, and would not be read")
                                .help("spec files end in `.yaml`, and facts in evidence/ in `.facts`; nodes/ may contain one folder per node, with one file per edge"),
                        );
                    }
                }
            }
        }
    }

    fn read_file(&mut self, dir: &Path, path: &str) {
        match read_text(&dir.join(path), path) {
            Ok(text) => self.files.push(Source { path: path.into(), text }),
            Err(problem) => self.unreadable.push(*problem),
        }
    }

    /// The text of a file.
    pub fn file(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    /// Every file with its id, by path.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(u32::try_from(index).unwrap_or(u32::MAX)), file))
    }

    /// What kept files from being read.
    pub fn unreadable(&self) -> &[Diagnostic] {
        &self.unreadable
    }
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    Path::new(name).extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
}

fn read_text(file: &Path, path: &str) -> Result<String, Box<Diagnostic>> {
    let meta = fs::metadata(file).map_err(|error| Box::new(cannot_read(path, &error)))?;
    if meta.is_dir() {
        return Err(Box::new(
            Diagnostic::of_file(Code::Unreadable, path, "this is a folder, and the spec has a file of this name")
                .help("move the folder away"),
        ));
    }
    if meta.len() > MAX_BYTES {
        return Err(Box::new(
            Diagnostic::of_file(
                Code::TooLarge,
                path,
                format!("the file has {} MiB; a spec file may have at most {}", meta.len() >> 20, MAX_BYTES >> 20),
            )
            .help("split it: types/ and nodes/<node>/ may contain any number of files"),
        ));
    }
    let bytes = fs::read(file).map_err(|error| Box::new(cannot_read(path, &error)))?;
    String::from_utf8(bytes).map_err(|error| {
        let is_utf16 = error.as_bytes().starts_with(&[0xff, 0xfe]) || error.as_bytes().starts_with(&[0xfe, 0xff]);
        if is_utf16 {
            return Box::new(Diagnostic::of_file(Code::NotUtf8, path, "the file is UTF-16, not UTF-8").help("save the file as UTF-8"));
        }
        let valid = error.utf8_error().valid_up_to();
        let line = String::from_utf8_lossy(&error.as_bytes()[..valid]).matches('\n').count() + 1;
        Box::new(
            Diagnostic::of_file(
                Code::NotUtf8,
                path,
                format!("the file is not UTF-8: byte {valid}, on line {line}, is not part of a valid character"),
            )
            .help("save the file as UTF-8"),
        )
    })
}

fn cannot_read(path: &str, error: &io::Error) -> Diagnostic {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "the file does not exist".into(),
        io::ErrorKind::PermissionDenied => "this user may not read the file".into(),
        _ => format!("the file cannot be read: {error}"),
    };
    Diagnostic::of_file(Code::Unreadable, path, message)
}
