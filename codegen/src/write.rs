//! Writes to disk: only what changed, each file in one step, removing what is obsolete.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::emit::print::layout::MARK;

/// A file to be written, below the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// With `/` on every system.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// What writing did, or would do: paths below the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that did not exist.
    pub added: Vec<String>,
    /// Files whose text differs.
    pub changed: Vec<String>,
    /// Files of the generator that the spec no longer gives.
    pub removed: Vec<String>,
    /// How many files are unchanged.
    pub unchanged: usize,
}

impl Changes {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// A file that could not be read, written or removed.
#[derive(Debug)]
pub struct WriteError {
    /// Which.
    pub path: PathBuf,
    /// What was being done.
    pub doing: &'static str,
    /// Why.
    pub error: io::Error,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot {} {}: {}", self.doing, self.path.display(), self.error)
    }
}

impl std::error::Error for WriteError {}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |error| WriteError { path, doing, error }
}

/// Compares the outputs with what is below `root`.
///
/// # Errors
/// A folder or file that cannot be read.
pub fn compare(root: &Path, outputs: &[Output]) -> Result<Changes, WriteError> {
    let mut changes = Changes::default();
    for output in outputs {
        let file = root.join(&output.path);
        match fs::read(&file) {
            Ok(bytes) if bytes == output.text.as_bytes() => changes.unchanged += 1,
            Ok(_) => changes.changed.push(output.path.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => changes.added.push(output.path.clone()),
            Err(error) => return Err(failed(&file, "read")(error)),
        }
    }
    changes.removed = stale(root, outputs)?;
    Ok(changes)
}

/// Writes what differs.
///
/// All new texts are first written next to their targets; only when every one is safely on disk are they moved into place. So a full disk
/// or a missing permission leaves the previous output unchanged.
///
/// # Errors
/// A file that cannot be read, written or removed.
pub fn write(root: &Path, outputs: &[Output]) -> Result<Changes, WriteError> {
    let changes = compare(root, outputs)?;
    let different: BTreeSet<&String> = changes.added.iter().chain(&changes.changed).collect();
    let mut staged = Vec::new();
    for output in outputs.iter().filter(|output| different.contains(&output.path)) {
        let target = root.join(&output.path);
        let folder = target.parent().unwrap_or(root);
        fs::create_dir_all(folder).map_err(failed(folder, "make the folder"))?;
        if target.is_dir() {
            return Err(failed(&target, "replace")(io::Error::other("it is a folder")));
        }
        let mut file = tempfile::Builder::new().prefix(STAGED).tempfile_in(folder).map_err(failed(&target, "write"))?;
        io::Write::write_all(&mut file, output.text.as_bytes()).map_err(failed(&target, "write"))?;
        file.as_file().sync_all().map_err(failed(&target, "write"))?;
        staged.push((file, target));
    }
    for (file, target) in staged {
        readable(file.as_file()).map_err(failed(&target, "write"))?;
        file.persist(&target).map_err(|error| failed(&target, "replace")(error.error))?;
    }
    for path in &changes.removed {
        let file = root.join(path);
        fs::remove_file(&file).map_err(failed(&file, "remove"))?;
        remove_empty(root, &file);
    }
    Ok(changes)
}

/// Temporary files are private to their owner; sources are not.
#[cfg(unix)]
fn readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// The prefix of files that are being written; one that is left over is from an interrupted run.
const STAGED: &str = ".gen-";

/// Files that carry the generator's mark and are no longer output, in the output folders, and what interrupted runs left there.
fn stale(root: &Path, outputs: &[Output]) -> Result<Vec<String>, WriteError> {
    let wanted: BTreeSet<&str> = outputs.iter().map(|output| output.path.as_str()).collect();
    let folders: BTreeSet<&str> = outputs.iter().filter_map(|output| top(&output.path)).collect();
    let mut stale = Vec::new();
    for folder in folders {
        visit(root, folder, &mut |path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            // A file that cannot be read as text is not the generator's.
            let is_rust = Path::new(name).extension().is_some_and(|extension| extension == "rs");
            let marked = || is_rust && fs::read_to_string(root.join(path)).is_ok_and(|text| text.starts_with(MARK));
            if name.starts_with(STAGED) || (!wanted.contains(path) && marked()) {
                stale.push(path.to_owned());
            }
        })?;
    }
    stale.sort();
    Ok(stale)
}

/// The folder that contains every file of a kind: `generated/src`, `tests/tests`.
fn top(path: &str) -> Option<&str> {
    let second = path.match_indices('/').nth(1)?;
    Some(&path[..second.0])
}

fn visit(root: &Path, folder: &str, seen: &mut dyn FnMut(&str)) -> Result<(), WriteError> {
    let path = root.join(folder);
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(&path, "list")(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed(&path, "list"))?;
        let below = format!("{folder}/{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(failed(&path, "list"))?;
        if kind.is_dir() {
            visit(root, &below, seen)?;
        } else {
            seen(&below);
        }
    }
    Ok(())
}

/// Removes the folders that a removed file leaves empty.
fn remove_empty(root: &Path, file: &Path) {
    let mut folder = file.parent();
    while let Some(empty) = folder.filter(|folder| *folder != root && folder.read_dir().is_ok_and(|mut entries| entries.next().is_none())) {
        if fs::remove_dir(empty).is_err() {
            return;
        }
        folder = empty.parent();
    }
}
