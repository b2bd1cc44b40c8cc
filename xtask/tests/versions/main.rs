//! The commands about versions, as one calls them. `spec` lies over the base fixture of the generator and has every kind of change; new-version and retire work
//! on copies of the real spec.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

mod diff;
mod new_version;
mod retire;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A spec in a folder of its own.
struct Copy {
    folder: TempDir,
}

impl Copy {
    /// Folders below the workspace, each over the ones before it.
    fn of(folders: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for from in folders {
            overlay(&workspace().join(from), &folder.path().join("spec"));
        }
        Self { folder }
    }

    fn real() -> Self {
        Self::of(&["spec"])
    }

    fn every_kind() -> Self {
        Self::of(&["codegen/tests/fixtures/base", "xtask/tests/versions/spec"])
    }

    /// Has an example list the version v2.0.
    fn with_a_list_of_versions(self) -> Self {
        let path = self.folder.path().join("spec/nodes/greeting.yaml");
        let text = fs::read_to_string(&path).unwrap();
        let listed =
            text.replace("        - title: all\n", "        - title: all\n          versions: [v2.0]\n          why: Only seen there.\n");
        fs::write(path, listed).unwrap();
        self
    }

    /// Replaces a part of a file of the spec.
    fn edit(&self, file: &str, part: &str, by: &str) {
        let path = self.folder.path().join("spec").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(part), "{file} has no {part}");
        fs::write(path, text.replacen(part, by, 1)).unwrap();
    }

    fn versions(&self) -> PathBuf {
        self.folder.path().join("spec/versions.yaml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.versions()).unwrap()
    }

    /// Replaces the file of versions.
    fn with_versions(self, text: &str) -> Self {
        fs::write(self.versions(), text).unwrap();
        self
    }

    fn call(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["--spec", "spec"])
            .args(args)
            .current_dir(self.folder.path())
            // The folder called `spec` is the workspace's.
            .env("CARGO_MANIFEST_DIR", self.folder.path().join("xtask"))
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn success(&self, args: &[&str]) -> String {
        let (code, stdout, stderr) = self.call(args);
        assert_eq!(code, Some(0), "{args:?}: {stderr}");
        stdout
    }

    /// The complaint of a call that has to fail, and to change nothing.
    fn refusal(&self, args: &[&str]) -> String {
        let before = self.text();
        let (code, stdout, stderr) = self.call(args);
        assert_eq!(code, Some(1), "{args:?}: {stdout}");
        assert_eq!(self.text(), before, "{args:?} failed and changed the file");
        stderr
    }
}

/// The folder of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file below a folder with its bytes.
fn files(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.clone(), fs::read(path).unwrap()));
        }
    }
}

fn overlay(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if path.is_dir() {
            overlay(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}
